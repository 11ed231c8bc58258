//! The tables that a list of steps makes, read from the steps themselves.

use kernel::{Error, Result};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::migrations::{Migration, Migrations, TABLE_SQLITE};

/// How a value is stored, on SQLite and in an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Storage {
    Integer,
    Real,
    Text,
    Blob,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Column {
    pub name: String,
    pub storage: Storage,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub name: String,
    /// By name: the two dialects may declare them in different orders.
    pub columns: Vec<Column>,
    /// The columns of the primary key, as declared, so that reading by it uses its index.
    pub key: Vec<String>,
    /// The tables that its foreign keys name.
    parents: Vec<String>,
}

/// Those of `all`, in their order, which `has` says yes to.
pub(super) fn steps(
    all: &'static [Migrations],
    has: impl Fn(&str, i64) -> bool,
) -> Vec<(&'static str, &'static Migration)> {
    let every = all.iter().flat_map(|crate_| crate_.steps.iter().map(|step| (crate_.krate, step)));
    every.filter(|(krate, step)| has(krate, step.number)).collect()
}

/// The tables that these steps make, by name.
///
/// # Errors
/// [`Error::Internal`] when a table has no primary key, or a kind that an archive cannot hold: a fault of the steps.
pub(super) fn tables(steps: &[(&'static str, &'static Migration)]) -> Result<Vec<Table>> {
    read(steps).map_err(Error::internal)?.into_iter().map(Raw::understood).collect()
}

struct Raw {
    name: String,
    kind: String,
    /// Name, type, rank in the primary key from 1.
    columns: Vec<(String, String, i64)>,
    parents: Vec<String>,
}

fn read(steps: &[(&'static str, &'static Migration)]) -> rusqlite::Result<Vec<Raw>> {
    let database = Connection::open_in_memory()?;
    database.execute_batch(TABLE_SQLITE)?;
    for (_, step) in steps {
        database.execute_batch(step.sqlite)?;
    }
    let mut tables = database.prepare(
        "select name, type from pragma_table_list
         where schema = 'main' and type in ('table', 'virtual') and substr(name, 1, 7) <> 'sqlite_' order by name",
    )?;
    let mut columns =
        database.prepare("select name, type, pk from pragma_table_xinfo($1) where hidden = 0 order by name")?;
    let mut parents = database.prepare("select distinct \"table\" from pragma_foreign_key_list($1) order by 1")?;
    let tables = tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut out = Vec::new();
    for table in tables {
        let (name, kind): (String, String) = table?;
        let columns = columns.query_map([&name], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let parents = parents.query_map([&name], |row| row.get(0))?;
        let (columns, parents) = (columns.collect::<rusqlite::Result<_>>()?, parents.collect::<rusqlite::Result<_>>()?);
        out.push(Raw { name, kind, columns, parents });
    }
    Ok(out)
}

impl Raw {
    fn understood(self) -> Result<Table> {
        let fault = |what: &str| Error::Internal(format!("table {}: {what}", self.name));
        if self.kind != "table" {
            return Err(fault("a virtual table cannot be archived"));
        }
        let mut key: Vec<(i64, &String)> =
            self.columns.iter().filter(|(_, _, rank)| *rank > 0).map(|(name, _, rank)| (*rank, name)).collect();
        key.sort();
        if key.is_empty() {
            return Err(fault("without a primary key its rows have no order"));
        }
        let key = key.into_iter().map(|(_, name)| name.clone()).collect();
        let mut columns = Vec::with_capacity(self.columns.len());
        for (name, kind, _) in &self.columns {
            let storage = match kind.to_ascii_lowercase().as_str() {
                "integer" | "int" | "bigint" => Storage::Integer,
                "real" => Storage::Real,
                "text" => Storage::Text,
                "blob" => Storage::Blob,
                _ => return Err(fault(&format!("column {name} has type {kind}"))),
            };
            columns.push(Column { name: name.clone(), storage });
        }
        Ok(Table { name: self.name, columns, key, parents: self.parents })
    }
}

impl Table {
    /// Its rows in the order of their key; text by its bytes on both engines.
    pub fn select(&self, sqlite: bool) -> String {
        let text = |name: &str| {
            self.columns.iter().any(|column| column.name == name && column.storage == Storage::Text) && !sqlite
        };
        let order = |name: &String| format!("{}{}", quoted(name), if text(name) { r#" collate "C""# } else { "" });
        let order: Vec<String> = self.key.iter().map(order).collect();
        format!("select {} from {} order by {}", self.column_list(), quoted(&self.name), order.join(", "))
    }

    pub fn column_list(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|column| quoted(&column.name)).collect();
        names.join(", ")
    }
}

/// The places of the tables, those that others name first, as far as circles allow: SQLite looks for the children of each
/// row that comes after them.
pub(super) fn parents_first(tables: &[Table]) -> Vec<usize> {
    let mut order = Vec::with_capacity(tables.len());
    let mut rest: Vec<(usize, &Table)> = tables.iter().enumerate().collect();
    while !rest.is_empty() {
        let waits = |table: &Table| {
            rest.iter().any(|(_, other)| other.name != table.name && table.parents.contains(&other.name))
        };
        let next = rest.iter().position(|(_, table)| !waits(table)).unwrap_or(0);
        order.push(rest.remove(next).0);
    }
    order
}

/// A name that may also be a word of SQL.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrations::STORE;

    #[test]
    fn the_tables_are_those_of_the_steps() {
        let none = tables(&[]).unwrap();
        assert_eq!(none.iter().map(|table| table.name.as_str()).collect::<Vec<_>>(), ["schema_migration"]);
        let first = tables(&steps(&[STORE], |_, number| number == 1)).unwrap();
        let names: Vec<&str> = first.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names, ["instance", "register", "register_head", "schema_migration", "version"]);
        let chunk = tables(&steps(&[STORE], |_, _| true)).unwrap().remove(1);
        assert_eq!(
            chunk.select(true),
            r#"select "bytes", "rank", "sha256" from "file_chunk" order by "sha256", "rank""#
        );
    }

    #[test]
    fn tables_that_others_name_come_first_and_a_circle_ends() {
        let step = Migration {
            number: 1,
            name: "circle",
            sqlite:
                "create table a (id integer primary key, b integer references b (id), a integer references a (id));
                     create table b (id integer primary key, c integer references c (id));
                     create table c (id integer primary key);
                     create table d (id integer primary key, e integer references e (id));
                     create table e (id integer primary key, d integer references d (id), c integer references c (id));",
            postgres: "",
        };
        let tables = tables(&[("circle", Box::leak(Box::new(step)))]).unwrap();
        let order: Vec<&str> = parents_first(&tables).into_iter().map(|place| tables[place].name.as_str()).collect();
        assert_eq!(order, ["c", "b", "a", "schema_migration", "d", "e"]);
    }

    #[test]
    fn what_cannot_be_archived_is_a_fault_of_the_step() {
        const ODD: [(&str, &str); 3] = [
            ("create table a (b integer) strict", "primary key"),
            ("create table a (b integer primary key, c any) strict", "type ANY"),
            ("create virtual table a using fts5 (b)", "virtual"),
        ];
        for (sql, expected) in ODD {
            let step = Migration { number: 1, name: "odd", sqlite: sql, postgres: "" };
            let fault = tables(&[("odd", Box::leak(Box::new(step)))]).unwrap_err().to_string();
            assert!(fault.contains(expected), "{fault}");
        }
    }
}
