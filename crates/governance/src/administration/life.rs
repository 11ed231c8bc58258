//! The life cycle: only the next states that are possible, with a date and a reason.

use axum::extract::Path;
use kernel::coded::Coded as _;
use kernel::{Capability, Error, Errors, PartialDate};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use web::{Answer, Desk, Form, Params};

use super::{enter, inside};
use crate::governances::acts;
use crate::governances::model::{State, StateChange};
use crate::governances::store::Head;
use crate::{forms, url};

/// What happens by each choice.
fn meaning(state: State) -> &'static str {
    match state {
        State::Preparation => "",
        State::Installed => "La gouvernance fonctionne : ses instances se réunissent et décident.",
        State::Suspended => "Ses travaux s'arrêtent ; elle peut reprendre.",
        State::Closed => "Définitif : une gouvernance close ne rouvre pas. Ses pages restent lisibles.",
    }
}

fn page(head: &Head, typed: &Params, today: &str) -> FormPage {
    let next = State::ALL.iter().filter(|next| head.state.may_become(**next));
    let choices = next.map(|next| {
        let chosen = typed.typed("state") == next.code();
        Choice::new(next.code(), next.label()).hint(meaning(*next)).selected(chosen)
    });
    let since = typed.one("since").unwrap_or(today);
    forms::page(head, "Changer l'état", inside(&head.slug, "etat"), "Enregistrer le nouvel état")
        .lead(format!("Aujourd'hui : {}.", head.state.label().to_lowercase()))
        .field(Field::choice(Kind::Radio, "state", "Nouvel état", choices).required())
        .field(Field::new(Kind::Date, "since", "Depuis le").value(since))
        .field(
            Field::text("reason", "Raison")
                .hint("Elle est publique : elle apparaît sur la page de la gouvernance et dans le registre.")
                .required()
                .value(typed.typed("reason")),
        )
        .field(
            Field::new(Kind::Checkbox, "confirm", "Je confirme la clôture définitive")
                .hint("À cocher seulement pour clore.")
                .value(typed.typed("confirm")),
        )
        .cancel(url::administration(&head.slug))
}

fn refuse_closed(head: &Head) -> Result<(), Error> {
    match head.state {
        State::Closed => Err(Error::Conflict("Cette gouvernance est close : son état ne change plus.".to_owned())),
        _ => Ok(()),
    }
}

pub async fn show(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = enter(&desk, slug, Capability::ManageGovernance).await?;
    refuse_closed(&head)?;
    let today = forms::shown_date(Some(PartialDate::of_day(desk.app.clock().now().day())));
    desk.form(&page(&head, &Params::default(), &today))
}

pub async fn save(desk: Desk, Path(slug): Path<String>, Form(form): Form) -> Answer {
    let head = enter(&desk, slug, Capability::ManageGovernance).await?;
    refuse_closed(&head)?;
    let mut errors = Errors::default();
    let state: Option<State> = forms::coded(&mut errors, "state", form.typed("state"));
    let since = forms::date(&mut errors, "since", form.typed("since"));
    if form.one("reason").is_none() {
        errors.add("reason", "Dites en une phrase pourquoi l'état change.");
    }
    if state == Some(State::Closed) && !form.ticked("confirm") {
        errors.add("confirm", "Cochez cette case pour clore : une gouvernance close ne rouvre pas.");
    }
    let done = match (errors.into_result(), state) {
        (Ok(()), Some(state)) => {
            let (id, change) = (head.id, StateChange { state, since, reason: form.typed("reason").to_owned() });
            desk.act(move |ctx, tx| acts::change_state(ctx, tx, id, &change)).await
        }
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(Error::NotFound),
    };
    match done {
        Ok(()) => desk.done(&url::administration(&head.slug), "Le nouvel état est enregistré."),
        Err(error) => desk.form_again(page(&head, &form, ""), error),
    }
}
