//! Queries on polls of dates.

use directory::Organisation;
use governance::members::model::Member;
use kernel::{Id, Result, Timestamp};
use store::{Tx, params};
use uuid::Uuid;

use super::model::{PollState, Tally, Voice};
use crate::model::Meeting;

/// A date of a poll.
#[derive(Clone, Debug)]
pub struct Choice {
    pub id: Id<Self>,
    pub starts_at: Timestamp,
}

/// Somebody who was asked, and what they said of each date.
#[derive(Clone, Debug)]
pub struct Asked {
    pub id: Id<Self>,
    pub member: Option<Id<Member>>,
    pub organisation: Option<Id<Organisation>>,
    pub seat: Option<Uuid>,
    pub name: String,
    pub answered: bool,
    pub voices: Vec<Said>,
}

/// What was said of a date.
pub type Said = (Id<Choice>, Voice);

impl Asked {
    pub fn voice(&self, choice: Id<Choice>) -> Option<Voice> {
        self.voices.iter().find(|(known, _)| *known == choice).map(|(_, voice)| *voice)
    }
}

/// A poll, whole.
#[derive(Clone, Debug)]
pub struct Poll {
    pub id: Id<Self>,
    pub meeting: Id<Meeting>,
    pub state: PollState,
    pub ends_at: Timestamp,
    pub choices: Vec<Choice>,
    pub asked: Vec<Asked>,
}

impl Poll {
    /// Whether answers are taken.
    pub fn takes_answers(&self, now: Timestamp) -> bool {
        self.state == PollState::Open && now < self.ends_at
    }

    pub fn tally(&self, choice: &Choice) -> Tally {
        Tally::of(self.asked.iter().map(|one| one.voice(choice.id)))
    }

    pub fn answered(&self) -> usize {
        self.asked.iter().filter(|one| one.answered).count()
    }
}

/// The poll of a meeting that is under way, else the latest.
pub fn of_meeting(tx: &mut Tx<'_>, meeting: Id<Meeting>) -> Result<Option<Poll>> {
    let found = tx.find(
        "select id, state, ends_at from date_poll where meeting = $1
         order by case state when 'open' then 0 else 1 end, created_at desc, id desc limit 1",
        params![meeting],
        |row| Ok((row.get::<Id<Poll>>(0)?, row.code(1)?, row.get(2)?)),
    )?;
    let Some((id, state, ends_at)) = found else { return Ok(None) };
    let choices =
        tx.query("select id, starts_at from date_choice where poll = $1 order by starts_at", params![id], |row| {
            Ok(Choice { id: row.get(0)?, starts_at: row.get(1)? })
        })?;
    let mut asked = tx.query(
        "select id, member, organisation, seat, name, answered_at is not null from date_asked where poll = $1 order by rank",
        params![id],
        |row| {
            Ok(Asked {
                id: row.get(0)?,
                member: row.get(1)?,
                organisation: row.get(2)?,
                seat: row.get(3)?,
                name: row.get(4)?,
                answered: row.get(5)?,
                voices: Vec::new(),
            })
        },
    )?;
    let voices: Vec<(Id<Asked>, Said)> = tx.query(
        "select v.asked, v.choice, v.voice from date_voice v join date_asked a on a.id = v.asked where a.poll = $1",
        params![id],
        |row| Ok((row.get(0)?, (row.get(1)?, row.code(2)?))),
    )?;
    for (one, voice) in voices {
        if let Some(one) = asked.iter_mut().find(|known: &&mut Asked| known.id == one) {
            one.voices.push(voice);
        }
    }
    Ok(Some(Poll { id, meeting, state, ends_at, choices, asked }))
}

/// The meeting and the member of somebody who was asked.
pub fn asked(tx: &mut Tx<'_>, id: Id<Asked>) -> Result<(Id<Meeting>, Option<Id<Member>>)> {
    tx.get(
        "select p.meeting, a.member from date_asked a join date_poll p on p.id = a.poll where a.id = $1",
        params![id],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}
