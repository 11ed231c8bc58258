//! What an agreement is.

use directory::Organisation;
use kernel::coded::Coded as _;
use kernel::register::Digest;
use kernel::{Errors, Id, PartialDate, Provenance, Result, coded, text};

coded! {
    pub enum AgreementKind {
        Agreement = "agreement", "Convention";
        Charter = "charter", "Charte";
    }
}

/// An agreement with what it holds.
#[derive(Clone, Debug)]
pub struct Agreement {
    pub id: Id<Agreement>,
    pub kind: AgreementKind,
    pub title: String,
    pub signed_on: Option<PartialDate>,
    pub ends_on: Option<PartialDate>,
    pub text: String,
    pub file: Option<(Digest, String)>,
    pub commitments: Vec<String>,
    pub signatories: Vec<Signatory>,
    pub provenance: Provenance,
}

impl Agreement {
    pub fn signed(&self) -> impl Iterator<Item = &Signatory> {
        self.signatories.iter().filter(|signatory| signatory.signed_on.is_some())
    }

    pub fn waiting(&self) -> impl Iterator<Item = &Signatory> {
        self.signatories.iter().filter(|signatory| signatory.signed_on.is_none())
    }

    /// What the form of a correction shows, field by field; of the file, which one it is.
    pub fn sheet(&self) -> [String; 7] {
        let date = |date: Option<PartialDate>| date.map(|date| date.to_string()).unwrap_or_default();
        [
            self.kind.code().to_owned(),
            self.title.clone(),
            self.text.clone(),
            self.file.as_ref().map(|(digest, _)| digest.hex()).unwrap_or_default(),
            self.commitments.join("\n"),
            date(self.signed_on),
            date(self.ends_on),
        ]
    }

    /// « 2 signatures manquent ».
    pub fn missing(&self) -> String {
        match self.waiting().count() {
            1 => "1 signature manque".to_owned(),
            count => format!("{count} signatures manquent"),
        }
    }

    /// True when the end date has passed on `day`.
    pub fn has_ended(&self, day: PartialDate) -> bool {
        self.ends_on.is_some_and(|end| !end.may_follow(day))
    }
}

#[derive(Clone, Debug)]
pub struct Signatory {
    pub organisation: Id<Organisation>,
    pub name: String,
    /// `None`: has not signed yet.
    pub signed_on: Option<PartialDate>,
    /// When the signature was asked for; `None` when that was not noted.
    pub expected_since: Option<PartialDate>,
}

/// An agreement to conclude.
#[derive(Clone, Debug)]
pub struct NewAgreement {
    pub kind: AgreementKind,
    pub title: String,
    pub signed_on: Option<PartialDate>,
    pub ends_on: Option<PartialDate>,
    pub text: String,
    pub commitments: Vec<String>,
    /// A PDF and its name.
    pub file: Option<(Vec<u8>, String)>,
    pub provenance: Provenance,
}

/// The texts of a new agreement, cleaned.
#[derive(Clone, Debug)]
pub struct AgreementTexts {
    pub title: String,
    pub text: String,
    pub commitments: Vec<String>,
}

impl NewAgreement {
    pub fn parse(&self) -> Result<AgreementTexts> {
        let mut errors = Errors::default();
        let title = errors.check("title", text::line(&self.title, text::NAME_MAX)).unwrap_or_default();
        let body = errors.check("text", text::paragraphs(&self.text, text::NOTE_MAX)).flatten().unwrap_or_default();
        let mut commitments = Vec::new();
        for commitment in &self.commitments {
            commitments.extend(errors.check("commitments", text::optional_line(commitment, 1000)).flatten());
        }
        if let (Some(signed), Some(ends)) = (self.signed_on, self.ends_on)
            && !ends.may_follow(signed)
        {
            errors.add("ends_on", "La date de fin ne peut pas précéder la date de signature.");
        }
        errors.into_result()?;
        Ok(AgreementTexts { title, text: body, commitments })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agreement_ends_the_day_after_its_last_day() {
        let agreement = Agreement {
            id: Id::from_uuid(uuid::Uuid::nil()),
            kind: AgreementKind::Charter,
            title: String::new(),
            signed_on: None,
            ends_on: "2025-12-31".parse().ok(),
            text: String::new(),
            file: None,
            commitments: vec![],
            signatories: vec![],
            provenance: Provenance::entered(),
        };
        assert!(!agreement.has_ended("2025-12-31".parse().unwrap()));
        assert!(agreement.has_ended("2026-01-01".parse().unwrap()));
    }
}
