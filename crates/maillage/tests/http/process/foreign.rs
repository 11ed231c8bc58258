//! Databases that are not for this program.

use super::ANY_PORT;
use super::database::Session;
use super::program::Folder;
use crate::town::{Engine, TestDatabase};

const NEWER: &str = "vient d'une version plus récente de Maillage (étape governance 9999 inconnue ici)";

#[test]
fn a_database_of_a_newer_version_is_not_touched_on_sqlite() {
    let folder = Folder::with_demonstration();
    folder.sql("insert into schema_migration (crate, number, name, applied_at) values ('governance', 9999, 'x', 0)");
    for command in ["serve", "migrate", "init", "demo"] {
        let sentence = folder.run(&[command, "--listen", ANY_PORT]).refuses();
        assert!(sentence.contains(NEWER), "{command}: {sentence}");
    }
}

#[test]
fn a_database_of_a_newer_version_is_not_touched_on_postgres() {
    let database = TestDatabase::copy_of_template(Engine::Postgres);
    let folder = Folder::new();
    Session::open(&database.url).run("insert into schema_migration values ('governance', 9999, 'x', now())");
    for command in ["serve", "migrate", "init", "demo"] {
        let sentence = folder.run_on(&database.url, &[command, "--listen", ANY_PORT]).refuses();
        assert!(sentence.contains(NEWER), "{command}: {sentence}");
    }
}

#[test]
fn what_is_not_a_database_of_maillage_is_not_touched() {
    let folder = Folder::new();
    std::fs::write(folder.database(), "Compte rendu de la séance plénière, à ne pas perdre.\n".repeat(100)).unwrap();
    let text = std::fs::read(folder.database()).unwrap();
    for command in [&["serve", "--listen", ANY_PORT][..], &["init"], &["demo"], &["migrate"], &["register", "verify"]] {
        let sentence = folder.run(command).refuses();
        assert!(sentence.contains("ce fichier n'est pas une base de données"), "{command:?}: {sentence}");
    }
    assert_eq!(std::fs::read(folder.database()).unwrap(), text);

    let other = Folder::new();
    other.sql("create table recette (nom text); insert into recette values ('tarte')");
    for command in [&["serve", "--listen", ANY_PORT][..], &["init"], &["demo"], &["migrate"], &["register", "verify"]] {
        let sentence = other.run(command).refuses();
        assert!(sentence.contains("la base de données d'un autre programme"), "{command:?}: {sentence}");
    }
    assert_eq!(other.number("select count(*) from sqlite_schema"), 1);

    let sentence = Folder::new().run(&["migrate", "--database", "sqlite:."]).refuses();
    assert!(sentence.starts_with("Impossible d'ouvrir la base de données « . »"), "{sentence}");
    let sentence = Folder::new().run(&["migrate", "--database", "sqlite:absent/maillage.db"]).refuses();
    assert!(sentence.contains("le dossier n'existe pas"), "{sentence}");
    let nowhere = Folder::new();
    assert!(nowhere.run(&["register", "verify"]).refuses().contains("n'existe pas"));
    assert!(!nowhere.database().exists(), "a check has created a database");
}
