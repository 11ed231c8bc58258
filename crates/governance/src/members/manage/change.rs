//! One form for each change in the life of a member.

use axum::extract::Path;
use http::StatusCode;
use kernel::coded::Coded as _;
use kernel::{Error, Errors, Result, coded};
use ui::form::{Choice, Field, Kind};
use ui::form_page::{Change, FormPage};
use web::{Answer, Desk, Form, Params};

use super::{base, member, page_of};
use crate::forms;
use crate::governances::store::Head;
use crate::members::changes::{self, MemberSheet, Verdict, admission_body};
use crate::members::model::{CoLead, College, Involvement, Member, MemberCategory};
use crate::members::{acts, store as reads};

type Place = Path<(String, String)>;

fn page(head: &Head, member: &Member, title: &str, step: &str, button: &str) -> FormPage {
    let mut trail = forms::trail(head);
    trail.push(ui::page::Crumb::new("Membres", base(head)));
    trail.push(ui::page::Crumb::new(&member.name, page_of(head, member)));
    forms::page(head, title, format!("{}/{step}", page_of(head, member)), button)
        .trail(trail)
        .about(member.name.clone())
        .cancel(page_of(head, member))
}

fn area(name: &'static str, label: &str, value: &str) -> Field {
    Field::area(name, label).maxlength(1000).value(value)
}

// --- Admission and refusal -----------------------------------------------------------------------------

async fn body_that_admits(desk: &Desk, head: &Head) -> Result<Option<String>> {
    let id = head.id;
    Ok(desk.read(move |tx| admission_body(tx, id)).await?.map(|(_, name)| name))
}

fn decision_field(body: Option<&str>, typed: &Params) -> Field {
    let field = Field::new(Kind::Date, "decided_on", "Date de la décision").value(typed.typed("decided_on"));
    if body.is_some() { field.required() } else { field }
}

fn decision_note(body: Option<&str>) -> String {
    match body {
        Some(body) => format!("C'est l'effet d'une décision de « {body} », que vous notez ici."),
        None => "Cette gouvernance n'a pas désigné l'instance qui décide des admissions : la date suffit.".to_owned(),
    }
}

fn admit_page(head: &Head, member: &Member, body: Option<&str>, typed: &Params) -> FormPage {
    page(head, member, "Admettre une structure", "admettre", "Admettre")
        .note(decision_note(body))
        .field(decision_field(body, typed))
        .field(
            Field::new(Kind::Date, "since", "Membre depuis le")
                .hint("Si ce n'est pas le jour de la décision. Un mois ou une année suffisent.")
                .value(typed.typed("since")),
        )
        .field(
            area("answer", "Message à la personne qui l'a demandé", typed.typed("answer"))
                .hint("Envoyé par courriel, si la demande est venue d'un compte."),
        )
}

pub async fn show_admit(desk: Desk, Path((slug, id)): Place) -> Answer {
    let (head, member) = member(&desk, slug, &id).await?;
    let body = body_that_admits(&desk, &head).await?;
    desk.form(&admit_page(&head, &member, body.as_deref(), &desk.params))
}

fn verdict(form: &Params) -> Result<Verdict> {
    let mut errors = Errors::default();
    let decided_on = forms::date(&mut errors, "decided_on", form.typed("decided_on"));
    let since = forms::date(&mut errors, "since", form.typed("since"));
    errors.into_result()?;
    Ok(Verdict { since, decided_on, answer: form.typed("answer").to_owned() })
}

pub async fn admit(desk: Desk, Path((slug, id)): Place, Form(form): Form) -> Answer {
    let (head, member) = member(&desk, slug, &id).await?;
    let id = member.id;
    let done = match verdict(&form) {
        Ok(verdict) => desk.act(move |ctx, tx| changes::admit(ctx, tx, id, &verdict)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&page_of(&head, &member), "La structure est membre de la gouvernance."),
        Err(error) => {
            let body = body_that_admits(&desk, &head).await?;
            desk.form_again(admit_page(&head, &member, body.as_deref(), &form), error)
        }
    }
}

fn refuse_page(head: &Head, member: &Member, body: Option<&str>, typed: &Params) -> FormPage {
    page(head, member, "Refuser une candidature", "refuser", "Refuser cette candidature")
        .note(decision_note(body))
        .field(decision_field(body, typed))
        .field(
            area("answer", "Réponse à la structure", typed.typed("answer"))
                .hint("Dites pourquoi, et ce qui permettrait de revenir. Elle part par courriel ; elle n'est pas publique.")
                .required(),
        )
        .danger()
}

pub async fn show_refuse(desk: Desk, Path((slug, id)): Place) -> Answer {
    let (head, member) = member(&desk, slug, &id).await?;
    let body = body_that_admits(&desk, &head).await?;
    desk.form(&refuse_page(&head, &member, body.as_deref(), &desk.params))
}

pub async fn refuse(desk: Desk, Path((slug, id)): Place, Form(form): Form) -> Answer {
    let (head, member) = member(&desk, slug, &id).await?;
    let id = member.id;
    let done = match verdict(&form) {
        Ok(verdict) => desk.act(move |ctx, tx| changes::refuse(ctx, tx, id, &verdict)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&base(&head), "La candidature est refusée, avec sa réponse."),
        Err(error) => {
            let body = body_that_admits(&desk, &head).await?;
            desk.form_again(refuse_page(&head, &member, body.as_deref(), &form), error)
        }
    }
}

// --- Leaving and coming back ---------------------------------------------------------------------------

fn withdraw_page(head: &Head, member: &Member, typed: &Params) -> FormPage {
    page(head, member, "Noter le retrait d'un membre", "retirer", "Noter le retrait")
        .note("Les pouvoirs de qui la représente, son co-portage et les mandats qu'elle porte prennent fin.")
        .field(
            Field::new(Kind::Date, "until", "Date du départ")
                .hint("12/03/2026, ou seulement un mois ou une année")
                .value(typed.typed("until")),
        )
        .field(
            area("reason", "Motif", typed.typed("reason"))
                .hint("Pour les gestionnaires ; il n'est pas public.")
                .required(),
        )
        .danger()
}

pub async fn show_withdraw(desk: Desk, Path((slug, id)): Place) -> Answer {
    let (head, member) = member(&desk, slug, &id).await?;
    desk.form(&withdraw_page(&head, &member, &desk.params))
}

pub async fn withdraw(desk: Desk, Path((slug, id)): Place, Form(form): Form) -> Answer {
    let (head, member) = member(&desk, slug, &id).await?;
    let mut errors = Errors::default();
    let until = forms::date(&mut errors, "until", form.typed("until"));
    let (id, reason) = (member.id, form.typed("reason").to_owned());
    let done = match errors.into_result() {
        Ok(()) => desk.act(move |ctx, tx| changes::withdraw(ctx, tx, id, until, &reason)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&page_of(&head, &member), "Le retrait est noté."),
        Err(error) => desk.form_again(withdraw_page(&head, &member, &form), error),
    }
}

fn come_back_page(head: &Head, member: &Member) -> FormPage {
    page(head, member, "Rouvrir une candidature", "revenir", "Rouvrir la candidature")
        .note("La structure redevient candidate : son admission se décide de nouveau.")
}

pub async fn show_come_back(desk: Desk, Path((slug, id)): Place) -> Answer {
    let (head, member) = member(&desk, slug, &id).await?;
    desk.form(&come_back_page(&head, &member))
}

pub async fn come_back(desk: Desk, Path((slug, id)): Place, Form(_): Form) -> Answer {
    let (head, member) = member(&desk, slug, &id).await?;
    let id = member.id;
    match desk.act(move |ctx, tx| acts::come_back(ctx, tx, id)).await {
        Ok(()) => desk.done(&page_of(&head, &member), "La structure est de nouveau candidate."),
        Err(error) => desk.form_again(come_back_page(&head, &member), error),
    }
}

// --- Co-leading ----------------------------------------------------------------------------------------

coded! {
    /// What the form on co-leading can note.
    enum CoLeadStep {
        Propose = "proposed", "Proposée comme co-porteuse";
        Designate = "designated", "Désignée co-porteuse";
        End = "ended", "Fin du co-portage";
    }
}

fn co_lead_page(head: &Head, member: &Member, typed: &Params) -> FormPage {
    let steps = CoLeadStep::ALL.iter().filter(|step| member.co_lead.is_some() || **step != CoLeadStep::End);
    let choices = steps.map(|step| Choice::new(step.code(), step.label()).selected(step.code() == typed.typed("step")));
    page(head, member, "Co-portage", "co-portage", "Enregistrer")
        .note("L'État, une collectivité ou un groupement de collectivités peuvent co-porter une gouvernance.")
        .field(Field::choice(Kind::Radio, "step", "Ce que vous notez", choices).required())
        .field(
            Field::new(Kind::Date, "on", "Date")
                .hint("12/03/2026, ou seulement un mois ou une année")
                .value(typed.typed("on")),
        )
}

pub async fn show_co_lead(desk: Desk, Path((slug, id)): Place) -> Answer {
    let (head, member) = member(&desk, slug, &id).await?;
    desk.form(&co_lead_page(&head, &member, &desk.params))
}

pub async fn co_lead(desk: Desk, Path((slug, id)): Place, Form(form): Form) -> Answer {
    let (head, member) = member(&desk, slug, &id).await?;
    let mut errors = Errors::default();
    let step: Option<CoLeadStep> = forms::coded(&mut errors, "step", form.typed("step"));
    let on = forms::date(&mut errors, "on", form.typed("on"));
    let id = member.id;
    let done = match (errors.into_result(), step) {
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(Error::NotFound),
        (Ok(()), Some(step)) => {
            desk.act(move |ctx, tx| match step {
                CoLeadStep::Propose => acts::set_co_lead(ctx, tx, id, CoLead::Proposed, on),
                CoLeadStep::Designate => acts::set_co_lead(ctx, tx, id, CoLead::Designated, on),
                CoLeadStep::End => acts::end_co_lead(ctx, tx, id, on),
            })
            .await
        }
    };
    match done {
        Ok(()) => desk.done(&page_of(&head, &member), "Le co-portage est enregistré."),
        Err(error) => desk.form_again(co_lead_page(&head, &member, &form), error),
    }
}

// --- The sheet -----------------------------------------------------------------------------------------

/// What is in the form: as stored, or as typed.
struct Shown {
    category: String,
    college: String,
    involvement: String,
    note: String,
}

impl Shown {
    fn of(member: &Member) -> Self {
        Self {
            category: member.category.code().to_owned(),
            college: member.college_id.map(|id| id.to_string()).unwrap_or_default(),
            involvement: member.involvement.code().to_owned(),
            note: member.note.clone(),
        }
    }
    fn typed(form: &Params) -> Self {
        let typed = |name: &str| form.typed(name).to_owned();
        Self {
            category: typed("category"),
            college: typed("college"),
            involvement: typed("involvement"),
            note: typed("note"),
        }
    }
}

pub(super) fn college_choices(colleges: &[College], chosen: &str) -> Vec<Choice> {
    let none = Choice::new("", "Aucun");
    let each = colleges.iter().map(|one| {
        let id = one.id.to_string();
        let selected = id == chosen;
        Choice::new(id, &one.name).selected(selected)
    });
    std::iter::once(none).chain(each).collect()
}

fn sheet_page(head: &Head, member: &Member, colleges: &[College], shown: &Shown) -> FormPage {
    let mut page = page(head, member, "Corriger la fiche d'un membre", "fiche", "Enregistrer")
        .field(Field::hidden("version", member.version.to_string()))
        .field(
            Field::choice(Kind::Select, "category", "Catégorie", forms::choices::<MemberCategory>(&shown.category))
                .required(),
        );
    if !colleges.is_empty() {
        let choices = college_choices(colleges, &shown.college);
        page = page.field(Field::choice(Kind::Select, "college", "Collège", choices));
    }
    page.field(
        Field::choice(Kind::Radio, "involvement", "Implication", forms::choices::<Involvement>(&shown.involvement))
            .hint("Celle que la structure a choisie.")
            .required(),
    )
    .field(area("note", "Précision", &shown.note).hint("Publique : elle paraît dans la liste des membres."))
}

async fn colleges(desk: &Desk, head: &Head) -> Result<Vec<College>> {
    let id = head.id;
    desk.read(move |tx| reads::colleges(tx, id)).await
}

pub async fn show_sheet(desk: Desk, Path((slug, id)): Place) -> Answer {
    let (head, member) = member(&desk, slug, &id).await?;
    let colleges = colleges(&desk, &head).await?;
    desk.form(&sheet_page(&head, &member, &colleges, &Shown::of(&member)))
}

pub(super) fn read_sheet(form: &Params) -> Result<MemberSheet> {
    let mut errors = Errors::default();
    let category = forms::coded(&mut errors, "category", form.typed("category"));
    let college = match form.one("college").map(str::parse) {
        None => None,
        Some(Ok(id)) => Some(id),
        Some(Err(_)) => {
            errors.add("college", "Choisissez une réponse dans la liste.");
            None
        }
    };
    let involvement = forms::coded(&mut errors, "involvement", form.typed("involvement"));
    errors.into_result()?;
    let (Some(category), Some(involvement)) = (category, involvement) else { return Err(Error::NotFound) };
    Ok(MemberSheet { category, college, involvement, note: form.typed("note").to_owned() })
}

pub async fn sheet(desk: Desk, Path((slug, id)): Place, Form(form): Form) -> Answer {
    let (head, before) = member(&desk, slug.clone(), &id).await?;
    let version: i64 = form.typed("version").parse().unwrap_or(0);
    let id_of = before.id;
    let done = match read_sheet(&form) {
        Ok(sheet) => desk.act(move |ctx, tx| changes::describe(ctx, tx, id_of, version, &sheet)).await,
        Err(error) => Err(error),
    };
    let Err(error) = done else { return desk.done(&page_of(&head, &before), "La fiche est corrigée.") };
    let (head, now) = member(&desk, slug, &id).await?;
    let colleges = colleges(&desk, &head).await?;
    let page = sheet_page(&head, &now, &colleges, &Shown::typed(&form));
    if matches!(error, Error::Conflict(_)) && now.version != version {
        let change = |label: &str, now: &str| Change { label: label.to_owned(), now: now.to_owned() };
        let changes = vec![
            change("Catégorie", now.category.label()),
            change("Collège", now.college.as_deref().unwrap_or_default()),
            change("Implication", now.involvement.label()),
            change("Précision", &now.note),
        ];
        return desk.private(StatusCode::CONFLICT, &page.overtaken(changes));
    }
    desk.form_again(page, error)
}
