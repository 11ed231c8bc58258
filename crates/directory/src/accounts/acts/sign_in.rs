//! Signing in: the password, the second factor, a password that was forgotten.

use kernel::time::HOUR;
use kernel::{Context, Error, Id, Result, Secret};
use store::{Tx, params};
use web::session_key;

use super::invitation::send_invitation;
use super::links::{link, use_link};
use super::{note, password_changed, tell};
use crate::accounts::model::{Account, AccountState, Person};
use crate::accounts::sessions::{self, Method, Token};
use crate::accounts::throttle::{self, Counter};
use crate::accounts::{store as reads, totp};

/// How long the link to a new password holds.
const RESET: i64 = HOUR;

/// Counts a try to sign in before it is made; gives how long to wait instead, in minutes, if so.
pub fn try_sign_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    secret: &Secret,
    email_key: &str,
    address: &str,
) -> Result<Option<i64>> {
    let counters = [Counter::account(secret, email_key), Counter::address(secret, address)];
    let wait = throttle::take(tx, &counters, ctx.now())?;
    Ok(wait.map(|until| (until.as_micros() - ctx.now().as_micros() + 59_999_999) / 60_000_000))
}

/// After the right password: a session, whole or waiting for its second factor.
pub fn sign_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    secret: &Secret,
    person: Id<Person>,
    agent: &str,
) -> Result<(Token, bool)> {
    let account = reads::lock(tx, person)?;
    if account.state != AccountState::Active {
        return Err(Error::Conflict("Ce compte est fermé.".to_owned()));
    }
    let second = account.totp.is_some();
    if !second {
        signed_in(ctx, tx, secret, &account, agent)?;
    }
    let token = sessions::open(ctx, tx, person, Method::Password, agent, None, second)?;
    Ok((token, second))
}

fn signed_in(ctx: &Context<'_>, tx: &mut Tx<'_>, secret: &Secret, account: &Account, agent: &str) -> Result<()> {
    throttle::clear(tx, &Counter::account(secret, &account.email.to_lowercase()))?;
    tx.execute(
        "update account set last_used_on = $2 where person = $1",
        params![account.person, ctx.now().day().to_string()],
    )?;
    note(ctx, tx, account.person, "Connexion", agent)
}

/// Gives the second factor: a code of the application, never twice the same, or a recovery code, which is used up.
///
/// # Errors
/// On `code` when it is wrong; a conflict when the first step is too old.
pub fn second_factor(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    secret: &Secret,
    waiting: &str,
    code: &str,
    agent: &str,
) -> Result<Token> {
    let key = session_key(waiting);
    let person = sessions::waiting_for_second_factor(tx, &key, ctx.now())?.ok_or_else(|| {
        Error::Conflict("Cette connexion a trop attendu : recommencez depuis le mot de passe.".to_owned())
    })?;
    let account = reads::lock(tx, person)?;
    let Some(sealed) = account.totp.clone() else {
        return Err(Error::Conflict("Recommencez la connexion.".to_owned()));
    };
    let shared = totp::open(secret, person, &sealed)?;
    match totp::check(&shared, code, ctx.now())? {
        Some(step) if step > account.totp_step => {
            tx.execute("update account set totp_step = $2 where person = $1", params![person, step])?;
        }
        Some(_) => return Err(Error::invalid("code", "Ce code a déjà servi. Attendez le suivant.")),
        None => {
            let hash = totp::code_hash(person, code);
            let used =
                tx.execute("delete from recovery_code where person = $1 and code_hash = $2", params![person, hash])?;
            if used == 0 {
                return Err(Error::invalid("code", "Ce code n'est pas le bon. Vérifiez l'heure de votre téléphone."));
            }
            note(ctx, tx, person, "Code de secours utilisé", agent)?;
        }
    }
    sessions::close(tx, &key)?;
    signed_in(ctx, tx, secret, &account, agent)?;
    sessions::open(ctx, tx, person, Method::Password, agent, None, false)
}

/// Sends a link to choose a new password, if the address has an account. Whoever asked is told the same in any case.
pub fn forgot(ctx: &Context<'_>, tx: &mut Tx<'_>, site: &str, email_key: &str) -> Result<()> {
    let Some(account) = reads::by_email(tx, email_key)? else { return Ok(()) };
    match account.state {
        AccountState::Closed => Ok(()),
        AccountState::Invited => send_invitation(ctx, tx, site, account.person, &account.email, "membre invité"),
        AccountState::Active => {
            let token = link(ctx, tx, account.person, "password", "", RESET)?;
            let text = format!(
                "Bonjour,\n\nVous avez demandé un nouveau mot de passe. Ce lien sert une fois, pendant une heure.\n\n\
                 {site}/connexion/nouveau-mot-de-passe?cle={}\n\nSi ce n'est pas vous, ne faites rien : votre mot de passe ne \
                 change pas.",
                token.0
            );
            note(ctx, tx, account.person, "Nouveau mot de passe demandé", "")?;
            tell(ctx, tx, &account, "Votre nouveau mot de passe", &text)
        }
    }
}

/// Sets the password by a link; every session ends, and the second factor stays.
pub fn reset(ctx: &Context<'_>, tx: &mut Tx<'_>, token: &str, password: &str, agent: &str) -> Result<()> {
    let (person, _) = use_link(ctx, tx, token, "password")?;
    let account = reads::lock(tx, person)?;
    tx.execute("update account set password = $2 where person = $1", params![person, password])?;
    sessions::close_all(tx, person, None)?;
    note(ctx, tx, person, "Mot de passe changé par un lien", agent)?;
    password_changed(ctx, tx, &account)
}
