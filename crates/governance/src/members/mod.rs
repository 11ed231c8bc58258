//! Members: organisations in a governance, their involvement, who co-leads, who speaks for whom.

pub mod acts;
pub mod changes;
mod import;
pub mod manage;
pub mod mandates;
pub mod model;
pub mod own;
pub mod pages;
pub mod requests;
pub mod store;

pub use pages::routes;
