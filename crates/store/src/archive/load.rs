//! From an archive to an empty database, in one transaction: all of it or nothing.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};

use kernel::register::Digest;
use kernel::{Error, Result, Timestamp};
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

use super::schema::{Table, quoted};
use super::{Archive, Member, line, member_of, schema};
use crate::migrations::{self, Migration, Migrations, TABLE_POSTGRES, TABLE_SQLITE};
use crate::natives::natives;
use crate::register::{self, Verdict};
use crate::{Store, Tx, engine, instance, outbox, params};

/// Rows are handed to the engine by so many, or so many bytes of their lines.
const ROWS: usize = 500;
const BYTES: usize = 4 << 20;
/// In bytes: a chunk of a file, the largest value, takes half a megabyte.
const LONGEST_LINE: u64 = 64 << 20;

/// What a load did.
#[derive(Debug)]
pub struct Loaded {
    /// The steps that brought an older schema up to date.
    pub steps: Vec<String>,
    /// The mails that waited in a backup: they are held until somebody has seen them.
    pub held: u64,
}

impl Store {
    /// Makes the schema of the archive, loads its rows, then applies the later steps of `all`, at `now`. With `restores` (a
    /// backup, not a move) the register's chain is recomputed before anything is kept, and the mails that waited are held:
    /// the database from which they come may have sent them since.
    ///
    /// # Errors
    /// With a French sentence when the database is not empty or the content does not fit; nothing is kept then.
    pub async fn load_archive(
        &self,
        mut archive: Archive,
        all: &'static [Migrations],
        restores: bool,
        now: Timestamp,
    ) -> Result<Loaded> {
        let sqlite = self.is_sqlite();
        self.write(move |tx| {
            prepare(tx, sqlite, &archive)?;
            let constraints = if sqlite { Vec::new() } else { constraints(tx, &archive)? };
            put_off(tx, sqlite, &constraints)?;
            fill(tx, sqlite, &mut archive).map_err(told)?;
            take_up(tx, sqlite, &constraints).map_err(told)?;
            if restores {
                check(tx, &archive)?;
            }
            let mut steps = Vec::new();
            for (krate, step) in schema::steps(all, |_, _| true) {
                if !holds(&archive, krate, step.number) {
                    apply(tx, sqlite, krate, step, now)?;
                    steps.push(format!("{krate} {:04} {}", step.number, step.name));
                }
            }
            // A schema from before that step has no queue, or one that cannot hold.
            let may_hold = !schema::steps(all, |krate, number| (krate, number) == migrations::HELD_MAIL).is_empty();
            let held = if restores && may_hold { outbox::hold_waiting(tx)? } else { 0 };
            Ok(Loaded { steps, held })
        })
        .await
    }
}

fn holds(archive: &Archive, krate: &str, number: i64) -> bool {
    archive.steps.iter().any(|(name, step)| *name == krate && step.number == number)
}

/// The tables of the archive's steps, in a database that holds nothing.
fn prepare(tx: &mut Tx<'_>, sqlite: bool, archive: &Archive) -> Result<()> {
    if !sqlite {
        tx.batch(engine::ENDLESS)?;
    }
    if migrations::applied(tx, sqlite)?.is_none() {
        migrations::refuse_foreign(tx, sqlite)?;
    }
    tx.batch(if sqlite { TABLE_SQLITE } else { TABLE_POSTGRES }).map_err(|error| match error {
        // Somebody else makes it at this moment: the next attempt sees what became of it.
        Error::Duplicate(name) => Error::Retry(name),
        other => other,
    })?;
    if !sqlite {
        tx.batch("lock table schema_migration in exclusive mode")?;
    }
    let done = migrations::applied(tx, sqlite)?.unwrap_or_default();
    let has = |krate: &str, number: i64| done.iter().any(|(name, step)| name == krate && *step == number);
    // The first step of the store makes the table of the mark.
    if has(migrations::STORE.krate, 1) && instance::find(tx)?.is_some() {
        return Err(Error::Conflict("Cette base contient déjà des données : elle n'est pas touchée.".to_owned()));
    }
    if done.iter().any(|(krate, number)| !holds(archive, krate, *number)) {
        let sentence = "Le schéma de cette base est plus récent que celui de l'archive : donnez une base neuve.";
        return Err(Error::Unavailable(sentence.to_owned()));
    }
    for (krate, step) in archive.steps.iter().filter(|(krate, step)| !has(krate, step.number)) {
        apply(tx, sqlite, krate, step, Timestamp::from_micros(0))?;
    }
    Ok(())
}

fn apply(tx: &mut Tx<'_>, sqlite: bool, krate: &str, step: &Migration, now: Timestamp) -> Result<()> {
    tx.batch(if sqlite { step.sqlite } else { step.postgres })?;
    let values = params![krate, step.number, step.name, now];
    tx.execute("insert into schema_migration (crate, number, name, applied_at) values ($1, $2, $3, $4)", values)?;
    Ok(())
}

/// The foreign keys of our tables on PostgreSQL: (table, name).
fn constraints(tx: &mut Tx<'_>, archive: &Archive) -> Result<Vec<(String, String)>> {
    let all = tx.query(
        "select t.relname::text, c.conname::text from pg_constraint c join pg_class t on t.oid = c.conrelid
         where c.contype = 'f' and not c.condeferrable and t.relnamespace = current_schema()::regnamespace
         order by t.relname, c.conname",
        &[],
        |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)),
    )?;
    Ok(all.into_iter().filter(|(name, _)| archive.tables.iter().any(|table| table.name == *name)).collect())
}

/// Rows may come before those that they point to: in their own table, in circles of tables.
fn put_off(tx: &mut Tx<'_>, sqlite: bool, constraints: &[(String, String)]) -> Result<()> {
    if sqlite {
        return tx.batch("pragma defer_foreign_keys = on");
    }
    alter(tx, constraints, "deferrable initially deferred")
}

/// Everything must point to something now.
fn take_up(tx: &mut Tx<'_>, sqlite: bool, constraints: &[(String, String)]) -> Result<()> {
    if sqlite {
        let lost: Option<String> =
            tx.find(r#"select "table" from pragma_foreign_key_check limit 1"#, &[], |row| row.get(0))?;
        return match lost {
            None => Ok(()),
            Some(table) => Err(Error::Internal(format!("une ligne de {table} renvoie à une ligne absente"))),
        };
    }
    tx.batch("set constraints all immediate")?;
    alter(tx, constraints, "not deferrable")
}

fn alter(tx: &mut Tx<'_>, constraints: &[(String, String)], how: &str) -> Result<()> {
    let one = |(table, name): &(String, String)| {
        format!("alter table {} alter constraint {} {how}", quoted(table), quoted(name))
    };
    let all: Vec<String> = constraints.iter().map(one).collect();
    tx.batch(&all.join(";"))
}

fn fill(tx: &mut Tx<'_>, sqlite: bool, archive: &mut Archive) -> Result<()> {
    // What the steps themselves put there stands in the archive as it became.
    for table in &archive.tables {
        tx.execute(&format!("delete from {}", quoted(&table.name)), &[])?;
    }
    for place in schema::parents_first(&archive.tables) {
        if let (Some(table), Some(member)) = (archive.tables.get(place), archive.manifest.tables.get(place)) {
            load(tx, sqlite, table, member, &mut archive.zip)?;
        }
    }
    Ok(())
}

fn load(
    tx: &mut Tx<'_>,
    sqlite: bool,
    table: &Table,
    member: &Member,
    zip: &mut ZipArchive<BufReader<File>>,
) -> Result<()> {
    let wrong = |what: &str| Error::Internal(format!("table {} : {what}", table.name));
    let columns = table.columns.iter().map(|column| column.name.as_str());
    let natives = if sqlite { Vec::new() } else { natives(tx, &table.name, columns)? };
    let head = format!("insert into {} ({})", quoted(&table.name), table.column_list());
    let mut lines = BufReader::new(zip.by_name(&member_of(&table.name)).map_err(|fault| wrong(&fault.to_string()))?);
    let mut hasher = Sha256::new();
    let (mut count, mut waiting, mut bytes) = (0, Vec::with_capacity(ROWS), 0);
    let mut text = Vec::new();
    loop {
        text.clear();
        let length = lines
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut text)
            .map_err(|fault| wrong(&fault.to_string()))?;
        if length == 0 {
            break;
        }
        hasher.update(&text);
        count += 1;
        let row = line::read(&table.columns, &text).ok_or_else(|| wrong(&format!("ligne {count} illisible")))?;
        let row =
            if sqlite { Some(row) } else { row.into_iter().zip(&natives).map(|(v, kind)| kind.take(v)).collect() };
        waiting.push(row.ok_or_else(|| wrong(&format!("ligne {count}, une valeur que cette base refuse")))?);
        bytes += length;
        if waiting.len() >= ROWS || bytes >= BYTES {
            tx.insert_many(&head, table.columns.len(), &waiting)?;
            waiting.clear();
            bytes = 0;
        }
    }
    tx.insert_many(&head, table.columns.len(), &waiting)?;
    if count != member.rows || Digest(hasher.finalize().into()).hex() != member.sha256 {
        return Err(wrong("ses lignes ne sont pas celles qui sont annoncées"));
    }
    Ok(())
}

fn check(tx: &mut Tx<'_>, archive: &Archive) -> Result<()> {
    match register::verify(tx, archive.manifest.published())? {
        Verdict::Sound { .. } => Ok(()),
        Verdict::Broken(breach) => Err(Error::Unavailable(format!(
            "REGISTRE ALTÉRÉ dans la base d'où vient l'archive : {breach}. Rien n'est restauré ; « maillage import » la \
             reprend telle quelle, pour l'étudier."
        ))),
    }
}

/// The archive is whole and the engine refuses its content: it was not made by this program, or from a database that
/// was written behind its back.
fn told(error: Error) -> Error {
    match error {
        Error::Internal(detail) | Error::Duplicate(detail) => Error::Unavailable(format!(
            "Le contenu de l'archive ne convient pas à cette base ({detail}) : rien n'a été écrit."
        )),
        other => other,
    }
}
