//! `export`, `import`, `backup`, `restore`: the whole database to a file and back, on either engine.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use clap::Args;
use kernel::{Clock as _, SystemClock};
use store::DatabaseUrl;
use store::archive::{Archive, Manifest, reason};
use ui::text::number_fr;

use crate::SCHEMA;
use crate::config::Config;
use crate::database::{Outcome, open, open_existing, refuse_unless_empty, tell};
use crate::serve::asked_to_stop;

const SECRET: &str =
    "Le secret de l'instance, gardé hors de la base, n'est pas dans ce fichier : conservez-le à part, en lieu sûr.";
const STOPPED: &str = "Interrompu : rien n'a été écrit.";

#[derive(Args, Debug)]
pub struct Target {
    /// Le fichier à écrire
    #[arg(value_name = "FICHIER")]
    file: PathBuf,
    /// Remplacer ce fichier s'il existe
    #[arg(long)]
    force: bool,
}

#[derive(Args, Debug)]
pub struct Source {
    /// Le fichier à reprendre
    #[arg(value_name = "FICHIER")]
    file: PathBuf,
}

/// Writes the whole database, as it is at one instant: under the name that was asked for once it is whole and on the disk.
pub async fn write(config: &Config, target: &Target, done: &str) -> Outcome {
    let store = open_existing(config)?;
    let draft = Draft::new(target, &config.database)?;
    let file = draft.create()?;
    let manifest = tokio::select! {
        written = store.write_archive(SCHEMA, env!("CARGO_PKG_VERSION"), file) => written.map_err(tell)?,
        () = asked_to_stop() => return Err(STOPPED.to_owned()),
    };
    let bytes = draft.publish()?;
    say(&[
        format!("{done} : {} ({}, {}).", target.file.display(), megabytes(bytes), content(&manifest)),
        format!("Registre : {}.", register(&manifest)),
        SECRET.to_owned(),
    ]);
    Ok(())
}

/// Fills a new database from a file, and brings it to the schema of this program. When that fails, a file that SQLite has
/// made stays, empty: another program may be about to fill it.
pub async fn load(config: &Config, source: &Source, restore: bool) -> Outcome {
    // The file first: one that is of no use must leave no database behind.
    let archive = Archive::open(&source.file, SCHEMA).map_err(tell)?;
    let manifest = archive.manifest().clone();
    let store = open(config)?;
    let load = async {
        refuse_unless_empty(&store)?;
        store.load_archive(archive, SCHEMA, restore, SystemClock.now()).await.map_err(tell)
    };
    let loaded = tokio::select! {
        loaded = load => loaded?,
        () = asked_to_stop() => return Err(STOPPED.to_owned()),
    };
    store.settle().await;
    let done = if restore { "Base restaurée" } else { "Base reprise" };
    let mut said = vec![format!("{done} : {} ({}).", store.url(), content(&manifest))];
    said.push(match restore {
        true => format!("Registre vérifié et intact : {}.", register(&manifest)),
        false => format!("Registre : {} (« maillage register verify » le vérifie).", register(&manifest)),
    });
    said.extend(loaded.steps.iter().map(|step| format!("Schéma mis à jour : {step}")));
    said.extend(held(loaded.held));
    said.push(SECRET.to_owned());
    say(&said);
    Ok(())
}

/// Nobody may be listening any more: what was done is done.
fn say(lines: &[String]) {
    let _ = std::io::stdout().write_all(format!("{}\n", lines.join("\n")).as_bytes());
}

fn content(manifest: &Manifest) -> String {
    let kind = if manifest.demonstration { "démonstration" } else { "usage réel" };
    let rows = number_fr(&manifest.rows().to_string());
    format!("{kind}, {rows} lignes dans {} tables, écrit par Maillage {}", manifest.tables(), manifest.version)
}

fn register(manifest: &Manifest) -> String {
    let (entries, digest) = manifest.register();
    let plural = if entries > 1 { "s" } else { "" };
    format!("{} écriture{plural}, dernière empreinte {digest}", number_fr(&entries.to_string()))
}

/// What becomes of the mails that waited in a backup.
fn held(count: u64) -> Option<String> {
    let what = match count {
        0 => return None,
        1 => "1 courriel attendait : il est retenu".to_owned(),
        count => format!("{} courriels attendaient : ils sont retenus", number_fr(&count.to_string())),
    };
    Some(format!("{what}, car peut-être déjà parti depuis. Voir « Administration », « File des messages »."))
}

fn megabytes(bytes: u64) -> String {
    let tenths = (bytes + 50_000) / 100_000;
    format!("{} Mo", number_fr(&format!("{}.{}", tenths / 10, tenths % 10)))
}

/// A file being written beside the one that it will be, gone when it is not published.
struct Draft<'a> {
    target: &'a Target,
    folder: &'a Path,
    path: PathBuf,
}

impl<'a> Draft<'a> {
    fn new(target: &'a Target, database: &DatabaseUrl) -> Result<Self, String> {
        let shown = target.file.display();
        let name = target.file.file_name().filter(|_| !target.file.is_dir());
        let name = name.ok_or_else(|| format!("« {shown} » est un dossier : donnez un nom de fichier."))?;
        if let (DatabaseUrl::Sqlite(database), Ok(file)) = (database, target.file.canonicalize())
            && database.canonicalize().is_ok_and(|database| database == file)
        {
            return Err(format!("« {shown} » est la base elle-même : donnez un autre nom."));
        }
        let folder = target.file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut draft = std::ffi::OsString::from(".");
        draft.push(name);
        draft.push(format!(".{}.partiel", std::process::id()));
        let draft = Self { target, folder, path: folder.join(draft) };
        draft.refuse_to_replace()?;
        Ok(draft)
    }

    fn refuse_to_replace(&self) -> Outcome {
        let file = &self.target.file;
        match file.symlink_metadata() {
            Ok(known) if !known.is_file() => Err(format!("« {} » n'est pas un fichier ordinaire.", file.display())),
            Ok(_) if !self.target.force => {
                Err(format!("« {} » existe déjà : il n'est pas touché. --force le remplace.", file.display()))
            }
            _ => Ok(()),
        }
    }

    /// Readable by its owner alone: it holds all that the database holds.
    fn create(&self) -> Result<File, String> {
        // What a process of the same number left when it was killed.
        let _ = fs::remove_file(&self.path);
        let options = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&self.path);
        options.map_err(|fault| self.cannot_write(&fault))
    }

    /// Gives it its name; gives its size in bytes.
    fn publish(&self) -> Result<u64, String> {
        self.refuse_to_replace()?;
        let publish = || {
            let bytes = fs::metadata(&self.path)?.len();
            fs::rename(&self.path, &self.target.file)?;
            // The name too must survive a power cut.
            File::open(self.folder)?.sync_all()?;
            Ok(bytes)
        };
        publish().map_err(|fault| self.cannot_write(&fault))
    }

    fn cannot_write(&self, fault: &std::io::Error) -> String {
        format!("Impossible d'écrire « {} » : {}.", self.target.file.display(), reason(fault))
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        // Published, it has another name.
        let _ = fs::remove_file(&self.path);
    }
}
