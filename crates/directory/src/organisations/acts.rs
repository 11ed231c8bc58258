//! Creating organisations, without doubles.

use kernel::register::Act;
use kernel::{Capability, Context, Error, Id, Provenance, Result, Scope, text};
use store::{Tx, Value, params, versions};

use super::model::{Draft, Organisation, OrganisationKind};
use super::store as reads;
use crate::{TerritoryCode, territories};

/// A new organisation.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    pub draft: Draft,
    pub kind: OrganisationKind,
    pub seat: Option<TerritoryCode>,
    pub provenance: Provenance,
    /// True when the person has seen the organisations of the same name and says that this is another one.
    pub distinct: bool,
}

/// Creates an organisation.
///
/// # Errors
/// One message per wrong field; on `siret`, `rna` or `ridet` when another organisation has that number; a conflict when
/// one of the same folded name and seat exists and the person has not said that this one is distinct.
pub fn create(ctx: &Context<'_>, tx: &mut Tx<'_>, new: &NewOrganisation) -> Result<Id<Organisation>> {
    ctx.require(Capability::CreateOrganisation, Scope::Platform)?;
    enter(ctx, tx, new)
}

/// As [`create`], for acts that have asked for their own permission: whoever asks to join a governance enters the
/// organisation with it.
///
/// # Errors
/// As [`create`].
pub fn enter(ctx: &Context<'_>, tx: &mut Tx<'_>, new: &NewOrganisation) -> Result<Id<Organisation>> {
    let identity = new.draft.parse()?;
    check_seat(tx, new.seat.as_ref())?;
    if !new.distinct
        && let Some(same) = reads::same_name(tx, &text::fold(&identity.name), new.seat.as_ref())?
    {
        return Err(same_exists(&same));
    }
    let id: Id<Organisation> = ctx.new_id()?;
    tx.execute(
        "insert into organisation (id, name, name_key, kind, siret, rna, ridet, seat, website, origin, source, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        params![
            id,
            &identity.name,
            text::fold(&identity.name),
            Value::code(new.kind),
            identity.siret.clone(),
            identity.rna,
            identity.ridet,
            new.seat.as_ref().map(|code| code.as_str()),
            identity.website,
            Value::code(new.provenance.origin),
            &new.provenance.source,
            ctx.now(),
        ],
    )
    .map_err(number_taken)?;
    let summary = format!("Création de la structure « {} »", identity.name);
    tx.record(
        ctx,
        Act::new("organisation.created", format!("structure:{id}"), summary)
            .with_some("siret", identity.siret)
            .from_source(&new.provenance),
    );
    tx.touch(versions::ORGANISATIONS);
    Ok(id)
}

fn check_seat(tx: &mut Tx<'_>, seat: Option<&TerritoryCode>) -> Result<()> {
    match seat {
        Some(seat) if territories::store::find(tx, seat)?.is_none() => {
            Err(Error::invalid("seat", format!("Territoire inconnu : {seat}.")))
        }
        _ => Ok(()),
    }
}

fn same_exists(same: &Organisation) -> Error {
    Error::Conflict(format!(
        "Une structure du même nom et du même siège existe déjà : « {} ». Si c'en est une autre, confirmez-le.",
        same.name
    ))
}

fn number_taken(error: Error) -> Error {
    let taken = "Une autre structure porte déjà ce numéro.";
    error
        .when_duplicate("organisation_siret_key", "siret", taken)
        .when_duplicate("organisation_rna_key", "rna", taken)
        .when_duplicate("organisation_ridet_key", "ridet", taken)
}

/// An identity to write in place of another.
#[derive(Clone, Debug)]
pub struct Correction {
    pub draft: Draft,
    pub kind: OrganisationKind,
    pub seat: Option<TerritoryCode>,
    /// As [`NewOrganisation::distinct`], when the name or the seat changes.
    pub distinct: bool,
}

/// Corrects the identity of an organisation. `check` sees it as it stands, once nobody else can change it, and may refuse.
///
/// # Errors
/// As [`create`]; not found for one that was merged.
pub fn correct(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Organisation>,
    correction: &Correction,
    check: impl FnOnce(&Organisation) -> Result<()>,
) -> Result<()> {
    ctx.require(Capability::CorrectOrganisation, Scope::Platform)?;
    tx.execute("update organisation set version = version + 1 where id = $1", params![id])?;
    let before = reads::find(tx, id)?.ok_or(Error::NotFound)?;
    check(&before)?;
    let identity = correction.draft.parse()?;
    check_seat(tx, correction.seat.as_ref())?;
    let key = text::fold(&identity.name);
    let moved = key != text::fold(&before.name) || correction.seat != before.seat;
    if moved
        && !correction.distinct
        && let Some(same) = reads::same_name(tx, &key, correction.seat.as_ref())?.filter(|same| same.id != id)
    {
        return Err(same_exists(&same));
    }
    tx.execute(
        "update organisation set name = $2, name_key = $3, kind = $4, siret = $5, rna = $6, ridet = $7, seat = $8,
            website = $9 where id = $1",
        params![
            id,
            &identity.name,
            key,
            Value::code(correction.kind),
            identity.siret.clone(),
            identity.rna,
            identity.ridet,
            correction.seat.as_ref().map(|code| code.as_str()),
            identity.website,
        ],
    )
    .map_err(number_taken)?;
    let summary = match before.name == identity.name {
        true => format!("Identité de la structure « {} » corrigée", identity.name),
        false => format!("La structure « {} » s'appelle désormais « {} »", before.name, identity.name),
    };
    tx.record(
        ctx,
        Act::new("organisation.corrected", format!("structure:{id}"), summary)
            .with_some("siret", identity.siret)
            .from_source(&before.provenance),
    );
    tx.touch(versions::ORGANISATIONS);
    Ok(())
}
