//! The page of an election, as everybody reads it, those who stand and those who run it; the list of a governance.

use ::store::{Tx, versions};
use askama::Template;
use axum::extract::Path;
use directory::Person;
use governance::bodies::model::Body;
use governance::bodies::store as bodies;
use governance::forms;
use governance::governances::store::Head;
use governance::page::{Sheet, View, subjects};
use http::StatusCode;
use kernel::zone::Zone;
use kernel::{Capability, Error, Id, Result, Timestamp, Who};
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk};

use super::candidacies::row_of;
use super::model::{Candidacy, Election, ElectionState, Office, Reply, Standing};
use super::{store as reads, vote};
use crate::ballots::roll::{speaks, spoken_for};
use crate::ballots::{Ballot, BallotState};
use crate::planning::acts::zone;
use crate::planning::{scope, trail_of_body};
use crate::url;

pub(super) type Place = Path<(String, String)>;

/// The election of an address with its surroundings.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub head: Head,
    pub election: Election,
    pub body: Body,
    pub zone: Zone,
    pub manages: bool,
    /// Represents a member that sits in the body.
    pub sits: bool,
}

impl Known {
    pub fn load(tx: &mut Tx<'_>, who: &Who, slug: &str, election: &str) -> Result<Self> {
        let head = forms::governance(tx, slug)?;
        let election = reads::by_slug(tx, head.id, election)?;
        let body = bodies::find(tx, election.body)?.ok_or(Error::NotFound)?;
        let manages = who.may(Capability::ManageBody, scope(&head, body.id));
        let sits = bodies::any_sits(tx, body.id, &spoken_for(who, head.id))?;
        let seen = match election.state {
            ElectionState::Draft => manages,
            ElectionState::Abandoned => manages || (sits && election.opened_at.is_some()),
            ElectionState::Call | ElectionState::Vote | ElectionState::Done => true,
        };
        if !seen {
            return Err(Error::NotFound);
        }
        Ok(Self { zone: zone(tx, head.id)?, head, election, body, manages, sits })
    }

    pub fn page(&self) -> String {
        url::election(&self.head.slug, &self.election.slug)
    }

    pub fn at(&self, place: &str) -> String {
        format!("{}/{place}", self.page())
    }

    /// The way to the page itself.
    pub fn trail(&self) -> Vec<Crumb> {
        let mut trail = trail_of_body(&self.head, &self.body);
        trail.push(Crumb::new("Élections", url::elections(&self.head.slug)));
        trail
    }

    /// The way to a form of it.
    pub fn inner_trail(&self) -> Vec<Crumb> {
        let mut trail = self.trail();
        trail.push(Crumb::new(&self.election.title, self.page()));
        trail
    }

    /// « jeudi 12 mars 2027 à 18 h ».
    pub fn until(&self) -> String {
        self.election.closes_at.map(|at| self.zone.moment(at)).unwrap_or_default()
    }
}

/// The election of the address, for those who animate its body.
pub(super) async fn managed(desk: &Desk, slug: String, election: String) -> Result<Known> {
    let known = known(desk, slug, election).await?;
    desk.require(Capability::ManageBody, scope(&known.head, known.body.id))?;
    Ok(known)
}

/// The election of the address, for whoever may see it.
pub(super) async fn known(desk: &Desk, slug: String, election: String) -> Result<Known> {
    let who = desk.who();
    desk.read(move |tx| Known::load(tx, &who, &slug, &election)).await
}

/// A candidacy as the page shows it.
struct Shown {
    candidacy: Candidacy,
    label: String,
    persons: Vec<String>,
    /// The person who reads stands in it.
    own: bool,
    /// The person who reads is asked to answer.
    asked: bool,
}

impl Shown {
    fn new(candidacy: Candidacy, known: &Known, who: &Who) -> Self {
        let me: Option<Id<Person>> = who.person_id().map(Id::from_uuid);
        let speaks = |member| speaks(who, known.head.id, member).is_some();
        let row = me.and_then(|me| row_of(&candidacy, me, speaks));
        let asked = candidacy.standing == Standing::Asked && row.is_some_and(|row| row.reply == Reply::Asked);
        let shown = candidacy.candidates.iter().map(|one| match one.reply {
            Reply::Asked => format!("{} : accord attendu", one.structure),
            Reply::Declined => format!("{} : refuse", one.structure),
            Reply::Accepted => one.shown(),
        });
        // What the label says is not said again.
        let told = candidacy.title.is_empty()
            && candidacy.candidates.iter().all(|one| one.reply == Reply::Accepted && one.structure.is_empty());
        let persons: Vec<String> = shown.filter(|one| !told && !one.is_empty()).collect();
        let label = match candidacy.label() {
            label if label.is_empty() => "Candidature proposée".to_owned(),
            label => label,
        };
        Self { own: me.is_some_and(|me| candidacy.has(me)), persons, label, asked, candidacy }
    }

    fn is_elected(&self) -> bool {
        self.candidacy.standing == Standing::Elected
    }

    /// Nothing is to be said of it but who it is.
    fn merely_stands(&self) -> bool {
        self.candidacy.standing == Standing::Stands
    }
}

#[derive(Template)]
#[template(path = "elections/election.html")]
struct ElectionPage {
    known: Known,
    /// Those that the person who reads may see.
    shown: Vec<Shown>,
    rounds: Vec<Ballot>,
    takes_candidacies: bool,
    /// A round may be prepared now; or why none may.
    may_vote: bool,
    /// Everything is voted, and posts stay open.
    may_finish: bool,
    stands_already: bool,
    /// Persons who were elected to animate and have no account here: their power is to be given.
    without_power: Vec<String>,
    may_give: bool,
}

impl Page for ElectionPage {
    fn title(&self) -> String {
        format!("{} · {}", self.known.election.title, self.known.head.name)
    }
    fn crumb(&self) -> String {
        self.known.election.title.clone()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.known.trail()
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl ElectionPage {
    fn is(&self, state: &str) -> bool {
        kernel::coded::Coded::code(self.known.election.state) == state
    }

    fn elected(&self) -> Vec<&Shown> {
        self.shown.iter().filter(|one| one.is_elected()).collect()
    }

    fn others(&self) -> Vec<&Shown> {
        self.shown.iter().filter(|one| !one.is_elected()).collect()
    }

    fn of_candidacy(&self, one: &Shown, place: &str) -> String {
        let page = url::candidacy(&self.known.head.slug, &self.known.election.slug, one.candidacy.id);
        format!("{page}/{place}")
    }

    fn may_withdraw(&self, one: &Shown) -> bool {
        let open = matches!(self.known.election.state, ElectionState::Call | ElectionState::Vote);
        let live = matches!(one.candidacy.standing, Standing::Asked | Standing::Stands);
        open && live && (one.own || self.known.manages)
    }

    fn may_rewrite(&self, one: &Shown) -> bool {
        let live = matches!(one.candidacy.standing, Standing::Asked | Standing::Stands);
        self.takes_candidacies && live && (one.own || self.known.manages)
    }

    fn ballot(&self, ballot: &Ballot) -> String {
        url::ballot(&self.known.head.slug, &ballot.slug)
    }

    fn sentence<'b>(&self, ballot: &'b Ballot) -> &'b str {
        if ballot.state == BallotState::Published { &ballot.sentence } else { "" }
    }

    /// « 1 poste reste ouvert ».
    fn open_words(&self) -> Option<String> {
        let open = self.known.election.open_posts();
        match (self.known.election.state, open) {
            (ElectionState::Done, 1) => Some("Un poste reste ouvert.".to_owned()),
            (ElectionState::Done, open) if open > 1 => Some(format!("{open} postes restent ouverts.")),
            _ => None,
        }
    }

    /// Where the next election is prepared from this one.
    fn again(&self) -> String {
        let body = governance::url::body(&self.known.head.slug, &self.known.body.slug);
        format!("{body}/elections/nouvelle?apres={}", self.known.election.slug)
    }
}

/// What the person may see of the candidacies: everybody reads who stands once the call is over; before, each the own ones,
/// and those who animate all of them.
fn shown(tx: &mut Tx<'_>, known: &Known, who: &Who) -> Result<Vec<Shown>> {
    let all = reads::candidacies(tx, known.election.id)?.into_iter().map(|one| Shown::new(one, known, who));
    let public = known.election.names_are_public();
    let seen = |one: &Shown| {
        known.manages
            || one.own
            || one.asked
            || (public && matches!(one.candidacy.standing, Standing::Stands | Standing::Elected))
    };
    Ok(all.filter(seen).collect())
}

pub async fn show(desk: Desk, Path((slug, election)): Place) -> Answer {
    let (who, now) = (desk.who(), desk.app.clock().now());
    let page = desk.read(move |tx| page(tx, &who, now, &slug, &election)).await?;
    let inside = page.known.manages || page.known.sits || page.shown.iter().any(|one| one.own);
    if inside {
        return desk.private(StatusCode::OK, &page);
    }
    // A call ends by its hour, and no act says so at that moment.
    if page.known.election.state == ElectionState::Call {
        return desk.fresh(StatusCode::OK, &page);
    }
    let mut all = subjects(page.known.head.id);
    all.push(versions::MEETINGS.to_owned());
    desk.shared(&page, all)
}

fn page(tx: &mut Tx<'_>, who: &Who, now: Timestamp, slug: &str, election: &str) -> Result<ElectionPage> {
    let known = Known::load(tx, who, slug, election)?;
    let election = known.election.clone();
    let shown = shown(tx, &known, who)?;
    let mut rounds = reads::rounds(tx, election.id)?;
    // In preparation they are for those who animate.
    rounds.retain(|ballot| known.manages || ballot.state != BallotState::Draft);
    let takes_candidacies = election.takes_candidacies(now);
    let voting = matches!(election.state, ElectionState::Call | ElectionState::Vote) && !takes_candidacies;
    let live = reads::live_round(tx, election.id)?.is_some();
    let next = vote::round(tx, &election).ok();
    let stands = match next {
        Some(round) => !vote::standing(tx, &election, round)?.is_empty(),
        None => false,
    };
    let may_vote = known.manages && voting && !live && stands;
    let may_finish = known.manages && voting && !live && (!stands || !rounds.is_empty());
    let without_power = match election.office {
        Office::Animator if known.manages => shown
            .iter()
            .filter(|one| one.is_elected())
            .flat_map(|one| one.candidacy.accepted())
            .filter(|one| one.person.is_none())
            .map(|one| one.name.clone())
            .collect(),
        _ => Vec::new(),
    };
    Ok(ElectionPage {
        stands_already: shown.iter().any(|one| one.own && one.candidacy.standing.is_live()),
        may_give: who.may(Capability::GivePowers, kernel::Scope::Governance(known.head.id.uuid())),
        takes_candidacies,
        may_vote,
        may_finish,
        without_power,
        rounds,
        shown,
        known,
    })
}

/// Elections on one page.
const PAGE: i64 = 30;

#[derive(Template)]
#[template(path = "elections/list.html")]
struct ListPage {
    sheet: Sheet,
    elections: Vec<Election>,
    total: i64,
    previous: Option<String>,
    next: Option<String>,
}

impl Page for ListPage {
    fn title(&self) -> String {
        format!("Élections · {}", self.sheet.governance.name)
    }
    fn crumb(&self) -> String {
        "Élections".to_owned()
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
    fn href(&self, election: &Election) -> String {
        url::election(&self.sheet.governance.slug, &election.slug)
    }
}

/// What everybody may read; those who animate find theirs from their body and *À faire*.
pub async fn list(desk: Desk, Path(slug): Path<String>) -> Answer {
    let page: i64 = desk.params.one("page").and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, 1_000);
    let mut shown = desk
        .read(move |tx| {
            let sheet = Sheet::load(tx, &slug, View::Meetings)?;
            let mut elections = reads::public(tx, sheet.governance.id, PAGE + 1, (page - 1) * PAGE)?;
            let more = i64::try_from(elections.len()).unwrap_or(0) > PAGE;
            elections.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
            let total = reads::count_public(tx, sheet.governance.id)?;
            let at = |page: i64| format!("{}?page={page}", url::elections(&slug));
            let (previous, next) = ((page > 1).then(|| at(page - 1)), more.then(|| at(page + 1)));
            Ok(ListPage { sheet, elections, total, previous, next })
        })
        .await?;
    shown.sheet.seen_by(&desk);
    let mut subjects = shown.sheet.subjects();
    subjects.push(versions::MEETINGS.to_owned());
    desk.shared(&shown, subjects)
}
