//! The page of an organisation: what it is, and the governances in which it takes part.

use askama::Template;
use axum::extract::Path;
use directory::Organisation;
use directory::organisations::store as organisations;
use kernel::time::french_date;
use kernel::{Capability, Error, Id, PartialDate, Scope};
use store::versions;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, see_other};

use crate::agreements::store as agreements;
use crate::members::store::{self as members, Membership};
use crate::organisations::merging::model::Merge;
use crate::organisations::merging::store as merges;
use crate::organisations::{MERGES, identity_of, merge_with};

#[derive(Template)]
#[template(path = "atlas/organisation.html")]
struct OrganisationPage {
    organisation: Organisation,
    memberships: Vec<Membership>,
    /// Title, governance's slug, date of signature.
    agreements: Vec<(String, String, Option<PartialDate>)>,
    /// What was merged into it: whoever comes by the address of another understands why.
    merges: Vec<Merge>,
    may_correct: bool,
    may_merge: bool,
}

impl OrganisationPage {
    /// Where whoever may goes from here.
    fn acts(&self) -> Vec<(&'static str, String)> {
        let id = self.organisation.id;
        let correct = self.may_correct.then(|| ("Corriger l'identité", identity_of(id)));
        let merge = self.may_merge.then(|| ("Fusionner avec un doublon", merge_with(id)));
        correct.into_iter().chain(merge).collect()
    }

    fn told(&self, merge: &Merge) -> String {
        format!("« {} », le {}", merge.duplicate_name, french_date(merge.on))
    }

    fn undo(&self, merge: &Merge) -> Option<String> {
        self.may_merge.then(|| format!("{MERGES}/{}/annuler", merge.id))
    }
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
    let may = |capability| desk.may(capability, Scope::Platform);
    let (may_correct, may_merge) = (may(Capability::CorrectOrganisation), may(Capability::MergeOrganisations));
    let page = desk
        .read(move |tx| {
            let Some(organisation) = organisations::find(tx, id)? else {
                return organisations::successor(tx, id)?.map(Err).ok_or(Error::NotFound);
            };
            Ok(Ok(OrganisationPage {
                organisation,
                memberships: members::of_organisation(tx, id)?,
                agreements: agreements::of_organisation(tx, id)?,
                merges: merges::into(tx, id)?,
                may_correct,
                may_merge,
            }))
        })
        .await?;
    let page = match page {
        Ok(page) => page,
        // Not for good: a merge may be undone.
        Err(successor) => return see_other(&directory::url::organisation(&successor)),
    };
    // A signature is an act of its governance: any act renews this page.
    desk.shared(&page, [versions::REGISTER.to_owned()])
}
