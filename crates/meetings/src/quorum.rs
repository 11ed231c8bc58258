//! Whether a body may decide, and who may speak for whom. Pure: no clock, no database.

use governance::bodies::model::Body;
use governance::members::model::College;
use kernel::Id;

use crate::model::{Participant, Presence};

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
    reached(rule, second, called, there, "présent ou représenté")
}

/// Whether `there` of those who are `called` make the quorum, told of people who are `what`: « présent ou représenté »,
/// « votant ».
pub fn reached(rule: QuorumRule, second: bool, called: i64, there: i64, what: &str) -> Quorum {
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
    let what = if there > 1 { what.split(' ').map(plural).collect::<Vec<_>>().join(" ") } else { what.to_owned() };
    let present = format!("{there} {what} sur {called}");
    let sentence = match (free, met) {
        _ if second => format!("{present}. Seconde convocation : aucun quorum n'est demandé."),
        (true, _) => format!("{present}. Aucun quorum n'est demandé."),
        (false, true) => format!("{present}, quorum de {needed} atteint."),
        (false, false) => format!("{present}, quorum de {needed} non atteint."),
    };
    Quorum { met, there, called, needed, sentence }
}

/// « présents » ; « ou » stays.
fn plural(word: &str) -> String {
    if word == "ou" { word.to_owned() } else { format!("{word}s") }
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
    use crate::model::Reply;
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

    proptest! {
        /// Whoever stands on a roll without a place in the body (a guest, a member of another body) changes nothing of its
        /// quorum, whether they come or not.
        #[test]
        fn who_does_not_sit_never_counts(members in 0usize..20, there in 0usize..20, besides in prop::collection::vec(0u8..3, 1..20), numerator in 0i64..5, denominator in 1i64..5, strictly: bool) {
            let mut everyone: Vec<_> = (0..members).map(|n| one(n as u128 + 1, if n < there { Presence::Principal } else { Presence::Absent })).collect();
            let rule = QuorumRule::Share { numerator, denominator, strictly };
            let alone = quorum(rule, false, id(BODY), &everyone);
            for (n, state) in besides.iter().enumerate() {
                let presence = match state { 0 => Presence::Absent, 1 => Presence::Principal, _ => Presence::Unknown };
                everyone.push(Participant { places: if *state == 2 { vec![(id(901), true, None)] } else { Vec::new() }, ..one(1_000 + n as u128, presence) });
            }
            prop_assert_eq!(alone, quorum(rule, false, id(BODY), &everyone));
        }

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
