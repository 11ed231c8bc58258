//! What differs between the two engines: opening, transactions, parameters, the meaning of their errors.

mod postgres;
mod sqlite;

pub(crate) use postgres::ENDLESS;

use kernel::Result;

use crate::url::DatabaseUrl;
use crate::{Row, Value};

/// One connection, owned by one thread.
pub(crate) enum Connection {
    Sqlite(sqlite::Sqlite),
    Postgres(Box<postgres::Postgres>),
}

/// Calls the same method of whichever engine it is.
macro_rules! either {
    ($connection:expr, $engine:ident => $call:expr) => {
        match $connection {
            Self::Sqlite($engine) => $call,
            Self::Postgres($engine) => $call,
        }
    };
}

impl Connection {
    pub fn open(url: &DatabaseUrl, read_only: bool) -> Result<Self> {
        match url {
            DatabaseUrl::Sqlite(path) => sqlite::Sqlite::open(path, read_only).map(Self::Sqlite),
            DatabaseUrl::Postgres(config) => {
                postgres::Postgres::open(config).map(|engine| Self::Postgres(Box::new(engine)))
            }
        }
    }

    /// Begins a read: on SQLite a snapshot for all its queries, on PostgreSQL nothing (each query sees what is committed).
    pub fn begin_read(&mut self) -> Result<()> {
        either!(self, engine => engine.begin_read())
    }

    pub fn end_read(&mut self) {
        either!(self, engine => engine.end_read());
    }

    /// Begins a read of one snapshot on both engines, without a limit of time: for what reads the whole database.
    pub fn begin_snapshot(&mut self) -> Result<()> {
        either!(self, engine => engine.begin_snapshot())
    }

    /// Connects again when the server has dropped the connection: before queries that are in no transaction.
    pub fn revive(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(engine) => engine.reconnect_if_lost(),
        }
    }

    pub fn begin_write(&mut self) -> Result<()> {
        either!(self, engine => engine.begin_write())
    }

    pub fn commit(&mut self) -> Result<()> {
        either!(self, engine => engine.commit())
    }

    /// Empties SQLite's journal, which still holds what was erased. False when that must wait; PostgreSQL sees to its own.
    pub fn empty_journal(&mut self) -> Result<bool> {
        match self {
            Self::Sqlite(engine) => engine.empty_journal(),
            Self::Postgres(_) => Ok(true),
        }
    }

    pub fn rollback(&mut self) {
        either!(self, engine => engine.rollback());
    }

    pub fn batch(&mut self, sql: &str) -> Result<()> {
        either!(self, engine => engine.batch(sql))
    }

    pub fn insert_many(&mut self, head: &str, columns: usize, rows: &[Vec<Value>]) -> Result<()> {
        // SQLite has no round trip to save, and looks each parameter of a long statement up in linear time.
        // PostgreSQL takes 65,535 parameters a statement and has a round trip for each.
        let per_statement = match self {
            Self::Sqlite(_) => 1,
            Self::Postgres(_) => (8_000 / columns.max(1)).max(1),
        };
        let statement = |rows: usize| {
            let group = |row: usize| {
                let marks: Vec<String> = (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
                format!("({})", marks.join(","))
            };
            format!("{head} values {}", (0..rows).map(group).collect::<Vec<_>>().join(","))
        };
        let whole = statement(per_statement);
        for chunk in rows.chunks(per_statement) {
            let last = (chunk.len() != per_statement).then(|| statement(chunk.len()));
            match chunk {
                [row] => self.execute(last.as_ref().unwrap_or(&whole), row)?,
                rows => self.execute(last.as_ref().unwrap_or(&whole), &rows.concat())?,
            };
        }
        Ok(())
    }

    pub fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        either!(self, engine => engine.execute(sql, params))
    }

    pub fn query(&mut self, sql: &str, params: &[Value], each: &mut dyn FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        either!(self, engine => engine.query(sql, params, each))
    }

    /// As [`Self::query`] without parameters, for answers larger than the memory: in a snapshot only.
    pub fn stream(&mut self, sql: &str, each: &mut dyn FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        either!(self, engine => engine.stream(sql, each))
    }
}
