//! The schema: numbered steps per crate, applied once each, in the order of the crates.

use kernel::{Clock, Error, Result};

use crate::url::DatabaseUrl;
use crate::{Store, Tx, params};

/// One step, in the two dialects. Never edited once it has landed: a change is a new step.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    pub number: i64,
    pub name: &'static str,
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

/// The steps of one crate.
#[derive(Debug, Clone, Copy)]
pub struct Migrations {
    pub krate: &'static str,
    pub steps: &'static [Migration],
}

/// The store's own tables: the register, its head, the versions, the files, the mail to send.
pub const STORE: Migrations = Migrations {
    krate: "store",
    steps: &[
        Migration {
            number: 1,
            name: "register",
            sqlite: include_str!("../migrations/sqlite/0001_register.sql"),
            postgres: include_str!("../migrations/postgres/0001_register.sql"),
        },
        Migration {
            number: 2,
            name: "files",
            sqlite: include_str!("../migrations/sqlite/0002_files.sql"),
            postgres: include_str!("../migrations/postgres/0002_files.sql"),
        },
        Migration {
            number: 3,
            name: "outbox",
            sqlite: include_str!("../migrations/sqlite/0003_outbox.sql"),
            postgres: include_str!("../migrations/postgres/0003_outbox.sql"),
        },
        Migration {
            number: 4,
            name: "node_secret",
            sqlite: include_str!("../migrations/sqlite/0004_node_secret.sql"),
            postgres: include_str!("../migrations/postgres/0004_node_secret.sql"),
        },
        Migration {
            number: 5,
            name: "held_mail",
            sqlite: include_str!("../migrations/sqlite/0005_held_mail.sql"),
            postgres: include_str!("../migrations/postgres/0005_held_mail.sql"),
        },
        Migration {
            number: 6,
            name: "unsubscribe",
            sqlite: include_str!("../migrations/sqlite/0006_unsubscribe.sql"),
            postgres: include_str!("../migrations/postgres/0006_unsubscribe.sql"),
        },
    ],
};

/// The step since which the queue of mail can hold a message.
pub(crate) const HELD_MAIL: (&str, i64) = (STORE.krate, 5);

pub(crate) const TABLE_SQLITE: &str = "create table if not exists schema_migration (
    crate text not null, number integer not null, name text not null, applied_at integer not null,
    primary key (crate, number)) strict";
pub(crate) const TABLE_POSTGRES: &str = "create table if not exists schema_migration (
    crate text not null, number bigint not null, name text not null, applied_at timestamptz not null,
    primary key (crate, number))";

/// How the database stands to this program.
#[derive(Debug, PartialEq, Eq)]
pub enum Standing {
    /// No table of ours: a new database.
    Empty,
    /// Steps that this program has and the database lacks.
    Behind(usize),
    Current,
}

impl Store {
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.url(), DatabaseUrl::Sqlite(_))
    }

    /// Compares the database with the steps of this program.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database holds steps that this program does not know: it was written by a newer
    /// version, and an older one must not touch it.
    pub fn standing(&self, all: &'static [Migrations]) -> Result<Standing> {
        let sqlite = self.is_sqlite();
        self.read_blocking(move |tx| {
            let applied = applied(tx, sqlite)?;
            let Some(applied) = applied else { return refuse_foreign(tx, sqlite).map(|()| Standing::Empty) };
            refuse_newer(&applied, all)?;
            let missing = pending(&applied, all).count();
            Ok(if applied.is_empty() {
                Standing::Empty
            } else if missing > 0 {
                Standing::Behind(missing)
            } else {
                Standing::Current
            })
        })
    }

    /// Applies what is missing, each step in its own transaction; gives the names of the applied steps. Several nodes
    /// may call it at once: the second waits for the first, then finds the step done.
    pub fn migrate(&self, all: &'static [Migrations], clock: &dyn Clock) -> Result<Vec<String>> {
        let sqlite = self.is_sqlite();
        let now = clock.now();
        self.write_blocking(move |tx| {
            if applied(tx, sqlite)?.is_none() {
                refuse_foreign(tx, sqlite)?;
            }
            tx.batch(if sqlite { TABLE_SQLITE } else { TABLE_POSTGRES })
        })
        // PostgreSQL lets two sessions pass « if not exists » at once, makes the second wait for the first, then refuses
        // it: the table is there, which is all that was wanted.
        .or_else(|error| if matches!(error, Error::Duplicate(_)) { Ok(()) } else { Err(error) })?;
        let mut done = Vec::new();
        for (krate, step) in all.iter().flat_map(|crate_| crate_.steps.iter().map(|step| (crate_.krate, *step))) {
            let applied_here = self.write_blocking(move |tx| {
                if !sqlite {
                    tx.batch("lock table schema_migration in exclusive mode")?;
                }
                let applied = applied(tx, sqlite)?.unwrap_or_default();
                refuse_newer(&applied, all)?;
                if applied.iter().any(|(name, number)| name == krate && *number == step.number) {
                    return Ok(false);
                }
                tx.batch(if sqlite { step.sqlite } else { step.postgres })?;
                tx.execute(
                    "insert into schema_migration (crate, number, name, applied_at) values ($1, $2, $3, $4)",
                    params![krate, step.number, step.name, now],
                )?;
                Ok(true)
            })?;
            if applied_here {
                done.push(format!("{krate} {:04} {}", step.number, step.name));
            }
        }
        Ok(done)
    }
}

/// The steps that the database holds; `None` when it has no table of them.
pub(crate) fn applied(tx: &mut Tx<'_>, sqlite: bool) -> Result<Option<Vec<(String, i64)>>> {
    let exists = if sqlite {
        "select count(*) from sqlite_schema where name = 'schema_migration'"
    } else {
        "select count(*) from information_schema.tables
         where table_name = 'schema_migration' and table_schema = current_schema()"
    };
    let tables: i64 = tx.get(exists, &[], |row| row.get(0))?;
    if tables == 0 {
        return Ok(None);
    }
    tx.query("select crate, number from schema_migration", &[], |row| Ok((row.get(0)?, row.get(1)?))).map(Some)
}

/// A file named by mistake must not receive our tables. A PostgreSQL database may hold others' (extensions, say).
pub(crate) fn refuse_foreign(tx: &mut Tx<'_>, sqlite: bool) -> Result<()> {
    if sqlite && tx.find("select 1 from sqlite_schema limit 1", &[], |row| row.get::<i64>(0))?.is_some() {
        let sentence = "Ce fichier est la base de données d'un autre programme : il n'est pas touché.";
        return Err(Error::Unavailable(sentence.to_owned()));
    }
    Ok(())
}

fn pending<'a>(
    applied: &'a [(String, i64)],
    all: &'static [Migrations],
) -> impl Iterator<Item = (&'static str, i64)> + 'a {
    all.iter()
        .flat_map(|crate_| crate_.steps.iter().map(|step| (crate_.krate, step.number)))
        .filter(|(krate, number)| !applied.iter().any(|(name, done)| name == krate && done == number))
}

pub(crate) fn refuse_newer(applied: &[(String, i64)], all: &'static [Migrations]) -> Result<()> {
    let known = |krate: &str, number: i64| {
        all.iter().any(|crate_| crate_.krate == krate && crate_.steps.iter().any(|step| step.number == number))
    };
    match applied.iter().find(|(krate, number)| !known(krate, *number)) {
        None => Ok(()),
        Some((krate, number)) => Err(Error::Unavailable(format!(
            "Cette base de données vient d'une version plus récente de Maillage (étape {krate} {number} inconnue ici). \
             Installez cette version ou restaurez une sauvegarde plus ancienne."
        ))),
    }
}
