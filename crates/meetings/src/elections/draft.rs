//! An election as people type it, and understood. Pure.

use jiff::civil::{Date, Time};
use kernel::{Error, Errors, PartialDate, Result, text};

use super::model::{Election, Kind, Office, POSTS_MAX};
use crate::ballots::draft::number;
use crate::ballots::rule::{Base, Majority, Tie};
use crate::planning::acts::hour;

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct ElectionDraft {
    pub title: String,
    pub description: String,
    pub office: String,
    pub office_name: String,
    pub kind: String,
    pub posts: String,
    pub term_from: String,
    pub term_until: String,
    pub rounds: String,
    pub secret: bool,
    pub majority: String,
    pub base: String,
    pub tie: String,
}

/// An election to prepare, understood.
#[derive(Clone, Debug)]
pub struct NewElection {
    pub title: String,
    pub description: String,
    pub office: Office,
    pub office_name: String,
    pub kind: Kind,
    pub posts: usize,
    pub term: (PartialDate, PartialDate),
    pub rounds: usize,
    pub secret: bool,
    pub majority: Majority,
    pub base: Base,
    pub tie: Tie,
}

impl NewElection {
    /// The election is as this says already: the form was sent twice.
    pub fn is_so(&self, election: &Election) -> bool {
        (&self.title, &self.description, &self.office_name, self.office, self.kind, self.posts)
            == (
                &election.title,
                &election.description,
                &election.office_name,
                election.office,
                election.kind,
                election.posts,
            )
            && (self.term, self.rounds, self.secret) == (election.term, election.rounds, election.secret)
            && (self.majority, self.base, self.tie) == (election.majority, election.base, election.tie)
    }
}

/// A whole day: nothing less precise begins or ends a term.
fn day(errors: &mut Errors, field: &'static str, typed: &str) -> Option<PartialDate> {
    let date = governance::forms::date(errors, field, typed);
    let whole = date.filter(|date| date.first_day() == date.last_day());
    if whole.is_none() && errors.of(field).is_none() {
        errors.add(field, "Donnez un jour, comme 01/02/2027.");
    }
    whole
}

impl ElectionDraft {
    /// Understands what was typed.
    ///
    /// # Errors
    /// One message per wrong field.
    pub fn parse(&self) -> Result<NewElection> {
        use governance::forms::coded;
        let mut errors = Errors::default();
        let title = errors.check("title", text::line(&self.title, 200)).unwrap_or_default();
        let description =
            errors.check("description", text::paragraphs(&self.description, 4_000)).flatten().unwrap_or_default();
        let office = coded::<Office>(&mut errors, "office", &self.office);
        let office_name =
            errors.check("office_name", text::optional_line(&self.office_name, 100)).flatten().unwrap_or_default();
        if office == Some(Office::Other) && office_name.is_empty() && errors.of("office_name").is_none() {
            errors.add("office_name", "Dites à quelle fonction l'on élit, comme « présidence ».");
        }
        let kind = coded::<Kind>(&mut errors, "kind", &self.kind);
        let posts = number(&mut errors, "posts", &self.posts, POSTS_MAX);
        let from = day(&mut errors, "term_from", &self.term_from);
        let until = day(&mut errors, "term_until", &self.term_until);
        if let (Some(from), Some(until)) = (from, until)
            && until.last_day() <= from.first_day()
        {
            errors.add("term_until", "La fin du mandat vient après son début.");
        }
        let rounds = number(&mut errors, "rounds", &self.rounds, 2);
        let majority = coded::<Majority>(&mut errors, "majority", &self.majority);
        let base = coded::<Base>(&mut errors, "base", &self.base);
        let tie = coded::<Tie>(&mut errors, "tie", &self.tie);
        errors.into_result()?;
        let (Some(office), Some(kind), Some(from), Some(until)) = (office, kind, from, until) else {
            return Err(Error::NotFound);
        };
        let (Some(majority), Some(base), Some(tie)) = (majority, base, tie) else { return Err(Error::NotFound) };
        Ok(NewElection {
            title,
            description,
            office,
            office_name: if office == Office::Other { office_name } else { String::new() },
            kind,
            posts,
            term: (from, until),
            rounds,
            secret: self.secret,
            majority,
            base,
            tie,
        })
    }
}

/// A day and an hour, the end of a call or of a vote, as people type them.
pub fn moment(day: &str, at: &str) -> Result<(Date, Time)> {
    let mut errors = Errors::default();
    let day = self::day(&mut errors, "closes_day", day);
    let at = hour(at);
    if at.is_none() {
        errors.add("closes_hour", "Donnez une heure, comme 18:00.");
    }
    errors.into_result()?;
    let (Some(day), Some(at)) = (day, at) else { return Err(Error::NotFound) };
    Ok((day.first_day(), at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> ElectionDraft {
        ElectionDraft {
            title: "Élection du binôme d'animation".into(),
            office: "animator".into(),
            kind: "pairs".into(),
            posts: "1".into(),
            term_from: "01/02/2027".into(),
            term_until: "31/01/2028".into(),
            rounds: "2".into(),
            majority: "absolute".into(),
            base: "valid".into(),
            tie: "second_round".into(),
            ..ElectionDraft::default()
        }
    }

    fn faults(draft: &ElectionDraft) -> Vec<String> {
        match draft.parse() {
            Err(Error::Invalid(errors)) => errors.iter().map(|error| error.field.to_string()).collect(),
            Err(other) => panic!("{other:?}"),
            Ok(_) => Vec::new(),
        }
    }

    #[test]
    fn what_is_typed_is_understood_or_told_field_by_field() {
        assert_eq!(faults(&draft()), Vec::<String>::new());
        assert_eq!(
            faults(&ElectionDraft::default()),
            ["title", "office", "kind", "posts", "term_from", "term_until", "rounds", "majority", "base", "tie"]
        );
        assert_eq!(faults(&ElectionDraft { office: "other".into(), ..draft() }), ["office_name"]);
        assert_eq!(faults(&ElectionDraft { term_until: "2028".into(), ..draft() }), ["term_until"]);
        assert_eq!(faults(&ElectionDraft { term_until: "01/02/2027".into(), ..draft() }), ["term_until"]);
        assert_eq!(faults(&ElectionDraft { posts: "0".into(), rounds: "3".into(), ..draft() }), ["posts", "rounds"]);
    }
}
