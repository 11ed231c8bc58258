//! The HTML part of a message: one column, system fonts, no image, nothing that tells whether it was read.

use askama::Template;
use kernel::{Error, Result};

#[derive(Template)]
#[template(path = "mail.html")]
struct Page<'a> {
    subject: &'a str,
    pieces: Vec<Piece<'a>>,
}

/// What a text is made of.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Paragraph(Vec<&'a str>),
    /// A line that is only an address.
    Link(&'a str),
}

pub fn render(subject: &str, text: &str) -> Result<String> {
    Page { subject, pieces: pieces(text) }.render().map_err(Error::internal)
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut paragraph = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.is_empty() || is_address(line) {
            if !paragraph.is_empty() {
                pieces.push(Piece::Paragraph(std::mem::take(&mut paragraph)));
            }
            if !line.is_empty() {
                pieces.push(Piece::Link(line));
            }
        } else {
            paragraph.push(line);
        }
    }
    if !paragraph.is_empty() {
        pieces.push(Piece::Paragraph(paragraph));
    }
    pieces
}

/// Only what a browser fetches: never `javascript:` or `data:`.
fn is_address(line: &str) -> bool {
    let rest = line.strip_prefix("https://").or_else(|| line.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.chars().any(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_stand_between_empty_lines_and_an_address_alone_is_a_link() {
        let text = "Bonjour,\nvoici :\nhttps://exemple.fr/a?b=1\n\n\nÀ bientôt,\nhttps://exemple.fr n'est pas seule.";
        let expected = [
            Piece::Paragraph(vec!["Bonjour,", "voici :"]),
            Piece::Link("https://exemple.fr/a?b=1"),
            Piece::Paragraph(vec!["À bientôt,", "https://exemple.fr n'est pas seule."]),
        ];
        assert_eq!(pieces(text), expected);
        assert_eq!(pieces(" \n\n"), []);
    }

    #[test]
    fn nothing_that_was_typed_becomes_markup() {
        let text = "<script>alert(1)</script> & \"co\"\n\nhttps://exemple.fr/\"onclick='x'><img\n\njavascript:alert(1)";
        let html = render("<b>Titre</b> & \"co\"", text).unwrap();
        for forbidden in ["<script", "<b>", "<img", "\"onclick", "'x'", "href=\"javascript"] {
            assert!(!html.contains(forbidden), "{forbidden} in {html}");
        }
        assert_eq!(html.matches("<a href=").count(), 1, "{html}");
    }

    #[test]
    fn the_page_has_its_language_its_title_and_its_link() {
        let html = render("Votre accès", "Bonjour Élise,\nà vous.\n\nhttps://exemple.fr/a?b=1&c=2").unwrap();
        assert!(html.contains("<html lang=\"fr\">"), "{html}");
        assert!(html.contains("<title>Votre accès</title>") && html.contains(">Votre accès</h1>"), "{html}");
        assert!(html.contains("Bonjour Élise,<br>à vous.</p>"), "{html}");
        assert!(html.contains("<a href=\"https://exemple.fr/a?b=1&#38;c=2\""), "{html}");
        assert!(!html.contains("<img") && !html.contains("url("), "{html}");
    }
}
