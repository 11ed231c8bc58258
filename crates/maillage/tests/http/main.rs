//! Stories: what people see and do, over HTTP, on SQLite and on a real PostgreSQL.
//!
//! `MAILLAGE_TEST_POSTGRES` names the server (a database in which others may be created); `cargo xtask test` starts one.
//! Without it the stories on PostgreSQL fail and say so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that cannot go on says so by panicking, and measures with the machine's clock"
)]

#[macro_use]
mod town;

mod accounts;
mod acts;
mod administration;
mod adversary;
mod agenda;
mod ballots;
mod barometer;
mod cache;
mod clicks;
mod decisions;
mod documents;
mod elections;
mod exports;
mod files;
mod framework;
mod governances;
mod import_members;
mod kill;
mod letters;
mod mail;
mod manage_bodies;
mod manage_members;
mod matrix;
mod meetings;
mod members;
mod merging;
mod minutes;
mod moving;
mod organisations;
mod own_member;
mod pages;
mod platform;
mod platform_accounts;
mod polls;
mod powers;
mod process;
mod register;
mod reply;
mod retention;
mod schedule;
mod territories;
