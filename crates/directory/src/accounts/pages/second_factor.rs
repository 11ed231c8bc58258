//! Turning the second factor on and off.

use askama::Template;
use http::StatusCode;
use kernel::text::{from_hex, hex};
use kernel::{Error, Id, Result};
use ui::form::{ErrorSummary, Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page};
use web::{Answer, Desk, Form};

use super::account::{confirm_password, signed};
use crate::accounts::model::{Account, Person};
use crate::accounts::{acts, store, totp};

const HERE: &str = "/compte/double-authentification";
/// The secret on its way from the page to the form, sealed: the browser holds it, nobody can read it there.
const UNDER_WAY: &str = "double-authentification-en-cours";

fn trail() -> Vec<Crumb> {
    vec![Crumb::new("Mon compte", "/compte")]
}

#[derive(Template)]
#[template(path = "accounts/pages/second_factor.html")]
struct EnablePage {
    square: String,
    typed_form: String,
    fields: Vec<Field>,
    errors: ErrorSummary,
}

impl Page for EnablePage {
    fn title(&self) -> String {
        if self.errors.is_empty() {
            "Double authentification".into()
        } else {
            "Erreur : Double authentification".into()
        }
    }
    fn crumb(&self) -> String {
        "Double authentification".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        trail()
    }
}

#[derive(Template)]
#[template(path = "accounts/pages/recovery_codes.html")]
struct CodesPage {
    codes: Vec<String>,
}

impl Page for CodesPage {
    fn title(&self) -> String {
        "Codes de secours".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        trail()
    }
}

fn enable_page(desk: &Desk, account: &Account, shared: &[u8], error: Option<String>) -> Result<EnablePage> {
    let owner = account.person.uuid();
    let sealed = desk.app.secret().seal(UNDER_WAY, owner.as_bytes(), shared, desk.app.randomness())?;
    let mut code = Field::text("code", "Code à six chiffres affiché par l'application")
        .autocomplete("one-time-code")
        .inputmode("numeric")
        .required();
    let mut errors = ErrorSummary::default();
    if let Some(message) = error {
        errors = ErrorSummary::new(&[("code", &message)]);
        code = code.error(message);
    }
    Ok(EnablePage {
        square: totp::square(&totp::address(shared, &account.email))?,
        typed_form: totp::typed_form(shared),
        fields: vec![code, Field::hidden("secret", hex(&sealed))],
        errors,
    })
}

async fn account(desk: &Desk) -> Result<Account> {
    let person: Id<Person> = Id::from_uuid(signed(desk)?.person);
    desk.read(move |tx| store::by_person(tx, person)).await
}

fn disable_page() -> FormPage {
    FormPage::new("Retirer la double authentification", format!("{HERE}/retirer"), "Retirer")
        .lead("Pour changer de téléphone, retirez-la puis activez-la de nouveau.")
        .field(Field::new(Kind::Password, "current", "Mot de passe actuel").autocomplete("current-password").required())
        .cancel("/compte")
        .trail(trail())
        .danger()
}

pub async fn show(desk: Desk) -> Answer {
    let account = account(&desk).await?;
    if account.totp.is_some() {
        return desk.form(&disable_page());
    }
    if account.password.is_none() {
        return Err(Error::Conflict(
            "Ce compte n'a pas de mot de passe : la double authentification est celle de votre fournisseur \
                                    d'identité."
                .to_owned(),
        )
        .into());
    }
    let mut shared = [0; 20];
    desk.app.randomness().fill(&mut shared)?;
    let page = enable_page(&desk, &account, &shared, None)?;
    desk.private(StatusCode::OK, &page)
}

pub async fn enable(desk: Desk, Form(form): Form) -> Answer {
    let account = account(&desk).await?;
    let owner = account.person.uuid();
    let shared = from_hex(form.typed("secret"))
        .and_then(|sealed| desk.app.secret().open(UNDER_WAY, owner.as_bytes(), &sealed).ok())
        .ok_or_else(|| Error::Conflict("Cette page est trop ancienne : recommencez depuis votre compte.".to_owned()))?;
    let (secret, code, given) = (desk.app.secret().clone(), form.typed("code").to_owned(), shared.clone());
    match desk.act(move |ctx, tx| acts::enable_second_factor(ctx, tx, &secret, &given, &code)).await {
        Ok(codes) => desk.private(StatusCode::OK, &CodesPage { codes }),
        Err(Error::Invalid(errors)) => {
            let page = enable_page(&desk, &account, &shared, errors.of("code").map(ToOwned::to_owned))?;
            desk.refused(&page)
        }
        Err(other) => Err(other.into()),
    }
}

pub async fn disable(desk: Desk, Form(form): Form) -> Answer {
    if let Err(error) = confirm_password(&desk, "current", form.typed("current")).await {
        return desk.form_again(disable_page(), error);
    }
    let agent = desk.agent().to_owned();
    desk.act(move |ctx, tx| acts::disable_second_factor(ctx, tx, &agent)).await?;
    desk.done("/compte", "La double authentification est retirée.")
}
