//! Load by Debian's `wrk`, and what it cost.

use std::process::Command;
use std::time::Duration;

use crate::machine::{self, Since, median};
use crate::options::Options;
use crate::server::Server;

/// A measurement is made again at most so often when the machine was not calm.
const ATTEMPTS: u32 = 4;

/// One measurement, or the median of several.
#[derive(Clone, Copy, Debug, Default)]
pub struct Load {
    pub requests: u64,
    pub requests_per_second: f64,
    pub p50: Duration,
    pub p99: Duration,
    /// CPU time of the server for one request, in microseconds; PostgreSQL's own beside it.
    pub cpu: f64,
    pub postgres_cpu: f64,
    /// Share of the machine that others took meanwhile, in per cent.
    pub elsewhere: f64,
    /// Answers other than 2xx and 3xx, and broken connections.
    pub faulty: u64,
}

pub fn check_wrk() -> Result<(), String> {
    // Without arguments it prints its usage and ends with 1.
    Command::new("wrk").output().map(|_| ()).map_err(|_| "wrk manque : apt-get install wrk".to_owned())
}

/// Loads one address for `options.seconds`; again while others disturb the machine.
pub fn measure(server: &Server, path: &str, connections: u32, options: &Options) -> Result<Load, String> {
    let mut best: Option<Load> = None;
    for _ in 0..ATTEMPTS {
        let load = wrk(server, path, connections, options.threads.min(connections), options.seconds)?;
        if best.is_none_or(|best| load.elsewhere < best.elsewhere) {
            best = Some(load);
        }
        if load.elsewhere <= options.calm {
            break;
        }
    }
    best.ok_or_else(|| "no measurement".to_owned())
}

/// Runs `wrk` once.
pub fn wrk(server: &Server, path: &str, connections: u32, threads: u32, seconds: u32) -> Result<Load, String> {
    machine::wait_until_idle(server.pid());
    let since = Since::now(server.pid());
    let mut command = Command::new("wrk");
    if let Some(cookie) = server.cookie_header() {
        command.args(["-H", &cookie]);
    }
    let output = command
        .args([format!("-t{threads}"), format!("-c{connections}"), format!("-d{seconds}s")])
        .args(["--latency", "--timeout", "10s", "-H", "Accept-Encoding: gzip"])
        .arg(server.url(path))
        .output()
        .map_err(|fault| format!("wrk : {fault}"))?;
    let spent = since.spent();
    let text = String::from_utf8_lossy(&output.stdout);
    let mut load = read(&text).ok_or_else(|| format!("wrk : {text}{}", String::from_utf8_lossy(&output.stderr)))?;
    load.requests = requests(&text);
    let requests = load.requests.max(1) as f64;
    load.cpu = spent.server.as_secs_f64() * 1e6 / requests;
    load.postgres_cpu = spent.postgres.as_secs_f64() * 1e6 / requests;
    load.elsewhere = spent.elsewhere;
    Ok(load)
}

/// What `wrk --latency` prints.
fn read(text: &str) -> Option<Load> {
    let line = |name: &str| text.lines().map(str::trim).find_map(|line| line.strip_prefix(name)).map(str::trim);
    let count = |line: Option<&str>| -> u64 {
        let numbers =
            line.unwrap_or_default().split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse::<u64>().ok());
        numbers.sum()
    };
    Some(Load {
        requests_per_second: line("Requests/sec:")?.parse().ok()?,
        p50: time(line("50%")?)?,
        p99: time(line("99%")?)?,
        faulty: count(line("Non-2xx or 3xx responses:")) + count(line("Socket errors:")),
        ..Load::default()
    })
}

fn requests(text: &str) -> u64 {
    let line = text.lines().find(|line| line.contains(" requests in ")).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// `312.00us`, `1.25ms`, `2.01s`.
fn time(text: &str) -> Option<Duration> {
    let units = [("us", 1e-6), ("ms", 1e-3), ("s", 1.0), ("m", 60.0)];
    units.iter().find_map(|(unit, seconds)| {
        let number: f64 = text.strip_suffix(unit)?.parse().ok()?;
        Some(Duration::from_secs_f64(number * seconds))
    })
}

/// The median of each figure.
pub fn medians(loads: &[Load]) -> Load {
    fn of<T: PartialOrd + Copy + Default>(loads: &[Load], figure: impl Fn(&Load) -> T) -> T {
        median(&mut loads.iter().map(figure).collect::<Vec<_>>()).unwrap_or_default()
    }
    Load {
        requests: loads.iter().map(|load| load.requests).sum(),
        requests_per_second: of(loads, |load| load.requests_per_second),
        p50: of(loads, |load| load.p50),
        p99: of(loads, |load| load.p99),
        cpu: of(loads, |load| load.cpu),
        postgres_cpu: of(loads, |load| load.postgres_cpu),
        elsewhere: of(loads, |load| load.elsewhere),
        faulty: loads.iter().map(|load| load.faulty).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "Running 2s test @ http://127.0.0.1:8080/\n  1 threads and 64 connections\n  Thread Stats   Avg\n  \
        Latency Distribution\n     50%  312.00us\n     75%    1.25ms\n     90%    2.01ms\n     99%    1.50s\n  \
        104358 requests in 2.00s, 1.01GB read\n  Socket errors: connect 0, read 1, write 0, timeout 2\n  \
        Non-2xx or 3xx responses: 5\nRequests/sec:  52127.51\nTransfer/sec:    516.20MB\n";

    #[test]
    fn what_wrk_prints_is_read() {
        let load = read(PRINTED).unwrap();
        assert_eq!(load.requests_per_second, 52_127.51);
        assert_eq!((load.p50, load.p99), (Duration::from_micros(312), Duration::from_millis(1500)));
        assert_eq!((load.faulty, requests(PRINTED)), (8, 104_358));
        assert!(read("nothing").is_none());
    }
}
