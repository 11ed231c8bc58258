//! Nothing links a voter to a choice. Two towns live the same hours with the same randomness; in the second one the same voters
//! exchange what they vote. Whatever somebody can find must be the same in both, to the byte: tables, files, archives, the
//! register, mails, what was answered to each voter. As long as the vote is open only the seals differ; then they are nowhere.

use governance::powers::acts::give;
use governance::powers::model::NewPower;
use kernel::permission::Role;
use kernel::{Clock as _, Id, Reach, RoleKind, Who, time};
use meetings::ballots::cast::{NewVoice, cast};
use store::{DatabaseUrl, params};
use uuid::Uuid;

use super::traces::{self, File, Members, Needles, Tables};
use super::{consultation, key, links};
use crate::meetings::value;
use crate::process::Folder;
use crate::reply::Reply;
use crate::town::{Browser, Engine, Town};

const SEED: u64 = 0x5EC2E7;
/// Seats beside those that vote over HTTP: enough of them that the tree of the table is split and balanced.
const CROWD: usize = 120;

/// How a town votes: openly, for what shows that these tests can fail, and whether its voters have exchanged their choices.
#[derive(Clone, Copy)]
struct Life {
    secret: bool,
    exchanged: bool,
}

/// The structures that vote over HTTP, and what each chooses at last: together always two for, one against, one abstention.
const VOTERS: [&str; 4] =
    ["CCAS exemple", "Tiers-lieu exemple", "Communauté de communes exemple", "Association exemple des usagers"];
const CODES: [&str; 4] = ["0", "1", "blanc", "0"];

impl Life {
    fn code(self, voter: usize, last: bool) -> &'static str {
        CODES[(voter + usize::from(self.exchanged) + usize::from(!last)) % CODES.len()]
    }

    /// Of the crowd: a third each.
    fn choice(self, seat: usize, last: bool) -> Vec<usize> {
        match (seat + usize::from(self.exchanged) + usize::from(!last)) % 3 {
            2 => Vec::new(),
            rank => vec![rank],
        }
    }
}

/// What can be found at one moment.
struct Found {
    tables: Tables,
    archive: Members,
    files: Vec<File>,
}

async fn find(town: &Town) -> Found {
    let folder = Folder::new();
    let path = folder.path().join("archive.zip");
    crate::moving::write(town.app.store(), maillage::SCHEMA, &path).await;
    Found {
        tables: traces::tables(&town.url).await,
        archive: crate::moving::members(&path),
        files: traces::files(&town.url),
    }
}

/// All that is left of a life.
struct Left {
    answers: Vec<String>,
    /// Every seal that ever stood in the table.
    seals: Vec<Vec<u8>>,
    open: Found,
    closed: Found,
}

/// An answer without its number, which counts the requests of this whole process.
fn told(reply: &Reply) -> String {
    let mut headers: Vec<String> = reply
        .headers
        .iter()
        .filter(|(name, _)| *name != "x-request-id")
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    format!("{} {}\n{}\n\n{}", reply.path, reply.status, headers.join("\n"), reply.text())
}

/// The codes of the answers that a form offers.
fn codes(form: &str) -> Vec<String> {
    let inputs = form.split("name=\"choice\"").skip(1).map(|rest| rest.split('>').next().unwrap());
    inputs.map(|input| input.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()).collect()
}

async fn seals(town: &Town) -> Vec<Vec<u8>> {
    town.read(|tx| {
        tx.query("select seal from ballot_voice where seal is not null order by seat", &[], |row| row.get(0))
    })
    .await
}

/// Two of the structures have nobody who speaks for them in the demonstration: somebody else of it does, then.
pub fn speak_for_all(ctx: &kernel::Context<'_>, tx: &mut store::Tx<'_>) -> kernel::Result<()> {
    for (voter, email) in [(VOTERS[2], "secretariat@exemple.fictif"), (VOTERS[3], "financement@exemple.fictif")] {
        let (governance, member): (Uuid, Uuid) = tx.get(
            "select m.governance, m.id from member m join organisation o on o.id = m.organisation
             join governance g on g.id = m.governance where g.slug = 'reseau-exemple-vallee' and o.name like $1",
            params![format!("{voter}%")],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let person =
            tx.get("select person from account where email_key = $1", params![email], |row| row.get::<Uuid>(0))?;
        let reach = Reach::Member { governance, member };
        let power = NewPower { role: RoleKind::Representative, reach, since: None, until: None };
        give(ctx, tx, Id::from_uuid(person), &power)?;
    }
    Ok(())
}

fn id(number: usize) -> Uuid {
    // Spread over the tree, as the seats of a roll are.
    Uuid::from_u128((number as u128 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835))
}

fn member(number: usize) -> Uuid {
    Uuid::from_u128(0x7000_8000_0000_0000_0000 + number as u128)
}

/// Puts the crowd on the roll of the open ballot.
async fn gather_crowd(town: &Town) {
    let add = |_: &kernel::Context<'_>, tx: &mut store::Tx<'_>| {
        let ballot: Uuid =
            tx.get("select id from ballot where question = 'Adopter la charte'", &[], |row| row.get(0))?;
        for number in 0..CROWD {
            tx.execute(
                "insert into ballot_seat (id, ballot, rank, member, name, weight, present) values ($1, $2, $3, $4, $5, 1, $6)",
                params![id(number), ballot, i64::try_from(1_000 + number).unwrap(), member(number), format!("Structure {number}"), true],
            )?;
        }
        Ok(())
    };
    town.act(&Who::operator(), add).await.unwrap();
}

/// A seat of the crowd votes.
async fn crowd_votes(town: &Town, number: usize, choice: Vec<usize>) {
    let sql = "select id, governance from ballot where question = 'Adopter la charte'";
    let (ballot, governance): (Uuid, Uuid) =
        town.read(move |tx| tx.get(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))).await;
    let reach = Reach::Member { governance, member: member(number) };
    let who = Who::person(member(10_000 + number), None, vec![Role::new(RoleKind::Representative, reach)]);
    let secret = town.app.secret().clone();
    let new = NewVoice { choice, reason: String::new() };
    town.act(&who, move |ctx, tx| cast(ctx, tx, &secret, Id::from_uuid(ballot), Id::from_uuid(id(number)), &new))
        .await
        .unwrap();
}

/// A written consultation, voted in an order that is not that of the seats, at different hours, with changes of mind.
async fn live(engine: Engine, life: Life) -> Left {
    let town = Town::twin(engine, SEED);
    let (mut answers, mut seen) = (Vec::new(), Vec::new());
    town.act(&Who::demonstration(), speak_for_all).await.unwrap();
    // As the program does at its start: from here on only what an act could not do at once is done.
    town.app.store().forget_erased().await;
    let secret = if life.secret { vec![("secret", "oui"), ("publishes", "oui")] } else { vec![("publishes", "oui")] };
    let (_, page) = consultation(&town, &secret).await;
    gather_crowd(&town).await;
    let sent = links(&town, "Votre vote est demandé").await;
    let mails = town.read(|tx| tx.get("select count(*) from outbox", &[], |row| row.get::<i64>(0))).await;
    let by_link = |who: &str| sent.iter().find(|(to, _)| to.starts_with(who)).map(|(_, link)| link.clone()).unwrap();

    // Who, for which structure, and whether it is their last word.
    for (number, (who, voter, last)) in [
        ("financement", 3, false),
        ("suppleance", 1, false),
        ("secretariat", 2, true),
        ("co-porteuse", 0, false),
        ("financement", 3, true),
        ("animation", 1, true),
        ("co-porteuse", 0, true),
        // The same again.
        ("financement", 3, true),
    ]
    .into_iter()
    .enumerate()
    {
        town.clock.set(town.clock.now().plus(time::DAY / 24 + 97 * 1_000_003));
        let link = by_link(who);
        let mut browser = town.browser();
        let form = browser.get(&link).await.ok();
        answers.push(told(&form));
        let (seat, key) = (value(&form.text(), "siege"), key(&link));
        let offered = codes(&form.text());
        assert!(!life.secret || offered.iter().all(|code| code.len() == 5), "what is sent has one length: {offered:?}");
        let code = offered.iter().find(|code| code.ends_with(life.code(voter, last))).unwrap();
        let fields = [("cle", key.as_str()), ("siege", seat.as_str()), ("choice", code)];
        let done = browser.post("/scrutins/voter", &fields).await.ok().says("Votre vote est enregistré");
        answers.push(told(&done));
        // A part of the crowd after each, from the end of the roll.
        for seat in (0..CROWD).rev().filter(|seat| seat % 8 == number) {
            crowd_votes(&town, seat, life.choice(seat, seat % 5 > 1)).await;
        }
        answers.push(told(&town.get(&page).await.ok()));
        // What somebody sees who looks after each vote: counters, versions, the register with its hours.
        for table in ["ballot", "register_head", "version"] {
            answers.push(traces::rows(&town.url, table).await.join("\n"));
        }
        seen.extend(seals(&town).await);
    }
    for seat in (0..CROWD).filter(|seat| seat % 5 <= 1) {
        crowd_votes(&town, seat, life.choice(seat, true)).await;
    }
    // One who is signed in.
    town.clock.set(town.clock.now().plus(time::DAY));
    let mut camille = town.as_("co-porteuse").await;
    let form = camille.get(&format!("{page}/voter")).await.ok();
    let seat = value(&form.text(), "siege");
    let done =
        camille.post(&format!("{page}/voter"), &[("siege", &seat), ("choice", life.code(0, true))]).await.is(303);
    let shown = camille.get(&page).await.ok().says("Votre vote est enregistré");
    answers.extend([&form, &done, &shown].map(told));
    let now = seals(&town).await;
    assert_eq!(now.len(), if life.secret { CROWD + VOTERS.len() } else { 0 });
    seen.extend(now);
    let waiting = town.read(|tx| tx.get("select count(*) from outbox", &[], |row| row.get::<i64>(0))).await;
    assert_eq!(waiting, mails, "a vote sends nothing");
    let open = find(&town).await;

    let mut alix = town.as_("animation").await;
    alix.submit(&format!("{page}/clore"), &[]).await.ok().says(&format!("{} votants sur", CROWD + VOTERS.len()));
    for path in [page.as_str(), "/registre", "/gouvernances/reseau-exemple-vallee/scrutins"] {
        answers.push(told(&town.get(path).await.ok()));
        answers.push(told(&camille.get(path).await.ok()));
    }
    answers.push(told(&alix.get(&page).await.ok()));
    // Whatever read at the moment of the close has held the journal back.
    town.app.store().forget_erased().await;
    let closed = find(&town).await;
    seen.sort();
    seen.dedup();
    Left { answers, seals: seen, open, closed }
}

/// The first line in which two texts differ.
fn difference(one: &str, other: &str) -> Option<String> {
    let differ = |(one, other): (&str, &str)| (one != other).then(|| format!("« {one} », then « {other} »"));
    let length = || (one.len() != other.len()).then(|| "one is longer".to_owned());
    one.lines().zip(other.lines()).find_map(differ).or_else(length)
}

/// What tells the two lives apart; nothing, where they voted in secret.
fn what_differs(one: &Left, other: &Left) -> Vec<String> {
    let mut found = Vec::new();
    for (one, other) in one.answers.iter().zip(&other.answers) {
        found.extend(difference(one, other).map(|what| format!("an answer: {what}")));
    }
    for (moment, one_found, other_found) in [("open", &one.open, &other.open), ("closed", &one.closed, &other.closed)] {
        for (name, rows) in &one_found.tables {
            let others = &other_found.tables[name];
            if rows == others {
                continue;
            }
            let (rows, others) = (unsealed(&rows.join("\n"), one), unsealed(&others.join("\n"), other));
            found.extend(difference(&rows, &others).map(|what| format!("{moment}, table {name}: {what}")));
        }
        for (name, bytes) in &one_found.archive {
            // The manifest has the digest of each table.
            if *bytes == other_found.archive[name] || (moment == "open" && name == "manifest.json") {
                continue;
            }
            let text = |bytes: &[u8], left| unsealed(&String::from_utf8_lossy(bytes), left);
            let (bytes, others) = (text(bytes, one), text(&other_found.archive[name], other));
            found.extend(difference(&bytes, &others).map(|what| format!("{moment}, archive {name}: {what}")));
        }
    }
    let file = |left: &Left| left.closed.files.first().map(|(_, bytes)| bytes.clone());
    if file(one) != file(other) {
        found.push("the file of the database".to_owned());
    }
    found
}

/// Without the seals of this life.
fn unsealed(text: &str, left: &Left) -> String {
    if left.seals.is_empty() {
        return text.to_owned();
    }
    let seals: std::collections::HashSet<String> = left.seals.iter().map(|seal| kernel::text::hex(seal)).collect();
    let mut out = String::with_capacity(text.len());
    for part in text.split_inclusive(|character: char| !character.is_ascii_hexdigit()) {
        let word = part.trim_end_matches(|character: char| !character.is_ascii_hexdigit());
        if seals.contains(word) {
            out.push_str(&part.replace(word, "un sceau"));
        } else {
            out.push_str(part);
        }
    }
    out
}

fn on(engine: Engine, story: impl AsyncFnOnce(Engine)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(story(engine));
}

async fn nothing_links_a_voter_to_a_choice(engine: Engine) {
    let one = live(engine, Life { secret: true, exchanged: false }).await;
    let other = live(engine, Life { secret: true, exchanged: true }).await;
    assert_eq!(what_differs(&one, &other), Vec::<String>::new());
    let before = find(&Town::twin(engine, SEED)).await;
    let needles = Needles::of(&[one.seals.as_slice(), other.seals.as_slice()].concat());
    // Found where they are, so that not finding them means something.
    assert!(needles.find_in_tables(&one.open.tables, &before.tables).is_some());
    assert!(needles.find_in_archive(&one.open.archive, &before.archive).is_some());
    assert!(engine == Engine::Postgres || needles.find_in_files(&one.open.files, &before.files).is_some());
    // What is left of the other is the same to the byte, its files beside.
    assert_eq!(needles.find_in_tables(&one.closed.tables, &before.tables), None);
    assert_eq!(needles.find_in_archive(&one.closed.archive, &before.archive), None);
    for left in [&one, &other] {
        assert_eq!(needles.find_in_files(&left.closed.files, &before.files), None);
    }
}

#[test]
fn nothing_links_a_voter_to_a_choice_on_sqlite() {
    on(Engine::Sqlite, nothing_links_a_voter_to_a_choice);
}

#[test]
fn nothing_links_a_voter_to_a_choice_on_postgres() {
    on(Engine::Postgres, nothing_links_a_voter_to_a_choice);
}

/// A secret vote that is open, in which some have voted: who animates, its page, its seals.
async fn some_have_voted(town: &Town) -> (Browser<'_>, String, Needles) {
    town.act(&Who::demonstration(), speak_for_all).await.unwrap();
    town.app.store().forget_erased().await;
    let (alix, page) = consultation(town, &[("secret", "oui")]).await;
    for (_, link) in links(town, "Votre vote est demandé").await {
        let form = town.get(&link).await.ok().text();
        let (seat, key) = (value(&form, "siege"), key(&link));
        town.browser().post("/scrutins/voter", &[("cle", &key), ("siege", &seat), ("choice", "0")]).await;
    }
    let needles = Needles::of(&seals(town).await);
    (alix, page, needles)
}

/// What `docs/secret-ballots.md` says of PostgreSQL's files, and what an operator does about it.
#[test]
fn on_postgres_seals_stay_in_the_file_of_the_table_until_it_is_written_anew() {
    on(Engine::Postgres, async |engine| {
        let town = Town::twin(engine, SEED);
        let (mut alix, page, needles) = some_have_voted(&town).await;
        let DatabaseUrl::Postgres(address) = &town.url else { unreachable!() };
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says("votants sur");
        assert!(needles.find(&traces::heap(address, "ballot_voice").await).is_some());
        // Whatever looks at the database at that moment (an `analyze` of PostgreSQL's own) keeps what it may still see.
        for _ in 0..100 {
            traces::rows_of(address, "vacuum full ballot_voice").await;
            if needles.find(&traces::heap(address, "ballot_voice").await).is_none() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        panic!("the seals are in the new file too");
    });
}

#[test]
fn a_vote_that_is_given_up_is_erased_for_good() {
    on(Engine::Sqlite, async |engine| {
        let town = Town::twin(engine, SEED);
        let (mut alix, page, needles) = some_have_voted(&town).await;
        assert!(needles.find_in_files(&traces::files(&town.url), &[]).is_some());
        alix.submit(&format!("{page}/abandonner"), &[("reason", "La question est retirée")]).await.ok();
        town.app.store().forget_erased().await;
        assert_eq!(needles.find_in_files(&traces::files(&town.url), &[]), None);
    });
}

/// What a public vote tells is seen by the same eyes: in the tables, in the archive, in the answers, in the file.
#[test]
fn what_is_voted_openly_is_found_by_the_same_search() {
    on(Engine::Sqlite, async |engine| {
        let one = live(engine, Life { secret: false, exchanged: false }).await;
        let other = live(engine, Life { secret: false, exchanged: true }).await;
        let found = what_differs(&one, &other);
        for place in ["an answer", "open, table ballot_voice", "closed, archive", "the file of the database"] {
            assert!(found.iter().any(|what| what.starts_with(place)), "{place}: {found:?}");
        }
    });
}
