//! What a framework is made of, and when a declaration holds. Pure: no clock, no database.

use jiff::ToSpan as _;
use jiff::civil::Date;
use kernel::register::Digest;
use kernel::time::french_date;
use kernel::{Errors, Id, PartialDate, Provenance, Result, coded, text};

use super::measure::{Finding, Measures};
use crate::Governance;

/// Longest title of a criterion, in characters: it heads a column.
const TITLE_MAX: usize = 80;
/// Longest explanation, in characters.
const EXPLANATION_MAX: usize = 2_000;
/// Longest time for which a declaration may hold, in months.
const VALID_MAX: i64 = 120;

coded! {
    pub enum VersionState {
        Draft = "draft", "Brouillon";
        Published = "published", "Publiée";
    }
}

/// One version of the framework, with its criteria in their order.
#[derive(Clone, Debug)]
pub struct Version {
    pub number: i64,
    pub state: VersionState,
    pub introduction: String,
    pub changes: String,
    /// The day from which it holds; nothing for a draft.
    pub in_force_from: Option<PartialDate>,
    /// Counted up by each change of the draft.
    pub version: i64,
    pub provenance: Provenance,
    pub criteria: Vec<Criterion>,
}

impl Version {
    pub fn criterion(&self, code: &str) -> Option<&Criterion> {
        self.criteria.iter().find(|criterion| criterion.code == code)
    }

    /// True from the day that was published on.
    pub fn holds_on(&self, today: Date) -> bool {
        self.state == VersionState::Published && self.in_force_from.is_some_and(|from| from.first_day() <= today)
    }

    /// « en vigueur depuis le 1er janvier 2026 », « à partir du 1er mars 2027 », « brouillon ».
    pub fn period(&self, today: Date) -> String {
        match self.in_force_from {
            None => "brouillon".to_owned(),
            Some(from) if from.first_day() <= today => format!("à partir du {}", french_date(from.first_day())),
            Some(from) => format!("entrera en vigueur le {}", french_date(from.first_day())),
        }
    }
}

/// Of versions in the order of their numbers: the one that holds, and the ones to come.
pub fn in_force(versions: &[Version], today: Date) -> (Option<&Version>, Option<&Version>) {
    let holds = versions.iter().rfind(|version| version.holds_on(today));
    let coming = versions.iter().find(|version| version.state == VersionState::Published && !version.holds_on(today));
    (holds, coming)
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    pub code: String,
    pub title: String,
    pub explanation: String,
    /// The code of what is counted; nothing: declared with evidence.
    pub measure: String,
    pub threshold: Option<i64>,
    pub valid_months: Option<i64>,
}

impl Criterion {
    pub fn is_declared(&self) -> bool {
        self.measure.is_empty()
    }

    /// How it is checked, in words: « Compté par Maillage : … (au moins 5) ».
    pub fn check(&self, measures: &Measures) -> String {
        if self.is_declared() {
            return match self.valid_months {
                Some(months) => format!("Déclaré par la gouvernance, avec une preuve qui vaut {months} mois."),
                None => "Déclaré par la gouvernance, avec une preuve.".to_owned(),
            };
        }
        let measure = measures.find(&self.measure);
        let what = measure.map_or("mesure inconnue de cette version", |measure| measure.label());
        match self.threshold {
            Some(threshold) => {
                let number = measure.and_then(|measure| measure.threshold()).map_or("minimum", |asked| asked.label);
                format!("Compté par Maillage : {what} ({number} : {threshold}).")
            }
            None => format!("Compté par Maillage : {what}."),
        }
    }
}

/// What was typed of a criterion.
#[derive(Clone, Debug, Default)]
pub struct CriterionDraft {
    pub title: String,
    pub explanation: String,
    pub measure: String,
    pub threshold: String,
    pub valid_months: String,
}

impl CriterionDraft {
    pub fn of(criterion: &Criterion) -> Self {
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        Self {
            title: criterion.title.clone(),
            explanation: criterion.explanation.clone(),
            measure: criterion.measure.clone(),
            threshold: number(criterion.threshold),
            valid_months: number(criterion.valid_months),
        }
    }

    /// Understands what was typed; the code is the caller's.
    ///
    /// # Errors
    /// `title`, `explanation` (missing, too long); `measure` (unknown); `threshold` (missing, not a number, out of what
    /// the measure allows); `valid_months` (not a number of months from 1 to 120).
    pub fn parse(&self, code: &str, measures: &Measures) -> Result<Criterion> {
        let mut errors = Errors::default();
        let title = errors.check("title", text::line(&self.title, TITLE_MAX)).unwrap_or_default();
        let explanation = errors.check("explanation", text::paragraphs(&self.explanation, EXPLANATION_MAX)).flatten();
        let measure = self.measure.trim();
        let (mut threshold, mut valid_months) = (None, None);
        if measure.is_empty() {
            valid_months = match self.valid_months.trim() {
                "" => None,
                typed => {
                    let months = typed.parse().ok().filter(|months| (1..=VALID_MAX).contains(months));
                    if months.is_none() {
                        errors.add("valid_months", format!("Donnez un nombre de mois, de 1 à {VALID_MAX}, ou rien."));
                    }
                    months
                }
            };
        } else if let Some(known) = measures.find(measure) {
            if let Some(asked) = known.threshold() {
                threshold = self.threshold.trim().parse().ok().filter(|n| (asked.least..=asked.most).contains(n));
                if threshold.is_none() {
                    errors.add("threshold", format!("Donnez un nombre, de {} à {}.", asked.least, asked.most));
                }
            }
        } else {
            errors.add("measure", "Choisissez une réponse dans la liste.");
        }
        errors.into_result()?;
        Ok(Criterion {
            code: code.to_owned(),
            title,
            explanation: explanation.unwrap_or_default(),
            measure: measure.to_owned(),
            threshold,
            valid_months,
        })
    }
}

/// What differs between two versions, a sentence each.
pub fn differences(before: &[Criterion], after: &[Criterion], measures: &Measures) -> Vec<String> {
    let find = |all: &[Criterion], code: &str| all.iter().find(|criterion| criterion.code == code).cloned();
    let mut out = Vec::new();
    for criterion in after {
        match find(before, &criterion.code) {
            None => out.push(format!("Nouveau critère : {}.", criterion.title)),
            Some(old) if old == *criterion => {}
            Some(old) => {
                if old.title != criterion.title {
                    out.push(format!("« {} » devient « {} ».", old.title, criterion.title));
                }
                let (was, is) = (old.check(measures), criterion.check(measures));
                if was != is {
                    out.push(format!("{} : {is} Avant : {was}", criterion.title));
                }
                if old.explanation != criterion.explanation {
                    out.push(format!("{} : explication réécrite.", criterion.title));
                }
            }
        }
    }
    for criterion in before {
        if find(after, &criterion.code).is_none() {
            out.push(format!("Critère retiré : {}.", criterion.title));
        }
    }
    out
}

coded! {
    pub enum DeclarationState {
        Current = "current", "Déclarée";
        Replaced = "replaced", "Remplacée";
        Withdrawn = "withdrawn", "Retirée";
        Refused = "refused", "Non retenue";
    }
}

/// What a governance declares of one criterion, with its evidence.
#[derive(Clone, Debug)]
pub struct Declaration {
    pub id: Id<Self>,
    pub governance: Id<Governance>,
    pub criterion: String,
    pub statement: String,
    pub link: String,
    pub file: Option<(Digest, String)>,
    /// The day of what is declared: of the vote, of the publication.
    pub on: PartialDate,
    pub state: DeclarationState,
    /// Why it was withdrawn or not retained.
    pub reason: String,
    pub provenance: Provenance,
}

/// The last day on which a declaration holds; nothing when it holds until it is withdrawn.
pub fn valid_until(criterion: &Criterion, on: PartialDate) -> Option<Date> {
    let months = criterion.valid_months?;
    Some(on.last_day().saturating_add(months.months()))
}

/// What a declaration is worth on a day.
pub fn declared(criterion: &Criterion, declaration: Option<&Declaration>, today: Date) -> Finding {
    let Some(declaration) = declaration else { return Finding::new(false, "Rien n'est encore déclaré.") };
    let when = declaration.on.french();
    match declaration.state {
        DeclarationState::Refused => {
            let reason = declaration.reason.trim_end_matches('.');
            Finding::new(false, format!("La déclaration n'a pas été retenue par l'équipe nationale : {reason}."))
        }
        DeclarationState::Current => match valid_until(criterion, declaration.on) {
            Some(until) if until < today => Finding::new(
                false,
                format!("Déclaré ({when}), mais la preuve ne vaut plus depuis le {}.", french_date(until)),
            ),
            Some(until) => Finding::new(true, format!("Déclaré ({when}), jusqu'au {}.", french_date(until))),
            None => Finding::new(true, format!("Déclaré ({when}).")),
        },
        DeclarationState::Replaced | DeclarationState::Withdrawn => Finding::new(false, "Rien n'est encore déclaré."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::MEASURES;
    use proptest::prelude::*;

    fn measures() -> Measures {
        Measures::new(MEASURES)
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn criterion(code: &str) -> Criterion {
        Criterion {
            code: code.to_owned(),
            title: code.to_owned(),
            explanation: String::new(),
            measure: String::new(),
            threshold: None,
            valid_months: None,
        }
    }

    fn declaration(on: &str, state: DeclarationState) -> Declaration {
        Declaration {
            id: Id::from_uuid(uuid::Uuid::from_u128(1)),
            governance: Id::from_uuid(uuid::Uuid::from_u128(2)),
            criterion: "a".to_owned(),
            statement: "Adoptée.".to_owned(),
            link: String::new(),
            file: None,
            on: on.parse().unwrap(),
            state,
            reason: "Le document joint est un projet.".to_owned(),
            provenance: Provenance::entered(),
        }
    }

    fn version(number: i64, from: Option<&str>) -> Version {
        Version {
            number,
            state: if from.is_some() { VersionState::Published } else { VersionState::Draft },
            introduction: String::new(),
            changes: String::new(),
            in_force_from: from.map(|from| from.parse().unwrap()),
            version: 1,
            provenance: Provenance::entered(),
            criteria: vec![criterion("a")],
        }
    }

    #[test]
    fn a_version_holds_from_its_day_until_the_next_one() {
        let all = [version(1, Some("2026-01-01")), version(2, Some("2027-03-01")), version(3, None)];
        let numbers = |today| {
            let (holds, coming) = in_force(&all, day(today));
            (holds.map(|version| version.number), coming.map(|version| version.number))
        };
        assert_eq!(numbers("2025-12-31"), (None, Some(1)));
        assert_eq!(numbers("2026-01-01"), (Some(1), Some(2)));
        assert_eq!(numbers("2027-02-28"), (Some(1), Some(2)));
        assert_eq!(numbers("2027-03-01"), (Some(2), None));
    }

    #[test]
    fn a_declaration_holds_as_long_as_the_criterion_says() {
        let mut criterion = criterion("a");
        let met = |criterion: &Criterion, declaration: Option<&Declaration>, today| {
            declared(criterion, declaration, day(today)).met
        };
        assert!(!met(&criterion, None, "2026-11-21"));
        let one = declaration("2026-01-31", DeclarationState::Current);
        assert!(met(&criterion, Some(&one), "2060-01-01"));
        criterion.valid_months = Some(1);
        assert!(met(&criterion, Some(&one), "2026-02-28"), "a month after 31 January is the end of February");
        assert!(!met(&criterion, Some(&one), "2026-03-01"));
        let refused = declaration("2026-01-31", DeclarationState::Refused);
        let finding = declared(&criterion, Some(&refused), day("2026-02-01"));
        assert!(!finding.met && finding.sentence.contains("un projet."), "{finding:?}");
        // A year known alone holds from its end, as kindly as it may be read.
        let vague = declaration("2025", DeclarationState::Current);
        assert!(met(&criterion, Some(&vague), "2026-01-31"));
    }

    #[test]
    fn what_was_typed_of_a_criterion_is_understood_or_told() {
        let typed = |measure: &str, threshold: &str, months: &str| CriterionDraft {
            title: "Des membres divers".to_owned(),
            explanation: String::new(),
            measure: measure.to_owned(),
            threshold: threshold.to_owned(),
            valid_months: months.to_owned(),
        };
        let parse = |draft: CriterionDraft| draft.parse("a", &measures());
        assert_eq!(parse(typed("categories", " 5 ", "")).unwrap().threshold, Some(5));
        assert_eq!(parse(typed("installed", "9", "")).unwrap().threshold, None, "a measure without a number");
        assert_eq!(parse(typed("", "9", "12")).unwrap().valid_months, Some(12));
        for (measure, threshold, months, field) in [
            ("categories", "", "", "threshold"),
            ("categories", "99999999999999999999", "", "threshold"),
            ("categories", "1", "", "threshold"),
            ("inconnue", "5", "", "measure"),
            ("", "", "0", "valid_months"),
            ("", "", "douze", "valid_months"),
        ] {
            let Err(kernel::Error::Invalid(errors)) = parse(typed(measure, threshold, months)) else { panic!() };
            assert!(errors.of(field).is_some(), "{measure} {threshold} {months}: {errors}");
        }
    }

    #[test]
    fn differences_are_told_in_sentences() {
        let (mut before, mut after) = (vec![criterion("a"), criterion("b")], vec![criterion("b"), criterion("c")]);
        before[1].measure = "categories".to_owned();
        before[1].threshold = Some(4);
        after[0].measure = "categories".to_owned();
        after[0].threshold = Some(5);
        let told = differences(&before, &after, &measures()).join(" ");
        for part in ["Critère retiré : a.", "Nouveau critère : c.", "(minimum : 5)", "(minimum : 4)"] {
            assert!(told.contains(part), "{told}");
        }
        assert!(differences(&after, &after, &measures()).is_empty());
    }

    #[test]
    fn no_two_measures_share_a_code() {
        let mut codes: Vec<_> = MEASURES.iter().map(|measure| measure.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), MEASURES.len());
    }

    proptest! {
        #[test]
        fn no_typed_criterion_breaks_anything(a in ".{0,100}", b in ".{0,100}", c in "[a-z_]{0,12}", d in ".{0,24}") {
            let draft = CriterionDraft {
                title: a, explanation: b, measure: c, threshold: d.clone(), valid_months: d,
            };
            let _ = draft.parse("x", &measures());
        }

        /// The longer a declaration is valid, the longer it holds.
        #[test]
        fn validity_is_monotonous(months in 1i64..120, more in 0i64..12, at in 0i32..4_000) {
            let mut short = criterion("a");
            short.valid_months = Some(months);
            let mut long = short.clone();
            long.valid_months = Some(months + more);
            let one = declaration("2020-02-29", DeclarationState::Current);
            let today = day("2020-02-29").saturating_add(jiff::Span::new().days(at));
            if declared(&short, Some(&one), today).met {
                prop_assert!(declared(&long, Some(&one), today).met);
            }
        }
    }
}
