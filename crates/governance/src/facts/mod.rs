//! Facts: the figures, dates and statements of a source that no other table holds. Where sources disagree, both stand
//! side by side under one topic, each with its source.

pub mod acts;
pub mod store;

use kernel::{PartialDate, Provenance};

/// One statement of a source.
#[derive(Clone, Debug)]
pub struct Fact {
    pub topic: String,
    pub value: String,
    pub on: Option<PartialDate>,
    pub provenance: Provenance,
}

impl Fact {
    /// « (4 juillet 2023) » behind the value, unless the value says its date already.
    pub fn date_note(&self) -> String {
        let date = self.on.map(PartialDate::french).filter(|date| !self.value.contains(date.as_str()));
        date.map(|date| format!(" ({date})")).unwrap_or_default()
    }

    /// « 4 avril 2024 », or nothing when it has no date.
    pub fn when(&self) -> String {
        self.on.map(PartialDate::french).unwrap_or_default()
    }
}
