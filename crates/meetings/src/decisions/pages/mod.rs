//! The pages of decisions: lists, one decision, exports and papers for everybody; drafts and forms for those who animate.

pub mod after_form;
pub mod draft_form;
pub mod drafts;
pub mod effect_form;
pub mod exports;
pub mod lists;
pub mod one;
pub mod papers;
pub mod settle_form;

use axum::extract::Path;
use governance::bodies::model::Body;
use governance::forms;
use governance::governances::store::Head;
use kernel::{Error, Id, Result};
use ui::form_page::FormPage;
use ui::page::Crumb;
use web::Desk;

use super::model::Decision;
use super::store as reads;
use crate::planning::{body_of, trail_of_body};
use crate::url;

pub(super) type BodyPlace = Path<(String, String)>;
pub(super) type Place = Path<(String, String, String)>;

/// A decision with the body that prepares it, for those who animate it.
pub(super) struct Workshop {
    pub head: Head,
    pub body: Body,
    pub decision: Decision,
}

impl Workshop {
    /// The decision of an address.
    pub async fn enter(desk: &Desk, slug: String, instance: String, decision: &str) -> Result<Self> {
        let (head, body) = body_of(desk, slug, instance).await?;
        let id: Id<Decision> = decision.parse().map_err(|_| Error::NotFound)?;
        let decision = desk.read(move |tx| reads::find(tx, id)).await?;
        if decision.body != body.id {
            return Err(Error::NotFound);
        }
        Ok(Self { head, body, decision })
    }

    /// Where one comes back to after a form: its public page, once it has one.
    pub fn back(&self) -> String {
        self.decision.page().unwrap_or_else(|| self.decision.workshop())
    }

    pub fn trail(&self) -> Vec<Crumb> {
        let mut trail = drafts_trail(&self.head, &self.body);
        trail.push(Crumb::new(&self.decision.title, self.back()));
        trail
    }

    /// A form about the decision.
    pub fn form(&self, title: &str, place: &str, button: &str) -> FormPage {
        forms::page(&self.head, title, format!("{}/{place}", self.decision.workshop()), button)
            .about(match self.decision.number {
                Some(number) => format!("{number} · {}", self.decision.title),
                None => self.decision.title.clone(),
            })
            .trail(self.trail())
            .cancel(self.back())
    }
}

pub(super) fn drafts_trail(head: &Head, body: &Body) -> Vec<Crumb> {
    let mut trail = trail_of_body(head, body);
    trail.push(Crumb::new("Projets de décision", url::drafts(&head.slug, &body.slug)));
    trail
}
