//! Who governs where: the map of France, a territory's page, the organisations, the national page.

mod home;
mod national;
mod organisation;
mod organisations;
mod search;
mod territory;

use web::{Access, Routes};

pub fn routes() -> Routes {
    Routes::new()
        .get("/", Access::Public, home::show)
        .get("/national", Access::Public, national::show)
        .get("/territoires", Access::Public, search::show)
        .get("/territoires/{code}", Access::Public, territory::show)
        .get("/structures", Access::Public, organisations::show)
        .get("/structures.csv", Access::Public, organisations::export_csv)
        .get("/structures.ods", Access::Public, organisations::export_ods)
        .get("/structures.xlsx", Access::Public, organisations::export_xlsx)
        .get("/structures/{id}", Access::Public, organisation::show)
}
