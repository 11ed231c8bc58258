//! Measures Maillage: pages against a static page of the same size served by the same process, durable acts against the
//! engine's own limit, starts, memory. `docs/performance.md` explains how to read the tables.

mod accounts;
mod acts;
mod backup;
mod databases;
mod generate;
mod load;
mod machine;
mod memory;
mod options;
mod pages;
mod persona;
mod report;
mod server;
mod starts;
mod statistics;
mod twin;
mod votes;

use std::process::ExitCode;

use clap::Parser as _;
use kernel::{Clock as _, SystemClock};

use databases::Databases;
use options::{Options, Part};

fn main() -> ExitCode {
    // This same program is the server under measure.
    let outcome = match std::env::var(server::ROLE).as_deref() {
        Ok(server::COMMAND_LINE) => return maillage::cli::run(),
        Ok(server::WITH_TWINS) => twin::run(&std::env::args().skip(1).collect::<Vec<_>>()),
        _ => bench(&Options::parse().settled()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("bench : {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn bench(options: &Options) -> Result<(), String> {
    load::check_wrk()?;
    acts::watch_retries();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|fault| fault.to_string())?;
    // The stores of PostgreSQL open inside a runtime.
    let _inside = runtime.enter();
    let databases = Databases::prepare(options)?;
    println!("## Mesures du {}\n", kernel::time::french_date(SystemClock.now().day()));
    println!("Machine : {}.", machine::describe(databases.folder()));
    let busy = machine::busy_now();
    println!(
        "Au départ, d'autres programmes prennent {busy:.0} % de la machine. Médianes de {} mesures de {} s, {} connexions, \
         wrk à {} fil(s), réponses en gzip.",
        options.rounds, options.seconds, options.connections, options.threads
    );
    // Votes have a data set of their own.
    if options.only.iter().any(|part| *part != Part::Votes) {
        generate(&databases, options)?;
    }
    if options.measures(Part::Start) {
        starts::measure(&databases, options)?;
    }
    if options.measures(Part::Pages) {
        for engine in &options.engine {
            for scale in &options.scale {
                for page_cache in [true, false] {
                    pages::measure(&databases, *engine, *scale, page_cache, options)?;
                }
            }
        }
    }
    if options.measures(Part::Signed) {
        for engine in &options.engine {
            for scale in &options.scale {
                pages::measure_signed_in(&databases, *engine, *scale, options)?;
            }
        }
    }
    if options.measures(Part::Memory) {
        memory::measure(&databases, options)?;
    }
    if options.measures(Part::Acts) {
        acts::measure(&databases, options)?;
    }
    if options.measures(Part::Backup) {
        backup::measure(&databases, options)?;
    }
    if options.measures(Part::Votes) {
        votes::measure(&databases, options)?;
    }
    let signing_in = options.measures(Part::Accounts);
    if signing_in || options.measures(Part::Forgotten) {
        accounts::measure(&databases, options, signing_in)?;
    }
    Ok(())
}

fn generate(databases: &Databases, options: &Options) -> Result<(), String> {
    let mut table = report::Table::new(&[
        "jeu de données",
        "moteur",
        "gouvernances",
        "actes",
        "territoires",
        "actes chargés en",
        "actes/s",
    ]);
    let mut any = false;
    for engine in &options.engine {
        for scale in &options.scale {
            eprintln!("données ×{scale}, {}", engine.name());
            let (_, made) = databases.generated(*engine, *scale)?;
            let Some(made) = made else { continue };
            any = true;
            table.row(vec![
                format!("×{scale}"),
                engine.name().to_owned(),
                made.governances.to_string(),
                report::thousands(made.acts as f64),
                report::time(made.territories),
                report::time(made.life),
                report::thousands(made.acts as f64 / made.life.as_secs_f64().max(0.001)),
            ]);
        }
    }
    if any {
        println!("\n### Chargement par les actes (une transaction par gouvernance)\n");
        table.print();
    }
    Ok(())
}
