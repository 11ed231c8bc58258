//! Rows as they were, for acts that can be undone to the letter: taken by one engine, they can be put back by the other,
//! since a database may be moved between the act and its undoing.

use std::collections::BTreeMap;

use kernel::{Error, Result};
use serde_json::{Map, Value as Json, json};

use crate::natives::natives;
use crate::{Row, Tx, Value};

/// Columns of a row with their values, in the form that both engines share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Image(BTreeMap<String, Value>);

impl Image {
    fn of(row: &Row<'_>) -> Result<Self> {
        let named = row.names().into_iter().enumerate();
        Ok(Self(named.map(|(place, name)| Ok((name, row.plain(place)?))).collect::<Result<_>>()?))
    }

    pub fn get(&self, column: &str) -> Option<&Value> {
        self.0.get(column)
    }

    /// With these columns alone: the key of a row, say.
    pub fn only(&self, columns: &[&str]) -> Self {
        let wanted = self.0.iter().filter(|(name, _)| columns.contains(&name.as_str()));
        Self(wanted.map(|(name, value)| (name.clone(), value.clone())).collect())
    }

    /// With another value in a column; `value` in the form that both engines share.
    pub fn with(mut self, column: &str, value: Value) -> Self {
        self.0.insert(column.to_owned(), value);
        self
    }

    /// As a JSON object.
    ///
    /// # Errors
    /// [`Error::Internal`] for a value that no column holds.
    pub fn to_text(&self) -> Result<String> {
        let mut object = Map::new();
        for (name, value) in &self.0 {
            let json = match value {
                Value::Null => Json::Null,
                Value::Integer(number) => json!(number),
                Value::Text(text) => json!(text),
                // The shortest text that reads back as the same number, which JSON does not promise.
                Value::Real(number) => json!({ "real": format!("{number:?}") }),
                Value::Bytes(bytes) => {
                    json!({ "bytes": bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>() })
                }
                other => return Err(Error::Internal(format!("{name}: {other:?} has no common form"))),
            };
            object.insert(name.clone(), json);
        }
        Ok(Json::Object(object).to_string())
    }

    /// # Errors
    /// [`Error::Internal`] when it is not what [`Self::to_text`] writes.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |what: &str| Error::Internal(format!("{what} is not the image of a row"));
        let object: Map<String, Json> = serde_json::from_str(text).map_err(|fault| wrong(&fault.to_string()))?;
        let value = |(name, json): (String, Json)| {
            let value = match &json {
                Json::Null => Some(Value::Null),
                Json::Number(number) => number.as_i64().map(Value::Integer),
                Json::String(text) => Some(Value::Text(text.clone())),
                Json::Object(inner) => match (inner.get("real"), inner.get("bytes")) {
                    (Some(Json::String(real)), _) => real.parse().ok().map(Value::Real),
                    (_, Some(Json::String(hex))) => bytes(hex).map(Value::Bytes),
                    _ => None,
                },
                _ => None,
            };
            value.map(|value| (name.clone(), value)).ok_or_else(|| wrong(&name))
        };
        Ok(Self(object.into_iter().map(value).collect::<Result<_>>()?))
    }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let half = |digit: &u8| char::from(*digit).to_digit(16).and_then(|half| u8::try_from(half).ok());
    let pairs = hex.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(half(high)? << 4 | half(low)?),
        _ => None,
    });
    pairs.collect()
}

/// The rows of a table that answer `condition`, whole.
pub fn take(tx: &mut Tx<'_>, table: &'static str, condition: &str, params: &[Value]) -> Result<Vec<Image>> {
    tx.query(&format!("select * from {table} where {condition}"), params, Image::of)
}

/// The names of an image with their values as this engine takes them.
fn native(tx: &mut Tx<'_>, table: &'static str, image: &Image) -> Result<Vec<(String, Value)>> {
    let plain = image.0.iter().map(|(name, value)| (name.clone(), value.clone()));
    if tx.is_sqlite() {
        return Ok(plain.collect());
    }
    let natives = natives(tx, table, image.0.keys().map(String::as_str))?;
    let fit = |((name, value), native): ((String, Value), _)| {
        let native: crate::natives::Native = native;
        let fault = || Error::Internal(format!("{table}.{name} does not take its former value"));
        native.take(value).ok_or_else(fault).map(|value| (name.clone(), value))
    };
    plain.zip(natives).map(fit).collect()
}

/// Inserts a row as it was. Columns that the table has gained since take their default.
pub fn put_back(tx: &mut Tx<'_>, table: &'static str, image: &Image) -> Result<()> {
    let (names, values): (Vec<String>, Vec<Value>) = native(tx, table, image)?.into_iter().unzip();
    let marks: Vec<String> = (1..=names.len()).map(|place| format!("${place}")).collect();
    tx.execute(&format!("insert into {table} ({}) values ({})", names.join(", "), marks.join(", ")), &values)?;
    Ok(())
}

/// Sets one column of the row whose other columns are those of `key`; gives how many rows there were (none or one).
pub fn set(tx: &mut Tx<'_>, table: &'static str, column: &str, value: Value, key: &Image) -> Result<u64> {
    let key = native(tx, table, key)?;
    let conditions: Vec<String> = key.iter().zip(2..).map(|((name, _), place)| format!("{name} = ${place}")).collect();
    let values: Vec<Value> = std::iter::once(value).chain(key.into_iter().map(|(_, value)| value)).collect();
    tx.execute(&format!("update {table} set {column} = $1 where {}", conditions.join(" and ")), &values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::Integer),
            any::<f64>().prop_filter("no number", |number| !number.is_nan()).prop_map(Value::Real),
            any::<String>().prop_map(Value::Text),
            any::<Vec<u8>>().prop_map(Value::Bytes),
        ]
    }

    proptest! {
        #[test]
        fn an_image_reads_back_as_it_was(row in prop::collection::btree_map("[a-z_]{1,12}", values(), 0..8)) {
            let image = Image(row);
            prop_assert_eq!(Image::parse(&image.to_text().unwrap()).unwrap(), image);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = Image::parse(&text);
        }
    }

    #[test]
    fn what_is_no_image_is_refused() {
        for text in
            ["", "[]", "1", "{\"a\":[]}", "{\"a\":{\"bytes\":\"abc\"}}", "{\"a\":{\"bytes\":1}}", "{\"a\":true}"]
        {
            assert!(Image::parse(text).is_err(), "{text}");
        }
    }
}
