//! What every feature of Maillage speaks: identifiers, time, text, errors, permissions and the register's chain.
//!
//! Pure: no I/O, no global clock, no global randomness. What an act needs of the outside world reaches it through
//! [`Context`].

pub mod coded;
pub mod context;
pub mod error;
pub mod id;
pub mod pasted;
pub mod permission;
pub mod processing;
pub mod provenance;
pub mod register;
pub mod secret;
pub mod text;
pub mod time;
pub mod zone;

pub use context::{Clock, Context, FixedClock, Randomness, SeededRandomness, SystemClock, SystemRandomness};
pub use error::{Error, Errors, Result};
pub use id::Id;
pub use permission::{Actor, Capability, Reach, Role, RoleKind, Scope, Who};
pub use provenance::{Origin, Provenance};
pub use secret::Secret;
pub use time::{PartialDate, Timestamp};
