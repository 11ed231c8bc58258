//! Decisions: drafted on an item of an agenda or alone, adopted by vote or by consensus, numbered, run, looked at again.

pub mod acts;
mod draft;
pub mod effects;
pub mod model;
mod pages;
pub mod store;
pub(crate) mod todo;

use kernel::Capability;
use web::{Access, Routes};

pub use acts::{attach_ballot, detach_ballot, settle_by_vote};
pub use model::{Decision, DecisionState, Number};
pub use store::{drafts_of_body, is_being_voted};

pub fn routes() -> Routes {
    const ANIMATE: Access = Access::Needs(Capability::ManageBody);
    Routes::new()
        .get("/decisions", Access::Public, pages::lists::everywhere)
        .get("/decisions.csv", Access::Public, pages::exports::everywhere_csv)
        .get("/decisions.ods", Access::Public, pages::exports::everywhere_ods)
        .get("/decisions.xlsx", Access::Public, pages::exports::everywhere_xlsx)
        .get("/decisions.json", Access::Public, pages::exports::everywhere_json)
        .get("/gouvernances/{slug}/decisions", Access::Public, pages::lists::of_governance)
        .get("/gouvernances/{slug}/decisions.csv", Access::Public, pages::exports::csv)
        .get("/gouvernances/{slug}/decisions.ods", Access::Public, pages::exports::ods)
        .get("/gouvernances/{slug}/decisions.xlsx", Access::Public, pages::exports::xlsx)
        .get("/gouvernances/{slug}/decisions.json", Access::Public, pages::exports::json)
        .get("/gouvernances/{slug}/decisions.pdf", Access::Public, pages::papers::register_pdf)
        .get("/gouvernances/{slug}/decisions/{numero}", Access::Public, pages::one::show)
        .get("/gouvernances/{slug}/decisions/{numero}/decision.pdf", Access::Public, pages::papers::one_pdf)
        .get("/gouvernances/{slug}/decisions/{numero}/decision.odt", Access::Public, pages::papers::one_odt)
        .get("/gouvernances/{slug}/instances/{instance}/decisions", ANIMATE, pages::drafts::list)
        .get("/gouvernances/{slug}/instances/{instance}/decisions/nouvelle", ANIMATE, pages::draft_form::show_new)
        .post("/gouvernances/{slug}/instances/{instance}/decisions/nouvelle", ANIMATE, pages::draft_form::write)
        .get("/gouvernances/{slug}/instances/{instance}/decisions/{decision}", ANIMATE, pages::drafts::show)
        .get(
            "/gouvernances/{slug}/instances/{instance}/decisions/{decision}/modifier",
            ANIMATE,
            pages::draft_form::show_correct,
        )
        .post(
            "/gouvernances/{slug}/instances/{instance}/decisions/{decision}/modifier",
            ANIMATE,
            pages::draft_form::correct,
        )
        .get("/gouvernances/{slug}/instances/{instance}/decisions/{decision}/effet", ANIMATE, pages::effect_form::show)
        .post("/gouvernances/{slug}/instances/{instance}/decisions/{decision}/effet", ANIMATE, pages::effect_form::add)
        .post(
            "/gouvernances/{slug}/instances/{instance}/decisions/{decision}/effets/{effet}/retirer",
            ANIMATE,
            pages::effect_form::remove,
        )
        .get(
            "/gouvernances/{slug}/instances/{instance}/decisions/{decision}/adopter",
            ANIMATE,
            pages::settle_form::show,
        )
        .post(
            "/gouvernances/{slug}/instances/{instance}/decisions/{decision}/adopter",
            ANIMATE,
            pages::settle_form::adopt,
        )
        .get(
            "/gouvernances/{slug}/instances/{instance}/decisions/{decision}/abandonner",
            ANIMATE,
            pages::settle_form::show_give_up,
        )
        .post(
            "/gouvernances/{slug}/instances/{instance}/decisions/{decision}/abandonner",
            ANIMATE,
            pages::settle_form::give_up,
        )
        .get(
            "/gouvernances/{slug}/instances/{instance}/decisions/{decision}/execution",
            ANIMATE,
            pages::after_form::show,
        )
        .post(
            "/gouvernances/{slug}/instances/{instance}/decisions/{decision}/execution",
            ANIMATE,
            pages::after_form::execute,
        )
        .get(
            "/gouvernances/{slug}/instances/{instance}/decisions/{decision}/revue",
            ANIMATE,
            pages::after_form::show_review,
        )
        .post(
            "/gouvernances/{slug}/instances/{instance}/decisions/{decision}/revue",
            ANIMATE,
            pages::after_form::review,
        )
}
