//! Queries on merges that were done.

use directory::Organisation;
use kernel::{Id, Result, Timestamp};
use store::{Row, Tx, params};

use super::model::Merge;

const SELECT: &str =
    "select id, number, kept, duplicate, kept_name, duplicate_name, merged_at, undone_at from organisation_merge";

fn read(row: &Row<'_>) -> Result<Merge> {
    Ok(Merge {
        id: row.get(0)?,
        number: row.get(1)?,
        kept: row.get(2)?,
        duplicate: row.get(3)?,
        kept_name: row.get(4)?,
        duplicate_name: row.get(5)?,
        on: row.get::<Timestamp>(6)?.day(),
        undone_on: row.get::<Option<Timestamp>>(7)?.map(Timestamp::day),
    })
}

pub fn merge(tx: &mut Tx<'_>, id: Id<Merge>) -> Result<Merge> {
    tx.get(&format!("{SELECT} where id = $1"), params![id], read)
}

/// Up to `limit` merges, the latest first, those before `number` alone when it is given.
pub fn list(tx: &mut Tx<'_>, before: Option<i64>, limit: i64) -> Result<Vec<Merge>> {
    let sql = format!("{SELECT} where number < $1 order by number desc limit $2");
    tx.query(&sql, params![before.unwrap_or(i64::MAX), limit], read)
}

/// The merges into an organisation that were not undone, the latest first.
pub fn into(tx: &mut Tx<'_>, kept: Id<Organisation>) -> Result<Vec<Merge>> {
    tx.query(&format!("{SELECT} where kept = $1 and undone_at is null order by number desc"), params![kept], read)
}

/// The last merge that stands on this one: it names one of the two organisations and is not undone.
pub fn later(tx: &mut Tx<'_>, merge: &Merge) -> Result<Option<Merge>> {
    tx.find(
        &format!(
            "{SELECT} where number > $1 and undone_at is null
             and (kept in ($2, $3) or duplicate in ($2, $3)) order by number desc limit 1"
        ),
        params![merge.number, merge.kept, merge.duplicate],
        read,
    )
}

/// What a merge did to one row.
#[derive(Clone, Debug)]
pub struct Step {
    pub step: String,
    pub place: String,
    pub field: String,
    pub former: String,
    pub image: String,
    pub label: String,
}

/// The steps of a merge, the last first.
pub fn steps(tx: &mut Tx<'_>, id: Id<Merge>) -> Result<Vec<Step>> {
    tx.query(
        "select step, place, field, former, image, label from organisation_merge_row
         where merging = $1 order by rank desc",
        params![id],
        |row| {
            Ok(Step {
                step: row.get(0)?,
                place: row.get(1)?,
                field: row.get(2)?,
                former: row.get(3)?,
                image: row.get(4)?,
                label: row.get(5)?,
            })
        },
    )
}
