//! Papers: what people print, sign, send and keep. One list of [`Block`]s feeds a tagged PDF ([`pdf()`]), an
//! OpenDocument text ([`odt()`]) and plain text ([`text()`]).
//!
//! Texts are plain, in French, with French typography already in them. In a [`Block::Paragraph`], an item, a fact or a
//! cell, a line feed is a line break; in a paragraph, an empty line starts another paragraph. Whatever Unicode is typed
//! is accepted: control characters disappear, and what the fonts of the PDF cannot draw becomes « □ » there.

mod model;
mod odt;
mod odt_parts;
mod pdf;
#[cfg(test)]
mod tests;
mod text;

pub use model::{Block, Paper, PaperError, PdfForm, Table};
pub use odt::odt;
pub use pdf::pdf;
pub use text::text;

/// A text cut at its empty lines.
fn paragraphs(text: &str) -> Vec<String> {
    let text = crate::sheets::text::clean(text);
    let mut paragraphs = vec![Vec::new()];
    for line in text.lines() {
        if line.trim().is_empty() {
            paragraphs.push(Vec::new());
        } else if let Some(last) = paragraphs.last_mut() {
            last.push(line);
        }
    }
    paragraphs.into_iter().filter(|lines| !lines.is_empty()).map(|lines| lines.join("\n")).collect()
}
