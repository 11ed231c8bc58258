//! The list of organisations: search, kind, keyset pages, exports.

use askama::Template;
use directory::Organisation;
use directory::organisations::store::{self as reads, Filter, Key};
use documents::{Cell, Column, Format, Sheet};
use kernel::coded::Coded as _;
use kernel::{Origin, text};
use store::{Tx, versions};
use ui::form::{Field, Kind};
use ui::page::{Page, Section};
use web::{Answer, Desk, Params, download};

use crate::lists::{self, Filters, choices};

const BASE: &str = directory::url::ORGANISATIONS;

struct Asked {
    filter: Filter,
    key: Option<Key>,
    backwards: bool,
    warnings: Vec<String>,
}

fn asked(params: &Params) -> Asked {
    let mut filters = Filters::new(params);
    let kind = filters.coded("nature");
    let (key, backwards) = filters.key(|typed| {
        let (name, id) = typed.rsplit_once('~')?;
        Some((name.to_owned(), id.parse().ok()?))
    });
    let words = text::search_words(params.one("q").unwrap_or_default());
    Asked { filter: Filter { words, kind, ..Filter::default() }, key, backwards, warnings: filters.warnings }
}

#[derive(Template)]
#[template(path = "atlas/organisations.html")]
struct OrganisationsPage {
    fields: Vec<Field>,
    active: usize,
    warnings: Vec<String>,
    organisations: Vec<(Organisation, String)>,
    total: i64,
    previous: Option<String>,
    next: Option<String>,
    exports: Vec<(&'static str, String)>,
}

impl Page for OrganisationsPage {
    fn title(&self) -> String {
        "Structures".to_owned()
    }
    fn section(&self) -> Section {
        Section::Organisations
    }
}

pub async fn show(desk: Desk) -> Answer {
    let Asked { filter, key, backwards, warnings } = asked(&desk.params);
    let (narrowing, has_key) = (filter.clone(), key.is_some());
    let (mut organisations, total) = desk
        .read(move |tx| {
            let rows = reads::list(tx, &narrowing, key.as_ref(), backwards, lists::PAGE + 1)?;
            Ok((rows, reads::count(tx, &narrowing)?))
        })
        .await?;
    let around = lists::neighbours(BASE, &desk.params, &mut organisations, (has_key, backwards), |(one, key)| {
        format!("{key}~{}", one.id)
    });
    let page = OrganisationsPage {
        fields: vec![
            Field::new(Kind::Search, "q", "Nom").value(desk.params.one("q").unwrap_or_default()),
            Field::choice(Kind::Select, "nature", "Nature", choices("Toutes", filter.kind)),
        ],
        active: usize::from(filter.kind.is_some()) + usize::from(!filter.words.is_empty()),
        warnings,
        previous: around.previous,
        next: around.next,
        exports: lists::exports(BASE, &desk.params),
        organisations,
        total,
    };
    desk.shared(&page, [versions::ORGANISATIONS.to_owned(), versions::TERRITORIES.to_owned()])
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
    let filter = asked(&desk.params).filter;
    let today = desk.app.clock().now().day();
    let read = move |tx: &mut Tx<'_>| reads::list(tx, &filter, None, false, 1_000_000);
    let make = move |organisations: Vec<(Organisation, _)>| {
        let headers = [
            ("nom", 50),
            ("nature", 26),
            ("siret", 18),
            ("rna", 14),
            ("ridet", 14),
            ("territoire", 24),
            ("origine", 18),
            ("source", 50),
        ];
        let sheet = Sheet {
            title: "Structures".to_owned(),
            columns: headers.iter().map(|(header, width)| Column::new(*header, *width)).collect(),
            notes: vec![format!("Structures, liste établie le {today} par Maillage. Licence Ouverte 2.0.")],
            rows: organisations.into_iter().map(|(organisation, _)| row(organisation)).collect(),
        };
        documents::write(&sheet, format).map_err(kernel::Error::internal)
    };
    let body = desk.file(read, make).await?;
    download(&format!("structures.{}", format.extension()), format.content_type(), body)
}

fn row(organisation: Organisation) -> Vec<Cell> {
    let optional = |text: Option<String>| Cell::Text(text.unwrap_or_default());
    let origin = if organisation.provenance.is_fictitious() { Origin::Fictitious.label() } else { "" };
    vec![
        Cell::Text(organisation.name),
        Cell::Text(organisation.kind.label().to_owned()),
        optional(organisation.siret),
        optional(organisation.rna),
        optional(organisation.ridet),
        optional(organisation.seat_name),
        Cell::Text(origin.to_owned()),
        Cell::Text(organisation.provenance.source),
    ]
}
