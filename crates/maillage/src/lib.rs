//! The executable: configuration, command line, the routes of all features together, demonstration data.

pub mod cli;
pub mod config;
pub mod database;
pub mod demo;
mod moving;
pub mod secret;
pub mod serve;
mod site;

use governance::barometer::{self, Dials};
use governance::framework::{self, Measures};
use governance::todo::duties::{self, Expected};
use store::Migrations;
use web::Routes;

/// The schema of all crates, in the order in which they build on each other.
pub const SCHEMA: &[Migrations] =
    &[store::migrations::STORE, directory::MIGRATIONS, governance::MIGRATIONS, meetings::MIGRATIONS];

/// What lets people in: the node's secret, and sessions with the powers held now.
pub fn keys(secret: kernel::Secret) -> web::Keys {
    let mut services = http::Extensions::default();
    let expected = Expected::new([meetings::todo::of as _]);
    services.insert(measures());
    services.insert(dials());
    services.insert(duties::expectations(measures(), expected.clone()));
    services.insert(expected);
    web::Keys { secret, identify: std::sync::Arc::new(governance::powers::Sessions), services }
}

/// What criteria of the minimum framework may count, of all features.
pub fn measures() -> Measures {
    Measures::new(framework::MEASURES.into_iter().chain(meetings::measure::MEASURES))
}

/// The dials of the barometer, of all features.
pub fn dials() -> Dials {
    Dials::new(barometer::DIALS.into_iter().chain(meetings::barometer::DIALS))
}

/// Every route of the product.
pub fn routes() -> Routes {
    governance::routes().and(meetings::routes()).and(directory::routes()).and(site::routes())
}
