//! The tests written in Rust.

use std::path::Path;
use std::process::Command;

use super::report::{Count, Outcome};
use crate::command::{self, quietly};

/// The stories over HTTP: their cases share one template database a process, so they run as threads of one process.
const STORIES: &str = "http";

/// All tests; `postgres` is the address for those on PostgreSQL, which fail without it.
pub fn tests(root: &Path, postgres: Option<&str>) -> Outcome {
    let cargo = |arguments: &[&str]| {
        let mut cargo = Command::new("cargo");
        cargo.current_dir(root).args(arguments);
        if let Some(address) = postgres {
            cargo.env("MAILLAGE_TEST_POSTGRES", address);
        }
        command::run(cargo)
    };
    if quietly(Command::new("cargo").args(["nextest", "--version"])).is_err() {
        let ended = cargo(&["test", "--workspace", "--no-fail-fast"])?;
        return Ok(counted_by_libtest(&ended.output).of_program(ended.success));
    }
    let others = format!("not binary(={STORIES})");
    let ended = cargo(&[
        "nextest",
        "run",
        "--workspace",
        "--no-fail-fast",
        "--color=never",
        "--status-level=fail",
        "-E",
        &others,
    ])?;
    let mut count = counted_by_nextest(&ended.output).of_program(ended.success);
    // `--workspace` here too: another choice of packages would build the libraries again with other features.
    let ended = cargo(&["test", "--workspace", "--no-fail-fast", "--test", STORIES, "--", "--quiet"])?;
    count += counted_by_libtest(&ended.output).of_program(ended.success);
    Ok(count)
}

/// Adds up the lines `test result: ok. 5 passed; 0 failed; 1 ignored; …`.
fn counted_by_libtest(output: &str) -> Count {
    let mut count = Count::default();
    for line in output.lines().filter_map(|line| line.trim().strip_prefix("test result: ")) {
        let Some((_, parts)) = line.split_once(". ") else { continue };
        for (number, word) in parts.split("; ").filter_map(numbered) {
            match word {
                "passed" => count.passed += number,
                "failed" => count.failed += number,
                "ignored" => count.not_run += number,
                _ => {}
            }
        }
    }
    count
}

/// Reads `Summary [ 1.2s] 9 tests run: 7 passed (1 slow, 1 leaky), 1 failed, 1 timed out, 3 skipped`.
fn counted_by_nextest(output: &str) -> Count {
    let mut count = Count::default();
    let summary = output.lines().rfind(|line| line.trim_start().starts_with("Summary ["));
    let Some((_, parts)) = summary.and_then(|line| line.split_once(" run: ")) else { return count };
    let mut plain = parts.to_owned();
    while let (Some(open), Some(close)) = (plain.find('('), plain.find(')')) {
        plain.replace_range(open..=close.max(open), "");
    }
    for (number, word) in plain.split(',').filter_map(numbered) {
        match word {
            "passed" => count.passed += number,
            "skipped" => count.not_run += number,
            // Failed, timed out, could not be started.
            _ => count.failed += number,
        }
    }
    count
}

/// « 12 passed » as its number and its first word.
fn numbered(text: &str) -> Option<(u64, &str)> {
    let mut words = text.split_whitespace();
    Some((words.next()?.parse().ok()?, words.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libtest_is_added_up() {
        let output = "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.00s\n\
            test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s\n";
        assert_eq!(counted_by_libtest(output), Count { passed: 8, failed: 2, not_run: 1 });
    }

    #[test]
    fn nextest_is_read_with_its_asides() {
        let output =
            "     Summary [   0.5s] 9 tests run: 6 passed (1 slow, 1 leaky), 1 failed, 1 timed out, 3 skipped\n";
        assert_eq!(counted_by_nextest(output), Count { passed: 6, failed: 2, not_run: 3 });
        assert_eq!(counted_by_nextest("error: could not compile"), Count::default());
        assert_eq!(Count::default().of_program(false).failed, 1);
    }
}
