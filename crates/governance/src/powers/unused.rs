//! The daily purge of accounts that nobody uses. One that holds a power is left to those who gave it: they are told.

use std::collections::{BTreeMap, BTreeSet};

use directory::Person;
use directory::accounts::retention::{Fate, fate};
use directory::accounts::store as accounts;
use directory::accounts::unused::{self, Candidate};
use kernel::coded::Coded as _;
use kernel::permission::RoleKind;
use kernel::register::Act;
use kernel::{Capability, Context, Error, Id, Result, Scope};
use store::outbox::{Message, queue};
use store::{Tx, params};

use super::model::Power;
use super::store as reads;
use crate::{Governance, members};

/// What one run did, in accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    pub warned: i64,
    pub told: i64,
    pub erased: i64,
}

/// Looks at the accounts past their time: warns, tells, erases. `site` is the public address, for the links of the mails.
/// Logged in the register when anything was done.
pub fn purge(ctx: &Context<'_>, tx: &mut Tx<'_>, site: &str) -> Result<Purged> {
    ctx.require(Capability::ManagePlatform, Scope::Platform)?;
    let mut purged = Purged::default();
    let mut told = Told::default();
    for mut one in unused::candidates(tx, ctx.now())? {
        // Whoever signs in at this moment comes before or after, not between.
        match accounts::lock(tx, one.person) {
            Ok(_) => {}
            Err(Error::NotFound) => continue,
            Err(other) => return Err(other),
        }
        let powers = held(ctx, tx, one.person)?;
        one.used.holds_power = !powers.is_empty();
        match fate(&one.used, ctx.now()) {
            Fate::Keep => {}
            Fate::Warn => {
                unused::warn(ctx, tx, site, &one)?;
                purged.warned += 1;
            }
            Fate::TellManagers => {
                told.note(&one, &powers);
                unused::managers_told(ctx, tx, one.person)?;
                purged.told += 1;
            }
            Fate::Erase => {
                members::requests::forget(tx, one.person)?;
                unused::erase(ctx, tx, one.person)?;
                purged.erased += 1;
            }
        }
    }
    told.send(ctx, tx, site)?;
    if purged != Purged::default() {
        let summary = format!(
            "Purge automatique des comptes inutilisés : {} effacé(s), {} averti(s) par courriel, {} signalé(s) à qui les gère",
            purged.erased, purged.warned, purged.told
        );
        let act = Act::new("accounts.purged", "donnees:comptes", summary)
            .with("effaces", purged.erased)
            .with("avertis", purged.warned)
            .with("signales", purged.told);
        tx.record(ctx, act);
    }
    Ok(purged)
}

/// Powers that have not ended, those to come included.
fn held(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<Power>> {
    let ids: Vec<Id<Power>> = tx.query(
        "select id from power where person = $1 and ended_at is null and (until is null or until >= $2) order by id",
        params![person, ctx.now().day().to_string()],
        |row| row.get(0),
    )?;
    ids.into_iter().map(|id| reads::find(tx, id)).collect()
}

/// What is told, gathered so that nobody receives a mail for each account. `None`: the platform.
#[derive(Default)]
struct Told {
    of: BTreeMap<Option<Id<Governance>>, Unused>,
}

/// The lines of one mail, and of whom they speak.
#[derive(Default)]
struct Unused {
    lines: Vec<String>,
    persons: BTreeSet<Id<Person>>,
}

impl Told {
    fn note(&mut self, one: &Candidate, powers: &[Power]) {
        for power in powers {
            let place = power.reach.governance().map(Id::from_uuid);
            let unused = self.of.entry(place).or_default();
            let on = power.on.as_deref().map(|on| format!(" ({on})")).unwrap_or_default();
            unused.lines.push(format!("{} : {}{on}", one.name, power.role.label()));
            unused.persons.insert(one.person);
        }
    }

    /// One mail a governance to each of its managers, or to the national team when there is nobody else.
    fn send(self, ctx: &Context<'_>, tx: &mut Tx<'_>, site: &str) -> Result<()> {
        for (place, Unused { lines, persons }) in self.of {
            let head = match place {
                Some(id) => crate::governances::store::head(tx, id)?,
                None => None,
            };
            let mut to = match place {
                Some(id) => addresses(ctx, tx, Some(id), &persons)?,
                None => Vec::new(),
            };
            if to.is_empty() {
                to = addresses(ctx, tx, None, &persons)?;
            }
            let (name, link) = match &head {
                Some(head) => (head.name.clone(), crate::url::powers(&head.slug)),
                None => ("la plateforme".to_owned(), "/administration".to_owned()),
            };
            let text = format!(
                "Bonjour,\n\nCes personnes ont un pouvoir ({name}) mais n'utilisent pas leur compte, ou n'ont jamais accepté leur \
                 invitation :\n\n{}\n\nRetirez les pouvoirs qui ne servent plus : les comptes seront alors effacés. Tant qu'un pouvoir \
                 dure, rien n'est effacé.\n\n{site}{link}",
                lines.join("\n")
            );
            for (person, address) in to {
                let subject = "Des comptes inutilisés ont encore un pouvoir".to_owned();
                let text = text.clone();
                queue(ctx, tx, &Message { to: address, subject, text, urgent: false, person: Some(person.uuid()) })?;
            }
        }
        Ok(())
    }
}

/// The managers of a governance (the national team, for the platform) whose account is open, but for those who are spoken of.
fn addresses(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    place: Option<Id<Governance>>,
    but: &BTreeSet<Id<Person>>,
) -> Result<Vec<(Id<Person>, String)>> {
    let today = ctx.now().day();
    let wanted = if place.is_some() { RoleKind::Manager } else { RoleKind::NationalTeam };
    let powers = match place {
        Some(id) => reads::of_governance(tx, id, today)?,
        None => reads::of_platform(tx, today)?,
    };
    let persons: BTreeSet<Id<Person>> = powers
        .into_iter()
        .filter(|power| power.role == wanted && power.account_is_open && !but.contains(&power.person))
        .map(|power| power.person)
        .collect();
    persons.into_iter().map(|person| Ok((person, accounts::by_person(tx, person)?.email))).collect()
}
