//! What a task is, and who may settle it. Pure.

use directory::Person;
use governance::members::model::Member;
use governance::powers::model::Power;
use jiff::civil::Date;
use kernel::{Id, PartialDate, Timestamp, coded};

use crate::Meeting;
use crate::decisions::Decision;
use crate::minutes::{Redaction, public};
use crate::model::Item;

coded! {
    pub enum TaskState {
        Open = "open", "À faire";
        Done = "done", "Faite";
        Dropped = "dropped", "Abandonnée";
    }
}

impl TaskState {
    pub fn badge(self) -> &'static str {
        match self {
            Self::Open => "wait",
            Self::Done => "success",
            Self::Dropped => "closed",
        }
    }
}

/// Who is chosen in a list to do a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doer {
    Member(Id<Member>),
    /// A person by a power held in this governance.
    Holder(Id<Power>),
}

impl Doer {
    /// « membre:0192… » or « pouvoir:0192… », as a form sends it.
    pub fn read(typed: &str) -> Option<Self> {
        match typed.split_once(':')? {
            ("membre", id) => Some(Self::Member(id.parse().ok()?)),
            ("pouvoir", id) => Some(Self::Holder(id.parse().ok()?)),
            _ => None,
        }
    }

    pub fn code(&self) -> String {
        match self {
            Self::Member(id) => format!("membre:{id}"),
            Self::Holder(id) => format!("pouvoir:{id}"),
        }
    }
}

/// Who does a task: the member whose representatives do it, the person when one was chosen, and what everybody reads, which
/// names no person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assigned {
    pub member: Option<Id<Member>>,
    pub person: Option<Id<Person>>,
    pub shown: String,
}

/// Where a task was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Meeting(Id<Meeting>),
    Decision(Id<Decision>),
}

/// A task as its pages show it.
#[derive(Clone, Debug)]
pub struct Task {
    pub id: Id<Self>,
    pub source: Source,
    /// The item of the agenda on which it was noted.
    pub item: Option<Id<Item>>,
    /// The meeting or the decision that gave it: what it is called, its address.
    pub from: (String, String),
    pub text: String,
    pub responsible: String,
    pub member: Option<Id<Member>>,
    pub person: Option<Id<Person>>,
    pub due_on: Option<PartialDate>,
    pub state: TaskState,
    pub note: String,
    pub settled_at: Option<Timestamp>,
    pub version: i64,
    /// Everybody reads what it says: its decision is adopted, or the minutes of its meeting are published.
    pub minutes_are_public: bool,
}

impl Task {
    /// What the public version of the minutes hides is hidden here too.
    pub fn hide(&mut self, redactions: &[Redaction]) {
        let own: Vec<&Redaction> = redactions.iter().filter(|one| Some(one.item) == self.item).collect();
        self.text = public(&self.text, &own);
        self.responsible = public(&self.responsible, &own);
    }

    /// Its last day is past.
    pub fn is_late(&self, today: Date) -> bool {
        self.state == TaskState::Open && self.due_on.is_some_and(|due| due.last_day() < today)
    }
}

/// What is said of a task.
#[derive(Clone, Debug)]
pub struct Settling {
    pub state: TaskState,
    pub note: String,
}
