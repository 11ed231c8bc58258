//! What leaves Maillage as a file, and the tables that people bring.
//!
//! Today: tables. A [`Sheet`] holds plain values; [`write`] turns it into CSV (for machines), ODS or XLSX (for
//! people who open a spreadsheet). PDF and ODT come later and will stand beside `sheets`.
//!
//! Three promises, each kept by a test: the same sheet gives the same bytes (no clock, no randomness); no text typed
//! by a person is ever run as a formula; no text makes the writing fail.

pub mod calendar;
pub mod paper;
mod sheets;

pub use sheets::{Cell, Column, Error, Format, NOTES_SHEET, Sheet, Unreadable, read, write};
