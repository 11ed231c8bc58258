//! Defining the framework: a draft that grows, then is published (national team).

use kernel::register::Act;
use kernel::{Capability, Context, Error, Errors, PartialDate, Provenance, Result, Scope, text};
use store::{Tx, Value, params, versions};

use crate::framework::measure::Measures;
use crate::framework::model::{Criterion, CriterionDraft, Version, VersionState};
use crate::framework::store as reads;

/// Longest introduction and account of changes, in characters.
const TEXT_MAX: usize = 4_000;
/// More would no longer be a minimum.
const CRITERIA_MAX: usize = 20;

fn subject(number: i64) -> String {
    format!("cadre-minimum:{number}")
}

fn record(ctx: &Context<'_>, tx: &mut Tx<'_>, code: &'static str, number: i64, summary: String) {
    tx.record(ctx, Act::new(code, subject(number), summary));
    tx.touch(versions::FRAMEWORK);
}

/// Opens a draft, with the criteria of the last version; gives its number.
///
/// # Errors
/// A conflict when a draft is open.
pub fn begin(ctx: &Context<'_>, tx: &mut Tx<'_>, provenance: &Provenance) -> Result<i64> {
    ctx.require(Capability::DefineFramework, Scope::Platform)?;
    let all = reads::versions(tx)?;
    let open = || Error::Conflict("Un brouillon est déjà ouvert.".to_owned());
    if all.iter().any(|version| version.state == VersionState::Draft) {
        return Err(open());
    }
    let last = all.last();
    let number = last.map_or(1, |version| version.number + 1);
    tx.execute(
        "insert into framework_version (number, state, introduction, origin, source) values ($1, 'draft', $2, $3, $4)",
        params![
            number,
            last.map_or("", |version| version.introduction.as_str()),
            Value::code(provenance.origin),
            &provenance.source
        ],
    )
    // Two at once: the second finds the number taken.
    .map_err(|error| if matches!(error, Error::Duplicate(_)) { open() } else { error })?;
    for (rank, criterion) in (1i64..).zip(last.map_or(&[][..], |version| &version.criteria)) {
        insert(tx, number, rank, criterion)?;
    }
    record(ctx, tx, "framework.drafted", number, format!("Cadre minimum : brouillon de la version {number} ouvert"));
    Ok(number)
}

fn insert(tx: &mut Tx<'_>, number: i64, rank: i64, criterion: &Criterion) -> Result<u64> {
    tx.execute(
        "insert into framework_criterion (version, code, rank, title, explanation, measure, threshold, valid_months)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            number,
            &criterion.code,
            rank,
            &criterion.title,
            &criterion.explanation,
            &criterion.measure,
            criterion.threshold,
            criterion.valid_months
        ],
    )
}

/// Locks the draft until the end of the transaction and counts it up.
///
/// # Errors
/// A conflict when no draft is open, or when it has changed since `opened`.
fn lock_draft(tx: &mut Tx<'_>, opened: Option<i64>) -> Result<Version> {
    let locked = tx.execute("update framework_version set version = version + 1 where state = 'draft'", &[])?;
    let draft = if locked == 0 { None } else { reads::draft(tx)? };
    let Some(draft) = draft else {
        return Err(Error::Conflict("Aucun brouillon n'est ouvert : il a été publié ou abandonné.".to_owned()));
    };
    if opened.is_some_and(|opened| opened.checked_add(1) != Some(draft.version)) {
        return Err(Error::Conflict("Quelqu'un d'autre a modifié le brouillon pendant que vous écriviez.".to_owned()));
    }
    Ok(draft)
}

/// Rewrites the introduction and the account of what changes.
pub fn write_text(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    introduction: &str,
    changes: &str,
    opened: Option<i64>,
) -> Result<()> {
    ctx.require(Capability::DefineFramework, Scope::Platform)?;
    let draft = lock_draft(tx, opened)?;
    let mut errors = Errors::default();
    let introduction = errors.check("introduction", text::paragraphs(introduction, TEXT_MAX)).flatten();
    let changes = errors.check("changes", text::paragraphs(changes, TEXT_MAX)).flatten();
    errors.into_result()?;
    tx.execute(
        "update framework_version set introduction = $2, changes = $3 where number = $1",
        params![draft.number, introduction.unwrap_or_default(), changes.unwrap_or_default()],
    )?;
    record(
        ctx,
        tx,
        "framework.rewritten",
        draft.number,
        format!("Cadre minimum : texte de la version {} réécrit", draft.number),
    );
    Ok(())
}

/// Adds a criterion at the end of the draft; gives its code.
pub fn add(ctx: &Context<'_>, tx: &mut Tx<'_>, measures: &Measures, typed: &CriterionDraft) -> Result<String> {
    ctx.require(Capability::DefineFramework, Scope::Platform)?;
    let draft = lock_draft(tx, None)?;
    let mut criterion = typed.parse("", measures)?;
    if draft.criteria.len() >= CRITERIA_MAX {
        return Err(Error::Conflict(format!("Un cadre minimum ne dépasse pas {CRITERIA_MAX} critères.")));
    }
    criterion.code = free_code(tx, &criterion.title)?;
    let rank = i64::try_from(draft.criteria.len()).map_err(Error::internal)? + 1;
    insert(tx, draft.number, rank, &criterion)?;
    let summary = format!("Cadre minimum, version {} : critère « {} » ajouté", draft.number, criterion.title);
    record(ctx, tx, "framework.criterion_added", draft.number, summary);
    Ok(criterion.code)
}

/// A code that no version has: what was declared of a criterion that is gone is never taken for another.
fn free_code(tx: &mut Tx<'_>, title: &str) -> Result<String> {
    let taken: Vec<String> = tx.query("select distinct code from framework_criterion", &[], |row| row.get(0))?;
    let slug = text::slug(title);
    let base = if slug.is_empty() { "critere" } else { &slug };
    let mut code = base.to_owned();
    let mut number = 2;
    // « nouveau » is the address of the form.
    while code == "nouveau" || taken.contains(&code) {
        code = format!("{base}-{number}");
        number += 1;
    }
    Ok(code)
}

/// Corrects a criterion of the draft.
pub fn change(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    measures: &Measures,
    code: &str,
    typed: &CriterionDraft,
    opened: Option<i64>,
) -> Result<()> {
    ctx.require(Capability::DefineFramework, Scope::Platform)?;
    let draft = lock_draft(tx, opened)?;
    draft.criterion(code).ok_or(Error::NotFound)?;
    let criterion = typed.parse(code, measures)?;
    tx.execute(
        "update framework_criterion set title = $3, explanation = $4, measure = $5, threshold = $6, valid_months = $7
         where version = $1 and code = $2",
        params![
            draft.number,
            code,
            &criterion.title,
            &criterion.explanation,
            &criterion.measure,
            criterion.threshold,
            criterion.valid_months
        ],
    )?;
    let summary = format!("Cadre minimum, version {} : critère « {} » corrigé", draft.number, criterion.title);
    record(ctx, tx, "framework.criterion_changed", draft.number, summary);
    Ok(())
}

/// Where a criterion goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Up,
    Down,
    Out,
}

/// Moves a criterion of the draft, or takes it out.
pub fn place(ctx: &Context<'_>, tx: &mut Tx<'_>, code: &str, to: Move) -> Result<()> {
    ctx.require(Capability::DefineFramework, Scope::Platform)?;
    let mut draft = lock_draft(tx, None)?;
    let at = draft.criteria.iter().position(|criterion| criterion.code == code).ok_or(Error::NotFound)?;
    let title = draft.criteria.get(at).map(|criterion| criterion.title.clone()).unwrap_or_default();
    let (act, what) = match to {
        Move::Up if at > 0 => {
            draft.criteria.swap(at, at - 1);
            ("framework.criterion_moved", "déplacé")
        }
        Move::Down if at + 1 < draft.criteria.len() => {
            draft.criteria.swap(at, at + 1);
            ("framework.criterion_moved", "déplacé")
        }
        // Already there: somebody else was quicker, or the button was pressed twice.
        Move::Up | Move::Down => return Ok(()),
        Move::Out => {
            draft.criteria.remove(at);
            tx.execute(
                "delete from framework_criterion where version = $1 and code = $2",
                params![draft.number, code],
            )?;
            ("framework.criterion_removed", "retiré")
        }
    };
    for (rank, criterion) in (1i64..).zip(&draft.criteria) {
        tx.execute(
            "update framework_criterion set rank = $3 where version = $1 and code = $2",
            params![draft.number, &criterion.code, rank],
        )?;
    }
    record(ctx, tx, act, draft.number, format!("Cadre minimum, version {} : critère « {title} » {what}", draft.number));
    Ok(())
}

/// Gives up the draft; nothing was ever asked by it.
pub fn abandon(ctx: &Context<'_>, tx: &mut Tx<'_>) -> Result<()> {
    ctx.require(Capability::DefineFramework, Scope::Platform)?;
    let draft = lock_draft(tx, None)?;
    tx.execute("delete from framework_criterion where version = $1", params![draft.number])?;
    tx.execute("delete from framework_version where number = $1", params![draft.number])?;
    let summary = format!("Cadre minimum : brouillon de la version {} abandonné", draft.number);
    record(ctx, tx, "framework.abandoned", draft.number, summary);
    Ok(())
}

/// Publishes the draft: it will hold from a day on, and never change.
///
/// # Errors
/// `in_force_from` when it is no whole day, is over (but for the first version, and for loaders) or is not after the day
/// of the version before; a conflict without a criterion, or when the draft has changed since `opened`.
pub fn publish(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    in_force_from: Option<PartialDate>,
    opened: Option<i64>,
) -> Result<()> {
    ctx.require(Capability::DefineFramework, Scope::Platform)?;
    let draft = lock_draft(tx, opened)?;
    if draft.criteria.is_empty() {
        return Err(Error::Conflict("Un cadre minimum a au moins un critère.".to_owned()));
    }
    let before = reads::versions(tx)?.into_iter().rfind(|version| version.state == VersionState::Published);
    let from = in_force_from
        .filter(|date| date.first_day() == date.last_day())
        .ok_or_else(|| Error::invalid("in_force_from", "Donnez un jour, comme 01/03/2027."))?;
    if let Some(before) = before.and_then(|version| version.in_force_from) {
        if from.first_day() <= before.first_day() {
            let sentence = format!("Donnez un jour après celui de la version précédente ({}).", before.french());
            return Err(Error::invalid("in_force_from", sentence));
        }
        // The loaders tell what was; a person asks for what will be.
        if from.first_day() < ctx.now().day() && ctx.who().person_id().is_some() {
            return Err(Error::invalid("in_force_from", "Ce jour est passé : on ne demande rien pour hier."));
        }
    }
    tx.execute(
        "update framework_version set state = 'published', in_force_from = $2, published_at = $3 where number = $1",
        params![draft.number, from, ctx.now()],
    )?;
    let summary =
        format!("Cadre minimum de gouvernance : version {} publiée, en vigueur le {}", draft.number, from.french());
    let titles: Vec<&str> = draft.criteria.iter().map(|criterion| criterion.title.as_str()).collect();
    tx.record(
        ctx,
        Act::new("framework.published", subject(draft.number), summary)
            .with("en_vigueur", from.to_string())
            .with("criteres", titles.join(" ; "))
            .from_source(&draft.provenance),
    );
    tx.touch(versions::FRAMEWORK);
    Ok(())
}
