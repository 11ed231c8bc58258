//! The page of minutes: whole for those who prepare it and those who were called, without what is hidden for everybody.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use governance::page::subjects;
use http::StatusCode;
use kernel::time::french_date;
use kernel::{Error, Id, Result, Who};
use store::{Tx, versions};
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk};

use super::correction;
use super::model::{
    Attendance, Correction, CorrectionState, Minutes, MinutesState, Redaction, approval_rule, public_items,
};
use super::store as reads;
use crate::agenda::{More, Reader, load_more};
use crate::conduct::quorums;
use crate::decisions::model::OnItem;
use crate::decisions::store as decisions;
use crate::model::{Item, Outcome, OutcomeKind, Participant};
use crate::planning::{Known, may_manage, speaks_for};
use crate::practice::Approval;
use crate::quorum::Quorum;
use crate::schedule::guests::{self, Guest, GuestPresence};

pub(super) type Place = Path<(String, String)>;

/// What minutes tell.
pub(crate) struct Told {
    pub known: Known,
    pub minutes: Minutes,
    pub items: Vec<Item>,
    pub everyone: Vec<Participant>,
    pub quorums: Vec<(String, Quorum)>,
    /// Guests who came: apart from the members, since no quorum counts them.
    pub guests: Vec<Guest>,
    /// What the public version hides; the items above are whole.
    pub redactions: Vec<Redaction>,
    /// What was adopted on the items, before the minutes were approved: what is approved does not grow.
    pub decisions: Vec<OnItem>,
    /// What is told beside each item: documents, earlier meetings, answers of other bodies.
    pub more: HashMap<Id<Item>, More>,
}

impl Told {
    /// The minutes of a meeting, whole.
    ///
    /// # Errors
    /// Not found as long as the session is not closed.
    pub fn load(tx: &mut Tx<'_>, slug: &str, meeting: &str) -> Result<Self> {
        let known = Known::load(tx, slug, meeting)?;
        let id = known.meeting.id;
        let minutes = reads::find(tx, id)?.ok_or(Error::NotFound)?;
        let everyone = crate::store::participants(tx, id)?;
        let quorums = quorums(tx, &known, &everyone)?;
        let items = crate::store::agenda(tx, id)?;
        let redactions = reads::redactions(tx, id)?;
        let mut guests = guests::list(tx, id)?;
        guests.retain(|guest| guest.presence == GuestPresence::Present);
        let mut decisions = decisions::of_meeting(tx, id)?;
        if let Some(approved) = minutes.approved_on {
            decisions.retain(|one| one.on.first_day() <= approved.last_day());
        }
        Ok(Self { known, minutes, items, everyone, quorums, guests, redactions, decisions, more: HashMap::new() })
    }

    /// With what this person may know beside each item.
    pub fn with_more(mut self, tx: &mut Tx<'_>, who: &Who) -> Result<Self> {
        let reader = Reader::of(tx, &self.known, who)?;
        self.more = load_more(tx, &self.known, &reader)?;
        // The minutes tell their own.
        self.more.values_mut().for_each(|more| more.decisions.clear());
        Ok(self)
    }

    pub fn more(&self, item: &Item) -> Option<&More> {
        self.more.get(&item.id)
    }

    /// What was adopted on an item.
    pub fn adopted(&self, item: &Item) -> Vec<&OnItem> {
        self.decisions.iter().filter(|one| one.item == item.id).collect()
    }

    /// As everybody reads it.
    pub fn into_public(mut self) -> Self {
        self.items = public_items(std::mem::take(&mut self.items), &self.redactions);
        self
    }

    pub fn attendance(&self) -> Attendance<'_> {
        Attendance::of(&self.everyone)
    }

    pub fn hour(&self, at: &kernel::Timestamp) -> String {
        self.known.meeting.zone.hour(*at)
    }

    /// « Ouverte à 14 h, close à 16 h le 12 mars 2026 ».
    pub fn hours(&self) -> String {
        let meeting = &self.known.meeting;
        let (Some(opened), Some(closed)) = (meeting.opened_at, meeting.closed_at) else { return String::new() };
        let (opening, closing) = (meeting.zone.civil(opened), meeting.zone.civil(closed));
        let hour = |at| meeting.zone.hour(at);
        if opening.0 == closing.0 {
            format!("Ouverte à {}, close à {} le {}", hour(opened), hour(closed), french_date(closing.0))
        } else {
            format!("Ouverte le {}, close le {}", french_date(opening.0), french_date(closing.0))
        }
    }

    pub fn tasks(&self) -> Vec<&Outcome> {
        self.outcomes(OutcomeKind::Task)
    }

    pub fn outcomes(&self, kind: OutcomeKind) -> Vec<&Outcome> {
        self.items.iter().flat_map(|item| &item.outcomes).filter(|one| one.kind == kind).collect()
    }

    /// « Approuvé le 3 avril 2026 à la séance de printemps. Publié le 5 avril 2026, 24 jours après la réunion. »
    pub fn approval(&self) -> String {
        let minutes = &self.minutes;
        let mut told = match minutes.approved_on {
            Some(on) => format!("{}, {}.", on.french_when(), minutes.approval),
            None => return String::new(),
        };
        if let Some(at) = minutes.published_at {
            told.push_str(&format!(" Publié le {}{}.", french_date(at.day()), self.delay()));
        }
        told
    }

    fn delay(&self) -> String {
        let Some(at) = self.minutes.published_at else { return String::new() };
        let held = self.known.meeting.zone.civil(self.known.meeting.starts_at).0;
        match (at.day() - held).get_days() {
            0 => ", le jour de la réunion".to_owned(),
            1 => ", le lendemain de la réunion".to_owned(),
            days if days > 1 => format!(", {days} jours après la réunion"),
            _ => String::new(),
        }
    }

    pub fn hidden(&self, item: &Item) -> Vec<&Redaction> {
        self.redactions.iter().filter(|one| one.item == item.id).collect()
    }

    pub fn bodies(&self) -> String {
        self.known.bodies.iter().map(|body| body.name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

#[derive(Template)]
#[template(path = "minutes/minutes.html")]
struct MinutesPage {
    told: Told,
    corrections: Vec<Correction>,
    /// What happens next, by the rule of the bodies.
    rule: String,
    manages: bool,
    /// Where those who were called ask for a correction: for whom, and the address.
    own: Vec<(String, String)>,
    whole: bool,
    may_read_whole: bool,
}

impl Page for MinutesPage {
    fn title(&self) -> String {
        format!("Compte rendu · {} · {}", self.told.known.meeting.title, self.told.known.meeting.when())
    }
    fn crumb(&self) -> String {
        "Compte rendu".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.told.known.trail()
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl MinutesPage {
    fn at(&self, place: &str) -> String {
        format!("{}/{place}", self.told.known.page())
    }

    /// The address of a paper, of the version that is read.
    fn file(&self, name: &str) -> String {
        let version = if self.whole && self.told.minutes.is_public() { "?version=complete" } else { "" };
        format!("{}{version}", self.at(name))
    }

    fn lead(&self) -> String {
        format!("{}, {}", self.told.known.meeting.title, self.told.known.meeting.when())
    }

    fn is(&self, state: &str) -> bool {
        kernel::coded::Coded::code(self.told.minutes.state) == state
    }

    fn is_open(&self) -> bool {
        self.manages && self.told.minutes.state.is_open()
    }

    fn about(&self, correction: &Correction) -> &str {
        let item = self.told.items.iter().find(|item| Some(item.id) == correction.item);
        item.map_or("Le compte rendu en général", |item| item.title.as_str())
    }

    fn answer_label(&self, correction: &Correction) -> String {
        format!("Répondre à {}", correction.name)
    }

    fn at_correction(&self, correction: &Correction) -> String {
        self.at(&format!("compte-rendu/corrections/{}", correction.id))
    }

    fn waits(&self, correction: &Correction) -> bool {
        correction.state == CorrectionState::Asked && self.is_open()
    }
}

/// What happens next.
fn rule(tx: &mut Tx<'_>, told: &Told) -> Result<String> {
    let (approval, days) = approval_rule(&reads::practices(tx, told.known.meeting.id)?);
    Ok(match (told.minutes.state, approval, told.minutes.silence_until) {
        (MinutesState::Circulated, _, Some(until)) => format!(
            "En relecture. Sans correction demandée au plus tard le {}, il est approuvé par le silence.",
            french_date(until.last_day())
        ),
        (MinutesState::Circulated, ..) => "En relecture. La réunion suivante l'approuve.".to_owned(),
        (MinutesState::Draft, Approval::Silence, _) => format!(
            "À envoyer en relecture. La règle de l'instance : approuvé par le silence, {days} jours après l'envoi."
        ),
        (MinutesState::Draft, Approval::NextMeeting, _) => {
            "À envoyer en relecture. La règle de l'instance : approuvé à la réunion suivante.".to_owned()
        }
        (MinutesState::Approved, ..) => "Approuvé. Occultez ce qui ne doit pas être public, puis publiez.".to_owned(),
        (MinutesState::Published, ..) => String::new(),
    })
}

pub async fn show(desk: Desk, place: Place) -> Answer {
    page(desk, place, false).await
}

/// Everything, for those who prepare and for those who were called.
pub async fn whole(desk: Desk, place: Place) -> Answer {
    page(desk, place, true).await
}

async fn page(desk: Desk, Path((slug, meeting)): Place, whole: bool) -> Answer {
    let who = desk.who();
    let mut page = desk
        .read(move |tx| {
            let told = Told::load(tx, &slug, &meeting)?.with_more(tx, &who)?;
            let corrections = reads::corrections(tx, told.known.meeting.id)?;
            let rule = rule(tx, &told)?;
            let manages = may_manage(&who, &told.known.head, &told.known.bodies);
            let own = Vec::new();
            Ok(MinutesPage { told, corrections, rule, manages, own, whole, may_read_whole: manages })
        })
        .await?;
    let called = speaks_for(&desk.who(), page.told.known.meeting.governance, &page.told.everyone);
    page.may_read_whole |= !called.is_empty() && page.told.minutes.state != MinutesState::Draft;
    if let (Some(signed), MinutesState::Circulated) = (desk.signed(), page.told.minutes.state) {
        let person = kernel::Id::from_uuid(signed.person);
        let now = desk.app.clock().now();
        let link = |one: &&Participant| {
            let key = correction::key(desk.app.secret(), one.id, person, now);
            (one.name.clone(), format!("/reunions/relecture?cle={key}"))
        };
        page.own = called.iter().map(link).collect();
    }
    if !page.may_read_whole && (whole || !page.told.minutes.is_public()) {
        return Err(Error::NotFound.into());
    }
    // Once published, the whole version is asked for; before, there is no other.
    page.whole = whole || !page.told.minutes.is_public();
    if !page.whole {
        page.told = page.told.into_public();
    }
    if page.may_read_whole {
        return desk.private(StatusCode::OK, &page);
    }
    page.corrections.clear();
    let mut all = subjects(page.told.known.meeting.governance);
    all.push(versions::MEETINGS.to_owned());
    desk.shared(&page, all)
}
