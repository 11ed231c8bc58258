//! Calendar files (iCalendar, RFC 5545) from plain values. The libraries at hand bring a second date library with them;
//! what we write of the format is small: events in universal time, texts escaped, lines folded.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// How sure an event is (RFC 5545, 3.8.1.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Tentative,
    Confirmed,
    Cancelled,
}

impl Status {
    fn code(self) -> &'static str {
        match self {
            Self::Tentative => "TENTATIVE",
            Self::Confirmed => "CONFIRMED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Globally unique and the same in every later file: the subscription recognises a change by it.
    pub uid: String,
    /// Counted up by each change.
    pub sequence: i64,
    /// When this state was written.
    pub stamp: Timestamp,
    pub begins: Timestamp,
    pub ends: Timestamp,
    pub summary: String,
    pub description: String,
    pub location: String,
    pub url: String,
    pub status: Status,
}

/// A calendar with its name, as `text/calendar; charset=utf-8`.
pub fn write(name: &str, events: &[Event]) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: &str| fold(&mut out, &format!("{name}:{value}"));
    line("BEGIN", "VCALENDAR");
    line("VERSION", "2.0");
    line("PRODID", "-//Maillage//Maillage//FR");
    line("CALSCALE", "GREGORIAN");
    line("METHOD", "PUBLISH");
    line("X-WR-CALNAME", &escape(name));
    for event in events {
        line("BEGIN", "VEVENT");
        line("UID", &escape(&event.uid));
        line("SEQUENCE", &event.sequence.max(0).to_string());
        line("DTSTAMP", &utc(event.stamp));
        line("DTSTART", &utc(event.begins));
        line("DTEND", &utc(event.ends));
        line("SUMMARY", &escape(&event.summary));
        for (property, text) in [("DESCRIPTION", &event.description), ("LOCATION", &event.location)] {
            if !text.is_empty() {
                line(property, &escape(text));
            }
        }
        if !event.url.is_empty() {
            // An address is no text: it is not escaped, and ours holds no control character.
            line("URL", &event.url);
        }
        line("STATUS", event.status.code());
        line("END", "VEVENT");
    }
    line("END", "VCALENDAR");
    out
}

/// `20261203T130000Z`.
fn utc(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Backslash, comma, semicolon and line feed are escaped; other control characters cannot stand in a calendar.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ',' | ';' => {
                out.push('\\');
                out.push(character);
            }
            '\n' => out.push_str("\\n"),
            other if other.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

/// A line of at most 75 octets, continued by a space, never cut inside a character.
fn fold(out: &mut String, line: &str) {
    let mut width = 0;
    for character in line.chars() {
        if width + character.len_utf8() > 75 {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(character);
        width += character.len_utf8();
    }
    // Writing to a string cannot fail.
    let _ = out.write_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn event(summary: &str) -> Event {
        Event {
            uid: "reunion-1".to_owned(),
            sequence: 3,
            stamp: "2026-11-22T08:00:00Z".parse().unwrap(),
            begins: "2026-12-03T13:00:00Z".parse().unwrap(),
            ends: "2026-12-03T15:00:00Z".parse().unwrap(),
            summary: summary.to_owned(),
            description: "Ordre du jour :\n1. Accueil".to_owned(),
            location: "Salle 2, rue du Port".to_owned(),
            url: "https://maillage.example/reunions/1".to_owned(),
            status: Status::Confirmed,
        }
    }

    /// Unfolds and reads back, as a strict reader does.
    fn read(text: &str) -> Vec<(String, String)> {
        assert!(text.ends_with("\r\n"));
        for line in text.split_terminator("\r\n") {
            assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
        }
        let unfolded = text.replace("\r\n ", "");
        let lines = unfolded.split_terminator("\r\n");
        lines
            .map(|line| line.split_once(':').map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap())
            .collect()
    }

    fn unescape(text: &str) -> String {
        let mut out = String::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match (character, character == '\\') {
                (_, true) => match characters.next().unwrap() {
                    'n' => out.push('\n'),
                    other => out.push(other),
                },
                (other, false) => out.push(other),
            }
        }
        out
    }

    #[test]
    fn an_event_is_written_as_the_standard_says() {
        let lines = read(&write("Réunions; essai", &[event("COPIL, suite")]));
        let value = |name: &str| lines.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        assert_eq!(value("DTSTART"), Some("20261203T130000Z"));
        assert_eq!(value("SUMMARY"), Some("COPIL\\, suite"));
        assert_eq!(value("X-WR-CALNAME"), Some("Réunions\\; essai"));
        assert_eq!(value("DESCRIPTION"), Some("Ordre du jour :\\n1. Accueil"));
        assert_eq!(value("STATUS"), Some("CONFIRMED"));
    }

    #[test]
    fn each_event_has_its_own_status_and_a_title_cannot_pretend_another() {
        let of = |status, summary| Event { status, ..event(summary) };
        let events = [
            of(Status::Confirmed, "Un"),
            of(Status::Tentative, "x\r\nBEGIN:VEVENT\r\nSTATUS:CONFIRMED\r\n"),
            of(Status::Cancelled, "Trois"),
        ];
        let lines = read(&write("Essai", &events));
        let values = |name: &str| -> Vec<String> {
            lines.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
        };
        assert_eq!(values("STATUS"), ["CONFIRMED", "TENTATIVE", "CANCELLED"]);
        assert_eq!(values("SUMMARY").len(), 3);
    }

    proptest! {
        #[test]
        fn any_title_reads_back(summary in "\\PC{0,300}") {
            let lines = read(&write("x", &[event(&summary)]));
            let (_, found) = lines.iter().find(|(name, _)| name == "SUMMARY").unwrap();
            prop_assert_eq!(unescape(found), summary);
        }
    }
}
