//! The forms of a meeting: planning it, changing it, cancelling it.

use axum::extract::Path;
use governance::bodies::model::Body;
use governance::bodies::store as bodies;
use governance::forms;
use governance::governances::store::Head;
use kernel::coded::Coded as _;
use kernel::{Capability, Error, Id, Provenance, Result};
use ui::form::{Choice, Field, Kind};
use ui::form_page::{Change, FormPage};
use web::{Answer, Desk, Form, Params};

use super::acts::{self, Draft};
use super::convocation::Site;
use super::{Known, body_of, managed, scope, trail_of_body};
use crate::agenda::template::acts as template;
use crate::model::{Format, Meeting, MeetingState};
use crate::url;

type Place = Path<(String, String)>;

fn typed(form: &Params) -> Draft {
    let typed = |name: &str| form.typed(name).to_owned();
    Draft {
        title: typed("title"),
        format: typed("format"),
        day: typed("day"),
        hour: typed("hour"),
        minutes: typed("minutes"),
        place: typed("place"),
        video: typed("video"),
        presentation: typed("presentation"),
        second: form.ticked("second"),
    }
}

fn stored(meeting: &Meeting) -> Draft {
    let (day, hour) = meeting.zone.civil(meeting.starts_at);
    Draft {
        title: meeting.title.clone(),
        format: meeting.format.code().to_owned(),
        day: format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
        hour: format!("{:02}:{:02}", hour.hour(), hour.minute()),
        minutes: meeting.minutes.to_string(),
        place: meeting.place.clone(),
        video: meeting.video.clone(),
        presentation: meeting.presentation.clone(),
        second: meeting.second,
    }
}

fn fields(page: FormPage, shown: &Draft) -> FormPage {
    page.field(Field::text("title", "Titre").autocomplete("off").required().value(&shown.title))
        .field(Field::choice(Kind::Select, "format", "Format", forms::choices::<Format>(&shown.format)).required())
        .field(Field::new(Kind::Date, "day", "Jour").required().value(&shown.day))
        .field(Field::new(Kind::Time, "hour", "Heure du début").required().value(&shown.hour))
        .field(Field::new(Kind::Number, "minutes", "Durée, en minutes").required().value(&shown.minutes))
        .field(Field::text("place", "Lieu").autocomplete("off").value(&shown.place))
        .field(
            Field::new(Kind::Url, "video", "Lien de visioconférence")
                .hint("Public, comme le reste : préférez un lien avec salle d'attente.")
                .value(&shown.video),
        )
        .field(
            Field::area("presentation", "Présentation")
                .hint("Pourquoi on se réunit, en quelques mots.")
                .value(&shown.presentation),
        )
        .field(
            Field::new(
                Kind::Checkbox,
                "second",
                "Seconde convocation, après un défaut de quorum : aucun quorum n'est demandé",
            )
            .value(if shown.second { "oui" } else { "" }),
        )
}

/// The other bodies that may meet jointly: those that the person animates too.
pub(crate) async fn others(desk: &Desk, head: &Head, body: &Body) -> Result<Vec<Body>> {
    let (id, own) = (head.id, body.id);
    let mut all = desk.read(move |tx| bodies::list(tx, id)).await?;
    all.retain(|other| {
        other.id != own && other.closed_on.is_none() && desk.may(Capability::ManageBody, scope(head, other.id))
    });
    Ok(all)
}

/// Whether the agenda begins with the template of the body, on the forms of bodies that have one.
pub(crate) fn template_box(ticked: bool) -> Field {
    Field::new(Kind::Checkbox, "template", "Reprendre le modèle d'ordre du jour")
        .hint("Sinon, l'ordre du jour est vide. Il se corrige dans les deux cas.")
        .value(if ticked { "oui" } else { "" })
}

/// True for a body that has a template.
pub(crate) async fn has_template(desk: &Desk, body: &Body) -> Result<bool> {
    let id = body.id;
    desk.read(move |tx| template::exists(tx, id)).await
}

/// `template`: whether the box is ticked, where there is one.
fn new_page(
    head: &Head,
    body: &Body,
    others: &[Body],
    shown: &Draft,
    ticked: &[&str],
    template: Option<bool>,
) -> FormPage {
    let back = governance::url::body(&head.slug, &body.slug);
    let page = forms::page(head, "Préparer une réunion", format!("{back}/reunions/nouvelle"), "Préparer cette réunion")
        .about(body.name.clone())
        .trail(trail_of_body(head, body))
        .note("La réunion reste un brouillon, que personne d'autre ne voit, jusqu'à la convocation.");
    let mut page = fields(page, shown);
    if let Some(ticked) = template {
        page = page.field(template_box(ticked));
    }
    if let Some(field) = jointly(others, ticked) {
        page = page.field(field);
    }
    page.cancel(back)
}

/// With which other bodies it meets, where there are some.
pub(crate) fn jointly(others: &[Body], ticked: &[&str]) -> Option<Field> {
    let choices = others.iter().map(|other| {
        let id = other.id.to_string();
        let selected = ticked.contains(&id.as_str());
        Choice::new(id, &other.name).selected(selected)
    });
    let field = Field::choice(Kind::Checkboxes, "bodies", "Réunie avec", choices)
        .hint("Une seule convocation et un seul compte rendu ; la réunion compte pour chaque instance.");
    (!others.is_empty()).then_some(field)
}

pub async fn show_new(desk: Desk, Path((slug, instance)): Place) -> Answer {
    let (head, body) = body_of(&desk, slug, instance).await?;
    let others = others(&desk, &head, &body).await?;
    let shown =
        Draft { title: body.name.clone(), minutes: "120".to_owned(), hour: "14:00".to_owned(), ..Draft::default() };
    let template = has_template(&desk, &body).await?.then_some(true);
    desk.form(&new_page(&head, &body, &others, &shown, &[], template))
}

pub async fn plan(desk: Desk, Path((slug, instance)): Place, Form(form): Form) -> Answer {
    let (head, body) = body_of(&desk, slug, instance).await?;
    let others = others(&desk, &head, &body).await?;
    let (typed, ticked) = (typed(&form), form.all("bodies"));
    let mut ids: Vec<Id<Body>> = vec![body.id];
    ids.extend(others.iter().filter(|other| ticked.contains(&other.id.to_string().as_str())).map(|other| other.id));
    let (own, with_template) = (body.id, form.ticked("template"));
    let done = match typed.parse() {
        Ok(plan) => {
            desk.act(move |ctx, tx| {
                let id = acts::plan(ctx, tx, &ids, &plan, &Provenance::entered())?;
                let items = if with_template { template::take_up(ctx, tx, id, own)? } else { 0 };
                Ok((crate::store::find(tx, id)?, items))
            })
            .await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok((meeting, items)) => desk.done(
            &format!("{}/ordre-du-jour", url::meeting(&head.slug, &meeting.slug)),
            match items {
                0 => "La réunion est préparée. Écrivez maintenant son ordre du jour.",
                _ => "La réunion est préparée, avec le modèle d'ordre du jour de l'instance. Adaptez-le maintenant.",
            },
        ),
        Err(error) => {
            let template = has_template(&desk, &body).await?.then_some(with_template);
            desk.form_again(new_page(&head, &body, &others, &typed, &ticked, template), error)
        }
    }
}

fn change_page(known: &Known, shown: &Draft) -> FormPage {
    let page = forms::page(&known.head, "Modifier la réunion", format!("{}/modifier", known.page()), "Enregistrer")
        .about(known.meeting.title.clone())
        .trail(known.trail())
        .field(Field::hidden("version", known.meeting.version.to_string()))
        .note("Si elle est convoquée, un autre jour, une autre heure, un autre lieu ou un autre lien est annoncé par courriel.");
    fields(page, shown).cancel(known.page())
}

pub async fn show_change(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    acts::still_changes(&known.meeting)?;
    desk.form(&change_page(&known, &stored(&known.meeting)))
}

pub async fn change(desk: Desk, Path((slug, meeting)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug.clone(), meeting.clone()).await?;
    let (id, typed) = (known.meeting.id, typed(&form));
    let version: i64 = form.typed("version").parse().unwrap_or(-1);
    let (address, secret) = (desk.app.settings().public_address.clone(), desk.app.secret().clone());
    let done = match typed.parse() {
        Ok(plan) => {
            desk.act(move |ctx, tx| {
                acts::change(ctx, tx, &Site { address: &address, secret: &secret }, id, version, &plan)
            })
            .await
        }
        Err(error) => Err(error),
    };
    let Err(error) = done else { return desk.done(&known.page(), "La réunion est modifiée.") };
    let known = managed(&desk, slug, meeting).await?;
    let again = change_page(&known, &typed);
    if !matches!(error, Error::Conflict(_)) || known.meeting.version == version {
        return desk.form_again(again, error);
    }
    let now = stored(&known.meeting);
    let pairs = [
        ("Titre", now.title, &typed.title),
        ("Jour", now.day, &typed.day),
        ("Heure", now.hour, &typed.hour),
        ("Durée", now.minutes, &typed.minutes),
        ("Lieu", now.place, &typed.place),
        ("Lien", now.video, &typed.video),
        ("Présentation", now.presentation, &typed.presentation),
    ];
    let changes = pairs.into_iter().filter(|(_, now, typed)| now != *typed);
    let changes = changes.map(|(label, now, _)| Change { label: label.to_owned(), now }).collect();
    desk.form_again(again.overtaken(changes), error)
}

fn cancel_page(known: &Known, reason: &str) -> FormPage {
    forms::page(&known.head, "Annuler la réunion", format!("{}/annuler", known.page()), "Annuler la réunion")
        .about(format!("{}, {}", known.meeting.title, known.meeting.when()))
        .trail(known.trail())
        .note("Les personnes convoquées reçoivent un courriel. La page de la réunion reste, avec le motif.")
        .field(Field::text("reason", "Motif").required().maxlength(300).value(reason))
        .cancel(known.page())
        .danger()
}

pub async fn show_cancel(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    acts::become_state(&known.meeting, MeetingState::Cancelled)?;
    desk.form(&cancel_page(&known, ""))
}

pub async fn cancel(desk: Desk, Path((slug, meeting)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let (id, reason) = (known.meeting.id, form.typed("reason").to_owned());
    let (address, secret) = (desk.app.settings().public_address.clone(), desk.app.secret().clone());
    let done =
        desk.act(move |ctx, tx| acts::cancel(ctx, tx, &Site { address: &address, secret: &secret }, id, &reason)).await;
    match done {
        Ok(()) => desk.done(&known.page(), "La réunion est annulée."),
        Err(error) => desk.form_again(cancel_page(&known, form.typed("reason")), error),
    }
}
