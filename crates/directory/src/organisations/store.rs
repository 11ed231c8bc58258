//! Queries on organisations.

use kernel::{Error, Id, Provenance, Result, coded};
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

/// The organisation, unless another one has taken its place: nothing new is attached to one that was merged.
pub fn find(tx: &mut Tx<'_>, id: Id<Organisation>) -> Result<Option<Organisation>> {
    tx.find(&format!("{SELECT} where o.id = $1 and o.merged_into is null"), params![id], organisation)
}

/// The organisation with the version of its identity, merged or not.
pub fn with_version(tx: &mut Tx<'_>, id: Id<Organisation>) -> Result<Option<(Organisation, i64)>> {
    let sql = SELECT.replace("o.source", "o.source, o.version");
    tx.find(&format!("{sql} where o.id = $1"), params![id], |row| Ok((organisation(row)?, row.get(11)?)))
}

/// So many merges may follow each other: more would be a circle.
const LONGEST_CHAIN: usize = 100;

/// The organisation that has taken the place of this one, at the end of a chain of merges; `None` when it stands itself
/// or does not exist.
pub fn successor(tx: &mut Tx<'_>, id: Id<Organisation>) -> Result<Option<Id<Organisation>>> {
    let (mut last, mut next) = (None, id);
    for _ in 0..LONGEST_CHAIN {
        let into = tx.find("select merged_into from organisation where id = $1", params![next], |row| row.get(0))?;
        match into.flatten() {
            Some(id) => (last, next) = (Some(id), id),
            None => return Ok(last),
        }
    }
    Err(Error::internal("the merges of an organisation go round in a circle"))
}

/// The organisation of this folded name and seat, if there is one.
pub fn same_name(tx: &mut Tx<'_>, name_key: &str, seat: Option<&TerritoryCode>) -> Result<Option<Organisation>> {
    let same = format!("{SELECT} where o.name_key = $1 and o.merged_into is null");
    match seat {
        Some(seat) => tx.find(&format!("{same} and o.seat = $2"), params![name_key, seat], organisation),
        None => tx.find(&format!("{same} and o.seat is null"), params![name_key], organisation),
    }
}

/// The organisation of this SIRET, if there is one. A number that one had before it was merged leads to the one that has
/// taken its place.
pub fn by_siret(tx: &mut Tx<'_>, siret: &str) -> Result<Option<Organisation>> {
    let known: Option<Id<Organisation>> =
        tx.find("select id from organisation where siret = $1", params![siret], |row| row.get(0))?;
    match known {
        Some(id) => {
            let id = successor(tx, id)?.unwrap_or(id);
            find(tx, id)
        }
        None => Ok(None),
    }
}

/// Up to `limit` organisations by what was typed: the beginning of a SIRET (at least a SIREN), or words of the name.
pub fn search(tx: &mut Tx<'_>, typed: &str, limit: i64) -> Result<Vec<Organisation>> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-')).collect();
    if (9..=14).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        if digits.len() == 14 {
            return Ok(by_siret(tx, &digits)?.into_iter().collect());
        }
        return tx.query(
            &format!("{SELECT} where o.siret like $1 and o.merged_into is null order by o.siret limit $2"),
            params![format!("{digits}%"), limit],
            organisation,
        );
    }
    let filter = Filter { words: kernel::text::search_words(typed), ..Filter::default() };
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
    /// The beginning of a SIRET, or a whole RNA or RIDET.
    pub identifier: Option<String>,
    pub only: Option<Doubtful>,
}

coded! {
    /// Organisations worth a look by whoever keeps the directory clean.
    pub enum Doubtful {
        WithoutIdentifier = "sans-identifiant", "Sans identifiant";
        LikelyDuplicate = "doublons", "Doublons probables";
    }
}

/// True of two rows that could be the same organisation: the same folded name, or SIRETs of the same legal entity.
fn alike_sql(other: &str, one: &str) -> String {
    format!(
        "{other}.id <> {one}.id and {other}.merged_into is null
         and ({other}.name_key = {one}.name_key or substr({other}.siret, 1, 9) = substr({one}.siret, 1, 9))"
    )
}

impl Filter {
    fn sql(&self, first: usize) -> (String, Vec<store::Value>) {
        let mut sql = String::from("o.merged_into is null");
        let mut values: Vec<store::Value> = Vec::new();
        for word in &self.words {
            sql.push_str(&format!(" and ' ' || o.name_key like ${}", first + values.len()));
            values.push(format!("% {word}%").into());
        }
        if let Some(kind) = self.kind {
            sql.push_str(&format!(" and o.kind = ${}", first + values.len()));
            values.push(store::Value::code(kind));
        }
        if let Some(identifier) = &self.identifier {
            let place = first + values.len();
            sql.push_str(&format!(" and (o.siret like ${place} or o.rna = ${0} or o.ridet = ${0})", place + 1));
            values.push(format!("{identifier}%").into());
            values.push(identifier.into());
        }
        match self.only {
            Some(Doubtful::WithoutIdentifier) => {
                sql.push_str(" and o.siret is null and o.rna is null and o.ridet is null");
            }
            Some(Doubtful::LikelyDuplicate) => {
                sql.push_str(&format!(" and exists (select 1 from organisation d where {})", alike_sql("d", "o")));
            }
            None => {}
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

/// For each of these organisations those that could be the same, `limit` pairs in all: the same folded name first, then
/// those whose SIRET is of the same legal entity.
pub fn alike(tx: &mut Tx<'_>, of: &[Id<Organisation>], limit: i64) -> Result<Vec<(Id<Organisation>, Organisation)>> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    let marks: Vec<String> = (2..of.len() + 2).map(|place| format!("${place}")).collect();
    let values = std::iter::once(limit.into()).chain(of.iter().map(|id| (*id).into())).collect::<Vec<_>>();
    let pairs = format!("organisation one join organisation o on {} left", alike_sql("o", "one"));
    let select = SELECT.replace("organisation o left", &pairs).replace("o.source", "o.source, one.id");
    tx.query(
        &format!(
            "{select} where one.id in ({}) order by one.id,
             case when o.name_key = one.name_key then 0 else 1 end, o.name_key, o.id limit $1",
            marks.join(", ")
        ),
        &values,
        |row| Ok((row.get(11)?, organisation(row)?)),
    )
}
