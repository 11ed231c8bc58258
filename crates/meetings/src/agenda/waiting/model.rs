//! The life of what waits, and what is told of it. Pure.

use governance::bodies::model::Body;
use governance::members::model::Member;
use kernel::coded::Coded as _;
use kernel::time::french_date;
use kernel::zone::Zone;
use kernel::{Error, Id, Provenance, Result, Timestamp, coded};

use crate::agenda::model::Content;
use crate::model::{Item, MeetingState};
use crate::url;

coded! {
    /// Where what waits stands.
    pub enum WaitingState {
        Proposed = "proposed", "Proposé";
        Waiting = "waiting", "En attente";
        Planned = "planned", "À l'ordre du jour";
        Done = "done", "Traité";
        Carried = "carried", "Reporté";
        Refused = "refused", "Non retenu";
        Withdrawn = "withdrawn", "Retiré";
    }
}

impl WaitingState {
    /// A proposal is kept, refused or taken back; what waits is put on an agenda, from which it comes back, is done with, or
    /// is carried over, even once the session is closed. What was refused or taken out may be taken up again.
    pub fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Proposed, Self::Waiting | Self::Planned | Self::Refused | Self::Withdrawn)
                | (Self::Waiting, Self::Planned | Self::Done | Self::Withdrawn)
                | (Self::Planned, Self::Waiting | Self::Done | Self::Carried)
                | (Self::Done, Self::Carried)
                | (Self::Refused | Self::Withdrawn, Self::Waiting)
        )
    }

    /// # Errors
    /// A conflict that says where it stands.
    pub fn require(self, next: Self) -> Result<()> {
        if self.may_become(next) {
            return Ok(());
        }
        Err(Error::Conflict(format!("Ce point est « {} » : il a changé entre-temps.", self.label().to_lowercase())))
    }

    pub fn badge(self) -> &'static str {
        match self {
            Self::Proposed => "wait",
            Self::Waiting => "preparation",
            Self::Planned => "info",
            Self::Done => "success",
            Self::Carried | Self::Refused | Self::Withdrawn => "closed",
        }
    }
}

/// A meeting, as a line tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    /// Address of its governance, and its own.
    pub governance: String,
    pub slug: String,
    pub title: String,
    pub starts_at: Timestamp,
    pub zone: Zone,
    pub state: MeetingState,
    pub was_convened: bool,
}

impl Brief {
    pub fn href(&self) -> String {
        url::meeting(&self.governance, &self.slug)
    }

    /// « 12 mars 2026 ».
    pub fn day(&self) -> String {
        french_date(self.zone.civil(self.starts_at).0)
    }

    /// A draft has never been anybody else's, even when it was given up.
    pub fn is_public(&self) -> bool {
        match self.state {
            MeetingState::Draft => false,
            MeetingState::Cancelled => self.was_convened,
            MeetingState::Convened | MeetingState::Open | MeetingState::Closed => true,
        }
    }

    /// « Déjà à l'ordre du jour le 12 mars 2026 (reporté) ».
    pub fn told(&self) -> String {
        let end = if self.state == MeetingState::Cancelled { "réunion annulée" } else { "reporté" };
        format!("Déjà à l'ordre du jour le {} ({end})", self.day())
    }
}

/// A body, with where it is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub id: Id<Body>,
    pub name: String,
    pub slug: String,
    /// Address and name of its governance.
    pub governance: (String, String),
}

impl Place {
    pub fn points(&self) -> String {
        url::points(&self.governance.0, &self.slug)
    }

    /// « Comité technique », with its governance where it is not that of `other`.
    pub fn told(&self, other: &Self) -> String {
        if self.governance.0 == other.governance.0 {
            format!("«\u{a0}{}\u{a0}»", self.name)
        } else {
            format!("«\u{a0}{}\u{a0}» ({})", self.name, self.governance.1)
        }
    }
}

/// What another body sent.
#[derive(Clone, Debug)]
pub struct Sent {
    pub by: Place,
    /// The meeting in which it came up.
    pub meeting: Option<Brief>,
    /// Of an outcome nothing is told before the minutes of that meeting are public.
    pub published: bool,
    pub answer: String,
    pub answered_at: Option<Timestamp>,
}

impl Sent {
    /// True when everybody may read of it.
    pub fn is_public(&self) -> bool {
        self.published && self.meeting.as_ref().is_none_or(Brief::is_public)
    }

    pub fn answered_on(&self) -> String {
        self.answered_at.map(|at| french_date(at.day())).unwrap_or_default()
    }
}

/// What waits for an agenda of a body.
#[derive(Clone, Debug)]
pub struct WaitingItem {
    pub id: Id<Self>,
    pub body: Place,
    pub state: WaitingState,
    pub content: Content,
    /// The item that it has become, and in which meeting.
    pub planned: Option<(Id<Item>, Brief)>,
    pub carried_from: Option<Id<Item>>,
    /// The earlier meetings that had it on their agenda, the latest first.
    pub past: Vec<Brief>,
    pub sent: Option<Sent>,
    pub proposer: Option<Id<Member>>,
    /// As it was called on the day of the proposal.
    pub proposer_name: String,
    pub reason: String,
    pub version: i64,
    pub provenance: Provenance,
}

impl WaitingItem {
    /// True as long as the body that sent it waits for an answer.
    pub fn owes_answer(&self) -> bool {
        self.state != WaitingState::Carried && self.sent.as_ref().is_some_and(|sent| sent.answered_at.is_none())
    }

    /// « Transmis par « Comité technique » ».
    pub fn sender(&self) -> Option<String> {
        self.sent.as_ref().map(|sent| sent.by.told(&self.body))
    }

    /// « Comité stratégique », for the body that sent it.
    pub fn receiver(&self) -> String {
        match &self.sent {
            Some(sent) => self.body.told(&sent.by),
            None => format!("«\u{a0}{}\u{a0}»", self.body.name),
        }
    }

    /// The page of the act `place` on it.
    pub fn at(&self, place: &str) -> String {
        format!("{}/{}/{place}", self.body.points(), self.id)
    }

    pub fn page(&self) -> String {
        format!("{}/{}", self.body.points(), self.id)
    }

    pub fn length(&self) -> String {
        crate::model::length(self.content.minutes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn brief(state: MeetingState, was_convened: bool) -> Brief {
        Brief {
            governance: "g".into(),
            slug: "r".into(),
            title: "Réunion".into(),
            starts_at: Timestamp::from_micros(1_795_258_800_000_000),
            zone: Zone::PARIS,
            state,
            was_convened,
        }
    }

    #[test]
    fn an_earlier_meeting_is_told_and_a_draft_that_was_given_up_is_not() {
        let told = brief(MeetingState::Closed, true).told().replace('\u{a0}', " ");
        assert_eq!(told, "Déjà à l'ordre du jour le 21 novembre 2026 (reporté)");
        assert!(brief(MeetingState::Cancelled, true).told().ends_with("(réunion annulée)"));
        assert!(!brief(MeetingState::Cancelled, false).is_public() && !brief(MeetingState::Draft, false).is_public());
    }

    proptest! {
        /// Whatever happens to what waits, one state at a time: what was carried over stays so, what is done is at most
        /// carried over, and only a proposal is ever refused.
        #[test]
        fn a_life_ends_and_only_a_proposal_is_refused(steps in proptest::collection::vec(select(WaitingState::ALL), 0..12), proposed: bool) {
            let mut state = if proposed { WaitingState::Proposed } else { WaitingState::Waiting };
            let first = state;
            let mut lives = vec![state];
            for next in steps {
                if state.require(next).is_ok() {
                    prop_assert!(state != WaitingState::Carried && (state != WaitingState::Done || next == WaitingState::Carried));
                    prop_assert!(next != WaitingState::Refused || state == WaitingState::Proposed);
                    prop_assert!(next != WaitingState::Proposed && next != state);
                    state = next;
                    lives.push(state);
                }
            }
            prop_assert!(first == WaitingState::Proposed || !lives.contains(&WaitingState::Refused));
        }
    }
}
