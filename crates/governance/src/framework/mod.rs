//! The minimum framework of governance: what the national tier asks of every département's governance, and nothing more
//! (source: recommendations of the national strategy, 2018: « définir le cadre minimum obligatoire de gouvernance »).
//!
//! Criteria are counted from what the governance has entered, or declared with evidence. A version is drafted, published
//! with the day from which it holds, and never changed again. Nothing is ranked: each governance sees what it lacks, and
//! one link to do it.

pub mod acts;
mod declare;
mod define;
pub mod measure;
mod measures;
pub mod model;
mod public;
pub mod standing;
pub mod store;
mod territories;

use kernel::Capability;
use web::{Access, Routes};

pub use measure::{Measure, Measures};
pub use measures::MEASURES;

pub fn routes() -> Routes {
    let define = Access::Needs(Capability::DefineFramework);
    let declare = Access::Needs(Capability::DeclareCriterion);
    Routes::new()
        .get("/cadre-minimum", Access::Public, public::show)
        .get("/cadre-minimum/versions/{numero}", Access::Public, public::show_version)
        .get("/cadre-minimum/territoires", Access::Public, territories::show)
        .get("/cadre-minimum/territoires.csv", Access::Public, territories::export_csv)
        .get("/cadre-minimum/territoires.ods", Access::Public, territories::export_ods)
        .get("/cadre-minimum/territoires.xlsx", Access::Public, territories::export_xlsx)
        .get("/gouvernances/{slug}/cadre-minimum", Access::Public, public::show_governance)
        .get("/gouvernances/{slug}/administration/cadre/{critere}", declare, declare::show)
        .upload("/gouvernances/{slug}/administration/cadre/{critere}", declare, declare::declare)
        .get("/gouvernances/{slug}/administration/cadre/{critere}/retirer", declare, declare::show_withdraw)
        .post("/gouvernances/{slug}/administration/cadre/{critere}/retirer", declare, declare::withdraw)
        .get("/gouvernances/{slug}/cadre-minimum/{critere}/reponse", define, declare::show_refuse)
        .post("/gouvernances/{slug}/cadre-minimum/{critere}/reponse", define, declare::refuse)
        .get("/administration/cadre-minimum", define, define::show)
        .post("/administration/cadre-minimum", define, define::begin)
        .get("/administration/cadre-minimum/texte", define, define::show_text)
        .post("/administration/cadre-minimum/texte", define, define::save_text)
        .get("/administration/cadre-minimum/criteres/nouveau", define, define::show_new)
        .post("/administration/cadre-minimum/criteres/nouveau", define, define::add)
        .get("/administration/cadre-minimum/criteres/{critere}", define, define::show_criterion)
        .post("/administration/cadre-minimum/criteres/{critere}", define, define::save_criterion)
        .post("/administration/cadre-minimum/criteres/{critere}/place", define, define::place)
        .get("/administration/cadre-minimum/publier", define, define::show_publish)
        .post("/administration/cadre-minimum/publier", define, define::publish)
}

/// Addresses of pages.
pub mod url {
    pub const FRAMEWORK: &str = "/cadre-minimum";
    pub const TERRITORIES: &str = "/cadre-minimum/territoires";
    pub const DEFINE: &str = "/administration/cadre-minimum";

    pub fn of_governance(slug: &str) -> String {
        format!("{}/cadre-minimum", crate::url::governance(slug))
    }

    pub fn declare(slug: &str, criterion: &str) -> String {
        format!("{}/cadre/{criterion}", crate::url::administration(slug))
    }
}
