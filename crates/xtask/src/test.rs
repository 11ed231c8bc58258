//! `cargo xtask test`: everything that must hold, from the format of the code to a browser on every page.
//!
//! It goes on after a failed step, so that one run shows all failures. What it starts (PostgreSQL, the product) it
//! stops, and what it writes stands in one temporary folder.

mod browser;
mod licences;
mod postgres;
mod report;
mod rust;
mod setup;
mod supply;

use std::path::Path;
use std::process::Command;

use crate::command::{self, Folder};
use postgres::Postgres;
use report::{Count, Outcome, Report};

/// Runs every step. Gives whether all passed; the last line printed is `N passed, N failed`.
pub fn run() -> Result<bool, String> {
    let root = command::root()?;
    let folder = Folder::new()?;
    let mut report = Report::default();

    report.step("set-up", || setup::prepare(&root));
    report.step("format", || cargo(&root, &["fmt", "--all", "--check"]));
    report
        .step("lints", || cargo(&root, &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]));
    report.step("supply chain", || supply::check(&root));

    let mut postgres = None;
    report.step("PostgreSQL", || {
        postgres = Some(Postgres::start(&folder)?);
        Ok(Count::default())
    });
    let address = postgres.as_ref().map(Postgres::address);
    report.step("tests", || rust::tests(&root, address.as_deref()));
    drop(postgres);

    report.step("browser", || browser::tests(&root, &folder));

    drop(folder);
    Ok(report.print())
}

/// A check of cargo, counted as one.
fn cargo(root: &Path, arguments: &[&str]) -> Outcome {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root).args(arguments);
    Ok(Count::one(command::run(cargo)?.success))
}
