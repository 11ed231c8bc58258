//! Addresses that a cell may lead to.

/// The longest address that Excel accepts, in UTF-16 units.
const EXCEL_LIMIT: usize = 2_079;

/// An address with one of three schemes, `http`, `https` or `mailto`, ready for a document: no space, no character
/// that RFC 3986 refuses among ASCII ones. Accents stay as they are (RFC 3987).
#[derive(Debug, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// Reads what a person typed; nothing for other schemes, relative addresses and control characters.
    pub fn parse(href: &str) -> Option<Self> {
        let href = href.trim();
        let (scheme, rest) = href.split_once(':')?;
        let scheme = scheme.to_ascii_lowercase();
        let is_complete = match scheme.as_str() {
            "http" | "https" => rest.strip_prefix("//").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/')),
            "mailto" => !rest.is_empty(),
            _ => false,
        };
        if !is_complete || super::text::clean(rest) != rest || rest.contains(['\n', '\t']) {
            return None;
        }
        let mut address = format!("{scheme}:");
        let mut left = rest.chars();
        while let Some(c) = left.next() {
            let escaped = match c {
                '%' if escaped_byte(left.as_str()).is_none() => "%25",
                ' ' => "%20",
                '"' => "%22",
                '<' => "%3C",
                '>' => "%3E",
                '\\' => "%5C",
                '^' => "%5E",
                '`' => "%60",
                '{' => "%7B",
                '|' => "%7C",
                '}' => "%7D",
                _ => {
                    address.push(c);
                    continue;
                }
            };
            address.push_str(escaped);
        }
        Some(Self(address))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address as `rust_xlsxwriter` must be given it, or nothing when a workbook cannot hold it.
    ///
    /// The library (0.102) takes an address for unescaped unless it sees one of eleven escapes, and then escapes every
    /// `%` again: `/Loz%C3%A8re` would lead to `/Loz%25C3%25A8re`. Escaped accents are therefore given as letters;
    /// what remains (a lone `%2F`) is refused.
    pub fn for_xlsx(&self) -> Option<String> {
        const SEEN: [&str; 11] = ["%20", "%25", "%22", "%60", "%3c", "%3e", "%5b", "%5d", "%5e", "%7b", "%7d"];
        let address = unescape_letters(&self.0);
        let checked = match address.split_once('#') {
            Some((before, _)) if address.starts_with("http") => before,
            _ => &address,
        };
        let lower = checked.to_ascii_lowercase();
        let survives = !lower.contains('%') || SEEN.iter().any(|escape| lower.contains(escape));
        (survives && address.encode_utf16().count() <= EXCEL_LIMIT).then_some(address)
    }
}

/// The byte that two hexadecimal digits at the start of the text stand for.
fn escaped_byte(text: &str) -> Option<u8> {
    let digits = text.get(..2).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u8::from_str_radix(digits, 16).ok()
}

/// Turns the escapes of letters outside ASCII (`%C3%A8`) into these letters, and leaves the others.
fn unescape_letters(address: &str) -> String {
    let mut result = String::with_capacity(address.len());
    let mut rest = address;
    while let Some(c) = rest.chars().next() {
        let mut bytes = Vec::new();
        let mut after = rest;
        while let Some((byte, next)) = after.strip_prefix('%').and_then(|t| Some((escaped_byte(t)?, t.get(2..)?))) {
            if byte.is_ascii() {
                break;
            }
            bytes.push(byte);
            after = next;
        }
        match String::from_utf8(bytes) {
            Ok(letters) if !letters.is_empty() && letters.chars().all(char::is_alphanumeric) => {
                result.push_str(&letters);
                rest = after;
            }
            _ => {
                result.push(c);
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(href: &str) -> Option<String> {
        Address::parse(href).map(|address| address.0)
    }

    #[test]
    fn only_three_schemes_are_clickable() {
        for refused in
            ["javascript:alert(1)", "/a", "a", "", "http:", "http:///a", "mailto:", "file:///etc", "data:,", "//a.fr"]
        {
            assert_eq!(read(refused), None, "{refused}");
        }
        assert_eq!(read(" HTTPS://a.fr/É?b=1#c ").as_deref(), Some("https://a.fr/É?b=1#c"));
        assert_eq!(read("mailto:a@b.fr").as_deref(), Some("mailto:a@b.fr"));
        assert_eq!(read("http://a.fr/\0b"), None);
        assert_eq!(read("http://a.fr/a\nb"), None);
    }

    #[test]
    fn what_is_not_an_address_character_is_escaped_once() {
        assert_eq!(read("http://a.fr/a b\"<>%20%zz%").as_deref(), Some("http://a.fr/a%20b%22%3C%3E%20%25zz%25"));
    }

    #[test]
    fn xlsx_gets_what_it_does_not_escape_again() {
        let given = |href| Address::parse(href).unwrap().for_xlsx();
        assert_eq!(given("https://a.fr/Loz%C3%A8re").as_deref(), Some("https://a.fr/Lozère"));
        assert_eq!(given("https://a.fr/a%2Fb"), None);
        assert_eq!(given("https://a.fr/a#b%2Fc").as_deref(), Some("https://a.fr/a#b%2Fc"));
        assert_eq!(given("https://a.fr/a b%2Fc").as_deref(), Some("https://a.fr/a%20b%2Fc"));
        assert_eq!(given("https://a.fr/%C3").as_deref(), None);
        assert_eq!(given(&format!("https://a.fr/{}", "a".repeat(3_000))), None);
    }
}
