//! A folder of `.eml` files: whole or absent, readable by nobody else, since messages hold secret links.

use std::fs::{DirBuilder, File, OpenOptions, rename};
use std::io::{Result, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

/// Creates the folder, and makes sure that it can be written.
pub fn prepare(folder: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let probe = folder.join(".essai");
    create(&probe)?;
    std::fs::remove_file(probe)
}

/// Writes `name.eml`. A message that is written again replaces itself.
pub fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let temporary = folder.join(format!(".{name}.tmp"));
    let mut file = create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    rename(&temporary, folder.join(format!("{name}.eml")))?;
    File::open(folder)?.sync_all()
}

fn create(path: &Path) -> Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}
