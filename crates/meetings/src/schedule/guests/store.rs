//! Queries on guests.

use kernel::{Id, Result, Timestamp};
use store::{Tx, params};

use super::model::Guest;
use crate::model::Meeting;

/// How long after its hour the addresses of guests are kept for a meeting that nobody has closed, in microseconds.
pub const KEPT: i64 = 60 * kernel::time::DAY;

/// The guests of a meeting, in the order in which they were invited.
pub fn list(tx: &mut Tx<'_>, meeting: Id<Meeting>) -> Result<Vec<Guest>> {
    tx.query(
        "select id, name, email, answer, presence from guest where meeting = $1 order by rank, id",
        params![meeting],
        |row| {
            Ok(Guest {
                id: row.get(0)?,
                name: row.get(1)?,
                email: row.get(2)?,
                reply: row.code(3)?,
                presence: row.code(4)?,
            })
        },
    )
}

pub fn meeting_of(tx: &mut Tx<'_>, id: Id<Guest>) -> Result<Id<Meeting>> {
    tx.get("select meeting from guest where id = $1", params![id], |row| row.get(0))
}

/// Erases the addresses of the guests: the meeting is closed or cancelled.
pub fn forget(tx: &mut Tx<'_>, meeting: Id<Meeting>) -> Result<()> {
    tx.execute("update guest set email = '' where meeting = $1 and email <> ''", params![meeting])?;
    Ok(())
}

/// Erases the addresses that were left by meetings which nobody closed; gives how many.
pub fn purge(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    tx.execute(
        "update guest set email = '' where email <> '' and meeting in (select id from meeting where starts_at < $1)",
        params![now.plus(-KEPT)],
    )
}
