//! A file that claims to be an archive: checked whole before anything is done with it.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use kernel::register::Digest;
use kernel::{Error, Result};
use zip::ZipArchive;

use super::{DIGEST_LENGTH, FORMAT, MANIFEST, MIME_MEMBER, MIME_TYPE, Manifest, SEAL, Step};
use super::{reason, schema, shown, write};
use crate::migrations::{Migration, Migrations};

/// Before the name of the first member of a zip.
const LOCAL_HEADER: usize = 30;
const ZIP: &[u8] = b"PK\x03\x04";
/// In bytes; a manifest has some kilobytes.
const LONGEST_MANIFEST: u64 = 16 << 20;

/// An archive that is whole, unaltered, and that this program understands.
pub struct Archive {
    pub(super) zip: ZipArchive<BufReader<File>>,
    pub(super) manifest: Manifest,
    pub(super) steps: Vec<(&'static str, &'static Migration)>,
    pub(super) tables: Vec<schema::Table>,
}

/// The part of a manifest that never changes.
#[derive(serde::Deserialize)]
struct Version {
    format: u32,
    version: String,
}

impl Archive {
    /// Opens a file and checks it as a whole. No database is needed, none is touched.
    ///
    /// # Errors
    /// [`Error::Unavailable`] with a French sentence: unreadable, empty, foreign, truncated, altered, or newer than this
    /// program, of which `all` is the schema.
    pub fn open(path: &Path, all: &'static [Migrations]) -> Result<Self> {
        let name = shown(path);
        let mut file = File::open(path).map_err(|fault| unreadable(&name, &fault))?;
        check_bytes(&mut file, &name)?;
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|fault| incoherent(&name, &fault))?;
        let mut text = String::new();
        let member = zip.by_name(MANIFEST).map_err(|fault| incoherent(&name, &fault))?;
        member.take(LONGEST_MANIFEST).read_to_string(&mut text).map_err(|fault| incoherent(&name, &fault))?;
        let Version { format, version } = serde_json::from_str(&text).map_err(|fault| incoherent(&name, &fault))?;
        if format > FORMAT {
            return Err(newer(&name, &version, &format!("format {format}")));
        }
        let manifest: Manifest = serde_json::from_str(&text).map_err(|fault| incoherent(&name, &fault))?;
        let known = |step: &&Step| {
            all.iter().any(|crate_| {
                crate_.krate == step.krate && crate_.steps.iter().any(|known| known.number == step.number)
            })
        };
        if let Some(step) = manifest.steps.iter().find(|step| !known(step)) {
            return Err(newer(&name, &version, &format!("étape {} {}", step.krate, step.number)));
        }
        let held = |krate: &str, number| manifest.steps.iter().any(|step| step.krate == krate && step.number == number);
        let steps = schema::steps(all, held);
        let tables = schema::tables(&steps)?;
        let same = tables.len() == manifest.tables.len()
            && tables
                .iter()
                .zip(&manifest.tables)
                .all(|(table, member)| table.name == member.name && table.columns == member.columns);
        if !same {
            return Err(incoherent(&name, &"ses tables ne sont pas celles de son schéma"));
        }
        Ok(Self { zip, manifest, steps, tables })
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }
}

/// Its kind by its first bytes, its end, then its digest.
fn check_bytes(file: &mut File, name: &str) -> Result<()> {
    let read = |fault| unreadable(name, &fault);
    let length = file.seek(SeekFrom::End(0)).map_err(read)?;
    if length == 0 {
        return Err(Error::Unavailable(format!("{name} est vide : ce n'est pas une archive de Maillage.")));
    }
    file.seek(SeekFrom::Start(0)).map_err(read)?;
    let mut start = Vec::new();
    let kind = [MIME_MEMBER, MIME_TYPE].concat();
    file.by_ref().take((LOCAL_HEADER + kind.len()) as u64).read_to_end(&mut start).map_err(read)?;
    if !start.starts_with(ZIP) || start.get(LOCAL_HEADER..) != Some(kind.as_bytes()) {
        return Err(Error::Unavailable(format!("{name} n'est pas une archive de Maillage.")));
    }
    let sealed = length.saturating_sub(DIGEST_LENGTH.into());
    file.seek(SeekFrom::Start(sealed.saturating_sub(SEAL.len() as u64))).map_err(read)?;
    let mut end = Vec::new();
    file.read_to_end(&mut end).map_err(read)?;
    let said = end.strip_prefix(SEAL.as_bytes()).and_then(|hex| str::from_utf8(hex).ok()).and_then(Digest::from_hex);
    let Some(said) = said else {
        return Err(Error::Unavailable(format!(
            "L'archive {name} est incomplète : sa fin manque. Copiez-la de nouveau, ou prenez-en une autre."
        )));
    };
    if write::digest(file, sealed).map_err(read)? != said {
        return Err(Error::Unavailable(format!(
            "L'archive {name} a été altérée : son contenu n'a plus l'empreinte qu'elle porte. Prenez-en une autre."
        )));
    }
    file.seek(SeekFrom::Start(0)).map_err(read)?;
    Ok(())
}

fn unreadable(name: &str, fault: &std::io::Error) -> Error {
    let reason = match fault.kind() {
        ErrorKind::NotFound => "ce fichier n'existe pas".to_owned(),
        _ => reason(fault),
    };
    Error::Unavailable(format!("Impossible de lire {name} : {reason}."))
}

fn newer(name: &str, version: &str, what: &str) -> Error {
    Error::Unavailable(format!(
        "L'archive {name} vient d'une version plus récente de Maillage ({version} ; {what} inconnu ici). Installez cette \
         version pour la reprendre."
    ))
}

/// Its digest is right, its content is not: written by something else than this program.
fn incoherent(name: &str, fault: &impl std::fmt::Display) -> Error {
    Error::Unavailable(format!("L'archive {name} est incohérente : rien n'en est repris ({fault})."))
}
