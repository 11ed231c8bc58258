//! The program in a folder of its own: run to its end, or serving.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use governance::facts::Fact;
use kernel::{Context, Provenance, SystemClock, SystemRandomness, Who};
use store::{DatabaseUrl, Store};

use super::PATIENCE;
use super::database::address;
use crate::town::{Engine, TestDatabase};

static NUMBER: AtomicU32 = AtomicU32::new(1);

/// A folder of its own, removed at the end: the program runs in it, and its database is `maillage.db` there.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let path = std::env::temp_dir().join(format!("maillage_process_{}_{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        Self(path)
    }

    pub fn with_demonstration() -> Self {
        let folder = Self::new();
        let copy = TestDatabase::copy_of_template(Engine::Sqlite);
        let DatabaseUrl::Sqlite(path) = &copy.url else { unreachable!() };
        std::fs::copy(path, folder.database()).unwrap();
        folder
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn database(&self) -> PathBuf {
        self.0.join("maillage.db")
    }

    pub fn url(&self) -> DatabaseUrl {
        DatabaseUrl::Sqlite(self.database())
    }

    pub fn maillage(&self, arguments: &[&str]) -> Command {
        self.maillage_from(Path::new(env!("CARGO_BIN_EXE_maillage")), arguments)
    }

    /// The program, without what the environment of the tests may set.
    pub(super) fn maillage_from(&self, binary: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary);
        command.current_dir(&self.0).args(arguments);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MAILLAGE_") || name == "DATABASE_URL") {
            command.env_remove(name);
        }
        // No news of what goes well: what stands on the standard error is what is wrong.
        command.env("MAILLAGE_LOG", "warn");
        command
    }

    pub fn maillage_on(&self, database: &DatabaseUrl, arguments: &[&str]) -> Command {
        let mut command = self.maillage(arguments);
        command.env("DATABASE_URL", address(database));
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ended {
        Running::start(self.maillage(arguments)).wait()
    }

    pub fn run_on(&self, database: &DatabaseUrl, arguments: &[&str]) -> Ended {
        Running::start(self.maillage_on(database, arguments)).wait()
    }

    /// Behind the back of the program.
    pub fn sql(&self, sql: &str) {
        rusqlite::Connection::open(self.database()).unwrap().execute_batch(sql).unwrap();
    }

    pub fn number(&self, sql: &str) -> i64 {
        rusqlite::Connection::open(self.database()).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    pub(super) fn text(&self, sql: &str) -> String {
        rusqlite::Connection::open(self.database()).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A process of ours, ended with its test whatever happens.
pub struct Running {
    child: Child,
    out: Arc<Mutex<String>>,
    err: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (out, err) = (Arc::<Mutex<String>>::default(), Arc::<Mutex<String>>::default());
        let readers = vec![
            gather(child.stdout.take().unwrap(), Arc::clone(&out)),
            gather(child.stderr.take().unwrap(), Arc::clone(&err)),
        ];
        Self { child, out, err, readers }
    }

    pub(super) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(status.unwrap().success(), "kill -{name}");
    }

    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Until it ends by itself, or the test has waited too long.
    pub fn wait(mut self) -> Ended {
        let begun = Instant::now();
        while self.is_running() {
            assert!(begun.elapsed() < PATIENCE, "still running: {} {}", text(&self.out), text(&self.err));
            std::thread::sleep(Duration::from_millis(5));
        }
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
        Ended { code: self.child.wait().unwrap().code(), out: text(&self.out), err: text(&self.err) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn gather(mut from: impl std::io::Read + Send + 'static, into: Arc<Mutex<String>>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            into.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
    })
}

fn text(shared: &Mutex<String>) -> String {
    shared.lock().unwrap().clone()
}

/// What a process has left.
pub struct Ended {
    /// `None` when a signal ended it.
    pub(super) code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ended {
    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert_eq!(self.code, Some(0), "{} {}", self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }

    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.out.contains(text), "not « {text} »: {}", self.out);
        self
    }

    /// The one sentence with which it gave up.
    #[track_caller]
    pub fn refuses(self) -> String {
        assert_eq!(self.code, Some(1), "{} {}", self.out, self.err);
        let lines: Vec<&str> = self.err.lines().collect();
        let [line] = lines[..] else { panic!("not one line: {}", self.err) };
        line.strip_prefix("maillage : ").unwrap_or_else(|| panic!("not a sentence: {line}")).to_owned()
    }
}

/// A server that listens.
pub struct Server {
    pub(super) process: Running,
    port: u16,
}

impl Server {
    pub fn start(command: Command) -> Self {
        let mut process = Running::start(command);
        let begun = Instant::now();
        loop {
            // The whole line: a port may come in two parts.
            let said = text(&process.out);
            let port = said.split_once("http://localhost:").and_then(|(_, rest)| rest.split_once(' '));
            if let Some((port, _)) = port {
                return Self { process, port: port.parse().unwrap() };
            }
            assert!(process.is_running(), "no server: {}", text(&process.err));
            assert!(begun.elapsed() < PATIENCE, "no server yet: {said} {}", text(&process.err));
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub(super) fn said(&self) -> String {
        text(&self.process.out)
    }

    pub(super) fn listen(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Status and body.
    pub fn get(&self, path: &str) -> (u16, String) {
        ask(&self.listen(), path).unwrap()
    }

    /// In another thread; status 0 when the connection closes without an answer.
    pub(super) fn ask_aside(&self, path: &'static str) -> JoinHandle<(u16, String)> {
        let address = self.listen();
        std::thread::spawn(move || ask(&address, path).unwrap_or_default())
    }

    pub fn stop(self) -> Ended {
        self.process.signal("TERM");
        self.process.wait()
    }
}

fn ask(address: &str, path: &str) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    Ok((status, body.to_owned()))
}

/// An act of this process on a demonstration.
pub(super) fn note(store: &Store, value: &str) -> kernel::Result<()> {
    let value = value.to_owned();
    store.write_blocking(move |tx| {
        let who = Who::demonstration();
        let context = Context::new(&who, &SystemClock, &SystemRandomness);
        let governance = governance::governances::store::head_by_slug(tx, "grain-vendee")?.unwrap().id;
        let fact =
            Fact { topic: "Disque".to_owned(), value: value.clone(), on: None, provenance: Provenance::fictitious() };
        governance::facts::acts::note(&context, tx, governance, &fact)
    })
}
