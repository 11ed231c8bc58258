//! Pages about the site itself: register, help, legal notices, statistics, files for machines.

mod accounts;
mod administration;
mod files;
mod my_data;
mod operations;
mod pages;
mod processing;
mod register;
mod statistics;

use kernel::Capability;
use web::{Access, Routes};

pub use operations::{start_metrics, sum_up_metrics};

pub fn routes() -> Routes {
    Routes::new()
        .get("/registre", Access::Public, register::show)
        .get("/registre/{numero}", Access::Public, register::entry)
        .get("/registre.csv", Access::Public, register::export)
        .get("/gouvernances/{slug}/registre", Access::Public, register::extract)
        .get("/aide", Access::Public, pages::help)
        .get("/accessibilite", Access::Public, pages::accessibility)
        .get("/mentions-legales", Access::Public, pages::legal)
        .get("/donnees-personnelles", Access::Public, pages::personal_data)
        .get("/donnees-personnelles/registre", Access::Public, processing::show)
        .get("/donnees-personnelles/registre.csv", Access::Public, processing::as_csv)
        .get("/donnees-personnelles/registre.ods", Access::Public, processing::as_ods)
        .get("/donnees-personnelles/registre.xlsx", Access::Public, processing::as_xlsx)
        .get("/plan-du-site", Access::Public, pages::site_map)
        .get("/contact", Access::Public, pages::contact)
        .get("/composants", Access::Public, pages::components)
        .get("/statistiques", Access::Public, statistics::show)
        .and(platform())
        .get("/statique/{fichier}", Access::Public, files::asset)
        .get("/dsfr/{*chemin}", Access::Public, files::dsfr)
        .get("/favicon.ico", Access::Public, files::favicon)
        .get("/robots.txt", Access::Public, files::robots)
        .get("/.well-known/security.txt", Access::Public, files::security)
        .get("/health", Access::Operations, operations::health)
        .get("/metrics", Access::Operations, operations::metrics)
}

/// What is about one person, or about the platform.
fn platform() -> Routes {
    let manage = Access::Needs(Capability::ManagePlatform);
    Routes::new()
        .get("/compte/donnees", Access::SignedIn, my_data::show)
        .get("/compte/donnees.json", Access::SignedIn, my_data::as_json)
        .get("/compte/donnees.ods", Access::SignedIn, my_data::as_ods)
        .get("/compte/suppression", Access::SignedIn, my_data::show_erase)
        .post("/compte/suppression", Access::SignedIn, my_data::erase)
        .get("/administration", manage, administration::show)
        .get("/administration/inviter", manage, administration::show_invite)
        .post("/administration/inviter", manage, administration::invite)
        .get("/administration/pouvoirs/{pouvoir}/retirer", manage, administration::show_end)
        .post("/administration/pouvoirs/{pouvoir}/retirer", manage, administration::end)
        .get("/administration/comptes", manage, accounts::show)
        .get("/administration/comptes/{compte}", manage, accounts::one)
        .get("/administration/comptes/{compte}/fermer", manage, accounts::show_close)
        .post("/administration/comptes/{compte}/fermer", manage, accounts::close)
        .post("/administration/comptes/{compte}/inviter", manage, accounts::invite_again)
        .get("/administration/courriels", manage, administration::show_queue)
        .post("/administration/courriels/retenus", manage, administration::change_held)
        .post("/administration/courriels/{courriel}", manage, administration::change_mail)
}
