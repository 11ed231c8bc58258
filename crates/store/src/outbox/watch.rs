//! The queue as those who watch it see it, and what they may do.

use kernel::{Context, Error, Id, Result, Timestamp};
use uuid::Uuid;

use super::{Mail, MailState, masked};
use crate::{Row, Tx, Value, params};

/// A message as those who watch the queue see it: never its text, nor the whole address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    pub id: Id<Mail>,
    pub queued_at: Timestamp,
    /// `j…@exemple.fr`
    pub to: String,
    pub subject: String,
    pub state: MailState,
    pub urgent: bool,
    pub attempts: i64,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it is next tried, while it waits.
    pub due_at: Timestamp,
    /// A node holds it until this instant.
    pub lease_until: Timestamp,
    /// When it was sent, given up or abandoned.
    pub closed_at: Option<Timestamp>,
}

impl Queued {
    /// A node is sending it at this instant.
    pub fn is_being_sent(&self, now: Timestamp) -> bool {
        self.state == MailState::Waiting && self.lease_until > now
    }
}

/// As [`MailState`] tells it.
const STATE: &str = "case when held then 'held' else state end";

fn selected(rest: &str) -> String {
    format!(
        "select id, queued_at, recipient, subject, {STATE}, urgent, attempts, last_error, due_at, lease_until, closed_at
         from outbox {rest}"
    )
}

fn queued(row: &Row<'_>) -> Result<Queued> {
    Ok(Queued {
        id: row.get(0)?,
        queued_at: row.get(1)?,
        to: masked(&row.get::<String>(2)?),
        subject: row.get(3)?,
        state: row.code(4)?,
        urgent: row.get(5)?,
        attempts: row.get(6)?,
        last_error: row.get(7)?,
        due_at: row.get(8)?,
        lease_until: row.get(9)?,
        closed_at: row.get(10)?,
    })
}

/// Up to `limit` messages older than `before` (the newest first), in one state or in all.
pub fn latest(tx: &mut Tx<'_>, state: Option<MailState>, before: Option<Id<Mail>>, limit: i64) -> Result<Vec<Queued>> {
    // Identifiers follow time; the greatest of all stands for « from the newest ».
    let before = before.unwrap_or(Id::from_uuid(Uuid::max()));
    match state {
        Some(state) => tx.query(
            &selected(&format!("where {STATE} = $1 and id < $2 order by id desc limit $3")),
            params![Value::code(state), before, limit],
            queued,
        ),
        None => tx.query(&selected("where id < $1 order by id desc limit $2"), params![before, limit], queued),
    }
}

pub fn find(tx: &mut Tx<'_>, id: Id<Mail>) -> Result<Option<Queued>> {
    tx.find(&selected("where id = $1"), params![id], queued)
}

/// How many messages stand in a state.
pub fn count(tx: &mut Tx<'_>, state: MailState) -> Result<i64> {
    let sql = format!("select count(*) from outbox where {STATE} = $1");
    tx.get(&sql, params![Value::code(state)], |row| row.get(0))
}

/// Makes a message due at once: one that waits or is held, or one that was given up, which is then tried once more. The act that
/// calls it asks for the permission and notes the register entry.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when it is sent, abandoned or under way.
pub fn retry_now(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Mail>) -> Result<()> {
    let changed = tx.execute(
        "update outbox set state = 'waiting', held = false, due_at = $1, lease_until = $1, closed_at = null
         where id = $2 and state in ('waiting', 'given_up') and lease_until <= $1",
        params![ctx.now(), id],
    )?;
    if changed == 0 {
        return Err(why_not(ctx, tx, id)?);
    }
    tx.mail_was_queued();
    Ok(())
}

/// Takes a message out of the queue and erases its text. The act that calls it asks for the permission and notes the
/// register entry.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when it is sent, abandoned already or under way.
pub fn abandon(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Mail>) -> Result<()> {
    let changed = tx.execute(
        "update outbox set state = 'abandoned', held = false, text = null, unsubscribe = null, closed_at = $1
         where id = $2 and state in ('waiting', 'given_up') and lease_until <= $1",
        params![ctx.now(), id],
    )?;
    if changed == 0 {
        return Err(why_not(ctx, tx, id)?);
    }
    Ok(())
}

/// Lets all held messages go; gives how many. The act that calls it asks for the permission and notes the register entry.
pub fn release_held(ctx: &Context<'_>, tx: &mut Tx<'_>) -> Result<u64> {
    let released = tx.execute("update outbox set held = false, due_at = $1 where held", params![ctx.now()])?;
    tx.mail_was_queued();
    Ok(released)
}

/// Takes all held messages out of the queue and erases their texts; gives how many. The act that calls it asks for the
/// permission and notes the register entry.
pub fn abandon_held(ctx: &Context<'_>, tx: &mut Tx<'_>) -> Result<u64> {
    tx.execute(
        "update outbox set state = 'abandoned', held = false, text = null, unsubscribe = null, closed_at = $1 where held",
        params![ctx.now()],
    )
}

fn why_not(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Mail>) -> Result<Error> {
    let Some(mail) = find(tx, id)? else { return Ok(Error::NotFound) };
    let sentence = match mail.state {
        MailState::Sent => "Ce message est déjà parti.",
        MailState::Abandoned => "Ce message a été abandonné : son texte est effacé.",
        MailState::Waiting | MailState::GivenUp if mail.is_being_sent(ctx.now()) => {
            "Ce message est en cours d'envoi. Recommencez dans quelques minutes."
        }
        MailState::Waiting | MailState::Held | MailState::GivenUp => "Ce message vient de changer. Rechargez la page.",
    };
    Ok(Error::Conflict(sentence.to_owned()))
}
