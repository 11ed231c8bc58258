//! A list of members brought as a file: read, understood line by line, shown, then written as it was shown.

mod model;
mod pages;
mod plan;

use kernel::Capability;
use web::{Access, Routes};

pub fn routes() -> Routes {
    const MANAGE: Access = Access::Needs(Capability::ManageGovernance);
    Routes::new()
        .get("/gouvernances/{slug}/administration/membres/import", MANAGE, pages::show)
        .upload("/gouvernances/{slug}/administration/membres/import", MANAGE, pages::preview)
        .upload("/gouvernances/{slug}/administration/membres/import/confirmer", MANAGE, pages::confirm)
}
