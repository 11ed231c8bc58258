//! The form by which a body ends.

use axum::extract::Path;
use kernel::Errors;
use ui::form::{Field, Kind};
use ui::form_page::FormPage;
use web::{Answer, Desk, Form, Params};

use super::form::{Place, trail};
use super::{base, body, page_of};
use crate::bodies::changes;
use crate::bodies::model::Body;
use crate::forms;
use crate::governances::store::Head;

fn close_page(head: &Head, body: &Body, typed: &Params) -> FormPage {
    forms::page(head, "Mettre fin à une instance", format!("{}/clore", page_of(head, body)), "Mettre fin à l'instance")
        .about(body.name.clone())
        .trail(trail(head))
        .note("Sa page et son histoire restent. Les personnes qui l'animent perdent ce pouvoir.")
        .field(Field::new(Kind::Date, "on", "Date de fin").value(typed.typed("on")))
        .field(Field::text("reason", "Motif").hint("Public").maxlength(300).required().value(typed.typed("reason")))
        .cancel(base(head))
        .danger()
}

pub async fn show(desk: Desk, Path((slug, instance)): Place) -> Answer {
    let (head, body, _) = body(&desk, slug, &instance).await?;
    desk.form(&close_page(&head, &body, &desk.params))
}

pub async fn close(desk: Desk, Path((slug, instance)): Place, Form(form): Form) -> Answer {
    let (head, body, _) = body(&desk, slug, &instance).await?;
    let mut errors = Errors::default();
    let on = forms::date(&mut errors, "on", form.typed("on"));
    let (id, reason) = (body.id, form.typed("reason").to_owned());
    let done = match errors.into_result() {
        Ok(()) => desk.act(move |ctx, tx| changes::close(ctx, tx, id, on, &reason)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&base(&head), "L'instance a pris fin."),
        Err(error) => desk.form_again(close_page(&head, &body, &form), error),
    }
}
