//! The import in three steps: the file, the preview, the confirmation.

use askama::Template;
use axum::extract::Path;
use http::StatusCode;
use kernel::text::{from_hex, hex};
use kernel::{Error, Id, Result};
use ui::form::{Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, FormWithFiles};

use super::model::Table;
use super::plan::{Planned, fingerprint, plan, write};
use crate::forms;
use crate::governances::store::Head;
use crate::members::manage::{base, governance};

/// What the mark of a preview is for.
const PURPOSE: &str = "import de membres";

fn here(head: &Head) -> String {
    format!("{}/import", base(head))
}

fn trail(head: &Head) -> Vec<Crumb> {
    let mut trail = forms::trail(head);
    trail.push(Crumb::new("Membres", base(head)));
    trail
}

fn file_page(head: &Head) -> FormPage {
    let mut file =
        Field::new(Kind::File, "file", "Fichier").hint("CSV, ODS ou XLSX, 1 000 structures au plus").required();
    file.accept = ".csv,.txt,.tsv,.ods,.xlsx";
    forms::page(head, "Importer une liste de membres", here(head), "Voir l'aperçu")
        .trail(trail(head))
        .lead("Rien n'est enregistré avant que vous ayez vu ce qui sera fait, ligne par ligne.")
        .note("Colonnes reconnues : Structure, SIRET, Catégorie (ou Typologie), Collège, Statut, Implication, Depuis, Précision. L'export « contacts des membres » de l'outil de l'État convient : les personnes n'en sont pas lues.")
        .field(file)
        .cancel(base(head))
        .with_files()
}

#[derive(Template)]
#[template(path = "members/import/preview.html")]
struct PreviewPage {
    head: Head,
    planned: Vec<Planned>,
    left_out: Vec<String>,
    carried: String,
    mark: String,
    problem: Option<String>,
}

impl Page for PreviewPage {
    fn title(&self) -> String {
        format!("Aperçu de l'import · {}", self.head.name)
    }
    fn crumb(&self) -> String {
        "Aperçu de l'import".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        trail(&self.head)
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl PreviewPage {
    fn action(&self) -> String {
        format!("{}/confirmer", here(&self.head))
    }
    fn back(&self) -> String {
        here(&self.head)
    }
    fn entering(&self) -> usize {
        self.planned.iter().filter(|one| one.enters()).count()
    }
    fn corrected(&self) -> usize {
        self.planned.iter().filter(|one| one.is_corrected()).count()
    }
    fn refused(&self) -> usize {
        self.planned.iter().filter(|one| one.is_refused()).count()
    }
    fn nothing(&self) -> usize {
        self.planned.len() - self.entering() - self.refused()
    }
}

pub async fn show(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = governance(&desk, slug).await?;
    desk.form(&file_page(&head))
}

async fn page(desk: &Desk, head: Head, table: Table, problem: Option<String>) -> Result<PreviewPage> {
    let (id, asked) = (head.id, table.clone());
    let planned = desk.read(move |tx| plan(tx, id, &asked)).await?;
    let mark = hex(&desk.app.secret().mac(PURPOSE, fingerprint(id, &table, &planned).as_bytes()));
    Ok(PreviewPage { carried: table.carried(), left_out: table.left_out, head, planned, mark, problem })
}

pub async fn preview(desk: Desk, Path(slug): Path<String>, form: FormWithFiles) -> Answer {
    let head = governance(&desk, slug).await?;
    let Some(upload) = form.file("file").filter(|upload| !upload.content.is_empty() || !upload.name.is_empty()) else {
        return desk.form_again(file_page(&head), Error::invalid("file", "Choisissez un fichier."));
    };
    let content = upload.content.clone();
    // A workbook takes its time: one file at a time, beside the threads of the server.
    let make = move |()| {
        Ok(documents::read(&content).map_err(|fault| fault.to_string()).and_then(|lines| Table::read(&lines)))
    };
    let read = desk.file(|_| Ok(()), make).await?;
    match read {
        Ok(table) => {
            let page = page(&desk, head, table, None).await?;
            desk.private(StatusCode::OK, &page)
        }
        Err(sentence) => desk.form_again(file_page(&head), Error::invalid("file", sentence)),
    }
}

pub async fn confirm(desk: Desk, Path(slug): Path<String>, form: FormWithFiles) -> Answer {
    let head = governance(&desk, slug).await?;
    let Some(table) = Table::from_carried(&form.fields.typed("table").replace('\r', "")) else {
        return desk.form_again(
            file_page(&head),
            Error::invalid("file", "L'aperçu est perdu : choisissez de nouveau le fichier."),
        );
    };
    let mark = from_hex(form.fields.typed("mark")).unwrap_or_default();
    let (id, secret, asked): (Id<_>, _, _) = (head.id, desk.app.secret().clone(), table.clone());
    let done = desk
        .act(move |ctx, tx| write(ctx, tx, id, &asked, |shown| secret.is_mac(PURPOSE, shown.as_bytes(), &mark)))
        .await;
    match done {
        Ok(1) => desk.done(&base(&head), "Une structure est enregistrée."),
        Ok(count) => desk.done(&base(&head), &format!("{count} structures sont enregistrées.")),
        Err(Error::Conflict(sentence)) => {
            let page = page(&desk, head, table, Some(sentence)).await?;
            desk.private(StatusCode::CONFLICT, &page)
        }
        Err(error) => desk.form_again(file_page(&head), error),
    }
}
