//! Tasks of the project: `cargo xtask help`.

mod command;
mod territories;
mod test;

use std::process::{Command, ExitCode};

const HELP: &str = "\
Tasks of the project:

  cargo xtask test           every check and test; sets up what it needs on Debian; ends with `N passed, N failed`
  cargo xtask bench [ARGS]   speed and memory under the national data set, as ratios to a static page
  cargo xtask territories    rebuilds the reference territories and the map from their published packages
  cargo xtask help           this text";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next().unwrap_or_else(|| "help".to_owned());
    let rest: Vec<String> = arguments.collect();
    let outcome = match (task.as_str(), rest.is_empty()) {
        ("help" | "--help" | "-h", _) => {
            println!("{HELP}");
            Ok(true)
        }
        ("test", true) => test::run(),
        ("bench", _) => bench(&rest),
        ("territories", true) => territories::run().map(|()| true),
        ("test" | "territories", false) => Err(format!("{task} takes no argument")),
        _ => Err(format!("there is no task « {task} »; `cargo xtask help` lists them")),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(sentence) => {
            eprintln!("xtask: {sentence}");
            ExitCode::from(2)
        }
    }
}

/// The bench is a program of its own, since it is measured as it is built: in release.
fn bench(arguments: &[String]) -> Result<bool, String> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(command::root()?).args(["run", "--release", "-p", "bench", "--"]).args(arguments);
    let status = cargo.status().map_err(|fault| format!("cargo: {fault}"))?;
    Ok(status.success())
}
