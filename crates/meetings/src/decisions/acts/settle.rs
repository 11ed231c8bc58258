//! Settling a draft: adopted by consensus, adopted or rejected by a vote.

use directory::correspondence::{LetterKind, News};
use governance::bodies::model::Body;
use governance::bodies::store as bodies;
use jiff::civil::Date;
use kernel::coded::Coded as _;
use kernel::register::Act;
use kernel::{Context, Error, Errors, Id, PartialDate, Result, text};
use store::{Tx, Value, params, versions};
use uuid::Uuid;

use super::draft::{may_touch, words_key};
use super::{enter_draft, refuse_while_voted, subject};
use crate::decisions::effects::{self, Deciding};
use crate::decisions::model::{Decision, DecisionState, Execution, Manner, Number, SENTENCE_MAX, Way, day};
use crate::decisions::store as reads;
use crate::model::{Meeting, MeetingState};
use crate::news::tell_members;

/// What was typed of an adoption by consensus.
#[derive(Clone, Debug, Default)]
pub struct Consensus {
    pub manner: String,
    pub on: String,
    pub sentence: String,
}

/// How a decision is adopted.
#[derive(Clone, Debug)]
pub struct Adoption {
    pub way: Way,
    pub manner: Manner,
    pub sentence: String,
    pub on: Date,
}

/// The days on which a meeting is held, by its own clock: one, or two when it goes past midnight.
fn days(meeting: &Meeting) -> (Date, Date) {
    let day = |at| meeting.zone.civil(at).0;
    let begins = meeting.opened_at.unwrap_or(meeting.starts_at).min(meeting.starts_at);
    let ends = meeting.closed_at.unwrap_or(meeting.ends_at()).max(meeting.ends_at());
    (day(begins), day(ends))
}

/// The meeting of the item of a draft, where it is open or was held: there it may be adopted.
pub(crate) fn held(tx: &mut Tx<'_>, decision: &Decision) -> Result<Option<Meeting>> {
    let Some((item, _)) = &decision.item else { return Ok(None) };
    let meeting = crate::store::meeting_of(tx, *item)?;
    let meeting = crate::store::find(tx, meeting)?;
    Ok(matches!(meeting.state, MeetingState::Open | MeetingState::Closed).then_some(meeting))
}

impl Consensus {
    /// Understands what was typed.
    ///
    /// # Errors
    /// One message per wrong field.
    pub(crate) fn parse(&self, held: Option<&Meeting>, today: Date) -> Result<Adoption> {
        let mut errors = Errors::default();
        let manner = governance::forms::coded::<Manner>(&mut errors, "manner", &self.manner);
        if manner == Some(Manner::Meeting) && held.is_none() {
            errors.add(
                "manner",
                "Pour l'adopter en réunion, rattachez d'abord le projet à un point d'une réunion ouverte ou tenue.",
            );
        }
        let sentence = errors.check("sentence", text::line(&self.sentence, SENTENCE_MAX)).unwrap_or_default();
        let typed = day(&mut errors, "on", &self.on);
        let (within, default) = match (manner, held) {
            (Some(Manner::Meeting), Some(meeting)) => (Some(days(meeting)), Some(days(meeting).0)),
            _ => (None, None),
        };
        let on = typed.map(PartialDate::last_day).or(default);
        match on {
            None if errors.of("on").is_none() => errors.add("on", "Donnez le jour de la décision."),
            Some(on) if on > today => errors.add("on", "Ce jour n'est pas encore venu."),
            Some(on) if within.is_some_and(|(first, last)| on < first || on > last) => {
                errors.add("on", "Ce n'est pas un jour de cette réunion.");
            }
            _ => {}
        }
        errors.into_result()?;
        let (Some(manner), Some(on)) = (manner, on) else { return Err(Error::NotFound) };
        Ok(Adoption { way: Way::Consensus, manner, sentence, on })
    }
}

/// Adopts a draft by consensus, if nobody else has changed it since `version`; gives its number.
///
/// # Errors
/// One message per wrong field; a conflict when somebody was quicker, while people vote on it, when one of its effects or of
/// the decisions that it amends is not possible any more.
pub fn adopt(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Decision>, version: i64, typed: &Consensus) -> Result<Number> {
    let (of, body) = enter_draft(ctx, tx, id)?;
    refuse_while_voted(&of.decision)?;
    if of.decision.version != version {
        return Err(Error::Conflict(
            "Quelqu'un d'autre vient de changer ce projet : relisez-le avant de l'adopter.".to_owned(),
        ));
    }
    let held = held(tx, &of.decision)?;
    let how = typed.parse(held.as_ref(), ctx.now().day())?;
    settle(ctx, tx, of, &body, &how)
}

/// Settles a draft as a ballot says: adopted, with a number and its effects, or rejected. Within the act that publishes the
/// result; `sentence` is how the vote went, `on` the day on which it closed.
///
/// # Errors
/// A conflict when it is no draft, when another ballot is about it, or when one of its effects is not possible any more.
pub fn settle_by_vote(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Decision>,
    ballot: Uuid,
    adopted: bool,
    sentence: &str,
    on: Date,
) -> Result<()> {
    attach_ballot(ctx, tx, id, ballot)?;
    let (of, body) = enter_draft(ctx, tx, id)?;
    let sentence = text::line(sentence, SENTENCE_MAX).map_err(|fault| Error::invalid("sentence", fault.to_string()))?;
    let in_meeting = held(tx, &of.decision)?.is_some_and(|meeting| {
        let (first, last) = days(&meeting);
        (first..=last).contains(&on)
    });
    let manner = if in_meeting { Manner::Meeting } else { Manner::Written };
    if adopted {
        return settle(ctx, tx, of, &body, &Adoption { way: Way::Vote, manner, sentence, on }).map(|_| ());
    }
    tx.execute(
        "update decision set state = 'rejected', way = 'vote', manner = $2, sentence = $3, decided_on = $4, settled_at = $5,
            version = version + 1 where id = $1",
        params![id, Value::code(manner), &sentence, PartialDate::of_day(on), ctx.now()],
    )?;
    Ok(())
}

/// Says that a ballot is to decide on a draft: from then on its text stays as it is, and no consensus adopts it.
///
/// # Errors
/// A conflict when it is no draft, or when another ballot is about it.
pub fn attach_ballot(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Decision>, ballot: Uuid) -> Result<()> {
    let (of, _) = enter_draft(ctx, tx, id)?;
    match of.decision.ballot {
        Some(known) if known == ballot => return Ok(()),
        Some(_) => return Err(Error::Conflict("Un autre vote porte déjà sur ce projet.".to_owned())),
        None => {}
    }
    tx.execute("update decision set ballot = $2, version = version + 1 where id = $1", params![id, ballot])?;
    Ok(())
}

/// Gives a draft back to those who prepare it: its ballot is given up, or settles nothing.
pub fn detach_ballot(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Decision>, ballot: Uuid) -> Result<()> {
    let (of, _) = enter_draft(ctx, tx, id)?;
    if of.decision.ballot == Some(ballot) {
        tx.execute("update decision set ballot = null, version = version + 1 where id = $1", params![id])?;
    }
    Ok(())
}

/// The adoption itself: number, links, effects, register, news. The governance is locked.
fn settle(ctx: &Context<'_>, tx: &mut Tx<'_>, of: Deciding, body: &Body, how: &Adoption) -> Result<Number> {
    let id = of.decision.id;
    let number = reads::next_number(tx, of.head.id, i64::from(how.on.year()))?;
    let on = PartialDate::of_day(how.on);
    let execution = if of.decision.to_execute { Execution::ToDo } else { Execution::Done };
    tx.execute(
        "update decision set state = 'adopted', year = $2, rank = $3, words_key = $4, way = $5, manner = $6, sentence = $7,
            decided_on = $8, settled_at = $9, execution = $10, version = version + 1 where id = $1",
        params![
            id,
            number.year,
            number.rank,
            words_key(Some(number), &of.decision.title, &of.decision.text),
            Value::code(how.way),
            Value::code(how.manner),
            &how.sentence,
            on,
            ctx.now(),
            Value::code(execution)
        ],
    )?;
    if !of.decision.to_execute {
        super::after::note(ctx, tx, id, Execution::Done, "Par son adoption", on)?;
    }
    let decision = reads::find(tx, id)?;
    let of = Deciding { decision, on, ..of };
    let summary = format!(
        "{} de « {} » adoptée {} : « {} »",
        of.decision.name(),
        body.name,
        how.way.to_string().to_lowercase(),
        of.decision.title
    );
    tx.record(
        ctx,
        Act::new("decision.adopted", subject(id), summary)
            .in_governance(of.head.id.uuid())
            .with("numero", number.to_string())
            .with("date", on.to_string())
            .with("mode", how.way.code())
            .from_source(&of.decision.provenance),
    );
    change_targets(ctx, tx, &of, body, number)?;
    effects::run(ctx, tx, &of, body)?;
    tell_sitting(ctx, tx, &of, body)?;
    tx.touch(versions::DECISIONS);
    tx.touch(versions::MEETINGS);
    Ok(number)
}

/// What the decision amends or repeals is so from now on.
fn change_targets(ctx: &Context<'_>, tx: &mut Tx<'_>, of: &Deciding, body: &Body, number: Number) -> Result<()> {
    for (kind, target) in reads::targets(tx, of.decision.id)? {
        let target = reads::find(tx, target)?;
        let next: DecisionState = kind.makes();
        if !target.state.may_become(next) || !may_touch(body, &target) {
            return Err(Error::Conflict(format!(
                "La {} ne peut plus être modifiée ni abrogée par « {} » : corrigez le projet avant de l'adopter.",
                target.name().to_lowercase(),
                body.name
            )));
        }
        tx.execute(
            "update decision set state = $2, version = version + 1 where id = $1",
            params![target.id, Value::code(next)],
        )?;
        let (code, verb) = match next {
            DecisionState::Repealed => ("decision.repealed", "abrogée"),
            _ => ("decision.amended", "modifiée"),
        };
        let summary = format!("{} {verb} par la décision {number}", target.name());
        tx.record(
            ctx,
            Act::new(code, subject(target.id), summary)
                .in_governance(of.head.id.uuid())
                .with("par", number.to_string())
                .from_source(&target.provenance),
        );
    }
    Ok(())
}

/// Whoever represents a member that sits in the body reads it in the next grouped message.
fn tell_sitting(ctx: &Context<'_>, tx: &mut Tx<'_>, of: &Deciding, body: &Body) -> Result<()> {
    let news = News {
        title: format!("{}, {} : {}", of.decision.name(), body.name, of.decision.title),
        text: format!("Adoptée {}.", of.decision.taken()),
        path: of.decision.page().unwrap_or_default(),
    };
    let members = bodies::sitting_members(tx, body.id)?.into_iter().map(|(member, _)| member);
    tell_members(ctx, tx, of.head.id, members, LetterKind::Meetings, &news)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn consensus(manner: &str, on: &str, sentence: &str) -> Result<Adoption> {
        let typed = Consensus { manner: manner.into(), on: on.into(), sentence: sentence.into() };
        typed.parse(None, day("2026-11-22"))
    }

    fn wrong(found: Result<Adoption>) -> Vec<String> {
        match found {
            Err(Error::Invalid(errors)) => errors.iter().map(|error| error.field.to_string()).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_consensus_needs_its_sentence_its_day_and_where() {
        assert_eq!(wrong(consensus("", "", "")), ["manner", "sentence", "on"]);
        assert_eq!(wrong(consensus("meeting", "01/11/2026", "Aucune objection.")), ["manner"]);
        assert_eq!(wrong(consensus("written", "23/11/2026", "Aucune objection.")), ["on"]);
        let adopted = consensus("written", "22/11/2026", "  Aucune   objection. ").unwrap();
        assert_eq!((adopted.on, adopted.sentence.as_str()), (day("2026-11-22"), "Aucune objection."));
    }
}
