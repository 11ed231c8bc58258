//! The minutes of a meeting: made of what was entered, read again by those who were called, approved as the rule of the
//! bodies says, published without what must stay hidden.

mod acts;
mod approval_pages;
mod correction;
mod correction_pages;
mod model;
mod pages;
mod redaction_pages;
pub mod store;

use kernel::Capability;
use web::{Access, Routes};

pub use acts::{NewRedaction, approve, approve_by_silence, circulate, publish, redact, show_again};
pub use correction::{Verdict, answer, ask};
pub(crate) use pages::Told;

pub use model::{Correction, CorrectionState, Ground, Minutes, MinutesState, Redaction, approval_rule, public};

pub fn routes() -> Routes {
    const ANIMATE: Access = Access::Needs(Capability::ManageBody);
    Routes::new()
        .get("/gouvernances/{slug}/reunions/{reunion}/compte-rendu", Access::Public, pages::show)
        .get("/gouvernances/{slug}/reunions/{reunion}/compte-rendu/complet", Access::SignedIn, pages::whole)
        .get("/gouvernances/{slug}/reunions/{reunion}/compte-rendu/relecture", ANIMATE, approval_pages::show_circulate)
        .post("/gouvernances/{slug}/reunions/{reunion}/compte-rendu/relecture", ANIMATE, approval_pages::circulate)
        .get("/gouvernances/{slug}/reunions/{reunion}/compte-rendu/approuver", ANIMATE, approval_pages::show_approve)
        .post("/gouvernances/{slug}/reunions/{reunion}/compte-rendu/approuver", ANIMATE, approval_pages::approve)
        .get("/gouvernances/{slug}/reunions/{reunion}/compte-rendu/publier", ANIMATE, approval_pages::show_publish)
        .post("/gouvernances/{slug}/reunions/{reunion}/compte-rendu/publier", ANIMATE, approval_pages::publish)
        .get(
            "/gouvernances/{slug}/reunions/{reunion}/compte-rendu/corrections/{correction}",
            ANIMATE,
            correction_pages::show_answer,
        )
        .post(
            "/gouvernances/{slug}/reunions/{reunion}/compte-rendu/corrections/{correction}",
            ANIMATE,
            correction_pages::answer,
        )
        .get("/gouvernances/{slug}/reunions/{reunion}/compte-rendu/occulter/{point}", ANIMATE, redaction_pages::show)
        .post("/gouvernances/{slug}/reunions/{reunion}/compte-rendu/occulter/{point}", ANIMATE, redaction_pages::redact)
        .post(
            "/gouvernances/{slug}/reunions/{reunion}/compte-rendu/occultations/{occultation}/montrer",
            ANIMATE,
            redaction_pages::show_again,
        )
        .get("/reunions/relecture", Access::Public, correction_pages::show)
        .post("/reunions/relecture", Access::Public, correction_pages::ask)
}
