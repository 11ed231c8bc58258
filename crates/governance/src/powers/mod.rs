//! Powers: who may act where, from when to when. They are read for each request, so that one that ends has ended on all
//! nodes at that moment.

pub mod acts;
mod keys;
pub mod model;
pub mod pages;
pub mod store;
pub mod unused;

use kernel::Capability;
use kernel::processing::{Kept, Processing};
use web::{Access, Routes};

pub use keys::Sessions;

/// For the record of processing.
pub const PROCESSING: Processing = Processing {
    name: "Pouvoirs et mandats",
    purpose: "Savoir qui peut agir dans une gouvernance, pour quelle structure, et depuis quand.",
    legal_basis: "Mission d'intérêt public (RGPD, article 6, 1, e)",
    persons: "Personnes à qui un pouvoir ou un mandat est donné",
    recipients: "Les gestionnaires et le secrétariat de la gouvernance, l'équipe nationale et l'exploitation",
    retention: &[
        Kept::until("Pouvoir, dates, gouvernance, structure représentée", "Jusqu'à sa fin"),
        Kept::until("Pouvoir terminé", "Tant que le compte existe ; ensuite sans nom"),
    ],
    security: "Un pouvoir finit à sa date, ou quand on le retire : à cet instant, partout ; il n'est jamais public avec un nom",
};

pub fn routes() -> Routes {
    let (see, give) = (Access::Needs(Capability::SeePowers), Access::Needs(Capability::AppointManagers));
    Routes::new()
        .get("/gouvernances/{slug}/administration/pouvoirs", see, pages::show)
        .get("/gouvernances/{slug}/administration/pouvoirs/donner", give, pages::show_give)
        .post("/gouvernances/{slug}/administration/pouvoirs/donner", give, pages::give)
        .get("/gouvernances/{slug}/administration/pouvoirs/{pouvoir}/retirer", give, pages::show_end)
        .post("/gouvernances/{slug}/administration/pouvoirs/{pouvoir}/retirer", give, pages::end)
        .get("/gouvernances/{slug}/administration/pouvoirs/{pouvoir}/duree", give, pages::show_prolong)
        .post("/gouvernances/{slug}/administration/pouvoirs/{pouvoir}/duree", give, pages::prolong)
}
