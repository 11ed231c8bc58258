//! Choosing the duplicate, comparing, merging; the merges that were done, and undoing one.

use askama::Template;
use axum::extract::Path;
use directory::Organisation;
use directory::organisations::store as organisations;
use http::StatusCode;
use kernel::coded::Coded as _;
use kernel::time::french_date;
use kernel::{Capability, Error, Id, Result, Scope};
use ui::form::{Choice as Answered, ErrorSummary, Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page};
use web::{Answer, Desk, Form, Params};

use super::model::{Choice, Choices, Merge, Plan};
use super::{acts, plan, store as reads, undo as undoing};
use crate::organisations::{MERGES, merge_with, trail};

/// Organisations that one choice offers.
const OFFERED: i64 = 20;

fn enter(desk: &Desk) -> Result<()> {
    desk.require(Capability::MergeOrganisations, Scope::Platform)
}

fn identifier(id: &str) -> Result<Id<Organisation>> {
    id.parse().map_err(|_| Error::NotFound)
}

#[derive(Template)]
#[template(path = "organisations/merging/choose.html")]
struct ChoosePage {
    kept: Organisation,
    alike: Vec<Organisation>,
    search: Field,
    searched: bool,
    found: Vec<Organisation>,
}

impl Page for ChoosePage {
    fn title(&self) -> String {
        format!("Fusionner avec un doublon · {}", self.kept.name)
    }
    fn crumb(&self) -> String {
        "Fusionner".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        trail()
    }
}

impl ChoosePage {
    fn compare(&self, with: &Organisation) -> String {
        format!("{}/{}", merge_with(self.kept.id), with.id)
    }
    fn action(&self) -> String {
        merge_with(self.kept.id)
    }
}

pub async fn choose(desk: Desk, Path(id): Path<String>) -> Answer {
    enter(&desk)?;
    let id = identifier(&id)?;
    let query = desk.params.one("q").unwrap_or_default().to_owned();
    let typed = query.clone();
    let (kept, alike, mut found) = desk
        .read(move |tx| {
            let kept = organisations::find(tx, id)?.ok_or(Error::NotFound)?;
            let alike = organisations::alike(tx, &[id], OFFERED)?;
            Ok((kept, alike, organisations::search(tx, &typed, OFFERED)?))
        })
        .await?;
    found.retain(|one| one.id != id);
    let page = ChoosePage {
        kept,
        alike: alike.into_iter().map(|(_, one)| one).collect(),
        search: Field::new(Kind::Search, "q", "Nom ou SIRET du doublon").value(&query),
        searched: !query.is_empty(),
        found,
    };
    desk.private(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "organisations/merging/compare.html")]
struct ComparePage {
    plan: Plan,
    errors: ErrorSummary,
    /// One for each question, marked with its error.
    fields: Vec<Field>,
    collisions: Vec<Field>,
}

impl Page for ComparePage {
    fn title(&self) -> String {
        let begin = if self.errors.is_empty() { "" } else { "Erreur : " };
        format!("{begin}Fusionner « {} » dans « {} »", self.plan.duplicate.name, self.plan.kept.name)
    }
    fn crumb(&self) -> String {
        "Comparer".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        let mut trail = trail();
        trail.push(Crumb::new("Fusionner", merge_with(self.plan.kept.id)));
        trail
    }
    fn wide(&self) -> bool {
        true
    }
}

impl ComparePage {
    fn action(&self) -> String {
        format!("{}/{}", merge_with(self.plan.kept.id), self.plan.duplicate.id)
    }
    fn exchanged(&self) -> String {
        format!("{}/{}", merge_with(self.plan.duplicate.id), self.plan.kept.id)
    }
    fn versions(&self) -> [Field; 2] {
        let (kept, duplicate) = self.plan.versions;
        [Field::hidden("version_gardee", kept.to_string()), Field::hidden("version_doublon", duplicate.to_string())]
    }

    /// The comparison, with what was answered or else what is proposed.
    fn new(plan: Plan, typed: Option<&Params>, errors: &[(String, String)]) -> Self {
        let suggested = plan.suggested();
        let chosen = |question: &str| match typed {
            Some(typed) => typed.typed(question).to_owned(),
            None => suggested.of(question).map(|choice| choice.code().to_owned()).unwrap_or_default(),
        };
        let question = |name: String, label: &str, choices: Vec<Answered>| {
            let chosen = chosen(&name);
            let choices = choices.into_iter().map(|choice| {
                let is = choice.value == chosen;
                choice.selected(is)
            });
            Field::choice(Kind::Radio, name, label, choices).required().check(errors)
        };
        let (kept, duplicate) = (Choice::Kept.code(), Choice::Duplicate.code());
        let two = |first: &str, second: &str| {
            vec![
                Answered::new(kept, first).hint("De la structure gardée"),
                Answered::new(duplicate, second).hint("Du doublon"),
            ]
        };
        let fields = plan.fields.iter().filter(|pair| pair.differ());
        let fields =
            fields.map(|pair| question(pair.question(), pair.label, two(&pair.kept_shown, &pair.duplicate_shown)));
        let collisions = plan.collisions.iter().map(|one| {
            let mut choices = two(&one.kept, &one.duplicate);
            if one.allows(Choice::Both) {
                choices.push(Answered::new(Choice::Both.code(), "Garder les deux"));
            }
            question(one.question(), &one.label, choices)
        });
        let (fields, collisions) = (fields.collect(), collisions.collect());
        Self { fields, collisions, errors: ErrorSummary::new(errors), plan }
    }
}

async fn read_plan(desk: &Desk, kept: &str, duplicate: &str) -> Result<Plan> {
    enter(desk)?;
    let (kept, duplicate) = (identifier(kept)?, identifier(duplicate)?);
    desk.read(move |tx| plan::read(tx, kept, duplicate)).await
}

pub async fn compare(desk: Desk, Path((kept, duplicate)): Path<(String, String)>) -> Answer {
    let plan = read_plan(&desk, &kept, &duplicate).await?;
    desk.private(StatusCode::OK, &ComparePage::new(plan, None, &[]))
}

pub async fn merge(desk: Desk, Path((kept, duplicate)): Path<(String, String)>, Form(form): Form) -> Answer {
    enter(&desk)?;
    let (one, other) = (identifier(&kept)?, identifier(&duplicate)?);
    let answers = form.iter().filter_map(|(name, value)| Some((name.to_owned(), Choice::from_code(value)?)));
    let choices = Choices(answers.collect());
    let version = |name: &str| form.typed(name).parse().unwrap_or(0);
    let seen = (version("version_gardee"), version("version_doublon"));
    let done = desk.act(move |ctx, tx| acts::merge(ctx, tx, one, other, seen, &choices)).await;
    let (status, errors) = match done {
        Ok(_) => {
            return desk.done(
                &directory::url::organisation(&one),
                "Les deux structures n'en font plus qu'une. Cette fusion peut être annulée.",
            );
        }
        Err(Error::Invalid(errors)) => {
            let pairs = errors.iter().map(|error| (error.field.to_string(), error.message.clone()));
            (StatusCode::UNPROCESSABLE_ENTITY, pairs.collect::<Vec<_>>())
        }
        Err(Error::Conflict(sentence)) => (StatusCode::CONFLICT, vec![(String::new(), sentence)]),
        Err(other) => return Err(other.into()),
    };
    // The comparison as it stands now: what was answered stays. If they cannot be compared any more, that is said.
    let plan = read_plan(&desk, &kept, &duplicate).await?;
    desk.private(status, &ComparePage::new(plan, Some(&form), &errors))
}

#[derive(Template)]
#[template(path = "organisations/merging/merges.html")]
struct MergesPage {
    merges: Vec<Merge>,
    next: Option<String>,
}

impl Page for MergesPage {
    fn title(&self) -> String {
        "Fusions de structures".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        trail()
    }
}

/// Merges on one page.
const PAGE: usize = 50;

pub async fn list(desk: Desk) -> Answer {
    enter(&desk)?;
    let before = desk.params.one("avant").and_then(|number| number.parse().ok());
    let mut merges = desk.read(move |tx| reads::list(tx, before, 51)).await?;
    let more = merges.len() > PAGE;
    merges.truncate(PAGE);
    let next = merges.last().filter(|_| more).map(|last| format!("{MERGES}?avant={}", last.number));
    desk.private(StatusCode::OK, &MergesPage { merges, next })
}

fn undo_page(merge: &Merge) -> FormPage {
    FormPage::new("Annuler une fusion", format!("{MERGES}/{}/annuler", merge.id), "Annuler cette fusion")
        .about(format!("« {} » dans « {} »", merge.duplicate_name, merge.kept_name))
        .note(format!(
            "Fusion du {}. Tout ce qu'elle a déplacé retourne à sa place : adhésions, signatures, sièges, mandats, personnes. Ce \
             qui a été ajouté depuis reste à « {} ».",
            french_date(merge.on),
            merge.kept_name
        ))
        .cancel(MERGES)
        .trail(vec![
            Crumb::new("Administration", "/administration"),
            Crumb::new("Structures", crate::organisations::HERE),
            Crumb::new("Fusions", MERGES),
        ])
        .danger()
}

async fn merge_of(desk: &Desk, id: &str) -> Result<Merge> {
    enter(desk)?;
    let id: Id<Merge> = id.parse().map_err(|_| Error::NotFound)?;
    desk.read(move |tx| reads::merge(tx, id)).await
}

pub async fn show_undo(desk: Desk, Path(id): Path<String>) -> Answer {
    let merge = merge_of(&desk, &id).await?;
    if merge.undone_on.is_some() {
        return Err(Error::Conflict("Cette fusion est déjà annulée.".to_owned()).into());
    }
    desk.form(&undo_page(&merge))
}

pub async fn undo(desk: Desk, Path(id): Path<String>) -> Answer {
    let merge = merge_of(&desk, &id).await?;
    let id = merge.id;
    match desk.act(move |ctx, tx| undoing::undo(ctx, tx, id)).await {
        Ok(()) => desk.done(
            &directory::url::organisation(&merge.duplicate),
            "La fusion est annulée : les deux structures sont de nouveau distinctes.",
        ),
        Err(error) => desk.form_again(undo_page(&merge), error),
    }
}
