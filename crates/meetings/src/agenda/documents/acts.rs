//! Adding a document to an item, naming it, taking it out; a document that follows an item that is carried over.

use kernel::register::Digest;
use kernel::{Context, Error, Errors, Id, Result, text};
use store::{Tx, files, params};

use super::model::{DOCUMENTS_MAX, Document, LARGEST, NAME_MAX, clean_name};
use super::store as reads;
use crate::agenda::acts::{enter, note, own};
use crate::agenda::waiting::model::WaitingItem;
use crate::decisions::effects as decisions;
use crate::model::{Item, Meeting};

/// A document to add.
#[derive(Clone, Debug, Default)]
pub struct NewDocument {
    pub content: Vec<u8>,
    /// As the machine of whoever sends it calls it.
    pub file_name: String,
    /// As it is to be shown; empty: as the file is called.
    pub name: String,
    pub reserved: bool,
}

/// Adds a PDF to an item. A form that is sent twice adds it once.
///
/// # Errors
/// `file` for what is empty, too large or no PDF; `name`; a conflict when the meeting is over, or when the item has enough.
pub fn add(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Meeting>,
    item: Id<Item>,
    new: &NewDocument,
) -> Result<Id<Document>> {
    let meeting = enter(ctx, tx, id)?;
    let (at, items) = own(tx, id, item)?;
    let title = items.get(at).map(|item| item.title.clone()).unwrap_or_default();
    let mut errors = Errors::default();
    let name = errors.check("name", text::optional_line(&new.name, NAME_MAX)).flatten();
    if new.content.is_empty() {
        errors.add("file", "Ce fichier est vide.");
    } else if new.content.len() > LARGEST {
        let size = new.content.len().div_ceil(1 << 20);
        errors.add("file", format!("Ce fichier fait {size} Mo ; 25 Mo au plus."));
    }
    errors.into_result()?;
    let known: i64 =
        tx.get("select coalesce(max(rank), 0) from item_document where item = $1", params![item], |row| row.get(0))?;
    if i64::try_from(reads::of_item(tx, item)?.len()).map_err(Error::internal)? >= DOCUMENTS_MAX {
        return Err(Error::Conflict(format!("Un point ne porte pas plus de {DOCUMENTS_MAX} documents.")));
    }
    let file = files::put_pdf(ctx, tx, &new.content)?;
    let name = name.unwrap_or_else(|| clean_name(&new.file_name));
    let last = reads::of_item(tx, item)?.pop();
    if let Some(last) = last.filter(|last| (last.file, &last.name, last.reserved) == (file, &name, new.reserved)) {
        return Ok(last.id);
    }
    let size = i64::try_from(new.content.len()).map_err(Error::internal)?;
    let document = Document { id: ctx.new_id()?, item, name, file, size, reserved: new.reserved };
    insert(ctx, tx, &document, known + 1)?;
    note(ctx, tx, "agenda.document_added", &meeting, "reçoit un document", &title);
    Ok(document.id)
}

fn insert(ctx: &Context<'_>, tx: &mut Tx<'_>, new: &Document, rank: i64) -> Result<()> {
    let Digest(file) = new.file;
    tx.execute(
        "insert into item_document (id, item, rank, name, file, size, reserved, added_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![new.id, new.item, rank, &new.name, file.as_slice(), new.size, new.reserved, ctx.now()],
    )?;
    Ok(())
}

/// Names a document otherwise, or says anew for whom it is.
///
/// # Errors
/// `name`; a conflict when the meeting is over.
pub fn change(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Meeting>,
    document: Id<Document>,
    name: &str,
    reserved: bool,
) -> Result<()> {
    let meeting = enter(ctx, tx, id)?;
    reads::find(tx, id, document)?;
    let name = text::line(name, NAME_MAX).map_err(|fault| Error::invalid("name", fault.to_string()))?;
    tx.execute("update item_document set name = $2, reserved = $3 where id = $1", params![document, &name, reserved])?;
    let (_, title) = item_of(tx, id, document)?;
    note(ctx, tx, "agenda.document_changed", &meeting, "a un document renommé", &title);
    Ok(())
}

/// Takes a document out, as long as the meeting is not over.
pub fn remove(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Meeting>, document: Id<Document>) -> Result<()> {
    let meeting = enter(ctx, tx, id)?;
    let (_, title) = item_of(tx, id, document)?;
    if decisions::adopts(tx, document)? {
        return Err(Error::Conflict("Une décision a adopté ce document : il reste sur le point.".to_owned()));
    }
    tx.execute("delete from item_document where id = $1", params![document])?;
    note(ctx, tx, "agenda.document_removed", &meeting, "perd un document", &title);
    Ok(())
}

fn item_of(tx: &mut Tx<'_>, meeting: Id<Meeting>, document: Id<Document>) -> Result<(Id<Item>, String)> {
    let item = reads::find(tx, meeting, document)?.item;
    let (at, items) = own(tx, meeting, item)?;
    Ok((item, items.get(at).map(|item| item.title.clone()).unwrap_or_default()))
}

/// The documents of the item that `waits` takes up again, or that another body sent, come along on the new item. What was
/// reserved for those who were called by another body stays with that body.
pub(crate) fn follow(ctx: &Context<'_>, tx: &mut Tx<'_>, waits: &WaitingItem, item: Id<Item>) -> Result<()> {
    let sources: Vec<(Id<Item>, bool)> = tx.query(
        "select i.id, w.carried_from is not null from waiting_item w join agenda_item i on i.id = coalesce(w.carried_from, w.from_item)
         where w.id = $1",
        params![waits.id],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let mut rank = 0;
    for (source, same_body) in sources {
        for document in reads::of_item(tx, source)? {
            if document.reserved && !same_body {
                continue;
            }
            rank += 1;
            insert(ctx, tx, &Document { id: ctx.new_id()?, item, ..document }, rank)?;
        }
    }
    Ok(())
}
