//! Memory of `maillage serve` with its own settings.

use crate::databases::Databases;
use crate::load;
use crate::machine;
use crate::options::{Engine, Options};
use crate::pages::cases;
use crate::report::{self, Table};
use crate::server::Server;

/// Requests after which memory is read again, on one kept page; a smoke run stops after the first.
const MARKS: [u64; 4] = [50_000, 200_000, 500_000, 1_000_000];

/// Measures and prints the tables.
pub fn measure(databases: &Databases, options: &Options) -> Result<(), String> {
    println!("\n### Mémoire du serveur sous charge (Mo résidents ; objectif : 80 au plus haut)\n");
    let mut table = Table::new(&[
        "moteur",
        "base",
        "au démarrage",
        "au plus haut, toutes les pages",
        "au plus haut, avec les exports",
        "à la fin",
    ]);
    for engine in &options.engine {
        table.row(all_pages(databases, *engine, options)?);
    }
    table.print();
    println!("\n### Mémoire selon le nombre de requêtes sur une page gardée (Mo résidents, /metrics jamais lu)\n");
    let mut table = Table::new(&["moteur", "requêtes", "Mo", "au plus haut"]);
    for engine in &options.engine {
        many_requests(databases, *engine, options, &mut table)?;
    }
    table.print();
    Ok(())
}

/// Highest resident memory after all pages under load, then after exports.
fn all_pages(databases: &Databases, engine: Engine, options: &Options) -> Result<Vec<String>, String> {
    let scale = options.largest_scale();
    let (url, _) = databases.generated(engine, scale)?;
    let (server, _) = Server::maillage(&url, databases.folder())?;
    let (started, _) = machine::memory(server.pid());
    let seconds = options.seconds.min(2);
    for case in cases(options) {
        load::wrk(&server, &case.path, options.connections, 1, seconds)?;
    }
    let (_, pages) = machine::memory(server.pid());
    for export in ["/gouvernances.xlsx", "/structures.xlsx", "/registre.csv"] {
        load::wrk(&server, export, 4, 1, seconds)?;
    }
    let (after, exports) = machine::memory(server.pid());
    Ok(vec![
        engine.name().to_owned(),
        format!("×{scale}"),
        format!("{started:.0}"),
        format!("**{pages:.0}**"),
        format!("{exports:.0}"),
        format!("{after:.0}"),
    ])
}

/// Nothing of a request may stay: what a server holds must not depend on how many it has answered.
fn many_requests(databases: &Databases, engine: Engine, options: &Options, table: &mut Table) -> Result<(), String> {
    let (url, _) = databases.generated(engine, options.scale.iter().copied().min().unwrap_or(1))?;
    let (server, _) = Server::maillage(&url, databases.folder())?;
    let mut row = |requests: u64| {
        let (now, highest) = machine::memory(server.pid());
        table.row(vec![
            engine.name().to_owned(),
            report::thousands(requests as f64),
            format!("{now:.1}"),
            format!("{highest:.1}"),
        ]);
    };
    row(0);
    let mut requests = 0;
    for mark in MARKS.into_iter().take(if options.quick { 1 } else { MARKS.len() }) {
        eprintln!("  mémoire : {}, {mark} requêtes", engine.name());
        while requests < mark {
            let load = load::wrk(&server, "/gouvernances", options.connections, 1, 2)?;
            if load.requests == 0 || load.faulty > 0 {
                return Err(format!("/gouvernances : {} answers, {} faulty", load.requests, load.faulty));
            }
            requests += load.requests;
        }
        row(requests);
    }
    Ok(())
}
