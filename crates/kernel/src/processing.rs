//! The record of processing activities (GDPR, article 30): each feature declares, beside its code, what it does with data
//! of persons, and for how long by the very constants that its purge uses.

use crate::time::{DAY, HOUR, MINUTE};

/// How long something is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// So many microseconds after the event that is named: the constant of the purge itself.
    Lasting { micros: i64, after: &'static str },
    /// Until something happens: « tant que le compte est ouvert ».
    Until(&'static str),
}

impl Period {
    /// « 30 jours après l'envoi ».
    pub fn told(self) -> String {
        match self {
            Self::Lasting { micros, after } => format!("{} {after}", span(micros)),
            Self::Until(text) => text.to_owned(),
        }
    }
}

/// A kind of data with how long it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    pub what: &'static str,
    pub period: Period,
}

impl Kept {
    pub const fn lasting(what: &'static str, micros: i64, after: &'static str) -> Self {
        Self { what, period: Period::Lasting { micros, after } }
    }

    pub const fn until(what: &'static str, text: &'static str) -> Self {
        Self { what, period: Period::Until(text) }
    }
}

/// One processing activity: the columns of the CNIL's model of a record.
#[derive(Clone, Copy, Debug)]
pub struct Processing {
    pub name: &'static str,
    pub purpose: &'static str,
    /// With its place in article 6 of the GDPR.
    pub legal_basis: &'static str,
    pub persons: &'static str,
    pub recipients: &'static str,
    pub retention: &'static [Kept],
    pub security: &'static str,
}

impl Processing {
    /// Of the table of its data.
    pub fn caption(&self) -> String {
        format!("Données et durées : {}", self.name.to_lowercase())
    }

    /// A name for its place on a page.
    pub fn anchor(&self) -> String {
        crate::text::slug(self.name)
    }
}

/// « 3 ans », « 6 mois », « 30 jours », « 12 heures », « 10 minutes »: the largest unit that tells it exactly. A year has 365 days,
/// a month 30.
pub fn span(micros: i64) -> String {
    let units =
        [(365 * DAY, "an", "ans"), (30 * DAY, "mois", "mois"), (DAY, "jour", "jours"), (HOUR, "heure", "heures")];
    let whole = units.into_iter().find(|(unit, ..)| micros >= *unit && micros % unit == 0);
    // Below three months days are more exact than months, which differ.
    let (unit, one, several) = match whole {
        Some((unit, ..)) if unit == 30 * DAY && micros < 90 * DAY => (DAY, "jour", "jours"),
        Some(found) => found,
        None => (MINUTE, "minute", "minutes"),
    };
    match micros / unit {
        1 => format!("1 {one}"),
        count => format!("{count} {several}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_told_in_the_unit_that_fits() {
        let told =
            [3 * 365 * DAY, 365 * DAY, 180 * DAY, 60 * DAY, 30 * DAY, 7 * DAY, DAY, 12 * HOUR, 10 * MINUTE].map(span);
        assert_eq!(
            told,
            ["3 ans", "1 an", "6 mois", "60 jours", "30 jours", "7 jours", "1 jour", "12 heures", "10 minutes"]
        );
        assert_eq!(Period::Lasting { micros: DAY, after: "après l'envoi" }.told(), "1 jour après l'envoi");
    }
}
