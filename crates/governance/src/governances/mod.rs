//! The governance itself: its identity sheet, its territories, its life.

pub mod acts;
pub mod list;
pub mod model;
pub mod pages;
pub mod store;

pub use pages::routes;
