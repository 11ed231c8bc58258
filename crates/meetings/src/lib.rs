//! Meetings: what a governance does all year. Planned, prepared, convened, run, and told in minutes that nobody retypes.
//!
//! `planning` is what happens before (meeting, agenda, convocation, answers), `conduct` what happens in session and after
//! (presence, quorum, notes, outcomes, minutes). One meeting may serve several bodies, with one convocation and one set of
//! minutes, and a quorum for each.

pub mod conduct;
pub mod model;
pub mod planning;
pub mod practice;
pub mod store;
pub mod todo;

use ::store::{Migration, Migrations};
use web::Routes;

pub use model::Meeting;

pub const MIGRATIONS: Migrations = Migrations {
    krate: "meetings",
    steps: &[Migration {
        number: 1,
        name: "meetings",
        sqlite: include_str!("../migrations/sqlite/0001_meetings.sql"),
        postgres: include_str!("../migrations/postgres/0001_meetings.sql"),
    }],
};

pub fn routes() -> Routes {
    planning::routes().and(conduct::routes()).and(practice::routes())
}

/// Addresses of pages.
pub mod url {
    use governance::url::governance;

    pub const CALENDAR: &str = "/reunions";

    pub use governance::url::meetings;

    pub fn meeting(slug: &str, meeting: &str) -> String {
        format!("{}/reunions/{meeting}", governance(slug))
    }
}
