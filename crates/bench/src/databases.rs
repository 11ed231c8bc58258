//! The databases of a run: files in one folder, and databases of one PostgreSQL server.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use store::DatabaseUrl;
use tokio::runtime::Handle;
use tokio_postgres::NoTls;

use crate::generate::{self, Made};
use crate::options::{Engine, Options};

/// Loaders at a time on PostgreSQL, which waits for its disk and its network.
const LOADERS: usize = 4;

/// Where databases are, and how to make more.
pub struct Databases {
    folder: PathBuf,
    seed: u64,
    server: Option<Server>,
}

/// A PostgreSQL server: the operator's, or one that this run has started.
struct Server {
    /// Ends with a slash; a database name follows.
    address: String,
    _started: Option<Started>,
}

impl Databases {
    pub fn prepare(options: &Options) -> Result<Self, String> {
        fs::create_dir_all(&options.folder).map_err(|fault| format!("{} : {fault}", options.folder.display()))?;
        let server = match (options.engine.contains(&Engine::Postgres), &options.database) {
            (false, _) => None,
            (true, Some(address)) => {
                let address = address.trim_end_matches(|c| c != '/').to_owned();
                Some(Server { address, _started: None })
            }
            (true, None) => {
                let started = Started::start(&options.folder)?;
                Some(Server { address: started.address.clone(), _started: Some(started) })
            }
        };
        Ok(Self { folder: options.folder.clone(), seed: options.seed, server })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Another schema or another edition is another data set.
    fn name(&self, scale: u32) -> String {
        let mut hasher = DefaultHasher::new();
        generate::EDITION.hash(&mut hasher);
        for step in maillage::SCHEMA.iter().flat_map(|migrations| migrations.steps) {
            (step.sqlite, step.postgres).hash(&mut hasher);
        }
        format!("bench_{:08x}_s{}_x{scale}", hasher.finish() >> 32, self.seed)
    }

    /// The generated data set, made unless an earlier run of the same edition and seed has left it.
    pub fn generated(&self, engine: Engine, scale: u32) -> Result<(DatabaseUrl, Option<Made>), String> {
        let name = self.name(scale);
        match engine {
            Engine::Sqlite => {
                let path = self.folder.join(format!("{name}.db"));
                let url = DatabaseUrl::Sqlite(path.clone());
                if path.exists() {
                    return Ok((url, None));
                }
                // Under another name until it is whole.
                let partial = self.folder.join("partial.db");
                remove_sqlite(&partial);
                let made = generate::fill(&DatabaseUrl::Sqlite(partial.clone()), scale, self.seed, 1);
                let made = made.map_err(|fault| fault.to_string())?;
                vacuum_into(&partial, &path)?;
                remove_sqlite(&partial);
                Ok((url, Some(made)))
            }
            Engine::Postgres => {
                let url = self.postgres_url(&name)?;
                let existing = self.sql(&format!("select 1 from pg_database where datname = '{name}'"))?;
                if existing > 0 {
                    return Ok((url, None));
                }
                self.create_empty("bench_partial")?;
                let partial = self.postgres_url("bench_partial")?;
                let made = generate::fill(&partial, scale, self.seed, LOADERS).map_err(|fault| fault.to_string())?;
                self.in_database("bench_partial", "vacuum analyze")?;
                self.wait_until_free("bench_partial")?;
                self.sql(&format!("alter database bench_partial rename to {name}"))?;
                Ok((url, Some(made)))
            }
        }
    }

    /// A copy that may be written to.
    pub fn copy(&self, engine: Engine, of: &DatabaseUrl) -> Result<DatabaseUrl, String> {
        match of {
            DatabaseUrl::Sqlite(path) => {
                let copy = self.folder.join("acts.db");
                remove_sqlite(&copy);
                vacuum_into(path, &copy)?;
                Ok(DatabaseUrl::Sqlite(copy))
            }
            DatabaseUrl::Postgres(address) => {
                let name = address.rsplit('/').next().unwrap_or_default();
                self.wait_until_free("bench_acts")?;
                self.sql("drop database if exists bench_acts")?;
                self.wait_until_free(name)?;
                self.sql(&format!("create database bench_acts template {name}"))?;
                debug_assert_eq!(engine, Engine::Postgres);
                self.postgres_url("bench_acts")
            }
        }
    }

    /// An empty database.
    pub fn empty(&self, engine: Engine) -> Result<DatabaseUrl, String> {
        match engine {
            Engine::Sqlite => {
                let path = self.folder.join("empty.db");
                remove_sqlite(&path);
                Ok(DatabaseUrl::Sqlite(path))
            }
            Engine::Postgres => {
                self.create_empty("bench_empty")?;
                self.postgres_url("bench_empty")
            }
        }
    }

    fn create_empty(&self, name: &str) -> Result<(), String> {
        self.wait_until_free(name)?;
        self.sql(&format!("drop database if exists {name}"))?;
        self.sql(&format!("create database {name} template template0 encoding 'UTF8'")).map(|_| ())
    }

    fn postgres_url(&self, name: &str) -> Result<DatabaseUrl, String> {
        format!("{}{name}", self.address()?).parse()
    }

    fn address(&self) -> Result<&str, String> {
        self.server.as_ref().map(|server| server.address.as_str()).ok_or_else(|| "no PostgreSQL in this run".to_owned())
    }

    fn sql(&self, sql: &str) -> Result<usize, String> {
        self.in_database("postgres", sql)
    }

    /// Runs one statement; gives the number of rows of its answer.
    fn in_database(&self, database: &str, sql: &str) -> Result<usize, String> {
        let address = format!("{}{database}", self.address()?);
        Handle::current().block_on(async {
            let told = |fault: tokio_postgres::Error| format!("PostgreSQL : {fault} ({sql})");
            let (client, connection) = tokio_postgres::connect(&address, NoTls).await.map_err(told)?;
            let driver = tokio::spawn(connection);
            let answer = client.simple_query(sql).await.map_err(told)?;
            drop(client);
            let _ = driver.await;
            Ok(answer.iter().filter(|message| matches!(message, tokio_postgres::SimpleQueryMessage::Row(_))).count())
        })
    }

    /// Waits until nobody is connected any more: a closed store's threads end by themselves, soon.
    fn wait_until_free(&self, name: &str) -> Result<(), String> {
        let begun = Instant::now();
        while self.sql(&format!("select 1 from pg_stat_activity where datname = '{name}'"))? > 0 {
            if begun.elapsed() > Duration::from_secs(10) {
                return Err(format!("PostgreSQL : la base {name} reste occupée"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

fn remove_sqlite(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let _ = fs::remove_file(name);
    }
}

fn vacuum_into(from: &Path, to: &Path) -> Result<(), String> {
    let told = |fault: rusqlite::Error| format!("{} : {fault}", from.display());
    let connection = rusqlite::Connection::open(from).map_err(told)?;
    connection.execute("vacuum into ?1", [to.to_string_lossy()]).map_err(told)?;
    let copy = rusqlite::Connection::open(to).map_err(told)?;
    // Without `analyze`: Maillage does not run it, so neither must the plans of the bench know of it.
    copy.execute_batch("pragma journal_mode = wal").map_err(told)
}

/// A PostgreSQL server with its usual settings (`fsync` on), which ends with this value.
struct Started {
    address: String,
    data: PathBuf,
    child: Child,
}

impl Started {
    fn start(folder: &Path) -> Result<Self, String> {
        let programs = programs()?;
        let data = folder.join("postgres");
        let told = |fault: std::io::Error| format!("PostgreSQL : {fault}");
        if !data.join("PG_VERSION").exists() {
            let _ = fs::remove_dir_all(&data);
            fs::create_dir_all(&data).map_err(told)?;
            if is_root() {
                run(Command::new("chown").arg("postgres").arg(&data))?;
            }
            let options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8"];
            run(as_postgres(&programs.join("initdb")).arg("-D").arg(&data).args(options))?;
        }
        let port = crate::server::free_port()?;
        let child = as_postgres(&programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="])
            // For the limit with as many connections as voters.
            .args(["-c", "max_connections=300"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(told)?;
        let started = Self { address: format!("postgres://postgres@127.0.0.1:{port}/"), data, child };
        let begun = Instant::now();
        while run(Command::new(programs.join("pg_isready")).args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]))
            .is_err()
        {
            if begun.elapsed() > Duration::from_secs(20) {
                return Err("PostgreSQL ne démarre pas en 20 secondes".to_owned());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(started)
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // The first line of its file is its own number; `child` may be the program that changed the user.
        let lines = fs::read_to_string(self.data.join("postmaster.pid")).unwrap_or_default();
        if let Some(pid) = lines.lines().next().and_then(|line| line.trim().parse::<u32>().ok()) {
            let _ = run(Command::new("kill").arg("-INT").arg(pid.to_string()));
        }
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(20) {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
    }
}

/// The folder of the newest PostgreSQL of this machine.
fn programs() -> Result<PathBuf, String> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions.map(|entry| entry.path().join("bin")).filter(|path| path.join("postgres").exists()).max();
    newest.ok_or_else(|| "PostgreSQL manque : apt-get install postgresql, ou --engine sqlite".to_owned())
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
}

/// PostgreSQL refuses to run as root.
fn as_postgres(program: &Path) -> Command {
    if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program).current_dir("/");
        command
    } else {
        Command::new(program)
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|fault| format!("{command:?} : {fault}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?} : {}", String::from_utf8_lossy(&output.stderr).trim()))
}
