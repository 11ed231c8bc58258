//! Everything that names an organisation or a member, and what a merge does of it.
//!
//! A test compares these lists with the foreign keys of the schema: a feature that adds one adds its line here, or the
//! test fails.

use kernel::{Error, Result};
use store::images::Image;
use store::{Tx, Value, params};
use uuid::Uuid;

/// A column that is moved from one organisation (or member) to the other.
#[derive(Clone, Copy, Debug)]
pub struct Moved {
    pub table: &'static str,
    pub column: &'static str,
    /// The other columns by which a row is found again when the merge is undone.
    pub key: &'static [&'static str],
    /// « une adhésion », as a sentence names a row.
    pub what: &'static str,
    /// The governance of a row, by its first key; nothing where the row belongs to no governance.
    pub governance: Option<&'static str>,
    /// The column holds the identifier as text, without a foreign key.
    pub as_text: bool,
    /// A row that went since (a person whose data were erased) does not stand against undoing.
    pub may_go: bool,
}

const fn moved(table: &'static str, column: &'static str, what: &'static str) -> Moved {
    Moved { table, column, key: &["id"], what, governance: None, as_text: false, may_go: false }
}

impl Moved {
    /// What the column holds of an organisation or a member.
    pub fn value(&self, id: Uuid) -> Value {
        if self.as_text { id.to_string().into() } else { id.into() }
    }

    /// The same in the form that both engines share.
    pub fn plain(&self, id: Uuid) -> Value {
        if self.as_text { id.to_string().into() } else { id.as_bytes().as_slice().into() }
    }

    /// « un siège dans « Réseau … » ».
    pub fn label(&self, tx: &mut Tx<'_>, key: &Image) -> Result<String> {
        let first = self.key.first().and_then(|column| key.get(column));
        let (Some(sql), Some(Value::Bytes(bytes))) = (self.governance, first) else { return Ok(self.what.to_owned()) };
        let id = Uuid::from_slice(bytes).map_err(Error::internal)?;
        let name: Option<String> =
            tx.find(&format!("select name from governance where id = ({sql})"), params![id], |row| row.get(0))?;
        Ok(name.map_or_else(|| self.what.to_owned(), |name| format!("{} dans « {name} »", self.what)))
    }
}

/// Columns that name an organisation. Whoever adds one that is unique for each organisation also says in `plan.rs` what
/// becomes of two rows that meet.
pub const OF_ORGANISATION: [Moved; 6] = [
    Moved {
        governance: Some("select governance from member where id = $1"),
        ..moved("member", "organisation", "une adhésion")
    },
    Moved {
        governance: Some("select governance from standing_mandate where id = $1"),
        ..moved("standing_mandate", "represented", "un mandat permanent")
    },
    Moved {
        governance: Some("select b.governance from seat s join body b on b.id = s.body where s.id = $1"),
        ..moved("seat", "organisation", "un siège")
    },
    Moved {
        key: &["agreement"],
        governance: Some("select governance from agreement where id = $1"),
        ..moved("signatory", "organisation", "une signature")
    },
    Moved {
        key: &["body", "rule"],
        governance: Some("select governance from body where id = $1"),
        as_text: true,
        ..moved("body_rule", "value", "la composition d'une instance")
    },
    Moved { may_go: true, ..moved("person", "organisation", "le rattachement d'une personne") },
];

/// Columns that name a member: they follow when its membership gives way to that of the other organisation.
pub const OF_MEMBER: [Moved; 6] = [
    Moved {
        governance: Some("select governance from standing_mandate where id = $1"),
        ..moved("standing_mandate", "holder", "un mandat permanent")
    },
    Moved {
        governance: Some("select governance from power where id = $1"),
        ..moved("power", "member", "le mandat d'une personne")
    },
    moved("membership_request", "member", "une demande d'entrée"),
    // Its people go on following what they proposed; the name under which it was proposed stays, as history.
    Moved {
        governance: Some("select b.governance from waiting_item w join body b on b.id = w.body where w.id = $1"),
        ..moved("waiting_item", "proposer", "un point proposé à une instance")
    },
    Moved { governance: Some("select governance from task where id = $1"), ..moved("task", "member", "une tâche") },
    // A draft goes on being about the same organisation; what was done is told in words that stay, as history.
    Moved {
        governance: Some(
            "select d.governance from decision_effect e join decision d on d.id = e.decision where e.id = $1",
        ),
        ..moved("decision_effect", "member", "l'effet d'une décision")
    },
];

/// Columns that name a member and go with it, to come back with it: the moments of its life.
pub const WITH_MEMBER: [(&str, &str); 1] = [("member_change", "member")];

/// Columns that name an organisation and are left as they are: what tells of merges.
pub const LEFT: [(&str, &str); 3] =
    [("organisation", "merged_into"), ("organisation_merge", "kept"), ("organisation_merge", "duplicate")];
