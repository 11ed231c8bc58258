//! Whether the time of an answer tells that an address has an account.
//!
//! Each try has an address and a network address of its own (the server trusts this machine as its proxy), so that no try is
//! throttled, as the first ones of a stranger are not. Tries of all kinds follow each other in an order drawn at random, on
//! one connection: whatever else the machine does falls on all kinds alike.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use directory::accounts::model::Person;
use directory::accounts::password;
use kernel::{Clock as _, Context, Id, SystemClock, SystemRandomness, Who};
use store::{DatabaseUrl, Store, params};
use tokio::runtime::Handle;

use crate::databases::Databases;
use crate::generate::Dice;
use crate::machine::{Since, median};
use crate::options::{Engine, Options};
use crate::report::{self, Table};
use crate::server::{self, Server};
use crate::statistics::{self, Difference};

/// What an address may be to the server. The first is what the others are compared with.
const KINDS: [(&str, Option<&str>); 4] = [
    ("inconnue", None),
    ("compte actif", Some("active")),
    ("compte fermé", Some("closed")),
    ("invitée", Some("invited")),
];
const LONGEST: Duration = Duration::from_secs(30);
/// What an answer leaves to be done (a mail) is over before the next try.
const PAUSE: Duration = Duration::from_millis(25);

/// Measures and prints a table for each engine; `signing_in` too, or forgotten passwords alone.
pub fn measure(databases: &Databases, options: &Options, signing_in: bool) -> Result<(), String> {
    for engine in &options.engine {
        let (asked, elsewhere) = ask(databases, *engine, options, signing_in)?;
        println!(
            "\n### Temps de réponse selon que l'adresse a un compte : {} ({} essais de chaque sorte)\n",
            engine.name(),
            options.tries
        );
        let mut table = Table::new(&[
            "mesure",
            "adresse",
            "médiane",
            "médiane, inconnue",
            "KS : écart",
            "KS : p",
            "Mann-Whitney : p",
            "deviné juste",
        ]);
        let (mut smallest, mut tests) = (1.0f64, 0.0f64);
        for (label, times) in asked {
            let [unknown, known @ ..] = times.as_slice() else { continue };
            for (lot, (kind, _)) in known.iter().zip(KINDS.iter().skip(1)) {
                let difference = statistics::compare(unknown, lot);
                smallest = smallest.min(difference.distance_p).min(difference.order_p);
                tests += 2.0;
                table.row(row(label, kind, (unknown, lot), &difference));
            }
        }
        table.print();
        // As many tests as that find a small p by chance alone: the smallest one is weighed by their number (Bonferroni).
        let weighed = (smallest * tests).min(1.0);
        let word = if weighed < 0.01 { "UNE DIFFÉRENCE EXISTE" } else { "aucune différence décelable" };
        println!(
            "\nPlus petit p de {tests:.0} tests : {smallest:.4}, soit {weighed:.3} tous ensemble : {word}. \
             {elsewhere:.0} % de la machine étaient pris ailleurs."
        );
    }
    Ok(())
}

fn row(label: &str, kind: &str, lots: (&[f64], &[f64]), difference: &Difference) -> Vec<String> {
    let middle = |lot: &[f64]| {
        let middle = median(&mut lot.to_vec()).unwrap_or_default();
        report::time(Duration::from_secs_f64(middle))
    };
    vec![
        label.to_owned(),
        kind.to_owned(),
        middle(lots.1),
        middle(lots.0),
        format!("{:.3}", difference.distance),
        format!("{:.3}", difference.distance_p),
        format!("{:.3}", difference.order_p),
        format!("**{:.1} %**", difference.guessed),
    ]
}

/// Times in seconds by kind, in the order of [`KINDS`].
type ByKind = Vec<Vec<f64>>;
/// What was asked, and its times.
type Asked = (&'static str, ByKind);

/// Asks everything of one engine; gives also the share of the machine that others took meanwhile.
fn ask(
    databases: &Databases,
    engine: Engine,
    options: &Options,
    signing_in: bool,
) -> Result<(Vec<Asked>, f64), String> {
    let (url, _) = databases.generated(engine, options.scale.iter().copied().min().unwrap_or(1))?;
    let copy = databases.copy(engine, &url)?;
    server::command(databases.folder(), &["nouveau-secret"], &copy)?;
    let mut dice = Dice::new(options.seed);
    // The numbers of the addresses say nothing: kinds are drawn.
    let mut draw = |tries: usize| {
        let mut kinds: Vec<usize> = (0..KINDS.len()).flat_map(|kind| std::iter::repeat_n(kind, tries)).collect();
        dice.shuffle(&mut kinds);
        kinds
    };
    let tries = usize::try_from(options.tries).unwrap_or(usize::MAX);
    let (doors, forgotten) = (draw(if signing_in { tries } else { 0 }), draw(tries));
    let all: Vec<usize> = doors.iter().chain(&forgotten).copied().collect();
    seed(&copy, all)?;

    let settings = ["--trusted-proxies", "127.0.0.1"];
    let (server, _) = Server::with_settings(&copy, databases.folder(), &settings)?;
    let mut visitor = Visitor { address: server.address, stream: None, asked: 0 };
    // What is made once (connections, statements) is made before.
    for number in 0..20 {
        visitor.send("/connexion", &sign_in(&email("chauffe", number)))?;
        visitor.send("/connexion/oubli", &forgot(&email("oublie", number)))?;
    }
    let kinds = || vec![Vec::new(); KINDS.len()];
    let since = Since::now(server.pid());
    let (mut signs, mut forgets, mut afters, mut answers) = (kinds(), kinds(), kinds(), Vec::new());
    let note = |times: &mut ByKind, kind: usize, time: Duration| {
        if let Some(times) = times.get_mut(kind) {
            times.push(time.as_secs_f64());
        }
    };
    eprintln!("  comptes : {}, {} connexions", engine.name(), doors.len());
    for (number, kind) in doors.iter().enumerate() {
        let answer = visitor.send("/connexion", &sign_in(&email("personne", number)))?;
        note(&mut signs, *kind, answer.time);
        answers.push(("/connexion", answer.status, answer.size));
    }
    eprintln!("  comptes : {}, {} mots de passe oubliés", engine.name(), forgotten.len());
    for (number, kind) in forgotten.iter().enumerate() {
        let answer = visitor.send("/connexion/oubli", &forgot(&email("personne", doors.len() + number)))?;
        note(&mut forgets, *kind, answer.time);
        answers.push(("/connexion/oubli", answer.status, answer.size));
        // The work that the answer left behind could be felt by the next request of the same visitor.
        let after = visitor.send("/connexion/oubli", &forgot(&email("ensuite", number)))?;
        note(&mut afters, *kind, after.time);
        std::thread::sleep(PAUSE);
    }
    // The same status and the same length to all, or the time is of no interest.
    answers.sort_unstable();
    answers.dedup();
    // One answer to each form.
    if answers.len() > 1 + usize::from(signing_in) {
        return Err(format!("answers differ by the kind of address, or were throttled: {answers:?}"));
    }
    let mut asked = vec![("mot de passe oublié", forgets), ("la demande qui suit un oubli", afters)];
    if signing_in {
        asked.insert(0, ("connexion, mauvais mot de passe", signs));
    }
    Ok((asked, since.spent().elsewhere))
}

/// Addresses of one length.
fn email(name: &str, number: usize) -> String {
    format!("{name}.{number:06}@banc.exemple.fr")
}

fn sign_in(email: &str) -> String {
    format!("email={email}&password=Mauvais-mot-de-passe-42&suite=/a-faire")
}

fn forgot(email: &str) -> String {
    format!("email={email}")
}

/// Accounts straight into the tables: invitations would send a mail each while the server is measured.
fn seed(url: &DatabaseUrl, kinds: Vec<usize>) -> Result<(), String> {
    let told = |fault: kernel::Error| fault.to_string();
    let store = Store::open(url, 2).map_err(told)?;
    let hash = password::hash("Le-bon-mot-de-passe-42".to_owned(), &SystemRandomness);
    let hash = Handle::current().block_on(hash).map_err(told)?;
    let now = SystemClock.now();
    store
        .write_blocking(move |tx| {
            for (number, kind) in kinds.iter().enumerate() {
                let Some((_, Some(state))) = KINDS.get(*kind) else { continue };
                let id: Id<Person> = Context::new(&Who::operator(), &SystemClock, &SystemRandomness).new_id()?;
                let name = "Personne du banc";
                tx.execute("insert into person (id, name, created_at) values ($1, $2, $3)", params![id, name, now])?;
                let email = email("personne", number);
                let password = (*state != "invited").then_some(hash.as_str());
                tx.execute(
                    "insert into account (person, email, email_key, state, password, created_at) values ($1, $2, $2, $3, $4, $5)",
                    params![id, email, *state, password, now],
                )?;
            }
            Ok(())
        })
        .map_err(told)?;
    // As after a while of use: neither the first reader nor the first writer pays for what was just written.
    Handle::current().block_on(store.settle());
    Ok(())
}

/// Somebody who sends forms, one after the other, each as if from another network address.
struct Visitor {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
    asked: u32,
}

struct Answered {
    status: u16,
    size: usize,
    time: Duration,
}

impl Visitor {
    fn send(&mut self, path: &str, form: &str) -> Result<Answered, String> {
        self.try_send(path, form).map_err(|fault| format!("{path} : {fault}"))
    }

    fn try_send(&mut self, path: &str, form: &str) -> std::io::Result<Answered> {
        self.asked += 1;
        let from = Ipv4Addr::from(0x0A00_0000 + self.asked);
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\nsec-fetch-site: same-origin\r\nx-forwarded-for: {from}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            self.address,
            form.len()
        );
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect_timeout(&self.address, LONGEST)?;
                stream.set_read_timeout(Some(LONGEST))?;
                stream.set_nodelay(true)?;
                BufReader::new(stream)
            }
        };
        let begun = Instant::now();
        stream.get_mut().write_all(request.as_bytes())?;
        let (mut status, mut size, mut line) = (0, 0, String::new());
        loop {
            line.clear();
            if stream.read_line(&mut line)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            let text = line.trim_end().to_ascii_lowercase();
            if let Some(length) = text.strip_prefix("content-length:") {
                size = length.trim().parse().unwrap_or(0);
            } else if text.starts_with("http/") {
                status = text.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
            } else if text.is_empty() {
                break;
            }
        }
        stream.read_exact(&mut vec![0; size])?;
        let time = begun.elapsed();
        self.stream = Some(stream);
        Ok(Answered { status, size, time })
    }
}
