//! Texts broken into lines.

use std::rc::Rc;

use krilla::text::KrillaGlyph;
use unicode_normalization::UnicodeNormalization;

use super::fonts::{Face, Word};
use crate::sheets::text::clean;

/// Longer ones, which no language has, are cut: in characters.
const LONGEST_WORD: usize = 200;

/// One line of text. Lengths are in ems.
#[derive(Clone, Debug, Default)]
pub struct Line {
    parts: Vec<Part>,
    /// Without the space at its end.
    pub width: f32,
}

#[derive(Clone, Debug)]
struct Part {
    word: Rc<Word>,
    /// A space follows.
    spaced: bool,
}

impl Line {
    /// Its text and glyphs, to be drawn from its start, and what was written where it differs.
    pub fn glyphs(&self, space: &Word) -> Drawn {
        let mut drawn = Drawn { text: String::new(), glyphs: Vec::new(), written: None };
        let mut push = |word: &Word| {
            let start = drawn.text.len();
            if !word.written.is_empty() {
                drawn.written.get_or_insert_with(|| drawn.text.clone());
            }
            match &mut drawn.written {
                Some(written) if word.written.is_empty() => written.push_str(&word.text),
                Some(written) => written.extend(word.written.iter().map(|(_, c)| *c)),
                None => {}
            }
            drawn.text.push_str(&word.text);
            drawn.glyphs.extend(word.glyphs.iter().map(|glyph| {
                let mut glyph = glyph.clone();
                glyph.text_range = start + glyph.text_range.start..start + glyph.text_range.end;
                glyph
            }));
        };
        for part in &self.parts {
            push(&part.word);
            if part.spaced {
                push(space);
            }
        }
        drawn
    }

    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

/// A line ready to be drawn.
pub struct Drawn {
    pub text: String,
    /// Their ranges are in `text`.
    pub glyphs: Vec<KrillaGlyph>,
    /// What who copies or listens gets instead of `text`.
    pub written: Option<String>,
}

/// Breaks a text into lines at most so wide, in ems: at line feeds, at spaces, after hyphens, and anywhere in a word
/// that is wider than a line. A text without anything to see gives no line. Every line but the last ends with a space
/// or within a word, so that who reads the lines one after the other finds the words.
pub fn wrap(face: &mut Face, text: &str, width: f32) -> Vec<Line> {
    let text: String = clean(text).nfc().collect();
    let mut lines = Lines { width, space: face.space.width, done: Vec::new(), line: Line::default() };
    for paragraph in text.trim().split(is_line_end) {
        for (word, spaced) in words(paragraph) {
            if let Some(word) = face.word(word) {
                lines.push(word, spaced);
            } else if spaced && let Some(last) = lines.line.parts.last_mut() {
                last.spaced = true;
            }
        }
        if let Some(last) = lines.line.parts.last_mut() {
            last.spaced = true;
        }
        lines.end();
    }
    let mut lines = lines.done;
    while lines.last().is_some_and(Line::is_empty) {
        lines.pop();
    }
    if let Some(last) = lines.last_mut().and_then(|line| line.parts.last_mut()) {
        last.spaced = false;
    }
    lines
}

/// The text on one line at most so wide, in ems, cut with « … » where it is longer.
pub fn single(face: &mut Face, text: &str, width: f32) -> Line {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut lines = wrap(face, &words, width);
    if lines.len() > 1
        && let Some(ellipsis) = face.word("…")
    {
        lines = wrap(face, &words, width - ellipsis.width);
        if let Some(first) = lines.first_mut() {
            first.width += ellipsis.width;
            if let Some(last) = first.parts.last_mut() {
                last.spaced = false;
            }
            first.parts.push(Part { word: ellipsis, spaced: false });
        }
    }
    lines.into_iter().next().unwrap_or_default()
}

struct Lines {
    width: f32,
    space: f32,
    done: Vec<Line>,
    line: Line,
}

impl Lines {
    fn push(&mut self, word: Rc<Word>, spaced: bool) {
        let gap = if self.line.parts.last().is_some_and(|last| last.spaced) { self.space } else { 0.0 };
        if self.line.width + gap + word.width <= self.width {
            self.line.width += gap + word.width;
            self.line.parts.push(Part { word, spaced });
            return;
        }
        if !self.line.is_empty() {
            self.end();
        }
        let mut word = word;
        while word.width > self.width
            && let Some((start, rest)) = word.split(self.width)
        {
            self.line.width = start.width;
            self.line.parts.push(Part { word: Rc::new(start), spaced: false });
            self.end();
            word = Rc::new(rest);
        }
        self.line.width = word.width;
        self.line.parts.push(Part { word, spaced });
    }

    fn end(&mut self) {
        self.done.push(std::mem::take(&mut self.line));
    }
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\u{2028}' | '\u{2029}')
}

fn is_breaking_space(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{A0}' | '\u{2007}' | '\u{202F}')
}

/// The pieces between which a line may end, each with whether a space follows.
fn words(text: &str) -> impl Iterator<Item = (&str, bool)> {
    text.split(is_breaking_space).filter(|word| !word.is_empty()).flat_map(|word| {
        let mut rest = word;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let (piece, left) = rest.split_at_checked(piece_end(rest))?;
            rest = left;
            Some((piece, left.is_empty()))
        })
    })
}

/// Where the first piece of a word ends: after a hyphen or a slash between two letters, at a zero-width space.
fn piece_end(word: &str) -> usize {
    let mut before = None::<char>;
    let mut characters = word.char_indices().peekable();
    let mut count = 0;
    while let Some((at, c)) = characters.next() {
        let end = at + c.len_utf8();
        count += 1;
        let after = characters.peek().map(|&(_, after)| after);
        let between = before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphabetic);
        let breaks = matches!(c, '-' | '\u{2010}' | '–' | '—' | '/' | '@' | '_') && between;
        if breaks || c == '\u{200B}' || (count >= LONGEST_WORD && after.is_some()) {
            return end;
        }
        before = Some(c);
    }
    word.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_may_end_at_spaces_and_hyphens() {
        let pieces = |text| words(text).collect::<Vec<_>>();
        assert_eq!(
            pieces("le Lot-et-Garonne, 12 - 14"),
            [
                ("le", true),
                ("Lot-", false),
                ("et-", false),
                ("Garonne,", true),
                ("12", true),
                ("-", true),
                ("14", true)
            ]
        );
        assert_eq!(pieces("11\u{A0}présents\u{202F}: -3"), [("11\u{A0}présents\u{202F}:", true), ("-3", true)]);
        assert_eq!(pieces("  "), []);
        assert_eq!(pieces(&"é".repeat(450)).len(), 3);
    }
}
