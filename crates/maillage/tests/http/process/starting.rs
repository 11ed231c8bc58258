//! Starting and stopping; real use and demonstration.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use store::Store;

use super::database::Session;
use super::program::{Folder, Running, Server, note};
use super::{SERVE, STRIP};
use crate::town::{Engine, TestDatabase};

#[test]
fn a_first_start_creates_the_demonstration_and_the_next_one_serves_it() {
    let folder = Folder::new();
    let server = Server::start(folder.maillage(&SERVE));
    assert!(server.said().contains("Première mise en route"), "{}", server.said());
    let (status, health) = server.get("/health");
    assert!(status == 200 && health.starts_with("ok "), "{health}");
    assert!(server.get("/").1.contains(STRIP));
    let listen = server.listen();
    folder.run(&["healthcheck", "--listen", &listen]).succeeds().says("va bien");
    server.stop().succeeds();
    let sentence = folder.run(&["healthcheck", "--listen", &listen]).refuses();
    assert!(sentence.contains("ne répond pas"), "{sentence}");

    let server = Server::start(folder.maillage(&SERVE));
    assert!(!server.said().contains("Première mise en route"), "{}", server.said());
    assert_eq!(server.get("/health").1, health);
    assert!(server.get("/gouvernances/grain-vendee").1.contains(STRIP));
    server.stop().succeeds();
}

#[test]
fn a_stopped_database_is_one_file_that_may_be_copied() {
    let folder = Folder::with_demonstration();
    let server = Server::start(folder.maillage(&SERVE));
    // An act while it runs stands in the journal beside the file.
    let store = Store::open(&folder.url(), 2).unwrap();
    note(&store, "copié").unwrap();
    drop(store);
    let (_, health) = server.get("/health");
    server.stop().succeeds();

    let backup = Folder::new();
    std::fs::copy(folder.database(), backup.database()).unwrap();
    assert_eq!(backup.number("select count(*) from fact where value = 'copié'"), 1);
    let entries = health.trim().trim_start_matches("ok ");
    backup.run(&["register", "verify"]).succeeds().says(&format!("Registre intact : {entries} écritures"));
}

#[test]
fn a_request_under_way_is_answered_before_the_stop() {
    let database = TestDatabase::copy_of_template(Engine::Postgres);
    let folder = Folder::new();
    let mut server = Server::start(folder.maillage_on(&database.url, &SERVE));
    let lock = Session::open(&database.url);
    lock.run("begin; lock table governance in access exclusive mode");
    let request = server.ask_aside("/gouvernances");
    lock.wait_for(
        "select count(*) > 0 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    server.process.signal("TERM");
    std::thread::sleep(Duration::from_millis(300));
    assert!(server.process.is_running(), "the server has left a request without answer");
    lock.run("rollback");
    let (status, page) = request.join().unwrap();
    assert!(status == 200 && page.contains("</html>"), "{status} {page}");
    server.process.wait().succeeds();
}

#[test]
fn a_request_without_end_and_a_silent_connection_do_not_hold_the_stop() {
    let database = TestDatabase::copy_of_template(Engine::Postgres);
    let folder = Folder::new();
    let server = Server::start(folder.maillage_on(&database.url, &SERVE));
    let _silent = TcpStream::connect(server.listen()).unwrap();
    let lock = Session::open(&database.url);
    lock.run("begin; lock table governance in access exclusive mode");
    let request = server.ask_aside("/gouvernances");
    lock.wait_for(
        "select count(*) > 0 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    let begun = Instant::now();
    server.stop().succeeds();
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    // The browser sees the connection close, nothing else.
    let _ = request.join();
}

#[test]
fn a_creation_that_was_killed_is_begun_again() {
    let folder = Folder::new();
    for millis in [5, 40, 100, 700] {
        let mut process = Running::start(folder.maillage(&["demo"]));
        std::thread::sleep(Duration::from_millis(millis));
        process.kill();
        if folder.database().exists() {
            let mut verification = folder.run(&["register", "verify"]);
            verification.out.push_str(&verification.err);
            let whole = verification.out.contains("Registre intact : 0 ") || verification.out.contains("est vide");
            assert!(whole, "killed after {millis} ms: {}", verification.out);
        }
    }
    folder.run(&["demo"]).succeeds();
    folder.run(&["register", "verify"]).succeeds().says("Registre intact");
}

#[test]
fn a_database_for_real_use_has_no_demonstration_and_never_becomes_one() {
    let folder = Folder::new();
    folder.run(&["init"]).succeeds().says("Base prête");
    let server = Server::start(folder.maillage(&SERVE));
    let (status, home) = server.get("/");
    assert!(status == 200 && !home.contains(STRIP));
    assert!(server.get("/territoires/departement-85").1.contains("Vendée"));
    assert_eq!(server.get("/gouvernances/grain-vendee").0, 404);
    server.stop().succeeds().says("Mentions légales incomplètes");

    let content = std::fs::read(folder.database()).unwrap();
    for command in ["demo", "init"] {
        let sentence = folder.run(&[command]).refuses();
        assert!(sentence.ends_with("contient déjà des données : elle n'est pas touchée."), "{sentence}");
    }
    assert!(std::fs::read(folder.database()).unwrap() == content, "the file has changed");
    assert_eq!(folder.number("select demonstration from instance"), 0);
}

#[test]
fn a_demonstration_is_not_served_beyond_this_machine_unasked() {
    let folder = Folder::with_demonstration();
    let everywhere = ["serve", "--listen", "0.0.0.0:0"];
    let refusal = folder.run(&everywhere);
    assert!(!refusal.out.contains("est ouvert"), "{}", refusal.out);
    assert!(refusal.refuses().contains("Ajoutez --demo-public"));
    let mut again = folder.maillage(&everywhere);
    again.env("MAILLAGE_DEMO_PUBLIC", "non");
    assert!(Running::start(again).wait().refuses().contains("Ajoutez --demo-public"));
}
