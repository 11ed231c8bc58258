//! In session: presence and quorum, what is being discussed, notes and outcomes.

mod acts;
mod clock;
mod merge;
mod presence;
mod presence_pages;
mod screen;
mod session_pages;
mod writing_pages;

use kernel::Capability;
use web::{Access, Routes};

pub use acts::{NewOutcome, Noted, close, note, open, outcome, take_outcome};
pub use clock::go_to;
pub use presence::{Entry, enter_hours, enter_presence};
pub(crate) use session_pages::quorums;

pub fn routes() -> Routes {
    const ANIMATE: Access = Access::Needs(Capability::ManageBody);
    Routes::new()
        .get("/gouvernances/{slug}/reunions/{reunion}/emargement", ANIMATE, presence_pages::sheet)
        .get("/gouvernances/{slug}/reunions/{reunion}/ouvrir", ANIMATE, session_pages::show_open)
        .post("/gouvernances/{slug}/reunions/{reunion}/ouvrir", ANIMATE, session_pages::open)
        .get("/gouvernances/{slug}/reunions/{reunion}/presence", ANIMATE, presence_pages::show)
        .post("/gouvernances/{slug}/reunions/{reunion}/presence", ANIMATE, presence_pages::save)
        .get("/gouvernances/{slug}/reunions/{reunion}/seance", ANIMATE, session_pages::show)
        .post("/gouvernances/{slug}/reunions/{reunion}/seance", ANIMATE, session_pages::go)
        .get("/gouvernances/{slug}/reunions/{reunion}/seance/ecran", ANIMATE, screen::show)
        .get("/gouvernances/{slug}/reunions/{reunion}/seance/{point}/notes", ANIMATE, writing_pages::show_notes)
        .post("/gouvernances/{slug}/reunions/{reunion}/seance/{point}/notes", ANIMATE, writing_pages::note)
        .get("/gouvernances/{slug}/reunions/{reunion}/seance/{point}/suite", ANIMATE, writing_pages::show_outcome)
        .post("/gouvernances/{slug}/reunions/{reunion}/seance/{point}/suite", ANIMATE, writing_pages::outcome)
        .post(
            "/gouvernances/{slug}/reunions/{reunion}/seance/{point}/suite/{suite}/retirer",
            ANIMATE,
            writing_pages::take,
        )
        .get("/gouvernances/{slug}/reunions/{reunion}/presence/{appele}", ANIMATE, presence_pages::show_hours)
        .post("/gouvernances/{slug}/reunions/{reunion}/presence/{appele}", ANIMATE, presence_pages::hours)
        .get("/gouvernances/{slug}/reunions/{reunion}/clore", ANIMATE, session_pages::show_close)
        .post("/gouvernances/{slug}/reunions/{reunion}/clore", ANIMATE, session_pages::close)
}
