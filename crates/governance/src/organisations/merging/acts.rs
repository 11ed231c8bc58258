//! Merging two organisations: everything of the duplicate passes to the one that is kept, in one transaction, and what was
//! done is kept row by row so that it can be undone to the letter.

use directory::Organisation;
use kernel::register::Act;
use kernel::{Capability, Context, Error, Id, Result, Scope, text};
use store::images::{self, Image};
use store::{Tx, Value, params, versions};
use uuid::Uuid;

use super::model::{Choice, Choices, Meeting, Merge, Plan};
use super::plan;
use super::references::{Moved, OF_MEMBER, OF_ORGANISATION, WITH_MEMBER};
use crate::Governance;
use crate::governances::store as governances;
use crate::members::acts::recount;

/// Puts a merge in order with every act inside a governance (each begins by locking its governance) and with other merges:
/// nothing can be attached to an organisation while it gives way. Merges are rare; rows are locked, not changed.
pub(super) fn lock(tx: &mut Tx<'_>, organisations: [Id<Organisation>; 2]) -> Result<()> {
    tx.execute("update governance set version = version", &[])?;
    let [one, other] = organisations;
    tx.execute("update organisation set version = version + 1 where id in ($1, $2)", params![one, other])?;
    Ok(())
}

/// Merges `duplicate` into `kept`, as whoever compared them has chosen; `seen` are the versions of both identities that
/// were compared.
///
/// # Errors
/// As [`plan::read`]; one message for each question without an answer; a conflict when an identity was corrected since.
pub fn merge(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    kept: Id<Organisation>,
    duplicate: Id<Organisation>,
    seen: (i64, i64),
    choices: &Choices,
) -> Result<Id<Merge>> {
    ctx.require(Capability::MergeOrganisations, Scope::Platform)?;
    lock(tx, [kept, duplicate])?;
    let plan = plan::read(tx, kept, duplicate)?;
    if plan.versions != (seen.0.saturating_add(1), seen.1.saturating_add(1)) {
        return Err(Error::Conflict(
            "L'identité d'une de ces structures vient d'être corrigée. Comparez de nouveau, puis recommencez."
                .to_owned(),
        ));
    }
    plan.check(choices)?;
    let touched = plan::governances(tx, kept, duplicate)?;
    let id: Id<Merge> = ctx.new_id()?;
    tx.execute(
        "insert into organisation_merge (id, number, kept, duplicate, kept_name, duplicate_name, merged_at)
         select $1, count(*) + 1, $2, $3, $4, $5, $6 from organisation_merge",
        params![id, kept, duplicate, &plan.kept.name, &plan.duplicate.name, ctx.now()],
    )?;
    let mut work = Work { steps: Vec::new() };
    work.give_way(tx, &plan, choices)?;
    for reference in &OF_ORGANISATION {
        work.pass(tx, reference, duplicate.uuid(), kept.uuid())?;
    }
    work.identity(tx, &plan, choices)?;
    tx.execute("update organisation set merged_into = $2 where id = $1", params![duplicate, kept])?;
    let moved = work.steps.iter().filter(|step| step.step == "moved").count();
    work.write(tx, id)?;

    let summary = format!("« {} » est fusionnée avec « {} », qui reste", plan.duplicate.name, plan.kept.name);
    tx.record(
        ctx,
        Act::new("organisation.merged", format!("structure:{kept}"), summary)
            .with("doublon", duplicate.to_string())
            .with("elements_deplaces", i64::try_from(moved).unwrap_or(i64::MAX))
            .from_source(&plan.kept.provenance),
    );
    let told = |name: &str| {
        format!("Dans « {name} », « {} » tient la place de « {} » (fusion)", plan.kept.name, plan.duplicate.name)
    };
    tell_governances(ctx, tx, "member.merged", kept, &touched, told)?;
    Ok(id)
}

/// Keeps true what each governance shows of its members, says in its register what happened, and has every page that
/// shows one of the two made again.
pub(super) fn tell_governances(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    code: &'static str,
    kept: Id<Organisation>,
    touched: &[Id<Governance>],
    told: impl Fn(&str) -> String,
) -> Result<()> {
    for id in touched {
        recount(tx, *id)?;
        let Some(head) = governances::head(tx, *id)? else { continue };
        let act = Act::new(code, format!("structure:{kept}"), told(&head.name));
        tx.record(ctx, act.in_governance(id.uuid()));
    }
    tx.touch(versions::GOVERNANCES);
    tx.touch(versions::ORGANISATIONS);
    Ok(())
}

struct Step {
    step: &'static str,
    place: &'static str,
    field: &'static str,
    former: String,
    image: String,
    label: String,
}

/// What a merge has done so far.
struct Work {
    steps: Vec<Step>,
}

impl Work {
    /// Where both stand, what was not chosen gives way.
    fn give_way(&mut self, tx: &mut Tx<'_>, plan: &Plan, choices: &Choices) -> Result<()> {
        let (kept, duplicate) = (plan.kept.id, plan.duplicate.id);
        for (mandate, told) in &plan.idle_mandates {
            self.set_aside(tx, "standing_mandate", told, "id = $1", params![*mandate])?;
        }
        for one in &plan.collisions {
            let choice = choices.of(&one.question());
            let goes = if choice == Some(Choice::Duplicate) { kept } else { duplicate };
            match one.meeting {
                Meeting::Membership { kept, duplicate, .. } => {
                    let (stays, goes) =
                        if choice == Some(Choice::Duplicate) { (duplicate, kept) } else { (kept, duplicate) };
                    for reference in &OF_MEMBER {
                        self.pass(tx, reference, goes.uuid(), stays.uuid())?;
                    }
                    // What goes with it before the row itself: put back in the other direction, the row comes first.
                    for (table, column) in WITH_MEMBER {
                        self.set_aside(tx, table, &one.label, &format!("{column} = $1"), params![goes])?;
                    }
                    self.set_aside(tx, "member", &one.label, "id = $1", params![goes])?;
                }
                Meeting::Signature { agreement } => {
                    let row = "agreement = $1 and organisation = $2";
                    self.set_aside(tx, "signatory", &one.label, row, params![agreement, goes])?;
                }
                Meeting::Seats { .. } if choice == Some(Choice::Both) => {}
                Meeting::Seats { body } => {
                    self.set_aside(tx, "seat", &one.label, "body = $1 and organisation = $2", params![body, goes])?;
                }
            }
        }
        // A body in which both sit by name: one line says so.
        let twice = "value = $1 and exists (select 1 from body_rule o where o.body = body_rule.body
            and o.rule = body_rule.rule and o.value = $2)";
        let values = params![duplicate.to_string(), kept.to_string()];
        self.set_aside(tx, "body_rule", "la composition d'une instance", twice, values)
    }

    fn set_aside(
        &mut self,
        tx: &mut Tx<'_>,
        table: &'static str,
        label: &str,
        condition: &str,
        values: &[Value],
    ) -> Result<()> {
        for image in images::take(tx, table, condition, values)? {
            let image = image.to_text()?;
            let (former, label) = (String::new(), label.to_owned());
            self.steps.push(Step { step: "set_aside", place: table, field: "", former, image, label });
        }
        tx.execute(&format!("delete from {table} where {condition}"), values)?;
        Ok(())
    }

    /// Every row of a column passes from one to the other.
    fn pass(&mut self, tx: &mut Tx<'_>, moved: &'static Moved, from: Uuid, to: Uuid) -> Result<()> {
        let Moved { table, column, .. } = *moved;
        let rows = images::take(tx, table, &format!("{column} = $1"), &[moved.value(from)])?;
        for row in &rows {
            let key = row.only(moved.key).with(column, moved.plain(to));
            let label = moved.label(tx, &key)?;
            let (former, image) = (from.to_string(), key.to_text()?);
            self.steps.push(Step { step: "moved", place: table, field: column, former, image, label });
        }
        let sql = format!("update {table} set {column} = $2 where {column} = $1");
        tx.execute(&sql, &[moved.value(from), moved.value(to)])?;
        Ok(())
    }

    /// The fields that were chosen from the duplicate. Numbers that are not kept stay with the duplicate, so that whoever
    /// types one is led to the organisation that is kept, and nobody enters it a second time.
    fn identity(&mut self, tx: &mut Tx<'_>, plan: &Plan, choices: &Choices) -> Result<()> {
        let (kept, duplicate) = (plan.kept.id, plan.duplicate.id);
        for pair in &plan.fields {
            if !pair.differ() || choices.of(&pair.question()) != Some(Choice::Duplicate) {
                continue;
            }
            let (ours, theirs) = (pair.kept.as_deref(), pair.duplicate.as_deref());
            if matches!(pair.column, "siret" | "rna" | "ridet") {
                self.change(tx, duplicate, pair.column, theirs, None, pair.label)?;
                self.change(tx, kept, pair.column, ours, theirs, pair.label)?;
                self.change(tx, duplicate, pair.column, None, ours, pair.label)?;
                continue;
            }
            self.change(tx, kept, pair.column, ours, theirs, pair.label)?;
            if pair.column == "name" {
                let key = |name: Option<&str>| name.map(text::fold);
                self.change(tx, kept, "name_key", key(ours).as_deref(), key(theirs).as_deref(), pair.label)?;
            }
        }
        Ok(())
    }

    fn change(
        &mut self,
        tx: &mut Tx<'_>,
        id: Id<Organisation>,
        column: &'static str,
        before: Option<&str>,
        after: Option<&str>,
        label: &str,
    ) -> Result<()> {
        if before == after {
            return Ok(());
        }
        tx.execute(&format!("update organisation set {column} = $2 where id = $1"), params![id, after])?;
        let image = Image::default()
            .with("id", Value::from(id.uuid().as_bytes().as_slice()))
            .with("before", before.into())
            .with("after", after.into())
            .to_text()?;
        let (former, label) = (String::new(), format!("le champ « {label} »"));
        self.steps.push(Step { step: "changed", place: "organisation", field: column, former, image, label });
        Ok(())
    }

    fn write(self, tx: &mut Tx<'_>, id: Id<Merge>) -> Result<()> {
        let row = |(rank, step): (i64, Step)| {
            let Step { step, place, field, former, image, label } = step;
            vec![
                id.into(),
                rank.into(),
                step.into(),
                place.into(),
                field.into(),
                former.into(),
                image.into(),
                label.into(),
            ]
        };
        let rows: Vec<Vec<Value>> = (1..).zip(self.steps).map(row).collect();
        let head = "insert into organisation_merge_row (merging, rank, step, place, field, former, image, label)";
        tx.insert_many(head, 8, &rows)
    }
}
