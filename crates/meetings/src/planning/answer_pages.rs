//! Answering from a message: a page with one form, since whoever scans mail opens links but sends no form.

use askama::Template;
use directory::Person;
use governance::forms;
use http::StatusCode;
use kernel::coded::Coded as _;
use kernel::{Error, Errors, Id, Result};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use ui::page::Page;
use web::{Answer, Desk, Form, Params};

use super::answer;
use super::convocation::read_answer_link;
use super::{Known, speaker};
use crate::agenda::{Reader, load_more};
use crate::model::{MeetingState, Participant, Reply};
use crate::store as reads;

/// What a link opens.
struct Opened {
    known: Known,
    own: Participant,
    everyone: Vec<Participant>,
    person: Id<Person>,
    key: String,
    /// What there is to read before answering: label and address.
    documents: Vec<(String, String)>,
}

async fn open(desk: &Desk, key: &str) -> Result<Opened> {
    let (participant, person) = read_answer_link(desk.app.secret(), key, desk.app.clock().now())?;
    let key = key.to_owned();
    desk.read(move |tx| {
        let (id, _) = reads::participant(tx, participant)?;
        let meeting = reads::find(tx, id)?;
        let slug: String =
            tx.get("select slug from governance where id = $1", store::params![meeting.governance], |row| row.get(0))?;
        let known = Known::load(tx, &slug, &meeting.slug)?;
        let everyone = reads::participants(tx, id)?;
        let own = everyone.iter().find(|one| one.id == participant).cloned().ok_or(Error::NotFound)?;
        let reader = Reader { called: true, key: key.clone(), ..Reader::default() };
        let mut more = load_more(tx, &known, &reader)?;
        let items = reads::agenda(tx, id)?;
        let documents = items.iter().filter_map(|item| more.remove(&item.id)).flat_map(|more| more.links()).collect();
        Ok(Opened { known, own, everyone, person, key, documents })
    })
    .await
}

fn page(opened: &Opened, typed: &Params) -> FormPage {
    let chosen = typed.one("reply").unwrap_or(opened.own.reply.code());
    let replies = [Reply::Present, Reply::Represented, Reply::Excused]
        .map(|reply| Choice::new(reply.code(), reply.label()).selected(reply.code() == chosen));
    let holder = typed.one("proxy").map(ToOwned::to_owned).or_else(|| opened.own.proxy.map(|id| id.to_string()));
    let shares = |other: &&Participant| {
        other.id != opened.own.id
            && other.member.is_some()
            && opened.own.places.iter().any(|(body, ..)| other.sits_in(*body))
    };
    let holders = opened.everyone.iter().filter(shares).map(|other| {
        let id = other.id.to_string();
        let selected = holder.as_deref() == Some(id.as_str());
        Choice::new(id, &other.name).selected(selected)
    });
    let first = Choice::new("", "Personne");
    let meeting = &opened.known.meeting;
    let page = forms::page(
        &opened.known.head,
        "Répondre à la convocation",
        "/reunions/reponse".to_owned(),
        "Envoyer la réponse",
    )
    .about(format!("{} : {}, {}", opened.own.name, meeting.title, meeting.when()))
    .trail(opened.known.trail())
    .field(Field::hidden("cle", &opened.key))
    .field(Field::choice(Kind::Radio, "reply", "Votre structure sera", replies).required())
    .field(
        Field::choice(Kind::Select, "proxy", "Représentée par", std::iter::once(first).chain(holders))
            .hint("Seulement si elle donne pouvoir à une autre structure."),
    )
    .note("Vous pouvez changer de réponse jusqu'au début de la réunion, avec le même lien.");
    opened.documents.iter().fold(page, |page, (label, href)| page.link(label, href))
}

pub async fn show(desk: Desk) -> Answer {
    let opened = open(&desk, &desk.params.whole("cle")).await?;
    if opened.known.meeting.state != MeetingState::Convened {
        return Err(Error::Conflict(closed(&opened)).into());
    }
    desk.form(&page(&opened, &Params::default()))
}

fn closed(opened: &Opened) -> String {
    let state = opened.known.meeting.state.label().to_lowercase();
    format!("On ne répond plus à cette convocation : la réunion est {state}.")
}

#[derive(Template)]
#[template(path = "planning/answered.html")]
struct AnsweredPage {
    opened: Opened,
}

impl Page for AnsweredPage {
    fn title(&self) -> String {
        format!("Réponse enregistrée · {}", self.opened.known.meeting.title)
    }
    fn trail(&self) -> Vec<ui::page::Crumb> {
        self.opened.known.trail()
    }
    fn crumb(&self) -> String {
        "Réponse enregistrée".to_owned()
    }
}

impl AnsweredPage {
    fn holder(&self) -> Option<&str> {
        let holder = self.opened.everyone.iter().find(|one| Some(one.id) == self.opened.own.proxy)?;
        Some(&holder.name)
    }
}

pub async fn save(desk: Desk, Form(form): Form) -> Answer {
    let key = form.whole("cle");
    let opened = open(&desk, &key).await?;
    let mut errors = Errors::default();
    let reply = forms::coded::<Reply>(&mut errors, "reply", form.typed("reply"));
    let proxy: Option<Id<Participant>> = form.one("proxy").and_then(|id| id.parse().ok());
    let who = speaker(&desk, opened.person).await?;
    let id = opened.own.id;
    let done = match (errors.into_result(), reply) {
        (Ok(()), Some(reply)) => {
            desk.app.act(who, move |ctx, tx| answer::answer(ctx, tx, id, reply, proxy, None)).await
        }
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(Error::NotFound),
    };
    match done {
        Ok(()) => {
            let opened = open(&desk, &key).await?;
            desk.private(StatusCode::OK, &AnsweredPage { opened })
        }
        // A link for one act signs nobody in: what the form says is said on the same page.
        Err(error) => desk.form_again(page(&opened, &form), error),
    }
}
