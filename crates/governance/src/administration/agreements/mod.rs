//! Agreements and charters: new ones, corrections, and who has not signed yet.

mod signatures;
mod texts;

use askama::Template;
use axum::extract::Path;
use kernel::{Capability, Error, Id, Result};
use ui::page::Crumb;
use web::{Access, Answer, Desk, Routes};

use super::{enter, inside};
use crate::agreements::model::Agreement;
use crate::agreements::store as reads;
use crate::governances::store::Head;
use crate::members::model::{Member, MemberState};
use crate::{forms, members};

pub fn routes() -> Routes {
    let manage = Access::Needs(Capability::ManageGovernance);
    Routes::new()
        .get("/gouvernances/{slug}/administration/conventions", manage, show)
        .get("/gouvernances/{slug}/administration/conventions/nouvelle", manage, texts::show_new)
        .upload("/gouvernances/{slug}/administration/conventions/nouvelle", manage, texts::conclude)
        .get("/gouvernances/{slug}/administration/conventions/{convention}/modifier", manage, texts::show_correct)
        .upload("/gouvernances/{slug}/administration/conventions/{convention}/modifier", manage, texts::correct)
        .get(
            "/gouvernances/{slug}/administration/conventions/{convention}/signataires/nouveau",
            manage,
            signatures::show_expect,
        )
        .post(
            "/gouvernances/{slug}/administration/conventions/{convention}/signataires/nouveau",
            manage,
            signatures::expect,
        )
        .get(
            "/gouvernances/{slug}/administration/conventions/{convention}/signataires/{structure}",
            manage,
            signatures::show_receive,
        )
        .post(
            "/gouvernances/{slug}/administration/conventions/{convention}/signataires/{structure}",
            manage,
            signatures::receive,
        )
        .get(
            "/gouvernances/{slug}/administration/conventions/{convention}/signataires/{structure}/retirer",
            manage,
            signatures::show_stop,
        )
        .post(
            "/gouvernances/{slug}/administration/conventions/{convention}/signataires/{structure}/retirer",
            manage,
            signatures::stop,
        )
}

fn base(head: &Head) -> String {
    inside(&head.slug, "conventions")
}

#[derive(Template)]
#[template(path = "administration/agreements.html")]
struct AgreementsPage {
    head: Head,
    agreements: Vec<Agreement>,
    base: String,
}

forms::administered!(AgreementsPage, "Suivi des conventions", "Conventions");

/// From the list of governances to the list of agreements to manage.
fn trail(head: &Head) -> Vec<Crumb> {
    let mut trail = forms::trail(head);
    trail.push(Crumb::new("Conventions", base(head)));
    trail
}

impl AgreementsPage {
    fn new_one(&self) -> String {
        format!("{}/nouvelle", self.base)
    }

    fn caption(&self, agreement: &Agreement) -> String {
        format!("Signataires : {}", agreement.title)
    }
}

async fn show(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = enter(&desk, slug, Capability::ManageGovernance).await?;
    let id = head.id;
    let mut agreements = desk.read(move |tx| reads::list(tx, id)).await?;
    for agreement in &mut agreements {
        // Those who wait the longest first, then those who have signed; the order by name stays inside.
        agreement.signatories.sort_by_key(|one| {
            let waits = one.signed_on.is_none();
            (!waits, one.expected_since.filter(|_| waits).map(|date| date.to_string()))
        });
    }
    let base = base(&head);
    desk.private(http::StatusCode::OK, &AgreementsPage { head, agreements, base })
}

/// The organisations of the governance that have not left.
async fn present(desk: &Desk, head: &Head) -> Result<Vec<Member>> {
    let id = head.id;
    let mut members = desk.read(move |tx| members::store::list(tx, id, &members::store::Filter::default())).await?;
    members.retain(|member| member.state != MemberState::Withdrawn);
    Ok(members)
}

/// The agreement of the address, when it is one of this governance.
async fn agreement(desk: &Desk, slug: String, id: String) -> Result<(Head, Agreement)> {
    let head = enter(desk, slug, Capability::ManageGovernance).await?;
    let (governance, id): (_, Id<Agreement>) = (head.id, id.parse().map_err(|_| Error::NotFound)?);
    let all = desk.read(move |tx| reads::list(tx, governance)).await?;
    let found = all.into_iter().find(|agreement| agreement.id == id).ok_or(Error::NotFound)?;
    Ok((head, found))
}
