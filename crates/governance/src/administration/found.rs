//! Opening a governance from a model: the governance, the bodies that were kept, their colleges, and its first manager
//! with the invitation, in one act. Either all of it happens, or nothing.

use std::collections::BTreeMap;

use directory::TerritoryCode;
use directory::accounts::acts::Invitation;
use directory::accounts::model::Email;
use kernel::permission::{Reach, Role, RoleKind};
use kernel::{Capability, Context, Error, Errors, FixedClock, Id, PartialDate, Provenance, Result, Scope, text};
use store::Tx;

use super::models::{Model, ModelBody, Seated};
use crate::bodies::model::{CompositionRule, NewBody};
use crate::governances::model::{IdentityDraft, NewGovernance, State};
use crate::governances::store as reads;
use crate::members::model::College;
use crate::powers::model::NewPower;
use crate::{Governance, Tier, bodies, governances, members, powers};

/// A governance to open.
#[derive(Clone, Debug)]
pub struct Foundation {
    pub model: &'static Model,
    pub tier: Tier,
    pub name: String,
    pub territories: Vec<TerritoryCode>,
    /// The names of the territories, for the identity sheet.
    pub perimeter: String,
    pub parent: Option<Id<Governance>>,
    /// The keys of the bodies that were ticked.
    pub kept: Vec<String>,
    pub manager_name: String,
    pub manager_email: String,
    pub manager_function: String,
}

/// Opens it, in preparation; gives its address. `site` is the public address, for the links of the invitation.
///
/// # Errors
/// One message per wrong field: `name` (empty, taken), `territory`, `parent`, `tier`, `manager_name`, `manager_email`,
/// `manager_function`.
pub fn found(ctx: &Context<'_>, tx: &mut Tx<'_>, site: &str, new: &Foundation) -> Result<String> {
    match new.parent.filter(|_| new.tier == Tier::Local) {
        Some(parent) => ctx.require(Capability::OpenLocalNetwork, Scope::Governance(parent.uuid()))?,
        None => ctx.require(Capability::OpenGovernance, Scope::Platform)?,
    }
    check(tx, new)?;
    let slug = slug(new);
    let opened = governances::acts::open(ctx, tx, &governance(ctx, new, &slug));
    let id = opened.map_err(|error| renamed(error, &[("slug", "name"), ("territories", "territory")]))?;

    // Whoever opens a governance furnishes it in the same act, as its manager would; the power ends with the act.
    let (mut who, clock) = (ctx.who().clone(), FixedClock::at(ctx.now()));
    who.roles.push(Role::manager(id.uuid()));
    let inside = Context::new(&who, &clock, ctx.randomness());
    let mut colleges = BTreeMap::new();
    for body in new.model.bodies.iter().filter(|body| new.kept.contains(&body.key)) {
        for key in body.colleges() {
            if let Some(college) = new.model.colleges.iter().find(|college| college.key == key)
                && !colleges.contains_key(key)
            {
                let provenance = Provenance::entered();
                let created =
                    members::acts::create_college(&inside, tx, id, &college.name, &college.note, &provenance)?;
                colleges.insert(key, created);
            }
        }
        bodies::acts::create(&inside, tx, id, &new_body(body, &colleges))?;
    }
    let invitation = Invitation {
        email: new.manager_email.clone(),
        name: new.manager_name.clone(),
        function: new.manager_function.clone(),
        ..Invitation::default()
    };
    let power = NewPower { role: RoleKind::Manager, reach: Reach::Governance(id.uuid()), since: None, until: None };
    let names = [("email", "manager_email"), ("name", "manager_name"), ("function", "manager_function")];
    powers::acts::invite(&inside, tx, site, &invitation, &power).map_err(|error| renamed(error, &names))?;
    Ok(slug)
}

/// All that can be told before anything is written, so that the form shows its errors together.
fn check(tx: &mut Tx<'_>, new: &Foundation) -> Result<()> {
    let mut errors = Errors::default();
    errors.check("name", text::line(&new.name, text::NAME_MAX));
    if reads::head_by_slug(tx, &slug(new))?.is_some() {
        errors.add("name", "Une autre gouvernance a déjà ce nom : précisez le territoire.");
    }
    if !new.model.tiers.iter().any(|code| code.0 == new.tier) {
        errors.add("tier", "Ce modèle n'est pas fait pour cet échelon.");
    }
    if new.territories.is_empty() {
        errors.add("territory", "Donnez au moins un territoire.");
    }
    if let Some(parent) = new.parent {
        let closed = reads::head(tx, parent)?.is_some_and(|head| head.state == State::Closed);
        if closed {
            errors.add("parent", "Cette gouvernance est close : rien ne peut en dépendre.");
        }
    }
    errors.check("manager_name", text::line(&new.manager_name, text::NAME_MAX));
    errors.check("manager_email", Email::parse(&new.manager_email));
    errors.check("manager_function", text::optional_line(&new.manager_function, text::NAME_MAX));
    errors.into_result()
}

/// The part of the address: from the name, or from the territory when no letter of the name can stand in one.
fn slug(new: &Foundation) -> String {
    let short = |text: String| text.chars().take(80).collect::<String>().trim_matches('-').to_owned();
    match short(text::slug(&new.name)) {
        empty if empty.is_empty() => {
            let place = new.territories.first().map_or("", |code| code.as_str());
            short(text::slug(&format!("gouvernance {place}")))
        }
        slug => slug,
    }
}

fn governance(ctx: &Context<'_>, new: &Foundation, slug: &str) -> NewGovernance {
    let reason = match new.model.bodies.is_empty() {
        true => "Ouverture, sans modèle.".to_owned(),
        false => format!("Ouverture à partir du modèle « {} ».", new.model.title),
    };
    NewGovernance {
        slug: slug.to_owned(),
        tier: new.tier,
        identity: IdentityDraft {
            name: new.name.clone(),
            form: new.model.form.clone(),
            perimeter: new.perimeter.chars().take(300).collect(),
            ..IdentityDraft::default()
        },
        territories: new.territories.clone(),
        living_areas: Vec::new(),
        parent: new.parent,
        state: State::Preparation,
        state_since: Some(PartialDate::of_day(ctx.now().day())),
        state_reason: reason,
        provenance: Provenance::entered(),
    }
}

fn new_body(body: &ModelBody, colleges: &BTreeMap<&str, Id<College>>) -> NewBody {
    let rule = |seated: &Seated| match seated {
        Seated::All => Some(CompositionRule::All),
        Seated::CoLeads => Some(CompositionRule::CoLeads),
        Seated::Category(category) => Some(CompositionRule::Category(*category)),
        Seated::College(key) => colleges.get(key.as_str()).copied().map(CompositionRule::College),
    };
    NewBody {
        name: body.name.clone(),
        form: body.form.0,
        functions: body.functions.iter().map(|function| function.0).collect(),
        parent: None,
        declared: body.declared,
        upcoming: !body.declared,
        meetings_min: body.meetings_min,
        meetings_max: body.meetings_max,
        missions: body.missions.clone(),
        composition: body.composition.clone(),
        rules: body.composed_of.iter().filter_map(rule).collect(),
        voting_rule: body.voting(),
        college_votes: body
            .votes
            .iter()
            .filter_map(|(key, votes)| Some((*colleges.get(key.as_str())?, *votes)))
            .collect(),
        note: String::new(),
        provenance: Provenance::entered(),
    }
}

/// Errors of the acts inside, beside the fields of this form.
fn renamed(error: Error, names: &[(&str, &'static str)]) -> Error {
    let Error::Invalid(errors) = error else { return error };
    let mut out = Errors::default();
    for told in errors.iter() {
        match names.iter().find(|(inner, _)| told.field == *inner) {
            Some((_, field)) => out.add(*field, told.message.clone()),
            None => out.add(told.field.clone(), told.message.clone()),
        }
    }
    Error::Invalid(out)
}
