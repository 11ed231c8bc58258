//! The départements against the framework in force: a table by number and a map, never a ranking, never sorted by result.

use askama::Template;
use documents::{Cell, Column, Format, Sheet};
use jiff::civil::Date;
use kernel::Result;
use kernel::coded::Coded as _;
use kernel::time::french_date;
use store::{Tx, versions};
use ui::map::{self, MapArea, Tint};
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, download};

use super::measure::Finding;
use super::model::{Version, in_force};
use super::standing::Table;
use super::{Measures, store as reads, url};
use crate::State;

/// One governance of the intermediate tier.
struct Row {
    slug: String,
    name: String,
    /// « 85 Vendée ».
    departement: String,
    /// The official code, for the map.
    code: String,
    state: State,
    fictitious: bool,
    findings: Vec<Finding>,
}

impl Row {
    fn is_complete(&self) -> bool {
        self.findings.iter().all(|finding| finding.met)
    }

    fn lacking(&self) -> usize {
        self.findings.iter().filter(|finding| !finding.met).count()
    }
}

struct Standings {
    version: Option<Version>,
    rows: Vec<Row>,
}

/// The governances that are not closed, by the number of their département.
fn load(tx: &mut Tx<'_>, measures: &Measures, today: Date) -> Result<Standings> {
    let versions = reads::versions(tx)?;
    let Some(version) = in_force(&versions, today).0.cloned() else {
        return Ok(Standings { version: None, rows: Vec::new() });
    };
    let table = Table::load(tx, measures, &version, today)?;
    let rows = tx.query(
        "select g.id, g.slug, g.name, coalesce(t.name, ''), coalesce(t.official_code, ''), g.state, g.origin
         from governance g left join territory t on t.code = g.departement
         where g.tier = 'intermediate' and g.state <> 'closed' order by g.departement_key, g.name_key, g.id",
        &[],
        |row| {
            let (name, code): (String, String) = (row.get(3)?, row.get(4)?);
            Ok(Row {
                slug: row.get(1)?,
                name: row.get(2)?,
                departement: format!("{code} {name}").trim().to_owned(),
                code,
                state: row.code(5)?,
                fictitious: row.code::<kernel::Origin>(6)? == kernel::Origin::Fictitious,
                findings: table.row(row.get(0)?),
            })
        },
    )?;
    Ok(Standings { version: Some(version), rows })
}

#[derive(Template)]
#[template(path = "framework/territories.html")]
struct TerritoriesPage {
    version: Option<Version>,
    rows: Vec<Row>,
    /// How many governances meet each criterion.
    met: Vec<usize>,
    complete: usize,
    map: String,
    legend: String,
    exports: Vec<(&'static str, String)>,
    today: Date,
}

impl Page for TerritoriesPage {
    fn title(&self) -> String {
        "Le cadre minimum dans les départements".to_owned()
    }
    fn crumb(&self) -> String {
        "Départements".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        vec![Crumb::new("L'échelon national", "/national"), Crumb::new("Cadre minimum", url::FRAMEWORK)]
    }
    fn section(&self) -> Section {
        Section::National
    }
    fn wide(&self) -> bool {
        true
    }
}

impl TerritoriesPage {
    fn day(&self) -> String {
        french_date(self.today)
    }
}

fn meaning(tint: Tint) -> &'static str {
    match tint {
        Tint::Installed => "Tous les critères sont remplis",
        Tint::Preparation => "Des critères restent à remplir",
        Tint::Suspended | Tint::Closed | Tint::None => "Pas de gouvernance connue",
    }
}

/// One area a département: where several governances coexist, the one that lacks least.
fn areas(rows: &[Row]) -> Vec<MapArea> {
    let area = |code: &str| {
        let row = rows.iter().filter(|row| row.code == code).min_by_key(|row| row.lacking())?;
        let (tint, said) = match row.lacking() {
            0 => (Tint::Installed, "tous les critères sont remplis".to_owned()),
            1 => (Tint::Preparation, "un critère reste à remplir".to_owned()),
            lacking => (Tint::Preparation, format!("{lacking} critères restent à remplir")),
        };
        let label = format!("{} : {said}", row.departement);
        Some(MapArea { code: code.to_owned(), label, href: url::of_governance(&row.slug), tint })
    };
    map::codes().filter_map(area).collect()
}

pub async fn show(desk: Desk) -> Answer {
    let (measures, today) = (Measures::of(&desk.app)?, desk.app.clock().now().day());
    let standings = desk.read(move |tx| load(tx, &measures, today)).await?;
    let areas = areas(&standings.rows);
    let count = standings.version.as_ref().map_or(0, |version| version.criteria.len());
    let met = |at: usize| {
        let met = |row: &&Row| row.findings.get(at).is_some_and(|finding| finding.met);
        standings.rows.iter().filter(met).count()
    };
    let page = TerritoriesPage {
        met: (0..count).map(met).collect(),
        complete: standings.rows.iter().filter(|row| row.is_complete()).count(),
        map: map::france(&areas, "Carte de France du cadre minimum de gouvernance, par département"),
        legend: map::legend_of(&areas, meaning),
        exports: crate::lists::exports(url::TERRITORIES, &desk.params),
        version: standings.version,
        rows: standings.rows,
        today,
    };
    // Any act in any governance may change it.
    desk.shared(&page, [versions::REGISTER.to_owned()])
}

pub async fn export_csv(desk: Desk) -> Answer {
    export(desk, Format::Csv).await
}

pub async fn export_ods(desk: Desk) -> Answer {
    export(desk, Format::Ods).await
}

pub async fn export_xlsx(desk: Desk) -> Answer {
    export(desk, Format::Xlsx).await
}

async fn export(desk: Desk, format: Format) -> Answer {
    let (measures, today) = (Measures::of(&desk.app)?, desk.app.clock().now().day());
    let read = move |tx: &mut Tx<'_>| load(tx, &measures, today);
    let make =
        move |standings: Standings| documents::write(&sheet(standings, today), format).map_err(kernel::Error::internal);
    let body = desk.file(read, make).await?;
    download(&format!("cadre-minimum.{}", format.extension()), format.content_type(), body)
}

/// A line a governance and a criterion: what is counted is said in words, and machines filter it as they like.
fn sheet(standings: Standings, today: Date) -> Sheet {
    let headers = [
        ("departement", 26),
        ("gouvernance", 44),
        ("etat", 16),
        ("critere", 44),
        ("rempli", 8),
        ("constat", 70),
        ("origine", 18),
    ];
    let version = standings.version;
    let criteria = version.as_ref().map(|version| version.criteria.as_slice()).unwrap_or_default();
    let yes_no = |yes: bool| Cell::from(if yes { "oui" } else { "non" });
    let lines = standings.rows.iter().flat_map(|row| {
        criteria.iter().zip(&row.findings).map(move |(criterion, finding)| {
            let origin = if row.fictitious { kernel::Origin::Fictitious.label() } else { "" };
            vec![
                Cell::from(row.departement.as_str()),
                Cell::from(row.name.as_str()),
                Cell::from(row.state.label()),
                Cell::from(criterion.title.as_str()),
                yes_no(finding.met),
                Cell::from(finding.sentence.as_str()),
                Cell::from(origin),
            ]
        })
    });
    let number = version.as_ref().map_or_else(|| "aucune".to_owned(), |version| version.number.to_string());
    Sheet {
        title: "Cadre minimum".to_owned(),
        columns: headers.iter().map(|(header, width)| Column::new(*header, *width)).collect(),
        notes: vec![
            format!(
                "Cadre minimum de gouvernance, version {number}, état du {today}, établi par Maillage. Licence Ouverte 2.0."
            ),
            "Par numéro de département. Ce tableau ne classe pas les territoires.".to_owned(),
        ],
        rows: lines.collect(),
    }
}
