//! An identity that a provider vouches for: the sign-in under way, and whose account it is.

use kernel::time::MINUTE;
use kernel::{Context, Error, Id, Result};
use oidc::{Identity, Saved};
use store::{Tx, params};
use web::session_key;

use super::model::{Account, AccountState, Email, Person};
use super::{acts, store as reads};
use crate::organisations;

/// How long the provider may take.
pub const WAITS: i64 = 10 * MINUTE;

/// Keeps what the return will be compared with.
pub fn keep(ctx: &Context<'_>, tx: &mut Tx<'_>, saved: &Saved, next: &str) -> Result<()> {
    tx.execute("delete from openid_request where created_at < $1", params![ctx.now().plus(-WAITS)])?;
    tx.execute(
        "insert into openid_request (state_hash, nonce, verifier, next, created_at) values ($1, $2, $3, $4, $5)",
        params![session_key(&saved.state).as_slice(), &saved.nonce, &saved.verifier, next, ctx.now()],
    )?;
    Ok(())
}

/// Takes it away again: it serves once. `None` when there is none, or it is too old.
pub fn take(ctx: &Context<'_>, tx: &mut Tx<'_>, state: &str) -> Result<Option<(Saved, String)>> {
    tx.find(
        "delete from openid_request where state_hash = $1 and created_at >= $2 returning nonce, verifier, next",
        params![session_key(state).as_slice(), ctx.now().plus(-WAITS)],
        |row| Ok((Saved { state: state.to_owned(), nonce: row.get(0)?, verifier: row.get(1)? }, row.get(2)?)),
    )
}

/// The account of an identity: by the provider's own name for the person, else by an address that was invited.
pub fn account_of(tx: &mut Tx<'_>, identity: &Identity) -> Result<Option<Account>> {
    if let Some(account) = reads::by_subject(tx, &identity.issuer, &identity.subject)? {
        return Ok(Some(account).filter(|account| account.state != AccountState::Closed));
    }
    let Some(email) = identity.email.as_deref().and_then(|email| Email::parse(email).ok()) else { return Ok(None) };
    let invited = reads::by_email(tx, &email.key)?;
    Ok(invited.filter(|account| account.state == AccountState::Invited && account.subject.is_none()))
}

/// Ties an account to the identity.
///
/// # Errors
/// A conflict when the identity is another account's.
pub fn bind(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>, identity: &Identity) -> Result<()> {
    tx.execute(
        "update account set issuer = $2, subject = $3 where person = $1",
        params![person, &identity.issuer, &identity.subject],
    )
    .map_err(|error| match error {
        Error::Duplicate(_) => Error::Conflict("Cette identité est déjà celle d'un autre compte.".to_owned()),
        other => other,
    })?;
    acts::note(ctx, tx, person, "Compte relié au fournisseur d'identité", "")
}

/// The SIRET that the provider gives proposes the organisation, when none is known yet and it is one of ours.
pub fn propose_organisation(tx: &mut Tx<'_>, person: Id<Person>, siret: Option<&str>) -> Result<()> {
    let Some(siret) = siret else { return Ok(()) };
    let Some(known) = organisations::store::by_siret(tx, siret)? else { return Ok(()) };
    tx.execute(
        "update person set organisation = $2 where id = $1 and organisation is null",
        params![person, known.id],
    )?;
    Ok(())
}
