//! Following an adopted decision: where its execution stands, when it is to be reviewed.

use axum::extract::Path;
use governance::forms;
use kernel::coded::Coded as _;
use kernel::{Error, Result};
use ui::form::{Field, Kind};
use ui::form_page::FormPage;
use web::{Answer, Desk, Form, Params};

use super::{Place, Workshop};
use crate::decisions::acts::{self, Progress};
use crate::decisions::model::Execution;

/// A form of what is in force only.
async fn followed(desk: &Desk, slug: String, instance: String, decision: &str) -> Result<Workshop> {
    let of = Workshop::enter(desk, slug, instance, decision).await?;
    if of.decision.state.is_in_force() {
        return Ok(of);
    }
    Err(Error::Conflict("Seule une décision en vigueur se suit.".to_owned()))
}

fn shown(typed: &Params, name: &str, first: String) -> String {
    if typed.has("version") { typed.whole(name) } else { first }
}

fn execution_page(of: &Workshop, typed: &Params, version: i64) -> FormPage {
    let state = shown(typed, "state", of.decision.execution.code().to_owned());
    of.form("Où en est cette décision ?", "execution", "Enregistrer")
        .field(Field::hidden("version", version.to_string()))
        .field(Field::choice(Kind::Radio, "state", "Son exécution est", forms::choices::<Execution>(&state)).required())
        .field(
            Field::text("note", "Précision")
                .hint(
                    "Facultatif, sauf si elle reste sans suite : dites alors pourquoi. Publique, sans nom de personne.",
                )
                .autocomplete("off")
                .maxlength(500)
                .value(typed.typed("note")),
        )
        .field(
            Field::new(Kind::Date, "on", "Depuis le")
                .hint("Aujourd'hui si vous laissez vide.")
                .value(typed.typed("on")),
        )
        .field(
            Field::text("responsible", "Qui s'en charge")
                .hint("Une structure ou une fonction.")
                .autocomplete("off")
                .value(shown(typed, "responsible", of.decision.responsible.clone())),
        )
        .field(Field::new(Kind::Date, "due_on", "À exécuter avant le").value(shown(
            typed,
            "due_on",
            forms::shown_date(of.decision.due_on),
        )))
}

pub async fn show(desk: Desk, Path((slug, instance, decision)): Place) -> Answer {
    let of = followed(&desk, slug, instance, &decision).await?;
    desk.form(&execution_page(&of, &Params::default(), of.decision.version))
}

pub async fn execute(desk: Desk, Path((slug, instance, decision)): Place, Form(form): Form) -> Answer {
    let of = Workshop::enter(&desk, slug.clone(), instance.clone(), &decision).await?;
    let id = of.decision.id;
    let version: i64 = form.typed("version").parse().unwrap_or(-1);
    let typed = Progress {
        state: form.whole("state"),
        note: form.whole("note"),
        on: form.whole("on"),
        due_on: form.whole("due_on"),
        responsible: form.has("responsible").then(|| form.whole("responsible")),
    };
    match desk.act(move |ctx, tx| acts::execute(ctx, tx, id, version, &typed)).await {
        Ok(()) => desk.done(&of.back(), "C'est enregistré."),
        Err(error) => {
            let version = seen(&error, version, &of);
            desk.form_again(execution_page(&of, &form, version), error)
        }
    }
}

/// After a conflict, sending again speaks of what stands now, which the sentence has told; else of what was opened.
fn seen(error: &Error, opened: i64, of: &Workshop) -> i64 {
    if matches!(error, Error::Conflict(_)) { of.decision.version } else { opened }
}

fn review_page(of: &Workshop, typed: &Params, version: i64) -> FormPage {
    let page = of.form("Date de revue", "revue", "Enregistrer").field(Field::hidden("version", version.to_string()));
    let page = match of.decision.review_on {
        Some(on) => page.note(format!("À revoir le {}.", on.french())),
        None => page.note("Aucune revue n'est prévue."),
    };
    page.field(
        Field::new(Kind::Date, "on", "À revoir le")
            .hint("Un jour à venir. Laissez vide s'il n'y a plus à y revenir : la décision reste en vigueur.")
            .value(shown(typed, "on", forms::shown_date(of.decision.review_on))),
    )
}

pub async fn show_review(desk: Desk, Path((slug, instance, decision)): Place) -> Answer {
    let of = followed(&desk, slug, instance, &decision).await?;
    desk.form(&review_page(&of, &Params::default(), of.decision.version))
}

pub async fn review(desk: Desk, Path((slug, instance, decision)): Place, Form(form): Form) -> Answer {
    let of = Workshop::enter(&desk, slug, instance, &decision).await?;
    let id = of.decision.id;
    let version: i64 = form.typed("version").parse().unwrap_or(-1);
    let on = form.whole("on");
    match desk.act(move |ctx, tx| acts::review(ctx, tx, id, version, &on)).await {
        Ok(()) => desk.done(&of.back(), "C'est enregistré."),
        Err(error) => {
            let version = seen(&error, version, &of);
            desk.form_again(review_page(&of, &form, version), error)
        }
    }
}
