//! Meetings prepared together by a rhythm. Each is its own meeting afterwards: changing or cancelling one touches one.

mod acts;
mod form;
mod pages;
mod store;

use kernel::Capability;
use web::{Access, Routes};

pub use acts::{cancel_following, plan_series};
pub use form::{Series, SeriesDraft};
pub use store::{Series as Known, of_meeting};

pub fn routes() -> Routes {
    const ANIMATE: Access = Access::Needs(Capability::ManageBody);
    Routes::new()
        .get("/gouvernances/{slug}/instances/{instance}/reunions/serie", ANIMATE, pages::show)
        .post("/gouvernances/{slug}/instances/{instance}/reunions/serie", ANIMATE, pages::prepare)
        .get("/gouvernances/{slug}/reunions/{reunion}/serie", ANIMATE, pages::show_following)
        .post("/gouvernances/{slug}/reunions/{reunion}/serie", ANIMATE, pages::cancel_following)
}
