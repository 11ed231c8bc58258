//! Organisations: legal entities and groups that take part in governances.

pub mod acts;
pub mod identifier;
pub mod model;
pub mod store;
