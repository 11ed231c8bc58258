//! What this database is: when it was created, and whether it is a demonstration. Written once.

use kernel::{Context, Result, Timestamp};

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
pub fn create(ctx: &Context<'_>, tx: &mut Tx<'_>, demonstration: bool) -> Result<()> {
    tx.execute(
        "insert into instance (id, created_at, demonstration) values (1, $1, $2)",
        params![ctx.now(), demonstration],
    )?;
    Ok(())
}
