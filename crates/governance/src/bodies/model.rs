//! What a body is. Its form and its functions are two things: a plenary may be the strategic committee.

use directory::Organisation;
use kernel::{Errors, Id, PartialDate, Provenance, Result, coded, text};

coded! {
    /// How a body meets.
    pub enum BodyForm {
        Committee = "committee", "Comité";
        Plenary = "plenary", "Séance plénière";
        WorkingGroup = "working_group", "Groupe de travail";
        CollegeBody = "college_body", "Collège";
        ProjectTeam = "project_team", "Équipe projet";
        FinancersConference = "financers_conference", "Conférence des financeurs";
        Other = "other", "Autre instance";
    }
}

coded! {
    /// What a body is for (source: guide of May 2024, model of a departmental governance).
    pub enum BodyFunction {
        Strategic = "strategic", "Fonction stratégique";
        Steering = "steering", "Fonction de pilotage";
        Technical = "technical", "Fonction technique";
        Consultative = "consultative", "Fonction consultative";
    }
}

coded! {
    /// How many votes a member has in a body.
    pub enum VotingRule {
        OnePerStructure = "one_per_structure", "Une structure, une voix";
        OneAndMandates = "one_and_mandates", "Une voix, plus une par structure représentée";
        PerSeat = "per_seat", "Une voix par siège";
        PerCollege = "per_college", "Voix par collège";
    }
}

coded! {
    pub enum MandateKind {
        Political = "political", "Mandat politique";
        Technical = "technical", "Mandat technique";
    }
}

coded! {
    pub enum Chair {
        Chair = "chair", "Préside";
        CoChair = "co_chair", "Copréside";
    }
}

/// A standing mandate as a vote counts it.
#[derive(Clone, Copy, Debug)]
pub struct MandatePeriod {
    pub since: Option<PartialDate>,
    pub until: Option<PartialDate>,
}

impl MandatePeriod {
    /// True when the mandate holds on this day. A bound known by its year only includes the whole year.
    pub fn holds_on(&self, day: PartialDate) -> bool {
        self.since.is_none_or(|since| day.may_follow(since)) && self.until.is_none_or(|until| until.may_follow(day))
    }

    /// True when neither mandate can follow the other: two persons or members would speak at once. One may end in the year,
    /// or on the day, in which the next begins; a beginning that is not known is taken for `today`, or for the end when
    /// that has passed.
    pub fn overlaps(&self, other: &Self, today: PartialDate) -> bool {
        let begins = |mandate: &Self| {
            let unknown = mandate.until.filter(|until| !until.may_follow(today)).unwrap_or(today);
            mandate.since.unwrap_or(unknown)
        };
        let follows = |later: &Self, earlier: &Self| earlier.until.is_some_and(|until| begins(later).may_follow(until));
        !follows(self, other) && !follows(other, self)
    }
}

/// The votes that a member casts in a body on a day: its own and, where the body's rule says so, those of the
/// organisations that it represents. `seats` are its voting seats in that body, `college` what its college is given there.
pub fn votes_of(
    rule: VotingRule,
    mandates: &[MandatePeriod],
    seats: u32,
    college: Option<u32>,
    day: PartialDate,
) -> u32 {
    match rule {
        VotingRule::OnePerStructure => 1,
        VotingRule::OneAndMandates => {
            let held = mandates.iter().filter(|mandate| mandate.holds_on(day)).count();
            1 + u32::try_from(held).unwrap_or(u32::MAX - 1)
        }
        VotingRule::PerSeat => seats,
        VotingRule::PerCollege => college.unwrap_or(1),
    }
}

/// Who sits in a body by rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompositionRule {
    All,
    CoLeads,
    Category(crate::members::model::MemberCategory),
    /// A college of the same governance, by its identifier.
    College(Id<crate::members::model::College>),
    /// One member, by its organisation.
    Member(Id<Organisation>),
}

/// A body as its page shows it.
#[derive(Clone, Debug)]
pub struct Body {
    pub id: Id<Body>,
    pub slug: String,
    pub name: String,
    pub form: BodyForm,
    pub functions: Vec<BodyFunction>,
    pub parent: Option<Id<Body>>,
    /// Exists outside this governance (SDAASaP, CRSN) and fulfils its functions: declared, not duplicated.
    pub declared: bool,
    /// Announced, not yet in place.
    pub upcoming: bool,
    pub meetings_min: Option<i64>,
    pub meetings_max: Option<i64>,
    pub composition: String,
    pub note: String,
    pub voting_rule: VotingRule,
    pub provenance: Provenance,
    /// Counted up by each correction.
    pub version: i64,
    /// When it ended, and why; its history stays.
    pub closed_on: Option<PartialDate>,
    pub closed_reason: String,
}

impl Body {
    /// « 1 fois par an », « 2 à 4 fois par an », or nothing when it is not known.
    pub fn frequency(&self) -> Option<String> {
        frequency(self.meetings_min, self.meetings_max)
    }
}

/// The expected number of meetings a year, in words.
pub fn frequency(min: Option<i64>, max: Option<i64>) -> Option<String> {
    match (min, max) {
        (None, None) => None,
        (Some(min), Some(max)) if min == max => Some(format!("{min} fois par an")),
        (Some(min), Some(max)) => Some(format!("{min} à {max} fois par an")),
        (Some(min), None) => Some(format!("au moins {min} fois par an")),
        (None, Some(max)) => Some(format!("au plus {max} fois par an")),
    }
}

/// A seat in a body: an organisation's, or a person's by function.
#[derive(Clone, Debug)]
pub struct Seat {
    pub id: Id<Seat>,
    pub organisation: Option<Id<Organisation>>,
    pub organisation_name: Option<String>,
    /// A function (« Préfet », « Habitante »), never a name.
    pub function: Option<String>,
    pub voting: bool,
    pub mandate: Option<MandateKind>,
    pub chair: Option<Chair>,
    /// How many seats the holder has.
    pub seats: i64,
    pub provenance: Provenance,
}

impl Seat {
    /// « Préfecture (Préfet) », « Préfet » or « Préfecture ».
    pub fn holder(&self) -> String {
        match (&self.organisation_name, &self.function) {
            (Some(name), Some(function)) => format!("{name} ({function})"),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => String::new(),
        }
    }
}

/// A body to create.
#[derive(Clone, Debug)]
pub struct NewBody {
    pub name: String,
    pub form: BodyForm,
    pub functions: Vec<BodyFunction>,
    pub parent: Option<Id<Body>>,
    pub declared: bool,
    pub upcoming: bool,
    pub meetings_min: Option<i64>,
    pub meetings_max: Option<i64>,
    pub missions: Vec<String>,
    pub composition: String,
    pub rules: Vec<CompositionRule>,
    pub voting_rule: VotingRule,
    /// The votes of each structure of a college, where the rule counts by college; without a number, one.
    pub college_votes: Vec<(Id<crate::members::model::College>, i64)>,
    pub note: String,
    pub provenance: Provenance,
}

/// The texts of a new body, cleaned.
#[derive(Clone, Debug)]
pub struct BodyTexts {
    pub name: String,
    pub missions: Vec<String>,
    pub composition: String,
    pub note: String,
}

impl NewBody {
    /// All that is wrong at once, one message per field.
    pub fn parse(&self) -> Result<BodyTexts> {
        let meetings = (self.meetings_min, self.meetings_max);
        BodyTexts::parse(&self.name, &self.missions, &self.composition, &self.note, meetings)
    }
}

impl BodyTexts {
    /// All that is wrong at once, one message per field: `name`, `missions`, `composition`, `note`, `meetings_min`,
    /// `meetings_max`.
    pub fn parse(
        name: &str,
        missions: &[String],
        composition: &str,
        note: &str,
        (meetings_min, meetings_max): (Option<i64>, Option<i64>),
    ) -> Result<Self> {
        let mut errors = Errors::default();
        let name = errors.check("name", text::line(name, text::NAME_MAX)).unwrap_or_default();
        let mut kept = Vec::new();
        for mission in missions {
            kept.extend(errors.check("missions", text::optional_line(mission, 1000)).flatten());
        }
        let composition = errors.check("composition", text::optional_line(composition, 1000));
        let note = errors.check("note", text::optional_line(note, 1000));
        for (field, meetings) in [("meetings_min", meetings_min), ("meetings_max", meetings_max)] {
            if meetings.is_some_and(|number| !(0..=366).contains(&number)) {
                errors.add(field, "Le nombre de réunions par an va de 0 à 366.");
            }
        }
        if let (Some(min), Some(max)) = (meetings_min, meetings_max)
            && min > max
        {
            errors.add("meetings_max", "Le nombre le plus grand ne peut pas être inférieur au plus petit.");
        }
        errors.into_result()?;
        Ok(Self {
            name,
            missions: kept,
            composition: composition.flatten().unwrap_or_default(),
            note: note.flatten().unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> PartialDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_frequency_reads_as_a_person_says_it() {
        assert_eq!(frequency(Some(1), Some(1)).as_deref(), Some("1 fois par an"));
        assert_eq!(frequency(Some(2), Some(4)).as_deref(), Some("2 à 4 fois par an"));
        assert_eq!(frequency(None, None), None);
    }

    #[test]
    fn a_mandate_counts_only_while_it_holds() {
        let mandate = MandatePeriod { since: Some(date("2023")), until: Some(date("2024-06")) };
        let day = |text| votes_of(VotingRule::OneAndMandates, &[mandate], 0, None, date(text));
        assert_eq!((day("2022-12-31"), day("2023-01-01"), day("2024-06-30"), day("2024-07-01")), (1, 2, 2, 1));
    }

    #[test]
    fn mandates_follow_each_other_or_overlap() {
        let period = |since: &str, until: &str| MandatePeriod { since: since.parse().ok(), until: until.parse().ok() };
        let overlap = |one: (&str, &str), other: (&str, &str)| {
            let (one, other, today) = (period(one.0, one.1), period(other.0, other.1), date("2026-11-22"));
            assert_eq!(one.overlaps(&other, today), other.overlaps(&one, today));
            one.overlaps(&other, today)
        };
        for (one, other) in [
            (("2020", ""), ("2024", "")),
            (("2020", ""), ("2024", "2025")),
            (("2020-01-01", "2026-12-31"), ("2026-03-12", "2030")),
            (("2020", "2030"), ("2022", "2023")),
            (("", ""), ("2020", "2030")),
            (("", ""), ("", "")),
        ] {
            assert!(overlap(one, other), "{one:?} {other:?}");
        }
        for (one, other) in [
            (("2020", "2024"), ("2024", "")),
            (("2020", "2026-03-12"), ("2026-03-12", "")),
            (("2020", "2023"), ("", "")),
            (("", "2023"), ("2020", "2022")),
            (("2028", ""), ("2020", "2027")),
        ] {
            assert!(!overlap(one, other), "{one:?} {other:?}");
        }
    }

    proptest! {
        #[test]
        fn one_structure_one_vote_whatever_it_represents(mandates in 0usize..30, seats in 0u32..50, college in prop::option::of(1u32..=1000)) {
            let open = vec![MandatePeriod { since: None, until: None }; mandates];
            let day = date("2026-11-21");
            prop_assert_eq!(votes_of(VotingRule::OnePerStructure, &open, seats, college, day), 1);
            prop_assert_eq!(votes_of(VotingRule::OneAndMandates, &open, seats, college, day), 1 + mandates as u32);
            prop_assert_eq!(votes_of(VotingRule::PerSeat, &open, seats, college, day), seats);
            prop_assert_eq!(votes_of(VotingRule::PerCollege, &open, seats, college, day), college.unwrap_or(1));
        }
    }
}
