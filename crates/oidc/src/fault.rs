//! Why a sign-in did not happen: the reason for the log, and what the person reads.

use kernel::Error;

/// The reasons hold neither secrets nor what names a person: they go to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Down, late, overloaded.
    Down(String),
    /// Answered, but not as a provider that can be trusted would.
    Refused(String),
    /// The code was used, is too old, or was never one.
    Stale(String),
    /// The provider does not know this site, or lacks what this site needs.
    Misconfigured(String),
    /// Ours: no randomness.
    Ours(Error),
}

impl Fault {
    pub fn refused(reason: impl Into<String>) -> Self {
        Self::Refused(reason.into())
    }

    /// Writes the reason in the log and gives the sentence for the screen.
    pub fn told(self, label: &str, what: &'static str) -> Error {
        let (kind, reason, error) = match self {
            Self::Ours(error) => return error,
            Self::Down(reason) => {
                let text = format!("{label} ne répond pas. Réessayez dans quelques minutes.");
                ("down", reason, Error::Unavailable(text))
            }
            Self::Refused(reason) => {
                let text = format!(
                    "La réponse de {label} n'a pas pu être vérifiée, la connexion est refusée. Recommencez ; si cela se répète, prévenez l'équipe de la plateforme."
                );
                ("refused", reason, Error::Forbidden(text))
            }
            Self::Stale(reason) => {
                let text = format!("Cette connexion par {label} a expiré ou a déjà servi. Recommencez.");
                ("stale", reason, Error::Conflict(text))
            }
            Self::Misconfigured(reason) => {
                let text = format!(
                    "La connexion par {label} est mal réglée et ne peut pas aboutir. Prévenez l'équipe de la plateforme."
                );
                ("misconfigured", reason, Error::Unavailable(text))
            }
        };
        tracing::warn!(provider = label, during = what, kind, reason, "OpenID Connect failed");
        error
    }
}
