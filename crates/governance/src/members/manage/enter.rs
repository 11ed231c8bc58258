//! Entering an organisation as candidate: one that is known already, or a new one.

use askama::Template;
use axum::extract::Path;
use directory::organisations::acts::create;
use directory::{Organisation, organisations};
use http::StatusCode;
use kernel::coded::Coded as _;
use kernel::{Error, Id, Provenance, Result};
use ui::form::{ErrorSummary, Field, Kind};
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, Params, refusal};

use super::{base, change, governance, organisation};
use crate::forms;
use crate::governances::store::Head;
use crate::members::acts::{Application, apply};
use crate::members::model::{College, Involvement, MemberCategory};
use crate::members::store as reads;

#[derive(Template)]
#[template(path = "members/manage/enter.html")]
struct EnterPage {
    head: Head,
    /// What was searched among known organisations.
    search: Field,
    searched: bool,
    found: Vec<Organisation>,
    chosen: Option<Organisation>,
    fields: Vec<Field>,
    errors: ErrorSummary,
}

impl Page for EnterPage {
    fn title(&self) -> String {
        let begin = if self.errors.is_empty() { "" } else { "Erreur : " };
        format!("{begin}Ajouter une structure · {}", self.head.name)
    }
    fn crumb(&self) -> String {
        "Ajouter une structure".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        let mut trail = forms::trail(&self.head);
        trail.push(Crumb::new("Membres", base(&self.head)));
        trail
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl EnterPage {
    fn action(&self) -> String {
        format!("{}/nouveau", base(&self.head))
    }
    fn back(&self) -> String {
        base(&self.head)
    }
}

/// What depends on the governance and on what is known.
struct Around {
    colleges: Vec<College>,
    found: Vec<Organisation>,
    chosen: Option<Organisation>,
}

async fn around(desk: &Desk, head: &Head, query: String, chosen: String) -> Result<Around> {
    let governance = head.id;
    desk.read(move |tx| {
        let chosen = match chosen.parse::<Id<Organisation>>() {
            Ok(id) => organisations::store::find(tx, id)?,
            Err(_) => None,
        };
        let found = organisations::store::search(tx, &query, 20)?;
        Ok(Around { colleges: reads::colleges(tx, governance)?, found, chosen })
    })
    .await
}

fn build(head: &Head, around: Around, query: &str, typed: &Params, asks_distinct: bool) -> EnterPage {
    let mut fields = match &around.chosen {
        Some(known) => vec![Field::hidden("structure", known.id.to_string())],
        None => organisation::fields(typed, asks_distinct),
    };
    let involvement = if typed.typed("involvement").is_empty() { "contributes" } else { typed.typed("involvement") };
    let categories = forms::choices::<MemberCategory>(typed.typed("category"));
    let categories = std::iter::once(ui::form::Choice::new("", "Choisissez")).chain(categories);
    fields.push(Field::choice(Kind::Select, "category", "Catégorie dans la gouvernance", categories).required());
    if !around.colleges.is_empty() {
        let choices = change::college_choices(&around.colleges, typed.typed("college"));
        fields.push(Field::choice(Kind::Select, "college", "Collège", choices));
    }
    let involvements = forms::choices::<Involvement>(involvement);
    fields.push(Field::choice(Kind::Radio, "involvement", "Implication", involvements).required());
    fields.push(Field::area("note", "Précision").maxlength(1000).hint("Publique").value(typed.typed("note")));
    EnterPage {
        head: head.clone(),
        search: Field::new(Kind::Search, "q", "Nom ou SIRET").value(query),
        searched: !query.is_empty(),
        found: around.found,
        chosen: around.chosen,
        fields,
        errors: ErrorSummary::default(),
    }
}

pub async fn show(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = governance(&desk, slug).await?;
    let query = desk.params.one("q").unwrap_or_default().to_owned();
    let around = around(&desk, &head, query.clone(), desk.params.typed("structure").to_owned()).await?;
    desk.private(StatusCode::OK, &build(&head, around, &query, &desk.params, false))
}

pub async fn enter(desk: Desk, Path(slug): Path<String>, Form(form): Form) -> Answer {
    let head = governance(&desk, slug).await?;
    let (id, typed) = (head.id, form.clone());
    let done = desk
        .act(move |ctx, tx| {
            let sheet = change::read_sheet(&typed);
            let organisation = match typed.one("structure") {
                Some(known) => known.parse().map_err(|_| Error::invalid("structure", "Choisissez une structure."))?,
                None => match (organisation::read(tx, &typed), &sheet) {
                    (Ok(new), Ok(_)) => create(ctx, tx, &new)?,
                    (Err(error), Ok(_)) => return Err(error),
                    (Err(Error::Invalid(mut all)), Err(Error::Invalid(more))) => {
                        for fault in more.iter() {
                            all.add(fault.field.clone(), fault.message.clone());
                        }
                        return Err(Error::Invalid(all));
                    }
                    (Err(error), Err(_)) => return Err(error),
                    (Ok(_), Err(error)) => return Err(error.clone()),
                },
            };
            let sheet = sheet?;
            let application = Application {
                organisation,
                category: sheet.category,
                college: sheet.college,
                involvement: sheet.involvement,
                note: sheet.note,
                provenance: Provenance::entered(),
            };
            apply(ctx, tx, id, &application)
        })
        .await;
    let error = match done {
        Ok(member) => {
            return desk.done(
                &format!("{}/{member}", base(&head)),
                "La structure est candidate. Notez ensuite son admission.",
            );
        }
        Err(error) => error,
    };
    // A name that stands already is asked about once, with a box.
    let asks_distinct = matches!(&error, Error::Conflict(_)) && form.one("structure").is_none();
    let around = around(&desk, &head, String::new(), form.typed("structure").to_owned()).await?;
    let mut page = build(&head, around, "", &form, asks_distinct);
    let (status, pairs) = refusal(error)?;
    page.errors = ErrorSummary::new(&pairs);
    page.fields = page.fields.into_iter().map(|field| field.check(&pairs)).collect();
    desk.private(status, &page)
}
