//! Elections: a body calls for candidates, votes in one or two rounds, and those who are elected have a term.
//!
//! `model` says which round comes next and when a candidacy stands, pure; `candidacies` and `paper` who stands; `vote` makes a ballot of
//! the candidacies and gives those who are elected what they are elected to; the votes themselves are ballots like others.

pub mod acts;
pub mod candidacies;
mod candidacy_pages;
pub mod draft;
pub mod duties;
mod form_pages;
pub mod model;
mod pages;
pub mod paper;
pub mod store;
pub mod vote;

use ::store::{Tx, params};
use kernel::{Capability, Id, Result, Timestamp};
use web::{Access, Routes};

pub use model::{Candidacy, Election, ElectionState};
pub(crate) use vote::settle;

/// How long the names of those who were not elected are told after the result, in microseconds.
pub const NAMES_KEPT: i64 = 365 * kernel::time::DAY;

/// Erases the names of those who were not elected, a year after. Gives how many candidacies.
pub(crate) fn purge(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    let due: Vec<Id<Election>> = tx.query(
        "select id from election where not names_erased and settled_at <= $1 order by settled_at limit 100",
        params![now.plus(-NAMES_KEPT)],
        |row| row.get(0),
    )?;
    let mut gone = 0;
    for election in due {
        gone += vote::erase_names(tx, election)?;
    }
    Ok(gone)
}

pub fn routes() -> Routes {
    const ANIMATE: Access = Access::Needs(Capability::ManageBody);
    Routes::new()
        .get("/gouvernances/{slug}/elections", Access::Public, pages::list)
        .get("/gouvernances/{slug}/instances/{instance}/elections/nouvelle", ANIMATE, form_pages::show_new)
        .post("/gouvernances/{slug}/instances/{instance}/elections/nouvelle", ANIMATE, form_pages::prepare)
        .get("/gouvernances/{slug}/elections/{election}", Access::Public, pages::show)
        .get("/gouvernances/{slug}/elections/{election}/modifier", ANIMATE, form_pages::show_change)
        .post("/gouvernances/{slug}/elections/{election}/modifier", ANIMATE, form_pages::change)
        .get("/gouvernances/{slug}/elections/{election}/appel", ANIMATE, form_pages::show_call)
        .post("/gouvernances/{slug}/elections/{election}/appel", ANIMATE, form_pages::call)
        .get("/gouvernances/{slug}/elections/{election}/vote", ANIMATE, form_pages::show_vote)
        .post("/gouvernances/{slug}/elections/{election}/vote", ANIMATE, form_pages::vote)
        .get("/gouvernances/{slug}/elections/{election}/terminer", ANIMATE, form_pages::show_finish)
        .post("/gouvernances/{slug}/elections/{election}/terminer", ANIMATE, form_pages::finish)
        .get("/gouvernances/{slug}/elections/{election}/abandonner", ANIMATE, form_pages::show_abandon)
        .post("/gouvernances/{slug}/elections/{election}/abandonner", ANIMATE, form_pages::abandon)
        .get("/gouvernances/{slug}/elections/{election}/saisir", ANIMATE, candidacy_pages::show_enter)
        .post("/gouvernances/{slug}/elections/{election}/saisir", ANIMATE, candidacy_pages::enter)
        .get("/gouvernances/{slug}/elections/{election}/candidater", Access::SignedIn, candidacy_pages::show_present)
        .post("/gouvernances/{slug}/elections/{election}/candidater", Access::SignedIn, candidacy_pages::present)
        .get("/gouvernances/{slug}/elections/{election}/proposer", Access::SignedIn, candidacy_pages::show_propose)
        .post("/gouvernances/{slug}/elections/{election}/proposer", Access::SignedIn, candidacy_pages::propose)
        .get(
            "/gouvernances/{slug}/elections/{election}/candidatures/{candidature}/repondre",
            Access::SignedIn,
            candidacy_pages::show_answer,
        )
        .post(
            "/gouvernances/{slug}/elections/{election}/candidatures/{candidature}/repondre",
            Access::SignedIn,
            candidacy_pages::answer,
        )
        .get(
            "/gouvernances/{slug}/elections/{election}/candidatures/{candidature}/modifier",
            Access::SignedIn,
            candidacy_pages::show_rewrite,
        )
        .post(
            "/gouvernances/{slug}/elections/{election}/candidatures/{candidature}/modifier",
            Access::SignedIn,
            candidacy_pages::rewrite,
        )
        .get(
            "/gouvernances/{slug}/elections/{election}/candidatures/{candidature}/retirer",
            Access::SignedIn,
            candidacy_pages::show_withdraw,
        )
        .post(
            "/gouvernances/{slug}/elections/{election}/candidatures/{candidature}/retirer",
            Access::SignedIn,
            candidacy_pages::withdraw,
        )
}
