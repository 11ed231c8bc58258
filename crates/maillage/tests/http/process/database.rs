//! A database as the program is told of it, and a connection beside it.

use std::time::{Duration, Instant};

use store::DatabaseUrl;

use super::PATIENCE;

/// A connection to a database of PostgreSQL, beside the program.
pub(super) struct Session {
    runtime: tokio::runtime::Runtime,
    client: tokio_postgres::Client,
}

impl Session {
    pub(super) fn open(database: &DatabaseUrl) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let connecting = async { tokio_postgres::connect(&address(database), tokio_postgres::NoTls).await };
        let (client, connection) = runtime.block_on(connecting).unwrap();
        runtime.spawn(connection);
        Self { runtime, client }
    }

    pub(super) fn run(&self, sql: &str) {
        self.runtime.block_on(self.client.batch_execute(sql)).unwrap();
    }

    /// Until `sql` gives true.
    pub(super) fn wait_for(&self, sql: &str) {
        let begun = Instant::now();
        while !self.runtime.block_on(self.client.query_one(sql, &[])).unwrap().get::<_, bool>(0) {
            assert!(begun.elapsed() < PATIENCE, "never: {sql}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// As `DATABASE_URL` takes it; a [`DatabaseUrl`] shows itself without its password.
pub fn address(database: &DatabaseUrl) -> String {
    match database {
        DatabaseUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
        DatabaseUrl::Postgres(address) => address.clone(),
    }
}
