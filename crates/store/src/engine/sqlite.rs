//! SQLite: one file in WAL mode, one writer with `begin immediate`, readers opened read-only.

use std::path::Path;
use std::time::Duration;

use kernel::{Error, Result};
use rusqlite::config::DbConfig;
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, ffi};

use crate::{Row, Value};

/// `synchronous = full`: an acknowledged act survives a power cut.
const PRAGMAS: &str = "
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma foreign_keys = on;
    pragma secure_delete = on;
    pragma busy_timeout = 10000;
    pragma temp_store = memory;
    pragma cache_size = -2048;
    pragma journal_size_limit = 16777216;
";
const READER_PRAGMAS: &str = "
    pragma busy_timeout = 10000;
    pragma temp_store = memory;
    pragma cache_size = -2048;
    pragma query_only = on;
";
/// Prepared statements kept by each connection.
const STATEMENTS: usize = 256;
/// That of the pragmas.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
const JOURNAL_PATIENCE: Duration = Duration::from_millis(250);
const NOT_WRITABLE: &str = "le dossier n'existe pas, ou il n'est pas permis d'y écrire";

pub(crate) struct Sqlite(Connection);

impl Sqlite {
    pub fn open(path: &Path, read_only: bool) -> Result<Self> {
        let access = if read_only {
            OpenFlags::SQLITE_OPEN_READ_ONLY
        } else {
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
        };
        let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|fault| cannot_open(path, &fault))?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // The bundled SQLite has STAT4, which prepares a statement again whenever a bound value could change its plan: half
        // of the time of a page. `analyze` is never run here; one plan a text is what the statements are kept for.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(|fault| cannot_open(path, &fault))?;
        let pragmas = if read_only { READER_PRAGMAS } else { PRAGMAS };
        let mut set = connection.execute_batch(pragmas);
        // The switch of a new file to its journal does not wait for another process that makes it too.
        for _ in 0..250 {
            if !set.as_ref().is_err_and(|fault| fault.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)) {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
            set = connection.execute_batch(pragmas);
        }
        set.map_err(|fault| cannot_open(path, &fault))?;
        // SQLite opens what it may not write for reading alone, and says so at the first act only.
        if !read_only && connection.is_readonly("main").map_err(|fault| cannot_open(path, &fault))? {
            return Err(refuse_to_open(path, NOT_WRITABLE));
        }
        Ok(Self(connection))
    }

    pub fn begin_read(&mut self) -> Result<()> {
        self.run("begin deferred")
    }

    pub fn begin_snapshot(&mut self) -> Result<()> {
        self.begin_read()
    }

    pub fn end_read(&mut self) {
        if self.run("commit").is_err() {
            self.rollback();
        }
    }

    pub fn begin_write(&mut self) -> Result<()> {
        self.run("begin immediate")
    }

    pub fn commit(&mut self) -> Result<()> {
        self.run("commit").inspect_err(|_| self.rollback())
    }

    /// Writes the journal into the file and empties it, outside of any transaction. False when somebody still reads an
    /// older state: then it stays as it is.
    pub fn empty_journal(&mut self) -> Result<bool> {
        // Everybody who writes waits meanwhile: a page is read in less, a backup is not waited for.
        let failed = |fault: rusqlite::Error| translate(&fault);
        self.0.busy_timeout(JOURNAL_PATIENCE).map_err(failed)?;
        let busy = self.0.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get::<_, i64>(0));
        self.0.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
        Ok(busy.map_err(failed)? == 0)
    }

    pub fn rollback(&mut self) {
        if !self.0.is_autocommit()
            && let Err(fault) = self.0.execute_batch("rollback")
        {
            tracing::error!(%fault, "SQLite would not roll back");
        }
    }

    pub fn batch(&mut self, sql: &str) -> Result<()> {
        self.0.execute_batch(sql).map_err(|fault| translate(&fault))
    }

    pub fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        let mut statement = self.prepare(sql, params)?;
        let changed = statement.raw_execute().map_err(|fault| translate(&fault))?;
        Ok(changed as u64)
    }

    pub fn query(&mut self, sql: &str, params: &[Value], each: &mut dyn FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        let mut statement = self.prepare(sql, params)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(|fault| translate(&fault))? {
            each(&Row::Sqlite(row))?;
        }
        Ok(())
    }

    /// Rows are read one by one anyway.
    pub fn stream(&mut self, sql: &str, each: &mut dyn FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        self.query(sql, &[], each)
    }

    fn run(&mut self, sql: &str) -> Result<()> {
        let mut statement = self.0.prepare_cached(sql).map_err(|fault| translate(&fault))?;
        statement.raw_execute().map_err(|fault| translate(&fault)).map(|_| ())
    }

    /// Prepares and binds. SQLite takes `$2` for a name, numbered by first appearance: each is bound by its number.
    fn prepare(&self, sql: &str, params: &[Value]) -> Result<CachedStatement<'_>> {
        let mut statement = self.0.prepare_cached(sql).map_err(|fault| translate(&fault))?;
        for index in 1..=statement.parameter_count() {
            let number = statement
                .parameter_name(index)
                .and_then(|name| name.strip_prefix('$'))
                .and_then(|digits| digits.parse::<usize>().ok())
                .unwrap_or(index);
            let Some(value) = number.checked_sub(1).and_then(|place| params.get(place)) else {
                return Err(Error::Internal(format!("parameter ${number} is missing in {sql}")));
            };
            statement.raw_bind_parameter(index, value).map_err(|fault| translate(&fault))?;
        }
        Ok(statement)
    }
}

fn cannot_open(path: &Path, fault: &rusqlite::Error) -> Error {
    let reason = match fault.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => "ce fichier n'est pas une base de données de Maillage".to_owned(),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => NOT_WRITABLE.to_owned(),
        Some(ErrorCode::DiskFull) => "le disque est plein".to_owned(),
        Some(ErrorCode::SystemIoFailure) => "le disque est plein ou en panne".to_owned(),
        Some(ErrorCode::DatabaseBusy) => "un autre programme l'occupe".to_owned(),
        _ => fault.to_string(),
    };
    refuse_to_open(path, &reason)
}

fn refuse_to_open(path: &Path, reason: &str) -> Error {
    Error::Unavailable(format!("Impossible d'ouvrir la base de données « {} » : {reason}.", path.display()))
}

/// What an error of SQLite means for us.
fn translate(fault: &rusqlite::Error) -> Error {
    let rusqlite::Error::SqliteFailure(failure, message) = fault else { return Error::internal(fault) };
    let message = message.as_deref().unwrap_or_default();
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Error::Retry(message.to_owned()),
        ErrorCode::DiskFull => Error::Unavailable(
            "Le disque du serveur est plein : rien n'a été enregistré. Prévenez la personne qui l'exploite.".to_owned(),
        ),
        ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::SystemIoFailure => {
            Error::Unavailable("La base de données ne peut pas être écrite : rien n'a été enregistré.".to_owned())
        }
        ErrorCode::ConstraintViolation => match failure.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
                Error::Duplicate(constraint_name(message))
            }
            _ => Error::internal(message),
        },
        _ => Error::internal(fault),
    }
}

/// `UNIQUE constraint failed: member.governance, member.organisation` becomes PostgreSQL's default name,
/// `member_governance_organisation_key`.
fn constraint_name(message: &str) -> String {
    let columns = message.rsplit(": ").next().unwrap_or_default();
    let mut name = String::new();
    for column in columns.split(", ") {
        match column.split_once('.') {
            Some((table, column)) if name.is_empty() => name = format!("{table}_{column}"),
            Some((_, column)) => name = format!("{name}_{column}"),
            None => return columns.to_owned(),
        }
    }
    format!("{name}_key")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_have_one_name_on_both_engines() {
        assert_eq!(constraint_name("UNIQUE constraint failed: organisation.siret"), "organisation_siret_key");
        assert_eq!(constraint_name("UNIQUE constraint failed: member.a, member.b"), "member_a_b_key");
        assert_eq!(constraint_name("UNIQUE constraint failed: index 'x'"), "index 'x'");
    }
}
