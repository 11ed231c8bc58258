//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use kernel::SystemClock;
use kernel::register::Digest;
use store::migrations::Standing;
use store::register::{self, Verdict};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

use crate::config::{Config, Options};
use crate::database::{self, Outcome, open, tell};
use crate::{SCHEMA, moving, secret, serve};

/// Maillage : l'outil de la gouvernance locale de l'inclusion numérique.
#[derive(Parser, Debug)]
#[command(name = "maillage", version, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: Options,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Sert le site (par défaut) ; crée une base SQLite de démonstration s'il n'y en a pas
    Serve,
    /// Crée une base vide, avec les territoires de référence, pour un usage réel
    Init,
    /// Crée une base de démonstration
    Demo {
        /// Dossier de fichiers de démonstration, au lieu de ceux du programme
        #[arg(long, value_name = "DOSSIER")]
        from: Option<PathBuf>,
    },
    /// Met le schéma de la base à jour
    Migrate,
    /// Écrit toute la base dans un fichier indépendant du moteur, pour la porter ailleurs
    Export(moving::Target),
    /// Reprend un tel fichier dans une base neuve, telle qu'elle était
    Import(moving::Source),
    /// Sauvegarde toute la base dans un fichier, pendant que le site est servi
    Backup(moving::Target),
    /// Restaure une sauvegarde dans une base neuve, après avoir vérifié son registre
    Restore(moving::Source),
    /// Invite quelqu'un dans l'équipe nationale : la première personne d'une base neuve
    Inviter {
        /// Son adresse électronique
        adresse: String,
        /// Son nom
        #[arg(long, value_name = "NOM")]
        nom: String,
    },
    /// Accepte un autre secret pour cette base : les doubles authentifications seront à refaire
    NouveauSecret,
    /// Le registre des actes
    Register {
        #[command(subcommand)]
        command: RegisterCommand,
    },
    /// Demande à un serveur en marche s'il va bien
    Healthcheck,
    /// Écrit la liste des routes (méthode, chemin, accès)
    #[command(hide = true)]
    Routes,
}

#[derive(Subcommand, Debug)]
enum RegisterCommand {
    /// Recalcule toute la chaîne et la compare à sa tête
    Verify {
        /// Empreinte publiée, sous la forme NUMÉRO:EMPREINTE, qui doit se trouver dans la chaîne
        #[arg(long, value_name = "NUMÉRO:EMPREINTE")]
        published: Option<String>,
    },
}

pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let outcome = Config::read(&cli.options).and_then(|config| {
        start_log(&config)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|fault| format!("Impossible de démarrer : {fault}."))?;
        runtime.block_on(dispatch(cli.command.unwrap_or(Command::Serve), config))
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("maillage : {sentence}");
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(command: Command, config: Config) -> Outcome {
    match command {
        Command::Serve => serve::serve(config).await,
        Command::Init => database::init(&config).await,
        Command::Demo { from } => {
            let store = open(&config)?;
            database::create_demonstration(&store, from)?;
            store.settle().await;
            println!("Base de démonstration prête : {}.", store.url());
            Ok(())
        }
        Command::Migrate => {
            let store = open(&config)?;
            let done = store.migrate(SCHEMA, &SystemClock).map_err(tell)?;
            store.settle().await;
            match done.len() {
                0 => println!("Le schéma est à jour."),
                _ => done.iter().for_each(|step| println!("{step}")),
            }
            Ok(())
        }
        Command::Export(target) => moving::write(&config, &target, "Export écrit").await,
        Command::Backup(target) => moving::write(&config, &target, "Sauvegarde écrite").await,
        Command::Import(source) => moving::load(&config, &source, false).await,
        Command::Restore(source) => moving::load(&config, &source, true).await,
        Command::Inviter { adresse, nom } => database::invite(&config, &adresse, &nom).await,
        Command::NouveauSecret => {
            let store = open(&config)?;
            secret::replace(&store, config.node_key.as_ref())?;
            store.settle().await;
            println!(
                "Le secret de ce serveur est désormais celui de la base. Les doubles authentifications sont à refaire."
            );
            Ok(())
        }
        Command::Register { command: RegisterCommand::Verify { published } } => verify(&config, published.as_deref()),
        Command::Healthcheck => serve::healthcheck(&config).await,
        Command::Routes => {
            for route in crate::routes().declared() {
                println!("{} {} {:?}", route.method, route.path, route.access);
            }
            Ok(())
        }
    }
}

fn verify(config: &Config, published: Option<&str>) -> Outcome {
    let published = published
        .map(|text| {
            let parts = text.split_once(':').and_then(|(seq, hex)| Some((seq.parse().ok()?, Digest::from_hex(hex)?)));
            parts
                .filter(|(seq, _)| *seq >= 1)
                .ok_or("--published attend NUMÉRO:EMPREINTE, comme sur la page publique du registre")
        })
        .transpose()?;
    let store = database::open_existing(config)?;
    if store.standing(SCHEMA).map_err(tell)? == Standing::Empty {
        return Err(format!("La base {} est vide.", store.url()));
    }
    match store.read_blocking(move |tx| register::verify(tx, published)).map_err(tell)? {
        Verdict::Sound { entries, digest } => {
            let plural = if entries > 1 { "s" } else { "" };
            println!("Registre intact : {entries} écriture{plural}, dernière empreinte {}.", digest.hex());
            Ok(())
        }
        Verdict::Broken(breach) => Err(format!("REGISTRE ALTÉRÉ : {breach}.")),
    }
}

fn start_log(config: &Config) -> Outcome {
    // A word that is no level would be taken for the name of a part of the program, and everything else silenced.
    let is_level = |part: &str| part.contains('=') || part.parse::<LevelFilter>().is_ok();
    let filter = config.log.parse::<Targets>().ok().filter(|_| config.log.split(',').all(is_level));
    let filter = filter.ok_or_else(|| {
        format!("configuration : log = « {} » ne convient pas ; attendu : error, warn, info ou debug", config.log)
    })?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    let lines = if config.log_json { lines.json().boxed() } else { lines.compact().boxed() };
    tracing_subscriber::registry().with(lines.with_filter(filter)).init();
    Ok(())
}
