//! Who invites to a meeting, and their agreement where they are several: a convocation is co-signed where a body is
//! co-chaired. One agreement an organisation, by a signed link or signed in as its representative; a function alone, or an
//! organisation that agreed otherwise, is noted by those who prepare.
//!
//! A body may require it (its rules of meetings): then nobody is convened before all have agreed. It is not required at
//! first: most of them agree by word of mouth, and a silence must not keep a meeting from being convened in time. The
//! convocation itself stays an act of those who prepare, who see the notice and the roll at that moment.

mod acts;
mod model;
mod pages;
mod store;

use kernel::Capability;
use web::{Access, Routes};

pub use acts::{ask, otherwise, sign};
pub(crate) use acts::{ask_again, require_all};
pub use model::{Agreement, Inviter, invitation};
pub use store::{inviters, waiting_for};

pub fn routes() -> Routes {
    const ANIMATE: Access = Access::Needs(Capability::ManageBody);
    const SPEAK: Access = Access::Needs(Capability::SpeakForMember);
    Routes::new()
        .get("/gouvernances/{slug}/reunions/{reunion}/accords", ANIMATE, pages::show)
        .post("/gouvernances/{slug}/reunions/{reunion}/accords", ANIMATE, pages::ask)
        .get("/gouvernances/{slug}/reunions/{reunion}/accords/{accord}", ANIMATE, pages::show_otherwise)
        .post("/gouvernances/{slug}/reunions/{reunion}/accords/{accord}", ANIMATE, pages::otherwise)
        .get("/reunions/accord", Access::Public, pages::show_link)
        .post("/reunions/accord", Access::Public, pages::sign_by_link)
        .get("/reunions/accord/{accord}", SPEAK, pages::show_signed)
        .post("/reunions/accord/{accord}", SPEAK, pages::sign_signed)
}
