//! What a member does for itself, by whoever represents it; and what the secretariat does for a representative who asked.

pub mod acts;
mod pages;

use kernel::Capability;
use web::{Access, Routes};

pub fn routes() -> Routes {
    let speak = Access::Needs(Capability::SpeakForMember);
    Routes::new()
        .get("/gouvernances/{slug}/membres/{membre}/notre-structure", speak, pages::show)
        .get("/gouvernances/{slug}/membres/{membre}/notre-structure/implication", speak, pages::show_involvement)
        .post("/gouvernances/{slug}/membres/{membre}/notre-structure/implication", speak, pages::involvement)
        .get("/gouvernances/{slug}/membres/{membre}/notre-structure/suppleance", speak, pages::show_deputy)
        .post("/gouvernances/{slug}/membres/{membre}/notre-structure/suppleance", speak, pages::deputy)
        .get("/gouvernances/{slug}/membres/{membre}/notre-structure/depart", speak, pages::show_leave)
        .post("/gouvernances/{slug}/membres/{membre}/notre-structure/depart", speak, pages::leave)
}

/// The page of a member for those who represent it.
pub fn page_of(slug: &str, member: impl std::fmt::Display) -> String {
    format!("{}/{member}/notre-structure", crate::url::members(slug))
}
