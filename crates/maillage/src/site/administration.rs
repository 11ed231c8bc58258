//! The platform's administration: its team, the mail queue, the settings in force.

use askama::Template;
use axum::extract::Path;
use directory::accounts::acts::Invitation;
use governance::forms;
use governance::powers::acts;
use governance::powers::model::{NewPower, Power};
use governance::powers::store as powers;
use http::StatusCode;
use kernel::coded::Coded as _;
use kernel::permission::{Reach, RoleKind};
use kernel::register::Act;
use kernel::time::french_date;
use kernel::{Capability, Error, Errors, Id, Result, Scope};
use store::outbox::{self, Mail, MailState, Queued};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page};
use web::{Answer, Desk, Form, Params};

const HERE: &str = "/administration";
const QUEUE: &str = "/administration/courriels";
/// Messages on one page of the queue.
const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "site/administration.html")]
struct AdministrationPage {
    team: Vec<Power>,
    mails: Vec<(MailState, i64)>,
    settings: Vec<(&'static str, String)>,
    /// Whether this person defines the minimum framework: the operator does not.
    defines: bool,
    /// Whether this person corrects organisations.
    corrects: bool,
}

impl Page for AdministrationPage {
    fn title(&self) -> String {
        "Administration de la plateforme".to_owned()
    }
}

fn enter(desk: &Desk) -> Result<()> {
    desk.require(Capability::ManagePlatform, Scope::Platform)
}

pub async fn show(desk: Desk) -> Answer {
    enter(&desk)?;
    let today = desk.app.clock().now().day();
    let (team, mails) = desk
        .read(move |tx| {
            let count = |state: &MailState| Ok((*state, outbox::count(tx, *state)?));
            let mails = MailState::ALL.iter().map(count).collect::<Result<Vec<_>>>()?;
            Ok((powers::of_platform(tx, today)?, mails))
        })
        .await?;
    let known = desk.app.settings();
    let yes_no = |yes: bool| if yes { "oui" } else { "non" }.to_owned();
    let settings = vec![
        ("Adresse publique", known.public_address.clone()),
        ("Éditeur", known.publisher.clone()),
        ("Hébergeur", known.host.clone()),
        ("Contact", known.contact.clone()),
        ("Démonstration", yes_no(known.demonstration)),
        ("Mémoire des pages finies", format!("{} Mo", known.page_cache_bytes >> 20)),
        ("Mandataires de confiance", known.trusted_proxies.len().to_string()),
        ("Fournisseur d'identité", yes_no(desk.app.service::<oidc::Provider>().is_some())),
    ];
    let defines = desk.may(Capability::DefineFramework, Scope::Platform);
    let corrects = desk.may(Capability::CorrectOrganisation, Scope::Platform);
    desk.private(StatusCode::OK, &AdministrationPage { team, mails, settings, defines, corrects })
}

fn trail() -> Vec<Crumb> {
    vec![Crumb::new("Administration", HERE)]
}

fn invite_page(typed: &Params) -> FormPage {
    let chosen = typed.typed("role");
    let roles = [RoleKind::NationalTeam, RoleKind::Operator, RoleKind::Moderator];
    let roles = roles.map(|role| Choice::new(role.code(), role.label()).selected(role.code() == chosen));
    let value = |name: &str| typed.typed(name).to_owned();
    FormPage::new("Inviter quelqu'un sur la plateforme", format!("{HERE}/inviter"), "Inviter")
        .field(Field::choice(Kind::Select, "role", "Pouvoir", roles).required())
        .field(Field::text("name", "Nom de la personne").autocomplete("off").required().value(value("name")))
        .field(
            Field::new(Kind::Email, "email", "Adresse électronique")
                .autocomplete("off")
                .required()
                .value(value("email")),
        )
        .field(Field::new(Kind::Date, "until", "Jusqu'au").value(value("until")))
        .cancel(HERE)
        .trail(trail())
}

pub async fn show_invite(desk: Desk) -> Answer {
    enter(&desk)?;
    desk.form(&invite_page(&desk.params))
}

pub async fn invite(desk: Desk, Form(form): Form) -> Answer {
    enter(&desk)?;
    let mut errors = Errors::default();
    let role = forms::coded::<RoleKind>(&mut errors, "role", form.typed("role"));
    let until = forms::date(&mut errors, "until", form.typed("until"));
    let done = match (errors.into_result(), role) {
        (Ok(()), Some(role)) => {
            let (name, email) = (form.typed("name").to_owned(), form.typed("email").to_owned());
            let invitation = Invitation { name, email, ..Invitation::default() };
            let site = desk.app.settings().public_address.clone();
            let new = NewPower { role, reach: Reach::Platform, since: None, until };
            desk.act(move |ctx, tx| acts::invite(ctx, tx, &site, &invitation, &new)).await.map(|_| ())
        }
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(Error::NotFound),
    };
    match done {
        Ok(()) => desk.done(HERE, "L'invitation part."),
        Err(error) => desk.form_again(invite_page(&form), error),
    }
}

fn end_page(power: &Power, reason: &str) -> FormPage {
    FormPage::new("Retirer un pouvoir", format!("{HERE}/pouvoirs/{}/retirer", power.id), "Retirer ce pouvoir")
        .about(format!("{} : {}", power.name, power.role))
        .field(Field::text("reason", "Motif").required().value(reason))
        .cancel(HERE)
        .trail(trail())
        .danger()
}

async fn power(desk: &Desk, id: &str) -> Result<Power> {
    enter(desk)?;
    let id: Id<Power> = id.parse().map_err(|_| Error::NotFound)?;
    let power = desk.read(move |tx| powers::find(tx, id)).await?;
    if power.reach == Reach::Platform { Ok(power) } else { Err(Error::NotFound) }
}

pub async fn show_end(desk: Desk, Path(id): Path<String>) -> Answer {
    let power = power(&desk, &id).await?;
    desk.form(&end_page(&power, ""))
}

pub async fn end(desk: Desk, Path(id): Path<String>, Form(form): Form) -> Answer {
    let power = power(&desk, &id).await?;
    let (id, reason) = (power.id, form.typed("reason").to_owned());
    match desk.act(move |ctx, tx| acts::end(ctx, tx, id, &reason)).await {
        Ok(()) => desk.done(HERE, "Le pouvoir a pris fin."),
        Err(error) => desk.form_again(end_page(&power, form.typed("reason")), error),
    }
}

#[derive(Template)]
#[template(path = "site/mail_queue.html")]
struct QueuePage {
    mails: Vec<Queued>,
    state: Option<MailState>,
    next: Option<String>,
    held: i64,
}

impl Page for QueuePage {
    fn title(&self) -> String {
        "File des messages".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        trail()
    }
    fn wide(&self) -> bool {
        true
    }
}

impl QueuePage {
    fn filters(&self) -> Vec<(&'static str, String, bool)> {
        let all = ("Tous", QUEUE.to_owned(), self.state.is_none());
        let one =
            |state: &MailState| (state.label(), format!("{QUEUE}?etat={}", state.code()), self.state == Some(*state));
        std::iter::once(all).chain(MailState::ALL.iter().map(one)).collect()
    }
    fn badge(&self, state: &MailState) -> &'static str {
        match state {
            MailState::Waiting => "wait",
            MailState::Held => "warning",
            MailState::Sent => "success",
            MailState::GivenUp => "error",
            MailState::Abandoned => "",
        }
    }
    fn day(&self, at: &kernel::Timestamp) -> String {
        french_date(at.day())
    }
    /// « 3 messages sont retenus ».
    fn held(&self) -> String {
        if self.held == 1 { "1 message est retenu".to_owned() } else { format!("{} messages sont retenus", self.held) }
    }
    fn may_change(&self, mail: &Queued) -> bool {
        matches!(mail.state, MailState::Waiting | MailState::Held | MailState::GivenUp)
    }
}

pub async fn show_queue(desk: Desk) -> Answer {
    enter(&desk)?;
    let state = desk.params.one("etat").and_then(MailState::from_code);
    let before: Option<Id<Mail>> = desk.params.one("avant").and_then(|id| id.parse().ok());
    let (mut mails, held) = desk
        .read(move |tx| Ok((outbox::latest(tx, state, before, PAGE + 1)?, outbox::count(tx, MailState::Held)?)))
        .await?;
    let more = mails.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    mails.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = mails.last().filter(|_| more).map(|last| {
        let id = last.id.to_string();
        format!("{QUEUE}?{}", desk.params.with("avant", Some(&id)))
    });
    desk.private(StatusCode::OK, &QueuePage { mails, state, next, held })
}

pub async fn change_mail(desk: Desk, Path(id): Path<String>, Form(form): Form) -> Answer {
    enter(&desk)?;
    let id: Id<Mail> = id.parse().map_err(|_| Error::NotFound)?;
    let retry = form.typed("acte") != "abandonner";
    desk.act(move |ctx, tx| {
        ctx.require(Capability::ManagePlatform, Scope::Platform)?;
        let (code, summary) = if retry {
            outbox::retry_now(ctx, tx, id)?;
            ("mail.retried", "Nouvel essai demandé pour un courriel")
        } else {
            outbox::abandon(ctx, tx, id)?;
            ("mail.abandoned", "Courriel abandonné")
        };
        tx.record(ctx, Act::new(code, format!("courriel:{id}"), summary));
        Ok(())
    })
    .await?;
    desk.done(QUEUE, if retry { "Le message sera envoyé de nouveau." } else { "Le message est abandonné." })
}

/// What becomes of all held messages at once.
pub async fn change_held(desk: Desk, Form(form): Form) -> Answer {
    enter(&desk)?;
    let release = form.typed("acte") != "abandonner";
    let count = desk
        .act(move |ctx, tx| {
            ctx.require(Capability::ManagePlatform, Scope::Platform)?;
            let (count, code, what) = if release {
                (outbox::release_held(ctx, tx)?, "mail.released", "envoyés")
            } else {
                (outbox::abandon_held(ctx, tx)?, "mail.abandoned", "abandonnés")
            };
            if count > 0 {
                let summary = format!("Courriels retenus après une restauration : {count} {what}");
                tx.record(ctx, Act::new(code, "courriels", summary));
            }
            Ok(count)
        })
        .await?;
    let sentence = match (count, release) {
        (0, _) => "Aucun message n'était retenu.",
        (_, true) => "Les messages retenus partent.",
        (_, false) => "Les messages retenus sont abandonnés.",
    };
    desk.done(QUEUE, sentence)
}
