//! How many votes a seat has, by the rule of its body, and why. Pure.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use governance::bodies::model::VotingRule;
use governance::bodies::votes::{VOTES, college_words, votes_words};

/// What the rule of a body asks of a holder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing<'a> {
    /// How many organisations it represents by a standing mandate.
    pub mandates: i64,
    /// How many seats it was given; none: one.
    pub seats: Option<i64>,
    /// Its college, and the number of votes that the body gives to each structure of it.
    pub college: Option<(&'a str, Option<i64>)>,
}

/// The votes of a seat, and how many seats a holder has, by the rule of the body. A college without a number, and a holder
/// without a college, have one vote.
pub fn votes(rule: VotingRule, holder: Standing<'_>) -> (i64, i64) {
    match rule {
        VotingRule::OnePerStructure => (1, 1),
        VotingRule::OneAndMandates => (1 + holder.mandates.max(0), 1),
        VotingRule::PerSeat => (1, holder.seats.unwrap_or(1).max(1)),
        VotingRule::PerCollege => {
            let given = holder.college.and_then(|(_, given)| given).unwrap_or(1);
            (given.clamp(*VOTES.start(), *VOTES.end()), 1)
        }
    }
}

/// Why a seat has its votes; nothing where the rule gives one to everybody.
pub fn because(rule: VotingRule, holder: Standing<'_>) -> String {
    match (rule, holder.mandates, holder.college) {
        (VotingRule::OneAndMandates, 1, _) => "la sienne et celle d'une structure représentée".to_owned(),
        (VotingRule::OneAndMandates, many, _) if many > 1 => {
            format!("la sienne et celles de {many} structures représentées")
        }
        (VotingRule::PerCollege, _, Some((name, _))) => college_words(name),
        (VotingRule::PerCollege, _, None) => "sans collège".to_owned(),
        _ => String::new(),
    }
}

/// The papers of a box are alike and count for one vote each. Where a seat has several, its paper would be worth less than its
/// vote, or be recognised: everybody votes from its account.
pub fn takes_papers(weights: impl IntoIterator<Item = i64>) -> bool {
    weights.into_iter().all(|weight| weight == 1)
}

/// Said where [`takes_papers`] says no.
pub const NO_BOX: &str = "Dans ce vote, des structures ont plusieurs voix : dans l'urne, un bulletin n'en vaut qu'une, et il se reconnaîtrait. Chaque structure vote depuis son compte. Seul le résultat sera donné, sans décompte.";

/// « 5 voix : collège du Département », « une voix : collège des communes, sans collège », the most first; nothing where no seat
/// says why.
pub fn voices_told<'a>(seats: impl IntoIterator<Item = (i64, &'a str)>) -> Vec<String> {
    let mut all: BTreeMap<Reverse<i64>, BTreeSet<&str>> = BTreeMap::new();
    for (weight, why) in seats.into_iter().filter(|(_, why)| !why.is_empty()) {
        all.entry(Reverse(weight)).or_default().insert(why);
    }
    let line = |(weight, whys): (&Reverse<i64>, &BTreeSet<&str>)| {
        format!("{} : {}", votes_words(weight.0), whys.iter().copied().collect::<Vec<_>>().join(", "))
    };
    all.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::super::rule::{AGAINST, FOR, Voice, count};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_rule_gives_its_votes_and_says_why() {
        use VotingRule::{OneAndMandates, OnePerStructure, PerCollege, PerSeat};
        let one = Standing { mandates: 2, seats: Some(5), college: Some(("Collège des communes", Some(3))) };
        let told = |rule, holder| (votes(rule, holder), because(rule, holder));
        assert_eq!(told(OnePerStructure, one), ((1, 1), String::new()));
        assert_eq!(told(OneAndMandates, one), ((3, 1), "la sienne et celles de 2 structures représentées".to_owned()));
        assert_eq!(told(PerSeat, one), ((1, 5), String::new()));
        assert_eq!(told(PerCollege, one), ((3, 1), "collège des communes".to_owned()));
        let without_number = Standing { college: Some(("Usagers", None)), ..one };
        assert_eq!(told(PerCollege, without_number), ((1, 1), "collège « Usagers »".to_owned()));
        assert_eq!(told(PerCollege, Standing::default()), ((1, 1), "sans collège".to_owned()));
        assert_eq!(told(OneAndMandates, Standing::default()), ((1, 1), String::new()));
        // The roll holds 1 to 1000.
        for (given, votes_there) in [(0, 1), (1, 1), (1000, 1000), (1001, 1000)] {
            let holder = Standing { college: Some(("Usagers", Some(given))), ..one };
            assert_eq!(votes(PerCollege, holder), (votes_there, 1));
        }
        assert!(takes_papers([1, 1]) && takes_papers([]) && !takes_papers([1, 3]) && !takes_papers([3, 3]));
    }

    #[test]
    fn a_roll_says_who_has_how_many_votes() {
        let seats = [
            (1, "sans collège"),
            (1, "collège des communes"),
            (5, "collège du Département"),
            (1, "sans collège"),
            (1, ""),
        ];
        let told = ["5\u{a0}voix : collège du Département", "une voix : collège des communes, sans collège"];
        assert_eq!(voices_told(seats), told);
        assert!(voices_told([(1, ""), (1, "")]).is_empty());
    }

    /// What a structure votes: its college, or none, and whether it is for, against, or abstains.
    fn structures() -> impl Strategy<Value = Vec<(Option<usize>, u8)>> {
        prop::collection::vec((prop::option::of(0usize..5), 0u8..3), 0..60)
    }

    /// What five colleges are given; some without a number.
    fn colleges() -> impl Strategy<Value = Vec<Option<i64>>> {
        prop::collection::vec(prop::option::of(VOTES), 5)
    }

    fn voice(given: &[Option<i64>], (college, what): (Option<usize>, u8)) -> Voice {
        let holder = Standing { college: college.map(|one| ("Un collège", given[one])), ..Standing::default() };
        let choice = match what {
            0 => vec![FOR],
            1 => vec![AGAINST],
            _ => Vec::new(),
        };
        Voice { weight: votes(VotingRule::PerCollege, holder).0, choice }
    }

    proptest! {
        /// College by college: so many structures, so many votes each.
        #[test]
        fn a_count_by_college_equals_a_naive_recount(given in colleges(), all in structures()) {
            let voices: Vec<Voice> = all.iter().map(|one| voice(&given, *one)).collect();
            let recount = |what: u8| {
                let of = |college: Option<usize>| all.iter().filter(|one| **one == (college, what)).count() as i64;
                (0..5).map(|one| of(Some(one)) * given[one].unwrap_or(1)).sum::<i64>() + of(None)
            };
            let (present, entitled) = (500_000, 900_000);
            let tally = count(2, &voices, present, entitled);
            prop_assert_eq!(&tally.votes, &vec![recount(0), recount(1)]);
            prop_assert_eq!(tally.abstained, recount(2));
            prop_assert_eq!(tally.cast, recount(0) + recount(1) + recount(2));
            prop_assert_eq!(tally.voters, all.len() as i64);
        }

        /// Neither the order of the structures nor the names of the colleges change the count.
        #[test]
        fn permuting_structures_or_colleges_changes_nothing(given in colleges(), all in structures(), turn in 0usize..5, seed in any::<u64>()) {
            let mut other: Vec<_> = all.iter().map(|(college, what)| (college.map(|one| (one + turn) % 5), *what)).collect();
            let mut turned = given.clone();
            turned.rotate_right(turn);
            let mut state = seed;
            for at in (1..other.len()).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                other.swap(at, (state >> 33) as usize % (at + 1));
            }
            let tally = |given: &[Option<i64>], all: &[(Option<usize>, u8)]| {
                count(2, &all.iter().map(|one| voice(given, *one)).collect::<Vec<_>>(), 500_000, 900_000)
            };
            prop_assert_eq!(tally(&given, &all), tally(&turned, &other));
        }

        /// With one vote for every college, it is one structure, one vote.
        #[test]
        fn colleges_with_one_vote_are_one_structure_one_vote(all in structures()) {
            let plain: Vec<Voice> = all.iter().map(|one| Voice { weight: 1, ..voice(&[None; 5], *one) }).collect();
            let given: Vec<Voice> = all.iter().map(|one| voice(&[Some(1), None, Some(1), None, Some(1)], *one)).collect();
            prop_assert_eq!(count(2, &plain, 60, 60), count(2, &given, 60, 60));
        }
    }
}
