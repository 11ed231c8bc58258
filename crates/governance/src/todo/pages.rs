//! The page *À faire*.

use askama::Template;
use kernel::permission::Reach;
use kernel::{Error, Id};
use ui::page::Page;
use web::{Answer, Desk};

use super::duties::{self, Duty, Expected};
use crate::framework::Measures;
use crate::powers::store::Held;

#[derive(Template)]
#[template(path = "todo/todo.html")]
struct TodoPage {
    name: String,
    duties: Vec<Duty>,
    held: Vec<Held>,
}

impl Page for TodoPage {
    fn title(&self) -> String {
        "À faire".to_owned()
    }
}

impl TodoPage {
    fn href(&self, held: &Held) -> String {
        match (held.governance_slug.as_deref(), held.power.reach) {
            (Some(slug), Reach::Member { member, .. }) => crate::members::own::page_of(slug, member),
            (Some(slug), _) => crate::url::governance(slug),
            (None, _) => "/administration".to_owned(),
        }
    }
    fn place<'a>(&self, held: &'a Held) -> &'a str {
        held.governance_name.as_deref().unwrap_or("La plateforme")
    }
}

pub async fn show(desk: Desk) -> Answer {
    let signed = desk.signed().ok_or(Error::NotFound)?.clone();
    let (measures, now) = (Measures::of(&desk.app)?, desk.app.clock().now());
    let (person, expected) =
        (Id::from_uuid(signed.person), desk.app.service::<Expected>().cloned().unwrap_or_default());
    let (held, duties) = desk.read(move |tx| duties::all(tx, &measures, &expected, person, now)).await?;
    desk.private(http::StatusCode::OK, &TodoPage { name: signed.name, duties, held })
}
