//! What is typed of a series, and the dates that come of it. Pure.

use jiff::civil::{Date, Time};
use kernel::coded::Coded as _;
use kernel::zone::Zone;
use kernel::{Error, Errors, Result, coded};

use crate::planning::acts::{Draft, Plan};
use crate::schedule::holidays::holiday;
use crate::schedule::recurrence::{DayOfWeek, Nth, Rhythm};

coded! {
    pub enum RhythmKind {
        Monthly = "monthly", "Certains mois : le 1er mercredi, le dernier jeudi";
        Weekly = "weekly", "Certaines semaines : chaque mardi, un mardi sur deux";
    }
}

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct SeriesDraft {
    /// Each of the meetings but its day.
    pub meeting: Draft,
    pub rhythm: String,
    pub nth: String,
    pub weekday: String,
    pub every: String,
    pub from: String,
    pub until: String,
}

/// A series, understood.
#[derive(Clone, Debug)]
pub struct Series {
    /// The first of them; the others differ by their day.
    pub plan: Plan,
    pub rhythm: Rhythm,
    pub days: Vec<Date>,
}

impl SeriesDraft {
    /// Understands what was typed; `today` is the first day that a meeting may have.
    ///
    /// # Errors
    /// One message per wrong field, those of a meeting (but `day`) and `rhythm`, `nth`, `weekday`, `every`, `from`, `until`.
    pub fn parse(&self, today: Date) -> Result<Series> {
        let mut errors = Errors::default();
        // Another field asks for the days: any day does for the rest.
        let plan = match (Draft { day: today.to_string(), ..self.meeting.clone() }).parse() {
            Ok(plan) => Some(plan),
            Err(Error::Invalid(found)) => {
                found.iter().for_each(|one| errors.add(one.field.clone(), one.message.clone()));
                None
            }
            Err(other) => return Err(other),
        };
        let kind = governance::forms::coded::<RhythmKind>(&mut errors, "rhythm", &self.rhythm);
        let weekday = governance::forms::coded::<DayOfWeek>(&mut errors, "weekday", &self.weekday);
        let nth = match kind {
            Some(RhythmKind::Monthly) => governance::forms::coded::<Nth>(&mut errors, "nth", &self.nth),
            _ => Nth::from_code(&self.nth).or(Some(Nth::First)),
        };
        let every = self.every.trim().parse().ok().filter(|every| (1..=12).contains(every));
        if every.is_none() {
            errors.add("every", "Donnez un nombre, de 1 à 12.");
        }
        let from = whole_day(&mut errors, "from", &self.from);
        let until = whole_day(&mut errors, "until", &self.until);
        if from.is_some_and(|from| from < today) {
            errors.add("from", "Ce jour est passé.");
        }
        errors.into_result()?;
        let (Some(mut plan), Some(kind), Some(day), Some(nth), Some(every), Some(from), Some(until)) =
            (plan, kind, weekday, nth, every, from, until)
        else {
            return Err(Error::NotFound);
        };
        let rhythm = match kind {
            RhythmKind::Monthly => Rhythm::Monthly { nth, day, every },
            RhythmKind::Weekly => Rhythm::Weekly { day, every },
        };
        let days = rhythm.days(from, until).map_err(|fault| Error::invalid("until", fault.to_string()))?;
        plan.day = days.first().copied().unwrap_or(from);
        Ok(Series { plan, rhythm, days })
    }
}

fn whole_day(errors: &mut Errors, field: &'static str, typed: &str) -> Option<Date> {
    let date = governance::forms::date(errors, field, typed);
    let day = date.filter(|date| date.first_day() == date.last_day()).map(|date| date.first_day());
    if day.is_none() && errors.of(field).is_none() {
        errors.add(field, "Donnez un jour, comme 12/03/2027.");
    }
    day
}

/// One of the dates as it is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    pub day: Date,
    /// Why it is not ticked: a public holiday, an hour that does not exist, another meeting.
    pub against: Option<String>,
}

/// The dates, each with what speaks against it. `busy` are the days on which one of the bodies meets already.
pub fn proposed(days: &[Date], hour: Time, zone: Zone, departement: &str, busy: &[Date]) -> Vec<Proposed> {
    let against = |day: Date| {
        if let Err(fault) = zone.instant(day, hour) {
            return Some(fault.to_string());
        }
        if let Some(name) = holiday(day, departement) {
            return Some(format!("Jour férié : {name}."));
        }
        busy.contains(&day).then(|| "Une réunion est déjà prévue ce jour-là.".to_owned())
    };
    days.iter().map(|day| Proposed { day: *day, against: against(*day) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn draft() -> SeriesDraft {
        SeriesDraft {
            meeting: Draft {
                title: "Bureau".into(),
                format: "follow_up".into(),
                hour: "14h".into(),
                minutes: "60".into(),
                ..Draft::default()
            },
            rhythm: "monthly".into(),
            nth: "1".into(),
            weekday: "wednesday".into(),
            every: "1".into(),
            from: "01/12/2026".into(),
            until: "31/01/2027".into(),
        }
    }

    #[test]
    fn a_series_is_understood_or_says_what_is_wrong() {
        let today = date(2026, 11, 22);
        let series = draft().parse(today).unwrap();
        assert_eq!(series.days, [date(2026, 12, 2), date(2027, 1, 6)]);
        assert_eq!(series.plan.day, date(2026, 12, 2));
        let wrong = |change: fn(&mut SeriesDraft), field: &str| {
            let mut typed = draft();
            change(&mut typed);
            let Err(Error::Invalid(errors)) = typed.parse(today) else { panic!("{field}") };
            assert!(errors.of(field).is_some(), "{field}: {errors}");
        };
        wrong(|typed| typed.from = "21/11/2026".into(), "from");
        wrong(|typed| typed.from = "12/2026".into(), "from");
        wrong(|typed| typed.until = "01/11/2026".into(), "until");
        wrong(|typed| typed.every = "0".into(), "every");
        wrong(|typed| typed.nth = String::new(), "nth");
        wrong(|typed| typed.meeting.hour = "midi".into(), "hour");
    }

    #[test]
    fn what_speaks_against_a_date_is_told() {
        let days = [date(2027, 3, 28), date(2027, 5, 1), date(2027, 5, 5), date(2027, 5, 12)];
        let hour = Time::new(2, 30, 0, 0).unwrap();
        let found = proposed(&days, hour, Zone::PARIS, "", &[date(2027, 5, 12)]);
        let told: Vec<_> = found.iter().map(|one| one.against.as_deref().unwrap_or_default()).collect();
        assert!(told[0].contains("n'existe pas") && told[1].contains("Fête du Travail"), "{told:?}");
        assert!(told[2].is_empty() && told[3].contains("déjà prévue"), "{told:?}");
    }

    proptest! {
        #[test]
        fn nothing_typed_breaks_anything(a in ".{0,12}", b in "[a-z0-9_]{0,9}", c in "-?[0-9/]{0,12}") {
            let typed = SeriesDraft { rhythm: b.clone(), nth: b.clone(), weekday: b, every: c.clone(), from: c.clone(), until: c, ..draft() };
            let _ = typed.parse(date(2026, 11, 22));
            let _ = SeriesDraft { from: a.clone(), until: a, ..draft() }.parse(date(2026, 11, 22));
        }
    }
}
