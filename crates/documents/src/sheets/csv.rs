//! CSV, for machines. RFC 4180 with line feeds.

use std::borrow::Cow;

use super::model::{Cell, Error, Sheet};
use super::text::{clean, decimal, euros, label_of};

/// Writes the header and the rows; no notes.
pub fn write(sheet: &Sheet) -> Result<Vec<u8>, Error> {
    let mut writer = ::csv::WriterBuilder::new().buffer_capacity(1 << 16).from_writer(Vec::new());
    for column in &sheet.columns {
        writer.write_field(safe(&column.header).as_bytes())?;
    }
    writer.write_record(None::<&[u8]>)?;
    for row in &sheet.rows {
        for cell in row {
            writer.write_field(field(cell).as_bytes())?;
        }
        for _ in row.len()..sheet.columns.len() {
            writer.write_field(b"")?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

fn field(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Empty => Cow::Borrowed(""),
        Cell::Text(text) => safe(text),
        Cell::Integer(number) => Cow::Owned(number.to_string()),
        Cell::Decimal(number) => Cow::Owned(decimal(*number).unwrap_or_default()),
        Cell::Cents(cents) => Cow::Owned(euros(*cents, '.')),
        Cell::Date(date) => Cow::Owned(date.to_string()),
        Cell::Link { label, href } => Cow::Owned(neutral(&label_of(label, href)).into_owned()),
    }
}

fn safe(text: &str) -> Cow<'_, str> {
    match clean(text) {
        Cow::Borrowed(text) => neutral(text),
        Cow::Owned(text) => Cow::Owned(neutral(&text).into_owned()),
    }
}

/// Puts an apostrophe before what a spreadsheet would run as a formula (OWASP, « CSV Injection »).
///
/// A text is guarded at its start and also after each semicolon, tab and line feed: a French spreadsheet separates
/// by semicolons, then sees no quote around `bonjour;=1+1` in the middle of our line, and would run its second half
/// (tried with LibreOffice 7.4). Blanks and quotes before the sign do not protect, so they are skipped.
fn neutral(text: &str) -> Cow<'_, str> {
    let is_sign = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    let is_end = |c: char| matches!(c, ';' | '\t' | '\n');
    if !text.starts_with(['\t', '\n']) && !text.contains(is_sign) {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len() + 2);
    for (index, piece) in text.split_inclusive(is_end).enumerate() {
        let dangerous = piece.trim_start_matches(|c: char| c == '"' || (c.is_whitespace() && !is_end(c)));
        if dangerous.starts_with(is_sign) || (index == 0 && piece.starts_with(['\t', '\n'])) {
            result.push('\'');
        }
        result.push_str(piece);
    }
    if result.len() == text.len() { Cow::Borrowed(text) } else { Cow::Owned(result) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_get_an_apostrophe() {
        for sign in ["=", "+", "-", "@", "\t", "\r", "\n", "＝", " =", "\"=", "\u{FEFF}="] {
            let text = format!("{sign}1");
            assert_eq!(safe(&text), format!("'{}", clean(&text)), "{text:?}");
        }
        for harmless in ["", "a", "a=b", "l'a", "a-b", "1+1", "a@b.fr", "é; b\n c"] {
            assert_eq!(safe(harmless), harmless);
        }
    }

    #[test]
    fn what_a_semicolon_would_cut_off_is_guarded_too() {
        assert_eq!(safe("bonjour;=1+1;x"), "bonjour;'=1+1;x");
        assert_eq!(safe("a\n- b\n\n=c"), "a\n'- b\n\n'=c");
        assert_eq!(safe("a;\"=1"), "a;'\"=1");
        assert_eq!(safe("\t=1"), "'\t'=1");
    }
}
