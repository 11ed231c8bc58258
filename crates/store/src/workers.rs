//! A fixed set of threads, each with its own connection: the bounded pool on which every query runs.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use kernel::{Error, Result};

use crate::engine::Connection;
use crate::url::DatabaseUrl;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// Threads that end when this is dropped and their current job is done.
pub(crate) struct Workers {
    jobs: mpsc::Sender<Job>,
}

impl Workers {
    /// Starts `count` threads. The first connection is opened here, so that a wrong address is told at once.
    pub fn start(url: &DatabaseUrl, name: &str, count: usize, read_only: bool) -> Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        for number in 0..count {
            let connection = Connection::open(url, read_only)?;
            let queue = Arc::clone(&queue);
            std::thread::Builder::new()
                .name(format!("{name}-{number}"))
                .spawn(move || work(connection, &queue))
                .map_err(|fault| Error::Unavailable(format!("Impossible de démarrer un fil d'exécution : {fault}")))?;
        }
        Ok(Self { jobs })
    }

    pub async fn run<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    {
        let (answer, wait) = tokio::sync::oneshot::channel();
        self.send(move |connection| {
            // The person may have left while the job waited its turn: then it is not begun. Left later, nobody reads
            // the answer.
            if answer.is_closed() {
                return;
            }
            let _ = answer.send(job(connection));
        })?;
        wait.await.unwrap_or_else(|_| Err(lost()))
    }

    pub fn run_blocking<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    {
        let (answer, wait) = mpsc::channel();
        self.send(move |connection| {
            let _ = answer.send(job(connection));
        })?;
        wait.recv().unwrap_or_else(|_| Err(lost()))
    }

    fn send(&self, job: impl FnOnce(&mut Connection) + Send + 'static) -> Result<()> {
        self.jobs.send(Box::new(job)).map_err(|_| lost())
    }
}

fn lost() -> Error {
    Error::Internal("a database job ended without an answer (it panicked, or the process is stopping)".to_owned())
}

fn work(mut connection: Connection, queue: &Mutex<mpsc::Receiver<Job>>) {
    loop {
        // One thread waits in `recv` while holding the lock, the others wait for the lock: each job goes to one.
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        if catch_unwind(AssertUnwindSafe(|| job(&mut connection))).is_err() {
            tracing::error!("a database job panicked; its transaction is rolled back");
            connection.rollback();
        }
    }
}
