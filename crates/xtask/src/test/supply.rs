//! The supply chain: licences, crates that must not come in, names that stand in two versions. No network: it reads
//! what cargo has fetched.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use super::licences;
use super::report::{Count, Outcome};
use crate::command::quietly;

/// Names that must not come in, each with what does its work here.
const BANNED: [(&str, &str); 9] = [
    ("openssl", "rustls"),
    ("openssl-sys", "rustls"),
    ("native-tls", "rustls"),
    ("hyper-tls", "rustls"),
    ("aws-lc-sys", "ring"),
    ("chrono", "jiff"),
    ("sqlx", "the store crate"),
    ("diesel", "the store crate"),
    ("sea-orm", "the store crate"),
];

/// Names that may stand in two versions. A new one is looked at first: often a feature or a version brings it.
const DOUBLES: [&str; 8] =
    ["base64", "const-oid", "fallible-iterator", "getrandom", "hashbrown", "rand", "rand_core", "syn"];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
}

pub fn check(root: &Path) -> Outcome {
    let mut cargo = Command::new("cargo");
    // Other platforms' crates are not fetched here, nor shipped.
    cargo.current_dir(root).args([
        "metadata",
        "--format-version=1",
        "--locked",
        "--offline",
        "--filter-platform",
        &host()?,
    ]);
    let metadata: Metadata =
        serde_json::from_str(&quietly(&mut cargo)?).map_err(|fault| format!("cargo metadata: {fault}"))?;
    let Metadata { packages, resolve } = metadata;
    let used: Vec<Package> =
        packages.into_iter().filter(|package| resolve.nodes.iter().any(|node| node.id == package.id)).collect();
    let faults = faults(&used);
    for fault in &faults {
        println!("{fault}");
    }
    println!("{} packages, {} faults", used.len(), faults.len());
    Ok(Count::one(faults.is_empty()))
}

fn host() -> Result<String, String> {
    let version = quietly(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(ToOwned::to_owned).ok_or_else(|| "rustc does not say its host".to_owned())
}

fn faults(packages: &[Package]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for Package { name, version, license, .. } in packages {
        versions.entry(name).or_default().push(version);
        let license = license.as_deref().unwrap_or("none");
        if !licences::accepted(license) {
            faults.push(format!("{name} {version}: the licence « {license} » is not on the list of those accepted"));
        }
        if let Some((_, instead)) = BANNED.iter().find(|(banned, _)| banned == name) {
            faults.push(format!("{name} {version} must not come in: {instead} does its work"));
        }
    }
    for (name, versions) in versions {
        if versions.len() > 1 && !DOUBLES.contains(&name) {
            faults.push(format!("{name} stands in {} versions: {}", versions.len(), versions.join(", ")));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, version: &str, license: &str) -> Package {
        Package {
            id: format!("{name} {version}"),
            name: name.to_owned(),
            version: version.to_owned(),
            license: Some(license.to_owned()),
        }
    }

    #[test]
    fn each_kind_of_fault_is_found() {
        let sound =
            [package("rustls", "0.23.1", "MIT"), package("rand", "0.8.1", "MIT"), package("rand", "0.9.1", "MIT")];
        assert_eq!(faults(&sound), Vec::<String>::new());
        let unsound = [
            package("openssl", "0.10.1", "Apache-2.0"),
            package("free", "1.0.0", "GPL-3.0"),
            package("twice", "1.0.0", "MIT"),
            package("twice", "2.0.0", "MIT"),
        ];
        assert_eq!(faults(&unsound).len(), 3);
    }
}
