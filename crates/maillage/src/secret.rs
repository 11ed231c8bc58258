//! The node's secret: from the environment, or a file beside the database, made at the first start.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use kernel::{Secret, SystemRandomness};
use store::{DatabaseUrl, Store, instance};

use crate::database::tell;

const VARIABLE: &str = "MAILLAGE_SECRET";

/// Reads the secret of this database, or makes one when it has none yet.
///
/// # Errors
/// A sentence when it is unreadable, when the file cannot be written, or when it is not the secret that this database was
/// used with: what was sealed with the other one could not be opened.
pub fn ready(store: &Store, given: Option<&Secret>) -> Result<Secret, String> {
    let secret = given.cloned().map_or_else(|| from_file(&place(store.url())), Ok)?;
    let fingerprint = secret.fingerprint();
    match store.write_blocking(move |tx| instance::recognise(tx, &fingerprint)).map_err(tell)? {
        true => Ok(secret),
        false => Err(format!(
            "Le secret de ce serveur n'est pas celui avec lequel cette base a servi. Remettez le fichier {} d'origine, ou \
             {VARIABLE}, ou lancez « maillage nouveau-secret » : les doubles authentifications seront à refaire.",
            place(store.url()).display()
        )),
    }
}

/// Beside a SQLite file; in the working folder otherwise.
pub fn place(url: &DatabaseUrl) -> PathBuf {
    match url {
        DatabaseUrl::Sqlite(path) => {
            let mut name = path.as_os_str().to_owned();
            name.push(".secret");
            name.into()
        }
        DatabaseUrl::Postgres(_) => "maillage.secret".into(),
    }
}

fn from_file(path: &Path) -> Result<Secret, String> {
    match std::fs::read_to_string(path) {
        Ok(text) => {
            Secret::from_hex(&text).ok_or_else(|| format!("Le fichier {} n'est pas un secret lisible.", path.display()))
        }
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => {
            let secret = Secret::generate(&SystemRandomness).map_err(tell)?;
            match write(path, &secret) {
                Ok(()) => Ok(secret),
                // Another node has just made it.
                Err(fault) if fault.kind() == std::io::ErrorKind::AlreadyExists => from_file(path),
                Err(fault) => Err(format!("Impossible d'écrire le secret dans {} : {fault}.", path.display())),
            }
        }
        Err(fault) => Err(format!("Impossible de lire le secret dans {} : {fault}.", path.display())),
    }
}

/// Whole or not at all: written aside, then linked under its name, which must be free.
fn write(path: &Path, secret: &Secret) -> std::io::Result<()> {
    let aside = path.with_extension(format!("{}.nouveau", std::process::id()));
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
    let written = file
        .write_all(format!("{}\n", secret.hex()).as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::hard_link(&aside, path));
    let _ = std::fs::remove_file(&aside);
    written
}

/// Takes this server's secret for the database's own, whatever it was: what the other one sealed is dropped.
pub fn replace(store: &Store, given: Option<&Secret>) -> Result<(), String> {
    let secret = given.cloned().map_or_else(|| from_file(&place(store.url())), Ok)?;
    let fingerprint = secret.fingerprint();
    store
        .write_blocking(move |tx| {
            instance::change_secret(tx, &fingerprint)?;
            meetings::ballots::drop_sealed(tx)?;
            directory::accounts::data::drop_sealed(tx)
        })
        .map_err(tell)
}
