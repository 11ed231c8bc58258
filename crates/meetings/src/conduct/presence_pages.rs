//! The sheet to sign, and the form by which presence is entered.

use askama::Template;
use axum::extract::Path;
use governance::forms;
use http::StatusCode;
use kernel::Id;
use kernel::coded::Coded as _;
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, Params};

use super::presence::{Entry, enter_presence};
use crate::model::{Participant, Presence};
use crate::planning::{Known, managed};
use crate::schedule::guests::{self, Guest};
use crate::store as reads;

type Place = Path<(String, String)>;

#[derive(Template)]
#[template(path = "conduct/sheet.html")]
struct SheetPage {
    known: Known,
    everyone: Vec<Participant>,
    guests: Vec<Guest>,
}

impl Page for SheetPage {
    fn title(&self) -> String {
        format!("Feuille d'émargement · {}", self.known.meeting.title)
    }
    fn crumb(&self) -> String {
        "Feuille d'émargement".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.known.trail()
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl SheetPage {
    fn lead(&self) -> String {
        format!("{}, {}", self.known.meeting.title, self.known.meeting.when())
    }
}

pub async fn sheet(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let id = known.meeting.id;
    let (everyone, guests) = desk.read(move |tx| Ok((reads::participants(tx, id)?, guests::list(tx, id)?))).await?;
    desk.private(StatusCode::OK, &SheetPage { known, everyone, guests })
}

/// « present », « deputy », « absent », or « proxy:0192… »: who is there, and who holds the proxy, as one answer.
fn read(typed: &str) -> Option<(Presence, Option<Id<Participant>>)> {
    match typed.split_once(':') {
        Some(("proxy", holder)) => Some((Presence::Proxy, Some(holder.parse().ok()?))),
        Some(_) => None,
        None => {
            Presence::from_code(typed).filter(|presence| *presence != Presence::Proxy).map(|presence| (presence, None))
        }
    }
}

fn shown(one: &Participant) -> String {
    match (one.presence, one.proxy) {
        (Presence::Proxy, Some(holder)) => format!("proxy:{holder}"),
        (presence, _) => presence.code().to_owned(),
    }
}

fn page(known: &Known, everyone: &[Participant], typed: &Params) -> FormPage {
    let mut page =
        forms::page(&known.head, "Présence", format!("{}/presence", known.page()), "Enregistrer la présence")
            .about(known.meeting.title.clone())
            .trail(known.trail())
            .note("En séance, une arrivée ou un départ est noté avec son heure au moment où vous l'enregistrez.")
            .cancel(format!("{}/seance", known.page()));
    for one in everyone {
        let name = format!("p-{}", one.id);
        let chosen = typed.one(&name).map_or_else(|| shown(one), ToOwned::to_owned);
        let plain = [Presence::Unknown, Presence::Principal, Presence::Deputy, Presence::Absent]
            .map(|presence| Choice::new(presence.code(), presence.label()));
        let shares =
            |other: &&Participant| other.id != one.id && one.places.iter().any(|(body, ..)| other.sits_in(*body));
        let proxies = everyone.iter().filter(shares);
        let proxies =
            proxies.map(|other| Choice::new(format!("proxy:{}", other.id), format!("Pouvoir donné à {}", other.name)));
        let choices = plain.into_iter().chain(proxies).map(|choice| {
            let selected = choice.value == chosen;
            choice.selected(selected)
        });
        page = page.field(Field::choice(Kind::Select, name, &one.name, choices).required());
    }
    page
}

pub async fn show(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let id = known.meeting.id;
    let everyone = desk.read(move |tx| reads::participants(tx, id)).await?;
    desk.form(&page(&known, &everyone, &Params::default()))
}

pub async fn save(desk: Desk, Path((slug, meeting)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let id = known.meeting.id;
    let everyone = desk.read(move |tx| reads::participants(tx, id)).await?;
    let mut errors = kernel::Errors::default();
    let mut entries = Vec::new();
    for one in &everyone {
        let name = format!("p-{}", one.id);
        // What the form does not say stays as it is: another note-taker may have entered it.
        let Some(typed) = form.one(&name) else { continue };
        match read(typed) {
            Some((presence, proxy)) => entries.push(Entry { participant: one.id, presence, proxy }),
            None => errors.add(name, "Choisissez une réponse dans la liste."),
        }
    }
    let done = match errors.into_result() {
        Ok(()) => desk.act(move |ctx, tx| enter_presence(ctx, tx, id, &entries)).await.map(|_| ()),
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&format!("{}/seance", known.page()), "La présence est enregistrée."),
        Err(error) => desk.form_again(page(&known, &everyone, &form), error),
    }
}
