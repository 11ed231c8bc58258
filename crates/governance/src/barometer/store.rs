//! Queries on what is kept of the barometer: figures of past months, comments.

use jiff::civil::Date;
use kernel::{Error, Id, Result, Timestamp};
use store::{Row, Tx, Value, params};

use super::dial::Figure;
use super::month::Month;
use crate::{Governance, governances};

fn month(row: &Row<'_>, index: usize) -> Result<Month> {
    let text: String = row.get(index)?;
    text.parse().map_err(|()| Error::internal(format!("unreadable month {text}")))
}

/// Since when a governance is kept here, and from which day its life is told.
pub fn beginnings(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<(Date, Date)> {
    let created: Timestamp =
        tx.get("select created_at from governance where id = $1", params![governance], |row| row.get(0))?;
    let life = governances::store::life(tx, governance)?;
    let first = life.iter().filter_map(|change| change.since).map(kernel::PartialDate::first_day).min();
    let followed = created.day();
    Ok((followed, first.map_or(followed, |first| first.min(followed))))
}

/// A figure as it was kept at the end of a month.
#[derive(Clone, Debug)]
pub struct Kept {
    pub month: Month,
    pub code: String,
    pub figure: Figure,
    pub taken: Date,
}

/// What was kept of a governance from a month on.
pub fn kept(tx: &mut Tx<'_>, governance: Id<Governance>, from: Month) -> Result<Vec<Kept>> {
    tx.query(
        "select month, figure, value, total, taken_at from barometer_figure
         where governance = $1 and month >= $2 order by month, figure",
        params![governance, from.to_string()],
        |row| {
            Ok(Kept {
                month: month(row, 0)?,
                code: row.get(1)?,
                figure: Figure { value: row.get(2)?, of: row.get(3)? },
                taken: row.get::<Timestamp>(4)?.day(),
            })
        },
    )
}

/// Keeps the figures of a month; those that another node has kept meanwhile stay. Gives how many came.
pub fn keep(
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    month: Month,
    figures: &[(&'static str, Figure)],
    now: Timestamp,
) -> Result<u64> {
    let mut values: Vec<Value> = vec![governance.into(), month.to_string().into(), now.into()];
    let mut rows = Vec::with_capacity(figures.len());
    for (code, figure) in figures {
        let place = values.len();
        rows.push(format!("($1, $2, ${}, ${}, ${}, $3)", place + 1, place + 2, place + 3));
        values.extend([Value::from(*code), Value::from(figure.value), Value::from(figure.of)]);
    }
    if rows.is_empty() {
        return Ok(0);
    }
    let sql = format!(
        "insert into barometer_figure (governance, month, figure, value, total, taken_at) values {}
         on conflict (governance, month, figure) do nothing",
        rows.join(", ")
    );
    tx.execute(&sql, &values)
}

/// A governance of which a month is to be kept.
#[derive(Clone, Debug)]
pub struct Due {
    pub id: Id<Governance>,
    pub slug: String,
    pub followed: Date,
}

/// The governances that are not closed, were here before the end of the month, and of which nothing is kept of it: at most
/// `limit`, after one of them.
pub fn due(tx: &mut Tx<'_>, month: Month, after: Option<Id<Governance>>, limit: i64) -> Result<Vec<Due>> {
    let ends = kernel::zone::Zone::PARIS.instant(month.next().first_day(), jiff::civil::Time::midnight());
    let ends = ends.map_err(Error::internal)?;
    let mut values = params![month.to_string(), ends, limit].to_vec();
    let mut condition = String::new();
    if let Some(after) = after {
        values.push(after.into());
        condition.push_str(" and g.id > $4");
    }
    tx.query(
        &format!(
            "select g.id, g.slug, g.created_at from governance g where g.state <> 'closed' and g.created_at < $2
             and not exists (select 1 from barometer_figure f where f.governance = g.id and f.month = $1){condition}
             order by g.id limit $3"
        ),
        &values,
        |row| Ok(Due { id: row.get(0)?, slug: row.get(1)?, followed: row.get::<Timestamp>(2)?.day() }),
    )
}

/// What a governance said of its barometer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    pub month: Month,
    pub version: i64,
    /// Empty: withdrawn.
    pub text: String,
    pub on: Date,
}

/// All versions of the comments from a month on: the latest month first, and its last version first.
pub fn comments(tx: &mut Tx<'_>, governance: Id<Governance>, from: Month) -> Result<Vec<Comment>> {
    tx.query(
        "select month, version, comment, written_at from barometer_comment
         where governance = $1 and month >= $2 order by month desc, version desc",
        params![governance, from.to_string()],
        |row| {
            Ok(Comment {
                month: month(row, 0)?,
                version: row.get(1)?,
                text: row.get(2)?,
                on: row.get::<Timestamp>(3)?.day(),
            })
        },
    )
}

/// The comment of a month as it stands: version 0 and empty when there was none.
pub fn comment(tx: &mut Tx<'_>, governance: Id<Governance>, month: Month) -> Result<(String, i64)> {
    let found = tx.find(
        "select comment, version from barometer_comment where governance = $1 and month = $2 order by version desc limit 1",
        params![governance, month.to_string()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(found.unwrap_or_default())
}
