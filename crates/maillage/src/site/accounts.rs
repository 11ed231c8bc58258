//! The accounts of the platform, for the national team and the operators: who has one, who uses it, with which powers.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use directory::Person;
use directory::accounts::administration::{self as accounts, Filter, Listed};
use directory::accounts::model::AccountState;
use governance::powers::acts;
use governance::powers::store::{self as powers, Held};
use http::StatusCode;
use kernel::coded::Coded as _;
use kernel::time::french_date;
use kernel::{Capability, Error, Id, Result, Scope, text};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page};
use web::{Answer, Desk, Form};

const HERE: &str = "/administration/comptes";
/// Accounts on one page.
const PAGE: usize = 50;

fn enter(desk: &Desk) -> Result<()> {
    desk.require(Capability::ManagePlatform, Scope::Platform)
}

fn trail() -> Vec<Crumb> {
    vec![Crumb::new("Administration", "/administration")]
}

/// « Gestionnaire, Réseau exemple ».
fn told(held: &Held) -> String {
    let place = held.governance_name.as_deref().unwrap_or("la plateforme");
    match &held.power.on {
        Some(on) => format!("{} ({on}), {place}", held.power.role),
        None => format!("{}, {place}", held.power.role),
    }
}

fn badge(state: AccountState) -> &'static str {
    match state {
        AccountState::Invited => "wait",
        AccountState::Active => "success",
        AccountState::Closed => "closed",
    }
}

#[derive(Template)]
#[template(path = "site/accounts.html")]
struct AccountsPage {
    accounts: Vec<Listed>,
    powers: HashMap<Id<Person>, Vec<String>>,
    tally: Vec<(AccountState, i64)>,
    fields: Vec<Field>,
    active: usize,
    warnings: Vec<String>,
    previous: Option<String>,
    next: Option<String>,
}

impl Page for AccountsPage {
    fn title(&self) -> String {
        "Comptes".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        trail()
    }
    fn wide(&self) -> bool {
        true
    }
}

impl AccountsPage {
    fn powers(&self, person: &Id<Person>) -> &[String] {
        self.powers.get(person).map_or(&[], Vec::as_slice)
    }
    fn badge(&self, state: &AccountState) -> &'static str {
        badge(*state)
    }
    fn state(&self, state: &AccountState) -> String {
        format!("{HERE}?etat={}", state.code())
    }
}

pub async fn show(desk: Desk) -> Answer {
    enter(&desk)?;
    let params = &desk.params;
    let mut warnings = Vec::new();
    let state = params.one("etat").and_then(|code| {
        let state = AccountState::from_code(code);
        if state.is_none() {
            warnings.push(format!("Le filtre « etat » n'a pas de valeur « {code} » : il n'est pas appliqué."));
        }
        state
    });
    let typed = params.one("q").unwrap_or_default().to_owned();
    let filter = Filter { state, words: text::search_words(&typed) };
    let backwards = params.one("avant").is_some();
    let key = params.one("avant").or(params.one("apres")).map(ToOwned::to_owned);
    let (has_key, today) = (key.is_some(), desk.app.clock().now().day());
    let (mut accounts, more, held, tally) = desk
        .read(move |tx| {
            let mut rows = accounts::list(tx, &filter, key.as_deref(), backwards, PAGE + 1)?;
            let more = rows.len() > PAGE;
            rows.truncate(PAGE);
            let persons: Vec<_> = rows.iter().map(|one| one.person).collect();
            Ok((rows, more, powers::of_persons(tx, &persons, today)?, accounts::tally(tx)?))
        })
        .await?;
    if backwards {
        accounts.reverse();
    }
    let mut powers: HashMap<_, Vec<_>> = HashMap::new();
    for one in held {
        powers.entry(one.power.person).or_default().push(told(&one));
    }
    let kept = web::Params::parse(&web::Params::parse(&params.with("avant", None)).with("apres", None));
    let link =
        |name: &str, one: Option<&Listed>| one.map(|one| format!("{HERE}?{}", kept.with(name, Some(&one.email_key))));
    let states = AccountState::ALL.iter().map(|one| Choice::new(one.code(), one.label()).selected(state == Some(*one)));
    let page = AccountsPage {
        previous: link("avant", accounts.first()).filter(|_| if backwards { more } else { has_key }),
        next: link("apres", accounts.last()).filter(|_| backwards || more),
        fields: vec![
            Field::new(Kind::Search, "q", "Nom ou adresse").value(&typed),
            Field::choice(Kind::Select, "etat", "État", std::iter::once(Choice::new("", "Tous")).chain(states)),
        ],
        active: usize::from(!typed.is_empty()) + usize::from(state.is_some()),
        warnings,
        accounts,
        powers,
        tally,
    };
    desk.private(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "site/account.html")]
struct AccountPage {
    one: Listed,
    powers: Vec<Held>,
    /// May open the pages of powers of governances.
    may_see: bool,
}

impl Page for AccountPage {
    fn title(&self) -> String {
        format!("Compte de {}", self.one.name)
    }
    fn trail(&self) -> Vec<Crumb> {
        let mut trail = trail();
        trail.push(Crumb::new("Comptes", HERE));
        trail
    }
}

impl AccountPage {
    fn badge(&self) -> &'static str {
        badge(self.one.state)
    }
    fn definitions(&self) -> Vec<(&'static str, String)> {
        let one = &self.one;
        let known = |text: &str| if text.is_empty() { "Non renseigné".to_owned() } else { text.to_owned() };
        let mut all = vec![
            ("Adresse électronique", one.email.clone()),
            ("Fonction", known(&one.function)),
            ("Structure", known(one.organisation.as_deref().unwrap_or_default())),
            ("Invité ou créé le", french_date(one.created_on)),
            ("Dernière connexion", one.last_used_on.map_or_else(|| "Aucune".to_owned(), french_date)),
        ];
        if let Some(day) = one.closed_on {
            all.push(("Fermé le", french_date(day)));
        }
        all
    }
    fn place(&self, held: &Held) -> Option<String> {
        held.governance_slug.as_deref().filter(|_| self.may_see).map(governance::url::powers)
    }
    fn told(&self, held: &Held) -> String {
        format!("{}, {}", told(held), held.power.period())
    }
    fn is_invited(&self) -> bool {
        self.one.state == AccountState::Invited
    }
    fn is_open(&self) -> bool {
        self.one.state != AccountState::Closed
    }
    fn at(&self, place: &str) -> String {
        format!("{HERE}/{}/{place}", self.one.person)
    }
}

async fn read(desk: &Desk, id: &str) -> Result<(Listed, Vec<Held>)> {
    enter(desk)?;
    let id: Id<Person> = id.parse().map_err(|_| Error::NotFound)?;
    let today = desk.app.clock().now().day();
    desk.read(move |tx| Ok((accounts::find(tx, id)?, powers::of_persons(tx, &[id], today)?))).await
}

pub async fn one(desk: Desk, Path(id): Path<String>) -> Answer {
    let (one, powers) = read(&desk, &id).await?;
    let may_see = desk.may(Capability::SeePowers, Scope::Platform);
    desk.private(StatusCode::OK, &AccountPage { one, powers, may_see })
}

fn close_page(one: &Listed, reason: &str) -> FormPage {
    let mut trail = trail();
    trail.push(Crumb::new("Comptes", HERE));
    FormPage::new("Fermer un compte", format!("{HERE}/{}/fermer", one.person), "Fermer ce compte")
        .about(one.name.clone())
        .note("La personne ne peut plus se connecter, ses pouvoirs prennent fin, et un courriel le lui dit. Ses données sont effacées un an plus tard.")
        .field(
            Field::text("reason", "Motif").hint("La personne le lira. Il n'est pas public.").required().value(reason),
        )
        .cancel(format!("{HERE}/{}", one.person))
        .trail(trail)
        .danger()
}

pub async fn show_close(desk: Desk, Path(id): Path<String>) -> Answer {
    let (one, _) = read(&desk, &id).await?;
    if one.state == AccountState::Closed {
        return Err(Error::Conflict("Ce compte est déjà fermé.".to_owned()).into());
    }
    desk.form(&close_page(&one, ""))
}

pub async fn close(desk: Desk, Path(id): Path<String>, Form(form): Form) -> Answer {
    let (one, _) = read(&desk, &id).await?;
    let (person, reason) = (one.person, form.typed("reason").to_owned());
    match desk.act(move |ctx, tx| acts::close_account(ctx, tx, person, &reason)).await {
        Ok(()) => desk.done(&format!("{HERE}/{person}"), "Le compte est fermé."),
        Err(error) => desk.form_again(close_page(&one, form.typed("reason")), error),
    }
}

pub async fn invite_again(desk: Desk, Path(id): Path<String>) -> Answer {
    let (one, powers) = read(&desk, &id).await?;
    let person = one.person;
    let purpose = powers.first().map_or_else(|| "membre invité".to_owned(), |held| told(held).to_lowercase());
    let site = desk.app.settings().public_address.clone();
    desk.act(move |ctx, tx| accounts::invite_again(ctx, tx, &site, person, &purpose)).await?;
    desk.done(&format!("{HERE}/{person}"), "L'invitation part de nouveau ; le lien d'avant ne sert plus.")
}
