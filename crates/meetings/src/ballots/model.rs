//! What a ballot is, who sees what of it, what a vote may choose. Pure.

use governance::Governance;
use governance::bodies::model::Body;
use kernel::{Error, Id, Provenance, Result, Timestamp, coded};

use super::rule::{Majority, Rule, Tally, Tie};
use crate::elections::{Candidacy, Election};
use crate::model::Item;

coded! {
    /// What is asked.
    pub enum Form {
        Proposal = "proposal", "Une proposition : pour, contre ou abstention";
        One = "one", "Un choix parmi plusieurs";
        Several = "several", "Plusieurs choix";
    }
}

coded! {
    pub enum Way {
        Live = "live", "En séance";
        Written = "written", "Consultation écrite, sur plusieurs jours";
    }
}

coded! {
    /// The life of a ballot.
    pub enum BallotState {
        Draft = "draft", "En préparation";
        Open = "open", "Ouvert";
        Closed = "closed", "Clos, à publier";
        Published = "published", "Publié";
        Abandoned = "abandoned", "Abandonné";
    }
}

impl BallotState {
    /// Draft → open → closed → published; what is not closed may be abandoned, nothing opens again.
    pub fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Draft, Self::Open | Self::Abandoned)
                | (Self::Open, Self::Closed | Self::Abandoned)
                | (Self::Closed, Self::Published)
        )
    }

    pub fn badge(self) -> &'static str {
        match self {
            Self::Draft => "preparation",
            Self::Open => "wait",
            Self::Closed => "info",
            Self::Published => "success",
            Self::Abandoned => "closed",
        }
    }
}

coded! {
    /// What came of it.
    pub enum Outcome {
        Adopted = "adopted", "Adopté";
        Rejected = "rejected", "Rejeté";
        Retained = "retained", "Choix fait";
        Tied = "tied", "Égalité à départager";
        NoQuorum = "no_quorum", "Sans effet : quorum non atteint";
    }
}

impl Outcome {
    pub fn badge(self) -> &'static str {
        match self {
            Self::Adopted | Self::Retained => "success",
            Self::Rejected => "closed",
            Self::Tied => "wait",
            Self::NoQuorum => "warning",
        }
    }
}

/// One of the answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub label: String,
    pub description: String,
    /// Once it is counted; nothing of a secret ballot with fewer than three votes.
    pub votes: Option<i64>,
    pub retained: bool,
    pub tied: bool,
    /// The candidacy for which it stands, in an election.
    pub candidacy: Option<Id<Candidacy>>,
    /// It was withdrawn while people voted: what was voted for it counts as blank.
    pub withdrawn: bool,
}

impl Answer {
    /// Its label, and that it was withdrawn.
    pub fn shown(&self) -> String {
        if self.withdrawn { format!("{} (candidature retirée)", self.label) } else { self.label.clone() }
    }
}

/// A ballot as its pages show it.
#[derive(Clone, Debug)]
pub struct Ballot {
    pub id: Id<Self>,
    pub governance: Id<Governance>,
    pub body: Id<Body>,
    pub slug: String,
    pub item: Option<Id<Item>>,
    pub question: String,
    pub description: String,
    pub form: Form,
    /// Most answers that one vote may name.
    pub most: usize,
    pub secret: bool,
    pub way: Way,
    pub rule: Rule,
    pub publishes: bool,
    pub state: BallotState,
    pub closes_at: Option<Timestamp>,
    pub opened_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub published_at: Option<Timestamp>,
    pub quorum: String,
    pub outcome: Option<Outcome>,
    pub sentence: String,
    /// What was counted; nothing before the close, nor of a secret ballot with fewer than three votes.
    pub tally: Option<Tally>,
    pub reason: String,
    pub follows: Option<Id<Self>>,
    /// The election of which it is a round.
    pub election: Option<Id<Election>>,
    pub answers: Vec<Answer>,
    pub version: i64,
    pub provenance: Provenance,
}

/// Fewest votes of a secret ballot whose counts are told: with fewer, they would tell who voted what.
pub const SECRET_LEAST: i64 = 3;

/// Who reads, as far as a ballot is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader {
    /// Animates the body.
    pub manages: bool,
    /// Represents a member that sits there.
    pub sits: bool,
    /// The ballot stands on the agenda of a meeting that nobody else sees yet.
    pub hidden: bool,
}

impl Ballot {
    /// Everybody sees what is open or over; what is prepared, those who animate; once it is announced, those who sit too.
    pub fn is_seen_by(&self, reader: Reader) -> bool {
        match self.state {
            _ if reader.manages => true,
            BallotState::Draft => reader.sits && !reader.hidden,
            BallotState::Abandoned => reader.sits && self.opened_at.is_some(),
            BallotState::Open | BallotState::Closed | BallotState::Published => !reader.hidden,
        }
    }

    /// The result is for everybody once it is published, and before for whoever publishes it; never before the close.
    pub fn shows_result_to(&self, reader: Reader) -> bool {
        match self.state {
            BallotState::Published => true,
            BallotState::Closed => reader.manages,
            BallotState::Draft | BallotState::Open | BallotState::Abandoned => false,
        }
    }

    /// What each seat voted is told with the result of a public ballot.
    pub fn shows_voices_to(&self, reader: Reader) -> bool {
        !self.secret && self.shows_result_to(reader)
    }

    pub fn takes_votes(&self, now: Timestamp) -> bool {
        self.state == BallotState::Open && self.closes_at.is_none_or(|closes| now < closes)
    }

    pub fn is_written(&self) -> bool {
        self.way == Way::Written
    }

    /// How many answers are retained already.
    fn retained(&self) -> usize {
        self.answers.iter().filter(|answer| answer.retained).count()
    }

    /// How many places are left once the answers that are retained have theirs; of a proposal, its only one.
    pub fn free_places(&self) -> usize {
        if self.form == Form::Proposal { 1 } else { self.rule.places.saturating_sub(self.retained()) }
    }

    /// A tie waits for the chair.
    pub fn waits_for_chair(&self) -> bool {
        self.outcome == Some(Outcome::Tied) && self.rule.tie == Tie::Chair
    }

    /// Something is left that a second round may decide. That of an election is prepared with the election.
    pub fn may_go_on(&self) -> bool {
        self.election.is_none()
            && matches!(self.state, BallotState::Closed | BallotState::Published)
            && match self.outcome {
                Some(Outcome::Tied) => self.rule.tie == Tie::SecondRound,
                Some(Outcome::NoQuorum) => true,
                Some(Outcome::Rejected) => self.form != Form::Proposal,
                Some(Outcome::Retained) => self.free_places() > 0,
                Some(Outcome::Adopted) | None => false,
            }
    }

    /// « Majorité des deux tiers des exprimés ».
    pub fn rule_words(&self) -> String {
        let base = self.rule.counted_base().words();
        let share = match self.rule.majority {
            Majority::Simple if self.form == Form::Proposal => {
                "Majorité simple : plus de pour que de contre".to_owned()
            }
            Majority::Simple => "Majorité simple : le plus de voix".to_owned(),
            Majority::Absolute => format!("Majorité absolue : plus de la moitié des {base}"),
            Majority::TwoThirds => format!("Au moins deux tiers des {base}"),
            Majority::ThreeQuarters => format!("Au moins trois quarts des {base}"),
            Majority::Unanimity => format!("Unanimité des {base}"),
        };
        match self.rule.places {
            1 => share,
            places => format!("{share} ; {places} réponses retenues au plus"),
        }
    }
}

/// What was chosen, as its ranks, from the codes of a form: « 0 », « 2 », or « blanc ».
///
/// # Errors
/// `choice` when nothing is chosen, when a blank vote names something too, when there are too many, or what is no answer.
pub fn read_choice(ballot: &Ballot, typed: &[&str]) -> Result<Vec<usize>> {
    let wrong = |sentence: String| Err(Error::invalid("choice", sentence));
    let blank = typed.contains(&BLANK);
    let mut chosen = Vec::new();
    for code in typed.iter().filter(|code| **code != BLANK) {
        let rank: Option<usize> = code.parse().ok();
        match rank.and_then(|rank| Some((rank, ballot.answers.get(rank)?))) {
            Some((_, answer)) if answer.withdrawn => {
                return wrong(format!("« {} » s'est retiré : choisissez une autre réponse.", answer.label));
            }
            Some((rank, _)) => chosen.push(rank),
            None => return wrong("Choisissez une réponse de la liste.".to_owned()),
        }
    }
    chosen.sort_unstable();
    chosen.dedup();
    if blank && !chosen.is_empty() {
        return wrong("Un vote blanc ne choisit rien d'autre : décochez l'un ou l'autre.".to_owned());
    }
    if !blank && chosen.is_empty() {
        return wrong("Choisissez une réponse.".to_owned());
    }
    if chosen.len() > ballot.most {
        let most = ballot.most;
        let plural = if most > 1 { "s" } else { "" };
        return wrong(format!("{most} réponse{plural} au plus : vous en avez coché {}.", chosen.len()));
    }
    Ok(chosen)
}

/// The code of an abstention or a blank vote in a form.
pub const BLANK: &str = "blanc";

/// « 0,2 », as it is kept.
pub fn write_choice(choice: &[usize]) -> String {
    choice.iter().map(usize::to_string).collect::<Vec<_>>().join(",")
}

/// The ranks that [`write_choice`] wrote.
pub fn kept_choice(kept: &str) -> Vec<usize> {
    kept.split(',').filter_map(|rank| rank.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_opens_again() {
        use kernel::coded::Coded as _;
        for state in BallotState::ALL {
            assert!(!state.may_become(BallotState::Draft));
            assert_eq!(state.may_become(BallotState::Open), *state == BallotState::Draft);
        }
    }

    proptest! {
        #[test]
        fn a_choice_is_kept_as_it_was_made(mut choice in prop::collection::vec(0usize..50, 0..50)) {
            choice.sort_unstable();
            choice.dedup();
            prop_assert_eq!(kept_choice(&write_choice(&choice)), choice);
        }
    }
}
