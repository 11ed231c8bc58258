//! XLSX, by `rust_xlsxwriter`.
//!
//! Texts are always written as shared strings, never through a call that looks for formulas.

use std::borrow::Cow;

use jiff::civil::{Date, date};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Url, Workbook, Worksheet};

use super::address::Address;
use super::model::{Cell, Error, NOTES_SHEET, Sheet};
use super::text::{clean, cut, decimal, euros, is_exact, label_of, sheet_name};

/// The most UTF-16 units that Excel reads in a cell.
const TEXT_LIMIT: usize = 32_767;
/// The most links that Excel reads in a sheet; with more it says that the file is damaged.
const LINKS_LIMIT: usize = 65_530;
/// Excel counts a 29 February 1900: from the next day on, everyone agrees on the dates.
const FIRST_DATE: Date = date(1900, 3, 1);
/// From twelve digits on, Excel's general format shows an exponent.
const GENERAL_LIMIT: u64 = 99_999_999_999;

/// Writes the table, with its first row frozen and filtered, and the notes on a second sheet.
pub fn write(sheet: &Sheet) -> Result<Vec<u8>, Error> {
    let mut workbook = Workbook::new();
    // The library asks the system clock for the date of creation (0.102: `DocProperties::new`), so the same sheet would
    // give other bytes a second later. The date of the data is in the notes; this one is that of the zip's entries.
    let created = ExcelDateTime::from_ymd(1980, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title(clean(&sheet.title)).set_creation_datetime(&created));

    // Its rows wait in a temporary file, not in memory: a hundred thousand of them took half a gigabyte.
    let worksheet = workbook.add_worksheet_with_low_memory()?;
    let mut table = Table { worksheet, formats: Formats::new(), links: 0, cuts: 0 };
    table.worksheet.set_name(sheet_name(&sheet.title, NOTES_SHEET))?;
    table.write(sheet)?;
    let cuts = table.cuts;
    if !sheet.notes.is_empty() || cuts > 0 {
        write_notes(workbook.add_worksheet(), &sheet.notes, cuts)?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn write_notes(worksheet: &mut Worksheet, notes: &[String], cuts: usize) -> Result<(), Error> {
    worksheet.set_name(NOTES_SHEET)?;
    worksheet.set_column_width(0, 100)?;
    let wrapped = Format::new().set_text_wrap();
    for (row, note) in (0..).zip(notes) {
        worksheet.write_string_with_format(row, 0, text(note).0, &wrapped)?;
    }
    if cuts > 0 {
        let warning = format!(
            "Textes coupés dans ce fichier, car Excel ne lit pas plus de {TEXT_LIMIT} caractères par case : {cuts}. \
             Les formats ODS et CSV les donnent entiers."
        );
        let row = u32::try_from(notes.len()).unwrap_or(u32::MAX);
        worksheet.write_string_with_format(row, 0, warning, &wrapped)?;
    }
    Ok(())
}

/// How cells look; built once, since the library compares whole formats.
struct Formats {
    header: Format,
    integer: Format,
    euros: Format,
    date: Format,
}

impl Formats {
    fn new() -> Self {
        Self {
            header: Format::new().set_bold(),
            integer: Format::new().set_num_format("0"),
            // 40C is French (France): the euro sign stands after the amount; the reader's settings choose the comma.
            euros: Format::new().set_num_format("#,##0.00\\ [$€-40C]"),
            date: Format::new().set_num_format("dd/mm/yyyy"),
        }
    }
}

struct Table<'a> {
    worksheet: &'a mut Worksheet,
    formats: Formats,
    /// How many links are written.
    links: usize,
    /// How many texts were cut.
    cuts: usize,
}

impl Table<'_> {
    fn write(&mut self, sheet: &Sheet) -> Result<(), Error> {
        for (at, column) in (0..).zip(&sheet.columns) {
            self.worksheet.set_column_width(at, column.width.clamp(1, 255))?;
            let header = self.text(&column.header);
            self.worksheet.write_string_with_format(0, at, header, &self.formats.header)?;
        }
        for (at, row) in (1..).zip(&sheet.rows) {
            for (column, cell) in (0..).zip(row) {
                self.cell(at, column, cell)?;
            }
        }
        // `Sheet::check` has counted rows and columns: both conversions succeed.
        let last_row = u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX);
        let last_column = u16::try_from(sheet.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        self.worksheet.autofilter(0, 0, last_row, last_column)?;
        self.worksheet.set_freeze_panes(1, 0)?;
        self.worksheet.set_repeat_rows(0, 0)?;
        Ok(())
    }

    fn cell(&mut self, row: u32, column: u16, cell: &Cell) -> Result<(), Error> {
        match cell {
            Cell::Empty => {}
            Cell::Text(text) => self.string(row, column, text)?,
            Cell::Integer(number) if !is_exact(*number) => self.string(row, column, &number.to_string())?,
            Cell::Integer(number) if number.unsigned_abs() > GENERAL_LIMIT => {
                self.worksheet.write_number_with_format(row, column, *number as f64, &self.formats.integer)?;
            }
            Cell::Integer(number) => {
                self.worksheet.write_number(row, column, *number as f64)?;
            }
            Cell::Decimal(number) => {
                if decimal(*number).is_some() {
                    self.worksheet.write_number(row, column, *number)?;
                }
            }
            Cell::Cents(cents) if !is_exact(*cents) => self.string(row, column, &euros(*cents, ','))?,
            Cell::Cents(cents) => {
                self.worksheet.write_number_with_format(row, column, *cents as f64 / 100.0, &self.formats.euros)?;
            }
            Cell::Date(date) => match excel_date(*date) {
                Some(date) => {
                    self.worksheet.write_datetime_with_format(row, column, &date, &self.formats.date)?;
                }
                None => self.string(row, column, &date.to_string())?,
            },
            Cell::Link { label, href } => self.link(row, column, &label_of(label, href), href)?,
        }
        Ok(())
    }

    /// Writes a link, or its label where the address is refused, or both as text where only Excel refuses it.
    fn link(&mut self, row: u32, column: u16, label: &str, href: &str) -> Result<(), Error> {
        let Some(address) = Address::parse(href) else { return self.string(row, column, label) };
        match address.for_xlsx() {
            Some(address) if self.links < LINKS_LIMIT => {
                self.links += 1;
                let label = self.text(label);
                self.worksheet.write_url_with_text(row, column, Url::new(address), label)?;
                Ok(())
            }
            _ if label == href.trim() => self.string(row, column, label),
            _ => self.string(row, column, &format!("{label} ({})", address.as_str())),
        }
    }

    fn string(&mut self, row: u32, column: u16, text: &str) -> Result<(), Error> {
        let text = self.text(text);
        self.worksheet.write_string(row, column, text)?;
        Ok(())
    }

    fn text<'t>(&mut self, given: &'t str) -> Cow<'t, str> {
        let (text, is_cut) = text(given);
        self.cuts += usize::from(is_cut);
        text
    }
}

/// A text that Excel reads, and whether it had to be cut; an ellipsis then stands at the end.
fn text(text: &str) -> (Cow<'_, str>, bool) {
    let mut text = clean(text);
    // The library (0.102) writes a text of this shape unescaped, taking it for one of its own rich strings: `<r>&</r>`
    // would damage the file. A space at the end keeps it a text.
    if text.starts_with("<r>") && text.ends_with("</r>") {
        text.to_mut().push(' ');
    }
    // Counting bytes first: UTF-16 never has more units than UTF-8 has bytes.
    if text.len() <= TEXT_LIMIT || cut(&text, TEXT_LIMIT).len() == text.len() {
        return (text, false);
    }
    (Cow::Owned(format!("{}…", cut(&text, TEXT_LIMIT - 1))), true)
}

fn excel_date(date: Date) -> Option<ExcelDateTime> {
    if date < FIRST_DATE {
        return None;
    }
    let year = u16::try_from(date.year()).ok()?;
    ExcelDateTime::from_ymd(year, u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excel_is_given_no_more_links_than_it_reads() {
        let link = |label: &str| Cell::Link { label: label.into(), href: "https://exemple.fr/".into() };
        let mut workbook = Workbook::new();
        let worksheet = workbook.add_worksheet();
        let mut table = Table { worksheet, formats: Formats::new(), links: LINKS_LIMIT - 1, cuts: 0 };

        table.cell(0, 0, &link("a")).unwrap();
        table.cell(1, 0, &link("b")).unwrap();
        table.cell(2, 0, &link("https://exemple.fr/")).unwrap();

        assert_eq!(table.links, LINKS_LIMIT);
        let bytes = workbook.save_to_buffer().unwrap();
        let part = |path: &str| {
            let mut package = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
            std::io::read_to_string(package.by_name(path).unwrap()).unwrap()
        };
        assert_eq!(part("xl/worksheets/sheet1.xml").matches("<hyperlink ").count(), 1);
        let strings = part("xl/sharedStrings.xml");
        assert!(strings.contains("<t>a</t>") && strings.contains("<t>b (https://exemple.fr/)</t>"), "{strings}");
        assert!(strings.contains("<t>https://exemple.fr/</t>"), "{strings}");
    }
}
