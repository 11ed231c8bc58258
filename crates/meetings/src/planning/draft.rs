//! What is typed of a meeting, and what is understood of it. Pure.

use jiff::civil::{Date, Time};
use kernel::{Error, Errors, Result, text};

use crate::model::Format;

/// Longest meeting, in minutes.
const LONGEST: i64 = 1_440;

/// What was typed of a meeting.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub title: String,
    pub format: String,
    pub day: String,
    pub hour: String,
    pub minutes: String,
    pub place: String,
    pub video: String,
    pub presentation: String,
    pub second: bool,
}

/// A meeting, understood.
#[derive(Clone, Debug)]
pub struct Plan {
    pub title: String,
    pub format: Format,
    pub day: Date,
    pub hour: Time,
    pub minutes: i64,
    pub place: String,
    pub video: String,
    pub presentation: String,
    pub second: bool,
}

/// An hour as people type it: « 14:30 », « 14h30 », « 14 h », « 9h ».
pub fn hour(typed: &str) -> Option<Time> {
    let folded = typed.trim().to_lowercase().replace(' ', "").replace('h', ":");
    let (hours, minutes) = folded.split_once(':').unwrap_or((folded.as_str(), ""));
    let digits = |part: &str| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if hours.is_empty() || !digits(hours) || !digits(minutes) {
        return None;
    }
    let minutes = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    Time::new(hours.parse().ok()?, minutes, 0, 0).ok()
}

/// A whole address of the web: people click on it, and it goes into calendars as it is.
fn is_link(typed: &str) -> bool {
    let Some(rest) = typed.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let strange = |c: char| c.is_whitespace() || c.is_control() || "\"<>\\^`{|}".contains(c);
    host.starts_with(char::is_alphanumeric) && host.contains('.') && !typed.contains(strange)
}

impl Draft {
    /// Understands what was typed.
    ///
    /// # Errors
    /// One message per wrong field.
    pub fn parse(&self) -> Result<Plan> {
        let mut errors = Errors::default();
        let title = errors.check("title", text::line(&self.title, text::NAME_MAX)).unwrap_or_default();
        let format = governance::forms::coded::<Format>(&mut errors, "format", &self.format);
        let day = governance::forms::date(&mut errors, "day", &self.day);
        let day = day.filter(|day| day.first_day() == day.last_day()).map(|day| day.first_day());
        if day.is_none() && errors.of("day").is_none() {
            errors.add("day", "Donnez le jour de la réunion, comme 12/03/2027.");
        }
        let hour = hour(&self.hour);
        if hour.is_none() {
            errors.add("hour", "Donnez l'heure du début, comme 14:30.");
        }
        let minutes = self.minutes.trim().parse().ok().filter(|minutes| (5..=LONGEST).contains(minutes));
        if minutes.is_none() {
            errors.add("minutes", "Donnez la durée en minutes, de 5 à 1440.");
        }
        let place = errors.check("place", text::optional_line(&self.place, 300)).flatten().unwrap_or_default();
        let video = errors.check("video", text::optional_line(&self.video, 500)).flatten().unwrap_or_default();
        if !video.is_empty() && !is_link(&video) {
            errors
                .add("video", "Une adresse de visioconférence commence par https:// et se donne entière, sans espace.");
        }
        let presentation =
            errors.check("presentation", text::paragraphs(&self.presentation, 4_000)).flatten().unwrap_or_default();
        match (errors.into_result(), format, day, hour, minutes) {
            (Ok(()), Some(format), Some(day), Some(hour), Some(minutes)) => {
                Ok(Plan { title, format, day, hour, minutes, place, video, presentation, second: self.second })
            }
            (Err(error), ..) => Err(error),
            (Ok(()), ..) => Err(Error::NotFound),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hours_are_read_as_people_type_them() {
        let read = |typed| hour(typed).map(|time| (time.hour(), time.minute()));
        for (typed, expected) in [
            ("14:30", (14, 30)),
            ("14h30", (14, 30)),
            ("14 h", (14, 0)),
            ("9h", (9, 0)),
            (" 9 ", (9, 0)),
            ("0:05", (0, 5)),
        ] {
            assert_eq!(read(typed), Some(expected), "{typed}");
        }
        for typed in ["", "midi", "25:00", "14:60", "14:3a", "-1:00", "1430", "14:30:00"] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_link_is_whole_or_refused() {
        for good in ["https://visio.exemple.fr", "https://visio.exemple.fr/salle?x=1#y", "https://équipe.fr:8443/"] {
            assert!(is_link(good), "{good}");
        }
        for bad in [
            "https://",
            "https:///x",
            "https://a b.fr",
            "https://a.fr/\"><b>",
            "http://a.fr",
            "https://salle",
            "//a.fr",
        ] {
            assert!(!is_link(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn nothing_typed_as_an_hour_breaks_anything(typed in ".{0,12}") {
            let _ = hour(&typed);
        }
    }
}
