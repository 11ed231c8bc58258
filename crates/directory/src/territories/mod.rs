//! Territories: the official ones, their search, and the free areas made of them.

pub mod acts;
pub mod model;
mod reference;
pub mod store;

pub use reference::{VINTAGE, VINTAGE_NOTE};
