//! The public register: every act, the digest of each day, and how to check it.

use askama::Template;
use axum::extract::Path;
use documents::{Cell, Column, Format, Sheet};
use kernel::register::{Digest, Entry};
use kernel::time::french_date;
use kernel::{Error, Id, Result, Timestamp};
use store::{Tx, register as reads, versions};
use ui::page::{Crumb, Page, Section};
use uuid::Uuid;
use web::{Answer, Desk, Params, download};

const PAGE: i64 = 50;
/// Days of digests shown on the first page.
const DIGEST_DAYS: usize = 14;

/// An entry as the public sees it: the day, not the second.
struct Line {
    seq: i64,
    day: String,
    summary: String,
    fictitious: bool,
    source: Option<String>,
    hash: String,
}

impl Line {
    fn of(entry: &Entry) -> Self {
        Self {
            seq: entry.seq,
            day: french_date(entry.at.day()),
            summary: entry.summary.clone(),
            fictitious: entry.payload.contains("\"exemple_fictif\":true"),
            source: source_of(&entry.payload),
            hash: entry.hash.hex(),
        }
    }

    fn short_hash(&self) -> &str {
        self.hash.get(..12).unwrap_or_default()
    }
}

/// The source that an act noted with its item.
fn source_of(payload: &str) -> Option<String> {
    let payload: serde_json::Value = serde_json::from_str(payload).ok()?;
    payload.get("source")?.as_str().map(ToOwned::to_owned)
}

/// One page of the register, the newest first.
struct Slice {
    lines: Vec<Line>,
    total: i64,
    previous: Option<String>,
    next: Option<String>,
    warning: Option<&'static str>,
}

impl Slice {
    fn load(tx: &mut Tx<'_>, governance: Option<Uuid>, params: &Params, base: &str) -> Result<Self> {
        let number = |name: &str| params.one(name).map(|typed| typed.parse::<i64>());
        let mut warning = None;
        let mut read = |name: &str| match number(name) {
            Some(Ok(number)) => Some(number),
            Some(Err(_)) => {
                warning = Some("Ce repère de page n'est pas lisible : voici les derniers actes.");
                None
            }
            None => None,
        };
        let (before, after) = (read("avant"), read("apres"));
        let mut entries = match after {
            Some(after) => {
                let mut following = reads::following(tx, governance, after, PAGE)?;
                following.reverse();
                following
            }
            None => reads::latest(tx, governance, before.unwrap_or(i64::MAX), PAGE + 1)?,
        };
        entries.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
        let newer = match entries.first() {
            Some(first) => !reads::following(tx, governance, first.seq, 1)?.is_empty(),
            None => false,
        };
        let older = match entries.last() {
            Some(last) => !reads::latest(tx, governance, last.seq, 1)?.is_empty(),
            None => false,
        };
        Ok(Self {
            total: reads::count(tx, governance)?,
            previous: entries.first().filter(|_| newer).map(|first| format!("{base}?apres={}", first.seq)),
            next: entries.last().filter(|_| older).map(|last| format!("{base}?avant={}", last.seq)),
            lines: entries.iter().map(Line::of).collect(),
            warning,
        })
    }
}

/// The last digest of a day.
struct DayDigest {
    day: String,
    seq: i64,
    hash: String,
}

#[derive(Template)]
#[template(path = "site/register.html")]
struct RegisterPage {
    slice: Slice,
    digests: Vec<DayDigest>,
}

impl Page for RegisterPage {
    fn title(&self) -> String {
        "Registre".to_owned()
    }
    fn section(&self) -> Section {
        Section::Register
    }
}

pub async fn show(desk: Desk) -> Answer {
    let params = desk.params.clone();
    let now = desk.app.clock().now();
    let page = desk
        .read(move |tx| {
            let mut digests = Vec::new();
            let mut end = Timestamp::from_micros(now.as_micros() + 1);
            while let Some(last) = reads::last_before(tx, end)? {
                digests.push(DayDigest { day: french_date(last.at.day()), seq: last.seq, hash: last.hash.hex() });
                end = last.at.start_of_day();
                if digests.len() >= DIGEST_DAYS {
                    break;
                }
            }
            Ok(RegisterPage { slice: Slice::load(tx, None, &params, "/registre")?, digests })
        })
        .await?;
    desk.shared(&page, [versions::REGISTER.to_owned()])
}

#[derive(Template)]
#[template(path = "site/entry.html")]
struct EntryPage {
    line: Line,
    governance: Option<governance::governances::store::Head>,
    previous: String,
    has_next: bool,
    entry: Entry,
}

impl Page for EntryPage {
    fn title(&self) -> String {
        format!("Acte n° {}", self.entry.seq)
    }
    fn trail(&self) -> Vec<Crumb> {
        vec![Crumb::new("Registre", "/registre")]
    }
    fn section(&self) -> Section {
        Section::Register
    }
}

impl EntryPage {
    fn load(tx: &mut Tx<'_>, seq: i64) -> Result<Self> {
        let entry = reads::find(tx, seq)?.ok_or(Error::NotFound)?;
        let before = reads::find(tx, seq - 1)?.map_or(Digest::GENESIS, |before| before.hash);
        let governance = match entry.governance {
            Some(id) => governance::governances::store::head(tx, Id::from_uuid(id))?,
            None => None,
        };
        let has_next = reads::find(tx, seq + 1)?.is_some();
        Ok(Self { line: Line::of(&entry), governance, previous: before.hex(), has_next, entry })
    }

    /// Who acted, in words: persons are referenced, never named.
    fn author(&self) -> &'static str {
        match self.entry.actor.as_str() {
            "exploitant" => "L'exploitant du site",
            "demonstration" => "Le chargement de la démonstration",
            "visiteur" => "Une personne sans compte",
            _ => "Une personne habilitée",
        }
    }
}

pub async fn entry(desk: Desk, Path(number): Path<String>) -> Answer {
    let seq: i64 = number.parse().ok().filter(|seq| (1..i64::MAX).contains(seq)).ok_or(Error::NotFound)?;
    let page = desk.read(move |tx| EntryPage::load(tx, seq)).await?;
    // The link to the next act appears with it.
    desk.shared(&page, [versions::REGISTER.to_owned()])
}

#[derive(Template)]
#[template(path = "site/extract.html")]
struct ExtractPage {
    sheet: governance::page::Sheet,
    slice: Slice,
}

impl Page for ExtractPage {
    fn title(&self) -> String {
        format!("Registre · {}", self.sheet.governance.name)
    }
    fn crumb(&self) -> String {
        "Registre".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.sheet.trail(true)
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

/// The acts of one governance.
pub async fn extract(desk: Desk, Path(slug): Path<String>) -> Answer {
    let params = desk.params.clone();
    let mut page = desk
        .read(move |tx| {
            let sheet = governance::page::Sheet::load(tx, &slug, governance::page::View::Register)?;
            let base = governance::url::register(&slug);
            let slice = Slice::load(tx, Some(sheet.governance.id.uuid()), &params, &base)?;
            Ok(ExtractPage { sheet, slice })
        })
        .await?;
    page.sheet.seen_by(&desk);
    let subjects = page.sheet.subjects();
    desk.shared(&page, subjects)
}

/// The latest ten thousand acts, for machines. The whole is for `maillage register verify`.
pub async fn export(desk: Desk) -> Answer {
    let read = |tx: &mut Tx<'_>| reads::latest(tx, None, i64::MAX, 10_000);
    let make = |entries: Vec<Entry>| {
        let headers = ["numero", "jour", "acte", "objet", "resume", "exemple_fictif", "source", "empreinte"];
        let row = |entry: &Entry| {
            let line = Line::of(entry);
            vec![
                Cell::Integer(entry.seq),
                Cell::Date(entry.at.day()),
                Cell::Text(entry.act.clone()),
                Cell::Text(entry.subject.clone()),
                Cell::Text(line.summary),
                Cell::Text(if line.fictitious { "oui" } else { "" }.to_owned()),
                Cell::Text(line.source.unwrap_or_default()),
                Cell::Text(line.hash),
            ]
        };
        let sheet = Sheet {
            title: "Registre".to_owned(),
            columns: headers.iter().map(|header| Column::new(*header, 30)).collect(),
            notes: Vec::new(),
            rows: entries.iter().map(row).collect(),
        };
        documents::write(&sheet, Format::Csv).map_err(Error::internal)
    };
    let body = desk.file(read, make).await?;
    download("registre.csv", Format::Csv.content_type(), body)
}
