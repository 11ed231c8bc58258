//! The forms by which something is sent to another body, and by which that body answers.

use axum::extract::Path;
use kernel::coded::Coded as _;
use kernel::{Error, Id, Result, text};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use web::{Answer, Desk, Form, Params};

use super::around::{Around, PointPlace, animated, form as point_form, waiting_item};
use super::model::{Place, WaitingItem};
use super::send::{self, Source};
use super::store as waiting;
use crate::agenda::model::{Content, ItemDraft};
use crate::agenda::pages::{ItemPlace, about, base, fields, form as page, item, typed};
use crate::model::{Item, Outcome, OutcomeKind};
use crate::planning::{Known, managed};

/// What is sent, and to whom it may go.
struct Sending {
    known: Known,
    item: Item,
    outcome: Option<Outcome>,
    targets: Vec<Place>,
    here: Place,
}

async fn open(desk: &Desk, (slug, meeting, point): (String, String, String), outcome: &str) -> Result<Sending> {
    let known = managed(desk, slug, meeting).await?;
    let item = item(desk, &known, &point).await?;
    let outcome = match outcome {
        "" => None,
        id => Some(item.outcomes.iter().find(|one| one.id.to_string() == id).cloned().ok_or(Error::NotFound)?),
    };
    let (meeting, bodies, of_outcome) = (known.meeting.clone(), known.bodies.clone(), outcome.is_some());
    let (targets, here) = desk
        .read(move |tx| {
            let first = bodies.first().ok_or(Error::NotFound)?.id;
            Ok((send::targets(tx, &meeting, &bodies, of_outcome)?, waiting::place_of(tx, first)?))
        })
        .await?;
    Ok(Sending { known, item, outcome, targets, here })
}

impl Sending {
    fn id(&self) -> String {
        self.outcome.as_ref().map(|one| one.id.to_string()).unwrap_or_default()
    }

    /// What the other body would read without a correction.
    fn draft(&self) -> ItemDraft {
        match &self.outcome {
            Some(outcome) => draft_of(&self.item, outcome, &self.here),
            None => Content::from(&self.item).draft(),
        }
    }

    fn page(&self, shown: &ItemDraft, chosen: &str) -> FormPage {
        let title = if self.outcome.is_some() { "Transmettre une suite" } else { "Transmettre un point" };
        let choices = choices("Choisir", &self.targets, &self.here, chosen);
        let note = match self.outcome.is_some() {
            true => {
                "Le point attend un ordre du jour de l'instance choisie. Une autre instance que celles de cette réunion doit une réponse, que les deux voient."
            }
            false => {
                "Le point attend un ordre du jour de l'instance choisie, qui doit une réponse : elle sera lue ici, et sur la page de cette réunion."
            }
        };
        page(&self.known, title, &format!("{}/transmission", self.item.id), "Transmettre")
            .about(about(&self.known, &self.item))
            .note(note)
            .field(Field::hidden("suite", self.id()))
            .field(Field::choice(Kind::Select, "body", "À quelle instance", choices).required())
            .fields(fields(shown))
            .cancel(base(&self.known))
    }
}

/// What another body would read of an outcome without a correction.
pub(super) fn draft_of(item: &Item, outcome: &Outcome, here: &Place) -> ItemDraft {
    let mut draft = Content::from(item).draft();
    draft.title = outcome.text.chars().take(text::NAME_MAX).collect();
    draft.kind = match outcome.kind {
        OutcomeKind::Information => crate::model::ItemKind::Information,
        OutcomeKind::Decision | OutcomeKind::Task => crate::model::ItemKind::Debate,
    }
    .code()
    .to_owned();
    draft.presenter.clone_from(&here.name);
    draft.description =
        if outcome.text.chars().count() > text::NAME_MAX { outcome.text.clone() } else { String::new() };
    draft
}

/// The bodies to choose from, after a first answer that is none of them.
pub(super) fn choices(none: &str, targets: &[Place], here: &Place, chosen: &str) -> Vec<Choice> {
    let each = targets.iter().map(|place| {
        let id = place.id.to_string();
        let selected = id == chosen;
        let label = match place.governance.0 == here.governance.0 {
            true => place.name.clone(),
            false => format!("{} ({})", place.name, place.governance.1),
        };
        Choice::new(id, label).selected(selected)
    });
    std::iter::once(Choice::new("", none)).chain(each).collect()
}

pub async fn show(desk: Desk, Path(place): ItemPlace) -> Answer {
    let sending = open(&desk, place, &desk.params.whole("suite")).await?;
    desk.form(&sending.page(&sending.draft(), ""))
}

pub async fn send(desk: Desk, Path(place): ItemPlace, Form(form): Form) -> Answer {
    let sending = open(&desk, place, form.typed("suite")).await?;
    let source = Source {
        meeting: sending.known.meeting.id,
        item: sending.item.id,
        outcome: sending.outcome.as_ref().map(|one| one.id),
    };
    let (shown, target) = (typed(&form), sending.targets.iter().find(|one| one.id.to_string() == form.typed("body")));
    let done = match target.map(|place| place.id) {
        Some(to) => {
            let typed = shown.clone();
            desk.act(move |ctx, tx| send::send(ctx, tx, source, to, &typed)).await
        }
        None => Err(Error::invalid("body", "Choisissez une instance de la liste.")),
    };
    match (done, target) {
        (Ok(_), Some(target)) => {
            let said = format!("C'est transmis à {}.", target.told(&sending.here));
            desk.done(&format!("{}#point-{}", base(&sending.known), sending.item.id), &said)
        }
        (Ok(_), None) => Err(Error::NotFound.into()),
        (Err(error), _) => desk.form_again(sending.page(&shown, form.typed("body")), error),
    }
}

fn answer_page(around: &Around, item: &WaitingItem, typed: &Params, first: bool) -> FormPage {
    let done = if first || typed.ticked("done") { "oui" } else { "" };
    let mut page = point_form(around, "Répondre à une instance", &format!("{}/reponse", item.id), "Répondre")
        .about(item.content.title.clone())
        .note(format!("Transmis par {}.", item.sender().unwrap_or_default()))
        .field(
            Field::area("answer", "Réponse")
                .hint("Elle sera publique, sur la page de la réunion d'où vient ce point.")
                .required()
                .value(typed.typed("answer")),
        );
    if item.state == super::model::WaitingState::Waiting {
        page = page.field(Field::new(Kind::Checkbox, "done", "Ce point n'attend plus d'ordre du jour").value(done));
    }
    page.cancel(around.points())
}

pub async fn show_answer(desk: Desk, Path((slug, instance, attente)): PointPlace) -> Answer {
    let around = animated(&desk, slug, instance).await?;
    let item = waiting_item(&desk, &around, &attente).await?;
    if item.sent.is_none() {
        return Err(Error::NotFound.into());
    }
    desk.form(&answer_page(&around, &item, &Params::default(), true))
}

pub async fn answer(desk: Desk, Path((slug, instance, attente)): PointPlace, Form(form): Form) -> Answer {
    let around = animated(&desk, slug, instance).await?;
    let item = waiting_item(&desk, &around, &attente).await?;
    if item.sent.is_none() {
        return Err(Error::NotFound.into());
    }
    let (id, typed, done): (Id<WaitingItem>, _, _) = (item.id, form.typed("answer").to_owned(), form.ticked("done"));
    match desk.act(move |ctx, tx| send::answer(ctx, tx, id, &typed, done)).await {
        Ok(()) => desk.done(&around.points(), "La réponse est donnée."),
        Err(error) => desk.form_again(answer_page(&around, &item, &form, false), error),
    }
}
