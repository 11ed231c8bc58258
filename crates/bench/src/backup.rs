//! A backup made while people act and read, restored in new databases and compared.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use kernel::Result as KernelResult;
use store::archive::Archive;
use store::{DatabaseUrl, Store, Tx, register};
use web::App;

use crate::acts::{self, Writers};
use crate::databases::Databases;
use crate::load;
use crate::machine::Since;
use crate::options::{Engine, Options};
use crate::report::{self, Table};
use crate::server::{self, Server};

const WRITERS: usize = 4;
const READERS: u32 = 16;

/// Measures, compares and prints the tables.
pub fn measure(databases: &Databases, options: &Options) -> Result<(), String> {
    println!(
        "\n### Sauvegarde pendant que {WRITERS} écrivains agissent et que {READERS} lecteurs lisent, puis restaurée\n"
    );
    let mut made = Table::new(&[
        "moteur",
        "durée",
        "Mo",
        "écritures du registre",
        "actes/s avant",
        "actes/s pendant",
        "pages/s pendant",
        "ailleurs %",
    ]);
    let mut restored = Table::new(&["de", "vers", "restaurée en", "registre", "faits", "exportée de nouveau"]);
    for engine in &options.engine {
        let file = databases.folder().join(format!("sauvegarde-{}.maillage", engine.name()));
        let _ = fs::remove_file(&file);
        let backup = make(databases, *engine, &file, options, &mut made)?;
        for target in &options.engine {
            restored.row(restore(databases, &backup, *engine, *target)?);
        }
        let _ = fs::remove_file(&file);
    }
    made.print();
    println!();
    restored.print();
    Ok(())
}

struct Backup {
    file: PathBuf,
    /// `NUMBER:DIGEST` of the last register entry in it.
    published: String,
}

/// Makes one under load and holds it against what the source knew before, after and at its number.
fn make(
    databases: &Databases,
    engine: Engine,
    file: &Path,
    options: &Options,
    table: &mut Table,
) -> Result<Backup, String> {
    let (url, _) = databases.generated(engine, options.scale.iter().copied().min().unwrap_or(1))?;
    let copy = databases.copy(engine, &url)?;
    server::command(databases.folder(), &["nouveau-secret"], &copy)?;
    let (server, _) = Server::maillage(&copy, databases.folder())?;
    let (app, governances) = acts::open(engine, &copy)?;
    eprintln!("  sauvegarde : {}", engine.name());

    let (stop, pages) = (AtomicBool::new(false), AtomicU64::new(0));
    let runtime = tokio::runtime::Handle::current();
    let measured = std::thread::scope(|scope| {
        let readers = scope.spawn(|| {
            let _inside = runtime.enter();
            while !stop.load(Ordering::Relaxed) {
                let load = load::wrk(&server, "/gouvernances", READERS, 1, 1)?;
                if load.faulty > 0 {
                    return Err(format!("{} faulty answers during the backup", load.faulty));
                }
                pages.fetch_add(load.requests, Ordering::Relaxed);
            }
            Ok(())
        });
        let writers = Writers::start(&app, &governances, WRITERS);
        let measured = around(&app, &server, &copy, file, databases.folder(), options.duration(), &pages);
        let written = writers.stop();
        stop.store(true, Ordering::Relaxed);
        let read = readers.join().map_err(|_| "the readers panicked".to_owned()).and_then(|read| read);
        let measured = measured?;
        written?;
        read?;
        Ok::<_, String>(measured)
    })?;

    let archive = Archive::open(file, maillage::SCHEMA).map_err(|fault| fault.to_string())?;
    let (number, digest) = archive.manifest().register();
    let (first, last) = measured.between;
    if !(first..=last).contains(&number) {
        return Err(format!("the backup is of entry {number}, made between {first} and {last}"));
    }
    let published = format!("{number}:{digest}");
    // At that number the source had the same register, to the last bit.
    server::command(databases.folder(), &["register", "verify", "--published", &published], &copy)?;
    let bytes = fs::metadata(file).map_err(|fault| fault.to_string())?.len();
    table.row(vec![
        engine.name().to_owned(),
        report::time(measured.lasted),
        format!("{:.1}", bytes as f64 / 1e6),
        format!("{} ({} pendant)", report::thousands(number as f64), last - first),
        report::thousands(measured.acts_before),
        report::thousands((last - first) as f64 / measured.lasted.as_secs_f64()),
        report::thousands(measured.pages),
        format!("{:.0}", measured.elsewhere),
    ]);
    Ok(Backup { file: file.to_owned(), published })
}

struct Measured {
    lasted: Duration,
    /// The last register number just before and just after.
    between: (i64, i64),
    acts_before: f64,
    pages: f64,
    elsewhere: f64,
}

/// Lets the load run for a while, then makes the backup in it.
fn around(
    app: &App,
    server: &Server,
    url: &DatabaseUrl,
    file: &Path,
    folder: &Path,
    calm: Duration,
    pages: &AtomicU64,
) -> Result<Measured, String> {
    let head = || app.store().read_blocking(register::head).map(|(seq, _)| seq).map_err(|fault| fault.to_string());
    let begun = Instant::now();
    let start = head()?;
    std::thread::sleep(calm);
    let first = head()?;
    let acts_before = (first - start) as f64 / begun.elapsed().as_secs_f64();
    let (since, begun, read) = (Since::now(server.pid()), Instant::now(), pages.load(Ordering::Relaxed));
    server::command(folder, &["backup", &file.to_string_lossy()], url)?;
    let lasted = begun.elapsed();
    let last = head()?;
    let pages = (pages.load(Ordering::Relaxed) - read) as f64 / lasted.as_secs_f64();
    Ok(Measured { lasted, between: (first, last), acts_before, pages, elsewhere: since.spent().elsewhere })
}

/// Restores in a new database, verifies its register, counts, exports again and compares every byte.
fn restore(databases: &Databases, backup: &Backup, from: Engine, to: Engine) -> Result<Vec<String>, String> {
    eprintln!("  restauration : {} vers {}", from.name(), to.name());
    let url = databases.empty(to)?;
    let begun = Instant::now();
    server::command(databases.folder(), &["restore", &backup.file.to_string_lossy()], &url)?;
    let lasted = begun.elapsed();
    server::command(databases.folder(), &["register", "verify", "--published", &backup.published], &url)?;
    let store = Store::open(&url, 2).map_err(|fault| fault.to_string())?;
    let (facts, noted) = store.read_blocking(counts).map_err(|fault| fault.to_string())?;
    drop(store);
    // One act notes one fact: neither may be in the backup without the other.
    if facts != noted {
        return Err(format!("{facts} facts are restored, and {noted} entries that noted them"));
    }
    let again = databases.folder().join("de-nouveau.maillage");
    let _ = fs::remove_file(&again);
    server::command(databases.folder(), &["export", &again.to_string_lossy()], &url)?;
    let equal = fs::read(&again).and_then(|again| Ok(again == fs::read(&backup.file)?));
    let _ = fs::remove_file(&again);
    if !equal.map_err(|fault| fault.to_string())? {
        return Err(format!("from {} to {}: exported again, it is another archive", from.name(), to.name()));
    }
    Ok(vec![
        from.name().to_owned(),
        to.name().to_owned(),
        report::time(lasted),
        "vérifié, et la source l'avait à ce numéro".to_owned(),
        format!("{facts}, autant que d'actes qui en notent"),
        "égale à l'octet près".to_owned(),
    ])
}

fn counts(tx: &mut Tx<'_>) -> KernelResult<(i64, i64)> {
    let facts = tx.get("select count(*) from fact", &[], |row| row.get(0))?;
    let noted = tx.get("select count(*) from register where act = 'fact.noted'", &[], |row| row.get(0))?;
    Ok((facts, noted))
}
