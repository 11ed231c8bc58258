//! Signing in and out.

use std::time::Duration;

use askama::Template;
use http::StatusCode;
use kernel::{Error, Randomness, Who};
use ui::form::{Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page};
use web::{Answer, Desk, Form, close_session, encode, local_path, open_session, see_other, session_key};

use crate::accounts::model::Email;
use crate::accounts::{acts, password, sessions, store};

/// The same for a wrong address, a wrong password and an account that waits or is closed.
const WRONG: &str = "L'adresse ou le mot de passe n'est pas le bon.";

fn page(desk: &Desk, email: &str, next: &str) -> FormPage {
    let mut page = FormPage::new("Se connecter", "/connexion", "Se connecter")
        .lead("Maillage se lit sans compte. Le compte sert à agir pour votre structure ou votre gouvernance.")
        .field(
            Field::new(Kind::Email, "email", "Adresse électronique").autocomplete("username").required().value(email),
        )
        .field(Field::new(Kind::Password, "password", "Mot de passe").autocomplete("current-password").required())
        .field(Field::hidden("suite", next))
        .link("Mot de passe oublié", "/connexion/oubli");
    if desk.app.settings().demonstration {
        page = page.link("Prendre la place d'un personnage de la démonstration", "/demonstration/personnages");
    }
    if let Some(label) = super::openid::is_offered(desk) {
        let href = format!("/connexion/openid?suite={}", encode(next));
        page = page.way(format!("Se connecter avec {label}"), href);
    }
    page.note("Les comptes s'ouvrent sur invitation des gestionnaires d'une gouvernance.")
}

pub async fn show(desk: Desk) -> Answer {
    let next = local_path(desk.params.one("suite").unwrap_or("/a-faire")).to_owned();
    if desk.signed().is_some() {
        return see_other(&next);
    }
    desk.form(&page(&desk, "", &next))
}

pub async fn send(desk: Desk, Form(form): Form) -> Answer {
    let next = local_path(form.one("suite").unwrap_or("/a-faire")).to_owned();
    let typed = form.typed("email").to_owned();
    let again = |desk: &Desk, message: String| {
        let page = page(desk, &typed, &next);
        desk.form_again(page, Error::invalid("password", message))
    };
    let Ok(email) = Email::parse(&typed) else { return again(&desk, WRONG.to_owned()) };
    let (secret, key, address) = (desk.app.secret().clone(), email.key.clone(), desk.address().to_owned());
    let counting = secret.clone();
    let counted =
        desk.app.act(Who::visitor(), move |ctx, tx| acts::try_sign_in(ctx, tx, &counting, &key, &address)).await?;
    if let Some(minutes) = counted {
        let plural = if minutes > 1 { "s" } else { "" };
        let message = format!("Trop d'essais. Attendez {minutes} minute{plural}, ou demandez un nouveau mot de passe.");
        return again(&desk, message);
    }
    let key = email.key.clone();
    let account = desk.read(move |tx| store::by_email(tx, &key)).await?;
    let stored = account.as_ref().and_then(|account| account.password.clone());
    let right = password::verify(form.typed("password").to_owned(), stored).await?;
    let Some(account) = account.filter(|account| right && account.state == super::super::model::AccountState::Active)
    else {
        return again(&desk, WRONG.to_owned());
    };
    let (person, agent, old) = (account.person, desk.agent().to_owned(), desk.token().map(session_key));
    let (token, second) = desk
        .app
        .act(Who::person(person.uuid(), None, Vec::new()), move |ctx, tx| {
            // The session that this browser had, if any, ends: the new one has another token.
            if let Some(old) = old {
                sessions::close(tx, &old)?;
            }
            acts::sign_in(ctx, tx, &secret, person, &agent)
        })
        .await?;
    let mut answer =
        if second { see_other(&format!("/connexion/code?suite={}", encode(&next)))? } else { see_other(&next)? };
    open_session(&desk.app, &mut answer, &token.0, sessions::LONGEST / 1_000_000)?;
    Ok(answer)
}

/// After the own session has ended, while the provider's still lasts.
#[derive(Template)]
#[template(path = "accounts/pages/signed_out.html")]
struct SignedOutPage {
    label: String,
    href: String,
}

impl SignedOutPage {
    fn elsewhere(&self) -> String {
        format!("Se déconnecter aussi de {}", self.label)
    }
}

impl Page for SignedOutPage {
    fn title(&self) -> String {
        "Vous êtes déconnecté".to_owned()
    }
}

fn code_page(next: &str) -> FormPage {
    FormPage::new("Second facteur", "/connexion/code", "Continuer")
        .lead("Ouvrez l'application de codes sur votre téléphone.")
        .field(
            Field::text("code", "Code à six chiffres, ou code de secours")
                .autocomplete("one-time-code")
                .inputmode("numeric")
                .required(),
        )
        .field(Field::hidden("suite", next))
        .trail(vec![Crumb::new("Se connecter", "/connexion")])
}

pub async fn show_code(desk: Desk) -> Answer {
    desk.form(&code_page(local_path(desk.params.one("suite").unwrap_or("/a-faire"))))
}

pub async fn send_code(desk: Desk, Form(form): Form) -> Answer {
    let next = local_path(form.one("suite").unwrap_or("/a-faire")).to_owned();
    let Some(waiting) = desk.token().map(ToOwned::to_owned) else { return see_other("/connexion") };
    let (key, now) = (session_key(&waiting), desk.app.clock().now());
    let person = desk.read(move |tx| sessions::waiting_for_second_factor(tx, &key, now)).await?;
    let Some(person) = person else { return see_other("/connexion") };
    let (secret, address) = (desk.app.secret().clone(), desk.address().to_owned());
    let counting = secret.clone();
    // Codes are counted as passwords are: six digits are soon tried.
    let key = format!("code:{person}");
    let counted =
        desk.app.act(Who::visitor(), move |ctx, tx| acts::try_sign_in(ctx, tx, &counting, &key, &address)).await?;
    if let Some(minutes) = counted {
        let message = format!("Trop d'essais. Attendez {minutes} min.");
        return desk.form_again(code_page(&next), Error::invalid("code", message));
    }
    let (code, agent) = (form.typed("code").to_owned(), desk.agent().to_owned());
    let who = Who::person(person.uuid(), None, Vec::new());
    let done = desk.app.act(who, move |ctx, tx| acts::second_factor(ctx, tx, &secret, &waiting, &code, &agent)).await;
    match done {
        Ok(token) => {
            let mut answer = see_other(&next)?;
            open_session(&desk.app, &mut answer, &token.0, sessions::LONGEST / 1_000_000)?;
            Ok(answer)
        }
        Err(error) => desk.form_again(code_page(&next), error),
    }
}

fn forgotten_page(email: &str) -> FormPage {
    FormPage::new("Mot de passe oublié", "/connexion/oubli", "Recevoir un lien")
        .lead("Nous envoyons un lien pour choisir un nouveau mot de passe.")
        .field(
            Field::new(Kind::Email, "email", "Adresse électronique").autocomplete("username").required().value(email),
        )
        .trail(vec![Crumb::new("Se connecter", "/connexion")])
}

pub async fn show_forgotten(desk: Desk) -> Answer {
    desk.form(&forgotten_page(""))
}

/// The work of a forgotten password waits so long, in microseconds, and up to as long again.
const LATER: u64 = 500_000;

/// How long this one waits: drawn, so that nobody knows when to listen.
fn later(randomness: &dyn Randomness) -> Result<Duration, Error> {
    let mut bytes = [0; 4];
    randomness.fill(&mut bytes)?;
    Ok(Duration::from_micros(LATER + u64::from(u32::from_le_bytes(bytes)) % LATER))
}

/// The answer comes before the account is looked up: neither its text nor its time tells whether there is one. An account
/// makes writes (a link, a mail) that the next request of the same visitor would wait for: they come a moment later.
pub async fn send_forgotten(desk: Desk, Form(form): Form) -> Answer {
    let typed = form.typed("email");
    let email = match Email::parse(typed) {
        Ok(email) => email,
        Err(message) => return desk.form_again(forgotten_page(typed), Error::invalid("email", message)),
    };
    let (secret, key, address) = (desk.app.secret().clone(), format!("oubli:{}", email.key), desk.address().to_owned());
    let counted =
        desk.app.act(Who::visitor(), move |ctx, tx| acts::try_sign_in(ctx, tx, &secret, &key, &address)).await?;
    if counted.is_none() {
        let (app, site) = (desk.app.clone(), desk.app.settings().public_address.clone());
        let later = later(app.randomness())?;
        tokio::spawn(async move {
            tokio::time::sleep(later).await;
            let asked = app.act(Who::visitor(), move |ctx, tx| acts::forgot(ctx, tx, &site, &email.key)).await;
            if let Err(error) = asked {
                tracing::error!(%error, "a new password could not be sent");
            }
        });
    }
    desk.done(
        "/connexion",
        "Si un compte a cette adresse, un courriel avec un lien part dans un instant. Il sert pendant une heure.",
    )
}

pub async fn sign_out(desk: Desk) -> Answer {
    let mut id_token = None;
    if let Some(key) = desk.token().map(session_key) {
        id_token = desk.app.act(desk.who(), move |_, tx| sessions::close(tx, &key)).await?;
    }
    let elsewhere = match &id_token {
        Some(id_token) => super::openid::leave(&desk, id_token).await,
        None => None,
    };
    // A redirect from this form to the provider would be stopped by the content security policy: a link is not.
    let mut answer = match (elsewhere, super::openid::is_offered(&desk)) {
        (Some(href), Some(label)) => desk.as_visitor().private(StatusCode::OK, &SignedOutPage { label, href })?,
        _ => desk.done("/", "Vous êtes déconnecté.")?,
    };
    close_session(&desk.app, &mut answer)?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::SeededRandomness;

    #[test]
    fn a_forgotten_password_waits_a_moment_that_nobody_knows() {
        let randomness = SeededRandomness::new(1);
        let waits: Vec<u64> =
            (0..100).map(|_| u64::try_from(later(&randomness).unwrap().as_micros()).unwrap()).collect();
        assert!(waits.iter().all(|wait| (LATER..2 * LATER).contains(wait)));
        // Spread over the whole: none of five parts is empty.
        let parts = waits.iter().map(|wait| (wait - LATER) / (LATER / 5));
        assert_eq!(parts.collect::<std::collections::BTreeSet<_>>().len(), 5);
    }
}
