//! The life of minutes, corrections, and what their public version does not show. Pure.

use kernel::{Id, PartialDate, Timestamp, coded};

use crate::model::{Item, Participant};
use crate::practice::{Approval, Practice};

coded! {
    pub enum MinutesState {
        Draft = "draft", "Brouillon";
        /// Sent to those who were called, who may ask for corrections.
        Circulated = "circulated", "En relecture";
        Approved = "approved", "Approuvé";
        Published = "published", "Publié";
    }
}

impl MinutesState {
    pub fn badge(self) -> &'static str {
        match self {
            Self::Draft => "preparation",
            Self::Circulated => "wait",
            Self::Approved => "info",
            Self::Published => "success",
        }
    }

    /// True as long as notes and outcomes may be corrected.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Circulated)
    }
}

/// The minutes of a meeting.
#[derive(Clone, Debug)]
pub struct Minutes {
    pub state: MinutesState,
    pub circulated_at: Option<Timestamp>,
    /// The last day on which a correction may be asked for, where silence approves.
    pub silence_until: Option<PartialDate>,
    pub approved_on: Option<PartialDate>,
    pub approval: String,
    pub published_at: Option<Timestamp>,
    pub version: i64,
}

impl Minutes {
    pub fn is_public(&self) -> bool {
        self.state == MinutesState::Published
    }
}

/// How the minutes of a meeting of several bodies become final: by the strictest of their rules. A body that wants its next
/// meeting to approve is heard before those for which silence is enough; the longest silence counts.
pub fn approval_rule(practices: &[Practice]) -> (Approval, i64) {
    let silent = !practices.is_empty() && practices.iter().all(|one| one.approval == Approval::Silence);
    let days = practices.iter().map(|one| one.silence_days).max().unwrap_or(15);
    (if silent { Approval::Silence } else { Approval::NextMeeting }, days)
}

coded! {
    pub enum CorrectionState {
        Asked = "asked", "À examiner";
        Accepted = "accepted", "Retenue";
        Refused = "refused", "Non retenue";
    }
}

impl CorrectionState {
    pub fn badge(self) -> &'static str {
        match self {
            Self::Asked => "wait",
            Self::Accepted => "success",
            Self::Refused => "closed",
        }
    }
}

/// What a member asks to have corrected.
#[derive(Clone, Debug)]
pub struct Correction {
    pub id: Id<Self>,
    pub item: Option<Id<Item>>,
    pub name: String,
    pub text: String,
    pub state: CorrectionState,
    pub reason: String,
    pub asked_at: Timestamp,
}

coded! {
    /// Why something is not published (source: code des relations entre le public et l'administration, articles L311-2,
    /// L311-5 and L311-6).
    pub enum Ground {
        Privacy = "privacy", "vie privée d'une personne";
        Secrecy = "secrecy", "secret des affaires ou secret protégé par la loi";
        Security = "security", "sécurité des personnes ou des systèmes d'information";
        Pending = "pending", "décision en cours de préparation";
        Other = "other", "autre motif";
    }
}

/// What the public version does not show.
#[derive(Clone, Debug)]
pub struct Redaction {
    pub id: Id<Self>,
    pub item: Id<Item>,
    /// The words that are hidden; empty: everything that was noted on the item.
    pub passage: String,
    pub ground: Ground,
    pub reason: String,
}

impl Redaction {
    /// « [passage non publié : vie privée d'une personne] ».
    pub fn mark(&self) -> String {
        let what = if self.passage.is_empty() { "notes non publiées" } else { "passage non publié" };
        format!("[{what} : {}]", self.ground)
    }
}

/// Where the words of `passage` stand in `text`, one after another, whatever the white space between them: byte ranges.
pub fn find(text: &str, passage: &str) -> Vec<std::ops::Range<usize>> {
    let words: Vec<&str> = passage.split_whitespace().collect();
    let mut found = Vec::new();
    let Some(first) = words.first() else { return found };
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(first)) {
        let begin = from + at;
        match follow(text, begin, &words) {
            Some(end) => {
                found.push(begin..end);
                from = end;
            }
            None => {
                from =
                    text.get(begin..).and_then(|rest| rest.chars().next()).map_or(text.len(), |c| begin + c.len_utf8())
            }
        }
    }
    found
}

/// The end of `words` when they stand in `text` from `begin` on.
fn follow(text: &str, begin: usize, words: &[&str]) -> Option<usize> {
    let mut at = begin;
    for (rank, word) in words.iter().enumerate() {
        if rank > 0 {
            let rest = text.get(at..)?;
            let next = rest.trim_start();
            if next.len() == rest.len() {
                return None;
            }
            at += rest.len() - next.len();
        }
        if !text.get(at..)?.starts_with(word) {
            return None;
        }
        at += word.len();
    }
    Some(at)
}

/// `text` as everybody reads it: each hidden passage gives way to its mark.
pub fn public(text: &str, redactions: &[&Redaction]) -> String {
    if let Some(whole) = redactions.iter().find(|one| one.passage.is_empty()) {
        return if text.is_empty() { String::new() } else { whole.mark() };
    }
    let mut hidden: Vec<(std::ops::Range<usize>, &Redaction)> =
        redactions.iter().flat_map(|one| find(text, &one.passage).into_iter().map(|range| (range, *one))).collect();
    hidden.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for (range, redaction) in hidden {
        // What overlaps a hidden passage is hidden with it, under the first mark.
        if range.start >= at {
            out.push_str(text.get(at..range.start).unwrap_or_default());
            out.push_str(&redaction.mark());
        }
        at = at.max(range.end);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// The items as everybody reads them.
pub fn public_items(items: Vec<Item>, redactions: &[Redaction]) -> Vec<Item> {
    items
        .into_iter()
        .map(|mut item| {
            let own: Vec<&Redaction> = redactions.iter().filter(|one| one.item == item.id).collect();
            if own.is_empty() {
                return item;
            }
            item.notes = public(&item.notes, &own);
            for outcome in &mut item.outcomes {
                outcome.text = public(&outcome.text, &own);
                outcome.responsible = public(&outcome.responsible, &own);
            }
            item
        })
        .collect()
}

/// Those who were called, by what the minutes say of them.
#[derive(Clone, Debug, Default)]
pub struct Attendance<'a> {
    pub there: Vec<&'a Participant>,
    pub represented: Vec<(&'a Participant, &'a str)>,
    pub left: Vec<(&'a Participant, Timestamp)>,
    pub absent: Vec<&'a Participant>,
}

impl<'a> Attendance<'a> {
    pub fn of(everyone: &'a [Participant]) -> Self {
        use crate::model::Presence;
        let mut told = Self::default();
        for one in everyone {
            match (one.presence, one.left_at) {
                (Presence::Principal | Presence::Deputy, _) => told.there.push(one),
                (Presence::Proxy, _) => {
                    let holder = everyone.iter().find(|other| Some(other.id) == one.proxy);
                    told.represented.push((one, holder.map_or("", |holder| holder.name.as_str())));
                }
                // Who was there for a part of the session is not absent.
                (Presence::Absent | Presence::Unknown, Some(at)) => told.left.push((one, at)),
                (Presence::Absent | Presence::Unknown, None) => told.absent.push(one),
            }
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn hidden(passage: &str) -> Redaction {
        Redaction {
            id: Id::from_uuid(Uuid::from_u128(1)),
            item: Id::from_uuid(Uuid::from_u128(2)),
            passage: passage.to_owned(),
            ground: Ground::Privacy,
            reason: String::new(),
        }
    }

    #[test]
    fn a_passage_is_hidden_whatever_its_line_breaks() {
        let text = "Madame Exemple\nhabite rue des Fleurs. Madame  Exemple viendra.";
        let one = hidden("Madame Exemple");
        let mark = "[passage non publié : vie privée d'une personne]";
        assert_eq!(public(text, &[&one]), format!("{mark}\nhabite rue des Fleurs. {mark} viendra."));
        assert_eq!(public(text, &[&hidden("rue des Roses")]), text);
        assert_eq!(public(text, &[&hidden("")]), "[notes non publiées : vie privée d'une personne]");
        assert_eq!(public("", &[&hidden("")]), "");
        // Passages that overlap are hidden together.
        let (a, b) = (hidden("habite rue"), hidden("rue des Fleurs"));
        assert_eq!(public(text, &[&a, &b]), format!("Madame Exemple\n{mark}. Madame  Exemple viendra."));
    }

    #[test]
    fn the_strictest_rule_approves() {
        let silent = |days| Practice { approval: Approval::Silence, silence_days: days, ..Practice::default() };
        assert_eq!(approval_rule(&[silent(10), silent(20)]), (Approval::Silence, 20));
        assert_eq!(approval_rule(&[silent(10), Practice::default()]).0, Approval::NextMeeting);
        assert_eq!(approval_rule(&[]).0, Approval::NextMeeting);
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left(text in "[abé \n]{0,60}", passage in "[abé]{1,3}( [abé]{1,3})?") {
            let shown = public(&text, &[&hidden(&passage)]);
            let rest = shown.replace(&hidden(&passage).mark(), "\u{0}");
            prop_assert!(find(&rest, &passage).is_empty(), "{rest:?}");
            if find(&text, &passage).is_empty() {
                prop_assert_eq!(shown, text);
            }
        }
    }
}
