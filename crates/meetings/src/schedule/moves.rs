//! A meeting that is moved after its convocation: what was answered before is kept, and marked until it is said again.

use std::collections::HashSet;

use kernel::{Id, Result, Timestamp};
use store::{Tx, params};

use crate::model::{Meeting, Participant};

/// Notes that a convened meeting has another day or hour now.
pub(crate) fn note(tx: &mut Tx<'_>, meeting: Id<Meeting>, now: Timestamp) -> Result<()> {
    tx.execute(
        "insert into meeting_move (meeting, moved_at) values ($1, $2)
         on conflict (meeting) do update set moved_at = excluded.moved_at",
        params![meeting, now],
    )?;
    Ok(())
}

/// Those who answered before the meeting was moved, and have not since.
pub fn answered_before(tx: &mut Tx<'_>, meeting: Id<Meeting>) -> Result<HashSet<Id<Participant>>> {
    let found = tx.query(
        "select p.id from participant p join meeting_move v on v.meeting = p.meeting
         where p.meeting = $1 and p.answer <> 'none' and p.answered_at <= v.moved_at",
        params![meeting],
        |row| row.get(0),
    )?;
    Ok(found.into_iter().collect())
}
