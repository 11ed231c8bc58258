//! Queries on facts.

use kernel::{Id, Provenance, Result};
use store::{Tx, params};

use super::Fact;
use crate::Governance;

/// The facts of a governance, in the order in which they were noted.
pub fn list(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<Vec<Fact>> {
    tx.query(
        "select topic, value, on_date, origin, source from fact where governance = $1 order by rank",
        params![governance],
        |row| {
            Ok(Fact {
                topic: row.get(0)?,
                value: row.get(1)?,
                on: row.get(2)?,
                provenance: Provenance { origin: row.code(3)?, source: row.get(4)? },
            })
        },
    )
}
