//! What somebody finds who has everything but the node's secret: the tables, the files of the database, an archive.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use kernel::text::hex;
use rusqlite::types::ValueRef;
use store::DatabaseUrl;

/// Each table with its rows as text: on SQLite in the order in which they stand in the file.
pub type Tables = BTreeMap<String, Vec<String>>;
/// What the zip of an archive holds.
pub type Members = BTreeMap<String, Vec<u8>>;
pub type File = (PathBuf, Vec<u8>);

/// Every table, its columns whatever they are.
pub async fn tables(url: &DatabaseUrl) -> Tables {
    let mut all = Tables::new();
    for name in names(url).await {
        let rows = rows(url, &name).await;
        all.insert(name, rows);
    }
    all
}

async fn names(url: &DatabaseUrl) -> Vec<String> {
    match url {
        DatabaseUrl::Sqlite(path) => lines(path, "select name from sqlite_schema where type = 'table'"),
        DatabaseUrl::Postgres(address) => {
            let sql = "select table_name::text from information_schema.tables where table_schema = current_schema()";
            rows_of(address, sql).await
        }
    }
}

/// On PostgreSQL sorted: where it puts a row depends on when it last cleaned up.
pub async fn rows(url: &DatabaseUrl, table: &str) -> Vec<String> {
    match url {
        DatabaseUrl::Sqlite(path) => lines(path, &format!("select * from \"{table}\"")),
        DatabaseUrl::Postgres(address) => {
            rows_of(address, &format!("select t::text from \"{table}\" t order by 1")).await
        }
    }
}

fn lines(path: &Path, sql: &str) -> Vec<String> {
    let database = rusqlite::Connection::open(path).unwrap();
    let mut all = database.prepare(sql).unwrap();
    let columns = all.column_count();
    let mut rows = all.query([]).unwrap();
    let mut lines = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let values: Vec<String> = (0..columns)
            .map(|column| match row.get_ref(column).unwrap() {
                ValueRef::Null => "∅".to_owned(),
                ValueRef::Integer(number) => number.to_string(),
                ValueRef::Real(number) => number.to_string(),
                ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                ValueRef::Blob(bytes) => hex(bytes),
            })
            .collect();
        lines.push(values.join(" | "));
    }
    lines
}

/// The first column of what a statement gives.
pub async fn rows_of(address: &str, sql: &str) -> Vec<String> {
    let (client, connection) = tokio_postgres::connect(address, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// The file in which PostgreSQL keeps a table, with what it has not cleaned up.
pub async fn heap(address: &str, table: &str) -> Vec<u8> {
    let (client, connection) = tokio_postgres::connect(address, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute("checkpoint").await.unwrap();
    let sql = format!("select pg_read_binary_file(pg_relation_filepath('{table}'))");
    client.query_one(&sql, &[]).await.unwrap().get(0)
}

/// The file of the database and what SQLite keeps beside it.
pub fn files(url: &DatabaseUrl) -> Vec<File> {
    let DatabaseUrl::Sqlite(path) = url else { return Vec::new() };
    let beside = |end: &str| PathBuf::from(format!("{}{end}", path.display()));
    let all = [path.clone(), beside("-wal"), beside("-shm")];
    all.into_iter().filter_map(|path| Some((path.clone(), std::fs::read(&path).ok()?))).collect()
}

/// What is looked for of the seals: parts so long that chance does not make them.
pub struct Needles {
    begins: Vec<bool>,
    bytes: HashSet<[u8; 8]>,
    /// As the usual ways to write bytes down.
    written: HashSet<[u8; 16]>,
}

/// Of a seal: the nonce and the sealed choice; its tag is of no use without them.
const PARTS: [std::ops::Range<usize>; 2] = [0..12, 12..20];

impl Needles {
    /// The nonce or the sealed choice of any of these seals.
    pub fn of(seals: &[Vec<u8>]) -> Self {
        let mut needles = Self { begins: vec![false; 1 << 16], bytes: HashSet::new(), written: HashSet::new() };
        for seal in seals {
            assert_eq!(seal.len(), 36, "a seal is as long as any other");
            for part in PARTS.map(|part| &seal[part]) {
                let numbers = |between: &str| part.iter().map(u8::to_string).collect::<Vec<_>>().join(between);
                let written = [hex(part), hex(part).to_uppercase(), numbers(", "), numbers(",")];
                needles.bytes.extend(part.first_chunk::<8>());
                needles.written.extend(written.iter().filter_map(|form| form.as_bytes().first_chunk::<16>()));
                for form in written.iter().map(String::as_bytes).chain([part]) {
                    needles.begins[begin(form)] = true;
                }
            }
        }
        needles
    }

    /// Where the first one stands.
    pub fn find(&self, hay: &[u8]) -> Option<usize> {
        let stands = |at: usize| {
            let rest = &hay[at..];
            rest.first_chunk::<8>().is_some_and(|bytes| self.bytes.contains(bytes))
                || rest.first_chunk::<16>().is_some_and(|written| self.written.contains(written))
        };
        (0..hay.len().saturating_sub(7)).find(|at| self.begins[begin(&hay[*at..])] && stands(*at))
    }

    /// As all below: in what was not there before, which is most of it.
    pub fn find_in_tables(&self, tables: &Tables, before: &Tables) -> Option<String> {
        let with = |rows: &Vec<String>| rows.iter().find(|row| self.find(row.as_bytes()).is_some()).cloned();
        let new = tables.iter().filter(|(name, rows)| before.get(*name) != Some(*rows));
        new.into_iter().find_map(|(name, rows)| Some(format!("{name}: {}", with(rows)?)))
    }

    pub fn find_in_archive(&self, members: &Members, before: &Members) -> Option<String> {
        let new = members.iter().filter(|(name, bytes)| before.get(*name) != Some(*bytes));
        new.into_iter().find_map(|(name, bytes)| Some(format!("{name} at byte {}", self.find(bytes)?)))
    }

    pub fn find_in_files(&self, files: &[File], before: &[File]) -> Option<String> {
        files.iter().find_map(|(path, bytes)| {
            let known = before.iter().find(|(other, _)| other.file_name() == path.file_name());
            let known = known.map_or(&[][..], |(_, bytes)| bytes);
            // Pages that have changed, each with the beginning of the next.
            let changed = (0..bytes.len()).step_by(PAGE).filter(|at| {
                let page = |bytes: &[u8]| bytes.get(*at..(*at + PAGE).min(bytes.len())).map(<[u8]>::to_vec);
                page(bytes) != page(known)
            });
            let find = |at: usize| Some(at + self.find(&bytes[at..(at + PAGE + 16).min(bytes.len())])?);
            changed.into_iter().find_map(|at| Some(format!("{} at byte {}", path.display(), find(at)?)))
        })
    }
}

const PAGE: usize = 4096;

/// The first two bytes as one number.
fn begin(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 8 | usize::from(bytes[1])
}
