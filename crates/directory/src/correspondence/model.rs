//! Kinds of news, rhythms, and when the next message is due.

use jiff::civil::{Date, Time, Weekday};
use kernel::zone::Zone;
use kernel::{Timestamp, coded};

coded! {
    /// What is told to persons. Codes are kept in the database and in signed links.
    pub enum LetterKind {
        /// The reminders of *À faire*.
        Duties = "duties", "Ce qui est attendu de vous";
        /// What somebody asked for and waits for: told the next morning whatever the rhythm, and never refused.
        Answers = "answers", "Réponses à vos demandes";
        Tasks = "tasks", "Tâches qui vous sont confiées";
        Meetings = "meetings", "Réunions annoncées, comptes rendus publiés";
        Membership = "membership", "Vie de votre gouvernance";
    }
}

impl LetterKind {
    /// What the page of choices adds to the label.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Duties => "Le rappel de ce que montre la page « À faire », avec les échéances.",
            Self::Tasks => "Une tâche vous est confiée, change ou n'est plus à faire.",
            Self::Meetings => "Une date est retenue, un compte rendu est publié.",
            Self::Membership => "Des structures entrent ou partent, des instances et des pouvoirs changent.",
            Self::Answers => "La suite donnée à ce que vous avez demandé.",
        }
    }

    /// True when a person may do without it.
    pub fn is_a_choice(self) -> bool {
        self != Self::Answers
    }

    /// True when it goes the next morning, whatever the rhythm.
    pub fn is_prompt(self) -> bool {
        self == Self::Answers
    }
}

coded! {
    /// How often a person wants a grouped message.
    pub enum Rhythm {
        Day = "day", "Chaque jour";
        Week = "week", "Chaque semaine";
        Month = "month", "Chaque mois";
        Never = "never", "Jamais";
    }
}

/// The hour at which grouped messages go, in Paris: before the day's work.
const HOUR: i8 = 7;

/// Nobody is written to on the day of rest.
fn is_written_on(day: Date) -> bool {
    day.weekday() != Weekday::Sunday
}

impl Rhythm {
    /// Whether a message of this rhythm goes on a day: each day but Sunday; on Monday; on the first day of the month that is
    /// not a Sunday.
    fn falls_on(self, day: Date) -> bool {
        match self {
            Self::Day => is_written_on(day),
            Self::Week => day.weekday() == Weekday::Monday,
            Self::Month => match day.day() {
                1 => is_written_on(day),
                2 => day.weekday() == Weekday::Monday,
                _ => false,
            },
            Self::Never => false,
        }
    }

    /// The first message of this rhythm after an instant; `None` without one.
    pub fn next_after(self, after: Timestamp) -> Option<Timestamp> {
        let mut day = Zone::PARIS.civil(after).0;
        // A month and the Sunday at its beginning.
        for _ in 0..34 {
            if self.falls_on(day)
                && let Some(at) = morning(day)
                && at > after
            {
                return Some(at);
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    /// « chaque lundi », as the foot of a message says it.
    pub fn told(self) -> &'static str {
        match self {
            Self::Day => "chaque jour, sauf le dimanche",
            Self::Week => "chaque lundi",
            Self::Month => "au début de chaque mois",
            Self::Never => "jamais",
        }
    }
}

/// The instant of the hour at which messages go on a day, whatever the clocks have done in its night.
fn morning(day: Date) -> Option<Timestamp> {
    let hour = Time::new(HOUR, 0, 0, 0).ok()?;
    Zone::PARIS.instant(day, hour).ok()
}

/// Whether a message may go now: one that is late (the site was closed) neither wakes anybody nor falls on a Sunday.
pub fn is_hour_to_write(now: Timestamp) -> bool {
    let (day, time) = Zone::PARIS.civil(now);
    is_written_on(day) && time.hour() >= HOUR
}

/// The next morning at which anything may be told.
pub fn morning_after(after: Timestamp) -> Option<Timestamp> {
    Rhythm::Day.next_after(after)
}

/// Something to tell a person. A title and an address are told once, whatever happens before the next message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// One line, without a final point: « Compte rendu publié : COPIL du 4 novembre ».
    pub title: String,
    /// What there is to know without opening the page; may be empty.
    pub text: String,
    /// Where it stands on this site: `/gouvernances/…`.
    pub path: String,
}

/// Longest title, text and path, in characters.
const TITLE_MAX: usize = 200;
const TEXT_MAX: usize = 1_200;
const PATH_MAX: usize = 600;
/// Where a piece of news leads when its own address cannot be one of this site.
const HOME: &str = "/a-faire";

impl News {
    pub fn new(title: impl Into<String>, path: impl Into<String>) -> Self {
        Self { title: title.into(), text: String::new(), path: path.into() }
    }

    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// As it is kept: on one line each, cut where it is too long. An act never fails for what it tells.
    pub fn bounded(&self) -> Self {
        let path = self.path.as_str();
        let of_this_site = path.starts_with('/')
            && !path.starts_with("//")
            && path.len() <= PATH_MAX
            && path.bytes().all(|byte| byte.is_ascii_graphic());
        Self {
            title: cut(&self.title, TITLE_MAX),
            text: cut(&self.text, TEXT_MAX),
            path: if of_this_site { path.to_owned() } else { HOME.to_owned() },
        }
    }
}

/// Words with one space between them, without control characters, of at most `max` characters.
fn cut(raw: &str, max: usize) -> String {
    let plain = raw.replace(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'), " ");
    // Ordinary spaces alone: a no-break space stays where it was put.
    let line = plain.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if line.chars().count() <= max { line } else { line.chars().take(max - 1).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use kernel::coded::Coded as _;
    use proptest::prelude::*;

    use super::*;

    fn paris(day: &str, hour: i8, minute: i8) -> Timestamp {
        Zone::PARIS.instant(day.parse().unwrap(), Time::new(hour, minute, 0, 0).unwrap()).unwrap()
    }

    fn next(rhythm: Rhythm, after: Timestamp) -> String {
        Zone::PARIS.moment(rhythm.next_after(after).unwrap()).replace('\u{a0}', " ")
    }

    #[test]
    fn each_rhythm_has_its_mornings() {
        let saturday = paris("2026-11-21", 12, 0);
        assert_eq!(next(Rhythm::Day, saturday), "lundi 23 novembre 2026 à 7 h");
        assert_eq!(next(Rhythm::Week, saturday), "lundi 23 novembre 2026 à 7 h");
        assert_eq!(next(Rhythm::Month, saturday), "mardi 1er décembre 2026 à 7 h");
        assert_eq!(Rhythm::Never.next_after(saturday), None);
        // The first of the month is a Sunday.
        assert_eq!(next(Rhythm::Month, paris("2026-10-31", 12, 0)), "lundi 2 novembre 2026 à 7 h");
        assert_eq!(next(Rhythm::Month, paris("2026-11-02", 7, 0)), "mardi 1er décembre 2026 à 7 h");
        assert_eq!(next(Rhythm::Day, paris("2026-11-23", 6, 59)), "lundi 23 novembre 2026 à 7 h");
        assert_eq!(next(Rhythm::Day, paris("2026-11-23", 7, 0)), "mardi 24 novembre 2026 à 7 h");
    }

    #[test]
    fn a_week_in_which_the_clocks_change_has_its_seven_o_clock() {
        // 28 March 2027: 2 h becomes 3 h. 31 October 2027: 3 h becomes 2 h.
        for (before, monday, hours) in [("2027-03-22", "2027-03-29", 167), ("2027-10-25", "2027-11-01", 169)] {
            let (before, monday) = (paris(before, 7, 0), paris(monday, 7, 0));
            assert_eq!(Rhythm::Week.next_after(before), Some(monday));
            assert_eq!((monday.as_micros() - before.as_micros()) / kernel::time::HOUR, hours);
        }
        assert_eq!(next(Rhythm::Day, paris("2027-03-27", 7, 0)), "lundi 29 mars 2027 à 7 h");
    }

    #[test]
    fn news_are_bounded_and_lead_nowhere_else() {
        let news = News::new("Titre\r\nBcc: x\u{2028}y  fin", "/gouvernances/x").text("a\n\nb\0c");
        assert_eq!(news.bounded(), News::new("Titre Bcc: x y fin", "/gouvernances/x").text("a b c"));
        assert_eq!(cut("quand\u{a0}?", 20), "quand\u{a0}?");
        let long = News::new("é".repeat(300), "/").text("é".repeat(3_000)).bounded();
        assert_eq!((long.title.chars().count(), long.text.chars().count()), (TITLE_MAX, TEXT_MAX));
        let endless = format!("/{}", "a".repeat(PATH_MAX));
        for path in ["https://mal.example", "//mal.example", "", "/a b", "/a\nb", "/é", endless.as_str()] {
            assert_eq!(News::new("Titre", path).bounded().path, HOME, "{path}");
        }
    }

    proptest! {
        #[test]
        fn the_next_message_is_later_at_seven_and_never_on_a_sunday(micros in 0i64..4_000_000_000_000_000, which in 0usize..3) {
            let (after, rhythm) = (Timestamp::from_micros(micros), Rhythm::ALL[which]);
            let at = rhythm.next_after(after).unwrap();
            let (day, hour) = Zone::PARIS.civil(at);
            prop_assert!(at > after);
            prop_assert_eq!((hour.hour(), hour.minute()), (HOUR, 0));
            prop_assert!(is_written_on(day));
            let longest = [3, 8, 33][which];
            prop_assert!(at.as_micros() - after.as_micros() < longest * kernel::time::DAY);
            // No morning is left out: just before the one that was found, it is found again.
            prop_assert_eq!(rhythm.next_after(at.plus(-1)), Some(at));
            prop_assert!(morning_after(after).unwrap() <= at);
        }

        #[test]
        fn a_bounded_text_is_one_line_within_its_length(raw: String) {
            let line = cut(&raw, 50);
            prop_assert!(line.chars().count() <= 50 && !line.chars().any(char::is_control));
            prop_assert_eq!(cut(&line, 50), line);
        }
    }
}
