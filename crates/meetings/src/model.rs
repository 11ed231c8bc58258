//! What a meeting is; its agenda with running hours; who is called. Pure: no clock, no database.

use directory::Organisation;
use governance::Governance;
use governance::bodies::model::Body;
use governance::members::model::{College, Member};
use kernel::zone::Zone;
use kernel::{Id, Provenance, Timestamp, coded};

coded! {
    /// What a meeting is for (source: guide of May 2024, formats of work).
    pub enum Format {
        Strategic = "strategic", "Réunion stratégique";
        FollowUp = "follow_up", "Suivi de projets";
        Review = "review", "Présentation de bilan";
        CoConstruction = "co_construction", "Co-construction";
    }
}

coded! {
    /// The life of a meeting.
    pub enum MeetingState {
        Draft = "draft", "En préparation";
        Convened = "convened", "Convoquée";
        Open = "open", "En cours";
        Closed = "closed", "Tenue";
        Cancelled = "cancelled", "Annulée";
    }
}

impl MeetingState {
    /// Draft → convened → open → closed; a meeting that was never convened by mail may be entered afterwards, from paper;
    /// what has not begun may be cancelled.
    pub fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Draft, Self::Convened | Self::Open | Self::Cancelled)
                | (Self::Convened, Self::Open | Self::Cancelled)
                | (Self::Open, Self::Closed)
        )
    }

    pub fn badge(self) -> &'static str {
        match self {
            Self::Draft => "preparation",
            Self::Convened => "info",
            Self::Open => "wait",
            Self::Closed => "success",
            Self::Cancelled => "closed",
        }
    }
}

/// A meeting as its pages show it.
#[derive(Clone, Debug)]
pub struct Meeting {
    pub id: Id<Self>,
    pub governance: Id<Governance>,
    pub slug: String,
    pub title: String,
    pub format: Format,
    pub state: MeetingState,
    pub starts_at: Timestamp,
    /// Planned length, in minutes.
    pub minutes: i64,
    pub zone: Zone,
    pub place: String,
    pub video: String,
    pub presentation: String,
    /// Convened again after a lack of quorum.
    pub second: bool,
    pub convened_at: Option<Timestamp>,
    pub opened_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub cancelled_reason: String,
    /// In session: the item under discussion.
    pub current: Option<Id<Item>>,
    pub version: i64,
    pub provenance: Provenance,
}

impl Meeting {
    pub fn ends_at(&self) -> Timestamp {
        self.starts_at.plus(self.minutes * kernel::time::MINUTE)
    }

    /// « jeudi 3 décembre 2026 à 14 h ».
    pub fn when(&self) -> String {
        self.zone.moment(self.starts_at)
    }

    /// « 2 h », « 1 h 30 », « 45 min ».
    pub fn length(&self) -> String {
        length(self.minutes)
    }

    /// As the public register names it: a draft has no name there, since nobody else sees it.
    pub fn public_name(&self) -> String {
        if self.is_hidden() { "une réunion en préparation".to_owned() } else { format!("« {} »", self.title) }
    }

    /// True for everyone but those who prepare it: a draft, and one that was given up before anybody was convened.
    pub fn is_hidden(&self) -> bool {
        match self.state {
            MeetingState::Draft => true,
            MeetingState::Cancelled => self.convened_at.is_none(),
            MeetingState::Convened | MeetingState::Open | MeetingState::Closed => false,
        }
    }
}

/// « 2 h », « 1 h 30 », « 45 min ».
pub fn length(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes:02}"),
    }
}

coded! {
    pub enum ItemKind {
        Information = "information", "Information";
        Debate = "debate", "Débat";
        Decision = "decision", "Décision";
        Vote = "vote", "Vote";
        Election = "election", "Élection";
    }
}

/// An item of the agenda.
#[derive(Clone, Debug)]
pub struct Item {
    pub id: Id<Self>,
    pub title: String,
    pub kind: ItemKind,
    /// A structure or a function.
    pub presenter: String,
    /// Planned length, in minutes.
    pub minutes: i64,
    pub description: String,
    pub notes: String,
    pub notes_version: i64,
    /// Counted up by each correction of what was planned.
    pub version: i64,
    /// In session: when its discussion began and ended.
    pub begun_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    /// The quorum when it began, in a sentence.
    pub quorum: String,
    pub outcomes: Vec<Outcome>,
}

coded! {
    pub enum OutcomeKind {
        Information = "information", "Information";
        Decision = "decision", "Décision";
        Task = "task", "Tâche";
    }
}

/// What comes out of an item, typed.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub id: Id<Self>,
    pub kind: OutcomeKind,
    pub text: String,
    pub responsible: String,
    pub due_on: Option<kernel::PartialDate>,
}

/// When each item begins, and by how many minutes the agenda is longer than the meeting (0: it holds).
pub fn running_hours(starts_at: Timestamp, planned: i64, items: &[i64]) -> (Vec<Timestamp>, i64) {
    let mut at = 0i64;
    let mut begins = Vec::with_capacity(items.len());
    for minutes in items {
        begins.push(starts_at.plus(at.saturating_mul(kernel::time::MINUTE)));
        at = at.saturating_add(*minutes);
    }
    (begins, at.saturating_sub(planned).max(0))
}

coded! {
    /// What somebody who was called answers.
    pub enum Reply {
        None = "none", "Sans réponse";
        Present = "present", "Présent";
        Represented = "represented", "Représenté";
        Excused = "excused", "Excusé";
    }
}

coded! {
    /// Who was there for a participant.
    pub enum Presence {
        Unknown = "unknown", "Non renseigné";
        Principal = "principal", "Titulaire présent";
        Deputy = "deputy", "Suppléance présente";
        Proxy = "proxy", "Pouvoir donné";
        Absent = "absent", "Absent";
    }
}

impl Presence {
    pub fn is_there(self) -> bool {
        matches!(self, Self::Principal | Self::Deputy)
    }
}

/// Somebody who is called: an organisation, or a person by function.
#[derive(Clone, Debug)]
pub struct Participant {
    pub id: Id<Self>,
    pub member: Option<Id<Member>>,
    pub organisation: Option<Id<Organisation>>,
    pub name: String,
    pub reply: Reply,
    pub presence: Presence,
    /// Who holds the proxy: in answer to the convocation, then in session.
    pub proxy: Option<Id<Self>>,
    pub arrived_at: Option<Timestamp>,
    pub left_at: Option<Timestamp>,
    pub places: Vec<Place>,
}

/// Where a participant sits: the body, whether it votes there, its college.
pub type Place = (Id<Body>, bool, Option<Id<College>>);

impl Participant {
    pub fn sits_in(&self, body: Id<Body>) -> bool {
        self.places.iter().any(|(other, ..)| *other == body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_run_and_an_agenda_that_is_too_long_says_so() {
        let start = Timestamp::from_micros(0);
        let (begins, over) = running_hours(start, 60, &[10, 20, 45]);
        let minutes: Vec<i64> = begins.iter().map(|at| at.as_micros() / kernel::time::MINUTE).collect();
        assert_eq!((minutes, over), (vec![0, 10, 30], 15));
        assert_eq!(running_hours(start, 60, &[]), (Vec::new(), 0));
        assert_eq!((length(120), length(90), length(45)), ("2 h".into(), "1 h 30".into(), "45 min".into()));
    }
}
