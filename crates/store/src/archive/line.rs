//! One row as one line: a JSON array, each value in the form that both engines share.
//!
//! Integers are numbers, text is text, bytes are hexadecimal digits, and reals are text too: the shortest that reads back
//! as the same number, which JSON does not promise.

use std::io::Write as _;

use kernel::{Error, Result};
use serde_json::Value as Json;

use super::schema::{Column, Storage};
use crate::Value;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Appends a row and its end of line.
///
/// # Errors
/// [`Error::Internal`] when a value is not what its column stores, or is no number.
pub(super) fn write(columns: &[Column], values: &[Value], out: &mut Vec<u8>) -> Result<()> {
    for (rank, (column, value)) in columns.iter().zip(values).enumerate() {
        out.push(if rank == 0 { b'[' } else { b',' });
        match (value, column.storage) {
            (Value::Null, _) => out.extend_from_slice(b"null"),
            (Value::Integer(number), Storage::Integer) => write!(out, "{number}").map_err(Error::internal)?,
            // Without the zero below zero, which SQLite does not keep.
            (Value::Real(number), Storage::Real) if !number.is_nan() => {
                write!(out, "\"{:?}\"", number + 0.0).map_err(Error::internal)?;
            }
            (Value::Text(text), Storage::Text) => {
                serde_json::to_writer(&mut *out, text).map_err(Error::internal)?;
            }
            (Value::Bytes(bytes), Storage::Blob) => {
                out.reserve(2 * bytes.len() + 2);
                out.push(b'"');
                out.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
                out.push(b'"');
            }
            (_, storage) => {
                return Err(Error::Internal(format!("column {} does not hold {storage:?}, or no number", column.name)));
            }
        }
    }
    out.extend_from_slice(b"]\n");
    Ok(())
}

fn digit(half: u8) -> u8 {
    DIGITS.get(usize::from(half)).copied().unwrap_or(b'0')
}

/// Reads a row; `None` when it is not one of these columns.
pub(super) fn read(columns: &[Column], line: &[u8]) -> Option<Vec<Value>> {
    let values: Vec<Json> = serde_json::from_slice(line).ok()?;
    if values.len() != columns.len() {
        return None;
    }
    let pairs = columns.iter().zip(values);
    pairs
        .map(|(column, json)| match (json, column.storage) {
            (Json::Null, _) => Some(Value::Null),
            (Json::Number(number), Storage::Integer) => number.as_i64().map(Value::Integer),
            (Json::String(text), Storage::Real) => {
                text.parse().ok().filter(|number: &f64| !number.is_nan()).map(Value::Real)
            }
            (Json::String(text), Storage::Text) => Some(Value::Text(text)),
            (Json::String(text), Storage::Blob) => bytes(text.as_bytes()).map(Value::Bytes),
            _ => None,
        })
        .collect()
}

fn bytes(digits: &[u8]) -> Option<Vec<u8>> {
    let half = |digit: &u8| char::from(*digit).to_digit(16).and_then(|half| u8::try_from(half).ok());
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => Some(half(high)? << 4 | half(low)?),
        _ => None,
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn columns() -> Vec<Column> {
        [Storage::Integer, Storage::Real, Storage::Text, Storage::Blob]
            .into_iter()
            .map(|storage| Column { name: format!("{storage:?}"), storage })
            .collect()
    }

    fn nullable<T: std::fmt::Debug + Clone>(
        value: impl Strategy<Value = T> + 'static,
        make: impl Fn(T) -> Value + 'static,
    ) -> impl Strategy<Value = Value> {
        proptest::option::weighted(0.9, value).prop_map(move |value| value.map_or(Value::Null, &make))
    }

    proptest! {
        #[test]
        fn every_row_reads_back_as_it_was(
            integer in nullable(prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX)], Value::Integer),
            real in nullable(any::<f64>().prop_filter("no number", |number| !number.is_nan()), Value::Real),
            text in nullable(any::<String>(), Value::Text),
            blob in nullable(any::<Vec<u8>>(), Value::Bytes),
        ) {
            let row = vec![integer, real, text, blob];
            let mut line = Vec::new();
            write(&columns(), &row, &mut line).unwrap();
            prop_assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1, "one row, one line");
            prop_assert_eq!(read(&columns(), &line), Some(row));
        }

        #[test]
        fn whatever_stands_in_a_line_is_read_or_refused(line in any::<Vec<u8>>(), text in "\\PC{0,40}") {
            let _ = read(&columns(), &line);
            let _ = read(&columns(), text.as_bytes());
        }
    }

    #[test]
    fn what_is_not_a_row_of_the_table_is_refused() {
        for line in [
            "",
            "[]",
            "{}",
            "[1]",
            "[null,null,null,null,null]",
            "[\"1\",null,null,null]",
            "[1.5,null,null,null]",
            "[9223372036854775808,null,null,null]",
            "[null,1.5,null,null]",
            "[null,\"NaN\",null,null]",
            "[null,null,3,null]",
            "[null,null,null,\"abc\"]",
            "[null,null,null,\"zz\"]",
            "[null,null,null,\"é\"]",
        ] {
            assert_eq!(read(&columns(), line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn a_zero_has_one_form_and_what_is_no_number_none() {
        let mut line = Vec::new();
        let row = [Value::Null, Value::Real(-0.0), Value::Null, Value::Null];
        write(&columns(), &row, &mut line).unwrap();
        assert_eq!(line, b"[null,\"0.0\",null,null]\n");
        let row = [Value::Null, Value::Real(f64::NAN), Value::Null, Value::Null];
        assert!(write(&columns(), &row, &mut line).is_err());
    }
}
