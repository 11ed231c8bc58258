//! `maillage`: see `maillage --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    maillage::cli::run()
}
