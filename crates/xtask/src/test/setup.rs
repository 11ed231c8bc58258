//! What the tests need beside Rust: Chromium, fonts, PostgreSQL, a mail server, readers of PDF files, Node.js with the
//! packages of `e2e/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::postgres;
use super::report::{Count, Outcome};
use crate::command::quietly;

/// Where Debian's package puts it.
pub const CHROMIUM: &str = "/usr/bin/chromium";
const FONTS: &str = "/usr/share/fonts/truetype";
const NODE_MAJOR: u32 = 20;

/// A need, whether it is met, and the Debian packages that meet it.
struct Need {
    name: &'static str,
    met: fn() -> bool,
    packages: &'static [&'static str],
}

const NEEDS: [Need; 6] = [
    Need { name: "Chromium", met: || Path::new(CHROMIUM).exists(), packages: &["chromium"] },
    Need { name: "fonts", met: has_fonts, packages: &["fonts-dejavu-core", "fonts-liberation"] },
    Need { name: "PostgreSQL", met: || postgres::programs().is_some(), packages: &["postgresql"] },
    Need { name: "Node.js with npm", met: || node_major().is_some() && npm_answers(), packages: &["nodejs", "npm"] },
    Need { name: "a mail server (aiosmtpd)", met: has_aiosmtpd, packages: &["python3-aiosmtpd", "openssl"] },
    Need { name: "readers of PDF files", met: has_pdf_readers, packages: &["poppler-utils", "qpdf"] },
];

/// Installs what is missing; an error says in one line what could not be.
pub fn prepare(root: &Path) -> Outcome {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !(need.met)()).collect();
    if !missing.is_empty() {
        install(&missing)?;
    }
    if node_major().is_none_or(|major| major < NODE_MAJOR) {
        return Err(format!("missing: Node.js {NODE_MAJOR} or newer"));
    }
    packages(&root.join("e2e"))?;
    Ok(Count::default())
}

fn install(missing: &[&Need]) -> Result<(), String> {
    let names = missing.iter().map(|need| need.name).collect::<Vec<_>>().join(", ");
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    let by_hand = format!("missing: {names} (on Debian, as root: apt-get install {})", packages.join(" "));
    if !is_root() || !Path::new("/usr/bin/apt-get").exists() {
        return Err(by_hand);
    }
    println!("apt-get install {}", packages.join(" "));
    for arguments in [vec!["update"], [vec!["install", "-y", "--no-install-recommends"], packages].concat()] {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").arg("-q").args(arguments);
        quietly(&mut apt).map_err(|reason| format!("{by_hand}: {reason}"))?;
    }
    Ok(())
}

pub fn is_root() -> bool {
    quietly(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn has_fonts() -> bool {
    fs::read_dir(FONTS).is_ok_and(|mut entries| entries.next().is_some())
}

fn has_aiosmtpd() -> bool {
    // Debian's own Python, for which the package is; openssl makes the certificate of a test.
    let python = quietly(Command::new("/usr/bin/python3").args(["-c", "import aiosmtpd"]));
    python.and_then(|_| quietly(Command::new("openssl").arg("version"))).is_ok()
}

fn has_pdf_readers() -> bool {
    let answers = |program: &str, version: &str| quietly(Command::new(program).arg(version)).is_ok();
    answers("pdfinfo", "-v") && answers("qpdf", "--version")
}

fn npm_answers() -> bool {
    quietly(Command::new("npm").arg("--version")).is_ok()
}

fn node_major() -> Option<u32> {
    let version = quietly(Command::new("node").arg("--version")).ok()?;
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// `npm ci`, unless these very packages are there.
fn packages(e2e: &Path) -> Result<(), String> {
    let read = |path: PathBuf| fs::read(&path).map_err(|fault| format!("{}: {fault}", path.display()));
    let wanted = read(e2e.join("package-lock.json"))?;
    let stamp = e2e.join("node_modules/.installed-lock.json");
    if read(stamp.clone()).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    quietly(Command::new("npm").args(["ci", "--loglevel=error"]).current_dir(e2e))
        .map_err(|reason| format!("missing: the packages of e2e/ (npm ci: {reason})"))?;
    fs::write(&stamp, wanted).map_err(|fault| format!("{}: {fault}", stamp.display()))
}
