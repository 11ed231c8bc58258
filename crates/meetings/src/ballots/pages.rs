//! A ballot as everybody reads it, those who vote and those who run it; the list of a governance; what stands in the minutes.

use std::collections::HashMap;

use ::store::{Tx, versions};
use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::Path;
use governance::bodies::model::Body;
use governance::bodies::store as bodies;
use governance::forms;
use governance::governances::store::Head;
use governance::page::{Sheet, View, subjects};
use http::StatusCode;
use kernel::zone::Zone;
use kernel::{Error, Id, Result, Timestamp, Who};
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk};

use super::cast::{Own, members_of, own_seats};
use super::count::by_words;
use super::draw::{draw, meeting_of};
use super::model::{Ballot, BallotState, Form, Outcome, Reader, kept_choice};
use super::roll::{Seat, entitlement, seats_of};
use super::rule::Tie;
use super::store::{self as ballots, Kept};
use crate::model::{Item, Meeting};
use crate::planning::acts::zone;
use crate::planning::{scope, trail_of_meeting};
use crate::url;

pub(super) type Place = Path<(String, String)>;

/// Ballots on one page.
const PAGE: i64 = 30;

/// The ballot of an address with its surroundings.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub head: Head,
    pub ballot: Ballot,
    pub body: Body,
    /// Where it stands on an agenda.
    pub meeting: Option<Meeting>,
    pub zone: Zone,
    pub reader: Reader,
}

impl Known {
    pub fn load(tx: &mut Tx<'_>, who: &Who, slug: &str, scrutin: &str) -> Result<Self> {
        let head = forms::governance(tx, slug)?;
        let ballot = ballots::by_slug(tx, head.id, scrutin)?;
        Self::of(tx, who, head, ballot)
    }

    pub fn of(tx: &mut Tx<'_>, who: &Who, head: Head, ballot: Ballot) -> Result<Self> {
        let body = bodies::find(tx, ballot.body)?.ok_or(Error::NotFound)?;
        let meeting = match ballot.item {
            Some(item) => Some(meeting_of(tx, item)?),
            None => None,
        };
        let manages = who.may(kernel::Capability::ManageBody, scope(&head, body.id));
        let own = members_of(who, &ballot);
        let sits = !own.is_empty() && bodies::sitting_members(tx, body.id)?.iter().any(|(id, _)| own.contains(id));
        let reader = Reader { manages, sits, hidden: meeting.as_ref().is_some_and(Meeting::is_hidden) };
        if !ballot.is_seen_by(reader) {
            return Err(Error::NotFound);
        }
        Ok(Self { zone: zone(tx, head.id)?, head, ballot, body, meeting, reader })
    }

    pub fn page(&self) -> String {
        url::ballot(&self.head.slug, &self.ballot.slug)
    }

    pub fn trail(&self) -> Vec<Crumb> {
        if let Some(meeting) = &self.meeting {
            return trail_of_meeting(&self.head, meeting);
        }
        vec![
            Crumb::new("Gouvernances", governance::url::GOVERNANCES),
            Crumb::new(&self.head.name, governance::url::governance(&self.head.slug)),
            Crumb::new("Votes", url::ballots(&self.head.slug)),
        ]
    }

    /// « jusqu'au jeudi 12 mars 2027 à 18 h ».
    pub fn until(&self) -> Option<String> {
        self.ballot.closes_at.map(|at| self.zone.moment(at))
    }
}

/// The ballot of the address, for those who animate its body.
pub(super) async fn managed(desk: &Desk, slug: String, scrutin: String) -> Result<Known> {
    let who = desk.who();
    let known = desk.read(move |tx| Known::load(tx, &who, &slug, &scrutin)).await?;
    desk.require(kernel::Capability::ManageBody, scope(&known.head, known.body.id))?;
    Ok(known)
}

/// A seat of the roll as a result tells it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub name: String,
    pub college: String,
    pub weight: i64,
    /// What it voted; nothing where that is not told.
    pub voice: String,
    /// « suppléance », « pouvoir ».
    pub by: &'static str,
    pub reason: String,
    pub voted: bool,
    pub present: bool,
}

fn lines(ballot: &Ballot, roll: &[Seat], kept: &[Kept], voices: bool) -> Vec<Line> {
    let of: HashMap<Id<Seat>, &Kept> = kept.iter().map(|one| (one.seat, one)).collect();
    let said = |one: &Kept| match &one.choice {
        Some(choice) if voices => match kept_choice(choice).as_slice() {
            [] if ballot.form == Form::Proposal => "Abstention".to_owned(),
            [] => "Blanc".to_owned(),
            ranks => {
                let label = |rank: &usize| ballot.answers.get(*rank).map(|answer| answer.label.as_str());
                ranks.iter().filter_map(label).collect::<Vec<_>>().join(", ")
            }
        },
        _ => "A voté".to_owned(),
    };
    let line = |seat: &Seat| {
        let one = of.get(&seat.id).copied();
        Line {
            name: seat.name.clone(),
            college: seat.college.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
            weight: seat.weight,
            voice: one.map(said).unwrap_or_default(),
            by: one.map_or("", |one| by_words(one.voter.by)),
            reason: one.filter(|_| voices).map(|one| one.reason.clone()).unwrap_or_default(),
            voted: one.is_some(),
            present: seat.present,
        }
    };
    roll.iter().map(line).collect()
}

/// What a ballot gave, wherever it is told: on its page and in the minutes.
#[derive(Clone, Debug, Template)]
#[template(path = "ballots/told.html")]
pub(crate) struct Told {
    pub ballot: Ballot,
    pub lines: Vec<Line>,
    /// The page of the ballot; empty on that page itself.
    pub page: String,
    /// The level of its heading.
    pub level: u8,
}

// Its template escapes what it writes.
impl HtmlSafe for Told {}

impl Told {
    /// As everybody reads it once it is published.
    pub fn load(tx: &mut Tx<'_>, slug: &str, ballot: Ballot) -> Result<Self> {
        let (roll, kept) = (ballots::roll(tx, ballot.id)?, ballots::voices(tx, ballot.id)?);
        let lines = lines(&ballot, &roll, &kept, !ballot.secret);
        let page = url::ballot(slug, &ballot.slug);
        Ok(Self { ballot, lines, page, level: 4 })
    }

    pub fn outcome(&self) -> Outcome {
        self.ballot.outcome.unwrap_or(Outcome::Rejected)
    }

    fn is_published(&self) -> bool {
        self.ballot.state == BallotState::Published
    }

    /// Each answer with its votes, and those that were blank; of what was counted.
    pub fn counts(&self) -> Vec<(String, i64, bool)> {
        let Some(tally) = &self.ballot.tally else { return Vec::new() };
        let each =
            self.ballot.answers.iter().map(|answer| (answer.label.clone(), answer.votes.unwrap_or(0), answer.retained));
        let blank = if self.ballot.form == Form::Proposal { "Abstentions" } else { "Blancs" };
        each.chain(std::iter::once((blank.to_owned(), tally.abstained, false))).collect()
    }

    /// « 19 votants sur 21 inscrits ».
    pub fn turnout(&self) -> String {
        let voted = self.lines.iter().filter(|line| line.voted).count();
        let plural = if voted > 1 { "s" } else { "" };
        format!("{voted} votant{plural} sur {} sur la liste", self.lines.len())
    }

    pub fn has_weights(&self) -> bool {
        self.lines.iter().any(|line| line.weight != 1)
    }

    pub fn has_colleges(&self) -> bool {
        self.lines.iter().any(|line| !line.college.is_empty())
    }
}

#[derive(Template)]
#[template(path = "ballots/ballot.html")]
struct BallotPage {
    known: Known,
    told: Told,
    /// Why the person votes, or would, and where; once for each seat.
    entitled: Vec<Entitled>,
    /// The person speaks for a member of the governance.
    represents: bool,
    /// Those who read may know who has voted.
    inside: bool,
    shows_result: bool,
    takes_votes: bool,
    next_round: Option<String>,
    first_round: Option<(String, String)>,
}

/// One seat of the person who reads.
struct Entitled {
    sentence: String,
    /// Where to vote for it; nothing where somebody else has, or nobody may.
    href: Option<String>,
    name: String,
    voted: bool,
}

impl Page for BallotPage {
    fn title(&self) -> String {
        format!("{} · {}", self.known.ballot.question, self.known.head.name)
    }
    fn crumb(&self) -> String {
        self.known.ballot.question.clone()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.known.trail()
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl BallotPage {
    fn at(&self, place: &str) -> String {
        format!("{}/{place}", self.known.page())
    }

    fn is(&self, state: &str) -> bool {
        kernel::coded::Coded::code(self.known.ballot.state) == state
    }

    fn manages(&self) -> bool {
        self.known.reader.manages
    }

    fn vote_word(&self, one: &Entitled) -> &'static str {
        if one.voted { "A voté" } else { "À voter" }
    }

    fn due(&self) -> String {
        self.known.until().map_or_else(|| "maintenant, en séance".to_owned(), |until| format!("jusqu'au {until}"))
    }

    fn few_secret(&self) -> bool {
        self.known.ballot.secret && self.told.lines.iter().filter(|line| line.present).count() < 3
    }

    fn ties_wait(&self) -> bool {
        self.known.ballot.outcome == Some(Outcome::Tied) && self.known.ballot.rule.tie == Tie::Chair
    }

    fn may_go_on(&self) -> bool {
        let retained = self.known.ballot.answers.iter().filter(|answer| answer.retained).count();
        self.next_round.is_none()
            && match self.known.ballot.outcome {
                Some(Outcome::Tied) => self.known.ballot.rule.tie == Tie::SecondRound,
                Some(Outcome::NoQuorum) => true,
                Some(Outcome::Rejected) => self.known.ballot.form != Form::Proposal,
                Some(Outcome::Retained) => retained < self.known.ballot.rule.places,
                Some(Outcome::Adopted) | None => false,
            }
    }
}

/// The seats of the person, each with its reason; before the opening those of the roll that would be.
fn entitled(tx: &mut Tx<'_>, known: &Known, who: &Who, now: Timestamp) -> Result<Vec<Entitled>> {
    let ballot = &known.ballot;
    if who.person_id().is_none() || members_of(who, ballot).is_empty() {
        return Ok(Vec::new());
    }
    let written = ballot.is_written();
    if ballot.state == BallotState::Draft {
        let roll = draw(tx, ballot, now.day())?;
        let mut seen = std::collections::HashSet::new();
        let own = seats_of(who, ballot.governance, &roll).into_iter().filter(|(seat, _)| seen.insert(seat.member));
        let told = own.map(|(seat, by)| Entitled {
            sentence: entitlement(seat, by, written),
            href: None,
            name: seat.name.clone(),
            voted: false,
        });
        return Ok(told.collect());
    }
    let voter = |own: &Own| super::roll::Voter { by: own.by, person: who.person_id().map(Id::from_uuid) };
    let open = ballot.takes_votes(now);
    let told = own_seats(tx, ballot, who)?.into_iter().map(|own| {
        let taken = own.taken(voter(&own));
        let may = open && own.seat.present && taken.is_none();
        Entitled {
            href: may.then(|| format!("{}/voter?siege={}", known.page(), own.seat.id)),
            voted: own.kept.is_some(),
            sentence: taken.unwrap_or_else(|| entitlement(&own.seat, own.by, written)),
            name: own.seat.name,
        }
    });
    Ok(told.collect())
}

pub async fn show(desk: Desk, Path((slug, scrutin)): Place) -> Answer {
    let (who, now) = (desk.who(), desk.app.clock().now());
    let page = desk
        .read(move |tx| {
            let known = Known::load(tx, &who, &slug, &scrutin)?;
            let ballot = known.ballot.clone();
            let reader = known.reader;
            let (roll, kept) = match ballot.state {
                BallotState::Draft if reader.manages => (draw(tx, &ballot, now.day())?, Vec::new()),
                _ => (ballots::roll(tx, ballot.id)?, ballots::voices(tx, ballot.id)?),
            };
            let lines = lines(&ballot, &roll, &kept, ballot.shows_voices_to(reader));
            let entitled = entitled(tx, &known, &who, now)?;
            let round = |of: Option<Ballot>| of.map(|ballot| url::ballot(&slug, &ballot.slug));
            let next = ballots::next_round(tx, ballot.id)?.filter(|next| next.is_seen_by(reader));
            let first = match ballot.follows {
                Some(first) => Some(ballots::find(tx, first)?),
                None => None,
            };
            let first_round = first.map(|first| (first.question.clone(), url::ballot(&slug, &first.slug)));
            Ok(BallotPage {
                told: Told { ballot: ballot.clone(), lines, page: String::new(), level: 2 },
                entitled,
                represents: !members_of(&who, &ballot).is_empty(),
                inside: reader.manages || reader.sits,
                shows_result: ballot.shows_result_to(reader),
                takes_votes: ballot.takes_votes(now),
                next_round: round(next),
                first_round,
                known,
            })
        })
        .await?;
    if page.inside || !page.entitled.is_empty() {
        return desk.private(StatusCode::OK, &page);
    }
    let mut all = subjects(page.known.head.id);
    all.push(versions::MEETINGS.to_owned());
    // What is open closes by its hour, and no act says so at that moment.
    if page.known.ballot.state == BallotState::Open {
        return desk.fresh(StatusCode::OK, &page);
    }
    desk.shared(&page, all)
}

#[derive(Template)]
#[template(path = "ballots/list.html")]
struct ListPage {
    sheet: Sheet,
    ballots: Vec<Ballot>,
    names: HashMap<Id<Body>, String>,
    previous: Option<String>,
    next: Option<String>,
}

impl Page for ListPage {
    fn title(&self) -> String {
        format!("Votes · {}", self.sheet.governance.name)
    }
    fn crumb(&self) -> String {
        "Votes".to_owned()
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

impl ListPage {
    fn body(&self, ballot: &Ballot) -> &str {
        self.names.get(&ballot.body).map_or("", String::as_str)
    }

    /// What came of it, once everybody may know.
    fn outcome(&self, ballot: &Ballot) -> Option<Outcome> {
        ballot.outcome.filter(|_| ballot.state == BallotState::Published)
    }

    fn sentence<'b>(&self, ballot: &'b Ballot) -> &'b str {
        if ballot.state == BallotState::Published { &ballot.sentence } else { "" }
    }

    fn href(&self, ballot: &Ballot) -> String {
        url::ballot(&self.sheet.governance.slug, &ballot.slug)
    }
}

/// What everybody may read; those who animate find theirs from their agendas and *À faire*.
pub async fn list(desk: Desk, Path(slug): Path<String>) -> Answer {
    let page: i64 = desk.params.one("page").and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, 1_000);
    let mut shown = desk
        .read(move |tx| {
            let sheet = Sheet::load(tx, &slug, View::Meetings)?;
            let mut ballots = ballots::public(tx, sheet.governance.id, PAGE + 1, (page - 1) * PAGE)?;
            let more = i64::try_from(ballots.len()).unwrap_or(0) > PAGE;
            ballots.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
            let names = bodies::list(tx, sheet.governance.id)?.into_iter().map(|body| (body.id, body.name)).collect();
            let at = |page: i64| format!("{}?page={page}", url::ballots(&slug));
            let (previous, next) = ((page > 1).then(|| at(page - 1)), more.then(|| at(page + 1)));
            Ok(ListPage { sheet, ballots, names, previous, next })
        })
        .await?;
    shown.sheet.seen_by(&desk);
    let mut subjects = shown.sheet.subjects();
    subjects.push(versions::MEETINGS.to_owned());
    desk.shared(&shown, subjects)
}

/// Those of a meeting by item: what everybody reads, and with `drafts` what is prepared or was given up.
pub(crate) fn of_meeting(
    tx: &mut Tx<'_>,
    slug: &str,
    meeting: Id<Meeting>,
    drafts: bool,
) -> Result<Vec<(Id<Item>, Told)>> {
    let mut all = Vec::new();
    for ballot in ballots::of_meeting(tx, meeting)? {
        let Some(item) = ballot.item else { continue };
        match ballot.state {
            BallotState::Published => all.push((item, Told::load(tx, slug, ballot)?)),
            BallotState::Draft if !drafts => {}
            BallotState::Abandoned => {}
            BallotState::Open | BallotState::Closed | BallotState::Draft => {
                let page = url::ballot(slug, &ballot.slug);
                all.push((item, Told { ballot, lines: Vec::new(), page, level: 4 }));
            }
        }
    }
    Ok(all)
}
