//! What can go wrong, and the French sentence that the person reads.

use std::borrow::Cow;
use std::fmt;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an act or a read did not happen. Nothing has been written when one is returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// What was typed does not fit: one message per field (422).
    Invalid(Errors),
    /// Nothing there, or nothing that this person may know of (404).
    NotFound,
    /// Known, but not for this person: the reason (403).
    Forbidden(String),
    /// A rule, or somebody who was quicker, stands against it (409).
    Conflict(String),
    /// A unique constraint of the schema, by its PostgreSQL name (`organisation_siret_key`).
    Duplicate(String),
    /// The database asks to run the transaction again; the store does so by itself.
    Retry(String),
    /// The database cannot be used at the moment: full disk, lost connection (503).
    Unavailable(String),
    /// A fault of ours (500). The text is for the log, never for the page.
    Internal(String),
}

impl Error {
    pub fn internal(what: impl fmt::Display) -> Self {
        Self::Internal(what.to_string())
    }

    pub fn invalid(field: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        let mut errors = Errors::default();
        errors.add(field, message);
        Self::Invalid(errors)
    }

    /// Turns the breach of one unique constraint into a message beside its field.
    pub fn when_duplicate(self, constraint: &str, field: &'static str, message: &str) -> Self {
        match self {
            Self::Duplicate(name) if name == constraint => Self::invalid(field, message),
            other => other,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(errors) => write!(f, "{errors}"),
            Self::NotFound => f.write_str("introuvable"),
            Self::Duplicate(name) => write!(f, "existe déjà ({name})"),
            Self::Forbidden(reason)
            | Self::Conflict(reason)
            | Self::Retry(reason)
            | Self::Unavailable(reason)
            | Self::Internal(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for Error {}

/// One sentence in French about one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    pub field: Cow<'static, str>,
    pub message: String,
}

/// All that is wrong in one form, in the order of its fields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Errors(Vec<FieldError>);

impl Errors {
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, message: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), message: message.into() });
    }

    /// Keeps the value, or notes what is wrong with `field` and goes on, so that a form shows all its errors at once.
    pub fn check<T, E: fmt::Display>(&mut self, field: &'static str, parsed: Result<T, E>) -> Option<T> {
        parsed.map_err(|fault| self.add(field, fault.to_string())).ok()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &FieldError> {
        self.0.iter()
    }

    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|error| error.field == field).map(|error| error.message.as_str())
    }

    /// `Err` when anything was noted.
    pub fn into_result(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self)) }
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (rank, error) in self.0.iter().enumerate() {
            if rank > 0 {
                f.write_str(" ; ")?;
            }
            write!(f, "{} : {}", error.field, error.message)?;
        }
        Ok(())
    }
}
