//! The forms by which one stands, proposes somebody, answers, rewrites, withdraws; and by which those who animate enter what they received.

use axum::extract::Path;
use directory::Person;
use governance::bodies::store as bodies;
use governance::members::model::Member;
use governance::powers::model::Power;
use kernel::{Error, Id, Result};
use ui::form::{Choice, Field, Kind as Control};
use ui::form_page::FormPage;
use web::{Answer, Desk, Form, Params};

use super::candidacies::{self, NewCandidacy, OUTSIDE, row_of};
use super::form_pages::form;
use super::model::{Candidacy, Election, FAITH_MAX, Kind, Reply};
use super::pages::{Known, Place, known, managed};
use super::paper::{self, Entered, holders};
use super::store as reads;
use crate::ballots::roll::speaks;

/// Governance, election, candidacy.
type Inner = Path<(String, String, String)>;

/// What a form of a candidacy shows beside its fields.
struct Around {
    known: Known,
    /// The members of the body, with their names, and whether the person speaks for them.
    sitting: Vec<(Id<Member>, String, bool)>,
    /// The name of the own account.
    name: String,
}

impl Around {
    fn own(&self) -> impl Iterator<Item = &(Id<Member>, String, bool)> {
        self.sitting.iter().filter(|(.., own)| *own)
    }
}

/// The election of the address while candidacies are taken, for whoever sits in the body; else why not.
async fn around(desk: &Desk, slug: String, election: String) -> Result<Around> {
    let who = desk.who();
    let now = desk.app.clock().now();
    let name = desk.signed().map(|signed| signed.name.clone()).unwrap_or_default();
    let (known, sitting) = desk
        .read(move |tx| {
            let known = Known::load(tx, &who, &slug, &election)?;
            let own = |member| speaks(&who, known.head.id, member).is_some();
            let sitting = bodies::sitting_members(tx, known.body.id)?;
            let sitting: Vec<_> = sitting.into_iter().map(|(member, name)| (member, name, own(member))).collect();
            Ok((known, sitting))
        })
        .await?;
    if !known.sits {
        return Err(Error::Conflict(OUTSIDE.to_owned()));
    }
    if !known.election.takes_candidacies(now) {
        return Err(Error::Conflict("L'appel à candidatures n'est pas ouvert, ou il est terminé.".to_owned()));
    }
    Ok(Around { known, sitting, name })
}

fn faith(value: &str) -> Field {
    Field::area("faith", "Profession de foi")
        .hint("Pourquoi, avec quel temps, pour faire quoi. Elle sera publique à la fin de l'appel.")
        .rows(6)
        .maxlength(u32::try_from(FAITH_MAX).unwrap_or(u32::MAX))
        .required()
        .value(value)
}

fn title(election: &Election, value: &str) -> Option<Field> {
    let field = Field::text("title", "Nom de la liste").autocomplete("off").maxlength(100).required().value(value);
    (election.kind == Kind::Lists).then_some(field)
}

fn name(value: &str) -> Field {
    Field::text("name", "Votre nom, comme il sera publié").autocomplete("name").required().value(value)
}

/// The structures that are asked for a person.
fn asked(around: &Around, typed: &Params, alone: bool) -> Option<Field> {
    let label = match (around.known.election.kind, alone) {
        (Kind::Persons, true) => return None,
        (Kind::Persons, false) => "Quelle structure proposez-vous ?",
        (Kind::Pairs, true) => "Avec une personne de quelle structure ?",
        (Kind::Pairs, false) => "Quelles structures proposez-vous, deux ?",
        (Kind::Lists, _) => "Avec des personnes de quelles structures ?",
    };
    let chosen = typed.all("asked");
    let choice = |(member, name, _): &(Id<Member>, String, bool)| {
        let id = member.to_string();
        let selected = chosen.contains(&id.as_str());
        Choice::new(id, name).selected(selected)
    };
    let many = around.known.election.kind == Kind::Lists || !alone && around.known.election.kind == Kind::Pairs;
    let kind = if many { Control::Checkboxes } else { Control::Radio };
    let field = Field::choice(kind, "asked", label, around.sitting.iter().map(choice)).required();
    Some(field.hint("La personne qui la représente reçoit votre proposition et l'accepte, ou non."))
}

/// In the name of which structure, for whoever represents several.
fn own(around: &Around, typed: &Params) -> Option<Field> {
    let choice = |(member, name, _): &(Id<Member>, String, bool)| {
        let id = member.to_string();
        let selected = typed.one("own") == Some(id.as_str());
        Choice::new(id, name).selected(selected)
    };
    let field = Field::choice(Control::Select, "own", "Votre structure", around.own().map(choice)).required();
    (around.own().count() > 1).then_some(field)
}

/// The form of one's own candidacy, or of a proposal.
fn page(around: &Around, typed: &Params, alone: bool) -> FormPage {
    let election = &around.known.election;
    let (title_of_page, place, button) = match alone {
        true => ("Présenter ma candidature", "candidater", "Déposer ma candidature"),
        false => ("Proposer une candidature", "proposer", "Envoyer la proposition"),
    };
    let shown = |key: &str, first: &str| if typed.has(key) { typed.whole(key) } else { first.to_owned() };
    let mut page = form(&around.known, title_of_page, place, button).note(format!(
        "Jusqu'au {}. Vous pourrez changer d'avis d'ici là : rien n'est public avant.",
        around.known.until()
    ));
    page = page.fields(own(around, typed));
    page = page.fields(title(election, &shown("title", "")));
    if alone {
        page = page.field(name(&shown("name", &around.name)));
    }
    page.fields(asked(around, typed, alone)).field(faith(&shown("faith", "")))
}

fn read(form: &Params, alone: bool) -> Result<NewCandidacy> {
    let unknown = || Error::invalid("asked", "Choisissez des structures de la liste.");
    let mut asked = Vec::new();
    for typed in form.all("asked") {
        asked.push(typed.parse().map_err(|_| unknown())?);
    }
    Ok(NewCandidacy {
        own: form.one("own").and_then(|typed| typed.parse().ok()),
        name: alone.then(|| form.whole("name")),
        asked,
        title: form.whole("title"),
        faith: form.whole("faith"),
    })
}

async fn take(desk: Desk, slug: String, election: String, sent: Params, alone: bool) -> Answer {
    let around = around(&desk, slug, election).await?;
    let id = around.known.election.id;
    let done = match read(&sent, alone) {
        Ok(new) => desk.act(move |ctx, tx| candidacies::present(ctx, tx, id, &new)).await,
        Err(error) => Err(error),
    };
    let told = match (alone, around.known.election.kind) {
        (true, Kind::Persons) => "Votre candidature est déposée.",
        (true, _) => "Votre candidature est déposée ; les structures choisies reçoivent votre proposition.",
        (false, _) => "La proposition est envoyée. Elle devient une candidature quand elle est acceptée.",
    };
    match done {
        Ok(_) => desk.done(&around.known.page(), told),
        Err(error) => desk.form_again(page(&around, &sent, alone), error),
    }
}

pub async fn show_present(desk: Desk, Path((slug, election)): Place) -> Answer {
    let around = around(&desk, slug, election).await?;
    desk.form(&page(&around, &Params::default(), true))
}

pub async fn present(desk: Desk, Path((slug, election)): Place, Form(form): Form) -> Answer {
    take(desk, slug, election, form, true).await
}

pub async fn show_propose(desk: Desk, Path((slug, election)): Place) -> Answer {
    let around = around(&desk, slug, election).await?;
    desk.form(&page(&around, &Params::default(), false))
}

pub async fn propose(desk: Desk, Path((slug, election)): Place, Form(form): Form) -> Answer {
    take(desk, slug, election, form, false).await
}

/// The candidacy of the address with its election.
async fn candidacy(desk: &Desk, slug: String, election: String, id: &str) -> Result<(Known, Candidacy)> {
    let known = known(desk, slug, election).await?;
    let (id, of): (Id<Candidacy>, _) = (id.parse().map_err(|_| Error::NotFound)?, known.election.id);
    let candidacy = desk.read(move |tx| reads::candidacy(tx, id)).await?;
    if candidacy.election != of {
        return Err(Error::NotFound);
    }
    Ok((known, candidacy))
}

fn me(desk: &Desk) -> Option<Id<Person>> {
    desk.who().person_id().map(Id::from_uuid)
}

/// The candidacy of the address for one of its persons, or for those who animate.
async fn own_candidacy(desk: &Desk, (slug, election, id): (String, String, String)) -> Result<(Known, Candidacy)> {
    let (known, candidacy) = candidacy(desk, slug, election, &id).await?;
    let own = me(desk).is_some_and(|me| candidacy.has(me));
    if own || known.manages { Ok((known, candidacy)) } else { Err(Error::NotFound) }
}

fn place(candidacy: &Candidacy, what: &str) -> String {
    format!("candidatures/{}/{what}", candidacy.id)
}

/// The candidacy of the address for whoever is asked to stand in it.
async fn asked_candidacy(desk: &Desk, (slug, election, id): (String, String, String)) -> Result<(Known, Candidacy)> {
    let (known, candidacy) = candidacy(desk, slug, election, &id).await?;
    let (who, governance) = (desk.who(), known.head.id);
    let row = me(desk).and_then(|me| row_of(&candidacy, me, |member| speaks(&who, governance, member).is_some()));
    if row.is_none() {
        return Err(Error::NotFound);
    }
    Ok((known, candidacy))
}

fn answer_page(known: &Known, candidacy: &Candidacy, shown: (&str, &str)) -> FormPage {
    let replies = [("accepte", "J'accepte d'être candidat"), ("refuse", "Je refuse")]
        .map(|(value, label)| Choice::new(value, label).selected(shown.0 == value));
    let others: Vec<String> = candidacy
        .candidates
        .iter()
        .filter(|one| one.reply != Reply::Declined)
        .map(super::model::Candidate::shown)
        .collect();
    let mut page = form(known, "Répondre à une proposition", &place(candidacy, "repondre"), "Envoyer ma réponse")
        .note(format!("Candidature : {}.", others.join(", ")));
    if !candidacy.title.is_empty() {
        page = page.note(format!("Liste : {}.", candidacy.title));
    }
    for paragraph in candidacy.faith.split("\n\n").filter(|paragraph| !paragraph.is_empty()) {
        page = page.note(paragraph);
    }
    page.field(Field::choice(Control::Radio, "reply", "Votre réponse", replies).required()).field(
        Field::text("name", "Votre nom, comme il sera publié si vous acceptez").autocomplete("name").value(shown.1),
    )
}

pub async fn show_answer(desk: Desk, Path(place): Inner) -> Answer {
    let (known, candidacy) = asked_candidacy(&desk, place).await?;
    let name = desk.signed().map(|signed| signed.name.clone()).unwrap_or_default();
    desk.form(&answer_page(&known, &candidacy, ("", &name)))
}

pub async fn answer(desk: Desk, Path(place): Inner, Form(form): Form) -> Answer {
    let (known, candidacy) = asked_candidacy(&desk, place).await?;
    let (id, name) = (candidacy.id, form.whole("name"));
    let accepts = match form.typed("reply") {
        "accepte" => Ok(true),
        "refuse" => Ok(false),
        _ => Err(Error::invalid("reply", "Choisissez une réponse.")),
    };
    let done = match accepts {
        Ok(accepts) => desk.act(move |ctx, tx| candidacies::answer(ctx, tx, id, accepts, &name)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&known.page(), "Votre réponse est enregistrée."),
        Err(error) => {
            desk.form_again(answer_page(&known, &candidacy, (form.typed("reply"), form.typed("name"))), error)
        }
    }
}

fn rewrite_page(known: &Known, candidacy: &Candidacy, shown: (&str, &str, i64)) -> FormPage {
    form(known, "Modifier cette candidature", &place(candidacy, "modifier"), "Enregistrer")
        .field(Field::hidden("version", shown.2.to_string()))
        .fields(title(&known.election, shown.0))
        .field(faith(shown.1))
}

pub async fn show_rewrite(desk: Desk, Path(place): Inner) -> Answer {
    let (known, candidacy) = own_candidacy(&desk, place).await?;
    desk.form(&rewrite_page(&known, &candidacy, (&candidacy.title, &candidacy.faith, candidacy.version)))
}

pub async fn rewrite(desk: Desk, Path(place): Inner, Form(form): Form) -> Answer {
    let (known, candidacy) = own_candidacy(&desk, place).await?;
    let (id, version) = (candidacy.id, form.typed("version").parse().unwrap_or(-1));
    let (title, faith) = (form.whole("title"), form.whole("faith"));
    match desk.act(move |ctx, tx| candidacies::rewrite(ctx, tx, id, version, &title, &faith)).await {
        Ok(()) => desk.done(&known.page(), "La candidature est modifiée."),
        Err(error) => {
            let shown = (form.typed("title"), form.typed("faith"), candidacy.version);
            desk.form_again(rewrite_page(&known, &candidacy, shown), error)
        }
    }
}

fn withdraw_page(known: &Known, candidacy: &Candidacy) -> FormPage {
    let told = match known.election.names_are_public() {
        true => {
            "Pendant le vote, elle reste sur la liste, notée comme retirée : ce qui est voté pour elle compte comme blanc."
        }
        false => "Elle quitte la liste. D'ici la fin de l'appel, vous pourrez en déposer une autre.",
    };
    form(known, "Retirer cette candidature", &place(candidacy, "retirer"), "Retirer la candidature")
        .note(format!("Candidature : {}.", candidacy.label()))
        .note(told)
        .danger()
}

pub async fn show_withdraw(desk: Desk, Path(place): Inner) -> Answer {
    let (known, candidacy) = own_candidacy(&desk, place).await?;
    desk.form(&withdraw_page(&known, &candidacy))
}

pub async fn withdraw(desk: Desk, Path(place): Inner) -> Answer {
    let (known, candidacy) = own_candidacy(&desk, place).await?;
    let id = candidacy.id;
    match desk.act(move |ctx, tx| candidacies::withdraw(ctx, tx, id)).await {
        Ok(()) => desk.done(&known.page(), "La candidature est retirée."),
        Err(error) => desk.form_again(withdraw_page(&known, &candidacy), error),
    }
}

fn enter_page(known: &Known, holders: &[(Power, Id<Member>, String)], typed: &Params) -> FormPage {
    let chosen = typed.all("persons");
    let choice = |(power, _, structure): &(Power, Id<Member>, String)| {
        let id = power.id.to_string();
        let selected = chosen.contains(&id.as_str());
        Choice::new(id, format!("{} ({structure})", power.name)).selected(selected)
    };
    let many = match known.election.kind {
        Kind::Persons => "Qui se présente",
        Kind::Pairs => "Les deux personnes",
        Kind::Lists => "Les personnes de la liste, dans l'ordre de cette page",
    };
    let kind = if known.election.kind == Kind::Persons { Control::Radio } else { Control::Checkboxes };
    let mut page = form(known, "Saisir une candidature reçue", "saisir", "Saisir cette candidature")
        .note("Pour une candidature reçue sur papier, par téléphone ou en séance. La personne a accepté que son nom et sa profession de foi soient publics.")
        .fields(title(&known.election, typed.typed("title")));
    if !holders.is_empty() {
        page = page.field(Field::choice(kind, "persons", many, holders.iter().map(choice)));
    }
    page.field(
        Field::area("names", "Ou bien : son nom, sans compte ici")
            .hint("Une personne par ligne. Le pouvoir d'animer lui sera donné à la main, si elle est élue.")
            .rows(2)
            .value(typed.typed("names")),
    )
    .field(faith(typed.typed("faith")))
}

async fn persons(desk: &Desk, known: &Known) -> Result<Vec<(Power, Id<Member>, String)>> {
    let (election, day) = (known.election.clone(), desk.app.clock().now().day());
    desk.read(move |tx| holders(tx, &election, day)).await
}

pub async fn show_enter(desk: Desk, Path((slug, election)): Place) -> Answer {
    let known = managed(&desk, slug, election).await?;
    let holders = persons(&desk, &known).await?;
    desk.form(&enter_page(&known, &holders, &Params::default()))
}

pub async fn enter(desk: Desk, Path((slug, election)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, election).await?;
    let holders = persons(&desk, &known).await?;
    let id = known.election.id;
    let mut all: Vec<Entered> = Vec::new();
    for typed in form.all("persons") {
        match typed.parse() {
            Ok(holder) => all.push(Entered::Holder(holder)),
            Err(_) => {
                let error = Error::invalid("persons", "Choisissez des personnes dans la liste.");
                return desk.form_again(enter_page(&known, &holders, &form), error);
            }
        }
    }
    all.extend(
        form.typed("names").lines().filter(|line| !line.trim().is_empty()).map(|line| Entered::Named(line.to_owned())),
    );
    let (title, faith) = (form.whole("title"), form.whole("faith"));
    match desk.act(move |ctx, tx| paper::enter(ctx, tx, id, &all, &title, &faith)).await {
        Ok(_) => desk.done(&known.page(), "La candidature est saisie."),
        Err(error) => desk.form_again(enter_page(&known, &holders, &form), error),
    }
}
