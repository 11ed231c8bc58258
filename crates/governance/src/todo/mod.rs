//! *À faire*: the home of a signed-in person. What is expected, for each of the roles held, each thing one click away.

pub mod duties;
mod pages;

use web::{Access, Routes};

pub fn routes() -> Routes {
    Routes::new().get("/a-faire", Access::SignedIn, pages::show)
}
