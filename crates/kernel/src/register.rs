//! The register: an append-only chain of acts that anyone can check.
//!
//! Each entry's hash is `SHA-256(hash of the entry before ‖ canonical text of this entry)`, the canonical text being the
//! JSON array of its columns. Whoever changes, removes or inserts an entry breaks every hash after it.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::provenance::Provenance;
use crate::{Timestamp, text};

/// A SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// What stands before the first entry.
    pub const GENESIS: Self = Self([0; 32]);

    /// 64 lower-case hexadecimal digits.
    pub fn hex(self) -> String {
        text::hex(&self.0)
    }

    pub fn from_hex(text: &str) -> Option<Self> {
        Self::from_slice(&text::from_hex(text.trim())?)
    }

    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

/// A value in an entry's payload: enough for facts, nothing that nests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Fact {
    Text(String),
    Number(i64),
    Truth(bool),
}

impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Fact {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<i64> for Fact {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}
impl From<bool> for Fact {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

/// What an act says of itself, before the store gives it its number and its hash.
#[derive(Clone, Debug)]
pub struct Act {
    /// `governance.opened`, `member.admitted`…: a stable code.
    pub code: &'static str,
    /// What it is about: `governance:0192…`.
    pub subject: String,
    /// The governance in whose extract it stands.
    pub governance: Option<Uuid>,
    /// One French sentence that names organisations and functions, never persons.
    pub summary: String,
    pub payload: BTreeMap<&'static str, Fact>,
}

impl Act {
    pub fn new(code: &'static str, subject: impl Into<String>, summary: impl Into<String>) -> Self {
        // French quotation marks never stand alone at the end of a line.
        let summary = summary.into().replace("« ", "«\u{a0}").replace(" »", "\u{a0}»");
        Self { code, subject: subject.into(), governance: None, summary, payload: BTreeMap::new() }
    }

    pub fn in_governance(mut self, governance: Uuid) -> Self {
        self.governance = Some(governance);
        self
    }

    pub fn with(mut self, key: &'static str, fact: impl Into<Fact>) -> Self {
        self.payload.insert(key, fact.into());
        self
    }

    /// Adds a fact only when it is known.
    pub fn with_some(self, key: &'static str, fact: Option<impl Into<Fact>>) -> Self {
        match fact {
            Some(fact) => self.with(key, fact),
            None => self,
        }
    }

    /// Notes where the item comes from: its document, or that it is a fictitious example.
    pub fn from_source(self, provenance: &Provenance) -> Self {
        let fictitious = provenance.is_fictitious().then_some(true);
        self.with_some("exemple_fictif", fictitious).with_some("source", provenance.note())
    }
}

/// One entry as it stands in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// 1, 2, 3… without a gap.
    pub seq: i64,
    pub at: Timestamp,
    pub actor: String,
    pub organisation: Option<String>,
    pub act: String,
    pub governance: Option<Uuid>,
    pub subject: String,
    pub summary: String,
    /// JSON object with sorted keys.
    pub payload: String,
    pub hash: Digest,
}

impl Entry {
    /// The text that is hashed: a JSON array of the columns, in this order.
    pub fn canonical(&self) -> String {
        let columns = (
            self.seq,
            self.at.as_micros(),
            &self.actor,
            &self.organisation,
            &self.act,
            self.governance.map(|id| id.to_string()),
            &self.subject,
            &self.summary,
            &self.payload,
        );
        // Numbers, strings and options of them always serialise; an empty text would break the chain visibly.
        serde_json::to_string(&columns).unwrap_or_default()
    }

    /// The hash that this entry must have after an entry whose hash is `previous`.
    pub fn expected_hash(&self, previous: Digest) -> Digest {
        let mut hasher = Sha256::new();
        hasher.update(previous.0);
        hasher.update(self.canonical().as_bytes());
        Digest(hasher.finalize().into())
    }
}

/// The payload as it is stored.
pub fn payload_json(payload: &BTreeMap<&'static str, Fact>) -> String {
    serde_json::to_string(payload).unwrap_or_else(|_| "{}".to_owned())
}

/// What a check of the chain found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Breach {
    /// The numbers jump: an entry was removed or inserted before `seq`.
    Gap { expected: i64, found: i64 },
    /// The content of `seq` no longer fits its hash, or the hash before it.
    Hash { seq: i64 },
    /// The chain does not end where the head says: entries were removed from or added to the end.
    Head { chain: i64, head: i64 },
}

impl std::fmt::Display for Breach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Gap { expected, found } => {
                write!(f, "l'écriture {expected} manque ou n'est pas à sa place (trouvé : {found})")
            }
            Self::Hash { seq } => write!(f, "l'écriture {seq} a été modifiée, ou celle qui la précède"),
            Self::Head { chain, head } => {
                write!(f, "le registre s'arrête à l'écriture {chain}, sa tête annonce {head}")
            }
        }
    }
}

/// Checks a chain entry by entry, so that a long register need not fit in memory.
#[derive(Clone, Debug)]
pub struct Verifier {
    last: i64,
    hash: Digest,
}

impl Default for Verifier {
    fn default() -> Self {
        Self { last: 0, hash: Digest::GENESIS }
    }
}

impl Verifier {
    /// Takes the next entry of the chain.
    pub fn take(&mut self, entry: &Entry) -> Result<(), Breach> {
        let expected = self.last + 1;
        if entry.seq != expected {
            return Err(Breach::Gap { expected, found: entry.seq });
        }
        if entry.expected_hash(self.hash) != entry.hash {
            return Err(Breach::Hash { seq: entry.seq });
        }
        self.last = entry.seq;
        self.hash = entry.hash;
        Ok(())
    }

    /// Compares the end of the chain with the head kept apart; gives the number of entries and the last digest.
    pub fn finish(self, head_seq: i64, head_hash: Digest) -> Result<(i64, Digest), Breach> {
        if (self.last, self.hash) == (head_seq, head_hash) {
            Ok((self.last, self.hash))
        } else {
            Err(Breach::Head { chain: self.last, head: head_seq })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chain(summaries: &[String]) -> Vec<Entry> {
        let mut previous = Digest::GENESIS;
        summaries
            .iter()
            .enumerate()
            .map(|(rank, summary)| {
                let mut entry = Entry {
                    seq: rank as i64 + 1,
                    at: Timestamp::from_micros(1_700_000_000_000_000 + rank as i64),
                    actor: "exploitant".into(),
                    organisation: None,
                    act: "test.done".into(),
                    governance: None,
                    subject: "test:1".into(),
                    summary: summary.clone(),
                    payload: "{}".into(),
                    hash: Digest::GENESIS,
                };
                entry.hash = entry.expected_hash(previous);
                previous = entry.hash;
                entry
            })
            .collect()
    }

    fn verify(entries: &[Entry], head: &Entry) -> Result<(i64, Digest), Breach> {
        let mut verifier = Verifier::default();
        for entry in entries {
            verifier.take(entry)?;
        }
        verifier.finish(head.seq, head.hash)
    }

    proptest! {
        #[test]
        fn an_untouched_chain_verifies_and_any_single_tampering_is_found(
            summaries in proptest::collection::vec("\\PC{0,12}", 2..12),
            place in 0usize..12, kind in 0u8..4, other in "\\PC{0,12}",
        ) {
            let entries = chain(&summaries);
            let head = entries.last().unwrap().clone();
            prop_assert_eq!(verify(&entries, &head), Ok((head.seq, head.hash)));

            let place = place % entries.len();
            let mut tampered = entries.clone();
            match kind {
                0 => { prop_assume!(tampered[place].summary != other); tampered[place].summary = other; }
                1 => { tampered.remove(place); }
                2 => { let copy = tampered[place].clone(); tampered.insert(place, copy); }
                _ => { let last = tampered.len() - 1; prop_assume!(place != last); tampered.swap(place, last); }
            }
            prop_assert!(verify(&tampered, &head).is_err());
        }
    }

    #[test]
    fn a_digest_reads_back_from_its_hexadecimal() {
        let digest = chain(&["a".into()]).pop().unwrap().hash;
        assert_eq!(Digest::from_hex(&digest.hex()), Some(digest));
        assert_eq!(Digest::from_hex("é"), None);
        assert_eq!(Digest::from_hex(&"zz".repeat(32)), None);
    }
}
