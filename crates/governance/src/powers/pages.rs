//! Who holds which power and since when; giving one, changing its end, ending it.

use askama::Template;
use axum::extract::Path;
use directory::accounts::acts::Invitation;
use kernel::coded::Coded as _;
use kernel::permission::{Reach, RoleKind};
use kernel::{Capability, Error, Errors, Id, Result, Scope};
use store::Tx;
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use web::{Answer, Desk, Form, Params};

use super::acts;
use super::model::{NewPower, Power};
use super::store as reads;
use crate::forms::enter;
use crate::governances::store::Head;
use crate::{bodies, forms, members, url};

#[derive(Template)]
#[template(path = "powers/powers.html")]
struct PowersPage {
    head: Head,
    powers: Vec<Power>,
    may_give: bool,
}

impl PowersPage {
    fn give(&self) -> String {
        format!("{}/donner", url::powers(&self.head.slug))
    }
}

forms::administered!(PowersPage, "Pouvoirs", "Pouvoirs");

pub async fn show(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = enter(&desk, slug, Capability::SeePowers).await?;
    let (id, today) = (head.id, desk.app.clock().now().day());
    let powers = desk.read(move |tx| reads::of_governance(tx, id, today)).await?;
    let may_give = desk.may(Capability::AppointManagers, Scope::Governance(id.uuid()));
    desk.private(http::StatusCode::OK, &PowersPage { head, powers, may_give })
}

/// « manager », « animator:… », « representative:… »: a role and what it is held on, as one answer of the form.
fn read_place(head: &Head, typed: &str) -> Option<(RoleKind, Reach)> {
    let governance = head.id.uuid();
    let (code, on) = typed.split_once(':').map_or((typed, None), |(code, on)| (code, Some(on)));
    let role = RoleKind::from_code(code)?;
    let reach = match (role, on) {
        (RoleKind::Animator, Some(on)) => Reach::Body { governance, body: on.parse().ok()? },
        (RoleKind::Representative | RoleKind::Deputy, Some(on)) => {
            Reach::Member { governance, member: on.parse().ok()? }
        }
        (_, None) => Reach::Governance(governance),
        _ => return None,
    };
    role.fits(reach).then_some((role, reach))
}

/// What may be given here, by somebody who may.
fn places(tx: &mut Tx<'_>, head: &Head, all: bool) -> Result<Vec<Choice>> {
    let mut choices = vec![Choice::new(RoleKind::Manager.code(), "Gestionnaire de la gouvernance")];
    if !all {
        return Ok(choices);
    }
    for role in RoleKind::ALL.iter().filter(|role| role.fits(Reach::Governance(head.id.uuid()))) {
        if *role != RoleKind::Manager {
            choices.push(Choice::new(role.code(), role.label()));
        }
    }
    for body in bodies::store::living(tx, head.id)? {
        choices.push(Choice::new(format!("animator:{}", body.id), format!("Animation : {}", body.name)));
    }
    for member in members::store::list(tx, head.id, &members::store::Filter::default())? {
        if member.state != members::model::MemberState::Withdrawn {
            let label = format!("Représente {}, titulaire", member.name);
            choices.push(Choice::new(format!("representative:{}", member.id), label));
            let label = format!("Représente {}, suppléance", member.name);
            choices.push(Choice::new(format!("deputy:{}", member.id), label));
        }
    }
    Ok(choices)
}

fn give_page(head: &Head, places: Vec<Choice>, typed: &Params) -> FormPage {
    let chosen = typed.typed("role");
    let places = places.into_iter().map(|choice| {
        let selected = choice.value == chosen;
        choice.selected(selected)
    });
    let value = |name: &str| typed.typed(name).to_owned();
    forms::page(
        head,
        "Donner un pouvoir",
        format!("{}/donner", url::powers(&head.slug)),
        "Inviter et donner le pouvoir",
    )
    .lead("La personne reçoit un courriel ; si elle n'a pas de compte, elle l'ouvre par le lien.")
    .field(Field::choice(Kind::Select, "role", "Pouvoir", places).required())
    .field(Field::text("name", "Nom de la personne").autocomplete("off").required().value(value("name")))
    .field(
        Field::new(Kind::Email, "email", "Adresse électronique").autocomplete("off").required().value(value("email")),
    )
    .field(Field::text("function", "Fonction").autocomplete("off").value(value("function")))
    .field(Field::new(Kind::Date, "until", "Jusqu'au (fin du mandat)").value(value("until")))
    .cancel(url::powers(&head.slug))
}

/// The choices that the person who asks may give.
async fn offered(desk: &Desk, head: &Head) -> Result<Vec<Choice>> {
    let all = desk.may(Capability::GivePowers, Scope::Governance(head.id.uuid()));
    let head = head.clone();
    desk.read(move |tx| places(tx, &head, all)).await
}

pub async fn show_give(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = enter(&desk, slug, Capability::AppointManagers).await?;
    let places = offered(&desk, &head).await?;
    desk.form(&give_page(&head, places, &desk.params))
}

pub async fn give(desk: Desk, Path(slug): Path<String>, Form(form): Form) -> Answer {
    let head = enter(&desk, slug, Capability::AppointManagers).await?;
    let mut errors = Errors::default();
    let place = read_place(&head, form.typed("role"));
    if place.is_none() {
        errors.add("role", "Choisissez un pouvoir dans la liste.");
    }
    let until = forms::date(&mut errors, "until", form.typed("until"));
    let done = match (errors.into_result(), place) {
        (Ok(()), Some((role, reach))) => {
            let invitation = Invitation {
                email: form.typed("email").to_owned(),
                name: form.typed("name").to_owned(),
                function: form.typed("function").to_owned(),
                ..Invitation::default()
            };
            let site = desk.app.settings().public_address.clone();
            let new = NewPower { role, reach, since: None, until };
            desk.act(move |ctx, tx| acts::invite(ctx, tx, &site, &invitation, &new)).await.map(|_| ())
        }
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(Error::NotFound),
    };
    match done {
        Ok(()) => desk.done(&url::powers(&head.slug), "Le pouvoir est donné, le courriel part."),
        Err(error) => {
            let places = offered(&desk, &head).await?;
            desk.form_again(give_page(&head, places, &form), error)
        }
    }
}

/// The power of the address, when it is one of this governance.
async fn power(desk: &Desk, slug: String, id: String) -> Result<(Head, Power)> {
    let head = enter(desk, slug, Capability::AppointManagers).await?;
    let id: Id<Power> = id.parse().map_err(|_| Error::NotFound)?;
    let power = desk.read(move |tx| reads::find(tx, id)).await?;
    if power.reach.governance() != Some(head.id.uuid()) {
        return Err(Error::NotFound);
    }
    let (capability, scope) = super::model::needed(power.role, power.reach);
    desk.require(capability, scope)?;
    Ok((head, power))
}

fn whose(power: &Power) -> String {
    match &power.on {
        Some(on) => format!("{} : {} ({on})", power.name, power.role),
        None => format!("{} : {}", power.name, power.role),
    }
}

fn end_page(head: &Head, power: &Power, reason: &str) -> FormPage {
    let action = format!("{}/{}/retirer", url::powers(&head.slug), power.id);
    forms::page(head, "Retirer un pouvoir", action, "Retirer ce pouvoir")
        .about(whose(power))
        .field(
            Field::text("reason", "Motif")
                .hint("Fin de mandat, changement de poste… Il n'est pas public.")
                .required()
                .value(reason),
        )
        .cancel(url::powers(&head.slug))
        .danger()
}

pub async fn show_end(desk: Desk, Path((slug, id)): Path<(String, String)>) -> Answer {
    let (head, power) = power(&desk, slug, id).await?;
    desk.form(&end_page(&head, &power, ""))
}

pub async fn end(desk: Desk, Path((slug, id)): Path<(String, String)>, Form(form): Form) -> Answer {
    let (head, power) = power(&desk, slug, id).await?;
    let (id, reason) = (power.id, form.typed("reason").to_owned());
    match desk.act(move |ctx, tx| acts::end(ctx, tx, id, &reason)).await {
        Ok(()) => desk.done(&url::powers(&head.slug), "Le pouvoir a pris fin."),
        Err(error) => desk.form_again(end_page(&head, &power, form.typed("reason")), error),
    }
}

fn prolong_page(head: &Head, power: &Power, until: &str) -> FormPage {
    let action = format!("{}/{}/duree", url::powers(&head.slug), power.id);
    forms::page(head, "Changer la durée d'un pouvoir", action, "Enregistrer")
        .about(whose(power))
        .field(Field::new(Kind::Date, "until", "Jusqu'au").value(until))
        .note("Sans date, le pouvoir dure jusqu'à ce que quelqu'un le retire.")
        .cancel(url::powers(&head.slug))
}

pub async fn show_prolong(desk: Desk, Path((slug, id)): Path<(String, String)>) -> Answer {
    let (head, power) = power(&desk, slug, id).await?;
    desk.form(&prolong_page(&head, &power, &forms::shown_date(power.until)))
}

pub async fn prolong(desk: Desk, Path((slug, id)): Path<(String, String)>, Form(form): Form) -> Answer {
    let (head, power) = power(&desk, slug, id).await?;
    let mut errors = Errors::default();
    let until = forms::date(&mut errors, "until", form.typed("until"));
    let id = power.id;
    let done = match errors.into_result() {
        Ok(()) => desk.act(move |ctx, tx| acts::prolong(ctx, tx, id, until)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&url::powers(&head.slug), "La durée est enregistrée."),
        Err(error) => desk.form_again(prolong_page(&head, &power, form.typed("until")), error),
    }
}
