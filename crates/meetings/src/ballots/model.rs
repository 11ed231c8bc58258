//! What a ballot is, and what is typed to prepare one. Pure.

use governance::Governance;
use governance::bodies::model::Body;
use jiff::civil::{Date, Time};
use kernel::{Error, Errors, Id, Provenance, Result, Timestamp, coded, text};

use super::rule::{Base, Majority, Rule, Tally, Tie};
use crate::model::Item;
use crate::planning::acts::hour;

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

/// Most answers of a ballot.
pub const ANSWERS_MAX: usize = 50;

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct BallotDraft {
    pub question: String,
    pub description: String,
    pub form: String,
    /// One answer a line.
    pub answers: String,
    pub most: String,
    pub places: String,
    pub secret: bool,
    pub way: String,
    pub closes_day: String,
    pub closes_hour: String,
    pub majority: String,
    pub base: String,
    pub tie: String,
    pub publishes: bool,
}

/// A ballot to prepare, understood.
#[derive(Clone, Debug)]
pub struct NewBallot {
    pub question: String,
    pub description: String,
    pub form: Form,
    pub answers: Vec<String>,
    pub most: usize,
    pub secret: bool,
    pub way: Way,
    /// When a written consultation ends, by the clock of the territory.
    pub closes: Option<(Date, Time)>,
    pub rule: Rule,
    pub publishes: bool,
}

impl BallotDraft {
    /// Understands what was typed.
    ///
    /// # Errors
    /// One message per wrong field.
    pub fn parse(&self) -> Result<NewBallot> {
        use governance::forms::coded;
        let mut errors = Errors::default();
        let question = errors.check("question", text::line(&self.question, 300)).unwrap_or_default();
        let description =
            errors.check("description", text::paragraphs(&self.description, 4_000)).flatten().unwrap_or_default();
        let form = coded::<Form>(&mut errors, "form", &self.form);
        let way = coded::<Way>(&mut errors, "way", &self.way);
        let majority = coded::<Majority>(&mut errors, "majority", &self.majority);
        let base = coded::<Base>(&mut errors, "base", &self.base);
        let tie = coded::<Tie>(&mut errors, "tie", &self.tie);
        let answers = match form {
            Some(Form::Proposal) | None => vec!["Pour".to_owned(), "Contre".to_owned()],
            Some(Form::One | Form::Several) => answers(&mut errors, &self.answers),
        };
        let (mut most, mut places) = (1, 1);
        if form == Some(Form::Several) {
            most = number(&mut errors, "most", &self.most, answers.len());
        }
        if matches!(form, Some(Form::One | Form::Several)) {
            places = number(&mut errors, "places", &self.places, answers.len());
        }
        let closes = match way {
            Some(Way::Written) => self.closes(&mut errors),
            _ => None,
        };
        // Nobody is there in a written consultation.
        if way == Some(Way::Written) && base == Some(Base::Present) && majority != Some(Majority::Simple) {
            errors.add("base", "Dans une consultation écrite, personne n'est présent : choisissez une autre base.");
        }
        match (errors.into_result(), form, way, majority, base, tie) {
            (Ok(()), Some(form), Some(way), Some(majority), Some(base), Some(tie)) => Ok(NewBallot {
                question,
                description,
                form,
                answers,
                most,
                secret: self.secret,
                way,
                closes,
                rule: Rule { majority, base, tie, places },
                publishes: self.publishes,
            }),
            (Err(error), ..) => Err(error),
            (Ok(()), ..) => Err(Error::NotFound),
        }
    }

    fn closes(&self, errors: &mut Errors) -> Option<(Date, Time)> {
        let day = governance::forms::date(errors, "closes_day", &self.closes_day);
        let day = day.filter(|day| day.first_day() == day.last_day()).map(|day| day.first_day());
        if day.is_none() && errors.of("closes_day").is_none() {
            errors.add("closes_day", "Donnez le dernier jour de la consultation, comme 12/03/2027.");
        }
        let hour = hour(&self.closes_hour);
        if hour.is_none() {
            errors.add("closes_hour", "Donnez l'heure de la clôture, comme 18:00.");
        }
        Some((day?, hour?))
    }
}

/// One answer a line, each once.
fn answers(errors: &mut Errors, typed: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for line in typed.lines().filter(|line| !line.trim().is_empty()) {
        match text::line(line, 200) {
            Err(fault) => {
                errors.add("answers", fault.to_string());
                return all;
            }
            Ok(answer) if all.iter().any(|known| text::fold(known) == text::fold(&answer)) => {
                errors.add("answers", format!("« {answer} » est écrit deux fois."));
                return all;
            }
            Ok(answer) => all.push(answer),
        }
    }
    if all.len() < 2 {
        errors.add("answers", "Donnez au moins deux réponses, une par ligne.");
    } else if all.len() > ANSWERS_MAX {
        errors.add("answers", format!("{ANSWERS_MAX} réponses au plus."));
    }
    all
}

/// A number from 1 to `most`.
fn number(errors: &mut Errors, field: &'static str, typed: &str, most: usize) -> usize {
    let most = most.max(1);
    let number = typed.trim().parse().ok().filter(|number| (1..=most).contains(number));
    if number.is_none() {
        errors.add(field, format!("Donnez un nombre, de 1 à {most}."));
    }
    number.unwrap_or(1)
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
        match code.parse::<usize>().ok().filter(|rank| *rank < ballot.answers.len()) {
            Some(rank) => chosen.push(rank),
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

    fn draft() -> BallotDraft {
        BallotDraft {
            question: "Faut-il ouvrir le samedi ?".into(),
            form: "proposal".into(),
            way: "live".into(),
            majority: "simple".into(),
            base: "valid".into(),
            tie: "rejected".into(),
            ..BallotDraft::default()
        }
    }

    fn faults(draft: &BallotDraft) -> Vec<String> {
        match draft.parse() {
            Err(Error::Invalid(errors)) => errors.iter().map(|error| error.field.to_string()).collect(),
            Err(other) => panic!("{other:?}"),
            Ok(_) => Vec::new(),
        }
    }

    #[test]
    fn what_is_typed_is_understood_or_told_field_by_field() {
        assert_eq!(faults(&draft()), Vec::<String>::new());
        assert_eq!(faults(&BallotDraft::default()), ["question", "form", "way", "majority", "base", "tie"]);
        let written =
            BallotDraft { way: "written".into(), base: "present".into(), majority: "absolute".into(), ..draft() };
        assert_eq!(faults(&written), ["closes_day", "closes_hour", "base"]);
        let choice = BallotDraft { form: "several".into(), answers: "Un\n un \n".into(), most: "9".into(), ..draft() };
        assert_eq!(faults(&choice), ["answers", "most", "places"]);
        let choice =
            BallotDraft { answers: "Un\n\nDeux\r\nTrois".into(), most: "2".into(), places: "3".into(), ..choice };
        let new = choice.parse().unwrap();
        assert_eq!((new.answers.len(), new.most, new.rule.places), (3, 2, 3));
    }

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
