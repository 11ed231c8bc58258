//! A guest answers from the link of a message: one form, which opening does not send.

use askama::Template;
use governance::forms;
use http::StatusCode;
use kernel::coded::Coded as _;
use kernel::{Error, Errors, Result, Who};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page};
use web::{Answer, Desk, Form, Params};

use super::acts::{self, read_link};
use super::model::{Guest, GuestReply};
use super::store as guests;
use crate::model::MeetingState;
use crate::planning::Known;
use crate::store as reads;

struct Opened {
    known: Known,
    own: Guest,
}

async fn open(desk: &Desk, key: &str) -> Result<Opened> {
    let id = read_link(desk.app.secret(), key, desk.app.clock().now())?;
    let opened = desk
        .read(move |tx| {
            let meeting = guests::meeting_of(tx, id)?;
            let meeting = reads::find(tx, meeting)?;
            let slug: String =
                tx.get("select slug from governance where id = $1", store::params![meeting.governance], |row| {
                    row.get(0)
                })?;
            let known = Known::load(tx, &slug, &meeting.slug)?;
            let own = guests::list(tx, meeting.id)?.into_iter().find(|one| one.id == id).ok_or(Error::NotFound)?;
            Ok(Opened { known, own })
        })
        .await?;
    if opened.known.meeting.state != MeetingState::Convened {
        let state = opened.known.meeting.state.label().to_lowercase();
        return Err(Error::Conflict(format!("On ne répond plus à cette invitation : la réunion est {state}.")));
    }
    Ok(opened)
}

fn page(opened: &Opened, key: &str, typed: &Params) -> FormPage {
    let meeting = &opened.known.meeting;
    let chosen = typed.one("reply").unwrap_or(opened.own.reply.code()).to_owned();
    let replies = [GuestReply::Present, GuestReply::Excused]
        .map(|reply| Choice::new(reply.code(), reply.label()).selected(reply.code() == chosen));
    forms::page(&opened.known.head, "Répondre à l'invitation", "/reunions/invitation".to_owned(), "Envoyer la réponse")
        .about(format!("{} : {}, {}", opened.own.name, meeting.title, meeting.when()))
        .trail(opened.known.trail())
        .field(Field::hidden("cle", key))
        .field(Field::choice(Kind::Radio, "reply", "Vous serez", replies).required())
        .note("Vous pouvez changer de réponse jusqu'au début de la réunion, avec le même lien.")
}

pub async fn show(desk: Desk) -> Answer {
    let key = desk.params.whole("cle");
    let opened = open(&desk, &key).await?;
    desk.form(&page(&opened, &key, &Params::default()))
}

#[derive(Template)]
#[template(path = "schedule/guests/answered.html")]
struct AnsweredPage {
    opened: Opened,
}

impl Page for AnsweredPage {
    fn title(&self) -> String {
        format!("Réponse enregistrée · {}", self.opened.known.meeting.title)
    }
    fn crumb(&self) -> String {
        "Réponse enregistrée".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.opened.known.trail()
    }
}

pub async fn save(desk: Desk, Form(form): Form) -> Answer {
    let key = form.whole("cle");
    let opened = open(&desk, &key).await?;
    let mut errors = Errors::default();
    let reply = forms::coded::<GuestReply>(&mut errors, "reply", form.typed("reply"));
    let done = match (errors.into_result(), reply) {
        (Ok(()), Some(reply)) => {
            let (secret, token) = (desk.app.secret().clone(), key.clone());
            // A guest has no account: the link says who answers.
            desk.app.act(Who::visitor(), move |ctx, tx| acts::answer(ctx, tx, &secret, &token, reply)).await
        }
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(Error::NotFound),
    };
    match done {
        Ok(()) => {
            let opened = open(&desk, &key).await?;
            desk.private(StatusCode::OK, &AnsweredPage { opened })
        }
        Err(error) => desk.form_again(page(&opened, &key, &form), error),
    }
}
