//! Meetings: two years held, with public minutes, and some to come. The typical governance has one of thirty items to come,
//! and one whose minutes fill some twenty pages.

use governance::bodies::model::Body;
use governance::bodies::store as bodies;
use kernel::{Context, FixedClock, Id, PartialDate, Provenance, Result, Secret};
use meetings::Meeting;
use meetings::conduct::{self, Entry, NewOutcome};
use meetings::minutes;
use meetings::model::Presence;
use meetings::planning::acts::{Draft, plan};
use meetings::planning::agenda::{ItemDraft, add};
use meetings::planning::convocation::{Site, Urgency, convene};

use super::names::MISSIONS;
use super::plan::TYPICAL;
use super::scene::Scene;

/// With 401 governances: 12,030 meetings.
const HELD: usize = 24;
const COMING: usize = 6;

/// The titles, and so the addresses, of the two that are measured.
const LONG_AGENDA: (&str, &str) = ("14/03/2030", "Ordre du jour de trente points");
const LONG_MINUTES: (&str, &str) = ("12/03/2025", "Compte rendu de vingt pages");

pub const AGENDA: &str = "2030-03-14-ordre-du-jour-de-trente-points";
pub const MINUTES: &str = "2025-03-12-compte-rendu-de-vingt-pages";

pub fn fill(scene: &mut Scene<'_, '_>) -> Result<()> {
    let all: Vec<Body> =
        bodies::list(scene.tx, scene.id)?.into_iter().filter(|body| body.closed_on.is_none()).collect();
    for number in 0..HELD {
        let day = format!("{:02}/{:02}/{}", 1 + number % 27, 1 + number % 12, 2024 + number / 12);
        hold(scene, &all, &day, "Réunion de suivi", 2, "Chaque structure dit ce qui avance et ce qui bloque.")?;
    }
    for number in 0..COMING {
        let day = format!("{:02}/{:02}/2030", 1 + scene.dice.below(28), 1 + number * 2);
        call(scene, &all, &day, "Réunion à venir", 4)?;
    }
    if scene.sketch.slug() == TYPICAL {
        let notes = "Une phrase de compte rendu, assez longue pour tenir sur une ligne entière de la page. ".repeat(45);
        hold(scene, &all, LONG_MINUTES.0, LONG_MINUTES.1, 15, &notes)?;
        call(scene, &all, LONG_AGENDA.0, LONG_AGENDA.1, 30)?;
    }
    Ok(())
}

/// Plans a meeting of one of the bodies, with its items.
fn prepare(
    scene: &mut Scene<'_, '_>,
    all: &[Body],
    day: &str,
    title: &str,
    items: usize,
) -> Result<Option<Id<Meeting>>> {
    let Some(body) = scene.dice.pick(all).map(|body| body.id) else { return Ok(None) };
    let draft = Draft {
        title: title.to_owned(),
        format: "follow_up".to_owned(),
        day: day.to_owned(),
        hour: "14:00".to_owned(),
        minutes: "120".to_owned(),
        place: "Salle du conseil".to_owned(),
        ..Draft::default()
    };
    let id = plan(scene.ctx, scene.tx, &[body], &draft.parse()?, &Provenance::fictitious())?;
    for rank in 0..items {
        let item = ItemDraft {
            title: format!("{} ({})", scene.dice.word(MISSIONS), rank + 1),
            kind: if rank % 3 == 0 { "decision" } else { "debate" }.to_owned(),
            presenter: "Appui technique".to_owned(),
            minutes: "15".to_owned(),
            description: "Ce point a été préparé par le comité technique et tient en une page.".to_owned(),
        };
        add(scene.ctx, scene.tx, id, &item)?;
    }
    Ok(Some(id))
}

fn call(scene: &mut Scene<'_, '_>, all: &[Body], day: &str, title: &str, items: usize) -> Result<()> {
    let Some(id) = prepare(scene, all, day, title, items)? else { return Ok(()) };
    let secret = Secret::new([0; 32]);
    let site = Site { address: "", secret: &secret };
    convene(scene.ctx, scene.tx, &site, id, &Urgency { ticked: true }).map(|_| ())
}

fn hold(scene: &mut Scene<'_, '_>, all: &[Body], day: &str, title: &str, items: usize, notes: &str) -> Result<()> {
    let Some(id) = prepare(scene, all, day, title, items)? else { return Ok(()) };
    let meeting = meetings::store::find(scene.tx, id)?;
    let (begins, ends) = (FixedClock::at(meeting.starts_at), FixedClock::at(meeting.ends_at()));
    let then = Context::new(scene.ctx.who(), &begins, scene.ctx.randomness());
    conduct::open(&then, scene.tx, id, None)?;
    let there: Vec<Entry> = meetings::store::participants(scene.tx, id)?
        .iter()
        .map(|one| Entry { participant: one.id, presence: Presence::Principal, proxy: None })
        .collect();
    conduct::enter_presence(&then, scene.tx, id, &there)?;
    for item in meetings::store::agenda(scene.tx, id)? {
        conduct::note(&then, scene.tx, item.id, 0, None, notes)?;
        let new = NewOutcome {
            kind: "decision".to_owned(),
            text: "Les propositions sont retenues".to_owned(),
            ..NewOutcome::default()
        };
        conduct::outcome(&then, scene.tx, item.id, &new)?;
    }
    let then = Context::new(scene.ctx.who(), &ends, scene.ctx.randomness());
    conduct::close(&then, scene.tx, id, None)?;
    let on = PartialDate::of_day(meeting.zone.civil(meeting.starts_at).0);
    minutes::approve(&then, scene.tx, id, Some(on), "en fin de séance")?;
    minutes::publish(&then, scene.tx, id)
}
