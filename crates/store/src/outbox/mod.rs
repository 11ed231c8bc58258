//! Mail to send: acts queue it in their own transaction, nodes take it one message at a time.
//!
//! A node that takes a message holds it for [`LEASE`]; it must have stopped sending before that. When it dies meanwhile,
//! another node finds the lease over and sends. The text, which holds secret links, is erased once the message is sent or
//! abandoned.

mod watch;

use kernel::{Context, Id, Result, Timestamp, coded};
use uuid::Uuid;

pub use watch::{Queued, abandon, abandon_held, count, find, latest, release_held, retry_now};

use crate::{Tx, params};

/// Microseconds.
const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// How long a taken message belongs to its node, in microseconds. Longer than the longest send, with room for the clocks
/// of two nodes to differ.
pub const LEASE: i64 = 5 * MINUTE;
/// The wait after each attempt that failed; after the last one the message is given up.
const BACK_OFF: [i64; 7] = [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR];
/// How long the trace of a message is kept once it is sent, abandoned or given up.
pub const KEPT: i64 = 30 * 24 * HOUR;
/// Longest subject and longest reason of a failure, in characters.
const LINE_MAX: usize = 300;

/// A message, in plain text: paragraphs stand between empty lines, a line that is only an address (`https://…`) becomes a
/// link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// One address, without a name.
    pub to: String,
    pub subject: String,
    pub text: String,
    /// Somebody waits for it before the screen (a sign-in): it goes before the others.
    pub urgent: bool,
    /// The person to whom it goes, so that their erasure reaches it.
    pub person: Option<Uuid>,
}

/// What an identifier of the queue identifies.
#[derive(Debug)]
pub struct Mail;

coded! {
    /// Where a message of the queue stands.
    pub enum MailState {
        Waiting = "waiting", "En attente";
        /// Waited in a backup that was restored: it may have gone long ago, so a person says whether it goes. Stored as
        /// `waiting`, with a mark.
        Held = "held", "Retenu";
        Sent = "sent", "Envoyé";
        GivenUp = "given_up", "Échec définitif";
        Abandoned = "abandoned", "Abandonné";
    }
}

/// Queues a message, within the transaction of the act that causes it: it is sent if and only if the act is done.
///
/// It never refuses an address. One that is none ends as a failure with its reason, in the queue, so that a person who is
/// invited at a wrong address does not make the act of somebody else impossible.
pub fn queue(ctx: &Context<'_>, tx: &mut Tx<'_>, message: &Message) -> Result<()> {
    queue_to_list(ctx, tx, message, None)
}

/// As [`queue`], for what goes to many by their choice: `unsubscribe` is the address of this site that ends it for this
/// reader, at one POST and without a sign-in (RFC 8058).
pub fn queue_to_list(ctx: &Context<'_>, tx: &mut Tx<'_>, message: &Message, unsubscribe: Option<&str>) -> Result<()> {
    tx.execute(
        "insert into outbox (id, queued_at, recipient, subject, text, urgent, person, state, attempts, due_at, lease_until,
            unsubscribe)
         values ($1, $2, $3, $4, $5, $6, $7, 'waiting', 0, $2, $2, $8)",
        params![
            ctx.new_id::<Mail>()?,
            ctx.now(),
            one_line(&message.to),
            bounded(&one_line(&message.subject)),
            plain(&message.text),
            message.urgent,
            message.person,
            unsubscribe
        ],
    )?;
    tx.mail_was_queued();
    Ok(())
}

/// A line that cannot begin another header: whatever breaks or ends a line is a space.
fn one_line(raw: &str) -> String {
    let folded =
        raw.replace(|character: char| character.is_control() || matches!(character, '\u{2028}' | '\u{2029}'), " ");
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text without control characters (PostgreSQL holds no NUL) but its line breaks.
fn plain(raw: &str) -> String {
    let breaks = raw.replace("\r\n", "\n").replace('\r', "\n");
    breaks.replace(|character: char| character.is_control() && character != '\n', " ")
}

fn bounded(line: &str) -> String {
    match line.char_indices().nth(LINE_MAX) {
        None => line.to_owned(),
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
    }
}

/// An address that those who watch the queue may see: `j…@exemple.fr`.
pub fn masked(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let first: String = local.chars().take(1).collect();
    let domain: String = domain.chars().take(80).collect();
    if domain.is_empty() { format!("{first}…") } else { format!("{first}…@{domain}") }
}

/// A message taken to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Taken {
    pub id: Id<Mail>,
    pub queued_at: Timestamp,
    pub to: String,
    pub subject: String,
    pub text: String,
    /// Where the reader's mail program unsubscribes, for a message of a list.
    pub unsubscribe: Option<String>,
    /// The first attempt is 1. With the node it is the right to say how the attempt ended.
    pub attempt: i64,
    pub node: String,
}

/// Takes the most urgent message that is due, for [`LEASE`]. `None` when nothing is due, or when another node has just
/// taken it: [`next_due`] tells which.
///
/// One statement, so that two nodes never take the same message: whoever comes second finds the lease taken.
pub fn claim(tx: &mut Tx<'_>, now: Timestamp, node: &str) -> Result<Option<Taken>> {
    let until = Timestamp::from_micros(now.as_micros() + LEASE);
    tx.find(
        "update outbox set lease_until = $2, node = $3, attempts = attempts + 1
         where id = (select id from outbox where state = 'waiting' and not held and due_at <= $1 and lease_until <= $1
                     order by urgent desc, due_at, id limit 1)
           and state = 'waiting' and lease_until <= $1
         returning id, queued_at, recipient, subject, text, attempts, unsubscribe",
        params![now, until, node],
        |row| {
            Ok(Taken {
                id: row.get(0)?,
                queued_at: row.get(1)?,
                to: row.get(2)?,
                subject: row.get(3)?,
                text: row.get(4)?,
                unsubscribe: row.get(6)?,
                attempt: row.get(5)?,
                node: node.to_owned(),
            })
        },
    )
}

/// Keeps what waits from going until a person has seen it: the database is as it was some time ago, and these messages
/// may have gone since then. Gives how many.
pub fn hold_waiting(tx: &mut Tx<'_>) -> Result<u64> {
    tx.execute("update outbox set held = true where state = 'waiting'", &[])
}

/// When a waiting message is next due, or free again; `None` when none waits.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    tx.get(
        "select min(case when due_at > lease_until then due_at else lease_until end) from outbox
         where state = 'waiting' and not held",
        &[],
        |row| row.get(0),
    )
}

/// Notes that a message has gone. False when it was no longer this node's to say.
pub fn sent(tx: &mut Tx<'_>, taken: &Taken, now: Timestamp) -> Result<bool> {
    let changed = tx.execute(
        "update outbox set state = 'sent', text = null, unsubscribe = null, last_error = null, closed_at = $1, lease_until = $1
         where id = $2 and attempts = $3 and node = $4 and state = 'waiting'",
        params![now, taken.id, taken.attempt, &taken.node],
    )?;
    Ok(changed == 1)
}

/// Why a message has not gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// A sentence for those who watch the queue.
    pub reason: String,
    /// Trying again would change nothing: the address is none, or its server refuses it for good.
    pub permanent: bool,
}

impl Failure {
    /// The reason as the queue and the log show it: servers repeat the address in what they say.
    pub fn without_address(&self, to: &str) -> String {
        // Anything shorter would be found in the words themselves.
        if to.contains('@') { self.reason.replace(to, &masked(to)) } else { self.reason.clone() }
    }
}

/// Notes that an attempt failed: the message waits longer and longer, or is given up. False when it was no longer this
/// node's to say.
pub fn failed(tx: &mut Tx<'_>, taken: &Taken, now: Timestamp, failure: &Failure) -> Result<bool> {
    let reason = bounded(&one_line(&failure.without_address(&taken.to)));
    let wait = usize::try_from(taken.attempt - 1).ok().and_then(|done| BACK_OFF.get(done));
    let changed = match wait {
        Some(wait) if !failure.permanent => tx.execute(
            "update outbox set due_at = $5, last_error = $6, lease_until = $1
             where id = $2 and attempts = $3 and node = $4 and state = 'waiting'",
            params![now, taken.id, taken.attempt, &taken.node, Timestamp::from_micros(now.as_micros() + wait), reason],
        )?,
        // Its text is kept until the purge: a person may set right what was wrong and have it tried again.
        _ => tx.execute(
            "update outbox set state = 'given_up', last_error = $5, closed_at = $1, lease_until = $1
             where id = $2 and attempts = $3 and node = $4 and state = 'waiting'",
            params![now, taken.id, taken.attempt, &taken.node, reason],
        )?,
    };
    Ok(changed == 1)
}

/// Removes every message to a person, whatever its state: their data are erased.
pub fn forget(tx: &mut Tx<'_>, person: Uuid) -> Result<u64> {
    tx.execute("delete from outbox where person = $1", params![person])
}

/// Removes the trace of messages that were sent, abandoned or given up thirty days ago; gives how many.
pub fn purge(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    tx.execute(
        "delete from outbox where state <> 'waiting' and closed_at < $1",
        params![Timestamp::from_micros(now.as_micros() - KEPT)],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cannot_begin_another_header() {
        assert_eq!(one_line("a@b.fr\r\nBcc: c@d.fr\0"), "a@b.fr Bcc: c@d.fr");
        assert_eq!(one_line("un\u{2028}deux\u{85}trois\ttrès"), "un deux trois très");
        assert_eq!(plain("un\r\ndeux\0\rtrois"), "un\ndeux \ntrois");
    }

    #[test]
    fn an_address_is_shown_by_its_first_letter_and_its_domain() {
        assert_eq!(masked("jeanne.martin@exemple.fr"), "j…@exemple.fr");
        assert_eq!(masked("élise"), "é…");
        assert_eq!(masked(""), "…");
    }

    #[test]
    fn a_reason_does_not_repeat_the_address() {
        let failure = Failure { reason: "550 <jeanne@exemple.fr> unknown".to_owned(), permanent: true };
        assert_eq!(failure.without_address("jeanne@exemple.fr"), "550 <j…@exemple.fr> unknown");
        assert_eq!(failure.without_address(""), failure.reason);
        assert_eq!(failure.without_address("n"), failure.reason);
    }

    #[test]
    fn a_long_subject_is_cut_between_characters() {
        assert_eq!(bounded(&"é".repeat(400)).chars().count(), LINE_MAX + 1);
    }
}
