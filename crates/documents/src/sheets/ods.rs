//! ODS: a zip of small XML files (OpenDocument 1.3). Rows are compressed as they are written.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use jiff::civil::Date;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::address::Address;
use super::model::{Cell, Error, Format, NOTES_SHEET, Sheet};
use super::ods_parts as parts;
use super::text::{clean, decimal, euros, is_exact, label_of, sheet_name};

/// Rows are handed to the compressor by so many bytes.
const CHUNK: usize = 64 * 1024;
/// In characters.
const NOTE_WIDTH: u16 = 100;
/// Before this year LibreOffice counts in the Julian calendar.
const FIRST_YEAR: i16 = 1583;

/// Writes the table, with its first row frozen, filtered and repeated on each printed page, and the notes on a second
/// sheet.
pub fn write(sheet: &Sheet) -> Result<Vec<u8>, Error> {
    // Every entry has the same date, 1980-01-01, the first that a zip can tell.
    let deflated = SimpleFileOptions::default()
        .last_modified_time(DateTime::DEFAULT)
        .compression_method(CompressionMethod::Deflated);
    let stored = deflated.compression_method(CompressionMethod::Stored);
    let name = sheet_name(&sheet.title, NOTES_SHEET);
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));

    // First and uncompressed, so that the type can be read at a fixed place (OpenDocument 1.3, part 2, 3.3).
    package.start_file("mimetype", stored)?;
    package.write_all(Format::Ods.content_type().as_bytes())?;
    let small = [
        ("META-INF/manifest.xml", parts::manifest()),
        ("meta.xml", parts::meta(&clean(&sheet.title))),
        ("settings.xml", parts::settings(&name)),
        ("styles.xml", parts::styles()),
    ];
    for (path, xml) in small {
        package.start_file(path, deflated)?;
        package.write_all(xml.as_bytes())?;
    }
    package.start_file("content.xml", deflated)?;
    let mut content = Content { xml: String::with_capacity(2 * CHUNK), out: &mut package };
    content.write(sheet, &name)?;
    Ok(package.finish()?.into_inner())
}

struct Content<'a, W: std::io::Write> {
    xml: String,
    out: &'a mut W,
}

impl<W: std::io::Write> Content<'_, W> {
    fn write(&mut self, sheet: &Sheet, name: &str) -> Result<(), Error> {
        self.xml.push_str(&parts::content_start());
        let mut widths: BTreeSet<u16> = sheet.columns.iter().map(|column| width(column.width)).collect();
        widths.insert(NOTE_WIDTH);
        for width in widths {
            self.xml.push_str(&parts::column_style(width));
        }
        self.xml.push_str("</office:automatic-styles><office:body><office:spreadsheet>");
        self.table(sheet, name)?;
        if !sheet.notes.is_empty() {
            self.notes(&sheet.notes)?;
        }
        self.xml.push_str(&parts::content_end(name, sheet.columns.len(), sheet.rows.len()));
        self.flush()
    }

    fn table(&mut self, sheet: &Sheet, name: &str) -> Result<(), Error> {
        self.open_table(name, sheet.columns.iter().map(|column| width(column.width)));
        self.xml.push_str("<table:table-header-rows><table:table-row>");
        for column in &sheet.columns {
            self.string("header", &column.header, None);
        }
        self.xml.push_str("</table:table-row></table:table-header-rows>");
        for row in &sheet.rows {
            self.xml.push_str("<table:table-row>");
            for cell in row {
                self.cell(cell);
            }
            self.xml.push_str("</table:table-row>");
            self.flush_when_full()?;
        }
        self.xml.push_str("</table:table>");
        Ok(())
    }

    fn notes(&mut self, notes: &[String]) -> Result<(), Error> {
        self.open_table(NOTES_SHEET, std::iter::once(NOTE_WIDTH));
        for note in notes {
            self.xml.push_str("<table:table-row>");
            self.string("note", note, None);
            self.xml.push_str("</table:table-row>");
            self.flush_when_full()?;
        }
        self.xml.push_str("</table:table>");
        Ok(())
    }

    fn open_table(&mut self, name: &str, widths: impl Iterator<Item = u16>) {
        self.push(format_args!(r#"<table:table table:name="{}">"#, escape(name)));
        for width in widths {
            self.push(format_args!(r#"<table:table-column table:style-name="w{width}"/>"#));
        }
    }

    fn cell(&mut self, cell: &Cell) {
        match cell {
            Cell::Empty => self.empty(),
            Cell::Text(text) => self.string("", text, None),
            Cell::Integer(number) if is_exact(*number) => self.number(&number.to_string()),
            Cell::Integer(number) => self.string("", &number.to_string(), None),
            Cell::Decimal(number) => match decimal(*number) {
                Some(number) => self.number(&number),
                None => self.empty(),
            },
            Cell::Cents(cents) if is_exact(*cents) => self.push(format_args!(
                r#"<table:table-cell table:style-name="euros" office:value-type="currency" office:currency="EUR" office:value="{}"><text:p>{} €</text:p></table:table-cell>"#,
                euros(*cents, '.'),
                euros(*cents, ',')
            )),
            Cell::Cents(cents) => self.string("", &euros(*cents, ','), None),
            Cell::Date(date) => self.date(*date),
            Cell::Link { label, href } => {
                let address = Address::parse(href);
                self.string("", &label_of(label, href), address.as_ref());
            }
        }
    }

    fn empty(&mut self) {
        self.xml.push_str("<table:table-cell/>");
    }

    fn number(&mut self, number: &str) {
        let shown = number.replace('.', ",");
        self.push(format_args!(
            r#"<table:table-cell office:value-type="float" office:value="{number}"><text:p>{shown}</text:p></table:table-cell>"#
        ));
    }

    fn date(&mut self, date: Date) {
        if date.year() < FIRST_YEAR {
            return self.string("", &date.to_string(), None);
        }
        let (day, month, year) = (date.day(), date.month(), date.year());
        self.push(format_args!(
            r#"<table:table-cell table:style-name="date" office:value-type="date" office:date-value="{date}"><text:p>{day:02}/{month:02}/{year:04}</text:p></table:table-cell>"#
        ));
    }

    /// A text, each line in a paragraph of its own, inside a link when it has an address.
    fn string(&mut self, style: &str, text: &str, address: Option<&Address>) {
        let text = clean(text);
        if text.is_empty() {
            return self.empty();
        }
        self.xml.push_str("<table:table-cell");
        if !style.is_empty() {
            self.push(format_args!(r#" table:style-name="{style}""#));
        }
        self.xml.push_str(r#" office:value-type="string">"#);
        for line in text.split('\n') {
            self.xml.push_str("<text:p>");
            if let Some(address) = address {
                self.push(format_args!(r#"<text:a xlink:type="simple" xlink:href="{}">"#, escape(address.as_str())));
            }
            push_line(&mut self.xml, line);
            if address.is_some() {
                self.xml.push_str("</text:a>");
            }
            self.xml.push_str("</text:p>");
        }
        self.xml.push_str("</table:table-cell>");
    }

    fn push(&mut self, xml: std::fmt::Arguments<'_>) {
        let _ = self.xml.write_fmt(xml); // writing into a String cannot fail
    }

    fn flush_when_full(&mut self) -> Result<(), Error> {
        if self.xml.len() < CHUNK { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.out.write_all(self.xml.as_bytes())?;
        self.xml.clear();
        Ok(())
    }
}

fn width(characters: u16) -> u16 {
    characters.clamp(1, 255)
}

/// Writes tabs as elements, and spaces too, but for the first of those between two words: readers drop plain ones
/// (OpenDocument 1.3, part 3, 6.1.2).
pub fn push_line(xml: &mut String, line: &str) {
    let mut rest = line;
    while let Some(at) = rest.find([' ', '\t']) {
        let (before, blank) = rest.split_at(at);
        xml.push_str(&escape(before));
        if let Some(after) = blank.strip_prefix('\t') {
            xml.push_str("<text:tab/>");
            rest = after;
            continue;
        }
        let after = blank.trim_start_matches(' ');
        let mut spaces = blank.len() - after.len();
        if at > 0 && !after.is_empty() && !after.starts_with('\t') {
            xml.push(' ');
            spaces -= 1;
        }
        if spaces > 0 {
            let _ = write!(xml, r#"<text:s text:c="{spaces}"/>"#); // writing into a String cannot fail
        }
        rest = after;
    }
    xml.push_str(&escape(rest));
}

/// Escapes what XML gives a meaning to, for texts and quoted attributes. The text must be clean.
pub fn escape(text: &str) -> Cow<'_, str> {
    let is_special = |c: char| matches!(c, '&' | '<' | '>' | '"');
    if !text.contains(is_special) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            _ => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_survive() {
        let line = |text| {
            let mut xml = String::new();
            push_line(&mut xml, text);
            xml
        };
        assert_eq!(line("a b"), "a b");
        assert_eq!(line(" a  b "), r#"<text:s text:c="1"/>a <text:s text:c="1"/>b<text:s text:c="1"/>"#);
        assert_eq!(line("\t \t"), r#"<text:tab/><text:s text:c="1"/><text:tab/>"#);
        assert_eq!(line("<é> & \""), "&lt;é&gt; &amp; &quot;");
    }
}
