//! The form of the comment: of this month, or of one of those before.

use axum::extract::Path;
use kernel::{Capability, Error, Result};
use ui::form::Field;
use ui::form_page::{Change, FormPage};
use web::{Answer, Desk, Form};

use super::acts::{self, COMMENT_MAX};
use super::month::Month;
use super::{store as reads, url};
use crate::governances::store::Head;
use crate::{State, forms};

fn page(head: &Head, months: &[Month], month: Month, comment: &str, version: i64) -> FormPage {
    let address = url::comment(&head.slug);
    let mut page = forms::page(head, "Commenter le baromètre", address.clone(), "Publier le commentaire")
        .about(format!("Mois {}", month.french_of()))
        .note("Ce texte sera public, avec sa date, à côté des cadrans. N'y nommez personne.")
        .field(Field::hidden("mois", month.to_string()))
        .field(Field::hidden("version", version.to_string()))
        .field(
            Field::area("comment", "Ce que les chiffres ne disent pas")
                .hint("Un travail mené hors des réunions, une période creuse, une saisie à corriger. Vide, le commentaire est retiré.")
                .maxlength(u32::try_from(COMMENT_MAX).unwrap_or(u32::MAX))
                .rows(8)
                .value(comment),
        )
        .cancel(url::of_governance(&head.slug));
    for other in months.iter().filter(|other| **other != month) {
        page = page.link(format!("Commenter plutôt le mois {}", other.french_of()), format!("{address}?mois={other}"));
    }
    page
}

/// The month that is named, or this one when none is.
///
/// # Errors
/// Not found when it is not one of those that may be commented.
fn chosen(typed: &str, months: &[Month]) -> Result<Month> {
    match typed.trim() {
        "" => months.first().copied().ok_or(Error::NotFound),
        typed => typed.parse().ok().filter(|month| months.contains(month)).ok_or(Error::NotFound),
    }
}

pub async fn show(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = forms::enter(&desk, slug, Capability::ManageGovernance).await?;
    let months = acts::months(desk.app.clock().now().day());
    let (id, month) = (head.id, chosen(desk.params.typed("mois"), &months)?);
    let (comment, version) = desk.read(move |tx| reads::comment(tx, id, month)).await?;
    desk.form(&page(&head, &months, month, &comment, version))
}

pub async fn save(desk: Desk, Path(slug): Path<String>, Form(form): Form) -> Answer {
    let head = forms::enter(&desk, slug, Capability::ManageGovernance).await?;
    let months = acts::months(desk.app.clock().now().day());
    let (id, month) = (head.id, chosen(form.typed("mois"), &months)?);
    let opened = form.one("version").and_then(|version| version.parse().ok()).unwrap_or(-1);
    let typed = form.typed("comment").to_owned();
    match desk.act(move |ctx, tx| acts::comment(ctx, tx, id, month, &typed, opened)).await {
        Ok(()) => {
            let told = if form.typed("comment").trim().is_empty() { "retiré" } else { "publié" };
            desk.done(&url::of_governance(&head.slug), &format!("Le commentaire est {told}."))
        }
        Err(error @ Error::Conflict(_)) if head.state != State::Closed => {
            let (present, version) = desk.read(move |tx| reads::comment(tx, id, month)).await?;
            let now = if present.is_empty() { "Rien : il a été retiré.".to_owned() } else { present };
            let change = Change { label: "Commentaire".to_owned(), now };
            let again = page(&head, &months, month, form.typed("comment"), version);
            desk.form_again(again.overtaken(vec![change]), error)
        }
        Err(error) => desk.form_again(page(&head, &months, month, form.typed("comment"), opened), error),
    }
}
