//! Declaring a criterion with its evidence (managers of a governance), and answering (national team).

use kernel::register::Act;
use kernel::{Capability, Context, Error, Errors, Id, PartialDate, Provenance, Result, Scope, text};
use store::{Tx, Value, files, params};

use crate::Governance;
use crate::framework::model::{Criterion, Declaration, DeclarationState, Version, in_force};
use crate::framework::store as reads;
use crate::governances::model::{State, Tier};
use crate::governances::store::lock;

/// Longest statement, in characters.
const STATEMENT_MAX: usize = 2_000;

/// What is declared of a criterion.
#[derive(Clone, Debug, Default)]
pub struct NewDeclaration {
    pub statement: String,
    /// An address where the evidence stands.
    pub link: String,
    /// A PDF with its name.
    pub file: Option<(Vec<u8>, String)>,
    pub on: Option<PartialDate>,
    /// The declaration that the person saw, if there was one.
    pub seen: Option<Id<Declaration>>,
}

/// Declares that a criterion of the version in force (or of the next one) is met, with evidence: a text that says where it
/// can be read, and a link or a PDF, or both.
///
/// # Errors
/// One message per wrong field; a conflict when the criterion is counted, or when somebody declared it meanwhile.
pub fn declare(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    code: &str,
    new: &NewDeclaration,
    provenance: &Provenance,
) -> Result<Id<Declaration>> {
    ctx.require(Capability::DeclareCriterion, Scope::Governance(governance.uuid()))?;
    let head = lock(tx, governance)?;
    if head.tier != Tier::Intermediate || head.state == State::Closed {
        return Err(Error::Conflict("Le cadre minimum ne s'applique pas à cette gouvernance.".to_owned()));
    }
    let criterion = asked(tx, code, ctx)?;
    if !criterion.is_declared() {
        return Err(Error::Conflict("Ce critère est compté par Maillage : il ne se déclare pas.".to_owned()));
    }
    let standing = reads::history(tx, governance, code)?.into_iter().find(|one| one.state == DeclarationState::Current);
    if standing.as_ref().map(|one| one.id) != new.seen {
        return Err(Error::Conflict("Quelqu'un d'autre vient de changer cette déclaration.".to_owned()));
    }
    let mut errors = Errors::default();
    let statement = errors.check("statement", text::paragraphs(&new.statement, STATEMENT_MAX)).flatten();
    if statement.is_none() && errors.is_empty() {
        errors.add("statement", "Dites ce qui a été fait, et où on peut le lire.");
    }
    let link = errors.check("link", text::optional_line(&new.link, 500)).flatten().unwrap_or_default();
    if !link.is_empty() && !link.starts_with("https://") && !link.starts_with("http://") {
        errors.add("link", "Une adresse commence par https:// ou http://.");
    }
    // What a source document says is evidence by itself.
    if link.is_empty() && new.file.is_none() && provenance.source.is_empty() && errors.is_empty() {
        errors.add("link", "Donnez une preuve : une adresse où la lire, ou un document PDF.");
    }
    match new.on {
        None => errors.add("on", "Donnez la date de ce qui est déclaré."),
        Some(on) if on.first_day() > ctx.now().day() => errors.add("on", "Cette date est à venir."),
        Some(_) => {}
    }
    let name = match &new.file {
        Some((_, name)) => errors.check("file", text::line(name, 120)),
        None => None,
    };
    errors.into_result()?;
    let file = match &new.file {
        Some((content, _)) => Some(files::put_pdf(ctx, tx, content)?),
        None => None,
    };
    if let Some(before) = standing {
        end(ctx, tx, before.id, DeclarationState::Replaced, "")?;
    }
    let id: Id<Declaration> = ctx.new_id()?;
    tx.execute(
        "insert into framework_declaration (id, governance, criterion, statement, link, file, file_name, on_date, state,
            declared_at, origin, source)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 'current', $9, $10, $11)",
        params![
            id,
            governance,
            code,
            statement.unwrap_or_default(),
            link,
            file.map(|digest| digest.0.to_vec()),
            name,
            new.on,
            ctx.now(),
            Value::code(provenance.origin),
            &provenance.source,
        ],
    )?;
    tx.record(
        ctx,
        Act::new(
            "framework.declared",
            subject_of(governance, code),
            format!("Cadre minimum : « {} » déclaré par « {} »", criterion.title, head.name),
        )
        .in_governance(governance.uuid())
        .with_some("date", new.on.map(|on| on.to_string()))
        .with_some("document", file.map(kernel::register::Digest::hex))
        .from_source(provenance),
    );
    Ok(id)
}

fn subject_of(governance: Id<Governance>, code: &str) -> String {
    format!("gouvernance:{governance}/cadre-minimum/{code}")
}

/// The criterion that is asked for now, or will be.
fn asked(tx: &mut Tx<'_>, code: &str, ctx: &Context<'_>) -> Result<Criterion> {
    let all = reads::versions(tx)?;
    let (holds, coming) = in_force(&all, ctx.now().day());
    let find = |version: Option<&Version>| version.and_then(|version| version.criterion(code)).cloned();
    find(holds).or_else(|| find(coming)).ok_or(Error::NotFound)
}

fn end(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Declaration>, state: DeclarationState, reason: &str) -> Result<()> {
    tx.execute(
        "update framework_declaration set state = $2, reason = $3, ended_at = $4 where id = $1",
        params![id, Value::code(state), reason, ctx.now()],
    )?;
    Ok(())
}

/// Ends the declaration that stands: withdrawn by the governance, or not retained by the national team; with a reason.
fn end_standing(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    code: &str,
    state: DeclarationState,
    reason: &str,
) -> Result<()> {
    let head = lock(tx, governance)?;
    let standing = reads::history(tx, governance, code)?.into_iter().find(|one| one.state == DeclarationState::Current);
    let Some(standing) = standing else {
        return Err(Error::Conflict("Aucune déclaration n'est en cours pour ce critère.".to_owned()));
    };
    let reason = text::line(reason, 600).map_err(|fault| Error::invalid("reason", fault.to_string()))?;
    end(ctx, tx, standing.id, state, &reason)?;
    let (act, what) = match state {
        DeclarationState::Refused => ("framework.refused", "n'est pas retenue par l'équipe nationale"),
        _ => ("framework.withdrawn", "est retirée"),
    };
    let summary = format!("Cadre minimum : une déclaration de « {} » {what}", head.name);
    tx.record(
        ctx,
        Act::new(act, subject_of(governance, code), summary)
            .in_governance(governance.uuid())
            .with("motif", reason)
            .from_source(&standing.provenance),
    );
    Ok(())
}

/// Takes back what was declared.
pub fn withdraw(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    code: &str,
    reason: &str,
) -> Result<()> {
    ctx.require(Capability::DeclareCriterion, Scope::Governance(governance.uuid()))?;
    end_standing(ctx, tx, governance, code, DeclarationState::Withdrawn, reason)
}

/// Does not retain what was declared; the governance reads why, and may declare again.
pub fn refuse(ctx: &Context<'_>, tx: &mut Tx<'_>, governance: Id<Governance>, code: &str, reason: &str) -> Result<()> {
    ctx.require(Capability::DefineFramework, Scope::Platform)?;
    end_standing(ctx, tx, governance, code, DeclarationState::Refused, reason)
}
