//! What is typed to prepare a ballot, and what it comes to. Pure.

use jiff::civil::{Date, Time};
use kernel::{Error, Errors, Id, Result, Timestamp, text};

use super::model::{Answer, Ballot, Form, Way};
use super::rule::{Base, Majority, Rule, Tie};
use crate::decisions::Decision;
use crate::elections::{Candidacy, Election};
use crate::planning::acts::hour;

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
    /// The draft of a decision on which a proposal is voted; empty: none.
    pub decision: String,
}

/// A ballot to prepare, understood.
#[derive(Clone, Debug)]
pub struct NewBallot {
    pub question: String,
    pub description: String,
    pub form: Form,
    pub answers: Vec<NewAnswer>,
    pub most: usize,
    pub secret: bool,
    pub way: Way,
    /// When a written consultation ends, by the clock of the territory.
    pub closes: Option<(Date, Time)>,
    pub rule: Rule,
    pub publishes: bool,
    pub decision: Option<Id<Decision>>,
    /// The election of which it is a round.
    pub election: Option<Id<Election>>,
}

/// An answer to prepare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAnswer {
    pub label: String,
    pub description: String,
    /// The candidacy for which it stands.
    pub candidacy: Option<Id<Candidacy>>,
}

impl NewAnswer {
    pub fn plain(label: impl Into<String>) -> Self {
        Self { label: label.into(), description: String::new(), candidacy: None }
    }

    /// One that stands already says the same.
    fn is_so(&self, known: &Answer) -> bool {
        (&self.label, &self.description, self.candidacy) == (&known.label, &known.description, known.candidacy)
    }
}

impl NewBallot {
    /// True when the ballot is as this says already: the form was sent twice. `closes` is its end, by the clock of the
    /// territory.
    pub fn is_so(&self, ballot: &Ballot, closes: Option<Timestamp>) -> bool {
        (&ballot.question, &ballot.description, ballot.form, ballot.most, ballot.secret)
            == (&self.question, &self.description, self.form, self.most, self.secret)
            && (ballot.way, ballot.rule, ballot.publishes, ballot.closes_at)
                == (self.way, self.rule, self.publishes, closes)
            && ballot.election == self.election
            && ballot.answers.len() == self.answers.len()
            && self.answers.iter().zip(&ballot.answers).all(|(new, known)| new.is_so(known))
    }
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
            Some(Form::Proposal) | None => vec![NewAnswer::plain("Pour"), NewAnswer::plain("Contre")],
            Some(Form::One | Form::Several) => {
                answers(&mut errors, &self.answers).into_iter().map(NewAnswer::plain).collect()
            }
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
        let decision = match self.decision.as_str() {
            "" => None,
            typed => {
                let decision = typed.parse().ok();
                if decision.is_none() {
                    errors.add("decision", "Choisissez un projet de la liste.");
                } else if form.is_some_and(|form| form != Form::Proposal) {
                    errors.add("decision", "On adopte un projet par pour ou contre : choisissez « une proposition ».");
                }
                decision
            }
        };
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
                decision,
                election: None,
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
pub(crate) fn number(errors: &mut Errors, field: &'static str, typed: &str, most: usize) -> usize {
    let most = most.max(1);
    let number = typed.trim().parse().ok().filter(|number| (1..=most).contains(number));
    if number.is_none() {
        errors.add(field, format!("Donnez un nombre, de 1 à {most}."));
    }
    number.unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
