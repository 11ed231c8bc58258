//! A secret vote given to the program as it is installed: what it says, writes, sends and saves is searched for it.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Instant;

use kernel::{Context, SystemClock, SystemRandomness, Who};
use store::{DatabaseUrl, Store};

use super::{Folder, PATIENCE, SERVE, Server};
use crate::ballots::secrecy::speak_for_all;
use crate::ballots::traces::{Needles, files};
use crate::meetings::value;
use crate::moving::members;
use crate::town::{Engine, TestDatabase};

const NEW: &str = "/gouvernances/reseau-exemple-vallee/instances/assemblee-du-reseau/scrutins/nouveau";

/// What came back.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// Somebody at a browser of their own.
struct Visitor<'a> {
    server: &'a Server,
    cookies: Vec<String>,
}

impl<'a> Visitor<'a> {
    fn new(server: &'a Server) -> Self {
        Self { server, cookies: Vec::new() }
    }

    /// Takes the place of a persona.
    fn as_(server: &'a Server, store: &Store, persona: &str) -> Self {
        let mut visitor = Self::new(server);
        let key = format!("{persona}@exemple.fictif");
        let sql = "select person from account where email_key = $1";
        let find = move |tx: &mut store::Tx<'_>| tx.get(sql, store::params![key], |row| row.get::<uuid::Uuid>(0));
        let person = store.read_blocking(find).unwrap().to_string();
        visitor.post("/demonstration/personnages", &[("personnage", &person)], 303);
        visitor
    }

    fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, "", 200)
    }

    fn post(&mut self, path: &str, fields: &[(&str, &str)], status: u16) -> Answer {
        let pairs = fields.iter().map(|(name, value)| format!("{}={}", web::encode(name), web::encode(value)));
        self.ask("POST", path, &pairs.collect::<Vec<_>>().join("&"), status)
    }

    fn ask(&mut self, method: &str, path: &str, body: &str, status: u16) -> Answer {
        let mut stream = TcpStream::connect(self.server.listen()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let (cookies, length) = (self.cookies.join("; "), body.len());
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncookie: {cookies}\r\nsec-fetch-site: same-origin\r\n\
             accept: text/html\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let found = Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.replace('\r', ""),
            body: body.to_owned(),
        };
        assert_eq!(found.status, status, "{method} {path}: {answer}");
        for line in found.head.lines().filter_map(|line| line.strip_prefix("set-cookie: ")) {
            let pair = line.split(';').next().unwrap();
            let name = pair.split('=').next().unwrap();
            self.cookies.retain(|known| known.split('=').next() != Some(name));
            if !line.contains("Max-Age=0") {
                self.cookies.push(pair.to_owned());
            }
        }
        found
    }
}

/// The program that serves a database in which four structures have somebody who votes.
struct Office {
    folder: Folder,
    database: TestDatabase,
    store: Store,
}

impl Office {
    fn open(engine: Engine) -> Self {
        let database = TestDatabase::copy_of_template(engine);
        let store = Store::open(&database.url, 2).unwrap();
        let speak = |tx: &mut store::Tx<'_>| {
            let who = Who::demonstration();
            speak_for_all(&Context::new(&who, &SystemClock, &SystemRandomness), tx)
        };
        store.write_blocking(speak).unwrap();
        Self { folder: Folder::new(), database, store }
    }

    fn serve(&self) -> Server {
        let mut command = self.folder.maillage_on(&self.database.url, &SERVE);
        let mail = format!("dossier:{}", self.folder.path().join("courriels").display());
        command.env("MAILLAGE_LOG", "trace").env("MAILLAGE_MAIL", mail);
        Server::start(command)
    }

    /// A written consultation is prepared and opened; its page.
    fn consult(&self, alix: &mut Visitor<'_>) -> String {
        let closes = kernel::Clock::now(&SystemClock).plus(5 * kernel::time::DAY).day();
        let day = format!("{:02}/{:02}/{}", closes.day(), closes.month(), closes.year());
        let fields = [
            ("question", "Adopter la charte en secret"),
            ("way", "written"),
            ("closes_day", &day),
            ("closes_hour", "18:00"),
            ("form", "proposal"),
            ("majority", "simple"),
            ("base", "valid"),
            ("tie", "rejected"),
            ("secret", "oui"),
            ("publishes", "oui"),
        ];
        let page = alix.post(NEW, &fields, 303).header("location").unwrap().to_owned();
        alix.post(&format!("{page}/ouvrir"), &[], 303);
        page
    }

    fn mails(&self) -> Vec<String> {
        let folder = self.folder.path().join("courriels");
        let mails = crate::mail::mailbox::messages_in(&folder);
        mails.iter().map(|path| String::from_utf8(std::fs::read(path).unwrap()).unwrap()).collect()
    }

    /// How many messages there are once none waits.
    fn sent(&self) -> usize {
        let begun = Instant::now();
        let waiting = || -> i64 {
            let sql = "select count(*) from outbox where state = 'waiting'";
            self.store.read_blocking(move |tx| tx.get(sql, &[], |row| row.get(0))).unwrap()
        };
        while waiting() > 0 {
            assert!(begun.elapsed() < PATIENCE, "messages do not leave");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        self.mails().len()
    }

    /// The link by which somebody votes, as their message has it.
    fn link(&self, persona: &str) -> String {
        let begun = Instant::now();
        loop {
            let to = format!("{persona}@exemple.fictif");
            let mails = self.mails();
            let mail = mails.iter().find(|mail| mail.contains(&to) && mail.contains("scrutins/voter?"));
            if let Some(mail) = mail {
                let whole = mail.replace("=\r\n", "").replace("=3D", "=");
                let rest = whole.split("/scrutins/voter?").nth(1).unwrap();
                let link: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '=').collect();
                return format!("/scrutins/voter?{link}");
            }
            assert!(begun.elapsed() < PATIENCE, "no message to {to}: {mails:?}");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }

    fn vote(&self, server: &Server, persona: &str, choice: &str) -> Answer {
        let link = self.link(persona);
        let mut visitor = Visitor::new(server);
        let seat = value(&visitor.get(&link).body, "siege");
        let key = link.split_once("cle=").unwrap().1;
        visitor.post("/scrutins/voter", &[("cle", key), ("siege", &seat), ("choice", choice)], 200)
    }

    fn seals(&self) -> Vec<Vec<u8>> {
        let sql = "select seal from ballot_voice where seal is not null";
        self.store.read_blocking(move |tx| tx.query(sql, &[], |row| row.get(0))).unwrap()
    }

    fn backup(&self, name: &str) -> std::collections::BTreeMap<String, Vec<u8>> {
        self.folder.run_on(&self.database.url, &["backup", name]).succeeds();
        members(&self.folder.path().join(name))
    }
}

fn in_runtime(story: impl FnOnce()) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let _entered = runtime.enter();
    story();
}

/// The lines of the log that tell of votes by link, without their number and their duration.
fn votes_in_log(log: &str) -> Vec<String> {
    let plain = |line: &str| {
        let words = line.split_whitespace().filter(|word| !word.starts_with("number=") && !word.starts_with("micros="));
        // The first one is the hour.
        words.skip(1).collect::<Vec<_>>().join(" ")
    };
    log.lines().filter(|line| line.contains("POST") && line.contains("/scrutins/voter")).map(plain).collect()
}

fn what_a_secret_vote_leaves(engine: Engine) {
    let office = Office::open(engine);
    let server = office.serve();
    let mut alix = Visitor::as_(&server, &office.store, "animation");
    let page = office.consult(&mut alix);
    let mut seals = Vec::new();
    let mut lengths = BTreeSet::new();
    let mails = office.sent();
    let votes = [
        ("financement", "1"),
        ("animation", "0"),
        ("secretariat", "blanc"),
        ("financement", "blanc"),
        ("co-porteuse", "1"),
        ("financement", "0"),
    ];
    for (persona, choice) in votes {
        let answer = office.vote(&server, persona, choice);
        if persona == "financement" {
            lengths.insert((answer.status, answer.body.len()));
        }
        seals.extend(office.seals());
    }
    assert_eq!(lengths.len(), 1, "the answer is as long whatever is voted");
    let needles = Needles::of(&seals);
    let open = office.backup("ouvert.zip");
    assert!(open.values().any(|member| needles.find(member).is_some()), "where they are, they are found");
    assert!(
        engine == Engine::Postgres
            || files(&office.database.url).iter().any(|(_, bytes)| needles.find(bytes).is_some())
    );

    alix.post(&format!("{page}/clore"), &[], 303);
    assert!(alix.get(&page).body.contains("4 votants sur"));
    for (path, bytes) in files(&office.database.url) {
        assert_eq!(needles.find(&bytes), None, "{}", path.display());
    }
    for (name, bytes) in office.backup("clos.zip") {
        assert_eq!(needles.find(&bytes), None, "{name}");
    }
    assert_eq!(office.sent(), mails, "no message tells of a vote");
    let sent = office.mails();
    assert!(sent.iter().all(|mail| needles.find(mail.as_bytes()).is_none()));
    office.folder.run_on(&office.database.url, &["register", "verify"]).succeeds();
    let log = server.stop().succeeds().err;
    assert_eq!(needles.find(log.as_bytes()), None, "the log has a seal");
    let told = votes_in_log(&log);
    assert_eq!(told.len(), votes.len(), "{log}");
    assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), 1, "{told:?}");
    // What no level of the log may hold: what was sent, and what goes to the database.
    for word in ["choice=", "cle=", "blanc", "insert into", "ballot_voice"] {
        assert!(
            !log.contains(word),
            "« {word} » in the log: {}",
            log.lines().find(|line| line.contains(word)).unwrap()
        );
    }
}

#[test]
fn what_a_secret_vote_leaves_on_sqlite() {
    in_runtime(|| what_a_secret_vote_leaves(Engine::Sqlite));
}

#[test]
fn what_a_secret_vote_leaves_on_postgres() {
    in_runtime(|| what_a_secret_vote_leaves(Engine::Postgres));
}

/// Whoever reads an older state holds the journal back; the program that is killed then empties it when it starts again.
#[test]
fn what_could_not_be_erased_at_once_is_erased_at_the_start() {
    in_runtime(|| {
        let office = Office::open(Engine::Sqlite);
        let mut server = office.serve();
        let mut alix = Visitor::as_(&server, &office.store, "animation");
        let page = office.consult(&mut alix);
        for (persona, choice) in [("financement", "1"), ("animation", "0"), ("secretariat", "0")] {
            office.vote(&server, persona, choice);
        }
        let needles = Needles::of(&office.seals());
        let DatabaseUrl::Sqlite(path) = &office.database.url else { unreachable!() };
        let reader = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        reader.execute_batch("begin; select count(*) from ballot").unwrap();
        alix.post(&format!("{page}/clore"), &[], 303);
        let stands = || files(&office.database.url).iter().any(|(_, bytes)| needles.find(bytes).is_some());
        assert!(stands(), "somebody reads the state before the close");
        server.process.kill();
        drop(reader);
        assert!(stands());
        let server = office.serve();
        let begun = Instant::now();
        while stands() {
            assert!(begun.elapsed() < PATIENCE, "the seals are still there");
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        server.stop().succeeds();
    });
}
