//! The pages on which one chooses what one is told: signed in, or by the link of a message.

use askama::Template;
use http::StatusCode;
use kernel::coded::Coded as _;
use kernel::zone::Zone;
use kernel::{Error, Errors, Id, Result, Timestamp, Who};
use store::outbox::masked;
use ui::form::{Choice, ErrorSummary, Field, Kind};
use ui::page::{Crumb, Page};
use web::{Answer, Desk, Form, Params, encode, refusal};

use super::acts;
use super::links;
use super::model::{LetterKind, Rhythm};
use super::store::{Choices, Waiting, choices, waiting};
use crate::Person;

/// The kinds among which one chooses.
fn kinds() -> impl Iterator<Item = LetterKind> {
    LetterKind::ALL.iter().copied().filter(|kind| kind.is_a_choice())
}

fn hint(rhythm: Rhythm) -> &'static str {
    match rhythm {
        Rhythm::Day => "Le matin à 7 h, sauf le dimanche.",
        Rhythm::Week => "Le lundi à 7 h.",
        Rhythm::Month => "Le premier jour du mois à 7 h, ou le lendemain d'un dimanche.",
        Rhythm::Never => "Vous lisez tout sur le site, depuis la page « À faire ».",
    }
}

/// « lundi 23 novembre 2026 à 7 h ».
fn next_message(choices: &Choices, now: Timestamp) -> Option<String> {
    // An account whose first morning is not set yet has the day that it will be given.
    let at = choices.due_at.filter(|at| *at > now).or_else(|| choices.rhythm.next_after(now))?;
    Some(Zone::PARIS.moment(at))
}

#[derive(Template)]
#[template(path = "correspondence/letters.html")]
struct LettersPage {
    fields: Vec<Field>,
    next: Option<String>,
    waiting: Vec<Waiting>,
    errors: ErrorSummary,
}

impl Page for LettersPage {
    fn title(&self) -> String {
        if self.errors.is_empty() { "Mes courriels".to_owned() } else { "Erreur : Mes courriels".to_owned() }
    }
    fn trail(&self) -> Vec<Crumb> {
        vec![Crumb::new("Mon compte", "/compte")]
    }
    fn crumb(&self) -> String {
        "Mes courriels".to_owned()
    }
}

fn signed(desk: &Desk) -> Result<Id<Person>> {
    desk.signed().map(|signed| Id::from_uuid(signed.person)).ok_or(Error::NotFound)
}

async fn page(desk: &Desk, typed: Option<&Params>) -> Result<LettersPage> {
    let person = signed(desk)?;
    let (known, waiting) = desk.read(move |tx| Ok((choices(tx, person)?, waiting(tx, person)?))).await?;
    let rhythm = typed.map_or(known.rhythm.code(), |form| form.typed("rhythm"));
    let wants = |kind: LetterKind| match typed {
        Some(form) => form.all("kind").contains(&kind.code()),
        None => known.wants(kind),
    };
    let rhythms = Rhythm::ALL
        .iter()
        .map(|one| Choice::new(one.code(), one.label()).hint(hint(*one)).selected(one.code() == rhythm));
    let kinds = kinds().map(|one| Choice::new(one.code(), one.label()).hint(one.hint()).selected(wants(one)));
    Ok(LettersPage {
        fields: vec![
            Field::choice(Kind::Radio, "rhythm", "Un message groupé", rhythms).required(),
            // Not « optional »: no box ticked is an answer too.
            Field::choice(Kind::Checkboxes, "kind", "Ce qu'il contient", kinds).required(),
        ],
        next: next_message(&known, desk.app.clock().now()),
        waiting,
        errors: ErrorSummary::default(),
    })
}

pub async fn show(desk: Desk) -> Answer {
    let page = page(&desk, None).await?;
    desk.private(StatusCode::OK, &page)
}

pub async fn save(desk: Desk, Form(form): Form) -> Answer {
    let mut errors = Errors::default();
    let rhythm = Rhythm::from_code(form.typed("rhythm"));
    if rhythm.is_none() {
        errors.add("rhythm", "Choisissez un rythme.");
    }
    let wanted: Vec<LetterKind> = form.all("kind").into_iter().filter_map(LetterKind::from_code).collect();
    let done = match (errors.into_result(), rhythm) {
        (Ok(()), Some(rhythm)) => desk.act(move |ctx, tx| acts::choose(ctx, tx, rhythm, &wanted)).await,
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(Error::NotFound),
    };
    match done {
        Ok(()) => desk.done("/compte/courriels", "Vos choix sont enregistrés."),
        Err(error) => {
            let (status, pairs) = refusal(error)?;
            let mut page = page(&desk, Some(&form)).await?;
            page.errors = ErrorSummary::new(&pairs);
            page.fields = page.fields.into_iter().map(|field| field.check(&pairs)).collect();
            desk.private(status, &page)
        }
    }
}

/// The choices of whoever a link is for.
async fn of_link(desk: &Desk, person: Id<Person>) -> Result<Choices> {
    desk.read(move |tx| choices(tx, person)).await.map_err(|error| match error {
        Error::NotFound => Error::Conflict("Ce compte n'existe plus : aucun message ne lui est envoyé.".to_owned()),
        other => other,
    })
}

/// Who acts by a link: the person of the message, on their own account and nothing else.
fn bearer(person: Id<Person>) -> Who {
    Who::person(person.uuid(), None, Vec::new())
}

#[derive(Template)]
#[template(path = "correspondence/by_link.html")]
struct ByLinkPage {
    address: String,
    key: String,
    known: Choices,
    next: Option<String>,
}

impl Page for ByLinkPage {
    fn title(&self) -> String {
        "Réglages de vos courriels".to_owned()
    }
}

impl ByLinkPage {
    fn rhythms(&self) -> Vec<Rhythm> {
        Rhythm::ALL.to_vec()
    }
    fn rhythm_hint(&self, rhythm: &Rhythm) -> &'static str {
        hint(*rhythm)
    }
    fn kinds(&self) -> Vec<LetterKind> {
        kinds().collect()
    }
    fn kind_hint(&self, kind: &LetterKind) -> &'static str {
        kind.hint()
    }
    fn code<C: kernel::coded::Coded>(&self, value: &C) -> &'static str {
        value.code()
    }
    fn is_rhythm(&self, rhythm: &Rhythm) -> bool {
        self.known.rhythm == *rhythm
    }
    fn wants(&self, kind: &LetterKind) -> bool {
        self.known.wants(*kind)
    }
}

pub async fn show_by_link(desk: Desk) -> Answer {
    let key = desk.params.whole("cle");
    let now = desk.app.clock().now();
    let known = of_link(&desk, links::read_settings(desk.app.secret(), &key, now)?).await?;
    let page = ByLinkPage { address: masked(&known.email), next: next_message(&known, now), key, known };
    desk.private(StatusCode::OK, &page)
}

pub async fn save_by_link(desk: Desk, Form(form): Form) -> Answer {
    let key = form.whole("cle");
    let person = links::read_settings(desk.app.secret(), &key, desk.app.clock().now())?;
    of_link(&desk, person).await?;
    let rhythm = Rhythm::from_code(form.typed("rhythm"));
    let kind = LetterKind::from_code(form.typed("kind")).filter(|kind| kind.is_a_choice());
    let wanted = form.typed("wanted") == "oui";
    let sentence = match (rhythm, kind) {
        (Some(rhythm), _) => {
            desk.app.act(bearer(person), move |ctx, tx| acts::choose_rhythm(ctx, tx, rhythm)).await?;
            format!("C'est noté. Un message groupé : {}.", rhythm.label().to_lowercase())
        }
        (None, Some(kind)) => {
            desk.app.act(bearer(person), move |ctx, tx| acts::choose_kinds(ctx, tx, &[kind], wanted)).await?;
            let verb = if wanted { "Vous recevrez de nouveau" } else { "Vous ne recevrez plus" };
            format!("C'est noté. {verb} : {}.", kind.label())
        }
        (None, None) => {
            return Err(Error::Conflict("Choisissez un rythme ou une sorte de nouvelles.".to_owned()).into());
        }
    };
    desk.done(&format!("/courriels/reglages?cle={}", encode(&key)), &sentence)
}

#[derive(Template)]
#[template(path = "correspondence/unsubscribe.html")]
struct UnsubscribePage {
    address: String,
    kinds: Vec<LetterKind>,
    /// Where the button leads, with the signed link; none once it is done.
    action: Option<String>,
    settings: String,
}

impl Page for UnsubscribePage {
    fn title(&self) -> String {
        if self.action.is_some() {
            "Ne plus recevoir ces nouvelles".to_owned()
        } else {
            "C'est fait : vous ne recevrez plus".to_owned()
        }
    }
}

/// The page of an unsubscribing link, before and after its one button.
async fn unsubscribing(desk: &Desk, act: bool) -> Answer {
    // In the address, not in the form: a mail program sends a body of its own (RFC 8058).
    let (key, codes) = (desk.params.whole("cle"), desk.params.whole("sortes"));
    let now = desk.app.clock().now();
    let (person, kinds) = links::read_unsubscribe(desk.app.secret(), &key, &codes, now)?;
    let known = of_link(desk, person).await?;
    if act {
        let kinds = kinds.clone();
        desk.app.act(bearer(person), move |ctx, tx| acts::choose_kinds(ctx, tx, &kinds, false)).await?;
    }
    let action = format!("/courriels/desinscription?cle={}&sortes={}", encode(&key), encode(&codes));
    let page = UnsubscribePage {
        address: masked(&known.email),
        kinds,
        action: (!act).then_some(action),
        // For whoever changes their mind at once; the message has a link that lasts.
        settings: links::settings("", desk.app.secret(), person, now.plus(kernel::time::DAY)),
    };
    desk.private(StatusCode::OK, &page)
}

pub async fn show_unsubscribe(desk: Desk) -> Answer {
    unsubscribing(&desk, false).await
}

/// No redirection: a mail program follows none (RFC 8058), and a person reads what was done.
pub async fn unsubscribe(desk: Desk) -> Answer {
    unsubscribing(&desk, true).await
}
