//! Gets the packages by the registries' own clients, asked by name and version only.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Downloads an npm package into `folder` and unpacks it; gives the folder that holds its files.
pub fn npm(name: &str, version: &str, folder: &Path) -> Result<PathBuf, String> {
    let package = format!("{name}@{version}");
    let unpacked = folder.join(package.replace(['@', '/'], "_"));
    fs::create_dir_all(&unpacked).map_err(|error| format!("{}: {error}", unpacked.display()))?;
    output(
        Command::new("npm").args(["pack", "--silent", "--pack-destination", "."]).arg(&package).current_dir(&unpacked),
    )?;
    let archive = only_file(&unpacked, "tgz")?;
    output(Command::new("tar").arg("-xzf").arg(&archive).current_dir(&unpacked))?;
    Ok(unpacked.join("package"))
}

/// Downloads the wheel of a Python package into `folder`; gives its path.
pub fn wheel(name: &str, version: &str, folder: &Path) -> Result<PathBuf, String> {
    let into = folder.join(name);
    output(
        Command::new("python3")
            .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"])
            .args(["--only-binary=:all:", "--ignore-requires-python", "--dest"])
            .arg(&into)
            .arg(format!("{name}=={version}")),
    )?;
    only_file(&into, "whl")
}

/// One file of a wheel, which is a ZIP archive.
pub fn wheel_file(wheel: &Path, name: &str) -> Result<Vec<u8>, String> {
    output(Command::new("unzip").arg("-p").arg(wheel).arg(name))
}

/// Unpacks the bytes of an `.xz` file (Debian's `xz-utils`).
pub fn unpacked_xz(packed: &[u8], folder: &Path) -> Result<Vec<u8>, String> {
    let path = folder.join("packed.xz");
    fs::write(&path, packed).map_err(|error| format!("{}: {error}", path.display()))?;
    output(Command::new("xz").args(["--decompress", "--stdout"]).arg(&path))
}

/// Reads a text file, with its name in the error.
pub fn text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn only_file(folder: &Path, extension: &str) -> Result<PathBuf, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .find(|path| path.extension().is_some_and(|found| found == extension))
        .ok_or(format!("no .{extension} file came into {}", folder.display()))
}

fn output(command: &mut Command) -> Result<Vec<u8>, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let done = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{program} is needed and could not be started: {error}"))?;
    if done.status.success() { Ok(done.stdout) } else { Err(format!("{program} failed: {}", done.status)) }
}
