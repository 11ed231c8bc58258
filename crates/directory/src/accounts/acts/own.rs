//! What a signed-in person does to the own account, and the confirmation of another address.

use kernel::time::DAY;
use kernel::{Capability, Context, Error, Errors, Id, Result, Scope, Secret, text};
use store::outbox::{Message, queue};
use store::{Tx, params};

use super::links::{link, use_link};
use super::{note, password_changed, tell};
use crate::accounts::model::{Account, Email, Person};
use crate::accounts::sessions::{self, Token};
use crate::accounts::{store as reads, totp};

/// How long the links of a change of address hold.
const ADDRESS: i64 = DAY;

/// The signed-in person, who acts on the own account only.
fn own(ctx: &Context<'_>, tx: &mut Tx<'_>) -> Result<Account> {
    ctx.require(Capability::OwnAccount, Scope::Platform)?;
    let person = ctx.who().person_id().ok_or(Error::NotFound)?;
    reads::lock(tx, Id::from_uuid(person))
}

/// Changes the own password; the other sessions end.
pub fn change_password(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    password: &str,
    session: &web::SessionKey,
    agent: &str,
) -> Result<()> {
    let account = own(ctx, tx)?;
    tx.execute("update account set password = $2 where person = $1", params![account.person, password])?;
    sessions::close_all(tx, account.person, Some(session))?;
    note(ctx, tx, account.person, "Mot de passe changé", agent)?;
    password_changed(ctx, tx, &account)
}

/// Corrects the own name and function.
pub fn rename(ctx: &Context<'_>, tx: &mut Tx<'_>, name: &str, function: &str) -> Result<()> {
    let account = own(ctx, tx)?;
    let mut errors = Errors::default();
    let name = errors.check("name", text::line(name, text::NAME_MAX));
    let function = errors.check("function", text::optional_line(function, text::NAME_MAX)).flatten();
    errors.into_result()?;
    tx.execute(
        "update person set name = $2, function = $3 where id = $1",
        params![account.person, name, function.unwrap_or_default()],
    )?;
    note(ctx, tx, account.person, "Nom ou fonction changés", "")
}

/// Asks for another address: confirmed from the old one and from the new one, in any order.
pub fn ask_new_address(ctx: &Context<'_>, tx: &mut Tx<'_>, site: &str, typed: &str) -> Result<()> {
    let account = own(ctx, tx)?;
    let email = Email::parse(typed).map_err(|message| Error::invalid("email", message))?;
    if email.key == account.email.to_lowercase() {
        return Err(Error::invalid("email", "C'est déjà votre adresse."));
    }
    let (old, new) = (
        link(ctx, tx, account.person, "address_old", &email.shown, ADDRESS)?,
        link(ctx, tx, account.person, "address_new", &email.shown, ADDRESS)?,
    );
    let text = |token: &Token, side: &str| {
        format!(
            "Bonjour,\n\nLe compte Maillage de {} demande à changer d'adresse : {} → {}.\n\nLa demande se confirme depuis les deux \
             adresses. Ce lien, valable un jour, confirme depuis {side}.\n\n{site}/compte/adresse/confirmer?cle={}\n\nSi ce \
             n'est pas vous, ne le suivez pas.",
            account.name, account.email, email.shown, token.0
        )
    };
    tell(ctx, tx, &account, "Confirmez votre changement d'adresse", &text(&old, "l'ancienne"))?;
    // Nothing tells whether the new address has an account already: it is found out at the confirmation, by its owner.
    let message = Message {
        to: email.shown.clone(),
        subject: "Confirmez votre changement d'adresse".to_owned(),
        text: text(&new, "la nouvelle"),
        urgent: true,
        person: Some(account.person.uuid()),
    };
    queue(ctx, tx, &message)?;
    note(ctx, tx, account.person, "Changement d'adresse demandé", "")
}

/// Confirms from one side; gives true once both have, and the address has changed.
pub fn confirm_address(ctx: &Context<'_>, tx: &mut Tx<'_>, token: &str) -> Result<bool> {
    let used = use_link(ctx, tx, token, "address_old").or_else(|error| match error {
        Error::Conflict(_) => use_link(ctx, tx, token, "address_new"),
        other => Err(other),
    });
    let (person, wanted) = used?;
    let account = reads::lock(tx, person)?;
    let left: i64 = tx.get(
        "select count(*) from secret_link where person = $1 and purpose in ('address_old', 'address_new')
         and payload = $2 and used_at is null",
        params![person, &wanted],
        |row| row.get(0),
    )?;
    if left > 0 {
        return Ok(false);
    }
    let email = Email::parse(&wanted).map_err(Error::Conflict)?;
    tx.execute(
        "update account set email = $2, email_key = $3 where person = $1",
        params![person, &email.shown, &email.key],
    )
    .map_err(|error| match error {
        Error::Duplicate(_) => Error::Conflict("Un autre compte a déjà cette adresse : rien n'a changé.".to_owned()),
        other => other,
    })?;
    note(ctx, tx, person, "Adresse changée", "")?;
    tell(
        ctx,
        tx,
        &account,
        "Votre adresse a changé",
        "Bonjour,\n\nLes courriels de Maillage vont désormais à votre nouvelle adresse.",
    )?;
    Ok(true)
}

/// Turns the second factor on, once a code of it has been given; gives the recovery codes, shown this once.
pub fn enable_second_factor(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    secret: &Secret,
    shared: &[u8],
    code: &str,
) -> Result<Vec<String>> {
    let account = own(ctx, tx)?;
    let step = totp::check(shared, code, ctx.now())?
        .ok_or_else(|| Error::invalid("code", "Ce code n'est pas le bon. Vérifiez l'heure de votre téléphone."))?;
    let sealed = totp::seal(secret, account.person, shared, ctx.randomness())?;
    tx.execute(
        "update account set totp = $2, totp_step = $3 where person = $1",
        params![account.person, sealed, step],
    )?;
    note(ctx, tx, account.person, "Double authentification activée", "")?;
    new_recovery_codes(ctx, tx, account.person)
}

fn new_recovery_codes(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<String>> {
    tx.execute("delete from recovery_code where person = $1", params![person])?;
    let mut codes = Vec::new();
    while codes.len() < totp::RECOVERY_CODES {
        let mut bytes = [0; 10];
        ctx.random(&mut bytes)?;
        let code = totp::recovery_code(bytes);
        tx.execute(
            "insert into recovery_code (person, code_hash) values ($1, $2) on conflict (person, code_hash) do nothing",
            params![person, totp::code_hash(person, &code)],
        )?;
        codes.push(code);
    }
    Ok(codes)
}

/// Turns the second factor off; the password has been asked again before.
pub fn disable_second_factor(ctx: &Context<'_>, tx: &mut Tx<'_>, agent: &str) -> Result<()> {
    let account = own(ctx, tx)?;
    tx.execute("update account set totp = null, totp_step = 0 where person = $1", params![account.person])?;
    tx.execute("delete from recovery_code where person = $1", params![account.person])?;
    note(ctx, tx, account.person, "Double authentification retirée", agent)?;
    let text = "Bonjour,\n\nLa double authentification de votre compte Maillage vient d'être retirée. Si ce n'est pas vous, \
                changez votre mot de passe et remettez-la.";
    tell(ctx, tx, &account, "Double authentification retirée", text)
}

/// Ends one own session, by its key.
pub fn close_session(ctx: &Context<'_>, tx: &mut Tx<'_>, key: &[u8]) -> Result<()> {
    let account = own(ctx, tx)?;
    tx.execute("delete from session where person = $1 and token_hash = $2", params![account.person, key])?;
    note(ctx, tx, account.person, "Session fermée", "")
}

/// Ends all own sessions but the one in use.
pub fn close_other_sessions(ctx: &Context<'_>, tx: &mut Tx<'_>, session: &web::SessionKey) -> Result<u64> {
    let account = own(ctx, tx)?;
    note(ctx, tx, account.person, "Autres sessions fermées", "")?;
    sessions::close_all(tx, account.person, Some(session))
}
