//! The browser tests of `e2e/`, against the product as it is built for debugging, with a fresh demonstration.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::report::{Count, Outcome};
use super::setup::CHROMIUM;
use crate::command::{self, Folder, Service, free_port, quietly};

/// What asks the product to finish its requests and end.
const STOP: &str = "TERM";

pub fn tests(root: &Path, folder: &Folder) -> Outcome {
    let binary = build(root)?;
    let server = Server::start(&binary, folder)?;
    let e2e = root.join("e2e");
    let report = folder.path().join("browser.tap");
    let mut node = Command::new("node");
    node.current_dir(&e2e)
        .args(["--test", "--test-reporter=spec", "--test-reporter-destination=stdout", "--test-reporter=tap"])
        .arg(format!("--test-reporter-destination={}", report.display()))
        .args(test_files(&e2e)?)
        .env("MAILLAGE_URL", format!("http://127.0.0.1:{}", server.port))
        .env("MAILLAGE_BIN", &binary)
        .env("MAILLAGE_CHROMIUM", CHROMIUM);
    let ended = command::run(node)?;
    let mut count = counted(&fs::read_to_string(&report).unwrap_or_default()).of_program(ended.success);
    let log = fs::read_to_string(&server.log).unwrap_or_default();
    if let Some(line) = log.lines().find(|line| line.contains("panicked")) {
        println!("the product panicked: {line}");
        count += Count::one(false);
    }
    Ok(count)
}

/// The product's program, built for debugging as for the other tests.
fn build(root: &Path) -> Result<PathBuf, String> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root).args(["build", "--workspace", "--quiet"]);
    if !command::run(cargo)?.success {
        return Err("the product does not build".to_owned());
    }
    let mut metadata = Command::new("cargo");
    metadata.current_dir(root).args(["metadata", "--no-deps", "--offline", "--format-version=1"]);
    let metadata: serde_json::Value =
        serde_json::from_str(&quietly(&mut metadata)?).map_err(|fault| format!("cargo metadata: {fault}"))?;
    let target = metadata.get("target_directory").and_then(|path| path.as_str()).ok_or("cargo metadata: no target")?;
    Ok(Path::new(target).join("debug/maillage"))
}

/// The product, serving a demonstration of its own.
struct Server {
    port: u16,
    log: PathBuf,
    _service: Service,
}

impl Server {
    fn start(binary: &Path, folder: &Folder) -> Result<Self, String> {
        let port = free_port()?;
        let options = [
            format!("--database=sqlite:{}", folder.path().join("browser.db").display()),
            format!("--listen=127.0.0.1:{port}"),
        ];
        let log = folder.path().join("browser.log");
        let (out, errors) = File::create(&log)
            .and_then(|file| Ok((file.try_clone()?, file)))
            .map_err(|fault| format!("{}: {fault}", log.display()))?;
        let mut serve = Service::command(binary, STOP, None);
        without_settings(&mut serve);
        // The folder of the tests: a `maillage.toml` of whoever runs them is not read.
        serve.current_dir(folder.path()).arg("serve").args(&options).stdout(out).stderr(errors);
        let mut service = Service::start(serve, STOP)?;
        let healthy = || {
            let mut ask = Command::new(binary);
            without_settings(&mut ask);
            ask.current_dir(folder.path()).arg("healthcheck").args(&options).stdout(Stdio::null());
            quietly(&mut ask).is_ok()
        };
        service.wait(Duration::from_secs(120), healthy).map_err(|reason| {
            let said = fs::read_to_string(&log).unwrap_or_default();
            format!("the product does not start: {reason}: {}", said.lines().last().unwrap_or_default())
        })?;
        Ok(Self { port, log, _service: service })
    }
}

/// Takes away the settings that stand in the environment of whoever runs the tests.
fn without_settings(command: &mut Command) {
    command.env_remove("DATABASE_URL");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MAILLAGE_") {
            command.env_remove(name);
        }
    }
}

fn test_files(e2e: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(e2e).map_err(|fault| format!("{}: {fault}", e2e.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    Ok(files)
}

/// Reads the last lines of a report: `# pass 12`, `# fail 0`, …
fn counted(tap: &str) -> Count {
    let number = |name: &str| {
        let line = tap.lines().rev().find_map(|line| line.strip_prefix("# ")?.strip_prefix(name)?.strip_prefix(' '));
        line.and_then(|number| number.trim().parse::<u64>().ok()).unwrap_or(0)
    };
    Count {
        passed: number("pass"),
        failed: number("fail") + number("cancelled"),
        not_run: number("skipped") + number("todo"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_report_is_read() {
        let tap =
            "TAP version 13\nok 1 - # pass 99\n# tests 8\n# pass 5\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n";
        assert_eq!(counted(tap), Count { passed: 5, failed: 2, not_run: 1 });
        assert_eq!(counted("").of_program(false).failed, 1);
    }
}
