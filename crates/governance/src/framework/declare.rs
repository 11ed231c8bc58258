//! Declaring a criterion with its evidence, taking it back; and the answer of the national team.

use axum::extract::Path;
use kernel::{Capability, Error, Errors, Id, Provenance, Result, Scope};
use ui::form::{Field, Kind};
use ui::form_page::FormPage;
use web::{Answer, Desk, Form, FormWithFiles, Params};

use super::acts::{self, NewDeclaration};
use super::model::{Criterion, Declaration, DeclarationState, in_force};
use super::{store as reads, url};
use crate::forms;
use crate::governances::store::Head;

type Place = Path<(String, String)>;

/// What a declaration is about.
struct Asked {
    head: Head,
    criterion: Criterion,
    /// What stands declared.
    standing: Option<Declaration>,
}

async fn enter(desk: &Desk, slug: String, code: String, capability: Capability) -> Result<Asked> {
    let today = desk.app.clock().now().day();
    let asked = desk
        .read(move |tx| {
            let head = forms::governance(tx, &slug)?;
            let versions = reads::versions(tx)?;
            let (holds, coming) = in_force(&versions, today);
            let find = |version: Option<&super::model::Version>| version.and_then(|one| one.criterion(&code)).cloned();
            let criterion =
                find(holds).or_else(|| find(coming)).filter(Criterion::is_declared).ok_or(Error::NotFound)?;
            let history = reads::history(tx, head.id, &code)?;
            let standing = history.into_iter().find(|one| one.state == DeclarationState::Current);
            Ok(Asked { head, criterion, standing })
        })
        .await?;
    let scope = match capability {
        Capability::DefineFramework => Scope::Platform,
        _ => Scope::Governance(asked.head.id.uuid()),
    };
    desk.require(capability, scope)?;
    Ok(asked)
}

fn declare_page(asked: &Asked, typed: &Params) -> FormPage {
    let value = |name: &str| typed.typed(name).to_owned();
    let seen = asked.standing.as_ref().map(|one| one.id.to_string()).unwrap_or_default();
    let mut file = Field::new(Kind::File, "file", "Document")
        .hint("Un PDF de 40 Mo au plus. Il sera public. Après une erreur, choisissez-le de nouveau.");
    file.accept = ".pdf,application/pdf";
    let action = url::declare(&asked.head.slug, &asked.criterion.code);
    let mut page = forms::page(&asked.head, "Déclarer un critère", action, "Déclarer")
        .about(asked.criterion.title.clone())
        .with_files()
        .field(Field::hidden("seen", seen))
        .field(
            Field::area("statement", "Ce qui a été fait")
                .hint("En quelques phrases, sans nom de personne : ce texte sera public.")
                .required()
                .value(value("statement")),
        )
        .field(Field::new(Kind::Date, "on", "Date").required().value(value("on")))
        .field(
            Field::new(Kind::Url, "link", "Adresse de la preuve")
                .hint("Là où chacun peut la lire. Donnez une adresse ou un document, au moins un des deux.")
                .value(value("link")),
        )
        .field(file)
        .cancel(url::of_governance(&asked.head.slug));
    if !asked.criterion.explanation.is_empty() {
        page = page.note(asked.criterion.explanation.clone());
    }
    if let Some(standing) = &asked.standing {
        page = page.note(format!("Une déclaration est en cours ({}) : celle-ci la remplacera.", standing.on.french()));
    }
    page
}

pub async fn show(desk: Desk, Path((slug, code)): Place) -> Answer {
    let asked = enter(&desk, slug, code, Capability::DeclareCriterion).await?;
    desk.form(&declare_page(&asked, &Params::default()))
}

pub async fn declare(desk: Desk, Path((slug, code)): Place, sent: FormWithFiles) -> Answer {
    let asked = enter(&desk, slug, code, Capability::DeclareCriterion).await?;
    let (form, mut errors) = (&sent.fields, Errors::default());
    let on = forms::date(&mut errors, "on", form.typed("on"));
    let new = NewDeclaration {
        statement: form.typed("statement").to_owned(),
        link: form.typed("link").trim().to_owned(),
        file: sent.file("file").map(|upload| (upload.content.clone(), upload.name.clone())),
        on,
        seen: form.one("seen").and_then(|id| id.parse::<Id<Declaration>>().ok()),
    };
    let done = match errors.into_result() {
        Ok(()) => {
            let (governance, code) = (asked.head.id, asked.criterion.code.clone());
            let entered = Provenance::entered();
            desk.act(move |ctx, tx| acts::declare(ctx, tx, governance, &code, &new, &entered)).await.map(|_| ())
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&url::of_governance(&asked.head.slug), "Le critère est déclaré."),
        Err(error) => desk.form_again(declare_page(&asked, form), error),
    }
}

fn reason_page(asked: &Asked, title: &str, action: String, button: &str, reason: &str) -> FormPage {
    let mut page = FormPage::new(title, action, button)
        .eyebrow(&asked.head.name)
        .about(asked.criterion.title.clone())
        .trail(forms::trail(&asked.head))
        .field(Field::text("reason", "Motif").hint("Il sera public.").required().value(reason))
        .cancel(url::of_governance(&asked.head.slug))
        .danger();
    if let Some(standing) = &asked.standing {
        page = page.note(format!("Déclaré ({}) : {}", standing.on.french(), standing.statement));
    }
    page
}

fn withdraw_page(asked: &Asked, reason: &str) -> FormPage {
    let action = format!("{}/retirer", url::declare(&asked.head.slug, &asked.criterion.code));
    reason_page(asked, "Retirer une déclaration", action, "Retirer la déclaration", reason)
}

pub async fn show_withdraw(desk: Desk, Path((slug, code)): Place) -> Answer {
    let asked = enter(&desk, slug, code, Capability::DeclareCriterion).await?;
    desk.form(&withdraw_page(&asked, ""))
}

pub async fn withdraw(desk: Desk, Path((slug, code)): Place, Form(form): Form) -> Answer {
    let asked = enter(&desk, slug, code, Capability::DeclareCriterion).await?;
    let (governance, code, reason) = (asked.head.id, asked.criterion.code.clone(), form.typed("reason").to_owned());
    match desk.act(move |ctx, tx| acts::withdraw(ctx, tx, governance, &code, &reason)).await {
        Ok(()) => desk.done(&url::of_governance(&asked.head.slug), "La déclaration est retirée."),
        Err(error) => desk.form_again(withdraw_page(&asked, form.typed("reason")), error),
    }
}

fn refuse_page(asked: &Asked, reason: &str) -> FormPage {
    let action = format!("{}/{}/reponse", url::of_governance(&asked.head.slug), asked.criterion.code);
    reason_page(asked, "Ne pas retenir une déclaration", action, "Ne pas retenir", reason)
}

pub async fn show_refuse(desk: Desk, Path((slug, code)): Place) -> Answer {
    let asked = enter(&desk, slug, code, Capability::DefineFramework).await?;
    desk.form(&refuse_page(&asked, ""))
}

pub async fn refuse(desk: Desk, Path((slug, code)): Place, Form(form): Form) -> Answer {
    let asked = enter(&desk, slug, code, Capability::DefineFramework).await?;
    let (governance, code, reason) = (asked.head.id, asked.criterion.code.clone(), form.typed("reason").to_owned());
    match desk.act(move |ctx, tx| acts::refuse(ctx, tx, governance, &code, &reason)).await {
        Ok(()) => desk
            .done(&url::of_governance(&asked.head.slug), "La gouvernance lira que la déclaration n'est pas retenue."),
        Err(error) => desk.form_again(refuse_page(&asked, form.typed("reason")), error),
    }
}
