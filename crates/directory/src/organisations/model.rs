//! What an organisation is.

use kernel::{Errors, Id, Provenance, Result, coded, text};

use super::identifier;
use crate::TerritoryCode;

coded! {
    /// Legal kinds of organisation.
    pub enum OrganisationKind {
        StateService = "state_service", "Service de l'État";
        Region = "region", "Région";
        Departement = "departement", "Département";
        Epci = "epci", "Intercommunalité";
        Commune = "commune", "Commune";
        MixedSyndicate = "mixed_syndicate", "Syndicat mixte";
        Ccas = "ccas", "CCAS ou CIAS";
        PublicOperator = "public_operator", "Opérateur public";
        SemiPublicOperator = "semi_public_operator", "Opérateur parapublic";
        PrivateOperator = "private_operator", "Opérateur privé";
        Association = "association", "Association";
        Company = "company", "Entreprise";
        SocialLandlord = "social_landlord", "Bailleur social";
        Chamber = "chamber", "Chambre consulaire";
        Research = "research", "Recherche et enseignement supérieur";
        InformalGroup = "informal_group", "Groupe sans personnalité morale";
        Other = "other", "Autre";
    }
}

/// An organisation as pages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    pub id: Id<Organisation>,
    pub name: String,
    pub kind: OrganisationKind,
    pub siret: Option<String>,
    pub rna: Option<String>,
    pub ridet: Option<String>,
    pub seat: Option<TerritoryCode>,
    pub seat_name: Option<String>,
    pub website: Option<String>,
    pub provenance: Provenance,
}

impl Organisation {
    /// « SIRET 999 000 011 00018 », or nothing.
    pub fn identifier(&self) -> Option<String> {
        let grouped = |digits: &str| {
            let parts = [digits.get(0..3), digits.get(3..6), digits.get(6..9), digits.get(9..14)];
            parts.into_iter().flatten().collect::<Vec<_>>().join("\u{a0}")
        };
        let siret = self.siret.as_deref().map(|siret| format!("SIRET\u{a0}{}", grouped(siret)));
        siret
            .or_else(|| self.rna.as_deref().map(|rna| format!("RNA\u{a0}{rna}")))
            .or_else(|| self.ridet.as_deref().map(|ridet| format!("RIDET\u{a0}{ridet}")))
    }
}

/// What was typed about a new organisation.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub name: String,
    pub siret: String,
    pub rna: String,
    pub ridet: String,
    pub website: String,
}

/// What was typed, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub name: String,
    pub siret: Option<String>,
    pub rna: Option<String>,
    pub ridet: Option<String>,
    pub website: Option<String>,
}

impl Draft {
    /// All that is wrong at once, one message per field.
    pub fn parse(&self) -> Result<Identity> {
        let mut errors = Errors::default();
        let name = errors.check("name", text::line(&self.name, text::NAME_MAX));
        let mut optional = |field, typed: &str, parse: fn(&str) -> Result<String, identifier::Fault>| {
            (!typed.trim().is_empty()).then(|| errors.check(field, parse(typed))).flatten()
        };
        let siret = optional("siret", &self.siret, identifier::siret);
        let rna = optional("rna", &self.rna, identifier::rna);
        let ridet = optional("ridet", &self.ridet, identifier::ridet);
        let website = errors.check("website", website(&self.website)).flatten();
        errors.into_result()?;
        Ok(Identity { name: name.unwrap_or_default(), siret, rna, ridet, website })
    }
}

/// An address of the web, or nothing; only `http` and `https`, so that a link can never run a script.
fn website(typed: &str) -> Result<Option<String>, String> {
    let typed = text::optional_line(typed, 300).map_err(|fault| fault.to_string())?;
    match typed {
        None => Ok(None),
        Some(url) if (url.starts_with("https://") || url.starts_with("http://")) && !url.contains(' ') => Ok(Some(url)),
        Some(_) => Err("Une adresse de site commence par https://.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_of_a_form_is_told_at_once() {
        let draft = Draft {
            name: "é".repeat(300),
            siret: "123".into(),
            rna: "x".into(),
            ridet: "1".into(),
            website: "javascript:alert(1)".into(),
        };
        let Err(kernel::Error::Invalid(errors)) = draft.parse() else { panic!("the draft is wrong") };
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_ref()).collect();
        assert_eq!(fields, ["name", "siret", "rna", "ridet", "website"]);
    }

    #[test]
    fn an_organisation_without_number_is_fine() {
        let identity = Draft { name: "Collectif 🏠".into(), ..Draft::default() }.parse().unwrap();
        assert_eq!((identity.siret, identity.name.as_str()), (None, "Collectif 🏠"));
    }
}
