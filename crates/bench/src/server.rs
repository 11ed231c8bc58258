//! Servers under measure: this program again as a child, asked over loopback.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use store::DatabaseUrl;

/// The session of the person as whom a child with twins asks for its pages.
pub const COOKIE: &str = "MAILLAGE_BENCH_COOKIE";
/// Says to a child what it is.
pub const ROLE: &str = "MAILLAGE_BENCH_CHILD";
/// The command line of Maillage itself.
pub const COMMAND_LINE: &str = "maillage";
/// Maillage with static twins.
pub const WITH_TWINS: &str = "twins";

const LONGEST_START: Duration = Duration::from_secs(60);

/// A port that nothing listens on.
pub fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|fault| fault.to_string())?;
    Ok(listener.local_addr().map_err(|fault| fault.to_string())?.port())
}

/// A running child, ended with this value.
pub struct Server {
    pub address: SocketAddr,
    /// Sent with every request of the load: the session of a signed-in person.
    pub cookie: Option<String>,
    child: Child,
    /// A child with twins ends when this closes.
    _stdin: Option<ChildStdin>,
}

/// The address with its password, as the child needs it.
pub fn full_address(url: &DatabaseUrl) -> String {
    match url {
        DatabaseUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
        DatabaseUrl::Postgres(address) => address.clone(),
    }
}

fn ourselves(role: &str, folder: &Path) -> Result<Command, String> {
    let program = std::env::current_exe().map_err(|fault| fault.to_string())?;
    let mut command = Command::new(program);
    // Neither the settings of this shell nor a maillage.toml of the current folder.
    command.env_clear().env(ROLE, role).current_dir(folder).stderr(Stdio::inherit());
    Ok(command)
}

/// One command of Maillage, to its end; gives what it says.
pub fn command(folder: &Path, arguments: &[&str], url: &DatabaseUrl) -> Result<String, String> {
    let mut command = ourselves(COMMAND_LINE, folder)?;
    command.args(arguments).args(["--database", &full_address(url)]).stdin(Stdio::null()).stderr(Stdio::piped());
    let output = command.output().map_err(|fault| fault.to_string())?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("maillage {} : {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr)))
}

impl Server {
    /// `maillage serve` with its own settings; gives the time from the start of the process to the first 200 on
    /// `/health`.
    pub fn maillage(url: &DatabaseUrl, folder: &Path) -> Result<(Self, Duration), String> {
        Self::with_settings(url, folder, &[])
    }

    /// As [`Self::maillage`], with some settings of the command line.
    pub fn with_settings(url: &DatabaseUrl, folder: &Path, settings: &[&str]) -> Result<(Self, Duration), String> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let mut command = ourselves(COMMAND_LINE, folder)?;
        command.args(["serve", "--log", "warn", "--database", &full_address(url), "--listen", &address.to_string()]);
        command.args(settings);
        let begun = Instant::now();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().map_err(|fault| fault.to_string())?;
        let mut server = Self { address, cookie: None, child, _stdin: None };
        loop {
            if get(address, "/health", Duration::from_secs(5)).is_ok_and(|answer| answer.status == 200) {
                return Ok((server, begun.elapsed()));
            }
            if let Ok(Some(status)) = server.child.try_wait() {
                return Err(format!("maillage serve ended at once: {status}"));
            }
            if begun.elapsed() > LONGEST_START {
                return Err("maillage serve does not answer in a minute".to_owned());
            }
            std::thread::sleep(Duration::from_micros(500));
        }
    }

    /// Maillage with a static twin of each of `paths`, as the person of the session `cookie` sees them, under
    /// `/statique/banc/0`, `/statique/banc/1`…
    pub fn with_twins(
        url: &DatabaseUrl,
        page_cache: bool,
        paths: &[String],
        cookie: Option<&str>,
        folder: &Path,
    ) -> Result<Self, String> {
        let mut command = ourselves(WITH_TWINS, folder)?;
        command.envs(cookie.map(|cookie| (COOKIE, cookie)));
        command.arg(full_address(url)).arg(if page_cache { "24" } else { "0" }).args(paths);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(|fault| fault.to_string())?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().ok_or("the child has no output")?;
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut server = Self { address, cookie: cookie.map(ToOwned::to_owned), child, _stdin: stdin };
        let mut line = String::new();
        // The child writes its address, or ends, which closes its output: either ends this wait.
        BufReader::new(stdout).read_line(&mut line).map_err(|fault| fault.to_string())?;
        server.address = line.trim().parse().map_err(|_| format!("the child with twins did not start: {line}"))?;
        Ok(server)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The header of the session, if there is one.
    pub fn cookie_header(&self) -> Option<String> {
        self.cookie.as_ref().map(|cookie| format!("cookie: {cookie}"))
    }

    /// One request on a connection of its own.
    pub fn get(&self, path: &str, timeout: Duration) -> Result<Answer, String> {
        let header = self.cookie_header().map(|header| format!("{header}\r\n")).unwrap_or_default();
        ask(self.address, path, &header, timeout).map_err(|fault| format!("{path} : {fault}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(3) {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a request gave.
pub struct Answer {
    pub status: u16,
    pub first_byte: Duration,
    /// Bytes of the body, as sent.
    pub size: usize,
    pub gzip: bool,
}

/// One request on a connection of its own, by a visitor.
pub fn get(address: SocketAddr, path: &str, timeout: Duration) -> std::io::Result<Answer> {
    ask(address, path, "", timeout)
}

/// `header` is empty, or ends its line.
fn ask(address: SocketAddr, path: &str, header: &str, timeout: Duration) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, timeout)?;
    stream.set_read_timeout(Some(timeout))?;
    stream.set_nodelay(true)?;
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: {address}\r\naccept-encoding: gzip\r\n{header}connection: close\r\n\r\n");
    let begun = Instant::now();
    stream.write_all(request.as_bytes())?;
    let mut answer = vec![0];
    stream.read_exact(&mut answer)?;
    let first_byte = begun.elapsed();
    stream.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(answer.len());
    let head = String::from_utf8_lossy(answer.get(..end).unwrap_or_default()).to_ascii_lowercase();
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    let size = answer.len().saturating_sub(end + 4);
    Ok(Answer { status, first_byte, size, gzip: head.contains("content-encoding: gzip") })
}
