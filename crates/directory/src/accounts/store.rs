//! Queries on persons and accounts.

use kernel::{Error, Id, Result, Timestamp};
use store::{Row, Tx, params};

use super::model::{Account, Person};

const PERSON: &str = "select p.id, p.name, p.function, p.organisation, o.name from person p
    left join organisation o on o.id = p.organisation";

fn person(row: &Row<'_>) -> Result<Person> {
    Ok(Person {
        id: row.get(0)?,
        name: row.get(1)?,
        function: row.get(2)?,
        organisation: row.get(3)?,
        organisation_name: row.get(4)?,
    })
}

pub fn find_person(tx: &mut Tx<'_>, id: Id<Person>) -> Result<Person> {
    tx.get(&format!("{PERSON} where p.id = $1 and p.erased_at is null"), params![id], person)
}

const ACCOUNT: &str =
    "select a.person, p.name, a.email, a.state, a.password, a.totp, a.totp_step, a.subject, a.created_at
    from account a join person p on p.id = a.person";

fn account(row: &Row<'_>) -> Result<Account> {
    Ok(Account {
        person: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        state: row.code(3)?,
        password: row.get(4)?,
        totp: row.get(5)?,
        totp_step: row.get(6)?,
        subject: row.get(7)?,
        created_at: row.get(8)?,
    })
}

pub fn by_email(tx: &mut Tx<'_>, key: &str) -> Result<Option<Account>> {
    tx.find(&format!("{ACCOUNT} where a.email_key = $1"), params![key], account)
}

pub fn by_person(tx: &mut Tx<'_>, id: Id<Person>) -> Result<Account> {
    tx.get(&format!("{ACCOUNT} where a.person = $1"), params![id], account)
}

pub fn by_subject(tx: &mut Tx<'_>, issuer: &str, subject: &str) -> Result<Option<Account>> {
    tx.find(&format!("{ACCOUNT} where a.issuer = $1 and a.subject = $2"), params![issuer, subject], account)
}

/// As [`by_person`], and keeps others from changing the account until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: Id<Person>) -> Result<Account> {
    if tx.execute("update account set state = state where person = $1", params![id])? == 0 {
        return Err(Error::NotFound);
    }
    by_person(tx, id)
}

/// What happened to an account.
#[derive(Clone, Debug)]
pub struct Event {
    pub kind: String,
    pub agent: String,
    pub at: Timestamp,
}

pub fn events(tx: &mut Tx<'_>, id: Id<Person>, limit: i64) -> Result<Vec<Event>> {
    tx.query(
        "select kind, agent, at from account_event where person = $1 order by at desc, id desc limit $2",
        params![id, limit],
        |row| Ok(Event { kind: row.get(0)?, agent: row.get(1)?, at: row.get(2)? }),
    )
}

/// A place that anybody may take in a demonstration.
#[derive(Clone, Debug)]
pub struct Persona {
    pub id: Id<Person>,
    pub name: String,
    pub function: String,
    pub organisation: Option<String>,
    pub sees: String,
}

pub fn personas(tx: &mut Tx<'_>) -> Result<Vec<Persona>> {
    tx.query(
        "select p.id, p.name, p.function, o.name, p.persona from person p left join organisation o on o.id = p.organisation
         where p.persona_rank is not null and p.erased_at is null order by p.persona_rank",
        &[],
        |row| {
            Ok(Persona {
                id: row.get(0)?,
                name: row.get(1)?,
                function: row.get(2)?,
                organisation: row.get(3)?,
                sees: row.get(4)?,
            })
        },
    )
}

pub fn unused_recovery_codes(tx: &mut Tx<'_>, id: Id<Person>) -> Result<i64> {
    tx.get("select count(*) from recovery_code where person = $1", params![id], |row| row.get(0))
}
