//! In session and after: presence and quorum, notes and outcomes, minutes.

mod acts;
mod minutes_pages;
mod presence;
mod presence_pages;
mod session_pages;

use kernel::Capability;
use web::{Access, Routes};

pub use acts::{NewOutcome, close, note, open, outcome, publish, take_outcome};
pub use presence::{Entry, enter_presence};

pub fn routes() -> Routes {
    const ANIMATE: Access = Access::Needs(Capability::ManageBody);
    Routes::new()
        .get("/gouvernances/{slug}/reunions/{reunion}/emargement", ANIMATE, presence_pages::sheet)
        .get("/gouvernances/{slug}/reunions/{reunion}/ouvrir", ANIMATE, session_pages::show_open)
        .post("/gouvernances/{slug}/reunions/{reunion}/ouvrir", ANIMATE, session_pages::open)
        .get("/gouvernances/{slug}/reunions/{reunion}/presence", ANIMATE, presence_pages::show)
        .post("/gouvernances/{slug}/reunions/{reunion}/presence", ANIMATE, presence_pages::save)
        .get("/gouvernances/{slug}/reunions/{reunion}/seance", ANIMATE, session_pages::show)
        .post("/gouvernances/{slug}/reunions/{reunion}/seance/{point}/notes", ANIMATE, session_pages::note)
        .get("/gouvernances/{slug}/reunions/{reunion}/seance/{point}/suite", ANIMATE, session_pages::show_outcome)
        .post("/gouvernances/{slug}/reunions/{reunion}/seance/{point}/suite", ANIMATE, session_pages::outcome)
        .post(
            "/gouvernances/{slug}/reunions/{reunion}/seance/{point}/suite/{suite}/retirer",
            ANIMATE,
            session_pages::take,
        )
        .get("/gouvernances/{slug}/reunions/{reunion}/clore", ANIMATE, session_pages::show_close)
        .post("/gouvernances/{slug}/reunions/{reunion}/clore", ANIMATE, session_pages::close)
        .get("/gouvernances/{slug}/reunions/{reunion}/compte-rendu", Access::Public, minutes_pages::show)
        .get("/gouvernances/{slug}/reunions/{reunion}/compte-rendu/publier", ANIMATE, minutes_pages::show_publish)
        .post("/gouvernances/{slug}/reunions/{reunion}/compte-rendu/publier", ANIMATE, minutes_pages::publish)
}
