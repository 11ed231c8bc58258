//! The administration of bodies: their list, the form of one, its seats, its end; and what those who animate one say of
//! it.

mod close;
mod form;
mod list;
mod present;
mod seats;

use kernel::{Capability, Error, Result};
use web::{Access, Desk, Routes};

use super::model::Body;
use super::store as reads;
use crate::governances::store::Head;
use crate::members::manage::governance;
use crate::url;

pub fn routes() -> Routes {
    const MANAGE: Access = Access::Needs(Capability::ManageGovernance);
    const ANIMATE: Access = Access::Needs(Capability::ManageBody);
    Routes::new()
        .get("/gouvernances/{slug}/instances/{instance}/presentation", ANIMATE, present::show)
        .post("/gouvernances/{slug}/instances/{instance}/presentation", ANIMATE, present::save)
        .get("/gouvernances/{slug}/administration/instances", MANAGE, list::show)
        .get("/gouvernances/{slug}/administration/instances/nouvelle", MANAGE, form::show_new)
        .post("/gouvernances/{slug}/administration/instances/nouvelle", MANAGE, form::create)
        .get("/gouvernances/{slug}/administration/instances/{instance}/modifier", MANAGE, form::show_edit)
        .post("/gouvernances/{slug}/administration/instances/{instance}/modifier", MANAGE, form::edit)
        .get("/gouvernances/{slug}/administration/instances/{instance}/sieges", MANAGE, seats::show)
        .get("/gouvernances/{slug}/administration/instances/{instance}/sieges/donner", MANAGE, seats::show_give)
        .post("/gouvernances/{slug}/administration/instances/{instance}/sieges/donner", MANAGE, seats::give)
        .get(
            "/gouvernances/{slug}/administration/instances/{instance}/sieges/{siege}/retirer",
            MANAGE,
            seats::show_take,
        )
        .post("/gouvernances/{slug}/administration/instances/{instance}/sieges/{siege}/retirer", MANAGE, seats::take)
        .get("/gouvernances/{slug}/administration/instances/{instance}/clore", MANAGE, close::show)
        .post("/gouvernances/{slug}/administration/instances/{instance}/clore", MANAGE, close::close)
}

fn base(head: &Head) -> String {
    format!("{}/instances", url::administration(&head.slug))
}

fn page_of(head: &Head, body: &Body) -> String {
    format!("{}/{}", base(head), body.slug)
}

/// The governance and the body of the address, with the other bodies.
async fn body(desk: &Desk, slug: String, instance: &str) -> Result<(Head, Body, Vec<Body>)> {
    let head = governance(desk, slug).await?;
    let id = head.id;
    let all = desk.read(move |tx| reads::list(tx, id)).await?;
    let body = all.iter().find(|body| body.slug == instance).cloned().ok_or(Error::NotFound)?;
    Ok((head, body, all))
}
