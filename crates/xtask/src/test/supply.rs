//! The supply chain: licences, crates that must not come in, names that stand in two versions. No network: it reads
//! what cargo has fetched.

use std::collections::{BTreeMap, BTreeSet};
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

/// Each brings a tree of its own, and one crate uses it. What comes in through them alone may double what others use:
/// see docs/decisions/006-openid-connect.md.
const APART: [&str; 2] = ["openidconnect", "reqwest"];

/// Banned names that may come in through those alone.
const BANNED_BUT_APART: [&str; 1] = ["chrono"];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
    workspace_members: Vec<String>,
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
    dependencies: Vec<String>,
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
    let Metadata { packages, resolve, workspace_members } = metadata;
    let common = common(&packages, &resolve, workspace_members);
    let used: Vec<Package> =
        packages.into_iter().filter(|package| resolve.nodes.iter().any(|node| node.id == package.id)).collect();
    let faults = faults(&used, &|package| common.contains(&package.id));
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

/// The packages that would be used without those that stand apart.
fn common(packages: &[Package], resolve: &Resolve, members: Vec<String>) -> BTreeSet<String> {
    let apart: BTreeSet<&str> =
        packages.iter().filter(|package| APART.contains(&package.name.as_str())).map(|package| &*package.id).collect();
    let mut found = BTreeSet::new();
    let mut waiting = members;
    while let Some(id) = waiting.pop() {
        if !apart.contains(&*id) && found.insert(id.clone()) {
            waiting
                .extend(resolve.nodes.iter().filter(|node| node.id == id).flat_map(|node| node.dependencies.clone()));
        }
    }
    found
}

/// Licences and banned names everywhere; double versions among what is `common`.
fn faults(packages: &[Package], common: &dyn Fn(&Package) -> bool) -> Vec<String> {
    let mut faults = Vec::new();
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in packages {
        let Package { name, version, license, .. } = package;
        let common = common(package);
        if common {
            versions.entry(name).or_default().push(version);
        }
        let license = license.as_deref().unwrap_or("none");
        if !licences::accepted(license) {
            faults.push(format!("{name} {version}: the licence « {license} » is not on the list of those accepted"));
        }
        let tolerated = !common && BANNED_BUT_APART.contains(&name.as_str());
        if let Some((_, instead)) = BANNED.iter().find(|(banned, _)| banned == name)
            && !tolerated
        {
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
        let everywhere = |_: &Package| true;
        assert_eq!(faults(&sound, &everywhere), Vec::<String>::new());
        let unsound = [
            package("openssl", "0.10.1", "Apache-2.0"),
            package("free", "1.0.0", "GPL-3.0"),
            package("twice", "1.0.0", "MIT"),
            package("twice", "2.0.0", "MIT"),
        ];
        assert_eq!(faults(&unsound, &everywhere).len(), 3);
    }

    #[test]
    fn what_stands_apart_may_be_double_and_nothing_else() {
        let mixed = [
            package("twice", "1.0.0", "MIT"),
            package("twice", "2.0.0", "MIT"),
            package("chrono", "0.4.1", "MIT"),
            package("openssl", "0.10.1", "MIT"),
            package("free", "1.0.0", "GPL-3.0"),
        ];
        let first = |package: &Package| package.id == "twice 1.0.0";
        let found = faults(&mixed, &first);
        assert_eq!(found.len(), 2);
        assert!(
            found.iter().any(|fault| fault.starts_with("openssl"))
                && found.iter().any(|fault| fault.starts_with("free"))
        );
        assert_eq!(faults(&mixed, &|_| true).len(), 4);
    }

    #[test]
    fn what_only_those_apart_bring_is_not_common() {
        let packages = ["ours 1", "reqwest 1", "url 1", "log 1"].map(|id| {
            let (name, version) = id.split_once(' ').unwrap();
            package(name, version, "MIT")
        });
        let node = |id: &str, dependencies: &[&str]| Node {
            id: id.to_owned(),
            dependencies: dependencies.iter().map(|&id| id.to_owned()).collect(),
        };
        let nodes =
            vec![node("ours 1", &["reqwest 1", "log 1"]), node("reqwest 1", &["url 1", "log 1"]), node("log 1", &[])];
        let found = common(&packages, &Resolve { nodes }, vec!["ours 1".to_owned()]);
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), ["log 1", "ours 1"]);
    }
}
