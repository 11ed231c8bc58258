//! What comes out of a meeting, above all of a session of co-construction, sent to other bodies with one form.

use axum::extract::Path;
use kernel::{Error, Id, Result};
use ui::form::{Field, Kind};
use ui::form_page::FormPage;
use web::{Answer, Desk, Form, Params};

use super::model::Place;
use super::send::{self, Source, may_send};
use super::send_pages::{choices, draft_of};
use super::store as waiting;
use crate::agenda::pages::{base, trail};
use crate::model::{Item, MeetingState, Outcome};
use crate::planning::{Known, managed};
use crate::store as reads;

struct Several {
    known: Known,
    items: Vec<Item>,
    targets: Vec<Place>,
    here: Place,
    sent: Vec<(Id<Outcome>, String)>,
}

async fn open(desk: &Desk, (slug, meeting): (String, String)) -> Result<Several> {
    let known = managed(desk, slug, meeting).await?;
    if !may_send(&known.meeting, true) {
        return Err(Error::Conflict(match known.meeting.state {
            MeetingState::Cancelled => "Cette réunion est annulée : rien n'en est sorti.".to_owned(),
            _ => "Une suite se transmet après la clôture de la séance.".to_owned(),
        }));
    }
    desk.read(move |tx| {
        let first = known.bodies.first().ok_or(Error::NotFound)?.id;
        Ok(Several {
            items: reads::agenda(tx, known.meeting.id)?,
            targets: send::targets(tx, &known.meeting, &known.bodies, true)?,
            here: waiting::place_of(tx, first)?,
            sent: waiting::sent_outcomes(tx, known.meeting.id)?,
            known,
        })
    })
    .await
}

fn name(outcome: &Outcome) -> String {
    format!("to-{}", outcome.id)
}

impl Several {
    fn outcomes(&self) -> impl Iterator<Item = (&Item, &Outcome)> {
        self.items.iter().flat_map(|item| item.outcomes.iter().map(move |outcome| (item, outcome)))
    }

    fn page(&self, typed: &Params) -> FormPage {
        let page = governance::forms::page(
            &self.known.head,
            "Transmettre les suites",
            format!("{}/suites", self.known.page()),
            "Transmettre",
        )
        .about(format!("{}, {}", self.known.meeting.title, self.known.meeting.when()))
        .trail(trail(&self.known))
        .cancel(base(&self.known));
        if self.outcomes().next().is_none() {
            return page.note("Aucune suite n'a été notée : il n'y a rien à transmettre.");
        }
        let page = page.note("Chaque suite attend un ordre du jour de l'instance choisie, dans les mots du compte rendu. Une autre instance que celles de cette réunion doit une réponse, que les deux voient.");
        let fields = self.outcomes().map(|(item, outcome)| {
            let chosen = choices("Ne pas transmettre", &self.targets, &self.here, typed.typed(&name(outcome)));
            let with: Vec<&str> =
                self.sent.iter().filter(|(id, _)| *id == outcome.id).map(|(_, body)| body.as_str()).collect();
            let sent =
                if with.is_empty() { String::new() } else { format!(" Déjà transmise à : {}.", with.join(", ")) };
            Field::choice(Kind::Select, name(outcome), &outcome.text, chosen)
                .hint(format!("{}, point « {} ».{sent}", outcome.kind, item.title))
        });
        page.fields(fields)
    }
}

pub async fn show(desk: Desk, Path(place): Path<(String, String)>) -> Answer {
    let several = open(&desk, place).await?;
    desk.form(&several.page(&Params::default()))
}

pub async fn send(desk: Desk, Path(place): Path<(String, String)>, Form(form): Form) -> Answer {
    let several = open(&desk, place).await?;
    let (id, mut chosen) = (several.known.meeting.id, Vec::new());
    let mut errors = kernel::Errors::default();
    for (item, outcome) in several.outcomes() {
        let typed = form.typed(&name(outcome));
        match several.targets.iter().find(|place| place.id.to_string() == typed) {
            Some(to) => {
                let source = Source { meeting: id, item: item.id, outcome: Some(outcome.id) };
                chosen.push((source, to.id, draft_of(item, outcome, &several.here)));
            }
            None if typed.is_empty() => {}
            None => errors.add(name(outcome), "Choisissez une instance de la liste."),
        }
    }
    let done = match errors.into_result() {
        Ok(()) => desk.act(move |ctx, tx| send::send_several(ctx, tx, &chosen)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(1) => desk.done(&base(&several.known), "Une suite est transmise."),
        Ok(many) => desk.done(&base(&several.known), &format!("{many} suites sont transmises.")),
        Err(error) => desk.form_again(several.page(&form), error),
    }
}
