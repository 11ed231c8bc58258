//! Decisions of the demonstration: on items of meetings that were held, or in writing; always fictitious.

use std::collections::HashMap;

use governance::Governance;
use governance::bodies::model::Body;
use kernel::time::DAY;
use kernel::{Context, FixedClock, Id, PartialDate, Provenance, Result};
use meetings::decisions::acts::{self, Consensus, NewEffect, Progress};
use meetings::decisions::model::{Decision, Draft, Number};
use meetings::model::{Item, MeetingState};
use serde::Deserialize;
use store::{Tx, params};

use super::format::Placed;
use super::load::Loader;

/// What one governance has decided, in the order in which it did.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionsOf {
    /// The address of the governance.
    pub governance: Placed,
    decision: Vec<Decided>,
}

/// A decision. The day is that of its meeting, or so many days after (with a negative number, before) the one on which the
/// demonstration is made.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Decided {
    /// By which later decisions of this governance name it.
    key: Option<String>,
    body: Placed,
    title: Placed,
    text: String,
    /// The titles of a meeting and of one of its items.
    meeting: Option<Placed>,
    item: Option<Placed>,
    arising: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    amends: Vec<Placed>,
    #[serde(default)]
    repeals: Vec<Placed>,
    /// Of one that was taken in writing.
    in_days: Option<i64>,
    /// How the consensus was seen; none: it is a draft.
    consensus: Option<String>,
    #[serde(default)]
    nothing_to_execute: bool,
    #[serde(default)]
    responsible: String,
    /// Days from the one on which the demonstration is made.
    due_in_days: Option<i64>,
    review_in_days: Option<i64>,
    #[serde(default)]
    effect: Vec<Effect>,
    #[serde(default)]
    step: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Effect {
    kind: Placed,
    /// The beginning of the name of a member; else what the effect expects.
    member: Option<Placed>,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    note: String,
    due_in_days: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    state: String,
    #[serde(default)]
    note: String,
    in_days: i64,
}

/// A day as a form sends it, so many days from now.
fn day(ctx: &Context<'_>, in_days: i64) -> String {
    let day = ctx.now().plus(in_days.saturating_mul(DAY)).day();
    format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())
}

fn some_day(ctx: &Context<'_>, in_days: Option<i64>) -> String {
    in_days.map(|days| day(ctx, days)).unwrap_or_default()
}

pub(super) fn load(loader: &Loader<'_>, tx: &mut Tx<'_>, of: &DecisionsOf) -> Result<()> {
    let slug = of.governance.get_ref();
    let head = governance::governances::store::head_by_slug(tx, slug)?;
    let head = head.ok_or_else(|| loader.refuse(of.governance.span(), format!("gouvernance inconnue : « {slug} »")))?;
    let known: HashMap<String, Id<Body>> =
        governance::bodies::store::list(tx, head.id)?.into_iter().map(|body| (body.slug, body.id)).collect();
    let mut numbers: HashMap<String, Number> = HashMap::new();
    for one in &of.decision {
        let id = decide(loader, tx, head.id, &known, &numbers, one)?;
        let number = meetings::decisions::store::find(tx, id)?.number;
        if let (Some(key), Some(number)) = (&one.key, number) {
            numbers.insert(key.clone(), number);
        }
    }
    Ok(())
}

fn decide(
    loader: &Loader<'_>,
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    bodies: &HashMap<String, Id<Body>>,
    numbers: &HashMap<String, Number>,
    one: &Decided,
) -> Result<Id<Decision>> {
    let (ctx, place) = (loader.ctx, &one.title);
    let body = loader.known(bodies, &one.body, "instance")?;
    let named = |all: &[Placed]| -> Result<String> {
        let named = |key| loader.known(numbers, key, "décision").map(|number: Number| number.to_string());
        Ok(all.iter().map(named).collect::<Result<Vec<_>>>()?.join(", "))
    };
    let item = match (&one.meeting, &one.item) {
        (Some(meeting), Some(item)) => {
            let found = item_of(tx, governance, meeting.get_ref(), item.get_ref())?;
            Some(found.ok_or_else(|| loader.refuse(item.span(), "point inconnu"))?)
        }
        _ => None,
    };
    // It was written on the day on which it was taken, or now.
    let taken = match (item, one.in_days) {
        (Some(item), None) => {
            let meeting = meetings::store::meeting_of(tx, item)?;
            let meeting = meetings::store::find(tx, meeting)?;
            let held = matches!(meeting.state, MeetingState::Open | MeetingState::Closed);
            held.then(|| meeting.starts_at.min(ctx.now()))
        }
        (_, in_days) => in_days.map(|days| ctx.now().plus(days.saturating_mul(DAY))),
    };
    let clock = FixedClock::at(taken.unwrap_or(ctx.now()));
    let then = Context::new(ctx.who(), &clock, ctx.randomness());
    let draft = Draft {
        title: one.title.get_ref().clone(),
        text: one.text.clone(),
        arising: one.arising.clone(),
        arising_note: one.note.clone(),
        item: item.map(|item| item.to_string()).unwrap_or_default(),
        amends: named(&one.amends)?,
        repeals: named(&one.repeals)?,
        to_execute: !one.nothing_to_execute,
        responsible: one.responsible.clone(),
        due_on: some_day(ctx, one.due_in_days),
        review_on: some_day(ctx, one.review_in_days),
    };
    let id = loader.at(place, acts::write(&then, tx, body, &draft, &Provenance::fictitious()))?;
    for effect in &one.effect {
        let subject = match &effect.member {
            None => effect.subject.clone(),
            Some(name) => {
                let all = governance::members::store::list(tx, governance, &Default::default())?;
                let found = all.into_iter().find(|member| member.name.starts_with(name.get_ref().as_str()));
                let id = found.ok_or_else(|| loader.refuse(name.span(), "membre inconnu"))?.id.to_string();
                // A task names who does it, the other effects the member itself.
                if effect.kind.get_ref() == "task.give" { format!("membre:{id}") } else { id }
            }
        };
        let new = NewEffect {
            kind: effect.kind.get_ref().clone(),
            subject,
            note: effect.note.clone(),
            due_on: some_day(ctx, effect.due_in_days),
        };
        loader.at(&effect.kind, acts::plan_effect(&then, tx, id, &new))?;
    }
    let Some(sentence) = &one.consensus else { return Ok(id) };
    let on = PartialDate::of_day(then.now().day());
    let consensus = Consensus {
        manner: if item.is_some() && one.in_days.is_none() { "meeting" } else { "written" }.to_owned(),
        on: on.to_string(),
        sentence: sentence.clone(),
    };
    let version = meetings::decisions::store::find(tx, id)?.version;
    loader.at(place, acts::adopt(&then, tx, id, version, &consensus))?;
    for step in &one.step {
        let version = meetings::decisions::store::find(tx, id)?.version;
        let clock = FixedClock::at(ctx.now().plus(step.in_days.saturating_mul(DAY)));
        let then = Context::new(ctx.who(), &clock, ctx.randomness());
        let progress = Progress {
            state: step.state.clone(),
            note: step.note.clone(),
            on: String::new(),
            due_on: some_day(ctx, one.due_in_days),
            responsible: None,
        };
        loader.at(place, acts::execute(&then, tx, id, version, &progress))?;
    }
    Ok(id)
}

fn item_of(tx: &mut Tx<'_>, governance: Id<Governance>, meeting: &str, item: &str) -> Result<Option<Id<Item>>> {
    tx.find(
        "select i.id from meeting m join agenda_item i on i.meeting = m.id
         where m.governance = $1 and m.title = $2 and i.title = $3 order by m.starts_at desc limit 1",
        params![governance, meeting, item],
        |row| row.get(0),
    )
}
