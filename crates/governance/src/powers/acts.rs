//! Giving, prolonging and ending powers.

use directory::Person;
use directory::accounts::acts::{Invitation, invite as invite_person};
use directory::accounts::administration;
use kernel::coded::Coded as _;
use kernel::permission::{Reach, RoleKind};
use kernel::register::Act;
use kernel::{Capability, Context, Error, Errors, Id, PartialDate, Result, Scope, text};
use store::{Tx, Value, instance, params};

use super::model::{NewPower, Power, needed};
use super::store as reads;
use crate::governances::store::lock;
use crate::{bodies, members};

/// Gives a power to somebody who has an account.
///
/// # Errors
/// `role` when it cannot be held there; `until` when it is before the beginning or over already; a conflict when the
/// person holds it.
pub fn give(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>, new: &NewPower) -> Result<Id<Power>> {
    let (capability, scope) = needed(new.role, new.reach);
    ctx.require(capability, scope)?;
    grant(ctx, tx, person, new)
}

/// As [`give`], for an act that has asked for a permission of its own.
pub(crate) fn grant(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>, new: &NewPower) -> Result<Id<Power>> {
    let place = place(tx, new.reach)?;
    let today = ctx.now().day();
    let mut errors = Errors::default();
    if !new.role.fits(new.reach) {
        errors.add("role", "Ce pouvoir ne se donne pas à cet endroit.");
    }
    let since = new.since.unwrap_or_else(|| PartialDate::of_day(today));
    if let Some(until) = new.until {
        if until.last_day() < today {
            errors.add("until", "Cette date est passée : le pouvoir finirait avant d'avoir commencé.");
        } else if !until.may_follow(since) {
            errors.add("until", "La fin ne peut pas précéder le début.");
        }
    }
    errors.into_result()?;
    if reads::holds(tx, person, new.role, new.reach, today)? {
        return Err(Error::Conflict("Cette personne détient déjà ce pouvoir.".to_owned()));
    }
    let id: Id<Power> = ctx.new_id()?;
    let (governance, body, member) = columns(new.reach);
    tx.execute(
        "insert into power (id, person, role, governance, body, member, since, until, given_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            id,
            person,
            Value::code(new.role),
            governance,
            body,
            member,
            since.first_day().to_string(),
            new.until.map(|until| until.last_day().to_string()),
            ctx.now(),
        ],
    )?;
    let summary = format!("Pouvoir « {} » donné{place}", new.role.label());
    record(ctx, tx, "power.given", person, new.role, new.reach, summary);
    Ok(id)
}

/// Invites somebody by mail and gives the power in the same act.
pub fn invite(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    site: &str,
    invitation: &Invitation,
    new: &NewPower,
) -> Result<Id<Power>> {
    let (capability, scope) = needed(new.role, new.reach);
    ctx.require(capability, scope)?;
    grant_by_mail(ctx, tx, site, invitation, new)
}

/// As [`invite`], for an act that has asked for a permission of its own.
pub(crate) fn grant_by_mail(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    site: &str,
    invitation: &Invitation,
    new: &NewPower,
) -> Result<Id<Power>> {
    let place = place(tx, new.reach)?;
    let purpose = format!("{}{place}", new.role.label().to_lowercase());
    let person = invite_person(ctx, tx, site, &Invitation { purpose, ..invitation.clone() })?;
    grant(ctx, tx, person, new)
}

/// Moves the end of a power; nothing means that it lasts until it is ended.
///
/// # Errors
/// `until` when it has passed; a conflict when it ends the power of the last manager sooner.
pub fn prolong(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Power>, until: Option<PartialDate>) -> Result<()> {
    let power = enter(ctx, tx, id)?;
    if until.is_some_and(|until| until.last_day() < ctx.now().day()) {
        return Err(Error::invalid(
            "until",
            "Cette date est passée. Pour mettre fin au pouvoir maintenant, retirez-le.",
        ));
    }
    // A form that is sent twice changes nothing the second time.
    if power.until.map(PartialDate::last_day) == until.map(PartialDate::last_day) {
        return Ok(());
    }
    let shorter = until.is_some_and(|until| power.until.is_none_or(|present| until.last_day() < present.last_day()));
    if shorter {
        refuse_last(ctx, tx, &power)?;
    }
    let place = place(tx, power.reach)?;
    tx.execute(
        "update power set until = $2 where id = $1",
        params![id, until.map(|until| until.last_day().to_string())],
    )?;
    let summary = format!("Durée du pouvoir « {} » changée{place}", power.role.label());
    record(ctx, tx, "power.prolonged", power.person, power.role, power.reach, summary);
    Ok(())
}

/// Moves the end of the mandates of several persons who speak for members, as after elections: all or none.
///
/// # Errors
/// `mandates` when none is given; [`Error::NotFound`] for one that is no mandate of this governance; as [`prolong`].
pub fn prolong_all(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    governance: Id<crate::Governance>,
    ids: &[Id<Power>],
    until: PartialDate,
) -> Result<()> {
    ctx.require(Capability::GivePowers, Scope::Governance(governance.uuid()))?;
    if ids.is_empty() {
        return Err(Error::invalid("mandates", "Cochez au moins un mandat."));
    }
    for id in ids {
        let power = reads::find(tx, *id)?;
        let represents = matches!(power.role, RoleKind::Representative | RoleKind::Deputy);
        if !represents || power.reach.governance() != Some(governance.uuid()) {
            return Err(Error::NotFound);
        }
        prolong(ctx, tx, *id, Some(until))?;
    }
    Ok(())
}

/// Ends a power now.
///
/// # Errors
/// `reason` when none is given; a conflict for the last manager of a governance, who must name another one first.
pub fn end(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Power>, reason: &str) -> Result<()> {
    let power = enter(ctx, tx, id)?;
    let reason = text::line(reason, 300).map_err(|fault| Error::invalid("reason", fault.to_string()))?;
    refuse_last(ctx, tx, &power)?;
    let place = place(tx, power.reach)?;
    tx.execute("update power set ended_at = $2, ended_reason = $3 where id = $1", params![id, ctx.now(), reason])?;
    let summary = format!("Pouvoir « {} » retiré{place}", power.role.label());
    record(ctx, tx, "power.ended", power.person, power.role, power.reach, summary);
    Ok(())
}

/// Ends every power of a person whose account goes; refused where that leaves a governance without a manager, or the
/// platform without its national team.
pub fn end_all(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>) -> Result<()> {
    end_all_because(ctx, tx, person, "Compte supprimé")
}

/// Closes somebody's account and ends every power of it, in one act.
///
/// # Errors
/// As [`end_all`] and [`administration::close`].
pub fn close_account(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>, reason: &str) -> Result<()> {
    ctx.require(Capability::ManagePlatform, Scope::Platform)?;
    administration::refuse_own(ctx, person)?;
    end_all_because(ctx, tx, person, "Compte fermé")?;
    administration::close(ctx, tx, person, reason)
}

fn end_all_because(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>, reason: &str) -> Result<()> {
    for held in reads::of_person(tx, person, ctx.now().day())? {
        lock_place(tx, held.power.reach)?;
        refuse_last(ctx, tx, &held.power)?;
    }
    tx.execute(
        "update power set ended_at = $2, ended_reason = $3 where person = $1 and ended_at is null",
        params![person, ctx.now(), reason],
    )?;
    Ok(())
}

fn lock_place(tx: &mut Tx<'_>, reach: Reach) -> Result<()> {
    match reach.governance() {
        Some(governance) => lock(tx, Id::from_uuid(governance)).map(|_| ()),
        None => instance::lock(tx),
    }
}

/// Permission, lock of the place (so that two managers do not remove each other at once), and the power as it is.
fn enter(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Power>) -> Result<Power> {
    let power = reads::find(tx, id)?;
    let (capability, scope) = needed(power.role, power.reach);
    ctx.require(capability, scope)?;
    lock_place(tx, power.reach)?;
    let power = reads::find(tx, id)?;
    if power.ended {
        return Err(Error::Conflict("Ce pouvoir a déjà pris fin.".to_owned()));
    }
    Ok(power)
}

/// Nobody can remove the last manager of a governance, or the last person of the national team, whose account is open.
fn refuse_last(ctx: &Context<'_>, tx: &mut Tx<'_>, power: &Power) -> Result<()> {
    let today = ctx.now().day();
    let (able, last) = match (power.role, power.reach.governance()) {
        (RoleKind::Manager, Some(governance)) => {
            (reads::managers(tx, Id::from_uuid(governance), today)?, "qui gère cette gouvernance")
        }
        (RoleKind::NationalTeam, _) => (reads::national_team(tx, today)?, "de l'équipe nationale"),
        _ => return Ok(()),
    };
    if able == [power.id] {
        return Err(Error::Conflict(format!(
            "C'est la dernière personne {last}. Nommez d'abord quelqu'un d'autre, dont le compte soit ouvert."
        )));
    }
    Ok(())
}

fn columns(reach: Reach) -> (Option<uuid::Uuid>, Option<uuid::Uuid>, Option<uuid::Uuid>) {
    match reach {
        Reach::Platform => (None, None, None),
        Reach::Governance(governance) => (Some(governance), None, None),
        Reach::Body { governance, body } => (Some(governance), Some(body), None),
        Reach::Member { governance, member } => (Some(governance), None, Some(member)),
    }
}

/// « , instance « COPIL » de « … » »: where the power is held; an error when that does not exist.
fn place(tx: &mut Tx<'_>, reach: Reach) -> Result<String> {
    let Some(governance) = reach.governance() else { return Ok(" sur la plateforme".to_owned()) };
    let head = lock(tx, Id::from_uuid(governance))?;
    let elsewhere = || Error::invalid("reach", "Cela n'est pas dans cette gouvernance.");
    Ok(match reach {
        Reach::Body { body, .. } => {
            let body = bodies::store::find(tx, Id::from_uuid(body))?.ok_or_else(elsewhere)?;
            if bodies::store::governance_of(tx, body.id)? != head.id {
                return Err(elsewhere());
            }
            // Its powers ended with it.
            if body.closed_on.is_some() {
                return Err(Error::Conflict("Cette instance a pris fin.".to_owned()));
            }
            format!(" : instance « {} » de « {} »", body.name, head.name)
        }
        Reach::Member { member, .. } => {
            let member = members::store::find(tx, Id::from_uuid(member))?;
            if members::store::governance_of(tx, member.id)? != head.id {
                return Err(elsewhere());
            }
            format!(" : « {} » dans « {} »", member.name, head.name)
        }
        Reach::Platform | Reach::Governance(_) => format!(" dans « {} »", head.name),
    })
}

fn record(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    code: &'static str,
    person: Id<Person>,
    role: RoleKind,
    reach: Reach,
    summary: String,
) {
    let act = Act::new(code, format!("personne:{person}"), summary).with("pouvoir", role.code());
    tx.record(
        ctx,
        match reach.governance() {
            Some(governance) => act.in_governance(governance),
            None => act,
        },
    );
}
