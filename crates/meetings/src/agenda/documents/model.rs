//! What a document is called, and who may read it. Pure.

use kernel::register::Digest;
use kernel::{Id, text};

use crate::model::Item;

/// Largest document, in bytes: 25 MB as any machine counts them.
pub const LARGEST: usize = 25 << 20;
/// More than anybody reads before a meeting.
pub const DOCUMENTS_MAX: i64 = 20;
/// Longest name, in characters.
pub const NAME_MAX: usize = 120;

/// A document of an item.
#[derive(Clone, Debug)]
pub struct Document {
    pub id: Id<Self>,
    pub item: Id<Item>,
    /// As it is shown.
    pub name: String,
    pub file: Digest,
    /// Bytes.
    pub size: i64,
    /// For those who are called.
    pub reserved: bool,
}

impl Document {
    /// « 1,2 Mo », « 340 Ko ».
    pub fn weight(&self) -> String {
        weight(self.size)
    }

    /// The name of the file that is downloaded: plain letters, for any machine.
    pub fn file_name(&self) -> String {
        let stem = text::slug(stem(&self.name));
        format!("{}.pdf", if stem.is_empty() { "document" } else { &stem })
    }
}

/// A number of bytes in words.
pub fn weight(bytes: i64) -> String {
    const KILO: i64 = 1_000;
    match bytes {
        ..KILO => format!("{bytes} octets"),
        KILO..1_000_000 => format!("{} Ko", bytes / KILO),
        _ => format!("{},{} Mo", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// The name without « .pdf ».
fn stem(name: &str) -> &str {
    let cut = name.len().saturating_sub(4);
    match name.get(cut..) {
        Some(end) if end.eq_ignore_ascii_case(".pdf") => name.get(..cut).unwrap_or(name),
        _ => name,
    }
}

/// The name of a file as somebody's machine sends it, as it is shown: without the folders before it, the characters that
/// nobody sees, « .pdf » at its end; cut when it is long. Nothing that is left: « Document ».
pub fn clean_name(raw: &str) -> String {
    let last = raw.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let invisible = |character: &char| {
        !character.is_control()
            && !matches!(character, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
    };
    let seen: String = last.chars().filter(invisible).collect();
    let words = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = stem(&words).trim_matches(['.', ' ']).chars().take(NAME_MAX).collect();
    let short = text::line(&short, NAME_MAX).unwrap_or_default();
    if short.is_empty() { "Document".to_owned() } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_loses_its_folders_and_what_nobody_sees() {
        for (raw, clean) in [
            ("Bilan 2026.pdf", "Bilan 2026"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\a\\Note de  cadrage.PDF", "Note de cadrage"),
            ("a/b/", "b"),
            ("note\u{202E}fdp.pdf", "notefdp"),
            ("\u{0}\u{7}..pdf", "Document"),
            (".pdf", "Document"),
            ("", "Document"),
            ("///", "Document"),
            ("budget.pdf.exe", "budget.pdf.exe"),
            ("été.pdf", "été"),
        ] {
            assert_eq!(clean_name(raw), clean, "{raw:?}");
        }
        let document = |name: &str| Document {
            id: Id::from_uuid(uuid::Uuid::nil()),
            item: Id::from_uuid(uuid::Uuid::nil()),
            name: name.into(),
            file: Digest([0; 32]),
            size: 0,
            reserved: false,
        };
        assert_eq!(document("Été à la Vallée").file_name(), "ete-a-la-vallee.pdf");
        assert_eq!(document("🏠").file_name(), "document.pdf");
        assert_eq!(
            (weight(12), weight(340_999), weight(1_250_000)),
            ("12 octets".into(), "340 Ko".into(), "1,2 Mo".into())
        );
    }

    proptest! {
        #[test]
        fn whatever_a_machine_calls_it_the_name_is_plain(raw in ".{0,300}") {
            let name = clean_name(&raw);
            prop_assert!(!name.is_empty() && name.chars().count() <= NAME_MAX);
            prop_assert!(!name.contains(['/', '\\']) && !name.chars().any(char::is_control));
            let document = Document { id: Id::from_uuid(uuid::Uuid::nil()), item: Id::from_uuid(uuid::Uuid::nil()), name, file: Digest([0; 32]), size: 1, reserved: true };
            prop_assert!(document.file_name().bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte)));
        }
    }
}
