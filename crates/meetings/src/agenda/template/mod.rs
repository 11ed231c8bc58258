//! How the meetings of a body usually go: an agenda that is kept as a template, and taken up by a new meeting.

pub mod acts;
mod pages;

use kernel::Capability;
use web::{Access, Routes};

pub fn routes() -> Routes {
    const ANIMATE: Access = Access::Needs(Capability::ManageBody);
    Routes::new()
        .get("/gouvernances/{slug}/instances/{instance}/points/modele", ANIMATE, pages::show)
        .post("/gouvernances/{slug}/instances/{instance}/points/modele", ANIMATE, pages::save)
        .post("/gouvernances/{slug}/reunions/{reunion}/ordre-du-jour/modele", ANIMATE, pages::with_meeting)
}
