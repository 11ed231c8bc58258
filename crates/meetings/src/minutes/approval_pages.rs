//! Sending minutes to be read again, approving them, publishing them.

use axum::extract::Path;
use governance::forms;
use kernel::time::french_date;
use kernel::{Error, Errors, Result};
use ui::form::{Field, Kind};
use ui::form_page::FormPage;
use web::{Answer, Desk, Form, Params};

use super::acts;
use super::model::{MinutesState, Redaction, approval_rule};
use super::pages::Place;
use super::store as reads;
use crate::planning::convocation::Site;
use crate::planning::{Known, managed};
use crate::practice::Approval;

fn base(known: &Known) -> String {
    format!("{}/compte-rendu", known.page())
}

/// The meeting and its minutes, which have to be in one of some states for the form to make sense.
async fn minutes(desk: &Desk, slug: String, meeting: String) -> Result<(Known, MinutesState)> {
    let known = managed(desk, slug, meeting).await?;
    let id = known.meeting.id;
    let found = desk.read(move |tx| reads::find(tx, id)).await?.ok_or_else(|| {
        Error::Conflict("La séance n'est pas close : il n'y a pas encore de compte rendu.".to_owned())
    })?;
    Ok((known, found.state))
}

async fn rule(desk: &Desk, known: &Known) -> Result<(Approval, i64)> {
    let id = known.meeting.id;
    Ok(approval_rule(&desk.read(move |tx| reads::practices(tx, id)).await?))
}

fn circulate_page(known: &Known, rule: (Approval, i64)) -> FormPage {
    let told = match rule {
        (Approval::Silence, days) => {
            format!(
                "La règle de l'instance : sans correction demandée {days} jours après l'envoi, le compte rendu est approuvé par le silence."
            )
        }
        (Approval::NextMeeting, _) => "La règle de l'instance : la réunion suivante l'approuve.".to_owned(),
    };
    forms::page(&known.head, "Envoyer en relecture", format!("{}/relecture", base(known)), "Envoyer en relecture")
        .about(known.meeting.title.clone())
        .trail(known.trail())
        .lead("Chaque personne qui représente une structure appelée reçoit un lien pour lire le compte rendu et demander une correction, sans compte.")
        .note(told)
        .cancel(base(known))
}

pub async fn show_circulate(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let (known, _) = minutes(&desk, slug, meeting).await?;
    let rule = rule(&desk, &known).await?;
    desk.form(&circulate_page(&known, rule))
}

pub async fn circulate(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let (known, _) = minutes(&desk, slug, meeting).await?;
    let id = known.meeting.id;
    let (address, secret) = (desk.app.settings().public_address.clone(), desk.app.secret().clone());
    let done =
        desk.act(move |ctx, tx| acts::circulate(ctx, tx, &Site { address: &address, secret: &secret }, id)).await;
    match done {
        Ok(mails) => {
            let plural = if mails > 1 { "s partent" } else { " part" };
            desk.done(&base(&known), &format!("Le compte rendu est en relecture : {mails} courriel{plural}."))
        }
        Err(error) => {
            let rule = rule(&desk, &known).await?;
            desk.form_again(circulate_page(&known, rule), error)
        }
    }
}

fn approve_page(known: &Known, hint: &str, typed: &Params) -> FormPage {
    forms::page(&known.head, "Approuver le compte rendu", format!("{}/approuver", base(known)), "Approuver")
        .about(known.meeting.title.clone())
        .trail(known.trail())
        .note("Après l'approbation, les notes et les suites ne changent plus.")
        .field(Field::new(Kind::Date, "approved_on", "Approuvé le").required().value(typed.typed("approved_on")))
        .field(Field::text("approval", "De quelle façon").hint(hint).required().value(typed.typed("approval")))
        .cancel(base(known))
}

fn hint(rule: (Approval, i64)) -> String {
    match rule {
        (Approval::NextMeeting, _) => {
            "La règle de l'instance : à la réunion suivante. Exemple : à la séance du 12 mars 2027".to_owned()
        }
        (Approval::Silence, days) => {
            format!("La règle de l'instance : par le silence, {days} jours après l'envoi en relecture.")
        }
    }
}

pub async fn show_approve(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let (known, _) = minutes(&desk, slug, meeting).await?;
    let rule = rule(&desk, &known).await?;
    let mut typed = Params::default();
    // The meeting that came after, or that is held now, approves.
    if rule.0 == Approval::NextMeeting {
        let (id, starts_at) = (known.meeting.id, known.meeting.starts_at);
        let next = desk
            .read(move |tx| match reads::later(tx, id, starts_at)?.first() {
                Some(next) => crate::store::find(tx, *next).map(Some),
                None => Ok(None),
            })
            .await?;
        if let Some(next) = next {
            let day = next.zone.civil(next.starts_at).0;
            typed = Params::of([
                ("approved_on", format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())),
                ("approval", format!("à la séance du {}", french_date(day))),
            ]);
        }
    }
    desk.form(&approve_page(&known, &hint(rule), &typed))
}

pub async fn approve(desk: Desk, Path((slug, meeting)): Place, Form(form): Form) -> Answer {
    let (known, _) = minutes(&desk, slug, meeting).await?;
    let mut errors = Errors::default();
    let on = forms::date(&mut errors, "approved_on", form.typed("approved_on"));
    let (id, approval) = (known.meeting.id, form.typed("approval").to_owned());
    let done = match errors.into_result() {
        Ok(()) => desk.act(move |ctx, tx| acts::approve(ctx, tx, id, on, &approval)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(
            &base(&known),
            "Le compte rendu est approuvé. Occultez ce qui ne doit pas être public, puis publiez.",
        ),
        Err(error) => {
            let rule = rule(&desk, &known).await?;
            desk.form_again(approve_page(&known, &hint(rule), &form), error)
        }
    }
}

fn publish_page(known: &Known, redactions: &[Redaction]) -> FormPage {
    let hidden = match redactions.len() {
        0 => "Rien n'est occulté : tout ce qui est noté sera public.".to_owned(),
        1 => "Un passage est occulté, avec son motif.".to_owned(),
        many => format!("{many} passages sont occultés, avec leur motif."),
    };
    forms::page(&known.head, "Publier le compte rendu", format!("{}/publier", base(known)), "Publier le compte rendu")
        .about(known.meeting.title.clone())
        .trail(known.trail())
        .note("Une fois publié, chacun peut le lire. Il ne porte aucun nom de personne : relisez les notes.")
        .note(hidden)
        .link("Relire le compte rendu", base(known))
        .cancel(base(known))
}

pub async fn show_publish(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let (known, state) = minutes(&desk, slug, meeting).await?;
    if state.is_open() {
        return Err(Error::Conflict("Ce compte rendu n'est pas encore approuvé.".to_owned()).into());
    }
    let id = known.meeting.id;
    let redactions = desk.read(move |tx| reads::redactions(tx, id)).await?;
    desk.form(&publish_page(&known, &redactions))
}

pub async fn publish(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let (known, _) = minutes(&desk, slug, meeting).await?;
    let id = known.meeting.id;
    match desk.act(move |ctx, tx| acts::publish(ctx, tx, id)).await {
        Ok(()) => desk.done(&base(&known), "Le compte rendu est public."),
        Err(error) => desk.form_again(publish_page(&known, &[]), error),
    }
}
