//! What is told of an item beside what it holds: where it comes from, its earlier meetings, its documents, what became of it
//! elsewhere.

use std::collections::HashMap;

use askama::Template;
use askama::filters::HtmlSafe;
use governance::bodies::model::Body;
use kernel::{Id, Result, Who};
use store::Tx;

use super::documents::{self, model::Document};
use super::waiting::model::{Brief, WaitingItem};
use super::waiting::store as waiting;
use crate::ballots;
use crate::model::{Item, MeetingState};
use crate::planning::{Known, may_manage, speaks_for};
use crate::{store as reads, url};

/// What one reader may know of an item beside what it holds.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "agenda/more.html")]
pub(crate) struct More {
    pub documents: Vec<Document>,
    /// What it was while it waited for this agenda.
    came: Option<WaitingItem>,
    /// What was sent from it to other bodies.
    left: Vec<WaitingItem>,
    /// What was, or is, voted on it.
    pub ballots: Vec<ballots::Told>,
    /// Where a vote is prepared on it: the name of the body, the address.
    prepare: Vec<(String, String)>,
    /// The title of the item.
    title: String,
    /// The page of the meeting.
    page: String,
    /// Added to the address of a document that is reserved: the key of whoever reads without an account.
    key: String,
}

// Its template escapes what it writes.
impl HtmlSafe for More {}

impl More {
    fn proposer(&self) -> Option<&str> {
        self.came.as_ref().map(|came| came.proposer_name.as_str()).filter(|name| !name.is_empty())
    }

    fn past(&self) -> &[Brief] {
        self.came.as_ref().map(|came| came.past.as_slice()).unwrap_or_default()
    }

    fn address(&self, document: &Document) -> String {
        let address = format!("{}/documents/{}", self.page, document.id);
        if document.reserved && !self.key.is_empty() { format!("{address}?cle={}", self.key) } else { address }
    }

    /// Each document with its label and address, for pages that list them otherwise.
    pub fn links(&self) -> Vec<(String, String)> {
        let label = |one: &Document| (format!("{} (PDF, {})", one.name, one.weight()), self.address(one));
        self.documents.iter().map(label).collect()
    }
}

/// Who reads: those who prepare the meeting read all, those who are called also what is reserved for them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reader {
    pub manages: bool,
    pub called: bool,
    /// The key of the link by which somebody reads without an account.
    pub key: String,
}

impl Reader {
    pub fn of(tx: &mut Tx<'_>, known: &Known, who: &Who) -> Result<Self> {
        let manages = may_manage(who, &known.head, &known.bodies);
        let everyone = reads::participants(tx, known.meeting.id)?;
        let called = !speaks_for(who, known.head.id, &everyone).is_empty();
        Ok(Self { manages, called, key: String::new() })
    }
}

/// What a reader may know of each item of a meeting, in a few queries and some for each ballot.
pub(crate) fn load(tx: &mut Tx<'_>, known: &Known, reader: &Reader) -> Result<HashMap<Id<Item>, More>> {
    let mut all: HashMap<Id<Item>, More> = HashMap::new();
    let new = || More { page: known.page(), key: reader.key.clone(), ..More::default() };
    for document in documents::store::of_meeting(tx, known.meeting.id)? {
        if !document.reserved || reader.called || reader.manages {
            all.entry(document.item).or_insert_with(new).documents.push(document);
        }
    }
    let (came, left) = waiting::of_meeting(tx, known.meeting.id)?;
    for mut one in came {
        let Some((item, _)) = one.planned.clone() else { continue };
        if !reader.manages {
            one.past.retain(Brief::is_public);
            one.sent = one.sent.filter(super::waiting::model::Sent::is_public);
        }
        all.entry(item).or_insert_with(new).came = Some(one);
    }
    for (item, one) in left {
        let public = one.sent.as_ref().is_some_and(super::waiting::model::Sent::is_public);
        if reader.manages || public {
            all.entry(item).or_insert_with(new).left.push(one);
        }
    }
    if reader.manages && !matches!(known.meeting.state, MeetingState::Closed | MeetingState::Cancelled) {
        for item in reads::agenda(tx, known.meeting.id)? {
            let way = |body: &Body| (body.name.clone(), url::new_ballot(&known.head.slug, &body.slug, item.id));
            let more = all.entry(item.id).or_insert_with(new);
            more.prepare = known.bodies.iter().map(way).collect();
            more.title = item.title;
        }
    }
    for (item, told) in ballots::of_meeting(tx, &known.head.slug, known.meeting.id, reader.manages)? {
        all.entry(item).or_insert_with(new).ballots.push(told);
    }
    Ok(all)
}
