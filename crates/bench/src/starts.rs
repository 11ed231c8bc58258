//! Cold start, first start, first byte.

use std::time::{Duration, Instant};

use crate::databases::Databases;
use crate::machine::median;
use crate::options::{Engine, Options};
use crate::report::{self, Table};
use crate::server::{self, Server, get};

const ANSWER: Duration = Duration::from_secs(10);

/// Measures and prints the table.
pub fn measure(databases: &Databases, options: &Options) -> Result<(), String> {
    println!("\n### Démarrages et premier octet\n");
    let mut table = Table::new(&["mesure", "moteur", "médiane", "la plus longue", "objectif"]);
    let repeats = if options.quick { 3 } else { 11 };
    for engine in &options.engine {
        for scale in &options.scale {
            cold(databases, *engine, *scale, repeats, &mut table)?;
        }
        first(databases, *engine, if options.quick { 1 } else { 5 }, &mut table)?;
    }
    table.print();
    Ok(())
}

fn row(table: &mut Table, label: &str, engine: &str, times: &mut [Duration], goal: &str) {
    let middle = median(times).unwrap_or_default();
    let longest = times.iter().copied().max().unwrap_or_default();
    table.row(vec![label.to_owned(), engine.to_owned(), report::time(middle), report::time(longest), goal.to_owned()]);
}

/// From the start of the process on an existing database to the first 200 on `/health`; then the first home page, which
/// has to be made, and the next one, which is kept.
fn cold(databases: &Databases, engine: Engine, scale: u32, repeats: usize, table: &mut Table) -> Result<(), String> {
    let (url, _) = databases.generated(engine, scale)?;
    let (mut starts, mut firsts, mut seconds) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..repeats {
        let (server, start) = Server::maillage(&url, databases.folder())?;
        starts.push(start);
        for times in [&mut firsts, &mut seconds] {
            let answer = get(server.address, "/", ANSWER).map_err(|fault| fault.to_string())?;
            if answer.status != 200 {
                return Err(format!("/ : {}", answer.status));
            }
            times.push(answer.first_byte);
        }
    }
    let name = engine.name();
    row(
        table,
        &format!("démarrage à froid, base ×{scale}, jusqu'au premier 200 de /health"),
        name,
        &mut starts,
        "300 ms",
    );
    row(table, &format!("premier octet de l'accueil, ×{scale}, page à faire"), name, &mut firsts, "");
    row(table, &format!("premier octet de l'accueil, ×{scale}, page gardée"), name, &mut seconds, "");
    Ok(())
}

/// From nothing to a served demonstration; and what the territories alone take.
fn first(databases: &Databases, engine: Engine, repeats: usize, table: &mut Table) -> Result<(), String> {
    let (mut starts, mut inits) = (Vec::new(), Vec::new());
    for _ in 0..repeats {
        let url = databases.empty(engine)?;
        let begun = Instant::now();
        if engine == Engine::Postgres {
            // On PostgreSQL the demonstration is a command of its own.
            server::command(databases.folder(), &["demo"], &url)?;
        }
        let (server, _) = Server::maillage(&url, databases.folder())?;
        starts.push(begun.elapsed());
        drop(server);
        let url = databases.empty(engine)?;
        let begun = Instant::now();
        server::command(databases.folder(), &["init"], &url)?;
        inits.push(begun.elapsed());
    }
    row(table, "première mise en route : démonstration créée, jusqu'au premier 200", engine.name(), &mut starts, "");
    row(table, "« maillage init » : schéma et territoires de référence", engine.name(), &mut inits, "3 s");
    Ok(())
}
