//! Joining, admitting, leaving, co-leading, speaking for others.

use directory::{Organisation, organisations};
use kernel::coded::Coded as _;
use kernel::register::Act;
use kernel::{Capability, Context, Error, Errors, Id, PartialDate, Provenance, Result, Scope, text};
use store::{Tx, Value, params, versions};

pub use super::mandates::{NewMandate, give_mandate};
use super::model::{CoLead, College, Involvement, Member, MemberCategory, MemberState};
use super::store as reads;
use crate::Governance;
use crate::governances::store::{Head, lock};

pub(super) fn subject(id: Id<Member>) -> String {
    format!("membre:{id}")
}

/// Opens one act inside a governance: permission, then the lock.
pub(super) fn enter(ctx: &Context<'_>, tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<Head> {
    ctx.require(Capability::ManageGovernance, Scope::Governance(governance.uuid()))?;
    lock(tx, governance)
}

/// As [`enter`], for an act on one member.
pub(super) fn enter_by_member(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Member>) -> Result<(Head, Member)> {
    let governance = reads::governance_of(tx, id)?;
    let head = enter(ctx, tx, governance)?;
    Ok((head, reads::find(tx, id)?))
}

/// Creates a stakeholder college.
///
/// # Errors
/// On `name` when it is wrong or taken in this governance.
pub fn create_college(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    name: &str,
    note: &str,
    provenance: &Provenance,
) -> Result<Id<College>> {
    let head = enter(ctx, tx, governance)?;
    let mut errors = Errors::default();
    let name = errors.check("name", text::line(name, text::NAME_MAX)).unwrap_or_default();
    let note = errors.check("note", text::optional_line(note, 1000)).flatten().unwrap_or_default();
    errors.into_result()?;
    let id: Id<College> = ctx.new_id()?;
    tx.execute(
        "insert into college (id, governance, rank, name, note, origin, source)
         select $1, $2, count(*) + 1, $3, $4, $5, $6 from college where governance = $2",
        params![id, governance, &name, note, Value::code(provenance.origin), &provenance.source],
    )
    .map_err(|error| {
        error.when_duplicate("college_governance_name_key", "name", "Ce collège existe déjà dans cette gouvernance.")
    })?;
    let summary = format!("Création du collège « {name} » dans « {} »", head.name);
    tx.record(
        ctx,
        Act::new("college.created", format!("college:{id}"), summary)
            .in_governance(governance.uuid())
            .from_source(provenance),
    );
    Ok(id)
}

/// An organisation that asks to join, or is entered by a manager.
#[derive(Clone, Debug)]
pub struct Application {
    pub organisation: Id<Organisation>,
    pub category: MemberCategory,
    pub college: Option<Id<College>>,
    pub involvement: Involvement,
    pub note: String,
    pub provenance: Provenance,
}

/// Enters an organisation as candidate.
///
/// # Errors
/// A conflict when it is in this governance already (one that has withdrawn comes back by [`come_back`]).
pub fn apply(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    application: &Application,
) -> Result<Id<Member>> {
    let head = enter(ctx, tx, governance)?;
    enter_candidate(ctx, tx, &head, application)
}

/// As [`apply`], for acts that have asked for their own permission and hold the lock of the governance.
pub(super) fn enter_candidate(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    head: &Head,
    application: &Application,
) -> Result<Id<Member>> {
    let governance = head.id;
    if let Some(college) = application.college {
        require_college(tx, governance, college)?;
    }
    let note = text::optional_line(&application.note, 1000)
        .map_err(|fault| Error::invalid("note", fault.to_string()))?
        .unwrap_or_default();
    let organisation = organisations::store::find(tx, application.organisation)?
        .ok_or_else(|| Error::invalid("organisation", "Cette structure n'existe pas."))?;
    let id: Id<Member> = ctx.new_id()?;
    tx.execute(
        "insert into member (id, governance, organisation, category, college, state, involvement, note, origin, source)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            id,
            governance,
            application.organisation,
            Value::code(application.category),
            application.college,
            Value::code(MemberState::Candidate),
            Value::code(application.involvement),
            note,
            Value::code(application.provenance.origin),
            &application.provenance.source,
        ],
    )
    .map_err(|error| match error {
        Error::Duplicate(name) if name == "member_governance_organisation_key" => {
            Error::Conflict(format!("« {} » est déjà dans cette gouvernance.", organisation.name))
        }
        other => other,
    })?;
    note_change(ctx, tx, id, "Candidature", None)?;
    let summary = format!("Candidature de « {} » à « {} »", organisation.name, head.name);
    tx.record(
        ctx,
        Act::new("member.applied", subject(id), summary)
            .in_governance(governance.uuid())
            .with("structure", organisation.id.to_string())
            .from_source(&application.provenance),
    );
    tx.touch(versions::GOVERNANCES);
    Ok(id)
}

pub(crate) fn is_college_of(tx: &mut Tx<'_>, governance: Id<Governance>, college: Id<College>) -> Result<bool> {
    let here: i64 = tx.get(
        "select count(*) from college where id = $1 and governance = $2",
        params![college, governance],
        |row| row.get(0),
    )?;
    Ok(here > 0)
}

/// A college is one of its own governance.
pub(super) fn require_college(tx: &mut Tx<'_>, governance: Id<Governance>, college: Id<College>) -> Result<()> {
    if !is_college_of(tx, governance, college)? {
        return Err(Error::invalid("college", "Ce collège n'est pas dans cette gouvernance."));
    }
    Ok(())
}

/// The decision of which an admission or a refusal is the effect.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// The name of the body, as it was called that day.
    pub body: String,
    pub on: Option<PartialDate>,
}

impl Decision {
    /// « , par décision de « Assemblée » le 3 mars 2026 », or nothing.
    pub(super) fn told(&self) -> String {
        let when = self.on.map(|on| format!(" {}", on.french_when())).unwrap_or_default();
        match (self.body.as_str(), self.on) {
            ("", None) => String::new(),
            ("", Some(_)) => format!(", par décision prise{when}"),
            (body, _) => format!(", par décision de « {body} »{when}"),
        }
    }
}

/// Admits a candidate, or takes back one that had withdrawn.
pub fn admit(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Member>, since: Option<PartialDate>) -> Result<()> {
    admit_by(ctx, tx, id, since, &Decision::default())
}

/// As [`admit`], with the decision of which it is the effect.
pub fn admit_by(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Member>,
    since: Option<PartialDate>,
    decision: &Decision,
) -> Result<()> {
    let (head, member) = enter_by_member(ctx, tx, id)?;
    change(&member, MemberState::Admitted)?;
    tx.execute(
        "update member set state = 'admitted', since = $2, until = null, refused = $3 where id = $1",
        params![id, since, false],
    )?;
    note_change(ctx, tx, id, "Admission", since)?;
    note_decision(tx, id, decision, "")?;
    recount(tx, head.id)?;
    let summary = format!("Admission de « {} » dans « {} »{}", member.name, head.name, decision.told());
    record(ctx, tx, "member.admitted", &head, &member, summary, since);
    Ok(())
}

/// Notes that a member leaves; its co-leading ends with it.
pub fn withdraw(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Member>, until: Option<PartialDate>) -> Result<()> {
    let (head, member) = enter_by_member(ctx, tx, id)?;
    let summary = format!("Retrait de « {} » de « {} »", member.name, head.name);
    take_out(ctx, tx, &member, until)?;
    record(ctx, tx, "member.withdrew", &head, &member, summary, until);
    Ok(())
}

/// The leaving of a member, for an act that has asked for a permission of its own, holds the lock, and registers it.
pub(super) fn take_out(ctx: &Context<'_>, tx: &mut Tx<'_>, member: &Member, until: Option<PartialDate>) -> Result<()> {
    let id = member.id;
    change(member, MemberState::Withdrawn)?;
    if let (Some(since), Some(until)) = (member.since, until)
        && !until.may_follow(since)
    {
        return Err(Error::invalid("until", "La date de départ ne peut pas précéder la date d'entrée."));
    }
    tx.execute(
        "update member set state = 'withdrawn', until = $2, co_lead = null, co_lead_since = null where id = $1",
        params![id, until],
    )?;
    note_change(ctx, tx, id, "Retrait", until)?;
    let governance = reads::governance_of(tx, id)?;
    recount(tx, governance)
}

/// Enters an organisation that had withdrawn as candidate again.
pub fn come_back(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Member>) -> Result<()> {
    let (head, member) = enter_by_member(ctx, tx, id)?;
    change(&member, MemberState::Candidate)?;
    tx.execute(
        "update member set state = 'candidate', since = null, until = null, refused = $2 where id = $1",
        params![id, false],
    )?;
    note_change(ctx, tx, id, "Nouvelle candidature", None)?;
    let summary = format!("Nouvelle candidature de « {} » à « {} »", member.name, head.name);
    record(ctx, tx, "member.applied_again", &head, &member, summary, None);
    Ok(())
}

/// Proposes a member as co-lead, or designates it.
///
/// # Errors
/// A conflict when it is not an admitted member, or neither the State nor a local authority or grouping.
pub fn set_co_lead(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Member>,
    co_lead: CoLead,
    since: Option<PartialDate>,
) -> Result<()> {
    let (head, member) = enter_by_member(ctx, tx, id)?;
    if member.state != MemberState::Admitted {
        return Err(Error::Conflict(format!("« {} » n'est pas membre : admettez-la d'abord.", member.name)));
    }
    if !member.category.may_co_lead() {
        return Err(Error::Conflict(
            "Seuls l'État, une collectivité ou un groupement de collectivités peuvent co-porter une gouvernance."
                .to_owned(),
        ));
    }
    tx.execute(
        "update member set co_lead = $2, co_lead_since = $3 where id = $1",
        params![id, Value::code(co_lead), since],
    )?;
    note_change(ctx, tx, id, co_lead.label(), since)?;
    recount(tx, head.id)?;
    let (code, verb) = match co_lead {
        CoLead::Proposed => ("member.co_lead_proposed", "proposée comme co-porteuse de"),
        CoLead::Designated => ("member.co_lead_designated", "désignée co-porteuse de"),
    };
    let summary = format!("« {} » {verb} « {} »", member.name, head.name);
    record(ctx, tx, code, &head, &member, summary, since);
    Ok(())
}

/// Ends the co-leading of a member, which stays a member.
pub fn end_co_lead(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Member>, on: Option<PartialDate>) -> Result<()> {
    let (head, member) = enter_by_member(ctx, tx, id)?;
    if member.co_lead.is_none() {
        return Err(Error::Conflict(format!("« {} » n'est pas co-porteuse.", member.name)));
    }
    tx.execute("update member set co_lead = null, co_lead_since = null where id = $1", params![id])?;
    note_change(ctx, tx, id, "Fin du co-portage", on)?;
    recount(tx, head.id)?;
    let summary = format!("« {} » n'est plus co-porteuse de « {} »", member.name, head.name);
    record(ctx, tx, "member.co_lead_ended", &head, &member, summary, on);
    Ok(())
}

pub(super) fn change(member: &Member, next: MemberState) -> Result<()> {
    if member.state.may_become(next) {
        return Ok(());
    }
    Err(Error::Conflict(format!(
        "« {} » est « {} » : ce changement n'est pas possible.",
        member.name,
        member.state.label().to_lowercase()
    )))
}

pub(super) fn note_change(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Member>,
    what: &str,
    on: Option<PartialDate>,
) -> Result<()> {
    tx.execute(
        "insert into member_change (member, rank, what, on_date, at)
         select $1, count(*) + 1, $2, $3, $4 from member_change where member = $1",
        params![id, what, on, ctx.now()],
    )?;
    Ok(())
}

/// Completes the last change of a member with its decision and its reason.
pub(super) fn note_decision(tx: &mut Tx<'_>, id: Id<Member>, decision: &Decision, reason: &str) -> Result<()> {
    tx.execute(
        "update member_change set body_name = $2, decided_on = $3, reason = $4
         where member = $1 and rank = (select max(rank) from member_change where member = $1)",
        params![id, &decision.body, decision.on, reason],
    )?;
    Ok(())
}

pub(super) fn record(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    code: &'static str,
    head: &Head,
    member: &Member,
    summary: String,
    on: Option<PartialDate>,
) {
    tx.record(
        ctx,
        Act::new(code, subject(member.id), summary)
            .in_governance(head.id.uuid())
            .with("structure", member.organisation.to_string())
            .with_some("date", on.map(|date| date.to_string()))
            .from_source(&member.provenance),
    );
    tx.touch(versions::GOVERNANCES);
}

/// Keeps true what the lists show of a governance's members and co-leads.
pub(crate) fn recount(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<()> {
    let co_leads = reads::co_leads(tx, governance)?;
    let co_led = super::model::is_co_led(co_leads.iter().map(|(_, category, co_lead)| (*category, *co_lead)));
    let names: Vec<&str> = co_leads
        .iter()
        .filter(|(_, _, co_lead)| *co_lead == CoLead::Designated)
        .map(|(name, _, _)| name.as_str())
        .collect();
    tx.execute(
        "update governance set co_led = $2, co_lead_names = $3,
            member_count = (select count(*) from member where governance = $1 and state = 'admitted') where id = $1",
        params![governance, co_led, names.join(" · ")],
    )?;
    Ok(())
}
