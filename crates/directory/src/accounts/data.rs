//! What is known of a person, for the person; erasure; and what goes by itself when its time is over.

use kernel::coded::Coded as _;
use kernel::register::Act;
use kernel::time::french_date;
use kernel::{Capability, Context, Error, Id, Result, Scope, Timestamp};
use store::{Tx, outbox, params};

use super::model::Person;
use super::{retention, sessions, store as reads, throttle};
use crate::correspondence::store as letters;

/// One thing known: what it is, its value, why it is kept, for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub what: String,
    pub value: String,
    pub kept: &'static str,
}

const WHILE_OPEN: &str = "Tant que le compte est ouvert";
const A_YEAR: &str = "Un an";

/// Everything that the accounts hold about a person.
pub fn of_person(tx: &mut Tx<'_>, person: Id<Person>, now: Timestamp) -> Result<Vec<Known>> {
    let (known, account) = (reads::find_person(tx, person)?, reads::by_person(tx, person)?);
    let day = |at: Timestamp| french_date(at.day());
    let mut all = Vec::new();
    let mut add = |what: &str, value: String, kept| all.push(Known { what: what.to_owned(), value, kept });
    add("Nom", known.name, WHILE_OPEN);
    add("Fonction", known.function, WHILE_OPEN);
    add("Structure", known.organisation_name.unwrap_or_default(), WHILE_OPEN);
    add("Adresse électronique", account.email, WHILE_OPEN);
    add("Compte créé le", day(account.created_at), WHILE_OPEN);
    let password = if account.password.is_some() { "Une empreinte, d'où il ne peut être retrouvé" } else { "Aucun" };
    add("Mot de passe", password.to_owned(), WHILE_OPEN);
    let second = if account.totp.is_some() { "Activée" } else { "Non" };
    add("Double authentification", second.to_owned(), WHILE_OPEN);
    if let Some(subject) = account.subject {
        add("Identifiant chez le fournisseur d'identité", subject, WHILE_OPEN);
    }
    for session in sessions::of_person(tx, person, now)? {
        add(
            "Session ouverte",
            format!("{}, depuis le {}", session.agent, day(session.created_at)),
            "Sept jours au plus",
        );
    }
    let choices = letters::choices(tx, person)?;
    add("Message groupé", choices.rhythm.label().to_owned(), WHILE_OPEN);
    for kind in &choices.refused {
        add("Message groupé, sorte refusée", kind.label().to_owned(), WHILE_OPEN);
    }
    for one in letters::waiting(tx, person)? {
        let value = format!("{} : {} {}", one.kind, one.news.title, one.news.text);
        add("Nouvelle qui attend votre prochain message", value, "Jusqu'à l'envoi, 45 jours au plus");
    }
    if let Some((_, at)) = letters::told_duties(tx, person)?.into_iter().max_by_key(|(_, at)| *at) {
        let what = "Rappelé par courriel, sous une empreinte";
        add(what, format!("en dernier le {}", day(at)), "Tant que c'est attendu, 45 jours au plus");
    }
    for event in reads::events(tx, person, 1_000)? {
        add("Ce qui s'est passé", format!("{} : {} {}", day(event.at), event.kind, event.agent), A_YEAR);
    }
    Ok(all)
}

/// Erases the own account for good: name, address, sessions, links, journal, mail that waits. Acts stay, signed by
/// « compte supprimé ». Powers are ended by the caller, in the same transaction.
pub fn erase(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>) -> Result<()> {
    ctx.require(Capability::OwnAccount, Scope::Platform)?;
    if ctx.who().person_id() != Some(person.uuid()) {
        return Err(Error::NotFound);
    }
    reads::lock(tx, person)?;
    erase_rows(ctx, tx, person)?;
    tx.record(
        ctx,
        Act::new("account.erased", format!("personne:{person}"), "Suppression d'un compte à la demande de la personne"),
    );
    Ok(())
}

/// What erasing means: the person stays as a reference without a name.
pub(super) fn erase_rows(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>) -> Result<()> {
    let of_person = [
        "session",
        "recovery_code",
        "secret_link",
        "account_event",
        "refused_letter",
        "letter_news",
        "letter_duty",
        "account",
    ];
    for table in of_person {
        tx.execute(&format!("delete from {table} where person = $1"), params![person])?;
    }
    outbox::forget(tx, person.uuid())?;
    tx.execute(
        "update person set name = '', function = '', organisation = null, persona = null, persona_rank = null, erased_at = $2
         where id = $1",
        params![person, ctx.now()],
    )?;
    Ok(())
}

/// Removes what is past its time; gives how many lines of each kind. Logged in the register when anything went.
pub fn purge(ctx: &Context<'_>, tx: &mut Tx<'_>) -> Result<u64> {
    let now = ctx.now();
    let sessions = sessions::purge(tx, now)?;
    let tries = throttle::purge(tx, now)?;
    let links = tx.execute("delete from secret_link where expires_at < $1", params![now.plus(-retention::LINK)])?;
    let events = tx.execute("delete from account_event where at < $1", params![now.plus(-retention::JOURNAL)])?;
    let requests =
        tx.execute("delete from openid_request where created_at < $1", params![now.plus(-retention::PROVIDER)])?;
    let letters = letters::purge(tx, now.plus(-retention::NEWS))?;
    let all = sessions + tries + links + events + requests + letters;
    if all > 0 {
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let summary = format!("Purge automatique des données de comptes arrivées à échéance : {all} ligne(s)");
        let act = Act::new("data.purged", "donnees:comptes", summary)
            .with("sessions", number(sessions))
            .with("essais", number(tries))
            .with("liens", number(links))
            .with("journal", number(events))
            .with("connexions_abandonnees", number(requests))
            .with("nouvelles", number(letters));
        tx.record(ctx, act);
    }
    Ok(all)
}

/// Drops what the former secret sealed and nobody can open any more: the second factors.
pub fn drop_sealed(tx: &mut Tx<'_>) -> Result<()> {
    tx.execute("update account set totp = null, totp_step = 0 where totp is not null", &[])?;
    tx.execute("delete from recovery_code", &[])?;
    Ok(())
}
