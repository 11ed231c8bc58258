//! After the adoption: where the execution stands, when it is to be reviewed. The text never changes.

use kernel::coded::Coded as _;
use kernel::register::Act;
use kernel::{Context, Error, Errors, Id, PartialDate, Result, text};
use store::{Tx, Value, params, versions};

use super::{enter_adopted, subject};
use crate::decisions::model::{Decision, Execution, day};
use crate::decisions::store::steps;

/// What was typed of the execution.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    pub state: String,
    pub note: String,
    pub on: String,
    pub due_on: String,
    /// Who is in charge now; none: who was.
    pub responsible: Option<String>,
}

/// Adds a step to the history of the execution.
pub(super) fn note(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Decision>,
    state: Execution,
    note: &str,
    on: PartialDate,
) -> Result<()> {
    tx.execute(
        "insert into decision_execution (decision, rank, state, note, on_date, at)
         select $1, count(*) + 1, $2, $3, $4, $5 from decision_execution where decision = $1",
        params![id, Value::code(state), note, on, ctx.now()],
    )?;
    Ok(())
}

fn overtaken() -> Error {
    Error::Conflict("Quelqu'un d'autre vient de suivre cette décision.".to_owned())
}

/// Says where the execution of a decision stands, if nobody else has since `version`.
///
/// # Errors
/// One message per wrong field (`note`: what has no follow-up needs a reason); a conflict when somebody was quicker.
pub fn execute(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Decision>, version: i64, typed: &Progress) -> Result<()> {
    let (head, decision) = enter_adopted(ctx, tx, id)?;
    let mut errors = Errors::default();
    let state = governance::forms::coded::<Execution>(&mut errors, "state", &typed.state);
    let told = errors.check("note", text::optional_line(&typed.note, 500)).flatten().unwrap_or_default();
    if state == Some(Execution::Dropped) && told.is_empty() && errors.of("note").is_none() {
        errors.add("note", "Dites pourquoi cette décision reste sans suite.");
    }
    let today = ctx.now().day();
    let on = day(&mut errors, "on", &typed.on);
    if on.is_some_and(|on| on.last_day() > today) {
        errors.add("on", "Ce jour n'est pas encore venu.");
    }
    if let (Some(on), Some(decided)) = (on, decision.decided_on)
        && on.last_day() < decided.first_day()
    {
        errors.add("on", "La décision n'était pas encore prise ce jour-là.");
    }
    let due_on = day(&mut errors, "due_on", &typed.due_on);
    let responsible = match &typed.responsible {
        Some(typed) => {
            errors.check("responsible", text::optional_line(typed, text::NAME_MAX)).flatten().unwrap_or_default()
        }
        None => decision.responsible.clone(),
    };
    errors.into_result()?;
    let state = state.ok_or(Error::NotFound)?;
    let on = on.unwrap_or_else(|| PartialDate::of_day(today));
    if decision.version != version {
        // Sent twice, it is said already.
        let last = steps(tx, id)?.pop();
        let same = last.is_some_and(|last| (last.state, &last.note, last.on) == (state, &told, on));
        if same && (decision.due_on, &decision.responsible) == (due_on, &responsible) {
            return Ok(());
        }
        return Err(overtaken());
    }
    tx.execute(
        "update decision set execution = $2, due_on = $3, responsible = $4, version = version + 1 where id = $1",
        params![id, Value::code(state), due_on, &responsible],
    )?;
    note(ctx, tx, id, state, &told, on)?;
    let summary = format!("{} « {} » : {}", decision.name(), decision.title, state.label().to_lowercase());
    tx.record(
        ctx,
        Act::new("decision.executed", subject(id), summary)
            .in_governance(head.id.uuid())
            .with("execution", state.code())
            .from_source(&decision.provenance),
    );
    tx.touch(versions::DECISIONS);
    Ok(())
}

/// Sets the day on which the decision is to be looked at again, or that it is no more, if nobody else has since `version`.
///
/// # Errors
/// `on` for a day that is past; a conflict when somebody was quicker.
pub fn review(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Decision>, version: i64, typed: &str) -> Result<()> {
    let (head, decision) = enter_adopted(ctx, tx, id)?;
    let mut errors = Errors::default();
    let on = day(&mut errors, "on", typed);
    if on.is_some_and(|on| on.last_day() <= ctx.now().day()) {
        errors.add("on", "Donnez un jour à venir, ou rien s'il n'y a plus à y revenir.");
    }
    errors.into_result()?;
    if decision.version != version {
        // Sent twice, it is so already.
        return if decision.review_on == on { Ok(()) } else { Err(overtaken()) };
    }
    tx.execute("update decision set review_on = $2, version = version + 1 where id = $1", params![id, on])?;
    let summary = match on {
        Some(on) => format!("{} « {} » : à revoir le {}", decision.name(), decision.title, on.french()),
        None => format!("{} « {} » : plus de revue prévue", decision.name(), decision.title),
    };
    tx.record(
        ctx,
        Act::new("decision.reviewed", subject(id), summary)
            .in_governance(head.id.uuid())
            .with_some("revue", on.map(|on| on.to_string()))
            .from_source(&decision.provenance),
    );
    tx.touch(versions::DECISIONS);
    Ok(())
}
