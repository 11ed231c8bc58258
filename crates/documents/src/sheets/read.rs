//! Tables that people bring: CSV as spreadsheets and administrations write it, ODS, XLSX. Every cell becomes a text.

use std::fmt;
use std::io::{Cursor, Read as _};

use calamine::{Data, DataRef, Ods, Reader as _, Xlsx};

/// Most lines and columns that are read: a list of members, not a database.
const MOST_LINES: usize = 5_000;
const MOST_COLUMNS: usize = 100;
/// Most bytes of one part of an ODS or XLSX file once it is unpacked.
const MOST_UNPACKED: u64 = 60 << 20;

/// Why a file could not be read, as a sentence for the person who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    Empty,
    OldExcel,
    NotATable,
    Damaged,
    Unclosed,
    TooManyLines,
    TooLarge,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Ce fichier est vide.",
            Self::OldExcel => {
                "Ce fichier est à l'ancien format d'Excel (.xls). Enregistrez-le en .xlsx, .ods ou .csv, puis recommencez."
            }
            Self::NotATable => "Ce fichier n'est pas un tableau. Envoyez un fichier CSV, ODS ou XLSX.",
            Self::Damaged => "Ce fichier est abîmé ou incomplet : il ne s'ouvre pas. Enregistrez-le de nouveau.",
            Self::Unclosed => {
                "Ce fichier CSV s'arrête au milieu d'un texte entre guillemets : il est sans doute incomplet."
            }
            Self::TooManyLines => "Ce fichier a plus de 5 000 lignes : ce n'est pas une liste de membres. Coupez-le.",
            Self::TooLarge => "Ce tableau est trop grand pour être lu. Gardez seulement les colonnes utiles.",
        })
    }
}

/// The lines of the first sheet, cells as text, in their order; empty lines are kept so that line numbers stay true.
///
/// # Errors
/// A reason to tell. Nothing in a file makes it panic.
pub fn read(content: &[u8]) -> Result<Vec<Vec<String>>, Unreadable> {
    let lines = match content {
        [] => return Err(Unreadable::Empty),
        [b'P', b'K', 3, 4, ..] => workbook(content)?,
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return Err(Unreadable::OldExcel),
        [b'%', b'P', b'D', b'F', ..] => return Err(Unreadable::NotATable),
        _ if content.contains(&0) => return Err(Unreadable::NotATable),
        _ => text(content)?,
    };
    if lines.iter().flatten().all(|cell| cell.trim().is_empty()) {
        return Err(Unreadable::Empty);
    }
    Ok(lines)
}

// --- CSV -----------------------------------------------------------------------------------------------

/// What stands at 0x80 to 0x9F in Windows-1252; the rest is Latin-1.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn decoded(content: &[u8]) -> String {
    let content = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content);
    match std::str::from_utf8(content) {
        Ok(text) => text.to_owned(),
        Err(_) => content
            .iter()
            .map(|byte| match byte {
                0x80..=0x9F => WINDOWS.get(usize::from(byte - 0x80)).copied().unwrap_or(' '),
                other => char::from(*other),
            })
            .collect(),
    }
}

fn text(content: &[u8]) -> Result<Vec<Vec<String>>, Unreadable> {
    // One kind of line break, so that empty lines can be counted.
    let text = decoded(content).replace("\r\n", "\n").replace('\r', "\n");
    if text.matches('"').count() % 2 == 1 {
        return Err(Unreadable::Unclosed);
    }
    // The separator is what the first line has most of, outside quotes.
    let first: String =
        text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().split('"').step_by(2).collect();
    let mut separator = b',';
    let mut most = 0;
    for candidate in [b';', b'\t', b','] {
        let count = first.matches(char::from(candidate)).count();
        if count > most {
            (separator, most) = (candidate, count);
        }
    }
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut lines: Vec<Vec<String>> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| Unreadable::Damaged)?;
        // The library skips empty lines: they count all the same.
        let start = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
        let empty = text.as_bytes().iter().skip(start).take_while(|byte| **byte == b'\n');
        for _ in empty {
            if lines.len() >= MOST_LINES {
                return Err(Unreadable::TooManyLines);
            }
            lines.push(Vec::new());
        }
        if lines.len() >= MOST_LINES {
            return Err(Unreadable::TooManyLines);
        }
        lines.push(record.iter().take(MOST_COLUMNS).map(ToOwned::to_owned).collect());
    }
    Ok(lines)
}

// --- Workbooks -----------------------------------------------------------------------------------------

fn workbook(content: &[u8]) -> Result<Vec<Vec<String>>, Unreadable> {
    let mut archive = zip::ZipArchive::new(Cursor::new(content)).map_err(|_| Unreadable::Damaged)?;
    let mut is_ods = false;
    for rank in 0..archive.len() {
        let part = archive.by_index(rank).map_err(|_| Unreadable::Damaged)?;
        is_ods |= part.name().is_ok_and(|name| name == "content.xml");
        // What the archive declares may be a lie: the part is unpacked, and counted, before a library keeps it.
        let read = std::io::copy(&mut part.take(MOST_UNPACKED + 1), &mut std::io::sink());
        match read {
            Ok(size) if size > MOST_UNPACKED => return Err(Unreadable::TooLarge),
            Ok(_) => {}
            Err(_) => return Err(Unreadable::Damaged),
        }
    }
    if is_ods { ods(content, &mut archive) } else { xlsx(content) }
}

fn xlsx(content: &[u8]) -> Result<Vec<Vec<String>>, Unreadable> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(content)).map_err(|_| Unreadable::NotATable)?;
    let name = book.sheet_names().first().cloned().ok_or(Unreadable::Empty)?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(|_| Unreadable::Damaged)?;
    let mut lines: Vec<Vec<String>> = Vec::new();
    // Cell by cell: a sheet with one cell in its last corner would otherwise fill the memory.
    while let Some(cell) = cells.next_cell().map_err(|_| Unreadable::Damaged)? {
        let value = match cell.get_value() {
            DataRef::Empty => continue,
            other => shown(&Data::from(other.clone())),
        };
        let (line, column) = cell.get_position();
        let (Ok(line), Ok(column)) = (usize::try_from(line), usize::try_from(column)) else { continue };
        if line >= MOST_LINES {
            return Err(Unreadable::TooManyLines);
        }
        if column >= MOST_COLUMNS {
            continue;
        }
        if lines.len() <= line {
            lines.resize(line + 1, Vec::new());
        }
        if let Some(cells) = lines.get_mut(line) {
            if cells.len() <= column {
                cells.resize(column + 1, String::new());
            }
            if let Some(cell) = cells.get_mut(column) {
                *cell = value;
            }
        }
    }
    Ok(lines)
}

fn ods(content: &[u8], archive: &mut zip::ZipArchive<Cursor<&[u8]>>) -> Result<Vec<Vec<String>>, Unreadable> {
    let mut xml = Vec::new();
    let part = archive.by_name("content.xml").map_err(|_| Unreadable::Damaged)?;
    part.take(MOST_UNPACKED).read_to_end(&mut xml).map_err(|_| Unreadable::Damaged)?;
    refuse_repeats(&String::from_utf8_lossy(&xml))?;
    let mut book: Ods<_> = Ods::new(Cursor::new(content)).map_err(|_| Unreadable::Damaged)?;
    let range = book.worksheet_range_at(0).ok_or(Unreadable::Empty)?.map_err(|_| Unreadable::Damaged)?;
    let (first_line, first_column) = range.start().unwrap_or((0, 0));
    let number = |number: u32| usize::try_from(number).unwrap_or(0);
    if number(first_line) + range.height() > MOST_LINES {
        return Err(Unreadable::TooManyLines);
    }
    let before = vec![String::new(); number(first_column).min(MOST_COLUMNS)];
    let mut lines = vec![Vec::new(); number(first_line)];
    for row in range.rows() {
        let cells = row.iter().take(MOST_COLUMNS).map(shown);
        lines.push(before.iter().cloned().chain(cells).collect());
    }
    Ok(lines)
}

/// An ODS file writes « this cell 16,000 times » in a few bytes, and the library that reads it writes them all down: a
/// file whose repeated cells hold something, or stand before something, is refused first.
fn refuse_repeats(xml: &str) -> Result<(), Unreadable> {
    let repeats = |tag: &str, name: &str| {
        let value = tag.split_once(name).and_then(|(_, rest)| rest.split('"').nth(1));
        value.map_or(1, |value| value.parse::<usize>().unwrap_or(usize::MAX))
    };
    let (mut line_repeats, mut column, mut lines) = (1, 0usize, 0usize);
    for tag in xml.split('<').skip(1).filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag)) {
        if tag.starts_with("table:table-row ") || tag == "table:table-row" {
            line_repeats = repeats(tag, "number-rows-repeated");
            column = 0;
        } else if tag.starts_with("table:table-cell") || tag.starts_with("table:covered-table-cell") {
            let count = repeats(tag, "number-columns-repeated");
            let holds = !tag.ends_with('/') || tag.contains("value");
            column = column.saturating_add(count);
            if holds {
                lines = lines.saturating_add(if column == count { line_repeats } else { 0 });
                if column > 1_000 {
                    return Err(Unreadable::TooLarge);
                }
                if line_repeats > MOST_LINES || lines > 4 * MOST_LINES {
                    return Err(Unreadable::TooManyLines);
                }
            }
        }
    }
    Ok(())
}

/// A number without decimals is written as its digits: a SIRET stays one.
fn shown(value: &Data) -> String {
    match value {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) => text.clone(),
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::DateTime(date) => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::DateTimeIso(date) => date.split('T').next().unwrap_or_default().to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cell, Column, Format, Sheet, write};
    use proptest::prelude::*;

    fn lines(content: &[u8]) -> Vec<Vec<String>> {
        read(content).unwrap()
    }

    #[test]
    fn csv_is_read_with_each_separator_and_encoding() {
        let expected =
            vec![vec!["Structure".to_owned(), "Ville".into()], vec!["Maison; d'été".into(), "Évreux".into()]];
        assert_eq!(lines("\u{feff}Structure;Ville\r\n\"Maison; d'été\";Évreux\r\n".as_bytes()), expected);
        assert_eq!(lines("Structure,Ville\n\"Maison; d'été\",Évreux".as_bytes()), expected);
        assert_eq!(lines("Structure\tVille\nMaison; d'été\tÉvreux".as_bytes()), expected);
        assert_eq!(lines(b"Structure;Ville\n\"Maison; d'\xE9t\xE9\";\xC9vreux"), expected);
        assert_eq!(lines(b"Prix\n5 \x80 l\x92unit\xE9"), vec![vec!["Prix".to_owned()], vec!["5 € l’unité".into()]]);
    }

    #[test]
    fn line_numbers_stay_those_of_the_file() {
        assert_eq!(lines(b"a;b\n\n\nc;d").len(), 4);
    }

    #[test]
    fn workbooks_are_read_as_texts() {
        let columns = vec![Column::new("Structure", 20), Column::new("SIRET", 20)];
        let rows = vec![vec![Cell::Text("Maison 🏠".into()), Cell::Text("99900001100018".into())]];
        let sheet = Sheet { title: "Membres".into(), columns, notes: Vec::new(), rows };
        for format in [Format::Csv, Format::Ods, Format::Xlsx] {
            let file = write(&sheet, format).unwrap();
            let read = lines(&file);
            assert_eq!(read[0], ["Structure", "SIRET"], "{format:?}");
            assert_eq!(read[1], ["Maison 🏠", "99900001100018"], "{format:?}");
            if format != Format::Csv {
                // However it is cut.
                for end in [30, file.len() / 2, file.len() - 10] {
                    assert!(read_cut(&file, end), "{format:?} cut at {end}");
                }
            }
        }
    }

    fn read_cut(file: &[u8], end: usize) -> bool {
        read(&file[..end]).is_err()
    }

    #[test]
    fn what_is_no_table_is_told() {
        assert_eq!(read(b""), Err(Unreadable::Empty));
        assert_eq!(read(b" \n;;\n"), Err(Unreadable::Empty));
        assert_eq!(read(b"%PDF-1.7"), Err(Unreadable::NotATable));
        assert_eq!(read(b"\x89PNG\0\0"), Err(Unreadable::NotATable));
        assert_eq!(read(b"\xD0\xCF\x11\xE0\0\0"), Err(Unreadable::OldExcel));
        assert_eq!(read(b"a;b\n\"coup"), Err(Unreadable::Unclosed));
        assert_eq!(read("a\n".repeat(10_000).as_bytes()), Err(Unreadable::TooManyLines));
    }

    #[test]
    fn a_few_bytes_that_mean_millions_of_cells_are_refused() {
        let cell = |repeat: &str| {
            format!(
                "<table:table-cell table:number-columns-repeated=\"{repeat}\" office:value-type=\"float\"><text:p>1</text:p></table:table-cell>"
            )
        };
        let row = |repeat: &str, cells: &str| {
            format!("<table:table-row table:number-rows-repeated=\"{repeat}\">{cells}</table:table-row>")
        };
        assert!(refuse_repeats(&row("1", &cell("16384"))).is_err());
        assert!(refuse_repeats(&row("1000000", &cell("1"))).is_err());
        assert!(
            refuse_repeats(&row(
                "1",
                &format!("<table:table-cell table:number-columns-repeated=\"16000\"/>{}", cell("1"))
            ))
            .is_err()
        );
        // What LibreOffice writes below and beside a table is nothing.
        let tail = row("1048000", "<table:table-cell table:number-columns-repeated=\"16384\"/>");
        assert!(refuse_repeats(&format!("{}{tail}", row("1", &cell("1")))).is_ok());
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(content in proptest::collection::vec(any::<u8>(), 0..300), zip: bool) {
            let content = if zip { [b"PK\x03\x04".as_slice(), &content].concat() } else { content };
            let _ = read(&content);
        }
    }
}
