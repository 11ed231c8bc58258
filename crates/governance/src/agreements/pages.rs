//! Agreements and charters of a governance; their PDF.

use askama::Template;
use axum::extract::Path;
use kernel::register::Digest;
use kernel::{Error, PartialDate};
use store::files;
use ui::page::{Crumb, Page, Section};
use web::{Access, Answer, Desk, Routes, download};

use super::model::Agreement;
use super::store as reads;
use crate::framework;
use crate::page::{Sheet, View};

pub fn routes() -> Routes {
    Routes::new().get("/gouvernances/{slug}/conventions", Access::Public, show).get(
        "/fichiers/{empreinte}",
        Access::Public,
        file,
    )
}

#[derive(Template)]
#[template(path = "agreements/agreements.html")]
struct AgreementsPage {
    sheet: Sheet,
    agreements: Vec<Agreement>,
    today: PartialDate,
}

impl Page for AgreementsPage {
    fn title(&self) -> String {
        format!("Conventions et chartes · {}", self.sheet.governance.name)
    }
    fn crumb(&self) -> String {
        "Conventions et chartes".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.sheet.trail(true)
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

async fn show(desk: Desk, Path(slug): Path<String>) -> Answer {
    let today = PartialDate::of_day(desk.app.clock().now().day());
    let mut page = desk
        .read(move |tx| {
            let sheet = Sheet::load(tx, &slug, View::Agreements)?;
            let agreements = reads::list(tx, sheet.governance.id)?;
            Ok(AgreementsPage { sheet, agreements, today })
        })
        .await?;
    page.sheet.seen_by(&desk);
    let subjects = page.sheet.subjects();
    desk.shared(&page, subjects)
}

/// A PDF that a public agreement or declaration shows; any other file does not exist for the public.
async fn file(desk: Desk, Path(key): Path<String>) -> Answer {
    let digest = Digest::from_hex(&key).ok_or(Error::NotFound)?;
    let (name, media_type, content) = desk
        .read(move |tx| {
            let name = match reads::publishes(tx, digest)? {
                Some(name) => name,
                None => framework::store::publishes(tx, digest)?.ok_or(Error::NotFound)?,
            };
            let info = files::info(tx, digest)?.ok_or(Error::NotFound)?;
            let mut content = Vec::with_capacity(usize::try_from(info.size).unwrap_or_default());
            let mut rank = 0;
            while let Some(chunk) = files::chunk(tx, digest, rank)? {
                content.extend_from_slice(&chunk);
                rank += 1;
            }
            Ok((name, info.media_type, content))
        })
        .await?;
    let stem = kernel::text::slug(name.trim_end_matches(".pdf").trim_end_matches(".PDF"));
    let stem = if stem.is_empty() { "document".to_owned() } else { stem };
    download(&format!("{stem}.pdf"), &media_type, content)
}
