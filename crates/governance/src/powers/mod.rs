//! Powers: who may act where, from when to when. They are read for each request, so that one that ends has ended on all
//! nodes at that moment.

pub mod acts;
mod keys;
pub mod model;
pub mod pages;
pub mod store;

use kernel::Capability;
use web::{Access, Routes};

pub use keys::Sessions;

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
