//! What happens to accounts: invitation, sign-in, password, second factor, address, sign-out.
//!
//! These acts concern one person: they go to the account's own journal (`account_event`), not to the public register.

use kernel::register::Act;
use kernel::time::{DAY, HOUR};
use kernel::{Capability, Context, Error, Errors, Id, Result, Scope, Secret, text};
use store::outbox::{Message, queue};
use store::{Tx, params};
use web::session_key;

use super::model::{Account, AccountState, Email, Person};
use super::sessions::{self, Method, Token};
use super::throttle::{self, Counter};
use super::{store as reads, totp};
use crate::Organisation;

/// How long links hold.
pub(super) const INVITATION: i64 = 30 * DAY;
const RESET: i64 = HOUR;
const ADDRESS: i64 = DAY;

/// Writes the account's journal.
pub fn note(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>, kind: &str, agent: &str) -> Result<()> {
    let id: Id<Account> = ctx.new_id()?;
    tx.execute(
        "insert into account_event (id, person, kind, agent, at) values ($1, $2, $3, $4, $5)",
        params![id, person, kind, agent, ctx.now()],
    )?;
    Ok(())
}

/// Makes a link that only its mail holds; an earlier one of the same purpose is worth nothing any more.
fn link(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    person: Id<Person>,
    purpose: &str,
    payload: &str,
    lasts: i64,
) -> Result<Token> {
    tx.execute(
        "update secret_link set used_at = $3 where person = $1 and purpose = $2 and used_at is null",
        params![person, purpose, ctx.now()],
    )?;
    let token = sessions::new_token(ctx)?;
    tx.execute(
        "insert into secret_link (token_hash, purpose, person, payload, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
        params![session_key(&token.0).as_slice(), purpose, person, payload, ctx.now(), ctx.now().plus(lasts)],
    )?;
    Ok(token)
}

/// What a link that still holds is for.
pub fn read_link(tx: &mut Tx<'_>, token: &str, purpose: &str, now: kernel::Timestamp) -> Result<(Id<Person>, String)> {
    let found = tx.find(
        "select person, payload from secret_link
         where token_hash = $1 and purpose = $2 and used_at is null and expires_at > $3",
        params![session_key(token).as_slice(), purpose, now],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    found.ok_or_else(|| {
        Error::Conflict(
            "Ce lien ne sert plus : il a déjà servi, a été remplacé ou a expiré. Demandez-en un autre.".to_owned(),
        )
    })
}

/// Uses a link up: two who hold it cannot both go through.
fn use_link(ctx: &Context<'_>, tx: &mut Tx<'_>, token: &str, purpose: &str) -> Result<(Id<Person>, String)> {
    let found = read_link(tx, token, purpose, ctx.now())?;
    let used = tx.execute(
        "update secret_link set used_at = $2 where token_hash = $1 and used_at is null",
        params![session_key(token).as_slice(), ctx.now()],
    )?;
    if used == 1 { Ok(found) } else { Err(Error::Conflict("Ce lien vient de servir.".to_owned())) }
}

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

pub(super) fn send_invitation(
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

pub(super) fn tell(ctx: &Context<'_>, tx: &mut Tx<'_>, account: &Account, subject: &str, text: &str) -> Result<()> {
    queue(
        ctx,
        tx,
        &Message {
            to: account.email.clone(),
            subject: subject.to_owned(),
            text: text.to_owned(),
            urgent: true,
            person: Some(account.person.uuid()),
        },
    )
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

fn password_changed(ctx: &Context<'_>, tx: &mut Tx<'_>, account: &Account) -> Result<()> {
    let text = "Bonjour,\n\nLe mot de passe de votre compte Maillage vient de changer. Si ce n'est pas vous, demandez tout de \
                suite un nouveau mot de passe depuis la page de connexion et prévenez les gestionnaires de votre gouvernance.";
    tell(ctx, tx, account, "Votre mot de passe a changé", text)
}

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
