//! The agenda of a meeting: its items with their documents, what waits for one, how the meetings of a body usually go.

pub mod acts;
pub mod documents;
pub mod model;
mod more;
pub(crate) mod pages;
pub mod template;
pub mod waiting;

use kernel::Capability;
use web::{Access, Routes};

pub use acts::{add, change, place};
pub use model::{ItemDraft, Move};
pub(crate) use more::{More, Reader, load as load_more};

pub fn routes() -> Routes {
    const ANIMATE: Access = Access::Needs(Capability::ManageBody);
    Routes::new()
        .get("/gouvernances/{slug}/reunions/{reunion}/ordre-du-jour", ANIMATE, pages::show)
        .get("/gouvernances/{slug}/reunions/{reunion}/ordre-du-jour/nouveau", ANIMATE, pages::show_new)
        .post("/gouvernances/{slug}/reunions/{reunion}/ordre-du-jour/nouveau", ANIMATE, pages::add)
        .get("/gouvernances/{slug}/reunions/{reunion}/ordre-du-jour/{point}", ANIMATE, pages::show_change)
        .post("/gouvernances/{slug}/reunions/{reunion}/ordre-du-jour/{point}", ANIMATE, pages::change)
        .post("/gouvernances/{slug}/reunions/{reunion}/ordre-du-jour/{point}/place", ANIMATE, pages::place)
        .and(waiting::routes())
        .and(documents::routes())
        .and(template::routes())
}
