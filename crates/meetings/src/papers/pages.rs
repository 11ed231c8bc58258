//! The addresses of papers, each with the permission of the page that shows the same.

use axum::extract::Path;
use documents::paper::{Paper, PdfForm, odt, pdf};
use kernel::{Error, Result};
use web::{Answer, Desk, download};

use super::before::{self, Before};
use super::minutes;
use crate::minutes::{MinutesState, Told};
use crate::planning::{Known, managed, may_manage, speaks_for, timed};
use crate::schedule::{cosign, guests};
use crate::store as reads;

type Place = Path<(String, String)>;

const PDF: &str = "application/pdf";
const ODT: &str = "application/vnd.oasis.opendocument.text";

/// What a paper is made into.
#[derive(Clone, Copy)]
enum Kind {
    Pdf(PdfForm),
    Odt,
}

/// A paper, made in its turn, as every file is: some take a while, and memory.
async fn sent(desk: &Desk, name: &str, known: &Known, paper: Paper, kind: Kind) -> Answer {
    let made = desk.file(
        |_| Ok(paper),
        move |paper| match kind {
            Kind::Pdf(form) => pdf(&paper, form).map_err(Error::internal),
            Kind::Odt => odt(&paper).map_err(Error::internal),
        },
    );
    let bytes = made.await?;
    let (media, extension) = match kind {
        Kind::Pdf(_) => (PDF, "pdf"),
        Kind::Odt => (ODT, "odt"),
    };
    download(&format!("{name}-{}.{extension}", known.meeting.slug), media, bytes)
}

/// What is told before a meeting; those who are called are for those who prepare it.
async fn before(desk: &Desk, slug: String, meeting: String, manages: bool) -> Result<Before> {
    let who = desk.who();
    desk.read(move |tx| {
        let known = Known::load(tx, &slug, &meeting)?;
        let own = may_manage(&who, &known.head, &known.bodies);
        if known.meeting.is_hidden() && !own {
            return Err(Error::NotFound);
        }
        let (everyone, guests) = match manages && own {
            true => (reads::participants(tx, known.meeting.id)?, guests::list(tx, known.meeting.id)?),
            false => Default::default(),
        };
        let invitation = cosign::invitation(&cosign::inviters(tx, &known.bodies)?);
        let (items, _) = timed(&known, reads::agenda(tx, known.meeting.id)?);
        let last = last_decisions(tx, &known)?;
        Ok(Before { known, items, everyone, guests, invitation, last })
    })
    .await
}

/// What the last meeting of the same bodies decided, as everybody may read it.
fn last_decisions(tx: &mut store::Tx<'_>, known: &Known) -> Result<Vec<String>> {
    let last: Option<kernel::Id<crate::Meeting>> = tx.find(
        "select m.id from meeting m join minutes n on n.meeting = m.id join meeting_body mb on mb.meeting = m.id
         where mb.body in (select body from meeting_body where meeting = $1) and n.state = 'published' and m.starts_at < $2
         order by m.starts_at desc limit 1",
        store::params![known.meeting.id, known.meeting.starts_at],
        |row| row.get(0),
    )?;
    let Some(last) = last else { return Ok(Vec::new()) };
    let (slug, meeting) = reads::address(tx, last)?;
    let told = Told::load(tx, &slug, &meeting)?.into_public();
    Ok(told.outcomes(crate::model::OutcomeKind::Decision).into_iter().map(|one| one.text.clone()).collect())
}

pub async fn brief_pdf(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let told = before(&desk, slug, meeting, false).await?;
    sent(&desk, "note", &told.known, before::brief(&told), Kind::Pdf(PdfForm::Accessible)).await
}

pub async fn brief_odt(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let told = before(&desk, slug, meeting, false).await?;
    sent(&desk, "note", &told.known, before::brief(&told), Kind::Odt).await
}

async fn prepared(desk: &Desk, slug: String, meeting: String) -> Result<Before> {
    managed(desk, slug.clone(), meeting.clone()).await?;
    before(desk, slug, meeting, true).await
}

pub async fn convocation_pdf(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let told = prepared(&desk, slug, meeting).await?;
    sent(&desk, "convocation", &told.known, before::convocation(&told), Kind::Pdf(PdfForm::Accessible)).await
}

pub async fn convocation_odt(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let told = prepared(&desk, slug, meeting).await?;
    sent(&desk, "convocation", &told.known, before::convocation(&told), Kind::Odt).await
}

pub async fn sheet_pdf(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let told = prepared(&desk, slug, meeting).await?;
    sent(&desk, "emargement", &told.known, before::sheet(&told), Kind::Pdf(PdfForm::Accessible)).await
}

pub async fn sheet_odt(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let told = prepared(&desk, slug, meeting).await?;
    sent(&desk, "emargement", &told.known, before::sheet(&told), Kind::Odt).await
}

/// The minutes that this person may read: as everybody does once they are published; whole before, for those who prepare
/// and for those who were called, and afterwards when they ask for it.
async fn told(desk: &Desk, slug: String, meeting: String) -> Result<Told> {
    let (who, whole) = (desk.who(), desk.params.one("version") == Some("complete"));
    desk.read(move |tx| {
        let told = Told::load(tx, &slug, &meeting)?.with_more(tx, &who)?;
        let manages = may_manage(&who, &told.known.head, &told.known.bodies);
        let called = !speaks_for(&who, told.known.meeting.governance, &told.everyone).is_empty();
        let may = manages || (called && told.minutes.state != MinutesState::Draft);
        match (told.minutes.is_public(), may) {
            (true, true) if whole => Ok(told),
            (true, _) if !whole => Ok(told.into_public()),
            (false, true) => Ok(told),
            _ => Err(Error::NotFound),
        }
    })
    .await
}

/// What is approved is kept; what is not is for reading.
fn form(told: &Told) -> Kind {
    match told.minutes.state {
        MinutesState::Approved | MinutesState::Published => Kind::Pdf(PdfForm::Archive),
        MinutesState::Draft | MinutesState::Circulated => Kind::Pdf(PdfForm::Accessible),
    }
}

pub async fn minutes_pdf(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let told = told(&desk, slug, meeting).await?;
    sent(&desk, "compte-rendu", &told.known, minutes::minutes(&told), form(&told)).await
}

pub async fn minutes_odt(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let told = told(&desk, slug, meeting).await?;
    sent(&desk, "compte-rendu", &told.known, minutes::minutes(&told), Kind::Odt).await
}

pub async fn summary_pdf(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let told = told(&desk, slug, meeting).await?;
    sent(&desk, "synthese", &told.known, minutes::summary(&told), form(&told)).await
}

pub async fn summary_odt(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let told = told(&desk, slug, meeting).await?;
    sent(&desk, "synthese", &told.known, minutes::summary(&told), Kind::Odt).await
}
