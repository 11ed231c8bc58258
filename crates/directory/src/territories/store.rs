//! Queries on territories.

use kernel::coded::Coded as _;
use kernel::{Error, Provenance, Result, text};
use store::{Row, Tx, params};

use super::model::{Search, Territory, TerritoryCode, TerritoryKind};

/// Columns of a [`Territory`], of the table under the alias `t`.
pub const COLUMNS: &str = "t.code, t.kind, t.name, t.nature, t.region, t.departement, t.epci, t.commune, t.population,
    t.latitude, t.longitude, t.origin, t.source";

/// Reads [`COLUMNS`] from column 0.
pub fn territory(row: &Row<'_>) -> Result<Territory> {
    let code = |index| -> Result<Option<TerritoryCode>> {
        row.get::<Option<String>>(index)?.map(|code| code.parse().map_err(Error::Internal)).transpose()
    };
    Ok(Territory {
        code: row.get::<String>(0)?.parse().map_err(Error::Internal)?,
        kind: row.code(1)?,
        name: row.get(2)?,
        nature: row.get(3)?,
        region: code(4)?,
        departement: code(5)?,
        epci: code(6)?,
        commune: code(7)?,
        population: row.get(8)?,
        latitude: row.get(9)?,
        longitude: row.get(10)?,
        provenance: Provenance { origin: row.code(11)?, source: row.get(12)? },
    })
}

/// The year of the loaded reference; `None` before it is loaded.
pub fn vintage(tx: &mut Tx<'_>) -> Result<Option<i64>> {
    tx.find("select vintage from reference_vintage where id = 1", &[], |row| row.get(0))
}

pub fn find(tx: &mut Tx<'_>, code: &TerritoryCode) -> Result<Option<Territory>> {
    tx.find(&format!("select {COLUMNS} from territory t where t.code = $1"), params![code], territory)
}

/// The territory that a former commune code leads to today.
pub fn successor(tx: &mut Tx<'_>, code: &TerritoryCode) -> Result<Option<TerritoryCode>> {
    let current: Option<String> =
        tx.find("select current from former_territory where code = $1", params![code.official()], |row| row.get(0))?;
    current.map(|code| code.parse().map_err(Error::Internal)).transpose()
}

/// What stands directly inside a territory, by kind and name: régions of France, départements of a région, EPCI and
/// communes of a département, communes of an EPCI, arrondissements of a commune, free territories of any.
pub fn children(tx: &mut Tx<'_>, parent: &Territory) -> Result<Vec<Territory>> {
    let select = format!("select {COLUMNS} from territory t");
    let code = [store::Value::from(&parent.code)];
    let code = code.as_slice();
    match parent.kind {
        TerritoryKind::Country => {
            tx.query(&format!("{select} where t.kind in ('region', 'collectivity') order by t.kind desc, t.name_key"), &[], territory)
        }
        TerritoryKind::Region => tx.query(
            &format!("{select} where t.region = $1 and t.kind = 'departement' order by t.name_key"),
            code,
            territory,
        ),
        TerritoryKind::Departement | TerritoryKind::Collectivity => tx.query(
            // An EPCI is shown in each département where it has communes.
            &format!(
                "{select} where t.departement = $1 and t.kind not in ('epci', 'arrondissement')
                 union all {select} where t.code in (select c.epci from territory c where c.departement = $1 and c.kind = 'commune')
                 order by 2, 3"
            ),
            code,
            territory,
        ),
        TerritoryKind::Epci => tx.query(
            &format!("{select} where t.epci = $1 and t.kind <> 'arrondissement' order by t.kind, t.name_key"),
            code,
            territory,
        ),
        TerritoryKind::Commune => {
            tx.query(&format!("{select} where t.commune = $1 order by t.official_code"), code, territory)
        }
        TerritoryKind::Arrondissement => Ok(Vec::new()),
        _ => tx.query(
            &format!("{select} join territory_part p on p.part = t.code where p.area = $1 order by t.name_key"),
            code,
            territory,
        ),
    }
}

/// The territories that contain this one, from the largest to the smallest, France first.
pub fn ancestors(tx: &mut Tx<'_>, territory_: &Territory) -> Result<Vec<Territory>> {
    let mut codes = Vec::new();
    if territory_.kind != TerritoryKind::Country {
        codes.push(TerritoryCode::france());
    }
    let above = [&territory_.region, &territory_.departement, &territory_.epci, &territory_.commune];
    codes.extend(above.into_iter().flatten().filter(|code| **code != territory_.code).cloned());
    let mut found = Vec::with_capacity(codes.len());
    for code in codes {
        found.extend(find(tx, &code)?);
    }
    Ok(found)
}

/// The départements where an EPCI has communes, the most populated first.
pub fn departements_of_epci(tx: &mut Tx<'_>, epci: &TerritoryCode) -> Result<Vec<Territory>> {
    tx.query(
        &format!(
            "select {COLUMNS} from territory t join
             (select c.departement as code, sum(c.population) as people from territory c
              where c.epci = $1 and c.kind = 'commune' group by c.departement) s on s.code = t.code
             order by s.people desc"
        ),
        params![epci],
        territory,
    )
}

pub fn postcodes(tx: &mut Tx<'_>, code: &TerritoryCode) -> Result<Vec<String>> {
    tx.query("select postcode from postcode where territory = $1 order by postcode", params![code], |row| row.get(0))
}

/// The areas that contain a commune or an EPCI by their parts.
pub fn areas_with(tx: &mut Tx<'_>, code: &TerritoryCode) -> Result<Vec<Territory>> {
    tx.query(
        &format!("select {COLUMNS} from territory t join territory_part p on p.area = t.code where p.part = $1 order by t.name_key"),
        params![code],
        territory,
    )
}

/// All régions, départements and collectivities by name, for the choices of filters.
pub fn of_kinds(tx: &mut Tx<'_>, kinds: &[TerritoryKind]) -> Result<Vec<Territory>> {
    let codes: Vec<String> = kinds.iter().map(|kind| format!("'{}'", kind.code())).collect();
    tx.query(
        &format!("select {COLUMNS} from territory t where t.kind in ({}) order by t.name_key", codes.join(", ")),
        &[],
        territory,
    )
}

/// Where a page of results ended: rank of the match, population, code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    pub rank: i64,
    pub population: i64,
    pub code: String,
}

impl After {
    /// `1.1234.commune-64445`, or `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let mut number = || parts.next()?.parse::<i64>().ok();
        let (rank, population) = (number()?, number()?);
        let code = parts.next()?.parse::<TerritoryCode>().ok()?.to_string();
        Some(Self { rank, population, code })
    }
}

impl std::fmt::Display for After {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.rank, self.population, self.code)
    }
}

/// A found territory, with its rank: 0 the exact name or code, 1 begins so, 2 contains the words, 3 by a former name.
#[derive(Clone, Debug)]
pub struct Found {
    pub territory: Territory,
    pub rank: i64,
    /// Names of what contains it, to tell homonyms apart: « Vendée ».
    pub context: String,
}

impl Found {
    pub fn key(&self) -> After {
        After {
            rank: self.rank,
            population: self.territory.population.unwrap_or(0),
            code: self.territory.code.to_string(),
        }
    }
}

/// Finds territories, best first: exact names, then names that begin with the words, then names that contain them all;
/// within each, the most populated first. `limit` + 1 rows tell whether there are more.
///
/// Names that begin with the words come from the index; only when they do not fill the page is every name read for the
/// words inside it. The order is the same in both cases.
pub fn search(tx: &mut Tx<'_>, search: &Search, after: Option<&After>, limit: i64) -> Result<Vec<Found>> {
    if matches!(search, Search::Name(_)) && after.is_none_or(|after| after.rank < RANK_INSIDE) {
        let beginning = find_matches(tx, search, after, limit, false)?;
        if i64::try_from(beginning.len()).is_ok_and(|count| count >= limit) {
            return Ok(beginning);
        }
    }
    find_matches(tx, search, after, limit, true)
}

/// The rank of names that have the words inside them.
const RANK_INSIDE: i64 = 2;

fn find_matches(
    tx: &mut Tx<'_>,
    search: &Search,
    after: Option<&After>,
    limit: i64,
    inside: bool,
) -> Result<Vec<Found>> {
    let start = After { rank: -1, population: i64::MAX, code: String::new() };
    let after = after.unwrap_or(&start);
    let (matches, wanted) = match search {
        Search::Postcode(code) => (POSTCODE_MATCHES.to_owned(), vec![code.clone()]),
        Search::DepartementCode(code) => (LEVEL_MATCHES.to_owned(), vec![code.clone()]),
        Search::Name(key) => {
            let mut wanted = vec![key.clone(), text::prefix_end(key)];
            let mut matches = BEGINNING_MATCHES.to_owned();
            if inside {
                // At most eight words: each costs a comparison a row.
                let words: Vec<&str> = key.split(' ').take(8).collect();
                let contains: String =
                    (0..words.len()).map(|word| format!(" and ' ' || t.name_key like ${}", word + 7)).collect();
                matches.push_str(&INSIDE_MATCHES.replace("{contains}", &contains));
                wanted.extend(words.iter().map(|word| format!("% {word}%")));
            }
            (matches, wanted)
        }
    };
    let sql = format!(
        "with found as ({matches})
         select {COLUMNS}, m.rank, coalesce(d.name, r.name, '')
         from (select code, min(rank) as rank from found group by code) m
         join territory t on t.code = m.code
         left join territory d on d.code = t.departement and d.code <> t.code
         left join territory r on r.code = t.region
         where (m.rank, -coalesce(t.population, 0), t.code) > ($1, $2, $3)
         order by m.rank, coalesce(t.population, 0) desc, t.code limit $4"
    );
    let mut parameters = vec![after.rank.into(), (-after.population).into(), after.code.as_str().into(), limit.into()];
    parameters.extend(wanted.into_iter().map(store::Value::from));
    tx.query(&sql, &parameters, |row| {
        Ok(Found { territory: territory(row)?, rank: row.get(13)?, context: row.get(14)? })
    })
}

const BEGINNING_MATCHES: &str = "
    select t.code, cast(case when t.name_key = $5 then 0 else 1 end as bigint) as rank
    from territory t where t.name_key >= $5 and t.name_key < $6";
const INSIDE_MATCHES: &str = "
    union all
    select t.code, cast(2 as bigint) from territory t where true{contains}
    union all
    select f.current, cast(3 as bigint) from former_territory f where f.name_key = $5";
const POSTCODE_MATCHES: &str = "
    select p.territory as code, cast(0 as bigint) as rank from postcode p where p.postcode = $5
    union all select t.code, cast(1 as bigint) from territory t where t.official_code = $5
    union all select f.current, cast(2 as bigint) from former_territory f where f.code = $5";
const LEVEL_MATCHES: &str = "
    select t.code, cast(0 as bigint) as rank from territory t
    where t.official_code = $5 and t.kind in ('departement', 'collectivity')
    union all select t.code, cast(1 as bigint) from territory t where t.official_code = $5 and t.kind = 'region'";
