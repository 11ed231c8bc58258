//! Who and where: the territories of France, the organisations, the persons and their accounts.
//!
//! Territories come from the official geographic code, in the compact files of `data/` (rebuilt by
//! `cargo xtask territories`), and from the free areas that governances draw. Organisations are legal entities, known by
//! SIRET, RNA or RIDET where they have one. Pages that show them together with governances stand in `governance`.

pub mod accounts;
pub mod correspondence;
pub mod organisations;
pub mod territories;

use store::{Migration, Migrations};

pub use accounts::model::Person;
pub use organisations::model::{Organisation, OrganisationKind};
pub use territories::model::{Territory, TerritoryCode, TerritoryKind};

pub const MIGRATIONS: Migrations = Migrations {
    krate: "directory",
    steps: &[
        Migration {
            number: 1,
            name: "territories_and_organisations",
            sqlite: include_str!("../migrations/sqlite/0001_territories_and_organisations.sql"),
            postgres: include_str!("../migrations/postgres/0001_territories_and_organisations.sql"),
        },
        Migration {
            number: 2,
            name: "accounts",
            sqlite: include_str!("../migrations/sqlite/0002_accounts.sql"),
            postgres: include_str!("../migrations/postgres/0002_accounts.sql"),
        },
        Migration {
            number: 3,
            name: "merged_organisations",
            sqlite: include_str!("../migrations/sqlite/0003_merged_organisations.sql"),
            postgres: include_str!("../migrations/postgres/0003_merged_organisations.sql"),
        },
        Migration {
            number: 4,
            name: "unused_accounts",
            sqlite: include_str!("../migrations/sqlite/0004_unused_accounts.sql"),
            postgres: include_str!("../migrations/postgres/0004_unused_accounts.sql"),
        },
        Migration {
            number: 5,
            name: "letters",
            sqlite: include_str!("../migrations/sqlite/0005_letters.sql"),
            postgres: include_str!("../migrations/postgres/0005_letters.sql"),
        },
    ],
};

pub fn routes() -> web::Routes {
    accounts::routes().and(correspondence::routes())
}

/// Addresses of pages.
pub mod url {
    use kernel::Id;

    use crate::{Organisation, TerritoryCode};

    pub const TERRITORIES: &str = "/territoires";
    pub const ORGANISATIONS: &str = "/structures";

    pub fn territory(code: &TerritoryCode) -> String {
        format!("{TERRITORIES}/{code}")
    }

    pub fn organisation(id: &Id<Organisation>) -> String {
        format!("{ORGANISATIONS}/{id}")
    }
}
