//! Meetings of the demonstration: some held, with their minutes, some to come.

use std::collections::HashMap;

use governance::bodies::model::Body;
use kernel::time::{DAY, MINUTE};
use kernel::zone::Zone;
use kernel::{Context, FixedClock, Id, Result};
use meetings::conduct::{self, Entry, NewOutcome};
use meetings::minutes;
use meetings::model::{Participant, Presence};
use meetings::planning::acts::{Draft, plan};
use meetings::planning::agenda::{ItemDraft, add};
use meetings::planning::convocation::{self, Site, Urgency};
use meetings::store as reads;
use serde::Deserialize;
use store::Tx;

use super::format::Placed;
use super::load::Loader;
use super::origin::Origin;
use super::{elections, votes};

/// A meeting, so many days after (or, with a negative number, before) the day on which the demonstration is made.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meeting {
    /// Of an earlier file: the address of its governance.
    pub governance: Option<Placed>,
    pub title: Placed,
    pub bodies: Vec<Placed>,
    pub format: String,
    pub in_days: i64,
    pub hour: String,
    pub minutes: i64,
    #[serde(default)]
    pub place: String,
    #[serde(default)]
    pub video: String,
    #[serde(default)]
    pub presentation: String,
    #[serde(default)]
    pub convened: bool,
    /// It is being held: it began some minutes ago.
    #[serde(default)]
    pub now: bool,
    #[serde(default)]
    pub item: Vec<Item>,
    pub held: Option<Held>,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub fictitious: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    pub title: String,
    pub kind: String,
    #[serde(default)]
    pub presenter: String,
    pub minutes: i64,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub notes: String,
    #[serde(default)]
    pub outcome: Vec<Outcome>,
    #[serde(default)]
    pub vote: Vec<votes::Vote>,
    #[serde(default)]
    pub election: Vec<elections::Election>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    pub kind: String,
    pub text: String,
    #[serde(default)]
    pub responsible: String,
    /// Days after the meeting.
    pub due_in_days: Option<i64>,
}

/// How it went: everybody was there, but those named here (by a part of their name).
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    #[serde(default)]
    pub absent: Vec<String>,
    /// Who gave a proxy to whom.
    #[serde(default)]
    pub proxy: std::collections::BTreeMap<String, String>,
    /// Its minutes are being read again.
    #[serde(default)]
    pub circulated: bool,
    /// How the minutes were approved; none: they are not yet.
    pub approval: Option<String>,
    #[serde(default)]
    pub approved_after_days: i64,
}

/// Plans, convenes and holds a meeting as the file says. What was held is told at its own hour.
pub(super) fn load(
    loader: &Loader<'_>,
    tx: &mut Tx<'_>,
    item: &Meeting,
    bodies: &HashMap<String, Id<Body>>,
    origin: &Origin,
) -> Result<()> {
    let (ctx, place) = (loader.ctx, &item.title);
    let after = |days: i64| ctx.now().plus(item.in_days.saturating_add(days).saturating_mul(DAY)).day();
    // One that is being held began twenty minutes ago, whatever the hour.
    let begun = Zone::PARIS.civil(ctx.now().plus(-20 * MINUTE));
    let (day, hour) = match item.now {
        true => (begun.0, format!("{:02}:{:02}", begun.1.hour(), begun.1.minute())),
        false => (after(0), item.hour.clone()),
    };
    let draft = Draft {
        title: item.title.get_ref().clone(),
        format: item.format.clone(),
        day: format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
        hour,
        minutes: item.minutes.to_string(),
        place: item.place.clone(),
        video: item.video.clone(),
        presentation: item.presentation.clone(),
        second: false,
    };
    let bodies: Vec<Id<Body>> =
        item.bodies.iter().map(|key| loader.known(bodies, key, "instance")).collect::<Result<_>>()?;
    let provenance = origin.item(&item.source, item.fictitious)?;
    let planned = loader.at(place, draft.parse())?;
    let id = loader.at(place, plan(ctx, tx, &bodies, &planned, &provenance))?;
    let mut points = Vec::new();
    for point in &item.item {
        let draft = ItemDraft {
            title: point.title.clone(),
            kind: point.kind.clone(),
            presenter: point.presenter.clone(),
            minutes: point.minutes.to_string(),
            description: point.description.clone(),
        };
        points.push(loader.at(place, add(ctx, tx, id, &draft))?);
    }
    let meeting = reads::find(tx, id)?;
    if item.convened {
        let secret = kernel::Secret::new([0; 32]);
        // Nobody reads the mails of a demonstration: the convocation is told, its messages are not written.
        let site = Site { address: "", secret: &secret };
        // What is past was convened in its time.
        let before = meeting.starts_at.plus(-20 * DAY);
        let clock = FixedClock::at(before.min(ctx.now()));
        let then = Context::new(ctx.who(), &clock, ctx.randomness());
        loader.at(place, convocation::convene(&then, tx, &site, id, &Urgency { ticked: true }))?;
    }
    if item.now {
        let clock = FixedClock::at(meeting.starts_at);
        let then = Context::new(ctx.who(), &clock, ctx.randomness());
        loader.at(place, conduct::open(&then, tx, id, None))?;
        let there = presence(&reads::participants(tx, id)?, &Held::default());
        loader.at(place, conduct::enter_presence(&then, tx, id, &there))?;
        loader.at(place, conduct::go_to(&then, tx, id, points.first().copied()))?;
        vote(loader, &then, tx, &bodies, &points, item)?;
    }
    let Some(held) = &item.held else { return Ok(()) };

    let begins = FixedClock::at(meeting.starts_at);
    let then = Context::new(ctx.who(), &begins, ctx.randomness());
    loader.at(place, conduct::open(&then, tx, id, None))?;
    let entries = presence(&reads::participants(tx, id)?, held);
    loader.at(place, conduct::enter_presence(&then, tx, id, &entries))?;
    for (point, told) in points.iter().zip(&item.item) {
        loader.at(place, conduct::note(&then, tx, *point, 0, None, &told.notes))?;
        for outcome in &told.outcome {
            let due_on = outcome.due_in_days.map(|days| kernel::PartialDate::of_day(after(days)));
            let new = NewOutcome {
                kind: outcome.kind.clone(),
                text: outcome.text.clone(),
                responsible: outcome.responsible.clone(),
                doer: None,
                due_on,
            };
            loader.at(place, conduct::outcome(&then, tx, *point, &new))?;
        }
    }
    vote(loader, &then, tx, &bodies, &points, item)?;
    let ends = FixedClock::at(meeting.ends_at());
    let then = Context::new(ctx.who(), &ends, ctx.randomness());
    loader.at(place, conduct::close(&then, tx, id, None))?;
    if held.circulated {
        let secret = kernel::Secret::new([0; 32]);
        let clock = FixedClock::at(meeting.ends_at().plus(5 * DAY).min(ctx.now()));
        let then = Context::new(ctx.who(), &clock, ctx.randomness());
        loader.at(place, minutes::circulate(&then, tx, &Site { address: "", secret: &secret }, id))?;
    }
    if let Some(approval) = &held.approval {
        let day = held.approved_after_days.saturating_mul(DAY);
        let clock = FixedClock::at(meeting.ends_at().plus(day).min(ctx.now()));
        let then = Context::new(ctx.who(), &clock, ctx.randomness());
        let on = kernel::PartialDate::of_day(after(held.approved_after_days).min(then.now().day()));
        loader.at(place, minutes::approve(&then, tx, id, Some(on), approval))?;
        loader.at(place, minutes::publish(&then, tx, id))?;
    }
    Ok(())
}

/// What is voted in a session, by its first body: closed where the session is over.
fn vote(
    loader: &Loader<'_>,
    then: &Context<'_>,
    tx: &mut Tx<'_>,
    bodies: &[Id<Body>],
    points: &[Id<meetings::model::Item>],
    told: &Meeting,
) -> Result<()> {
    let Some(body) = bodies.first() else { return Ok(()) };
    for (point, item) in points.iter().zip(&told.item) {
        for one in &item.vote {
            votes::in_session(loader, then, tx, (*body, *point), one, told.held.is_some())?;
        }
        for one in &item.election {
            elections::in_session(loader, then, tx, (*body, *point), one)?;
        }
    }
    Ok(())
}

/// Everybody is there, but those who are named absent, and those who gave a proxy.
fn presence(everyone: &[Participant], held: &Held) -> Vec<Entry> {
    let find = |name: &str| everyone.iter().find(|one| one.name.contains(name)).map(|one| one.id);
    everyone
        .iter()
        .map(|one| {
            let proxy = held.proxy.iter().find(|(from, _)| one.name.contains(from.as_str()));
            let (presence, proxy) = match proxy.and_then(|(_, to)| find(to)) {
                Some(holder) => (Presence::Proxy, Some(holder)),
                None if held.absent.iter().any(|absent| one.name.contains(absent)) => (Presence::Absent, None),
                None => (Presence::Principal, None),
            };
            Entry { participant: one.id, presence, proxy }
        })
        .collect()
}
