//! The demonstration: the real governances of the source documents, loaded through the acts.
//!
//! The files of `data/demo/` (their format is in its README) are held in the binary; another folder may be given.

mod agenda;
mod decisions;
mod elections;
mod files;
mod format;
mod framework;
mod load;
mod meetings;
mod merges;
mod origin;
mod others;
mod personas;
mod votes;

use std::path::Path;

use kernel::{Clock, Context, Randomness, Result, Who};
use store::{Store, instance};

pub use files::{DemoFile, embedded, from_folder};

/// Fills an empty, migrated database with the reference territories and the demonstration, in one transaction, and marks
/// it as a demonstration.
///
/// # Errors
/// With the file, the line and the reason when a file breaks a rule; then nothing has been written.
pub fn fill(store: &Store, files: Vec<DemoFile>, clock: &dyn Clock, randomness: &'static dyn Randomness) -> Result<()> {
    // All files are read before the first row is written: a typing error is told at once.
    files.iter().try_for_each(load::parse_only)?;
    let now = kernel::FixedClock::at(clock.now());
    store.write_blocking(move |tx| {
        let who = Who::demonstration();
        let ctx = Context::new(&who, &now, randomness);
        instance::create(&ctx, tx, true)?;
        directory::territories::acts::load_reference(&ctx, tx)?;
        load::load(&ctx, tx, &files)
    })
}

/// The files of a folder, or those of the binary.
pub fn files(folder: Option<&Path>) -> Result<Vec<DemoFile>> {
    folder.map_or_else(|| Ok(embedded()), from_folder)
}
