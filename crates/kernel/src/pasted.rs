//! Text pasted from a word processor, a mail or a PDF, as clean paragraphs: what [`crate::text::paragraphs`] would refuse
//! (the page and line marks of Word) or keep as dirt (soft hyphens, tabs, indents made of no-break spaces) is told plainly.

/// The bullets that word processors write: Unicode's, and those of the Symbol and Wingdings fonts in the private area.
const BULLETS: &[char] = &[
    '•', '◦', '▪', '▫', '‣', '⁃', '∙', '●', '○', '■', '□', '◆', '◇', '➢', '➤', '►', '✓', '✔', '\u{F0B7}', '\u{F0A7}',
    '\u{F0A8}', '\u{F0D8}', '\u{F0FC}', '\u{F02D}', '\u{F076}',
];

/// Clean paragraphs: one kind of line end, « - » for every bullet, one space for a run of spaces and tabs (a single no-break
/// space stays, since French puts one before « : »), no soft hyphen, no more than one empty line at a time.
pub fn pasted(raw: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in raw.replace("\r\n", "\n").split(['\n', '\r', '\u{0B}', '\u{85}', '\u{2028}']) {
        // A page or a paragraph mark parts paragraphs.
        for (rank, part) in line.split(['\u{0C}', '\u{2029}']).enumerate() {
            if rank > 0 {
                lines.push(String::new());
            }
            lines.push(spaced(&bulleted(part)));
        }
    }
    let mut out = String::with_capacity(raw.len());
    for line in lines {
        if line.is_empty() && (out.is_empty() || out.ends_with("\n\n")) {
            continue;
        }
        out.push_str(&line);
        out.push('\n');
    }
    out.trim_end_matches('\n').to_owned()
}

/// Nobody sees it, and it parts words from themselves: soft hyphen, zero-width space, word joiner, the place of an image.
fn is_dirt(character: char) -> bool {
    matches!(character, '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{FFFC}')
}

/// The line with « - » in place of its bullet. A dash is one when a tab or a space follows; « o » and « § », which stand for
/// the signs of other fonts, when a tab does.
fn bulleted(line: &str) -> String {
    let clean: String = line.chars().filter(|character| !is_dirt(*character)).collect();
    let text = clean.trim();
    let mut rest = text.chars();
    let (first, after) = (rest.next(), rest.as_str());
    let spaced = after.starts_with(char::is_whitespace);
    let is_bullet = match first {
        Some(first) if BULLETS.contains(&first) => !after.trim().is_empty(),
        Some('-' | '–' | '—' | '*' | '·') => spaced,
        Some('o' | '§') => after.starts_with('\t'),
        _ => false,
    };
    if is_bullet { format!("- {}", after.trim()) } else { text.to_owned() }
}

/// Runs of spaces as one space; a no-break space that stands alone stays.
fn spaced(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut run = String::new();
    for character in line.chars() {
        if character.is_whitespace() {
            run.push(character);
            continue;
        }
        flush(&mut run, &mut out);
        out.push(character);
    }
    out
}

fn flush(run: &mut String, out: &mut String) {
    match run.as_str() {
        "" => return,
        alone @ ("\u{A0}" | "\u{202F}") => out.push_str(alone),
        _ => out.push(' '),
    }
    run.clear();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_word_processor_gives_becomes_paragraphs() {
        for (raw, clean) in [
            ("•\tUn\r\n•\tDeux\r\n", "- Un\n- Deux"),
            ("\u{F0B7}\u{A0}\u{A0}Un", "- Un"),
            ("o\tUn\n§\tDeux\n–\tTrois\n* Quatre", "- Un\n- Deux\n- Trois\n- Quatre"),
            ("où\tça", "où ça"),
            ("-5 degrés", "-5 degrés"),
            ("*important*", "*important*"),
            ("•", "•"),
            ("inclu\u{AD}sion numé\u{AD}rique", "inclusion numérique"),
            ("Ordre\u{A0}: deux\u{A0}\u{A0}\u{A0}points", "Ordre\u{A0}: deux points"),
            ("\u{A0}\u{A0}\u{A0}Retrait\tde  page  ", "Retrait de page"),
            ("a\u{0B}b\rc\u{2028}d", "a\nb\nc\nd"),
            ("a\u{0C}b\u{2029}c", "a\n\nb\n\nc"),
            ("\n\n a \n \n\t\n\n b\n\n", "a\n\nb"),
            ("👩\u{200D}💻 visio", "👩\u{200D}💻 visio"),
            ("", ""),
        ] {
            assert_eq!(pasted(raw), clean, "{raw:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_clean_stays(raw in "[a-o•\\-–*§ \u{A0}\u{202F}\t\n\r\u{0B}\u{0C}\u{AD}\u{200B}\u{2028}\u{2029}]{0,60}") {
            let once = pasted(&raw);
            prop_assert_eq!(pasted(&once), once.clone());
            let strange = ['\t', '\r', '\u{0B}', '\u{0C}', '\u{AD}', '\u{200B}', '\u{2028}'];
            prop_assert!(!once.contains(strange));
            prop_assert!(!once.contains("\n\n\n") && once == once.trim());
        }

        #[test]
        fn no_word_is_lost(raw in "[a-z \t\n\r•]{0,60}") {
            let letters = |text: &str| text.chars().filter(char::is_ascii_lowercase).collect::<String>();
            // « o » before a tab is a bullet of another font.
            prop_assume!(!raw.contains("o\t"));
            prop_assert_eq!(letters(&pasted(&raw)), letters(&raw));
        }
    }
}
