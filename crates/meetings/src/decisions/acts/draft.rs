//! Writing a draft, correcting it, giving it up.

use governance::bodies::model::Body;
use governance::governances::store::Head;
use kernel::{Context, Error, Errors, Id, Provenance, Result, text};
use store::{Tx, Value, params};

use super::{enter_draft, enter_living, refuse_while_voted};
use crate::decisions::model::{Content, Decision, Draft, LinkKind, Number, decides_for_governance};
use crate::decisions::store as reads;
use crate::model::{Item, MeetingState};

/// Drafts that one body may have at once.
const DRAFTS_MAX: usize = 100;

/// What is searched in: the number first, once there is one.
pub(super) fn words_key(number: Option<Number>, title: &str, body: &str) -> String {
    let number = number.map(|number| number.to_string()).unwrap_or_default();
    text::fold(&format!("{number} {title} {body}"))
}

/// The item, when it is one of a meeting of this body that may still decide.
fn require_item(tx: &mut Tx<'_>, body: &Body, item: Id<Item>) -> Result<()> {
    let unknown = || Error::invalid("item", "Ce point n'est pas à l'ordre du jour d'une réunion de cette instance.");
    let meeting = crate::store::meeting_of(tx, item).map_err(|error| match error {
        Error::NotFound => unknown(),
        other => other,
    })?;
    if !crate::store::bodies(tx, meeting)?.iter().any(|one| one.id == body.id) {
        return Err(unknown());
    }
    if crate::store::find(tx, meeting)?.state == MeetingState::Cancelled {
        return Err(Error::invalid("item", "Cette réunion est annulée : choisissez un autre point."));
    }
    Ok(())
}

/// The decisions that a draft is to amend or repeal.
///
/// # Errors
/// `amends` or `repeals`, for each number that is none, is repealed already, or is of a body above this one.
fn targets(
    tx: &mut Tx<'_>,
    head: &Head,
    body: &Body,
    links: &[(LinkKind, Number)],
) -> Result<Vec<(LinkKind, Id<Decision>)>> {
    let mut errors = Errors::default();
    let mut found = Vec::new();
    for (kind, number) in links {
        let field = match kind {
            LinkKind::Amends => "amends",
            LinkKind::Repeals => "repeals",
        };
        match reads::by_number(tx, head.id, *number)? {
            None => errors.add(field, format!("Cette gouvernance n'a pas de décision {number}.")),
            Some(target) if !target.state.is_in_force() => {
                errors.add(field, format!("La décision {number} est déjà abrogée."));
            }
            Some(target) if !may_touch(body, &target) => errors.add(
                field,
                format!("La décision {number} est de « {} » : seule cette instance, ou une instance plénière, stratégique ou de pilotage, peut y revenir.", target.author.0),
            ),
            Some(target) => found.push((*kind, target.id)),
        }
    }
    errors.into_result()?;
    Ok(found)
}

/// A body comes back on what it decided itself; one that speaks for the governance on everything.
pub(super) fn may_touch(body: &Body, target: &Decision) -> bool {
    target.body == body.id || decides_for_governance(body)
}

fn put_links(tx: &mut Tx<'_>, id: Id<Decision>, links: &[(LinkKind, Id<Decision>)]) -> Result<()> {
    tx.execute("delete from decision_link where decision = $1", params![id])?;
    for (kind, target) in links {
        tx.execute(
            "insert into decision_link (decision, target, kind) values ($1, $2, $3)",
            params![id, *target, Value::code(*kind)],
        )?;
    }
    Ok(())
}

/// A decision says already what was typed, its links included.
fn says_so(tx: &mut Tx<'_>, decision: &Decision, new: &Content) -> Result<bool> {
    if !new.is_so(decision) {
        return Ok(false);
    }
    let links = reads::links(tx, decision.id)?;
    Ok(links.len() == new.links.len() && links.iter().all(|link| new.links.contains(&(link.kind, link.number))))
}

/// Writes a draft. A form sent twice writes one.
///
/// # Errors
/// One message per wrong field; a conflict when the body has ended or has too many drafts.
pub fn write(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    body: Id<Body>,
    typed: &Draft,
    provenance: &Provenance,
) -> Result<Id<Decision>> {
    let (head, body) = enter_living(ctx, tx, body)?;
    let new = typed.parse()?;
    let drafts = reads::drafts_of_body(tx, body.id)?;
    for draft in &drafts {
        if says_so(tx, draft, &new)? {
            return Ok(draft.id);
        }
    }
    if drafts.len() >= DRAFTS_MAX {
        return Err(Error::Conflict(format!("Une instance ne prépare pas plus de {DRAFTS_MAX} décisions à la fois.")));
    }
    let links = targets(tx, &head, &body, &new.links)?;
    if let Some(item) = new.item {
        require_item(tx, &body, item)?;
    }
    let id: Id<Decision> = ctx.new_id()?;
    tx.execute(
        "insert into decision (id, governance, body, state, title, body_text, words_key, arising, arising_note, item, to_execute,
            responsible, due_on, review_on, origin, source, created_at)
         values ($1, $2, $3, 'draft', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        params![
            id,
            head.id,
            body.id,
            &new.title,
            &new.text,
            words_key(None, &new.title, &new.text),
            Value::code(new.arising),
            &new.arising_note,
            new.item,
            new.to_execute,
            &new.responsible,
            new.due_on,
            new.review_on,
            Value::code(provenance.origin),
            &provenance.source,
            ctx.now()
        ],
    )?;
    put_links(tx, id, &links)?;
    Ok(id)
}

/// Corrects a draft, if nobody else has since `version`.
///
/// # Errors
/// One message per wrong field; a conflict when somebody was quicker, when it is settled, or while people vote on it.
pub fn correct(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Decision>, version: i64, typed: &Draft) -> Result<()> {
    let (of, body) = enter_draft(ctx, tx, id)?;
    refuse_while_voted(&of.decision)?;
    let new: Content = typed.parse()?;
    if says_so(tx, &of.decision, &new)? {
        return Ok(());
    }
    if of.decision.version != version {
        return Err(Error::Conflict("Quelqu'un d'autre vient de corriger ce projet.".to_owned()));
    }
    let links = targets(tx, &of.head, &body, &new.links)?;
    // The item that it has already is not asked for again: its meeting may have been cancelled since.
    if let Some(item) = new.item.filter(|item| of.decision.item.as_ref().map(|(known, _)| known) != Some(item)) {
        require_item(tx, &body, item)?;
    }
    tx.execute(
        "update decision set title = $2, body_text = $3, words_key = $4, arising = $5, arising_note = $6, item = $7,
            to_execute = $8, responsible = $9, due_on = $10, review_on = $11, version = version + 1 where id = $1",
        params![
            id,
            &new.title,
            &new.text,
            words_key(None, &new.title, &new.text),
            Value::code(new.arising),
            &new.arising_note,
            new.item,
            new.to_execute,
            &new.responsible,
            new.due_on,
            new.review_on
        ],
    )?;
    put_links(tx, id, &links)
}

/// Gives a draft up, with the reason, which those who animate read.
pub fn give_up(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Decision>, reason: &str) -> Result<()> {
    let (of, _) = enter_draft(ctx, tx, id)?;
    refuse_while_voted(&of.decision)?;
    let reason = text::line(reason, 300).map_err(|fault| Error::invalid("reason", fault.to_string()))?;
    tx.execute(
        "update decision set state = 'given_up', sentence = $2, settled_at = $3, version = version + 1 where id = $1",
        params![id, &reason, ctx.now()],
    )?;
    Ok(())
}

/// An item leaves its agenda: the drafts on it stay, without it.
///
/// # Errors
/// A conflict when something was adopted on it.
pub(crate) fn leave_item(tx: &mut Tx<'_>, item: Id<Item>) -> Result<()> {
    let adopted: i64 = tx.get(
        "select count(*) from decision where item = $1 and state in ('adopted', 'amended', 'repealed')",
        params![item],
        |row| row.get(0),
    )?;
    if adopted > 0 {
        return Err(Error::Conflict(
            "Une décision a été adoptée sur ce point : il reste à l'ordre du jour.".to_owned(),
        ));
    }
    tx.execute("update decision set item = null, version = version + 1 where item = $1", params![item])?;
    Ok(())
}
