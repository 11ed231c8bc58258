//! A transaction: queries, and the register entries that will close it.

use std::collections::BTreeSet;

use kernel::register::{Act, Entry};
use kernel::{Context, Error, Result};

use crate::engine::Connection;
use crate::{Row, Value};

/// A transaction on one connection. Dropped without commit, it leaves nothing behind.
pub struct Tx<'a> {
    connection: &'a mut Connection,
    entries: Vec<Entry>,
    touched: BTreeSet<String>,
    queries: u32,
    mail_queued: bool,
    erases: bool,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(connection: &'a mut Connection) -> Self {
        Self {
            connection,
            entries: Vec::new(),
            touched: BTreeSet::new(),
            queries: 0,
            mail_queued: false,
            erases: false,
        }
    }

    pub(crate) fn into_connection(self) -> &'a mut Connection {
        self.connection
    }

    /// All rows of a query, each read by `read`.
    pub fn query<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.queries += 1;
        let mut out = Vec::new();
        self.connection.query(sql, params, &mut |row| {
            out.push(read(row)?);
            Ok(())
        })?;
        Ok(out)
    }

    /// Hands every row of a query to `each`, in constant memory: only in [`crate::Store::snapshot`].
    pub fn stream(&mut self, sql: &str, mut each: impl FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        self.queries += 1;
        self.connection.stream(sql, &mut each)
    }

    /// The first row, or `None`.
    pub fn find<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.query(sql, params, read)?.into_iter().next())
    }

    /// The first row; [`Error::NotFound`] without one.
    pub fn get<T>(&mut self, sql: &str, params: &[Value], read: impl FnMut(&Row<'_>) -> Result<T>) -> Result<T> {
        self.find(sql, params, read)?.ok_or(Error::NotFound)
    }

    /// Runs a statement; gives the number of rows that it changed.
    pub fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        self.queries += 1;
        self.connection.execute(sql, params)
    }

    /// Inserts many rows, as fast as the engine can. `head` is `insert into t (a, b)`; each row has `columns` values.
    pub fn insert_many(&mut self, head: &str, columns: usize, rows: &[Vec<Value>]) -> Result<()> {
        self.queries += 1;
        self.connection.insert_many(head, columns, rows)
    }

    /// Runs several statements without parameters (migrations).
    pub fn batch(&mut self, sql: &str) -> Result<()> {
        self.connection.batch(sql)
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.connection, Connection::Sqlite(_))
    }

    /// How many queries ran so far: a test holds each page to a bound.
    pub fn queries(&self) -> u32 {
        self.queries
    }

    /// Notes an act for the register; it is numbered and chained when the transaction commits, the head's row being
    /// the last lock taken.
    pub fn record(&mut self, context: &Context<'_>, act: Act) {
        self.touched.insert(crate::versions::REGISTER.to_owned());
        if let Some(governance) = act.governance {
            self.touch(crate::versions::governance(governance));
        }
        self.entries.push(crate::register::unsealed(context, act));
    }

    /// Says that cached pages which show `subject` are out of date once this act has happened.
    pub fn touch(&mut self, subject: impl Into<String>) {
        self.touched.insert(subject.into());
    }

    /// Says that a message waits in the outbox once this transaction has happened.
    pub(crate) fn mail_was_queued(&mut self) {
        self.mail_queued = true;
    }

    pub(crate) fn has_queued_mail(&self) -> bool {
        self.mail_queued
    }

    /// Says that this transaction erases what nobody may read again. On SQLite it is overwritten in the file, and after the
    /// commit the journal, which still holds it, is emptied; at the latest a minute after nobody reads an older state.
    pub fn erases_for_good(&mut self) {
        self.erases = true;
    }

    pub(crate) fn has_erased(&self) -> bool {
        self.erases
    }

    /// Writes the register entries and the versions: the last thing before the commit.
    pub(crate) fn seal(&mut self) -> Result<()> {
        if self.entries.is_empty() {
            if self.touched.is_empty() {
                return Ok(());
            }
            return Err(Error::Internal("a write touched pages without a register entry".to_owned()));
        }
        let entries = std::mem::take(&mut self.entries);
        let touched = std::mem::take(&mut self.touched);
        let seq = crate::register::append(self, entries)?;
        crate::versions::bump(self, &touched, seq)
    }
}
