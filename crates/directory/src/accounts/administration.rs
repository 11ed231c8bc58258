//! What the national team and the operators see of accounts and do to them: personal data, for them alone.

use jiff::civil::Date;
use kernel::processing::span;
use kernel::register::Act;
use kernel::time::MINUTE;
use kernel::{Capability, Context, Error, Id, Result, Scope, Timestamp, text};
use store::{Row, Tx, Value, params};

use super::acts::{note, send_invitation, tell};
use super::model::{AccountState, Person};
use super::retention::CLOSED;
use super::{sessions, store as reads};

/// An account as its administration lists it.
#[derive(Clone, Debug)]
pub struct Listed {
    pub person: Id<Person>,
    pub name: String,
    pub function: String,
    pub organisation: Option<String>,
    pub email: String,
    /// By which the list is sorted.
    pub email_key: String,
    pub state: AccountState,
    pub created_on: Date,
    pub last_used_on: Option<Date>,
    pub closed_on: Option<Date>,
}

const SELECT: &str =
    "select a.person, p.name, p.function, o.name, a.email, a.email_key, a.state, a.created_at, a.last_used_on,
    a.closed_at from account a join person p on p.id = a.person left join organisation o on o.id = p.organisation";

fn listed(row: &Row<'_>) -> Result<Listed> {
    Ok(Listed {
        person: row.get(0)?,
        name: row.get(1)?,
        function: row.get(2)?,
        organisation: row.get(3)?,
        email: row.get(4)?,
        email_key: row.get(5)?,
        state: row.code(6)?,
        created_on: row.get::<Timestamp>(7)?.day(),
        last_used_on: row.get::<Option<String>>(8)?.and_then(|day| day.parse().ok()),
        closed_on: row.get::<Option<Timestamp>>(9)?.map(Timestamp::day),
    })
}

/// What a list of accounts is narrowed by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub state: Option<AccountState>,
    /// Folded words that the name or the address contains.
    pub words: Vec<String>,
}

impl Filter {
    fn keeps(&self, one: &Listed) -> bool {
        let text = text::fold(&format!("{} {}", one.name, one.email));
        self.words.iter().all(|word| text.contains(word.as_str()))
    }
}

/// Rows read at once while a search goes on.
const CHUNK: i64 = 500;

/// Up to `limit` accounts after (or, `backwards`, before) the address `key`, by address; backwards they come in reverse.
///
/// Names are folded here and not in the database, which would have to keep a second form of each name up to date: with
/// thousands of accounts a search reads them in chunks by their index, and forgets those that do not answer.
pub fn list(tx: &mut Tx<'_>, filter: &Filter, key: Option<&str>, backwards: bool, limit: usize) -> Result<Vec<Listed>> {
    let (compare, order) = if backwards { ("<", "desc") } else { (">", "asc") };
    // Greater than every address.
    let start = if backwards { "\u{10FFFF}" } else { "" };
    let mut place = key.unwrap_or(start).to_owned();
    let mut found = Vec::new();
    loop {
        let mut values: Vec<Value> = vec![(&place).into(), CHUNK.into()];
        let state = match filter.state {
            Some(state) => {
                values.push(Value::code(state));
                " and a.state = $3"
            }
            None => "",
        };
        let sql = format!("{SELECT} where a.email_key {compare} $1{state} order by a.email_key {order} limit $2");
        let rows = tx.query(&sql, &values, listed)?;
        let last = i64::try_from(rows.len()).is_ok_and(|count| count < CHUNK);
        for one in rows {
            place.clone_from(&one.email_key);
            if filter.keeps(&one) {
                found.push(one);
                if found.len() == limit {
                    return Ok(found);
                }
            }
        }
        if last {
            return Ok(found);
        }
    }
}

/// How many accounts are in each state.
pub fn tally(tx: &mut Tx<'_>) -> Result<Vec<(AccountState, i64)>> {
    tx.query("select state, count(*) from account group by state order by state", &[], |row| {
        Ok((row.code(0)?, row.get(1)?))
    })
}

/// # Errors
/// Not found where there is no account, or none any more.
pub fn find(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Listed> {
    tx.get(&format!("{SELECT} where a.person = $1"), params![person], listed)
}

/// One's own account is erased from its own page, where one sees what goes.
pub fn refuse_own(ctx: &Context<'_>, person: Id<Person>) -> Result<()> {
    if ctx.who().person_id() != Some(person.uuid()) {
        return Ok(());
    }
    let sentence = "C'est votre propre compte : supprimez-le depuis « Mon compte », ou demandez à une autre personne.";
    Err(Error::Conflict(sentence.to_owned()))
}

/// Closes somebody's account: nobody signs in with it any more, its sessions end, its links are worth nothing. Its powers
/// are ended by the caller, in the same transaction.
///
/// # Errors
/// `reason` without one; a conflict for the own account, or when it is closed already.
pub fn close(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>, reason: &str) -> Result<()> {
    ctx.require(Capability::ManagePlatform, Scope::Platform)?;
    refuse_own(ctx, person)?;
    let reason = text::line(reason, 300).map_err(|fault| Error::invalid("reason", fault.to_string()))?;
    let account = reads::lock(tx, person)?;
    if account.state == AccountState::Closed {
        return Err(Error::Conflict("Ce compte est déjà fermé.".to_owned()));
    }
    tx.execute("update account set state = 'closed', closed_at = $2 where person = $1", params![person, ctx.now()])?;
    tx.execute(
        "update secret_link set used_at = $2 where person = $1 and used_at is null",
        params![person, ctx.now()],
    )?;
    sessions::close_all(tx, person, None)?;
    note(ctx, tx, person, "Compte fermé par l'équipe nationale", "")?;
    if account.state == AccountState::Active {
        let text = format!(
            "Bonjour,\n\nVotre compte Maillage est fermé. Motif : {reason}\n\nVos données seront effacées dans {}. Pour les \
             faire effacer plus tôt, ou si c'est une erreur, répondez depuis la page Contact du site.",
            span(CLOSED)
        );
        tell(ctx, tx, &account, "Votre compte est fermé", &text)?;
    }
    // The reason may tell of a person: it goes to its mail, not to the register.
    let act = Act::new("account.closed", format!("personne:{person}"), "Fermeture d'un compte par l'équipe nationale");
    tx.record(ctx, act);
    Ok(())
}

/// Between two invitations to the same person.
const PAUSE: i64 = 5 * MINUTE;

/// Sends an invitation again; the former link is worth nothing any more. `purpose` as in
/// [`Invitation`](super::acts::Invitation).
///
/// # Errors
/// A conflict when the account is not waiting for its invitation, or when one has just left.
pub fn invite_again(ctx: &Context<'_>, tx: &mut Tx<'_>, site: &str, person: Id<Person>, purpose: &str) -> Result<()> {
    ctx.require(Capability::ManagePlatform, Scope::Platform)?;
    let account = reads::lock(tx, person)?;
    if account.state != AccountState::Invited {
        return Err(Error::Conflict("Ce compte n'attend pas d'invitation.".to_owned()));
    }
    let last: Option<Timestamp> = tx.get(
        "select max(created_at) from secret_link where person = $1 and purpose = 'invitation'",
        params![person],
        |row| row.get(0),
    )?;
    if last.is_some_and(|last| last.plus(PAUSE) > ctx.now()) {
        return Err(Error::Conflict("Une invitation vient de partir : attendez cinq minutes.".to_owned()));
    }
    send_invitation(ctx, tx, site, person, &account.email, purpose)?;
    note(ctx, tx, person, "Invitation envoyée de nouveau", "")?;
    tx.record(ctx, Act::new("account.invited_again", format!("personne:{person}"), "Invitation envoyée de nouveau"));
    Ok(())
}
