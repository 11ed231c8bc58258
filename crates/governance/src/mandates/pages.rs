//! The table of mandates with its boxes, and the forms of standing mandates.

use askama::Template;
use axum::extract::Path;
use directory::{Organisation, organisations};
use http::StatusCode;
use jiff::civil::Date;
use kernel::{Error, Errors, Id, Provenance, Result, text};
use store::Tx;
use ui::form::{Choice, ErrorSummary, Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, Params, refusal};

use crate::governances::store::Head;
use crate::members::manage::governance;
use crate::members::mandates::{NewMandate, end_mandate, give_mandate};
use crate::members::model::{Member, MemberState, StandingMandate};
use crate::members::store as members;
use crate::powers::acts::prolong_all;
use crate::powers::model::Power;
use crate::powers::store as powers;
use crate::{forms, url};

#[derive(Template)]
#[template(path = "mandates/mandates.html")]
struct MandatesPage {
    head: Head,
    /// Each with whether its box is ticked.
    mandates: Vec<(Power, bool)>,
    standing: Vec<StandingMandate>,
    today: Date,
    until: Field,
    errors: ErrorSummary,
}

impl Page for MandatesPage {
    fn title(&self) -> String {
        let begin = if self.errors.is_empty() { "" } else { "Erreur : " };
        format!("{begin}Mandats · {}", self.head.name)
    }
    fn crumb(&self) -> String {
        "Mandats".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        forms::trail(&self.head)
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl MandatesPage {
    fn base(&self) -> String {
        base(&self.head)
    }
    fn is_over(&self, power: &Power) -> bool {
        power.until.is_some_and(|until| until.last_day() < self.today)
    }
    fn holds(&self, mandate: &StandingMandate) -> bool {
        mandate.until.is_none_or(|until| until.last_day() >= self.today)
    }
    fn end(&self, power: &Power) -> String {
        power.until.map(|until| until.french()).unwrap_or_else(|| "Sans date de fin".to_owned())
    }
    fn period(&self, mandate: &StandingMandate) -> String {
        let since = mandate.since.map(|since| since.french_since()).unwrap_or_default();
        let until = mandate.until.map(|until| format!(" jusqu'à {}", until.french())).unwrap_or_default();
        format!("{since}{until}").trim().to_owned()
    }
}

fn base(head: &Head) -> String {
    format!("{}/mandats", url::administration(&head.slug))
}

async fn page(desk: &Desk, head: Head, typed: &Params) -> Result<MandatesPage> {
    let id = head.id;
    let (mandates, standing) =
        desk.read(move |tx| Ok((powers::representing(tx, id)?, members::mandates(tx, id)?))).await?;
    let ticked = typed.all("mandates");
    let is_ticked = |power: Power| {
        let ticked = ticked.iter().any(|id| *id == power.id.to_string());
        (power, ticked)
    };
    Ok(MandatesPage {
        head,
        mandates: mandates.into_iter().map(is_ticked).collect(),
        standing,
        today: desk.app.clock().now().day(),
        until: Field::new(Kind::Date, "until", "Nouvelle date de fin des mandats cochés")
            .required()
            .value(typed.typed("until")),
        errors: ErrorSummary::default(),
    })
}

pub async fn show(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = governance(&desk, slug).await?;
    let page = page(&desk, head, &desk.params).await?;
    desk.private(StatusCode::OK, &page)
}

pub async fn renew(desk: Desk, Path(slug): Path<String>, Form(form): Form) -> Answer {
    let head = governance(&desk, slug).await?;
    let mut errors = Errors::default();
    let ids: Result<Vec<Id<Power>>, _> = form.all("mandates").into_iter().map(str::parse).collect();
    let ids = ids.map_err(|_| Error::NotFound)?;
    if ids.is_empty() {
        errors.add("mandates", "Cochez au moins un mandat.");
    }
    let until = forms::date(&mut errors, "until", form.typed("until"));
    if until.is_none() && errors.of("until").is_none() {
        errors.add("until", "Donnez la nouvelle date de fin.");
    }
    let (id, count) = (head.id, ids.len());
    let done = match (errors.into_result(), until) {
        (Ok(()), Some(until)) => desk.act(move |ctx, tx| prolong_all(ctx, tx, id, &ids, until)).await,
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(Error::NotFound),
    };
    let error = match done {
        Ok(()) => {
            let told = if count > 1 { format!("{count} mandats ont") } else { "Un mandat a".to_owned() };
            return desk.done(&base(&head), &format!("{told} une nouvelle date de fin."));
        }
        Err(error) => error,
    };
    let mut page = page(&desk, head, &form).await?;
    let (status, pairs) = refusal(error)?;
    page.errors = ErrorSummary::new(&pairs);
    page.until = page.until.check(&pairs);
    desk.private(status, &page)
}

// --- Standing mandates ---------------------------------------------------------------------------------

async fn holders(desk: &Desk, head: &Head) -> Result<Vec<Member>> {
    let id = head.id;
    let filter = members::Filter { state: Some(MemberState::Admitted), ..members::Filter::default() };
    desk.read(move |tx| members::list(tx, id, &filter)).await
}

fn trail(head: &Head) -> Vec<Crumb> {
    let mut trail = forms::trail(head);
    trail.push(Crumb::new("Mandats", base(head)));
    trail
}

fn give_page(head: &Head, holders: &[Member], typed: &Params) -> FormPage {
    let choices = holders.iter().map(|member| {
        let id = member.id.to_string();
        let selected = id == typed.typed("holder");
        Choice::new(id, &member.name).selected(selected)
    });
    let date = |name: &'static str, label: &str| {
        Field::new(Kind::Date, name, label)
            .hint("12/03/2026, ou seulement un mois ou une année")
            .value(typed.typed(name))
    };
    forms::page(head, "Noter un mandat permanent", format!("{}/donner", base(head)), "Enregistrer le mandat")
        .lead("Une structure donne mandat à un membre de la représenter ici.")
        .trail(trail(head))
        .field(
            Field::text("represented", "Structure représentée")
                .hint("Son nom, ou son numéro SIRET")
                .autocomplete("off")
                .required()
                .value(typed.typed("represented")),
        )
        .field(
            Field::choice(
                Kind::Select,
                "holder",
                "Membre qui la représente",
                std::iter::once(Choice::new("", "Choisissez")).chain(choices),
            )
            .required(),
        )
        .field(date("since", "Depuis"))
        .field(date("until", "Jusqu'à"))
        .field(Field::area("note", "Précision").maxlength(1000).rows(3).value(typed.typed("note")))
        .cancel(base(head))
}

pub async fn show_give(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = governance(&desk, slug).await?;
    let holders = holders(&desk, &head).await?;
    desk.form(&give_page(&head, &holders, &desk.params))
}

/// The one known organisation that these words name.
fn named(tx: &mut Tx<'_>, typed: &str) -> Result<Id<Organisation>> {
    let typed: String = typed.trim().chars().take(200).collect();
    if typed.is_empty() {
        return Err(Error::invalid("represented", "Remplissez ce champ."));
    }
    let found = organisations::store::search(tx, &typed, 6)?;
    let exact: Vec<_> = found.iter().filter(|one| text::fold(&one.name) == text::fold(&typed)).collect();
    match (exact.as_slice(), found.as_slice()) {
        ([one], _) => Ok(one.id),
        ([], [one]) => Ok(one.id),
        ([], []) => Err(Error::invalid(
            "represented",
            "Aucune structure connue ne répond : ajoutez-la d'abord, ou vérifiez son nom.",
        )),
        _ => {
            let names: Vec<_> = found.iter().map(|one| one.name.as_str()).collect();
            let sentence =
                format!("Plusieurs structures répondent : {}. Donnez le nom entier ou le SIRET.", names.join(" ; "));
            Err(Error::invalid("represented", sentence))
        }
    }
}

pub async fn give(desk: Desk, Path(slug): Path<String>, Form(form): Form) -> Answer {
    let head = governance(&desk, slug).await?;
    let (id, typed) = (head.id, form.clone());
    let done = desk
        .act(move |ctx, tx| {
            let mut errors = Errors::default();
            let since = forms::date(&mut errors, "since", typed.typed("since"));
            let until = forms::date(&mut errors, "until", typed.typed("until"));
            let represented = match named(tx, typed.typed("represented")) {
                Ok(id) => Some(id),
                Err(Error::Invalid(faults)) => {
                    for fault in faults.iter() {
                        errors.add(fault.field.clone(), fault.message.clone());
                    }
                    None
                }
                Err(other) => return Err(other),
            };
            let holder = typed.one("holder").and_then(|id| id.parse::<Id<Member>>().ok());
            // A member of another governance is none that could be chosen here.
            let here = match holder {
                Some(holder) => members::governance_of(tx, holder).is_ok_and(|governance| governance == id),
                None => false,
            };
            if !here {
                errors.add("holder", "Choisissez une réponse dans la liste.");
            }
            errors.into_result()?;
            let (Some(holder), Some(represented)) = (holder, represented) else { return Err(Error::NotFound) };
            let note = typed.typed("note").to_owned();
            give_mandate(
                ctx,
                tx,
                &NewMandate { holder, represented, since, until, note, provenance: Provenance::entered() },
            )
        })
        .await;
    match done {
        Ok(()) => desk.done(&base(&head), "Le mandat est enregistré."),
        Err(error) => {
            let holders = holders(&desk, &head).await?;
            desk.form_again(give_page(&head, &holders, &form), error)
        }
    }
}

async fn mandate(desk: &Desk, slug: String, id: &str) -> Result<(Head, StandingMandate)> {
    let head = governance(desk, slug).await?;
    let id: Id<StandingMandate> = id.parse().map_err(|_| Error::NotFound)?;
    let governance = head.id;
    let all = desk.read(move |tx| members::mandates(tx, governance)).await?;
    let mandate = all.into_iter().find(|one| one.id == id).ok_or(Error::NotFound)?;
    Ok((head, mandate))
}

fn end_page(head: &Head, mandate: &StandingMandate, typed: &Params) -> FormPage {
    forms::page(
        head,
        "Mettre fin à un mandat",
        format!("{}/{}/terminer", base(head), mandate.id),
        "Mettre fin au mandat",
    )
    .about(format!("« {} » représentée par « {} ».", mandate.represented_name, mandate.holder_name))
    .trail(trail(head))
    .field(Field::new(Kind::Date, "until", "Date de fin").value(typed.typed("until")))
    .note("Sans date, le mandat finit aujourd'hui.")
    .cancel(base(head))
    .danger()
}

pub async fn show_end(desk: Desk, Path((slug, id)): Path<(String, String)>) -> Answer {
    let (head, mandate) = mandate(&desk, slug, &id).await?;
    desk.form(&end_page(&head, &mandate, &desk.params))
}

pub async fn end(desk: Desk, Path((slug, id)): Path<(String, String)>, Form(form): Form) -> Answer {
    let (head, mandate) = mandate(&desk, slug, &id).await?;
    let mut errors = Errors::default();
    let until = forms::date(&mut errors, "until", form.typed("until"));
    let id = mandate.id;
    let done = match errors.into_result() {
        Ok(()) => desk.act(move |ctx, tx| end_mandate(ctx, tx, id, until)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&base(&head), "La fin du mandat est enregistrée."),
        Err(error) => desk.form_again(end_page(&head, &mandate, &form), error),
    }
}
