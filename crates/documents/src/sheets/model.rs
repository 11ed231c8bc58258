//! What a table is, before any format.

use jiff::civil::Date;

/// The name of the second sheet of ODS and XLSX files, which holds [`Sheet::notes`].
pub const NOTES_SHEET: &str = "À propos";

/// Rows that LibreOffice and Excel open, the header included.
const ROWS_LIMIT: usize = 1_048_576;
/// Columns that LibreOffice (since 7.4) and Excel open.
const COLUMNS_LIMIT: usize = 16_384;

/// The value of one cell.
///
/// Numbers of more than fifteen digits are written as text in ODS and XLSX, which compute with 64-bit floats and
/// would round them. Text loses what no file can hold: control characters (tab and line feed stay; CR LF and CR become
/// line feeds), Unicode noncharacters and byte order marks.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Cell {
    #[default]
    Empty,
    Text(String),
    Integer(i64),
    /// Written with all its digits; empty when it is infinite or not a number.
    Decimal(f64),
    /// An amount in euro cents; the file shows euros.
    Cents(i64),
    /// A day. ISO 8601 in CSV; a real date elsewhere, but ISO text where spreadsheets disagree on the calendar
    /// (XLSX before 1900-03-01, ODS before 1583).
    Date(Date),
    /// A text to click on. Only `http`, `https` and `mailto` addresses are made clickable, others are left out. CSV
    /// writes the label alone: give the address a column of its own where machines need it. An empty label is
    /// replaced by the address.
    Link {
        label: String,
        href: String,
    },
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Date> for Cell {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

/// Nothing is an empty cell.
impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// A column: its header and how wide spreadsheets show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The first row's text, for people (« Nom de la structure ») or machines (`nom`): the caller decides.
    pub header: String,
    /// In characters, from 1 to 255; what is outside is brought back inside. CSV ignores it.
    pub width: u16,
}

impl Column {
    pub fn new(header: impl Into<String>, width: u16) -> Self {
        Self { header: header.into(), width }
    }
}

/// A table to write.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Sheet {
    /// The document's title; shortened and cleaned to be the sheet's name (31 characters, none of `[]:*?/\`).
    pub title: String,
    pub columns: Vec<Column>,
    /// Source, date, licence: one row each on the sheet « À propos » of ODS and XLSX files. Not in CSV.
    pub notes: Vec<String>,
    /// Each row has at most as many cells as there are columns; the cells that lack are empty.
    pub rows: Vec<Vec<Cell>>,
}

impl Sheet {
    /// Says whether the format can hold the table.
    pub(super) fn check(&self, format: Format) -> Result<(), Error> {
        let columns = self.columns.len();
        if columns == 0 {
            return Err(Error::NoColumn);
        }
        if let Some(row) = self.rows.iter().position(|row| row.len() > columns) {
            return Err(Error::RowTooLong { row, columns });
        }
        if format == Format::Csv {
            return Ok(());
        }
        if columns > COLUMNS_LIMIT {
            return Err(Error::TooManyColumns { columns, limit: COLUMNS_LIMIT });
        }
        let rows = self.rows.len().max(self.notes.len()).saturating_add(1);
        if rows > ROWS_LIMIT {
            return Err(Error::TooManyRows { rows, limit: ROWS_LIMIT });
        }
        Ok(())
    }
}

/// A file format for tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// For machines: comma, UTF-8 without byte order mark, line feeds, ISO dates, decimal point (RFC 4180 otherwise).
    Csv,
    /// OpenDocument 1.3 spreadsheet (OASIS, ISO/IEC 26300), the format that the State's framework recommends (RGI v2).
    Ods,
    /// Office Open XML workbook (ECMA-376).
    Xlsx,
}

impl Format {
    pub const ALL: [Self; 3] = [Self::Csv, Self::Ods, Self::Xlsx];

    /// The value of the HTTP header `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// The file name's extension, lower case, without a dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ods => "ods",
            Self::Xlsx => "xlsx",
        }
    }

    /// The format of an extension without a dot, in any case; nothing when unknown.
    pub fn from_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| extension.eq_ignore_ascii_case(format.extension()))
    }
}

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the sheet has no column")]
    NoColumn,
    /// `row` counts from 0, without the header.
    #[error("row {row} has more cells than the {columns} columns")]
    RowTooLong { row: usize, columns: usize },
    #[error("{rows} rows with the header: spreadsheets open {limit}; offer CSV")]
    TooManyRows { rows: usize, limit: usize },
    #[error("{columns} columns: spreadsheets open {limit}; offer CSV")]
    TooManyColumns { columns: usize, limit: usize },
    #[error("CSV: {0}")]
    Csv(#[from] ::csv::Error),
    #[error("XLSX: {0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    #[error("ODS: {0}")]
    Zip(#[from] zip::result::ZipError),
    #[error("writing: {0}")]
    Io(#[from] std::io::Error),
}
