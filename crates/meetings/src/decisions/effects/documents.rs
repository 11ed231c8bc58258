//! Adopting a document: the text of an agreement, or a PDF of the item on which the decision is taken. What is adopted is not
//! changed by it: the decision says which one it is, and the register keeps the digest of the file.

use governance::agreements::model::Agreement;
use governance::agreements::store as agreements;
use kernel::register::Act;
use kernel::{Context, Error, Id, Result};
use store::{Tx, params};

use super::{Asks, Chosen, Deciding, Done, Effect};
use crate::agenda::documents::model::Document;
use crate::agenda::documents::store as documents;

pub(super) static ADOPT_AGREEMENT: AdoptAgreement = AdoptAgreement;
pub(super) static ADOPT_DOCUMENT: AdoptDocument = AdoptDocument;

fn keep(chosen: Chosen, known: bool, value: &str) -> Result<Chosen> {
    match known {
        true => Ok(Chosen { subject: value.to_owned(), ..chosen }),
        false => Err(Error::invalid("subject", "Choisissez un document dans la liste.")),
    }
}

fn record(ctx: &Context<'_>, tx: &mut Tx<'_>, of: &Deciding, name: &str, digest: Option<String>) {
    let summary = format!("« {name} » adopté par une décision de « {} »", of.decision.author.0);
    tx.record(
        ctx,
        Act::new("decision.document_adopted", super::super::acts::subject(of.decision.id), summary)
            .in_governance(of.head.id.uuid())
            .with_some("sha256", digest)
            .from_source(&of.decision.provenance),
    );
}

/// Whether a decision has adopted this document.
pub(crate) fn adopts(tx: &mut Tx<'_>, document: Id<Document>) -> Result<bool> {
    tx.get(
        "select count(*) from decision_effect where kind = $1 and subject = $2 and done_at is not null",
        params![AdoptDocument.code(), document.to_string()],
        |row| row.get::<i64>(0),
    )
    .map(|count| count > 0)
}

pub(super) struct AdoptAgreement;

impl AdoptAgreement {
    fn found(tx: &mut Tx<'_>, of: &Deciding, chosen: &Chosen) -> Result<Agreement> {
        let id: Id<Agreement> = chosen.subject.parse().map_err(|_| Error::NotFound)?;
        agreements::list(tx, of.head.id)?.into_iter().find(|one| one.id == id).ok_or(Error::NotFound)
    }
}

impl Effect for AdoptAgreement {
    fn code(&self) -> &'static str {
        "agreement.adopt"
    }
    fn label(&self) -> &'static str {
        "Adopter le texte d'une convention ou d'une charte"
    }
    fn asks(&self) -> Asks {
        Asks { subject: "Convention ou charte", ..Asks::default() }
    }
    fn choices(&self, tx: &mut Tx<'_>, of: &Deciding) -> Result<Vec<(String, String)>> {
        let all = agreements::list(tx, of.head.id)?;
        Ok(all.into_iter().map(|one| (one.id.to_string(), format!("{} ({})", one.title, one.kind))).collect())
    }
    fn choose(&self, tx: &mut Tx<'_>, of: &Deciding, value: &str, chosen: Chosen) -> Result<Chosen> {
        let known = self.choices(tx, of)?.iter().any(|(known, _)| known == value);
        keep(chosen, known, value)
    }
    fn told(&self, tx: &mut Tx<'_>, of: &Deciding, chosen: &Chosen) -> Result<String> {
        Ok(format!("Adopter le texte « {} »", Self::found(tx, of, chosen)?.title))
    }
    fn run(&self, ctx: &Context<'_>, tx: &mut Tx<'_>, of: &Deciding, chosen: &Chosen) -> Result<Done> {
        let agreement = Self::found(tx, of, chosen)?;
        let digest = agreement.file.as_ref().map(|(digest, _)| digest.hex());
        record(ctx, tx, of, &agreement.title, digest);
        let href = governance::url::agreements(&of.head.slug);
        Ok(Done { told: format!("Le texte « {} » est adopté", agreement.title), href })
    }
}

pub(super) struct AdoptDocument;

impl AdoptDocument {
    /// The documents of the item of the decision, with the address of its meeting.
    fn all(tx: &mut Tx<'_>, of: &Deciding) -> Result<Vec<Document>> {
        match &of.decision.item {
            Some((item, _)) => documents::of_item(tx, *item),
            None => Ok(Vec::new()),
        }
    }

    fn found(tx: &mut Tx<'_>, of: &Deciding, chosen: &Chosen) -> Result<Document> {
        let id: Id<Document> = chosen.subject.parse().map_err(|_| Error::NotFound)?;
        Self::all(tx, of)?
            .into_iter()
            .find(|one| one.id == id)
            .ok_or_else(|| Error::Conflict("Ce document n'est plus sur le point de la décision.".to_owned()))
    }
}

impl Effect for AdoptDocument {
    fn code(&self) -> &'static str {
        "document.adopt"
    }
    fn label(&self) -> &'static str {
        "Adopter un document du point"
    }
    fn reaches_governance(&self) -> bool {
        false
    }
    fn asks(&self) -> Asks {
        Asks { subject: "Document du point de l'ordre du jour", ..Asks::default() }
    }
    fn choices(&self, tx: &mut Tx<'_>, of: &Deciding) -> Result<Vec<(String, String)>> {
        let label = |one: Document| (one.id.to_string(), format!("{} (PDF, {})", one.name, one.weight()));
        Ok(Self::all(tx, of)?.into_iter().map(label).collect())
    }
    fn choose(&self, tx: &mut Tx<'_>, of: &Deciding, value: &str, chosen: Chosen) -> Result<Chosen> {
        let known = self.choices(tx, of)?.iter().any(|(known, _)| known == value);
        keep(chosen, known, value)
    }
    fn told(&self, tx: &mut Tx<'_>, of: &Deciding, chosen: &Chosen) -> Result<String> {
        Ok(format!("Adopter le document « {} »", Self::found(tx, of, chosen)?.name))
    }
    fn run(&self, ctx: &Context<'_>, tx: &mut Tx<'_>, of: &Deciding, chosen: &Chosen) -> Result<Done> {
        let document = Self::found(tx, of, chosen)?;
        record(ctx, tx, of, &document.name, Some(document.file.hex()));
        let meeting = crate::store::meeting_of(tx, document.item)?;
        let (slug, meeting) = crate::store::address(tx, meeting)?;
        let href = format!("{}/documents/{}", crate::url::meeting(&slug, &meeting), document.id);
        let reserved = if document.reserved { " (réservé aux personnes appelées)" } else { "" };
        Ok(Done { told: format!("Le document « {} » est adopté{reserved}", document.name), href })
    }
}
