//! The whole database in one file that belongs to neither engine: for backups, and to move from one engine to the other.
//!
//! It is a zip that any tool opens: `mimetype` (first and uncompressed, so that the kind of file is read at a fixed
//! place), one member a table with one JSON array a row, and `manifest.json`. Tables stand in the order of their names,
//! columns too, rows in the order of their primary key, values in the form that SQLite stores: the same data give the
//! same bytes from both engines. No instant of its making stands in it. The comment of the zip is the SHA-256 of all
//! the bytes before it, so that no byte can change unseen.
//!
//! What a database holds is read from the migrations themselves, run on an empty SQLite database in memory: tables of
//! later steps are included by themselves, and what others put beside ours (extensions of PostgreSQL) is left alone.

mod line;
mod load;
mod read;
mod schema;
mod write;

use std::io::ErrorKind;
use std::path::Path;

use kernel::register::Digest;
use serde::{Deserialize, Serialize};

pub use load::Loaded;
pub use read::Archive;
use schema::Column;

/// Counted up when archives change so that an older program could not read them.
const FORMAT: u32 = 1;
const MIME_TYPE: &str = "application/x-maillage-archive";
const MIME_MEMBER: &str = "mimetype";
const MANIFEST: &str = "manifest.json";
/// What precedes the digest in the comment of the zip.
const SEAL: &str = "sha256:";
const DIGEST_LENGTH: u16 = 64;

/// What an archive says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    /// The version of the program that wrote it.
    pub version: String,
    /// Whether the database is a demonstration.
    pub demonstration: bool,
    register: Head,
    steps: Vec<Step>,
    tables: Vec<Member>,
}

/// The last entry of the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    entries: i64,
    digest: String,
}

/// A step of the schema that the database has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Step {
    #[serde(rename = "crate")]
    krate: String,
    number: i64,
    name: String,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Member {
    name: String,
    columns: Vec<Column>,
    rows: u64,
    /// Of its member of the zip, uncompressed.
    sha256: String,
}

impl Manifest {
    pub fn tables(&self) -> usize {
        self.tables.len()
    }

    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// How many entries the register has, and the digest of the last.
    pub fn register(&self) -> (i64, &str) {
        (self.register.entries, &self.register.digest)
    }

    /// As [`Self::register`], for a check; nothing while no act has been written.
    fn published(&self) -> Option<(i64, Digest)> {
        let digest = Digest::from_hex(&self.register.digest)?;
        (self.register.entries > 0).then_some((self.register.entries, digest))
    }
}

fn member_of(table: &str) -> String {
    format!("{table}.jsonl")
}

/// Why a file cannot be read or written, as the end of a sentence.
pub fn reason(fault: &std::io::Error) -> String {
    match fault.kind() {
        ErrorKind::StorageFull => "le disque est plein".to_owned(),
        ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => "la taille permise est dépassée".to_owned(),
        ErrorKind::NotFound => "il n'existe pas, ou son dossier".to_owned(),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => "ce n'est pas permis".to_owned(),
        ErrorKind::IsADirectory => "c'est un dossier".to_owned(),
        _ => fault.to_string(),
    }
}

/// The name of a file in a sentence.
fn shown(path: &Path) -> String {
    format!("« {} »", path.display())
}
