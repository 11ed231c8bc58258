//! The forms by which an item is carried over, and by which an agenda takes up what waits.

use axum::extract::Path;
use governance::bodies::model::Body;
use kernel::{Error, Id, Result};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use web::{Answer, Desk, Form, Params};

use super::model::{Brief, WaitingItem, WaitingState};
use super::pages::{UNKNOWN, meetings};
use super::store::{self as waiting, Of};
use super::{acts, carry};
use crate::agenda::pages::{ItemPlace, Place, about, base, form as page, item};
use crate::model::{Item, Meeting};
use crate::planning::{Known, managed};
use crate::url;

/// The coming meetings of the bodies of a meeting, this one aside.
async fn coming(desk: &Desk, known: &Known) -> Result<Vec<(Id<Meeting>, Brief)>> {
    let (now, bodies, meeting) = (desk.app.clock().now(), known.bodies.clone(), known.meeting.clone());
    desk.read(move |tx| {
        let mut all: Vec<(Id<Meeting>, Brief)> = Vec::new();
        for body in bodies {
            for one in waiting::coming(tx, body.id, now)? {
                if one.0 != meeting.id && one.1.starts_at > meeting.starts_at && !all.iter().any(|(id, _)| *id == one.0)
                {
                    all.push(one);
                }
            }
        }
        all.sort_by_key(|(id, one)| (one.starts_at, *id));
        Ok(all)
    })
    .await
}

/// Among what waits: the first answer of the form.
const BACKLOG: &str = "attente";

fn carry_page(known: &Known, item: &Item, coming: &[(Id<Meeting>, Brief)], typed: &Params) -> FormPage {
    let chosen = typed.typed("meeting");
    let backlog = Choice::new(BACKLOG, "Parmi les points en attente").selected(chosen == BACKLOG || coming.is_empty());
    let mut answers = vec![backlog];
    // Most often the next meeting takes it up.
    let next = coming.first().map(|(id, _)| id.to_string()).unwrap_or_default();
    answers.extend(meetings(coming, if chosen.is_empty() { &next } else { chosen }));
    let mut page = page(known, "Reporter un point", &format!("{}/report", item.id), "Reporter ce point")
        .about(about(known, item))
        .note("Il garde son histoire et ses documents.")
        .field(Field::choice(Kind::Radio, "meeting", "Où le reporter", answers).required());
    if known.bodies.len() > 1 {
        let choice = |body: &Body| {
            let id = body.id.to_string();
            let selected = id == typed.typed("body");
            Choice::new(id, &body.name).selected(selected)
        };
        page = page.field(
            Field::choice(Kind::Select, "body", "Pour quelle instance", known.bodies.iter().map(choice)).required(),
        );
    }
    page.cancel(base(known))
}

pub async fn show(desk: Desk, Path((slug, meeting, point)): ItemPlace) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let item = item(&desk, &known, &point).await?;
    let coming = coming(&desk, &known).await?;
    desk.form(&carry_page(&known, &item, &coming, &Params::default()))
}

pub async fn carry(desk: Desk, Path((slug, meeting, point)): ItemPlace, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let item = item(&desk, &known, &point).await?;
    let coming = coming(&desk, &known).await?;
    let body = match known.bodies.as_slice() {
        [only] => Some(only),
        several => several.iter().find(|body| body.id.to_string() == form.typed("body")),
    };
    let to = match form.typed("meeting") {
        BACKLOG => Some(None),
        typed => coming.iter().find(|(id, _)| id.to_string() == typed).map(Some),
    };
    let done = match (body, to) {
        (None, _) => Err(Error::invalid("body", "Choisissez une instance de la liste.")),
        (_, None) => Err(Error::invalid("meeting", UNKNOWN)),
        (Some(body), Some(to)) => {
            let (id, point, body, to) = (known.meeting.id, item.id, body.id, to.map(|(id, _)| *id));
            desk.act(move |ctx, tx| carry::carry(ctx, tx, id, point, body, to)).await
        }
    };
    let target = match (body, to) {
        (_, Some(Some((_, next)))) => format!("{}/ordre-du-jour", next.href()),
        (Some(body), _) => url::points(&known.head.slug, &body.slug),
        (None, _) => base(&known),
    };
    match done {
        Ok(_) => desk.done(&target, "Le point est reporté."),
        Err(error) => desk.form_again(carry_page(&known, &item, &coming, &form), error),
    }
}

/// What waits, and what is proposed, for the bodies of a meeting.
async fn candidates(desk: &Desk, known: &Known) -> Result<Vec<WaitingItem>> {
    let bodies = known.bodies.clone();
    desk.read(move |tx| {
        let mut all = Vec::new();
        for body in bodies {
            all.extend(waiting::list(
                tx,
                Of::Body(body.id),
                &[WaitingState::Waiting, WaitingState::Proposed],
                None,
                100,
            )?);
        }
        Ok(all)
    })
    .await
}

fn take_page(known: &Known, waits: &[WaitingItem], ticked: &[&str]) -> FormPage {
    let page = page(known, "Reprendre des points en attente", "points", "Mettre à l'ordre du jour").cancel(base(known));
    if waits.is_empty() {
        return page.note("Rien n'attend pour le moment.");
    }
    let choices = waits.iter().map(|one| {
        let id = one.id.to_string();
        let selected = ticked.contains(&id.as_str());
        let mut told = vec![one.content.kind.to_string().to_lowercase(), one.length()];
        if known.bodies.len() > 1 {
            told.push(one.body.name.clone());
        }
        if !one.proposer_name.is_empty() {
            told.push(format!("proposé par {}", one.proposer_name));
        }
        told.extend(one.sender().map(|sender| format!("transmis par {sender}")));
        told.extend(one.past.first().map(Brief::told));
        Choice::new(id, &one.content.title).hint(told.join(" · ")).selected(selected)
    });
    page.field(Field::choice(Kind::Checkboxes, "points", "Points à reprendre", choices).required())
}

pub async fn show_take(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let waits = candidates(&desk, &known).await?;
    desk.form(&take_page(&known, &waits, &[]))
}

pub async fn take(desk: Desk, Path((slug, meeting)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let waits = candidates(&desk, &known).await?;
    let ticked = form.all("points");
    let chosen: Vec<Id<WaitingItem>> =
        waits.iter().map(|one| one.id).filter(|id| ticked.contains(&id.to_string().as_str())).collect();
    let (id, count) = (known.meeting.id, chosen.len());
    let done = match count {
        0 => Err(Error::invalid("points", "Cochez au moins un point.")),
        _ => {
            desk.act(move |ctx, tx| {
                for one in &chosen {
                    acts::schedule(ctx, tx, *one, id)?;
                }
                Ok(())
            })
            .await
        }
    };
    match done {
        Ok(()) if count > 1 => desk.done(&base(&known), &format!("{count} points sont repris.")),
        Ok(()) => desk.done(&base(&known), "Le point est repris."),
        Err(error) => desk.form_again(take_page(&known, &waits, &ticked), error),
    }
}
