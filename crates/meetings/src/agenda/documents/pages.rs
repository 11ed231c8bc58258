//! The documents of an item: the page of those who prepare, and the download with its permission asked each time.

use askama::Template;
use axum::extract::Path;
use governance::forms;
use http::{HeaderValue, StatusCode, header};
use kernel::{Error, Errors, Id, Result, Who};
use store::{Tx, files};
use ui::form::{ErrorSummary, Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, FormWithFiles, Params, download, refusal};

use super::acts::{self, NewDocument};
use super::model::Document;
use super::store as documents;
use crate::agenda::more::Reader;
use crate::agenda::pages::{ItemPlace, base, item, trail};
use crate::model::{Item, MeetingState};
use crate::planning::convocation::read_answer_link;
use crate::planning::{Known, holder, managed, speaks_for};
use crate::store as reads;

type DocumentPlace = Path<(String, String, String)>;

#[derive(Template)]
#[template(path = "agenda/documents/documents.html")]
struct DocumentsPage {
    known: Known,
    item: Item,
    documents: Vec<Document>,
    fields: Vec<Field>,
    errors: ErrorSummary,
}

impl Page for DocumentsPage {
    fn title(&self) -> String {
        let erring = if self.errors.is_empty() { "" } else { "Erreur : " };
        format!("{erring}Documents · {} · {}", self.item.title, self.known.meeting.title)
    }
    fn crumb(&self) -> String {
        "Documents".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        trail(&self.known)
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl DocumentsPage {
    fn base(&self) -> String {
        base(&self.known)
    }

    fn at(&self, document: &Document, place: &str) -> String {
        format!("{}/documents/{}{place}", self.known.page(), document.id)
    }

    fn changes(&self) -> bool {
        !matches!(self.known.meeting.state, MeetingState::Closed | MeetingState::Cancelled)
    }
}

fn fields(typed: &Params) -> Vec<Field> {
    let mut file = Field::new(Kind::File, "file", "Fichier PDF")
        .hint("25 Mo au plus. Après une erreur, choisissez-le de nouveau.")
        .required();
    file.accept = ".pdf,application/pdf";
    vec![
        file,
        Field::text("name", "Nom affiché")
            .hint("Laissez vide pour garder le nom du fichier.")
            .autocomplete("off")
            .value(typed.typed("name")),
        reserved(typed.ticked("reserved")),
    ]
}

fn reserved(ticked: bool) -> Field {
    Field::new(Kind::Checkbox, "reserved", "Réservé aux personnes appelées")
        .hint("Sinon, il est public avec l'ordre du jour, dès la convocation.")
        .value(if ticked { "oui" } else { "" })
}

async fn documents_page(desk: &Desk, known: Known, item: Item, typed: &Params) -> Result<DocumentsPage> {
    let id = item.id;
    let documents = desk.read(move |tx| documents::of_item(tx, id)).await?;
    Ok(DocumentsPage { known, item, documents, fields: fields(typed), errors: ErrorSummary::default() })
}

pub async fn show(desk: Desk, Path((slug, meeting, point)): ItemPlace) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let item = item(&desk, &known, &point).await?;
    let page = documents_page(&desk, known, item, &Params::default()).await?;
    desk.private(StatusCode::OK, &page)
}

pub async fn add(desk: Desk, Path((slug, meeting, point)): ItemPlace, sent: FormWithFiles) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let item = item(&desk, &known, &point).await?;
    let (id, point, back) = (known.meeting.id, item.id, format!("{}/{}/documents", base(&known), item.id));
    let done = match sent.file("file") {
        Some(upload) => {
            let new = NewDocument {
                content: upload.content.clone(),
                file_name: upload.name.clone(),
                name: sent.fields.typed("name").to_owned(),
                reserved: sent.fields.ticked("reserved"),
            };
            desk.act(move |ctx, tx| acts::add(ctx, tx, id, point, &new)).await.map(|_| ())
        }
        None => {
            let mut errors = Errors::default();
            errors.add("file", "Choisissez un fichier.");
            errors.into_result()
        }
    };
    match done {
        Ok(()) => desk.done(&back, "Le document est ajouté."),
        Err(error) => {
            let (status, messages) = refusal(error)?;
            let mut page = documents_page(&desk, known, item, &sent.fields).await?;
            page.errors = ErrorSummary::new(&messages);
            page.fields = page.fields.into_iter().map(|field| field.check(&messages)).collect();
            desk.private(status, &page)
        }
    }
}

/// The document of the address, for those who prepare the meeting.
async fn own(desk: &Desk, known: &Known, document: &str) -> Result<Document> {
    let (meeting, id): (_, Id<Document>) = (known.meeting.id, document.parse().map_err(|_| Error::NotFound)?);
    desk.read(move |tx| documents::find(tx, meeting, id)).await
}

fn back(known: &Known, document: &Document) -> String {
    format!("{}/{}/documents", base(known), document.item)
}

fn change_page(known: &Known, document: &Document, name: &str, ticked: bool) -> FormPage {
    let action = format!("{}/documents/{}/modifier", known.page(), document.id);
    forms::page(&known.head, "Modifier un document", action, "Enregistrer")
        .about(document.name.clone())
        .trail(trail(known))
        .field(Field::text("name", "Nom affiché").autocomplete("off").required().value(name))
        .field(reserved(ticked))
        .cancel(back(known, document))
}

pub async fn show_change(desk: Desk, Path((slug, meeting, document)): DocumentPlace) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let document = own(&desk, &known, &document).await?;
    desk.form(&change_page(&known, &document, &document.name, document.reserved))
}

pub async fn change(desk: Desk, Path((slug, meeting, document)): DocumentPlace, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let document = own(&desk, &known, &document).await?;
    let (id, of, name, ticked) =
        (known.meeting.id, document.id, form.typed("name").to_owned(), form.ticked("reserved"));
    match desk.act(move |ctx, tx| acts::change(ctx, tx, id, of, &name, ticked)).await {
        Ok(()) => desk.done(&back(&known, &document), "Le document est modifié."),
        Err(error) => desk.form_again(change_page(&known, &document, form.typed("name"), ticked), error),
    }
}

pub async fn remove(desk: Desk, Path((slug, meeting, document)): DocumentPlace) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let document = own(&desk, &known, &document).await?;
    let (id, of) = (known.meeting.id, document.id);
    desk.act(move |ctx, tx| acts::remove(ctx, tx, id, of)).await?;
    desk.done(&back(&known, &document), "Le document est retiré.")
}

/// True for whoever may read the documents of the meeting: as the meeting is, and what is reserved only for those who are
/// called and those who prepare.
fn may_read(tx: &mut Tx<'_>, known: &Known, document: &Document, who: &Who, by_link: Option<&Who>) -> Result<bool> {
    let reader = Reader::of(tx, known, who)?;
    if reader.manages {
        return Ok(true);
    }
    if known.meeting.is_hidden() {
        return Ok(false);
    }
    if !document.reserved || reader.called {
        return Ok(true);
    }
    let Some(by_link) = by_link else { return Ok(false) };
    let everyone = reads::participants(tx, known.meeting.id)?;
    Ok(!speaks_for(by_link, known.head.id, &everyone).is_empty())
}

/// Whoever holds the link of a convocation to this meeting, with the powers held now: a mandate that has ended reads no
/// more.
fn by_link(tx: &mut Tx<'_>, desk: &Desk, known: &Known, key: &str) -> Result<Option<Who>> {
    let now = desk.app.clock().now();
    let Ok((participant, person)) = read_answer_link(desk.app.secret(), key, now) else { return Ok(None) };
    let Ok((meeting, Some(member))) = reads::participant(tx, participant) else { return Ok(None) };
    if meeting != known.meeting.id {
        return Ok(None);
    }
    let mut who = holder(tx, person, now.day())?;
    // The link is for one participant, whatever else the person represents.
    who.roles.retain(|role| matches!(role.reach, kernel::Reach::Member { member: held, .. } if held == member.uuid()));
    Ok(Some(who))
}

/// A document, whole, as an attachment. What somebody may not read does not exist.
pub async fn file(desk: Desk, Path((slug, meeting, document)): DocumentPlace) -> Answer {
    let id: Id<Document> = document.parse().map_err(|_| Error::NotFound)?;
    let (who, key, own) = (desk.who(), desk.params.whole("cle"), desk.clone());
    let (document, shared, content) = desk
        .read(move |tx| {
            let known = Known::load(tx, &slug, &meeting)?;
            let document = documents::find(tx, known.meeting.id, id)?;
            let by_link = if key.is_empty() { None } else { by_link(tx, &own, &known, &key)? };
            if !may_read(tx, &known, &document, &who, by_link.as_ref())? {
                return Err(Error::NotFound);
            }
            let mut content = Vec::with_capacity(usize::try_from(document.size).unwrap_or_default());
            let mut rank = 0;
            while let Some(chunk) = files::chunk(tx, document.file, rank)? {
                content.extend_from_slice(&chunk);
                rank += 1;
            }
            let shared = !document.reserved && !known.meeting.is_hidden();
            Ok((document, shared, content))
        })
        .await?;
    let mut answer = download(&document.file_name(), "application/pdf", content)?;
    if !shared {
        answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    Ok(answer)
}
