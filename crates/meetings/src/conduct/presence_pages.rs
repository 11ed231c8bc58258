//! The sheet to sign, and the form by which presence is entered.

use askama::Template;
use axum::extract::Path;
use governance::forms;
use http::StatusCode;
use kernel::coded::Coded as _;
use kernel::{Error, Errors, Id, Result};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, Params};

use super::presence::{Entry, enter_hours, enter_presence};
use crate::model::{MeetingState, Participant, Presence};
use crate::planning::acts::hour;
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
    if everyone.is_empty() {
        page = page.note("Personne n'est appelé : aucune structure ne siège dans cette instance.");
    }
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
        // What this form shows before anybody touches it: only what is changed in it is saved.
        let before = before(one);
        let was = typed.one(&before).map_or_else(|| shown(one), ToOwned::to_owned);
        page = page
            .field(Field::choice(Kind::Select, name, &one.name, choices).required())
            .field(Field::hidden(before, was));
    }
    page
}

fn before(one: &Participant) -> String {
    format!("avant-{}", one.id)
}

pub async fn show(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    if known.meeting.state != MeetingState::Open {
        return Err(Error::Conflict("La présence se note pendant la séance.".to_owned()).into());
    }
    let id = known.meeting.id;
    let everyone = desk.read(move |tx| reads::participants(tx, id)).await?;
    desk.form(&page(&known, &everyone, &Params::default()))
}

pub async fn save(desk: Desk, Path((slug, meeting)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let id = known.meeting.id;
    let everyone = desk.read(move |tx| reads::participants(tx, id)).await?;
    let mut errors = Errors::default();
    let mut entries = Vec::new();
    for one in &everyone {
        let name = format!("p-{}", one.id);
        // What the form does not say stays as it is: another note-taker may have entered it.
        let Some(typed) = form.one(&name) else { continue };
        if form.one(&before(one)) == Some(typed) {
            continue;
        }
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

type CalledPlace = Path<(String, String, String)>;

/// The participant of the address.
async fn called(desk: &Desk, slug: String, meeting: String, of: &str) -> Result<(Known, Participant)> {
    let known = managed(desk, slug, meeting).await?;
    let (id, of): (_, Id<Participant>) = (known.meeting.id, of.parse().map_err(|_| Error::NotFound)?);
    let everyone = desk.read(move |tx| reads::participants(tx, id)).await?;
    let own = everyone.into_iter().find(|one| one.id == of).ok_or(Error::NotFound)?;
    Ok((known, own))
}

fn hours_page(known: &Known, own: &Participant, typed: Option<&Params>) -> FormPage {
    let shown = |name: &'static str, at: Option<kernel::Timestamp>| match typed {
        Some(typed) => typed.typed(name).to_owned(),
        None => at
            .map(|at| known.meeting.zone.civil(at).1)
            .map(|hour| format!("{:02}:{:02}", hour.hour(), hour.minute()))
            .unwrap_or_default(),
    };
    let action = format!("{}/presence/{}", known.page(), own.id);
    forms::page(&known.head, "Heures de présence", action, "Enregistrer")
        .about(format!("{}, {}", own.name, known.meeting.title))
        .trail(known.trail())
        .field(Field::new(Kind::Time, "arrived", "Heure d'arrivée").value(shown("arrived", own.arrived_at)))
        .field(
            Field::new(Kind::Time, "left", "Heure de départ")
                .hint("Laissez vide si cette structure est restée jusqu'à la fin.")
                .value(shown("left", own.left_at)),
        )
        .cancel(format!("{}/seance", known.page()))
}

pub async fn show_hours(desk: Desk, Path((slug, meeting, of)): CalledPlace) -> Answer {
    let (known, own) = called(&desk, slug, meeting, &of).await?;
    desk.form(&hours_page(&known, &own, None))
}

pub async fn hours(desk: Desk, Path((slug, meeting, of)): CalledPlace, Form(form): Form) -> Answer {
    let (known, own) = called(&desk, slug, meeting, &of).await?;
    let mut errors = Errors::default();
    let mut read = |name: &'static str| match form.typed(name).trim() {
        "" => None,
        typed => {
            let hour = hour(typed);
            if hour.is_none() {
                errors.add(name, "Donnez une heure, comme 14:30, ou laissez vide.");
            }
            hour
        }
    };
    let (arrived, left) = (read("arrived"), read("left"));
    let (id, of) = (known.meeting.id, own.id);
    let done = match errors.into_result() {
        Ok(()) => desk.act(move |ctx, tx| enter_hours(ctx, tx, id, of, arrived, left)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&format!("{}/seance", known.page()), "Les heures sont enregistrées."),
        Err(error) => desk.form_again(hours_page(&known, &own, Some(&form)), error),
    }
}
