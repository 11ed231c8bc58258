//! A paper as a tagged PDF: lines and tables laid out here, shaped by harfrust, written and checked by krilla.
//!
//! krilla refuses to write what breaks PDF/UA-1 or PDF/A-2a, as far as a program can tell: a missing title, language
//! or outline, a character without a glyph, content outside the tree.

mod draw;
mod flow;
mod fonts;
mod lines;
mod pages;
mod style;
mod table;
#[cfg(test)]
mod tests;
mod tree;

use std::num::NonZeroU8;

use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::metadata::{DateTime, Metadata};
use krilla::{Document, SerializeSettings};

use super::model::{Paper, PaperError, PdfForm};
use crate::sheets::text::clean;
use fonts::Faces;
use tree::Tree;

/// In bookmarks and metadata, which PDF/A limits to 32,767 bytes and people to what they can read: in characters.
const LONGEST_TITLE: usize = 200;

/// The paper as a tagged PDF, A4, in French.
///
/// It is made in memory; a blocking thread is the place for it (figures in `docs/decisions/009-papers.md`).
///
/// # Errors
/// No text makes it fail; an error is a fault of this crate or of krilla.
pub fn pdf(paper: &Paper, form: PdfForm) -> Result<Vec<u8>, PaperError> {
    let mut faces = Faces::new()?;
    let mut tree = Tree::new();
    let laid = flow::pages(paper, &mut faces, &mut tree);
    let mut document = Document::new_with(settings(form)?);
    draw::pages(&mut document, &laid.pages, &paper.footer, &mut faces, &mut tree)?;
    document.set_outline(draw::outline(&laid.bookmarks));
    document.set_metadata(metadata(paper));
    document.set_tag_tree(tree.finish());
    document.finish().map_err(|fault| PaperError::Pdf(format!("{fault:?}")))
}

fn settings(form: PdfForm) -> Result<SerializeSettings, PaperError> {
    let mut configuration = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1);
    if form == PdfForm::Archive {
        configuration = configuration.with_archival_validator(Archival::A2_A);
    }
    let configuration = configuration.finish().map_err(|fault| PaperError::Pdf(format!("{fault:?}")))?;
    Ok(SerializeSettings { configuration, ..SerializeSettings::default() })
}

fn metadata(paper: &Paper) -> Metadata {
    let day = paper.written_on;
    let part = |part: i8| u8::try_from(part).unwrap_or(1);
    let date = DateTime::new(u16::try_from(day.year()).unwrap_or(0)).month(part(day.month())).day(part(day.day()));
    Metadata::new()
        .title(short(paper.shown_title()))
        .description(short(&paper.description))
        .language("fr-FR".to_owned())
        .creator("Maillage".to_owned())
        .creation_date(date)
}

/// A text for bookmarks and metadata: on one line, not too long.
fn short(text: &str) -> String {
    let text = clean(text);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(LONGEST_TITLE) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
        None => text,
    }
}

fn level(level: u8) -> NonZeroU8 {
    NonZeroU8::new(level).unwrap_or(NonZeroU8::MIN)
}
