//! Counting and summing up.

use std::ops::AddAssign;
use std::time::{Duration, Instant};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub passed: u64,
    pub failed: u64,
    pub not_run: u64,
}

impl Count {
    pub fn one(passed: bool) -> Self {
        Self { passed: u64::from(passed), failed: u64::from(!passed), not_run: 0 }
    }

    /// A program that failed without saying that a test did has failed in another way: one more.
    pub fn of_program(mut self, success: bool) -> Self {
        if !success && self.failed == 0 {
            self.failed = 1;
        }
        self
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.not_run += other.not_run;
    }
}

/// What a step gives; an error is the reason why it could not be done, and counts as one failure.
pub type Outcome = Result<Count, String>;

struct Step {
    name: &'static str,
    took: Duration,
    count: Count,
    reason: Option<String>,
}

#[derive(Default)]
pub struct Report {
    steps: Vec<Step>,
}

impl Report {
    pub fn step(&mut self, name: &'static str, work: impl FnOnce() -> Outcome) {
        println!("\n── {name}");
        let began = Instant::now();
        let (count, reason) = match work() {
            Ok(count) => (count, None),
            Err(reason) => {
                println!("{reason}");
                (Count::one(false), Some(reason))
            }
        };
        self.steps.push(Step { name, took: began.elapsed(), count, reason });
    }

    /// Prints the table and the last line. Gives whether nothing failed.
    pub fn print(&self) -> bool {
        let mut all = Count::default();
        println!("\n{:14} {:>9} {:>7} {:>7} {:>8}", "step", "time", "passed", "failed", "not run");
        for Step { name, took, count, reason } in &self.steps {
            all += *count;
            let Count { passed, failed, not_run } = count;
            let reason = reason.as_deref().unwrap_or_default();
            let line = format!("{name:14} {:7.1} s {passed:7} {failed:7} {not_run:8}  {reason}", took.as_secs_f64());
            println!("{}", line.trim_end());
        }
        if all.not_run > 0 {
            println!("{} not run: what they need is not on this machine", all.not_run);
        }
        println!("{} passed, {} failed", all.passed, all.failed);
        all.failed == 0
    }
}
