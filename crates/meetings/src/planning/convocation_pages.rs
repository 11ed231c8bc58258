//! Convening from the screen: what will be sent and to how many, then the button; reminding those who are silent.

use axum::extract::Path;
use governance::forms;
use kernel::Result;
use ui::form::{Field, Kind};
use ui::form_page::FormPage;
use web::{Answer, Desk, Form, Params};

use super::acts::{become_state, late_by};
use super::convocation::{self, Site, Urgency, roll};
use super::{Known, managed};
use crate::model::MeetingState;
use crate::schedule::{cosign, guests, poll};
use crate::{practice, store as reads};

type Place = Path<(String, String)>;

/// What the person reads before sending.
async fn told(desk: &Desk, known: &Known) -> Result<(Vec<String>, bool)> {
    let (now, meeting, bodies) = (desk.app.clock().now(), known.meeting.clone(), known.bodies.clone());
    desk.read(move |tx| {
        let items = reads::agenda(tx, meeting.id)?.len();
        let plural = if items > 1 { "s" } else { "" };
        let mut told = vec![format!("{}, {}. {items} point{plural} à l'ordre du jour.", meeting.title, meeting.when())];
        if items == 0 {
            told.push("On convoque avec un ordre du jour : ajoutez d'abord un point.".to_owned());
        }
        if roll(tx, meeting.governance, &bodies)?.is_empty() {
            told.push("Personne ne siège encore dans cette instance : aucun membre ne sera appelé.".to_owned());
        }
        told.extend(cosign::invitation(&cosign::inviters(tx, &bodies)?).map(|invitation| format!("{invitation}.")));
        let guests = guests::list(tx, meeting.id)?.len();
        if guests > 0 {
            let plural = if guests > 1 { "s" } else { "" };
            told.push(format!("{guests} invité{plural}, en plus des membres."));
        }
        if poll::of_meeting(tx, meeting.id)?.is_some_and(|poll| poll.takes_answers(now)) {
            told.push("Un sondage de dates est en cours : convoquer y met fin, à la date prévue.".to_owned());
        }
        let mut late = false;
        for body in &bodies {
            let (rules, _) = practice::find(tx, body.id)?;
            let by = late_by(rules.notice_days, now, meeting.starts_at);
            if by > 0 {
                late = true;
                told.push(format!(
                    "« {} » demande {} jours de préavis : il en manque {by}.",
                    body.name, rules.notice_days
                ));
            }
        }
        Ok((told, late))
    })
    .await
}

fn page(known: &Known, told: &[String], late: bool, typed: &Params) -> FormPage {
    let mut page = forms::page(&known.head, "Convoquer", format!("{}/convocation", known.page()), "Envoyer la convocation")
        .about(known.meeting.title.clone())
        .lead("Chaque personne qui représente une structure reçoit un courriel : l'ordre du jour, et un lien pour répondre sans compte. La réunion devient publique.")
        .trail(known.trail())
        .cancel(known.page());
    for line in told {
        page = page.note(line.clone());
    }
    if late {
        let ticked = if typed.ticked("urgent") { "oui" } else { "" };
        page = page.field(
            Field::new(
                Kind::Checkbox,
                "urgent",
                "C'est urgent : convoquer sans respecter le préavis. Le registre le dira.",
            )
            .value(ticked),
        );
    }
    page
}

pub async fn show(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    become_state(&known.meeting, MeetingState::Convened)?;
    let (told, late) = told(&desk, &known).await?;
    desk.form(&page(&known, &told, late, &Params::default()))
}

pub async fn convene(desk: Desk, Path((slug, meeting)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let (id, urgency) = (known.meeting.id, Urgency { ticked: form.ticked("urgent") });
    let (address, secret) = (desk.app.settings().public_address.clone(), desk.app.secret().clone());
    let done = desk
        .act(move |ctx, tx| convocation::convene(ctx, tx, &Site { address: &address, secret: &secret }, id, &urgency))
        .await;
    match done {
        Ok((mails, called)) => {
            let plural = |many: usize| if many > 1 { "s" } else { "" };
            let sentence = format!(
                "La réunion est convoquée : {called} appelé{}, {mails} courriel{}.",
                plural(called),
                plural(mails)
            );
            desk.done(&known.page(), &sentence)
        }
        Err(error) => {
            let (told, late) = told(&desk, &known).await?;
            desk.form_again(page(&known, &told, late, &form), error)
        }
    }
}

pub async fn remind(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let id = known.meeting.id;
    let (address, secret) = (desk.app.settings().public_address.clone(), desk.app.secret().clone());
    let mails =
        desk.act(move |ctx, tx| convocation::remind(ctx, tx, &Site { address: &address, secret: &secret }, id)).await?;
    let sentence = match mails {
        0 => "Personne à relancer : tout le monde a répondu, ou n'a pas d'adresse.".to_owned(),
        1 => "Un courriel de relance part.".to_owned(),
        many => format!("{many} courriels de relance partent."),
    };
    desk.done(&known.page(), &sentence)
}
