//! One row of an answer, the same for both engines.

use kernel::coded::Coded;
use kernel::{Error, Id, PartialDate, Result, Timestamp};
use rusqlite::types::ValueRef;
use tokio_postgres::types::Type;
use uuid::Uuid;

use crate::Value;
use crate::value::PostgresTime;

/// A row that lives as long as the reading of it.
pub enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// The value of column `index` (from 0).
    ///
    /// # Errors
    /// [`Error::Internal`] when the query has no such column or it holds another type: a fault of ours.
    pub fn get<T: Column>(&self, index: usize) -> Result<T> {
        match self {
            Self::Sqlite(row) => T::from_sqlite(row, index).map_err(|fault| wrong_column(index, fault)),
            Self::Postgres(row) => T::from_postgres(row, index).map_err(|fault| wrong_column(index, fault)),
        }
    }

    /// The names of the columns, in order.
    pub fn names(&self) -> Vec<String> {
        match self {
            Self::Sqlite(row) => row.as_ref().column_names().map(ToOwned::to_owned).collect(),
            Self::Postgres(row) => row.columns().iter().map(|column| column.name().to_owned()).collect(),
        }
    }

    /// The value of column `index` in the form that both engines share, that of SQLite: a truth as 0 or 1, an instant as
    /// its microseconds, an identifier as its 16 bytes.
    ///
    /// # Errors
    /// [`Error::Internal`] when the column has a type that this façade does not write.
    pub fn plain(&self, index: usize) -> Result<Value> {
        match self {
            Self::Sqlite(row) => match row.get_ref(index).map_err(|fault| wrong_column(index, fault))? {
                ValueRef::Null => Ok(Value::Null),
                ValueRef::Integer(value) => Ok(Value::Integer(value)),
                ValueRef::Real(value) => Ok(Value::Real(value)),
                ValueRef::Text(value) => match str::from_utf8(value) {
                    Ok(text) => Ok(Value::from(text)),
                    Err(fault) => Err(wrong_column(index, fault)),
                },
                ValueRef::Blob(value) => Ok(Value::from(value)),
            },
            Self::Postgres(row) => {
                let kind = row.columns().get(index).map(tokio_postgres::Column::type_);
                Ok(match kind {
                    Some(&Type::BOOL) => self.get::<Option<bool>>(index)?.map(i64::from).into(),
                    Some(&Type::INT8) => self.get::<Option<i64>>(index)?.into(),
                    Some(&Type::FLOAT8) => self.get::<Option<f64>>(index)?.into(),
                    Some(&Type::TEXT) => self.get::<Option<String>>(index)?.into(),
                    Some(&Type::BYTEA) => self.get::<Option<Vec<u8>>>(index)?.into(),
                    Some(&Type::UUID) => self.get::<Option<Uuid>>(index)?.map(|id| id.as_bytes().to_vec()).into(),
                    Some(&Type::TIMESTAMPTZ) => self.get::<Option<Timestamp>>(index)?.map(Timestamp::as_micros).into(),
                    other => return Err(wrong_column(index, format!("type {other:?} is not one of ours"))),
                })
            }
        }
    }

    /// A value of a closed list.
    pub fn code<T: Coded>(&self, index: usize) -> Result<T> {
        let code: String = self.get(index)?;
        T::from_code(&code).ok_or_else(|| wrong_column(index, format!("unknown code {code:?}")))
    }

    /// A value of a closed list, or nothing.
    pub fn optional_code<T: Coded>(&self, index: usize) -> Result<Option<T>> {
        let code: Option<String> = self.get(index)?;
        code.map(|code| T::from_code(&code).ok_or_else(|| wrong_column(index, format!("unknown code {code:?}"))))
            .transpose()
    }
}

fn wrong_column(index: usize, fault: impl std::fmt::Display) -> Error {
    Error::Internal(format!("column {index}: {fault}"))
}

/// A type that a column can hold.
pub trait Column: Sized {
    fn from_sqlite(row: &rusqlite::Row<'_>, index: usize) -> rusqlite::Result<Self>;
    fn from_postgres(row: &tokio_postgres::Row, index: usize) -> Result<Self, tokio_postgres::Error>;
}

macro_rules! plain {
    ($($type:ty),+) => { $(
        impl Column for $type {
            fn from_sqlite(row: &rusqlite::Row<'_>, index: usize) -> rusqlite::Result<Self> { row.get(index) }
            fn from_postgres(row: &tokio_postgres::Row, index: usize) -> Result<Self, tokio_postgres::Error> { row.try_get(index) }
        }
        impl Column for Option<$type> {
            fn from_sqlite(row: &rusqlite::Row<'_>, index: usize) -> rusqlite::Result<Self> { row.get(index) }
            fn from_postgres(row: &tokio_postgres::Row, index: usize) -> Result<Self, tokio_postgres::Error> { row.try_get(index) }
        }
    )+ };
}
plain!(bool, i64, f64, String, Vec<u8>);

macro_rules! wrapped {
    ($([$($generic:ident)?] $type:ty, $sqlite:ty, $postgres:ty, |$from_sqlite:ident| $s:expr, |$from_postgres:ident| $p:expr;)+) => { $(
        impl$(<$generic>)? Column for $type {
            fn from_sqlite(row: &rusqlite::Row<'_>, index: usize) -> rusqlite::Result<Self> {
                row.get::<_, $sqlite>(index).and_then(|$from_sqlite| $s)
            }
            fn from_postgres(row: &tokio_postgres::Row, index: usize) -> Result<Self, tokio_postgres::Error> {
                row.try_get::<_, $postgres>(index).map(|$from_postgres| $p)
            }
        }
        impl$(<$generic>)? Column for Option<$type> {
            fn from_sqlite(row: &rusqlite::Row<'_>, index: usize) -> rusqlite::Result<Self> {
                row.get::<_, Option<$sqlite>>(index)?.map(|$from_sqlite| $s).transpose()
            }
            fn from_postgres(row: &tokio_postgres::Row, index: usize) -> Result<Self, tokio_postgres::Error> {
                row.try_get::<_, Option<$postgres>>(index).map(|value| value.map(|$from_postgres| $p))
            }
        }
    )+ };
}
wrapped! {
    [] Uuid, [u8; 16], Uuid, |raw| Ok(Uuid::from_bytes(raw)), |raw| raw;
    [T] Id<T>, [u8; 16], Uuid, |raw| Ok(Id::from_uuid(Uuid::from_bytes(raw))), |raw| Id::from_uuid(raw);
    [] Timestamp, i64, PostgresTime, |raw| Ok(Timestamp::from_micros(raw)), |raw| raw.0;
}

/// Dates are text in both engines; one that cannot be read is shown as missing rather than as a fault of the page.
impl Column for Option<PartialDate> {
    fn from_sqlite(row: &rusqlite::Row<'_>, index: usize) -> rusqlite::Result<Self> {
        Ok(row.get::<_, Option<String>>(index)?.and_then(|text| text.parse().ok()))
    }
    fn from_postgres(row: &tokio_postgres::Row, index: usize) -> Result<Self, tokio_postgres::Error> {
        Ok(row.try_get::<_, Option<String>>(index)?.and_then(|text| text.parse().ok()))
    }
}
