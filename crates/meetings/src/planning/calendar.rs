//! Calendar files and subscriptions: of one meeting, a body, a governance, everywhere.

use axum::extract::Path;
use axum::response::IntoResponse as _;
use documents::calendar::{Event, Status, write};
use governance::bodies::store as bodies;
use governance::forms;
use http::header;
use kernel::{Error, Result, Timestamp};
use store::Tx;
use web::{Answer, Desk};

use super::{Known, may_manage};
use crate::model::{Meeting, MeetingState};
use crate::store::{self as reads, In, Listed};
use crate::url;

/// Meetings of one file.
pub(crate) const MOST: i64 = 500;

fn jiff(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

fn event(site: &str, slug: &str, meeting: &Meeting, agenda: &str, now: Timestamp) -> Event {
    let place = match (meeting.place.as_str(), meeting.video.as_str()) {
        ("", video) => video.to_owned(),
        (place, "") => place.to_owned(),
        (place, video) => format!("{place} ou {video}"),
    };
    Event {
        // An identifier that is unique by itself (RFC 7986): no address, not even a made-up one, stands in a public file.
        uid: format!("reunion-{}", meeting.id),
        sequence: meeting.version,
        stamp: jiff(now),
        begins: jiff(meeting.starts_at),
        ends: jiff(meeting.ends_at()),
        summary: meeting.title.clone(),
        description: agenda.to_owned(),
        location: place,
        url: format!("{site}{}", url::meeting(slug, &meeting.slug)),
        status: status(meeting.state),
    }
}

/// What is in preparation may still change; what is cancelled stays in the file, so that subscriptions take it out.
fn status(state: MeetingState) -> Status {
    match state {
        MeetingState::Draft => Status::Tentative,
        MeetingState::Cancelled => Status::Cancelled,
        MeetingState::Convened | MeetingState::Open | MeetingState::Closed => Status::Confirmed,
    }
}

fn answer(name: &str, events: &[Event]) -> Answer {
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"reunions.ics\""),
    ];
    Ok((headers, write(name, events)).into_response())
}

/// The meetings to come, and as many of those of the past year as fit beside them: a calendar that is full must not end
/// before today.
pub(crate) fn around(tx: &mut Tx<'_>, of: In, now: Timestamp) -> Result<Vec<Listed>> {
    let today = now.start_of_day();
    let coming = reads::list(tx, of, today, false, None, MOST)?;
    let left = MOST - i64::try_from(coming.len()).map_err(Error::internal)?;
    let year_ago = now.plus(-365 * kernel::time::DAY);
    let mut all = reads::list(tx, of, today, true, None, left)?;
    all.retain(|one| one.meeting.starts_at >= year_ago);
    all.reverse();
    all.extend(coming);
    Ok(all)
}

/// Those that everybody may see.
fn since(tx: &mut Tx<'_>, of: In, now: Timestamp) -> Result<Vec<Listed>> {
    let mut all = around(tx, of, now)?;
    all.retain(|one| !one.meeting.is_hidden());
    Ok(all)
}

pub(crate) fn events(site: &str, all: &[Listed], now: Timestamp) -> Vec<Event> {
    all.iter().map(|one| event(site, &one.governance.1, &one.meeting, &one.names(), now)).collect()
}

pub async fn everywhere(desk: Desk) -> Answer {
    let now = desk.app.clock().now();
    let all = desk.read(move |tx| since(tx, In::Everywhere, now)).await?;
    answer(
        "Réunions des gouvernances de l'inclusion numérique",
        &events(&desk.app.settings().public_address, &all, now),
    )
}

pub async fn of_governance(desk: Desk, Path(slug): Path<String>) -> Answer {
    let now = desk.app.clock().now();
    let (name, all) = desk
        .read(move |tx| {
            let head = forms::governance(tx, &slug)?;
            Ok((head.name, since(tx, In::Governance(head.id), now)?))
        })
        .await?;
    answer(&name, &events(&desk.app.settings().public_address, &all, now))
}

pub async fn of_body(desk: Desk, Path((slug, instance)): Path<(String, String)>) -> Answer {
    let now = desk.app.clock().now();
    let (name, all) = desk
        .read(move |tx| {
            let head = forms::governance(tx, &slug)?;
            let found = bodies::list(tx, head.id)?.into_iter().find(|body| body.slug == instance);
            let body = found.ok_or(Error::NotFound)?;
            Ok((body.name, since(tx, In::Body(body.id), now)?))
        })
        .await?;
    answer(&name, &events(&desk.app.settings().public_address, &all, now))
}

pub async fn of_meeting(desk: Desk, Path((slug, reunion)): Path<(String, String)>) -> Answer {
    let now = desk.app.clock().now();
    let (known, items) = desk
        .read(move |tx| {
            let known = Known::load(tx, &slug, &reunion)?;
            let items = reads::agenda(tx, known.meeting.id)?;
            Ok((known, items))
        })
        .await?;
    if known.meeting.is_hidden() && !may_manage(&desk.who(), &known.head, &known.bodies) {
        return Err(Error::NotFound.into());
    }
    let agenda: Vec<String> = (1..).zip(&items).map(|(rank, item)| format!("{rank}. {}", item.title)).collect();
    let site = &desk.app.settings().public_address;
    answer(&known.meeting.title, &[event(site, &known.head.slug, &known.meeting, &agenda.join("\n"), now)])
}
