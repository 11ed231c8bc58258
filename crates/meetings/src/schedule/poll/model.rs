//! The dates of a poll as they are typed, and what the answers say. Pure.

use jiff::ToSpan as _;
use jiff::civil::{Date, Time};
use kernel::time::{MONTHS, french_date};
use kernel::zone::{Zone, weekday};
use kernel::{Errors, Result, Timestamp, coded, text};

use crate::planning::acts::hour;

/// Dates of one poll.
pub const LEAST: usize = 2;
pub const MOST: usize = 10;
/// How far a date may be, in days.
const FARTHEST: i64 = 731;

coded! {
    pub enum Voice {
        Yes = "yes", "Oui";
        IfNeeded = "if_needed", "Si besoin";
        No = "no", "Non";
    }
}

coded! {
    pub enum PollState {
        Open = "open", "Ouvert";
        Chosen = "chosen", "Date choisie";
        Abandoned = "abandoned", "Abandonné";
    }
}

/// What was typed: a date a line, and the last day for answers.
#[derive(Clone, Debug, Default)]
pub struct PollDraft {
    pub dates: String,
    pub ends_on: String,
}

/// A poll, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPoll {
    /// In their order, each once.
    pub dates: Vec<Timestamp>,
    pub ends_at: Timestamp,
}

/// A day and an hour as people write them: « 12/03/2027 14:30 », « jeudi 12 mars 2027 à 14 h 30 ».
pub fn moment(line: &str) -> Option<(Date, Time)> {
    let lower = line.to_lowercase().replace(',', " ");
    let mut words = lower.split_whitespace().peekable();
    let names =
        |word: &&str| ["le", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"].contains(word);
    while words.next_if(names).is_some() {}
    let first = words.next()?;
    let day = match first.parse::<kernel::PartialDate>() {
        Ok(date) if date.first_day() == date.last_day() => date.first_day(),
        _ => {
            let month = words.next()?;
            let place = MONTHS.iter().position(|name| text::fold(name) == text::fold(month))?;
            let number = first.strip_suffix("er").unwrap_or(first).parse().ok()?;
            Date::new(words.next()?.parse().ok()?, i8::try_from(place + 1).ok()?, number).ok()?
        }
    };
    words.next_if(|word| matches!(*word, "a" | "à"));
    Some((day, hour(&words.collect::<String>())?))
}

impl PollDraft {
    /// Understands what was typed, in the time of the territory.
    ///
    /// # Errors
    /// `dates` (one sentence about the first line that is wrong), `ends_on`.
    pub fn parse(&self, zone: Zone, now: Timestamp) -> Result<NewPoll> {
        let mut errors = Errors::default();
        let mut dates: Vec<Timestamp> = Vec::new();
        for line in self.dates.lines().filter(|line| !line.trim().is_empty()) {
            match one_date(line, zone, now, &dates) {
                Ok(at) => dates.push(at),
                Err(message) => {
                    errors.add("dates", message);
                    break;
                }
            }
        }
        if errors.is_empty() && !(LEAST..=MOST).contains(&dates.len()) {
            errors.add("dates", format!("Proposez de {LEAST} à {MOST} dates, une par ligne."));
        }
        dates.sort_unstable();
        let typed = governance::forms::date(&mut errors, "ends_on", &self.ends_on);
        let day = typed.filter(|date| date.first_day() == date.last_day()).map(|date| date.first_day());
        let midnight = Time::midnight();
        let ends_at = day.and_then(|day| zone.instant(day.checked_add(1.day()).ok()?, midnight).ok());
        match ends_at {
            _ if errors.of("ends_on").is_some() => {}
            None => errors.add("ends_on", "Donnez un jour, comme 12/03/2027."),
            Some(at) if at <= now => errors.add("ends_on", "Ce jour est passé."),
            Some(at) if dates.last().is_some_and(|last| *last < at) => {
                errors.add("ends_on", "On répond avant la dernière des dates proposées.");
            }
            Some(_) => {}
        }
        errors.into_result()?;
        Ok(NewPoll { dates, ends_at: ends_at.ok_or(kernel::Error::NotFound)? })
    }
}

fn one_date(line: &str, zone: Zone, now: Timestamp, before: &[Timestamp]) -> Result<Timestamp, String> {
    let shown: String = line.trim().chars().take(60).collect();
    let Some((day, hour)) = moment(line) else {
        return Err(format!("« {shown} » n'est pas lisible : écrivez un jour et une heure, comme 12/03/2027 14:30."));
    };
    let at = zone.instant(day, hour).map_err(|fault| format!("« {shown} » : {fault}"))?;
    if at <= now {
        return Err(format!("« {shown} » est passé."));
    }
    if at > now.plus(FARTHEST * kernel::time::DAY) {
        return Err(format!("« {shown} » est dans plus de deux ans."));
    }
    if before.contains(&at) {
        return Err(format!("Le {} {} est proposé deux fois à la même heure.", weekday(day), french_date(day)));
    }
    Ok(at)
}

/// How many said what of one date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub yes: usize,
    pub if_needed: usize,
    pub no: usize,
    pub silent: usize,
}

impl Tally {
    pub fn of(voices: impl IntoIterator<Item = Option<Voice>>) -> Self {
        let mut tally = Self::default();
        for voice in voices {
            match voice {
                Some(Voice::Yes) => tally.yes += 1,
                Some(Voice::IfNeeded) => tally.if_needed += 1,
                Some(Voice::No) => tally.no += 1,
                None => tally.silent += 1,
            }
        }
        tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use kernel::Error;
    use proptest::prelude::*;

    /// 22 November 2026, 10 h in Paris.
    fn now() -> Timestamp {
        Zone::PARIS.instant(date(2026, 11, 22), Time::new(10, 0, 0, 0).unwrap()).unwrap()
    }

    fn parse(dates: &str, ends_on: &str) -> Result<NewPoll> {
        PollDraft { dates: dates.into(), ends_on: ends_on.into() }.parse(Zone::PARIS, now())
    }

    fn refused(dates: &str, ends_on: &str, field: &str) -> String {
        let Err(Error::Invalid(errors)) = parse(dates, ends_on) else { panic!("{dates}") };
        errors.of(field).unwrap_or_else(|| panic!("{field}: {errors}")).to_owned()
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        let expected = Some((date(2027, 3, 12), Time::new(14, 30, 0, 0).unwrap()));
        for typed in [
            "12/03/2027 14:30",
            "12/3/2027 à 14h30",
            "vendredi 12 mars 2027 à 14 h 30",
            "Vendredi 12 mars 2027, 14h30",
            "2027-03-12 14:30",
            "le 12 mars 2027 14 h 30",
        ] {
            assert_eq!(moment(typed), expected, "{typed}");
        }
        assert_eq!(moment("1er août 2027 9h").unwrap().0, date(2027, 8, 1));
        for typed in ["", "12/03/2027", "14:30", "12 mars à 14h", "31/02/2027 9h", "12/2027 9h", "demain 9h"] {
            assert_eq!(moment(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_poll_has_some_dates_to_come_each_once() {
        let poll = parse("12/01/2027 14h\n\n  5/01/2027 9:30 \n", "20/12/2026").unwrap();
        assert_eq!(poll.dates.len(), 2);
        assert!(poll.dates[0] < poll.dates[1]);
        assert!(refused("12/01/2027 14h", "20/12/2026", "dates").contains("de 2 à 10"));
        assert!(refused("12/01/2027 14h\n12/01/2027 14:00", "20/12/2026", "dates").contains("deux fois"));
        assert!(refused("22/11/2026 9h\n12/01/2027 14h", "20/12/2026", "dates").contains("est passé"));
        assert!(refused("28/03/2027 2h30\n12/01/2027 14h", "20/12/2026", "dates").contains("n'existe pas"));
        assert!(refused("12/01/2030 14h\n12/01/2027 14h", "20/12/2026", "dates").contains("deux ans"));
        assert!(refused("n'importe quoi", "20/12/2026", "dates").contains("n'est pas lisible"));
        let two = "12/01/2027 14h\n13/01/2027 14h";
        assert!(refused(two, "21/11/2026", "ends_on").contains("passé"));
        assert!(refused(two, "01/2027", "ends_on").contains("Donnez un jour"));
        assert!(refused(two, "13/01/2027", "ends_on").contains("avant la dernière"));
        assert!(parse(two, "22/11/2026").is_ok(), "today still has some hours");
    }

    proptest! {
        #[test]
        fn nothing_typed_breaks_anything(dates in "[0-9/: hà\\n]{0,60}", other in "\\PC{0,40}") {
            if let Ok(poll) = parse(&dates, "20/12/2026") {
                prop_assert!((LEAST..=MOST).contains(&poll.dates.len()));
                prop_assert!(poll.dates.windows(2).all(|pair| pair[0] < pair[1]) && poll.dates[0] > now());
            }
            let _ = moment(&other);
            let _ = parse(&other, &other);
        }

        #[test]
        fn everybody_is_counted_once(voices in prop::collection::vec(prop::option::of(0usize..3), 0..40)) {
            use kernel::coded::Coded as _;
            let many = voices.len();
            let tally = Tally::of(voices.into_iter().map(|voice| voice.map(|voice| Voice::ALL[voice])));
            prop_assert_eq!(tally.yes + tally.if_needed + tally.no + tally.silent, many);
        }
    }
}
