//! Stories: what people see and do, over HTTP, on SQLite and on a real PostgreSQL.
//!
//! `MAILLAGE_TEST_POSTGRES` names the server (a database in which others may be created); `cargo xtask test` starts one.
//! Without it the stories on PostgreSQL fail and say so.

#[macro_use]
mod town;

mod acts;
mod cache;
mod documents;
mod exports;
mod files;
mod governances;
mod kill;
mod matrix;
mod members;
mod pages;
mod process;
mod register;
mod territories;
