//! Bodies: committees, plenaries, working groups… their functions, seats and composition.

pub mod acts;
pub mod changes;
pub mod manage;
pub mod model;
pub mod pages;
pub mod store;
pub mod votes;

pub use pages::routes;
