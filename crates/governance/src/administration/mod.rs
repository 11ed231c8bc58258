//! The administration of a governance in the interface: who manages it finds here all that may be changed, and only that.

pub mod agreements;
pub mod found;
mod handover;
mod hub;
mod identity;
mod life;
pub mod models;
pub mod note;
mod opened;
mod opening;
mod places;

use kernel::Capability;
use web::{Access, Routes};

use crate::forms::enter;
use crate::url;

pub use opened::Opened;

pub fn routes() -> Routes {
    let manage = Access::Needs(Capability::ManageGovernance);
    let note = Access::Needs(Capability::SeePrivateNote);
    Routes::new()
        .get("/gouvernances/{slug}/administration", Access::Needs(Capability::SeePowers), hub::show)
        .get("/gouvernances/{slug}/administration/identite", manage, identity::show)
        .post("/gouvernances/{slug}/administration/identite", manage, identity::save)
        .get("/gouvernances/{slug}/administration/etat", manage, life::show)
        .post("/gouvernances/{slug}/administration/etat", manage, life::save)
        .get("/gouvernances/{slug}/administration/note", note, note::show)
        .post("/gouvernances/{slug}/administration/note", manage, note::save)
        .get("/gouvernances/{slug}/administration/passation", note, handover::show)
        .and(agreements::routes())
        .and(opening::routes())
}

/// An address inside the administration of a governance.
fn inside(slug: &str, place: &str) -> String {
    format!("{}/{place}", url::administration(slug))
}
