//! A power as its list shows it, and who may give which.

use directory::Person;
use kernel::permission::{Reach, RoleKind};
use kernel::{Capability, Id, PartialDate, Scope};

/// A power given to somebody.
#[derive(Clone, Debug)]
pub struct Power {
    pub id: Id<Power>,
    pub person: Id<Person>,
    pub name: String,
    pub function: String,
    pub role: RoleKind,
    pub reach: Reach,
    /// « COPIN64 », « MSA »: what it is held on, inside the governance.
    pub on: Option<String>,
    pub since: Option<PartialDate>,
    pub until: Option<PartialDate>,
    /// False while the invitation has not been accepted.
    pub account_is_open: bool,
    pub ended: bool,
}

impl Power {
    /// « depuis le 3 mars 2026, jusqu'au 2 mars 2027 ».
    pub fn period(&self) -> String {
        let since = self.since.map(|date| date.french_since()).unwrap_or_default();
        match self.until {
            Some(until) => format!("{since}, jusqu'au {}", until.french()),
            None => since,
        }
    }
}

/// What one must be allowed to do to give or end a power.
pub fn needed(role: RoleKind, reach: Reach) -> (Capability, Scope) {
    match (role, reach.governance()) {
        (RoleKind::NationalTeam | RoleKind::Operator, _) | (_, None) => (Capability::ManagePlatform, Scope::Platform),
        (RoleKind::Manager, Some(governance)) => (Capability::AppointManagers, Scope::Governance(governance)),
        (_, Some(governance)) => (Capability::GivePowers, Scope::Governance(governance)),
    }
}

/// A power to give.
#[derive(Clone, Debug)]
pub struct NewPower {
    pub role: RoleKind,
    pub reach: Reach,
    pub since: Option<PartialDate>,
    pub until: Option<PartialDate>,
}
