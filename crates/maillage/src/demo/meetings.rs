//! Meetings of the demonstration: some held, with their minutes, some to come.

use std::collections::HashMap;

use governance::bodies::model::Body;
use kernel::time::DAY;
use kernel::{Context, FixedClock, Id, Result};
use meetings::conduct::{self, Entry, NewOutcome};
use meetings::minutes;
use meetings::model::{Participant, Presence};
use meetings::planning::acts::{Draft, plan};
use meetings::planning::agenda::{ItemDraft, add};
use meetings::planning::convocation::{self, Site, Urgency};
use meetings::store as reads;
use store::Tx;

use super::format;
use super::load::Loader;
use super::origin::Origin;

/// Plans, convenes and holds a meeting as the file says. What was held is told at its own hour.
pub(super) fn load(
    loader: &Loader<'_>,
    tx: &mut Tx<'_>,
    item: &format::Meeting,
    bodies: &HashMap<String, Id<Body>>,
    origin: &Origin,
) -> Result<()> {
    let (ctx, place) = (loader.ctx, &item.title);
    let after = |days: i64| ctx.now().plus(item.in_days.saturating_add(days).saturating_mul(DAY)).day();
    let day = after(0);
    let draft = Draft {
        title: item.title.get_ref().clone(),
        format: item.format.clone(),
        day: format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
        hour: item.hour.clone(),
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
    if item.convened {
        let secret = kernel::Secret::new([0; 32]);
        // Nobody reads the mails of a demonstration: the convocation is told, its messages are not written.
        let site = Site { address: "", secret: &secret };
        loader.at(place, convocation::convene(ctx, tx, &site, id, &Urgency { ticked: true }))?;
    }
    let Some(held) = &item.held else { return Ok(()) };

    let meeting = reads::find(tx, id)?;
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
    let ends = FixedClock::at(meeting.ends_at());
    let then = Context::new(ctx.who(), &ends, ctx.randomness());
    loader.at(place, conduct::close(&then, tx, id, None))?;
    if let Some(approval) = &held.approval {
        let on = kernel::PartialDate::of_day(after(held.approved_after_days));
        loader.at(place, minutes::approve(ctx, tx, id, Some(on), approval))?;
        loader.at(place, minutes::publish(ctx, tx, id))?;
    }
    Ok(())
}

/// Everybody is there, but those who are named absent, and those who gave a proxy.
fn presence(everyone: &[Participant], held: &format::Held) -> Vec<Entry> {
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
