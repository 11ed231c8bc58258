//! Queries on minutes, corrections and redactions.

use kernel::{Id, Result, Timestamp};
use store::{Row, Tx, params};

use super::model::{Correction, Minutes, Redaction};
use crate::Meeting;
use crate::practice::{self, Practice};

pub fn find(tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<Option<Minutes>> {
    tx.find(
        "select state, circulated_at, silence_until, approved_on, approval, published_at, version
         from minutes where meeting = $1",
        params![id],
        |row| {
            Ok(Minutes {
                state: row.code(0)?,
                circulated_at: row.get(1)?,
                silence_until: row.get(2)?,
                approved_on: row.get(3)?,
                approval: row.get(4)?,
                published_at: row.get(5)?,
                version: row.get(6)?,
            })
        },
    )
}

/// The rules of the bodies that a meeting serves.
pub fn practices(tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<Vec<Practice>> {
    let bodies = crate::store::bodies(tx, id)?;
    bodies.iter().map(|body| Ok(practice::find(tx, body.id)?.0)).collect()
}

fn correction(row: &Row<'_>) -> Result<Correction> {
    Ok(Correction {
        id: row.get(0)?,
        item: row.get(1)?,
        name: row.get(2)?,
        text: row.get(3)?,
        state: row.code(4)?,
        reason: row.get(5)?,
        asked_at: row.get(6)?,
    })
}

/// What was asked for, in the order in which it came.
pub fn corrections(tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<Vec<Correction>> {
    tx.query(
        "select id, item, name, text, state, reason, asked_at from correction where meeting = $1 order by asked_at, id",
        params![id],
        correction,
    )
}

pub fn redactions(tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<Vec<Redaction>> {
    tx.query(
        "select r.id, r.item, r.passage, r.ground, r.reason from redaction r join agenda_item i on i.id = r.item
         where i.meeting = $1 order by r.made_at, r.id",
        params![id],
        |row| {
            Ok(Redaction {
                id: row.get(0)?,
                item: row.get(1)?,
                passage: row.get(2)?,
                ground: row.code(3)?,
                reason: row.get(4)?,
            })
        },
    )
}

/// Meetings whose minutes silence approves: the last day for corrections is past and none waits.
pub fn silent(tx: &mut Tx<'_>, today: jiff::civil::Date, limit: i64) -> Result<Vec<Id<Meeting>>> {
    tx.query(
        "select n.meeting from minutes n where n.state = 'circulated' and n.silence_until < $1
         and not exists (select 1 from correction c where c.meeting = n.meeting and c.state = 'asked')
         order by n.silence_until, n.meeting limit $2",
        params![today.to_string(), limit],
        |row| row.get(0),
    )
}

/// Meetings of the same bodies that came after, or are open: where minutes may be approved.
pub fn later(tx: &mut Tx<'_>, id: Id<Meeting>, starts_at: Timestamp) -> Result<Vec<Id<Meeting>>> {
    tx.query(
        "select distinct m.id, m.starts_at from meeting m join meeting_body mb on mb.meeting = m.id
         where mb.body in (select body from meeting_body where meeting = $1) and m.id <> $1 and m.starts_at > $2
           and m.state in ('open', 'closed')
         order by m.starts_at limit 20",
        params![id, starts_at],
        |row| row.get(0),
    )
}
