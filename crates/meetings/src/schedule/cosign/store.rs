//! Queries on who invites and who has agreed.

use governance::Governance;
use governance::bodies::model::Body;
use governance::bodies::store as bodies;
use governance::members::model::Member;
use kernel::{Id, Result, Timestamp};
use store::{Tx, params};
use uuid::Uuid;

use super::model::{Agreement, Inviter, chairs};
use crate::model::Meeting;

/// An agreement that was asked for.
#[derive(Clone, Debug)]
pub struct Cosignature {
    pub id: Id<Self>,
    pub chair: Uuid,
    pub name: String,
    pub state: Agreement,
    pub how: String,
    pub given_at: Option<Timestamp>,
}

/// Who presides the bodies, each once, in their order.
pub fn inviters(tx: &mut Tx<'_>, of: &[Body]) -> Result<Vec<Inviter>> {
    let mut all = Vec::new();
    for body in of {
        all.extend(bodies::seats(tx, body.id)?);
    }
    Ok(chairs(&all))
}

pub fn list(tx: &mut Tx<'_>, meeting: Id<Meeting>) -> Result<Vec<Cosignature>> {
    tx.query(
        "select id, chair, name, state, how, given_at from cosignature where meeting = $1 order by name, id",
        params![meeting],
        |row| {
            Ok(Cosignature {
                id: row.get(0)?,
                chair: row.get(1)?,
                name: row.get(2)?,
                state: row.code(3)?,
                how: row.get(4)?,
                given_at: row.get(5)?,
            })
        },
    )
}

pub fn meeting_of(tx: &mut Tx<'_>, id: Id<Cosignature>) -> Result<Id<Meeting>> {
    tx.get("select meeting from cosignature where id = $1", params![id], |row| row.get(0))
}

/// The member of a governance that an organisation is, if it is one.
pub fn member(tx: &mut Tx<'_>, governance: Id<Governance>, organisation: Uuid) -> Result<Option<Id<Member>>> {
    tx.find(
        "select id from member where governance = $1 and organisation = $2",
        params![governance, organisation],
        |row| row.get(0),
    )
}

/// Agreements that are asked of a member for meetings to come: each with its meeting.
pub fn waiting_for(tx: &mut Tx<'_>, member: Uuid, now: Timestamp) -> Result<Vec<(Id<Cosignature>, Id<Meeting>)>> {
    tx.query(
        "select c.id, c.meeting from cosignature c join meeting m on m.id = c.meeting
         join member mm on mm.organisation = c.chair and mm.governance = m.governance
         where mm.id = $1 and c.state = 'asked' and m.state = 'draft' and m.starts_at > $2 order by m.starts_at limit 20",
        params![member, now],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}
