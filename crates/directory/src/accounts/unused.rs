//! Accounts that nobody uses: what the daily purge finds and does. Powers are known to `governance`, which runs it.

use jiff::civil::Date;
use kernel::processing::span;
use kernel::time::french_date;
use kernel::{Context, Id, Result, Timestamp};
use store::outbox::{Message, queue};
use store::{Tx, params};

use super::data::erase_rows;
use super::model::{AccountState, Person};
use super::retention::{CLOSED, INVITATION, NOTICE, UNUSED, Use};

/// Accounts looked at in one run: the rest waits for the next day.
const MOST: i64 = 1_000;

/// An account to look at.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub person: Id<Person>,
    pub name: String,
    pub email: String,
    /// As the caller completes it with powers.
    pub used: Use,
}

/// The accounts that may be past their time, powers not counted, those of which nothing was told first, so that many that
/// are left to others do not keep the rest from its turn; personas of a demonstration, who have no owner, apart.
pub fn candidates(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Candidate>> {
    let unused = now.plus(NOTICE - UNUSED);
    tx.query(
        "select a.person, p.name, a.email, a.state, a.created_at, a.last_used_on, a.closed_at, a.warned_at,
            a.managers_warned_at
         from account a join person p on p.id = a.person
         where p.persona_rank is null and (
            (a.state = 'invited' and a.created_at <= $1)
            or (a.state = 'closed' and a.closed_at <= $2)
            or (a.state = 'active' and (a.last_used_on <= $3 or (a.last_used_on is null and a.created_at <= $4))))
         order by case when a.managers_warned_at is null then 0 else 1 end, a.managers_warned_at, a.created_at, a.person
         limit $5",
        params![now.plus(-INVITATION), now.plus(-CLOSED), unused.day().to_string(), unused, MOST],
        |row| {
            let state: AccountState = row.code(3)?;
            let used = Use {
                state,
                created_at: row.get(4)?,
                last_used_on: row.get::<Option<String>>(5)?.and_then(|day| day.parse::<Date>().ok()),
                closed_at: row.get(6)?,
                warned_at: row.get(7)?,
                managers_warned_at: row.get(8)?,
                holds_power: false,
            };
            Ok(Candidate { person: row.get(0)?, name: row.get(1)?, email: row.get(2)?, used })
        },
    )
}

/// Tells the owner, once.
pub fn warn(ctx: &Context<'_>, tx: &mut Tx<'_>, site: &str, one: &Candidate) -> Result<()> {
    let until = french_date(ctx.now().plus(NOTICE).day());
    let text = format!(
        "Bonjour,\n\nVous n'avez pas utilisé votre compte Maillage depuis près de {}. Sans connexion d'ici le {until}, il sera \
         fermé et vos données seront effacées.\n\nPour le garder, il suffit de vous connecter :\n\n{site}/connexion\n\nSi vous \
         n'en avez plus besoin, ne faites rien.",
        span(UNUSED)
    );
    let subject = "Votre compte va être supprimé".to_owned();
    queue(ctx, tx, &Message { to: one.email.clone(), subject, text, urgent: false, person: Some(one.person.uuid()) })?;
    tx.execute("update account set warned_at = $2 where person = $1", params![one.person, ctx.now()])?;
    Ok(())
}

/// Notes that those who can take back its powers were told.
pub fn managers_told(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>) -> Result<()> {
    tx.execute("update account set managers_warned_at = $2 where person = $1", params![person, ctx.now()]).map(|_| ())
}

/// Erases it; the caller has seen to it that no power is held.
pub fn erase(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>) -> Result<()> {
    erase_rows(ctx, tx, person)
}
