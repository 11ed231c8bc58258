//! The administration of members: their list with the next steps, entering one, and what changes in the life of each.

mod candidature;
mod change;
mod enter;
mod list;
pub(crate) mod organisation;
mod shared;

use kernel::{Capability, Error, Id, Result};
use web::{Access, Desk, Routes};

use super::model::Member;
use super::store as reads;
use crate::governances::store::Head;
use crate::{forms, url};

pub fn routes() -> Routes {
    const BASE: Access = Access::Needs(Capability::ManageGovernance);
    super::import::routes()
        .get("/gouvernances/{slug}/candidature", Access::SignedIn, candidature::show)
        .post("/gouvernances/{slug}/candidature", Access::SignedIn, candidature::ask)
        .get("/gouvernances/{slug}/administration/membres", BASE, list::show)
        .get("/gouvernances/{slug}/administration/membres/nouveau", BASE, enter::show)
        .post("/gouvernances/{slug}/administration/membres/nouveau", BASE, enter::enter)
        .get("/gouvernances/{slug}/administration/membres/colleges/nouveau", BASE, shared::show_college)
        .post("/gouvernances/{slug}/administration/membres/colleges/nouveau", BASE, shared::college)
        .get("/gouvernances/{slug}/administration/membres/instance-d-admission", BASE, shared::show_body)
        .post("/gouvernances/{slug}/administration/membres/instance-d-admission", BASE, shared::body)
        .get("/gouvernances/{slug}/administration/membres/{membre}", BASE, list::show_member)
        .get("/gouvernances/{slug}/administration/membres/{membre}/fiche", BASE, change::show_sheet)
        .post("/gouvernances/{slug}/administration/membres/{membre}/fiche", BASE, change::sheet)
        .get("/gouvernances/{slug}/administration/membres/{membre}/admettre", BASE, change::show_admit)
        .post("/gouvernances/{slug}/administration/membres/{membre}/admettre", BASE, change::admit)
        .get("/gouvernances/{slug}/administration/membres/{membre}/refuser", BASE, change::show_refuse)
        .post("/gouvernances/{slug}/administration/membres/{membre}/refuser", BASE, change::refuse)
        .get("/gouvernances/{slug}/administration/membres/{membre}/retirer", BASE, change::show_withdraw)
        .post("/gouvernances/{slug}/administration/membres/{membre}/retirer", BASE, change::withdraw)
        .get("/gouvernances/{slug}/administration/membres/{membre}/revenir", BASE, change::show_come_back)
        .post("/gouvernances/{slug}/administration/membres/{membre}/revenir", BASE, change::come_back)
        .get("/gouvernances/{slug}/administration/membres/{membre}/co-portage", BASE, change::show_co_lead)
        .post("/gouvernances/{slug}/administration/membres/{membre}/co-portage", BASE, change::co_lead)
}

/// `/gouvernances/{slug}/administration/membres`.
pub(crate) fn base(head: &Head) -> String {
    format!("{}/membres", url::administration(&head.slug))
}

fn page_of(head: &Head, member: &Member) -> String {
    format!("{}/{}", base(head), member.id)
}

/// The governance of the address, for those who manage it.
pub(crate) async fn governance(desk: &Desk, slug: String) -> Result<Head> {
    forms::enter(desk, slug, Capability::ManageGovernance).await
}

/// The member of the address, when it is one of this governance.
async fn member(desk: &Desk, slug: String, id: &str) -> Result<(Head, Member)> {
    let head = governance(desk, slug).await?;
    let id: Id<Member> = id.parse().map_err(|_| Error::NotFound)?;
    let governance = head.id;
    let member = desk
        .read(move |tx| {
            if reads::governance_of(tx, id)? != governance {
                return Err(Error::NotFound);
            }
            reads::find(tx, id)
        })
        .await?;
    Ok((head, member))
}
