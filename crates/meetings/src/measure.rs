//! What criteria of the minimum framework may count of meetings.

use std::collections::HashMap;

use governance::Governance;
use governance::framework::measure::{Finding, Measure, Of, Remedy, Threshold};
use jiff::ToSpan as _;
use jiff::civil::{Date, Time};
use kernel::time::french_date;
use kernel::zone::Zone;
use kernel::{Error, Id, Result, Timestamp};
use store::Tx;

/// The measures of this crate.
pub static MEASURES: [&dyn Measure; 1] = [&Met];

/// A meeting was held within so many months: the last one counts, whichever the body, and one is enough.
struct Met;

/// « les 6 derniers mois », « le dernier mois ».
fn within(months: i64) -> String {
    if months > 1 { format!("les {months} derniers mois") } else { "le dernier mois".to_owned() }
}

fn finding(last: Date, months: i64, today: Date) -> Finding {
    let earliest = today.saturating_sub(months.clamp(0, 1_200).months());
    let met = last >= earliest;
    let word = if met { "dans" } else { "aucune dans" };
    Finding::new(met, format!("Dernière réunion tenue le {}, {word} {}.", french_date(last), within(months)))
}

impl Measure for Met {
    fn code(&self) -> &'static str {
        "met"
    }

    fn label(&self) -> &'static str {
        "Une réunion tenue au cours des derniers mois, quelle que soit l'instance"
    }

    fn threshold(&self) -> Option<Threshold> {
        Some(Threshold { label: "nombre de mois", least: 1, most: 36 })
    }

    fn find(&self, tx: &mut Tx<'_>, of: Of, months: i64, today: Date) -> Result<HashMap<Id<Governance>, Finding>> {
        let mut parameters = of.parameters();
        let tomorrow = Zone::PARIS.instant(today.saturating_add(1.day()), Time::midnight()).map_err(Error::internal)?;
        parameters.push(tomorrow.into());
        // A session may be closed before its day: it counts on that day.
        let sql = format!(
            "select governance, max(starts_at) from meeting
             where {} and state = 'closed' and starts_at < ${} group by governance",
            of.condition("governance"),
            parameters.len()
        );
        let rows: Vec<(Id<Governance>, Timestamp)> =
            tx.query(&sql, &parameters, |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.into_iter().map(|(governance, last)| (governance, finding(last.day(), months, today))).collect())
    }

    fn nothing(&self, months: i64) -> Finding {
        Finding::new(false, format!("Aucune réunion tenue n'est saisie ; il en faut une dans {}.", within(months)))
    }

    fn remedy(&self, slug: &str) -> Remedy {
        Remedy { label: "Préparer ou saisir une réunion", href: governance::url::bodies(slug) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn the_last_meeting_counts_and_one_is_enough() {
        let found = |last: &str, months| finding(day(last), months, day("2026-11-22"));
        assert_eq!(
            found("2026-06-01", 6).sentence,
            "Dernière réunion tenue le 1er juin 2026, dans les 6 derniers mois."
        );
        assert!(found("2026-05-22", 6).met);
        assert!(!found("2026-05-21", 6).met);
        assert_eq!(
            found("2026-10-01", 1).sentence,
            "Dernière réunion tenue le 1er octobre 2026, aucune dans le dernier mois."
        );
        assert!(!Met.nothing(12).met);
    }

    proptest! {
        /// More months are never harder, and a later meeting never lowers.
        #[test]
        fn more_time_and_later_meetings_never_lower(ago in 0i64..2_000, months in 1i64..36) {
            let today = day("2026-11-22");
            let last = today.saturating_sub(ago.days());
            let met = |last, months| finding(last, months, today).met;
            prop_assert!(met(last, months + 1) >= met(last, months));
            prop_assert!(met(last.saturating_add(1.day()), months) >= met(last, months));
        }
    }
}
