//! Governances of the three tiers: who governs digital inclusion where, with whom, in which bodies, under which
//! agreements; and the public pages that show it.
//!
//! A folder a subject, each with its rules (`model.rs`), its queries (`store.rs`), its acts (`acts.rs`) and its pages.
//! Every act locks the row of its governance first, so that two people who act at once are put in order.

pub mod administration;
pub mod agreements;
pub mod atlas;
pub mod barometer;
pub mod bodies;
pub mod facts;
pub mod forms;
pub mod framework;
pub mod governances;
pub mod lists;
pub mod mandates;
pub mod members;
pub mod organisations;
pub mod page;
pub mod powers;
pub mod todo;

use kernel::processing::Processing;
use store::{Migration, Migrations};
use web::Routes;

pub use governances::model::{Governance, State, Tier};

pub const MIGRATIONS: Migrations = Migrations {
    krate: "governance",
    steps: &[
        Migration {
            number: 1,
            name: "governances",
            sqlite: include_str!("../migrations/sqlite/0001_governances.sql"),
            postgres: include_str!("../migrations/postgres/0001_governances.sql"),
        },
        Migration {
            number: 2,
            name: "powers",
            sqlite: include_str!("../migrations/sqlite/0002_powers.sql"),
            postgres: include_str!("../migrations/postgres/0002_powers.sql"),
        },
        Migration {
            number: 3,
            name: "administration",
            sqlite: include_str!("../migrations/sqlite/0003_administration.sql"),
            postgres: include_str!("../migrations/postgres/0003_administration.sql"),
        },
        Migration {
            number: 4,
            name: "expected_signatures",
            sqlite: include_str!("../migrations/sqlite/0004_expected_signatures.sql"),
            postgres: include_str!("../migrations/postgres/0004_expected_signatures.sql"),
        },
        Migration {
            number: 5,
            name: "framework",
            sqlite: include_str!("../migrations/sqlite/0005_framework.sql"),
            postgres: include_str!("../migrations/postgres/0005_framework.sql"),
        },
        Migration {
            number: 6,
            name: "barometer",
            sqlite: include_str!("../migrations/sqlite/0006_barometer.sql"),
            postgres: include_str!("../migrations/postgres/0006_barometer.sql"),
        },
        Migration {
            number: 7,
            name: "college_votes",
            sqlite: include_str!("../migrations/sqlite/0007_college_votes.sql"),
            postgres: include_str!("../migrations/postgres/0007_college_votes.sql"),
        },
    ],
};

/// What governances do with data of persons, for the record of processing.
pub const PROCESSING: [Processing; 2] = [powers::PROCESSING, members::requests::PROCESSING];

pub fn routes() -> Routes {
    atlas::routes()
        .and(governances::routes())
        .and(members::routes())
        .and(bodies::routes())
        .and(agreements::routes())
        .and(powers::routes())
        .and(administration::routes())
        .and(mandates::routes())
        .and(framework::routes())
        .and(barometer::routes())
        .and(todo::routes())
        .and(organisations::routes())
}

/// Addresses of pages.
pub mod url {
    pub const GOVERNANCES: &str = "/gouvernances";

    pub fn governance(slug: &str) -> String {
        format!("{GOVERNANCES}/{slug}")
    }

    pub fn members(slug: &str) -> String {
        format!("{GOVERNANCES}/{slug}/membres")
    }

    pub fn bodies(slug: &str) -> String {
        format!("{GOVERNANCES}/{slug}/instances")
    }

    pub fn body(slug: &str, body: &str) -> String {
        format!("{GOVERNANCES}/{slug}/instances/{body}")
    }

    /// The pages of meetings are those of the crate `meetings`; the tabs lead there.
    pub fn meetings(slug: &str) -> String {
        format!("{GOVERNANCES}/{slug}/reunions")
    }

    /// The pages of decisions are those of the crate `meetings` too.
    pub fn decisions(slug: &str) -> String {
        format!("{GOVERNANCES}/{slug}/decisions")
    }

    pub fn agreements(slug: &str) -> String {
        format!("{GOVERNANCES}/{slug}/conventions")
    }

    pub fn networks(slug: &str) -> String {
        format!("{GOVERNANCES}/{slug}/reseaux")
    }

    pub fn administration(slug: &str) -> String {
        format!("{GOVERNANCES}/{slug}/administration")
    }

    pub fn powers(slug: &str) -> String {
        format!("{GOVERNANCES}/{slug}/administration/pouvoirs")
    }

    pub fn register(slug: &str) -> String {
        format!("{GOVERNANCES}/{slug}/registre")
    }
}
