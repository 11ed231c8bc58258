//! The program as it is installed: its commands, its signals, what it says and what it leaves when something is wrong.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use governance::facts::Fact;
use kernel::register::Digest;
use kernel::{Context, Error, Provenance, SystemClock, SystemRandomness, Who};
use store::register::{self, Verdict};
use store::{DatabaseUrl, Store};

use crate::town::{Engine, TestDatabase, administer};

/// Longest wait for anything, on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(60);
/// A port that the system chooses; the program prints it.
const ANY_PORT: &str = "127.0.0.1:0";
/// What every page of a demonstration says.
const STRIP: &str = "Démonstration : données d'exemple.";
pub const SERVE: [&str; 3] = ["serve", "--listen", ANY_PORT];

// ---- Starting, stopping ----

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

// ---- Real use and demonstration ----

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

// ---- Configuration ----

#[test]
fn each_wrong_setting_is_named_in_one_line() {
    let folder = Folder::new();
    let flags: [(&[&str], &str); 12] = [
        (&["--listen", "8080"], "listen = « 8080 »"),
        (&["--database", "mysql://x"], "database = « mysql://x »"),
        (&["--database", "postgres://u:motdepasse@["], "database = « postgres… »"),
        (&["--theme", "rose"], "theme = « rose »"),
        (&["--theme", "etat"], "dsfr = «"),
        (&["--connections", "0"], "connections = « 0 »"),
        (&["--page-cache", "beaucoup"], "page_cache = « beaucoup »"),
        (&["--public-address", "maillage.fr"], "public_address = « maillage.fr »"),
        (&["--log-format", "xml"], "log_format = « xml »"),
        (&["--log", "bavard"], "log = « bavard »"),
        (&["--demo-public=peut-être"], "demo_public = « peut-être »"),
        (&["--config", "absent.toml"], "« absent.toml » illisible"),
    ];
    for (flags, expected) in flags {
        let sentence = folder.run(&[&["routes"], flags].concat()).refuses();
        assert!(sentence.starts_with("configuration : ") && sentence.contains(expected), "{flags:?}: {sentence}");
        assert!(!sentence.contains("motdepasse"), "{sentence}");
    }
    for (name, value, expected) in [
        ("MAILLAGE_LISTEN", "localhost", "listen = « localhost »"),
        ("DATABASE_URL", "maillage.db", "database = « maillage.db »"),
        ("MAILLAGE_CONNECTIONS", "1000", "connections = « 1000 »"),
        ("MAILLAGE_DEMO_PUBLIC", "on", "demo_public = « on »"),
        ("MAILLAGE_LOG", "bavard", "log = « bavard »"),
        ("MAILLAGE_CONFIG", "absent.toml", "« absent.toml » illisible"),
    ] {
        let mut command = folder.maillage(&["routes"]);
        command.env(name, value);
        let sentence = Running::start(command).wait().refuses();
        assert!(sentence.contains(expected), "{name}: {sentence}");
    }
    for (file, expected) in [
        ("listen = \"127.0.0.1:0\"\ncouleur = \"bleu\"\n", "maillage.toml, ligne 2 : unknown field `couleur`"),
        ("\n\nconnections = \"deux\"\n", "maillage.toml, ligne 3"),
        ("listen =\n", "maillage.toml, ligne 1"),
        ("theme = \"rose\"", "theme = « rose »"),
        ("demo_public = \"oui\"", "maillage.toml, ligne 1"),
    ] {
        std::fs::write(folder.path().join("maillage.toml"), file).unwrap();
        let sentence = folder.run(&["routes"]).refuses();
        assert!(sentence.starts_with("configuration : ") && sentence.contains(expected), "{file:?}: {sentence}");
    }
}

#[test]
fn a_flag_wins_over_the_environment_which_wins_over_the_file() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("maillage.toml"), "theme = \"du fichier\"").unwrap();
    let theme = |environment: Option<&str>, flag: Option<&str>| {
        let mut command = folder.maillage(&["routes"]);
        command.envs(environment.map(|value| ("MAILLAGE_THEME", value)));
        command.args(flag.map(|value| format!("--theme={value}")));
        Running::start(command).wait()
    };
    assert!(theme(None, None).refuses().contains("« du fichier »"));
    assert!(theme(Some("de l'environnement"), None).refuses().contains("« de l'environnement »"));
    assert!(theme(Some("de l'environnement"), Some("de l'option")).refuses().contains("« de l'option »"));
    theme(Some("de l'environnement"), Some("maillage")).succeeds().says("/gouvernances");
}

#[test]
fn a_port_that_is_taken_is_told_in_one_sentence() {
    let folder = Folder::with_demonstration();
    let taken = TcpListener::bind(ANY_PORT).unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let sentence = folder.run(&["serve", "--listen", &address]).refuses();
    assert!(sentence.starts_with(&format!("Impossible d'écouter sur {address}")), "{sentence}");
}

// ---- Databases that are not for this program ----

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

// ---- Disks ----

#[test]
fn a_folder_without_the_right_to_write_is_told_in_one_sentence() {
    if !am_root() {
        return;
    }
    let folder = Folder::new();
    let binary = folder.path().join("maillage");
    std::fs::copy(env!("CARGO_BIN_EXE_maillage"), &binary).unwrap();
    let as_nobody = |arguments: &[&str]| {
        let mut command = folder.maillage_from(&binary, arguments);
        command.uid(65_534).gid(65_534);
        Running::start(command).wait().refuses()
    };
    for command in [&SERVE[..], &["init"], &["demo"], &["migrate"]] {
        let sentence = as_nobody(command);
        assert!(sentence.ends_with("le dossier n'existe pas, ou il n'est pas permis d'y écrire."), "{sentence}");
    }
    // A database is there: it may be read, not written.
    let demonstration = Folder::with_demonstration();
    std::fs::rename(demonstration.database(), folder.database()).unwrap();
    let sentence = as_nobody(&SERVE);
    assert!(sentence.contains("pas permis d'y écrire"), "{sentence}");
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let sentence = as_nobody(&SERVE);
    assert!(sentence.contains("écri"), "{sentence}");
}

#[test]
fn a_disk_that_fills_up_during_the_creation_leaves_nothing_half_made() {
    if !am_root() {
        return;
    }
    let disk = Disk::of(16);
    // In turn: the file itself, between two steps of the schema, the territories, the demonstration.
    for kilobytes in [16, 64, 100, 200, 300, 1_000, 14_000] {
        disk.grow_to(kilobytes);
        for command in [&["demo"][..], &SERVE] {
            let sentence = disk.folder.run(command).refuses();
            assert!(sentence.contains("disque"), "{kilobytes} kB: {sentence}");
        }
    }
    assert_eq!(disk.folder.number("select (select count(*) from register) + (select count(*) from territory)"), 0);
    disk.grow_to(100_000);
    disk.folder.run(&["demo"]).succeeds();
    let entries = disk.folder.number("select count(*) from register");
    assert!(entries > 500, "{entries}");
    disk.folder.run(&["register", "verify"]).succeeds().says(&format!("Registre intact : {entries} écritures"));
}

#[test]
fn a_disk_that_fills_up_while_acts_run_refuses_them_and_goes_on_once_there_is_room() {
    if !am_root() {
        return;
    }
    let disk = Disk::of(100_000);
    let demonstration = Folder::with_demonstration();
    std::fs::copy(demonstration.database(), disk.folder.database()).unwrap();
    let size = std::fs::metadata(disk.folder.database()).unwrap().len() / 1_024;
    disk.grow_to(size + 2_000);
    let server = Server::start(disk.folder.maillage(&SERVE));
    let store = Store::open(&disk.folder.url(), 2).unwrap();

    let mut noted = 0;
    let refusal = loop {
        match note(&store, &format!("acte {}", noted + 1)) {
            Ok(()) => noted += 1,
            Err(refusal) => break refusal,
        }
        assert!(noted < 10_000, "the disk never fills up");
    };
    let Error::Unavailable(sentence) = &refusal else { panic!("{refusal:?}") };
    assert!(sentence.contains("disque du serveur est plein : rien n'a été enregistré"), "{sentence}");
    assert!(note(&store, "encore plein").is_err());
    let count = "select count(*) from fact where topic = 'Disque'";
    assert_eq!(disk.folder.number(count), noted);
    assert_eq!(
        disk.folder.number("select count(*) from register where act = 'fact.noted' and payload like '%\"acte %'"),
        noted
    );
    assert!(matches!(store.read_blocking(|tx| register::verify(tx, None)).unwrap(), Verdict::Sound { .. }));
    // Whoever reads sees all of it.
    assert!(server.get("/health").1.starts_with("ok "));
    assert!(server.get("/gouvernances/grain-vendee").1.contains(&format!("acte {noted}")));

    disk.grow_to(size + 32_000);
    for number in noted + 1..=noted + 20 {
        note(&store, &format!("acte {number}")).unwrap();
    }
    assert_eq!(disk.folder.number(count), noted + 20);
    assert!(server.get("/gouvernances/grain-vendee").1.contains(&format!("acte {}", noted + 20)));
    server.stop().succeeds();
    disk.folder.run(&["register", "verify"]).succeeds().says("Registre intact");
}

// ---- Demonstration files ----

#[test]
fn a_wrong_demonstration_file_is_refused_with_its_line_and_nothing_is_written() {
    let folder = Folder::new();
    let file = folder.path().join("files/30-vendee-grain.toml");
    copy_folder(&data("demo"), &folder.path().join("files"));
    let right = std::fs::read_to_string(&file).unwrap();
    let wrongs: [(&str, &str, &str); 5] = [
        (
            "territories = [\"departement-85\"]",
            "territories = [\"commune-99999\"]",
            "territoire inconnu : commune-99999",
        ),
        ("territories = [\"departement-85\"]", "territories = [\"commune-85191\"", ""),
        ("perimeter = ", "perimetre = ", "unknown field `perimetre`"),
        ("  organisation = \"msa-vendee\"", "  organisation = \"msa-corse\"", "structure inconnue : « msa-corse »"),
        ("state_since = \"2018\"", "state_since = \"1900\"", "L'année 1900 n'est pas possible ici"),
    ];
    for (text, wrong, expected) in wrongs {
        let (before, after) = right.split_once(text).unwrap_or_else(|| panic!("the file has no {text}"));
        std::fs::write(&file, format!("{before}{wrong}{after}")).unwrap();
        let sentence = folder.run(&["demo", "--from", "files"]).refuses();
        // A list that is not closed is found out where the next line goes on.
        let line = before.matches('\n').count() + if expected.is_empty() { 2 } else { 1 };
        let place = format!("30-vendee-grain.toml, ligne {line} : ");
        assert!(sentence.starts_with(&place) && sentence.contains(expected), "{wrong}: {sentence}, not {place}");
        for table in ["register", "instance", "territory", "organisation", "governance"] {
            assert_eq!(folder.number(&format!("select count(*) from {table}")), 0, "{wrong}: {table}");
        }
    }
    std::fs::write(&file, right).unwrap();
    folder.run(&["demo", "--from", "files"]).succeeds();
    folder.run(&["register", "verify"]).succeeds().says("Registre intact");
}

#[test]
fn a_folder_without_demonstration_files_leaves_no_schema_behind() {
    let folder = Folder::new();
    let sentence = folder.run(&["demo", "--from", "absent"]).refuses();
    assert!(sentence.starts_with("Impossible de lire « absent »"), "{sentence}");
    std::fs::create_dir(folder.path().join("vide")).unwrap();
    let sentence = folder.run(&["demo", "--from", "vide"]).refuses();
    assert_eq!(sentence, "Aucun fichier .toml dans « vide ».");
    assert_eq!(folder.number("select count(*) from sqlite_schema"), 0);
}

// ---- The register ----

#[test]
fn tampering_is_found_and_the_entry_named() {
    let folder = Folder::with_demonstration();
    let last = folder.number("select count(*) from register");
    folder.run(&["register", "verify"]).succeeds().says(&format!("Registre intact : {last} écritures"));
    let sound = std::fs::read(folder.database()).unwrap();
    let invented = "at, actor, organisation, act, governance, subject, summary, payload, hash from register";
    let (before, after) = (last - 1, last + 1);
    for (sql, expected) in [
        ("update register set summary = 'Rien' where seq = 100".to_owned(), "l'écriture 100 a été modifiée".to_owned()),
        (format!("update register set at = at + 1 where seq = {last}"), format!("l'écriture {last} a été modifiée")),
        ("update register set hash = zeroblob(32) where seq = 1".to_owned(), "l'écriture 1 a été modifiée".to_owned()),
        ("delete from register where seq = 100".to_owned(), "l'écriture 100 manque".to_owned()),
        ("delete from register where seq = 1".to_owned(), "l'écriture 1 manque".to_owned()),
        (
            "delete from register where seq > 500".to_owned(),
            format!("s'arrête à l'écriture 500, sa tête annonce {last}"),
        ),
        (
            format!("insert into register select {after}, {invented} where seq = 100"),
            format!("l'écriture {after} a été modifiée"),
        ),
        (
            format!("update register_head set seq = {before}"),
            format!("s'arrête à l'écriture {last}, sa tête annonce {before}"),
        ),
        ("delete from register".to_owned(), format!("s'arrête à l'écriture 0, sa tête annonce {last}")),
    ] {
        std::fs::write(folder.database(), &sound).unwrap();
        folder.sql(&sql);
        let sentence = folder.run(&["register", "verify"]).refuses();
        assert!(sentence.starts_with("REGISTRE ALTÉRÉ : ") && sentence.contains(&expected), "{sql}: {sentence}");
    }
}

#[test]
fn a_published_digest_finds_a_register_rewritten_as_a_whole() {
    let folder = Folder::with_demonstration();
    let published: String = folder.text("select '50:' || lower(hex(hash)) from register where seq = 50");
    let verify = |published: &str| folder.run(&["register", "verify", "--published", published]);
    verify(&published).succeeds().says("Registre intact");
    let other = published.replacen("50:", "51:", 1);
    assert!(verify(&other).refuses().contains("l'écriture 51 a été modifiée"));
    assert!(verify(&published.replacen("50:", "5000:", 1)).refuses().starts_with("REGISTRE ALTÉRÉ"));
    for unreadable in
        ["50", "50:abc", "abc", "0:0000000000000000000000000000000000000000000000000000000000000000", "-1:"]
    {
        let sentence = folder.run(&["register", "verify", &format!("--published={unreadable}")]).refuses();
        assert!(sentence.contains("NUMÉRO:EMPREINTE"), "{unreadable}: {sentence}");
    }

    rewrite_register(&folder, 10);
    folder.run(&["register", "verify"]).succeeds();
    assert!(verify(&published).refuses().contains("l'écriture 50 a été modifiée, ou celle qui la précède"));
}

/// Changes one entry and makes all hashes after it fit again, as somebody with the database and this program could.
fn rewrite_register(folder: &Folder, seq: i64) {
    let store = Store::open(&folder.url(), 2).unwrap();
    let mut entries = store.read_blocking(|tx| register::following(tx, None, 0, 10_000)).unwrap();
    let database = rusqlite::Connection::open(folder.database()).unwrap();
    let mut previous = Digest::GENESIS;
    database.execute_batch("begin").unwrap();
    for entry in &mut entries {
        if entry.seq == seq {
            entry.summary = "Autre chose".to_owned();
        }
        entry.hash = entry.expected_hash(previous);
        previous = entry.hash;
        let change = "update register set summary = ?2, hash = ?3 where seq = ?1";
        database.execute(change, (entry.seq, &entry.summary, &entry.hash.0)).unwrap();
    }
    database.execute("update register_head set hash = ?1", (&previous.0,)).unwrap();
    database.execute_batch("commit").unwrap();
}

// ---- PostgreSQL ----

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

// ---- What the stories above stand on ----

static NUMBER: AtomicU32 = AtomicU32::new(1);

/// A folder of its own, removed at the end: the program runs in it, and its database is `maillage.db` there.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let path = std::env::temp_dir().join(format!("maillage_process_{}_{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        Self(path)
    }

    pub fn with_demonstration() -> Self {
        let folder = Self::new();
        let copy = TestDatabase::copy_of_template(Engine::Sqlite);
        let DatabaseUrl::Sqlite(path) = &copy.url else { unreachable!() };
        std::fs::copy(path, folder.database()).unwrap();
        folder
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn database(&self) -> PathBuf {
        self.0.join("maillage.db")
    }

    pub fn url(&self) -> DatabaseUrl {
        DatabaseUrl::Sqlite(self.database())
    }

    pub fn maillage(&self, arguments: &[&str]) -> Command {
        self.maillage_from(Path::new(env!("CARGO_BIN_EXE_maillage")), arguments)
    }

    /// The program, without what the environment of the tests may set.
    fn maillage_from(&self, binary: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary);
        command.current_dir(&self.0).args(arguments);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MAILLAGE_") || name == "DATABASE_URL") {
            command.env_remove(name);
        }
        // No news of what goes well: what stands on the standard error is what is wrong.
        command.env("MAILLAGE_LOG", "warn");
        command
    }

    pub fn maillage_on(&self, database: &DatabaseUrl, arguments: &[&str]) -> Command {
        let mut command = self.maillage(arguments);
        command.env("DATABASE_URL", address(database));
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ended {
        Running::start(self.maillage(arguments)).wait()
    }

    pub fn run_on(&self, database: &DatabaseUrl, arguments: &[&str]) -> Ended {
        Running::start(self.maillage_on(database, arguments)).wait()
    }

    /// Behind the back of the program.
    pub fn sql(&self, sql: &str) {
        rusqlite::Connection::open(self.database()).unwrap().execute_batch(sql).unwrap();
    }

    pub fn number(&self, sql: &str) -> i64 {
        rusqlite::Connection::open(self.database()).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    fn text(&self, sql: &str) -> String {
        rusqlite::Connection::open(self.database()).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A folder on a disk of its own, of which the size is chosen; unmounted at the end.
struct Disk {
    folder: Folder,
}

impl Disk {
    fn of(kilobytes: u64) -> Self {
        let disk = Self { folder: Folder::new() };
        disk.mount(&format!("size={kilobytes}k,mode=755"));
        disk
    }

    /// Or shrinks, as long as what it holds fits.
    fn grow_to(&self, kilobytes: u64) {
        self.mount(&format!("remount,size={kilobytes}k"));
    }

    fn mount(&self, options: &str) {
        let status =
            Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(self.folder.path()).status();
        assert!(status.unwrap().success(), "mount -o {options}");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // « Lazy »: connections of this process may be closing still.
        let _ = Command::new("umount").arg("--lazy").arg(self.folder.path()).status();
    }
}

/// Mounting a disk and acting as somebody else take root, as in the containers in which the tests run.
fn am_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    let root = output.stdout.trim_ascii() == b"0";
    if !root {
        println!("not root: this test does nothing");
    }
    root
}

/// A process of ours, ended with its test whatever happens.
pub struct Running {
    child: Child,
    out: Arc<Mutex<String>>,
    err: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (out, err) = (Arc::<Mutex<String>>::default(), Arc::<Mutex<String>>::default());
        let readers = vec![
            gather(child.stdout.take().unwrap(), Arc::clone(&out)),
            gather(child.stderr.take().unwrap(), Arc::clone(&err)),
        ];
        Self { child, out, err, readers }
    }

    fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(status.unwrap().success(), "kill -{name}");
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Until it ends by itself, or the test has waited too long.
    pub fn wait(mut self) -> Ended {
        let begun = Instant::now();
        while self.is_running() {
            assert!(begun.elapsed() < PATIENCE, "still running: {} {}", text(&self.out), text(&self.err));
            std::thread::sleep(Duration::from_millis(5));
        }
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
        Ended { code: self.child.wait().unwrap().code(), out: text(&self.out), err: text(&self.err) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn gather(mut from: impl std::io::Read + Send + 'static, into: Arc<Mutex<String>>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            into.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
    })
}

fn text(shared: &Mutex<String>) -> String {
    shared.lock().unwrap().clone()
}

/// What a process has left.
pub struct Ended {
    /// `None` when a signal ended it.
    code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ended {
    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert_eq!(self.code, Some(0), "{} {}", self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }

    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.out.contains(text), "not « {text} »: {}", self.out);
        self
    }

    /// The one sentence with which it gave up.
    #[track_caller]
    pub fn refuses(self) -> String {
        assert_eq!(self.code, Some(1), "{} {}", self.out, self.err);
        let lines: Vec<&str> = self.err.lines().collect();
        let [line] = lines[..] else { panic!("not one line: {}", self.err) };
        line.strip_prefix("maillage : ").unwrap_or_else(|| panic!("not a sentence: {line}")).to_owned()
    }
}

/// A server that listens.
pub struct Server {
    process: Running,
    port: u16,
}

impl Server {
    pub fn start(command: Command) -> Self {
        let mut process = Running::start(command);
        let begun = Instant::now();
        loop {
            // The whole line: a port may come in two parts.
            let said = text(&process.out);
            let port = said.split_once("http://localhost:").and_then(|(_, rest)| rest.split_once(' '));
            if let Some((port, _)) = port {
                return Self { process, port: port.parse().unwrap() };
            }
            assert!(process.is_running(), "no server: {}", text(&process.err));
            assert!(begun.elapsed() < PATIENCE, "no server yet: {said} {}", text(&process.err));
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn said(&self) -> String {
        text(&self.process.out)
    }

    fn listen(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Status and body.
    pub fn get(&self, path: &str) -> (u16, String) {
        ask(&self.listen(), path).unwrap()
    }

    /// In another thread; status 0 when the connection closes without an answer.
    fn ask_aside(&self, path: &'static str) -> JoinHandle<(u16, String)> {
        let address = self.listen();
        std::thread::spawn(move || ask(&address, path).unwrap_or_default())
    }

    pub fn stop(self) -> Ended {
        self.process.signal("TERM");
        self.process.wait()
    }
}

fn ask(address: &str, path: &str) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    Ok((status, body.to_owned()))
}

/// A connection to a database of PostgreSQL, beside the program.
struct Session {
    runtime: tokio::runtime::Runtime,
    client: tokio_postgres::Client,
}

impl Session {
    fn open(database: &DatabaseUrl) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let connecting = async { tokio_postgres::connect(&address(database), tokio_postgres::NoTls).await };
        let (client, connection) = runtime.block_on(connecting).unwrap();
        runtime.spawn(connection);
        Self { runtime, client }
    }

    fn run(&self, sql: &str) {
        self.runtime.block_on(self.client.batch_execute(sql)).unwrap();
    }

    /// Until `sql` gives true.
    fn wait_for(&self, sql: &str) {
        let begun = Instant::now();
        while !self.runtime.block_on(self.client.query_one(sql, &[])).unwrap().get::<_, bool>(0) {
            assert!(begun.elapsed() < PATIENCE, "never: {sql}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// As `DATABASE_URL` takes it; a [`DatabaseUrl`] shows itself without its password.
pub fn address(database: &DatabaseUrl) -> String {
    match database {
        DatabaseUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
        DatabaseUrl::Postgres(address) => address.clone(),
    }
}

/// An act of this process on a demonstration.
fn note(store: &Store, value: &str) -> kernel::Result<()> {
    let value = value.to_owned();
    store.write_blocking(move |tx| {
        let who = Who::demonstration();
        let context = Context::new(&who, &SystemClock, &SystemRandomness);
        let governance = governance::governances::store::head_by_slug(tx, "grain-vendee")?.unwrap().id;
        let fact =
            Fact { topic: "Disque".to_owned(), value: value.clone(), on: None, provenance: Provenance::fictitious() };
        governance::facts::acts::note(&context, tx, governance, &fact)
    })
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(name)
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}
