//! Prepares the static files: joins the style sheets, writes each file with a name that holds the hash of its
//! content and a gzip twin, so that the browser keeps it for ever and the server never compresses it.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=static");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut table = String::from("pub(crate) static TABLE: &[Entry] = &[\n");
    for (name, body) in files()? {
        write_entry(&out, &mut table, &name, &body)?;
    }
    table.push_str("];\n");
    fs::write(out.join("assets.rs"), table)?;
    Ok(())
}

/// The served files by plain name: `maillage.css` (our skin) and `etat.css` (the adapter to the State design system),
/// each joined with the components that both share, in the order of file names; and each file directly under `static`.
fn files() -> Outcome<Vec<(String, Vec<u8>)>> {
    let mut files = vec![
        ("maillage.css".to_owned(), joined("static/css", Some("components"))?.into_bytes()),
        ("etat.css".to_owned(), joined("static/state", None)?.into_bytes()),
    ];
    for path in listing(Path::new("static"))? {
        if path.is_file() {
            files.push((file_name(&path)?, fs::read(&path)?));
        }
    }
    Ok(files)
}

/// One skin: its own files and the shared ones, in the order of file names. The shared ones go into `layer`, where the
/// skin has layers; the State's sheet has none, and would win over any layer of ours.
fn joined(skin: &str, layer: Option<&str>) -> Outcome<String> {
    let own = listing(Path::new(skin))?.into_iter().map(|path| (path, None));
    let shared = listing(Path::new("static/shared"))?.into_iter().map(|path| (path, layer));
    let mut paths = own.chain(shared).collect::<Vec<_>>();
    paths.sort_by_key(|(path, _)| path.file_name().map(ToOwned::to_owned));
    let mut css = String::new();
    for (path, layer) in paths {
        let rules = minified(&fs::read_to_string(path)?);
        match layer {
            Some(layer) => write!(css, "@layer {layer}{{{rules}}}")?,
            None => css.push_str(&rules),
        }
    }
    Ok(css)
}

fn listing(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        paths.push(entry?.path());
    }
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> Outcome<String> {
    let name = path.file_name().and_then(|name| name.to_str()).ok_or("a static file has no readable name")?;
    Ok(name.to_owned())
}

/// Removes comments and needless blanks; keeps strings as they are. No renaming, no merging of rules.
fn minified(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(next) = rest.chars().next() {
        if rest.starts_with("/*") {
            rest = rest.split_once("*/").map_or("", |(_, after)| after);
        } else if next == '"' {
            let end = rest.char_indices().skip(1).find(|(_, c)| *c == '"').map_or(rest.len(), |(at, _)| at + 1);
            out.push_str(rest.get(..end).unwrap_or(""));
            rest = rest.get(end..).unwrap_or("");
        } else if next.is_whitespace() {
            rest = rest.trim_start();
            let glued = |c: Option<char>| c.is_none_or(|c| matches!(c, '{' | '}' | ';' | ','));
            if !glued(out.chars().next_back()) && !glued(rest.chars().next()) && !rest.starts_with("/*") {
                out.push(' ');
            }
        } else {
            if next == '}' && out.ends_with(';') {
                out.pop();
            }
            out.push(next);
            rest = rest.get(next.len_utf8()..).unwrap_or("");
        }
    }
    out
}

fn write_entry(out: &Path, table: &mut String, name: &str, body: &[u8]) -> Outcome<()> {
    let digest = Sha256::digest(body);
    let mut hash = String::new();
    for byte in digest.iter().take(8) {
        write!(hash, "{byte:02x}")?;
    }
    let (stem, extension) = name.rsplit_once('.').ok_or("a static file needs an extension")?;
    let hashed = format!("{stem}.{hash}.{extension}");
    let content_type = match extension {
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "js" => "text/javascript; charset=utf-8",
        other => return Err(format!("no content type for .{other}").into()),
    };
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body)?;
    let (plain, packed) = (out.join(&hashed), out.join(format!("{hashed}.gz")));
    fs::write(&plain, body)?;
    fs::write(&packed, encoder.finish()?)?;
    writeln!(
        table,
        "Entry {{ name: {name:?}, hashed: {hashed:?}, url: {url:?}, asset: Asset {{ body: include_bytes!({plain:?}), \
         gzip: include_bytes!({packed:?}), content_type: {content_type:?}, etag: {etag:?} }} }},",
        url = format!("/statique/{hashed}"),
        etag = format!("\"{hash}\""),
    )?;
    Ok(())
}
