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

use kernel::{Capability, Result, Scope};
use web::{Access, Desk, Routes};

use crate::governances::store::Head;
use crate::{forms, url};

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

/// Reads the governance of the address and asks for the permission on it.
async fn enter(desk: &Desk, slug: String, capability: Capability) -> Result<Head> {
    let head = desk.read(move |tx| forms::governance(tx, &slug)).await?;
    desk.require(capability, Scope::Governance(head.id.uuid()))?;
    Ok(head)
}

/// An address inside the administration of a governance.
fn inside(slug: &str, place: &str) -> String {
    format!("{}/{place}", url::administration(slug))
}
