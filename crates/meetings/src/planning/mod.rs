//! Before the meeting: its sheet, its agenda, its convocation, the answers; the lists and the calendar.

pub mod acts;
pub mod answer;
mod answer_pages;
pub(crate) mod calendar;
pub mod convocation;
mod convocation_pages;
mod draft;
mod lists;
mod roll;
pub(crate) mod sheet;

use directory::Person;
use directory::accounts::store as accounts;
use governance::Governance;
use governance::bodies::model::Body;
use governance::bodies::store as bodies;
use governance::forms;
use governance::governances::store::Head;
use governance::powers::store as powers;
use jiff::civil::Date;
use kernel::{Capability, Error, Id, Reach, Result, RoleKind, Scope, Who};
use store::Tx;
use ui::page::Crumb;
use web::{Access, Desk, Routes};

use crate::model::{Meeting, Participant};
use crate::{store as reads, url};

pub use crate::agenda;
pub(crate) use crate::agenda::pages::{Timed, timed, timed_with};

pub fn routes() -> Routes {
    const ANIMATE: Access = Access::Needs(Capability::ManageBody);
    Routes::new()
        .get("/reunions", Access::Public, lists::everywhere)
        .get("/reunions.ics", Access::Public, calendar::everywhere)
        .get("/gouvernances/{slug}/reunions", Access::Public, lists::of_governance)
        .get("/gouvernances/{slug}/reunions.ics", Access::Public, calendar::of_governance)
        .get("/gouvernances/{slug}/instances/{instance}/reunions.ics", Access::Public, calendar::of_body)
        .get("/gouvernances/{slug}/instances/{instance}/reunions/nouvelle", ANIMATE, sheet::show_new)
        .post("/gouvernances/{slug}/instances/{instance}/reunions/nouvelle", ANIMATE, sheet::plan)
        .get("/gouvernances/{slug}/reunions/{reunion}", Access::Public, lists::meeting)
        .get("/gouvernances/{slug}/reunions/{reunion}/reunion.ics", Access::Public, calendar::of_meeting)
        .get("/gouvernances/{slug}/reunions/{reunion}/modifier", ANIMATE, sheet::show_change)
        .post("/gouvernances/{slug}/reunions/{reunion}/modifier", ANIMATE, sheet::change)
        .get("/gouvernances/{slug}/reunions/{reunion}/annuler", ANIMATE, sheet::show_cancel)
        .post("/gouvernances/{slug}/reunions/{reunion}/annuler", ANIMATE, sheet::cancel)
        .get("/gouvernances/{slug}/reunions/{reunion}/convocation", ANIMATE, convocation_pages::show)
        .post("/gouvernances/{slug}/reunions/{reunion}/convocation", ANIMATE, convocation_pages::convene)
        .post("/gouvernances/{slug}/reunions/{reunion}/relance", ANIMATE, convocation_pages::remind)
        .get("/reunions/reponse", Access::Public, answer_pages::show)
        .post("/reunions/reponse", Access::Public, answer_pages::save)
}

/// The body of the address, for those who animate it.
pub(crate) async fn body_of(desk: &Desk, slug: String, instance: String) -> Result<(Head, Body)> {
    let (head, body) = desk
        .read(move |tx| {
            let head = forms::governance(tx, &slug)?;
            let found = bodies::list(tx, head.id)?.into_iter().find(|body| body.slug == instance);
            Ok((head, found.ok_or(Error::NotFound)?))
        })
        .await?;
    desk.require(Capability::ManageBody, scope(&head, body.id))?;
    Ok((head, body))
}

pub(crate) fn scope(head: &Head, body: Id<Body>) -> Scope {
    Scope::Body { governance: head.id.uuid(), body: body.uuid() }
}

pub(crate) fn trail_of_body(head: &Head, body: &Body) -> Vec<Crumb> {
    vec![
        Crumb::new("Gouvernances", governance::url::GOVERNANCES),
        Crumb::new(&head.name, governance::url::governance(&head.slug)),
        Crumb::new(&body.name, governance::url::body(&head.slug, &body.slug)),
    ]
}

pub(crate) fn trail_of_meeting(head: &Head, meeting: &Meeting) -> Vec<Crumb> {
    vec![
        Crumb::new("Gouvernances", governance::url::GOVERNANCES),
        Crumb::new(&head.name, governance::url::governance(&head.slug)),
        Crumb::new("Réunions", url::meetings(&head.slug)),
        Crumb::new(&meeting.title, url::meeting(&head.slug, &meeting.slug)),
    ]
}

/// True when the person animates one of the bodies that the meeting serves.
pub(crate) fn may_manage(who: &Who, head: &Head, bodies: &[Body]) -> bool {
    bodies.iter().any(|body| who.may(Capability::ManageBody, scope(head, body.id)))
}

/// True when the person holds any power in the governance.
pub(crate) fn is_inside(who: &Who, governance: Id<Governance>) -> bool {
    who.roles.iter().any(|role| role.reach.governance() == Some(governance.uuid()))
}

/// Those for whom the person speaks, among those who were called.
pub(crate) fn speaks_for<'a>(
    who: &Who,
    governance: Id<Governance>,
    everyone: &'a [Participant],
) -> Vec<&'a Participant> {
    let speaks = |one: &&Participant| {
        let reach = one.member.map(|member| Reach::Member { governance: governance.uuid(), member: member.uuid() });
        who.roles
            .iter()
            .any(|role| matches!(role.kind, RoleKind::Representative | RoleKind::Deputy) && Some(role.reach) == reach)
    };
    everyone.iter().filter(speaks).collect()
}

/// The meeting of an address with its governance and its bodies.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub head: Head,
    pub meeting: Meeting,
    pub bodies: Vec<Body>,
}

impl Known {
    pub fn load(tx: &mut Tx<'_>, slug: &str, meeting: &str) -> Result<Self> {
        let head = forms::governance(tx, slug)?;
        let meeting = reads::by_slug(tx, head.id, meeting)?;
        let bodies = reads::bodies(tx, meeting.id)?;
        Ok(Self { head, meeting, bodies })
    }

    pub fn page(&self) -> String {
        url::meeting(&self.head.slug, &self.meeting.slug)
    }

    pub fn trail(&self) -> Vec<Crumb> {
        trail_of_meeting(&self.head, &self.meeting)
    }
}

/// The meeting of the address, for those who animate one of its bodies.
pub(crate) async fn managed(desk: &Desk, slug: String, meeting: String) -> Result<Known> {
    let known = desk.read(move |tx| Known::load(tx, &slug, &meeting)).await?;
    require(&desk.who(), &known)?;
    Ok(known)
}

fn require(who: &Who, known: &Known) -> Result<()> {
    if may_manage(who, &known.head, &known.bodies) {
        return Ok(());
    }
    // The reason is that of any of the bodies.
    let body = known.bodies.first().ok_or(Error::NotFound)?;
    kernel::permission::decide(who, Capability::ManageBody, scope(&known.head, body.id))
        .map_err(|refusal| Error::Forbidden(refusal.to_string()))
}

/// The person of a signed link with the powers held at this moment, as a session would have them.
pub(crate) fn holder(tx: &mut Tx<'_>, person: Id<Person>, today: Date) -> Result<Who> {
    // Of an account that is gone nothing is left to speak.
    accounts::by_person(tx, person).map_err(|error| match error {
        Error::NotFound => Error::Forbidden("Ce compte n'existe plus.".to_owned()),
        other => other,
    })?;
    Ok(Who::person(person.uuid(), None, powers::roles_of(tx, person, today)?))
}

pub(crate) async fn speaker(desk: &Desk, person: Id<Person>) -> Result<Who> {
    let today = desk.app.clock().now().day();
    desk.read(move |tx| holder(tx, person, today)).await
}
