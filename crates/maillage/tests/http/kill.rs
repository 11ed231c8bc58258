//! The process is killed two hundred times while acts run: no acknowledged act is lost, nothing is half-written, the
//! register verifies.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use governance::Governance;
use governance::facts::Fact;
use governance::governances::store::head_by_slug;
use kernel::register::{Digest, Entry};
use kernel::{Context, Id, Provenance, Randomness as _, SeededRandomness, SystemClock, SystemRandomness, Who};
use store::register::{self, Verdict};
use store::{DatabaseUrl, Store, Tx, params, versions};

use crate::town::{Engine, TestDatabase};

const ROUNDS: u32 = 200;
const VERIFY_EVERY: u32 = 20;
/// Each of them acts on its own governance, so that on PostgreSQL only the register puts their acts in order.
const WRITERS: [&str; 2] = ["grain-vendee", "nationale"];
/// Longest wait for an act of a worker, on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(30);

/// The database on which the worker acts; without it this is not a worker.
const DATABASE: &str = "MAILLAGE_KILL_WORKER";
const ROUND: &str = "MAILLAGE_KILL_ROUND";

#[test]
fn no_acknowledged_act_is_lost_on_sqlite() {
    two_hundred_kills(Engine::Sqlite);
}

#[test]
fn no_acknowledged_act_is_lost_on_postgres() {
    two_hundred_kills(Engine::Postgres);
}

/// Not a test by itself: the process that is killed. It acts until then, and says each act once it is acknowledged.
#[test]
fn worker() {
    let Ok(database) = std::env::var(DATABASE) else { return };
    let round = std::env::var(ROUND).unwrap();
    let runtime = runtime();
    let _entered = runtime.enter();
    let store = Store::open(&database.parse().unwrap(), 2).unwrap();
    std::thread::scope(|scope| {
        for slug in WRITERS {
            let (store, round) = (&store, &round);
            scope.spawn(move || act_for_ever(store, round, slug));
        }
    });
}

fn act_for_ever(store: &Store, round: &str, slug: &'static str) {
    let governance = store.read_blocking(move |tx| Ok(head_by_slug(tx, slug)?.unwrap().id)).unwrap();
    for number in 1.. {
        let value = token(round, number);
        store.write_blocking(move |tx| note(tx, governance, &value)).unwrap();
        // One write, so that a line is whole or absent. Nobody reads any more: the killer has been killed.
        let line = format!("\nacte {slug} {number}\n");
        if std::io::stdout().lock().write_all(line.as_bytes()).is_err() {
            return;
        }
    }
}

fn note(tx: &mut Tx<'_>, governance: Id<Governance>, value: &str) -> kernel::Result<()> {
    let who = Who::demonstration();
    let context = Context::new(&who, &SystemClock, &SystemRandomness);
    let fact = Fact {
        topic: "Arrêt brutal".to_owned(),
        value: value.to_owned(),
        on: None,
        provenance: Provenance::fictitious(),
    };
    governance::facts::acts::note(&context, tx, governance, &fact)
}

fn token(round: impl std::fmt::Display, number: u32) -> String {
    format!("tour {round}, acte {number}")
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

fn two_hundred_kills(engine: Engine) {
    let database = TestDatabase::copy_of_template(engine);
    let runtime = runtime();
    let _entered = runtime.enter();
    let chance = SeededRandomness::new(0xDEAD);
    let open = || Store::open(&database.url, 2).unwrap();
    let mut store = Some(open());
    let mut book = Book::read(store.as_ref().unwrap(), None);
    let first = book.seq;
    let begun = Instant::now();
    for round in 1..=ROUNDS {
        if engine == Engine::Sqlite {
            // Closed while the worker acts: whoever opens next must recover the journal that the killed process leaves.
            store = None;
        }
        let mut worker = Worker::start(&database.url, round);
        let mut acknowledged: Vec<_> = (0..=draw(&chance, 4)).map(|_| worker.next_act()).collect();
        std::thread::sleep(Duration::from_micros(1_000 + draw(&chance, 29_000)));
        worker.kill();
        acknowledged.extend(worker.acts.iter());

        let store = store.get_or_insert_with(open);
        book = book.after(round, store, &acknowledged);
        if round % VERIFY_EVERY == 0 || round == ROUNDS {
            let verdict = store.read_blocking(|tx| register::verify(tx, None)).unwrap();
            assert!(matches!(verdict, Verdict::Sound { entries, .. } if entries == book.seq), "{round}: {verdict:?}");
        }
    }
    println!("{engine:?}: {ROUNDS} kills, {} acts, {:?}", book.seq - first, begun.elapsed());
}

/// From 0 to `below`, that excluded.
fn draw(chance: &SeededRandomness, below: u64) -> u64 {
    let mut bytes = [0; 8];
    chance.fill(&mut bytes).unwrap();
    u64::from_le_bytes(bytes) % below
}

/// An act that the worker has said: of which writer, with which number in its round.
type Acknowledged = (String, u32);

/// The process to kill.
struct Worker {
    child: Child,
    /// Closed when the process has ended and all that it said has been taken.
    acts: Receiver<Acknowledged>,
}

impl Worker {
    fn start(database: &DatabaseUrl, round: u32) -> Self {
        let address = match database {
            DatabaseUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
            DatabaseUrl::Postgres(address) => address.clone(),
        };
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kill::worker", "--nocapture", "--test-threads=1"])
            .env(DATABASE, address)
            .env(ROUND, round.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let (sender, acts) = channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            while said.read_line(&mut line).is_ok_and(|bytes| bytes > 0) {
                if let Some(act) = acknowledged(&line)
                    && sender.send(act).is_err()
                {
                    return;
                }
                line.clear();
            }
        });
        Self { child, acts }
    }

    fn next_act(&self) -> Acknowledged {
        self.acts.recv_timeout(PATIENCE).expect("the worker does not act: see what it says above")
    }

    fn kill(&mut self) {
        // SIGKILL: nothing in the process can prepare for it.
        self.child.kill().unwrap();
        let status = self.child.wait().unwrap();
        assert!(status.code().is_none(), "the worker ended by itself before it was killed: {status}");
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads `acte grain-vendee 12` and its end of line.
fn acknowledged(line: &str) -> Option<Acknowledged> {
    let (slug, number) = line.strip_prefix("acte ")?.strip_suffix('\n')?.split_once(' ')?;
    Some((slug.to_owned(), number.parse().ok()?))
}

/// What the database holds, read at once.
struct Book {
    seq: i64,
    digest: Digest,
    /// Counted row by row.
    entries: i64,
    /// The number that tells the other nodes how far they have read.
    announced: i64,
    accounts: Vec<Account>,
    /// Since the book before.
    new_entries: Vec<Entry>,
}

/// One governance on which a writer acts.
struct Account {
    id: Id<Governance>,
    /// Counted up by every act in the governance, before its other writes.
    version: i64,
    facts: i64,
    /// Since the book before.
    new_facts: Vec<String>,
}

impl Book {
    fn read(store: &Store, before: Option<&Self>) -> Self {
        let after = before.map_or(i64::MAX, |book| book.seq);
        let kept: Vec<i64> =
            WRITERS.iter().enumerate().map(|(rank, _)| before.map_or(0, |book| book.accounts[rank].facts)).collect();
        store
            .write_blocking(move |tx| {
                // Takes the last lock of every act: on PostgreSQL an act whose commit was under way when its client
                // was killed ends before this. It also shows that the killed process has left no lock behind.
                tx.execute("update register_head set seq = seq where id = 1", &[])?;
                // A real write puts an end to an act in doubt: one that the killed process had committed in SQLite's
                // journal and not yet in its index would otherwise come to light later, when all have closed the file.
                tx.execute("update schema_migration set name = name || '.' where crate = 'store' and number = 1", &[])?;
                let (seq, digest) = register::head(tx)?;
                let accounts = WRITERS.iter().zip(&kept).map(|(slug, kept)| Account::read(tx, slug, *kept));
                Ok(Self {
                    seq,
                    digest,
                    accounts: accounts.collect::<kernel::Result<_>>()?,
                    entries: tx.get("select count(*) from register", &[], |row| row.get(0))?,
                    announced: tx.get(
                        "select seq from version where subject = $1",
                        params![versions::REGISTER],
                        |row| row.get(0),
                    )?,
                    new_entries: register::following(tx, None, after, 100_000)?,
                })
            })
            .unwrap()
    }

    /// The book after a round, when it holds what it must.
    fn after(&self, round: u32, store: &Store, said: &[Acknowledged]) -> Self {
        let found = Self::read(store, Some(self));
        for (rank, slug) in WRITERS.iter().enumerate() {
            let (before, now) = (&self.accounts[rank], &found.accounts[rank]);
            let said = said.iter().filter(|(writer, _)| writer == slug).count();
            let done = now.new_facts.len();
            // One more when the process was killed between the commit and its acknowledgement.
            assert!(done == said || done == said + 1, "round {round}, {slug}: {said} acknowledged, {done} found");
            let expected: Vec<_> = (1..).map(|number| token(round, number)).take(done).collect();
            assert_eq!(now.new_facts, expected, "round {round}, {slug}");
            let written: Vec<_> =
                found.new_entries.iter().filter(|entry| entry.governance == Some(now.id.uuid())).collect();
            assert_eq!(
                written.iter().map(|entry| value_of(entry)).collect::<Vec<_>>(),
                expected,
                "round {round}, {slug}"
            );
            assert_eq!(now.facts, before.facts + done as i64, "round {round}, {slug}: acts of earlier rounds are lost");
            assert_eq!(now.version, before.version + done as i64, "round {round}, {slug}: a write without its act");
        }
        let mut previous = self.digest;
        for (seq, entry) in (self.seq + 1..).zip(&found.new_entries) {
            assert_eq!((entry.seq, entry.act.as_str()), (seq, "fact.noted"), "round {round}");
            assert_eq!(entry.hash, entry.expected_hash(previous), "round {round}: entry {seq} does not follow");
            previous = entry.hash;
        }
        let acts: usize = found.accounts.iter().map(|account| account.new_facts.len()).sum();
        assert_eq!(found.seq, self.seq + acts as i64, "round {round}: the head counts other acts");
        assert_eq!(found.digest, previous, "round {round}: the head is not the last entry");
        assert_eq!((found.entries, found.announced), (found.seq, found.seq), "round {round}");
        found
    }
}

impl Account {
    fn read(tx: &mut Tx<'_>, slug: &str, kept: i64) -> kernel::Result<Self> {
        let id = head_by_slug(tx, slug)?.unwrap().id;
        Ok(Self {
            id,
            version: tx.get("select version from governance where id = $1", params![id], |row| row.get(0))?,
            facts: tx.get("select count(*) from fact where governance = $1", params![id], |row| row.get(0))?,
            new_facts: tx.query(
                "select value from fact where governance = $1 and rank > $2 order by rank",
                params![id, kept],
                |row| row.get(0),
            )?,
        })
    }
}

/// What the register says was noted.
fn value_of(entry: &Entry) -> String {
    let payload: serde_json::Value = serde_json::from_str(&entry.payload).unwrap();
    payload["valeur"].as_str().unwrap().to_owned()
}
