//! The meetings that were held, with the days that count: that of the meeting in its own zone, and that on which its minutes
//! became public.

use governance::barometer::Asked;
use governance::bodies::model::Body;
use jiff::ToSpan as _;
use jiff::civil::{Date, Time};
use kernel::zone::Zone;
use kernel::{Error, Id, Origin, Result, Timestamp};
use store::{Tx, Value, params};

use crate::model::{Meeting, MeetingState};

/// A meeting that was held: its session is closed. What was cancelled, or is still to come, is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub id: Id<Meeting>,
    pub day: Date,
    /// Since which day its minutes are public.
    pub published: Option<Date>,
    pub fictitious: bool,
}

impl Held {
    /// True when everybody could read its minutes on that day.
    pub fn is_public_on(&self, day: Date) -> bool {
        self.published.is_some_and(|published| published <= day)
    }
}

/// Narrows a query on `meeting m` to those that were held over the days that are asked, and a day around them: a meeting's
/// own zone decides on which day it was.
pub const HELD: &str = "m.governance = $1 and m.state = $2 and m.starts_at >= $3 and m.starts_at < $4";

/// The parameters of [`HELD`].
pub fn bounds(asked: &Asked<'_>) -> Result<Vec<Value>> {
    let begin = |day: Date| Zone::PARIS.instant(day, Time::midnight()).map_err(Error::internal);
    let (from, to) = (asked.from.saturating_sub(1.day()), asked.to.saturating_add(2.days()));
    Ok(params![asked.governance, Value::code(MeetingState::Closed), begin(from)?, begin(to)?].to_vec())
}

/// The meetings that were held over the days that are asked, the first one first.
pub fn held(tx: &mut Tx<'_>, asked: &Asked<'_>) -> Result<Vec<Held>> {
    let mut all = tx.query(
        &format!(
            "select m.id, m.starts_at, m.zone, n.published_at, m.origin from meeting m
             left join minutes n on n.meeting = m.id and n.state = 'published'
             where {HELD} order by m.starts_at, m.id"
        ),
        &bounds(asked)?,
        |row| {
            let zone: String = row.get(2)?;
            let zone = Zone::from_name(&zone).ok_or_else(|| Error::internal(format!("unknown zone {zone}")))?;
            let day = |at: Timestamp| zone.civil(at).0;
            Ok(Held {
                id: row.get(0)?,
                day: day(row.get(1)?),
                published: row.get::<Option<Timestamp>>(3)?.map(day),
                fictitious: row.code::<Origin>(4)? == Origin::Fictitious,
            })
        },
    )?;
    all.retain(|one| (asked.from..=asked.to).contains(&one.day));
    Ok(all)
}

/// Which bodies each of them served.
pub fn served(tx: &mut Tx<'_>, asked: &Asked<'_>) -> Result<Vec<(Id<Meeting>, Id<Body>)>> {
    tx.query(
        &format!("select mb.meeting, mb.body from meeting_body mb join meeting m on m.id = mb.meeting where {HELD}"),
        &bounds(asked)?,
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}
