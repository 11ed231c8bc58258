//! What differs between the two engines: opening, transactions, parameters, the meaning of their errors.

mod postgres;
mod sqlite;

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

    pub fn begin_write(&mut self) -> Result<()> {
        either!(self, engine => engine.begin_write())
    }

    pub fn commit(&mut self) -> Result<()> {
        either!(self, engine => engine.commit())
    }

    pub fn rollback(&mut self) {
        either!(self, engine => engine.rollback());
    }

    pub fn batch(&mut self, sql: &str) -> Result<()> {
        either!(self, engine => engine.batch(sql))
    }

    pub fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        either!(self, engine => engine.execute(sql, params))
    }

    pub fn query(&mut self, sql: &str, params: &[Value], each: &mut dyn FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        either!(self, engine => engine.query(sql, params, each))
    }
}
