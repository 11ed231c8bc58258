//! The query of an address: read leniently, never a failure.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Left readable in an address.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Percent-encodes a value for a query or a path segment.
pub fn encode(value: &str) -> String {
    utf8_percent_encode(value, KEPT).to_string()
}

/// The parameters of a query, in their order. Bytes that are not UTF-8 become the replacement character.
#[derive(Clone, Debug, Default)]
pub struct Params(Vec<(String, String)>);

/// Longer values are cut: no filter is that long, and they come back in the page.
const LONGEST: usize = 2_000;
/// Fields of one form: a table of members with some boxes each.
const MOST_FIELDS: usize = 5_000;

impl Params {
    pub fn parse(query: &str) -> Self {
        let cut = |text: std::borrow::Cow<'_, str>| text.chars().filter(|c| *c != '\0').take(LONGEST).collect();
        Self(form_urlencoded::parse(query.as_bytes()).take(50).map(|(key, value)| (cut(key), cut(value))).collect())
    }

    /// The fields of a form: texts stay whole, NUL characters are left out.
    pub fn of_form(body: &[u8]) -> Self {
        Self::of_pairs(form_urlencoded::parse(body).into_owned())
    }

    /// What a form shows before anybody has typed: its fields as they stand.
    pub fn of<const N: usize>(fields: [(&str, String); N]) -> Self {
        Self::of_pairs(fields.map(|(name, value)| (name.to_owned(), value)))
    }

    pub(crate) fn of_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let clean = |text: String| if text.contains('\0') { text.replace('\0', "") } else { text };
        Self(pairs.into_iter().take(MOST_FIELDS).map(|(key, value)| (clean(key), clean(value))).collect())
    }

    /// The first value of `key` as it came; empty when it is absent.
    pub fn whole(&self, key: &str) -> String {
        self.typed(key).to_owned()
    }

    /// What was typed in a field, as it was typed; empty when it is absent.
    pub fn typed(&self, key: &str) -> &str {
        self.0.iter().find(|(name, _)| name == key).map_or("", |(_, value)| value.as_str())
    }

    /// Every value of `key` that is not empty: boxes that were ticked, lines of a list.
    pub fn all(&self, key: &str) -> Vec<&str> {
        let values = self.0.iter().filter(|(name, _)| name == key).map(|(_, value)| value.trim());
        values.filter(|value| !value.is_empty()).collect()
    }

    /// True when the form has this field, even with nothing in it.
    pub fn has(&self, key: &str) -> bool {
        self.0.iter().any(|(name, _)| name == key)
    }

    /// True when a box was ticked.
    pub fn ticked(&self, key: &str) -> bool {
        self.one(key).is_some()
    }

    /// The first value of `key`, trimmed; `None` when it is absent or empty.
    pub fn one(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// Every key with a value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.trim())).filter(|(_, value)| !value.is_empty())
    }

    /// The query with `key` set to `value` (or removed) and the others kept, without `?`; empty when nothing remains.
    pub fn with(&self, key: &str, value: Option<&str>) -> String {
        let kept = self.iter().filter(|(name, _)| *name != key);
        kept.chain(value.map(|value| (key, value)))
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect::<Vec<_>>()
            .join("&")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_and_written_back() {
        let params = Params::parse("etat=installee&q=Saint-%C3%89tienne+x&vide=&q=2");
        assert_eq!(params.one("q"), Some("Saint-Étienne x"));
        assert_eq!(params.one("vide"), None);
        assert_eq!(params.with("etat", None), "q=Saint-%C3%89tienne%20x&q=2");
        assert_eq!(Params::parse("").with("apres", Some("a&b")), "apres=a%26b");
    }

    #[test]
    fn broken_bytes_and_nul_do_no_harm() {
        let params = Params::parse("q=%FF%00a&%=1&&=&a");
        assert_eq!(params.one("q"), Some("\u{FFFD}a"));
    }
}
