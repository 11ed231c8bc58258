//! Texts and numbers as the formats can hold them.

use std::borrow::Cow;

/// The largest whole number that spreadsheets show without rounding: fifteen digits.
const EXACT: u64 = 999_999_999_999_999;

/// Brings line ends to line feeds and removes what XML 1.0 refuses or readers choke on: control characters other
/// than tab and line feed, noncharacters, byte order marks.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c == '\r' || is_unwanted(c)) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut previous = ' ';
    for c in text.chars() {
        match c {
            '\r' => kept.push('\n'),
            '\n' if previous == '\r' => {}
            _ if is_unwanted(c) => {}
            _ => kept.push(c),
        }
        previous = c;
    }
    Cow::Owned(kept)
}

fn is_unwanted(c: char) -> bool {
    let code = u32::from(c);
    let noncharacter = code & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&code);
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || noncharacter || c == '\u{FEFF}'
}

/// What a link shows: its label, or its address where the label is empty.
pub fn label_of<'a>(label: &'a str, href: &'a str) -> Cow<'a, str> {
    let label = clean(label);
    if label.is_empty() { clean(href) } else { label }
}

/// Euros with two decimals and the given separator: -5 cents are "-0.05".
pub fn euros(cents: i64, separator: char) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let cents = cents.unsigned_abs();
    format!("{sign}{}{separator}{:02}", cents / 100, cents % 100)
}

/// True when spreadsheets, which compute with 64-bit floats, keep all digits of the number.
pub fn is_exact(number: i64) -> bool {
    number.unsigned_abs() <= EXACT
}

/// All digits of a number, with a decimal point and no exponent; nothing for what is not a finite number.
pub fn decimal(number: f64) -> Option<String> {
    let number = if number == 0.0 { 0.0 } else { number }; // no "-0"
    number.is_finite().then(|| number.to_string())
}

/// A name that LibreOffice and Excel accept for a sheet and that is not the one of the notes.
/// Source: Excel's « Rename a worksheet »: 1 to 31 UTF-16 units, none of `[]:*?/\`, no apostrophe at either end,
/// not « History ».
pub fn sheet_name(title: &str, taken: &str) -> String {
    let title = clean(title).replace(['[', ']', ':', '*', '?', '/', '\\', '\n', '\t'], " ");
    let words = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let edges = |c: char| c == '\'' || c.is_whitespace();
    let name = cut(words.trim_matches(edges), 31).trim_matches(edges);
    let folded = name.to_lowercase();
    if name.is_empty() || folded == "history" || folded == taken.to_lowercase() {
        return "Données".to_owned();
    }
    name.to_owned()
}

/// The longest start of the text that has at most so many UTF-16 units.
pub fn cut(text: &str, units: usize) -> &str {
    let mut left = units;
    for (at, c) in text.char_indices() {
        match left.checked_sub(c.len_utf16()) {
            Some(rest) => left = rest,
            None => return text.get(..at).unwrap_or_default(),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_file_can_hold_is_removed() {
        assert_eq!(clean("a\r\nb\rc\n\r\nd\te"), "a\nb\nc\n\nd\te");
        assert_eq!(clean("\u{FEFF}a\0\u{1}\u{7F}\u{85}\u{FFFE}\u{FDD0}\u{1FFFF}b"), "ab");
        assert_eq!(clean("مرحبا \u{202E}👩‍👩‍👧\u{2028}"), "مرحبا \u{202E}👩‍👩‍👧\u{2028}");
        assert!(matches!(clean("é\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn euros_keep_every_cent() {
        assert_eq!(euros(123_456, '.'), "1234.56");
        assert_eq!(euros(-5, ','), "-0,05");
        assert_eq!(euros(i64::MIN, '.'), "-92233720368547758.08");
    }

    #[test]
    fn decimals_have_no_exponent_and_no_negative_zero() {
        assert_eq!(decimal(-0.0).as_deref(), Some("0"));
        assert_eq!(decimal(0.1).as_deref(), Some("0.1"));
        assert_eq!(decimal(1e21).as_deref(), Some("1000000000000000000000"));
        assert_eq!(decimal(f64::NAN), None);
    }

    #[test]
    fn sheet_names_are_acceptable() {
        assert_eq!(sheet_name("Lieux [2026] : Cantal/Lozère", "À propos"), "Lieux 2026 Cantal Lozère");
        assert_eq!(sheet_name("'' ", "À propos"), "Données");
        assert_eq!(sheet_name("à PROPOS", "À propos"), "Données");
        assert_eq!(sheet_name("History", ""), "Données");
        assert_eq!(sheet_name(&"é".repeat(40), ""), "é".repeat(31));
        assert_eq!(sheet_name(&"👩".repeat(40), ""), "👩".repeat(15));
    }
}
