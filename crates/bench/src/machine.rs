//! What Linux says of the machine and of processes (`/proc`).

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// Milliseconds of one tick of `/proc/*/stat` (USER_HZ is 100 on every Linux).
const TICK_MILLIS: f64 = 10.0;

fn field(text: &str, place: usize) -> u64 {
    text.split_whitespace().nth(place).and_then(|field| field.parse().ok()).unwrap_or(0)
}

/// Fields of `/proc/…/stat` after the name in brackets, which may hold spaces: the first is the state.
fn stat(pid: &str) -> Option<(String, String)> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (before, after) = text.rsplit_once(')')?;
    let name = before.split_once('(')?.1.to_owned();
    Some((name, after.to_owned()))
}

/// CPU time of one process, in ticks.
fn ticks(pid: &str) -> u64 {
    stat(pid).map_or(0, |(_, fields)| field(&fields, 11) + field(&fields, 12))
}

/// CPU time of this process' ended children, in ticks.
fn ticks_of_ended_children() -> u64 {
    stat("self").map_or(0, |(_, fields)| field(&fields, 13) + field(&fields, 14))
}

fn ticks_of_postgres() -> u64 {
    let Ok(processes) = fs::read_dir("/proc") else { return 0 };
    processes
        .flatten()
        .filter_map(|entry| stat(&entry.file_name().to_string_lossy()))
        .filter(|(name, _)| name == "postgres")
        .map(|(_, fields)| field(&fields, 11) + field(&fields, 12))
        .sum()
}

/// Time that the processors were busy, and all time, in ticks: steal counts as busy with others.
fn ticks_of_all() -> (u64, u64) {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let line = text.lines().next().unwrap_or_default();
    let at = |place| field(line, place);
    let busy = at(1) + at(2) + at(3) + at(6) + at(7) + at(8);
    (busy, busy + at(4) + at(5))
}

/// A moment from which CPU time is counted.
pub struct Since {
    server: String,
    server_ticks: u64,
    ours: u64,
    postgres: u64,
    all: (u64, u64),
}

/// CPU time between two moments.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    pub server: Duration,
    pub postgres: Duration,
    /// Share of the machine that processes foreign to the bench took, from 0 to 100.
    pub elsewhere: f64,
}

impl Since {
    pub fn now(server: u32) -> Self {
        let server = server.to_string();
        Self {
            server_ticks: ticks(&server),
            ours: ticks_of_ended_children() + ticks("self"),
            postgres: ticks_of_postgres(),
            all: ticks_of_all(),
            server,
        }
    }

    pub fn spent(&self) -> Spent {
        let server = ticks(&self.server).saturating_sub(self.server_ticks);
        let ours = (ticks_of_ended_children() + ticks("self")).saturating_sub(self.ours);
        let postgres = ticks_of_postgres().saturating_sub(self.postgres);
        let (busy, all) = ticks_of_all();
        let (busy, all) = (busy.saturating_sub(self.all.0), all.saturating_sub(self.all.1).max(1));
        let known = if self.server == std::process::id().to_string() { ours } else { server + ours };
        let foreign = busy.saturating_sub(known + postgres);
        let time = |ticks: u64| Duration::from_secs_f64(ticks as f64 * TICK_MILLIS / 1000.0);
        Spent { server: time(server), postgres: time(postgres), elsewhere: 100.0 * foreign as f64 / all as f64 }
    }
}

/// Resident memory of a process in megabytes: now, and at its highest.
pub fn memory(pid: u32) -> (f64, f64) {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let of = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        field(line, 0) as f64 / 1024.0
    };
    (of("VmRSS:"), of("VmHWM:"))
}

fn first_line(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default().lines().next().unwrap_or_default().to_owned()
}

fn after_colon(path: &str, name: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    line.split_once(':').map_or("", |(_, value)| value).trim().to_owned()
}

/// Type of the file system that holds a folder: on `tmpfs` nothing is durable.
pub fn file_system(folder: &Path) -> String {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    mounts
        .lines()
        .filter_map(|line| {
            let mut parts = line.split(' ').skip(1);
            Some((parts.next()?, parts.next()?))
        })
        .filter(|(mount, _)| folder.starts_with(mount))
        .max_by_key(|(mount, _)| mount.len())
        .map_or_else(String::new, |(_, kind)| kind.to_owned())
}

/// The median time of a write of 4 KB followed by `fdatasync`: what durability costs on this disk.
pub fn sync_time(folder: &Path) -> std::io::Result<Duration> {
    use std::io::{Seek as _, SeekFrom, Write as _};
    let path = folder.join("sync-probe");
    let mut file = fs::File::create(&path)?;
    let mut times = Vec::new();
    for _ in 0..100 {
        let begun = Instant::now();
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.push(begun.elapsed());
    }
    fs::remove_file(&path)?;
    Ok(median(&mut times).unwrap_or_default())
}

/// One line about the machine.
pub fn describe(folder: &Path) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory: u64 = field(&after_colon("/proc/meminfo", "MemTotal"), 0) / 1024 / 1024;
    let sync = sync_time(folder).map_or_else(|fault| fault.to_string(), |time| format!("{} µs", time.as_micros()));
    format!(
        "{cores} × {}, {memory} Gio, Linux {}, disque {} (écriture de 4 Ko et fdatasync : {sync})",
        after_colon("/proc/cpuinfo", "model name"),
        first_line("/proc/sys/kernel/osrelease"),
        file_system(folder),
    )
}

/// Waits, three seconds at most, until a process has nothing left to do: requests that a load has abandoned may still be
/// at work.
pub fn wait_until_idle(pid: u32) {
    let (pid, begun) = (pid.to_string(), Instant::now());
    while begun.elapsed() < Duration::from_secs(3) {
        let before = ticks(&pid);
        std::thread::sleep(Duration::from_millis(60));
        if ticks(&pid) <= before + 1 {
            return;
        }
    }
}

/// Share of the machine that is busy while this process sleeps for a second.
pub fn busy_now() -> f64 {
    let since = Since::now(std::process::id());
    std::thread::sleep(Duration::from_secs(1));
    since.spent().elsewhere
}

/// The middle value; of an even number, the lower of the two.
pub fn median<T: PartialOrd + Copy>(values: &mut [T]) -> Option<T> {
    values.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    values.get(values.len().saturating_sub(1) / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4, 1, 3, 2]), Some(2));
        assert_eq!(median::<u8>(&mut []), None);
    }

    #[test]
    fn this_process_has_memory() {
        let (now, highest) = memory(std::process::id());
        assert!(now > 0.5 && highest >= now * 0.5);
    }
}
