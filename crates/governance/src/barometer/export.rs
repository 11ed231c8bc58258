//! The history as a table for machines and spreadsheets: a line a month and a figure, and what the governance said.

use axum::extract::Path;
use documents::{Cell, Column, Format, Sheet as Table};
use jiff::civil::Date;
use kernel::Result;
use store::Tx;
use web::{Answer, Desk, download};

use super::dial::{Dials, Unit};
use super::history::Barometer;
use super::month::Month;
use super::store::{self as reads, Comment};
use crate::{State, governances};

pub async fn as_csv(desk: Desk, path: Path<String>) -> Answer {
    export(desk, path, Format::Csv).await
}

pub async fn as_ods(desk: Desk, path: Path<String>) -> Answer {
    export(desk, path, Format::Ods).await
}

pub async fn as_xlsx(desk: Desk, path: Path<String>) -> Answer {
    export(desk, path, Format::Xlsx).await
}

async fn export(desk: Desk, Path(slug): Path<String>, format: Format) -> Answer {
    let (dials, today) = (Dials::of(&desk.app)?, desk.app.clock().now().day());
    let name = format!("barometre-{slug}.{}", format.extension());
    let read = move |tx: &mut Tx<'_>| -> Result<Table> {
        let governance = governances::store::by_slug(tx, &slug)?;
        let place = (governance.id, governance.slug.as_str());
        let found = Barometer::load(tx, &dials, place, today, governance.state == State::Closed)?;
        let first = Month::finished(today).first().copied().unwrap_or(Month::of(today));
        let comments = reads::comments(tx, governance.id, first)?;
        Ok(table(&governance.name, &dials, &found, &comments, today))
    };
    let make = move |table| documents::write(&table, format).map_err(kernel::Error::internal);
    let body = desk.file(read, make).await?;
    download(&name, format.content_type(), body)
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Share => "part d'un total",
        Unit::Count => "nombre",
        Unit::Days => "jours",
    }
}

fn table(governance: &str, dials: &Dials, found: &Barometer, comments: &[Comment], today: Date) -> Table {
    let headers = [
        ("mois", 10),
        ("cadran", 34),
        ("mesure", 44),
        ("valeur", 10),
        ("sur", 10),
        ("unite", 16),
        ("releve", 24),
        ("commentaire", 80),
    ];
    let number = |number: Option<i64>| number.map_or(Cell::Empty, Cell::Integer);
    let mut rows = Vec::new();
    for past in &found.history {
        let taken = past.taken.map_or_else(|| "reconstitué".to_owned(), |day| day.to_string());
        for (dial, figures) in dials.iter().zip(&past.figures) {
            for (series, figure) in dial.series().iter().zip(figures) {
                rows.push(vec![
                    Cell::Text(past.month.to_string()),
                    Cell::from(dial.title()),
                    Cell::from(series.label),
                    number(figure.value),
                    number(figure.of),
                    Cell::from(unit(series.unit)),
                    Cell::Text(taken.clone()),
                ]);
            }
        }
    }
    // What was said stands beside the figures, the oldest month first: the last version of each.
    let mut months: Vec<Month> = comments.iter().map(|one| one.month).collect();
    months.dedup();
    for month in months.into_iter().rev() {
        if let Some(last) = comments.iter().find(|one| one.month == month).filter(|one| !one.text.is_empty()) {
            let mut row = vec![Cell::Text(month.to_string()), Cell::from("Commentaire de la gouvernance")];
            row.extend([const { Cell::Empty }; 4]);
            row.extend([Cell::Text(last.on.to_string()), Cell::Text(last.text.clone())]);
            rows.push(row);
        }
    }
    Table {
        title: "Baromètre".to_owned(),
        columns: headers.map(|(header, width)| Column::new(header, width)).into(),
        notes: vec![
            format!("Baromètre de « {governance} », établi le {today} par Maillage. Licence Ouverte 2.0."),
            "Une case vide : rien à compter, ou pas connu. « reconstitué » : calculé à partir des dates saisies, pour un mois que personne n'a relevé.".to_owned(),
            "Ces chiffres parlent d'une gouvernance à elle-même : ils ne servent pas à classer les territoires.".to_owned(),
        ],
        rows,
    }
}
