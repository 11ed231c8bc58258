//! What a criterion may count. Each feature brings its own measures; the executable gathers them at start.

use std::collections::HashMap;

use jiff::civil::Date;
use kernel::{Error, Id, Result};
use store::{Tx, Value};

use crate::Governance;

/// The governances that are looked at: a national page asks for all at once, never one by one.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    One(Id<Governance>),
    /// Every governance of the intermediate tier.
    All,
}

impl Of {
    /// The end of a query: `column` is the governance's identifier there, compared with the first parameter.
    pub fn condition(self, column: &str) -> String {
        match self {
            Self::One(_) => format!("{column} = $1"),
            Self::All => format!("{column} in (select id from governance where tier = 'intermediate')"),
        }
    }

    /// The first parameter, when there is one.
    pub fn parameters(self) -> Vec<Value> {
        match self {
            Self::One(id) => vec![Value::from(id)],
            Self::All => Vec::new(),
        }
    }
}

/// What a measure finds in one governance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub met: bool,
    /// What was counted, in a sentence: « 4 catégories de membres, 5 demandées. »
    pub sentence: String,
}

impl Finding {
    pub fn new(met: bool, sentence: impl Into<String>) -> Self {
        Self { met, sentence: sentence.into() }
    }
}

/// The number that a measure compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// What the number is: « minimum », « nombre de mois ».
    pub label: &'static str,
    pub least: i64,
    pub most: i64,
}

/// Where a governance does what it lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    pub label: &'static str,
    pub href: String,
}

/// One thing that can be counted in a governance.
pub trait Measure: Send + Sync {
    /// The code that the database keeps: it never changes.
    fn code(&self) -> &'static str;
    /// What is counted, for who defines the framework.
    fn label(&self) -> &'static str;
    fn threshold(&self) -> Option<Threshold> {
        None
    }
    /// What is found, in a bounded number of queries whatever the number of governances. A governance that is not in
    /// the answer has nothing of what is counted: see [`Measure::nothing`].
    fn find(&self, tx: &mut Tx<'_>, of: Of, threshold: i64, today: Date) -> Result<HashMap<Id<Governance>, Finding>>;
    /// The finding of a governance that has nothing of what is counted.
    fn nothing(&self, threshold: i64) -> Finding;
    fn remedy(&self, slug: &str) -> Remedy;
}

/// All measures of the product.
#[derive(Clone)]
pub struct Measures(Vec<&'static dyn Measure>);

impl Measures {
    pub fn new(all: impl IntoIterator<Item = &'static dyn Measure>) -> Self {
        Self(all.into_iter().collect())
    }

    pub fn of(app: &web::App) -> Result<Self> {
        app.service::<Self>().cloned().ok_or_else(|| Error::internal("the measures were not gathered at start"))
    }

    pub fn find(&self, code: &str) -> Option<&'static dyn Measure> {
        self.0.iter().copied().find(|measure| measure.code() == code)
    }

    pub fn iter(&self) -> impl Iterator<Item = &'static dyn Measure> {
        self.0.iter().copied()
    }
}
