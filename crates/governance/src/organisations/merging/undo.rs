//! Undoing a merge: everything goes back to where it was, or nothing does.

use kernel::register::Act;
use kernel::{Capability, Context, Error, Id, Result, Scope};
use store::images::{self, Image};
use store::{Tx, Value, params};
use uuid::Uuid;

use super::acts::{lock, tell_governances};
use super::model::Merge;
use super::references::{OF_MEMBER, OF_ORGANISATION, WITH_MEMBER};
use super::{plan, store as reads};

/// Tables of which a merge sets rows aside.
const SET_ASIDE: [&str; 5] = ["member", "standing_mandate", "seat", "signatory", "body_rule"];

/// Brings back the organisation that was merged, with everything that the merge took from it. What was attached to the
/// organisation that stayed since then stays with it.
///
/// # Errors
/// A conflict when it was undone already, when a later merge of the same organisation stands on it (undo that one
/// first), or when something that the merge touched has changed since: which, in words.
pub fn undo(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Merge>) -> Result<()> {
    ctx.require(Capability::MergeOrganisations, Scope::Platform)?;
    let merge = reads::merge(tx, id)?;
    lock(tx, [merge.kept, merge.duplicate])?;
    let merge = reads::merge(tx, id)?;
    if merge.undone_on.is_some() {
        return Err(Error::Conflict("Cette fusion est déjà annulée.".to_owned()));
    }
    if let Some(later) = reads::later(tx, &merge)? {
        return Err(Error::Conflict(format!(
            "Une fusion plus récente concerne la même structure (« {} » dans « {} ») : annulez-la d'abord.",
            later.duplicate_name, later.kept_name
        )));
    }
    for step in reads::steps(tx, id)? {
        take_back(tx, &step)?;
    }
    tx.execute("update organisation set merged_into = null where id = $1", params![merge.duplicate])?;
    tx.execute("delete from organisation_merge_row where merging = $1", params![id])?;
    tx.execute("update organisation_merge set undone_at = $2 where id = $1", params![id, ctx.now()])?;

    let summary = format!("La fusion de « {} » avec « {} » est annulée", merge.duplicate_name, merge.kept_name);
    let act = Act::new("organisation.merge_undone", format!("structure:{}", merge.kept), summary);
    tx.record(ctx, act.with("doublon", merge.duplicate.to_string()));
    let touched = plan::governances(tx, merge.kept, merge.duplicate)?;
    let told = |name: &str| {
        let (duplicate, kept) = (&merge.duplicate_name, &merge.kept_name);
        format!("Dans « {name} », « {duplicate} » et « {kept} » sont de nouveau distinctes (fusion annulée)")
    };
    tell_governances(ctx, tx, "member.merge_undone", merge.kept, &touched, told)
}

/// Undoes one step.
fn take_back(tx: &mut Tx<'_>, step: &reads::Step) -> Result<()> {
    let image = Image::parse(&step.image)?;
    let changed = || {
        Error::Conflict(format!(
            "Cette fusion ne peut plus être annulée : {} a changé depuis. Corrigez à la main ce qui doit l'être.",
            step.label
        ))
    };
    match step.step.as_str() {
        "moved" => {
            let all = OF_ORGANISATION.iter().chain(&OF_MEMBER);
            let moved = all.into_iter().find(|moved| (moved.table, moved.column) == (&step.place, &step.field));
            let moved = moved.ok_or_else(|| unknown(step))?;
            let former = Uuid::parse_str(&step.former).map_err(Error::internal)?;
            let rows = images::set(tx, moved.table, moved.column, moved.value(former), &image)?;
            if rows == 1 || moved.may_go { Ok(()) } else { Err(changed()) }
        }
        "set_aside" => {
            let known = SET_ASIDE.into_iter().chain(WITH_MEMBER.map(|(table, _)| table));
            let table = known.into_iter().find(|table| *table == step.place).ok_or_else(|| unknown(step))?;
            images::put_back(tx, table, &image).map_err(|error| match error {
                // Something stands in its place, or what it belonged to is gone.
                Error::Duplicate(_) | Error::Internal(_) => changed(),
                other => other,
            })
        }
        "changed" => change_back(tx, step, &image)?.then_some(()).ok_or_else(changed),
        _ => Err(unknown(step)),
    }
}

fn unknown(step: &reads::Step) -> Error {
    Error::Internal(format!("a merge did « {} » to {}.{}", step.step, step.place, step.field))
}

/// Gives a field of an identity its former value, if it still has the one that the merge gave it.
fn change_back(tx: &mut Tx<'_>, step: &reads::Step, image: &Image) -> Result<bool> {
    const FIELDS: [&str; 8] = ["name", "name_key", "kind", "siret", "rna", "ridet", "seat", "website"];
    let field = FIELDS.into_iter().find(|field| *field == step.field).ok_or_else(|| unknown(step))?;
    let (Some(Value::Bytes(id)), Some(before), Some(after)) =
        (image.get("id"), image.get("before"), image.get("after"))
    else {
        return Err(unknown(step));
    };
    let id = Uuid::from_slice(id).map_err(Error::internal)?;
    let rows = tx.execute(
        &format!("update organisation set {field} = $2 where id = $1 and {field} is not distinct from $3"),
        &[id.into(), before.clone(), after.clone()],
    )?;
    Ok(rows == 1)
}
