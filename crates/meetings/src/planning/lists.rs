//! Lists of meetings, the public calendar, and the page of one meeting.

use askama::Template;
use axum::extract::Path;
use governance::bodies::model::Body;
use governance::page::{Sheet, View, subjects};
use http::StatusCode;
use kernel::{Error, Id, Timestamp, Who};
use store::versions;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk};

use super::{Known, Timed, may_manage, speaks_for, timed_with};
use crate::agenda::{Reader, load_more};
use crate::minutes::{self, Minutes};
use crate::model::{Meeting, MeetingState, Participant, Reply};
use crate::quorum::{Quorum, quorum};
use crate::schedule::About;
use crate::store::{self as reads, In, Listed};
use crate::{practice, url};

/// Meetings on one page of a list.
const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "planning/of_governance.html")]
struct GovernancePage {
    sheet: Sheet,
    coming: Vec<Listed>,
    past: Vec<Listed>,
    more: Option<String>,
    /// Bodies that the person animates: name and address of the form.
    prepares: Vec<(String, String)>,
}

/// A draft is for those who prepare it: who animates one of its bodies.
fn seen(one: &Listed, animated: &[Id<Body>]) -> bool {
    !one.meeting.is_hidden() || one.bodies.iter().any(|(body, _)| animated.contains(body))
}

impl Page for GovernancePage {
    fn title(&self) -> String {
        format!("Réunions · {}", self.sheet.governance.name)
    }
    fn crumb(&self) -> String {
        "Réunions".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.sheet.trail(true)
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl GovernancePage {
    fn base(&self) -> String {
        url::meetings(&self.sheet.governance.slug)
    }
}

/// « 1795…~0192… »: where a page of a list begins.
fn read_key(typed: &str) -> Option<(Timestamp, Id<Meeting>)> {
    let (at, id) = typed.split_once('~')?;
    Some((Timestamp::from_micros(at.parse().ok()?), id.parse().ok()?))
}

fn key(meeting: &Meeting) -> String {
    format!("{}~{}", meeting.starts_at.as_micros(), meeting.id)
}

/// The rows of a page out of one more that were read, and the mark of the next page.
fn cut(rows: &mut Vec<Listed>) -> Option<String> {
    let limit = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    rows.last().filter(|_| more).map(|last| key(&last.meeting))
}

pub async fn of_governance(desk: Desk, Path(slug): Path<String>) -> Answer {
    let (now, after) = (desk.app.clock().now(), desk.params.one("apres").and_then(read_key));
    let who = desk.who();
    let mut page = desk
        .read(move |tx| {
            let sheet = Sheet::load(tx, &slug, View::Meetings)?;
            let (id, today) = (sheet.governance.id, now.start_of_day());
            let mut coming = match after {
                None => reads::list(tx, In::Governance(id), today, false, None, 200)?,
                Some(_) => Vec::new(),
            };
            let mut past = reads::list(tx, In::Governance(id), today, true, after, PAGE + 1)?;
            let more = cut(&mut past).map(|mark| format!("{}?apres={mark}", url::meetings(&slug)));
            let head = governance::forms::governance(tx, &slug)?;
            let all = governance::bodies::store::list(tx, id)?;
            let open = all
                .into_iter()
                .filter(|body| body.closed_on.is_none() && may_manage(&who, &head, std::slice::from_ref(body)));
            let open: Vec<Body> = open.collect();
            let animated: Vec<Id<Body>> = open.iter().map(|body| body.id).collect();
            coming.retain(|one| seen(one, &animated));
            past.retain(|one| seen(one, &animated));
            let prepares = open.into_iter().map(|body| {
                let form = format!("{}/reunions/nouvelle", governance::url::body(&slug, &body.slug));
                (body.name, form)
            });
            Ok(GovernancePage { coming, past, more, prepares: prepares.collect(), sheet })
        })
        .await?;
    page.sheet.seen_by(&desk);
    let mut subjects = page.sheet.subjects();
    subjects.push(versions::MEETINGS.to_owned());
    desk.shared(&page, subjects)
}

#[derive(Template)]
#[template(path = "planning/everywhere.html")]
struct CalendarPage {
    coming: Vec<Listed>,
    more: Option<String>,
}

impl Page for CalendarPage {
    fn title(&self) -> String {
        "Calendrier des réunions".to_owned()
    }
    fn description(&self) -> Option<String> {
        Some("Les réunions à venir de toutes les gouvernances de l'inclusion numérique.".to_owned())
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

/// The meetings to come, everywhere.
pub async fn everywhere(desk: Desk) -> Answer {
    let (now, after) = (desk.app.clock().now(), desk.params.one("apres").and_then(read_key));
    let mut coming =
        desk.read(move |tx| reads::list(tx, In::Everywhere, now.start_of_day(), false, after, PAGE + 1)).await?;
    let more = cut(&mut coming).map(|mark| format!("{}?apres={mark}", url::CALENDAR));
    desk.shared(&CalendarPage { coming, more }, [versions::MEETINGS.to_owned(), versions::GOVERNANCES.to_owned()])
}

#[derive(Template)]
#[template(path = "planning/meeting.html")]
struct MeetingPage {
    sheet: Sheet,
    known: Known,
    items: Vec<Timed>,
    over: i64,
    everyone: Vec<Participant>,
    /// Each body with its quorum, once the meeting has begun.
    quorums: Vec<(String, Quorum)>,
    minutes: Option<Minutes>,
    manages: bool,
    /// What waits for the bodies that this person animates, or in which a member sits that it represents: name, address,
    /// and whether it may propose there.
    points: Vec<(String, String, bool)>,
    /// The members for which this person speaks.
    own: Vec<(String, String)>,
    /// Its dates, and who comes besides the members.
    about: About,
}

impl Page for MeetingPage {
    fn title(&self) -> String {
        format!("{} · {}", self.known.meeting.title, self.known.meeting.when())
    }
    fn crumb(&self) -> String {
        self.known.meeting.title.clone()
    }
    fn trail(&self) -> Vec<Crumb> {
        let mut trail = self.sheet.trail(true);
        trail.push(Crumb::new("Réunions", url::meetings(&self.sheet.governance.slug)));
        trail
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl MeetingPage {
    fn at(&self, place: &str) -> String {
        format!("{}/{place}", self.known.page())
    }

    fn answer_title(&self, name: &str) -> String {
        format!("Votre réponse pour « {name} »")
    }

    fn is(&self, state: &str) -> bool {
        kernel::coded::Coded::code(self.known.meeting.state) == state
    }

    fn count(&self, reply: Reply) -> usize {
        self.everyone.iter().filter(|one| one.reply == reply).count()
    }

    fn silent(&self) -> usize {
        self.count(Reply::None)
    }

    fn tally(&self) -> Vec<(Reply, usize)> {
        [Reply::Present, Reply::Represented, Reply::Excused, Reply::None].map(|reply| (reply, self.count(reply))).into()
    }

    fn holder(&self, one: &Participant) -> Option<&str> {
        let holder = self.everyone.iter().find(|other| Some(other.id) == one.proxy)?;
        Some(&holder.name)
    }
}

pub async fn meeting(desk: Desk, Path((slug, reunion)): Path<(String, String)>) -> Answer {
    let who = desk.who();
    let mut page = desk
        .read(move |tx| {
            let sheet = Sheet::load(tx, &slug, View::Meetings)?;
            let known = Known::load(tx, &slug, &reunion)?;
            let reader = Reader::of(tx, &known, &who)?;
            let more = load_more(tx, &known, &reader)?;
            let (items, over) = timed_with(&known, reads::agenda(tx, known.meeting.id)?, more);
            let everyone = reads::participants(tx, known.meeting.id)?;
            let mut quorums = Vec::new();
            if matches!(known.meeting.state, MeetingState::Open | MeetingState::Closed) {
                for body in &known.bodies {
                    let (rules, _) = practice::find(tx, body.id)?;
                    let found = quorum(rules.quorum, known.meeting.second, body.id, &everyone);
                    quorums.push((body.name.clone(), found));
                }
            }
            let minutes = minutes::store::find(tx, known.meeting.id)?;
            let about = About::load(tx, &known)?;
            let (manages, own, points) = (false, Vec::new(), points(&who, &known, &everyone));
            Ok(MeetingPage { sheet, known, items, over, everyone, quorums, minutes, manages, points, own, about })
        })
        .await?;
    page.manages = may_manage(&desk.who(), &page.known.head, &page.known.bodies);
    if page.known.meeting.is_hidden() && !page.manages {
        return Err(Error::NotFound.into());
    }
    page.own = own(&desk, &page);
    if page.manages {
        return desk.private(StatusCode::OK, &page);
    }
    // Answers are for those who prepare; presence is told by the minutes.
    page.quorums.clear();
    let mut all = subjects(page.known.meeting.governance);
    all.push(versions::MEETINGS.to_owned());
    desk.shared(&page, all)
}

fn points(who: &Who, known: &Known, everyone: &[Participant]) -> Vec<(String, String, bool)> {
    let represented = speaks_for(who, known.meeting.governance, everyone);
    let sits = |body: &Body| represented.iter().any(|one| one.sits_in(body.id));
    let animates = |body: &Body| may_manage(who, &known.head, std::slice::from_ref(body));
    let shown = known.bodies.iter().filter(|body| animates(body) || sits(body));
    shown.map(|body| (body.name.clone(), url::points(&known.head.slug, &body.slug), sits(body))).collect()
}

/// Where this person answers for each member that it represents: a signed link of its own, as the message holds.
fn own(desk: &Desk, page: &MeetingPage) -> Vec<(String, String)> {
    let (Some(signed), MeetingState::Convened) = (desk.signed(), page.known.meeting.state) else { return Vec::new() };
    let until = page.known.meeting.ends_at();
    let link = |one: &Participant| {
        let about = [one.id.uuid(), signed.person];
        let token = desk.app.secret().sign_link(super::convocation::ANSWER, &about, until);
        (one.name.clone(), format!("/reunions/reponse?cle={token}"))
    };
    let own = speaks_for(&desk.who(), page.known.meeting.governance, &page.everyone);
    own.into_iter().map(link).collect()
}
