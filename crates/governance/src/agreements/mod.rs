//! Agreements (conventions) and charters: text or PDF, commitments, who has signed and who has not yet.

pub mod acts;
pub mod model;
pub mod pages;
pub mod store;

pub use pages::routes;
