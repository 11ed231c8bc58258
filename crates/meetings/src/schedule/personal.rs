//! One's own calendar: an address that a calendar program reads, with the meetings to which one's organisations are called
//! and those of the bodies that one animates. The address is a key: changing it makes the old one stop.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::IntoResponse as _;
use directory::Person;
use directory::accounts::model::AccountState;
use directory::accounts::store as accounts;
use governance::bodies::model::Body;
use governance::members::model::Member;
use governance::powers::store as powers;
use http::{StatusCode, header};
use kernel::{Capability, Context, Error, Id, Reach, Result, RoleKind, Scope, Secret, Timestamp};
use store::{Tx, params};
use ui::page::{Crumb, Page};
use uuid::Uuid;
use web::{Access, Answer, Desk, Routes};

use crate::model::MeetingState;
use crate::planning::calendar;
use crate::store::{In, Listed};

/// Purpose of the key of one's own calendar.
const PURPOSE: &str = "agenda-personnel";
/// Until the person changes it: a calendar program reads it for years.
const FOR_EVER: Timestamp = Timestamp::from_micros(i64::MAX);

pub fn routes() -> Routes {
    Routes::new().get("/compte/agenda", Access::SignedIn, show).post("/compte/agenda", Access::SignedIn, change).get(
        "/reunions/personnel.ics",
        Access::Public,
        file,
    )
}

/// The number in the present address of a person; `None` as long as they have asked for none.
fn number(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Option<Uuid>> {
    tx.find("select number from calendar_key where person = $1", params![person], |row| row.get(0))
}

/// Gives the person who acts a new address; the old one stops. It is a setting of theirs: the register tells nothing of it.
fn renew(ctx: &Context<'_>, tx: &mut Tx<'_>) -> Result<()> {
    ctx.require(Capability::OwnAccount, Scope::Platform)?;
    let person = ctx.who().person_id().ok_or(Error::NotFound)?;
    tx.execute(
        "insert into calendar_key (person, number, created_at) values ($1, $2, $3)
         on conflict (person) do update set number = excluded.number, created_at = excluded.created_at",
        params![person, ctx.new_id::<Person>()?, ctx.now()],
    )?;
    Ok(())
}

/// Removes the addresses of those whose account is gone; gives how many.
pub(crate) fn purge(tx: &mut Tx<'_>) -> Result<u64> {
    tx.execute("delete from calendar_key where person not in (select person from account)", &[])
}

/// The person of an address that still holds.
///
/// # Errors
/// Not found, the same for an address that was altered, one that was changed since, and one of a closed account.
fn reader(tx: &mut Tx<'_>, secret: &Secret, token: &str, now: Timestamp) -> Result<Id<Person>> {
    let about = secret.read_link(PURPOSE, token, now).ok_or(Error::NotFound)?;
    let [person, presented] = about.as_slice() else { return Err(Error::NotFound) };
    let person: Id<Person> = Id::from_uuid(*person);
    if number(tx, person)? != Some(*presented) || accounts::by_person(tx, person)?.state != AccountState::Active {
        return Err(Error::NotFound);
    }
    Ok(person)
}

/// The meetings of a person, those of the past year among them, by the powers held now: a draft only where one animates.
fn meetings(tx: &mut Tx<'_>, person: Id<Person>, now: Timestamp) -> Result<Vec<Listed>> {
    let mut found: BTreeMap<(Timestamp, Uuid), Listed> = BTreeMap::new();
    for role in powers::roles_of(tx, person, now.day())? {
        let (of, animates) = match (role.kind, role.reach) {
            (RoleKind::Representative | RoleKind::Deputy, Reach::Member { member, .. }) => {
                (In::Called(Id::<Member>::from_uuid(member)), false)
            }
            (RoleKind::Animator, Reach::Body { body, .. }) => (In::Body(Id::<Body>::from_uuid(body)), true),
            _ => continue,
        };
        for one in calendar::around(tx, of, now)? {
            let shown = !one.meeting.is_hidden() || (animates && one.meeting.state == MeetingState::Draft);
            if shown {
                found.insert((one.meeting.starts_at, one.meeting.id.uuid()), one);
            }
        }
    }
    // As many as a file holds, the oldest left out.
    let too_many = found.len().saturating_sub(usize::try_from(calendar::MOST).unwrap_or(usize::MAX));
    Ok(found.into_values().skip(too_many).collect())
}

async fn file(desk: Desk) -> Answer {
    let (key, now, secret) = (desk.params.whole("cle"), desk.app.clock().now(), desk.app.secret().clone());
    let all = desk
        .read(move |tx| {
            let person = reader(tx, &secret, &key, now)?;
            meetings(tx, person, now)
        })
        .await?;
    let site = &desk.app.settings().public_address;
    let events = calendar::events(site, &all, now);
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"mes-reunions.ics\""),
    ];
    Ok((headers, documents::calendar::write("Mes réunions", &events)).into_response())
}

#[derive(Template)]
#[template(path = "schedule/personal.html")]
struct CalendarPage {
    /// The whole address, once asked for.
    address: Option<ui::form::Field>,
}

impl Page for CalendarPage {
    fn title(&self) -> String {
        "Mon agenda de réunions".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        vec![Crumb::new("Mon compte", "/compte")]
    }
}

async fn show(desk: Desk) -> Answer {
    let person: Id<Person> = Id::from_uuid(desk.signed().ok_or(Error::NotFound)?.person);
    let number = desk.read(move |tx| number(tx, person)).await?;
    let address = number.map(|number| {
        let token = desk.app.secret().sign_link(PURPOSE, &[person.uuid(), number], FOR_EVER);
        let address = format!("{}/reunions/personnel.ics?cle={token}", desk.app.settings().public_address);
        ui::form::Field::new(ui::form::Kind::Url, "adresse", "Adresse d'abonnement")
            .hint("À coller dans votre agenda, là où il propose de s'abonner par une adresse.")
            .autocomplete("off")
            .required()
            .value(address)
    });
    desk.private(StatusCode::OK, &CalendarPage { address })
}

async fn change(desk: Desk) -> Answer {
    desk.act(renew).await?;
    desk.done("/compte/agenda", "Voici votre adresse d'abonnement. Une adresse plus ancienne ne fonctionne plus.")
}
