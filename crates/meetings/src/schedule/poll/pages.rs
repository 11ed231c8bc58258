//! The poll for those who prepare the meeting: asking, the table of answers, the choice.

use askama::Template;
use axum::extract::Path;
use governance::bodies::model::Body;
use governance::forms;
use http::StatusCode;
use kernel::{Error, Id, Result};
use store::Tx;
use ui::form::{Choice as Answered, ErrorSummary, Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, Params, refusal};

use super::model::{PollDraft, PollState, Voice};
use super::store::{self as polls, Asked, Choice, Poll};
use super::{acts, model};
use crate::model::{MeetingState, Participant, Presence, Reply};
use crate::planning::convocation::{Called, Site, roll};
use crate::planning::{Known, managed};
use crate::practice;
use crate::quorum::{QuorumRule, quorum};

type Place = Path<(String, String)>;

/// A date with what was answered, and whether the quorum of each body would be met.
struct Column {
    choice: Choice,
    when: String,
    tally: model::Tally,
    /// Of the bodies that ask for a quorum: the sentence.
    quorums: Vec<String>,
}

#[derive(Template)]
#[template(path = "schedule/poll/poll.html")]
struct PollPage {
    known: Known,
    poll: Option<Poll>,
    columns: Vec<Column>,
    /// The last day for answers, and whether they are still taken.
    ends: String,
    takes_answers: bool,
    choose: Field,
    errors: ErrorSummary,
}

impl Page for PollPage {
    fn title(&self) -> String {
        let error = if self.errors.is_empty() { "" } else { "Erreur : " };
        format!("{error}Trouver une date · {}", self.known.meeting.title)
    }
    fn crumb(&self) -> String {
        "Trouver une date".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.known.trail()
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl PollPage {
    fn is_draft(&self) -> bool {
        self.known.meeting.state == MeetingState::Draft
    }

    fn is_open(&self, poll: &Poll) -> bool {
        poll.state == PollState::Open
    }

    fn voice(&self, one: &Asked, column: &Column) -> &'static str {
        one.voice(column.choice.id).map_or("Sans réponse", kernel::coded::Coded::label)
    }

    /// « 3 oui, 1 si besoin, 2 non, 4 sans réponse ».
    fn counts(&self, column: &Column) -> String {
        let tally = column.tally;
        format!("{} oui, {} si besoin, {} non, {} sans réponse", tally.yes, tally.if_needed, tally.no, tally.silent)
    }
}

/// Those who would be called today, as if those who said so came to this date, and nobody else.
fn would_come(called: &[Called], poll: &Poll, choice: Id<Choice>, also_if_needed: bool) -> Vec<Participant> {
    let comes = |voice: Voice| voice == Voice::Yes || (also_if_needed && voice == Voice::IfNeeded);
    let guess = |(number, one): (u128, &Called)| {
        let same = |asked: &&Asked| match one.organisation {
            Some(_) => asked.organisation == one.organisation,
            None => asked.seat == one.seat,
        };
        let voice = poll.asked.iter().find(same).and_then(|asked| asked.voice(choice));
        Participant {
            id: Id::from_uuid(uuid::Uuid::from_u128(number)),
            member: one.member,
            organisation: one.organisation,
            name: one.name.clone(),
            reply: Reply::None,
            presence: if voice.is_some_and(comes) { Presence::Principal } else { Presence::Absent },
            proxy: None,
            arrived_at: None,
            left_at: None,
            places: one.places.clone(),
        }
    };
    (1u128..).zip(called).map(guess).collect()
}

/// For each body that asks for a quorum, whether it would be met: by those who said yes, or with those who could if needed.
fn quorums(rules: &[(&Body, QuorumRule)], second: bool, sure: &[Participant], possible: &[Participant]) -> Vec<String> {
    let mut told = Vec::new();
    for (body, rule) in rules {
        let (now, with) = (quorum(*rule, second, body.id, sure), quorum(*rule, second, body.id, possible));
        if now.needed == 0 {
            continue;
        }
        let name = if rules.len() > 1 { format!("{} : ", body.name) } else { String::new() };
        told.push(match (now.met, with.met) {
            (true, _) => format!("{name}quorum de {} atteint", now.needed),
            (false, true) => format!("{name}quorum de {} atteint avec les « si besoin »", now.needed),
            (false, false) => format!("{name}quorum de {} pas encore atteint", now.needed),
        });
    }
    told
}

/// What the table shows: one roll and one rule a body, whatever the number of dates.
fn columns(tx: &mut Tx<'_>, known: &Known, poll: &Poll) -> Result<Vec<Column>> {
    let called = roll(tx, known.head.id, &known.bodies)?;
    let mut rules = Vec::new();
    for body in &known.bodies {
        rules.push((body, practice::find(tx, body.id)?.0.quorum));
    }
    let column = |choice: &Choice| {
        let sure = would_come(&called, poll, choice.id, false);
        let possible = would_come(&called, poll, choice.id, true);
        Column {
            when: known.meeting.zone.moment(choice.starts_at),
            tally: poll.tally(choice),
            quorums: quorums(&rules, known.meeting.second, &sure, &possible),
            choice: choice.clone(),
        }
    };
    Ok(poll.choices.iter().map(column).collect())
}

async fn page(desk: &Desk, known: Known) -> Result<PollPage> {
    let now = desk.app.clock().now();
    let reading = known.clone();
    let (poll, columns) = desk
        .read(move |tx| {
            let poll = polls::of_meeting(tx, reading.meeting.id)?;
            let columns = match &poll {
                Some(poll) => columns(tx, &reading, poll)?,
                None => Vec::new(),
            };
            Ok((poll, columns))
        })
        .await?;
    let choices = columns.iter().filter(|column| column.choice.starts_at > now);
    let choices = choices.map(|column| Answered::new(column.choice.id.to_string(), &column.when));
    let ends = poll.as_ref().map(|poll| acts::last_day(&known.meeting, poll.ends_at)).unwrap_or_default();
    Ok(PollPage {
        choose: Field::choice(Kind::Radio, "choice", "La date de la réunion", choices).required(),
        takes_answers: poll.as_ref().is_some_and(|poll| poll.takes_answers(now)),
        ends,
        known,
        poll,
        columns,
        errors: ErrorSummary::default(),
    })
}

pub async fn show(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let page = page(&desk, known).await?;
    desk.private(StatusCode::OK, &page)
}

pub async fn choose(desk: Desk, Path((slug, meeting)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let (id, choice) = (known.meeting.id, form.one("choice").and_then(|id| id.parse::<Id<Choice>>().ok()));
    match desk.act(move |ctx, tx| acts::choose(ctx, tx, id, choice)).await {
        Ok(at) => {
            let when = known.meeting.zone.moment(at);
            desk.done(&known.page(), &format!("La réunion aura lieu {when}. La convocation l'annoncera."))
        }
        Err(error) => {
            let (status, messages) = refusal(error)?;
            let mut page = page(&desk, known).await?;
            page.errors = ErrorSummary::new(&messages);
            page.choose = page.choose.check(&messages);
            desk.private(status, &page)
        }
    }
}

fn new_page(known: &Known, shown: &Params) -> FormPage {
    forms::page(&known.head, "Proposer des dates", format!("{}/dates/nouveau", known.page()), "Envoyer le sondage")
        .about(known.meeting.title.clone())
        .trail(known.trail())
        .note("Les personnes qui seraient convoquées reçoivent un courriel avec un lien pour répondre sans compte. Elles seules voient cette réunion en préparation.")
        .field(
            Field::area("dates", "Dates proposées")
                .hint(format!("Une par ligne, de {} à {}. Exemple : 12/03/2027 14:30", model::LEAST, model::MOST))
                .required()
                .rows(6)
                .value(shown.typed("dates")),
        )
        .field(
            Field::new(Kind::Date, "ends_on", "Dernier jour pour répondre").required().value(shown.typed("ends_on")),
        )
        .cancel(format!("{}/dates", known.page()))
}

fn draft_only(known: &Known) -> Result<()> {
    match known.meeting.state {
        MeetingState::Draft => Ok(()),
        _ => Err(Error::Conflict("On cherche une date avant de convoquer.".to_owned())),
    }
}

pub async fn show_new(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    draft_only(&known)?;
    desk.form(&new_page(&known, &Params::default()))
}

pub async fn open(desk: Desk, Path((slug, meeting)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let draft = PollDraft { dates: form.whole("dates"), ends_on: form.whole("ends_on") };
    let (id, now) = (known.meeting.id, desk.app.clock().now());
    let (address, secret) = (desk.app.settings().public_address.clone(), desk.app.secret().clone());
    let done = match draft.parse(known.meeting.zone, now) {
        Ok(new) => {
            desk.act(move |ctx, tx| acts::open(ctx, tx, &Site { address: &address, secret: &secret }, id, &new)).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok((asked, mails)) => {
            let plural = if mails > 1 { "s" } else { "" };
            let sentence = format!("Le sondage est ouvert : {asked} interrogés, {mails} courriel{plural}.");
            desk.done(&format!("{}/dates", known.page()), &sentence)
        }
        Err(error) => desk.form_again(new_page(&known, &form), error),
    }
}

pub async fn abandon(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let id = known.meeting.id;
    desk.act(move |ctx, tx| acts::abandon_poll(ctx, tx, id)).await?;
    desk.done(&format!("{}/dates", known.page()), "Le sondage est abandonné ; la date prévue reste.")
}
