//! The files of an ODS package that hardly depend on the table. OpenDocument 1.3, part 2 (packages) and 3 (schema).

use super::model::Format;
use super::ods::escape;

const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;

/// What the package holds. The types of the parts come from OpenDocument 1.3, part 2, 3.4.
pub fn manifest() -> String {
    let mut entries = String::new();
    for part in ["content.xml", "styles.xml", "meta.xml", "settings.xml"] {
        entries
            .push_str(&format!(r#"<manifest:file-entry manifest:full-path="{part}" manifest:media-type="text/xml"/>"#));
    }
    format!(
        r#"{XML}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{}"/>{entries}</manifest:manifest>"#,
        Format::Ods.content_type()
    )
}

/// The document's title and language; no date, since there is no clock here: the date of the data is in the notes.
pub fn meta(title: &str) -> String {
    let title = escape(title);
    format!(
        r#"{XML}<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"><office:meta><meta:generator>Maillage</meta:generator><dc:title>{title}</dc:title><dc:language>fr-FR</dc:language></office:meta></office:document-meta>"#
    )
}

/// The default look and the language, which screen readers use.
pub fn styles() -> String {
    format!(
        r#"{XML}<office:document-styles xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.3"><office:styles><style:default-style style:family="table-cell"><style:text-properties fo:language="fr" fo:country="FR" fo:font-family="'Liberation Sans', Arial, sans-serif" fo:font-size="10pt"/></style:default-style><style:style style:name="Default" style:family="table-cell"/></office:styles></office:document-styles>"#
    )
}

/// Keeps the header row in sight. These settings are LibreOffice's own (OpenDocument 1.3, part 3, 3.10, leaves them to
/// each program, which finds them by the namespace `ooo`: without it the header scrolls away).
pub fn settings(sheet: &str) -> String {
    let sheet = escape(sheet);
    let item = |name: &str, kind: &str, value: &str| {
        format!(r#"<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>"#)
    };
    let frozen = [
        item("VerticalSplitMode", "short", "2"),
        item("VerticalSplitPosition", "int", "1"),
        item("ActiveSplitRange", "short", "2"),
        item("PositionBottom", "int", "1"),
    ]
    .concat();
    let view = item("ViewId", "string", "view1");
    let active = item("ActiveTable", "string", &sheet);
    format!(
        r#"{XML}<office:document-settings xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0" xmlns:ooo="http://openoffice.org/2004/office" office:version="1.3"><office:settings><config:config-item-set config:name="ooo:view-settings"><config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>{view}<config:config-item-map-named config:name="Tables"><config:config-item-map-entry config:name="{sheet}">{frozen}</config:config-item-map-entry></config:config-item-map-named>{active}</config:config-item-map-entry></config:config-item-map-indexed></config:config-item-set></office:settings></office:document-settings>"#
    )
}

/// The start of `content.xml`, up to the styles of the columns.
pub fn content_start() -> String {
    // Days as 09/03/2026 and amounts as 1 234,56 €, whatever the reader's settings are.
    let formats = r#"<number:date-style style:name="N1" number:language="fr" number:country="FR"><number:day number:style="long"/><number:text>/</number:text><number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/></number:date-style><number:currency-style style:name="N2" number:language="fr" number:country="FR"><number:number number:decimal-places="2" number:min-decimal-places="2" number:min-integer-digits="1" number:grouping="true"/><number:text> </number:text><number:currency-symbol number:language="fr" number:country="FR">€</number:currency-symbol></number:currency-style>"#;
    let cells = r#"<style:style style:name="header" style:family="table-cell" style:parent-style-name="Default"><style:text-properties fo:font-weight="bold"/></style:style><style:style style:name="date" style:family="table-cell" style:parent-style-name="Default" style:data-style-name="N1"/><style:style style:name="euros" style:family="table-cell" style:parent-style-name="Default" style:data-style-name="N2"/><style:style style:name="note" style:family="table-cell" style:parent-style-name="Default"><style:table-cell-properties fo:wrap-option="wrap"/></style:style>"#;
    format!(
        r#"{XML}<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.3"><office:automatic-styles>{formats}{cells}"#
    )
}

/// The style of columns that show so many characters. A character of the default font is about 2 mm wide.
pub fn column_style(characters: u16) -> String {
    let millimetres = u32::from(characters) * 2 + 3;
    format!(
        r#"<style:style style:name="w{characters}" style:family="table-column"><style:table-column-properties style:column-width="{millimetres}mm"/></style:style>"#
    )
}

/// The end of `content.xml`: a filter on the header row, over all the table.
pub fn content_end(sheet: &str, columns: usize, rows: usize) -> String {
    let sheet = escape(&sheet.replace('\'', "''")).into_owned();
    let last = column_letters(columns);
    let range = format!("'{sheet}'.A1:'{sheet}'.{last}{}", rows + 1);
    format!(
        r#"<table:database-ranges><table:database-range table:name="__Anonymous_Sheet_DB__0" table:target-range-address="{range}" table:display-filter-buttons="true"/></table:database-ranges></office:spreadsheet></office:body></office:document-content>"#
    )
}

/// The letters of the column of this number, from 1: A, Z, AA.
fn column_letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut left = column;
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or_default()));
        left /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        let letters = [1, 26, 27, 52, 702, 703, 16_384].map(column_letters);
        assert_eq!(letters, ["A", "Z", "AA", "AZ", "ZZ", "AAA", "XFD"]);
    }
}
