//! Sending what the outbox holds, one message at a time, as long as the program runs.

use std::sync::Arc;
use std::time::Duration;

use kernel::{Clock, Result, Timestamp};
use store::Store;
use store::outbox::{self, Failure, Taken};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout_at};

use crate::compose::{Sender, compose};
use crate::mailer::Mailer;

/// Longest time between the claim of a message and the end of its sending: well below the lease, so that the clocks of two
/// nodes may differ by minutes.
pub const SEND_LIMIT: Duration = Duration::from_secs(120);
const _: () = assert!(SEND_LIMIT.as_micros() * 2 < outbox::LEASE as u128);

/// How often the queue is looked at when nothing says that it changed: another process may have queued (the command
/// line), another node may have died.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// The wait after a fault of the database, here and while noting what happened.
const AFTER_A_FAULT: Duration = Duration::from_secs(2);
/// How often old traces are removed, in microseconds.
const PURGE_EVERY: i64 = 24 * 3600 * 1_000_000;

/// What one node needs to send.
#[derive(Clone)]
pub struct Delivery {
    pub store: Store,
    pub mailer: Mailer,
    pub sender: Sender,
    pub clock: Arc<dyn Clock>,
    /// A name that no other node has.
    pub node: String,
    /// [`SEND_LIMIT`], less in tests.
    pub limit: Duration,
}

/// What a look at the outbox led to.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    Sent,
    Failed(Failure),
    /// Another node was quicker.
    Taken,
    /// Nothing is due, until this instant where it is known.
    Nothing(Option<Timestamp>),
}

impl Delivery {
    /// Takes the next message that is due, sends it and notes how that went.
    ///
    /// # Errors
    /// A fault of the database. A message that was taken waits for its lease to end.
    pub async fn step(&self) -> Result<Step> {
        let next = self.store.read(outbox::next_due).await?;
        let now = self.clock.now();
        if next.is_none_or(|due| due > now) {
            return Ok(Step::Nothing(next));
        }
        // Before the claim: the lease begins then.
        let (limit, lease_end) = (Instant::now() + self.limit, Instant::now() + micros(outbox::LEASE));
        let node = self.node.clone();
        let Some(taken) = self.store.write(move |tx| outbox::claim(tx, now, &node)).await? else {
            return Ok(Step::Taken);
        };
        let outcome = self.send(&taken, limit).await;
        self.note(&taken, &outcome, lease_end).await;
        Ok(match outcome {
            Ok(()) => Step::Sent,
            Err(failure) => Step::Failed(failure),
        })
    }

    async fn send(&self, taken: &Taken, limit: Instant) -> std::result::Result<(), Failure> {
        let message = compose(&self.sender, taken)?;
        let (mailer, host) = (self.mailer.clone(), self.sender.host().to_owned());
        // In a task of its own: were it to panic, the message alone would fail.
        let sending = tokio::spawn(async move { timeout_at(limit, mailer.send(&host, message)).await });
        let later = |reason: &str| Failure { reason: reason.to_owned(), permanent: false };
        match sending.await {
            Ok(Ok(sent)) => sent,
            Ok(Err(_)) => Err(later("L'envoi a duré trop longtemps : il est interrompu.")),
            Err(_) => Err(later("L'envoi s'est interrompu par une faute du programme.")),
        }
    }

    /// Notes how an attempt ended. The database may be away for a moment: what was sent must be noted while the lease
    /// lasts, or another node would send it again.
    async fn note(&self, taken: &Taken, outcome: &std::result::Result<(), Failure>, lease_end: Instant) {
        let (id, attempt) = (taken.id, taken.attempt);
        if let Err(failure) = outcome {
            let reason = failure.without_address(&taken.to);
            tracing::warn!(%id, attempt, reason, permanent = failure.permanent, "a message has not gone");
        }
        loop {
            let (taken, ended, now) = (taken.clone(), outcome.clone(), self.clock.now());
            let noted = self.store.write(move |tx| match &ended {
                Ok(()) => outbox::sent(tx, &taken, now),
                Err(failure) => outbox::failed(tx, &taken, now, failure),
            });
            match noted.await {
                Ok(true) => return,
                Ok(false) => {
                    tracing::warn!(%id, attempt, sent = outcome.is_ok(), "a message is no longer this node's, or was erased");
                    return;
                }
                Err(error) if Instant::now() + AFTER_A_FAULT < lease_end => {
                    tracing::warn!(%id, %error, "how a message went cannot be noted yet");
                    sleep(AFTER_A_FAULT).await;
                }
                Err(error) => {
                    tracing::error!(%id, %error, sent = outcome.is_ok(), "how a message went could not be noted");
                    return;
                }
            }
        }
    }

    /// Sends until told to stop (`true`, or the end of the channel); the message under way is then sent and noted first.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut purged_at: Option<Timestamp> = None;
        while !*stop.borrow() {
            let now = self.clock.now();
            if purged_at.is_none_or(|at| now.as_micros() - at.as_micros() >= PURGE_EVERY) {
                purged_at = Some(now);
                self.purge(now).await;
            }
            let wait = match self.step().await {
                Ok(Step::Sent | Step::Failed(_) | Step::Taken) => continue,
                Ok(Step::Nothing(None)) => LOOK_AGAIN,
                Ok(Step::Nothing(Some(due))) => micros(due.as_micros() - self.clock.now().as_micros()).min(LOOK_AGAIN),
                Err(error) => {
                    tracing::warn!(%error, "the outbox cannot be read");
                    AFTER_A_FAULT
                }
            };
            tokio::select! {
                changed = stop.changed() => if changed.is_err() { return },
                () = self.store.mail_queued().notified() => (),
                () = sleep(wait) => (),
            }
        }
    }

    async fn purge(&self, now: Timestamp) {
        match self.store.write(move |tx| outbox::purge(tx, now)).await {
            Ok(0) => (),
            Ok(removed) => tracing::info!(removed, "old messages are removed from the outbox"),
            Err(error) => tracing::warn!(%error, "the outbox cannot be purged"),
        }
    }
}

/// Nothing for an instant that has passed.
fn micros(micros: i64) -> Duration {
    Duration::from_micros(u64::try_from(micros).unwrap_or(0))
}
