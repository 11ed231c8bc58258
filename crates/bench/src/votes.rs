//! Votes over HTTP: two hundred structures within the same moment, and one ballot with a roll of five thousand. None may be
//! lost, none counted twice, or the bench ends with an error.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::{Barrier, Mutex};
use std::time::{Duration, Instant};

use kernel::{Clock as _, SystemClock, time};
use store::{DatabaseUrl, Store, params};
use tokio::runtime::Handle;
use uuid::Uuid;

use crate::acts::postgres_limit;
use crate::databases::Databases;
use crate::generate::{self, Electorate, SLUG};
use crate::machine::{Since, median};
use crate::options::{Engine, Options};
use crate::report::{self, Table};
use crate::server::Server;

const AT_ONCE: usize = 200;
const ON_THE_ROLL: usize = 5_000;
/// Connections that vote while the five thousand do.
const CLERKS: usize = 16;
const LONGEST: Duration = Duration::from_secs(120);
/// What the voters choose, in turn: for, against, an abstention.
const CODES: [&str; 3] = ["0", "1", "blanc"];

/// Measures and prints two tables an engine.
pub fn measure(databases: &Databases, options: &Options) -> Result<(), String> {
    for engine in &options.engine {
        let url = databases.empty(*engine)?;
        eprintln!("  votes : {}, {ON_THE_ROLL} structures", engine.name());
        let electorate = generate::electorate(&url, AT_ONCE, ON_THE_ROLL).map_err(|fault| fault.to_string())?;
        let mails = databases.folder().join("courriels-des-votes");
        let booth = Booth::open(&url, databases.folder(), &mails)?;
        let measured = measure_engine(&booth, &electorate, *engine, options);
        drop(booth);
        let _ = std::fs::remove_dir_all(&mails);
        measured?;
    }
    Ok(())
}

fn measure_engine(booth: &Booth, electorate: &Electorate, engine: Engine, options: &Options) -> Result<(), String> {
    let together = format!("limite /s, {AT_ONCE} connexions");
    let mut at_once = Table::new(&[
        "moteur",
        "votes acquittés",
        "en",
        "p50",
        "p99",
        "**votes/s**",
        "limite /s, 1 connexion",
        "part",
        &together,
        "part",
        "ailleurs %",
    ]);
    eprintln!("  votes : {AT_ONCE} au même instant");
    vote_at_once(booth, electorate, engine, options, &mut at_once)?;
    println!("\n### {AT_ONCE} votes secrets envoyés au même instant, en HTTP, chacun sur sa connexion\n");
    at_once.print();
    let mut large = Table::new(&["moteur", "sur la liste", "ce qui est fait", "durée", "octets"]);
    eprintln!("  votes : une liste de {ON_THE_ROLL}");
    let measured = vote_on_a_large_roll(booth, electorate, engine, &mut large);
    // What was measured before something failed is worth reading too.
    println!("\n### Un vote secret de {ON_THE_ROLL} structures\n");
    large.print();
    measured
}

/// The server, and a look at its database.
struct Booth {
    server: Server,
    store: Store,
}

/// A ballot that is open: its address, and the seat of each member.
struct Open {
    page: String,
    slug: String,
    seats: std::collections::HashMap<Uuid, Uuid>,
}

/// One vote to be given.
struct Voice<'a> {
    cookie: &'a str,
    seat: Uuid,
    code: &'static str,
}

impl Booth {
    fn open(url: &DatabaseUrl, folder: &Path, mails: &Path) -> Result<Self, String> {
        let destination = format!("dossier:{}", mails.display());
        let (server, _) = Server::with_settings(url, folder, &["--mail", &destination])?;
        let store = Store::open(url, 2).map_err(|fault| fault.to_string())?;
        Ok(Self { server, store })
    }

    fn number(&self, sql: &'static str, slug: &str) -> Result<i64, String> {
        let slug = slug.to_owned();
        let read = self.store.read_blocking(move |tx| tx.get(sql, params![slug], |row| row.get(0)));
        read.map_err(|fault| fault.to_string())
    }

    /// Prepares a secret vote in writing and opens it; gives also how long the opening took. Its messages have gone when
    /// this ends.
    fn call(&self, manager: &str, body: &str, question: &str) -> Result<(Open, Duration), String> {
        let day = SystemClock.now().plus(9 * time::DAY).day();
        let closes = format!("{:02}%2F{:02}%2F{}", day.day(), day.month(), day.year());
        let form = format!(
            "question={question}&way=written&closes_day={closes}&closes_hour=18%3A00&form=proposal&majority=simple&base=valid\
             &tie=rejected&secret=oui"
        );
        let new = format!("/gouvernances/{SLUG}/instances/{body}/scrutins/nouveau");
        let page = self.post(&new, manager, &form)?.0;
        let (_, lasted) = self.post(&format!("{page}/ouvrir"), manager, "")?;
        let slug = page.rsplit('/').next().unwrap_or_default().to_owned();
        let begun = Instant::now();
        while self.number("select count(*) from outbox where state = 'waiting' and subject <> $1", "")? > 0 {
            if begun.elapsed() > 8 * LONGEST {
                return Err("les messages ne partent pas".to_owned());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let known = slug.clone();
        let seats = self.store.read_blocking(move |tx| {
            tx.query(
                "select s.member, s.id from ballot_seat s join ballot b on b.id = s.ballot where b.slug = $1",
                params![known],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
        });
        let seats = seats.map_err(|fault| fault.to_string())?.into_iter().collect();
        Ok((Open { page, slug, seats }, lasted))
    }

    /// Sends a form that must be taken; gives where it leads.
    fn post(&self, path: &str, cookie: &str, form: &str) -> Result<(String, Duration), String> {
        let answer = ask(self.server.address, "POST", path, cookie, form)?;
        match answer.status {
            303 => Ok((answer.location, answer.lasted)),
            status => Err(format!("{path} : {status}, {}", answer.text())),
        }
    }

    fn get(&self, path: &str, cookie: &str) -> Result<Answer, String> {
        let answer = ask(self.server.address, "GET", path, cookie, "")?;
        if answer.status == 200 { Ok(answer) } else { Err(format!("{path} : {}", answer.status)) }
    }

    /// What was acknowledged must be what is counted, each seat once.
    fn close(&self, manager: &str, open: &Open, given: &[Voice<'_>]) -> Result<Duration, String> {
        let (_, lasted) = self.post(&format!("{}/clore", open.page), manager, "")?;
        let of = |code: &str| i64::try_from(given.iter().filter(|voice| voice.code == code).count()).unwrap_or(-1);
        let wanted = [of(CODES[0]), of(CODES[1]), of(CODES[2]), i64::try_from(given.len()).unwrap_or(-1)];
        let option = |rank| match rank {
            0 => {
                "select o.votes from ballot_option o join ballot b on b.id = o.ballot where b.slug = $1 and o.rank = 0"
            }
            _ => {
                "select o.votes from ballot_option o join ballot b on b.id = o.ballot where b.slug = $1 and o.rank = 1"
            }
        };
        let rows = "select count(*) from ballot_voice v join ballot b on b.id = v.ballot where b.slug = $1";
        let found = [
            self.number(option(0), &open.slug)?,
            self.number(option(1), &open.slug)?,
            self.number("select abstained from ballot where slug = $1", &open.slug)?,
            self.number(rows, &open.slug)?,
        ];
        let voters = self.number("select voters from ballot where slug = $1", &open.slug)?;
        if found != wanted || Some(&voters) != wanted.last() {
            return Err(format!("acquittés {wanted:?}, comptés {found:?}, {voters} votants"));
        }
        Ok(lasted)
    }
}

/// The first voters with their seats, each choosing otherwise than the one before.
fn voices<'a>(electorate: &'a Electorate, open: &Open, many: usize) -> Result<Vec<Voice<'a>>, String> {
    let voter = |(number, (member, cookie)): (usize, &'a (kernel::Id<_>, String))| {
        let seat = open.seats.get(&kernel::Id::uuid(*member)).copied().ok_or("une structure n'est pas sur la liste")?;
        let code = CODES.get(number % CODES.len()).copied().unwrap_or_default();
        Ok(Voice { cookie, seat, code })
    };
    electorate.voters.iter().take(many).enumerate().map(voter).collect()
}

fn vote_at_once(
    booth: &Booth,
    electorate: &Electorate,
    engine: Engine,
    options: &Options,
    table: &mut Table,
) -> Result<(), String> {
    let (mut rates, mut lasted, mut times, mut elsewhere) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    for round in 0..options.rounds {
        let (open, _) = booth.call(&electorate.manager, &electorate.few, &format!("Vote+{round}"))?;
        let all = voices(electorate, &open, AT_ONCE)?;
        let since = Since::now(booth.server.pid());
        let (took, each) = send_at_once(booth.server.address, &open.page, &all)?;
        elsewhere.push(since.spent().elsewhere);
        booth.close(&electorate.manager, &open, &all)?;
        rates.push(all.len() as f64 / took.as_secs_f64());
        lasted.push(took);
        times.extend(each);
        alone.push(limit(booth.store.url(), 1, options.duration())?);
        together.push(limit(booth.store.url(), AT_ONCE, options.duration())?);
    }
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    let of = |figures: &mut Vec<f64>| median(figures).unwrap_or_default();
    let (rate, alone, together) = (of(&mut rates), of(&mut alone), of(&mut together));
    table.row(vec![
        engine.name().to_owned(),
        format!("{AT_ONCE} sur {AT_ONCE}, {} fois", options.rounds),
        report::time(median(&mut lasted).unwrap_or_default()),
        report::time(at(50)),
        report::time(at(99)),
        format!("**{}**", report::thousands(rate)),
        report::thousands(alone),
        format!("**{:.0} %**", 100.0 * rate / alone.max(1.0)),
        report::thousands(together),
        format!("**{:.0} %**", 100.0 * rate / together.max(1.0)),
        format!("{:.0}", of(&mut elsewhere)),
    ]);
    Ok(())
}

/// Each on a connection that is open already, all at the word: from that word to the last acknowledgement, and each one's wait.
fn send_at_once(address: SocketAddr, page: &str, all: &[Voice<'_>]) -> Result<(Duration, Vec<Duration>), String> {
    let ready = Barrier::new(all.len() + 1);
    let vote = |voice: &Voice<'_>| {
        let prepared = connect(address);
        let form = format!("siege={}&choice={}", voice.seat, voice.code);
        ready.wait();
        let answer = exchange(prepared?, address, "POST", &format!("{page}/voter"), voice.cookie, &form)?;
        if answer.status == 303 { Ok(answer.lasted) } else { Err(format!("un vote : {}", answer.status)) }
    };
    std::thread::scope(|scope| {
        let voting: Vec<_> = all.iter().map(|voice| scope.spawn(|| vote(voice))).collect();
        ready.wait();
        let begun = Instant::now();
        let each: Result<Vec<Duration>, String> =
            voting.into_iter().map(|one| one.join().map_err(|_| "un votant a paniqué".to_owned())?).collect();
        Ok((begun.elapsed(), each?))
    })
}

fn vote_on_a_large_roll(
    booth: &Booth,
    electorate: &Electorate,
    engine: Engine,
    table: &mut Table,
) -> Result<(), String> {
    let (open, opening) = booth.call(&electorate.manager, &electorate.all, "Vote+de+toutes")?;
    let all = voices(electorate, &open, ON_THE_ROLL)?;
    let mut line = |what: &str, lasted: Duration, size: usize| {
        let size = if size > 0 { report::thousands(size as f64) } else { String::new() };
        table.row(vec![
            engine.name().to_owned(),
            open.seats.len().to_string(),
            what.to_owned(),
            report::time(lasted),
            size,
        ]);
    };
    line("ouverture : liste arrêtée, un message par structure", opening, 0);
    let someone = all.first().map_or("", |voice| voice.cookie);
    let page = |what: &'static str, path: &str, cookie: &str, line: &mut dyn FnMut(&str, Duration, usize)| {
        let mut answers = (0..5).map(|_| booth.get(path, cookie)).collect::<Result<Vec<_>, String>>()?;
        answers.sort_by_key(|answer| answer.lasted);
        if let Some(answer) = answers.get(2) {
            line(what, answer.lasted, answer.body.len());
        }
        Ok::<(), String>(())
    };
    let (first, others) = all.split_at(all.len().min(AT_ONCE));
    page("formulaire de vote", &format!("{}/voter", open.page), someone, &mut line)?;
    let path = format!("{}/voter", open.page);
    let one = |voice: &Voice<'_>| {
        let form = format!("siege={}&choice={}", voice.seat, voice.code);
        Ok(booth.post(&path, voice.cookie, &form)?.1)
    };
    let mut times = first.iter().map(one).collect::<Result<Vec<Duration>, String>>()?;
    line("un vote, seul", median(&mut times).unwrap_or_default(), 0);
    let begun = Instant::now();
    let faults = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for clerk in 0..CLERKS {
            let (faults, one) = (&faults, &one);
            scope.spawn(move || {
                for voice in others.iter().skip(clerk).step_by(CLERKS) {
                    if let Err(fault) = one(voice)
                        && let Ok(mut faults) = faults.lock()
                    {
                        faults.push(fault);
                    }
                }
            });
        }
    });
    if let Some(fault) = faults.into_inner().unwrap_or_default().first() {
        return Err(fault.clone());
    }
    line(&format!("les {} autres votes, {CLERKS} à la fois", others.len()), begun.elapsed(), 0);
    page("page, pour qui est sur la liste", &open.page, someone, &mut line)?;
    page("page, pour qui passe", &open.page, "", &mut line)?;
    let closing = booth.close(&electorate.manager, &open, &all)?;
    line("clôture : sceaux ouverts, comptés, effacés", closing, 0);
    let (_, publishing) = booth.post(&format!("{}/publier", open.page), &electorate.manager, "")?;
    line("publication, annoncée à chaque structure", publishing, 0);
    page("page publiée, pour qui passe", &open.page, "", &mut line)
}

/// Durable transactions of one row a second, in a table of the same database, by so many connections at once.
fn limit(url: &DatabaseUrl, connections: usize, lasting: Duration) -> Result<f64, String> {
    let done = match url {
        DatabaseUrl::Sqlite(path) => sqlite_limit(path, connections, lasting)?,
        DatabaseUrl::Postgres(address) => {
            let times = Handle::current().block_on(postgres_limit(address, connections, lasting));
            times.map_err(|fault| format!("PostgreSQL : {fault}"))?.len()
        }
    };
    Ok(done as f64 / lasting.as_secs_f64())
}

fn sqlite_limit(path: &Path, connections: usize, lasting: Duration) -> Result<usize, String> {
    let open = || -> rusqlite::Result<rusqlite::Connection> {
        let connection = rusqlite::Connection::open(path)?;
        connection.busy_timeout(LONGEST)?;
        connection.execute_batch("pragma synchronous = full; create table if not exists bench_probe (id integer primary key, value text not null) strict;")?;
        Ok(connection)
    };
    let all =
        (0..connections).map(|_| open()).collect::<rusqlite::Result<Vec<_>>>().map_err(|fault| fault.to_string())?;
    let begun = Instant::now();
    let write = |connection: rusqlite::Connection| -> rusqlite::Result<usize> {
        let mut insert = connection.prepare("insert into bench_probe (value) values ('mesure')")?;
        let mut done = 0;
        while begun.elapsed() < lasting {
            done += insert.execute([])?;
        }
        Ok(done)
    };
    std::thread::scope(|scope| {
        let writing: Vec<_> = all.into_iter().map(|connection| scope.spawn(|| write(connection))).collect();
        let done = writing
            .into_iter()
            .map(|one| one.join().map_err(|_| "un écrivain a paniqué".to_owned())?.map_err(|fault| fault.to_string()));
        done.sum()
    })
}

struct Answer {
    status: u16,
    location: String,
    body: Vec<u8>,
    lasted: Duration,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).chars().take(2_000).collect()
    }
}

fn connect(address: SocketAddr) -> Result<TcpStream, String> {
    let stream = TcpStream::connect_timeout(&address, LONGEST).map_err(|fault| fault.to_string())?;
    let set = stream.set_read_timeout(Some(LONGEST)).and_then(|()| stream.set_nodelay(true));
    set.map(|()| stream).map_err(|fault| fault.to_string())
}

fn ask(address: SocketAddr, method: &str, path: &str, cookie: &str, form: &str) -> Result<Answer, String> {
    exchange(connect(address)?, address, method, path, cookie, form)
}

/// One request, as the browser of somebody who is signed in sends it.
fn exchange(
    mut stream: TcpStream,
    address: SocketAddr,
    method: &str,
    path: &str,
    cookie: &str,
    form: &str,
) -> Result<Answer, String> {
    let told = |fault: std::io::Error| format!("{path} : {fault}");
    let begun = Instant::now();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\naccept: text/html\r\ncookie: {cookie}\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{form}",
        form.len()
    );
    stream.write_all(request.as_bytes()).map_err(told)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(told)?;
    let lasted = begun.elapsed();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(answer.len());
    let head = String::from_utf8_lossy(answer.get(..end).unwrap_or_default()).into_owned();
    let location = head.lines().find_map(|line| line.strip_prefix("location: ")).unwrap_or_default().trim().to_owned();
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    let body = answer.get((end + 4).min(answer.len())..).unwrap_or_default().to_vec();
    Ok(Answer { status, location, body, lasted })
}
