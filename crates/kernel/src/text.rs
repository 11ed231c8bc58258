//! Text that people type: cleaned, bounded, folded for search.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest name of a governance, an organisation or a body, in characters.
pub const NAME_MAX: usize = 200;
/// Longest note, in characters (about ten printed pages).
pub const NOTE_MAX: usize = 20_000;

/// What is wrong with a text, as a sentence for the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    Empty,
    TooLong { length: usize, max: usize },
    Control,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Remplissez ce champ."),
            Self::TooLong { length, max } => {
                write!(f, "Ce texte fait {length} caractères : raccourcissez-le à {max} au plus.")
            }
            Self::Control => f.write_str("Ce texte contient un caractère invisible interdit : retapez-le."),
        }
    }
}

/// One line of text: spaces folded, composed (NFC), of 1 to `max` characters.
///
/// Right-to-left text and emoji are text like any other; only the invisible characters that could make a name read
/// otherwise than it is written (bidirectional overrides, Unicode TR 36) are taken out. NUL and other control
/// characters are refused: they come from a broken copy or a probe.
pub fn line(raw: &str, max: usize) -> Result<String, Fault> {
    optional_line(raw, max)?.ok_or(Fault::Empty)
}

/// As [`line()`], but an empty text is `None`.
pub fn optional_line(raw: &str, max: usize) -> Result<Option<String>, Fault> {
    let clean = clean(raw, false)?;
    let words = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    bounded(words, max)
}

/// A text of several paragraphs, or `None` when empty. Lines keep their breaks, `\r\n` becomes `\n`.
pub fn paragraphs(raw: &str, max: usize) -> Result<Option<String>, Fault> {
    let clean = clean(raw, true)?;
    let lines = clean.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    bounded(lines.trim().to_owned(), max)
}

fn bounded(text: String, max: usize) -> Result<Option<String>, Fault> {
    let length = text.chars().count();
    match length {
        _ if !text.chars().any(is_seen) => Ok(None),
        _ if length > max => Err(Fault::TooLong { length, max }),
        _ => Ok(Some(text)),
    }
}

/// False for what shows nothing by itself: spaces, joiners, marks of direction, fillers (Unicode's default-ignorable
/// characters, and the blank Braille cell). A name made of them alone would be a link that nobody sees or hears.
fn is_seen(character: char) -> bool {
    let blank = matches!(character,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}' | '\u{E0000}'..='\u{E0FFF}');
    !blank && !character.is_whitespace()
}

fn clean(raw: &str, keep_breaks: bool) -> Result<String, Fault> {
    let mut out = String::with_capacity(raw.len());
    for character in raw.nfc() {
        match character {
            '\n' if keep_breaks => out.push('\n'),
            '\n' | '\r' | '\t' => {
                if !(keep_breaks && character == '\r') {
                    out.push(' ');
                }
            }
            control if control.is_control() => return Err(Fault::Control),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => {}
            other => out.push(other),
        }
    }
    Ok(out)
}

/// The key by which names are sorted, searched and compared: lower case, no accents, `œ` as `oe`, one space between
/// words, punctuation as spaces. `Élie`, `elie` and `ÉLIE` fold alike; the same on every database engine.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for character in text.nfkd().filter(|character| !is_combining_mark(*character)).flat_map(char::to_lowercase) {
        let replacement = match character {
            'œ' => "oe",
            'æ' => "ae",
            'ß' => "ss",
            'ø' => "o",
            'ł' => "l",
            _ if character.is_alphanumeric() => {
                if gap && !out.is_empty() {
                    out.push(' ');
                }
                gap = false;
                out.push(character);
                continue;
            }
            _ => {
                gap = true;
                continue;
            }
        };
        if gap && !out.is_empty() {
            out.push(' ');
        }
        gap = false;
        out.push_str(replacement);
    }
    out
}

/// The words of a search: folded, at most eight, since each costs a comparison a row.
pub fn search_words(typed: &str) -> Vec<String> {
    fold(typed).split(' ').filter(|word| !word.is_empty()).take(8).map(ToOwned::to_owned).collect()
}

/// The smallest text greater than every text that begins with `prefix`, for a range on a folded key in byte order.
pub fn prefix_end(prefix: &str) -> String {
    format!("{prefix}\u{10FFFF}")
}

/// A part of an address made from a name: `Réseau GRAIN` becomes `reseau-grain`.
pub fn slug(name: &str) -> String {
    fold(name)
        .split(' ')
        .map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}

/// Bytes in lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes that [`hex()`] wrote; `None` for anything else.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(c.to_digit(16)?).ok()).collect();
    let digits = digits?;
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    Some(pairs.iter().map(|[high, low]| (high << 4) | low).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_fold_without_accents_case_or_punctuation() {
        assert_eq!(fold("Saint-Étienne-de-Bœuf"), "saint etienne de boeuf");
        assert_eq!(fold("  L'Haÿ--les-Roses "), "l hay les roses");
        assert_eq!(slug("Réseau GRAIN (Vendée)"), "reseau-grain-vendee");
    }

    #[test]
    fn what_is_not_hexadecimal_is_nothing() {
        assert_eq!(from_hex("00fF"), Some(vec![0, 255]));
        for bad in ["0", "zz", "é0", "0g", "+1", "0 "] {
            assert_eq!(from_hex(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_nul_byte_is_refused_and_an_emoji_kept() {
        assert_eq!(line("a\0b", 10), Err(Fault::Control));
        assert_eq!(line(" Maison 🏠  des   droits ", 40).as_deref(), Ok("Maison 🏠 des droits"));
        assert_eq!(line("مرحبا", 40).as_deref(), Ok("مرحبا"));
        assert_eq!(line("abc\u{202E}def", 40).as_deref(), Ok("abcdef"));
    }

    #[test]
    fn what_nobody_sees_is_no_text() {
        for blank in ["\u{200B}", " \u{202E}\u{200D} ", "\u{3164}\u{2800}", "\u{AD}", "\u{E0061}", "\u{FE0F}"] {
            assert_eq!(line(blank, 40), Err(Fault::Empty), "{blank:?}");
            assert_eq!(paragraphs(blank, 40), Ok(None), "{blank:?}");
        }
        // Joiners stay where they join: this is one emoji, and this a Persian word.
        assert_eq!(line("👩\u{200D}🌾", 40).as_deref(), Ok("👩\u{200D}🌾"));
        assert_eq!(line("می\u{200C}خواهم", 40).as_deref(), Ok("می\u{200C}خواهم"));
    }

    #[test]
    fn a_name_of_300_characters_is_refused_with_its_length() {
        let fault = line(&"é".repeat(300), NAME_MAX).unwrap_err();
        assert_eq!(fault, Fault::TooLong { length: 300, max: 200 });
        assert!(fault.to_string().contains("300"));
    }

    #[test]
    fn paragraphs_keep_their_breaks() {
        assert_eq!(paragraphs("un\r\n\r\ndeux  \n", 100).unwrap().as_deref(), Some("un\n\ndeux"));
        assert_eq!(paragraphs(" \n ", 100), Ok(None));
    }

    proptest! {
        #[test]
        fn hexadecimal_digits_are_read_back(bytes: Vec<u8>) {
            prop_assert_eq!(from_hex(&hex(&bytes)), Some(bytes));
        }

        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,60}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn a_line_is_never_longer_than_its_bound(text in ".{0,80}") {
            if let Ok(line) = line(&text, 40) {
                prop_assert!(line.chars().count() <= 40);
                prop_assert!(!line.contains('\n') && !line.contains('\0'));
            }
        }

        #[test]
        fn what_begins_with_a_prefix_lies_in_its_range(prefix in "[a-z]{1,5}", rest in "[a-z é]{0,8}") {
            let text = format!("{prefix}{rest}");
            prop_assert!(text >= prefix && text < prefix_end(&prefix));
        }
    }
}
