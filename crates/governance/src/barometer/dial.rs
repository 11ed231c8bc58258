//! What a dial of the barometer is. Each feature brings its own; the executable gathers them at start.
//!
//! A dial reads the dated facts of one governance once, and says from them what it shows on any day: today, or at the end
//! of a month that is over. It never compares two governances, and never speaks of a person.

use jiff::civil::Date;
use kernel::{Error, Id, Result};
use store::Tx;

use super::month::Period;
use crate::Governance;

/// Of which governance, and over which days, facts are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub governance: Id<Governance>,
    pub slug: &'a str,
    /// Since when the governance is kept here: what is older is known only where somebody has dated it.
    pub followed: Date,
    /// The first and the last day of the facts that are wanted: the readings look back a year from the last, and from the
    /// days before it.
    pub from: Date,
    pub to: Date,
}

/// How a figure reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// « 18 sur 21 ».
    Share,
    Count,
    Days,
}

/// A figure that is followed from month to month.
#[derive(Clone, Copy, Debug)]
pub struct Series {
    /// The code that the database keeps: it never changes, and no other series has it.
    pub code: &'static str,
    /// « Structures qui ont un titulaire ».
    pub label: &'static str,
    pub unit: Unit,
}

/// The value of a series on a day. Nothing to count is not zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Figure {
    pub value: Option<i64>,
    /// Out of how many, for a share.
    pub of: Option<i64>,
}

impl Figure {
    pub const UNKNOWN: Self = Self { value: None, of: None };

    /// So many out of so many, never more; nothing out of nothing.
    pub fn share(value: i64, of: i64) -> Self {
        if of <= 0 { Self::UNKNOWN } else { Self { value: Some(value.clamp(0, of)), of: Some(of) } }
    }

    pub fn count(value: i64) -> Self {
        Self { value: Some(value), of: None }
    }

    /// « 18 sur 21 », « 15 jours », « 2 », or that there is nothing to count.
    pub fn french(&self, unit: Unit) -> String {
        match (self.value, self.of, unit) {
            (None, ..) => "–".to_owned(),
            (Some(value), Some(of), _) => format!("{value} sur {of}"),
            (Some(value), None, Unit::Days) => days(value),
            (Some(value), None, _) => value.to_string(),
        }
    }
}

/// « 1 jour », « 15 jours ».
pub fn days(count: i64) -> String {
    format!("{count}\u{a0}jour{}", if count > 1 { "s" } else { "" })
}

/// One kind, body or category within a reading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    pub label: String,
    /// What was counted, in a sentence.
    pub said: String,
    /// Text and kind of a badge, where one helps to read.
    pub badge: Option<(&'static str, &'static str)>,
}

impl Line {
    pub fn new(label: impl Into<String>, said: impl Into<String>) -> Self {
        Self { label: label.into(), said: said.into(), badge: None }
    }
}

/// What a dial shows on a day.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The result in a sentence, with what it is counted from.
    pub sentence: String,
    /// The time on which it looks back; nothing: that day alone.
    pub period: Option<Period>,
    /// In an order of their own, never by value.
    pub lines: Vec<Line>,
    /// What stands apart and is not counted.
    pub asides: Vec<String>,
    /// One for each series of the dial, in their order.
    pub figures: Vec<Figure>,
    /// True when it rests on fictitious examples.
    pub fictitious: bool,
    /// There is nothing to count yet: the sentence alone is shown.
    pub blank: bool,
}

/// How a dial is computed, for everybody to read.
#[derive(Clone, Copy, Debug)]
pub struct Method {
    pub counted: &'static [&'static str],
    /// What it does not say.
    pub unsaid: &'static str,
}

/// The dated facts of one governance.
pub trait Facts {
    fn at(&self, day: Date) -> Reading;
}

/// One dial.
pub trait Dial: Send + Sync {
    /// The part of addresses inside a page.
    fn code(&self) -> &'static str;
    fn title(&self) -> &'static str;
    fn series(&self) -> &'static [Series];
    fn method(&self) -> Method;
    /// Reads the facts, in a bounded number of queries whatever the number of days.
    fn facts(&self, tx: &mut Tx<'_>, asked: &Asked<'_>) -> Result<Box<dyn Facts>>;
    /// Where to look closer: label and address.
    fn closer(&self, slug: &str) -> Vec<(&'static str, String)>;
}

/// All dials of the product, in the order in which pages show them.
#[derive(Clone)]
pub struct Dials(Vec<&'static dyn Dial>);

impl Dials {
    pub fn new(all: impl IntoIterator<Item = &'static dyn Dial>) -> Self {
        Self(all.into_iter().collect())
    }

    pub fn of(app: &web::App) -> Result<Self> {
        app.service::<Self>().cloned().ok_or_else(|| Error::internal("the dials were not gathered at start"))
    }

    pub fn iter(&self) -> impl Iterator<Item = &'static dyn Dial> {
        self.0.iter().copied()
    }

    /// Every series with its dial.
    pub fn series(&self) -> impl Iterator<Item = (&'static dyn Dial, &'static Series)> {
        self.iter().flat_map(|dial| dial.series().iter().map(move |series| (dial, series)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn figures_read_as_a_person_says_them() {
        assert_eq!(Figure::share(18, 21).french(Unit::Share), "18 sur 21");
        assert_eq!(Figure::share(0, 0).french(Unit::Share), "–");
        assert_eq!(Figure::count(1).french(Unit::Days), "1\u{a0}jour");
        assert_eq!(Figure::count(2).french(Unit::Count), "2");
    }

    proptest! {
        #[test]
        fn no_share_is_more_than_the_whole(value in any::<i64>(), of in any::<i64>()) {
            let figure = Figure::share(value, of);
            prop_assert!(figure.value.unwrap_or(0) <= figure.of.unwrap_or(0) && figure.value.unwrap_or(0) >= 0);
        }
    }
}
