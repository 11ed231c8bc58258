//! What the dials show of one governance: today, and at the end of each month that is over. A month that was kept is shown
//! as it was kept; one that was not (before the governance came here, or while no node ran) is computed from dated facts.

use jiff::civil::Date;
use kernel::{Id, Result};
use store::Tx;

use super::dial::{Asked, Dial, Dials, Facts, Figure, Reading};
use super::month::{Month, Period};
use super::store as reads;
use crate::Governance;

/// A month that is over.
#[derive(Clone, Debug)]
pub struct Past {
    pub month: Month,
    /// For each dial, a figure for each of its series.
    pub figures: Vec<Vec<Figure>>,
    /// The day on which it was kept; nothing: computed now, from what has a date.
    pub taken: Option<Date>,
}

/// The barometer of a governance.
pub struct Barometer {
    /// Nothing when the governance is closed.
    pub readings: Vec<(&'static dyn Dial, Reading)>,
    /// The oldest month first.
    pub history: Vec<Past>,
}

impl Barometer {
    pub fn load(
        tx: &mut Tx<'_>,
        dials: &Dials,
        (governance, slug): (Id<Governance>, &str),
        today: Date,
        closed: bool,
    ) -> Result<Self> {
        let (followed, begins) = reads::beginnings(tx, governance)?;
        let months: Vec<Month> =
            Month::finished(today).into_iter().filter(|month| month.last_day() >= begins).collect();
        let kept = match months.first() {
            Some(first) => reads::kept(tx, governance, *first)?,
            None => Vec::new(),
        };
        let is_kept = |month: &Month| kept.iter().any(|one| one.month == *month);
        if closed {
            let months = months.into_iter().filter(is_kept);
            let history = months.map(|month| past(dials, &[], &kept, month)).collect();
            return Ok(Self { readings: Vec::new(), history });
        }
        // Nothing is computed again of what was kept.
        let earliest = months.iter().find(|month| !is_kept(month)).map_or(today, |month| month.last_day());
        let from = Period::year_to(earliest).from;
        let asked = Asked { governance, slug, followed, from, to: today };
        let facts = dials.iter().map(|dial| dial.facts(tx, &asked)).collect::<Result<Vec<_>>>()?;
        let readings = dials.iter().zip(&facts).map(|(dial, facts)| (dial, facts.at(today))).collect();
        let mut history: Vec<Past> = months.into_iter().map(|month| past(dials, &facts, &kept, month)).collect();
        // Months of which nothing at all is known say nothing: the history begins with the first that does.
        let is_blank =
            |past: &Past| past.taken.is_none() && past.figures.iter().flatten().all(|one| one.value.is_none());
        let blank = history.iter().take_while(|past| is_blank(past)).count();
        history.drain(..blank);
        Ok(Self { readings, history })
    }
}

fn past(dials: &Dials, facts: &[Box<dyn Facts>], kept: &[reads::Kept], month: Month) -> Past {
    let own: Vec<&reads::Kept> = kept.iter().filter(|one| one.month == month).collect();
    let figures = match own.first() {
        Some(_) => {
            let find = |code: &str| own.iter().find(|one| one.code == code).map_or(Figure::UNKNOWN, |one| one.figure);
            dials.iter().map(|dial| dial.series().iter().map(|series| find(series.code)).collect()).collect()
        }
        None => facts.iter().map(|facts| facts.at(month.last_day()).figures).collect(),
    };
    Past { month, figures, taken: own.first().map(|one| one.taken) }
}
