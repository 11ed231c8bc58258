//! What links received by mail lead to: a first password, a new one, another address. Opening a link changes nothing, so
//! that a mail scanner that follows it does no harm; the button does.

use ::store::Tx;
use kernel::{Error, Errors, Who, text};
use ui::form::{Field, Kind};
use ui::form_page::FormPage;
use web::{Answer, Desk, Form, close_session, open_session};

use crate::accounts::model::{Account, check_password};
use crate::accounts::{acts, password, sessions, store};

fn password_fields() -> [Field; 2] {
    [
        Field::new(Kind::Password, "password", "Mot de passe")
            .hint("12 caractères avec minuscule, majuscule, chiffre et signe ; ou 14 sans signe ; ou sept mots différents.")
            .autocomplete("new-password")
            .required(),
        Field::new(Kind::Password, "again", "Le même, une seconde fois").autocomplete("new-password").required(),
    ]
}

/// Checks a new password typed twice.
pub fn check_typed(errors: &mut Errors, form: &web::Params, email: &str, name: &str) {
    errors.check("password", check_password(form.typed("password"), email, name));
    if form.typed("password") != form.typed("again") {
        errors.add("again", "Les deux mots de passe ne sont pas les mêmes.");
    }
}

/// Whose account a link that still holds is about.
async fn account_of_link(desk: &Desk, key: &str, purpose: &'static str) -> Result<Account, Error> {
    let (key, now) = (key.to_owned(), desk.app.clock().now());
    let read = move |tx: &mut Tx<'_>| {
        let (person, _) = acts::read_link(tx, &key, purpose, now)?;
        store::by_person(tx, person)
    };
    desk.read(read).await
}

fn invitation_page(key: &str, name: &str, email: &str) -> FormPage {
    FormPage::new("Ouvrir votre compte", "/invitation", "Ouvrir mon compte")
        .lead(format!("Votre adresse de connexion : {email}"))
        .field(Field::text("name", "Votre nom, tel que les autres membres le verront").autocomplete("name").required().value(name))
        .fields(password_fields())
        .field(Field::hidden("cle", key))
        .note("Votre adresse n'est jamais publique. Votre nom ne l'est que dans une fonction officielle, avec votre accord.")
}

pub async fn show(desk: Desk) -> Answer {
    let key = desk.params.one("cle").unwrap_or_default().to_owned();
    let account = account_of_link(&desk, &key, "invitation").await?;
    desk.form(&invitation_page(&key, &account.name, &account.email))
}

pub async fn send(desk: Desk, Form(form): Form) -> Answer {
    let key = form.typed("cle").to_owned();
    let account = account_of_link(&desk, &key, "invitation").await?;
    let name = form.typed("name").to_owned();
    let mut errors = Errors::default();
    errors.check("name", text::line(&name, text::NAME_MAX));
    check_typed(&mut errors, &form, &account.email, &name);
    let page = || invitation_page(&key, &name, &account.email);
    if let Err(error) = errors.into_result() {
        return desk.form_again(page(), error);
    }
    let hash = password::hash(form.typed("password").to_owned(), desk.app.randomness()).await?;
    let (token, typed_name, agent) = (key.clone(), name.clone(), desk.agent().to_owned());
    let who = Who::person(account.person.uuid(), None, Vec::new());
    match desk.app.act(who, move |ctx, tx| acts::accept(ctx, tx, &token, &typed_name, &hash, &agent)).await {
        Ok(session) => {
            let mut answer = desk.done("/a-faire", "Votre compte est ouvert. Bienvenue.")?;
            open_session(&desk.app, &mut answer, &session.0, sessions::LONGEST / 1_000_000)?;
            Ok(answer)
        }
        Err(error) => desk.form_again(page(), error),
    }
}

fn reset_page(key: &str) -> FormPage {
    FormPage::new("Choisir un nouveau mot de passe", "/connexion/nouveau-mot-de-passe", "Changer mon mot de passe")
        .fields(password_fields())
        .field(Field::hidden("cle", key))
        .note("Toutes vos sessions ouvertes seront fermées.")
}

pub async fn show_reset(desk: Desk) -> Answer {
    let key = desk.params.one("cle").unwrap_or_default().to_owned();
    account_of_link(&desk, &key, "password").await?;
    desk.form(&reset_page(&key))
}

pub async fn send_reset(desk: Desk, Form(form): Form) -> Answer {
    let key = form.typed("cle").to_owned();
    let account = account_of_link(&desk, &key, "password").await?;
    let mut errors = Errors::default();
    check_typed(&mut errors, &form, &account.email, &account.name);
    if let Err(error) = errors.into_result() {
        return desk.form_again(reset_page(&key), error);
    }
    let hash = password::hash(form.typed("password").to_owned(), desk.app.randomness()).await?;
    let (token, agent) = (key.clone(), desk.agent().to_owned());
    let who = Who::person(account.person.uuid(), None, Vec::new());
    if let Err(error) = desk.app.act(who, move |ctx, tx| acts::reset(ctx, tx, &token, &hash, &agent)).await {
        return desk.form_again(reset_page(&key), error);
    }
    let mut answer = desk.done("/connexion", "Votre mot de passe est changé. Connectez-vous.")?;
    close_session(&desk.app, &mut answer)?;
    Ok(answer)
}

fn address_page(key: &str) -> FormPage {
    FormPage::new("Changer d'adresse", "/compte/adresse/confirmer", "Confirmer")
        .lead("Le changement se fait quand l'ancienne et la nouvelle adresse ont confirmé.")
        .field(Field::hidden("cle", key))
}

pub async fn show_address(desk: Desk) -> Answer {
    let key = desk.params.one("cle").unwrap_or_default();
    desk.form(&address_page(key))
}

pub async fn send_address(desk: Desk, Form(form): Form) -> Answer {
    let key = form.typed("cle").to_owned();
    let token = key.clone();
    match desk.app.act(desk.who(), move |ctx, tx| acts::confirm_address(ctx, tx, &token)).await {
        Ok(true) => desk.done("/compte", "Votre adresse est changée."),
        Ok(false) => desk.done("/", "C'est noté. Il reste à confirmer depuis l'autre adresse."),
        Err(error @ Error::Conflict(_)) => desk.form_again(address_page(&key), error),
        Err(other) => Err(other.into()),
    }
}
