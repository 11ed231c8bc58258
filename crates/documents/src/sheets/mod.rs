//! Tables: the model, and one file a format.

mod address;
mod csv;
mod model;
pub(crate) mod ods;
mod ods_parts;
mod read;
pub(crate) mod text;
mod xlsx;

pub use read::{Unreadable, read};

pub use model::{Cell, Column, Error, Format, NOTES_SHEET, Sheet};

/// Gives the bytes of the whole file. The same sheet gives the same bytes.
///
/// The file is built in memory: 100,000 rows of 10 columns take some seconds and some hundred megabytes in XLSX, far
/// less in CSV and ODS (figures in the crate's `examples/measure.rs`), so call it from a blocking thread.
///
/// # Errors
/// [`Error::NoColumn`], [`Error::RowTooLong`], and in ODS and XLSX [`Error::TooManyRows`] and
/// [`Error::TooManyColumns`]. No text makes it fail. Other errors are those of the libraries, and not expected.
pub fn write(sheet: &Sheet, format: Format) -> Result<Vec<u8>, Error> {
    sheet.check(format)?;
    match format {
        Format::Csv => csv::write(sheet),
        Format::Ods => ods::write(sheet),
        Format::Xlsx => xlsx::write(sheet),
    }
}
