//! PostgreSQL: far, empty, shared by several processes, cut off.

use std::net::TcpListener;

use super::database::{Session, address};
use super::program::{Folder, Running, Server};
use super::{ANY_PORT, SERVE, STRIP};
use crate::town::{Engine, TestDatabase, administer};

#[test]
fn a_postgresql_that_cannot_be_reached_is_told_in_one_sentence() {
    let folder = Folder::new();
    let database = TestDatabase::empty(Engine::Postgres);
    let (server, _) = address(&database.url).rsplit_once('/').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let silent = TcpListener::bind(ANY_PORT).unwrap();
    let silent = format!("postgres://maillage@{}/x?connect_timeout=1", silent.local_addr().unwrap());
    for (url, expected) in [
        ("postgres://maillage:motdepasse@127.0.0.1:1/x", "refused"),
        (&silent, "il ne répond pas"),
        (&format!("{server}/absente_{}", std::process::id()), "does not exist"),
    ] {
        for command in [&SERVE[..], &["migrate"], &["register", "verify"]] {
            let sentence = folder.run(&[command, &["--database", url]].concat()).refuses();
            let told = sentence.starts_with("Impossible de joindre PostgreSQL : ") && sentence.contains(expected);
            assert!(told && !sentence.contains("motdepasse"), "{sentence}");
        }
    }
}

#[test]
fn an_empty_postgresql_is_not_filled_by_itself() {
    let database = TestDatabase::empty(Engine::Postgres);
    let folder = Folder::new();
    let sentence = folder.run_on(&database.url, &SERVE).refuses();
    assert_eq!(sentence, "La base PostgreSQL est vide. Lancez « maillage init » (usage réel) ou « maillage demo ».");
    folder.run_on(&database.url, &["migrate"]).succeeds();
    let sentence = folder.run_on(&database.url, &SERVE).refuses();
    assert!(sentence.contains("« maillage init »") && sentence.contains("« maillage demo »"), "{sentence}");
    Session::open(&database.url).run("drop schema public cascade; create schema public");
    folder.run_on(&database.url, &["init"]).succeeds();
    let server = Server::start(folder.maillage_on(&database.url, &SERVE));
    assert!(!server.get("/").1.contains(STRIP));
    server.stop().succeeds();
}

#[test]
fn two_migrations_at_once_both_succeed() {
    let folder = Folder::new();
    for round in 0..4 {
        let database = TestDatabase::empty(Engine::Postgres);
        let both = [0, 1].map(|_| Running::start(folder.maillage_on(&database.url, &["migrate"])));
        let both = both.map(|process| process.wait().succeeds());
        let steps: usize =
            both.iter().map(|ended| ended.out.lines().filter(|line| line.contains(" 0001 ")).count()).sum();
        assert_eq!(steps, maillage::SCHEMA.len(), "round {round}: {} {}", both[0].out, both[1].out);
        folder.run_on(&database.url, &["migrate"]).succeeds().says("Le schéma est à jour.");

        let file = Folder::new();
        let both = [0, 1].map(|_| Running::start(file.maillage(&["migrate"])));
        for process in both {
            process.wait().succeeds();
        }
        file.run(&["migrate"]).succeeds().says("Le schéma est à jour.");
    }
}

#[test]
fn of_two_creations_at_once_one_is_refused() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let database = TestDatabase::empty(engine);
        let folder = Folder::new();
        let both = [0, 1].map(|_| Running::start(folder.maillage_on(&database.url, &["init"])));
        let mut both = both.map(Running::wait);
        both.sort_by_key(|ended| ended.code);
        let [first, second] = both;
        first.succeeds();
        let sentence = second.refuses();
        assert!(sentence.ends_with("elle n'est pas touchée."), "{sentence}");
        folder.run_on(&database.url, &["register", "verify"]).succeeds().says("Registre intact : 1 écriture,");
    }
}

#[test]
fn connections_that_the_server_ends_are_made_again() {
    let database = TestDatabase::copy_of_template(Engine::Postgres);
    let folder = Folder::new();
    let server = Server::start(folder.maillage_on(&database.url, &SERVE));
    let paths =
        ["/health", "/gouvernances", "/registre", "/gouvernances/grain-vendee/membres", "/territoires?q=nantes"];
    for round in 0..3 {
        administer(&format!(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{}' and application_name = 'maillage'",
            address(&database.url).rsplit('/').next().unwrap()
        ));
        let mut unavailable = 0;
        for path in paths.iter().cycle().take(30) {
            match server.get(path) {
                (200, _) => {}
                (503, _) => unavailable += 1,
                (other, page) => panic!("round {round}, {path}: {other} {page}"),
            }
        }
        assert!(unavailable <= 1, "round {round}: {unavailable} requests of 30 were refused");
    }
    server.stop().succeeds();
}
