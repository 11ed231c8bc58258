//! The page « Notre structure » and its forms.

use askama::Template;
use axum::extract::Path;
use directory::accounts::acts::Invitation;
use http::StatusCode;
use kernel::coded::Coded as _;
use kernel::permission::{Reach, RoleKind};
use kernel::{Capability, Error, Errors, Id, Result, Scope};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, Params};

use super::acts::{self, AskedBy, Request};
use super::page_of;
use crate::agreements;
use crate::forms;
use crate::governances::store::Head;
use crate::members::model::{Involvement, Member, MemberState};
use crate::members::store as reads;
use crate::powers::model::Power;
use crate::url;

type Place = Path<(String, String)>;

/// The member of the address, with who represents it, for those who may speak for it.
struct Own {
    head: Head,
    member: Member,
    representatives: Vec<Power>,
    /// The secretariat says who asked.
    for_others: bool,
}

async fn enter(desk: &Desk, slug: String, id: String) -> Result<Own> {
    let id: Id<Member> = id.parse().map_err(|_| Error::NotFound)?;
    let today = desk.app.clock().now().day();
    let (head, member, representatives) = desk
        .read(move |tx| {
            let head = forms::governance(tx, &slug)?;
            if reads::governance_of(tx, id)? != head.id {
                return Err(Error::NotFound);
            }
            Ok((head.clone(), reads::find(tx, id)?, acts::representatives(tx, today, head.id, id)?))
        })
        .await?;
    let scope = Scope::Member { governance: head.id.uuid(), member: id.uuid() };
    desk.require(Capability::SpeakForMember, scope)?;
    let own = |kind: RoleKind, reach: Reach| {
        matches!(kind, RoleKind::Representative | RoleKind::Deputy) && reach.covers(scope)
    };
    let for_others = !desk.who().roles.iter().any(|role| own(role.kind, role.reach));
    Ok(Own { head, member, representatives, for_others })
}

#[derive(Template)]
#[template(path = "members/own/own.html")]
struct OwnPage {
    own: Own,
    agreements: Vec<(String, String, Option<kernel::PartialDate>)>,
    base: String,
}

impl Page for OwnPage {
    fn title(&self) -> String {
        format!("Notre structure · {} · {}", self.own.member.name, self.own.head.name)
    }
    fn crumb(&self) -> String {
        "Notre structure".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        trail(&self.own.head)
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl OwnPage {
    fn present(&self) -> bool {
        self.own.member.state != MemberState::Withdrawn
    }
}

fn trail(head: &Head) -> Vec<Crumb> {
    vec![
        Crumb::new("Gouvernances", url::GOVERNANCES),
        Crumb::new(&head.name, url::governance(&head.slug)),
        Crumb::new("Membres", url::members(&head.slug)),
    ]
}

pub async fn show(desk: Desk, Path((slug, id)): Place) -> Answer {
    let own = enter(&desk, slug, id).await?;
    let (organisation, slug) = (own.member.organisation, own.head.slug.clone());
    let mut agreements = desk.read(move |tx| agreements::store::of_organisation(tx, organisation)).await?;
    agreements.retain(|(_, of, _)| *of == slug);
    let base = page_of(&own.head.slug, own.member.id);
    desk.private(StatusCode::OK, &OwnPage { own, agreements, base })
}

/// A form of the member, with who asked for it when the secretariat fills it in.
fn page(own: &Own, title: &str, place: &str, button: &str, typed: &Params) -> FormPage {
    let base = page_of(&own.head.slug, own.member.id);
    let mut trail = trail(&own.head);
    trail.push(Crumb::new("Notre structure", &base));
    let mut page = forms::page(&own.head, title, format!("{base}/{place}"), button)
        .about(own.member.name.clone())
        .trail(trail)
        .cancel(&base);
    if own.for_others {
        let who = own.representatives.iter().map(|power| {
            let id = power.id.to_string();
            let selected = id == typed.typed("asked");
            Choice::new(id, format!("{} ({})", power.name, power.role.label().to_lowercase())).selected(selected)
        });
        page = page
            .note(
                "Vous agissez à la demande de la structure : le registre le dira, et la personne recevra un courriel.",
            )
            .field(Field::choice(Kind::Radio, "asked", "Qui vous l'a demandé", who).required())
            .field(
                Field::choice(Kind::Select, "how", "De quelle façon", forms::choices::<AskedBy>(typed.typed("how")))
                    .required(),
            );
    }
    page
}

fn request(own: &Own, typed: &Params, errors: &mut Errors) -> Option<Request> {
    if !own.for_others {
        return None;
    }
    let power = typed.typed("asked").parse::<Id<Power>>().ok();
    if power.is_none() {
        errors.add("asked", "Choisissez la personne de cette structure qui vous l'a demandé.");
    }
    let how = forms::coded::<AskedBy>(errors, "how", typed.typed("how"));
    Some(Request { power: power?, how: how? })
}

fn involvement_page(own: &Own, typed: &Params) -> FormPage {
    let chosen = typed.one("involvement").unwrap_or(own.member.involvement.code());
    let choices = Involvement::ALL.iter().map(|one| {
        let hint = match one {
            Involvement::Leads => "Votre structure anime une instance ou pilote une action.",
            Involvement::Contributes => "Elle vient aux réunions, vote, prend part aux actions.",
            Involvement::Observes => "Elle se tient au courant. Rien ne lui est demandé, elle n'est jamais en retard.",
        };
        Choice::new(one.code(), one.label()).hint(hint).selected(one.code() == chosen)
    });
    page(own, "Choisir son implication", "implication", "Enregistrer", typed)
        .field(Field::choice(Kind::Radio, "involvement", "Implication", choices).required())
}

pub async fn show_involvement(desk: Desk, Path((slug, id)): Place) -> Answer {
    let own = enter(&desk, slug, id).await?;
    desk.form(&involvement_page(&own, &Params::default()))
}

pub async fn involvement(desk: Desk, Path((slug, id)): Place, Form(form): Form) -> Answer {
    let own = enter(&desk, slug, id).await?;
    let mut errors = Errors::default();
    let request = request(&own, &form, &mut errors);
    let involvement = forms::coded::<Involvement>(&mut errors, "involvement", form.typed("involvement"));
    let member = own.member.id;
    let done = match (errors.into_result(), involvement) {
        (Ok(()), Some(chosen)) => {
            desk.act(move |ctx, tx| acts::choose_involvement(ctx, tx, member, chosen, request.as_ref())).await
        }
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(Error::NotFound),
    };
    match done {
        Ok(()) => desk.done(&page_of(&own.head.slug, member), "L'implication est enregistrée."),
        Err(error) => desk.form_again(involvement_page(&own, &form), error),
    }
}

fn deputy_page(own: &Own, typed: &Params) -> FormPage {
    let value = |name: &str| typed.typed(name).to_owned();
    page(own, "Désigner une suppléance", "suppleance", "Inviter cette personne", typed)
        .note("Une personne suppléante parle pour votre structure quand le titulaire n'est pas là. Elle reçoit un courriel.")
        .field(Field::text("name", "Nom de la personne").autocomplete("off").required().value(value("name")))
        .field(
            Field::new(Kind::Email, "email", "Adresse électronique").autocomplete("off").required().value(value("email")),
        )
        .field(Field::text("function", "Fonction").autocomplete("off").value(value("function")))
        .field(Field::new(Kind::Date, "until", "Jusqu'au").value(value("until")))
}

pub async fn show_deputy(desk: Desk, Path((slug, id)): Place) -> Answer {
    let own = enter(&desk, slug, id).await?;
    desk.form(&deputy_page(&own, &Params::default()))
}

pub async fn deputy(desk: Desk, Path((slug, id)): Place, Form(form): Form) -> Answer {
    let own = enter(&desk, slug, id).await?;
    let mut errors = Errors::default();
    let request = request(&own, &form, &mut errors);
    let until = forms::date(&mut errors, "until", form.typed("until"));
    let invitation = Invitation {
        name: form.typed("name").to_owned(),
        email: form.typed("email").to_owned(),
        function: form.typed("function").to_owned(),
        organisation: Some(own.member.organisation),
        ..Invitation::default()
    };
    let (member, site) = (own.member.id, desk.app.settings().public_address.clone());
    let done = match errors.into_result() {
        Ok(()) => {
            desk.act(move |ctx, tx| acts::name_deputy(ctx, tx, &site, member, &invitation, until, request.as_ref()))
                .await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&page_of(&own.head.slug, member), "L'invitation part."),
        Err(error) => desk.form_again(deputy_page(&own, &form), error),
    }
}

fn leave_page(own: &Own, typed: &Params) -> FormPage {
    page(own, "Quitter la gouvernance", "depart", "Quitter la gouvernance", typed)
        .note("Ce que votre structure a fait reste. Les mandats et les pouvoirs des personnes qui la représentent prennent fin. Elle pourra demander à revenir.")
        .field(Field::new(Kind::Date, "until", "Date du départ").hint("Aujourd'hui si rien n'est écrit. Exemple : 12/03/2026").value(typed.typed("until")))
        .field(Field::text("reason", "Motif").required().value(typed.typed("reason")))
        .danger()
}

pub async fn show_leave(desk: Desk, Path((slug, id)): Place) -> Answer {
    let own = enter(&desk, slug, id).await?;
    desk.form(&leave_page(&own, &Params::default()))
}

pub async fn leave(desk: Desk, Path((slug, id)): Place, Form(form): Form) -> Answer {
    let own = enter(&desk, slug, id).await?;
    let mut errors = Errors::default();
    let request = request(&own, &form, &mut errors);
    let until = forms::date(&mut errors, "until", form.typed("until"));
    let reason = form.typed("reason").to_owned();
    let member = own.member.id;
    let done = match errors.into_result() {
        Ok(()) => desk.act(move |ctx, tx| acts::leave(ctx, tx, member, until, &reason, request.as_ref())).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&url::members(&own.head.slug), "Votre structure a quitté la gouvernance."),
        Err(error) => desk.form_again(leave_page(&own, &form), error),
    }
}
