//! From an invitation to an open account.

use kernel::register::Act;
use kernel::time::DAY;
use kernel::{Context, Error, Errors, Id, Result, text};
use store::outbox::{Message, queue};
use store::{Tx, params};

use super::links::{link, use_link};
use super::{note, tell};
use crate::Organisation;
use crate::accounts::model::{AccountState, Email, Person};
use crate::accounts::sessions::{self, Method, Token};
use crate::accounts::store as reads;

/// How long the link of an invitation holds.
const INVITATION: i64 = 30 * DAY;

/// Somebody to invite.
#[derive(Clone, Debug, Default)]
pub struct Invitation {
    pub email: String,
    pub name: String,
    pub function: String,
    pub organisation: Option<Id<Organisation>>,
    /// « gestionnaire de la gouvernance … »: what the mail says the invitation is for.
    pub purpose: String,
}

/// Finds the account of an address, or creates one that waits and sends its invitation. The caller has asked for the
/// permission and gives the power in the same transaction.
///
/// # Errors
/// One message per wrong field: `email`, `name`, `function`.
pub fn invite(ctx: &Context<'_>, tx: &mut Tx<'_>, site: &str, invitation: &Invitation) -> Result<Id<Person>> {
    let mut errors = Errors::default();
    let email = errors.check("email", Email::parse(&invitation.email));
    let name = errors.check("name", text::line(&invitation.name, text::NAME_MAX));
    let function = errors.check("function", text::optional_line(&invitation.function, text::NAME_MAX)).flatten();
    errors.into_result()?;
    let (Some(email), Some(name)) = (email, name) else { return Err(Error::internal("errors were told above")) };
    if let Some(known) = reads::by_email(tx, &email.key)? {
        return match known.state {
            AccountState::Active => {
                tell(
                    ctx,
                    tx,
                    &known,
                    "Un nouveau pouvoir vous est confié",
                    &format!(
                        "Bonjour,\n\nVous êtes désormais {}.\n\nVous le retrouvez en vous connectant :\n\n{site}/a-faire",
                        invitation.purpose
                    ),
                )?;
                Ok(known.person)
            }
            AccountState::Invited => {
                send_invitation(ctx, tx, site, known.person, &known.email, &invitation.purpose)?;
                Ok(known.person)
            }
            AccountState::Closed => Err(Error::invalid("email", "Le compte de cette adresse est fermé.")),
        };
    }
    let person: Id<Person> = ctx.new_id()?;
    tx.execute(
        "insert into person (id, name, function, organisation, created_at) values ($1, $2, $3, $4, $5)",
        params![person, &name, function.unwrap_or_default(), invitation.organisation, ctx.now()],
    )?;
    tx.execute(
        "insert into account (person, email, email_key, state, created_at) values ($1, $2, $3, 'invited', $4)",
        params![person, &email.shown, &email.key, ctx.now()],
    )
    .map_err(|error| match error {
        Error::Duplicate(_) => Error::Conflict("Cette personne vient d'être invitée. Recommencez.".to_owned()),
        other => other,
    })?;
    send_invitation(ctx, tx, site, person, &email.shown, &invitation.purpose)?;
    note(ctx, tx, person, "Invitation envoyée", "")?;
    Ok(person)
}

pub(in crate::accounts) fn send_invitation(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    site: &str,
    person: Id<Person>,
    to: &str,
    purpose: &str,
) -> Result<()> {
    let token = link(ctx, tx, person, "invitation", "", INVITATION)?;
    let text = format!(
        "Bonjour,\n\nVous êtes invité à rejoindre Maillage comme {purpose}.\n\nPour ouvrir votre compte, suivez ce lien. Il sert une \
         fois et reste valable trente jours.\n\n{site}/invitation?cle={}\n\nSi vous n'attendiez pas cette invitation, ne faites \
         rien : aucun compte ne sera ouvert.",
        token.0
    );
    let subject = "Votre invitation sur Maillage".to_owned();
    queue(ctx, tx, &Message { to: to.to_owned(), subject, text, urgent: true, person: Some(person.uuid()) })
}

/// Opens the account of an invitation. `password` is hashed already.
pub fn accept(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    token: &str,
    name: &str,
    password: &str,
    agent: &str,
) -> Result<Token> {
    let (person, _) = use_link(ctx, tx, token, "invitation")?;
    let account = reads::lock(tx, person)?;
    if account.state != AccountState::Invited {
        return Err(Error::Conflict("Ce compte est déjà ouvert : connectez-vous.".to_owned()));
    }
    let name = text::line(name, text::NAME_MAX).map_err(|fault| Error::invalid("name", fault.to_string()))?;
    tx.execute("update person set name = $2 where id = $1", params![person, name])?;
    activate(ctx, tx, person)?;
    tx.execute("update account set password = $2 where person = $1", params![person, password])?;
    note(ctx, tx, person, "Compte ouvert", agent)?;
    sessions::open(ctx, tx, person, Method::Password, agent, None, false)
}

/// From invited to active. The register says that an account was opened, not whose.
pub fn activate(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>) -> Result<()> {
    tx.execute(
        "update account set state = 'active', activated_at = $2, last_used_on = $3 where person = $1",
        params![person, ctx.now(), ctx.now().day().to_string()],
    )?;
    tx.record(ctx, Act::new("account.opened", format!("personne:{person}"), "Ouverture d'un compte sur invitation"));
    Ok(())
}
