//! The file that is written: whole or absent, its owner's alone, never in place of another unasked.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

use maillage::SCHEMA;
use store::Store;

use super::{bytes, founded, run};
use crate::process::{Folder, Running};
use crate::town::{Engine, TestDatabase};

/// The names in a folder.
fn names(folder: &Folder) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| !name.starts_with("maillage.db"));
    names.sort();
    names
}

#[test]
fn a_file_is_its_owners_alone_and_replaces_another_only_when_asked() {
    let folder = Folder::with_demonstration();
    folder.run(&["backup", "a.zip"]).succeeds();
    let path = folder.path().join("a.zip");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

    fs::write(&path, "précieux").unwrap();
    for command in ["backup", "export"] {
        let sentence = folder.run(&[command, "a.zip"]).refuses();
        assert_eq!(sentence, "« a.zip » existe déjà : il n'est pas touché. --force le remplace.");
    }
    assert_eq!(bytes(&path), "précieux".as_bytes());
    folder.run(&["backup", "a.zip", "--force"]).succeeds();
    assert!(bytes(&path).starts_with(b"PK"));
    assert_eq!(names(&folder), ["a.zip"]);
}

#[test]
fn a_target_that_is_no_file_is_refused_in_one_sentence() {
    let folder = Folder::with_demonstration();
    fs::create_dir(folder.path().join("dossier")).unwrap();
    symlink("ailleurs", folder.path().join("lien")).unwrap();
    for (target, expected) in [
        ("dossier", "« dossier » est un dossier : donnez un nom de fichier."),
        ("/", "« / » est un dossier : donnez un nom de fichier."),
        ("absent/a.zip", "Impossible d'écrire « absent/a.zip » : il n'existe pas, ou son dossier."),
        ("/dev/full", "« /dev/full » n'est pas un fichier ordinaire."),
        ("lien", "« lien » n'est pas un fichier ordinaire."),
        ("maillage.db", "« maillage.db » est la base elle-même : donnez un autre nom."),
        ("./dossier/../maillage.db", "« ./dossier/../maillage.db » est la base elle-même : donnez un autre nom."),
    ] {
        let sentence = folder.run(&["backup", target, "--force"]).refuses();
        assert_eq!(sentence, expected);
    }
    folder.run(&["register", "verify"]).succeeds();
    assert_eq!(names(&folder), ["dossier", "lien"]);
}

#[test]
fn a_database_that_is_absent_empty_or_not_initialised_gives_no_file() {
    let folder = Folder::new();
    let sentence = folder.run(&["backup", "a.zip"]).refuses();
    assert!(sentence.ends_with("maillage.db n'existe pas."), "{sentence}");
    assert!(!folder.database().exists());
    for engine in super::BOTH {
        let database = TestDatabase::empty(engine);
        for _ in 0..2 {
            let sentence = folder.run_on(&database.url, &["backup", "a.zip"]);
            let sentence = sentence.refuses();
            let expected = ["n'existe pas.", "n'a pas été initialisée : il n'y a rien à sauvegarder."];
            assert!(expected.iter().any(|end| sentence.ends_with(end)), "{sentence}");
            folder.run_on(&database.url, &["migrate"]).succeeds();
        }
    }
    assert_eq!(names(&folder), [""; 0]);
}

#[test]
fn a_disk_that_is_full_leaves_no_half_file() {
    let folder = Folder::with_demonstration();
    fs::write(folder.path().join("ancienne.zip"), "la précédente").unwrap();
    // A limit to the size of files stands for the end of the disk: the system refuses the same write.
    for (blocks, target) in [(100, "a.zip"), (1_000, "a.zip"), (2_500, "ancienne.zip")] {
        let mut command = Command::new("sh");
        let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" backup {target} --force");
        command.current_dir(folder.path()).args(["-c", &limited, env!("CARGO_BIN_EXE_maillage")]);
        command.env("MAILLAGE_LOG", "warn").env_remove("DATABASE_URL");
        let sentence = Running::start(command).wait().refuses();
        assert_eq!(sentence, "L'archive ne peut pas être écrite : la taille permise est dépassée.", "{blocks} blocks");
    }
    assert_eq!(names(&folder), ["ancienne.zip"]);
    assert_eq!(bytes(&folder.path().join("ancienne.zip")), "la précédente".as_bytes());

    let database = TestDatabase::empty(Engine::Sqlite);
    let refusal = run(async {
        let store: Store = founded(&database.url, SCHEMA);
        let full = File::options().read(true).write(true).open("/dev/full").unwrap();
        store.write_archive(SCHEMA, "0.0.0", full).await.unwrap_err().to_string()
    });
    assert_eq!(refusal, "L'archive ne peut pas être écrite : le disque est plein.");
}

#[test]
fn what_is_interrupted_leaves_nothing() {
    let folder = Folder::with_demonstration();
    let mut interrupted = 0;
    for millis in [30, 60, 120, 240] {
        let process = Running::start(folder.maillage(&["backup", "a.zip"]));
        std::thread::sleep(std::time::Duration::from_millis(millis));
        process.signal("TERM");
        let ended = process.wait();
        // Before it listens to signals, it ends by them as any program does; a fast machine has finished.
        if ended.err.contains("Interrompu : rien n'a été écrit.") {
            interrupted += 1;
            assert_eq!(names(&folder), [""; 0]);
        }
        let _ = fs::remove_file(folder.path().join("a.zip"));
    }
    println!("{interrupted} backups were interrupted while they wrote");
    folder.run(&["backup", "a.zip"]).succeeds();
}
