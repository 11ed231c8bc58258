//! What this database is: when it was created, and whether it is a demonstration. Written once.

use kernel::{Context, Error, Result, Timestamp};

use crate::{Tx, params};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instance {
    pub created_at: Timestamp,
    /// A demonstration: examples, and personas whose place anybody may take.
    pub demonstration: bool,
}

/// `None` while the database has not been initialised.
pub fn find(tx: &mut Tx<'_>) -> Result<Option<Instance>> {
    tx.find("select created_at, demonstration from instance where id = 1", &[], |row| {
        Ok(Instance { created_at: row.get(0)?, demonstration: row.get(1)? })
    })
}

/// Puts acts on the platform as a whole one after the other.
pub fn lock(tx: &mut Tx<'_>) -> Result<()> {
    tx.execute("update instance set demonstration = demonstration where id = 1", &[]).map(|_| ())
}

/// Marks a new database. The mark cannot be changed afterwards.
///
/// # Errors
/// [`Error::Conflict`] when somebody else has just marked it.
pub fn create(ctx: &Context<'_>, tx: &mut Tx<'_>, demonstration: bool) -> Result<()> {
    tx.execute(
        "insert into instance (id, created_at, demonstration) values (1, $1, $2)",
        params![ctx.now(), demonstration],
    )
    .map_err(|error| match error {
        Error::Duplicate(_) => {
            Error::Conflict("Cette base vient d'être créée par ailleurs : elle n'est pas touchée.".to_owned())
        }
        other => other,
    })?;
    Ok(())
}

/// Remembers the fingerprint of the nodes' secret, or compares it with the remembered one; false when they differ.
pub fn recognise(tx: &mut Tx<'_>, fingerprint: &str) -> Result<bool> {
    tx.execute(
        "update instance set secret_fingerprint = $1 where id = 1 and secret_fingerprint is null",
        params![fingerprint],
    )?;
    let known: Option<String> =
        tx.get("select secret_fingerprint from instance where id = 1", &[], |row| row.get(0))?;
    Ok(known.as_deref() == Some(fingerprint))
}

/// Takes another secret. What the old one sealed (second factors) is dropped by the caller.
pub fn change_secret(tx: &mut Tx<'_>, fingerprint: &str) -> Result<()> {
    tx.execute("update instance set secret_fingerprint = $1 where id = 1", params![fingerprint]).map(|_| ())
}
