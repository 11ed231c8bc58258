//! From an earlier version: its database, and its archives.

use maillage::SCHEMA;
use store::migrations::Standing;
use store::{Migration, Migrations, Store};

use super::{BOTH, founded, load, members, number, previous_archive, run, small, write};
use crate::process::{Folder, SERVE, Server};
use crate::town::{Engine, TestDatabase};

const PAGES: [&str; 9] = [
    "/",
    "/gouvernances",
    "/gouvernances/grain-vendee",
    "/gouvernances/grain-vendee/membres",
    "/structures",
    "/gouvernances/grain-vendee/conventions",
    "/territoires/departement-85",
    "/registre",
    "/statistiques",
];

/// The steps of this program that an archive holds: the schema of the version that wrote it.
fn schema_of_previous() -> &'static [Migrations] {
    let manifest: serde_json::Value = serde_json::from_slice(&members(&previous_archive())["manifest.json"]).unwrap();
    let held: Vec<(&str, i64)> = manifest["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["crate"].as_str().unwrap(), step["number"].as_i64().unwrap()))
        .collect();
    let crates = SCHEMA.iter().map(|crate_| {
        let steps = crate_.steps.iter().filter(|step| held.contains(&(crate_.krate, step.number)));
        Migrations { krate: crate_.krate, steps: steps.copied().collect::<Vec<_>>().leak() }
    });
    let all: Vec<_> = crates.filter(|crate_| !crate_.steps.is_empty()).collect();
    let steps: usize = all.iter().map(|crate_| crate_.steps.len()).sum();
    assert_eq!(steps, held.len(), "a step that had landed is gone");
    all.leak()
}

#[test]
fn a_database_of_the_previous_version_is_brought_up_to_date_and_its_pages_answer() {
    for engine in BOTH {
        let database = TestDatabase::empty(engine);
        let previous = schema_of_previous();
        run(async {
            let store = Store::open(&database.url, 2).unwrap();
            let loaded = load(&store, &previous_archive(), previous).await.unwrap();
            assert!(loaded.steps.is_empty(), "{loaded:?}");
        });
        let entries = number(&database.url, "select count(*) from register");
        assert!(entries > 100, "{entries}");
        let folder = Folder::new();
        // A database that is behind can be saved before it is touched.
        folder.run_on(&database.url, &["backup", "avant.zip"]).succeeds();
        folder.run_on(&database.url, &["migrate"]).succeeds();
        folder.run_on(&database.url, &["migrate"]).succeeds().says("Le schéma est à jour.");
        answers(&folder, &database);
        assert_eq!(number(&database.url, "select count(*) from register"), entries);
    }
}

#[test]
fn an_archive_of_the_previous_version_is_restored_and_brought_up_to_date() {
    for engine in BOTH {
        let database = TestDatabase::empty(engine);
        let folder = Folder::new();
        let archive = previous_archive().display().to_string();
        folder.run_on(&database.url, &["restore", &archive]).succeeds().says("Registre vérifié et intact");
        folder.run_on(&database.url, &["migrate"]).succeeds().says("Le schéma est à jour.");
        answers(&folder, &database);
    }
}

fn answers(folder: &Folder, database: &TestDatabase) {
    folder.run_on(&database.url, &["register", "verify"]).succeeds().says("Registre intact");
    let server = Server::start(folder.maillage_on(&database.url, &SERVE));
    for path in PAGES {
        let (status, page) = server.get(path);
        assert!(status == 200 && page.contains("</html>"), "{path}: {status} {page}");
    }
    server.stop().succeeds();
}

// ---- With a later step that does not exist yet ----

const LATER: [Migration; 2] = [
    Migration {
        number: 1,
        name: "later",
        sqlite: "create table later (id integer primary key, name text not null) strict;
                 insert into later (id, name) values (1, 'graine');",
        postgres: "create table later (id bigint primary key, name text not null);
                   insert into later (id, name) values (1, 'graine');",
    },
    Migration {
        number: 2,
        name: "wider",
        sqlite: "alter table later add column colour text not null default 'vert';
                 alter table fact add column weight real not null default 0.5;",
        postgres: "alter table later add column colour text not null default 'vert';
                   alter table fact add column weight double precision not null default 0.5;",
    },
];

/// The schema of this program, and the first steps of a crate that it has not.
fn with_later(count: usize) -> &'static [Migrations] {
    let mut all = SCHEMA.to_vec();
    all.push(Migrations { krate: "later", steps: LATER[..count].to_vec().leak() });
    all.leak()
}

#[test]
fn later_steps_are_applied_after_the_load_and_see_its_rows() {
    let folder = Folder::new();
    let [none, one] = ["zero.zip", "une.zip"].map(|name| folder.path().join(name));
    let source = small(Engine::Sqlite);
    run(async {
        let store = Store::open(&source.url, 2).unwrap();
        write(&store, SCHEMA, &none).await;
        store.migrate(with_later(1), &kernel::FixedClock::at(crate::town::NOW)).unwrap();
        store.write(|tx| tx.execute("update later set name = 'arbre'", &[])).await.unwrap();
        write(&store, with_later(1), &one).await;
    });
    for engine in BOTH {
        for (archive, steps, name) in [(&none, 2, "graine"), (&one, 1, "arbre")] {
            let target = TestDatabase::empty(engine);
            run(async {
                let store = Store::open(&target.url, 2).unwrap();
                let loaded = load(&store, archive, with_later(2)).await.unwrap();
                assert_eq!(loaded.steps.len(), steps, "{loaded:?}");
                assert_eq!(store.standing(with_later(2)), Ok(Standing::Current));
                let rows = |sql: &'static str| store.read(move |tx| tx.query(sql, &[], |row| row.get::<String>(0)));
                assert_eq!(rows("select name || ' ' || colour from later").await.unwrap(), [format!("{name} vert")]);
                let weights = rows("select distinct cast(weight as text) from fact").await.unwrap();
                assert_eq!(weights, ["0.5"]);
            });
        }
    }
}

#[test]
fn an_archive_of_a_newer_version_is_refused() {
    let folder = Folder::new();
    let path = folder.path().join("plus-récente.zip");
    let source = TestDatabase::empty(Engine::Sqlite);
    run(async {
        let store = founded(&source.url, with_later(1));
        write(&store, with_later(1), &path).await;
    });
    for command in ["import", "restore"] {
        let sentence = folder.run(&[command, "plus-récente.zip"]).refuses();
        assert!(sentence.contains("vient d'une version plus récente de Maillage (0.0.0 ; étape later 1"), "{sentence}");
        assert!(!folder.database().exists(), "{command} has created a database");
    }
    // Its database is refused too, before a file is made.
    let sentence = folder.run_on(&source.url, &["backup", "rien.zip"]).refuses();
    assert!(sentence.contains("version plus récente de Maillage (étape later 1"), "{sentence}");
    assert!(!folder.path().join("rien.zip").exists());
}

#[test]
fn a_schema_that_is_ahead_of_the_archive_needs_a_new_database() {
    let folder = Folder::new();
    let path = folder.path().join("a.zip");
    let source = small(Engine::Sqlite);
    run(async { write(&Store::open(&source.url, 2).unwrap(), SCHEMA, &path).await });
    for engine in BOTH {
        let target = TestDatabase::empty(engine);
        run(async {
            let store = Store::open(&target.url, 2).unwrap();
            store.migrate(with_later(1), &kernel::FixedClock::at(crate::town::NOW)).unwrap();
            let refusal = load(&store, &path, with_later(2)).await.unwrap_err().to_string();
            assert!(refusal.contains("donnez une base neuve"), "{refusal}");
        });
        // Made ready and not initialised, as « maillage migrate » leaves it: nothing is in the way.
        let ready = TestDatabase::empty(engine);
        folder.run_on(&ready.url, &["migrate"]).succeeds();
        folder.run_on(&ready.url, &["restore", "a.zip"]).succeeds();
    }
}
