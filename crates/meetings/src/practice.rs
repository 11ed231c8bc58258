//! How a body meets: its notice, its quorum, its proxies, how its minutes are approved.

mod acts;
mod model;
mod pages;

use kernel::Capability;
use web::{Access, Routes};

pub use acts::{find, set};
pub use model::{Approval, Practice, PracticeDraft, QuorumKind};

pub fn routes() -> Routes {
    const ANIMATE: Access = Access::Needs(Capability::ManageBody);
    Routes::new().get("/gouvernances/{slug}/instances/{instance}/reunions/regles", ANIMATE, pages::show).post(
        "/gouvernances/{slug}/instances/{instance}/reunions/regles",
        ANIMATE,
        pages::save,
    )
}
