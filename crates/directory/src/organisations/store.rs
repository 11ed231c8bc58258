//! Queries on organisations.

use kernel::{Error, Id, Provenance, Result};
use store::{Row, Tx, params};

use super::model::{Organisation, OrganisationKind};
use crate::TerritoryCode;

const SELECT: &str =
    "select o.id, o.name, o.kind, o.siret, o.rna, o.ridet, o.seat, s.name, o.website, o.origin, o.source
    from organisation o left join territory s on s.code = o.seat";

fn organisation(row: &Row<'_>) -> Result<Organisation> {
    let seat: Option<String> = row.get(6)?;
    Ok(Organisation {
        id: row.get(0)?,
        name: row.get(1)?,
        kind: row.code(2)?,
        siret: row.get(3)?,
        rna: row.get(4)?,
        ridet: row.get(5)?,
        seat: seat.map(|code| code.parse().map_err(Error::Internal)).transpose()?,
        seat_name: row.get(7)?,
        website: row.get(8)?,
        provenance: Provenance { origin: row.code(9)?, source: row.get(10)? },
    })
}

pub fn find(tx: &mut Tx<'_>, id: Id<Organisation>) -> Result<Option<Organisation>> {
    tx.find(&format!("{SELECT} where o.id = $1"), params![id], organisation)
}

/// The organisation of this folded name and seat, if there is one.
pub fn same_name(tx: &mut Tx<'_>, name_key: &str, seat: Option<&TerritoryCode>) -> Result<Option<Organisation>> {
    match seat {
        Some(seat) => {
            tx.find(&format!("{SELECT} where o.name_key = $1 and o.seat = $2"), params![name_key, seat], organisation)
        }
        None => tx.find(&format!("{SELECT} where o.name_key = $1 and o.seat is null"), params![name_key], organisation),
    }
}

/// The organisation of this SIRET, if there is one.
pub fn by_siret(tx: &mut Tx<'_>, siret: &str) -> Result<Option<Organisation>> {
    tx.find(&format!("{SELECT} where o.siret = $1"), params![siret], organisation)
}

/// Up to `limit` organisations by what was typed: the beginning of a SIRET (at least a SIREN), or words of the name.
pub fn search(tx: &mut Tx<'_>, typed: &str, limit: i64) -> Result<Vec<Organisation>> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-')).collect();
    if (9..=14).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return tx.query(
            &format!("{SELECT} where o.siret like $1 order by o.siret limit $2"),
            params![format!("{digits}%"), limit],
            organisation,
        );
    }
    let filter = Filter { words: kernel::text::search_words(typed), kind: None };
    if filter.words.is_empty() {
        return Ok(Vec::new());
    }
    Ok(list(tx, &filter, None, false, limit)?.into_iter().map(|(organisation, _)| organisation).collect())
}

/// What a list of organisations is narrowed by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Folded words that the name contains.
    pub words: Vec<String>,
    pub kind: Option<OrganisationKind>,
}

impl Filter {
    fn sql(&self, first: usize) -> (String, Vec<store::Value>) {
        let mut sql = String::from("true");
        let mut values = Vec::new();
        for word in &self.words {
            sql.push_str(&format!(" and ' ' || o.name_key like ${}", first + values.len()));
            values.push(format!("% {word}%").into());
        }
        if let Some(kind) = self.kind {
            sql.push_str(&format!(" and o.kind = ${}", first + values.len()));
            values.push(store::Value::code(kind));
        }
        (sql, values)
    }
}

/// A key of the list: folded name, then identifier.
pub type Key = (String, Id<Organisation>);

/// Up to `limit` organisations after (or, `backwards`, before) `key`, by name. Backwards they come in reverse order.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    key: Option<&Key>,
    backwards: bool,
    limit: i64,
) -> Result<Vec<(Organisation, String)>> {
    let (condition, values) = filter.sql(4);
    let (compare, order) = if backwards { ("<", "desc") } else { (">", "asc") };
    let (position, name, id) = match key {
        Some((name, id)) => (format!("(o.name_key, o.id) {compare} ($1, $2)"), name.clone(), *id),
        // The parameters stand in the text in any case, so that both engines can type them.
        None => ("(o.name_key >= $1 or o.id = $2)".to_owned(), String::new(), Id::from_uuid(uuid::Uuid::nil())),
    };
    let sql = SELECT.replace("o.source", "o.source, o.name_key");
    let sql = format!("{sql} where {position} and {condition} order by o.name_key {order}, o.id {order} limit $3");
    let mut parameters = vec![name.into(), id.into(), limit.into()];
    parameters.extend(values);
    tx.query(&sql, &parameters, |row| Ok((organisation(row)?, row.get(11)?)))
}

pub fn count(tx: &mut Tx<'_>, filter: &Filter) -> Result<i64> {
    let (condition, values) = filter.sql(1);
    tx.get(&format!("select count(*) from organisation o where {condition}"), &values, |row| row.get(0))
}
