//! The national team keeps the directory of organisations clean: entering, correcting, merging.

mod identity;
mod list;
pub mod merging;

use directory::Organisation;
use kernel::{Capability, Id};
use ui::page::Crumb;
use web::{Access, Routes};

/// The page from which all of this is done.
pub const HERE: &str = "/administration/structures";
/// The merges that were done.
pub const MERGES: &str = "/administration/fusions";

pub fn routes() -> Routes {
    use merging::pages;
    let correct = Access::Needs(Capability::CorrectOrganisation);
    let merge = Access::Needs(Capability::MergeOrganisations);
    Routes::new()
        .get("/administration/structures", correct, list::show)
        .get("/administration/structures/nouvelle", correct, identity::show_new)
        .post("/administration/structures/nouvelle", correct, identity::enter)
        .get("/administration/structures/{structure}/identite", correct, identity::show)
        .post("/administration/structures/{structure}/identite", correct, identity::save)
        .get("/administration/structures/{structure}/fusionner", merge, pages::choose)
        .get("/administration/structures/{structure}/fusionner/{doublon}", merge, pages::compare)
        .post("/administration/structures/{structure}/fusionner/{doublon}", merge, pages::merge)
        .get("/administration/fusions", merge, pages::list)
        .get("/administration/fusions/{fusion}/annuler", merge, pages::show_undo)
        .post("/administration/fusions/{fusion}/annuler", merge, pages::undo)
}

/// From the administration of the platform to its organisations.
fn trail() -> Vec<Crumb> {
    vec![Crumb::new("Administration", "/administration"), Crumb::new("Structures", HERE)]
}

/// The form of an identity.
pub fn identity_of(id: Id<Organisation>) -> String {
    format!("{HERE}/{id}/identite")
}

/// Where the duplicate of an organisation is looked for.
pub fn merge_with(id: Id<Organisation>) -> String {
    format!("{HERE}/{id}/fusionner")
}
