//! What PostgreSQL makes of a value in the form that both engines share, that of SQLite.

use kernel::{Error, Result, Timestamp};
use uuid::Uuid;

use crate::{Tx, Value, params};

/// What a column of PostgreSQL takes.
pub(crate) enum Native {
    Plain,
    Text,
    Truth,
    Instant,
    Identifier,
}

impl Native {
    /// The value for PostgreSQL; `None` when it does not fit.
    pub fn take(&self, value: Value) -> Option<Value> {
        match (self, value) {
            (_, Value::Null) => Some(Value::Null),
            (Self::Plain, value) => Some(value),
            // Which SQLite accepts and PostgreSQL does not.
            (Self::Text, Value::Text(text)) => (!text.contains('\0')).then_some(Value::Text(text)),
            (Self::Truth, Value::Integer(truth @ 0..=1)) => Some(Value::Bool(truth == 1)),
            (Self::Instant, Value::Integer(micros)) => Some(Value::Time(Timestamp::from_micros(micros))),
            (Self::Identifier, Value::Bytes(bytes)) => Uuid::from_slice(&bytes).ok().map(Value::Uuid),
            _ => None,
        }
    }
}

/// For each of these columns of a table of PostgreSQL, in order.
pub(crate) fn natives<'a>(tx: &mut Tx<'_>, table: &str, columns: impl Iterator<Item = &'a str>) -> Result<Vec<Native>> {
    let kinds = tx.query(
        "select column_name::text, data_type::text from information_schema.columns
         where table_schema = current_schema() and table_name = $1::text",
        params![table],
        |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)),
    )?;
    let native = |name: &str| match kinds.iter().find(|(column, _)| column == name).map(|(_, kind)| kind.as_str()) {
        Some("bigint" | "double precision" | "bytea") => Ok(Native::Plain),
        Some("text") => Ok(Native::Text),
        Some("boolean") => Ok(Native::Truth),
        Some("timestamp with time zone") => Ok(Native::Instant),
        Some("uuid") => Ok(Native::Identifier),
        kind => Err(Error::Internal(format!("{table}.{name} has type {kind:?} on PostgreSQL"))),
    };
    columns.map(native).collect()
}
