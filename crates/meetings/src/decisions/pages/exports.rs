//! The adopted decisions as tables and for machines, with the filters of the list.

use std::collections::HashMap;

use axum::extract::Path;
use documents::{Cell, Column, Format, Sheet};
use governance::forms;
use jiff::civil::Date;
use kernel::coded::Coded as _;
use kernel::{Error, Id, Origin, PartialDate, Result};
use serde_json::{Value, json};
use store::Tx;
use web::{Answer, Desk, Params, download};

use super::lists::{asked, narrow};
use crate::decisions::model::{Decision, LinkKind, Number};
use crate::decisions::store as reads;

/// More than any governance will ever decide.
const MOST: i64 = 1_000_000;

/// What an export tells of one decision beside itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Around {
    pub amends: Vec<Number>,
    pub repeals: Vec<Number>,
    pub amended_by: Vec<Number>,
    pub repealed_by: Vec<Number>,
    pub effects: Vec<String>,
}

/// The decisions of an export.
pub(super) struct Told {
    /// The name of the governance; empty: all of them.
    pub governance: String,
    pub decisions: Vec<(Decision, Around)>,
    pub today: Date,
}

impl Told {
    /// The decisions that an address asks for, in four queries.
    pub fn load(tx: &mut Tx<'_>, slug: Option<&str>, params: &Params, today: Date) -> Result<Self> {
        let mut asked = asked(params);
        let head = slug.map(|slug| forms::governance(tx, slug)).transpose()?;
        if let Some(head) = &head {
            narrow(tx, &mut asked, head.id)?;
        }
        let of = head.as_ref().map(|head| head.id);
        let mut around: HashMap<Id<Decision>, Around> = HashMap::new();
        for (kind, (later, later_number), (earlier, earlier_number)) in reads::every_link(tx, of)? {
            let beside = around.entry(later).or_default();
            match kind {
                LinkKind::Amends => beside.amends.push(earlier_number),
                LinkKind::Repeals => beside.repeals.push(earlier_number),
            }
            let beside = around.entry(earlier).or_default();
            match kind {
                LinkKind::Amends => beside.amended_by.push(later_number),
                LinkKind::Repeals => beside.repealed_by.push(later_number),
            }
        }
        for (decision, done) in reads::every_effect(tx, of)? {
            around.entry(decision).or_default().effects.push(done);
        }
        let decisions = reads::list(tx, &asked.filter, None, false, MOST)?;
        let decisions = decisions.into_iter().map(|one| {
            let beside = around.remove(&one.id).unwrap_or_default();
            (one, beside)
        });
        Ok(Self { governance: head.map(|head| head.name).unwrap_or_default(), decisions: decisions.collect(), today })
    }
}

pub(super) fn numbers(all: &[Number]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn iso(date: Option<PartialDate>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

const HEADERS: [(&str, u16); 26] = [
    ("gouvernance", 30),
    ("numero", 10),
    ("instance", 30),
    ("date", 12),
    ("intitule", 50),
    ("texte", 80),
    ("etat", 22),
    ("mode", 16),
    ("maniere", 14),
    ("comment", 50),
    ("vient_de", 26),
    ("precision", 30),
    ("reunion", 30),
    ("point", 30),
    ("modifie", 14),
    ("abroge", 14),
    ("modifiee_par", 14),
    ("abrogee_par", 14),
    ("effets", 50),
    ("execution", 14),
    ("en_charge", 30),
    ("echeance", 12),
    ("revue", 12),
    ("page", 40),
    ("origine", 18),
    ("source", 40),
];

fn row(one: &Decision, around: &Around, site: &str) -> Vec<Cell> {
    let text = |text: &str| Cell::Text(text.to_owned());
    let label = |label: Option<&'static str>| text(label.unwrap_or_default());
    vec![
        text(&one.of.0),
        text(&one.number.map(|number| number.to_string()).unwrap_or_default()),
        text(&one.author.0),
        text(&iso(one.decided_on)),
        text(&one.title),
        text(&one.text),
        text(one.state.label()),
        label(one.way.map(|way| way.label())),
        label(one.manner.map(|manner| manner.label())),
        text(&one.sentence),
        text(one.arising.label()),
        text(&one.arising_note),
        text(one.meeting.as_ref().map_or("", |(title, _)| title)),
        text(one.item.as_ref().filter(|_| one.meeting.is_some()).map_or("", |(_, title)| title)),
        text(&numbers(&around.amends)),
        text(&numbers(&around.repeals)),
        text(&numbers(&around.amended_by)),
        text(&numbers(&around.repealed_by)),
        text(&around.effects.join(" ; ")),
        label(one.standing().map(|standing| standing.label())),
        text(&one.responsible),
        text(&iso(one.due_on)),
        text(&iso(one.review_on)),
        text(&format!("{site}{}", one.page().unwrap_or_default())),
        text(if one.provenance.is_fictitious() { Origin::Fictitious.label() } else { "" }),
        text(&one.provenance.source),
    ]
}

fn table(told: &Told, site: &str) -> Sheet {
    let of = if told.governance.is_empty() { "de toutes les gouvernances" } else { told.governance.as_str() };
    Sheet {
        title: "Décisions".to_owned(),
        columns: HEADERS.iter().map(|(header, width)| Column::new(*header, *width)).collect(),
        notes: vec![format!("Décisions ({of}), liste établie le {} par Maillage. Licence Ouverte 2.0.", told.today)],
        rows: told.decisions.iter().map(|(one, around)| row(one, around, site)).collect(),
    }
}

fn object(one: &Decision, around: &Around, site: &str) -> Value {
    let list = |all: &[Number]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
    let date = |date: Option<PartialDate>| date.map(|date| date.to_string());
    json!({
        "gouvernance": { "nom": one.of.0, "page": format!("{site}{}", governance::url::governance(&one.of.1)) },
        "numero": one.number.map(|number| number.to_string()),
        "instance": one.author.0,
        "date": date(one.decided_on),
        "intitule": one.title,
        "texte": one.text,
        "etat": one.state.code(),
        "mode": one.way.map(|way| way.code()),
        "maniere": one.manner.map(|manner| manner.code()),
        "comment": one.sentence,
        "vient_de": one.arising.code(),
        "precision": one.arising_note,
        "reunion": one.meeting.as_ref().map(|(title, slug)| {
            json!({ "titre": title, "page": format!("{site}{}", crate::url::meeting(&one.of.1, slug)) })
        }),
        "point": one.item.as_ref().filter(|_| one.meeting.is_some()).map(|(_, title)| title),
        "modifie": list(&around.amends),
        "abroge": list(&around.repeals),
        "modifiee_par": list(&around.amended_by),
        "abrogee_par": list(&around.repealed_by),
        "effets": around.effects,
        "execution": { "etat": one.standing().map(|standing| standing.code()), "en_charge": one.responsible, "echeance": date(one.due_on) },
        "revue": date(one.review_on),
        "page": format!("{site}{}", one.page().unwrap_or_default()),
        "exemple_fictif": one.provenance.is_fictitious(),
        "source": one.provenance.source,
    })
}

/// How a list is written.
#[derive(Clone, Copy)]
enum As {
    Table(Format),
    Json,
}

async fn export(desk: Desk, slug: Option<String>, to: As) -> Answer {
    let (params, today) = (desk.params.clone(), desk.app.clock().now().day());
    let site = desk.app.settings().public_address.clone();
    let stem = slug.as_ref().map_or_else(|| "decisions".to_owned(), |slug| format!("decisions-{slug}"));
    let read = move |tx: &mut Tx<'_>| Told::load(tx, slug.as_deref(), &params, today);
    let make = move |told: Told| match to {
        As::Table(format) => documents::write(&table(&told, &site), format).map_err(Error::internal),
        As::Json => {
            let all = told.decisions.iter().map(|(one, around)| object(one, around, &site)).collect::<Vec<_>>();
            let whole =
                json!({ "etabli_le": told.today.to_string(), "licence": "Licence Ouverte 2.0", "decisions": all });
            serde_json::to_vec_pretty(&whole).map_err(Error::internal)
        }
    };
    let body = desk.file(read, make).await?;
    match to {
        As::Table(format) => download(&format!("{stem}.{}", format.extension()), format.content_type(), body),
        As::Json => download(&format!("{stem}.json"), "application/json; charset=utf-8", body),
    }
}

pub async fn csv(desk: Desk, Path(slug): Path<String>) -> Answer {
    export(desk, Some(slug), As::Table(Format::Csv)).await
}

pub async fn ods(desk: Desk, Path(slug): Path<String>) -> Answer {
    export(desk, Some(slug), As::Table(Format::Ods)).await
}

pub async fn xlsx(desk: Desk, Path(slug): Path<String>) -> Answer {
    export(desk, Some(slug), As::Table(Format::Xlsx)).await
}

pub async fn json(desk: Desk, Path(slug): Path<String>) -> Answer {
    export(desk, Some(slug), As::Json).await
}

pub async fn everywhere_csv(desk: Desk) -> Answer {
    export(desk, None, As::Table(Format::Csv)).await
}

pub async fn everywhere_ods(desk: Desk) -> Answer {
    export(desk, None, As::Table(Format::Ods)).await
}

pub async fn everywhere_xlsx(desk: Desk) -> Answer {
    export(desk, None, As::Table(Format::Xlsx)).await
}

pub async fn everywhere_json(desk: Desk) -> Answer {
    export(desk, None, As::Json).await
}
