//! Where an item comes from: what was typed here, a source document, or an invention for the demonstration.

use crate::Errors;
use crate::coded;
use crate::text;

coded! {
    /// Kinds of origin.
    pub enum Origin {
        Entered = "entered", "Saisi par la gouvernance";
        Document = "document", "Document";
        Fictitious = "fictitious", "Exemple fictif";
    }
}

/// The origin of an item, shown on every page, export and register entry of the demonstration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    pub origin: Origin,
    /// « Guide …, gouvernance n° 1, fiche d'identité, 2024 ». Empty when entered here.
    pub source: String,
}

impl Provenance {
    pub fn entered() -> Self {
        Self { origin: Origin::Entered, source: String::new() }
    }

    pub fn fictitious() -> Self {
        Self { origin: Origin::Fictitious, source: String::new() }
    }

    /// From a document; a source that is empty or too long is a field error on `source`.
    pub fn document(source: &str) -> crate::Result<Self> {
        let mut errors = Errors::default();
        let source = errors.check("source", text::line(source, 400));
        errors.into_result()?;
        Ok(Self { origin: Origin::Document, source: source.unwrap_or_default() })
    }

    pub fn is_fictitious(&self) -> bool {
        self.origin == Origin::Fictitious
    }

    /// The line under an item: « Source : … », or nothing.
    pub fn note(&self) -> Option<&str> {
        (self.origin == Origin::Document).then_some(self.source.as_str())
    }
}
