//! Loading the reference and drawing free territories.

use kernel::register::Act;
use kernel::{Capability, Context, Error, Errors, Result, Scope, text};
use store::{Tx, Value, params, versions};

use super::model::NewArea;
use super::reference::{INSERT_TERRITORY, TERRITORY_COLUMNS, VINTAGE, rows};
use super::store as reads;

/// Loads the official territories into an empty table, in one transaction. Does nothing when they are there already.
pub fn load_reference(ctx: &Context<'_>, tx: &mut Tx<'_>) -> Result<()> {
    ctx.require(Capability::ManageTerritories, Scope::Platform)?;
    if reads::vintage(tx)?.is_some() {
        return Ok(());
    }
    let rows = rows()?;
    tx.insert_many(INSERT_TERRITORY, TERRITORY_COLUMNS, &rows.territories)?;
    tx.insert_many("insert into postcode (postcode, territory)", 2, &rows.postcodes)?;
    tx.insert_many("insert into former_territory (code, name, name_key, current)", 4, &rows.former)?;
    tx.execute(
        "insert into reference_vintage (id, vintage, loaded_at) values (1, $1, $2)",
        params![VINTAGE, ctx.now()],
    )?;
    let summary = format!("Chargement du référentiel des territoires, millésime {VINTAGE}");
    let territories = i64::try_from(rows.territories.len()).unwrap_or(i64::MAX);
    tx.record(ctx, Act::new("territories.loaded", "territoires", summary).with("territoires", territories));
    tx.touch(versions::TERRITORIES);
    Ok(())
}

/// Draws a free territory (living area, social-service area…) inside an official one.
///
/// # Errors
/// On `kind` when it is an official kind; on `within` or `parts` when a territory does not exist; on `code` when the
/// code is taken.
pub fn define_area(ctx: &Context<'_>, tx: &mut Tx<'_>, area: &NewArea) -> Result<()> {
    ctx.require(Capability::ManageTerritories, Scope::Platform)?;
    let mut errors = Errors::default();
    let name = errors.check("name", text::line(&area.name, text::NAME_MAX)).unwrap_or_default();
    if !area.kind.is_free() || !area.code.as_str().starts_with("zone-") {
        errors.add("kind", "Un territoire libre n'est ni une région, ni un département, ni une commune.");
    }
    let within = reads::find(tx, &area.within)?;
    if within.is_none() {
        errors.add("within", format!("Territoire inconnu : {}.", area.within));
    }
    for part in &area.parts {
        if reads::find(tx, part)?.is_none() {
            errors.add("parts", format!("Territoire inconnu : {part}."));
        }
    }
    errors.into_result()?;
    let within = within.ok_or(Error::NotFound)?;
    let departement = match within.kind {
        super::model::TerritoryKind::Departement | super::model::TerritoryKind::Collectivity => {
            Some(within.code.clone())
        }
        _ => within.departement.clone(),
    };
    tx.execute(
        "insert into territory (code, kind, official_code, name, name_key, region, departement, epci, origin, source)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            &area.code,
            Value::code(area.kind),
            area.code.official(),
            &name,
            super::model::key(&name),
            within.region.as_ref().map(|code| code.as_str()),
            departement.as_ref().map(|code| code.as_str()),
            within.epci.as_ref().map(|code| code.as_str()),
            Value::code(area.provenance.origin),
            &area.provenance.source,
        ],
    )
    .map_err(|error| match error {
        Error::Duplicate(_) => Error::invalid("code", format!("Le code {} est déjà pris.", area.code)),
        other => other,
    })?;
    let parts: Vec<_> = area.parts.iter().map(|part| vec![Value::from(&area.code), Value::from(part)]).collect();
    tx.insert_many("insert into territory_part (area, part)", 2, &parts)?;
    let summary = format!("Définition du territoire « {name} » dans {}", within.name);
    tx.record(
        ctx,
        Act::new("territory.defined", format!("territoire:{}", area.code), summary).from_source(&area.provenance),
    );
    tx.touch(versions::TERRITORIES);
    Ok(())
}
