//! Who may do what: one function, asked on the first line of every act.

use std::fmt;

use uuid::Uuid;

/// Who acts, as the register writes it. Persons are referenced, never named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who has not signed in.
    Visitor,
    /// Whoever runs the command line on the server.
    Operator,
    /// The loader of the demonstration data.
    Demonstration,
    /// A signed-in person.
    Person(Uuid),
}

impl Actor {
    /// The reference written in the register.
    pub fn reference(&self) -> String {
        match self {
            Self::Visitor => "visiteur".to_owned(),
            Self::Operator => "exploitant".to_owned(),
            Self::Demonstration => "demonstration".to_owned(),
            Self::Person(id) => format!("personne:{id}"),
        }
    }
}

/// A power that somebody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// Runs the server; holds every power on what the command line does.
    Operator,
    /// The national team: the national tier, the reference data, the opening of governances.
    NationalTeam,
    /// Manages one governance (préfecture, co-leads).
    Manager(Uuid),
}

/// An actor with the roles held at this instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    pub actor: Actor,
    /// The organisation for which the person acts, as the register writes it.
    pub organisation: Option<String>,
    pub roles: Vec<Role>,
}

impl Who {
    pub fn visitor() -> Self {
        Self { actor: Actor::Visitor, organisation: None, roles: Vec::new() }
    }

    pub fn operator() -> Self {
        Self { actor: Actor::Operator, organisation: None, roles: vec![Role::Operator] }
    }

    pub fn demonstration() -> Self {
        Self { actor: Actor::Demonstration, organisation: None, roles: vec![Role::Operator] }
    }
}

/// What an act needs to be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Capability {
    /// Load or renew the reference territories, define free territories.
    ManageTerritories,
    /// Create an organisation, correct its identity.
    ManageOrganisations,
    /// Open a governance.
    OpenGovernance,
    /// Everything inside one governance: its identity, members, bodies, agreements, its state.
    ManageGovernance,
}

impl Capability {
    pub const ALL: [Self; 4] =
        [Self::ManageTerritories, Self::ManageOrganisations, Self::OpenGovernance, Self::ManageGovernance];
}

/// Where it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The whole platform.
    Platform,
    /// One governance and what belongs to it.
    Governance(Uuid),
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    SignIn,
    NotYourGovernance,
    NationalTeamOnly,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignIn => "Il faut se connecter pour faire cela.",
            Self::NotYourGovernance => "Seuls les gestionnaires de cette gouvernance peuvent faire cela.",
            Self::NationalTeamOnly => "Seule l'équipe nationale peut faire cela.",
        })
    }
}

/// The one policy: may `who` use `capability` on `scope`?
pub fn decide(who: &Who, capability: Capability, scope: Scope) -> Result<(), Refusal> {
    let holds = |role: &Role| who.roles.contains(role);
    if holds(&Role::Operator) {
        return Ok(());
    }
    if who.roles.is_empty() {
        return Err(Refusal::SignIn);
    }
    match (capability, scope) {
        (Capability::ManageTerritories | Capability::OpenGovernance, _) => {
            if holds(&Role::NationalTeam) {
                Ok(())
            } else {
                Err(Refusal::NationalTeamOnly)
            }
        }
        // Managers create the organisations that they admit.
        (Capability::ManageOrganisations, _) => Ok(()),
        (Capability::ManageGovernance, Scope::Governance(id)) => {
            if holds(&Role::Manager(id)) {
                Ok(())
            } else {
                Err(Refusal::NotYourGovernance)
            }
        }
        (Capability::ManageGovernance, Scope::Platform) => Err(Refusal::NotYourGovernance),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Uuid = Uuid::from_u128(1);
    const ELSEWHERE: Uuid = Uuid::from_u128(2);

    fn holding(role: Role) -> Who {
        Who { actor: Actor::Person(Uuid::from_u128(9)), organisation: None, roles: vec![role] }
    }

    #[test]
    fn the_table_of_powers() {
        use Capability::*;
        use Refusal::*;
        let cases: &[(Who, Capability, Scope, Result<(), Refusal>)] = &[
            (Who::visitor(), ManageGovernance, Scope::Governance(HERE), Err(SignIn)),
            (Who::visitor(), ManageOrganisations, Scope::Platform, Err(SignIn)),
            (holding(Role::Manager(HERE)), ManageGovernance, Scope::Governance(HERE), Ok(())),
            (holding(Role::Manager(HERE)), ManageGovernance, Scope::Governance(ELSEWHERE), Err(NotYourGovernance)),
            (holding(Role::Manager(HERE)), OpenGovernance, Scope::Platform, Err(NationalTeamOnly)),
            (holding(Role::Manager(HERE)), ManageOrganisations, Scope::Platform, Ok(())),
            (holding(Role::NationalTeam), OpenGovernance, Scope::Platform, Ok(())),
            (holding(Role::NationalTeam), ManageTerritories, Scope::Platform, Ok(())),
            (holding(Role::NationalTeam), ManageGovernance, Scope::Governance(HERE), Err(NotYourGovernance)),
            (Who::operator(), ManageGovernance, Scope::Governance(HERE), Ok(())),
        ];
        for (who, capability, scope, expected) in cases {
            assert_eq!(decide(who, *capability, *scope), *expected, "{who:?} {capability:?} {scope:?}");
        }
    }

    #[test]
    fn a_visitor_may_write_nothing_at_all() {
        for capability in Capability::ALL {
            for scope in [Scope::Platform, Scope::Governance(HERE)] {
                assert_eq!(decide(&Who::visitor(), capability, scope), Err(Refusal::SignIn));
            }
        }
    }
}
