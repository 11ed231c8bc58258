//! The year of a body: what was held and what is announced, beside the number that is expected. That number is a mark, not a
//! goal: nothing here praises more meetings.

mod model;
mod pages;

use governance::bodies::model::Body;
use governance::bodies::store as bodies;
use governance::governances::model::State;
use jiff::civil::date;
use kernel::zone::Zone;
use kernel::{Id, PartialDate, Result, Timestamp};
use store::{Tx, params};
use web::{Access, Routes};

pub use model::{Pace, expected_in};

use crate::planning::acts::zone;

pub fn routes() -> Routes {
    Routes::new().get("/gouvernances/{slug}/instances/{instance}/reunions", Access::Public, pages::show)
}

/// The instants between which a year lies, in a zone.
pub(crate) fn bounds(zone: Zone, year: i16) -> (Timestamp, Timestamp) {
    let begins = |year: i16| {
        let midnight = jiff::civil::Time::midnight();
        zone.instant(date(year, 1, 1), midnight).unwrap_or(Timestamp::from_micros(0))
    };
    (begins(year), begins(year.saturating_add(1)))
}

/// Meetings of a body between two instants, those given up left out: what counts, prepared or held.
fn counted(tx: &mut Tx<'_>, body: Id<Body>, from: Timestamp, until: Timestamp) -> Result<i64> {
    tx.get(
        "select count(*) from meeting m join meeting_body mb on mb.meeting = m.id
         where mb.body = $1 and m.state <> 'cancelled' and m.starts_at >= $2 and m.starts_at < $3",
        params![body, from, until],
        |row| row.get(0),
    )
}

/// What is said to whoever animates a body whose next meeting should be prepared; nothing most of the time.
pub(crate) fn reminder(tx: &mut Tx<'_>, body: Id<Body>, now: Timestamp) -> Result<Option<(Body, String)>> {
    let Some(body) = bodies::find(tx, body)? else { return Ok(None) };
    if body.closed_on.is_some() || body.declared || body.upcoming {
        return Ok(None);
    }
    let (Some(per_year), Some(frequency)) = (body.meetings_min, body.frequency()) else { return Ok(None) };
    let governance = bodies::governance_of(tx, body.id)?;
    let zone = zone(tx, governance)?;
    let today = zone.civil(now).0;
    let (state, since): (State, Option<PartialDate>) =
        tx.get("select state, state_since from governance where id = $1", params![governance], |row| {
            Ok((row.code(0)?, row.get(1)?))
        })?;
    if state != State::Installed {
        return Ok(None);
    }
    let since = since.map(PartialDate::first_day);
    let (from, until) = bounds(zone, today.year());
    let counted = counted(tx, body.id, from, until)?;
    let pace = Pace { per_year, expected: expected_in(per_year, today.year(), since), counted };
    if !pace.asks_for_one(today) {
        return Ok(None);
    }
    let held = match counted {
        0 => format!("rien n'est prévu en {}", today.year()),
        1 => format!("une réunion tenue ou prévue en {}", today.year()),
        many => format!("{many} réunions tenues ou prévues en {}", today.year()),
    };
    Ok(Some((body, format!("{frequency} : {held}."))))
}
