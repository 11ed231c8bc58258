//! A paper as an OpenDocument text: a zip of small XML files (OpenDocument 1.3). Its styles are named, so that who
//! opens it can change its look in one place and use its outline.

use std::fmt::{Arguments, Write as _};
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::model::{Block, Paper, PaperError, Table};
use super::odt_parts as parts;
use crate::sheets::ods::push_line;
use crate::sheets::text::clean;

/// The width of the text, in millimetres.
const WIDTH: f32 = 166.0;

/// The paper as an OpenDocument text (`.odt`), A4, in French.
///
/// # Errors
/// None is expected: no text makes it fail.
pub fn odt(paper: &Paper) -> Result<Vec<u8>, PaperError> {
    // Every entry has the same date, 1980-01-01, the first that a zip can tell.
    let deflated = SimpleFileOptions::default()
        .last_modified_time(DateTime::DEFAULT)
        .compression_method(CompressionMethod::Deflated);
    let stored = deflated.compression_method(CompressionMethod::Stored);
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    // First and uncompressed, so that the type can be read at a fixed place (OpenDocument 1.3, part 2, 3.3).
    package.start_file("mimetype", stored)?;
    package.write_all(parts::CONTENT_TYPE.as_bytes())?;
    let small = [
        ("META-INF/manifest.xml", parts::manifest()),
        ("meta.xml", parts::meta(paper)),
        ("styles.xml", parts::styles(&line(&paper.footer))),
        ("content.xml", content(paper)),
    ];
    for (path, xml) in small {
        package.start_file(path, deflated)?;
        package.write_all(xml.as_bytes())?;
    }
    Ok(package.finish()?.into_inner())
}

/// A text as XML on one line.
fn line(text: &str) -> String {
    let words = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
    parts::escape(&words).into_owned()
}

fn content(paper: &Paper) -> String {
    let mut writer = Writer { xml: String::new(), styles: String::new(), tables: 0 };
    writer.paragraph("Overline", &paper.overline);
    writer.heading(1, paper.shown_title());
    let mut in_section = false;
    for block in &paper.blocks {
        in_section |= matches!(block, Block::Section(_));
        writer.block(block, in_section);
    }
    parts::content(&writer.styles, &writer.xml)
}

struct Writer {
    xml: String,
    /// The widths of the columns of each table.
    styles: String,
    tables: usize,
}

impl Writer {
    fn block(&mut self, block: &Block, in_section: bool) {
        match block {
            Block::Section(text) => self.heading(2, text),
            Block::Subsection(text) => self.heading(if in_section { 3 } else { 2 }, text),
            Block::Paragraph(text) => self.paragraphs("Text_20_body", text),
            Block::Note(text) => self.paragraphs("Small_20_note", text),
            Block::Marked { label, text } => {
                self.paragraph("Marked_20_label", label);
                self.paragraphs("Marked", text);
            }
            Block::Items(items) => self.list("Items", items),
            Block::Numbered(items) => self.list("Numbered", items),
            Block::Facts(facts) => self.facts(facts),
            Block::Table(table) => self.table(table),
            Block::Signatures(names) => self.signatures(names),
            Block::PageBreak => self.xml.push_str(r#"<text:p text:style-name="Page_20_break"/>"#),
        }
    }

    fn push(&mut self, xml: Arguments<'_>) {
        let _ = self.xml.write_fmt(xml); // writing into a String cannot fail
    }

    /// The text with its line breaks.
    fn text(&mut self, text: &str) {
        for (index, line) in clean(text).trim().split(['\n', '\u{2028}', '\u{2029}']).enumerate() {
            if index > 0 {
                self.xml.push_str("<text:line-break/>");
            }
            push_line(&mut self.xml, line);
        }
    }

    /// Nothing when there is nothing to see.
    fn paragraph(&mut self, style: &str, text: &str) {
        if !text.trim().is_empty() {
            self.push(format_args!(r#"<text:p text:style-name="{style}">"#));
            self.text(text);
            self.xml.push_str("</text:p>");
        }
    }

    fn paragraphs(&mut self, style: &str, text: &str) {
        for paragraph in super::paragraphs(text) {
            self.paragraph(style, &paragraph);
        }
    }

    fn heading(&mut self, level: u8, text: &str) {
        if !text.trim().is_empty() {
            self.push(format_args!(
                r#"<text:h text:style-name="Heading_20_{level}" text:outline-level="{level}">{}</text:h>"#,
                line(text)
            ));
        }
    }

    fn list(&mut self, style: &str, items: &[String]) {
        let mut items = items.iter().filter(|item| !item.trim().is_empty()).peekable();
        if items.peek().is_none() {
            return;
        }
        self.push(format_args!(r#"<text:list text:style-name="{style}">"#));
        for item in items {
            self.xml.push_str("<text:list-item>");
            self.paragraph("List_20_item", item);
            self.xml.push_str("</text:list-item>");
        }
        self.xml.push_str("</text:list>");
    }

    fn facts(&mut self, facts: &[(String, String)]) {
        let mut facts =
            facts.iter().filter(|(label, value)| !(label.trim().is_empty() && value.trim().is_empty())).peekable();
        while let Some((label, value)) = facts.next() {
            let style = if facts.peek().is_some() { "Fact" } else { "Last_20_fact" };
            self.push(format_args!(r#"<text:p text:style-name="{style}"><text:span text:style-name="Label">"#));
            self.text(label);
            self.xml.push_str("</text:span><text:tab/>");
            self.text(value);
            self.xml.push_str("</text:p>");
        }
    }

    fn table(&mut self, table: &Table) {
        self.paragraph("Table_20_caption", &table.caption);
        if table.head.is_empty() {
            return;
        }
        self.open_table(&table.shares());
        self.xml.push_str("<table:table-header-rows><table:table-row>");
        let numeric: Vec<bool> = (0..table.head.len()).map(|column| table.is_numeric(column)).collect();
        for (text, numeric) in table.head.iter().zip(&numeric) {
            let style = if *numeric { "Table_20_heading_20_number" } else { "Table_20_heading" };
            self.cell("Head", style, text);
        }
        self.xml.push_str("</table:table-row></table:table-header-rows>");
        let (row_style, cell_style) = if table.tall { ("Tall", "TallCell") } else { ("Row", "Cell") };
        for row in &table.rows {
            self.push(format_args!(r#"<table:table-row table:style-name="{row_style}">"#));
            let texts = row.iter().map(String::as_str).chain(std::iter::repeat(""));
            for (text, numeric) in texts.zip(&numeric) {
                self.cell(cell_style, if *numeric { "Table_20_number" } else { "Table_20_text" }, text);
            }
            self.xml.push_str("</table:table-row>");
        }
        self.xml.push_str("</table:table>");
    }

    /// With columns that take these parts of the width.
    fn open_table(&mut self, shares: &[f32]) {
        self.tables += 1;
        let number = self.tables;
        self.push(format_args!(r#"<table:table table:name="Tableau{number}" table:style-name="Table">"#));
        for (column, share) in shares.iter().enumerate() {
            let _ = write!(
                self.styles,
                r#"<style:style style:name="T{number}.{column}" style:family="table-column"><style:table-column-properties style:column-width="{:.2}mm" style:rel-column-width="{:.0}*"/></style:style>"#,
                WIDTH * share,
                10_000.0 * share
            ); // writing into a String cannot fail
            self.push(format_args!(r#"<table:table-column table:style-name="T{number}.{column}"/>"#));
        }
    }

    fn cell(&mut self, cell: &str, style: &str, text: &str) {
        self.push(format_args!(
            r#"<table:table-cell table:style-name="{cell}" office:value-type="string"><text:p text:style-name="{style}">"#
        ));
        self.text(text);
        self.xml.push_str("</text:p></table:table-cell>");
    }

    fn signatures(&mut self, names: &[String]) {
        if names.is_empty() {
            return;
        }
        self.open_table(&[0.5, 0.5]);
        for pair in names.chunks(2) {
            self.xml.push_str(r#"<table:table-row table:style-name="Signature">"#);
            for index in 0..2 {
                match pair.get(index) {
                    Some(name) => self.cell("Place", "Table_20_caption", name),
                    None => self.cell("Nothing", "Table_20_text", ""),
                }
            }
            self.xml.push_str("</table:table-row>");
        }
        self.xml.push_str("</table:table>");
    }
}
