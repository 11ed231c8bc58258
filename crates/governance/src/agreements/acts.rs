//! Concluding and signing agreements.

use directory::{Organisation, organisations};
use kernel::coded::Coded as _;
use kernel::register::Act;
use kernel::{Capability, Context, Error, Id, PartialDate, Result, Scope, text};
use store::{Tx, Value, files, params};

use super::model::{Agreement, NewAgreement};
use super::store as reads;
use crate::Governance;
use crate::governances::store::lock;

fn subject(id: Id<Agreement>) -> String {
    format!("convention:{id}")
}

/// Enters an agreement or a charter; its signatories are added one by one.
///
/// # Errors
/// One message per wrong field, `file` included (not a PDF, over 40 MB).
pub fn conclude(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    new: &NewAgreement,
) -> Result<Id<Agreement>> {
    ctx.require(Capability::ManageGovernance, Scope::Governance(governance.uuid()))?;
    let head = lock(tx, governance)?;
    let texts = new.parse()?;
    let file = match &new.file {
        None => None,
        Some((content, name)) => {
            let name = text::line(name, 120).map_err(|fault| Error::invalid("file", fault.to_string()))?;
            Some((files::put_pdf(ctx, tx, content)?, name))
        }
    };
    let id: Id<Agreement> = ctx.new_id()?;
    tx.execute(
        "insert into agreement (id, governance, rank, kind, title, signed_on, ends_on, body_text, file, file_name, origin, source)
         select $1, $2, count(*) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11 from agreement where governance = $2",
        params![
            id,
            governance,
            Value::code(new.kind),
            &texts.title,
            new.signed_on,
            new.ends_on,
            &texts.text,
            file.as_ref().map(|(digest, _)| digest.0.as_slice()),
            file.as_ref().map(|(_, name)| name.as_str()),
            Value::code(new.provenance.origin),
            &new.provenance.source,
        ],
    )?;
    for (rank, commitment) in (1i64..).zip(&texts.commitments) {
        tx.execute(
            "insert into agreement_commitment (agreement, rank, commitment) values ($1, $2, $3)",
            params![id, rank, commitment],
        )?;
    }
    let summary = format!("{} « {} » enregistrée dans « {} »", new.kind.label(), texts.title, head.name);
    tx.record(
        ctx,
        Act::new("agreement.concluded", subject(id), summary)
            .in_governance(governance.uuid())
            .with_some("date", new.signed_on.map(|date| date.to_string()))
            .with_some("document", file.map(|(digest, _)| digest.hex()))
            .from_source(&new.provenance),
    );
    Ok(id)
}

/// Notes that an organisation has signed (with its date), or is expected to (without).
pub fn sign(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Agreement>,
    organisation: Id<Organisation>,
    on: Option<PartialDate>,
) -> Result<()> {
    let (governance, title) = reads::governance_and_title(tx, id)?;
    ctx.require(Capability::ManageGovernance, Scope::Governance(governance.uuid()))?;
    lock(tx, governance)?;
    let signatory = organisations::store::find(tx, organisation)?
        .ok_or_else(|| Error::invalid("organisation", "Cette structure n'existe pas."))?;
    tx.execute(
        "insert into signatory (agreement, organisation, signed_on) values ($1, $2, $3)
         on conflict (agreement, organisation) do update set signed_on = excluded.signed_on",
        params![id, organisation, on],
    )?;
    let (code, summary) = match on {
        Some(_) => ("agreement.signed", format!("« {} » signe « {title} »", signatory.name)),
        None => (
            "agreement.signatory_expected",
            format!("« {} » est attendue à la signature de « {title} »", signatory.name),
        ),
    };
    tx.record(
        ctx,
        Act::new(code, subject(id), summary)
            .in_governance(governance.uuid())
            .with_some("date", on.map(|date| date.to_string()))
            .from_source(&signatory.provenance),
    );
    Ok(())
}
