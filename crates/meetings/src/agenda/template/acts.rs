//! Writing the template of a body, keeping an agenda as one, beginning an agenda with it.

use governance::bodies::model::Body;
use kernel::{Context, Error, Errors, Id, Provenance, Result};
use store::{Tx, Value, params};

use crate::agenda::acts::{enter, insert, note, put};
use crate::agenda::model::{Content, ItemDraft};
use crate::agenda::waiting::acts::{enter_body, record};
use crate::model::Meeting;
use crate::planning::acts::enter_meeting;
use crate::store as reads;

/// More than anybody usually discusses.
pub const ITEMS_MAX: usize = 30;

/// The template of a body and its version; empty, and 0, where there is none.
pub fn find(tx: &mut Tx<'_>, body: Id<Body>) -> Result<(Vec<Content>, i64)> {
    let version =
        tx.find("select version from agenda_template where body = $1", params![body], |row| row.get(0))?.unwrap_or(0);
    let items = tx.query(
        "select title, kind, presenter, minutes, description from agenda_template_item where body = $1 order by rank",
        params![body],
        |row| {
            Ok(Content {
                title: row.get(0)?,
                kind: row.code(1)?,
                presenter: row.get(2)?,
                minutes: row.get(3)?,
                description: row.get(4)?,
            })
        },
    )?;
    Ok((items, version))
}

/// Reads the lines of the form; those without a title are left out.
///
/// # Errors
/// One message per wrong field, named by its line: `title-2`, `minutes-3`…
pub fn parse(lines: &[ItemDraft]) -> Result<Vec<Content>> {
    let (mut items, mut errors) = (Vec::new(), Errors::default());
    for (rank, line) in (1..).zip(lines) {
        if line.title.trim().is_empty() {
            continue;
        }
        match line.parse() {
            Ok(item) => items.push(item),
            Err(Error::Invalid(wrong)) => {
                for one in wrong.iter() {
                    errors.add(format!("{}-{rank}", one.field), one.message.clone());
                }
            }
            Err(other) => return Err(other),
        }
    }
    errors.into_result()?;
    Ok(items)
}

/// Writes the template, if nobody else has since `version`. Without items there is none.
///
/// # Errors
/// A conflict when somebody was quicker, or when there are too many items.
pub fn save(ctx: &Context<'_>, tx: &mut Tx<'_>, body: Id<Body>, version: i64, items: &[Content]) -> Result<()> {
    let (head, body) = enter_body(ctx, tx, body)?;
    lock(tx, body.id)?;
    let (known, present) = find(tx, body.id)?;
    if known == items {
        return Ok(());
    }
    if present != version {
        return Err(Error::Conflict("Quelqu'un d'autre vient de changer ce modèle.".to_owned()));
    }
    write(tx, body.id, items)?;
    let summary = format!("Le modèle d'ordre du jour de « {} » est écrit", body.name);
    record(ctx, tx, "agenda.template_saved", head.id, body.id, summary, &Provenance::entered());
    Ok(())
}

/// The row that orders two who write: it is there before it is read.
fn lock(tx: &mut Tx<'_>, body: Id<Body>) -> Result<()> {
    tx.execute(
        "insert into agenda_template (body, version) values ($1, 0) on conflict (body) do nothing",
        params![body],
    )?;
    tx.execute("update agenda_template set version = version where body = $1", params![body])?;
    Ok(())
}

fn write(tx: &mut Tx<'_>, body: Id<Body>, items: &[Content]) -> Result<()> {
    if items.len() > ITEMS_MAX {
        return Err(Error::Conflict(format!("Un modèle ne dépasse pas {ITEMS_MAX} points.")));
    }
    tx.execute("update agenda_template set version = version + 1 where body = $1", params![body])?;
    tx.execute("delete from agenda_template_item where body = $1", params![body])?;
    for (rank, item) in (1i64..).zip(items) {
        tx.execute(
            "insert into agenda_template_item (body, rank, title, kind, presenter, minutes, description)
             values ($1, $2, $3, $4, $5, $6, $7)",
            params![body, rank, &item.title, Value::code(item.kind), &item.presenter, item.minutes, &item.description],
        )?;
    }
    Ok(())
}

/// Keeps the agenda of a meeting as the template of one of its bodies.
///
/// # Errors
/// A conflict when the agenda is empty or too long; not found for a body that the meeting does not serve.
pub fn keep(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>, body: Id<Body>) -> Result<()> {
    let meeting = enter_meeting(ctx, tx, id)?;
    if !reads::bodies(tx, id)?.iter().any(|one| one.id == body) {
        return Err(Error::NotFound);
    }
    let (_, body) = enter_body(ctx, tx, body)?;
    let items: Vec<Content> = reads::agenda(tx, id)?.iter().map(Content::from).collect();
    if items.is_empty() {
        return Err(Error::Conflict("Cet ordre du jour est vide : il ne fait pas un modèle.".to_owned()));
    }
    lock(tx, body.id)?;
    write(tx, body.id, &items)?;
    let summary = format!("Le modèle d'ordre du jour de « {} » est écrit", body.name);
    record(ctx, tx, "agenda.template_saved", meeting.governance, body.id, summary, &Provenance::entered());
    Ok(())
}

/// Begins the agenda of a meeting with the template of one of its bodies; gives how many items came.
///
/// # Errors
/// A conflict when the agenda has items already, or when the body has no template.
pub fn begin(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>, body: Id<Body>) -> Result<usize> {
    let meeting = enter(ctx, tx, id)?;
    if !reads::bodies(tx, id)?.iter().any(|one| one.id == body) {
        return Err(Error::NotFound);
    }
    if !reads::agenda(tx, id)?.is_empty() {
        return Err(Error::Conflict("Cet ordre du jour est déjà commencé : le modèle ne s'y ajoute pas.".to_owned()));
    }
    let (items, _) = find(tx, body)?;
    if items.is_empty() {
        return Err(Error::Conflict("Cette instance n'a pas encore de modèle d'ordre du jour.".to_owned()));
    }
    for item in &items {
        put(ctx, tx, id, item)?;
        note(ctx, tx, "agenda.item_added", &meeting, "ajouté", &item.title);
    }
    Ok(items.len())
}

/// Writes the template of a body into a meeting that is being planned in the same act: the permission was asked, and its
/// agenda is empty unless the form was sent twice. Gives how many items it has then; none where the body has no template
/// (any more).
///
/// # Errors
/// Those of the database.
pub(crate) fn take_up(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>, body: Id<Body>) -> Result<usize> {
    let known = reads::agenda(tx, id)?.len();
    if known > 0 {
        return Ok(known);
    }
    let (items, _) = find(tx, body)?;
    for (rank, item) in (1i64..).zip(&items) {
        insert(ctx, tx, id, rank, item)?;
    }
    Ok(items.len())
}

/// True for a body that has a template.
pub(crate) fn exists(tx: &mut Tx<'_>, body: Id<Body>) -> Result<bool> {
    let sql = "select count(*) from agenda_template_item where body = $1";
    Ok(tx.get::<i64>(sql, params![body], |row| row.get(0))? > 0)
}
