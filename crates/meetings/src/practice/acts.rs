//! Reading and setting the rules of a body's meetings.

use governance::bodies::model::Body;
use governance::bodies::store as bodies;
use governance::governances::store::lock as lock_governance;
use governance::members::store as members;
use kernel::register::Act;
use kernel::{Capability, Context, Error, Id, Result, Scope};
use store::{Row, Tx, Value, params};

use super::model::{Practice, PracticeDraft, QuorumKind};
use crate::quorum::QuorumRule;

fn practice(row: &Row<'_>) -> Result<(Practice, i64)> {
    let (numerator, denominator, strictly) = (row.get(2)?, row.get(3)?, row.get(4)?);
    let quorum = match (row.code::<QuorumKind>(1)?, row.get(5)?) {
        (QuorumKind::Share, _) => QuorumRule::Share { numerator, denominator, strictly },
        (QuorumKind::CollegeShare, Some(college)) => {
            QuorumRule::CollegeShare { college, numerator, denominator, strictly }
        }
        (QuorumKind::Number, _) => QuorumRule::Number(numerator),
        (QuorumKind::None | QuorumKind::CollegeShare, _) => QuorumRule::None,
    };
    let practice = Practice {
        notice_days: row.get(0)?,
        quorum,
        proxies: row.get(6)?,
        approval: row.code(7)?,
        silence_days: row.get(8)?,
        cosigned: row.get(9)?,
    };
    Ok((practice, row.get(10)?))
}

/// The rules of a body and how often they were set; the default ones, version 0, when nobody has.
pub fn find(tx: &mut Tx<'_>, body: Id<Body>) -> Result<(Practice, i64)> {
    let found = tx.find(
        "select notice_days, quorum, numerator, denominator, strictly, college, proxies, approval, silence_days,
            cosigned, version from body_practice where body = $1",
        params![body],
        practice,
    )?;
    Ok(found.unwrap_or((Practice::default(), 0)))
}

/// Sets the rules of a body, if nobody else has since `version`. They count for the meetings to come.
pub fn set(ctx: &Context<'_>, tx: &mut Tx<'_>, body: Id<Body>, version: i64, typed: &PracticeDraft) -> Result<()> {
    let governance = bodies::governance_of(tx, body)?;
    ctx.require(Capability::ManageBody, Scope::Body { governance: governance.uuid(), body: body.uuid() })?;
    let head = lock_governance(tx, governance)?;
    if find(tx, body)?.1 != version {
        return Err(Error::Conflict("Quelqu'un d'autre vient de changer ces règles.".to_owned()));
    }
    let name = bodies::find(tx, body)?.ok_or(Error::NotFound)?.name;
    let colleges: Vec<_> = members::colleges(tx, governance)?.into_iter().map(|college| college.id).collect();
    let new = typed.parse(&colleges)?;
    let (kind, numerator, denominator, strictly, college) = match new.quorum {
        QuorumRule::None => (QuorumKind::None, 0, 1, false, None),
        QuorumRule::Number(number) => (QuorumKind::Number, number, 1, false, None),
        QuorumRule::Share { numerator, denominator, strictly } => {
            (QuorumKind::Share, numerator, denominator, strictly, None)
        }
        QuorumRule::CollegeShare { college, numerator, denominator, strictly } => {
            (QuorumKind::CollegeShare, numerator, denominator, strictly, Some(college))
        }
    };
    tx.execute(
        "insert into body_practice (body, notice_days, quorum, numerator, denominator, strictly, college, proxies, approval,
            silence_days, cosigned, version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)
         on conflict (body) do update set notice_days = excluded.notice_days, quorum = excluded.quorum,
            numerator = excluded.numerator, denominator = excluded.denominator, strictly = excluded.strictly,
            college = excluded.college, proxies = excluded.proxies, approval = excluded.approval,
            silence_days = excluded.silence_days, cosigned = excluded.cosigned, version = body_practice.version + 1",
        params![
            body,
            new.notice_days,
            Value::code(kind),
            numerator,
            denominator,
            strictly,
            college,
            new.proxies,
            Value::code(new.approval),
            new.silence_days,
            new.cosigned
        ],
    )?;
    let summary = format!("Règles des réunions de « {name} » fixées dans « {} »", head.name);
    tx.record(
        ctx,
        Act::new("body.practice_set", format!("instance:{body}"), summary)
            .in_governance(governance.uuid())
            .with("quorum", kernel::coded::Coded::code(kind))
            .with("preavis_jours", new.notice_days),
    );
    Ok(())
}
