//! PostgreSQL: read committed, one client per thread driven on the runtime, statements prepared once per connection.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use kernel::{Error, Result};
use rustls::{ClientConfig, RootCertStore};
use tokio::runtime::Handle;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{Row, Value};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection unused for longer is asked whether it lives before it is used.
const RESTED: Duration = Duration::from_millis(5);

/// No statement may hold a thread for ever, no forgotten transaction its locks.
const PATIENCE: &str = "set statement_timeout = '60s'; set idle_in_transaction_session_timeout = '60s'";

/// Whoever reads or loads the whole database takes the time that it takes.
pub(crate) const ENDLESS: &str = "set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0";

/// Rows fetched at once from a cursor. Chunks of files, the largest rows, are of 256 KB.
const FETCHED: usize = 100;

pub(crate) struct Postgres {
    config: Config,
    runtime: Handle,
    client: Client,
    statements: HashMap<String, Statement>,
    in_transaction: bool,
    used_at: Instant,
}

impl Postgres {
    pub fn open(config: &str) -> Result<Self> {
        let runtime = Handle::try_current()
            .map_err(|_| Error::Internal("PostgreSQL must be opened inside a tokio runtime".to_owned()))?;
        let mut config: Config = config.parse().map_err(|fault: tokio_postgres::Error| cannot_connect(&fault))?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        config.application_name("maillage");
        let client = connect(&runtime, &config)?;
        Ok(Self { config, runtime, client, statements: HashMap::new(), in_transaction: false, used_at: Instant::now() })
    }

    pub fn begin_read(&mut self) -> Result<()> {
        self.reconnect_if_lost()
    }

    pub fn begin_snapshot(&mut self) -> Result<()> {
        self.reconnect_if_lost()?;
        self.in_transaction = true;
        let begun = self.batch(&format!("begin isolation level repeatable read read only; {ENDLESS}"));
        if begun.is_err() {
            self.rollback();
        }
        begun
    }

    /// Ends a snapshot; a plain read has no transaction.
    pub fn end_read(&mut self) {
        self.rollback();
    }

    pub fn begin_write(&mut self) -> Result<()> {
        self.reconnect_if_lost()?;
        self.batch("begin isolation level read committed")?;
        self.in_transaction = true;
        Ok(())
    }

    pub fn commit(&mut self) -> Result<()> {
        let done = self.batch("commit");
        match done {
            Ok(()) => self.in_transaction = false,
            Err(_) => self.rollback(),
        }
        done
    }

    pub fn rollback(&mut self) {
        if std::mem::take(&mut self.in_transaction)
            && let Err(fault) = self.batch("rollback")
        {
            // The server rolls back by itself when it loses the client; the next job reconnects.
            tracing::warn!(%fault, "PostgreSQL did not answer the rollback");
        }
    }

    pub fn batch(&mut self, sql: &str) -> Result<()> {
        block_on(&self.runtime, self.client.batch_execute(sql)).map_err(|fault| translate(&fault))
    }

    pub fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        let statement = self.statement(sql)?;
        let params = as_sql(params);
        block_on(&self.runtime, self.client.execute(&statement, &params)).map_err(|fault| translate(&fault))
    }

    pub fn query(&mut self, sql: &str, params: &[Value], each: &mut dyn FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        let statement = self.statement(sql)?;
        let params = as_sql(params);
        let rows =
            block_on(&self.runtime, self.client.query(&statement, &params)).map_err(|fault| translate(&fault))?;
        rows.iter().try_for_each(|row| each(&Row::Postgres(row)))
    }

    /// A driver's query would hold the whole answer: a cursor gives it by and by. Its statement is not kept, since the
    /// next cursor of this name has other columns.
    pub fn stream(&mut self, sql: &str, each: &mut dyn FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        self.batch(&format!("declare whole no scroll cursor for {sql}"))?;
        let fetch = format!("fetch forward {FETCHED} from whole");
        let statement = block_on(&self.runtime, self.client.prepare(&fetch)).map_err(|fault| translate(&fault))?;
        loop {
            let rows =
                block_on(&self.runtime, self.client.query(&statement, &[])).map_err(|fault| translate(&fault))?;
            rows.iter().try_for_each(|row| each(&Row::Postgres(row)))?;
            if rows.len() < FETCHED {
                return self.batch("close whole");
            }
        }
    }

    fn statement(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = block_on(&self.runtime, self.client.prepare(sql)).map_err(|fault| translate(&fault))?;
        // Statements of hundreds of rows are loads: they are not worth keeping.
        if sql.len() < 4_000 {
            self.statements.insert(sql.to_owned(), statement.clone());
        }
        Ok(statement)
    }

    /// Connects again when the server has ended the connection. A connection that has rested is asked first, by an empty
    /// statement: the news of its end may not have been read yet, and nobody's request should be the one to find out.
    pub fn reconnect_if_lost(&mut self) -> Result<()> {
        let rested = self.used_at.elapsed() > RESTED;
        self.used_at = Instant::now();
        if self.client.is_closed() || (rested && block_on(&self.runtime, self.client.batch_execute("")).is_err()) {
            tracing::warn!("the connection to PostgreSQL was lost; connecting again");
            self.client = connect(&self.runtime, &self.config)?;
            self.statements.clear();
            self.in_transaction = false;
        }
        Ok(())
    }
}

fn as_sql(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

/// Waits for PostgreSQL, also from the main thread of the command line, which is one of the runtime's own.
fn block_on<T>(runtime: &Handle, future: impl Future<Output = T>) -> T {
    if Handle::try_current().is_ok() {
        tokio::task::block_in_place(|| runtime.block_on(future))
    } else {
        runtime.block_on(future)
    }
}

fn connect(runtime: &Handle, config: &Config) -> Result<Client> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::internal)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    // Its own limit covers the way to the server; a server that takes the connection and says nothing needs one too.
    let patience = config.get_connect_timeout().copied().unwrap_or(CONNECT_TIMEOUT) + Duration::from_secs(1);
    let connecting = async { tokio::time::timeout(patience, config.connect(MakeRustlsConnect::new(tls))).await };
    let silent = || Error::Unavailable("Impossible de joindre PostgreSQL : il ne répond pas.".to_owned());
    let (client, connection) =
        block_on(runtime, connecting).map_err(|_| silent())?.map_err(|fault| cannot_connect(&fault))?;
    runtime.spawn(async move {
        if let Err(fault) = connection.await {
            tracing::warn!(%fault, "a connection to PostgreSQL ended");
        }
    });
    // Set after the connection, since poolers refuse start-up options.
    block_on(runtime, client.batch_execute(PATIENCE)).map_err(|fault| cannot_connect(&fault))?;
    Ok(client)
}

fn cannot_connect(fault: &tokio_postgres::Error) -> Error {
    let mut reason = fault.to_string();
    if let Some(cause) = std::error::Error::source(fault) {
        reason = format!("{reason} ({cause})");
    }
    Error::Unavailable(format!("Impossible de joindre PostgreSQL : {reason}."))
}

/// What an error of PostgreSQL means for us.
fn translate(fault: &tokio_postgres::Error) -> Error {
    let Some(detail) = fault.as_db_error() else {
        if fault.is_closed() {
            return Error::Unavailable("La connexion à la base de données est perdue. Recommencez.".to_owned());
        }
        let cause = std::error::Error::source(fault).map(ToString::to_string).unwrap_or_default();
        return Error::Internal(format!("{fault} {cause}"));
    };
    let code = detail.code();
    if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED {
        return Error::Retry(detail.message().to_owned());
    }
    // Of two sessions that create one table at once, the second is told one of three things, by how far the first is.
    if *code == SqlState::DUPLICATE_TABLE || *code == SqlState::DUPLICATE_OBJECT {
        return Error::Duplicate(detail.table().unwrap_or_default().to_owned());
    }
    if *code == SqlState::UNIQUE_VIOLATION {
        let name = detail.constraint().unwrap_or_default();
        // A primary key is called `t_pkey`; SQLite names its columns. Features give their primary keys a `_key` name.
        return Error::Duplicate(name.to_owned());
    }
    if *code == SqlState::DISK_FULL || *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        return Error::Unavailable(
            "Le serveur de base de données n'accepte plus d'écriture : rien n'a été enregistré.".to_owned(),
        );
    }
    if *code == SqlState::QUERY_CANCELED {
        return Error::Unavailable("La base de données est trop occupée. Recommencez dans un instant.".to_owned());
    }
    if matches!(code.code(), "57P01" | "57P02" | "57P03") {
        return Error::Unavailable("La base de données s'arrête ou redémarre. Recommencez dans un instant.".to_owned());
    }
    Error::Internal(format!("{} ({})", detail.message(), code.code()))
}
