//! Queries on documents.

use kernel::register::Digest;
use kernel::{Error, Id, Result};
use store::{Row, Tx, params};

use super::model::Document;
use crate::model::{Item, Meeting};

const SELECT: &str = "select d.id, d.item, d.name, d.file, d.size, d.reserved from item_document d";

fn document(row: &Row<'_>) -> Result<Document> {
    let file: Vec<u8> = row.get(3)?;
    Ok(Document {
        id: row.get(0)?,
        item: row.get(1)?,
        name: row.get(2)?,
        file: Digest::from_slice(&file).ok_or_else(|| Error::internal("a digest of another length"))?,
        size: row.get(4)?,
        reserved: row.get(5)?,
    })
}

/// The documents of all items of a meeting, each item's in the order in which they came.
pub fn of_meeting(tx: &mut Tx<'_>, meeting: Id<Meeting>) -> Result<Vec<Document>> {
    let sql =
        format!("{SELECT} join agenda_item i on i.id = d.item where i.meeting = $1 order by i.rank, d.rank, d.id");
    tx.query(&sql, params![meeting], document)
}

pub fn of_item(tx: &mut Tx<'_>, item: Id<Item>) -> Result<Vec<Document>> {
    tx.query(&format!("{SELECT} where d.item = $1 order by d.rank, d.id"), params![item], document)
}

/// A document of a meeting.
pub fn find(tx: &mut Tx<'_>, meeting: Id<Meeting>, id: Id<Document>) -> Result<Document> {
    let sql = format!("{SELECT} join agenda_item i on i.id = d.item where d.id = $1 and i.meeting = $2");
    tx.get(&sql, params![id, meeting], document)
}
