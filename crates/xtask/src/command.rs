//! Running other programs.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a service may take to stop by itself.
const GRACE: Duration = Duration::from_secs(15);

/// The folder of the workspace.
pub fn root() -> Result<PathBuf, String> {
    let from = std::env::var_os("CARGO_MANIFEST_DIR").ok_or("run it as `cargo xtask`")?;
    let root = Path::new(&from).ancestors().nth(2).ok_or("crates/xtask has no workspace above it")?;
    Ok(root.to_owned())
}

/// What a program left behind.
pub struct Ended {
    pub success: bool,
    /// All that it wrote, both streams in their order.
    pub output: String,
}

/// Runs a program to its end. What it writes is shown while it runs, and kept.
pub fn run(mut command: Command) -> Result<Ended, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let tell = |fault: std::io::Error| format!("{name}: {fault}");
    let (reader, writer) = std::io::pipe().map_err(tell)?;
    command.stdin(Stdio::null()).stdout(writer.try_clone().map_err(tell)?).stderr(writer);
    let mut child = command.spawn().map_err(tell)?;
    // The command holds the other end of the pipe: reading would never end.
    drop(command);
    let mut output = String::new();
    let mut lines = BufReader::new(reader);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).map_err(tell)? > 0 {
        // Nobody may be reading any more; the program is still run to its end.
        let _ = std::io::stdout().write_all(&line);
        output.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    let status = child.wait().map_err(tell)?;
    Ok(Ended { success: status.success(), output })
}

/// Runs a program that should be silent; its last line is the reason when it fails.
pub fn quietly(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|fault| format!("{name}: {fault}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("failed without a word");
    Err(format!("{name}: {last}"))
}

/// A running program that is stopped when this value goes, whatever way this process ends.
pub struct Service {
    child: Child,
    signal: &'static str,
}

impl Service {
    /// `signal` asks the program to stop. `setpriv` (Debian's util-linux) sends it also if this process is killed, and
    /// lowers the rights to those of `user` where one is given.
    pub fn command(program: impl AsRef<OsStr>, signal: &'static str, user: Option<&str>) -> Command {
        let mut command = Command::new("setpriv");
        if let Some(user) = user {
            command.args(["--reuid", user, "--regid", user, "--init-groups"]);
        }
        command.args(["--pdeathsig", signal, "--"]).arg(program);
        command
    }

    pub fn start(mut command: Command, signal: &'static str) -> Result<Self, String> {
        let child = command.stdin(Stdio::null()).spawn().map_err(|fault| format!("setpriv: {fault}"))?;
        Ok(Self { child, signal })
    }

    /// Waits until `ready` says so; an error when the program ends before, or after `limit`.
    pub fn wait(&mut self, limit: Duration, mut ready: impl FnMut() -> bool) -> Result<(), String> {
        let began = Instant::now();
        while !ready() {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("it ended at once ({status})"));
            }
            if began.elapsed() > limit {
                return Err(format!("it was not ready after {} seconds", limit.as_secs()));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let order = format!("kill -{} {}", self.signal, self.child.id());
        let _ = Command::new("sh").args(["-c", &order]).stderr(Stdio::null()).status();
        let began = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if began.elapsed() > GRACE {
                let _ = self.child.kill();
                let _ = self.child.wait();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// A port of the loopback on which nobody listens.
pub fn free_port() -> Result<u16, String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").map_err(|fault| format!("no free port: {fault}"))?;
    Ok(listener.local_addr().map_err(|fault| fault.to_string())?.port())
}

/// A new folder for temporary files, removed with this value.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("maillage-test-{}", std::process::id()));
        std::fs::create_dir(&path).map_err(|fault| format!("{}: {fault}", path.display()))?;
        Ok(Self(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
