//! What a ballot gave, told on its own page, beside its item and in the minutes.

use std::collections::HashMap;

use ::store::Tx;
use askama::Template;
use askama::filters::HtmlSafe;
use kernel::{Id, Result};

use super::model::{Answer, Ballot, BallotState, Form, Outcome, kept_choice};
use super::roll::Seat;
use super::store::{self as ballots, Kept};
use super::weights::voices_told;
use crate::model::{Item, Meeting};
use crate::url;

/// A seat of the roll as a result tells it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub name: String,
    pub college: String,
    pub weight: i64,
    /// Why it has these votes.
    pub because: String,
    /// What it voted; nothing where that is not told.
    pub voice: String,
    /// « suppléance », « pouvoir ».
    pub by: &'static str,
    pub reason: String,
    pub voted: bool,
    pub present: bool,
}

pub(super) fn lines(ballot: &Ballot, roll: &[Seat], kept: &[Kept], voices: bool) -> Vec<Line> {
    let of: HashMap<Id<Seat>, &Kept> = kept.iter().map(|one| (one.seat, one)).collect();
    let said = |one: &Kept| match &one.choice {
        Some(choice) if voices => match kept_choice(choice).as_slice() {
            [] if ballot.form == Form::Proposal => "Abstention".to_owned(),
            [] => "Blanc".to_owned(),
            ranks => {
                let label = |rank: &usize| ballot.answers.get(*rank).map(Answer::shown);
                ranks.iter().filter_map(label).collect::<Vec<_>>().join(", ")
            }
        },
        _ => "A voté".to_owned(),
    };
    let line = |seat: &Seat| {
        let one = of.get(&seat.id).copied();
        Line {
            name: seat.name.clone(),
            college: seat.college.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
            weight: seat.weight,
            because: seat.because.clone(),
            voice: one.map(said).unwrap_or_default(),
            by: one.map_or("", |one| one.voter.by.note()),
            reason: one.filter(|_| voices).map(|one| one.reason.clone()).unwrap_or_default(),
            voted: one.is_some(),
            present: seat.present,
        }
    };
    roll.iter().map(line).collect()
}

/// What a ballot gave, wherever it is told: on its page and in the minutes.
#[derive(Clone, Debug, Template)]
#[template(path = "ballots/told.html")]
pub(crate) struct Told {
    pub ballot: Ballot,
    pub lines: Vec<Line>,
    /// The page of the ballot; empty on that page itself.
    pub page: String,
    /// The level of its heading.
    pub level: u8,
}

// Its template escapes what it writes.
impl HtmlSafe for Told {}

impl Told {
    /// As everybody reads it once it is published.
    pub fn load(tx: &mut Tx<'_>, slug: &str, ballot: Ballot) -> Result<Self> {
        let (roll, kept) = (ballots::roll(tx, ballot.id)?, ballots::voices(tx, ballot.id)?);
        let lines = lines(&ballot, &roll, &kept, !ballot.secret);
        let page = url::ballot(slug, &ballot.slug);
        Ok(Self { ballot, lines, page, level: 4 })
    }

    pub fn outcome(&self) -> Outcome {
        self.ballot.outcome.unwrap_or(Outcome::Rejected)
    }

    fn is_published(&self) -> bool {
        self.ballot.state == BallotState::Published
    }

    /// Each answer with its votes, and those that were blank; of what was counted.
    pub fn counts(&self) -> Vec<(String, i64, bool)> {
        let Some(tally) = &self.ballot.tally else { return Vec::new() };
        let each =
            self.ballot.answers.iter().map(|answer| (answer.shown(), answer.votes.unwrap_or(0), answer.retained));
        let blank = if self.ballot.form == Form::Proposal { "Abstentions" } else { "Blancs" };
        each.chain(std::iter::once((blank.to_owned(), tally.abstained, false))).collect()
    }

    /// « 19 votants sur 21 inscrits ».
    pub fn turnout(&self) -> String {
        let voted = self.lines.iter().filter(|line| line.voted).count();
        let plural = if voted > 1 { "s" } else { "" };
        format!("{voted} votant{plural} sur {} sur la liste", self.lines.len())
    }

    pub fn has_weights(&self) -> bool {
        self.lines.iter().any(|line| line.weight != 1)
    }

    /// Who has how many votes, and why, as the roll was drawn up.
    pub fn voices(&self) -> Vec<String> {
        voices_told(self.lines.iter().map(|line| (line.weight, line.because.as_str())))
    }

    pub fn has_colleges(&self) -> bool {
        self.lines.iter().any(|line| !line.college.is_empty())
    }
}

/// Those of a meeting by item: what everybody reads, and with `drafts` what is prepared.
pub(crate) fn of_meeting(
    tx: &mut Tx<'_>,
    slug: &str,
    meeting: Id<Meeting>,
    drafts: bool,
) -> Result<Vec<(Id<Item>, Told)>> {
    let mut all = Vec::new();
    for ballot in ballots::of_meeting(tx, meeting)? {
        let Some(item) = ballot.item else { continue };
        match ballot.state {
            BallotState::Published => all.push((item, Told::load(tx, slug, ballot)?)),
            BallotState::Draft if !drafts => {}
            BallotState::Abandoned => {}
            BallotState::Open | BallotState::Closed | BallotState::Draft => {
                let page = url::ballot(slug, &ballot.slug);
                all.push((item, Told { ballot, lines: Vec::new(), page, level: 4 }));
            }
        }
    }
    Ok(all)
}
