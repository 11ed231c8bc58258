//! Queries on powers.

use directory::Person;
use jiff::civil::Date;
use kernel::coded::Coded as _;
use kernel::permission::{Reach, Role, RoleKind};
use kernel::{Error, Id, Result};
use store::{Row, Tx, params};
use uuid::Uuid;

use super::model::Power;
use crate::Governance;

/// True of a power `w` on the day `$2`: begun, not over, not ended; a member's, as long as it has not withdrawn.
const HOLDS: &str = "w.ended_at is null and w.since <= $2 and (w.until is null or w.until >= $2)
    and not exists (select 1 from member m where m.id = w.member and m.state = 'withdrawn')";

fn reach(governance: Option<Uuid>, body: Option<Uuid>, member: Option<Uuid>) -> Result<Reach> {
    Ok(match (governance, body, member) {
        (None, None, None) => Reach::Platform,
        (Some(governance), None, None) => Reach::Governance(governance),
        (Some(governance), Some(body), None) => Reach::Body { governance, body },
        (Some(governance), None, Some(member)) => Reach::Member { governance, member },
        _ => return Err(Error::internal("a power has an impossible reach")),
    })
}

/// The powers that a person holds on a day.
pub fn roles_of(tx: &mut Tx<'_>, person: Id<Person>, today: Date) -> Result<Vec<Role>> {
    tx.query(
        &format!(
            "select w.role, w.governance, w.body, w.member from power w where w.person = $1 and {HOLDS} order by w.id"
        ),
        params![person, today.to_string()],
        |row| Ok(Role::new(row.code(0)?, reach(row.get(1)?, row.get(2)?, row.get(3)?)?)),
    )
}

const SELECT: &str = "select w.id, w.person, p.name, p.function, w.role, w.governance, w.body, w.member,
        coalesce(b.name, o.name), w.since, w.until, coalesce(a.state, '') = 'active', w.ended_at is not null
    from power w join person p on p.id = w.person left join account a on a.person = w.person
    left join body b on b.id = w.body left join member mm on mm.id = w.member
    left join organisation o on o.id = mm.organisation";

fn power(row: &Row<'_>) -> Result<Power> {
    Ok(Power {
        id: row.get(0)?,
        person: row.get(1)?,
        name: row.get(2)?,
        function: row.get(3)?,
        role: row.code(4)?,
        reach: reach(row.get(5)?, row.get(6)?, row.get(7)?)?,
        on: row.get(8)?,
        since: row.get(9)?,
        until: row.get(10)?,
        account_is_open: row.get(11)?,
        ended: row.get(12)?,
    })
}

/// Powers of a governance that have not ended on `today`, those to come included.
pub fn of_governance(tx: &mut Tx<'_>, governance: Id<Governance>, today: Date) -> Result<Vec<Power>> {
    tx.query(
        &format!(
            "{SELECT} where w.governance = $1 and w.ended_at is null and (w.until is null or w.until >= $2)
             order by case w.role when 'manager' then 0 when 'secretariat' then 1 when 'animator' then 2
                when 'representative' then 3 when 'deputy' then 4 else 5 end, coalesce(b.name, o.name, ''), w.since, w.id"
        ),
        params![governance, today.to_string()],
        power,
    )
}

/// The mandates of persons who speak for members of a governance, those whose term is over included: they may be renewed.
pub fn representing(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<Vec<Power>> {
    tx.query(
        &format!(
            "{SELECT} where w.governance = $1 and w.role in ('representative', 'deputy') and w.ended_at is null
             and mm.state <> 'withdrawn' order by o.name_key, w.role desc, p.name, w.id"
        ),
        params![governance],
        power,
    )
}

/// Powers on the whole platform.
pub fn of_platform(tx: &mut Tx<'_>, today: Date) -> Result<Vec<Power>> {
    tx.query(
        &format!(
            "{SELECT} where w.governance is null and w.ended_at is null and (w.until is null or w.until >= $1)
             order by w.role, w.since, w.id"
        ),
        params![today.to_string()],
        power,
    )
}

/// A power that somebody holds, with the governance it is held in.
#[derive(Clone, Debug)]
pub struct Held {
    pub power: Power,
    pub governance_name: Option<String>,
    pub governance_slug: Option<String>,
}

/// The powers of a person that have not ended.
pub fn of_person(tx: &mut Tx<'_>, person: Id<Person>, today: Date) -> Result<Vec<Held>> {
    let sql =
        SELECT.replace("from power w", ", g.name, g.slug from power w left join governance g on g.id = w.governance");
    tx.query(
        &format!("{sql} where w.person = $1 and {HOLDS} order by g.name_key, w.role, w.id"),
        params![person, today.to_string()],
        |row| Ok(Held { power: power(row)?, governance_name: row.get(13)?, governance_slug: row.get(14)? }),
    )
}

/// The powers of several persons that have not ended on `today`, in one question.
pub fn of_persons(tx: &mut Tx<'_>, persons: &[Id<Person>], today: Date) -> Result<Vec<Held>> {
    if persons.is_empty() {
        return Ok(Vec::new());
    }
    let sql =
        SELECT.replace("from power w", ", g.name, g.slug from power w left join governance g on g.id = w.governance");
    let marks: Vec<String> = (2..persons.len() + 2).map(|place| format!("${place}")).collect();
    let day = std::iter::once(store::Value::from(today.to_string()));
    let values: Vec<_> = day.chain(persons.iter().map(|person| (*person).into())).collect();
    tx.query(
        &format!(
            "{sql} where w.person in ({}) and w.ended_at is null and (w.until is null or w.until >= $1)
             order by g.name_key, w.role, w.id",
            marks.join(", ")
        ),
        &values,
        |row| Ok(Held { power: power(row)?, governance_name: row.get(13)?, governance_slug: row.get(14)? }),
    )
}

pub fn find(tx: &mut Tx<'_>, id: Id<Power>) -> Result<Power> {
    tx.get(&format!("{SELECT} where w.id = $1"), params![id], power)
}

/// Managers of a governance who can act on `today`: their account is open.
pub fn managers(tx: &mut Tx<'_>, governance: Id<Governance>, today: Date) -> Result<Vec<Id<Power>>> {
    tx.query(
        &format!(
            "select w.id from power w join account a on a.person = w.person
             where w.governance = $1 and w.role = 'manager' and a.state = 'active' and {HOLDS}"
        ),
        params![governance, today.to_string()],
        |row| row.get(0),
    )
}

/// The powers of the national team whose holders can act on `today`.
pub fn national_team(tx: &mut Tx<'_>, today: Date) -> Result<Vec<Id<Power>>> {
    tx.query(
        &format!(
            "select w.id from power w join account a on a.person = w.person
             where w.role = $1 and w.governance is null and a.state = 'active' and {HOLDS}"
        ),
        params![RoleKind::NationalTeam.code(), today.to_string()],
        |row| row.get(0),
    )
}

/// True when the person holds the same power, not ended, beyond `today`.
pub fn holds(tx: &mut Tx<'_>, person: Id<Person>, role: RoleKind, reach: Reach, today: Date) -> Result<bool> {
    let held = tx.query(
        &format!("{SELECT} where w.person = $1 and w.ended_at is null and (w.until is null or w.until >= $2)"),
        params![person, today.to_string()],
        power,
    )?;
    Ok(held.iter().any(|power| power.role == role && power.reach == reach))
}
