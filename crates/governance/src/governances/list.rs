//! The list of governances: filters, order, keyset pages, exports.

use askama::Template;
use directory::{TerritoryKind, territories};
use documents::{Cell, Column, Format, Sheet};
use kernel::coded::Coded;
use kernel::{Id, Origin, PartialDate, Result, coded, text};
use store::{Tx, Value};
use ui::form::{Choice, Field, Kind};
use ui::page::{Page, Section};
use web::{Answer, Desk, Params, download};

use super::model::{Governance, State, Tier};
use crate::lists::{self, Filters, choices};
use crate::page::list_subjects;
use crate::url;

coded! {
    /// What the list is sorted by.
    pub enum Order {
        Name = "nom", "Nom";
        Departement = "departement", "Numéro de département";
        Members = "membres", "Nombre de membres, du plus grand au plus petit";
        Since = "date", "Date de l'état, de la plus récente à la plus ancienne";
    }
}

impl Order {
    /// The expression to sort by, always upwards, so that a key is compared in one way; the identifier breaks ties.
    fn expression(self) -> &'static str {
        match self {
            Self::Name => "g.name_key",
            Self::Departement => "case when g.departement_key = '' then '~' else g.departement_key end",
            // Less than a constant, always ten digits: text that sorts downwards on both engines.
            Self::Members => "cast(1999999999 - g.member_count as text)",
            Self::Since => {
                "cast(1999999999 - cast(replace(substr(coalesce(g.state_since, '0000') || '-00-00', 1, 10), '-', '') as bigint) as text)"
            }
        }
    }
}

/// What was asked for; what could not be understood is told and left out.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub words: String,
    pub tier: Option<Tier>,
    pub state: Option<State>,
    pub region: Option<String>,
    pub co_led: Option<bool>,
    pub order: Option<Order>,
    pub key: Option<Key>,
    /// The page ends where the key is.
    pub backwards: bool,
    pub warnings: Vec<String>,
}

/// The place in the list where a page begins or ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub sorted: String,
    pub id: Id<Governance>,
}

impl Key {
    fn parse(text: &str) -> Option<Self> {
        let (sorted, id) = text.rsplit_once('~')?;
        Some(Self { sorted: sorted.to_owned(), id: id.parse().ok()? })
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}~{}", self.sorted, self.id)
    }
}

impl Asked {
    pub fn parse(params: &Params) -> Self {
        let mut filters = Filters::new(params);
        let (key, backwards) = filters.key(Key::parse);
        let yes_or_no = |typed: &str| match typed {
            "oui" => Some(true),
            "non" => Some(false),
            _ => None,
        };
        Self {
            words: params.one("q").unwrap_or_default().to_owned(),
            tier: filters.coded("echelon"),
            state: filters.coded("etat"),
            order: filters.coded("tri"),
            co_led: filters.read("coportee", yes_or_no),
            region: params.one("region").map(ToOwned::to_owned),
            key,
            backwards,
            warnings: filters.warnings,
        }
    }

    fn active(&self) -> usize {
        usize::from(!self.words.is_empty())
            + usize::from(self.tier.is_some())
            + usize::from(self.state.is_some())
            + usize::from(self.region.is_some())
            + usize::from(self.co_led.is_some())
    }

    /// The condition of the filters and its parameters, numbered from `first`.
    fn condition(&self, first: usize) -> (String, Vec<Value>) {
        let mut values: Vec<Value> = Vec::new();
        let mut sql = String::from("true");
        let mut add = |condition: &str, value: Value| {
            values.push(value);
            sql.push_str(&format!(" and {}", condition.replace('?', &format!("${}", first + values.len() - 1))));
        };
        for word in text::search_words(&self.words) {
            add("' ' || g.name_key like ?", format!("% {word}%").into());
        }
        if let Some(tier) = self.tier {
            add("g.tier = ?", Value::code(tier));
        }
        if let Some(state) = self.state {
            add("g.state = ?", Value::code(state));
        }
        if let Some(region) = &self.region {
            add("g.region = ?", region.into());
        }
        if let Some(co_led) = self.co_led {
            add("g.co_led = ?", co_led.into());
        }
        (sql, values)
    }
}

/// One row of the list.
#[derive(Clone, Debug)]
pub struct Row {
    pub key: Key,
    pub slug: String,
    pub name: String,
    pub tier: Tier,
    pub state: State,
    pub since: Option<PartialDate>,
    pub departement: String,
    pub member_count: i64,
    pub co_leads: String,
    pub fictitious: bool,
    pub source: String,
}

/// Up to `limit` rows from the key on (in reverse when it is read backwards), and the number of all rows: two queries.
pub fn find(tx: &mut Tx<'_>, asked: &Asked, limit: i64) -> Result<(Vec<Row>, i64)> {
    let order = asked.order.unwrap_or(Order::Name).expression();
    let (condition, mut filters) = asked.condition(if asked.key.is_some() { 4 } else { 2 });
    let mut values = vec![Value::from(limit)];
    let (direction, compare) = if asked.backwards { ("desc", "<") } else { ("asc", ">") };
    let position = match &asked.key {
        Some(key) => {
            values.push(key.sorted.as_str().into());
            values.push(key.id.into());
            format!("({order}, g.id) {compare} ($2, $3)")
        }
        None => "true".to_owned(),
    };
    values.append(&mut filters);
    let sql = format!(
        "select {order}, g.id, g.slug, g.name, g.tier, g.state, g.state_since, coalesce(t.name, ''), g.member_count,
            g.co_lead_names, g.origin, g.source
         from governance g left join territory t on t.code = g.departement
         where {condition} and {position} order by {order} {direction}, g.id {direction} limit $1"
    );
    let rows = tx.query(&sql, &values, |row| {
        Ok(Row {
            key: Key { sorted: row.get(0)?, id: row.get(1)? },
            slug: row.get(2)?,
            name: row.get(3)?,
            tier: row.code(4)?,
            state: row.code(5)?,
            since: row.get(6)?,
            departement: row.get(7)?,
            member_count: row.get(8)?,
            co_leads: row.get(9)?,
            fictitious: row.code::<Origin>(10)? == Origin::Fictitious,
            source: row.get(11)?,
        })
    })?;
    let (condition, values) = asked.condition(1);
    let total = tx.get(&format!("select count(*) from governance g where {condition}"), &values, |row| row.get(0))?;
    Ok((rows, total))
}

#[derive(Template)]
#[template(path = "governances/list.html")]
struct ListPage {
    fields: Vec<Field>,
    active: usize,
    warnings: Vec<String>,
    rows: Vec<Row>,
    total: i64,
    previous: Option<String>,
    next: Option<String>,
    exports: Vec<(&'static str, String)>,
}

impl Page for ListPage {
    fn title(&self) -> String {
        "Gouvernances".to_owned()
    }
    fn description(&self) -> Option<String> {
        Some("Toutes les gouvernances de l'inclusion numérique, des trois échelons.".to_owned())
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

fn fields(asked: &Asked, regions: &[directory::Territory]) -> Vec<Field> {
    let region = |code: &str| asked.region.as_deref() == Some(code);
    let mut region_choices = vec![Choice::new("", "Toutes les régions")];
    region_choices.extend(
        regions.iter().map(|one| Choice::new(one.code.as_str(), &one.name).selected(region(one.code.as_str()))),
    );
    let co_led = |value| asked.co_led == Some(value);
    vec![
        Field::new(Kind::Search, "q", "Nom").value(&asked.words),
        Field::choice(Kind::Select, "echelon", "Échelon", choices("Tous les échelons", asked.tier)),
        Field::choice(Kind::Select, "etat", "État", choices("Tous les états", asked.state)),
        Field::choice(Kind::Select, "region", "Région", region_choices),
        Field::choice(
            Kind::Select,
            "coportee",
            "Co-portage",
            vec![
                Choice::new("", "Toutes"),
                Choice::new("oui", "Co-portées par une collectivité").selected(co_led(true)),
                Choice::new("non", "Portées par l'État seul, ou pas encore").selected(co_led(false)),
            ],
        ),
        Field::choice(Kind::Select, "tri", "Trier par", choices("Nom", asked.order).split_off(1)),
    ]
}

pub async fn show(desk: Desk) -> Answer {
    let mut asked = Asked::parse(&desk.params);
    let ((mut rows, total), regions, asked) = desk
        .read(move |tx| {
            let regions = territories::store::of_kinds(tx, &[TerritoryKind::Region])?;
            let known = |code: &String| regions.iter().any(|region| region.code.as_str() == code);
            if let Some(region) = asked.region.take_if(|region| !known(region)) {
                asked.warnings.push(lists::unknown("region", &region));
            }
            Ok((find(tx, &asked, lists::PAGE + 1)?, regions, asked))
        })
        .await?;
    let place = (asked.key.is_some(), asked.backwards);
    let around = lists::neighbours(url::GOVERNANCES, &desk.params, &mut rows, place, |row| row.key.to_string());
    let page = ListPage {
        fields: fields(&asked, &regions),
        active: asked.active(),
        previous: around.previous,
        next: around.next,
        exports: lists::exports(url::GOVERNANCES, &desk.params),
        warnings: asked.warnings,
        rows,
        total,
    };
    desk.shared(&page, list_subjects())
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

/// All rows that the filters keep, in their order.
async fn export(desk: Desk, format: Format) -> Answer {
    let mut asked = Asked::parse(&desk.params);
    (asked.key, asked.backwards) = (None, false);
    let address = desk.app.settings().public_address.clone();
    let today = desk.app.clock().now().day();
    let read = move |tx: &mut Tx<'_>| find(tx, &asked, 1_000_000);
    let make = move |(rows, _): (Vec<Row>, _)| {
        documents::write(&sheet(&rows, &address, today), format).map_err(kernel::Error::internal)
    };
    let body = desk.file(read, make).await?;
    download(&format!("gouvernances.{}", format.extension()), format.content_type(), body)
}

fn sheet(rows: &[Row], address: &str, today: impl std::fmt::Display) -> Sheet {
    let column = |header: &str, width| Column::new(header, width);
    Sheet {
        title: "Gouvernances".to_owned(),
        columns: vec![
            column("identifiant", 26),
            column("nom", 44),
            column("echelon", 22),
            column("departement", 24),
            column("etat", 16),
            column("depuis", 14),
            column("co_porteurs", 50),
            column("membres", 10),
            column("origine", 26),
            column("source", 50),
            column("adresse", 50),
        ],
        notes: vec![
            format!("Liste établie le {today} par Maillage ({address})."),
            "Les lignes d'origine « Exemple fictif » sont inventées pour la démonstration.".to_owned(),
            "Licence Ouverte 2.0.".to_owned(),
        ],
        rows: rows
            .iter()
            .map(|row| {
                let origin = if row.fictitious { Origin::Fictitious.label() } else { "" };
                let href = format!("{address}{}", url::governance(&row.slug));
                vec![
                    Cell::Text(row.slug.clone()),
                    Cell::Text(row.name.clone()),
                    Cell::Text(row.tier.label().to_owned()),
                    Cell::Text(row.departement.clone()),
                    Cell::Text(row.state.label().to_owned()),
                    Cell::Text(row.since.map(|date| date.to_string()).unwrap_or_default()),
                    Cell::Text(row.co_leads.clone()),
                    Cell::Integer(row.member_count),
                    Cell::Text(origin.to_owned()),
                    Cell::Text(row.source.clone()),
                    Cell::Link { label: href.clone(), href },
                ]
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_told_and_left_out() {
        let asked = Asked::parse(&Params::parse("etat=ouverte&tri=hasard&coportee=peut-etre&apres=n%27importe"));
        assert_eq!(asked.warnings.len(), 4);
        assert!(asked.state.is_none() && asked.key.is_none() && asked.active() == 0);
    }

    #[test]
    fn a_page_key_reads_back_whatever_the_name() {
        let id: Id<Governance> = "0192f0c1-0000-7000-8000-000000000001".parse().unwrap();
        let key = Key { sorted: "a~b".to_owned(), id };
        assert_eq!(Key::parse(&key.to_string()), Some(key));
    }
}
