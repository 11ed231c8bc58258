//! Files, in the database: 256 KB chunks under the SHA-256 of the whole, at most 40 MB, each content kept once.

use kernel::register::Digest;
use kernel::{Context, Error, Result};
use sha2::{Digest as _, Sha256};

use crate::{Tx, Value, params};

/// Largest file, in bytes.
pub const MAX_BYTES: usize = 40 << 20;
const CHUNK: usize = 256 << 10;

/// What is known of a file before it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileInfo {
    pub media_type: String,
    /// Bytes.
    pub size: i64,
}

/// Keeps a PDF and gives its key; the same content twice is kept once.
///
/// # Errors
/// On `file` when it is too large or is not a PDF by its first bytes.
pub fn put_pdf(ctx: &Context<'_>, tx: &mut Tx<'_>, content: &[u8]) -> Result<Digest> {
    if content.len() > MAX_BYTES {
        let size = content.len() >> 20;
        return Err(Error::invalid("file", format!("Ce fichier fait {size} Mo ; 40 Mo au plus.")));
    }
    if !content.starts_with(b"%PDF-") {
        return Err(Error::invalid("file", "Ce fichier n'est pas un PDF."));
    }
    let key = Digest(Sha256::digest(content).into());
    let size = i64::try_from(content.len()).map_err(Error::internal)?;
    let added = tx.execute(
        "insert into file (sha256, media_type, size, added_at) values ($1, $2, $3, $4) on conflict (sha256) do nothing",
        params![key.0.as_slice(), "application/pdf", size, ctx.now()],
    )?;
    if added == 1 {
        for (rank, chunk) in (0i64..).zip(content.chunks(CHUNK)) {
            tx.execute(
                "insert into file_chunk (sha256, rank, bytes) values ($1, $2, $3)",
                params![key.0.as_slice(), rank, chunk],
            )?;
        }
    }
    Ok(key)
}

pub fn info(tx: &mut Tx<'_>, key: Digest) -> Result<Option<FileInfo>> {
    tx.find("select media_type, size from file where sha256 = $1", &[Value::from(key.0.as_slice())], |row| {
        Ok(FileInfo { media_type: row.get(0)?, size: row.get(1)? })
    })
}

/// One chunk, or `None` past the end: a large file is sent chunk by chunk.
pub fn chunk(tx: &mut Tx<'_>, key: Digest, rank: i64) -> Result<Option<Vec<u8>>> {
    tx.find("select bytes from file_chunk where sha256 = $1 and rank = $2", params![key.0.as_slice(), rank], |row| {
        row.get(0)
    })
}
