//! Versions of what cached pages show: right on several nodes, one tiny query for all the requests that wait.
//!
//! Every act notes the subjects that it changes with its register number, which grows by commit order. A node asks the
//! database for the subjects changed since the last number it saw: nothing, most of the time. The question is asked by
//! one thread; requests that arrive while it is under way share the next one, never the one already begun, so that a
//! page never shows less than what was acknowledged before its request arrived.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock, mpsc};

use kernel::{Error, Result};
use uuid::Uuid;

use crate::engine::Connection;
use crate::url::DatabaseUrl;
use crate::{Tx, Value, params};

/// Lists of governances: a governance opened, renamed, moved or changed its state.
pub const GOVERNANCES: &str = "governances";
/// Organisations: created or corrected.
pub const ORGANISATIONS: &str = "organisations";
/// Territories: loaded or defined.
pub const TERRITORIES: &str = "territoires";
/// Meetings anywhere: planned, moved, held.
pub const MEETINGS: &str = "reunions";
/// Decisions anywhere: adopted, executed, amended, repealed.
pub const DECISIONS: &str = "decisions";
/// The minimum framework: a version drafted, changed or published.
pub const FRAMEWORK: &str = "cadre-minimum";
/// The barometer: the figures of a month were kept.
pub const BAROMETER: &str = "barometre";
/// The register: every act.
pub const REGISTER: &str = "registre";

/// Everything inside one governance.
pub fn governance(id: Uuid) -> String {
    format!("gouvernance:{id}")
}

const CHANGED_SINCE: &str = "select subject, seq from version where seq > $1";
const BUMP: &str =
    "insert into version (subject, seq) values ($1, $2) on conflict (subject) do update set seq = excluded.seq";

pub(crate) fn bump(tx: &mut Tx<'_>, subjects: &BTreeSet<String>, seq: i64) -> Result<()> {
    for subject in subjects {
        tx.execute(BUMP, params![subject, seq])?;
    }
    Ok(())
}

#[derive(Default)]
struct Seen {
    /// The last register number known to this node.
    seq: i64,
    /// The last change of each subject changed since this node started.
    subjects: HashMap<String, i64>,
}

type Answer = tokio::sync::oneshot::Sender<Result<i64>>;

/// What this node knows of the versions.
pub struct Versions {
    seen: Arc<RwLock<Seen>>,
    questions: mpsc::Sender<Answer>,
}

impl Versions {
    pub(crate) fn start(url: &DatabaseUrl) -> Result<Self> {
        let connection = Connection::open(url, true)?;
        let seen = Arc::new(RwLock::new(Seen::default()));
        let (questions, queue) = mpsc::channel();
        let shared = Arc::clone(&seen);
        std::thread::Builder::new()
            .name("versions".to_owned())
            .spawn(move || answer_all(connection, &queue, &shared))
            .map_err(|fault| Error::Unavailable(format!("Impossible de démarrer un fil d'exécution : {fault}")))?;
        Ok(Self { seen, questions })
    }

    /// Asks the database what has changed; gives the last register number, at least as new as every act acknowledged
    /// before this call.
    pub async fn refresh(&self) -> Result<i64> {
        let (answer, wait) = tokio::sync::oneshot::channel();
        self.questions.send(answer).map_err(|_| Error::Internal("the versions thread has stopped".to_owned()))?;
        wait.await.unwrap_or_else(|_| Err(Error::Internal("the versions thread has stopped".to_owned())))
    }

    /// True when one of `subjects` has changed after register number `seq`.
    pub fn changed_since(&self, subjects: &[String], seq: i64) -> bool {
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        subjects.iter().any(|subject| seen.subjects.get(subject).is_some_and(|change| *change > seq))
    }
}

fn answer_all(mut connection: Connection, queue: &mpsc::Receiver<Answer>, seen: &RwLock<Seen>) {
    let mut waiting = Vec::new();
    while let Ok(first) = queue.recv() {
        waiting.push(first);
        // All who have asked by now share the query that begins after this line.
        waiting.extend(queue.try_iter());
        // Asked again when the connection ended under the question: it only reads, and every page needs its answer.
        let outcome = ask(&mut connection, seen).or_else(|_| ask(&mut connection, seen));
        for answer in waiting.drain(..) {
            let _ = answer.send(outcome.clone());
        }
    }
}

fn ask(connection: &mut Connection, seen: &RwLock<Seen>) -> Result<i64> {
    let last = seen.read().unwrap_or_else(PoisonError::into_inner).seq;
    let mut changed = Vec::new();
    connection.revive()?;
    connection.query(CHANGED_SINCE, &[Value::from(last)], &mut |row| {
        changed.push((row.get::<String>(0)?, row.get::<i64>(1)?));
        Ok(())
    })?;
    if changed.is_empty() {
        return Ok(last);
    }
    let mut seen = seen.write().unwrap_or_else(PoisonError::into_inner);
    for (subject, seq) in changed {
        seen.seq = seen.seq.max(seq);
        seen.subjects.insert(subject, seq);
    }
    Ok(seen.seq)
}
