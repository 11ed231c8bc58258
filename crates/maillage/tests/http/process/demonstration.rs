//! Demonstration files of an operator.

use std::path::{Path, PathBuf};

use super::program::Folder;

#[test]
fn a_wrong_demonstration_file_is_refused_with_its_line_and_nothing_is_written() {
    let folder = Folder::new();
    let file = folder.path().join("files/30-vendee-grain.toml");
    copy_folder(&data("demo"), &folder.path().join("files"));
    let right = std::fs::read_to_string(&file).unwrap();
    let wrongs: [(&str, &str, &str); 5] = [
        (
            "territories = [\"departement-85\"]",
            "territories = [\"commune-99999\"]",
            "territoire inconnu : commune-99999",
        ),
        ("territories = [\"departement-85\"]", "territories = [\"commune-85191\"", ""),
        ("perimeter = ", "perimetre = ", "unknown field `perimetre`"),
        ("  organisation = \"msa-vendee\"", "  organisation = \"msa-corse\"", "structure inconnue : « msa-corse »"),
        ("state_since = \"2018\"", "state_since = \"1900\"", "L'année 1900 n'est pas possible ici"),
    ];
    for (text, wrong, expected) in wrongs {
        let (before, after) = right.split_once(text).unwrap_or_else(|| panic!("the file has no {text}"));
        std::fs::write(&file, format!("{before}{wrong}{after}")).unwrap();
        let sentence = folder.run(&["demo", "--from", "files"]).refuses();
        // A list that is not closed is found out where the next line goes on.
        let line = before.matches('\n').count() + if expected.is_empty() { 2 } else { 1 };
        let place = format!("30-vendee-grain.toml, ligne {line} : ");
        assert!(sentence.starts_with(&place) && sentence.contains(expected), "{wrong}: {sentence}, not {place}");
        for table in ["register", "instance", "territory", "organisation", "governance"] {
            assert_eq!(folder.number(&format!("select count(*) from {table}")), 0, "{wrong}: {table}");
        }
    }
    std::fs::write(&file, right).unwrap();
    folder.run(&["demo", "--from", "files"]).succeeds();
    folder.run(&["register", "verify"]).succeeds().says("Registre intact");
}

#[test]
fn a_folder_without_demonstration_files_leaves_no_schema_behind() {
    let folder = Folder::new();
    let sentence = folder.run(&["demo", "--from", "absent"]).refuses();
    assert!(sentence.starts_with("Impossible de lire « absent »"), "{sentence}");
    std::fs::create_dir(folder.path().join("vide")).unwrap();
    let sentence = folder.run(&["demo", "--from", "vide"]).refuses();
    assert_eq!(sentence, "Aucun fichier .toml dans « vide ».");
    assert_eq!(folder.number("select count(*) from sqlite_schema"), 0);
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(name)
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}
