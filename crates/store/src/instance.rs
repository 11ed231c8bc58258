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
