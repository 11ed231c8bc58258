//! Files that are no archive, or no longer: each refused in one sentence, and nothing written.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use kernel::register::Digest;
use maillage::SCHEMA;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use store::Store;
use store::archive::Archive;
use store::migrations::Standing;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{BOTH, bytes, load, members, number, previous_archive, run, small, write};
use crate::process::Folder;
use crate::town::{Engine, TestDatabase};

/// The members of a zip.
type Parts = BTreeMap<String, Vec<u8>>;
type Change = fn(&mut Parts);

fn refusal(path: &Path) -> String {
    match Archive::open(path, SCHEMA) {
        Ok(_) => panic!("{} was accepted", path.display()),
        Err(refusal) => refusal.to_string(),
    }
}

#[test]
fn files_that_are_no_archive_are_refused_before_a_database_is_made() {
    let folder = Folder::new();
    let put = |name: &str, content: &[u8]| fs::write(folder.path().join(name), content).unwrap();
    put("vide.zip", b"");
    put("texte.zip", "Compte rendu de la séance plénière.".as_bytes());
    put("court.zip", b"PK");
    let mut zip = ZipWriter::new(File::create(folder.path().join("autre.zip")).unwrap());
    zip.start_file("mimetype", SimpleFileOptions::default()).unwrap();
    zip.write_all(b"application/vnd.oasis.opendocument.spreadsheet").unwrap();
    zip.finish().unwrap();
    let whole = bytes(&previous_archive());
    put("tronquée.zip", &whole[..whole.len() / 2]);
    put("plus-longue.zip", &[whole.as_slice(), b"\n"].concat());
    let mut altered = whole.clone();
    altered[whole.len() / 2] ^= 1;
    put("altérée.zip", &altered);
    fs::create_dir(folder.path().join("dossier.zip")).unwrap();
    for (name, expected) in [
        ("vide.zip", "« vide.zip » est vide : ce n'est pas une archive de Maillage."),
        ("texte.zip", "« texte.zip » n'est pas une archive de Maillage."),
        ("court.zip", "« court.zip » n'est pas une archive de Maillage."),
        ("autre.zip", "« autre.zip » n'est pas une archive de Maillage."),
        ("absent.zip", "Impossible de lire « absent.zip » : ce fichier n'existe pas."),
        ("dossier.zip", "Impossible de lire « dossier.zip » : c'est un dossier."),
        ("tronquée.zip", "L'archive « tronquée.zip » est incomplète : sa fin manque. "),
        ("plus-longue.zip", "L'archive « plus-longue.zip » est incomplète : sa fin manque. "),
        ("altérée.zip", "L'archive « altérée.zip » a été altérée : "),
    ] {
        for command in ["import", "restore"] {
            let sentence = folder.run(&[command, name]).refuses();
            assert!(sentence.starts_with(expected), "{command}: {sentence}");
            assert!(!folder.database().exists(), "{command} {name} has created a database");
        }
    }
}

#[test]
fn no_byte_can_change_or_be_missing_unseen() {
    let folder = Folder::new();
    let path = folder.path().join("a.zip");
    let whole = bytes(&previous_archive());
    let step = whole.len() / 150;
    let ends = [0, 3, 4, 27, 29, 30, 37, 38, 66, 67, 68, 99].into_iter().chain((1..100).map(|back| whole.len() - back));
    for place in ends.clone().chain((0..150).map(|rank| rank * step)) {
        let mut altered = whole.clone();
        altered[place] ^= 0b100;
        fs::write(&path, &altered).unwrap();
        let sentence = refusal(&path);
        assert!(sentence.starts_with("L'archive « ") || sentence.ends_with("de Maillage."), "byte {place}: {sentence}");
        fs::write(&path, &whole[..place]).unwrap();
        let sentence = refusal(&path);
        assert!(sentence.contains("incomplète") || sentence.ends_with("de Maillage."), "{place} bytes: {sentence}");
    }
    fs::write(&path, &whole).unwrap();
    assert!(Archive::open(&path, SCHEMA).is_ok());
}

// ---- Sealed as they should be, by something else than this program ----

/// Writes an archive again after a change, with a right digest.
fn craft(path: &Path, honest: bool, change: impl FnOnce(&mut Parts)) {
    let mut parts = members(&previous_archive());
    change(&mut parts);
    let mime = parts.remove("mimetype").unwrap();
    if honest && let Some(manifest) = parts.get("manifest.json") {
        let mut manifest: Value = serde_json::from_slice(manifest).unwrap();
        for table in manifest["tables"].as_array_mut().unwrap() {
            let Some(content) = parts.get(&format!("{}.jsonl", table["name"].as_str().unwrap())) else { continue };
            table["sha256"] = json!(Digest(Sha256::digest(content).into()).hex());
            table["rows"] = json!(content.iter().filter(|byte| **byte == b'\n').count());
        }
        parts.insert("manifest.json".to_owned(), manifest.to_string().into_bytes());
    }
    let mut zip = ZipWriter::new(File::create(path).unwrap());
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in [("mimetype".to_owned(), mime)].into_iter().chain(parts) {
        zip.start_file(name, stored).unwrap();
        zip.write_all(&content).unwrap();
    }
    zip.set_comment(format!("sha256:{}", "0".repeat(64))).unwrap();
    zip.finish().unwrap();
    let mut content = bytes(path);
    let sealed = content.len() - 64;
    let digest = Digest(Sha256::digest(&content[..sealed]).into()).hex();
    content[sealed..].copy_from_slice(digest.as_bytes());
    fs::write(path, content).unwrap();
}

fn manifest(parts: &mut Parts, change: impl FnOnce(&mut Value)) {
    let mut manifest: Value = serde_json::from_slice(&parts["manifest.json"]).unwrap();
    change(&mut manifest);
    parts.insert("manifest.json".to_owned(), manifest.to_string().into_bytes());
}

/// Replaces in the lines of one table.
fn replace(parts: &mut Parts, table: &str, from: &str, to: &str) {
    let content = parts.get_mut(&format!("{table}.jsonl")).unwrap();
    let text = String::from_utf8(content.clone()).unwrap();
    assert!(text.contains(from), "{table} has no {from}");
    *content = text.replacen(from, to, 1).into_bytes();
}

#[test]
fn a_manifest_that_is_newer_or_senseless_is_refused() {
    let folder = Folder::new();
    let path = folder.path().join("a.zip");
    craft(&path, false, |parts| manifest(parts, |manifest| *manifest = json!({ "format": 2, "version": "9.1.0" })));
    assert!(refusal(&path).contains("vient d'une version plus récente de Maillage (9.1.0 ; format 2 inconnu ici)"));
    craft(&path, false, |parts| {
        manifest(parts, |manifest| manifest["steps"][0]["number"] = json!(99));
    });
    assert!(refusal(&path).contains("étape store 99 inconnu ici"), "{}", refusal(&path));
    let senseless: [Change; 6] = [
        |parts| drop(parts.remove("manifest.json")),
        |parts| drop(parts.insert("manifest.json".to_owned(), b"\xff\xfe".to_vec())),
        |parts| manifest(parts, |manifest| *manifest = json!([])),
        |parts| manifest(parts, |manifest| manifest["tables"] = json!([])),
        |parts| manifest(parts, |manifest| drop(manifest["steps"].as_array_mut().unwrap().pop())),
        |parts| manifest(parts, |manifest| manifest["tables"][0]["columns"][0]["name"] = json!("id; drop table x")),
    ];
    for (rank, change) in senseless.into_iter().enumerate() {
        craft(&path, false, change);
        assert!(refusal(&path).contains("est incohérente : rien n'en est repris"), "{rank}: {}", refusal(&path));
    }
    craft(&path, true, |_| ());
    assert!(Archive::open(&path, SCHEMA).is_ok());
}

#[test]
fn content_that_does_not_fit_leaves_nothing_on_either_engine() {
    let changes: [(bool, Change); 9] = [
        // A line less than announced, a word changed.
        (false, |parts| replace(parts, "fact", "\n", " ")),
        (false, |parts| replace(parts, "governance", "Vendée", "Vendee")),
        (true, |parts| drop(parts.remove("seat.jsonl"))),
        (true, |parts| replace(parts, "fact", "[", "{")),
        (true, |parts| parts.get_mut("fact.jsonl").unwrap().extend(b"\n")),
        // Foreign key, check, primary key, type.
        (true, |parts| replace(parts, "member", "\"document\"", "\"document\\u0000\"")),
        (true, |parts| replace(parts, "instance", ",1,1]", ",2,1]")),
        (true, |parts| {
            let line = parts["body.jsonl"].split_inclusive(|byte| *byte == b'\n').next().unwrap().to_vec();
            parts.get_mut("body.jsonl").unwrap().extend(line);
        }),
        (true, |parts| parts.insert("organisation.jsonl".to_owned(), Vec::new()).map_or((), drop)),
    ];
    let folder = Folder::new();
    let path = folder.path().join("a.zip");
    for (rank, (honest, change)) in changes.into_iter().enumerate() {
        craft(&path, honest, change);
        for engine in BOTH {
            if rank == 5 && engine == Engine::Sqlite {
                // SQLite holds what PostgreSQL refuses.
                continue;
            }
            let database = TestDatabase::empty(engine);
            run(async {
                let store = Store::open(&database.url, 2).unwrap();
                let refusal = load(&store, &path, SCHEMA).await.unwrap_err().to_string();
                let expected = "Le contenu de l'archive ne convient pas à cette base (";
                assert!(refusal.starts_with(expected) && refusal.ends_with("rien n'a été écrit."), "{rank}: {refusal}");
                assert_eq!(store.standing(SCHEMA), Ok(Standing::Empty), "{rank}, {engine:?}");
            });
        }
        if rank != 5 {
            folder.run(&["import", "a.zip"]).refuses();
            assert_eq!(folder.number("select count(*) from sqlite_schema"), 0, "{rank}: something stays");
        }
    }
}

#[test]
fn a_register_that_was_altered_is_imported_for_study_and_never_restored() {
    for engine in BOTH {
        let folder = Folder::new();
        let source = small(engine);
        run(async {
            let store = Store::open(&source.url, 2).unwrap();
            store
                .write(|tx| tx.execute("update register set summary = 'autre chose' where seq = 7", &[]))
                .await
                .unwrap();
            write(&store, SCHEMA, &folder.path().join("a.zip")).await;
        });
        let target = TestDatabase::empty(engine);
        let sentence = folder.run_on(&target.url, &["restore", "a.zip"]).refuses();
        assert!(sentence.contains("REGISTRE ALTÉRÉ") && sentence.contains("Rien n'est restauré"), "{sentence}");
        folder.run_on(&target.url, &["import", "a.zip"]).succeeds();
        assert!(folder.run_on(&target.url, &["register", "verify"]).refuses().contains("REGISTRE ALTÉRÉ"));
    }
}

#[test]
fn a_database_that_holds_something_is_not_touched() {
    let folder = Folder::with_demonstration();
    let archive = previous_archive().display().to_string();
    folder.run(&["register", "verify"]).succeeds();
    let content = bytes(&folder.database());
    for command in ["import", "restore"] {
        let sentence = folder.run(&[command, &archive]).refuses();
        assert!(sentence.ends_with("contient déjà des données : elle n'est pas touchée."), "{sentence}");
    }
    assert!(bytes(&folder.database()) == content, "the file has changed");

    let postgres = small(Engine::Postgres);
    let entries = number(&postgres.url, "select count(*) from register");
    let sentence = folder.run_on(&postgres.url, &["restore", &archive]).refuses();
    assert!(sentence.ends_with("contient déjà des données : elle n'est pas touchée."), "{sentence}");
    assert_eq!(number(&postgres.url, "select count(*) from register"), entries);

    let other = Folder::new();
    other.sql("create table recette (nom text)");
    let sentence = other.run(&["restore", &archive]).refuses();
    assert!(sentence.contains("la base de données d'un autre programme"), "{sentence}");
    assert_eq!(other.number("select count(*) from sqlite_schema"), 1);
}

#[test]
fn of_two_restores_at_once_one_is_refused() {
    let archive = previous_archive().display().to_string();
    for engine in BOTH {
        let database = TestDatabase::empty(engine);
        let folder = Folder::new();
        let both =
            [0, 1].map(|_| crate::process::Running::start(folder.maillage_on(&database.url, &["restore", &archive])));
        let mut both = both.map(crate::process::Running::wait);
        both.sort_by_key(|ended| ended.err.len());
        let [first, second] = both;
        first.succeeds();
        let sentence = second.refuses();
        // By how far the other one has come: its mark is there, or its schema alone.
        let told = ["elle n'est pas touchée.", "donnez une base neuve."];
        assert!(told.iter().any(|end| sentence.ends_with(end)), "{sentence}");
        folder.run_on(&database.url, &["register", "verify"]).succeeds().says("Registre intact");
    }
}
