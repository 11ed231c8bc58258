//! Handing a message over.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use store::outbox::Failure;

use crate::compose::Composed;
use crate::destination::{Destination, Server};
use crate::{folder, smtp};

/// What takes messages.
#[derive(Clone, Debug)]
pub enum Mailer {
    Smtp(Server),
    Folder(PathBuf),
    Memory(Memory),
}

/// The messages of a test, in the order of their sending.
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Mutex<Vec<Composed>>>);

impl Memory {
    pub fn messages(&self) -> Vec<Composed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Mailer {
    /// Gets ready.
    ///
    /// # Errors
    /// A sentence when the folder cannot be written. A server is asked at the first message only: that it does not answer
    /// now says nothing of later.
    pub fn open(destination: &Destination) -> Result<Self, String> {
        match destination {
            Destination::Smtp(server) => Ok(Self::Smtp(server.clone())),
            Destination::Folder(path) => {
                folder::prepare(path).map_err(|fault| {
                    format!("Le dossier des courriels « {} » ne peut pas être écrit ({fault}).", path.display())
                })?;
                Ok(Self::Folder(path.clone()))
            }
        }
    }

    /// Hands a message over; `host` is the name by which a server is greeted.
    pub(crate) async fn send(&self, host: &str, message: Composed) -> Result<(), Failure> {
        match self {
            Self::Smtp(server) => smtp::send(server, host, &message).await,
            Self::Folder(path) => {
                let path = path.clone();
                let written =
                    tokio::task::spawn_blocking(move || folder::write(&path, &message.name, &message.bytes)).await;
                let refused = |reason: String| Failure {
                    reason: format!("Le dossier des courriels ne peut pas être écrit : {reason}."),
                    permanent: false,
                };
                written.map_err(|fault| refused(fault.to_string()))?.map_err(|fault| refused(fault.to_string()))
            }
            Self::Memory(memory) => {
                memory.0.lock().unwrap_or_else(PoisonError::into_inner).push(message);
                Ok(())
            }
        }
    }
}
