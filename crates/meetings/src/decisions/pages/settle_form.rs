//! Adopting a draft by consensus, giving one up.

use axum::extract::Path;
use governance::forms;
use kernel::coded::Coded as _;
use kernel::{Error, PartialDate, Result};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use web::{Answer, Desk, Form, Params};

use super::{Place, Workshop};
use crate::decisions::acts::{self, Consensus, held};
use crate::decisions::effects::Planned;
use crate::decisions::model::{Manner, SENTENCE_MAX};
use crate::decisions::store as reads;
use crate::model::Meeting;
use crate::url;

/// What the form of an adoption shows beside its fields.
struct Before {
    held: Option<Meeting>,
    effects: Vec<Planned>,
}

async fn before(desk: &Desk, of: &Workshop) -> Result<Before> {
    let known = of.decision.clone();
    desk.read(move |tx| Ok(Before { held: held(tx, &known)?, effects: reads::effects(tx, known.id)? })).await
}

fn page(of: &Workshop, before: &Before, typed: &Params) -> FormPage {
    let shown = |name: &str, first: String| if typed.has("version") { typed.whole(name) } else { first };
    let manner = shown("manner", before.held.as_ref().map_or(Manner::Written, |_| Manner::Meeting).code().to_owned());
    let mut page = of
        .form("Adopter par consensus", "adopter", "Adopter et publier")
        .note("Elle reçoit son numéro, ses effets se font, et elle est publique aussitôt. Son texte ne change plus.");
    if !before.effects.is_empty() {
        let told: Vec<&str> = before.effects.iter().map(|one| one.told.as_str()).collect();
        page = page.note(format!("Ce qui se fera : {}.", told.join(" ; ")));
    }
    let choice = |one: &Manner| match (one, &before.held) {
        (Manner::Meeting, Some(meeting)) => {
            Choice::new(one.code(), one.label()).hint(format!("{}, {}", meeting.title, meeting.when()))
        }
        (Manner::Meeting, None) => Choice::new(one.code(), one.label())
            .hint("Il faut que le projet soit sur un point d'une réunion ouverte ou tenue."),
        (Manner::Written, _) => Choice::new(one.code(), one.label()).hint("Par courriel ou par échange de textes."),
    };
    let manners = Manner::ALL.iter().map(|one| choice(one).selected(one.code() == manner));
    let day = before.held.as_ref().map(|meeting| PartialDate::of_day(meeting.zone.civil(meeting.starts_at).0));
    page.field(Field::hidden("version", shown("version", of.decision.version.to_string())))
        .field(Field::choice(Kind::Radio, "manner", "Où elle est prise", manners).required())
        .field(Field::new(Kind::Date, "on", "Prise le").required().value(shown("on", forms::shown_date(day))))
        .field(
            Field::area("sentence", "Comment le consensus a été constaté")
                .hint("Une phrase, publique : qui a demandé s'il y avait des objections, et qu'il n'y en a pas eu. Des structures et des fonctions, pas de nom de personne.")
                .rows(3)
                .maxlength(u32::try_from(SENTENCE_MAX).unwrap_or(u32::MAX))
                .required()
                .value(shown("sentence", String::new())),
        )
}

/// A form of a draft only: what is settled is not settled again.
fn require_draft(of: &Workshop) -> Result<()> {
    match of.decision.state {
        crate::decisions::DecisionState::Draft => Ok(()),
        _ => Err(Error::Conflict("Cette décision n'est plus un projet.".to_owned())),
    }
}

pub async fn show(desk: Desk, Path((slug, instance, decision)): Place) -> Answer {
    let of = Workshop::enter(&desk, slug, instance, &decision).await?;
    require_draft(&of)?;
    let before = before(&desk, &of).await?;
    desk.form(&page(&of, &before, &Params::default()))
}

pub async fn adopt(desk: Desk, Path((slug, instance, decision)): Place, Form(form): Form) -> Answer {
    let of = Workshop::enter(&desk, slug, instance, &decision).await?;
    let id = of.decision.id;
    let version: i64 = form.typed("version").parse().unwrap_or(-1);
    let typed = Consensus { manner: form.whole("manner"), on: form.whole("on"), sentence: form.whole("sentence") };
    match desk.act(move |ctx, tx| acts::adopt(ctx, tx, id, version, &typed)).await {
        Ok(number) => {
            let page = url::decision(&of.head.slug, number);
            desk.done(&page, &format!("La décision {number} est adoptée et publiée."))
        }
        Err(error) => {
            let before = before(&desk, &of).await?;
            desk.form_again(page(&of, &before, &form), error)
        }
    }
}

fn give_up_page(of: &Workshop, typed: &Params) -> FormPage {
    of.form("Abandonner ce projet", "abandonner", "Abandonner le projet")
        .note("Le projet reste dans la liste de ceux que l'instance n'a pas adoptés. Personne d'autre ne le voit.")
        .field(
            Field::text("reason", "Pourquoi")
                .autocomplete("off")
                .maxlength(300)
                .required()
                .value(typed.typed("reason")),
        )
        .danger()
}

pub async fn show_give_up(desk: Desk, Path((slug, instance, decision)): Place) -> Answer {
    let of = Workshop::enter(&desk, slug, instance, &decision).await?;
    require_draft(&of)?;
    desk.form(&give_up_page(&of, &Params::default()))
}

pub async fn give_up(desk: Desk, Path((slug, instance, decision)): Place, Form(form): Form) -> Answer {
    let of = Workshop::enter(&desk, slug, instance, &decision).await?;
    let (id, reason) = (of.decision.id, form.whole("reason"));
    match desk.act(move |ctx, tx| acts::give_up(ctx, tx, id, &reason)).await {
        Ok(()) => desk.done(&url::drafts(&of.head.slug, &of.body.slug), "Le projet est abandonné."),
        Err(error) => desk.form_again(give_up_page(&of, &form), error),
    }
}
