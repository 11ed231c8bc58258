//! Making a database ready: empty for real use, or a demonstration.

use std::path::PathBuf;

use kernel::{Clock as _, Context, Error, SystemClock, SystemRandomness, Who};
use store::migrations::Standing;
use store::{DatabaseUrl, Store, instance};

use crate::config::Config;
use crate::{SCHEMA, demo};

static RANDOMNESS: SystemRandomness = SystemRandomness;

/// What a command ends with: a sentence for the terminal.
pub type Outcome = Result<(), String>;

/// A sentence from an error, never its internals twice.
pub fn tell(error: Error) -> String {
    error.to_string()
}

pub fn open(config: &Config) -> Result<Store, String> {
    Store::open(&config.database, config.connections).map_err(tell)
}

/// As [`open`], without creating the file of a database that is not there.
pub fn open_existing(config: &Config) -> Result<Store, String> {
    if let DatabaseUrl::Sqlite(path) = &config.database
        && !path.exists()
    {
        return Err(format!("La base {} n'existe pas.", config.database));
    }
    open(config)
}

/// Creates an empty database for real use, with the reference territories.
pub async fn init(config: &Config) -> Outcome {
    let store = open(config)?;
    refuse_unless_empty(&store)?;
    store.migrate(SCHEMA, &SystemClock).map_err(tell)?;
    let now = kernel::FixedClock::at(SystemClock.now());
    store
        .write_blocking(move |tx| {
            let who = Who::operator();
            let ctx = Context::new(&who, &now, &RANDOMNESS);
            instance::create(&ctx, tx, false)?;
            directory::territories::acts::load_reference(&ctx, tx)
        })
        .map_err(tell)?;
    store.settle().await;
    println!("Base prête : {}. Lancez « maillage serve ».", store.url());
    Ok(())
}

/// Migrates an empty database and fills it with the demonstration.
pub fn create_demonstration(store: &Store, from: Option<PathBuf>) -> Outcome {
    refuse_unless_empty(store)?;
    // The files first: a folder that cannot be read must leave no database behind.
    let files = demo::files(from.as_deref()).map_err(tell)?;
    store.migrate(SCHEMA, &SystemClock).map_err(tell)?;
    demo::fill(store, files, &SystemClock, &RANDOMNESS).map_err(tell)
}

pub fn refuse_unless_empty(store: &Store) -> Outcome {
    let initialised = match store.standing(SCHEMA).map_err(tell)? {
        Standing::Empty => false,
        // Without its mark, its creation was interrupted: between two steps of the schema, or before the data.
        Standing::Behind(_) | Standing::Current => store.read_blocking(instance::find).map_err(tell)?.is_some(),
    };
    if initialised {
        return Err(format!("La base {} contient déjà des données : elle n'est pas touchée.", store.url()));
    }
    Ok(())
}

/// Invites the first person of the national team, who invites the others.
pub async fn invite(config: &Config, email: &str, name: &str) -> Outcome {
    use directory::accounts::acts::Invitation;
    use governance::powers::acts::invite;
    use governance::powers::model::NewPower;
    use kernel::permission::{Reach, RoleKind};

    let store = open(config)?;
    if store.standing(SCHEMA).map_err(tell)? != Standing::Current {
        return Err("La base n'est pas prête : lancez « maillage init » ou « maillage migrate ».".to_owned());
    }
    let site = config.public_address.clone().unwrap_or_else(|| format!("http://{}", config.listen));
    let invitation = Invitation { email: email.to_owned(), name: name.to_owned(), ..Invitation::default() };
    let new = NewPower { role: RoleKind::NationalTeam, reach: Reach::Platform, since: None, until: None };
    let who = Who::operator();
    store
        .write_blocking(move |tx| {
            let ctx = Context::new(&who, &SystemClock, &RANDOMNESS);
            invite(&ctx, tx, &site, &invitation, &new).map(|_| ())
        })
        .map_err(tell)?;
    store.settle().await;
    println!("Invitation préparée : le courriel part dès que le site est servi.");
    Ok(())
}
