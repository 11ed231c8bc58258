//! The guests of a meeting, for those who prepare it: who is invited, inviting, who came.

use askama::Template;
use axum::extract::Path;
use http::StatusCode;
use kernel::coded::Coded as _;
use kernel::{Error, Id, Result};
use ui::form::{Choice, ErrorSummary, Field, Kind};
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, Params, refusal};

use super::acts::{self, Entry, NewGuest};
use super::model::{Guest, GuestPresence};
use super::store as guests;
use crate::model::MeetingState;
use crate::planning::convocation::Site;
use crate::planning::{Known, managed};

type Place = Path<(String, String)>;

#[derive(Template)]
#[template(path = "schedule/guests/guests.html")]
struct GuestsPage {
    known: Known,
    guests: Vec<Guest>,
    fields: Vec<Field>,
    /// One a guest, during the session.
    presence: Vec<Field>,
    errors: ErrorSummary,
}

impl Page for GuestsPage {
    fn title(&self) -> String {
        let error = if self.errors.is_empty() { "" } else { "Erreur : " };
        format!("{error}Invités · {}", self.known.meeting.title)
    }
    fn crumb(&self) -> String {
        "Invités".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.known.trail()
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl GuestsPage {
    fn at(&self, place: &str) -> String {
        format!("{}/invites{place}", self.known.page())
    }

    fn is_draft(&self) -> bool {
        self.known.meeting.state == MeetingState::Draft
    }

    fn invites(&self) -> bool {
        !matches!(self.known.meeting.state, MeetingState::Closed | MeetingState::Cancelled)
    }
}

async fn page(desk: &Desk, known: Known, typed: &Params) -> Result<GuestsPage> {
    let id = known.meeting.id;
    let guests = desk.read(move |tx| guests::list(tx, id)).await?;
    let fields = vec![
        Field::text("name", "Structure ou fonction")
            .hint("Jamais le nom d'une personne : il paraîtra au compte rendu. Exemple : Chambre d'agriculture")
            .autocomplete("off")
            .required()
            .value(typed.typed("name")),
        Field::new(Kind::Email, "email", "Adresse électronique")
            .autocomplete("off")
            .hint("Pour envoyer l'invitation. Elle est effacée une fois la réunion passée ou annulée.")
            .value(typed.typed("email")),
    ];
    let of = |guest: &Guest| {
        let choices = GuestPresence::ALL
            .iter()
            .map(|presence| Choice::new(presence.code(), presence.label()).selected(*presence == guest.presence));
        let field = Field::choice(Kind::Select, format!("i-{}", guest.id), &guest.name, choices).required();
        // What this form shows before anybody touches it: only what is changed in it is saved.
        [field, Field::hidden(before(guest), guest.presence.code())]
    };
    let presence = match known.meeting.state {
        MeetingState::Open => guests.iter().flat_map(of).collect(),
        _ => Vec::new(),
    };
    Ok(GuestsPage { known, guests, fields, presence, errors: ErrorSummary::default() })
}

fn before(guest: &Guest) -> String {
    format!("avant-{}", guest.id)
}

pub async fn show(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let page = page(&desk, known, &Params::default()).await?;
    desk.private(StatusCode::OK, &page)
}

pub async fn invite(desk: Desk, Path((slug, meeting)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let typed = NewGuest { name: form.whole("name"), email: form.whole("email") };
    let id = known.meeting.id;
    let (address, secret) = (desk.app.settings().public_address.clone(), desk.app.secret().clone());
    let done =
        desk.act(move |ctx, tx| acts::invite(ctx, tx, &Site { address: &address, secret: &secret }, id, &typed)).await;
    match done {
        Ok(_) => desk.done(&format!("{}/invites", known.page()), "L'invité est sur la liste."),
        Err(error) => {
            let (status, messages) = refusal(error)?;
            let mut page = page(&desk, known, &form).await?;
            page.errors = ErrorSummary::new(&messages);
            page.fields = page.fields.into_iter().map(|field| field.check(&messages)).collect();
            desk.private(status, &page)
        }
    }
}

pub async fn remove(desk: Desk, Path((slug, meeting, guest)): Path<(String, String, String)>) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let guest: Id<Guest> = guest.parse().map_err(|_| Error::NotFound)?;
    let id = known.meeting.id;
    desk.act(move |ctx, tx| {
        if guests::meeting_of(tx, guest)? != id {
            return Err(Error::NotFound);
        }
        acts::remove(ctx, tx, guest)
    })
    .await?;
    desk.done(&format!("{}/invites", known.page()), "L'invitation est retirée.")
}

pub async fn presence(desk: Desk, Path((slug, meeting)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let id = known.meeting.id;
    let all = desk.read(move |tx| guests::list(tx, id)).await?;
    let entries: Vec<Entry> = all
        .iter()
        .filter_map(|guest| {
            // What the form does not say stays as it is.
            let typed = form.typed(&format!("i-{}", guest.id));
            if form.one(&before(guest)) == Some(typed) {
                return None;
            }
            let presence = GuestPresence::from_code(typed)?;
            Some(Entry { guest: guest.id, presence })
        })
        .collect();
    desk.act(move |ctx, tx| acts::enter_presence(ctx, tx, id, &entries)).await?;
    desk.done(&format!("{}/invites", known.page()), "La présence des invités est enregistrée.")
}
