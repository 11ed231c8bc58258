//! Tasks that came out of meetings and decisions: who does what, and by when.

mod acts;
mod model;
mod pages;
pub mod store;

use web::{Access, Routes};

pub use acts::{create, forget, settle};
pub use model::{Assigned, Doer, Settling, Source, Task, TaskState};

pub(crate) use acts::{assigned, create_of_decision, doers};

pub fn routes() -> Routes {
    Routes::new()
        .get("/gouvernances/{slug}/taches", Access::Public, pages::list)
        .get("/gouvernances/{slug}/taches/{tache}", Access::SignedIn, pages::show)
        .post("/gouvernances/{slug}/taches/{tache}", Access::SignedIn, pages::settle)
}
