//! What people do with the framework: the national team defines it, the managers of a governance declare its criteria.

mod declare;
mod define;

pub use declare::{NewDeclaration, declare, refuse, withdraw};
pub use define::{Move, abandon, add, begin, change, place, publish, write_text};
