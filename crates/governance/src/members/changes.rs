//! What managers change of a member from its page: its sheet, its leaving, a candidature that is refused; and which body
//! decides on admissions.

use directory::Person;
use directory::correspondence::{LetterKind, News, tell};
use kernel::coded::Coded as _;
use kernel::register::Act;
use kernel::{Context, Error, Errors, Id, PartialDate, Result, text};
use store::{Tx, Value, params};

use super::acts::{self, Decision, enter, enter_by_member, note_change, note_decision, record, recount};
use super::model::{College, Involvement, Member, MemberCategory, MemberState};
use super::requests;
use crate::Governance;
use crate::bodies::model::Body;
use crate::governances::store::Head;

/// Longest reason and longest answer, in characters.
pub const REASON_MAX: usize = 1000;

/// The body whose decision admits, as the governance has named it.
pub fn admission_body(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<Option<(Id<Body>, String)>> {
    tx.find(
        "select b.id, b.name from governance g join body b on b.id = g.admission_body
         where g.id = $1 and b.closed_on is null",
        params![governance],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Names the body whose decision admits members, or none.
///
/// # Errors
/// `body` when it is not a body of this governance, or has ended.
pub fn name_admission_body(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    body: Option<Id<Body>>,
) -> Result<()> {
    let head = enter(ctx, tx, governance)?;
    let name: Option<String> = match body {
        None => None,
        Some(body) => {
            let found = tx.find(
                "select name from body where id = $1 and governance = $2 and closed_on is null",
                params![body, governance],
                |row| row.get(0),
            )?;
            Some(found.ok_or_else(|| Error::invalid("body", "Choisissez une instance de cette gouvernance."))?)
        }
    };
    tx.execute("update governance set admission_body = $2 where id = $1", params![governance, body])?;
    let summary = match name {
        Some(name) => format!("Les admissions dans « {} » sont décidées par « {name} »", head.name),
        None => format!("Aucune instance n'est plus désignée pour les admissions dans « {} »", head.name),
    };
    let subject = format!("gouvernance:{governance}");
    tx.record(ctx, Act::new("governance.admission_body_named", subject, summary).in_governance(governance.uuid()));
    Ok(())
}

/// What a manager records of an admission or of a refusal.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    pub since: Option<PartialDate>,
    pub decided_on: Option<PartialDate>,
    /// Sent to the person who asked, if somebody did.
    pub answer: String,
}

fn decision(ctx: &Context<'_>, tx: &mut Tx<'_>, head: &Head, on: Option<PartialDate>) -> Result<Decision> {
    let body = admission_body(tx, head.id)?.map(|(_, name)| name).unwrap_or_default();
    if !body.is_empty() && on.is_none() {
        return Err(Error::invalid("decided_on", format!("Donnez la date de la décision de « {body} ».")));
    }
    if on.is_some_and(|on| on.first_day() > ctx.now().day()) {
        return Err(Error::invalid("decided_on", "Cette date est à venir : la décision n'est pas encore prise."));
    }
    Ok(Decision { body, on })
}

/// Admits, by the decision of the body that the governance names, and answers to the person who asked.
pub fn admit(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Member>, verdict: &Verdict) -> Result<()> {
    let (head, member) = enter_by_member(ctx, tx, id)?;
    let answer = text::paragraphs(&verdict.answer, REASON_MAX)
        .map_err(|fault| Error::invalid("answer", fault.to_string()))?
        .unwrap_or_default();
    let decision = decision(ctx, tx, &head, verdict.decided_on)?;
    acts::admit_by(ctx, tx, id, verdict.since.or(verdict.decided_on), &decision)?;
    if let Some(person) = requests::close(ctx, tx, id, true, &answer)? {
        let told = format!("« {} » est admise dans « {} »{}", member.name, head.name, decision.told());
        answer_to(ctx, tx, person, &head, &told, &answer)?;
    }
    Ok(())
}

/// Refuses a candidate, with the reason that the person who asked will read.
///
/// # Errors
/// `answer` without a reason; a conflict when it is not a candidate.
pub fn refuse(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Member>, verdict: &Verdict) -> Result<()> {
    let (head, member) = enter_by_member(ctx, tx, id)?;
    if member.state != MemberState::Candidate {
        return Err(Error::Conflict(format!("« {} » n'est pas candidate.", member.name)));
    }
    let answer = text::paragraphs(&verdict.answer, REASON_MAX)
        .map_err(|fault| Error::invalid("answer", fault.to_string()))?
        .ok_or_else(|| Error::invalid("answer", "Dites pourquoi : la structure recevra cette réponse."))?;
    let decision = decision(ctx, tx, &head, verdict.decided_on)?;
    tx.execute("update member set state = 'withdrawn', refused = $2 where id = $1", params![id, true])?;
    note_change(ctx, tx, id, "Candidature refusée", None)?;
    note_decision(tx, id, &decision, &answer)?;
    // The reason is for the structure; the register tells that an answer was given.
    let summary = format!("Candidature de « {} » à « {} » refusée{}", member.name, head.name, decision.told());
    record(ctx, tx, "member.refused", &head, &member, summary, verdict.decided_on);
    if let Some(person) = requests::close(ctx, tx, id, false, &answer)? {
        let told = format!("La candidature de « {} » à « {} » n'est pas retenue", member.name, head.name);
        answer_to(ctx, tx, person, &head, &told, &answer)?;
    }
    Ok(())
}

/// Tells whoever asked, the next morning with what else there is to say.
fn answer_to(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    person: Id<Person>,
    head: &Head,
    told: &str,
    answer: &str,
) -> Result<()> {
    let answer = if answer.is_empty() { String::new() } else { format!("Réponse de la gouvernance : {answer}") };
    let news = News::new(told, crate::url::governance(&head.slug)).text(answer);
    tell(ctx, tx, person, LetterKind::Answers, &news)
}

/// Notes that a member leaves and why. The organisations that it represented are represented by nobody from then on.
pub fn withdraw(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Member>,
    until: Option<PartialDate>,
    reason: &str,
) -> Result<()> {
    let reason = text::line(reason, REASON_MAX).map_err(|fault| Error::invalid("reason", fault.to_string()))?;
    acts::withdraw(ctx, tx, id, until)?;
    close_mandates(ctx, tx, id, until, &reason)
}

/// Completes the leaving of a member: its reason, and the end of what it did for others.
pub(super) fn close_mandates(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Member>,
    until: Option<PartialDate>,
    reason: &str,
) -> Result<()> {
    note_decision(tx, id, &Decision::default(), reason)?;
    let end = until.unwrap_or_else(|| PartialDate::of_day(ctx.now().day()));
    tx.execute("update standing_mandate set until = $2 where holder = $1 and until is null", params![id, end])?;
    tx.execute(
        "update power set ended_at = $2, ended_reason = 'Départ de la structure' where member = $1 and ended_at is null",
        params![id, ctx.now()],
    )?;
    Ok(())
}

/// What can be corrected of a member.
#[derive(Clone, Debug)]
pub struct MemberSheet {
    pub category: MemberCategory,
    pub college: Option<Id<College>>,
    pub involvement: Involvement,
    pub note: String,
}

/// Corrects a member, if nobody else has since `version`.
///
/// # Errors
/// One message per wrong field; a conflict when somebody else was quicker, or when a co-lead would no longer be one of
/// those who may co-lead.
pub fn describe(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Member>, version: i64, sheet: &MemberSheet) -> Result<()> {
    let (head, member) = enter_by_member(ctx, tx, id)?;
    if member.version != version {
        return Err(Error::Conflict("Quelqu'un d'autre vient de modifier cette fiche.".to_owned()));
    }
    let mut errors = Errors::default();
    let note = errors.check("note", text::optional_line(&sheet.note, REASON_MAX)).flatten().unwrap_or_default();
    if member.co_lead.is_some() && !sheet.category.may_co_lead() {
        errors.add(
            "category",
            "Cette structure co-porte la gouvernance : seuls l'État, une collectivité ou un groupement le peuvent.",
        );
    }
    errors.into_result()?;
    if let Some(college) = sheet.college {
        acts::require_college(tx, head.id, college)?;
    }
    tx.execute(
        "update member set category = $2, college = $3, involvement = $4, note = $5, version = version + 1 where id = $1",
        params![id, Value::code(sheet.category), sheet.college, Value::code(sheet.involvement), note],
    )?;
    recount(tx, head.id)?;
    let (category, involvement) = (sheet.category.label(), sheet.involvement.label().to_lowercase());
    let summary = format!("Fiche de « {} » corrigée : {category}, {involvement}", member.name);
    record(ctx, tx, "member.corrected", &head, &member, summary, None);
    Ok(())
}
