//! A body and what waits for it, for whoever animates it or sits there.

use axum::extract::Path;
use governance::bodies::model::Body;
use governance::bodies::store as bodies;
use governance::forms;
use governance::governances::store::Head;
use governance::members::model::Member;
use kernel::permission::{Reach, RoleKind};
use kernel::{Capability, Error, Id, Result, Scope};
use ui::form_page::FormPage;
use ui::page::Crumb;
use web::Desk;

use super::model::WaitingItem;
use super::store as waiting;
use crate::planning::trail_of_body;
use crate::url;

pub(super) type Place = Path<(String, String)>;
pub(super) type PointPlace = Path<(String, String, String)>;

/// A body, for somebody who animates it or sits in it.
#[derive(Clone, Debug)]
pub(super) struct Around {
    pub head: Head,
    pub body: Body,
    pub manages: bool,
    /// The members that the person represents, among those that sit there.
    pub represents: Vec<Id<Member>>,
    /// Those for which it may propose: its own, or all of them for the secretariat.
    pub speaks_for: Vec<(Id<Member>, String)>,
}

impl Around {
    pub fn points(&self) -> String {
        url::points(&self.head.slug, &self.body.slug)
    }

    pub fn trail(&self) -> Vec<Crumb> {
        let mut trail = trail_of_body(&self.head, &self.body);
        trail.push(Crumb::new("Points en attente", self.points()));
        trail
    }

    /// The secretariat proposes for somebody who asked.
    pub fn for_others(&self) -> bool {
        self.represents.is_empty()
    }
}

/// The body of the address. For anybody else it waits for nothing.
pub(super) async fn around(desk: &Desk, slug: String, instance: String) -> Result<Around> {
    let (head, body, sitting) = desk
        .read(move |tx| {
            let head = forms::governance(tx, &slug)?;
            let body = bodies::list(tx, head.id)?.into_iter().find(|body| body.slug == instance);
            let body = body.ok_or(Error::NotFound)?;
            let sitting = bodies::sitting_members(tx, body.id)?;
            Ok((head, body, sitting))
        })
        .await?;
    let (who, governance) = (desk.who(), head.id.uuid());
    let manages = who.may(Capability::ManageBody, Scope::Body { governance, body: body.id.uuid() });
    let speaks =
        |member: Id<Member>| who.may(Capability::SpeakForMember, Scope::Member { governance, member: member.uuid() });
    let represents = |member: Id<Member>| {
        who.roles.iter().any(|role| {
            matches!(role.kind, RoleKind::Representative | RoleKind::Deputy)
                && role.reach == Reach::Member { governance, member: member.uuid() }
        })
    };
    let around = Around {
        manages,
        represents: sitting.iter().map(|(id, _)| *id).filter(|id| represents(*id)).collect(),
        speaks_for: sitting.into_iter().filter(|(id, _)| speaks(*id)).collect(),
        head,
        body,
    };
    if !around.manages && around.speaks_for.is_empty() {
        return Err(Error::NotFound);
    }
    Ok(around)
}

/// The body of the address, for those who animate it.
pub(super) async fn animated(desk: &Desk, slug: String, instance: String) -> Result<Around> {
    let (head, body) = crate::planning::body_of(desk, slug, instance).await?;
    Ok(Around { head, body, manages: true, represents: Vec::new(), speaks_for: Vec::new() })
}

/// Something that waits for the body of the address, for those who animate it.
pub(super) async fn waiting_item(desk: &Desk, around: &Around, attente: &str) -> Result<WaitingItem> {
    let (id, body): (Id<WaitingItem>, _) = (attente.parse().map_err(|_| Error::NotFound)?, around.body.id);
    let found = desk.read(move |tx| waiting::find(tx, id)).await?;
    if found.body.id == body { Ok(found) } else { Err(Error::NotFound) }
}

/// A form about what waits for a body.
pub(super) fn form(around: &Around, title: &str, place: &str, button: &str) -> FormPage {
    forms::page(&around.head, title, format!("{}/{place}", around.points()), button)
        .about(around.body.name.clone())
        .trail(around.trail())
}
