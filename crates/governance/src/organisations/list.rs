//! The organisations as whoever keeps the directory clean sees them: what lacks a number, what seems to stand twice.

use std::collections::HashMap;

use askama::Template;
use directory::Organisation;
use directory::organisations::store::{self as reads, Doubtful, Filter, Key};
use http::StatusCode;
use kernel::{Capability, Id, Result, Scope, text};
use store::{Tx, Value};
use ui::form::{Field, Kind};
use ui::page::{Crumb, Page};
use web::{Answer, Desk};

use super::{HERE, identity_of, merge_with};
use crate::lists::{self, Filters, choices};

/// Pairs shown on one page, whatever the number of namesakes.
const MOST_PAIRS: i64 = 200;

#[derive(Template)]
#[template(path = "organisations/list.html")]
struct ListPage {
    fields: Vec<Field>,
    active: usize,
    warnings: Vec<String>,
    organisations: Vec<(Organisation, String)>,
    /// In how many governances each of them is.
    memberships: HashMap<Id<Organisation>, i64>,
    only: Option<Doubtful>,
    /// The likely duplicates of each, where they are asked for.
    alike: HashMap<Id<Organisation>, Vec<Organisation>>,
    total: i64,
    previous: Option<String>,
    next: Option<String>,
}

impl Page for ListPage {
    fn title(&self) -> String {
        "Structures de la plateforme".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        vec![Crumb::new("Administration", "/administration")]
    }
    fn crumb(&self) -> String {
        "Structures".to_owned()
    }
    fn wide(&self) -> bool {
        true
    }
}

impl ListPage {
    fn memberships(&self, id: &Id<Organisation>) -> i64 {
        self.memberships.get(id).copied().unwrap_or_default()
    }
    fn alike(&self, id: &Id<Organisation>) -> &[Organisation] {
        self.alike.get(id).map_or(&[], Vec::as_slice)
    }
    fn correct(&self, one: &Organisation) -> String {
        identity_of(one.id)
    }
    fn merge(&self, one: &Organisation) -> String {
        merge_with(one.id)
    }
    fn views(&self) -> Vec<(&'static str, String, bool)> {
        let view = |label, only: Option<Doubtful>| {
            let address = match only {
                Some(only) => format!("{HERE}?a-voir={}", kernel::coded::Coded::code(only)),
                None => HERE.to_owned(),
            };
            (label, address, self.only == only)
        };
        vec![
            view("Toutes", None),
            view("Doublons probables", Some(Doubtful::LikelyDuplicate)),
            view("Sans identifiant", Some(Doubtful::WithoutIdentifier)),
        ]
    }
}

/// What was typed is a number, or words of a name.
fn filter(typed: &str, filters: &mut Filters<'_>) -> Filter {
    let compact: String = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-')).collect();
    let digits = compact.chars().filter(char::is_ascii_digit).count();
    let is_number = compact.is_ascii() && digits >= 6 && digits + 1 >= compact.len();
    Filter {
        words: if is_number { Vec::new() } else { text::search_words(typed) },
        identifier: is_number.then(|| compact.to_ascii_uppercase()),
        kind: filters.coded("nature"),
        only: filters.coded("a-voir"),
    }
}

/// In how many governances these organisations are.
fn memberships(tx: &mut Tx<'_>, of: &[Id<Organisation>]) -> Result<HashMap<Id<Organisation>, i64>> {
    if of.is_empty() {
        return Ok(HashMap::new());
    }
    let marks: Vec<String> = (1..=of.len()).map(|place| format!("${place}")).collect();
    let values: Vec<Value> = of.iter().map(|id| (*id).into()).collect();
    let sql = format!(
        "select organisation, count(*) from member where organisation in ({}) group by organisation",
        marks.join(", ")
    );
    Ok(tx.query(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

pub async fn show(desk: Desk) -> Answer {
    desk.require(Capability::CorrectOrganisation, Scope::Platform)?;
    let typed = desk.params.one("q").unwrap_or_default().to_owned();
    let mut filters = Filters::new(&desk.params);
    let filter = filter(&typed, &mut filters);
    let (key, backwards) = filters.key(|typed| -> Option<Key> {
        let (name, id) = typed.rsplit_once('~')?;
        Some((name.to_owned(), id.parse().ok()?))
    });
    let warnings = filters.warnings;
    let (narrowing, has_key) = (filter.clone(), key.is_some());
    let (mut organisations, memberships, alike, total) = desk
        .read(move |tx| {
            let rows = reads::list(tx, &narrowing, key.as_ref(), backwards, lists::PAGE + 1)?;
            let ids: Vec<_> = rows.iter().map(|(one, _)| one.id).collect();
            let mut alike: HashMap<_, Vec<_>> = HashMap::new();
            if narrowing.only == Some(Doubtful::LikelyDuplicate) {
                for (id, twin) in reads::alike(tx, &ids, MOST_PAIRS)? {
                    alike.entry(id).or_default().push(twin);
                }
            }
            Ok((rows, memberships(tx, &ids)?, alike, reads::count(tx, &narrowing)?))
        })
        .await?;
    let around = lists::neighbours(HERE, &desk.params, &mut organisations, (has_key, backwards), |(one, key)| {
        format!("{key}~{}", one.id)
    });
    let page = ListPage {
        fields: vec![
            Field::new(Kind::Search, "q", "Nom ou identifiant").value(&typed),
            Field::choice(Kind::Select, "nature", "Nature", choices("Toutes", filter.kind)),
            Field::choice(Kind::Select, "a-voir", "À vérifier", choices("Toutes", filter.only)),
        ],
        active: [!typed.is_empty(), filter.kind.is_some(), filter.only.is_some()]
            .into_iter()
            .filter(|one| *one)
            .count(),
        warnings,
        only: filter.only,
        previous: around.previous,
        next: around.next,
        organisations,
        memberships,
        alike,
        total,
    };
    desk.private(StatusCode::OK, &page)
}
