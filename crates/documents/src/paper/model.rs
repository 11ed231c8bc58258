//! What a paper is, before any format.

use jiff::civil::Date;

use crate::sheets::text::clean;

/// The title of a paper without one.
pub(super) const UNTITLED: &str = "Document";
/// A column takes at least this part of the width, where there is room for it: 12 mm.
const NARROWEST: f32 = 0.072;

/// A document of some pages. The same paper always gives the same bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Paper {
    /// Where it comes from, small, above the title: « Gouvernance de la Vendée · Comité technique ». May be empty.
    pub overline: String,
    /// The only heading of the first level, and the title in the metadata. Not empty: a PDF without a title is refused
    /// by readers' checks, so an empty one becomes « Document ».
    pub title: String,
    /// One sentence for the metadata; not shown.
    pub description: String,
    /// The day in the metadata: when the content was written or approved, not when the file was made.
    pub written_on: Date,
    /// At the foot of each page, on the left; « page 2 sur 5 » stands on the right. May be empty.
    pub footer: String,
    pub blocks: Vec<Block>,
}

impl Paper {
    /// The title, or what stands for an empty one.
    pub(super) fn shown_title(&self) -> &str {
        if clean(&self.title).trim().is_empty() { UNTITLED } else { &self.title }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading of the second level.
    Section(String),
    /// A heading of the third level (of the second where no section came before).
    Subsection(String),
    Paragraph(String),
    /// Small and grey: a source, a legal mention.
    Note(String),
    /// What the reader must not miss, with a coloured edge: « Décision », « La charte est adoptée. ».
    Marked {
        label: String,
        text: String,
    },
    /// A list with bullets.
    Items(Vec<String>),
    /// A list numbered from 1.
    Numbered(Vec<String>),
    /// Labels and their values: « Date », « 12 mars 2026 ».
    Facts(Vec<(String, String)>),
    Table(Table),
    /// One place to sign for each name or function, two a line.
    Signatures(Vec<String>),
    /// What follows starts on a new page.
    PageBreak,
}

/// A table with one row of column headers, repeated on each page. An empty one shows its headers only.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Table {
    /// Above the table; may be empty where a heading already says it.
    pub caption: String,
    pub head: Vec<String>,
    /// A short row is completed with empty cells; cells beyond the headers are dropped.
    pub rows: Vec<Vec<String>>,
    /// The relative widths of the columns; those that are missing count as 1.
    pub widths: Vec<u32>,
    /// Rows high enough to sign in.
    pub tall: bool,
}

impl Table {
    /// The parts of the width that the columns take: as their weights say, but none too narrow for a short word, which
    /// is taken from the others.
    pub(super) fn shares(&self) -> Vec<f32> {
        let given = self.widths.iter().copied().chain(std::iter::repeat(1)).take(self.head.len());
        let weights: Vec<f32> = given.map(|weight| weight.clamp(1, 10_000) as f32).collect();
        let total: f32 = weights.iter().sum();
        let least = NARROWEST.min(1.0 / weights.len() as f32);
        let shares: Vec<f32> = weights.iter().map(|weight| (weight / total).max(least)).collect();
        let above: f32 = shares.iter().map(|share| share - least).sum();
        let excess = shares.iter().sum::<f32>() - 1.0;
        let kept = if above > 0.0 { (1.0 - excess / above).max(0.0) } else { 0.0 };
        shares.iter().map(|share| least + (share - least) * kept).collect()
    }

    /// True when the column has numbers and nothing else.
    pub(super) fn is_numeric(&self, column: usize) -> bool {
        let mut filled = self.rows.iter().filter_map(|row| row.get(column)).filter(|cell| !cell.trim().is_empty());
        filled.next().is_some_and(|cell| is_number(cell)) && filled.all(|cell| is_number(cell))
    }
}

/// « 1 234,50 € », « −3 », « 62 % »: right-aligned so that digits stand under digits.
fn is_number(text: &str) -> bool {
    let text = text.trim();
    let body = text.trim_end_matches(['€', '%']).trim_end();
    let body = body.strip_prefix(['-', '−', '+']).unwrap_or(body);
    body.starts_with(|c: char| c.is_ascii_digit())
        && body.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | ' ' | '\u{A0}' | '\u{202F}'))
}

/// What a PDF must comply with. Both are tagged, and krilla refuses to write one that does not comply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PdfForm {
    /// PDF/UA-1: for reading and printing.
    Accessible,
    /// PDF/UA-1 and PDF/A-2a: for keeping.
    Archive,
}

#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    #[error("the PDF could not be made: {0}")]
    Pdf(String),
    #[error("the OpenDocument file could not be made: {0}")]
    Odt(#[from] zip::result::ZipError),
    #[error("the file could not be written: {0}")]
    Io(#[from] std::io::Error),
}

#[cfg(test)]
mod tests {
    use super::{NARROWEST, Table, is_number};

    #[test]
    fn columns_share_the_width() {
        let shares = |widths: &[u32], columns: usize| {
            let table = Table { head: vec![String::new(); columns], widths: widths.to_vec(), ..Table::default() };
            table.shares()
        };
        assert_eq!(shares(&[3, 1], 2), [0.75, 0.25]);
        assert_eq!(shares(&[], 4), [0.25; 4]);
        assert!(shares(&[7], 0).is_empty());
        for (widths, columns) in [(&[0, 1000, 10][..], 3), (&[u32::MAX][..], 5), (&[1, 2, 3][..], 50)] {
            let shares = shares(widths, columns);
            assert!((shares.iter().sum::<f32>() - 1.0).abs() < 0.001, "{shares:?}");
            assert!(shares.iter().all(|share| *share > NARROWEST.min(1.0 / columns as f32) - 0.001), "{shares:?}");
        }
    }

    #[test]
    fn numbers_are_told_from_other_texts() {
        for number in ["0", " 12 ", "1\u{202F}234,50\u{A0}€", "62\u{A0}%", "-3", "−3,5", "+4"] {
            assert!(is_number(number), "{number}");
        }
        for other in ["", "€", "12/03/2026", "14 h 30", "-", "3 voix", "2026-11-22", "A1", "."] {
            assert!(!is_number(other), "{other}");
        }
    }
}
