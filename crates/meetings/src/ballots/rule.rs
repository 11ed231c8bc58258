//! What a ballot decides: majorities over a base, ties, the sentence that states the arithmetic. Pure: no clock, no database,
//! integers only.

use kernel::coded;

use crate::quorum::least;

coded! {
    /// How many votes carry a proposal, or retain an option.
    pub enum Majority {
        Simple = "simple", "Majorité simple";
        Absolute = "absolute", "Majorité absolue";
        TwoThirds = "two_thirds", "Deux tiers";
        ThreeQuarters = "three_quarters", "Trois quarts";
        Unanimity = "unanimity", "Unanimité";
    }
}

impl Majority {
    /// Numerator, denominator, and whether more than the share is needed.
    fn share(self) -> (i64, i64, bool) {
        match self {
            Self::Simple | Self::Absolute => (1, 2, true),
            Self::TwoThirds => (2, 3, false),
            Self::ThreeQuarters => (3, 4, false),
            Self::Unanimity => (1, 1, false),
        }
    }

    /// As a sentence holds it: « deux tiers ».
    pub fn words(self) -> &'static str {
        match self {
            Self::Simple => "majorité simple",
            Self::Absolute => "majorité absolue",
            Self::TwoThirds => "deux tiers",
            Self::ThreeQuarters => "trois quarts",
            Self::Unanimity => "unanimité",
        }
    }
}

coded! {
    /// Of what a majority is a share. What is said of it in French law: exprimés leave out abstentions and blank votes.
    pub enum Base {
        Valid = "valid", "Suffrages exprimés (sans les abstentions)";
        Cast = "cast", "Votants (abstentions comprises)";
        Present = "present", "Présents ou représentés";
        Entitled = "entitled", "Inscrits";
    }
}

impl Base {
    pub fn words(self) -> &'static str {
        match self {
            Self::Valid => "exprimés",
            Self::Cast => "votants",
            Self::Present => "présents ou représentés",
            Self::Entitled => "inscrits",
        }
    }
}

coded! {
    /// What becomes of a tie.
    pub enum Tie {
        Rejected = "rejected", "Rejeté : rien n'est retenu à égalité";
        Chair = "chair", "La présidence départage";
        SecondRound = "second_round", "Un second tour entre les propositions à égalité";
    }
}

/// How a ballot is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub majority: Majority,
    pub base: Base,
    pub tie: Tie,
    /// How many options are retained at most; 1 for a proposal.
    pub places: usize,
}

impl Rule {
    /// The base that counts: a simple majority is one of the valid votes, whatever else was chosen.
    pub fn counted_base(self) -> Base {
        if self.majority == Majority::Simple { Base::Valid } else { self.base }
    }
}

/// A vote as it counts: its weight, and the ranks of what it chooses; none of them: an abstention, or a blank vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voice {
    pub weight: i64,
    pub choice: Vec<usize>,
}

/// What was counted. All figures are votes (weights), but `voters`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Votes for each option; of a proposal: for, then against.
    pub votes: Vec<i64>,
    pub abstained: i64,
    pub cast: i64,
    pub present: i64,
    pub entitled: i64,
    /// How many seats voted.
    pub voters: i64,
}

impl Tally {
    pub fn valid(&self) -> i64 {
        self.cast - self.abstained
    }

    fn of(&self, base: Base) -> i64 {
        match base {
            Base::Valid => self.valid(),
            Base::Cast => self.cast,
            Base::Present => self.present,
            Base::Entitled => self.entitled,
        }
    }

    fn votes_for(&self, option: usize) -> i64 {
        self.votes.get(option).copied().unwrap_or(0)
    }
}

/// Counts voices over `options`. A choice that is none of them counts for nothing, one that is named twice counts once.
pub fn count(options: usize, voices: &[Voice], present: i64, entitled: i64) -> Tally {
    let mut tally = Tally { votes: vec![0; options], present, entitled, ..Tally::default() };
    for voice in voices {
        tally.voters += 1;
        tally.cast += voice.weight;
        let mut chosen = voice.choice.clone();
        chosen.sort_unstable();
        chosen.dedup();
        chosen.retain(|option| *option < options);
        if chosen.is_empty() {
            tally.abstained += voice.weight;
        }
        for option in chosen {
            if let Some(votes) = tally.votes.get_mut(option) {
                *votes += voice.weight;
            }
        }
    }
    tally
}

/// What a ballot gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Adopted,
    Rejected,
    /// The options that are retained, the best first.
    Retained(Vec<usize>),
    /// Those that nothing separates, for the places that are left once `retained` have theirs. Of a proposal: for and against.
    Tied {
        retained: Vec<usize>,
        between: Vec<usize>,
    },
    NoQuorum,
}

/// The first two options of a proposal.
pub const FOR: usize = 0;
pub const AGAINST: usize = 1;

/// The least number of votes that carries; and of how many.
pub fn needed(rule: Rule, tally: &Tally) -> (i64, i64) {
    let of = tally.of(rule.counted_base());
    let (numerator, denominator, strictly) = rule.majority.share();
    (least(of, numerator, denominator, strictly), of)
}

/// True when `votes` carry: an empty base carries nothing, and neither does nobody.
fn carries(rule: Rule, tally: &Tally, votes: i64) -> bool {
    let (needed, of) = needed(rule, tally);
    of > 0 && votes > 0 && votes >= needed
}

/// What becomes of a proposal.
pub fn decide_proposal(rule: Rule, tally: &Tally) -> Verdict {
    if carries(rule, tally, tally.votes_for(FOR)) {
        return Verdict::Adopted;
    }
    let halves = matches!(rule.majority, Majority::Simple | Majority::Absolute);
    let tied = tally.valid() > 0 && tally.votes_for(FOR) == tally.votes_for(AGAINST);
    // With another base than the valid votes, half of them may be far from carrying: no voice of the chair would do.
    let one_more_would_do = tally.votes_for(FOR) + 1 >= needed(rule, tally).0;
    if halves && tied && one_more_would_do && rule.tie != Tie::Rejected {
        return Verdict::Tied { retained: Vec::new(), between: vec![FOR, AGAINST] };
    }
    Verdict::Rejected
}

/// Which options are retained, for `rule.places` places: with a simple majority those that have most votes, else those of them
/// that carry.
pub fn decide_choice(rule: Rule, tally: &Tally) -> Verdict {
    let mut order: Vec<usize> = (0..tally.votes.len()).collect();
    order.retain(|option| match rule.majority {
        Majority::Simple => tally.votes_for(*option) > 0,
        _ => carries(rule, tally, tally.votes_for(*option)),
    });
    // Of equal votes, the order of the ballot, which decides nothing: who stands at the edge is tied.
    order.sort_by_key(|option| (std::cmp::Reverse(tally.votes_for(*option)), *option));
    if order.len() <= rule.places {
        return if order.is_empty() { Verdict::Rejected } else { Verdict::Retained(order) };
    }
    let edge = order.get(rule.places).map_or(0, |option| tally.votes_for(*option));
    let retained: Vec<usize> =
        order.iter().copied().take(rule.places).filter(|option| tally.votes_for(*option) > edge).collect();
    if retained.len() == rule.places {
        return Verdict::Retained(retained);
    }
    match rule.tie {
        Tie::Rejected if retained.is_empty() => Verdict::Rejected,
        Tie::Rejected => Verdict::Retained(retained),
        Tie::Chair | Tie::SecondRound => {
            let between = order.into_iter().filter(|option| tally.votes_for(*option) == edge).collect();
            Verdict::Tied { retained, between }
        }
    }
}

/// « 14 pour sur 20 exprimés, deux tiers = 14 : adopté ».
pub fn proposal_sentence(rule: Rule, tally: &Tally, verdict: &Verdict) -> String {
    if tally.cast == 0 {
        return "Personne n'a voté : rejeté".to_owned();
    }
    if tally.valid() == 0 && rule.counted_base() == Base::Valid {
        let plural = if tally.abstained > 1 { "s" } else { "" };
        return format!("{} abstention{plural}, aucun vote exprimé : rejeté", tally.abstained);
    }
    let (needed, of) = needed(rule, tally);
    let end = match verdict {
        Verdict::Adopted => "adopté",
        Verdict::Tied { .. } if rule.tie == Tie::Chair => "égalité, la présidence départage",
        Verdict::Tied { .. } => "égalité, un second tour départage",
        _ if tally.votes_for(FOR) == tally.votes_for(AGAINST) => "égalité, rejeté",
        _ => "rejeté",
    };
    let (base, majority) = (rule.counted_base().words(), rule.majority.words());
    format!("{} pour sur {of} {base}, {majority} = {needed} : {end}", tally.votes_for(FOR))
}

/// « A : 12 voix, B : 7 voix, sur 20 exprimés, majorité absolue = 11 : A est retenu ».
pub fn choice_sentence(rule: Rule, tally: &Tally, verdict: &Verdict, labels: &[String]) -> String {
    if tally.cast == 0 {
        return "Personne n'a voté : rien n'est retenu".to_owned();
    }
    let name = |option: &usize| labels.get(*option).map_or("", String::as_str);
    let list = |options: &[usize]| options.iter().map(name).collect::<Vec<_>>().join(", ");
    let mut order: Vec<usize> = (0..tally.votes.len()).collect();
    order.sort_by_key(|option| (std::cmp::Reverse(tally.votes_for(*option)), *option));
    let counts: Vec<String> =
        order.iter().map(|option| format!("{} : {} voix", name(option), tally.votes_for(*option))).collect();
    let (needed, of) = needed(rule, tally);
    let threshold = match rule.majority {
        Majority::Simple => "le plus de voix".to_owned(),
        majority => format!("{} = {needed}", majority.words()),
    };
    let end = match verdict {
        Verdict::Retained(options) => format!("retenu : {}", list(options)),
        Verdict::Tied { retained, between } => {
            let first = if retained.is_empty() { String::new() } else { format!("retenu : {} ; ", list(retained)) };
            let who = if rule.tie == Tie::Chair { "la présidence départage" } else { "un second tour départage" };
            format!("{first}égalité entre {}, {who}", list(between))
        }
        Verdict::Adopted | Verdict::Rejected | Verdict::NoQuorum => "rien n'est retenu".to_owned(),
    };
    format!("{} ; sur {of} {}, {threshold} : {end}", counts.join(", "), rule.counted_base().words())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Majority; 5] =
        [Majority::Simple, Majority::Absolute, Majority::TwoThirds, Majority::ThreeQuarters, Majority::Unanimity];
    const BASES: [Base; 4] = [Base::Valid, Base::Cast, Base::Present, Base::Entitled];

    fn rule(majority: Majority, base: Base) -> Rule {
        Rule { majority, base, tie: Tie::Rejected, places: 1 }
    }

    fn tally(yes: i64, no: i64, abstained: i64, entitled: i64) -> Tally {
        let cast = yes + no + abstained;
        Tally { votes: vec![yes, no], abstained, cast, present: entitled, entitled, voters: cast }
    }

    fn says(majority: Majority, base: Base, counts: (i64, i64, i64, i64)) -> String {
        let (rule, tally) = (rule(majority, base), tally(counts.0, counts.1, counts.2, counts.3));
        proposal_sentence(rule, &tally, &decide_proposal(rule, &tally))
    }

    #[test]
    fn each_rule_says_its_arithmetic_at_its_edge() {
        use Base::{Cast, Entitled, Present, Valid};
        use Majority::{Absolute, Simple, ThreeQuarters, TwoThirds, Unanimity};
        for (majority, base, counts, sentence) in [
            (TwoThirds, Valid, (14, 6, 1, 21), "14 pour sur 20 exprimés, deux tiers = 14 : adopté"),
            (TwoThirds, Valid, (6, 3, 0, 9), "6 pour sur 9 exprimés, deux tiers = 6 : adopté"),
            (TwoThirds, Valid, (5, 4, 0, 9), "5 pour sur 9 exprimés, deux tiers = 6 : rejeté"),
            (ThreeQuarters, Valid, (6, 2, 0, 9), "6 pour sur 8 exprimés, trois quarts = 6 : adopté"),
            (ThreeQuarters, Valid, (7, 3, 0, 10), "7 pour sur 10 exprimés, trois quarts = 8 : rejeté"),
            (Simple, Valid, (2, 1, 18, 21), "2 pour sur 3 exprimés, majorité simple = 2 : adopté"),
            (Simple, Valid, (10, 10, 1, 21), "10 pour sur 20 exprimés, majorité simple = 11 : égalité, rejeté"),
            (Absolute, Entitled, (10, 0, 0, 20), "10 pour sur 20 inscrits, majorité absolue = 11 : rejeté"),
            (Absolute, Entitled, (11, 9, 0, 20), "11 pour sur 20 inscrits, majorité absolue = 11 : adopté"),
            (Absolute, Cast, (5, 0, 5, 20), "5 pour sur 10 votants, majorité absolue = 6 : rejeté"),
            (Absolute, Present, (6, 0, 5, 11), "6 pour sur 11 présents ou représentés, majorité absolue = 6 : adopté"),
            (Unanimity, Valid, (3, 0, 5, 9), "3 pour sur 3 exprimés, unanimité = 3 : adopté"),
            (Unanimity, Cast, (3, 0, 5, 9), "3 pour sur 8 votants, unanimité = 8 : rejeté"),
            (Simple, Valid, (0, 0, 0, 9), "Personne n'a voté : rejeté"),
            (Unanimity, Valid, (0, 0, 4, 9), "4 abstentions, aucun vote exprimé : rejeté"),
            // A base other than that of a simple majority changes nothing of it.
            (Simple, Entitled, (2, 1, 0, 50), "2 pour sur 3 exprimés, majorité simple = 2 : adopté"),
        ] {
            assert_eq!(says(majority, base, counts), sentence, "{majority:?} {base:?} {counts:?}");
        }
    }

    #[test]
    fn a_tie_is_for_the_chair_only_where_one_voice_would_do() {
        let tied = |majority, base| {
            let rule = Rule { tie: Tie::Chair, ..rule(majority, base) };
            decide_proposal(rule, &tally(5, 5, 0, 20))
        };
        assert!(matches!(tied(Majority::Simple, Base::Valid), Verdict::Tied { .. }));
        assert_eq!(tied(Majority::Absolute, Base::Entitled), Verdict::Rejected);
        assert_eq!(tied(Majority::TwoThirds, Base::Valid), Verdict::Rejected);
    }

    #[test]
    fn places_go_to_those_who_have_most_votes_and_ties_are_at_the_edge() {
        let of = |votes: &[i64], places, majority, tie| {
            let cast = 20;
            let tally =
                Tally { votes: votes.to_vec(), cast, present: cast, entitled: cast, voters: cast, abstained: 0 };
            decide_choice(Rule { majority, base: Base::Valid, tie, places }, &tally)
        };
        let simple = |votes: &[i64], places, tie| of(votes, places, Majority::Simple, tie);
        assert_eq!(simple(&[5, 9, 6], 1, Tie::Rejected), Verdict::Retained(vec![1]));
        assert_eq!(simple(&[5, 9, 6], 2, Tie::Rejected), Verdict::Retained(vec![1, 2]));
        assert_eq!(simple(&[5, 9, 0], 3, Tie::Rejected), Verdict::Retained(vec![1, 0]));
        assert_eq!(simple(&[6, 9, 6], 2, Tie::Rejected), Verdict::Retained(vec![1]));
        assert_eq!(simple(&[6, 9, 6], 2, Tie::Chair), Verdict::Tied { retained: vec![1], between: vec![0, 2] });
        assert_eq!(simple(&[6, 6, 6], 1, Tie::Rejected), Verdict::Rejected);
        assert_eq!(simple(&[0, 0], 1, Tie::Chair), Verdict::Rejected);
        assert_eq!(of(&[10, 9], 1, Majority::Absolute, Tie::Chair), Verdict::Rejected);
        assert_eq!(of(&[11, 9], 1, Majority::Absolute, Tie::Chair), Verdict::Retained(vec![0]));
    }

    #[test]
    fn the_sentence_of_a_choice_names_what_is_retained() {
        let labels: Vec<String> = ["Bus", "Café", "Vélo"].map(str::to_owned).into();
        let tally = Tally { votes: vec![7, 12, 1], cast: 20, present: 20, entitled: 21, voters: 20, abstained: 0 };
        let rule = Rule { majority: Majority::Absolute, base: Base::Valid, tie: Tie::Chair, places: 1 };
        let told = choice_sentence(rule, &tally, &decide_choice(rule, &tally), &labels);
        assert_eq!(
            told,
            "Café : 12 voix, Bus : 7 voix, Vélo : 1 voix ; sur 20 exprimés, majorité absolue = 11 : retenu : Café"
        );
    }

    fn voices(options: usize) -> impl Strategy<Value = Vec<Voice>> {
        let choice = prop::collection::btree_set(0..options, 0..=options);
        let voice =
            (1i64..8, choice).prop_map(|(weight, choice)| Voice { weight, choice: choice.into_iter().collect() });
        prop::collection::vec(voice, 0..60)
    }

    /// Voices on a proposal: for, against, abstention.
    fn proposal() -> impl Strategy<Value = Vec<Voice>> {
        let voice = (1i64..8, 0u8..3).prop_map(|(weight, what)| Voice {
            weight,
            choice: match what {
                0 => vec![FOR],
                1 => vec![AGAINST],
                _ => Vec::new(),
            },
        });
        prop::collection::vec(voice, 0..60)
    }

    fn rules() -> impl Strategy<Value = Rule> {
        (0usize..5, 0usize..4, 0u8..3, 1usize..4).prop_map(|(majority, base, tie, places)| Rule {
            majority: ALL[majority],
            base: BASES[base],
            tie: [Tie::Rejected, Tie::Chair, Tie::SecondRound][usize::from(tie)],
            places,
        })
    }

    /// The same question asked of fractions written out, without any of the functions above.
    fn naive(rule: Rule, voices: &[Voice], present: i64, entitled: i64) -> bool {
        let sum =
            |keep: &dyn Fn(&Voice) -> bool| voices.iter().filter(|one| keep(one)).map(|one| one.weight).sum::<i64>();
        let yes = sum(&|one| one.choice == [FOR]);
        let no = sum(&|one| one.choice == [AGAINST]);
        let all = sum(&|_| true);
        let base = match rule.base {
            Base::Valid => yes + no,
            Base::Cast => all,
            Base::Present => present,
            Base::Entitled => entitled,
        };
        yes > 0
            && match rule.majority {
                Majority::Simple => yes > no,
                Majority::Absolute => 2 * yes > base,
                Majority::TwoThirds => 3 * yes >= 2 * base,
                Majority::ThreeQuarters => 4 * yes >= 3 * base,
                Majority::Unanimity => yes >= base,
            }
    }

    proptest! {
        #[test]
        fn a_count_equals_a_naive_recount(voices in proposal(), rule in rules(), absent in 0i64..30) {
            let cast: i64 = voices.iter().map(|one| one.weight).sum();
            let (present, entitled) = (cast + absent / 2, cast + absent);
            let tally = count(2, &voices, present, entitled);
            prop_assert_eq!(decide_proposal(rule, &tally) == Verdict::Adopted, naive(rule, &voices, present, entitled));
            prop_assert_eq!(tally.cast, cast);
            prop_assert_eq!(tally.votes.iter().sum::<i64>() + tally.abstained, cast);
        }

        #[test]
        fn the_order_of_ballots_changes_nothing(voices in voices(4), rule in rules(), seed in any::<u64>()) {
            let mut other = voices.clone();
            let mut state = seed;
            for at in (1..other.len()).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                other.swap(at, (state >> 33) as usize % (at + 1));
            }
            let (one, two) = (count(4, &voices, 100, 200), count(4, &other, 100, 200));
            prop_assert_eq!(decide_choice(rule, &one), decide_choice(rule, &two));
            prop_assert_eq!(one, two);
        }

        #[test]
        fn a_no_that_becomes_a_yes_never_rejects(voices in proposal(), rule in rules(), at in 0usize..60, absent in 0i64..30) {
            let cast: i64 = voices.iter().map(|one| one.weight).sum();
            let before = decide_proposal(rule, &count(2, &voices, cast + absent, cast + absent));
            let mut turned = voices;
            if let Some(one) = turned.get_mut(at).filter(|one| one.choice == [AGAINST]) {
                one.choice = vec![FOR];
            }
            let after = decide_proposal(rule, &count(2, &turned, cast + absent, cast + absent));
            prop_assert!(before != Verdict::Adopted || after == Verdict::Adopted);
        }

        /// Whoever is retained has at least as many votes as whoever is not, none is retained twice, and never more than there
        /// are places.
        #[test]
        fn nobody_is_retained_before_somebody_with_more_votes(voices in voices(5), rule in rules()) {
            let tally = count(5, &voices, 500, 500);
            let (retained, between) = match decide_choice(rule, &tally) {
                Verdict::Retained(retained) => (retained, Vec::new()),
                Verdict::Tied { retained, between } => (retained, between),
                _ => Default::default(),
            };
            prop_assert!(retained.len() <= rule.places);
            prop_assert!(between.is_empty() || retained.len() + between.len() > rule.places);
            let worst = retained.iter().map(|option| tally.votes[*option]).min();
            for option in (0..5).filter(|option| !retained.contains(option)) {
                prop_assert!(worst.is_none_or(|worst| worst >= tally.votes[option]));
            }
        }
    }
}
