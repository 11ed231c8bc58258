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
    /// A line above a line of dashes.
    Heading(&'a str),
    /// A point of a list (« • ») that ends with an address: the first line leads there.
    Item {
        title: &'a str,
        lines: Vec<&'a str>,
        address: &'a str,
    },
}

pub fn render(subject: &str, text: &str) -> Result<String> {
    Page { subject, pieces: pieces(text) }.render().map_err(Error::internal)
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut paragraph = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            end(&mut pieces, &mut paragraph);
        } else if is_address(line) {
            match paragraph.split_first() {
                Some((first, lines)) if first.starts_with(POINT) => {
                    let title = first.trim_start_matches(POINT).trim_start();
                    pieces.push(Piece::Item { title, lines: lines.to_vec(), address: line });
                    paragraph.clear();
                }
                _ => {
                    end(&mut pieces, &mut paragraph);
                    pieces.push(Piece::Link(line));
                }
            }
        } else if is_rule(line)
            && let [title] = paragraph.as_slice()
        {
            pieces.push(Piece::Heading(title));
            paragraph.clear();
        } else {
            paragraph.push(line);
        }
    }
    end(&mut pieces, &mut paragraph);
    pieces
}

const POINT: char = '•';

fn end<'a>(pieces: &mut Vec<Piece<'a>>, paragraph: &mut Vec<&'a str>) {
    if !paragraph.is_empty() {
        pieces.push(Piece::Paragraph(std::mem::take(paragraph)));
    }
}

/// A line of dashes.
fn is_rule(line: &str) -> bool {
    line.len() >= 3 && line.bytes().all(|byte| byte == b'-')
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
    fn a_list_has_headings_and_each_point_leads_somewhere() {
        let text = "Réunions\n--------\n\n• Compte rendu publié\nCOPIL\nhttps://exemple.fr/a\n\n• Sans adresse\n\nUn\ndeux\n---\n---";
        let expected = [
            Piece::Heading("Réunions"),
            Piece::Item { title: "Compte rendu publié", lines: vec!["COPIL"], address: "https://exemple.fr/a" },
            Piece::Paragraph(vec!["• Sans adresse"]),
            Piece::Paragraph(vec!["Un", "deux", "---", "---"]),
        ];
        assert_eq!(pieces(text), expected);
        let html = render("Sujet", text).unwrap();
        assert!(html.contains(">Réunions</h2>") && html.contains("<a href=\"https://exemple.fr/a\""), "{html}");
        assert!(html.contains(">Compte rendu publié</a><br>COPIL</p>"), "{html}");
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
