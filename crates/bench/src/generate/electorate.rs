//! A governance of many structures, each with somebody who votes for it from an open session.

use directory::accounts::acts::{NewPersona, create_persona};
use directory::accounts::sessions::{self, Method};
use directory::organisations::acts::{NewOrganisation, create};
use directory::organisations::model::Draft;
use directory::{OrganisationKind, TerritoryCode};
use governance::Governance;
use governance::bodies::acts as bodies;
use governance::bodies::model::{BodyForm, BodyFunction, CompositionRule, NewBody, VotingRule};
use governance::governances::model::{IdentityDraft, NewGovernance, State, Tier};
use governance::members::acts::{Application, admit, apply, create_college};
use governance::members::model::{Involvement, Member, MemberCategory};
use governance::powers::acts::give;
use governance::powers::model::NewPower;
use kernel::permission::{Reach, RoleKind};
use kernel::{Context, Id, Provenance, Result, SystemClock, SystemRandomness, Who};
use maillage::SCHEMA;
use store::{DatabaseUrl, Store, Tx, instance};
use tokio::runtime::Handle;

pub const SLUG: &str = "reseau-qui-vote";
/// Structures entered in one transaction.
const TOGETHER: usize = 250;

/// Who votes, and who animates.
pub struct Electorate {
    /// Each member with the cookie of the person who votes for it: those of the small body first.
    pub voters: Vec<(Id<Member>, String)>,
    /// The cookie of the person who manages.
    pub manager: String,
    /// Addresses of the bodies in which the first voters sit, and all.
    pub few: String,
    pub all: String,
}

/// Fills an empty database; `few` of the `all` structures have a body of their own.
pub fn electorate(url: &DatabaseUrl, few: usize, all: usize) -> Result<Electorate> {
    let store = Store::open(url, 2)?;
    store.migrate(SCHEMA, &SystemClock)?;
    let (governance, manager) = store.write_blocking(|tx| {
        with_context(|ctx| {
            instance::create(ctx, tx, true)?;
            directory::territories::acts::load_reference(ctx, tx)?;
            let governance = governance::governances::acts::open(ctx, tx, &governance_of_many())?;
            let reach = Reach::Governance(governance.uuid());
            Ok((governance, person(ctx, tx, "gestion", RoleKind::Manager, reach)?))
        })
    })?;
    let (college, few_slug, all_slug) = store.write_blocking(move |tx| {
        with_context(|ctx| {
            let college = create_college(ctx, tx, governance, "Collège restreint", "", &Provenance::fictitious())?;
            let few = body(ctx, tx, governance, "Assemblée restreinte", CompositionRule::College(college))?;
            let all = body(ctx, tx, governance, "Assemblée entière", CompositionRule::All)?;
            Ok((college, few, all))
        })
    })?;
    let mut voters = Vec::with_capacity(all);
    for first in (0..all).step_by(TOGETHER) {
        let enter = move |tx: &mut Tx<'_>| {
            with_context(|ctx| {
                let enter = |number| voter(ctx, tx, governance, (number < few).then_some(college), number);
                (first..(first + TOGETHER).min(all)).map(enter).collect::<Result<Vec<_>>>()
            })
        };
        voters.extend(store.write_blocking(enter)?);
    }
    Handle::current().block_on(store.settle());
    Ok(Electorate { voters, manager, few: few_slug, all: all_slug })
}

fn with_context<T>(act: impl FnOnce(&Context<'_>) -> Result<T>) -> Result<T> {
    let who = Who::operator();
    act(&Context::new(&who, &SystemClock, &SystemRandomness))
}

fn governance_of_many() -> NewGovernance {
    NewGovernance {
        slug: SLUG.to_owned(),
        tier: Tier::Intermediate,
        identity: IdentityDraft { name: "Réseau qui vote".to_owned(), ..IdentityDraft::default() },
        territories: vec![TerritoryCode::departement("85")],
        living_areas: Vec::new(),
        parent: None,
        state: State::Installed,
        state_since: None,
        state_reason: "Un jeu de données engendré pour les mesures.".to_owned(),
        provenance: Provenance::fictitious(),
    }
}

/// Gives the address of the body.
fn body(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    name: &str,
    rule: CompositionRule,
) -> Result<String> {
    let new = NewBody {
        name: name.to_owned(),
        form: BodyForm::Plenary,
        functions: vec![BodyFunction::Strategic],
        parent: None,
        declared: false,
        upcoming: false,
        meetings_min: None,
        meetings_max: None,
        missions: Vec::new(),
        composition: "Une voix par structure".to_owned(),
        rules: vec![rule],
        voting_rule: VotingRule::OnePerStructure,
        college_votes: Vec::new(),
        note: String::new(),
        provenance: Provenance::fictitious(),
    };
    let id = bodies::create(ctx, tx, governance, &new)?;
    tx.get("select slug from body where id = $1", store::params![id], |row| row.get(0))
}

/// Somebody with a power and an open session; gives their cookie, under the name that browsers know it by over plain HTTP.
fn person(ctx: &Context<'_>, tx: &mut Tx<'_>, name: &str, role: RoleKind, reach: Reach) -> Result<String> {
    let new = NewPersona {
        name: format!("Personne du banc ({name})"),
        function: "Représentation".to_owned(),
        organisation: None,
        sees: String::new(),
        email: format!("{name}@banc.exemple.fr"),
    };
    let person = create_persona(ctx, tx, &new)?;
    give(ctx, tx, person, &NewPower { role, reach, since: None, until: None })?;
    let token = sessions::open(ctx, tx, person, Method::Persona, "Banc", None, false)?;
    Ok(format!("maillage={}", token.0))
}

fn voter(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    college: Option<Id<governance::members::model::College>>,
    number: usize,
) -> Result<(Id<Member>, String)> {
    let new = NewOrganisation {
        draft: Draft { name: format!("Structure n° {number:04}"), ..Draft::default() },
        kind: OrganisationKind::Association,
        seat: None,
        provenance: Provenance::fictitious(),
        distinct: false,
    };
    let organisation = create(ctx, tx, &new)?;
    let application = Application {
        organisation,
        category: MemberCategory::Association,
        college,
        involvement: Involvement::Contributes,
        note: String::new(),
        provenance: Provenance::fictitious(),
    };
    let member = apply(ctx, tx, governance, &application)?;
    admit(ctx, tx, member, None)?;
    let reach = Reach::Member { governance: governance.uuid(), member: member.uuid() };
    Ok((member, person(ctx, tx, &format!("voix-{number}"), RoleKind::Representative, reach)?))
}
