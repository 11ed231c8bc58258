//! Opening a governance, describing it, changing its state.

use directory::{TerritoryKind, territories};
use kernel::coded::Coded as _;
use kernel::register::Act;
use kernel::{Capability, Context, Error, Errors, Id, PartialDate, Result, Scope, text};
use store::{Tx, Value, params, versions};

use super::model::{Governance, IdentityDraft, NewGovernance, State, StateChange, Tier, is_slug};
use super::store as reads;

/// The subject of register entries about a governance.
pub fn subject(id: Id<Governance>) -> String {
    format!("gouvernance:{id}")
}

/// Opens a governance; gives its identifier.
///
/// # Errors
/// One message per wrong field: `slug` (shape, taken), `name`, `territories` (none, unknown), `parent` (a tier that is
/// not above), `state_reason`…
pub fn open(ctx: &Context<'_>, tx: &mut Tx<'_>, new: &NewGovernance) -> Result<Id<Governance>> {
    match new.parent.filter(|_| new.tier == Tier::Local) {
        Some(parent) => ctx.require(Capability::OpenLocalNetwork, Scope::Governance(parent.uuid()))?,
        None => ctx.require(Capability::OpenGovernance, Scope::Platform)?,
    }
    let mut errors = Errors::default();
    let slug = if new.slug.is_empty() { text::slug(&new.identity.name) } else { new.slug.clone() };
    if !is_slug(&slug) {
        errors.add("slug", "L'adresse ne contient que des lettres sans accent, des chiffres et des tirets.");
    }
    let reason = errors.check("state_reason", text::line(&new.state_reason, 600)).unwrap_or_default();
    if new.territories.is_empty() {
        errors.add("territories", "Choisissez au moins un territoire.");
    }
    let mut regions_and_departements = (None, None);
    for (field, code) in new
        .territories
        .iter()
        .map(|code| ("territories", code))
        .chain(new.living_areas.iter().map(|code| ("living_areas", code)))
    {
        match territories::store::find(tx, code)? {
            None => errors.add(field, format!("Territoire inconnu : {code}.")),
            Some(found) if field == "territories" && regions_and_departements == (None, None) => {
                regions_and_departements = match found.kind {
                    TerritoryKind::Country => (None, None),
                    TerritoryKind::Region => (Some(found.code), None),
                    TerritoryKind::Departement | TerritoryKind::Collectivity => (found.region, Some(found.code)),
                    _ => (found.region, found.departement),
                };
            }
            Some(_) => {}
        }
    }
    if let Some(parent) = new.parent {
        match reads::head(tx, parent)? {
            Some(parent) if new.tier.may_depend_on(parent.tier) => {}
            Some(_) => errors.add("parent", "Une gouvernance dépend d'un échelon plus large que le sien."),
            None => errors.add("parent", "Cette gouvernance n'existe pas."),
        }
    }
    if !errors.is_empty() {
        // The identity's own errors are told with these.
        if let Err(Error::Invalid(more)) = new.identity.parse() {
            more.iter().for_each(|error| errors.add(error.field.clone(), error.message.clone()));
        }
        errors.into_result()?;
    }
    let identity = new.identity.parse()?;
    let (region, departement) = regions_and_departements;
    let id: Id<Governance> = ctx.new_id()?;
    tx.execute(
        "insert into governance (id, slug, tier, name, name_key, parent, state, state_since, state_reason, form, perimeter,
            living_areas_note, ideas, public_note, data_referent, region, departement, departement_key, origin, source, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
        params![
            id,
            &slug,
            Value::code(new.tier),
            &identity.name,
            text::fold(&identity.name),
            new.parent,
            Value::code(new.state),
            new.state_since,
            &reason,
            &identity.form,
            &identity.perimeter,
            &identity.living_areas_note,
            identity.ideas.join("\n"),
            &identity.public_note,
            &identity.data_referent,
            region.as_ref().map(|code| code.as_str()),
            departement.as_ref().map(|code| code.as_str()),
            departement.as_ref().map_or("", |code| code.official()),
            Value::code(new.provenance.origin),
            &new.provenance.source,
            ctx.now(),
        ],
    )
    .map_err(|error| {
        error.when_duplicate("governance_slug_key", "slug", "Une autre gouvernance a déjà cette adresse.")
    })?;
    for (role, codes) in [("perimeter", &new.territories), ("living_area", &new.living_areas)] {
        let rows: Vec<_> = codes.iter().map(|code| vec![id.into(), code.into(), role.into()]).collect();
        tx.insert_many("insert into governance_territory (governance, territory, role)", 3, &rows)?;
    }
    put_state(ctx, tx, id, 1, new.state, new.state_since, &reason)?;
    let summary = format!("Ouverture de la gouvernance « {} » ({})", identity.name, new.state.label().to_lowercase());
    tx.record(
        ctx,
        Act::new("governance.opened", subject(id), summary)
            .in_governance(id.uuid())
            .with("echelon", new.tier.code())
            .with("etat", new.state.code())
            .with("motif", reason)
            .from_source(&new.provenance),
    );
    tx.touch(versions::GOVERNANCES);
    Ok(id)
}

/// Replaces the identity sheet.
pub fn describe(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Governance>, draft: &IdentityDraft) -> Result<()> {
    ctx.require(Capability::ManageGovernance, Scope::Governance(id.uuid()))?;
    reads::lock(tx, id)?;
    let identity = draft.parse()?;
    tx.execute(
        "update governance set name = $2, name_key = $3, form = $4, perimeter = $5, living_areas_note = $6, ideas = $7,
            public_note = $8, data_referent = $9 where id = $1",
        params![
            id,
            &identity.name,
            text::fold(&identity.name),
            &identity.form,
            &identity.perimeter,
            &identity.living_areas_note,
            identity.ideas.join("\n"),
            &identity.public_note,
            &identity.data_referent,
        ],
    )?;
    let summary = format!("Fiche d'identité de « {} » mise à jour", identity.name);
    tx.record(ctx, Act::new("governance.described", subject(id), summary).in_governance(id.uuid()));
    tx.touch(versions::GOVERNANCES);
    Ok(())
}

/// Replaces the identity sheet by somebody who saw it as `opened` shows.
///
/// # Errors
/// A conflict when somebody else has changed a field since; those of [`describe`].
pub fn revise(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Governance>,
    draft: &IdentityDraft,
    opened: &crate::administration::Opened,
) -> Result<()> {
    ctx.require(Capability::ManageGovernance, Scope::Governance(id.uuid()))?;
    let head = reads::lock(tx, id)?;
    let present = reads::by_slug(tx, &head.slug)?;
    if !opened.overtaken(&present.sheet()).is_empty() {
        let sentence = "Quelqu'un d'autre a enregistré cette fiche pendant que vous écriviez.";
        return Err(Error::Conflict(sentence.to_owned()));
    }
    describe(ctx, tx, id, draft)
}

/// Changes the state, with its date and reason.
///
/// # Errors
/// A conflict when the life of a governance does not allow the change; `reason` when it is empty.
pub fn change_state(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Governance>, change: &StateChange) -> Result<()> {
    ctx.require(Capability::ManageGovernance, Scope::Governance(id.uuid()))?;
    let head = reads::lock(tx, id)?;
    let reason = text::line(&change.reason, 600).map_err(|fault| Error::invalid("reason", fault.to_string()))?;
    if !head.state.may_become(change.state) {
        return Err(Error::Conflict(format!(
            "Cette gouvernance est « {} » : elle ne peut pas devenir « {} ».",
            head.state.label().to_lowercase(),
            change.state.label().to_lowercase()
        )));
    }
    let rank: i64 =
        tx.get("select count(*) + 1 from governance_state where governance = $1", params![id], |row| row.get(0))?;
    put_state(ctx, tx, id, rank, change.state, change.since, &reason)?;
    tx.execute(
        "update governance set state = $2, state_since = $3, state_reason = $4 where id = $1",
        params![id, Value::code(change.state), change.since, &reason],
    )?;
    let summary = format!("« {} » devient {}", head.name, change.state.label().to_lowercase());
    tx.record(
        ctx,
        Act::new("governance.state_changed", subject(id), summary)
            .in_governance(id.uuid())
            .with("etat", change.state.code())
            .with_some("depuis", change.since.map(|date| date.to_string()))
            .with("motif", reason),
    );
    tx.touch(versions::GOVERNANCES);
    Ok(())
}

fn put_state(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Governance>,
    rank: i64,
    state: State,
    since: Option<PartialDate>,
    reason: &str,
) -> Result<()> {
    tx.execute(
        "insert into governance_state (governance, rank, state, since, reason, at) values ($1, $2, $3, $4, $5, $6)",
        params![id, rank, Value::code(state), since, reason, ctx.now()],
    )?;
    Ok(())
}

/// Creates a light local network, child of a département's governance: the local tier is free, nothing else is needed.
pub fn open_local_network(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    name: &str,
    parent: Id<Governance>,
    territories: Vec<directory::TerritoryCode>,
) -> Result<Id<Governance>> {
    let new = NewGovernance {
        slug: String::new(),
        tier: Tier::Local,
        identity: IdentityDraft { name: name.to_owned(), ..IdentityDraft::default() },
        territories,
        living_areas: Vec::new(),
        parent: Some(parent),
        state: State::Installed,
        state_since: Some(PartialDate::of_day(ctx.now().day())),
        state_reason: "Création du réseau local".to_owned(),
        provenance: kernel::Provenance::entered(),
    };
    open(ctx, tx, &new)
}
