//! The forms of a proposal: made in the name of a member, taken back, refused with a reason.

use axum::extract::Path;
use governance::forms;
use governance::members::model::Member;
use governance::members::own::acts::{AskedBy, Request};
use governance::powers::model::Power;
use governance::powers::store as powers;
use kernel::coded::Coded as _;
use kernel::permission::{Reach, RoleKind};
use kernel::{Error, Errors, Id, Provenance, Result};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use web::{Answer, Desk, Form, Params};

use super::around::{Around, Place, PointPlace, animated, around, form as page, waiting_item};
use super::model::WaitingItem;
use super::propose;
use crate::agenda::model::ItemDraft;
use crate::agenda::pages::{fields, typed};

/// Those who represent the members for which the secretariat may propose, each with its member.
type Asking = Vec<(Power, Id<Member>, String)>;

async fn asking(desk: &Desk, around: &Around) -> Result<Asking> {
    if !around.for_others() {
        return Ok(Vec::new());
    }
    let (governance, today, sitting) = (around.head.id, desk.app.clock().now().day(), around.speaks_for.clone());
    desk.read(move |tx| {
        let all = powers::of_governance(tx, governance, today)?;
        let of = |power: Power| {
            let Reach::Member { member, .. } = power.reach else { return None };
            let (id, name) = sitting.iter().find(|(id, _)| id.uuid() == member)?.clone();
            matches!(power.role, RoleKind::Representative | RoleKind::Deputy).then_some((power, id, name))
        };
        Ok(all.into_iter().filter_map(of).collect())
    })
    .await
}

fn propose_page(around: &Around, asking: &Asking, form: &Params) -> FormPage {
    let mut shown = typed(form);
    if shown.minutes.is_empty() {
        shown.minutes = "15".to_owned();
    }
    let mut page = page(around, "Proposer un point", "proposer", "Proposer ce point")
        .note("Ceux qui animent l'instance le mettent à l'ordre du jour, le gardent en attente, ou le refusent en disant pourquoi. Votre structure reçoit leur réponse.");
    if around.for_others() {
        let who = asking.iter().map(|(power, _, name)| {
            let id = power.id.to_string();
            let selected = id == form.typed("asked");
            Choice::new(id, format!("{} ({name}, {})", power.name, power.role.label().to_lowercase()))
                .selected(selected)
        });
        page = page
            .field(
                Field::choice(Kind::Radio, "asked", "Qui vous l'a demandé", who)
                    .hint("Vous agissez à la demande d'une structure : le registre le dira.")
                    .required(),
            )
            .field(
                Field::choice(Kind::Select, "how", "De quelle façon", forms::choices::<AskedBy>(form.typed("how")))
                    .required(),
            );
    } else if around.represents.len() > 1 {
        let own = around.speaks_for.iter().filter(|(id, _)| around.represents.contains(id)).map(|(id, name)| {
            let id = id.to_string();
            let selected = id == form.typed("member");
            Choice::new(id, name).selected(selected)
        });
        page = page.field(Field::choice(Kind::Select, "member", "Au nom de", own).required());
    }
    page.fields(fields(&shown)).cancel(around.points())
}

pub async fn show(desk: Desk, Path((slug, instance)): Place) -> Answer {
    let around = sitting(&desk, slug, instance).await?;
    let asking = asking(&desk, &around).await?;
    desk.form(&propose_page(&around, &asking, &Params::default()))
}

/// The body, for those who may propose to it.
async fn sitting(desk: &Desk, slug: String, instance: String) -> Result<Around> {
    let around = around(desk, slug, instance).await?;
    if around.speaks_for.is_empty() { Err(Error::NotFound) } else { Ok(around) }
}

/// In whose name, and at whose request.
fn read(around: &Around, asking: &Asking, form: &Params) -> Result<(Id<Member>, Option<Request>)> {
    let mut errors = Errors::default();
    if around.for_others() {
        let asked = asking.iter().find(|(power, ..)| power.id.to_string() == form.typed("asked"));
        if asked.is_none() {
            errors.add("asked", "Choisissez la personne qui vous l'a demandé.");
        }
        let how = forms::coded::<AskedBy>(&mut errors, "how", form.typed("how"));
        errors.into_result()?;
        return match (asked, how) {
            (Some((power, member, _)), Some(how)) => Ok((*member, Some(Request { power: power.id, how }))),
            _ => Err(Error::NotFound),
        };
    }
    let chosen = match around.represents.as_slice() {
        [only] => Some(*only),
        several => several.iter().copied().find(|id| id.to_string() == form.typed("member")),
    };
    Ok((chosen.ok_or_else(|| Error::invalid("member", "Choisissez une structure de la liste."))?, None))
}

pub async fn propose(desk: Desk, Path((slug, instance)): Place, Form(form): Form) -> Answer {
    let around = sitting(&desk, slug, instance).await?;
    let asking = asking(&desk, &around).await?;
    let (body, sent): (_, ItemDraft) = (around.body.id, typed(&form));
    let done = match read(&around, &asking, &form) {
        Ok((member, request)) => {
            desk.act(move |ctx, tx| {
                propose::propose(ctx, tx, body, member, &sent, request.as_ref(), &Provenance::entered())
            })
            .await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => desk.done(&format!("{}?etat=propositions", around.points()), "Votre proposition est envoyée."),
        Err(error) => desk.form_again(propose_page(&around, &asking, &form), error),
    }
}

pub async fn retract(desk: Desk, Path((slug, instance, attente)): PointPlace) -> Answer {
    let around = sitting(&desk, slug, instance).await?;
    let item = waiting_item(&desk, &around, &attente).await?;
    // Of another's proposal nothing is known here.
    if !item.proposer.is_some_and(|member| around.represents.contains(&member)) {
        return Err(Error::NotFound.into());
    }
    let id = item.id;
    desk.act(move |ctx, tx| propose::retract(ctx, tx, id, None)).await?;
    desk.done(&format!("{}?etat=propositions", around.points()), "Votre structure renonce à cette proposition.")
}

fn refuse_page(around: &Around, item: &WaitingItem, reason: &str) -> FormPage {
    page(around, "Refuser une proposition", &format!("{}/refuser", item.id), "Refuser")
        .about(item.content.title.clone())
        .note(format!("Proposé par {}.", item.proposer_name))
        .field(
            Field::area("reason", "Motif")
                .hint("La structure qui a proposé ce point le lira, et le reçoit par courriel.")
                .rows(3)
                .maxlength(600)
                .required()
                .value(reason),
        )
        .danger()
        .cancel(format!("{}?etat=propositions", around.points()))
}

pub async fn show_refuse(desk: Desk, Path((slug, instance, attente)): PointPlace) -> Answer {
    let around = animated(&desk, slug, instance).await?;
    let item = waiting_item(&desk, &around, &attente).await?;
    desk.form(&refuse_page(&around, &item, ""))
}

pub async fn refuse(desk: Desk, Path((slug, instance, attente)): PointPlace, Form(form): Form) -> Answer {
    let around = animated(&desk, slug, instance).await?;
    let item = waiting_item(&desk, &around, &attente).await?;
    let (id, reason) = (item.id, form.typed("reason").to_owned());
    match desk.act(move |ctx, tx| propose::refuse(ctx, tx, id, &reason)).await {
        Ok(()) => desk.done(
            &format!("{}?etat=propositions", around.points()),
            "La proposition est refusée ; la structure en est informée.",
        ),
        Err(error) => desk.form_again(refuse_page(&around, &item, form.typed("reason")), error),
    }
}
