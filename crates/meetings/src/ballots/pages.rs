//! The page of a ballot, as everybody reads it, those who vote and those who run it.

use ::store::{Tx, versions};
use askama::Template;
use axum::extract::Path;
use governance::bodies::model::Body;
use governance::bodies::model::VotingRule;
use governance::bodies::store as bodies;
use governance::bodies::votes;
use governance::forms;
use governance::governances::store::Head;
use governance::page::subjects;
use http::StatusCode;
use kernel::coded::Coded as _;
use kernel::zone::Zone;
use kernel::{Error, Id, Result, Timestamp, Who};
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk};

use super::cast::{Own, own_seats};
use super::draw::{draw, meeting_of};
use super::model::{Ballot, BallotState, Reader};
use super::roll::{entitlement, seats_of, spoken_for};
use super::store as ballots;
use super::told::{Told, lines};
use crate::decisions::{self, Decision};
use crate::elections::store as elections;
use crate::model::Meeting;
use crate::planning::acts::zone;
use crate::planning::{scope, trail_of_meeting};
use crate::url;

pub(super) type Place = Path<(String, String)>;

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
    /// What it decides on, or has decided.
    pub decision: Option<Decision>,
    /// The election of which it is a round: title and address.
    pub election: Option<(String, String)>,
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
        let own = spoken_for(who, ballot.governance);
        let sits = bodies::any_sits(tx, body.id, &own)?;
        let reader = Reader { manages, sits, hidden: meeting.as_ref().is_some_and(Meeting::is_hidden) };
        if !ballot.is_seen_by(reader) {
            return Err(Error::NotFound);
        }
        let decision = decisions::store::of_ballot(tx, ballot.id.uuid())?;
        let election = match ballot.election {
            Some(id) => Some(elections::find(tx, id)?),
            None => None,
        };
        let election = election.map(|one| (one.title, url::election(&head.slug, &one.slug)));
        Ok(Self { zone: zone(tx, head.id)?, head, ballot, body, meeting, reader, decision, election })
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
    /// Those of the body's rule today, for a ballot that is prepared.
    numbers: Vec<String>,
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

    /// The decision, for whoever may read it: its draft for those who prepare, its page once it is adopted.
    fn decision(&self) -> Option<(String, String)> {
        let decision = self.known.decision.as_ref()?;
        match decision.page() {
            Some(page) => Some((decision.name(), page)),
            None if self.manages() => {
                let body = governance::url::body(&self.known.head.slug, &self.known.body.slug);
                Some((decision.title.clone(), format!("{body}/decisions/{}", decision.id)))
            }
            None => None,
        }
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

    /// Some have several votes in secret: there is no box.
    fn has_no_box(&self) -> bool {
        self.known.ballot.secret && !self.known.ballot.is_written() && self.told.has_weights()
    }

    /// The rule by which votes are given: the body's while the ballot is prepared, then as the roll was frozen, whatever became
    /// of the body's.
    fn voices(&self) -> &'static str {
        let rule = self.known.body.voting_rule;
        if self.is("draft") {
            return rule.label();
        }
        if !self.told.voices().is_empty() {
            return "Arrêtées à l'ouverture";
        }
        match rule {
            VotingRule::PerCollege => "Une voix par siège de la liste",
            VotingRule::OnePerStructure | VotingRule::OneAndMandates | VotingRule::PerSeat => rule.label(),
        }
    }

    /// How many, and why.
    fn numbers(&self) -> Vec<String> {
        if self.is("draft") { self.numbers.clone() } else { self.told.voices() }
    }

    fn may_go_on(&self) -> bool {
        self.next_round.is_none() && self.known.ballot.may_go_on()
    }
}

/// The seats of the person, each with its reason; before the opening those of the roll that would be.
fn entitled(tx: &mut Tx<'_>, known: &Known, who: &Who, now: Timestamp) -> Result<Vec<Entitled>> {
    let ballot = &known.ballot;
    if who.person_id().is_none() || spoken_for(who, ballot.governance).is_empty() {
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
                represents: !spoken_for(&who, ballot.governance).is_empty(),
                inside: reader.manages || reader.sits,
                shows_result: ballot.shows_result_to(reader),
                takes_votes: ballot.takes_votes(now),
                numbers: votes::numbers(known.body.voting_rule, &votes::of_body(tx, known.body.id)?),
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
