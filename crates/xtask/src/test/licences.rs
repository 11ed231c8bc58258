//! Whether the expression of a licence (SPDX) can be fulfilled with the licences that the project accepts.

/// Permissive licences, and those of data and fonts.
const ACCEPTED: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "OFL-1.1",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// False too for an expression that cannot be read.
pub fn accepted(expression: &str) -> bool {
    // Old manifests write « MIT/Apache-2.0 » for « or ».
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words };
    reader.either() == Some(true) && reader.words.is_empty()
}

/// Reads from the left; each method takes what it understands.
struct Reader<'a> {
    words: &'a [&'a str],
}

impl<'a> Reader<'a> {
    fn take(&mut self) -> Option<&'a str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn takes(&mut self, word: &str) -> bool {
        let next = self.words.first() == Some(&word);
        if next {
            self.take();
        }
        next
    }

    fn either(&mut self) -> Option<bool> {
        let mut fulfilled = self.both()?;
        while self.takes("OR") {
            fulfilled |= self.both()?;
        }
        Some(fulfilled)
    }

    fn both(&mut self) -> Option<bool> {
        let mut fulfilled = self.one()?;
        while self.takes("AND") {
            fulfilled &= self.one()?;
        }
        Some(fulfilled)
    }

    fn one(&mut self) -> Option<bool> {
        if self.takes("(") {
            let inside = self.either()?;
            return self.takes(")").then_some(inside);
        }
        let licence = self.take()?;
        let whole = if self.takes("WITH") { format!("{licence} WITH {}", self.take()?) } else { licence.to_owned() };
        Some(ACCEPTED.contains(&whole.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::accepted;

    #[test]
    fn expressions_are_read_with_their_precedence() {
        for good in [
            "MIT",
            "MIT/GPL-3.0",
            "GPL-3.0 OR MIT",
            "(MIT OR GPL-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(accepted(good), "{good}");
        }
        for bad in ["", "GPL-3.0", "MIT AND GPL-3.0", "MIT OR", "(MIT", "MIT)", "MIT AND (GPL-3.0 OR AGPL-3.0)"] {
            assert!(!accepted(bad), "{bad}");
        }
    }
}
