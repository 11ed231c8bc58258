//! Sessions, in the database: 256 random bits in the browser's cookie, their hash here.

use kernel::time::{DAY, HOUR, MINUTE};
use kernel::{Context, Id, Result, Timestamp, coded};
use store::{Tx, Value, params};
use web::{SessionKey, session_key};

use super::model::Person;

/// A session ends after so long without a visit…
pub const IDLE: i64 = 12 * HOUR;
/// … and after so long in any case.
pub const LONGEST: i64 = 7 * DAY;
/// A session that waits for its second factor.
const SECOND_FACTOR: i64 = 10 * MINUTE;
/// Visits are noted no more often.
const NOTED: i64 = 5 * MINUTE;

coded! {
    pub enum Method {
        Password = "password", "Mot de passe";
        OpenId = "openid", "Fournisseur d'identité";
        Persona = "persona", "Personnage de la démonstration";
    }
}

/// A session as its owner sees it.
#[derive(Clone, Debug)]
pub struct Session {
    pub key: Vec<u8>,
    pub method: Method,
    pub agent: String,
    pub created_at: Timestamp,
    pub seen_at: Timestamp,
}

/// What the browser is given.
#[derive(Clone, Debug)]
pub struct Token(pub String);

/// A token of 256 random bits, in 64 hexadecimal digits.
pub fn new_token(ctx: &Context<'_>) -> Result<Token> {
    let mut bytes = [0; 32];
    ctx.random(&mut bytes)?;
    Ok(Token(kernel::register::Digest(bytes).hex()))
}

/// Opens a session. A new token each time: one that was planted before sign-in is worth nothing.
pub fn open(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    person: Id<Person>,
    method: Method,
    agent: &str,
    id_token: Option<&str>,
    needs_second_factor: bool,
) -> Result<Token> {
    let token = new_token(ctx)?;
    let now = ctx.now();
    let (stage, lasts) = if needs_second_factor { ("second_factor", SECOND_FACTOR) } else { ("whole", LONGEST) };
    tx.execute(
        "insert into session (token_hash, person, stage, method, id_token, agent, created_at, seen_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
        params![
            session_key(&token.0).as_slice(),
            person,
            stage,
            Value::code(method),
            id_token,
            agent,
            now,
            now.plus(lasts),
        ],
    )?;
    Ok(token)
}

/// The person of a session that is whole and has not ended.
pub fn person_of(tx: &mut Tx<'_>, key: &SessionKey, now: Timestamp) -> Result<Option<(Person, bool)>> {
    tx.find(
        "select p.id, p.name, p.function, p.organisation, o.name, s.seen_at
         from session s join person p on p.id = s.person join account a on a.person = p.id
         left join organisation o on o.id = p.organisation
         where s.token_hash = $1 and s.stage = 'whole' and s.expires_at > $2 and s.seen_at > $3 and a.state = 'active'",
        params![key.as_slice(), now, now.plus(-IDLE)],
        |row| {
            let seen: Timestamp = row.get(5)?;
            let person = Person {
                id: row.get(0)?,
                name: row.get(1)?,
                function: row.get(2)?,
                organisation: row.get(3)?,
                organisation_name: row.get(4)?,
            };
            Ok((person, seen.plus(NOTED) < now))
        },
    )
}

/// The person who has given a password and owes the second factor.
pub fn waiting_for_second_factor(tx: &mut Tx<'_>, key: &SessionKey, now: Timestamp) -> Result<Option<Id<Person>>> {
    tx.find(
        "select person from session where token_hash = $1 and stage = 'second_factor' and expires_at > $2",
        params![key.as_slice(), now],
        |row| row.get(0),
    )
}

pub fn seen(tx: &mut Tx<'_>, key: &SessionKey, now: Timestamp) -> Result<()> {
    tx.execute("update session set seen_at = $2 where token_hash = $1", params![key.as_slice(), now])?;
    tx.execute(
        "update account set last_used_on = $2 where person = (select person from session where token_hash = $1)",
        params![key.as_slice(), now.day().to_string()],
    )?;
    Ok(())
}

pub fn of_person(tx: &mut Tx<'_>, person: Id<Person>, now: Timestamp) -> Result<Vec<Session>> {
    tx.query(
        "select token_hash, method, agent, created_at, seen_at from session
         where person = $1 and stage = 'whole' and expires_at > $2 and seen_at > $3 order by seen_at desc",
        params![person, now, now.plus(-IDLE)],
        |row| {
            Ok(Session {
                key: row.get(0)?,
                method: row.code(1)?,
                agent: row.get(2)?,
                created_at: row.get(3)?,
                seen_at: row.get(4)?,
            })
        },
    )
}

/// Ends one session; gives the provider's token when it was opened by one.
pub fn close(tx: &mut Tx<'_>, key: &[u8]) -> Result<Option<String>> {
    let id_token = tx
        .find("select id_token from session where token_hash = $1", params![key], |row| row.get::<Option<String>>(0))?
        .flatten();
    tx.execute("delete from session where token_hash = $1", params![key])?;
    Ok(id_token)
}

/// Ends the sessions of a person, but for the one in use where it is given.
pub fn close_all(tx: &mut Tx<'_>, person: Id<Person>, but: Option<&SessionKey>) -> Result<u64> {
    let kept: &[u8] = but.map_or(&[], |key| key.as_slice());
    tx.execute("delete from session where person = $1 and token_hash <> $2", params![person, kept])
}

/// Removes sessions that have ended; gives how many.
pub fn purge(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    tx.execute("delete from session where expires_at <= $1 or seen_at <= $2", params![now, now.plus(-IDLE)])
}
