//! Noting a fact.

use kernel::register::Act;
use kernel::{Capability, Context, Errors, Id, Result, Scope, text};
use store::{Tx, Value, params};

use super::Fact;
use crate::Governance;
use crate::governances::acts::subject;
use crate::governances::store::lock;

/// Notes what a source says. Several facts may share a topic: they are shown together.
pub fn note(ctx: &Context<'_>, tx: &mut Tx<'_>, governance: Id<Governance>, fact: &Fact) -> Result<()> {
    ctx.require(Capability::ManageGovernance, Scope::Governance(governance.uuid()))?;
    let head = lock(tx, governance)?;
    let mut errors = Errors::default();
    let topic = errors.check("topic", text::line(&fact.topic, text::NAME_MAX)).unwrap_or_default();
    let value = errors.check("value", text::line(&fact.value, 1000)).unwrap_or_default();
    errors.into_result()?;
    let id: Id<Fact> = ctx.new_id()?;
    tx.execute(
        "insert into fact (id, governance, rank, topic, value, on_date, origin, source)
         select $1, $2, count(*) + 1, $3, $4, $5, $6, $7 from fact where governance = $2",
        params![id, governance, &topic, &value, fact.on, Value::code(fact.provenance.origin), &fact.provenance.source,],
    )?;
    let summary = format!("Fait noté pour « {} » : {topic}", head.name);
    tx.record(
        ctx,
        Act::new("fact.noted", subject(governance), summary)
            .in_governance(governance.uuid())
            .with("valeur", value)
            .from_source(&fact.provenance),
    );
    Ok(())
}
