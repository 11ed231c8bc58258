//! What the program is told by flags, environment and file.

use std::net::TcpListener;

use super::ANY_PORT;
use super::program::{Folder, Running};

#[test]
fn each_wrong_setting_is_named_in_one_line() {
    let folder = Folder::new();
    let flags: [(&[&str], &str); 12] = [
        (&["--listen", "8080"], "listen = « 8080 »"),
        (&["--database", "mysql://x"], "database = « mysql://x »"),
        (&["--database", "postgres://u:motdepasse@["], "database = « postgres… »"),
        (&["--theme", "rose"], "theme = « rose »"),
        (&["--theme", "etat"], "dsfr = «"),
        (&["--connections", "0"], "connections = « 0 »"),
        (&["--page-cache", "beaucoup"], "page_cache = « beaucoup »"),
        (&["--public-address", "maillage.fr"], "public_address = « maillage.fr »"),
        (&["--log-format", "xml"], "log_format = « xml »"),
        (&["--log", "bavard"], "log = « bavard »"),
        (&["--demo-public=peut-être"], "demo_public = « peut-être »"),
        (&["--config", "absent.toml"], "« absent.toml » illisible"),
    ];
    for (flags, expected) in flags {
        let sentence = folder.run(&[&["routes"], flags].concat()).refuses();
        assert!(sentence.starts_with("configuration : ") && sentence.contains(expected), "{flags:?}: {sentence}");
        assert!(!sentence.contains("motdepasse"), "{sentence}");
    }
    for (name, value, expected) in [
        ("MAILLAGE_LISTEN", "localhost", "listen = « localhost »"),
        ("DATABASE_URL", "maillage.db", "database = « maillage.db »"),
        ("MAILLAGE_CONNECTIONS", "1000", "connections = « 1000 »"),
        ("MAILLAGE_DEMO_PUBLIC", "on", "demo_public = « on »"),
        ("MAILLAGE_LOG", "bavard", "log = « bavard »"),
        ("MAILLAGE_CONFIG", "absent.toml", "« absent.toml » illisible"),
    ] {
        let mut command = folder.maillage(&["routes"]);
        command.env(name, value);
        let sentence = Running::start(command).wait().refuses();
        assert!(sentence.contains(expected), "{name}: {sentence}");
    }
    for (file, expected) in [
        ("listen = \"127.0.0.1:0\"\ncouleur = \"bleu\"\n", "maillage.toml, ligne 2 : unknown field `couleur`"),
        ("\n\nconnections = \"deux\"\n", "maillage.toml, ligne 3"),
        ("listen =\n", "maillage.toml, ligne 1"),
        ("theme = \"rose\"", "theme = « rose »"),
        ("demo_public = \"oui\"", "maillage.toml, ligne 1"),
    ] {
        std::fs::write(folder.path().join("maillage.toml"), file).unwrap();
        let sentence = folder.run(&["routes"]).refuses();
        assert!(sentence.starts_with("configuration : ") && sentence.contains(expected), "{file:?}: {sentence}");
    }
}

#[test]
fn a_flag_wins_over_the_environment_which_wins_over_the_file() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("maillage.toml"), "theme = \"du fichier\"").unwrap();
    let theme = |environment: Option<&str>, flag: Option<&str>| {
        let mut command = folder.maillage(&["routes"]);
        command.envs(environment.map(|value| ("MAILLAGE_THEME", value)));
        command.args(flag.map(|value| format!("--theme={value}")));
        Running::start(command).wait()
    };
    assert!(theme(None, None).refuses().contains("« du fichier »"));
    assert!(theme(Some("de l'environnement"), None).refuses().contains("« de l'environnement »"));
    assert!(theme(Some("de l'environnement"), Some("de l'option")).refuses().contains("« de l'option »"));
    theme(Some("de l'environnement"), Some("maillage")).succeeds().says("/gouvernances");
}

#[test]
fn a_port_that_is_taken_is_told_in_one_sentence() {
    let folder = Folder::with_demonstration();
    let taken = TcpListener::bind(ANY_PORT).unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let sentence = folder.run(&["serve", "--listen", &address]).refuses();
    assert!(sentence.starts_with(&format!("Impossible d'écouter sur {address}")), "{sentence}");
}
