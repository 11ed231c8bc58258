//! Acknowledged durable acts, one a transaction, against the engine's own limit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use governance::Governance;
use governance::facts::{Fact, acts::note};
use kernel::{Id, Provenance, Secret, SystemClock, SystemRandomness, Who};
use store::{DatabaseUrl, Store};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio_postgres::NoTls;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use web::{App, Settings};

use crate::databases::Databases;
use crate::machine::{Since, median};
use crate::options::{Engine, Options};
use crate::report::{self, Table};

const WRITERS: [usize; 3] = [1, 4, 16];
/// Transactions that the engine asked to run again, since the start of this process.
static RETRIES: AtomicU64 = AtomicU64::new(0);

/// Counts what the store tells when it runs a transaction again.
struct CountRetries;

fn is_retry(metadata: &Metadata<'_>) -> bool {
    metadata.target() == "store" && *metadata.level() == Level::DEBUG && metadata.fields().field("attempt").is_some()
}

impl<S: Subscriber> Layer<S> for CountRetries {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        is_retry(metadata)
    }

    fn on_event(&self, _: &Event<'_>, _: Context<'_, S>) {
        RETRIES.fetch_add(1, Ordering::Relaxed);
    }
}

/// Begins to count retries; once per process.
pub fn watch_retries() {
    tracing_subscriber::registry().with(CountRetries).init();
}

struct Rate {
    per_second: f64,
    p50: Duration,
    p99: Duration,
    elsewhere: f64,
}

/// Measures and prints the table.
pub fn measure(databases: &Databases, options: &Options) -> Result<(), String> {
    println!("\n### Actes durables (un acte par transaction, réponse après l'écriture sur disque)\n");
    let mut table = Table::new(&[
        "moteur",
        "écrivains",
        "gouvernances",
        "actes/s",
        "p50",
        "p99",
        "limite du moteur /s",
        "part de la limite",
        "reprises",
        "ailleurs %",
    ]);
    for engine in &options.engine {
        let (url, _) = databases.generated(*engine, options.scale.iter().copied().min().unwrap_or(1))?;
        let copy = databases.copy(*engine, &url)?;
        let (app, governances) = open(*engine, &copy)?;
        for writers in WRITERS.into_iter().filter(|writers| !options.quick || *writers != 4) {
            several(*engine, &copy, &app, &governances, writers, options, &mut table)?;
        }
        // All on one governance: they wait for each other's lock.
        if !options.quick {
            let one = governances.get(..1).unwrap_or_default();
            several(*engine, &copy, &app, one, 16, options, &mut table)?;
        }
    }
    table.print();
    Ok(())
}

/// The application over a database, and the governances in it.
pub fn open(engine: Engine, url: &DatabaseUrl) -> Result<(App, Vec<Id<Governance>>), String> {
    let store = Store::open(url, connections(engine)).map_err(|fault| fault.to_string())?;
    let governances = governances(&store)?;
    let keys = maillage::keys(Secret::new([0; 32]));
    let (clock, randomness) = (Arc::new(SystemClock), Arc::new(SystemRandomness));
    Ok((App::new(store, Settings::default(), clock, randomness, keys), governances))
}

/// As the configuration of Maillage gives them.
fn connections(engine: Engine) -> usize {
    let cores = std::thread::available_parallelism().map_or(2, usize::from).max(2);
    if engine == Engine::Postgres { cores * 4 } else { cores }
}

fn governances(store: &Store) -> Result<Vec<Id<Governance>>, String> {
    let read = store.read_blocking(|tx| tx.query("select id from governance order by id", &[], |row| row.get(0)));
    read.map_err(|fault| fault.to_string())
}

fn several(
    engine: Engine,
    url: &DatabaseUrl,
    app: &App,
    governances: &[Id<Governance>],
    writers: usize,
    options: &Options,
    table: &mut Table,
) -> Result<(), String> {
    eprintln!("  actes : {}, {writers} écrivains, {} gouvernances", engine.name(), governances.len());
    let (mut acts, mut limits) = (Vec::new(), Vec::new());
    let before = RETRIES.load(Ordering::Relaxed);
    for _ in 0..options.rounds {
        limits.push(limit(url, writers, options.duration())?);
        acts.push(write(app, governances, writers, options.duration())?);
    }
    let retries = RETRIES.load(Ordering::Relaxed) - before;
    let middle = |rates: &[Rate], figure: fn(&Rate) -> f64| {
        median(&mut rates.iter().map(figure).collect::<Vec<_>>()).unwrap_or_default()
    };
    let time = |figure: fn(&Rate) -> Duration| {
        report::time(median(&mut acts.iter().map(figure).collect::<Vec<_>>()).unwrap_or_default())
    };
    let (done, most) = (middle(&acts, |rate| rate.per_second), middle(&limits, |rate| rate.per_second));
    table.row(vec![
        engine.name().to_owned(),
        writers.to_string(),
        governances.len().to_string(),
        report::thousands(done),
        time(|rate| rate.p50),
        time(|rate| rate.p99),
        report::thousands(most),
        format!("**{:.0} %**", 100.0 * done / most.max(1.0)),
        retries.to_string(),
        format!("{:.0}", middle(&acts, |rate| rate.elsewhere).max(middle(&limits, |rate| rate.elsewhere))),
    ]);
    Ok(())
}

fn write(app: &App, governances: &[Id<Governance>], writers: usize, lasting: Duration) -> Result<Rate, String> {
    let since = Since::now(std::process::id());
    let begun = Instant::now();
    let writers = Writers::start(app, governances, writers);
    std::thread::sleep(lasting);
    let times = writers.stop()?;
    Ok(rate(times, begun.elapsed(), since.spent().elsewhere))
}

/// Tasks that note facts through [`App::act`], each waiting for its answer before the next.
pub struct Writers {
    stop: Arc<AtomicBool>,
    tasks: Vec<JoinHandle<kernel::Result<Vec<Duration>>>>,
}

impl Writers {
    pub fn start(app: &App, governances: &[Id<Governance>], writers: usize) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let task = |writer: usize| {
            let (app, stop) = (app.clone(), Arc::clone(&stop));
            // Each writer has governances of its own, unless there is one for all.
            let mut mine: Vec<_> = governances.iter().copied().skip(writer).step_by(writers).collect();
            if mine.is_empty() {
                mine = governances.to_vec();
            }
            Handle::current().spawn(async move {
                let mut times = Vec::new();
                for governance in mine.iter().copied().cycle() {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let begun = Instant::now();
                    let fact = Fact {
                        topic: "Mesure".to_owned(),
                        value: format!("écriture {} de l'écrivain {writer}", times.len()),
                        on: None,
                        provenance: Provenance::fictitious(),
                    };
                    app.act(Who::operator(), move |ctx, tx| note(ctx, tx, governance, &fact)).await?;
                    times.push(begun.elapsed());
                }
                Ok(times)
            })
        };
        Self { tasks: (0..writers).map(task).collect(), stop }
    }

    /// Ends them; gives how long each acknowledged act took.
    pub fn stop(self) -> Result<Vec<Duration>, String> {
        self.stop.store(true, Ordering::Relaxed);
        let mut times = Vec::new();
        for task in self.tasks {
            let done = Handle::current().block_on(task).map_err(|fault| fault.to_string())?;
            times.extend(done.map_err(|fault| fault.to_string())?);
        }
        Ok(times)
    }
}

fn rate(mut times: Vec<Duration>, lasted: Duration, elsewhere: f64) -> Rate {
    let per_second = times.len() as f64 / lasted.as_secs_f64();
    times.sort_unstable();
    let at = |share: usize| times.get((times.len() * share / 100).min(times.len().saturating_sub(1))).copied();
    Rate { per_second, p50: at(50).unwrap_or_default(), p99: at(99).unwrap_or_default(), elsewhere }
}

/// The least that a durable transaction can be on this engine and this disk: one row inserted, one commit. SQLite has
/// one writer, whatever their number; on PostgreSQL each writer has its own connection.
fn limit(url: &DatabaseUrl, writers: usize, lasting: Duration) -> Result<Rate, String> {
    let since = Since::now(std::process::id());
    let begun = Instant::now();
    let times = match url {
        DatabaseUrl::Sqlite(path) => {
            sqlite_limit(&path.with_file_name("limit.db"), lasting).map_err(|f| f.to_string())?
        }
        DatabaseUrl::Postgres(address) => {
            Handle::current().block_on(postgres_limit(address, writers, lasting)).map_err(|f| f.to_string())?
        }
    };
    Ok(rate(times, begun.elapsed(), since.spent().elsewhere))
}

fn sqlite_limit(path: &std::path::Path, lasting: Duration) -> rusqlite::Result<Vec<Duration>> {
    let connection = rusqlite::Connection::open(path)?;
    connection.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = full;
         create table if not exists probe (id integer primary key, value text not null) strict;",
    )?;
    let mut begin = connection.prepare("begin immediate")?;
    let mut insert = connection.prepare("insert into probe (value) values (?1)")?;
    let mut commit = connection.prepare("commit")?;
    let (begun, mut times) = (Instant::now(), Vec::new());
    while begun.elapsed() < lasting {
        let one = Instant::now();
        begin.execute([])?;
        insert.execute(["mesure"])?;
        commit.execute([])?;
        times.push(one.elapsed());
    }
    Ok(times)
}

/// Rows inserted one a transaction by as many connections; how long each took.
pub async fn postgres_limit(
    address: &str,
    writers: usize,
    lasting: Duration,
) -> Result<Vec<Duration>, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await?;
    let driver = tokio::spawn(connection);
    client
        .batch_execute("create table if not exists bench_probe (id uuid primary key default gen_random_uuid(), value text not null)")
        .await?;
    drop(client);
    let _ = driver.await;
    let mut clients = Vec::new();
    for _ in 0..writers {
        let (client, connection) = tokio_postgres::connect(address, NoTls).await?;
        tokio::spawn(connection);
        let insert = client.prepare("insert into bench_probe (value) values ($1)").await?;
        clients.push((client, insert));
    }
    let begun = Instant::now();
    let tasks: Vec<_> = clients
        .into_iter()
        .map(|(client, insert)| {
            tokio::spawn(async move {
                let mut times = Vec::new();
                while begun.elapsed() < lasting {
                    let one = Instant::now();
                    client.execute(&insert, &[&"mesure"]).await?;
                    times.push(one.elapsed());
                }
                Ok::<_, tokio_postgres::Error>(times)
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        if let Ok(done) = task.await {
            times.extend(done?);
        }
    }
    Ok(times)
}
