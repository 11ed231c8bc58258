//! The register in the database: appended by every act, read by the public page, checked by anyone.

use kernel::register::{Act, Breach, Digest, Entry, Verifier, payload_json};
use kernel::{Context, Error, Result, Timestamp};
use uuid::Uuid;

use crate::{Row, Tx, Value, params};

/// Takes the numbers that the entries need and locks the head until the commit.
const TAKE: &str = "update register_head set seq = seq + $1 where id = 1 returning seq, hash";
const SET_HEAD: &str = "update register_head set hash = $1 where id = 1";
const INSERT: &str =
    "insert into register (seq, at, actor, organisation, act, governance, subject, summary, payload, hash)";
const COLUMNS: &str = "seq, at, actor, organisation, act, governance, subject, summary, payload, hash";

/// An entry without its number and hash.
pub(crate) fn unsealed(context: &Context<'_>, act: Act) -> Entry {
    Entry {
        seq: 0,
        at: context.now(),
        actor: context.who().actor.reference(),
        organisation: context.who().organisation.clone(),
        act: act.code.to_owned(),
        governance: act.governance,
        subject: act.subject,
        summary: act.summary,
        payload: payload_json(&act.payload),
        hash: Digest::GENESIS,
    }
}

/// Numbers, chains and writes the entries; gives the last number.
pub(crate) fn append(tx: &mut Tx<'_>, mut entries: Vec<Entry>) -> Result<i64> {
    let count = i64::try_from(entries.len()).map_err(Error::internal)?;
    let (last, mut previous) = tx.get(TAKE, params![count], |row| Ok((row.get::<i64>(0)?, digest(row, 1)?)))?;
    let mut rows = Vec::with_capacity(entries.len());
    for (seq, entry) in (last - count + 1..).zip(&mut entries) {
        entry.seq = seq;
        entry.hash = entry.expected_hash(previous);
        previous = entry.hash;
        rows.push(vec![
            Value::from(entry.seq),
            Value::from(entry.at),
            Value::from(&entry.actor),
            Value::from(entry.organisation.clone()),
            Value::from(&entry.act),
            Value::from(entry.governance),
            Value::from(&entry.subject),
            Value::from(&entry.summary),
            Value::from(&entry.payload),
            Value::from(entry.hash.0.as_slice()),
        ]);
    }
    tx.insert_many(INSERT, 10, &rows)?;
    tx.execute(SET_HEAD, params![previous.0.as_slice()])?;
    Ok(last)
}

fn digest(row: &Row<'_>, column: usize) -> Result<Digest> {
    Digest::from_slice(&row.get::<Vec<u8>>(column)?).ok_or_else(|| Error::Internal("a digest is not 32 bytes".into()))
}

fn entry(row: &Row<'_>) -> Result<Entry> {
    Ok(Entry {
        seq: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        organisation: row.get(3)?,
        act: row.get(4)?,
        governance: row.get(5)?,
        subject: row.get(6)?,
        summary: row.get(7)?,
        payload: row.get(8)?,
        hash: digest(row, 9)?,
    })
}

/// The number and digest of the last entry.
pub fn head(tx: &mut Tx<'_>) -> Result<(i64, Digest)> {
    tx.get("select seq, hash from register_head where id = 1", &[], |row| Ok((row.get(0)?, digest(row, 1)?)))
}

/// One entry by its number.
pub fn find(tx: &mut Tx<'_>, seq: i64) -> Result<Option<Entry>> {
    tx.find(&format!("select {COLUMNS} from register where seq = $1"), params![seq], entry)
}

/// Up to `limit` entries before `before` (the newest first), of one governance or of all.
pub fn latest(tx: &mut Tx<'_>, governance: Option<Uuid>, before: i64, limit: i64) -> Result<Vec<Entry>> {
    match governance {
        Some(id) => tx.query(
            &format!("select {COLUMNS} from register where governance = $1 and seq < $2 order by seq desc limit $3"),
            params![id, before, limit],
            entry,
        ),
        None => tx.query(
            &format!("select {COLUMNS} from register where seq < $1 order by seq desc limit $2"),
            params![before, limit],
            entry,
        ),
    }
}

/// Up to `limit` entries after `after`, the oldest first: the way back of [`latest`], and exports.
pub fn following(tx: &mut Tx<'_>, governance: Option<Uuid>, after: i64, limit: i64) -> Result<Vec<Entry>> {
    match governance {
        Some(id) => tx.query(
            &format!("select {COLUMNS} from register where governance = $1 and seq > $2 order by seq limit $3"),
            params![id, after, limit],
            entry,
        ),
        None => tx.query(
            &format!("select {COLUMNS} from register where seq > $1 order by seq limit $2"),
            params![after, limit],
            entry,
        ),
    }
}

/// The last entry of all before an instant: the last of a day is what the public page publishes as its digest.
pub fn last_before(tx: &mut Tx<'_>, end: Timestamp) -> Result<Option<Entry>> {
    tx.find(
        &format!("select {COLUMNS} from register where at < $1 order by at desc, seq desc limit 1"),
        params![end],
        entry,
    )
}

/// How many entries, in all or of one governance.
pub fn count(tx: &mut Tx<'_>, governance: Option<Uuid>) -> Result<i64> {
    match governance {
        Some(id) => tx.get("select count(*) from register where governance = $1", params![id], |row| row.get(0)),
        None => tx.get("select seq from register_head where id = 1", &[], |row| row.get(0)),
    }
}

/// What a check found.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The chain holds: how many entries, and the last digest.
    Sound {
        entries: i64,
        digest: Digest,
    },
    Broken(Breach),
}

/// Recomputes the whole chain, a thousand entries at a time, and compares its end with the head. When `published` is
/// given (a number and the digest that the public page showed for it), it must stand in the chain too: this finds a
/// register that was cut and rewritten as a whole.
pub fn verify(tx: &mut Tx<'_>, published: Option<(i64, Digest)>) -> Result<Verdict> {
    let mut verifier = Verifier::default();
    let mut last = i64::MIN;
    loop {
        let entries = following(tx, None, last, 1000)?;
        let Some(end) = entries.last().map(|entry| entry.seq) else { break };
        for entry in &entries {
            if let Err(breach) = verifier.take(entry) {
                return Ok(Verdict::Broken(breach));
            }
            if published.is_some_and(|(seq, digest)| seq == entry.seq && digest != entry.hash) {
                return Ok(Verdict::Broken(Breach::Hash { seq: entry.seq }));
            }
        }
        last = end;
    }
    let (head_seq, head_hash) = head(tx)?;
    if let Some((seq, _)) = published
        && seq > head_seq
    {
        return Ok(Verdict::Broken(Breach::Head { chain: head_seq, head: seq }));
    }
    Ok(match verifier.finish(head_seq, head_hash) {
        Ok((entries, digest)) => Verdict::Sound { entries, digest },
        Err(breach) => Verdict::Broken(breach),
    })
}
