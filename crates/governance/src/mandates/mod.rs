//! Mandates in the interface: the persons who speak for members, renewed together after elections, and the organisations
//! that a member represents by standing mandate.

mod pages;

use kernel::Capability;
use web::{Access, Routes};

pub fn routes() -> Routes {
    const MANAGE: Access = Access::Needs(Capability::ManageGovernance);
    Routes::new()
        .get("/gouvernances/{slug}/administration/mandats", MANAGE, pages::show)
        .post("/gouvernances/{slug}/administration/mandats", MANAGE, pages::renew)
        .get("/gouvernances/{slug}/administration/mandats/donner", MANAGE, pages::show_give)
        .post("/gouvernances/{slug}/administration/mandats/donner", MANAGE, pages::give)
        .get("/gouvernances/{slug}/administration/mandats/{mandat}/terminer", MANAGE, pages::show_end)
        .post("/gouvernances/{slug}/administration/mandats/{mandat}/terminer", MANAGE, pages::end)
}
