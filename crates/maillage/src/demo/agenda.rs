//! What waits for the agendas of the demonstration: written, proposed, sent from one body to another; templates. Always
//! fictitious, and loaded once the governances and their meetings are there.

use std::collections::HashMap;

use governance::Governance;
use governance::bodies::model::Body;
use governance::members::model::Member;
use kernel::{Error, Id, Provenance, Result};
use meetings::agenda::ItemDraft;
use meetings::agenda::model::Content;
use meetings::agenda::template::acts as templates;
use meetings::agenda::waiting::{acts, propose, send};
use meetings::model::{Item, Meeting};
use serde::Deserialize;
use store::{Tx, params};

use super::format::Placed;
use super::load::Loader;
use super::origin::Origin;

/// What waits in one governance.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgendaOf {
    /// The address of the governance.
    pub governance: Placed,
    /// Meetings from which something is sent; bodies are named by their address here.
    #[serde(default)]
    meeting: Vec<super::meetings::Meeting>,
    #[serde(default)]
    template: Vec<Template>,
    #[serde(default)]
    waiting: Vec<Waiting>,
    #[serde(default)]
    sent: Vec<Sent>,
}

/// How the meetings of a body usually go.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    body: Placed,
    item: Vec<Point>,
}

/// Something that waits for a body, written by those who animate it or proposed by a member.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Waiting {
    body: Placed,
    /// The beginning of the name of the member that proposes it.
    proposed_by: Option<Placed>,
    /// Why the proposal was refused; none: it waits for an answer.
    refused: Option<String>,
    #[serde(flatten)]
    point: Point,
}

/// An item of a meeting, sent to another body.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    /// The titles of the meeting and of its item.
    meeting: Placed,
    item: Placed,
    to: Placed,
    answer: Option<String>,
    #[serde(flatten)]
    point: Point,
}

#[derive(Debug, Deserialize)]
struct Point {
    title: String,
    kind: String,
    #[serde(default)]
    presenter: String,
    minutes: i64,
    #[serde(default)]
    description: String,
}

impl Point {
    fn draft(&self) -> ItemDraft {
        ItemDraft {
            title: self.title.clone(),
            kind: self.kind.clone(),
            presenter: self.presenter.clone(),
            minutes: self.minutes.to_string(),
            description: self.description.clone(),
        }
    }
}

pub(super) fn load(loader: &Loader<'_>, tx: &mut Tx<'_>, of: &AgendaOf, origin: &Origin) -> Result<()> {
    let slug = of.governance.get_ref();
    let head = governance::governances::store::head_by_slug(tx, slug)?;
    let head = head.ok_or_else(|| loader.refuse(of.governance.span(), format!("gouvernance inconnue : « {slug} »")))?;
    let known: HashMap<String, Id<Body>> =
        governance::bodies::store::list(tx, head.id)?.into_iter().map(|body| (body.slug, body.id)).collect();
    for meeting in &of.meeting {
        super::meetings::load(loader, tx, meeting, &known, origin)?;
    }
    for template in &of.template {
        let body = loader.known(&known, &template.body, "instance")?;
        let items: Result<Vec<Content>> = template.item.iter().map(|point| point.draft().parse()).collect();
        let items = loader.at(&template.body, items)?;
        loader.at(&template.body, templates::save(loader.ctx, tx, body, 0, &items))?;
    }
    for waiting in &of.waiting {
        let body = loader.known(&known, &waiting.body, "instance")?;
        let (draft, fictitious) = (waiting.point.draft(), Provenance::fictitious());
        let Some(place) = &waiting.proposed_by else {
            loader.at(&waiting.body, acts::write(loader.ctx, tx, body, &draft, &fictitious))?;
            continue;
        };
        let member = member(tx, head.id, place.get_ref())?;
        let member = member.ok_or_else(|| loader.refuse(place.span(), "membre inconnu"))?;
        let id = loader.at(place, propose::propose(loader.ctx, tx, body, member, &draft, None, &fictitious))?;
        if let Some(reason) = &waiting.refused {
            loader.at(place, propose::refuse(loader.ctx, tx, id, reason))?;
        }
    }
    for sent in &of.sent {
        let to = loader.known(&known, &sent.to, "instance")?;
        let source = source(tx, head.id, sent)?.ok_or_else(|| loader.refuse(sent.item.span(), "point inconnu"))?;
        let id = loader.at(&sent.item, send::send(loader.ctx, tx, source, to, &sent.point.draft()))?;
        if let Some(answer) = &sent.answer {
            loader.at(&sent.item, send::answer(loader.ctx, tx, id, answer, true))?;
        }
    }
    Ok(())
}

fn member(tx: &mut Tx<'_>, governance: Id<Governance>, beginning: &str) -> Result<Option<Id<Member>>> {
    let all = governance::members::store::list(tx, governance, &governance::members::store::Filter::default())?;
    Ok(all.into_iter().find(|one| one.name.starts_with(beginning)).map(|one| one.id))
}

fn source(tx: &mut Tx<'_>, governance: Id<Governance>, sent: &Sent) -> Result<Option<send::Source>> {
    let found: Result<(Id<Meeting>, Id<Item>)> = tx.get(
        "select m.id, i.id from meeting m join agenda_item i on i.meeting = m.id
         where m.governance = $1 and m.title = $2 and i.title = $3",
        params![governance, sent.meeting.get_ref(), sent.item.get_ref()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    );
    match found {
        Ok((meeting, item)) => Ok(Some(send::Source { meeting, item, outcome: None })),
        Err(Error::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}
