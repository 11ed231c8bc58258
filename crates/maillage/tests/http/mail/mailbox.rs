//! Where the tests' messages arrive: a folder, a real mail server, and a parser that is not ours.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

/// Debian's own, for which its packages are; another one may come first in the path.
const PYTHON: &str = "/usr/bin/python3";

/// A folder that goes with the test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let name = format!("maillage_mail_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::SeqCst));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The files of messages, in the order of their names.
    pub fn messages(&self) -> Vec<PathBuf> {
        messages_in(&self.0)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn messages_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
    files.sort();
    files
}

/// A message as a reader sees it.
pub struct Read(Value);

impl Read {
    pub fn bytes(bytes: &[u8]) -> Self {
        let mut parser = Command::new(PYTHON)
            .args(["-c", include_str!("parse.py")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        parser.stdin.take().unwrap().write_all(bytes).unwrap();
        let output = parser.wait_with_output().unwrap();
        assert!(output.status.success(), "not a message: {}", String::from_utf8_lossy(bytes));
        let read = Self(serde_json::from_slice(&output.stdout).unwrap());
        assert_eq!(read.0["defects"], Value::Array(Vec::new()), "{}", String::from_utf8_lossy(bytes));
        assert_eq!(read.0["type"], "multipart/alternative");
        assert_eq!(read.0["parts"], serde_json::json!(["text/plain", "text/html"]));
        read
    }

    pub fn file(path: &Path) -> Self {
        Self::bytes(&std::fs::read(path).unwrap())
    }

    /// Every value of a header.
    pub fn headers(&self, name: &str) -> Vec<&str> {
        let all = self.0["headers"].as_array().unwrap();
        let named = all.iter().filter(|header| header[0].as_str().unwrap().eq_ignore_ascii_case(name));
        named.map(|header| header[1].as_str().unwrap()).collect()
    }

    pub fn header(&self, name: &str) -> &str {
        let [value] = self.headers(name)[..] else { panic!("{name} in {:?}", self.0["headers"]) };
        value
    }

    pub fn text(&self) -> String {
        self.0["text"].as_str().unwrap().replace("\r\n", "\n")
    }

    pub fn html(&self) -> &str {
        self.0["html"].as_str().unwrap()
    }
}

/// A real mail server on the loopback, which ends with the test.
pub struct MailServer {
    process: Child,
    port: u16,
    folder: Folder,
}

impl MailServer {
    pub fn start() -> Self {
        Self::with(&[], Folder::new())
    }

    /// It wants `password` of the user `maillage`.
    pub fn with_password(password: &str) -> Self {
        Self::with(&["--password", password], Folder::new())
    }

    /// It wants STARTTLS, with a certificate that it has signed itself.
    pub fn with_tls() -> Self {
        let folder = Folder::new();
        let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let (certificate, key) = (file("certificate.pem"), file("key.pem"));
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=localhost"])
            .args(["-out", &certificate, "-keyout", &key])
            .output()
            .expect("openssl is missing: apt-get install openssl");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Self::with(&["--tls", &certificate, &key], folder)
    }

    fn with(options: &[&str], folder: Folder) -> Self {
        let mut process = Command::new(PYTHON)
            .args(["-c", include_str!("server.py")])
            .arg(folder.path())
            .args(options)
            // It ends when this closes, however the test ends.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let port = port.trim().parse().expect("the mail server does not start: apt-get install python3-aiosmtpd");
        Self { process, port, folder }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The messages that it accepted, each with how it came.
    pub fn received(&self) -> Vec<(Read, Value)> {
        let how = |path: &Path| serde_json::from_slice(&std::fs::read(path.with_extension("json")).unwrap()).unwrap();
        self.folder.messages().iter().map(|path| (Read::file(path), how(path))).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
