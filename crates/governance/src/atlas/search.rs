//! Finding a territory by name or postcode.

use askama::Template;
use directory::territories::model::Search;
use directory::territories::store::{self as reads, After, Found};
use directory::{Territory, TerritoryKind};
use http::StatusCode;
use store::versions;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, see_other};

const PAGE: i64 = 30;

#[derive(Template)]
#[template(path = "atlas/search.html")]
struct SearchPage {
    query: String,
    warning: Option<&'static str>,
    found: Vec<Found>,
    /// True when a page of results stands before this one.
    is_following: bool,
    first: String,
    next: Option<String>,
    regions: Vec<Territory>,
    collectivities: Vec<Territory>,
}

impl Page for SearchPage {
    fn title(&self) -> String {
        match self.query.as_str() {
            "" => "Territoires".to_owned(),
            query => format!("« {query} » · Territoires"),
        }
    }
    fn crumb(&self) -> String {
        match self.query.as_str() {
            "" => "Territoires".to_owned(),
            query => format!("Résultats pour « {query} »"),
        }
    }
    fn trail(&self) -> Vec<Crumb> {
        let searching = !self.query.is_empty();
        searching.then(|| Crumb::new("Territoires", directory::url::TERRITORIES)).into_iter().collect()
    }
    fn section(&self) -> Section {
        Section::Territories
    }
}

pub async fn show(desk: Desk) -> Answer {
    let query = desk.params.one("q").unwrap_or_default().to_owned();
    let typed_key = desk.params.one("apres").map(ToOwned::to_owned);
    let after = typed_key.as_deref().and_then(After::parse);
    let unreadable_key = typed_key.is_some() && after.is_none();
    let search = Search::parse(&query);
    let first_page = after.is_none();
    let (mut found, all) = desk
        .read(move |tx| {
            let found = match &search {
                Some(search) => reads::search(tx, search, after.as_ref(), PAGE + 1)?,
                None => Vec::new(),
            };
            let all = if found.is_empty() {
                reads::of_kinds(tx, &[TerritoryKind::Region, TerritoryKind::Collectivity])?
            } else {
                Vec::new()
            };
            Ok((found, all))
        })
        .await?;
    // A single result is the page that the person wants.
    if let ([only], true) = (found.as_slice(), first_page) {
        return see_other(&directory::url::territory(&only.territory.code));
    }
    let more = i64::try_from(found.len()).is_ok_and(|count| count > PAGE);
    found.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = more.then(|| found.last().map(|last| last.key().to_string())).flatten();
    let (regions, collectivities) = all.into_iter().partition(|territory| territory.kind == TerritoryKind::Region);
    let page = SearchPage {
        warning: unreadable_key.then_some("Ce repère de page n'est pas lisible : voici les premiers résultats."),
        is_following: !first_page,
        first: format!("/territoires?{}", desk.params.with("apres", None)),
        next: next.map(|key| format!("/territoires?{}", desk.params.with("apres", Some(&key)))),
        found,
        regions,
        collectivities,
        query,
    };
    if page.query.is_empty() {
        return desk.shared(&page, [versions::TERRITORIES.to_owned()]);
    }
    desk.fresh(StatusCode::OK, &page)
}
