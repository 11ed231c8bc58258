//! Concluding and signing agreements.

use directory::{Organisation, organisations};
use kernel::coded::Coded as _;
use kernel::register::{Act, Digest};
use kernel::{Capability, Context, Error, Id, PartialDate, Result, Scope, text};
use store::{Tx, Value, files, params};

use super::model::{Agreement, NewAgreement};
use super::store as reads;
use crate::Governance;
use crate::administration::Opened;
use crate::governances::store::lock;

/// An agreement is at least one of both.
pub const WITHOUT_TEXT: &str = "Écrivez le texte, ou joignez son PDF.";

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
    let file = put_file(ctx, tx, new)?;
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
    put_commitments(tx, id, &texts.commitments)?;
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

/// The PDF of an agreement, with its key.
fn put_file(ctx: &Context<'_>, tx: &mut Tx<'_>, new: &NewAgreement) -> Result<Option<(Digest, String)>> {
    let Some((content, name)) = &new.file else { return Ok(None) };
    let name = text::line(name, 120).map_err(|fault| Error::invalid("file", fault.to_string()))?;
    Ok(Some((files::put_pdf(ctx, tx, content)?, name)))
}

fn put_commitments(tx: &mut Tx<'_>, id: Id<Agreement>, commitments: &[String]) -> Result<()> {
    tx.execute("delete from agreement_commitment where agreement = $1", params![id])?;
    for (rank, commitment) in (1i64..).zip(commitments) {
        tx.execute(
            "insert into agreement_commitment (agreement, rank, commitment) values ($1, $2, $3)",
            params![id, rank, commitment],
        )?;
    }
    Ok(())
}

/// Corrects what was entered of an agreement, by somebody who saw it as `opened` shows. Without a new file the one that is
/// there stays; the signatures stay in any case, so the register says why.
///
/// # Errors
/// One message per wrong field, `reason` when it is empty; a conflict when somebody else has corrected it since.
pub fn correct(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Agreement>,
    new: &NewAgreement,
    reason: &str,
    opened: &Opened,
) -> Result<()> {
    let (governance, _) = reads::governance_and_title(tx, id)?;
    ctx.require(Capability::ManageGovernance, Scope::Governance(governance.uuid()))?;
    let head = lock(tx, governance)?;
    let present = reads::list(tx, governance)?.into_iter().find(|one| one.id == id).ok_or(Error::NotFound)?;
    if !opened.overtaken(&present.sheet()).is_empty() {
        let sentence = "Quelqu'un d'autre a corrigé ce texte pendant que vous écriviez.";
        return Err(Error::Conflict(sentence.to_owned()));
    }
    let texts = new.parse()?;
    let reason = text::line(reason, 600).map_err(|fault| Error::invalid("reason", fault.to_string()))?;
    let file = put_file(ctx, tx, new)?.or(present.file);
    if texts.text.is_empty() && file.is_none() {
        return Err(Error::invalid("text", WITHOUT_TEXT));
    }
    tx.execute(
        "update agreement set kind = $2, title = $3, signed_on = $4, ends_on = $5, body_text = $6, file = $7, file_name = $8
         where id = $1",
        params![
            id,
            Value::code(new.kind),
            &texts.title,
            new.signed_on,
            new.ends_on,
            &texts.text,
            file.as_ref().map(|(digest, _)| digest.0.as_slice()),
            file.as_ref().map(|(_, name)| name.as_str()),
        ],
    )?;
    put_commitments(tx, id, &texts.commitments)?;
    let summary = format!("{} « {} » corrigée dans « {} » : {reason}", new.kind.label(), texts.title, head.name);
    tx.record(
        ctx,
        Act::new("agreement.corrected", subject(id), summary)
            .in_governance(governance.uuid())
            .with_some("document", file.map(|(digest, _)| digest.hex())),
    );
    Ok(())
}

/// Concludes an agreement and asks for its signatures, in one act.
pub fn conclude_with(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    new: &NewAgreement,
    expected: &[Id<Organisation>],
) -> Result<Id<Agreement>> {
    let id = conclude(ctx, tx, governance, new)?;
    for organisation in expected {
        expect(ctx, tx, id, *organisation, None)?;
    }
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
    let asked = on.is_none().then(|| PartialDate::of_day(ctx.now().day()));
    tx.execute(
        "insert into signatory (agreement, organisation, signed_on, expected_since) values ($1, $2, $3, $4)
         on conflict (agreement, organisation) do update set signed_on = excluded.signed_on",
        params![id, organisation, on, asked],
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

/// Asks for a signature, since today or since a day before.
///
/// # Errors
/// `since` when it is to come; a conflict when the organisation is among the signatories.
pub fn expect(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Agreement>,
    organisation: Id<Organisation>,
    since: Option<PartialDate>,
) -> Result<()> {
    let (governance, _) = reads::governance_and_title(tx, id)?;
    ctx.require(Capability::ManageGovernance, Scope::Governance(governance.uuid()))?;
    lock(tx, governance)?;
    if let Some(signed) = reads::signature(tx, id, organisation)? {
        let what = if signed.is_some() { "a déjà signé ce texte" } else { "est déjà attendue à la signature" };
        return Err(Error::Conflict(format!("Cette structure {what}.")));
    }
    refuse_to_come(ctx, "since", since)?;
    sign(ctx, tx, id, organisation, None)?;
    if let Some(since) = since {
        tx.execute(
            "update signatory set expected_since = $3 where agreement = $1 and organisation = $2",
            params![id, organisation, since],
        )?;
    }
    Ok(())
}

/// Records an expected signature with its date.
///
/// # Errors
/// `signed_on` when it is to come; not found when the organisation is not expected; a conflict when it has signed.
pub fn receive(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Agreement>,
    organisation: Id<Organisation>,
    on: PartialDate,
) -> Result<()> {
    let (governance, _) = reads::governance_and_title(tx, id)?;
    ctx.require(Capability::ManageGovernance, Scope::Governance(governance.uuid()))?;
    lock(tx, governance)?;
    match reads::signature(tx, id, organisation)? {
        None => return Err(Error::NotFound),
        Some(Some(_)) => {
            return Err(Error::Conflict("La signature de cette structure est déjà enregistrée.".to_owned()));
        }
        Some(None) => {}
    }
    refuse_to_come(ctx, "signed_on", Some(on))?;
    sign(ctx, tx, id, organisation, Some(on))
}

/// No longer expects a signature. One that was given stays: it is what happened.
///
/// # Errors
/// Not found when the organisation is not expected; a conflict when it has signed.
pub fn stop_expecting(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Agreement>,
    organisation: Id<Organisation>,
) -> Result<()> {
    let (governance, title) = reads::governance_and_title(tx, id)?;
    ctx.require(Capability::ManageGovernance, Scope::Governance(governance.uuid()))?;
    lock(tx, governance)?;
    match reads::signature(tx, id, organisation)? {
        None => return Err(Error::NotFound),
        Some(Some(_)) => {
            return Err(Error::Conflict("Cette structure a signé ce texte : sa signature reste.".to_owned()));
        }
        Some(None) => {}
    }
    let name = organisations::store::find(tx, organisation)?.map(|one| one.name).unwrap_or_default();
    tx.execute("delete from signatory where agreement = $1 and organisation = $2", params![id, organisation])?;
    let summary = format!("« {name} » n'est plus attendue à la signature de « {title} »");
    tx.record(ctx, Act::new("agreement.signatory_withdrawn", subject(id), summary).in_governance(governance.uuid()));
    Ok(())
}

/// A year or a month that has begun is not to come.
fn refuse_to_come(ctx: &Context<'_>, field: &'static str, date: Option<PartialDate>) -> Result<()> {
    match date {
        Some(date) if date.first_day() > ctx.now().day() => Err(Error::invalid(field, "Cette date est à venir.")),
        _ => Ok(()),
    }
}
