//! The barometer of a governance: a few dials on its life, computed from what is entered, explained, dated, followed over
//! the months, and open to what the governance has to say.
//!
//! It is no score and no ranking: a dial speaks of one governance, never of a person, and no page puts two governances side
//! by side (source: the documents warn against ranking territories and against rates per person).

pub mod acts;
mod clockwork;
mod comment_pages;
mod dial;
mod export;
mod history;
pub mod month;
mod pages;
mod roles;
pub mod store;

use jiff::civil::Date;
use kernel::{Capability, Id, Timestamp};
use web::{Access, Routes};

pub use clockwork::keep_month;
pub use dial::{Asked, Dial, Dials, Facts, Figure, Line, Method, Reading, Series, Unit, days};

/// The dials of this crate.
pub static DIALS: [&dyn Dial; 1] = [&roles::Roles];

pub fn routes() -> Routes {
    let manage = Access::Needs(Capability::ManageGovernance);
    Routes::new()
        .get("/barometre", Access::Public, pages::method)
        .get("/gouvernances/{slug}/barometre", Access::Public, pages::show)
        .get("/gouvernances/{slug}/barometre.csv", Access::Public, export::as_csv)
        .get("/gouvernances/{slug}/barometre.ods", Access::Public, export::as_ods)
        .get("/gouvernances/{slug}/barometre.xlsx", Access::Public, export::as_xlsx)
        .get("/gouvernances/{slug}/administration/barometre", manage, comment_pages::show)
        .post("/gouvernances/{slug}/administration/barometre", manage, comment_pages::save)
}

/// Addresses of pages.
pub mod url {
    pub const METHOD: &str = "/barometre";

    pub fn of_governance(slug: &str) -> String {
        format!("{}/barometre", crate::url::governance(slug))
    }

    pub fn comment(slug: &str) -> String {
        format!("{}/barometre", crate::url::administration(slug))
    }
}

/// The day on which something was entered here: an identifier of version 7 begins with its instant (RFC 9562).
pub fn entered<T>(id: Id<T>) -> Option<Date> {
    let (seconds, nanos) = id.uuid().get_timestamp()?.to_unix();
    let micros = i64::try_from(seconds).ok()?.checked_mul(1_000_000)?.checked_add(i64::from(nanos) / 1_000)?;
    Some(Timestamp::from_micros(micros).day())
}
