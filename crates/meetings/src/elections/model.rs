//! What an election is, who stands in it, which round comes next. Pure: no clock, no database.

use directory::Person;
use governance::Governance;
use governance::bodies::model::Body;
use governance::members::model::Member;
use kernel::{Id, PartialDate, Provenance, Timestamp, coded};

use crate::ballots::Outcome;
use crate::ballots::rule::{Base, Majority, Tie};

/// Most posts of an election, as many as one ballot has places.
pub const POSTS_MAX: usize = 50;
/// Most persons of a list.
pub const LIST_MAX: usize = 30;
/// Longest profession of faith, in characters.
pub const FAITH_MAX: usize = 4_000;
/// Days before the end of a term from which *À faire* asks for the next election.
pub const TERM_WARNED: i64 = 60;

coded! {
    /// Who stands together.
    pub enum Kind {
        Persons = "persons", "Des personnes, une par une";
        Pairs = "pairs", "Des binômes";
        Lists = "lists", "Des listes : celle qui l'emporte a tous les postes, dans son ordre";
    }
}

coded! {
    /// What those who are elected do.
    pub enum Office {
        Animator = "animator", "Animer l'instance : le pouvoir est donné pour la durée du mandat";
        Other = "other", "Une autre fonction, que l'outil ne fait que noter";
    }
}

coded! {
    /// The life of an election.
    pub enum ElectionState {
        Draft = "draft", "En préparation";
        Call = "call", "Appel à candidatures";
        Vote = "vote", "Vote";
        Done = "done", "Terminée";
        Abandoned = "abandoned", "Abandonnée";
    }
}

impl ElectionState {
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Abandoned)
    }

    pub fn badge(self) -> &'static str {
        match self {
            Self::Draft => "preparation",
            Self::Call | Self::Vote => "wait",
            Self::Done => "success",
            Self::Abandoned => "closed",
        }
    }
}

coded! {
    /// Where a candidacy stands.
    pub enum Standing {
        Asked = "asked", "Accord attendu";
        Stands = "standing", "Candidature";
        Declined = "declined", "Refusée";
        Withdrawn = "withdrawn", "Retirée";
        Elected = "elected", "Élue";
    }
}

impl Standing {
    /// Whoever is in it is in no other one.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Asked | Self::Stands | Self::Elected)
    }

    pub fn badge(self) -> &'static str {
        match self {
            Self::Asked => "wait",
            Self::Stands => "info",
            Self::Declined | Self::Withdrawn => "closed",
            Self::Elected => "success",
        }
    }
}

coded! {
    /// What somebody answers who is asked to stand.
    pub enum Reply {
        Asked = "asked", "Pas encore de réponse";
        Accepted = "accepted", "Accepte";
        Declined = "declined", "Refuse";
    }
}

/// An election as its pages show it.
#[derive(Clone, Debug)]
pub struct Election {
    pub id: Id<Self>,
    pub governance: Id<Governance>,
    pub body: Id<Body>,
    pub slug: String,
    pub title: String,
    pub description: String,
    pub office: Office,
    pub office_name: String,
    pub kind: Kind,
    /// Persons, or pairs, to elect.
    pub posts: usize,
    pub term: (PartialDate, PartialDate),
    /// One or two.
    pub rounds: usize,
    pub secret: bool,
    pub majority: Majority,
    pub base: Base,
    pub tie: Tie,
    pub state: ElectionState,
    /// When the call ends.
    pub closes_at: Option<Timestamp>,
    pub opened_at: Option<Timestamp>,
    /// Posts that were filled.
    pub filled: usize,
    pub reason: String,
    pub version: i64,
    pub provenance: Provenance,
}

impl Election {
    pub fn takes_candidacies(&self, now: Timestamp) -> bool {
        self.state == ElectionState::Call && self.closes_at.is_some_and(|closes| now < closes)
    }

    /// Posts that nobody has.
    pub fn open_posts(&self) -> usize {
        self.posts.saturating_sub(self.filled)
    }

    /// Who stands is told to everybody once the call is over, so that nobody waits to see who else stands.
    pub fn names_are_public(&self) -> bool {
        matches!(self.state, ElectionState::Vote | ElectionState::Done)
    }

    /// « Animation de l'instance », « Présidence ».
    pub fn office_words(&self) -> &str {
        match self.office {
            Office::Animator => "Animation de l'instance",
            Office::Other => &self.office_name,
        }
    }

    /// « 1 binôme », « 3 postes ».
    pub fn posts_words(&self) -> String {
        let plural = if self.posts > 1 { "s" } else { "" };
        match self.kind {
            Kind::Pairs => format!("{} binôme{plural}", self.posts),
            Kind::Persons | Kind::Lists => format!("{} poste{plural}", self.posts),
        }
    }

    /// « Majorité absolue des exprimés au premier tour, le plus de voix au second ».
    pub fn majority_words(&self) -> String {
        match (self.majority, self.rounds) {
            (Majority::Simple, _) => "Le plus de voix".to_owned(),
            (majority, 1) => format!("{majority} des {}", self.base.words()),
            (majority, _) => format!("{majority} des {} au premier tour, le plus de voix au second", self.base.words()),
        }
    }

    /// « du 1er janvier 2027 au 31 décembre 2027 ».
    pub fn term_words(&self) -> String {
        format!("du {} au {}", self.term.0.french(), self.term.1.french())
    }

    /// How many persons a candidacy has: at least, and at most.
    pub fn size(&self) -> (usize, usize) {
        match self.kind {
            Kind::Persons => (1, 1),
            Kind::Pairs => (2, 2),
            Kind::Lists => (2, LIST_MAX),
        }
    }

    /// What a candidacy that is elected takes of the posts.
    pub fn takes(&self, persons: usize) -> usize {
        match self.kind {
            Kind::Persons | Kind::Pairs => 1,
            Kind::Lists => persons.min(self.open_posts()),
        }
    }
}

/// A round of the vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    First,
    Second,
    /// Between those alone who have as many votes as each other.
    Tied,
}

/// The round to prepare now, when `past` tells what came of those that were published, in their order, and `open` how many
/// posts nobody has; nothing when it is over. A vote without quorum is no round.
pub fn next_round(rounds: usize, tie: Tie, open: usize, past: &[Outcome]) -> Option<Round> {
    if open == 0 {
        return None;
    }
    let counted: Vec<Outcome> = past.iter().copied().filter(|outcome| *outcome != Outcome::NoQuorum).collect();
    match counted.as_slice() {
        [] => Some(Round::First),
        [.., Outcome::Tied] if tie == Tie::SecondRound => Some(Round::Tied),
        [_] if rounds == 2 => Some(Round::Second),
        _ => None,
    }
}

/// A candidacy with its persons.
#[derive(Clone, Debug)]
pub struct Candidacy {
    pub id: Id<Self>,
    pub election: Id<Election>,
    /// The name of a list.
    pub title: String,
    pub faith: String,
    pub standing: Standing,
    /// The structure that proposed it.
    pub proposed_by: String,
    /// Entered by those who animate.
    pub entered: bool,
    pub candidates: Vec<Candidate>,
    pub version: i64,
}

/// A person of a candidacy, or the structure that is asked for one.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub rank: i64,
    pub member: Option<Id<Member>>,
    pub structure: String,
    pub person: Option<Id<Person>>,
    pub name: String,
    pub reply: Reply,
}

impl Candidate {
    /// « Camille Exemple (CCAS exemple) ».
    pub fn shown(&self) -> String {
        match (self.name.is_empty(), self.structure.is_empty()) {
            (true, _) => self.structure.clone(),
            (false, true) => self.name.clone(),
            (false, false) => format!("{} ({})", self.name, self.structure),
        }
    }
}

impl Candidacy {
    /// Those who stand.
    pub fn accepted(&self) -> impl Iterator<Item = &Candidate> {
        self.candidates.iter().filter(|one| one.reply == Reply::Accepted)
    }

    /// « Camille Exemple et Sacha Modèle », or the name of the list.
    pub fn label(&self) -> String {
        if !self.title.is_empty() {
            return self.title.clone();
        }
        let names: Vec<&str> = self.accepted().map(|one| one.name.as_str()).collect();
        match names.split_last() {
            Some((last, [])) => (*last).to_owned(),
            Some((last, first)) => format!("{} et {last}", first.join(", ")),
            None => String::new(),
        }
    }

    pub fn has(&self, person: Id<Person>) -> bool {
        self.accepted().any(|one| one.person == Some(person))
    }

    /// What the answers of its persons make of it: a pair or a person needs all of them; a list stands with two, and goes on
    /// without those who refuse.
    pub fn standing_by_replies(&self, kind: Kind) -> Standing {
        let count = |reply: Reply| self.candidates.iter().filter(|one| one.reply == reply).count();
        let (asked, accepted, declined) = (count(Reply::Asked), count(Reply::Accepted), count(Reply::Declined));
        match kind {
            Kind::Persons | Kind::Pairs if declined > 0 => Standing::Declined,
            Kind::Lists if accepted + asked < 2 => Standing::Declined,
            _ if asked > 0 => Standing::Asked,
            _ => Standing::Stands,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rounds_follow_the_rule() {
        use Outcome::{NoQuorum, Rejected, Retained, Tied};
        let next = |rounds, open, past: &[Outcome]| next_round(rounds, Tie::SecondRound, open, past);
        assert_eq!(next(1, 1, &[]), Some(Round::First));
        assert_eq!(next(1, 1, &[NoQuorum, NoQuorum]), Some(Round::First));
        assert_eq!(next(1, 1, &[Rejected]), None);
        assert_eq!(next(2, 1, &[Rejected]), Some(Round::Second));
        assert_eq!(next(2, 1, &[Retained]), Some(Round::Second));
        assert_eq!(next(2, 1, &[Rejected, NoQuorum]), Some(Round::Second));
        assert_eq!(next(2, 1, &[Rejected, Rejected]), None);
        assert_eq!(next(1, 1, &[Tied]), Some(Round::Tied));
        assert_eq!(next(2, 2, &[Retained, Tied]), Some(Round::Tied));
        assert_eq!(next(2, 0, &[Tied]), None);
        // The chair has settled it, or nobody is retained: there is nothing between the tied to vote on.
        assert_eq!(next_round(1, Tie::Chair, 1, &[Tied]), None);
    }

    fn candidacy(replies: &[Reply]) -> Candidacy {
        let candidate = |(rank, reply): (i64, &Reply)| Candidate {
            rank,
            member: None,
            structure: "CCAS".into(),
            person: None,
            name: format!("P{rank}"),
            reply: *reply,
        };
        Candidacy {
            id: Id::from_uuid(uuid::Uuid::nil()),
            election: Id::from_uuid(uuid::Uuid::nil()),
            title: String::new(),
            faith: String::new(),
            standing: Standing::Asked,
            proposed_by: String::new(),
            entered: false,
            candidates: (1i64..).zip(replies).map(candidate).collect(),
            version: 1,
        }
    }

    #[test]
    fn a_candidacy_stands_when_all_have_accepted() {
        use Reply::{Accepted, Asked, Declined};
        let standing = |kind, replies: &[Reply]| candidacy(replies).standing_by_replies(kind);
        assert_eq!(standing(Kind::Persons, &[Asked]), Standing::Asked);
        assert_eq!(standing(Kind::Persons, &[Accepted]), Standing::Stands);
        assert_eq!(standing(Kind::Pairs, &[Accepted, Asked]), Standing::Asked);
        assert_eq!(standing(Kind::Pairs, &[Accepted, Declined]), Standing::Declined);
        assert_eq!(standing(Kind::Lists, &[Accepted, Declined, Accepted]), Standing::Stands);
        assert_eq!(standing(Kind::Lists, &[Accepted, Declined, Asked]), Standing::Asked);
        assert_eq!(standing(Kind::Lists, &[Accepted, Declined, Declined]), Standing::Declined);
        assert_eq!(candidacy(&[Accepted, Accepted]).label(), "P1 et P2");
        assert_eq!(candidacy(&[Accepted, Declined, Accepted, Accepted]).label(), "P1, P3 et P4");
        assert_eq!(candidacy(&[Asked]).label(), "");
    }

    proptest! {
        /// Whatever comes of each round, an election ends: after two rounds only those who are tied vote again.
        #[test]
        fn rounds_end(rounds in 1usize..=2, past in prop::collection::vec(0usize..5, 0..8)) {
            const ALL: [Outcome; 5] = [Outcome::Adopted, Outcome::Rejected, Outcome::Retained, Outcome::Tied, Outcome::NoQuorum];
            let past: Vec<Outcome> = past.into_iter().map(|one| ALL[one]).collect();
            let counted = past.iter().filter(|one| **one != Outcome::NoQuorum).count();
            match next_round(rounds, Tie::SecondRound, 1, &past) {
                Some(Round::First) => prop_assert_eq!(counted, 0),
                Some(Round::Second) => prop_assert!(counted == 1 && rounds == 2),
                Some(Round::Tied) => prop_assert!(counted >= 1),
                None => prop_assert!(counted >= rounds),
            }
        }
    }
}
