//! The page of an organisation: what it is, and the governances in which it takes part.

use askama::Template;
use axum::extract::Path;
use directory::Organisation;
use directory::organisations::store as organisations;
use kernel::{Error, Id, PartialDate};
use store::versions;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk};

use crate::agreements::store as agreements;
use crate::members::store::{self as members, Membership};

#[derive(Template)]
#[template(path = "atlas/organisation.html")]
struct OrganisationPage {
    organisation: Organisation,
    memberships: Vec<Membership>,
    /// Title, governance's slug, date of signature.
    agreements: Vec<(String, String, Option<PartialDate>)>,
}

impl Page for OrganisationPage {
    fn title(&self) -> String {
        self.organisation.name.clone()
    }
    fn trail(&self) -> Vec<Crumb> {
        vec![Crumb::new("Structures", directory::url::ORGANISATIONS)]
    }
    fn section(&self) -> Section {
        Section::Organisations
    }
}

pub async fn show(desk: Desk, Path(id): Path<String>) -> Answer {
    let id: Id<Organisation> = id.parse().map_err(|_| Error::NotFound)?;
    let page = desk
        .read(move |tx| {
            Ok(OrganisationPage {
                organisation: organisations::find(tx, id)?.ok_or(Error::NotFound)?,
                memberships: members::of_organisation(tx, id)?,
                agreements: agreements::of_organisation(tx, id)?,
            })
        })
        .await?;
    // A signature is an act of its governance: any act renews this page.
    desk.shared(&page, [versions::REGISTER.to_owned()])
}
