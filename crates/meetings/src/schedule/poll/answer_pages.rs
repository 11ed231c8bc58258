//! Saying which dates suit: from the link of a message, without an account, or signed in. One form; opening it changes
//! nothing.

use askama::Template;
use axum::extract::Path;
use directory::Person;
use governance::Governance;
use governance::forms;
use governance::members::model::Member;
use http::StatusCode;
use kernel::coded::Coded as _;
use kernel::{Error, Errors, Id, Reach, Result, RoleKind, Who};
use ui::form::{Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page};
use web::{Answer, Desk, Form, Params};

use super::acts::{self, read_link};
use super::model::Voice;
use super::store::{self as polls, Asked, Choice, Poll};
use crate::model::MeetingState;
use crate::planning::acts::names;
use crate::planning::{Known, speaker};
use crate::store as reads;

/// What somebody who was asked sees: the only ones but those who prepare it who learn of the draft.
struct Opened {
    known: Known,
    poll: Poll,
    own: Asked,
}

async fn load(desk: &Desk, id: Id<Asked>) -> Result<Opened> {
    desk.read(move |tx| {
        let (meeting, _) = polls::asked(tx, id)?;
        let meeting = reads::find(tx, meeting)?;
        let slug: String =
            tx.get("select slug from governance where id = $1", store::params![meeting.governance], |row| row.get(0))?;
        let known = Known::load(tx, &slug, &meeting.slug)?;
        let poll = polls::of_meeting(tx, known.meeting.id)?.ok_or(Error::NotFound)?;
        let own = poll.asked.iter().find(|one| one.id == id).cloned();
        // Asked again since: the link of the first poll leads nowhere.
        let own = own.ok_or_else(|| Error::Conflict(acts::over()))?;
        Ok(Opened { known, poll, own })
    })
    .await
}

impl Opened {
    /// Refuses what is over, before a form is filled in vain.
    fn still_open(self, desk: &Desk) -> Result<Self> {
        let open = self.poll.takes_answers(desk.app.clock().now()) && self.known.meeting.state == MeetingState::Draft;
        if open { Ok(self) } else { Err(Error::Conflict(acts::over())) }
    }

    /// The draft itself is not for those who are asked: the way ends at the governance.
    fn trail(&self) -> Vec<Crumb> {
        let head = &self.known.head;
        vec![
            Crumb::new("Gouvernances", governance::url::GOVERNANCES),
            Crumb::new(&head.name, governance::url::governance(&head.slug)),
        ]
    }

    fn when(&self, choice: &Choice) -> String {
        self.known.meeting.zone.moment(choice.starts_at)
    }

    fn voice(&self, choice: &Choice) -> String {
        self.own.voice(choice.id).map_or_else(String::new, |voice| voice.label().to_owned())
    }
}

fn page(opened: &Opened, action: &str, key: &str, typed: &Params) -> FormPage {
    let meeting = &opened.known.meeting;
    let mut page =
        forms::page(&opened.known.head, "Quelles dates vous conviennent ?", action.to_owned(), "Envoyer mes réponses")
            .about(format!("{} ({}), pour {}", meeting.title, names(&opened.known.bodies), opened.own.name))
            .trail(opened.trail())
            .note(format!(
                "Durée prévue : {}. Vous pouvez changer d'avis jusqu'au {} inclus.",
                meeting.length(),
                acts::last_day(meeting, opened.poll.ends_at)
            ));
    if !key.is_empty() {
        page = page.field(Field::hidden("cle", key));
    }
    for choice in &opened.poll.choices {
        let name = format!("v-{}", choice.id);
        let known = opened.own.voice(choice.id).map_or("", Voice::code);
        let chosen = typed.one(&name).unwrap_or(known).to_owned();
        let voices = forms::choices::<Voice>(&chosen);
        page = page.field(Field::choice(Kind::Radio, name, opened.when(choice), voices).required());
    }
    page
}

/// What the form says of each date; what it does not say, the act asks for.
fn voices(form: &Params, poll: &Poll) -> Result<Vec<(Id<Choice>, Voice)>> {
    let mut errors = Errors::default();
    let mut out = Vec::new();
    for choice in &poll.choices {
        let name = format!("v-{}", choice.id);
        match Voice::from_code(form.typed(&name)) {
            Some(voice) => out.push((choice.id, voice)),
            None => errors.add(name, "Choisissez une réponse."),
        }
    }
    errors.into_result()?;
    Ok(out)
}

#[derive(Template)]
#[template(path = "schedule/poll/answered.html")]
struct AnsweredPage {
    opened: Opened,
}

impl Page for AnsweredPage {
    fn title(&self) -> String {
        format!("Réponses enregistrées · {}", self.opened.known.meeting.title)
    }
    fn crumb(&self) -> String {
        "Réponses enregistrées".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.opened.trail()
    }
}

async fn by_link(desk: &Desk, key: &str) -> Result<(Opened, Id<Person>)> {
    let (asked, person) = read_link(desk.app.secret(), key, desk.app.clock().now())?;
    Ok((load(desk, asked).await?.still_open(desk)?, person))
}

pub async fn show(desk: Desk) -> Answer {
    let key = desk.params.whole("cle");
    let (opened, _) = by_link(&desk, &key).await?;
    desk.form(&page(&opened, "/reunions/dates", &key, &Params::default()))
}

pub async fn save(desk: Desk, Form(form): Form) -> Answer {
    let key = form.whole("cle");
    let (opened, person) = by_link(&desk, &key).await?;
    let who = speaker(&desk, person).await?;
    match answer(&desk, who, &opened, &form).await {
        Ok(()) => {
            let (opened, _) = by_link(&desk, &key).await?;
            desk.private(StatusCode::OK, &AnsweredPage { opened })
        }
        Err(error) => desk.form_again(page(&opened, "/reunions/dates", &key, &form), error),
    }
}

async fn answer(desk: &Desk, who: Who, opened: &Opened, form: &Params) -> Result<()> {
    let (id, voices) = (opened.own.id, voices(form, &opened.poll)?);
    desk.app.act(who, move |ctx, tx| acts::answer(ctx, tx, id, &voices, None)).await
}

/// True when the person represents the member now.
fn represents(who: &Who, governance: Id<Governance>, member: Option<Id<Member>>) -> bool {
    let Some(member) = member else { return false };
    let reach = Reach::Member { governance: governance.uuid(), member: member.uuid() };
    who.roles.iter().any(|role| matches!(role.kind, RoleKind::Representative | RoleKind::Deputy) && role.reach == reach)
}

/// For somebody who represents the member that was asked; for anybody else there is nothing here.
async fn by_session(desk: &Desk, id: &str) -> Result<Opened> {
    let id: Id<Asked> = id.parse().map_err(|_| Error::NotFound)?;
    let opened = load(desk, id).await.map_err(|error| match error {
        Error::Conflict(_) => Error::NotFound,
        other => other,
    })?;
    if !represents(&desk.who(), opened.known.head.id, opened.own.member) {
        return Err(Error::NotFound);
    }
    opened.still_open(desk)
}

pub async fn show_signed(desk: Desk, Path(id): Path<String>) -> Answer {
    let opened = by_session(&desk, &id).await?;
    desk.form(&page(&opened, &format!("/reunions/dates/{}", opened.own.id), "", &Params::default()))
}

pub async fn save_signed(desk: Desk, Path(id): Path<String>, Form(form): Form) -> Answer {
    let opened = by_session(&desk, &id).await?;
    let action = format!("/reunions/dates/{}", opened.own.id);
    match answer(&desk, desk.who(), &opened, &form).await {
        Ok(()) => desk.done(&action, "Vos réponses sont enregistrées."),
        Err(error) => desk.form_again(page(&opened, &action, "", &form), error),
    }
}
