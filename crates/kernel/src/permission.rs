//! Who may do what: one function, asked on the first line of every act and of every read that is not public.
//!
//! A person holds *powers*: a role on a reach (the platform, a governance, a body of it, a member of it), from a day to
//! a day. They are read from the database for each request, so that a power ends with its mandate, at that moment, on
//! all nodes.

use std::fmt;

use uuid::Uuid;

use crate::coded;

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
    /// Maillage itself: what falls due without anybody asking (purge, end of a term).
    Clockwork,
}

impl Actor {
    /// The reference written in the register.
    pub fn reference(&self) -> String {
        match self {
            Self::Visitor => "visiteur".to_owned(),
            Self::Operator => "exploitant".to_owned(),
            Self::Demonstration => "demonstration".to_owned(),
            Self::Person(id) => format!("personne:{id}"),
            Self::Clockwork => "maillage".to_owned(),
        }
    }
}

coded! {
    /// The powers that a person may hold.
    pub enum RoleKind {
        Manager = "manager", "Gestionnaire";
        Secretariat = "secretariat", "Secrétariat";
        Animator = "animator", "Animation";
        Representative = "representative", "Représentation, titulaire";
        Deputy = "deputy", "Représentation, suppléance";
        SupportTeam = "support_team", "Équipe d'appui";
        Hub = "hub", "Hub territorial";
        Region = "region", "Région";
        Coordinator = "coordinator", "Coordination des conseillers";
        Financer = "financer", "Financement";
        Moderator = "moderator", "Modération";
        NationalTeam = "national_team", "Équipe nationale";
        Operator = "operator", "Exploitation";
    }
}

/// On what a role is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reach {
    Platform,
    Governance(Uuid),
    Body { governance: Uuid, body: Uuid },
    Member { governance: Uuid, member: Uuid },
}

impl Reach {
    pub fn governance(self) -> Option<Uuid> {
        match self {
            Self::Platform => None,
            Self::Governance(governance) | Self::Body { governance, .. } | Self::Member { governance, .. } => {
                Some(governance)
            }
        }
    }

    /// True when what is held on `self` counts on `scope`: upon itself and upon what is inside.
    pub fn covers(self, scope: Scope) -> bool {
        match self {
            Self::Platform => true,
            Self::Governance(held) => scope.governance() == Some(held),
            Self::Body { body: held, .. } => matches!(scope, Scope::Body { body, .. } if body == held),
            Self::Member { member: held, .. } => matches!(scope, Scope::Member { member, .. } if member == held),
        }
    }
}

impl RoleKind {
    /// The kinds of reach on which the role may be held.
    pub fn fits(self, reach: Reach) -> bool {
        match self {
            Self::Manager
            | Self::Secretariat
            | Self::SupportTeam
            | Self::Hub
            | Self::Region
            | Self::Coordinator
            | Self::Financer => matches!(reach, Reach::Governance(_)),
            Self::Moderator => matches!(reach, Reach::Governance(_) | Reach::Platform),
            Self::Animator => matches!(reach, Reach::Body { .. }),
            Self::Representative | Self::Deputy => matches!(reach, Reach::Member { .. }),
            Self::NationalTeam | Self::Operator => reach == Reach::Platform,
        }
    }
}

/// A power that somebody holds now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    pub kind: RoleKind,
    pub reach: Reach,
}

impl Role {
    pub fn new(kind: RoleKind, reach: Reach) -> Self {
        Self { kind, reach }
    }

    pub fn manager(governance: Uuid) -> Self {
        Self::new(RoleKind::Manager, Reach::Governance(governance))
    }

    pub fn national_team() -> Self {
        Self::new(RoleKind::NationalTeam, Reach::Platform)
    }

    pub fn operator() -> Self {
        Self::new(RoleKind::Operator, Reach::Platform)
    }
}

/// An actor with the powers held at this instant.
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

    /// The command line: every power.
    pub fn operator() -> Self {
        Self { actor: Actor::Operator, organisation: None, roles: Vec::new() }
    }

    pub fn demonstration() -> Self {
        Self { actor: Actor::Demonstration, organisation: None, roles: Vec::new() }
    }

    /// Maillage itself, for what falls due.
    pub fn clockwork() -> Self {
        Self { actor: Actor::Clockwork, organisation: None, roles: Vec::new() }
    }

    pub fn person(id: Uuid, organisation: Option<String>, roles: Vec<Role>) -> Self {
        Self { actor: Actor::Person(id), organisation, roles }
    }

    /// The signed-in person, if it is one.
    pub fn person_id(&self) -> Option<Uuid> {
        match self.actor {
            Actor::Person(id) => Some(id),
            _ => None,
        }
    }

    pub fn may(&self, capability: Capability, scope: Scope) -> bool {
        decide(self, capability, scope).is_ok()
    }
}

coded! {
    /// What an act or a closed page needs to be allowed.
    pub enum Capability {
        ManageTerritories = "manage_territories", "Charger les territoires de référence, définir des territoires libres";
        CreateOrganisation = "create_organisation", "Enregistrer une structure";
        CorrectOrganisation = "correct_organisation", "Corriger l'identité d'une structure";
        MergeOrganisations = "merge_organisations", "Fusionner deux structures, revenir en arrière";
        OpenGovernance = "open_governance", "Ouvrir une gouvernance";
        OpenLocalNetwork = "open_local_network", "Ouvrir un réseau local";
        ManageGovernance = "manage_governance", "Administrer une gouvernance : identité, membres, instances, conventions";
        ManageBody = "manage_body", "Préparer et animer une instance";
        GivePowers = "give_powers", "Inviter, donner et retirer des pouvoirs dans une gouvernance";
        AppointManagers = "appoint_managers", "Nommer les gestionnaires d'une gouvernance";
        SeePowers = "see_powers", "Voir qui détient quel pouvoir et depuis quand";
        SeePrivateNote = "see_private_note", "Lire la note privée des gestionnaires";
        SpeakForMember = "speak_for_member", "Parler au nom d'un membre";
        DeclareCriterion = "declare_criterion", "Déclarer un critère du cadre minimum, avec sa preuve";
        DefineFramework = "define_framework", "Définir le cadre minimum de gouvernance";
        Moderate = "moderate", "Modérer";
        HandleFunding = "handle_funding", "Suivre les financements";
        ManagePlatform = "manage_platform", "Administrer la plateforme : équipe nationale, comptes, courriels, réglages";
        ApplyForMembership = "apply_for_membership", "Demander l'entrée d'une structure dans une gouvernance";
        OwnAccount = "own_account", "Gérer son compte et ses données";
    }
}

/// Where it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The whole platform.
    Platform,
    /// One governance and what belongs to it.
    Governance(Uuid),
    /// A body of a governance.
    Body { governance: Uuid, body: Uuid },
    /// A member of a governance.
    Member { governance: Uuid, member: Uuid },
}

impl Scope {
    pub fn governance(self) -> Option<Uuid> {
        match self {
            Self::Platform => None,
            Self::Governance(governance) | Self::Body { governance, .. } | Self::Member { governance, .. } => {
                Some(governance)
            }
        }
    }
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    SignIn,
    NotYourGovernance,
    NotYourBody,
    NotYourMember,
    NationalTeamOnly,
    NobodyHere,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignIn => "Il faut se connecter pour faire cela.",
            Self::NotYourGovernance => "Seuls les gestionnaires de cette gouvernance peuvent faire cela.",
            Self::NotYourBody => "Seuls l'animation de cette instance et les gestionnaires peuvent faire cela.",
            Self::NotYourMember => "Seules les personnes qui représentent cette structure peuvent faire cela.",
            Self::NationalTeamOnly => "Seule l'équipe nationale peut faire cela.",
            Self::NobodyHere => "Aucun de vos pouvoirs ne permet de faire cela.",
        })
    }
}

/// The roles that open a capability, and what is said to those who hold none of them. An empty list: any signed-in
/// person.
fn opened_by(capability: Capability) -> (&'static [RoleKind], Refusal) {
    use Capability as C;
    use RoleKind as R;
    match capability {
        C::ManageTerritories | C::OpenGovernance | C::MergeOrganisations | C::CorrectOrganisation => {
            (&[R::NationalTeam], Refusal::NationalTeamOnly)
        }
        C::DefineFramework => (&[R::NationalTeam], Refusal::NationalTeamOnly),
        C::ManagePlatform => (&[R::NationalTeam, R::Operator], Refusal::NationalTeamOnly),
        C::CreateOrganisation => (&[R::Manager, R::Secretariat, R::NationalTeam], Refusal::NobodyHere),
        C::ManageGovernance | C::DeclareCriterion => (&[R::Manager], Refusal::NotYourGovernance),
        C::OpenLocalNetwork => (&[R::Manager, R::NationalTeam], Refusal::NotYourGovernance),
        C::GivePowers => (&[R::Manager], Refusal::NotYourGovernance),
        C::AppointManagers => (&[R::Manager, R::NationalTeam], Refusal::NotYourGovernance),
        C::SeePowers => (&[R::Manager, R::Secretariat, R::NationalTeam], Refusal::NotYourGovernance),
        C::SeePrivateNote => (&[R::Manager, R::Secretariat], Refusal::NotYourGovernance),
        C::ManageBody => (&[R::Manager, R::Secretariat, R::Animator], Refusal::NotYourBody),
        C::SpeakForMember => (&[R::Representative, R::Deputy, R::Secretariat], Refusal::NotYourMember),
        C::Moderate => (&[R::Moderator, R::NationalTeam], Refusal::NobodyHere),
        C::HandleFunding => (&[R::Manager, R::Financer], Refusal::NotYourGovernance),
        C::ApplyForMembership | C::OwnAccount => (&[], Refusal::SignIn),
    }
}

/// The one policy: may `who` use `capability` on `scope`?
pub fn decide(who: &Who, capability: Capability, scope: Scope) -> Result<(), Refusal> {
    match who.actor {
        // The command line is run by whoever holds the server.
        Actor::Operator | Actor::Demonstration | Actor::Clockwork => return Ok(()),
        Actor::Visitor => return Err(Refusal::SignIn),
        Actor::Person(_) => {}
    }
    let (kinds, refusal) = opened_by(capability);
    if kinds.is_empty() {
        return Ok(());
    }
    // To enter an organisation is the one thing that a role somewhere allows everywhere.
    let anywhere = capability == Capability::CreateOrganisation;
    let opens = |role: &Role| kinds.contains(&role.kind) && (anywhere || role.reach.covers(scope));
    if who.roles.iter().any(opens) { Ok(()) } else { Err(refusal) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coded::Coded as _;
    use proptest::prelude::*;

    const HERE: Uuid = Uuid::from_u128(1);
    const ELSEWHERE: Uuid = Uuid::from_u128(2);
    const BODY: Uuid = Uuid::from_u128(3);
    const OTHER_BODY: Uuid = Uuid::from_u128(4);
    const MEMBER: Uuid = Uuid::from_u128(5);
    const OTHER_MEMBER: Uuid = Uuid::from_u128(6);

    fn holding(role: Role) -> Who {
        Who::person(Uuid::from_u128(9), None, vec![role])
    }

    /// The reach that belongs to `HERE` and fits the role.
    fn reach_here(kind: RoleKind) -> Reach {
        let all = [
            Reach::Governance(HERE),
            Reach::Body { governance: HERE, body: BODY },
            Reach::Member { governance: HERE, member: MEMBER },
            Reach::Platform,
        ];
        all.into_iter().find(|reach| kind.fits(*reach)).unwrap()
    }

    /// Written out by hand, a line a role: what it opens at home. The function must say exactly this.
    #[test]
    fn the_table_of_powers() {
        use Capability::*;
        let table: &[(RoleKind, &[Capability])] = &[
            (
                RoleKind::Manager,
                &[
                    CreateOrganisation,
                    OpenLocalNetwork,
                    ManageGovernance,
                    ManageBody,
                    GivePowers,
                    AppointManagers,
                    SeePowers,
                    SeePrivateNote,
                    DeclareCriterion,
                    HandleFunding,
                ],
            ),
            (RoleKind::Secretariat, &[CreateOrganisation, ManageBody, SeePowers, SeePrivateNote, SpeakForMember]),
            (RoleKind::Animator, &[ManageBody]),
            (RoleKind::Representative, &[SpeakForMember]),
            (RoleKind::Deputy, &[SpeakForMember]),
            (RoleKind::SupportTeam, &[]),
            (RoleKind::Hub, &[]),
            (RoleKind::Region, &[]),
            (RoleKind::Coordinator, &[]),
            (RoleKind::Financer, &[HandleFunding]),
            (RoleKind::Moderator, &[Moderate]),
            (
                RoleKind::NationalTeam,
                &[
                    ManageTerritories,
                    CreateOrganisation,
                    CorrectOrganisation,
                    MergeOrganisations,
                    OpenGovernance,
                    OpenLocalNetwork,
                    AppointManagers,
                    SeePowers,
                    DefineFramework,
                    Moderate,
                    ManagePlatform,
                ],
            ),
            (RoleKind::Operator, &[ManagePlatform]),
        ];
        assert_eq!(table.len(), RoleKind::ALL.len());
        for (kind, opened) in table {
            let who = holding(Role::new(*kind, reach_here(*kind)));
            for capability in Capability::ALL {
                let at_home = match capability {
                    ManageBody => Scope::Body { governance: HERE, body: BODY },
                    SpeakForMember => Scope::Member { governance: HERE, member: MEMBER },
                    _ => Scope::Governance(HERE),
                };
                let everyone = matches!(capability, ApplyForMembership | OwnAccount);
                let expected = everyone || opened.contains(capability);
                assert_eq!(who.may(*capability, at_home), expected, "{kind:?} {capability:?}");
            }
        }
    }

    #[test]
    fn a_visitor_may_write_nothing_at_all_and_the_command_line_everything() {
        for capability in Capability::ALL {
            for scope in [Scope::Platform, Scope::Governance(HERE)] {
                assert_eq!(decide(&Who::visitor(), *capability, scope), Err(Refusal::SignIn));
                assert_eq!(decide(&Who::operator(), *capability, scope), Ok(()));
            }
        }
    }

    #[test]
    fn powers_stop_at_the_border_of_their_reach() {
        let animator = holding(Role::new(RoleKind::Animator, Reach::Body { governance: HERE, body: BODY }));
        assert!(animator.may(Capability::ManageBody, Scope::Body { governance: HERE, body: BODY }));
        assert!(!animator.may(Capability::ManageBody, Scope::Body { governance: HERE, body: OTHER_BODY }));
        assert!(!animator.may(Capability::ManageBody, Scope::Governance(HERE)));
        let deputy = holding(Role::new(RoleKind::Deputy, Reach::Member { governance: HERE, member: MEMBER }));
        assert!(!deputy.may(Capability::SpeakForMember, Scope::Member { governance: HERE, member: OTHER_MEMBER }));
        assert_eq!(
            decide(&holding(Role::manager(HERE)), Capability::ManageGovernance, Scope::Governance(ELSEWHERE)),
            Err(Refusal::NotYourGovernance)
        );
    }

    proptest! {
        /// Nothing held in one governance, whatever the role, opens anything in another one, but to enter an
        /// organisation and what any signed-in person may do.
        #[test]
        fn no_power_leaks_into_another_territory(kind in 0..RoleKind::ALL.len(), capability in 0..Capability::ALL.len(), body: bool) {
            let (kind, capability) = (RoleKind::ALL[kind], Capability::ALL[capability]);
            let reach = reach_here(kind);
            prop_assume!(reach != Reach::Platform);
            let scope = if body { Scope::Body { governance: ELSEWHERE, body: OTHER_BODY } } else { Scope::Governance(ELSEWHERE) };
            let open_to_all = matches!(
                capability,
                Capability::CreateOrganisation | Capability::ApplyForMembership | Capability::OwnAccount
            );
            prop_assume!(!open_to_all);
            let who = holding(Role::new(kind, reach));
            prop_assert!(!who.may(capability, scope));
            prop_assert!(!who.may(capability, Scope::Platform));
        }
    }
}
