//! Calendar files and subscriptions: of one meeting, a body, a governance, everywhere.

use axum::extract::Path;
use axum::response::IntoResponse as _;
use documents::calendar::{Event, write};
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
        cancelled: meeting.state == MeetingState::Cancelled,
    }
}

/// What a calendar says of an event besides the hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Announced or cancelled, as the event says itself.
    Told,
    /// In preparation.
    Tentative,
}

/// A calendar in which some events are tentative (RFC 5545, 3.8.1.11), which the plain writer does not know. Texts cannot
/// hold these lines: their line feeds are escaped.
pub(crate) fn file(name: &str, events: &[Event], statuses: &[Status]) -> String {
    const BEGINS: &str = "BEGIN:VEVENT\r\n";
    let written = write(name, events);
    let mut parts = written.split(BEGINS);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for (part, status) in parts.zip(statuses) {
        out.push_str(BEGINS);
        match status {
            Status::Told => out.push_str(part),
            Status::Tentative => out.push_str(&part.replace("\r\nSTATUS:CONFIRMED\r\n", "\r\nSTATUS:TENTATIVE\r\n")),
        }
    }
    out
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_preparation_is_tentative_and_a_title_cannot_pretend() {
        let event = |summary: &str| Event {
            uid: "reunion-1".to_owned(),
            sequence: 0,
            stamp: jiff::Timestamp::UNIX_EPOCH,
            begins: jiff::Timestamp::UNIX_EPOCH,
            ends: jiff::Timestamp::UNIX_EPOCH,
            summary: summary.to_owned(),
            description: String::new(),
            location: String::new(),
            url: String::new(),
            cancelled: false,
        };
        let events = [event("Un"), event("x\r\nBEGIN:VEVENT\r\nSTATUS:CONFIRMED\r\n"), event("Trois")];
        let text = file("Essai", &events, &[Status::Told, Status::Tentative, Status::Told]);
        assert_eq!(text.matches("\r\nBEGIN:VEVENT\r\n").count(), 3);
        assert_eq!(text.matches("\r\nSTATUS:TENTATIVE\r\n").count(), 1);
        assert_eq!(text.matches("\r\nSTATUS:CONFIRMED\r\n").count(), 2);
        assert!(text.ends_with("END:VCALENDAR\r\n"));
        assert_eq!(file("Essai", &events, &[Status::Told; 3]), write("Essai", &events));
    }
}
