//! Writes tables, reads them back with other programs' libraries, and compares.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests are tests too")]

use std::io::{Cursor, Read};

use calamine::{Data, Ods, Range, Reader, Xlsx};
use documents::{Cell, Column, Error, Format, NOTES_SHEET, Sheet, write};
use jiff::civil::date;
use proptest::prelude::*;

fn sheet(headers: &[&str], rows: Vec<Vec<Cell>>) -> Sheet {
    let columns = headers.iter().map(|header| Column::new(*header, 20)).collect();
    Sheet { title: "Feuilles de route".into(), columns, notes: Vec::new(), rows }
}

/// All the kinds of cells, the second row with awkward values.
fn example() -> Sheet {
    let link = |label: &str, href: &str| Cell::Link { label: label.into(), href: href.into() };
    let rows = vec![
        vec![
            "Cantal".into(),
            Cell::Integer(1_234),
            Cell::Decimal(0.1),
            Cell::Cents(123_456),
            date(2026, 3, 9).into(),
            link("Site", "https://exemple.fr/Loz%C3%A8re?a=1&b=2"),
        ],
        vec![
            "=1+1".into(),
            Cell::Integer(-12_345_678_901_234),
            Cell::Decimal(f64::NAN),
            Cell::Cents(-5),
            date(1789, 7, 14).into(),
            link("", "javascript:alert(1)"),
        ],
        vec!["  l'été &\n<b>\t\"fin\" ".into(), Cell::Integer(i64::MIN), Cell::Decimal(-1.5), Cell::Cents(i64::MAX)],
        vec![Cell::Empty, Cell::Integer(0)],
    ];
    let mut sheet = sheet(&["Département", "nombre", "part", "montant", "jour", "lien"], rows);
    sheet.notes = vec!["Source : Maillage, 21/11/2026".into(), "=Licence Ouverte 2.0".into()];
    sheet
}

fn ods(bytes: &[u8]) -> Ods<Cursor<&[u8]>> {
    Ods::new(Cursor::new(bytes)).unwrap()
}

fn xlsx(bytes: &[u8]) -> Xlsx<Cursor<&[u8]>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

/// The first sheet as read by calamine, which must have no formula.
fn read(sheet: &Sheet, format: Format) -> Range<Data> {
    let bytes = write(sheet, format).unwrap();
    let (range, formulas) = if format == Format::Ods {
        let mut book = ods(&bytes);
        let name = book.sheet_names()[0].clone();
        (book.worksheet_range(&name).unwrap(), book.worksheet_formula(&name).unwrap())
    } else {
        let mut book = xlsx(&bytes);
        let name = book.sheet_names()[0].clone();
        (book.worksheet_range(&name).unwrap(), book.worksheet_formula(&name).unwrap())
    };
    assert!(formulas.used_cells().all(|(_, _, formula)| formula.is_empty()));
    range
}

/// One file of a package.
fn part(bytes: &[u8], path: &str) -> String {
    let mut text = String::new();
    zip::ZipArchive::new(Cursor::new(bytes)).unwrap().by_name(path).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn text(text: &str) -> Data {
    Data::String(text.into())
}

fn csv_rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn csv_is_for_machines() {
    let bytes = write(&example(), Format::Csv).unwrap();

    let expected = concat!(
        "Département,nombre,part,montant,jour,lien\n",
        "Cantal,1234,0.1,1234.56,2026-03-09,Site\n",
        "'=1+1,-12345678901234,,-0.05,1789-07-14,javascript:alert(1)\n",
        "\"  l'été &\n<b>\t\"\"fin\"\" \",-9223372036854775808,-1.5,92233720368547758.07,,\n",
        ",0,,,,\n",
    );
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
}

#[test]
fn ods_keeps_types() {
    let range = read(&example(), Format::Ods);

    let rows: Vec<&[Data]> = range.rows().collect();
    assert_eq!(rows[0], ["Département", "nombre", "part", "montant", "jour", "lien"].map(text));
    let day = Data::DateTimeIso("2026-03-09".into());
    assert_eq!(
        rows[1],
        [text("Cantal"), Data::Float(1234.0), Data::Float(0.1), Data::Float(1234.56), day, text("Site")]
    );
    let day = Data::DateTimeIso("1789-07-14".into());
    let script = text("javascript:alert(1)");
    assert_eq!(
        rows[2],
        [text("=1+1"), Data::Float(-12_345_678_901_234.0), Data::Empty, Data::Float(-0.05), day, script]
    );
    let (words, small) = (text("  l'été &\n<b>\t\"fin\" "), text("-9223372036854775808"));
    assert_eq!(rows[3], [words, small, Data::Float(-1.5), text("92233720368547758,07"), Data::Empty, Data::Empty]);
    assert_eq!(rows[4][..2], [Data::Empty, Data::Float(0.0)]);
}

#[test]
fn xlsx_keeps_types() {
    let range = read(&example(), Format::Xlsx);

    let rows: Vec<&[Data]> = range.rows().collect();
    assert_eq!(rows[0], ["Département", "nombre", "part", "montant", "jour", "lien"].map(text));
    assert_eq!(rows[1][..4], [text("Cantal"), Data::Float(1234.0), Data::Float(0.1), Data::Float(1234.56)]);
    let Data::DateTime(day) = &rows[1][4] else { panic!("{:?} is no date", rows[1][4]) };
    assert_eq!(day.as_f64(), 46_090.0, "days since 1899-12-30");
    assert_eq!(rows[1][5], text("Site"));
    let (revolution, script) = (text("1789-07-14"), text("javascript:alert(1)"));
    assert_eq!(
        rows[2],
        [text("=1+1"), Data::Float(-12_345_678_901_234.0), Data::Empty, Data::Float(-0.05), revolution, script]
    );
    assert_eq!(rows[3][0], text("  l'été &\n<b>\t\"fin\" "));
    assert_eq!(rows[3][3], text("92233720368547758,07"));
}

#[test]
fn notes_are_a_second_sheet() {
    let notes = [text("Source : Maillage, 21/11/2026"), text("=Licence Ouverte 2.0")];

    let bytes = write(&example(), Format::Ods).unwrap();
    assert_eq!(ods(&bytes).sheet_names(), ["Feuilles de route", NOTES_SHEET]);
    assert_eq!(
        ods(&bytes).worksheet_range(NOTES_SHEET).unwrap().rows().flatten().collect::<Vec<_>>(),
        [&notes[0], &notes[1]]
    );

    let bytes = write(&example(), Format::Xlsx).unwrap();
    assert_eq!(xlsx(&bytes).sheet_names(), ["Feuilles de route", NOTES_SHEET]);
    assert_eq!(
        xlsx(&bytes).worksheet_range(NOTES_SHEET).unwrap().rows().flatten().collect::<Vec<_>>(),
        [&notes[0], &notes[1]]
    );

    let bytes = write(&sheet(&["a"], vec![]), Format::Xlsx).unwrap();
    assert_eq!(xlsx(&bytes).sheet_names(), ["Feuilles de route"], "none without notes");
}

#[test]
fn the_ods_type_stands_at_its_fixed_place() {
    let bytes = write(&example(), Format::Ods).unwrap();

    // OpenDocument 1.3, part 2, 3.3: the local header of 30 bytes, the name, no extra field, then the type.
    let kind = Format::Ods.content_type().as_bytes();
    assert_eq!(&bytes[..4], b"PK\x03\x04");
    assert_eq!(&bytes[8..10], [0, 0], "stored, not compressed");
    assert_eq!(&bytes[28..30], [0, 0], "no extra field");
    assert_eq!(&bytes[30..38], b"mimetype");
    assert_eq!(&bytes[38..38 + kind.len()], kind);
}

#[test]
fn the_ods_header_is_frozen_repeated_and_filtered() {
    let bytes = write(&example(), Format::Ods).unwrap();

    let settings = part(&bytes, "settings.xml");
    assert!(
        settings.contains(r#"xmlns:ooo="http://openoffice.org/2004/office""#),
        "LibreOffice ignores all without it"
    );
    assert!(
        settings.contains(r#"config:name="Feuilles de route"><config:config-item config:name="VerticalSplitMode""#)
    );
    let content = part(&bytes, "content.xml");

    assert!(content.contains("<table:table-header-rows><table:table-row><table:table-cell"));
    assert!(content.contains(r#"table:target-range-address="'Feuilles de route'.A1:'Feuilles de route'.F5""#));
    assert!(content.contains(r#"office:value-type="currency" office:currency="EUR" office:value="1234.56""#));
    assert!(content.contains(r#"xlink:href="https://exemple.fr/Loz%C3%A8re?a=1&amp;b=2">Site<"#));
    assert!(!content.contains("xlink:href=\"javascript"));
}

#[test]
fn the_xlsx_header_is_frozen_and_filtered() {
    let bytes = write(&example(), Format::Xlsx).unwrap();

    let table = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(table.contains(r#"<pane ySplit="1" topLeftCell="A2""#));
    assert!(table.contains(r#"<autoFilter ref="A1:F5"/>"#));
    assert!(part(&bytes, "docProps/core.xml").contains("1980-01-01T00:00:00Z"), "no clock");
    let links = part(&bytes, "xl/worksheets/_rels/sheet1.xml.rels");
    assert!(links.contains(r#"Target="https://exemple.fr/Lozère?a=1&amp;b=2""#));
    assert!(!links.contains("javascript"));
}

#[test]
fn the_same_sheet_gives_the_same_bytes() {
    let first = Format::ALL.map(|format| write(&example(), format).unwrap());
    std::thread::sleep(std::time::Duration::from_millis(1_100)); // rust_xlsxwriter's own clock counts seconds
    for _ in 0..5 {
        assert!(Format::ALL.map(|format| write(&example(), format).unwrap()) == first);
    }
}

#[test]
fn too_long_a_text_is_cut_in_xlsx_and_the_file_says_so() {
    let long = "é👩".repeat(20_000);
    let sheet = sheet(&["texte"], vec![vec![long.as_str().into()], vec!["é".repeat(32_767).into()]]);

    let range = read(&sheet, Format::Xlsx);
    let Some(Data::String(cut)) = range.get((1, 0)) else { panic!() };
    assert!(cut.ends_with('…') && cut.encode_utf16().count() <= 32_767, "{}", cut.encode_utf16().count());
    assert_eq!(range.get((2, 0)), Some(&text(&"é".repeat(32_767))), "just as long as allowed");
    let bytes = write(&sheet, Format::Xlsx).unwrap();
    let notes = xlsx(&bytes).worksheet_range(NOTES_SHEET).unwrap();
    assert!(
        notes.get((0, 0)).unwrap().to_string().ends_with("par case : 1. Les formats ODS et CSV les donnent entiers.")
    );

    assert_eq!(read(&sheet, Format::Ods).get((1, 0)), Some(&text(&long)));
}

/// Both were found in rust_xlsxwriter 0.102: if they fail after an update, see whether `xlsx.rs` can be simpler.
#[test]
fn texts_that_look_like_markup_stay_texts() {
    let sheet = sheet(&["a"], vec![vec!["<r>&</r>".into()], vec!["_x0041_ _x005F_x0041_".into()]]);
    let range = read(&sheet, Format::Xlsx);
    assert_eq!(range.get((1, 0)), Some(&text("<r>&</r> ")), "a space more, which keeps the file whole");
    assert_eq!(range.get((2, 0)), Some(&text("_x0041_ _x005F_x0041_")));
}

#[test]
fn what_spreadsheets_cannot_open_is_refused() {
    let none = sheet(&[], vec![]);
    let ragged = sheet(&["a"], vec![vec![], vec![Cell::Empty, Cell::Empty]]);
    for format in Format::ALL {
        assert!(matches!(write(&none, format), Err(Error::NoColumn)));
        assert!(matches!(write(&ragged, format), Err(Error::RowTooLong { row: 1, columns: 1 })));
    }
    let long = sheet(&["a"], vec![vec![]; 1_048_576]);
    assert!(matches!(write(&long, Format::Ods), Err(Error::TooManyRows { rows: 1_048_577, limit: 1_048_576 })));
    assert!(write(&long, Format::Csv).is_ok());
    let wide = sheet(&["a"; 16_385], vec![]);
    assert!(matches!(write(&wide, Format::Xlsx), Err(Error::TooManyColumns { columns: 16_385, limit: 16_384 })));
    assert!(write(&sheet(&["a"; 16_384], vec![]), Format::Xlsx).is_ok());
}

#[test]
fn formats_have_names() {
    for format in Format::ALL {
        assert_eq!(Format::from_extension(format.extension()), Some(format));
    }
    assert_eq!(Format::from_extension("ODS"), Some(Format::Ods));
    assert_eq!(Format::from_extension("pdf"), None);
}

/// What the files promise to keep of a text, said in another way than the crate does.
fn cleaned(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars()
        .filter(|c| match u32::from(*c) {
            9 | 10 => true,
            0..=0x1F | 0x7F..=0x9F | 0xFEFF | 0xFDD0..=0xFDEF => false,
            code => code % 0x1_0000 < 0xFFFE,
        })
        .collect()
}

/// Any text at all, and texts made of the pieces that trouble readers.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "=",
            "+",
            "-",
            "@",
            "\t",
            "\r",
            "\n",
            "\r\n",
            " ",
            "  ",
            "\"",
            "'",
            ",",
            ";",
            "&",
            "<",
            ">",
            "]]>",
            "<r>",
            "</r>",
            "_x000D_",
            "_x005F_",
            "_x",
            "&#0;",
            "\0",
            "\u{1}",
            "\u{B}",
            "\u{85}",
            "\u{A0}",
            "\u{2028}",
            "\u{202E}",
            "\u{FEFF}",
            "\u{FFFE}",
            "\u{FFFF}",
            "\u{1FFFE}",
            "\u{FDD0}",
            "مرحبا",
            "👩‍👩‍👧",
            "e\u{301}",
            "=cmd|' /C calc'!A0",
            "1e5",
            "12/03",
            "{=1}",
            "é",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    prop_oneof![any::<String>(), prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())]
}

fn any_cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        Just(Cell::Empty),
        any_text().prop_map(Cell::Text),
        any::<i64>().prop_map(Cell::Integer),
        any::<f64>().prop_map(Cell::Decimal),
        any::<i64>().prop_map(Cell::Cents),
        (-9_999..=9_999_i16, 1..=12_i8, 1..=28_i8).prop_map(|(y, m, d)| Cell::Date(date(y, m, d))),
        (any_text(), prop::sample::select(vec!["", "https://", "mailto:", "javascript:"]), any_text())
            .prop_map(|(label, scheme, rest)| Cell::Link { label, href: format!("{scheme}{rest}") }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_text_comes_back(given in prop::collection::vec(any_text(), 1..4), header in any_text(), title in any_text()) {
        let row: Vec<Cell> = given.iter().cloned().map(Cell::Text).collect();
        let mut headers = vec!["id"; row.len()];
        headers.push(&header);
        // The first header keeps the first row and column from being empty: calamine's ranges begin where cells do.
        let sheet = Sheet { title, ..sheet(&headers, vec![row]) };

        for format in [Format::Ods, Format::Xlsx] {
            let range = read(&sheet, format);
            let at = |row, column| range.get((row, column)).cloned().unwrap_or_default();
            let kept = |text: &str| match cleaned(text) {
                kept if kept.is_empty() => Data::Empty,
                kept if format == Format::Xlsx && kept.starts_with("<r>") && kept.ends_with("</r>") => Data::String(kept + " "),
                kept => Data::String(kept),
            };
            prop_assert_eq!(at(0, given.len()), kept(&header));
            for (column, text) in given.iter().enumerate() {
                prop_assert_eq!(at(1, column), kept(text), "{:?}", format);
            }
        }
    }

    #[test]
    fn csv_gives_texts_back_but_for_apostrophes(given in prop::collection::vec(any_text(), 1..4)) {
        let row: Vec<Cell> = given.iter().cloned().map(Cell::Text).collect();
        let bytes = write(&sheet(&vec!["a"; row.len()], vec![row]), Format::Csv).unwrap();

        let rows = csv_rows(&bytes);
        prop_assert_eq!(rows.len(), 2);
        for (read, text) in rows[1].iter().zip(&given) {
            prop_assert_eq!(read.replace('\'', ""), cleaned(text).replace('\'', ""));
        }
    }

    /// Whatever separator a spreadsheet takes, no piece of a text begins as a formula does.
    #[test]
    fn csv_has_no_formula(given in prop::collection::vec(any_text(), 1..4)) {
        let row: Vec<Cell> = given.into_iter().map(Cell::Text).collect();
        let bytes = write(&sheet(&vec!["a"; row.len()], vec![row]), Format::Csv).unwrap();

        for separator in [b',', b';', b'\t'] {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(&bytes[..]);
            for record in reader.records() {
                for field in &record.unwrap() {
                    prop_assert!(!field.trim_start().starts_with(['=', '+', '-', '@']), "{:?} in {:?}", field, String::from_utf8_lossy(&bytes));
                }
            }
        }
    }

    #[test]
    fn no_cell_makes_the_writing_fail(rows in prop::collection::vec(prop::collection::vec(any_cell(), 0..5), 0..5), notes in prop::collection::vec(any_text(), 0..3), title in any_text(), width in any::<u16>()) {
        let columns = (0..5).map(|n| Column::new(format!("{n}"), width)).collect();
        let sheet = Sheet { title, columns, notes, rows };
        for format in Format::ALL {
            let bytes = write(&sheet, format);
            prop_assert!(bytes.is_ok(), "{:?}: {:?}", format, bytes);
        }
        read(&sheet, Format::Ods);
        read(&sheet, Format::Xlsx);
        prop_assert_eq!(csv_rows(&write(&sheet, Format::Csv).unwrap()).len(), sheet.rows.len() + 1);
    }
}
