//! The personas of a demonstration.

use kernel::{Capability, Context, Error, Id, Result, Scope, text};
use store::{Tx, params};

use crate::Organisation;
use crate::accounts::model::{Email, Person};
use crate::accounts::sessions::{self, Method, Token};

/// Takes the place of a persona: in a demonstration only.
pub fn take_place(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>, agent: &str) -> Result<Token> {
    let allowed = store::instance::find(tx)?.is_some_and(|instance| instance.demonstration);
    let is_persona: Option<i64> = tx
        .find("select persona_rank from person where id = $1 and erased_at is null", params![person], |row| row.get(0))?
        .flatten();
    if !allowed || is_persona.is_none() {
        return Err(Error::NotFound);
    }
    sessions::open(ctx, tx, person, Method::Persona, agent, None, false)
}

/// A persona of the demonstration: an active account without a password, whose place anybody may take.
#[derive(Clone, Debug)]
pub struct NewPersona {
    pub name: String,
    pub function: String,
    pub organisation: Option<Id<Organisation>>,
    pub sees: String,
    pub email: String,
}

pub fn create_persona(ctx: &Context<'_>, tx: &mut Tx<'_>, new: &NewPersona) -> Result<Id<Person>> {
    ctx.require(Capability::ManagePlatform, Scope::Platform)?;
    let name = text::line(&new.name, text::NAME_MAX).map_err(|fault| Error::invalid("name", fault.to_string()))?;
    let email = Email::parse(&new.email).map_err(|message| Error::invalid("email", message))?;
    let person: Id<Person> = ctx.new_id()?;
    tx.execute(
        "insert into person (id, name, function, organisation, persona, persona_rank, created_at)
         select $1, $2, $3, $4, $5, count(*) + 1, $6 from person where persona_rank is not null",
        params![person, name, &new.function, new.organisation, &new.sees, ctx.now()],
    )?;
    tx.execute(
        "insert into account (person, email, email_key, state, created_at, activated_at) values ($1, $2, $3, 'active', $4, $4)",
        params![person, &email.shown, &email.key, ctx.now()],
    )?;
    Ok(person)
}
