//! Two entries of one organisation become one, and two again if that was wrong.

pub mod acts;
pub mod model;
pub mod pages;
pub mod plan;
pub mod references;
pub mod store;
pub mod undo;
