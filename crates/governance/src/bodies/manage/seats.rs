//! The seats of a body: their list, giving one, taking one away.

use askama::Template;
use axum::extract::Path;
use http::StatusCode;
use kernel::coded::Coded as _;
use kernel::{Error, Errors, Id, Provenance, Result};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, Params};

use super::{base, body, page_of};
use crate::bodies::acts::{NewSeat, give_seat};
use crate::bodies::changes;
use crate::bodies::model::{Body, Chair, MandateKind, Seat};
use crate::bodies::store as reads;
use crate::forms;
use crate::governances::store::Head;
use crate::lists::choices;
use crate::members::model::{Member, MemberState};
use crate::members::store as members;

type Place = Path<(String, String)>;

#[derive(Template)]
#[template(path = "bodies/manage/seats.html")]
struct SeatsPage {
    head: Head,
    body: Body,
    seats: Vec<Seat>,
}

impl Page for SeatsPage {
    fn title(&self) -> String {
        format!("Sièges · {} · {}", self.body.name, self.head.name)
    }
    fn crumb(&self) -> String {
        format!("Sièges : {}", self.body.name)
    }
    fn trail(&self) -> Vec<Crumb> {
        trail(&self.head)
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl SeatsPage {
    fn base(&self) -> String {
        seats_of(&self.head, &self.body)
    }
}

fn seats_of(head: &Head, body: &Body) -> String {
    format!("{}/sieges", page_of(head, body))
}

fn trail(head: &Head) -> Vec<Crumb> {
    let mut trail = forms::trail(head);
    trail.push(Crumb::new("Instances", base(head)));
    trail
}

pub async fn show(desk: Desk, Path((slug, instance)): Place) -> Answer {
    let (head, body, _) = body(&desk, slug, &instance).await?;
    let id = body.id;
    let seats = desk.read(move |tx| reads::seats(tx, id)).await?;
    desk.private(StatusCode::OK, &SeatsPage { head, body, seats })
}

async fn admitted(desk: &Desk, head: &Head) -> Result<Vec<Member>> {
    let id = head.id;
    let filter = members::Filter { state: Some(MemberState::Admitted), ..members::Filter::default() };
    desk.read(move |tx| members::list(tx, id, &filter)).await
}

fn give_page(head: &Head, body: &Body, members: &[Member], typed: &Params) -> FormPage {
    let holders = members.iter().map(|member| {
        let id = member.organisation.to_string();
        let selected = id == typed.typed("organisation");
        Choice::new(id, &member.name).selected(selected)
    });
    let holders = std::iter::once(Choice::new("", "Une personne, par sa fonction")).chain(holders);
    let code = |name: &str| typed.one(name).unwrap_or_default().to_owned();
    let voting = if typed.typed("sent").is_empty() || typed.ticked("voting") { "oui" } else { "" };
    let number = if typed.typed("seats").is_empty() { "1" } else { typed.typed("seats") };
    let mandate = choices("Non précisé", MandateKind::from_code(&code("mandate")));
    let chair = choices("Non", Chair::from_code(&code("chair")));
    forms::page(head, "Donner un siège", format!("{}/donner", seats_of(head, body)), "Donner le siège")
        .about(body.name.clone())
        .trail(trail(head))
        .field(Field::hidden("sent", "oui"))
        .field(Field::choice(Kind::Select, "organisation", "Structure", holders).required())
        .field(
            Field::text("function", "Fonction")
                .hint("Une fonction, jamais un nom de personne : « Préfet », « Habitante tirée au sort »")
                .maxlength(200)
                .value(typed.typed("function")),
        )
        .field(Field::new(Kind::Number, "seats", "Nombre de sièges").required().value(number))
        .field(Field::new(Kind::Checkbox, "voting", "Avec voix").value(voting))
        .field(Field::choice(Kind::Select, "mandate", "Mandat", mandate))
        .field(Field::choice(Kind::Select, "chair", "Présidence", chair))
        .cancel(seats_of(head, body))
}

pub async fn show_give(desk: Desk, Path((slug, instance)): Place) -> Answer {
    let (head, body, _) = body(&desk, slug, &instance).await?;
    let members = admitted(&desk, &head).await?;
    desk.form(&give_page(&head, &body, &members, &desk.params))
}

/// The seat goes to one of these members, or to a function.
fn read(form: &Params, members: &[Member]) -> Result<NewSeat> {
    let mut errors = Errors::default();
    let chosen = form.one("organisation");
    let organisation = chosen.and_then(|id| members.iter().find(|member| member.organisation.to_string() == id));
    if chosen.is_some() && organisation.is_none() {
        errors.add("organisation", "Choisissez une réponse dans la liste.");
    }
    let mandate = form.one("mandate").and_then(|code| forms::coded(&mut errors, "mandate", code));
    let chair = form.one("chair").and_then(|code| forms::coded(&mut errors, "chair", code));
    let seats = form.typed("seats").trim().parse::<i64>().unwrap_or(0);
    errors.into_result()?;
    Ok(NewSeat {
        organisation: organisation.map(|member| member.organisation),
        function: form.typed("function").to_owned(),
        voting: form.ticked("voting"),
        mandate,
        chair,
        seats,
        provenance: Provenance::entered(),
    })
}

pub async fn give(desk: Desk, Path((slug, instance)): Place, Form(form): Form) -> Answer {
    let (head, body, _) = body(&desk, slug, &instance).await?;
    let (id, members) = (body.id, admitted(&desk, &head).await?);
    let done = match read(&form, &members) {
        Ok(seat) => desk.act(move |ctx, tx| give_seat(ctx, tx, id, &seat)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&seats_of(&head, &body), "Le siège est donné."),
        Err(error) => desk.form_again(give_page(&head, &body, &members, &form), error),
    }
}

async fn seat(desk: &Desk, slug: String, instance: &str, seat: &str) -> Result<(Head, Body, Seat)> {
    let (head, body, _) = body(desk, slug, instance).await?;
    let id: Id<Seat> = seat.parse().map_err(|_| Error::NotFound)?;
    let of = body.id;
    let seats = desk.read(move |tx| reads::seats(tx, of)).await?;
    let seat = seats.into_iter().find(|seat| seat.id == id).ok_or(Error::NotFound)?;
    Ok((head, body, seat))
}

fn take_page(head: &Head, body: &Body, seat: &Seat) -> FormPage {
    let action = format!("{}/{}/retirer", seats_of(head, body), seat.id);
    forms::page(head, "Retirer un siège", action, "Retirer ce siège")
        .about(format!("{} : {}", body.name, seat.holder()))
        .trail(trail(head))
        .cancel(seats_of(head, body))
        .danger()
}

pub async fn show_take(desk: Desk, Path((slug, instance, id)): Path<(String, String, String)>) -> Answer {
    let (head, body, seat) = seat(&desk, slug, &instance, &id).await?;
    desk.form(&take_page(&head, &body, &seat))
}

pub async fn take(desk: Desk, Path((slug, instance, id)): Path<(String, String, String)>, Form(_): Form) -> Answer {
    let (head, body, seat) = seat(&desk, slug, &instance, &id).await?;
    let (of, id) = (body.id, seat.id);
    match desk.act(move |ctx, tx| changes::take_seat(ctx, tx, of, id)).await {
        Ok(()) => desk.done(&seats_of(&head, &body), "Le siège est retiré."),
        Err(error) => desk.form_again(take_page(&head, &body, &seat), error),
    }
}
