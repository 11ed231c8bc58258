//! A PostgreSQL of the tests' own: on a free port of the loopback, in a temporary folder.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::setup::is_root;
use crate::command::{Folder, Service, free_port, quietly};

/// PostgreSQL refuses to run as root: Debian's package brings this user.
const USER: &str = "postgres";
/// « Stop now, in order »: the fast shutdown.
const STOP: &str = "INT";

pub struct Postgres {
    port: u16,
    _service: Service,
}

impl Postgres {
    pub fn start(folder: &Folder) -> Result<Self, String> {
        let programs = programs().ok_or("missing: PostgreSQL (on Debian: apt-get install postgresql)")?;
        let user = is_root().then_some(USER);
        let home = folder.path().join("postgres");
        std::fs::create_dir(&home).map_err(|fault| format!("{}: {fault}", home.display()))?;
        if let Some(user) = user {
            quietly(Command::new("chown").arg(user).arg(&home))?;
        }
        let data = home.join("data");

        let mut initdb = Service::command(programs.join("initdb"), STOP, user);
        initdb.current_dir(&home).args([
            "-A",
            "trust",
            "-U",
            "maillage",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
        ]);
        quietly(initdb.arg(&data))?;

        let port = free_port()?;
        let log = std::fs::File::create(folder.path().join("postgres.log")).map_err(|fault| fault.to_string())?;
        let mut server = Service::command(programs.join("postgres"), STOP, user);
        server.current_dir(&home).arg("-D").arg(&data).args(["-p", &port.to_string()]);
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=200",
            // These data are thrown away: nothing has to survive a power cut.
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
        ] {
            server.args(["-c", setting]);
        }
        server.stdout(Stdio::null()).stderr(log);
        let mut service = Service::start(server, STOP)?;
        let ready = || {
            let mut ask = Command::new(programs.join("pg_isready"));
            quietly(ask.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])).is_ok()
        };
        service.wait(Duration::from_secs(30), ready).map_err(|reason| format!("PostgreSQL: {reason}"))?;
        println!("PostgreSQL listens on port {port}");
        Ok(Self { port, _service: service })
    }

    /// Where the tests connect, to make databases of their own.
    pub fn address(&self) -> String {
        format!("postgres://maillage@127.0.0.1:{}/postgres", self.port)
    }
}

/// The folder of its programs: the newest of Debian's, else what `pg_config` names.
pub fn programs() -> Option<PathBuf> {
    let complete =
        |folder: &PathBuf| ["initdb", "postgres", "pg_isready"].iter().all(|name| folder.join(name).exists());
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let numbered = versions.filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path())));
    let newest = numbered.map(|(number, path)| (number, path.join("bin"))).filter(|(_, bin)| complete(bin)).max();
    newest.map(|(_, bin)| bin).or_else(|| {
        let named = quietly(Command::new("pg_config").arg("--bindir")).ok()?;
        Some(Path::new(named.trim()).to_owned()).filter(complete)
    })
}
