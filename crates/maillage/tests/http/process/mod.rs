//! The program as it is installed: its commands, its signals, what it says and what it leaves when something is wrong.

mod database;
mod demonstration;
mod disks;
mod foreign;
mod postgres;
mod program;
mod register;
mod secrecy;
mod settings;
mod starting;

use std::time::Duration;

pub use program::{Folder, Running, Server};

/// Longest wait for anything, on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(60);
/// A port that the system chooses; the program prints it.
const ANY_PORT: &str = "127.0.0.1:0";
/// What every page of a demonstration says.
const STRIP: &str = "Démonstration : données d'exemple.";
pub const SERVE: [&str; 3] = ["serve", "--listen", ANY_PORT];
