//! Guests: organisations or functions invited to a meeting without sitting in any of its bodies. They stand apart from the
//! roll, so that no quorum and no proxy ever counts them. An address serves this one meeting and is erased once it is over.

mod acts;
mod answer_pages;
mod model;
mod pages;
mod store;

use kernel::Capability;
use web::{Access, Routes};

pub use acts::{Entry, NewGuest, answer, enter_presence, invite, remove};
pub(crate) use acts::{Tell, tell};
pub use model::{Guest, GuestPresence, GuestReply};
pub use store::{forget, list, purge};

pub fn routes() -> Routes {
    const ANIMATE: Access = Access::Needs(Capability::ManageBody);
    Routes::new()
        .get("/gouvernances/{slug}/reunions/{reunion}/invites", ANIMATE, pages::show)
        .post("/gouvernances/{slug}/reunions/{reunion}/invites", ANIMATE, pages::invite)
        .post("/gouvernances/{slug}/reunions/{reunion}/invites/presence", ANIMATE, pages::presence)
        .post("/gouvernances/{slug}/reunions/{reunion}/invites/{invite}/retirer", ANIMATE, pages::remove)
        .get("/reunions/invitation", Access::Public, answer_pages::show)
        .post("/reunions/invitation", Access::Public, answer_pages::save)
}
