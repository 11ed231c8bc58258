//! A poll of dates: the animator of a draft proposes some, those who would be called say which suit them, one is chosen.
//! Only those who are asked learn of the draft.

mod acts;
mod answer_pages;
pub mod model;
mod pages;
mod store;

use kernel::Capability;
use web::{Access, Routes};

pub use acts::{abandon, abandon_poll, answer, choose, open};
pub use model::{NewPoll, PollDraft, Voice};
pub use store::{Asked, Poll, of_meeting};

pub fn routes() -> Routes {
    const ANIMATE: Access = Access::Needs(Capability::ManageBody);
    const SPEAK: Access = Access::Needs(Capability::SpeakForMember);
    Routes::new()
        .get("/gouvernances/{slug}/reunions/{reunion}/dates", ANIMATE, pages::show)
        .post("/gouvernances/{slug}/reunions/{reunion}/dates", ANIMATE, pages::choose)
        .get("/gouvernances/{slug}/reunions/{reunion}/dates/nouveau", ANIMATE, pages::show_new)
        .post("/gouvernances/{slug}/reunions/{reunion}/dates/nouveau", ANIMATE, pages::open)
        .post("/gouvernances/{slug}/reunions/{reunion}/dates/abandonner", ANIMATE, pages::abandon)
        .get("/reunions/dates", Access::Public, answer_pages::show)
        .post("/reunions/dates", Access::Public, answer_pages::save)
        .get("/reunions/dates/{demande}", SPEAK, answer_pages::show_signed)
        .post("/reunions/dates/{demande}", SPEAK, answer_pages::save_signed)
}
