//! The roll of a ballot and who may vote for whom. Pure: no clock, no database.

use directory::{Organisation, Person};
use governance::Governance;
use governance::bodies::votes::votes_words;
use governance::members::model::{College, Member};
use kernel::{Id, Reach, RoleKind, Who, coded};

use crate::model::Participant;

/// A seat on the roll: an organisation's only one, one of several, or that of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    pub id: Id<Self>,
    pub member: Option<Id<Member>>,
    pub organisation: Option<Id<Organisation>>,
    /// « MSA », « Département (siège 2 sur 5) », « Préfet ».
    pub name: String,
    pub college: Option<(Id<College>, String)>,
    /// Its number of votes.
    pub weight: i64,
    /// Why it has them: « collège des communes »; nothing where nothing is to explain.
    pub because: String,
    /// There, or represented, when the ballot opened; everybody in a written consultation.
    pub present: bool,
    /// The member that holds its proxy, with its name.
    pub holder: Option<(Id<Member>, String)>,
    pub participant: Option<Id<Participant>>,
}

coded! {
    /// Who votes for a seat. The first ones come before the others.
    pub enum ByWhom {
        Principal = "principal", "Titulaire";
        Deputy = "deputy", "Suppléance";
        Proxy = "proxy", "Pouvoir";
        Entered = "entered", "Saisi en séance";
    }
}

impl ByWhom {
    /// In brackets beside a vote; nothing for the principal's.
    pub fn note(self) -> &'static str {
        match self {
            Self::Principal => "",
            Self::Deputy => "suppléance",
            Self::Proxy => "pouvoir",
            Self::Entered => "en séance",
        }
    }
}

/// Who has voted for a seat, or wants to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voter {
    pub by: ByWhom,
    /// Kept until the close.
    pub person: Option<Id<Person>>,
}

/// Why a vote is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlreadyVoted(pub ByWhom);

impl std::fmt::Display for AlreadyVoted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let by = match self.0 {
            ByWhom::Principal => "par sa titulaire ou son titulaire",
            ByWhom::Deputy => "par sa suppléance",
            ByWhom::Proxy => "par la structure qui détient son pouvoir",
            ByWhom::Entered => "en séance",
        };
        write!(f, "Votre structure a déjà voté, {by} : une structure ne vote qu'une fois.")
    }
}

/// May `new` take the place of the vote that `known` gave? The same person may change it until the close, and whoever comes
/// before in [`ByWhom`] may replace it: a deputy never overrides the principal. What is entered in session may be entered
/// again, never on top of what somebody gave.
pub fn accept(known: Option<Voter>, new: Voter) -> Result<(), AlreadyVoted> {
    let Some(known) = known else { return Ok(()) };
    let same = match (known.person, new.person) {
        (Some(one), Some(other)) => one == other,
        (None, None) => known.by == ByWhom::Entered && new.by == ByWhom::Entered,
        _ => false,
    };
    if same || new.by < known.by { Ok(()) } else { Err(AlreadyVoted(known.by)) }
}

/// In which quality the person speaks for a member.
pub fn speaks(who: &Who, governance: Id<Governance>, member: Id<Member>) -> Option<ByWhom> {
    let reach = Reach::Member { governance: governance.uuid(), member: member.uuid() };
    let held = |kind: RoleKind| who.roles.iter().any(|role| role.kind == kind && role.reach == reach);
    if held(RoleKind::Representative) {
        Some(ByWhom::Principal)
    } else if held(RoleKind::Deputy) {
        Some(ByWhom::Deputy)
    } else {
        None
    }
}

/// The members for which the person speaks in a governance.
pub fn spoken_for(who: &Who, governance: Id<Governance>) -> Vec<Id<Member>> {
    let mut all: Vec<Id<Member>> = Vec::new();
    for role in &who.roles {
        let Reach::Member { governance: of, member } = role.reach else { continue };
        let member = Id::from_uuid(member);
        if of == governance.uuid() && !all.contains(&member) {
            all.push(member);
        }
    }
    all
}

/// The seats for which the person may vote, each with its quality: those of the members it represents, then those whose
/// proxy these hold.
pub fn seats_of<'a>(who: &Who, governance: Id<Governance>, roll: &'a [Seat]) -> Vec<(&'a Seat, ByWhom)> {
    let own = roll.iter().filter_map(|seat| Some((seat, speaks(who, governance, seat.member?)?)));
    let held = roll.iter().filter(|seat| {
        let holds = seat.holder.as_ref().is_some_and(|(holder, _)| speaks(who, governance, *holder).is_some());
        holds && seat.member.is_none_or(|member| speaks(who, governance, member).is_none())
    });
    own.chain(held.map(|seat| (seat, ByWhom::Proxy))).collect()
}

/// Among the seats of one member, the one for which this person votes: the one it voted for, else the first free one; where
/// there is but one, that one. `taken` tells who has voted for each of `seats`.
///
/// Several delegates of one organisation each have a seat, and may vote otherwise than the others.
pub fn own_seat<T: Copy>(seats: &[(T, Option<Voter>)], person: Id<Person>) -> Option<T> {
    let mine = seats.iter().find(|(_, taken)| taken.is_some_and(|voter| voter.person == Some(person)));
    let free = || seats.iter().find(|(_, taken)| taken.is_none());
    let only = || seats.first().filter(|_| seats.len() == 1);
    mine.or_else(free).or_else(only).map(|(seat, _)| *seat)
}

/// « Votre structure vote : elle siège dans cette instance, avec une voix. » Said before the opening and after it.
pub fn entitlement(seat: &Seat, by: ByWhom, written: bool) -> String {
    let voices = match seat.because.as_str() {
        "" => votes_words(seat.weight),
        why => format!("{} : {why}", votes_words(seat.weight)),
    };
    match (by, &seat.holder) {
        (ByWhom::Proxy, _) => format!("« {} » vous a donné pouvoir : vous votez pour elle, avec {voices}.", seat.name),
        _ if !seat.present && !written => {
            format!("« {} » n'est pas notée présente ni représentée : elle ne vote pas en séance.", seat.name)
        }
        (ByWhom::Deputy, _) => format!(
            "« {} » siège dans cette instance, avec {voices}. Vous votez en suppléance : si votre titulaire vote, c'est son vote qui compte.",
            seat.name
        ),
        (_, Some((_, holder))) => format!(
            "« {} » siège dans cette instance, avec {voices}. Elle a donné pouvoir à « {holder} » : si vous votez vous-même, c'est votre vote qui compte.",
            seat.name
        ),
        _ => format!("« {} » siège dans cette instance, avec {voices}.", seat.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::permission::Role;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn id<T>(number: u128) -> Id<T> {
        Id::from_uuid(Uuid::from_u128(number))
    }

    fn voter(by: ByWhom, person: u128) -> Voter {
        Voter { by, person: (by != ByWhom::Entered).then(|| id(person)) }
    }

    fn seat(number: u128, member: u128, holder: Option<u128>) -> Seat {
        Seat {
            id: id(number),
            member: Some(id(member)),
            organisation: None,
            name: format!("n° {member}"),
            college: None,
            weight: 1,
            because: String::new(),
            present: true,
            holder: holder.map(|holder| (id(holder), format!("n° {holder}"))),
            participant: None,
        }
    }

    #[test]
    fn a_deputy_never_overrides_the_principal() {
        use ByWhom::{Deputy, Entered, Principal, Proxy};
        for (known, new, taken) in [
            (voter(Principal, 1), voter(Deputy, 2), false),
            (voter(Deputy, 2), voter(Principal, 1), true),
            (voter(Principal, 1), voter(Principal, 1), true),
            (voter(Principal, 1), voter(Principal, 3), false),
            (voter(Proxy, 4), voter(Deputy, 2), true),
            (voter(Deputy, 2), voter(Proxy, 4), false),
            (voter(Entered, 0), voter(Proxy, 4), true),
            (voter(Deputy, 2), voter(Entered, 0), false),
            (voter(Entered, 0), voter(Entered, 0), true),
            // Whoever became principal meanwhile changes what they gave as a deputy.
            (voter(Deputy, 2), voter(Principal, 2), true),
            (voter(Principal, 2), voter(Deputy, 2), true),
        ] {
            assert_eq!(accept(Some(known), new).is_ok(), taken, "{known:?} {new:?}");
        }
        assert!(accept(Some(voter(Principal, 1)), voter(Deputy, 2)).unwrap_err().to_string().contains("a déjà voté"));
    }

    #[test]
    fn a_person_votes_for_its_own_and_for_the_proxies_they_hold() {
        let governance: Id<Governance> = id(9);
        let reach = |member: u128| Reach::Member { governance: governance.uuid(), member: Uuid::from_u128(member) };
        let who = Who::person(Uuid::from_u128(1), None, vec![Role::new(RoleKind::Deputy, reach(10))]);
        let roll = [seat(1, 10, None), seat(2, 11, Some(10)), seat(3, 12, None), seat(4, 13, Some(12))];
        let found: Vec<(Id<Seat>, ByWhom)> =
            seats_of(&who, governance, &roll).iter().map(|(seat, by)| (seat.id, *by)).collect();
        assert_eq!(found, [(id(1), ByWhom::Deputy), (id(2), ByWhom::Proxy)]);
        // Of another governance: nothing.
        assert!(seats_of(&who, id(8), &roll).is_empty());
    }

    #[test]
    fn the_reason_is_told_in_a_sentence() {
        let mut one = seat(1, 10, None);
        assert_eq!(entitlement(&one, ByWhom::Principal, true), "« n° 10 » siège dans cette instance, avec une voix.");
        one.present = false;
        assert!(entitlement(&one, ByWhom::Principal, false).contains("ne vote pas en séance"));
        one.weight = 3;
        assert!(entitlement(&one, ByWhom::Deputy, true).contains("avec 3\u{a0}voix. Vous votez en suppléance"));
        one.because = "collège des communes".to_owned();
        assert_eq!(
            entitlement(&one, ByWhom::Proxy, true),
            "« n° 10 » vous a donné pouvoir : vous votez pour elle, avec 3\u{a0}voix : collège des communes."
        );
    }

    proptest! {
        /// Whatever delegates come, in whatever order and as often as they like: each has one seat at most, no seat two.
        #[test]
        fn delegates_never_share_a_seat(seats in 1usize..6, comers in prop::collection::vec(1u128..9, 0..40)) {
            let mut taken: Vec<(usize, Option<Voter>)> = (0..seats).map(|seat| (seat, None)).collect();
            for person in comers {
                let Some(at) = own_seat(&taken, id(person)) else { continue };
                let new = voter(ByWhom::Principal, person);
                if accept(taken[at].1, new).is_ok() {
                    taken[at].1 = Some(new);
                }
            }
            let mut persons: Vec<_> = taken.iter().filter_map(|(_, voter)| voter.and_then(|voter| voter.person)).collect();
            let many = persons.len();
            persons.sort();
            persons.dedup();
            prop_assert_eq!(persons.len(), many);
        }

        /// A chain of votes for one seat never ends with somebody who comes after one of those who voted before.
        #[test]
        fn the_one_who_comes_first_stays(chain in prop::collection::vec((0usize..4, 1u128..4), 1..20)) {
            const RANKS: [ByWhom; 4] = [ByWhom::Principal, ByWhom::Deputy, ByWhom::Proxy, ByWhom::Entered];
            // Each person has one quality.
            let mut known: Option<Voter> = None;
            let mut best: Option<ByWhom> = None;
            for (rank, number) in chain {
                let new = voter(RANKS[rank], number + 10 * rank as u128);
                if accept(known, new).is_ok() {
                    known = Some(new);
                }
                best = Some(best.map_or(new.by, |best| best.min(new.by)));
                prop_assert_eq!(known.map(|known| known.by), best);
            }
        }
    }
}
