//! What the page of a meeting tells of its dates and of those who come besides the members.

use std::collections::HashSet;

use kernel::{Id, Result};
use store::Tx;

use super::guests::{self, Guest};
use super::{cosign, moves, series};
use crate::model::{MeetingState, Participant};
use crate::planning::Known;

/// For the page of one meeting.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// « le 1er mercredi du mois, 2e de 10 », for those who prepare it.
    pub series: String,
    /// What those who prepare it may do besides: a label and an address.
    pub steps: Vec<(&'static str, String)>,
    /// « À l'invitation de … », where somebody presides.
    pub invitation: Option<String>,
    /// Who answered before the meeting was moved.
    stale: HashSet<Id<Participant>>,
    pub guests: Vec<Guest>,
}

impl About {
    pub(crate) fn load(tx: &mut Tx<'_>, known: &Known) -> Result<Self> {
        let meeting = &known.meeting;
        let inviters = cosign::inviters(tx, &known.bodies)?;
        let mut about = Self {
            invitation: cosign::invitation(&inviters),
            stale: moves::answered_before(tx, meeting.id)?,
            guests: guests::list(tx, meeting.id)?,
            ..Self::default()
        };
        let mut step = |label, place: &str| about.steps.push((label, format!("{}/{place}", known.page())));
        if meeting.state == MeetingState::Draft {
            step("Trouver une date", "dates");
            if inviters.len() > 1 {
                step("Accord des coprésidences", "accords");
            }
        }
        if !matches!(meeting.state, MeetingState::Cancelled) {
            step("Invités", "invites");
        }
        if let Some(series) = series::of_meeting(tx, meeting.id)? {
            let follows =
                |(_, _, at, state): &(_, _, _, MeetingState)| *at >= meeting.starts_at && *state == MeetingState::Draft;
            if series.meetings.iter().any(follows) {
                step("Annuler les suivantes de la série", "serie");
            }
            let place = series.meetings.iter().position(|(id, ..)| *id == meeting.id).map_or(1, |place| place + 1);
            let ordinal = if place == 1 { "1re".to_owned() } else { format!("{place}e") };
            about.series = format!("{}, {ordinal} de {}", series.rhythm, series.meetings.len());
        }
        Ok(about)
    }

    /// True when what was answered stands for another day or hour.
    pub fn is_stale(&self, one: &Participant) -> bool {
        self.stale.contains(&one.id)
    }
}
