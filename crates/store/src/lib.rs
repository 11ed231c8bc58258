//! One façade over the two database engines: SQLite (one file, the default) and PostgreSQL (several nodes).
//!
//! Features write one SQL text for both (`$1` parameters) and call it through [`Tx`], a synchronous transaction that
//! runs on a fixed set of threads, each with its own connection. What must differ between the engines stands in
//! `engine/`.

pub mod archive;
mod engine;
pub mod files;
pub mod images;
pub mod instance;
pub mod migrations;
mod natives;
pub mod outbox;
pub mod register;
mod row;
mod tx;
mod url;
mod value;
pub mod versions;
mod workers;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kernel::{Error, Result};
use tokio::sync::Notify;

pub use migrations::{Migration, Migrations};
pub use row::{Column, Row};
pub use tx::Tx;
pub use url::DatabaseUrl;
pub use value::Value;

use engine::Connection;
use workers::Workers;

/// How often a transaction is run again when the engine asks for it, before the person is told to try again.
const MAX_ATTEMPTS: u32 = 12;

/// A database, shared by the whole process. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    url: DatabaseUrl,
    readers: Workers,
    /// SQLite has one writer; PostgreSQL writes from every worker.
    writer: Option<Workers>,
    versions: versions::Versions,
    after: Arc<After>,
}

/// What follows a commit.
struct After {
    /// Told when an act of this process has queued mail.
    mail: Notify,
    /// The journal may still hold what was erased: an act could not empty it, or a program that was killed left it.
    journal: AtomicBool,
}

impl After {
    /// Empties the journal, if nobody reads an older state.
    fn empty_journal(&self, connection: &mut Connection) {
        let done = connection.empty_journal();
        if let Err(error) = &done {
            tracing::warn!(%error, "the journal, which may hold what was erased, was not emptied");
        }
        self.journal.store(!matches!(done, Ok(true)), Ordering::SeqCst);
    }
}

impl Store {
    /// Opens the database. `readers` is the number of connections that read (SQLite) or that do all work (PostgreSQL).
    ///
    /// For PostgreSQL it must be called inside a tokio runtime, which drives the connections.
    ///
    /// # Errors
    /// [`Error::Unavailable`] with a French sentence when the file or the server cannot be used.
    pub fn open(url: &DatabaseUrl, readers: usize) -> Result<Self> {
        let readers = readers.max(2);
        let (readers, writer) = match url {
            DatabaseUrl::Sqlite(_) => {
                // The writer first: it creates the file and its journal.
                let writer = Workers::start(url, "ecriture", 1, false)?;
                (Workers::start(url, "lecture", readers, true)?, Some(writer))
            }
            DatabaseUrl::Postgres(_) => (Workers::start(url, "base", readers, false)?, None),
        };
        let versions = versions::Versions::start(url)?;
        let after = Arc::new(After { mail: Notify::new(), journal: AtomicBool::new(true) });
        Ok(Self { inner: Arc::new(Inner { url: url.clone(), readers, writer, versions, after }) })
    }

    pub fn url(&self) -> &DatabaseUrl {
        &self.inner.url
    }

    pub fn versions(&self) -> &versions::Versions {
        &self.inner.versions
    }

    /// Told after the commit of each act of this process that queued mail: what the sender of mail waits for.
    pub fn mail_queued(&self) -> &Notify {
        &self.inner.after.mail
    }

    /// Brings SQLite's journal into the file, which can then be copied alone: when the program stops. PostgreSQL needs
    /// nothing.
    pub async fn settle(&self) {
        let Some(writer) = &self.inner.writer else { return };
        let settled = writer.run(|connection| connection.batch("pragma wal_checkpoint(truncate)")).await;
        if let Err(error) = settled {
            tracing::warn!(%error, "the journal stays beside the database file");
        }
    }

    /// Empties the journal where it may still hold what was erased: at the start, then every minute. Nothing to do on
    /// PostgreSQL, or when it is done.
    pub async fn forget_erased(&self) {
        let after = Arc::clone(&self.inner.after);
        if let Some(writer) = &self.inner.writer
            && after.journal.load(Ordering::SeqCst)
        {
            let emptied = move |connection: &mut Connection| {
                after.empty_journal(connection);
                Ok(())
            };
            // Refused only when the program stops, which empties it too.
            let _ = writer.run(emptied).await;
        }
    }

    fn writers(&self) -> &Workers {
        self.inner.writer.as_ref().unwrap_or(&self.inner.readers)
    }

    /// Runs a read.
    pub async fn read<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.inner.readers.run(move |connection| run_read(connection, read)).await
    }

    /// Runs an act: all its writes and its register entries in one transaction, or nothing. The closure runs again
    /// when the engine asks for it.
    pub async fn write<T, F>(&self, write: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let after = Arc::clone(&self.inner.after);
        self.writers().run(move |connection| run_write(connection, &after, write)).await
    }

    /// Runs a read that sees one state of the whole database on both engines, whatever is written meanwhile, and that may
    /// last.
    pub async fn snapshot<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let job = move |connection: &mut Connection| {
            connection.begin_snapshot()?;
            let mut tx = Tx::new(connection);
            let result = read(&mut tx);
            tx.into_connection().end_read();
            result
        };
        self.inner.readers.run(job).await
    }

    /// As [`Store::read`], for the command line and the tests. Not from within async code.
    pub fn read_blocking<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.inner.readers.run_blocking(move |connection| run_read(connection, read))
    }

    /// As [`Store::write`], for the command line and the tests. Not from within async code.
    pub fn write_blocking<T, F>(&self, write: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let after = Arc::clone(&self.inner.after);
        self.writers().run_blocking(move |connection| run_write(connection, &after, write))
    }
}

fn run_read<T>(connection: &mut Connection, read: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
    connection.begin_read()?;
    let mut tx = Tx::new(connection);
    let result = read(&mut tx);
    tx.into_connection().end_read();
    result
}

fn run_write<T>(
    connection: &mut Connection,
    after: &After,
    mut write: impl FnMut(&mut Tx<'_>) -> Result<T>,
) -> Result<T> {
    for attempt in 1.. {
        let outcome = attempt_write(connection, after, &mut write);
        match outcome {
            Err(Error::Retry(_)) if attempt < MAX_ATTEMPTS => {
                tracing::debug!(attempt, "transaction run again at the engine's request");
                // A longer and longer pause, different on each thread, so that two rivals do not meet again.
                let spread = 1 + (attempt * 7 + u32::from(thread_salt())) % 11;
                std::thread::sleep(std::time::Duration::from_micros(u64::from(attempt * spread) * 200));
            }
            Err(Error::Retry(_)) => {
                let sentence = "Trop de personnes écrivent en même temps. Recommencez dans un instant.";
                return Err(Error::Unavailable(sentence.to_owned()));
            }
            done => return done,
        }
    }
    Err(Error::Internal("unreachable: the loop above returns".to_owned()))
}

/// A small number that differs between threads.
fn thread_salt() -> u8 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    std::thread::current().id().hash(&mut hasher);
    u8::try_from(hasher.finish() & 0xFF).unwrap_or(0)
}

fn attempt_write<T>(
    connection: &mut Connection,
    after: &After,
    write: &mut impl FnMut(&mut Tx<'_>) -> Result<T>,
) -> Result<T> {
    connection.begin_write()?;
    let mut tx = Tx::new(connection);
    let outcome = write(&mut tx).and_then(|value| tx.seal().map(|()| value));
    let (mail_queued, erased) = (tx.has_queued_mail(), tx.has_erased());
    let connection = tx.into_connection();
    match outcome {
        Ok(value) => {
            connection.commit()?;
            if mail_queued {
                after.mail.notify_one();
            }
            if erased {
                after.empty_journal(connection);
            }
            Ok(value)
        }
        Err(error) => {
            connection.rollback();
            Err(error)
        }
    }
}
