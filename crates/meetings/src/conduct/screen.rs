//! What the room reads on its screen: the item under discussion, the quorum, what came out so far. Nothing to type, large
//! letters; the script of the page asks again by itself, and a link does without it.

use askama::Template;
use axum::extract::Path;
use http::StatusCode;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk};

use super::session_pages::Session;

#[derive(Template)]
#[template(path = "conduct/screen.html")]
struct ScreenPage {
    session: Session,
}

impl Page for ScreenPage {
    fn title(&self) -> String {
        format!("Écran de la salle · {}", self.session.known.meeting.title)
    }
    fn crumb(&self) -> String {
        "Écran de la salle".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        let mut trail = self.session.known.trail();
        trail.push(Crumb::new("Séance", format!("{}/seance", self.session.known.page())));
        trail
    }
    fn section(&self) -> Section {
        Section::Governances
    }
    fn script(&self) -> Option<&'static str> {
        Some("session.js")
    }
}

impl ScreenPage {
    fn at(&self, place: &str) -> String {
        format!("{}/{place}", self.session.known.page())
    }
}

pub async fn show(desk: Desk, Path((slug, meeting)): Path<(String, String)>) -> Answer {
    let session = Session::load(&desk, slug, meeting).await?;
    desk.private(StatusCode::OK, &ScreenPage { session })
}
