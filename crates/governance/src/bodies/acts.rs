//! Creating bodies and giving seats.

use directory::{Organisation, organisations};
use kernel::coded::Coded as _;
use kernel::register::Act;
use kernel::{Capability, Context, Error, Errors, Id, Provenance, Result, Scope, text};
use store::{Tx, Value, params};

use super::model::{Body, BodyTexts, Chair, CompositionRule, MandateKind, NewBody, Seat, VotingRule};
use super::{store as reads, votes};
use crate::Governance;
use crate::governances::store::lock;

pub(super) fn subject(id: Id<Body>) -> String {
    format!("instance:{id}")
}

/// Creates a body, with its composition by rule.
///
/// # Errors
/// One message per wrong field; `parent` when it is not a body of this governance; a conflict when a body of the same
/// name exists here.
pub fn create(ctx: &Context<'_>, tx: &mut Tx<'_>, governance: Id<Governance>, new: &NewBody) -> Result<Id<Body>> {
    ctx.require(Capability::ManageGovernance, Scope::Governance(governance.uuid()))?;
    let head = lock(tx, governance)?;
    let texts = new.parse()?;
    if let Some(parent) = new.parent
        && reads::governance_of(tx, parent)? != governance
    {
        return Err(Error::invalid("parent", "Cette instance n'est pas dans la même gouvernance."));
    }
    let college_votes = votes::checked(tx, governance, new)?;
    let id: Id<Body> = ctx.new_id()?;
    tx.execute(
        "insert into body (id, governance, slug, rank, name, form, parent, declared, upcoming, meetings_min, meetings_max,
            composition, note, voting_rule, origin, source)
         select $1, $2, $3, count(*) + 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15
         from body where governance = $2",
        params![
            id,
            governance,
            text::slug(&texts.name).chars().take(80).collect::<String>(),
            &texts.name,
            Value::code(new.form),
            new.parent,
            new.declared,
            new.upcoming,
            new.meetings_min,
            new.meetings_max,
            &texts.composition,
            &texts.note,
            Value::code(new.voting_rule),
            Value::code(new.provenance.origin),
            &new.provenance.source,
        ],
    )
    .map_err(|error| {
        error.when_duplicate("body_governance_slug_key", "name", "Une instance de cette gouvernance a déjà ce nom.")
    })?;
    put_lists(tx, id, new, &texts)?;
    votes::put(tx, id, &college_votes)?;
    let rule = votes::rule_words(new.voting_rule, &votes::of_body(tx, id)?);
    let verb = if new.declared { "Déclaration" } else { "Création" };
    let told = match new.voting_rule {
        VotingRule::PerCollege => format!(". Règle de vote : {rule}"),
        _ => String::new(),
    };
    let summary = format!("{verb} de l'instance « {} » dans « {} »{told}", texts.name, head.name);
    tx.record(
        ctx,
        Act::new("body.created", subject(id), summary)
            .in_governance(governance.uuid())
            .with("forme", new.form.code())
            .with("regle_de_vote", rule)
            .from_source(&new.provenance),
    );
    Ok(id)
}

/// Writes what a body has several of: functions, missions, rules of composition.
pub(super) fn put_lists(tx: &mut Tx<'_>, id: Id<Body>, new: &NewBody, texts: &BodyTexts) -> Result<()> {
    for function in &new.functions {
        tx.execute(
            "insert into body_function (body, function) values ($1, $2) on conflict (body, function) do nothing",
            params![id, Value::code(*function)],
        )?;
    }
    put_missions(tx, id, &texts.missions)?;
    for rule in &new.rules {
        let (code, value) = stored(rule);
        tx.execute(
            "insert into body_rule (body, rule, value) values ($1, $2, $3) on conflict (body, rule, value) do nothing",
            params![id, code, value],
        )?;
    }
    Ok(())
}

/// A rule of composition as it is stored: what, and its value.
pub(super) fn stored(rule: &CompositionRule) -> (&'static str, String) {
    match rule {
        CompositionRule::All => ("all", String::new()),
        CompositionRule::CoLeads => ("co_leads", String::new()),
        CompositionRule::Category(category) => ("category", category.code().to_owned()),
        CompositionRule::College(college) => ("college", college.to_string()),
        CompositionRule::Member(organisation) => ("member", organisation.to_string()),
    }
}

pub(super) fn put_missions(tx: &mut Tx<'_>, id: Id<Body>, missions: &[String]) -> Result<()> {
    for (rank, mission) in (1i64..).zip(missions) {
        tx.execute("insert into body_mission (body, rank, mission) values ($1, $2, $3)", params![id, rank, mission])?;
    }
    Ok(())
}

/// A form that is sent twice gives one seat. Somebody may have a political seat and a technical one.
fn refuse_twice(tx: &mut Tx<'_>, body: Id<Body>, seat: &NewSeat, function: Option<&str>) -> Result<()> {
    let same = |given: &Seat| {
        (given.organisation, given.mandate, given.chair) == (seat.organisation, seat.mandate, seat.chair)
            && given.function.as_deref().map(text::fold) == function.map(text::fold)
    };
    if reads::seats(tx, body)?.iter().any(same) {
        let sentence = "Ce siège est déjà donné. Pour en donner plusieurs, changez leur nombre.";
        return Err(Error::Conflict(sentence.to_owned()));
    }
    Ok(())
}

/// A seat to give.
#[derive(Clone, Debug)]
pub struct NewSeat {
    pub organisation: Option<Id<Organisation>>,
    pub function: String,
    pub voting: bool,
    pub mandate: Option<MandateKind>,
    pub chair: Option<Chair>,
    pub seats: i64,
    pub provenance: Provenance,
}

/// Gives a seat to an organisation or to a person by function.
///
/// # Errors
/// `function` when neither an organisation nor a function is given; `seats` out of 1 to 500; a conflict when the body
/// has a chair already (two who share it are co-chairs).
pub fn give_seat(ctx: &Context<'_>, tx: &mut Tx<'_>, body: Id<Body>, seat: &NewSeat) -> Result<()> {
    let governance = reads::governance_of(tx, body)?;
    ctx.require(Capability::ManageGovernance, Scope::Governance(governance.uuid()))?;
    let head = lock(tx, governance)?;
    let mut errors = Errors::default();
    let function = errors.check("function", text::optional_line(&seat.function, text::NAME_MAX)).flatten();
    if seat.organisation.is_none() && function.is_none() {
        errors.add("function", "Un siège revient à une structure, ou à une personne désignée par sa fonction.");
    }
    if !(1..=500).contains(&seat.seats) {
        errors.add("seats", "Le nombre de sièges va de 1 à 500.");
    }
    let organisation = match seat.organisation {
        Some(id) => organisations::store::find(tx, id)?,
        None => None,
    };
    if seat.organisation.is_some() && organisation.is_none() {
        errors.add("organisation", "Cette structure n'existe pas.");
    }
    errors.into_result()?;
    if reads::find(tx, body)?.is_none_or(|body| body.closed_on.is_some()) {
        return Err(Error::Conflict("Cette instance a pris fin.".to_owned()));
    }
    refuse_twice(tx, body, seat, function.as_deref())?;
    let chairs: Vec<Chair> =
        tx.query("select chair from seat where body = $1 and chair is not null", params![body], |row| row.code(0))?;
    let alone = seat.chair == Some(Chair::Chair) && !chairs.is_empty();
    if alone || (seat.chair == Some(Chair::CoChair) && chairs.contains(&Chair::Chair)) {
        return Err(Error::Conflict(
            "Cette instance a déjà une présidence. Pour une coprésidence, chacun est « copréside ».".to_owned(),
        ));
    }
    let id: Id<NewSeat> = ctx.new_id()?;
    tx.execute(
        "insert into seat (id, body, rank, organisation, function, voting, mandate, chair, seats, origin, source)
         select $1, $2, count(*) + 1, $3, $4, $5, $6, $7, $8, $9, $10 from seat where body = $2",
        params![
            id,
            body,
            seat.organisation,
            function.clone(),
            seat.voting,
            seat.mandate.map(Value::code).unwrap_or(Value::Null),
            seat.chair.map(Value::code).unwrap_or(Value::Null),
            seat.seats,
            Value::code(seat.provenance.origin),
            &seat.provenance.source,
        ],
    )?;
    let holder = organisation.map(|organisation| organisation.name).or(function).unwrap_or_default();
    let summary = format!("Siège donné à « {holder} » dans une instance de « {} »", head.name);
    tx.record(
        ctx,
        Act::new("seat.given", subject(body), summary).in_governance(governance.uuid()).from_source(&seat.provenance),
    );
    Ok(())
}
