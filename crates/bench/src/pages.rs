//! Pages under load, each beside its static twin in the same process and the same run.

use std::time::Duration;

use store::DatabaseUrl;

use crate::databases::Databases;
use crate::generate::{AGENDA, LARGE, MINUTES, TYPICAL};
use crate::load::{self, Load};
use crate::machine;
use crate::options::{Engine, Options};
use crate::persona;
use crate::report::{self, Table};
use crate::server::Server;

/// A page to measure.
pub struct Case {
    pub label: &'static str,
    pub path: String,
    /// Least share of the twin's requests that the project promises, by whether finished pages are kept.
    promised: Option<(bool, f64)>,
}

/// Pages of the smoke run: the first of the list.
const QUICK: usize = 4;

/// The pages of the product that are measured. A later issue adds its own here.
pub fn cases(options: &Options) -> Vec<Case> {
    let case = |label, path: String| Case { label, path, promised: None };
    let mut cases = vec![
        Case { promised: Some((true, 30.0)), ..case("Page d'une gouvernance", format!("/gouvernances/{TYPICAL}")) },
        Case { promised: Some((false, 3.0)), ..case("Liste des gouvernances (50 lignes)", "/gouvernances".to_owned()) },
        case("Recherche de territoire par nom", "/territoires?q=saint-martin".to_owned()),
        case("Page d'une commune", "/territoires/commune-03310".to_owned()),
        case("Accueil (carte)", "/".to_owned()),
        case("Page d'un département", "/territoires/departement-03".to_owned()),
        case("Membres d'une grande gouvernance (200)", format!("/gouvernances/{LARGE}/membres")),
        case("Registre (50 actes)", "/registre".to_owned()),
        case("Liste des structures (50 lignes)", "/structures".to_owned()),
        Case {
            promised: Some((false, 3.0)),
            ..case("Réunion de 30 points", format!("/gouvernances/{TYPICAL}/reunions/{AGENDA}"))
        },
        Case {
            promised: Some((false, 3.0)),
            ..case("Compte rendu de 20 pages", format!("/gouvernances/{TYPICAL}/reunions/{MINUTES}/compte-rendu"))
        },
        Case { promised: Some((false, 3.0)), ..case("Calendrier de 12 000 réunions", "/reunions".to_owned()) },
    ];
    if options.quick {
        cases.truncate(QUICK);
    }
    cases
}

struct Measured {
    page: Load,
    twin: Load,
    alone: Load,
    memory: f64,
    size: usize,
}

/// Measures all pages on one database, with kept pages or without, and prints the table.
pub fn measure(
    databases: &Databases,
    engine: Engine,
    scale: u32,
    page_cache: bool,
    options: &Options,
) -> Result<(), String> {
    let (url, _) = databases.generated(engine, scale)?;
    let cases = cases(options);
    let measured = run(&url, databases, &cases, page_cache, None, options)?;
    let mode = if page_cache { "pages finies gardées" } else { "sans garder les pages" };
    println!("\n### Pages : {}, ×{scale}, {mode}\n", engine.name());
    print(engine, &cases, &measured, page_cache);
    Ok(())
}

/// Measures the pages of a signed-in person, which are never kept, and prints the table.
pub fn measure_signed_in(databases: &Databases, engine: Engine, scale: u32, options: &Options) -> Result<(), String> {
    let (url, _) = databases.generated(engine, scale)?;
    let copy = databases.copy(engine, &url)?;
    let cookie = persona::sign_in(&copy)?;
    let case = |label, path: String| Case { label, path, promised: None };
    let cases = [
        case("À faire", "/a-faire".to_owned()),
        case("Page d'une gouvernance", format!("/gouvernances/{TYPICAL}")),
        case("Liste des gouvernances (50 lignes)", "/gouvernances".to_owned()),
        case("Mon compte", "/compte".to_owned()),
        case("Ordre du jour à écrire (30 points)", format!("/gouvernances/{TYPICAL}/reunions/{AGENDA}/ordre-du-jour")),
    ];
    let measured = run(&copy, databases, &cases, true, Some(&cookie), options)?;
    println!("\n### Pages d'une personne connectée, qui gère une gouvernance : {}, ×{scale}\n", engine.name());
    print(engine, &cases, &measured, true);
    Ok(())
}

fn print(engine: Engine, cases: &[Case], measured: &[Measured], page_cache: bool) {
    let mut table = Table::new(&[
        "page",
        "Ko envoyés",
        "req/s",
        "p50",
        "p99",
        "p50 seul",
        "CPU µs",
        "CPU µs PostgreSQL",
        "jumelle req/s",
        "jumelle CPU µs",
        "part de la jumelle",
        "RSS Mo",
        "ailleurs %",
    ]);
    let mut verdicts = Vec::new();
    for (case, of) in cases.iter().zip(measured) {
        let share = 100.0 * of.page.requests_per_second / of.twin.requests_per_second.max(1.0);
        table.row(vec![
            case.label.to_owned(),
            format!("{:.1}", of.size as f64 / 1024.0),
            report::thousands(of.page.requests_per_second),
            report::time(of.page.p50),
            report::time(of.page.p99),
            report::time(of.alone.p50),
            format!("{:.0}", of.page.cpu),
            if engine == Engine::Postgres { format!("{:.0}", of.page.postgres_cpu) } else { "–".to_owned() },
            report::thousands(of.twin.requests_per_second),
            format!("{:.0}", of.twin.cpu),
            format!("**{share:.1} %**"),
            format!("{:.0}", of.memory),
            format!("{:.0}", of.page.elsewhere.max(of.twin.elsewhere)),
        ]);
        if let Some((kept, least)) = case.promised
            && kept == page_cache
        {
            let word = if share >= least { "tenu" } else { "MANQUÉ" };
            verdicts.push(format!("{} : {share:.1} % de la page statique, promis {least:.0} % : {word}.", case.label));
        }
        let faulty = of.page.faulty + of.twin.faulty + of.alone.faulty;
        if faulty > 0 {
            verdicts.push(format!("{} : {faulty} réponses en erreur.", case.label));
        }
    }
    table.print();
    verdicts.iter().for_each(|verdict| println!("\n{verdict}"));
}

fn run(
    url: &DatabaseUrl,
    databases: &Databases,
    cases: &[Case],
    page_cache: bool,
    cookie: Option<&str>,
    options: &Options,
) -> Result<Vec<Measured>, String> {
    let paths: Vec<String> = cases.iter().map(|case| case.path.clone()).collect();
    let server = Server::with_twins(url, page_cache, &paths, cookie, databases.folder())?;
    let twin = |place: usize| format!("/statique/banc/{place}");
    let mut pages = vec![Vec::new(); cases.len()];
    let mut twins = vec![Vec::new(); cases.len()];
    let mut memory = vec![0.0; cases.len()];
    for round in 0..options.rounds {
        for (place, case) in cases.iter().enumerate() {
            eprintln!("  {} ({}/{})", case.label, round + 1, options.rounds);
            if round == 0 && !options.quick {
                load::wrk(&server, &case.path, options.connections, 1, 1)?;
            }
            let of = |list: &mut Vec<Vec<Load>>, load| list.get_mut(place).map(|loads| loads.push(load));
            of(&mut pages, load::measure(&server, &case.path, options.connections, options)?);
            if let Some(memory) = memory.get_mut(place) {
                *memory = machine::memory(server.pid()).0;
            }
            of(&mut twins, load::measure(&server, &twin(place), options.connections, options)?);
        }
    }
    let mut measured = Vec::new();
    for (place, ((case, pages), twins)) in cases.iter().zip(&pages).zip(&twins).enumerate() {
        let answer = server.get(&case.path, Duration::from_secs(10))?;
        let its_twin = server.get(&twin(place), Duration::from_secs(10))?;
        if (answer.status, its_twin.status) != (200, 200)
            || answer.gzip != its_twin.gzip
            || answer.size.abs_diff(its_twin.size) > 200
        {
            return Err(format!(
                "{} : the twin is not like the page ({} and {} bytes)",
                case.path, answer.size, its_twin.size
            ));
        }
        measured.push(Measured {
            page: load::medians(pages),
            twin: load::medians(twins),
            alone: load::wrk(&server, &case.path, 1, 1, options.seconds.min(2))?,
            memory: memory.get(place).copied().unwrap_or_default(),
            size: answer.size,
        });
    }
    Ok(measured)
}
