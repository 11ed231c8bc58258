//! What a meeting is; its agenda with running hours; who counts for the quorum. Pure: no clock, no database.

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

    /// True for everyone but those who prepare it, as long as it is a draft.
    pub fn is_hidden(&self) -> bool {
        self.state == MeetingState::Draft
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

/// The quorum of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuorumRule {
    None,
    /// A share of those who are called: of those with a vote where some have one. `strictly`: more than the share.
    Share {
        numerator: i64,
        denominator: i64,
        strictly: bool,
    },
    /// As `Share`, of one college.
    CollegeShare {
        college: Id<College>,
        numerator: i64,
        denominator: i64,
        strictly: bool,
    },
    Number(i64),
}

/// Whether a body may decide now, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quorum {
    pub met: bool,
    pub there: i64,
    pub called: i64,
    pub needed: i64,
    pub sentence: String,
}

/// The least number that carries a share of `of`: at least the share, or more than it.
pub fn least(of: i64, numerator: i64, denominator: i64, strictly: bool) -> i64 {
    let (product, denominator) = (of.saturating_mul(numerator), denominator.max(1));
    if strictly { product / denominator + 1 } else { (product + denominator - 1) / denominator }
}

/// The quorum of one body among those who were called, as they are there at this moment. A proxy counts as long as whoever
/// holds it is there; the proxy of a proxy counts for nothing.
pub fn quorum(rule: QuorumRule, second: bool, body: Id<Body>, everyone: &[Participant]) -> Quorum {
    let college = match rule {
        QuorumRule::CollegeShare { college, .. } => Some(college),
        _ => None,
    };
    let place = |one: &Participant| one.places.iter().find(|(other, ..)| *other == body).copied();
    let inside = |one: &&Participant| place(one).is_some_and(|(_, _, own)| college.is_none() || own == college);
    let voting = everyone.iter().filter(inside).any(|one| place(one).is_some_and(|(_, voting, _)| voting));
    let counted: Vec<&Participant> =
        everyone.iter().filter(inside).filter(|one| !voting || place(one).is_some_and(|(_, votes, _)| votes)).collect();
    let is_there = |one: &Participant| match one.presence {
        Presence::Principal | Presence::Deputy => true,
        Presence::Proxy => {
            one.proxy.is_some_and(|holder| everyone.iter().any(|other| other.id == holder && other.presence.is_there()))
        }
        Presence::Unknown | Presence::Absent => false,
    };
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let (called, there) = (count(counted.len()), count(counted.iter().filter(|one| is_there(one)).count()));
    let needed = match rule {
        _ if second => 0,
        QuorumRule::None => 0,
        QuorumRule::Share { numerator, denominator, strictly }
        | QuorumRule::CollegeShare { numerator, denominator, strictly, .. } => {
            least(called, numerator, denominator, strictly)
        }
        QuorumRule::Number(number) => number,
    };
    // Where nobody is called, nothing can be decided that asks for a quorum.
    let free = second || rule == QuorumRule::None;
    let met = free || (called > 0 && there >= needed);
    let plural = if there > 1 { "s" } else { "" };
    let present = format!("{there} présent{plural} ou représenté{plural} sur {called}");
    let sentence = match (free, met) {
        _ if second => format!("{present}. Seconde convocation : aucun quorum n'est demandé."),
        (true, _) => format!("{present}. Aucun quorum n'est demandé."),
        (false, true) => format!("{present}, quorum de {needed} atteint."),
        (false, false) => format!("{present}, quorum de {needed} non atteint."),
    };
    Quorum { met, there, called, needed, sentence }
}

/// Why a proxy cannot be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyFault {
    Oneself,
    NotInTheBody,
    /// Whoever would hold it has given its own.
    HolderIsRepresented,
    /// Whoever gives it holds some: the proxy of a proxy.
    GiverHoldsSome,
    TooMany(i64),
}

impl std::fmt::Display for ProxyFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Oneself => f.write_str("Une structure ne se donne pas pouvoir à elle-même."),
            Self::NotInTheBody => f.write_str("Un pouvoir se donne à une structure qui siège dans la même instance."),
            Self::HolderIsRepresented => {
                f.write_str("Cette structure est elle-même représentée : choisissez-en une autre.")
            }
            Self::GiverHoldsSome => {
                f.write_str("Cette structure détient déjà un pouvoir : elle ne peut pas donner le sien en plus.")
            }
            Self::TooMany(most) => {
                let plural = if *most > 1 { "s" } else { "" };
                write!(f, "Cette structure détient déjà {most} pouvoir{plural}, le plus possible dans cette instance.")
            }
        }
    }
}

/// May `giver` be represented by `holder`? `most` is the limit of proxies of one holder. Whoever has given its proxy is
/// told by `proxy`, in answer or in session.
pub fn check_proxy(
    everyone: &[Participant],
    giver: &Participant,
    holder: &Participant,
    most: i64,
) -> Result<(), ProxyFault> {
    if giver.id == holder.id {
        return Err(ProxyFault::Oneself);
    }
    if !giver.places.iter().any(|(body, ..)| holder.sits_in(*body)) {
        return Err(ProxyFault::NotInTheBody);
    }
    if holder.proxy.is_some() {
        return Err(ProxyFault::HolderIsRepresented);
    }
    if everyone.iter().any(|one| one.proxy == Some(giver.id)) {
        return Err(ProxyFault::GiverHoldsSome);
    }
    let held = everyone.iter().filter(|one| one.proxy == Some(holder.id) && one.id != giver.id).count();
    if i64::try_from(held).unwrap_or(i64::MAX) >= most {
        return Err(ProxyFault::TooMany(most));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn id<T>(number: u128) -> Id<T> {
        Id::from_uuid(Uuid::from_u128(number))
    }

    const BODY: u128 = 900;

    fn one(number: u128, presence: Presence) -> Participant {
        Participant {
            id: id(number),
            member: None,
            organisation: None,
            name: format!("n° {number}"),
            reply: Reply::None,
            presence,
            proxy: None,
            arrived_at: None,
            left_at: None,
            places: vec![(id(BODY), true, None)],
        }
    }

    fn half(everyone: &[Participant]) -> Quorum {
        quorum(QuorumRule::Share { numerator: 1, denominator: 2, strictly: false }, false, id(BODY), everyone)
    }

    #[test]
    fn the_sentence_explains_the_quorum() {
        let mut everyone: Vec<_> = (1..=21).map(|n| one(n, Presence::Absent)).collect();
        everyone[..10].iter_mut().for_each(|one| one.presence = Presence::Principal);
        assert_eq!(half(&everyone).sentence, "10 présents ou représentés sur 21, quorum de 11 non atteint.");
        everyone[10].presence = Presence::Proxy;
        everyone[10].proxy = Some(id(1));
        assert_eq!(half(&everyone).sentence, "11 présents ou représentés sur 21, quorum de 11 atteint.");
        // Whoever holds the proxy leaves: both are gone.
        everyone[0].presence = Presence::Absent;
        assert_eq!(half(&everyone).there, 9);
        let again = quorum(QuorumRule::Number(15), true, id(BODY), &everyone);
        assert!(again.met && again.sentence.contains("Seconde convocation"), "{again:?}");
    }

    #[test]
    fn those_without_a_vote_do_not_count_where_some_have_one() {
        let mut everyone: Vec<_> = (1..=4).map(|n| one(n, Presence::Principal)).collect();
        everyone[3].places[0].1 = false;
        assert_eq!(half(&everyone).called, 3);
        everyone.iter_mut().for_each(|one| one.places[0].1 = false);
        assert_eq!(half(&everyone).called, 4, "an assembly without votes counts everyone");
    }

    #[test]
    fn a_college_counts_for_itself() {
        let mut everyone: Vec<_> = (1..=6).map(|n| one(n, Presence::Principal)).collect();
        everyone[..2].iter_mut().for_each(|one| one.places[0].2 = Some(id(5)));
        everyone[0].presence = Presence::Absent;
        let rule = QuorumRule::CollegeShare { college: id(5), numerator: 1, denominator: 2, strictly: true };
        let found = quorum(rule, false, id(BODY), &everyone);
        assert_eq!((found.called, found.there, found.needed, found.met), (2, 1, 2, false));
    }

    #[test]
    fn a_body_without_members_decides_nothing_that_asks_for_a_quorum() {
        assert!(!half(&[]).met, "half of nobody is nobody");
        assert!(!quorum(QuorumRule::Number(1), false, id(BODY), &[]).met);
        let strict = QuorumRule::Share { numerator: 1, denominator: 2, strictly: true };
        assert!(!quorum(strict, false, id(BODY), &[]).met);
    }

    #[test]
    fn a_proxy_goes_once_to_somebody_of_the_body() {
        let mut everyone: Vec<_> = (1..=5).map(|n| one(n, Presence::Unknown)).collect();
        let check =
            |everyone: &[Participant], from: usize, to: usize| check_proxy(everyone, &everyone[from], &everyone[to], 1);
        assert_eq!(check(&everyone, 0, 1), Ok(()));
        assert_eq!(check(&everyone, 0, 0), Err(ProxyFault::Oneself));
        everyone[0].proxy = Some(id(2));
        assert_eq!(check(&everyone, 0, 1), Ok(()), "saying it again is no second proxy");
        assert_eq!(check(&everyone, 2, 1), Err(ProxyFault::TooMany(1)));
        assert_eq!(check(&everyone, 2, 0), Err(ProxyFault::HolderIsRepresented));
        assert_eq!(check(&everyone, 1, 2), Err(ProxyFault::GiverHoldsSome));
        everyone[3].places = vec![(id(901), true, None)];
        assert_eq!(check(&everyone, 4, 3), Err(ProxyFault::NotInTheBody));
    }

    #[test]
    fn hours_run_and_an_agenda_that_is_too_long_says_so() {
        let start = Timestamp::from_micros(0);
        let (begins, over) = running_hours(start, 60, &[10, 20, 45]);
        let minutes: Vec<i64> = begins.iter().map(|at| at.as_micros() / kernel::time::MINUTE).collect();
        assert_eq!((minutes, over), (vec![0, 10, 30], 15));
        assert_eq!(running_hours(start, 60, &[]), (Vec::new(), 0));
        assert_eq!((length(120), length(90), length(45)), ("2 h".into(), "1 h 30".into(), "45 min".into()));
    }

    proptest! {
        /// Somebody who arrives never undoes a quorum; `least` is the least that carries the share.
        #[test]
        fn presence_only_helps(states in prop::collection::vec(0u8..3, 0..40), numerator in 0i64..5, denominator in 1i64..5, strictly: bool, arrives in 0usize..40) {
            let presence = |state: &u8| match state { 0 => Presence::Absent, 1 => Presence::Principal, _ => Presence::Deputy };
            let mut everyone: Vec<_> = states.iter().enumerate().map(|(n, state)| one(n as u128 + 1, presence(state))).collect();
            let rule = QuorumRule::Share { numerator, denominator, strictly };
            let before = quorum(rule, false, id(BODY), &everyone);
            prop_assert!(before.there <= before.called);
            if let Some(one) = everyone.get_mut(arrives) {
                one.presence = Presence::Principal;
            }
            let after = quorum(rule, false, id(BODY), &everyone);
            prop_assert!(after.there >= before.there && (!before.met || after.met));
            let (of, needed) = (before.called, before.needed);
            let carries = |n: i64| if strictly { n * denominator > of * numerator } else { n * denominator >= of * numerator };
            prop_assert!(carries(needed) && (needed == 0 || !carries(needed - 1)));
        }
    }
}
