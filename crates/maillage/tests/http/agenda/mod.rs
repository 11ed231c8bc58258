//! The agenda: what waits for it, what is carried over, what goes from one body to another; documents, order, templates.

mod documents;
mod items;
mod sending;
mod templates;
mod waiting;

use kernel::time;

use crate::reply::Reply;
use crate::town::{Browser, Town};

const VALLEE: &str = "/gouvernances/reseau-exemple-vallee";
const ASSEMBLY: &str = "/gouvernances/reseau-exemple-vallee/instances/assemblee-du-reseau";
const COLLEGE: &str = "/gouvernances/reseau-exemple-vallee/instances/college-des-structures";

fn value(page: &str, name: &str) -> String {
    page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// The fields of an item.
fn item<'a>(title: &'a str, kind: &'a str, minutes: &'a str) -> [(&'a str, &'a str); 3] {
    [("title", title), ("kind", kind), ("minutes", minutes)]
}

/// Plans a meeting of a body, without items; gives its page.
async fn planned(browser: &mut Browser<'_>, body: &str, title: &str, day: &str) -> String {
    let fields = [("title", title), ("format", "follow_up"), ("day", day), ("hour", "14h30"), ("minutes", "90")];
    let page = browser.submit(&format!("{body}/reunions/nouvelle"), &fields).await.ok();
    page.path.trim_end_matches("/ordre-du-jour").to_owned()
}

async fn add(browser: &mut Browser<'_>, place: &str, title: &str) -> String {
    let reply = browser.post(&format!("{place}/ordre-du-jour/nouveau"), &item(title, "debate", "15")).await.is(303);
    reply.header("location").split_once("#point-").unwrap().1.to_owned()
}

/// The identifier of what waits under a title.
async fn waiting_id(town: &Town, title: &str) -> String {
    let title = title.to_owned();
    let sql = "select id from waiting_item where title = $1 and state <> 'carried' order by id desc limit 1";
    town.read(move |tx| tx.get(sql, store::params![title], |row| row.get::<uuid::Uuid>(0))).await.to_string()
}

/// The identifier of a meeting by its address.
async fn meeting_id(town: &Town, place: &str) -> String {
    let slug = place.rsplit('/').next().unwrap().to_owned();
    town.read(move |tx| {
        tx.get("select id from meeting where slug = $1", store::params![slug], |row| row.get::<uuid::Uuid>(0))
    })
    .await
    .to_string()
}

/// The texts of the messages that wait, by the beginning of their subject.
async fn letters(town: &Town, subject: &str) -> Vec<String> {
    let subject = format!("{subject}%");
    let sql = "select text from outbox where subject like $1 order by id";
    town.read(move |tx| tx.query(sql, store::params![subject], |row| row.get(0))).await
}

/// What waits to be told in the next grouped messages, by the beginning of its title.
async fn news(town: &Town, title: &str) -> Vec<String> {
    let title = format!("{title}%");
    let sql = "select text from letter_news where kind = 'answers' and title like $1 order by told_at, id";
    town.read(move |tx| tx.query(sql, store::params![title], |row| row.get(0))).await
}

/// Titles of the items of an agenda, in their order.
async fn order(town: &Town, place: &str) -> Vec<String> {
    let slug = place.rsplit('/').next().unwrap().to_owned();
    let sql = "select i.title from agenda_item i join meeting m on m.id = i.meeting where m.slug = $1 order by i.rank";
    town.read(move |tx| tx.query(sql, store::params![slug], |row| row.get(0))).await
}

/// The register says nothing of what a draft, a proposal or the backlog holds: of what was done in this story, since the
/// minutes of the demonstration are public.
async fn register_hides(town: &Town, words: &[&str]) {
    let all: Vec<String> = town
        .read(|tx| {
            tx.query("select summary || ' ' || payload from register where actor <> 'demonstration'", &[], |row| {
                row.get(0)
            })
        })
        .await;
    for word in words {
        assert!(!all.iter().any(|line| line.contains(word)), "the register tells « {word} »");
    }
}

/// Opens and closes the session of a meeting.
async fn hold(browser: &mut Browser<'_>, place: &str) -> Reply {
    browser.submit(&format!("{place}/ouvrir"), &[]).await.ok();
    browser.submit(&format!("{place}/clore"), &[]).await.ok()
}
