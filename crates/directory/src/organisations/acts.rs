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
    if let Some(seat) = &new.seat
        && territories::store::find(tx, seat)?.is_none()
    {
        return Err(Error::invalid("seat", format!("Territoire inconnu : {seat}.")));
    }
    if !new.distinct
        && let Some(same) = reads::same_name(tx, &text::fold(&identity.name), new.seat.as_ref())?
    {
        return Err(Error::Conflict(format!(
            "Une structure du même nom et du même siège existe déjà : « {} ». Si c'en est une autre, confirmez-le.",
            same.name
        )));
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
    .map_err(|error| {
        let taken = "Une autre structure porte déjà ce numéro.";
        error
            .when_duplicate("organisation_siret_key", "siret", taken)
            .when_duplicate("organisation_rna_key", "rna", taken)
            .when_duplicate("organisation_ridet_key", "ridet", taken)
    })?;
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
