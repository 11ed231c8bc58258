//! A parameter of a query, the same for both engines.

use bytes::{BufMut as _, BytesMut};
use kernel::coded::Coded;
use kernel::{Id, PartialDate, Timestamp};
use rusqlite::types::{ToSqlOutput, ValueRef};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

/// Micro-seconds between 1970 and 2000, the epoch of PostgreSQL.
const POSTGRES_EPOCH: i64 = 946_684_800_000_000;

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
    Uuid(Uuid),
    Time(Timestamp),
}

impl Value {
    /// The code of a value of a closed list.
    pub fn code(value: impl Coded) -> Self {
        Self::Text(value.code().to_owned())
    }
}

macro_rules! from {
    ($($type:ty => |$value:ident| $result:expr;)+) => {
        $(impl From<$type> for Value { fn from($value: $type) -> Self { $result } })+
    };
}

from! {
    bool => |value| Self::Bool(value);
    i64 => |value| Self::Integer(value);
    i32 => |value| Self::Integer(value.into());
    u32 => |value| Self::Integer(value.into());
    f64 => |value| Self::Real(value);
    String => |value| Self::Text(value);
    &str => |value| Self::Text(value.to_owned());
    &String => |value| Self::Text(value.clone());
    Vec<u8> => |value| Self::Bytes(value);
    &[u8] => |value| Self::Bytes(value.to_vec());
    Uuid => |value| Self::Uuid(value);
    Timestamp => |value| Self::Time(value);
    PartialDate => |value| Self::Text(value.to_string());
}

impl<T> From<Id<T>> for Value {
    fn from(id: Id<T>) -> Self {
        Self::Uuid(id.uuid())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Bool(value) => ValueRef::Integer(i64::from(*value)),
            Self::Integer(value) => ValueRef::Integer(*value),
            Self::Real(value) => ValueRef::Real(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Bytes(value) => ValueRef::Blob(value),
            Self::Uuid(value) => ValueRef::Blob(value.as_bytes()),
            Self::Time(value) => ValueRef::Integer(value.as_micros()),
        }))
    }
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match (self, kind) {
            (Self::Null, _) => return Ok(IsNull::Yes),
            (Self::Bool(value), &Type::BOOL) => out.put_u8(u8::from(*value)),
            (Self::Integer(value), &Type::INT8) => out.put_i64(*value),
            (Self::Real(value), &Type::FLOAT8) => out.put_f64(*value),
            (Self::Text(value), &Type::TEXT | &Type::VARCHAR | &Type::UNKNOWN) => out.put_slice(value.as_bytes()),
            (Self::Bytes(value), &Type::BYTEA) => out.put_slice(value),
            (Self::Uuid(value), &Type::UUID) => out.put_slice(value.as_bytes()),
            (Self::Time(value), &Type::TIMESTAMPTZ) => {
                out.put_i64(value.as_micros().checked_sub(POSTGRES_EPOCH).ok_or("an instant before all times")?);
            }
            (value, kind) => return Err(format!("{value:?} does not fit a parameter of type {kind}").into()),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A `timestamptz` as PostgreSQL sends it.
pub(crate) struct PostgresTime(pub Timestamp);

impl<'a> tokio_postgres::types::FromSql<'a> for PostgresTime {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        let micros =
            i64::from_be_bytes(raw.try_into()?).checked_add(POSTGRES_EPOCH).ok_or("an instant after all times")?;
        Ok(Self(Timestamp::from_micros(micros)))
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::TIMESTAMPTZ
    }
}

/// Parameters of a query: `params![id, name, Value::code(tier)]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::Value::from($value)),*] as &[$crate::Value] };
}
