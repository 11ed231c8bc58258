//! What a decision is: its life, its number, what it does to earlier ones. Pure: no clock, no database.

use std::fmt;
use std::str::FromStr;

use governance::Governance;
use governance::bodies::model::{Body, BodyForm, BodyFunction};
use jiff::ToSpan as _;
use jiff::civil::Date;
use kernel::{Id, PartialDate, Provenance, Timestamp, coded};
use uuid::Uuid;

use crate::model::Item;

pub use super::draft::{Content, Draft, day};

/// Days before a review during which *À faire* tells it.
pub const REVIEW_WARNED: i64 = 30;
/// Longest sentence on how a decision was taken, in characters.
pub const SENTENCE_MAX: usize = 1_000;

coded! {
    /// The life of a decision.
    pub enum DecisionState {
        Draft = "draft", "Projet";
        Adopted = "adopted", "Adoptée";
        Rejected = "rejected", "Rejetée";
        GivenUp = "given_up", "Abandonnée";
        Amended = "amended", "Adoptée, modifiée depuis";
        Repealed = "repealed", "Abrogée";
    }
}

impl DecisionState {
    /// Draft → adopted, rejected or given up; what is adopted may be amended, again and again, or repealed, which is the end.
    pub fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Draft, Self::Adopted | Self::Rejected | Self::GivenUp)
                | (Self::Adopted | Self::Amended, Self::Amended | Self::Repealed)
        )
    }

    /// It counts: adopted, whether amended since or not.
    pub fn is_in_force(self) -> bool {
        matches!(self, Self::Adopted | Self::Amended)
    }

    /// It has a number and a public page, for ever.
    pub fn is_public(self) -> bool {
        matches!(self, Self::Adopted | Self::Amended | Self::Repealed)
    }

    pub fn badge(self) -> &'static str {
        match self {
            Self::Draft => "preparation",
            Self::Adopted => "success",
            Self::Amended => "info",
            Self::Rejected | Self::GivenUp | Self::Repealed => "closed",
        }
    }
}

coded! {
    /// How a body decides.
    pub enum Way {
        Vote = "vote", "Par vote";
        Consensus = "consensus", "Par consensus";
    }
}

coded! {
    /// Where a decision was taken.
    pub enum Manner {
        Meeting = "meeting", "En réunion";
        Written = "written", "Par écrit";
    }
}

coded! {
    /// What a decision comes from.
    pub enum Arising {
        AgendaItem = "agenda_item", "Un point de l'ordre du jour";
        Proposal = "proposal", "Une proposition";
        Referral = "referral", "Une saisine";
        Initiative = "initiative", "L'initiative de l'instance";
        Other = "other", "Une autre origine";
    }
}

coded! {
    /// Where the execution of a decision stands.
    pub enum Execution {
        ToDo = "todo", "À faire";
        UnderWay = "under_way", "En cours";
        Done = "done", "Exécutée";
        Dropped = "dropped", "Sans suite";
    }
}

impl Execution {
    /// Something is still expected.
    pub fn is_open(self) -> bool {
        matches!(self, Self::ToDo | Self::UnderWay)
    }

    pub fn badge(self) -> &'static str {
        match self {
            Self::ToDo => "wait",
            Self::UnderWay => "info",
            Self::Done => "success",
            Self::Dropped => "closed",
        }
    }
}

coded! {
    /// What a decision does to an earlier one.
    pub enum LinkKind {
        Amends = "amends", "Modifie";
        Repeals = "repeals", "Abroge";
    }
}

impl LinkKind {
    /// What becomes of the earlier decision.
    pub fn makes(self) -> DecisionState {
        match self {
            Self::Amends => DecisionState::Amended,
            Self::Repeals => DecisionState::Repealed,
        }
    }

    /// As the earlier decision tells it.
    pub fn passive(self) -> &'static str {
        match self {
            Self::Amends => "Modifiée par",
            Self::Repeals => "Abrogée par",
        }
    }
}

/// The number of an adopted decision: its year, its rank in that year of its governance. Written « 2026-03 », and read only so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    pub year: i64,
    pub rank: i64,
}

impl Number {
    /// The one that follows the greatest given so far.
    pub fn after(year: i64, greatest: i64) -> Self {
        Self { year, rank: greatest.saturating_add(1) }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.rank)
    }
}

impl FromStr for Number {
    type Err = ();

    fn from_str(typed: &str) -> std::result::Result<Self, ()> {
        let (year, rank) = typed.split_once('-').ok_or(())?;
        let number = Self { year: year.parse().map_err(|_| ())?, rank: rank.parse().map_err(|_| ())? };
        // One address a decision: « 2026-3 » is none.
        if number.rank > 0 && number.to_string() == typed { Ok(number) } else { Err(()) }
    }
}

/// A decision as its pages show it.
#[derive(Clone, Debug)]
pub struct Decision {
    pub id: Id<Self>,
    pub governance: Id<Governance>,
    /// Name and address of the governance.
    pub of: (String, String),
    pub body: Id<Body>,
    /// Name and address of the body.
    pub author: (String, String),
    pub state: DecisionState,
    /// Given when it is adopted, never to another.
    pub number: Option<Number>,
    pub title: String,
    pub text: String,
    pub arising: Arising,
    pub arising_note: String,
    /// The item of an agenda on which it is taken: identifier, title.
    pub item: Option<(Id<Item>, String)>,
    /// The meeting of that item: title and address, unless everybody may not know of it.
    pub meeting: Option<(String, String)>,
    pub ballot: Option<Uuid>,
    pub way: Option<Way>,
    pub manner: Option<Manner>,
    /// How it was taken, in words.
    pub sentence: String,
    pub decided_on: Option<PartialDate>,
    pub to_execute: bool,
    pub responsible: String,
    pub due_on: Option<PartialDate>,
    pub execution: Execution,
    pub review_on: Option<PartialDate>,
    pub version: i64,
    pub provenance: Provenance,
}

impl Decision {
    /// The address of its page, once it is adopted.
    pub fn page(&self) -> Option<String> {
        self.number.map(|number| crate::url::decision(&self.of.1, number))
    }

    /// The address of its page for those who prepare it.
    pub fn workshop(&self) -> String {
        format!("{}/{}", crate::url::drafts(&self.of.1, &self.author.1), self.id)
    }

    /// « Décision 2026-03 », « Projet de décision ».
    pub fn name(&self) -> String {
        self.number.map_or_else(|| "Projet de décision".to_owned(), |number| format!("Décision {number}"))
    }

    /// « par consensus, en réunion, le 12 mars 2026 ».
    pub fn taken(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(self.way.map(|way| way.to_string().to_lowercase()));
        parts.extend(self.manner.map(|manner| manner.to_string().to_lowercase()));
        parts.extend(self.decided_on.map(|on| on.french_when().to_lowercase()));
        parts.join(", ")
    }

    /// A vote on it is open or has not been published: it waits for that.
    pub fn is_being_voted(&self) -> bool {
        self.ballot.is_some() && self.state == DecisionState::Draft
    }

    /// What had to be done is not, and its last day is past.
    pub fn is_late(&self, today: Date) -> bool {
        self.state.is_in_force() && self.execution.is_open() && self.due_on.is_some_and(|due| due.last_day() < today)
    }

    /// Where its execution stands; nothing for what was repealed before it was done.
    pub fn standing(&self) -> Option<Execution> {
        (self.state != DecisionState::Repealed || !self.execution.is_open()).then_some(self.execution)
    }

    /// It is to be looked at again, now or soon.
    pub fn is_to_review(&self, today: Date) -> bool {
        self.state.is_in_force()
            && self.review_on.is_some_and(|on| on.last_day() <= today.saturating_add(REVIEW_WARNED.days()))
    }
}

/// A body that speaks for the whole governance: a plenary, or one that is strategic or steers. The others decide for
/// themselves.
pub fn decides_for_governance(body: &Body) -> bool {
    body.form == BodyForm::Plenary
        || body.functions.iter().any(|one| matches!(one, BodyFunction::Strategic | BodyFunction::Steering))
}

/// A step of the execution of a decision.
#[derive(Clone, Debug)]
pub struct Step {
    pub state: Execution,
    pub note: String,
    pub on: PartialDate,
    pub at: Timestamp,
}

/// Another decision to which one is linked.
#[derive(Clone, Debug)]
pub struct Link {
    pub kind: LinkKind,
    pub number: Number,
    pub title: String,
}

/// What an adopted decision says on the item on which it was taken: « Décision 2026-03 », its title, its page.
#[derive(Clone, Debug)]
pub struct OnItem {
    pub item: Id<Item>,
    pub number: Number,
    pub title: String,
    pub sentence: String,
    pub on: PartialDate,
    pub href: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::coded::Coded as _;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_read_as_it_is_written_and_in_no_other_way() {
        assert_eq!(Number { year: 2026, rank: 3 }.to_string(), "2026-03");
        assert_eq!(Number { year: 2026, rank: 112 }.to_string(), "2026-112");
        for other in
            ["2026-3", "2026", "2026-00", "26-03", "2026-03-01", "-2026-03", "2026--3", "", "abc-de", "2026-003"]
        {
            assert!(other.parse::<Number>().is_err(), "{other}");
        }
    }

    #[test]
    fn what_is_not_a_draft_never_comes_back_and_what_is_repealed_stays_so() {
        for from in DecisionState::ALL {
            assert!(!from.may_become(DecisionState::Draft));
            assert_eq!(from.may_become(DecisionState::Adopted), *from == DecisionState::Draft);
            for to in DecisionState::ALL {
                let over = matches!(from, DecisionState::Rejected | DecisionState::GivenUp | DecisionState::Repealed);
                assert!(!(over && from.may_become(*to)), "{from:?} {to:?}");
                // Whoever has a number keeps it: nothing public becomes private again.
                assert!(!(from.is_public() && from.may_become(*to) && !to.is_public()), "{from:?} {to:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn numbers_come_back_and_follow_each_other(year in 1i64..9_999, rank in 1i64..100_000) {
            let number = Number { year, rank };
            prop_assert_eq!(number.to_string().parse::<Number>(), Ok(number));
            let next = Number::after(year, rank);
            prop_assert!(next > number && next.rank == rank + 1);
        }

        /// Whatever the order in which decisions are settled, the ranks of a year are 1, 2, 3… without a gap.
        #[test]
        fn ranks_have_no_gap(years in proptest::collection::vec(2020i64..2025, 0..60)) {
            let mut given: Vec<Number> = Vec::new();
            for year in years {
                let greatest = given.iter().filter(|one| one.year == year).map(|one| one.rank).max().unwrap_or(0);
                given.push(Number::after(year, greatest));
            }
            for year in 2020..2025 {
                let ranks: Vec<i64> = given.iter().filter(|one| one.year == year).map(|one| one.rank).collect();
                let expected: Vec<i64> = (1..=ranks.len() as i64).collect();
                prop_assert_eq!(ranks, expected);
            }
        }

        /// Any walk through the lives: at most one adoption, and the last word after a repeal.
        #[test]
        fn a_life_has_one_adoption_at_most(steps in proptest::collection::vec(0usize..6, 0..30)) {
            let (mut state, mut adopted) = (DecisionState::Draft, 0);
            for step in steps {
                let next = DecisionState::ALL[step];
                if state.may_become(next) {
                    adopted += usize::from(next == DecisionState::Adopted);
                    state = next;
                }
            }
            prop_assert!(adopted <= 1);
            prop_assert_eq!(state.is_public(), adopted == 1);
        }
    }
}
