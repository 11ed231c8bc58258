//! What the page of a meeting tells of its dates and of those who come besides the members.

use kernel::Result;
use store::Tx;

use super::series;
use crate::model::MeetingState;
use crate::planning::Known;

/// For the page of one meeting.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// « le 1er mercredi du mois, 2e de 10 », for those who prepare it.
    pub series: String,
    /// What those who prepare it may do besides: a label and an address.
    pub steps: Vec<(&'static str, String)>,
}

impl About {
    pub fn load(tx: &mut Tx<'_>, known: &Known) -> Result<Self> {
        let mut about = Self::default();
        let meeting = &known.meeting;
        let mut step = |label, place: &str| about.steps.push((label, format!("{}/{place}", known.page())));
        if meeting.state == MeetingState::Draft {
            step("Trouver une date", "dates");
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
}
