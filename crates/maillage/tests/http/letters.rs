//! Grouped messages: what waits for a person, when it goes, and what each chooses.

mod choices;
mod mornings;
mod pages;

use directory::Person;
use directory::correspondence::sending::{self, Done};
use directory::correspondence::{LetterKind, News, Rhythm, acts, store as waiting, tell};
use kernel::zone::Zone;
use kernel::{Id, Timestamp, Who};

use crate::town::Town;

/// An hour of a day in Paris.
fn at(day: &str, hour: i8, minute: i8) -> Timestamp {
    let time = format!("{hour:02}:{minute:02}");
    Zone::PARIS.instant(day.parse().unwrap(), time.parse().unwrap()).unwrap()
}

fn key(persona: &str) -> String {
    format!("{persona}@exemple.fictif")
}

async fn person(town: &Town, persona: &str) -> Id<Person> {
    let key = key(persona);
    town.read(move |tx| {
        tx.get("select person from account where email_key = $1", store::params![key], |row| row.get(0))
    })
    .await
}

async fn told(town: &Town, to: Id<Person>, kind: LetterKind, title: &str, path: &str) {
    let news = News::new(title, path).text("Ce qui s'est passé.");
    town.act(&Who::operator(), move |ctx, tx| tell(ctx, tx, to, kind, &news)).await.unwrap();
}

/// What waits, as « kind: title ».
async fn waits(town: &Town, to: Id<Person>) -> Vec<String> {
    let all = town.read(move |tx| waiting::waiting(tx, to)).await;
    let mut all: Vec<String> = all.into_iter().map(|one| format!("{:?}: {}", one.kind, one.news.title)).collect();
    // The clock stands still: what is told at the same instant has no order.
    all.sort();
    all
}

async fn choose(town: &Town, to: Id<Person>, rhythm: Rhythm, wanted: &'static [LetterKind]) {
    let who = Who::person(to.uuid(), None, Vec::new());
    town.act(&who, move |ctx, tx| acts::choose(ctx, tx, rhythm, wanted)).await.unwrap();
}

const ALL: &[LetterKind] = &[LetterKind::Duties, LetterKind::Tasks, LetterKind::Meetings, LetterKind::Membership];

/// What the node does each minute.
async fn minute(town: &Town) -> Done {
    sending::run(&town.app).await.unwrap()
}

/// The minute at an hour of a day in Paris.
async fn on(town: &Town, day: &str, hour: i8, minutes: i8) -> Done {
    town.clock.set(at(day, hour, minutes));
    minute(town).await
}

/// A message that was queued.
#[derive(Clone, Debug)]
struct Queued {
    subject: String,
    text: String,
    unsubscribe: Option<String>,
}

impl Queued {
    /// The address, on this site, of the line that holds `part`.
    fn link(&self, part: &str) -> String {
        let line =
            self.text.lines().find(|line| line.contains(part)).unwrap_or_else(|| panic!("{part}: {}", self.text));
        of_site(line)
    }

    /// The address of the header, on this site.
    fn header(&self) -> String {
        of_site(self.unsubscribe.as_deref().unwrap())
    }
}

fn of_site(address: &str) -> String {
    address
        .strip_prefix("http://localhost:8080")
        .unwrap_or_else(|| panic!("« {address} » is not of this site"))
        .to_owned()
}

/// The grouped messages to a persona, the oldest first.
async fn letters(town: &Town, persona: &str) -> Vec<Queued> {
    let key = key(persona);
    town.read(move |tx| {
        tx.query(
            "select subject, text, unsubscribe from outbox where recipient = $1 and subject like 'Maillage :%' order by queued_at, id",
            store::params![key],
            |row| Ok(Queued { subject: row.get(0)?, text: row.get(1)?, unsubscribe: row.get(2)? }),
        )
    })
    .await
}

async fn subjects(town: &Town, persona: &str) -> Vec<String> {
    letters(town, persona).await.into_iter().map(|one| one.subject).collect()
}

/// A message with one piece of news about meetings to the persona without a power, on Monday 23 November 2026.
async fn one_letter(town: &Town) -> Queued {
    let to = person(town, "sans-pouvoir").await;
    minute(town).await;
    told(town, to, LetterKind::Meetings, "Compte rendu publié", "/reunions").await;
    on(town, "2026-11-23", 7, 0).await;
    letters(town, "sans-pouvoir").await.pop().unwrap()
}
