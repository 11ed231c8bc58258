//! The minutes: made of what was entered, read again by those who prepare, public once they are published.

use askama::Template;
use axum::extract::Path;
use governance::forms;
use governance::page::subjects;
use http::StatusCode;
use kernel::time::french_date;
use kernel::{Error, Errors};
use store::versions;
use ui::form::{Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, Params};

use super::acts;
use super::session_pages::quorums;
use crate::model::{Item, MeetingState, OutcomeKind, Participant, Presence};
use crate::planning::{Known, managed, may_manage};
use crate::practice::{self, Approval};
use crate::quorum::Quorum;
use crate::schedule::guests::{self, Guest, GuestPresence};
use crate::store::{self as reads, Minutes};

type Place = Path<(String, String)>;

#[derive(Template)]
#[template(path = "conduct/minutes.html")]
struct MinutesPage {
    known: Known,
    minutes: Minutes,
    items: Vec<Item>,
    everyone: Vec<Participant>,
    quorums: Vec<(String, Quorum)>,
    manages: bool,
    guests: Vec<Guest>,
}

impl Page for MinutesPage {
    fn title(&self) -> String {
        format!("Compte rendu · {} · {}", self.known.meeting.title, self.known.meeting.when())
    }
    fn crumb(&self) -> String {
        "Compte rendu".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.known.trail()
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl MinutesPage {
    fn at(&self, place: &str) -> String {
        format!("{}/{place}", self.known.page())
    }

    fn lead(&self) -> String {
        format!("{}, {}", self.known.meeting.title, self.known.meeting.when())
    }

    fn hours(&self) -> String {
        let meeting = &self.known.meeting;
        match (meeting.opened_at, meeting.closed_at) {
            (Some(opened), Some(closed)) => {
                let (opening, closing) = (meeting.zone.civil(opened), meeting.zone.civil(closed));
                let hour = |at| meeting.zone.hour(at);
                match opening.0 == closing.0 {
                    true => {
                        format!("Ouverte à {}, close à {} le {}", hour(opened), hour(closed), french_date(closing.0))
                    }
                    false => format!("Ouverte le {}, close le {}", french_date(opening.0), french_date(closing.0)),
                }
            }
            _ => String::new(),
        }
    }

    fn of(&self, wanted: &[Presence]) -> Vec<&Participant> {
        self.everyone.iter().filter(|one| wanted.contains(&one.presence)).collect()
    }

    fn there(&self) -> Vec<&Participant> {
        self.of(&[Presence::Principal, Presence::Deputy])
    }

    fn represented(&self) -> Vec<&Participant> {
        self.of(&[Presence::Proxy])
    }

    /// Who was there for a part of the session is not absent.
    fn absent(&self) -> Vec<&Participant> {
        let mut absent = self.of(&[Presence::Absent, Presence::Unknown]);
        absent.retain(|one| one.left_at.is_none());
        absent
    }

    fn left(&self) -> Vec<(&Participant, String)> {
        let left = self.everyone.iter().filter(|one| !one.presence.is_there());
        left.filter_map(|one| Some((one, self.known.meeting.zone.hour(one.left_at?)))).collect()
    }

    fn holder(&self, one: &Participant) -> &str {
        self.everyone.iter().find(|other| Some(other.id) == one.proxy).map_or("", |other| other.name.as_str())
    }

    /// Guests who came: apart from the members, since no quorum counts them.
    fn came(&self) -> Vec<&Guest> {
        self.guests.iter().filter(|guest| guest.presence == GuestPresence::Present).collect()
    }

    fn tasks(&self) -> Vec<&crate::model::Outcome> {
        self.items.iter().flat_map(|item| &item.outcomes).filter(|one| one.kind == OutcomeKind::Task).collect()
    }

    fn published_on(&self) -> String {
        self.minutes.published_at.map(|at| french_date(at.day())).unwrap_or_default()
    }
}

pub async fn show(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let mut page = desk
        .read(move |tx| {
            let known = Known::load(tx, &slug, &meeting)?;
            let minutes = reads::minutes(tx, known.meeting.id)?.ok_or(Error::NotFound)?;
            let everyone = reads::participants(tx, known.meeting.id)?;
            let quorums = quorums(tx, &known, &everyone)?;
            let items = reads::agenda(tx, known.meeting.id)?;
            let guests = guests::list(tx, known.meeting.id)?;
            Ok(MinutesPage { known, minutes, items, everyone, quorums, manages: false, guests })
        })
        .await?;
    page.manages = may_manage(&desk.who(), &page.known.head, &page.known.bodies);
    if !page.minutes.published && !page.manages {
        return Err(Error::NotFound.into());
    }
    if page.manages {
        return desk.private(StatusCode::OK, &page);
    }
    let mut all = subjects(page.known.meeting.governance);
    all.push(versions::MEETINGS.to_owned());
    desk.shared(&page, all)
}

fn publish_page(known: &Known, hint: &str, typed: &Params) -> FormPage {
    let base = format!("{}/compte-rendu", known.page());
    forms::page(&known.head, "Publier le compte rendu", format!("{base}/publier"), "Publier le compte rendu")
        .about(known.meeting.title.clone())
        .trail(known.trail())
        .note("Une fois publié, chacun peut le lire. Il ne porte aucun nom de personne : relisez les notes.")
        .field(Field::new(Kind::Date, "approved_on", "Approuvé le").required().value(typed.typed("approved_on")))
        .field(Field::text("approval", "De quelle façon").hint(hint).required().value(typed.typed("approval")))
        .cancel(base)
}

/// What the rule of the first body says of approval.
async fn hint(desk: &Desk, known: &Known) -> kernel::Result<String> {
    let Some(body) = known.bodies.first().map(|body| body.id) else { return Ok(String::new()) };
    let (rules, _) = desk.read(move |tx| practice::find(tx, body)).await?;
    Ok(match rules.approval {
        Approval::NextMeeting => {
            "La règle de l'instance : à la réunion suivante. Exemple : à la séance du 12 mars 2027".to_owned()
        }
        Approval::Silence => {
            format!("La règle de l'instance : par le silence, {} jours après l'envoi.", rules.silence_days)
        }
    })
}

pub async fn show_publish(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    if known.meeting.state != MeetingState::Closed {
        return Err(
            Error::Conflict("La séance n'est pas close : il n'y a pas encore de compte rendu.".to_owned()).into()
        );
    }
    let hint = hint(&desk, &known).await?;
    desk.form(&publish_page(&known, &hint, &Params::default()))
}

pub async fn publish(desk: Desk, Path((slug, meeting)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let mut errors = Errors::default();
    let on = forms::date(&mut errors, "approved_on", form.typed("approved_on"));
    let (id, approval) = (known.meeting.id, form.typed("approval").to_owned());
    let done = match errors.into_result() {
        Ok(()) => desk.act(move |ctx, tx| acts::publish(ctx, tx, id, on, &approval)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&format!("{}/compte-rendu", known.page()), "Le compte rendu est public."),
        Err(error) => {
            let hint = hint(&desk, &known).await?;
            desk.form_again(publish_page(&known, &hint, &form), error)
        }
    }
}
