//! What waits for an agenda of a body: written by those who animate it, proposed by a member, carried over from an earlier
//! meeting, sent by another body, which is owed an answer.

pub mod acts;
mod around;
pub mod carry;
mod carry_pages;
pub mod model;
mod pages;
pub mod propose;
mod propose_pages;
pub mod send;
mod send_many;
mod send_pages;
pub mod store;

use kernel::Capability;
use web::{Access, Routes};

pub fn routes() -> Routes {
    const ANIMATE: Access = Access::Needs(Capability::ManageBody);
    // Whoever sits in the body proposes and reads; each sees only its own proposals.
    const SIT: Access = Access::SignedIn;
    Routes::new()
        .get("/gouvernances/{slug}/instances/{instance}/points", SIT, pages::show)
        .get("/gouvernances/{slug}/instances/{instance}/points/proposer", SIT, propose_pages::show)
        .post("/gouvernances/{slug}/instances/{instance}/points/proposer", SIT, propose_pages::propose)
        .post("/gouvernances/{slug}/instances/{instance}/points/{attente}/renoncer", SIT, propose_pages::retract)
        .get("/gouvernances/{slug}/instances/{instance}/points/nouveau", ANIMATE, pages::show_new)
        .post("/gouvernances/{slug}/instances/{instance}/points/nouveau", ANIMATE, pages::write)
        .get("/gouvernances/{slug}/instances/{instance}/points/{attente}", ANIMATE, pages::show_change)
        .post("/gouvernances/{slug}/instances/{instance}/points/{attente}", ANIMATE, pages::change)
        .get("/gouvernances/{slug}/instances/{instance}/points/{attente}/inscrire", ANIMATE, pages::show_schedule)
        .post("/gouvernances/{slug}/instances/{instance}/points/{attente}/inscrire", ANIMATE, pages::schedule)
        .get("/gouvernances/{slug}/instances/{instance}/points/{attente}/refuser", ANIMATE, propose_pages::show_refuse)
        .post("/gouvernances/{slug}/instances/{instance}/points/{attente}/refuser", ANIMATE, propose_pages::refuse)
        .get("/gouvernances/{slug}/instances/{instance}/points/{attente}/reponse", ANIMATE, send_pages::show_answer)
        .post("/gouvernances/{slug}/instances/{instance}/points/{attente}/reponse", ANIMATE, send_pages::answer)
        .post("/gouvernances/{slug}/instances/{instance}/points/{attente}/etat", ANIMATE, pages::state)
        .get("/gouvernances/{slug}/reunions/{reunion}/ordre-du-jour/points", ANIMATE, carry_pages::show_take)
        .post("/gouvernances/{slug}/reunions/{reunion}/ordre-du-jour/points", ANIMATE, carry_pages::take)
        .get("/gouvernances/{slug}/reunions/{reunion}/ordre-du-jour/{point}/report", ANIMATE, carry_pages::show)
        .post("/gouvernances/{slug}/reunions/{reunion}/ordre-du-jour/{point}/report", ANIMATE, carry_pages::carry)
        .get("/gouvernances/{slug}/reunions/{reunion}/ordre-du-jour/{point}/transmission", ANIMATE, send_pages::show)
        .post("/gouvernances/{slug}/reunions/{reunion}/ordre-du-jour/{point}/transmission", ANIMATE, send_pages::send)
        .get("/gouvernances/{slug}/reunions/{reunion}/suites", ANIMATE, send_many::show)
        .post("/gouvernances/{slug}/reunions/{reunion}/suites", ANIMATE, send_many::send)
}
