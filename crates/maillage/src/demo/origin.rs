//! Where the items of a file come from, as every page shows it.

use kernel::{Provenance, Result};

use super::format;

/// The source documents of the project and when each speaks, as precisely as they say.
const DOCUMENTS: [(&str, &str); 5] =
    [("000", "mai 2024"), ("001", "2018"), ("002", "2023"), ("003", "2018"), ("004", "2024")];

/// Where the items of a file come from.
pub(super) struct Origin {
    document: String,
    title: String,
}

impl Origin {
    pub fn of(source: &format::SourceOfFile) -> Self {
        Self { document: source.document.clone(), title: source.title.clone() }
    }

    /// « document 004 (2024), n° 1, fiche d'identité »; a place that begins with the number of another document is of
    /// that one.
    pub fn item(&self, place: &str, fictitious: bool) -> Result<Provenance> {
        if fictitious {
            return Ok(Provenance::fictitious());
        }
        let of_another =
            DOCUMENTS.iter().find_map(|(number, date)| Some((*number, *date, place.strip_prefix(number)?)));
        let (number, date, place) = of_another.unwrap_or_else(|| {
            let date = DOCUMENTS.iter().find(|(number, _)| *number == self.document).map_or("", |(_, date)| date);
            (self.document.as_str(), date, place)
        });
        let place = place.trim_start_matches([',', ' ']);
        let place = if place.is_empty() { self.title.as_str() } else { place };
        Provenance::document(&format!("document {number} ({date}), {place}"))
    }
}
