//! Ballots: a body answers a question by voting, in session or in writing, in public or in secret.
//!
//! `rule` says what wins, `roll` who votes for whom, `weights` with how many votes, all pure; `draw` draws the roll up, which
//! freezes when the ballot opens; `cast` takes votes until the close, `count` counts them and publishes, `ties` settles what they
//! left open; `seal` keeps secret voices for that time.

pub mod acts;
pub mod cast;
pub mod count;
pub mod draft;
mod draw;
pub mod duties;
mod entry_pages;
mod form_pages;
mod list_pages;
pub mod model;
mod pages;
pub mod roll;
pub mod rule;
mod seal;
pub mod store;
pub mod tell;
pub mod ties;
mod told;
mod vote_pages;
pub mod weights;

use ::store::Tx;
use kernel::{Capability, Result};
use web::{Access, Routes};

pub use draft::{BallotDraft, NewBallot};
pub use model::{Ballot, BallotState, Outcome};
pub(crate) use told::{Line, Told, of_meeting};

pub fn routes() -> Routes {
    const ANIMATE: Access = Access::Needs(Capability::ManageBody);
    Routes::new()
        .get("/gouvernances/{slug}/scrutins", Access::Public, list_pages::list)
        .get("/gouvernances/{slug}/instances/{instance}/scrutins/nouveau", ANIMATE, form_pages::show_new)
        .post("/gouvernances/{slug}/instances/{instance}/scrutins/nouveau", ANIMATE, form_pages::prepare)
        .get("/gouvernances/{slug}/scrutins/{scrutin}", Access::Public, pages::show)
        .get("/gouvernances/{slug}/scrutins/{scrutin}/modifier", ANIMATE, form_pages::show_change)
        .post("/gouvernances/{slug}/scrutins/{scrutin}/modifier", ANIMATE, form_pages::change)
        .get("/gouvernances/{slug}/scrutins/{scrutin}/ouvrir", ANIMATE, form_pages::show_open)
        .post("/gouvernances/{slug}/scrutins/{scrutin}/ouvrir", ANIMATE, form_pages::open)
        .get("/gouvernances/{slug}/scrutins/{scrutin}/abandonner", ANIMATE, form_pages::show_abandon)
        .post("/gouvernances/{slug}/scrutins/{scrutin}/abandonner", ANIMATE, form_pages::abandon)
        .get("/gouvernances/{slug}/scrutins/{scrutin}/voter", Access::SignedIn, vote_pages::show)
        .post("/gouvernances/{slug}/scrutins/{scrutin}/voter", Access::SignedIn, vote_pages::vote)
        .get("/scrutins/voter", Access::Public, vote_pages::show_link)
        .post("/scrutins/voter", Access::Public, vote_pages::vote_by_link)
        .get("/gouvernances/{slug}/scrutins/{scrutin}/voix", ANIMATE, entry_pages::show)
        .post("/gouvernances/{slug}/scrutins/{scrutin}/voix", ANIMATE, entry_pages::enter)
        .get("/gouvernances/{slug}/scrutins/{scrutin}/clore", ANIMATE, entry_pages::show_close)
        .post("/gouvernances/{slug}/scrutins/{scrutin}/clore", ANIMATE, entry_pages::close)
        .post("/gouvernances/{slug}/scrutins/{scrutin}/publier", ANIMATE, entry_pages::publish)
        .get("/gouvernances/{slug}/scrutins/{scrutin}/departager", ANIMATE, entry_pages::show_settle)
        .post("/gouvernances/{slug}/scrutins/{scrutin}/departager", ANIMATE, entry_pages::settle)
        .post("/gouvernances/{slug}/scrutins/{scrutin}/second-tour", ANIMATE, entry_pages::second_round)
}

/// Drops the voices that another server's secret has sealed: they could not be opened. Those who gave them vote again. Gives
/// how many there were.
pub fn drop_sealed(tx: &mut Tx<'_>) -> Result<u64> {
    tx.execute("delete from ballot_voice where seal is not null", &[])
}
