//! What everybody reads: the barometer of one governance, and how each dial is computed.

use askama::Template;
use axum::extract::Path;
use jiff::civil::Date;
use kernel::time::french_date;
use kernel::{Capability, Scope};
use store::versions;
use ui::chart::{self, Step};
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk};

use super::dial::{Dial, Dials, Reading, Series, Unit};
use super::history::{Barometer, Past};
use super::month::Month;
use super::store::{self as reads, Comment};
use super::url;
use crate::State;
use crate::page::{Sheet, View};

/// A dial as the page shows it.
struct Shown {
    dial: &'static dyn Dial,
    reading: Option<Reading>,
    /// What each series is, and its chart.
    charts: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "barometer/barometer.html")]
struct BarometerPage {
    sheet: Sheet,
    today: Date,
    dials: Vec<Shown>,
    history: Vec<Past>,
    comments: Vec<Comment>,
    exports: Vec<(&'static str, String)>,
    may_comment: bool,
}

impl Page for BarometerPage {
    fn title(&self) -> String {
        format!("Baromètre · {}", self.sheet.governance.name)
    }
    fn crumb(&self) -> String {
        "Baromètre".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.sheet.trail(true)
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl BarometerPage {
    fn day(&self) -> String {
        french_date(self.today)
    }

    fn is_closed(&self) -> bool {
        self.sheet.governance.state == State::Closed
    }

    fn this_month(&self) -> Month {
        Month::of(self.today)
    }

    /// The last version of each month that has something to say, the latest month first.
    fn standing(&self) -> Vec<&Comment> {
        let mut standing: Vec<&Comment> = Vec::new();
        for one in &self.comments {
            if standing.iter().all(|known| known.month != one.month) {
                standing.push(one);
            }
        }
        standing.retain(|one| !one.text.is_empty());
        standing
    }

    /// « Sur le mois d'octobre 2026, écrit le 3 novembre 2026. »
    fn told(&self, comment: &Comment) -> String {
        let verb = if comment.version > 1 { "modifié" } else { "écrit" };
        format!("Sur le mois {}, {verb} le {}.", comment.month.french_of(), french_date(comment.on))
    }

    fn is_fictitious(&self) -> bool {
        self.dials.iter().filter_map(|shown| shown.reading.as_ref()).any(|reading| reading.fictitious)
    }

    /// The months with the figures of one dial.
    fn months(&self, index: usize) -> Vec<(&Past, Vec<String>)> {
        let series = self.dials.get(index).map(|shown| shown.dial.series()).unwrap_or_default();
        let line = |past| {
            let figures = figures(past, index).zip(series);
            (past, figures.map(|(figure, series)| figure.french(series.unit)).collect())
        };
        self.history.iter().map(line).collect()
    }

    /// True when some months were not kept at their end.
    fn has_rebuilt(&self) -> bool {
        self.history.iter().any(|past| past.taken.is_none())
    }
}

fn figures(past: &Past, dial: usize) -> impl Iterator<Item = super::Figure> {
    past.figures.get(dial).into_iter().flatten().copied()
}

/// What the grey behind a column stands for.
fn caption(series: &Series) -> String {
    match series.unit {
        Unit::Share => format!("{} (en gris, le total)", series.label),
        Unit::Count => series.label.to_owned(),
        Unit::Days => format!("{}, en jours", series.label),
    }
}

/// A chart for each series of which something is known.
fn charts(dial: &'static dyn Dial, index: usize, history: &[Past]) -> Vec<(String, String)> {
    let chart = |(place, series): (usize, &'static Series)| {
        let positive = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
        let step = |past: &Past| {
            let figure = figures(past, index).nth(place).unwrap_or_default();
            Step {
                label: past.month.short(),
                value: positive(figure.value),
                of: positive(figure.of),
                said: figure.french(series.unit),
            }
        };
        let steps: Vec<Step> = history.iter().map(step).collect();
        let known = steps.iter().any(|step| step.value.is_some());
        known.then(|| (caption(series), chart::columns(&caption(series), &steps)))
    };
    dial.series().iter().enumerate().filter_map(chart).collect()
}

pub async fn show(desk: Desk, Path(slug): Path<String>) -> Answer {
    let (dials, today) = (Dials::of(&desk.app)?, desk.app.clock().now().day());
    let mut page = desk
        .read(move |tx| {
            let sheet = Sheet::load(tx, &slug, View::Presentation)?;
            let place = (sheet.governance.id, sheet.governance.slug.as_str());
            let found = Barometer::load(tx, &dials, place, today, sheet.governance.state == State::Closed)?;
            let first = Month::finished(today).first().copied().unwrap_or(Month::of(today));
            let comments = reads::comments(tx, sheet.governance.id, first)?;
            let mut readings = found.readings.into_iter().map(|(_, reading)| reading);
            let shown = dials.iter().enumerate().map(|(index, dial)| Shown {
                dial,
                reading: readings.next(),
                charts: charts(dial, index, &found.history),
            });
            Ok(BarometerPage {
                dials: shown.collect(),
                today,
                history: found.history,
                comments,
                exports: Vec::new(),
                may_comment: false,
                sheet,
            })
        })
        .await?;
    page.sheet.seen_by(&desk);
    page.exports = crate::lists::exports(&url::of_governance(&page.sheet.governance.slug), &desk.params);
    let manages = desk.may(Capability::ManageGovernance, Scope::Governance(page.sheet.governance.id.uuid()));
    page.may_comment = manages && !page.is_closed();
    let mut subjects = page.sheet.subjects();
    subjects.push(versions::BAROMETER.to_owned());
    desk.shared(&page, subjects)
}

#[derive(Template)]
#[template(path = "barometer/method.html")]
struct MethodPage {
    dials: Dials,
}

impl Page for MethodPage {
    fn title(&self) -> String {
        "Baromètre des gouvernances".to_owned()
    }
    fn description(&self) -> Option<String> {
        Some("Comment se calculent les cadrans du baromètre d'une gouvernance, et ce qu'ils ne disent pas.".to_owned())
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

pub async fn method(desk: Desk) -> Answer {
    let page = MethodPage { dials: Dials::of(&desk.app)? };
    desk.shared(&page, [])
}
