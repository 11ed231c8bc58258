//! The private note of the managers: for themselves and their successors, on no public page, in no public text.

use askama::Template;
use axum::extract::Path;
use kernel::register::Act;
use kernel::{Capability, Context, Error, Id, Result, Scope, text};
use store::{Tx, params};
use ui::form::Field;
use ui::form_page::{Change, FormPage};
use web::{Answer, Desk, Form};

use super::{enter, inside};
use crate::governances::acts::subject;
use crate::governances::store::{Head, lock};
use crate::{Governance, forms, url};

/// The note and how often it was saved; nothing saved is version 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrivateNote {
    pub text: String,
    pub version: i64,
}

/// For those who may see it: the caller has asked.
pub fn find(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<PrivateNote> {
    let found =
        tx.find("select note, version from private_note where governance = $1", params![governance], |row| {
            Ok(PrivateNote { text: row.get(0)?, version: row.get(1)? })
        })?;
    Ok(found.unwrap_or_default())
}

/// Replaces the note. The register says that it was written, never what it says.
///
/// # Errors
/// `note` when it is too long; a conflict when somebody saved it since `opened`.
pub fn write(ctx: &Context<'_>, tx: &mut Tx<'_>, governance: Id<Governance>, typed: &str, opened: i64) -> Result<()> {
    ctx.require(Capability::ManageGovernance, Scope::Governance(governance.uuid()))?;
    let head = lock(tx, governance)?;
    let present = find(tx, governance)?;
    if present.version != opened {
        return Err(Error::Conflict("Quelqu'un d'autre a enregistré cette note pendant que vous écriviez.".to_owned()));
    }
    let note = text::paragraphs(typed, text::NOTE_MAX).map_err(|fault| Error::invalid("note", fault.to_string()))?;
    tx.execute(
        "insert into private_note (governance, note, version, changed_at) values ($1, $2, 1, $3)
         on conflict (governance) do update
         set note = excluded.note, version = private_note.version + 1, changed_at = excluded.changed_at",
        params![governance, note.unwrap_or_default(), ctx.now()],
    )?;
    let summary = format!("Note privée des gestionnaires de « {} » mise à jour", head.name);
    tx.record(ctx, Act::new("private_note.written", subject(governance), summary).in_governance(governance.uuid()));
    Ok(())
}

#[derive(Template)]
#[template(path = "administration/note.html")]
struct NotePage {
    head: Head,
    note: String,
}

forms::administered!(NotePage, "Note privée", "Note privée");

fn page(head: &Head, note: &str, version: i64) -> FormPage {
    forms::page(head, "Note privée", inside(&head.slug, "note"), "Enregistrer la note")
        .lead("Lue par les gestionnaires et le secrétariat seulement, et par la personne qui prendra la suite.")
        .field(Field::hidden("version", version.to_string()))
        .field(Field::area("note", "Note").rows(16).value(note))
        .note("N'y écrivez rien sur la vie privée de quelqu'un : une personne peut demander à lire ce qui la concerne.")
        .cancel(url::administration(&head.slug))
}

pub async fn show(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = enter(&desk, slug, Capability::SeePrivateNote).await?;
    let id = head.id;
    let note = desk.read(move |tx| find(tx, id)).await?;
    if desk.may(Capability::ManageGovernance, Scope::Governance(id.uuid())) {
        return desk.form(&page(&head, &note.text, note.version));
    }
    desk.private(http::StatusCode::OK, &NotePage { head, note: note.text })
}

pub async fn save(desk: Desk, Path(slug): Path<String>, Form(form): Form) -> Answer {
    let head = enter(&desk, slug, Capability::ManageGovernance).await?;
    let (id, typed) = (head.id, form.typed("note").to_owned());
    let opened = form.one("version").and_then(|version| version.parse().ok()).unwrap_or(-1);
    match desk.act(move |ctx, tx| write(ctx, tx, id, &typed, opened)).await {
        Ok(()) => desk.done(&url::administration(&head.slug), "La note privée est enregistrée."),
        Err(error @ Error::Conflict(_)) => {
            let present = desk.read(move |tx| find(tx, id)).await?;
            let change = Change { label: "Note".to_owned(), now: present.text };
            desk.form_again(page(&head, form.typed("note"), present.version).overtaken(vec![change]), error)
        }
        Err(error) => desk.form_again(page(&head, form.typed("note"), opened), error),
    }
}
