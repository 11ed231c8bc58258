//! Where the demonstration files come from.

use std::path::Path;

use kernel::{Error, Result};

/// One file: its name for messages, its content.
#[derive(Clone, Debug)]
pub struct DemoFile {
    pub name: String,
    pub content: String,
}

macro_rules! embed {
    ($($name:literal),+ $(,)?) => {
        vec![$(DemoFile {
            name: $name.to_owned(),
            content: include_str!(concat!("../../../../data/demo/", $name)).to_owned(),
        }),+]
    };
}

/// The files of `data/demo/`, in the order of their names.
pub fn embedded() -> Vec<DemoFile> {
    embed![
        "10-national.toml",
        "15-cadre-minimum.toml",
        "20-calvados.toml",
        "30-vendee-grain.toml",
        "40-pyrenees-atlantiques-fibre64.toml",
        "50-landes-alpi.toml",
        "60-lot-et-garonne.toml",
        "70-bouches-du-rhone.toml",
        "90-exemple-fictif.toml",
        "91-reunions.toml",
        "92-points-en-attente.toml",
        "94-votes.toml",
        "95-personnages.toml",
    ]
}

/// The `.toml` files of a folder, in the order of their names.
pub fn from_folder(folder: &Path) -> Result<Vec<DemoFile>> {
    let unreadable =
        |fault: std::io::Error| Error::Unavailable(format!("Impossible de lire « {} » : {fault}.", folder.display()));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            files.push(DemoFile { name, content: std::fs::read_to_string(&path).map_err(unreadable)? });
        }
    }
    if files.is_empty() {
        return Err(Error::Unavailable(format!("Aucun fichier .toml dans « {} ».", folder.display())));
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_holds_every_file_of_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/demo");
        let names = |files: Vec<DemoFile>| files.into_iter().map(|file| file.name).collect::<Vec<_>>();
        assert_eq!(names(embedded()), names(from_folder(&folder).unwrap()));
    }
}
