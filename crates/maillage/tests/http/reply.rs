//! What came back, and what a person reads of it.

use axum::http::{HeaderMap, StatusCode};

/// What came back.
pub struct Reply {
    pub path: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The text that a person reads, without tags, spaces folded.
    pub fn words(&self) -> String {
        // The strip « Démonstration » stands on every page: it says nothing of this one.
        let html = self.text();
        let (before, strip) = html.split_once("<section class=\"fr-notice").unwrap_or((html.as_str(), ""));
        let after = strip.split_once("</section>").map_or("", |(_, after)| after);
        let mut out = String::new();
        let mut inside = false;
        for character in before.chars().chain(after.chars()) {
            match character {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    out.push(' ');
                }
                other if !inside => out.push(other),
                _ => {}
            }
        }
        let out = out
            .replace("&nbsp;", " ")
            .replace("&#38;", "&")
            .replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&quot;", "\"")
            .replace("&amp;", "&")
            .replace("&lt;", "<");
        out.split_whitespace().collect::<Vec<_>>().join(" ").replace('’', "'")
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.path, self.words());
        self
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        self.is(200)
    }

    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        let wanted = text.replace('’', "'");
        assert!(self.words().contains(&wanted), "{} does not say « {text} »: {}", self.path, self.words());
        self
    }

    /// What was typed is still in its field.
    #[track_caller]
    pub fn keeps(self, typed: &str) -> Self {
        assert!(self.text().contains(&format!("value=\"{typed}\"")), "{} does not keep « {typed} »", self.path);
        self
    }

    #[track_caller]
    pub fn never_says(self, text: &str) -> Self {
        assert!(!self.words().contains(&text.replace('’', "'")), "{} says « {text} »", self.path);
        self
    }

    /// True when an element `tag` holds exactly this text.
    #[track_caller]
    pub fn has(self, tag: &str, text: &str) -> Self {
        let html = self.text();
        let found = html.split(&format!("<{tag}")).skip(1).any(|rest| {
            let inner = rest.split_once('>').map(|(_, inner)| inner).unwrap_or_default();
            inner.split(&format!("</{tag}>")).next().is_some_and(|inner| inner.trim() == text)
        });
        assert!(found, "{} has no <{tag}> « {text} »", self.path);
        self
    }

    #[track_caller]
    pub fn leads_to(self, location: &str) -> Self {
        assert_eq!(self.headers.get("location").and_then(|value| value.to_str().ok()), Some(location), "{}", self.path);
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Addresses of links of this site.
    pub fn links(&self) -> Vec<String> {
        let html = self.text();
        html.split("href=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .filter(|href| href.starts_with('/'))
            .map(|href| href.replace("&#38;", "&").replace("&amp;", "&"))
            .collect()
    }
}
