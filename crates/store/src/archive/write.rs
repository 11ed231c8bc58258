//! From a database to a file.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek, SeekFrom, Write};

use kernel::register::Digest;
use kernel::{Error, Result};
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::schema::Table;
use super::{DIGEST_LENGTH, FORMAT, Head, MANIFEST, MIME_MEMBER, MIME_TYPE, Manifest, Member, SEAL, Step};
use super::{line, member_of, reason, schema};
use crate::migrations::{self, Migrations};
use crate::{Store, Tx, instance, register};

/// Rows are handed to the compressor by so many bytes.
const CHUNK: usize = 64 << 10;

impl Store {
    /// Writes the whole database, as it is at one instant, into `file`, which is empty, readable and writable.
    /// `version` is that of the program. Acts go on meanwhile.
    ///
    /// # Errors
    /// With a French sentence when the database has not been initialised, comes from a newer version, or when the file
    /// cannot be written; the file is then of no use.
    pub async fn write_archive(&self, all: &'static [Migrations], version: &str, file: File) -> Result<Manifest> {
        let (sqlite, version) = (self.is_sqlite(), version.to_owned());
        self.snapshot(move |tx| write(tx, sqlite, all, version, file)).await
    }
}

fn write(
    tx: &mut Tx<'_>,
    sqlite: bool,
    all: &'static [Migrations],
    version: String,
    mut file: File,
) -> Result<Manifest> {
    let done = migrations::applied(tx, sqlite)?.unwrap_or_default();
    migrations::refuse_newer(&done, all)?;
    let steps = schema::steps(all, |krate, number| done.iter().any(|(name, step)| name == krate && *step == number));
    let instance = if done.is_empty() { None } else { instance::find(tx)? };
    let Some(instance) = instance else {
        return Err(Error::Unavailable("Cette base n'a pas été initialisée : il n'y a rien à sauvegarder.".to_owned()));
    };
    let (entries, digest) = register::head(tx)?;
    let mut zip = ZipWriter::new(Output::new(&mut file));
    // Every member has the same date, 1980-01-01, the first that a zip can tell.
    let options = SimpleFileOptions::default().last_modified_time(DateTime::DEFAULT).unix_permissions(0o600);
    zip.start_file(MIME_MEMBER, options.compression_method(CompressionMethod::Stored)).map_err(refused)?;
    zip.write_all(MIME_TYPE.as_bytes()).map_err(failed)?;
    let options = options.compression_method(CompressionMethod::Deflated);
    let mut tables = Vec::new();
    for table in schema::tables(&steps)? {
        // A member may pass 4 GB.
        zip.start_file(member_of(&table.name), options.large_file(true)).map_err(refused)?;
        tables.push(member(tx, sqlite, table, &mut zip)?);
    }
    let step = |(krate, step): &(&str, &migrations::Migration)| Step {
        krate: (*krate).to_owned(),
        number: step.number,
        name: step.name.to_owned(),
    };
    let manifest = Manifest {
        format: FORMAT,
        version,
        demonstration: instance.demonstration,
        register: Head { entries, digest: digest.hex() },
        steps: steps.iter().map(step).collect(),
        tables,
    };
    zip.start_file(MANIFEST, options).map_err(refused)?;
    serde_json::to_writer_pretty(&mut zip, &manifest).map_err(|fault| failed(fault.into()))?;
    // The digest's place; what it says is known once the rest is written.
    let place = format!("{SEAL}{}", "0".repeat(usize::from(DIGEST_LENGTH)));
    zip.set_raw_comment(place.into_bytes().into_boxed_slice()).map_err(refused)?;
    let mut output = zip.finish().map_err(refused)?;
    output.flush().map_err(failed)?;
    if let Some(fault) = output.fault.take() {
        return Err(failed(fault));
    }
    drop(output);
    seal(&mut file).map_err(failed)?;
    Ok(manifest)
}

/// Writes the rows of one table.
fn member(tx: &mut Tx<'_>, sqlite: bool, table: Table, zip: &mut ZipWriter<Output<'_>>) -> Result<Member> {
    let mut hasher = Sha256::new();
    let mut rows = 0;
    let mut lines = Vec::with_capacity(2 * CHUNK);
    let mut values = Vec::with_capacity(table.columns.len());
    let mut hand_over = |lines: &mut Vec<u8>| {
        hasher.update(&*lines);
        let written = zip.write_all(lines).map_err(failed);
        lines.clear();
        written
    };
    tx.stream(&table.select(sqlite), |row| {
        values.clear();
        for index in 0..table.columns.len() {
            values.push(row.plain(index)?);
        }
        line::write(&table.columns, &values, &mut lines)?;
        rows += 1;
        if lines.len() >= CHUNK { hand_over(&mut lines) } else { Ok(()) }
    })?;
    hand_over(&mut lines)?;
    let sha256 = Digest(hasher.finalize().into()).hex();
    Ok(Member { name: table.name, columns: table.columns, rows, sha256 })
}

/// Puts the digest of all that precedes it at the end, and waits for the disk.
fn seal(file: &mut File) -> io::Result<()> {
    let whole = file.seek(SeekFrom::End(0))?;
    let sealed = whole.saturating_sub(DIGEST_LENGTH.into());
    let digest = digest(file, sealed)?;
    file.seek(SeekFrom::Start(sealed))?;
    file.write_all(digest.hex().as_bytes())?;
    file.sync_all()
}

/// The digest of the first bytes of a file.
pub(super) fn digest(file: &mut File, length: u64) -> io::Result<Digest> {
    file.seek(SeekFrom::Start(0))?;
    let mut hasher = Sha256::new();
    let mut rest = file.take(length);
    let mut bytes = vec![0; CHUNK];
    loop {
        match rest.read(&mut bytes)? {
            0 => return Ok(Digest(hasher.finalize().into())),
            count => hasher.update(bytes.get(..count).unwrap_or_default()),
        }
    }
}

fn refused(fault: zip::result::ZipError) -> Error {
    failed(fault.into())
}

fn failed(fault: io::Error) -> Error {
    Error::Unavailable(format!("L'archive ne peut pas être écrite : {}.", reason(&fault)))
}

/// Keeps the first fault and accepts anything after it: a zip that is given up still writes its end, and tells the
/// terminal in its own words when it cannot.
struct Output<'a> {
    inner: BufWriter<&'a mut File>,
    fault: Option<io::Error>,
    /// Where the file would be without the fault.
    place: u64,
    end: u64,
}

impl<'a> Output<'a> {
    fn new(file: &'a mut File) -> Self {
        Self { inner: BufWriter::new(file), fault: None, place: 0, end: 0 }
    }

    fn kept<T>(&mut self, outcome: io::Result<T>) -> io::Result<T> {
        outcome.inspect_err(|fault| self.fault = Some(fault.kind().into()))
    }

    fn move_to(&mut self, place: u64) -> u64 {
        self.place = place;
        self.end = self.end.max(place);
        place
    }
}

impl Write for Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut count = bytes.len();
        if self.fault.is_none() {
            let written = self.inner.write(bytes);
            count = self.kept(written)?;
        }
        self.move_to(self.place + count as u64);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.fault.is_some() {
            return Ok(());
        }
        let flushed = self.inner.flush();
        self.kept(flushed)
    }
}

impl Seek for Output<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = if self.fault.is_none() {
            let moved = self.inner.seek(to);
            self.kept(moved)?
        } else {
            match to {
                SeekFrom::Start(place) => place,
                SeekFrom::End(more) => self.end.saturating_add_signed(more),
                SeekFrom::Current(more) => self.place.saturating_add_signed(more),
            }
        };
        Ok(self.move_to(place))
    }
}
