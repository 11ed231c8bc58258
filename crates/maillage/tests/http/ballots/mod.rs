//! Votes: prepared, opened, given, closed, published; in session and in writing, public and secret.

mod clicks;
mod colleges;
mod rules;
pub mod secrecy;
mod secret;
mod session;
mod together;
pub mod traces;
mod written;

use kernel::{Clock as _, Timestamp, Who, time};

use crate::meetings::{BODY, VALLEE, everybody_there, planned, value};
use crate::town::{Browser, Town};

pub(super) const NEW: &str = "/gouvernances/reseau-exemple-vallee/instances/assemblee-du-reseau/scrutins/nouveau";

/// What the form of a proposal sends, with what differs.
pub(super) fn proposal<'a>(question: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("question", question),
        ("way", "live"),
        ("form", "proposal"),
        ("majority", "simple"),
        ("base", "valid"),
        ("tie", "rejected"),
    ];
    for (name, value) in more {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields
}

/// A session of the assembly that is open, with everybody there; its page and its item.
pub(super) async fn session<'t>(town: &'t Town) -> (Browser<'t>, String, String) {
    // 15 January 2027, some minutes after the planned hour.
    town.clock.set(Timestamp::from_micros(1_800_020_000 * 1_000_000));
    let mut alix = town.as_("animation").await;
    let place = planned(&mut alix, "Réunion d’essai", "15/01/2027").await;
    alix.submit(&format!("{place}/ouvrir"), &[]).await.ok();
    everybody_there(&mut alix, &place).await.ok();
    let session = alix.get(&format!("{place}/seance")).await.ok().text();
    let item = session.split("id=\"point-").nth(1).unwrap().split('"').next().unwrap().to_owned();
    (alix, place, item)
}

/// Prepares a ballot on an item and opens it; gives its page.
pub(super) async fn opened(alix: &mut Browser<'_>, item: &str, fields: &[(&str, &str)]) -> String {
    let mut all = fields.to_vec();
    all.push(("point", item));
    let page = alix.submit(NEW, &all).await.ok().says("Le vote est préparé.").path;
    alix.submit(&format!("{page}/ouvrir"), &[]).await.ok().says("Le vote est ouvert.");
    page
}

/// A written consultation of the assembly that is open until 22 January 2027; its page.
pub(super) async fn consultation<'t>(town: &'t Town, more: &[(&str, &str)]) -> (Browser<'t>, String) {
    let mut fields = vec![("way", "written"), ("closes_day", "22/01/2027"), ("closes_hour", "18:00")];
    fields.extend_from_slice(more);
    // 15 January 2027, in the morning.
    town.clock.set(Timestamp::from_micros(1_800_000_000 * 1_000_000));
    let mut alix = town.as_("animation").await;
    let page = alix.submit(NEW, &proposal("Adopter la charte", &fields)).await.ok().path;
    alix.submit(&format!("{page}/ouvrir"), &[]).await.ok().says("Le vote est ouvert.");
    (alix, page)
}

/// The links by which persons vote, with the address each was sent to.
pub(super) async fn links(town: &Town, subject: &str) -> Vec<(String, String)> {
    let subject = format!("{subject}%");
    let sql = "select recipient, text from outbox where subject like $1 order by id";
    let all: Vec<(String, String)> =
        town.read(move |tx| tx.query(sql, store::params![subject], |row| Ok((row.get(0)?, row.get(1)?)))).await;
    let link = |text: &str| {
        let line = text.lines().find(|line| line.contains("/scrutins/voter?cle=")).unwrap().to_owned();
        line.split_once("//").unwrap().1.split_once('/').map(|(_, path)| format!("/{path}")).unwrap()
    };
    all.iter().map(|(to, text)| (to.clone(), link(text))).collect()
}

pub(super) fn key(link: &str) -> String {
    link.split_once("cle=").unwrap().1.to_owned()
}

/// Votes for the first seat that the page offers.
pub(super) async fn vote(browser: &mut Browser<'_>, page: &str, choice: &str) -> crate::reply::Reply {
    let form = browser.get(&format!("{page}/voter")).await.ok().text();
    let seat = value(&form, "siege");
    browser.submit(&format!("{page}/voter"), &[("siege", &seat), ("choice", choice)]).await
}

/// The fields of the form that enters what the room votes: every seat, with `choice`.
pub(super) async fn room(alix: &mut Browser<'_>, page: &str, choice: &str) -> Vec<(String, String)> {
    let form = alix.get(&format!("{page}/voix")).await.ok().text();
    let mut names: Vec<String> =
        form.split("name=\"v-").skip(1).map(|rest| format!("v-{}", rest.split('"').next().unwrap())).collect();
    names.dedup();
    names.into_iter().map(|name| (name, choice.to_owned())).collect()
}

pub(super) fn fields(all: &[(String, String)]) -> Vec<(&str, &str)> {
    all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}
