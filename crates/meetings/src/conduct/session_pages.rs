//! The page by which a meeting is run: presence and quorum, each item with its notes and what comes out of it.

use askama::Template;
use axum::extract::Path;
use governance::forms;
use http::StatusCode;
use kernel::{Error, Id, Result, Timestamp};
use store::Tx;
use ui::form::{Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, Params};

use super::acts;
use super::clock::{go_to, late_by};
use crate::agenda::{Reader, load_more};
use crate::model::{Item, MeetingState, Participant, Presence};
use crate::planning::acts::{become_state, hour as planning_hour};
use crate::planning::{Known, Timed, managed, timed_with};
use crate::quorum::{Quorum, quorum};
use crate::{practice, store as reads};

type Place = Path<(String, String)>;

/// The quorum of each body that the meeting serves, as people are there now.
pub(crate) fn quorums(tx: &mut Tx<'_>, known: &Known, everyone: &[Participant]) -> Result<Vec<(String, Quorum)>> {
    let mut out = Vec::new();
    for body in &known.bodies {
        let (rules, _) = practice::find(tx, body.id)?;
        out.push((body.name.clone(), quorum(rules.quorum, known.meeting.second, body.id, everyone)));
    }
    Ok(out)
}

/// What a session shows of itself, to who runs it and to the room.
pub(super) struct Session {
    pub known: Known,
    pub items: Vec<Timed>,
    pub quorums: Vec<(String, Quorum)>,
    pub everyone: Vec<Participant>,
    pub now: Timestamp,
}

impl Session {
    /// # Errors
    /// A conflict when the session is not open.
    pub async fn load(desk: &Desk, slug: String, meeting: String) -> Result<Self> {
        let known = managed(desk, slug, meeting).await?;
        if known.meeting.state != MeetingState::Open {
            return Err(Error::Conflict("La séance n'est pas ouverte.".to_owned()));
        }
        let loaded = known.clone();
        let (items, everyone, quorums) = desk
            .read(move |tx| {
                let everyone = reads::participants(tx, loaded.meeting.id)?;
                let quorums = quorums(tx, &loaded, &everyone)?;
                let more = load_more(tx, &loaded, &Reader { manages: true, ..Reader::default() })?;
                let (items, _) = timed_with(&loaded, reads::agenda(tx, loaded.meeting.id)?, more);
                Ok((items, everyone, quorums))
            })
            .await?;
        Ok(Self { known, items, quorums, everyone, now: desk.app.clock().now() })
    }

    /// The item under discussion.
    pub fn current(&self) -> Option<&Timed> {
        self.items.iter().find(|timed| self.is_current(timed))
    }

    pub fn is_current(&self, timed: &Timed) -> bool {
        self.known.meeting.current == Some(timed.item.id)
    }

    /// The item that comes after the one under discussion; the first when there is none.
    pub fn next(&self) -> Option<&Timed> {
        let at = self.items.iter().position(|timed| self.is_current(timed));
        self.items.get(at.map_or(0, |at| at + 1))
    }

    /// « Depuis 14 h 12, prévu de 14 h à 14 h 30 ».
    pub fn since(&self, timed: &Timed) -> String {
        let zone = self.known.meeting.zone;
        let since = timed.item.begun_at.map(|at| format!("Depuis {}, ", zone.hour(at))).unwrap_or_default();
        format!("{since}prévu à {}, {}", timed.begins, timed.length)
    }

    /// « 12 min de retard sur l'ordre du jour ».
    pub fn pace(&self) -> String {
        let Some(timed) = self.current() else { return String::new() };
        let Some(begun) = timed.item.begun_at else { return String::new() };
        match late_by((timed.begins_at, timed.item.minutes), begun, self.now) {
            late if late >= 2 => format!("{} de retard sur l'ordre du jour", crate::model::length(late)),
            late if late <= -2 => format!("{} d'avance sur l'ordre du jour", crate::model::length(-late)),
            _ => "À l'heure".to_owned(),
        }
    }

    pub fn there(&self) -> Vec<&Participant> {
        self.everyone.iter().filter(|one| one.presence.is_there()).collect()
    }

    pub fn unknown(&self) -> usize {
        self.everyone.iter().filter(|one| one.presence == Presence::Unknown).count()
    }

    /// The hour now, where the meeting is.
    pub fn hour(&self) -> String {
        self.known.meeting.zone.hour(self.now)
    }

    /// Seconds since the epoch at which the current item is over its length, for the clock of the page.
    pub fn ends(&self) -> i64 {
        let ends = self.current().and_then(|timed| {
            let begun = timed.item.begun_at?;
            Some(begun.plus(timed.item.minutes * kernel::time::MINUTE).as_micros() / 1_000_000)
        });
        ends.unwrap_or(0)
    }
}

#[derive(Template)]
#[template(path = "conduct/session.html")]
struct SessionPage {
    session: Session,
}

impl Page for SessionPage {
    fn title(&self) -> String {
        format!("Séance · {}", self.session.known.meeting.title)
    }
    fn crumb(&self) -> String {
        "Séance".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.session.known.trail()
    }
    fn section(&self) -> Section {
        Section::Governances
    }
    fn script(&self) -> Option<&'static str> {
        Some("session.js")
    }
}

impl SessionPage {
    fn at(&self, place: &str) -> String {
        format!("{}/{place}", self.session.known.page())
    }

    fn base(&self) -> String {
        self.at("seance")
    }

    fn notes(&self, item: &Item) -> Field {
        Field::area("notes", "Notes").id(format!("notes-{}", item.id)).rows(6).value(&item.notes)
    }
}

pub async fn show(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let session = Session::load(&desk, slug, meeting).await?;
    desk.private(StatusCode::OK, &SessionPage { session })
}

/// The field of the hour at which something happened, for what is entered from paper.
fn hour_field(label: &'static str, shown: &str) -> Field {
    Field::new(Kind::Time, "hour", label)
        .hint("Laissez vide pour maintenant. Une réunion saisie après coup : l'heure de la feuille signée.")
        .value(shown)
}

/// The hour that was typed, if any.
fn hour(form: &Params) -> Result<Option<jiff::civil::Time>> {
    match form.typed("hour").trim() {
        "" => Ok(None),
        typed => planning_hour(typed)
            .map(Some)
            .ok_or_else(|| Error::invalid("hour", "Donnez une heure, comme 14:30, ou laissez vide.")),
    }
}

fn open_page(known: &Known, typed: &str) -> FormPage {
    forms::page(&known.head, "Ouvrir la séance", format!("{}/ouvrir", known.page()), "Ouvrir la séance")
        .about(format!("{}, {}", known.meeting.title, known.meeting.when()))
        .trail(known.trail())
        .note("Ensuite : la présence, puis les notes et les suites de chaque point. Une réunion déjà tenue se saisit de la même façon, à partir de la feuille signée.")
        .field(hour_field("Heure d'ouverture", typed))
        .cancel(known.page())
}

/// The planned hour, once the day of the meeting is past: it is then entered from paper.
fn paper_hour(desk: &Desk, known: &Known, planned: kernel::Timestamp) -> String {
    let zone = known.meeting.zone;
    let ((day, hour), (today, _)) = (zone.civil(planned), zone.civil(desk.app.clock().now()));
    if today > day { format!("{:02}:{:02}", hour.hour(), hour.minute()) } else { String::new() }
}

pub async fn show_open(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    become_state(&known.meeting, MeetingState::Open)?;
    let shown = paper_hour(&desk, &known, known.meeting.starts_at);
    desk.form(&open_page(&known, &shown))
}

pub async fn open(desk: Desk, Path((slug, meeting)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let id = known.meeting.id;
    let done = match hour(&form) {
        Ok(hour) => desk.act(move |ctx, tx| acts::open(ctx, tx, id, hour)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&format!("{}/seance", known.page()), "La séance est ouverte. Notez d'abord qui est là."),
        Err(error) => desk.form_again(open_page(&known, form.typed("hour")), error),
    }
}

/// Goes to an item: « passer à ce point ».
pub async fn go(desk: Desk, Path((slug, meeting)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let id = known.meeting.id;
    let item: Option<Id<Item>> = match form.typed("point") {
        "" => None,
        typed => Some(typed.parse().map_err(|_| Error::NotFound)?),
    };
    desk.act(move |ctx, tx| go_to(ctx, tx, id, item)).await?;
    match item {
        Some(item) => desk.done(&format!("{}/seance#point-{item}", known.page()), "Ce point est en cours."),
        None => desk.done(&format!("{}/seance", known.page()), "Aucun point n'est en cours."),
    }
}

fn close_page(known: &Known, unknown: usize, typed: &str) -> FormPage {
    let mut page = forms::page(&known.head, "Clore la séance", format!("{}/clore", known.page()), "Clore la séance")
        .about(known.meeting.title.clone())
        .trail(known.trail())
        .note("Le compte rendu se fait tout seul avec la présence, le quorum, les notes et les suites. Après la clôture, la présence ne change plus ; les notes se corrigent jusqu'à l'approbation.")
        .field(hour_field("Heure de clôture", typed))
        .cancel(format!("{}/seance", known.page()));
    if unknown > 0 {
        let plural = if unknown > 1 { "s" } else { "" };
        page =
            page.note(format!("{unknown} présence{plural} non renseignée{plural} : elles compteront comme absentes."));
    }
    page
}

async fn unknown(desk: &Desk, known: &Known) -> Result<usize> {
    let id = known.meeting.id;
    let everyone = desk.read(move |tx| reads::participants(tx, id)).await?;
    Ok(everyone.iter().filter(|one| one.presence == Presence::Unknown).count())
}

pub async fn show_close(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    become_state(&known.meeting, MeetingState::Closed)?;
    let unknown = unknown(&desk, &known).await?;
    let shown = paper_hour(&desk, &known, known.meeting.ends_at());
    desk.form(&close_page(&known, unknown, &shown))
}

pub async fn close(desk: Desk, Path((slug, meeting)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let id = known.meeting.id;
    let done = match hour(&form) {
        Ok(hour) => desk.act(move |ctx, tx| acts::close(ctx, tx, id, hour)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&format!("{}/compte-rendu", known.page()), "La séance est close. Relisez le compte rendu."),
        Err(error) => {
            let unknown = unknown(&desk, &known).await?;
            desk.form_again(close_page(&known, unknown, form.typed("hour")), error)
        }
    }
}
