//! Planning an effect of a draft, taking one off.

use axum::extract::Path;
use kernel::{Error, Id, PartialDate, Result};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use web::{Answer, Desk, Form, Params};

use super::{Place, Workshop};
use crate::decisions::acts::{self, NewEffect};
use crate::decisions::effects::{self, Deciding, Effect, Planned};

fn page(of: &Workshop, effect: &dyn Effect, choices: &[(String, String)], typed: &Params) -> FormPage {
    let asks = effect.asks();
    let chosen = typed.typed("subject");
    let choice = |(value, shown): &(String, String)| Choice::new(value, shown).selected(value == chosen);
    let first = Choice::new("", "Choisissez");
    let mut page = of
        .form(effect.label(), &format!("effet?nature={}", effect.code()), "Ajouter cet effet")
        .note("Il se fera au moment de l'adoption, en même temps qu'elle. S'il n'est plus possible ce jour-là, rien n'est adopté tant qu'il n'est pas retiré.")
        .field(Field::hidden("kind", effect.code()))
        .field(
            Field::choice(Kind::Select, "subject", asks.subject, std::iter::once(first).chain(choices.iter().map(choice)))
                .required(),
        );
    if !asks.note.is_empty() {
        let mut field = Field::text("note", asks.note).autocomplete("off").maxlength(500).required();
        if !asks.note_hint.is_empty() {
            field = field.hint(asks.note_hint);
        }
        page = page.field(field.value(typed.typed("note")));
    }
    if !asks.due_on.is_empty() {
        page = page.field(Field::new(Kind::Date, "due_on", asks.due_on).value(typed.typed("due_on")));
    }
    page
}

/// What may be chosen now for an effect.
async fn choices(desk: &Desk, of: &Workshop, effect: &'static dyn Effect) -> Result<Vec<(String, String)>> {
    let on = PartialDate::of_day(desk.app.clock().now().day());
    let deciding = Deciding { decision: of.decision.clone(), head: of.head.clone(), on };
    desk.read(move |tx| effect.choices(tx, &deciding)).await
}

fn asked(desk: &Desk) -> Result<&'static dyn Effect> {
    desk.params.one("nature").and_then(effects::find).ok_or(Error::NotFound)
}

pub async fn show(desk: Desk, Path((slug, instance, decision)): Place) -> Answer {
    let of = Workshop::enter(&desk, slug, instance, &decision).await?;
    let effect = asked(&desk)?;
    let choices = choices(&desk, &of, effect).await?;
    desk.form(&page(&of, effect, &choices, &Params::default()))
}

pub async fn add(desk: Desk, Path((slug, instance, decision)): Place, Form(form): Form) -> Answer {
    let of = Workshop::enter(&desk, slug, instance, &decision).await?;
    let effect = asked(&desk)?;
    let new = NewEffect {
        kind: effect.code().to_owned(),
        subject: form.whole("subject"),
        note: form.whole("note"),
        due_on: form.whole("due_on"),
    };
    let id = of.decision.id;
    match desk.act(move |ctx, tx| acts::plan_effect(ctx, tx, id, &new)).await {
        Ok(()) => desk.done(&of.back(), "L'effet est ajouté au projet."),
        Err(error) => {
            let choices = choices(&desk, &of, effect).await?;
            desk.form_again(page(&of, effect, &choices, &form), error)
        }
    }
}

pub async fn remove(
    desk: Desk,
    Path((slug, instance, decision, effect)): Path<(String, String, String, String)>,
) -> Answer {
    let of = Workshop::enter(&desk, slug, instance, &decision).await?;
    let effect: Id<Planned> = effect.parse().map_err(|_| Error::NotFound)?;
    let id = of.decision.id;
    desk.act(move |ctx, tx| acts::take_effect_off(ctx, tx, id, effect)).await?;
    desk.done(&of.back(), "L'effet est retiré du projet.")
}
