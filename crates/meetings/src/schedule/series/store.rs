//! Queries on series.

use governance::Governance;
use governance::bodies::model::Body;
use kernel::{Id, Result, Timestamp};
use store::{Tx, params};

use crate::model::{Meeting, MeetingState};

/// The series of a meeting.
#[derive(Clone, Debug)]
pub struct Series {
    pub id: Id<Series>,
    pub rhythm: String,
    /// Its meetings in their order: slug, title, beginning, state.
    pub meetings: Vec<(Id<Meeting>, String, Timestamp, MeetingState)>,
}

/// The series to which a meeting belongs.
pub fn of_meeting(tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<Option<Series>> {
    let found: Option<(Id<Series>, String)> = tx.find(
        "select s.id, s.rhythm from meeting_series s join meeting_in_series i on i.series = s.id where i.meeting = $1",
        params![id],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let Some((id, rhythm)) = found else { return Ok(None) };
    let meetings = tx.query(
        "select m.id, m.slug, m.starts_at, m.state from meeting m join meeting_in_series i on i.meeting = m.id
         where i.series = $1 order by m.starts_at, m.id",
        params![id],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.code(3)?)),
    )?;
    Ok(Some(Series { id, rhythm, meetings }))
}

/// When the bodies meet already, between two instants: what was cancelled does not count.
pub fn taken(tx: &mut Tx<'_>, bodies: &[Id<Body>], from: Timestamp, until: Timestamp) -> Result<Vec<Timestamp>> {
    let mut taken = Vec::new();
    for body in bodies {
        taken.extend(tx.query(
            "select m.starts_at from meeting m join meeting_body mb on mb.meeting = m.id
             where mb.body = $1 and m.state <> 'cancelled' and m.starts_at >= $2 and m.starts_at < $3 order by m.starts_at",
            params![*body, from, until],
            |row| row.get::<Timestamp>(0),
        )?);
    }
    Ok(taken)
}

/// The official code of the département or collectivity of a governance; empty for a national or a regional one.
pub fn departement(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<String> {
    let code = tx.find(
        "select t.official_code from governance g join territory t on t.code = g.departement where g.id = $1",
        params![governance],
        |row| row.get(0),
    )?;
    Ok(code.unwrap_or_default())
}
