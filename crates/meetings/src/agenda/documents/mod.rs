//! The documents of an item: PDFs, for everybody who may read the meeting or for those who are called.

pub mod acts;
pub mod model;
mod pages;
pub mod store;

use kernel::Capability;
use web::{Access, Routes};

pub fn routes() -> Routes {
    const ANIMATE: Access = Access::Needs(Capability::ManageBody);
    Routes::new()
        .get("/gouvernances/{slug}/reunions/{reunion}/ordre-du-jour/{point}/documents", ANIMATE, pages::show)
        .upload("/gouvernances/{slug}/reunions/{reunion}/ordre-du-jour/{point}/documents", ANIMATE, pages::add)
        .get("/gouvernances/{slug}/reunions/{reunion}/documents/{document}", Access::Public, pages::file)
        .get("/gouvernances/{slug}/reunions/{reunion}/documents/{document}/modifier", ANIMATE, pages::show_change)
        .post("/gouvernances/{slug}/reunions/{reunion}/documents/{document}/modifier", ANIMATE, pages::change)
        .post("/gouvernances/{slug}/reunions/{reunion}/documents/{document}/retirer", ANIMATE, pages::remove)
}
