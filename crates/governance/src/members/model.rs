//! The rules of membership.

use directory::Organisation;
use kernel::{Id, PartialDate, Provenance, coded};

coded! {
    /// What a member is in its governance.
    pub enum MemberCategory {
        State = "state", "État";
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
        ElectedAssociation = "elected_association", "Association d'élus";
        UserAssociation = "user_association", "Association d'usagers";
        Hub = "hub", "Hub territorial";
        ThirdPlace = "third_place", "Tiers-lieu";
        Company = "company", "Entreprise";
        SocialLandlord = "social_landlord", "Bailleur social";
        Chamber = "chamber", "Chambre consulaire";
        Research = "research", "Recherche";
        CitizenGroup = "citizen_group", "Groupe de citoyens";
        ProfessionalNetwork = "professional_network", "Réseau professionnel";
        Other = "other", "Autre";
    }
}

impl MemberCategory {
    /// Local authorities and their groupings: with one of them as co-lead, the governance is « co-portée »
    /// (government instruction of 28 July 2023).
    pub fn is_local_authority(self) -> bool {
        matches!(
            self,
            Self::Region | Self::Departement | Self::Epci | Self::Commune | Self::MixedSyndicate | Self::Ccas
        )
    }

    /// Who may co-lead: the State's local service and local authorities or their groupings.
    pub fn may_co_lead(self) -> bool {
        self == Self::State || self.is_local_authority()
    }
}

coded! {
    pub enum MemberState {
        Candidate = "candidate", "Candidat";
        Admitted = "admitted", "Membre";
        Withdrawn = "withdrawn", "Retiré";
    }
}

impl MemberState {
    /// The label behind a count.
    pub fn counted(self, count: i64) -> &'static str {
        match (self, count) {
            (_, 0 | 1) => kernel::coded::Coded::label(self),
            (Self::Candidate, _) => "Candidats",
            (Self::Admitted, _) => "Membres",
            (Self::Withdrawn, _) => "Retirés",
        }
    }

    /// Candidate → admitted → withdrawn; who has withdrawn may come back, as a candidate or at once.
    pub fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Candidate, Self::Admitted | Self::Withdrawn)
                | (Self::Admitted, Self::Withdrawn)
                | (Self::Withdrawn, Self::Candidate | Self::Admitted)
        )
    }
}

coded! {
    /// The degree of involvement that a member chose for itself. It is never a reproach: an observer is never late.
    pub enum Involvement {
        Leads = "leads", "Anime ou pilote";
        Contributes = "contributes", "Contribue";
        Observes = "observes", "Observe";
    }
}

coded! {
    pub enum CoLead {
        Proposed = "proposed", "Co-porteur proposé";
        Designated = "designated", "Co-porteur";
    }
}

/// An organisation in a governance.
#[derive(Clone, Debug)]
pub struct Member {
    pub id: Id<Member>,
    pub organisation: Id<Organisation>,
    pub name: String,
    pub category: MemberCategory,
    pub college: Option<String>,
    pub state: MemberState,
    pub involvement: Involvement,
    pub co_lead: Option<CoLead>,
    pub co_lead_since: Option<PartialDate>,
    pub since: Option<PartialDate>,
    pub until: Option<PartialDate>,
    pub note: String,
    pub provenance: Provenance,
    /// Counted up by each correction.
    pub version: i64,
    /// A candidate that was not admitted.
    pub refused: bool,
    pub college_id: Option<Id<College>>,
}

impl Member {
    /// « Candidat », « Candidature refusée »: the state, as managers see it.
    pub fn standing(&self) -> &'static str {
        if self.refused { "Candidature refusée" } else { kernel::coded::Coded::label(self.state) }
    }

    /// « 2018 », « 2018 – 2024 », « jusqu'à 2024 », or nothing.
    pub fn period(&self) -> String {
        match (self.since, self.until) {
            (Some(since), None) => since.french(),
            (Some(since), Some(until)) => format!("{} – {}", since.french(), until.french()),
            (None, Some(until)) => format!("jusqu'à {}", until.french()),
            (None, None) => String::new(),
        }
    }
}

/// A stakeholder college.
#[derive(Clone, Debug)]
pub struct College {
    pub id: Id<College>,
    pub name: String,
    pub note: String,
    pub provenance: Provenance,
}

/// An organisation that a member represents by standing mandate.
#[derive(Clone, Debug)]
pub struct StandingMandate {
    pub id: Id<StandingMandate>,
    pub holder: Id<Member>,
    pub holder_name: String,
    pub represented: Id<Organisation>,
    pub represented_name: String,
    pub since: Option<PartialDate>,
    pub until: Option<PartialDate>,
    pub note: String,
    pub provenance: Provenance,
}

/// One answer to « co-portée ? »: at least one local authority or grouping is a designated co-lead. Without one the
/// State carries the governance alone.
pub fn is_co_led(co_leads: impl IntoIterator<Item = (MemberCategory, CoLead)>) -> bool {
    co_leads.into_iter().any(|(category, co_lead)| category.is_local_authority() && co_lead == CoLead::Designated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::coded::Coded as _;

    #[test]
    fn who_has_withdrawn_may_come_back() {
        use MemberState::*;
        assert!(Withdrawn.may_become(Candidate) && Withdrawn.may_become(Admitted));
        assert!(!Admitted.may_become(Candidate) && !Candidate.may_become(Candidate));
    }

    #[test]
    fn a_governance_is_co_led_by_a_designated_authority_only() {
        use CoLead::*;
        assert!(!is_co_led([(MemberCategory::State, Designated), (MemberCategory::Departement, Proposed)]));
        assert!(is_co_led([(MemberCategory::MixedSyndicate, Designated)]));
        assert!(!is_co_led([]));
        for category in MemberCategory::ALL {
            assert_eq!(is_co_led([(*category, Designated)]), category.is_local_authority());
        }
    }
}
