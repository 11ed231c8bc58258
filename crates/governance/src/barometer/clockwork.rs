//! Once a month is over, its figures are kept: by whichever node looks first.

use kernel::{Id, Result, Who};
use web::App;

use super::acts::{self, Taken};
use super::dial::{Asked, Dials};
use super::month::{Month, Period};
use super::store as reads;
use crate::Governance;

/// Governances that are looked at in one go: neither the readers nor the writer are held for long.
const AT_ONCE: i64 = 100;

/// Keeps the figures of the last month that is over, of each governance of which they lack; gives of how many.
pub async fn keep_month(app: &App) -> Result<i64> {
    let dials = Dials::of(app)?;
    let month = Month::of(app.clock().now().day()).before();
    let (mut after, mut kept) = (None, 0);
    loop {
        let dials = dials.clone();
        let (taken, last) = app.read(move |tx| take(tx, &dials, month, after)).await?;
        if taken.is_empty() {
            return Ok(kept);
        }
        kept += app.act(Who::clockwork(), move |ctx, tx| acts::keep(ctx, tx, month, &taken)).await?;
        after = last;
    }
}

type Go = (Vec<Taken>, Option<Id<Governance>>);

fn take(tx: &mut store::Tx<'_>, dials: &Dials, month: Month, after: Option<Id<Governance>>) -> Result<Go> {
    let due = reads::due(tx, month, after, AT_ONCE)?;
    let last = due.last().map(|one| one.id);
    let (to, mut taken) = (month.last_day(), Vec::with_capacity(due.len()));
    for one in due {
        let asked =
            Asked { governance: one.id, slug: &one.slug, followed: one.followed, from: Period::year_to(to).from, to };
        let mut figures = Vec::new();
        for dial in dials.iter() {
            let reading = dial.facts(tx, &asked)?.at(to);
            figures.extend(dial.series().iter().map(|series| series.code).zip(reading.figures));
        }
        taken.push(Taken { governance: one.id, figures });
    }
    Ok((taken, last))
}
