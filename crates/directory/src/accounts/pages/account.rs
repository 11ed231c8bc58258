//! The own account: name, address, password, sessions, what happened.

use askama::Template;
use kernel::register::Digest;
use kernel::time::french_date;
use kernel::{Error, Errors, Id, Timestamp};
use ui::form::{ErrorSummary, Field, Kind};
use ui::page::Page;
use web::{Answer, Desk, Form, Params, Signed, refusal};

use super::invitation::check_typed;
use crate::accounts::model::{Account, Person};
use crate::accounts::sessions::Session;
use crate::accounts::store::Event;
use crate::accounts::{acts, password, sessions, store};

#[derive(Template)]
#[template(path = "accounts/pages/account.html")]
struct AccountPage {
    account: Account,
    identity: Vec<Field>,
    password: Vec<Field>,
    address: Vec<Field>,
    sessions: Vec<Session>,
    current: Vec<u8>,
    events: Vec<Event>,
    recovery_codes: i64,
    /// The provider's name, where there is one.
    openid: Option<String>,
    errors: ErrorSummary,
}

impl Page for AccountPage {
    fn title(&self) -> String {
        if self.errors.is_empty() { "Mon compte".to_owned() } else { "Erreur : Mon compte".to_owned() }
    }
    fn crumb(&self) -> String {
        "Mon compte".to_owned()
    }
}

impl AccountPage {
    /// The session as the form names it.
    fn key(&self, session: &Session) -> String {
        Digest::from_slice(&session.key).map(Digest::hex).unwrap_or_default()
    }
    fn is_current(&self, session: &Session) -> bool {
        session.key == self.current
    }
    fn day(&self, at: &Timestamp) -> String {
        french_date(at.day())
    }
}

/// The signed-in person; the route lets nobody else in.
pub fn signed(desk: &Desk) -> Result<&Signed, Error> {
    desk.signed().ok_or_else(|| Error::Forbidden("Il faut se connecter pour faire cela.".to_owned()))
}

async fn page(desk: &Desk, typed: &Params) -> Result<AccountPage, Error> {
    let signed = signed(desk)?;
    let (person, current, now): (Id<Person>, _, _) =
        (Id::from_uuid(signed.person), signed.session.to_vec(), desk.app.clock().now());
    let (account, known, sessions, events, recovery_codes) = desk
        .read(move |tx| {
            Ok((
                store::by_person(tx, person)?,
                store::find_person(tx, person)?,
                sessions::of_person(tx, person, now)?,
                store::events(tx, person, 20)?,
                store::unused_recovery_codes(tx, person)?,
            ))
        })
        .await?;
    let kept = |field: &str, known: &str| match typed.one(field) {
        Some(typed) => typed.to_owned(),
        None => known.to_owned(),
    };
    Ok(AccountPage {
        identity: vec![
            Field::text("name", "Nom").autocomplete("name").required().value(kept("name", &known.name)),
            Field::text("function", "Fonction")
                .autocomplete("organization-title")
                .value(kept("function", &known.function)),
        ],
        password: vec![
            Field::new(Kind::Password, "current", "Mot de passe actuel").autocomplete("current-password").required(),
            Field::new(Kind::Password, "password", "Nouveau mot de passe").autocomplete("new-password").required(),
            Field::new(Kind::Password, "again", "Le même, une seconde fois").autocomplete("new-password").required(),
        ],
        address: vec![Field::new(Kind::Email, "email", "Nouvelle adresse").required().value(kept("email", ""))],
        account,
        sessions,
        current,
        events,
        recovery_codes,
        openid: super::openid::is_offered(desk),
        errors: ErrorSummary::default(),
    })
}

pub async fn show(desk: Desk) -> Answer {
    let page = page(&desk, &Params::default()).await?;
    desk.private(http::StatusCode::OK, &page)
}

/// The account page again, with the errors beside the fields.
async fn again(desk: &Desk, typed: &Params, error: Error) -> Answer {
    let (status, pairs) = refusal(error)?;
    let mut page = page(desk, typed).await?;
    page.errors = ErrorSummary::new(&pairs);
    for fields in [&mut page.identity, &mut page.password, &mut page.address] {
        *fields = std::mem::take(fields).into_iter().map(|field| field.check(&pairs)).collect();
    }
    desk.private(status, &page)
}

pub async fn rename(desk: Desk, Form(form): Form) -> Answer {
    let (name, function) = (form.typed("name").to_owned(), form.typed("function").to_owned());
    match desk.act(move |ctx, tx| acts::rename(ctx, tx, &name, &function)).await {
        Ok(()) => desk.done("/compte", "Votre nom et votre fonction sont enregistrés."),
        Err(error) => again(&desk, &form, error).await,
    }
}

/// Asks for the password again before something that would lock the owner out.
///
/// # Errors
/// On `field` when it is wrong; tries are counted as those of the sign-in.
pub async fn confirm_password(desk: &Desk, field: &'static str, typed: &str) -> Result<Account, Error> {
    let person: Id<Person> = Id::from_uuid(signed(desk)?.person);
    let (secret, address) = (desk.app.secret().clone(), desk.address().to_owned());
    let key = format!("confirmation:{person}");
    let counted = desk.act(move |ctx, tx| acts::try_sign_in(ctx, tx, &secret, &key, &address)).await?;
    if let Some(minutes) = counted {
        return Err(Error::invalid(field, format!("Trop d'essais. Attendez {minutes} min.")));
    }
    let account = desk.read(move |tx| store::by_person(tx, person)).await?;
    let without = account.password.is_none();
    if without || !password::verify(typed.to_owned(), account.password.clone()).await? {
        let message =
            if without { "Ce compte n'a pas de mot de passe." } else { "Ce n'est pas votre mot de passe actuel." };
        return Err(Error::invalid(field, message));
    }
    Ok(account)
}

pub async fn change_password(desk: Desk, Form(form): Form) -> Answer {
    let account = match confirm_password(&desk, "current", form.typed("current")).await {
        Ok(account) => account,
        Err(error) => return again(&desk, &form, error).await,
    };
    let mut errors = Errors::default();
    check_typed(&mut errors, &form, &account.email, &account.name);
    if let Err(error) = errors.into_result() {
        return again(&desk, &form, error).await;
    }
    let hash = password::hash(form.typed("password").to_owned(), desk.app.randomness()).await?;
    let (session, agent) = (signed(&desk)?.session, desk.agent().to_owned());
    desk.act(move |ctx, tx| acts::change_password(ctx, tx, &hash, &session, &agent)).await?;
    desk.done("/compte", "Votre mot de passe est changé. Vos autres sessions sont fermées.")
}

pub async fn ask_new_address(desk: Desk, Form(form): Form) -> Answer {
    let (typed, site) = (form.typed("email").to_owned(), desk.app.settings().public_address.clone());
    match desk.act(move |ctx, tx| acts::ask_new_address(ctx, tx, &site, &typed)).await {
        Ok(()) => desk.done("/compte", "Deux courriels sont partis : confirmez depuis chacune des deux adresses."),
        Err(error) => again(&desk, &form, error).await,
    }
}

pub async fn close_sessions(desk: Desk, Form(form): Form) -> Answer {
    let current = signed(&desk)?.session;
    match Digest::from_hex(form.typed("session")) {
        Some(key) if key.0 != current => {
            desk.act(move |ctx, tx| acts::close_session(ctx, tx, &key.0)).await?;
            desk.done("/compte", "La session est fermée.")
        }
        _ => {
            desk.act(move |ctx, tx| acts::close_other_sessions(ctx, tx, &current)).await?;
            desk.done("/compte", "Vos autres sessions sont fermées.")
        }
    }
}
