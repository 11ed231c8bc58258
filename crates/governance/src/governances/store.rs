//! Queries on governances.

use directory::{Territory, TerritoryCode, territories};
use kernel::{Error, Id, PartialDate, Provenance, Result};
use store::{Row, Tx, params};

use super::model::{Governance, State, StateChange, Tier};

/// What an act needs to know of a governance.
#[derive(Clone, Debug)]
pub struct Head {
    pub id: Id<Governance>,
    pub slug: String,
    pub name: String,
    pub tier: Tier,
    pub state: State,
}

fn read_head(row: &Row<'_>) -> Result<Head> {
    Ok(Head { id: row.get(0)?, slug: row.get(1)?, name: row.get(2)?, tier: row.code(3)?, state: row.code(4)? })
}

pub fn head(tx: &mut Tx<'_>, id: Id<Governance>) -> Result<Option<Head>> {
    tx.find("select id, slug, name, tier, state from governance where id = $1", params![id], read_head)
}

pub fn head_by_slug(tx: &mut Tx<'_>, slug: &str) -> Result<Option<Head>> {
    tx.find("select id, slug, name, tier, state from governance where slug = $1", params![slug], read_head)
}

/// Locks the governance's row until the end of the transaction, by counting its version up: the first write of every
/// act inside it, so that two acts at once are put in order on every engine.
pub fn lock(tx: &mut Tx<'_>, id: Id<Governance>) -> Result<Head> {
    tx.get(
        "update governance set version = version + 1 where id = $1 returning id, slug, name, tier, state",
        params![id],
        read_head,
    )
}

const SELECT: &str = "select g.id, g.slug, g.tier, g.name, g.parent, g.state, g.state_since, g.state_reason, g.form,
    g.perimeter, g.living_areas_note, g.ideas, g.public_note, g.data_referent, g.member_count, g.co_led, g.origin, g.source
    from governance g";

pub(crate) fn read_governance(row: &Row<'_>) -> Result<Governance> {
    let ideas: String = row.get(11)?;
    Ok(Governance {
        id: row.get(0)?,
        slug: row.get(1)?,
        tier: row.code(2)?,
        name: row.get(3)?,
        parent: row.get(4)?,
        state: row.code(5)?,
        state_since: row.get::<Option<PartialDate>>(6)?,
        state_reason: row.get(7)?,
        form: row.get(8)?,
        perimeter: row.get(9)?,
        living_areas_note: row.get(10)?,
        ideas: ideas.lines().map(ToOwned::to_owned).collect(),
        public_note: row.get(12)?,
        data_referent: row.get(13)?,
        member_count: row.get(14)?,
        co_led: row.get(15)?,
        provenance: Provenance { origin: row.code(16)?, source: row.get(17)? },
    })
}

/// The governance at this address.
pub fn by_slug(tx: &mut Tx<'_>, slug: &str) -> Result<Governance> {
    tx.get(&format!("{SELECT} where g.slug = $1"), params![slug], read_governance)
}

/// The national governance, if one is open.
pub fn national(tx: &mut Tx<'_>) -> Result<Option<Governance>> {
    tx.find(&format!("{SELECT} where g.tier = 'national' order by g.created_at limit 1"), &[], read_governance)
}

/// What is above, from the nearest to the furthest (at most two: there are three tiers).
pub fn ancestors(tx: &mut Tx<'_>, governance: &Governance) -> Result<Vec<Head>> {
    let mut out = Vec::new();
    let mut next = governance.parent;
    while let Some(id) = next {
        let found: Option<(Head, Option<Id<Governance>>)> =
            tx.find("select id, slug, name, tier, state, parent from governance where id = $1", params![id], |row| {
                Ok((read_head(row)?, row.get(5)?))
            })?;
        let Some((head, parent)) = found else { break };
        next = parent.filter(|_| out.len() < 3);
        out.push(head);
    }
    Ok(out)
}

/// A territory of a governance: its perimeter, or one of its living areas.
#[derive(Clone, Debug)]
pub struct Covered {
    pub territory: Territory,
    pub living_area: bool,
}

pub fn territories(tx: &mut Tx<'_>, id: Id<Governance>) -> Result<Vec<Covered>> {
    let columns = territories::store::COLUMNS;
    tx.query(
        &format!(
            "select {columns}, c.role from governance_territory c join territory t on t.code = c.territory
             where c.governance = $1 order by c.role desc, t.name_key"
        ),
        params![id],
        |row| {
            let role: String = row.get(13)?;
            Ok(Covered { territory: territories::store::territory(row)?, living_area: role == "living_area" })
        },
    )
}

/// The life of a governance, the oldest change first.
pub fn life(tx: &mut Tx<'_>, id: Id<Governance>) -> Result<Vec<StateChange>> {
    tx.query(
        "select state, since, reason from governance_state where governance = $1 order by rank",
        params![id],
        |row| Ok(StateChange { state: row.code(0)?, since: row.get(1)?, reason: row.get(2)? }),
    )
}

/// A line about a governance, for lists inside other pages.
#[derive(Clone, Debug)]
pub struct Line {
    pub slug: String,
    pub name: String,
    pub tier: Tier,
    pub state: State,
    pub since: Option<PartialDate>,
    pub member_count: i64,
    pub co_leads: String,
    pub co_led: bool,
    pub fictitious: bool,
}

const LINE: &str =
    "g.slug, g.name, g.tier, g.state, g.state_since, g.member_count, g.co_lead_names, g.co_led, g.origin";

fn read_line(row: &Row<'_>) -> Result<Line> {
    Ok(Line {
        slug: row.get(0)?,
        name: row.get(1)?,
        tier: row.code(2)?,
        state: row.code(3)?,
        since: row.get(4)?,
        member_count: row.get(5)?,
        co_leads: row.get(6)?,
        co_led: row.get(7)?,
        fictitious: row.code::<kernel::Origin>(8)? == kernel::Origin::Fictitious,
    })
}

/// The governances directly below, by name.
pub fn children(tx: &mut Tx<'_>, id: Id<Governance>) -> Result<Vec<Line>> {
    tx.query(
        &format!("select {LINE} from governance g where g.parent = $1 order by g.name_key, g.id"),
        params![id],
        read_line,
    )
}

/// The governances that have one of `codes` in their perimeter or among their living areas, the largest tier first.
pub fn covering(tx: &mut Tx<'_>, codes: &[TerritoryCode]) -> Result<Vec<Line>> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let marks: Vec<String> = (1..=codes.len()).map(|place| format!("${place}")).collect();
    let values: Vec<store::Value> = codes.iter().map(Into::into).collect();
    tx.query(
        &format!(
            "select distinct {LINE}, g.name_key, case g.tier when 'national' then 0 when 'intermediate' then 1 else 2 end as depth
             from governance g join governance_territory c on c.governance = g.id
             where c.territory in ({}) order by depth, g.name_key limit 100",
            marks.join(", ")
        ),
        &values,
        read_line,
    )
}

/// The governances whose territory lies inside one official territory: for régions, départements and EPCI. At most
/// `limit`.
pub fn inside(tx: &mut Tx<'_>, territory: &Territory, limit: i64) -> Result<Vec<Line>> {
    use directory::TerritoryKind as Kind;
    let order = "case g.tier when 'national' then 0 when 'intermediate' then 1 else 2 end, g.name_key limit $2";
    // Where a governance keeps the code itself, no territory needs to be read.
    let sql = match territory.kind {
        Kind::Region => format!("select {LINE} from governance g where g.region = $1 order by {order}"),
        Kind::Departement | Kind::Collectivity => {
            format!("select {LINE} from governance g where g.departement = $1 order by {order}")
        }
        Kind::Epci | Kind::Commune => {
            let column = if territory.kind == Kind::Epci { "epci" } else { "commune" };
            format!(
                "select {LINE} from governance g where g.id in (
                    select c.governance from territory t join governance_territory c on c.territory = t.code
                    where t.{column} = $1 and t.code <> $1) order by {order}"
            )
        }
        _ => return Ok(Vec::new()),
    };
    tx.query(&sql, params![&territory.code, limit], read_line)
}

/// The state of each département on the map: the state of its governance of the intermediate tier, the most advanced
/// when there are several.
#[derive(Clone, Debug)]
pub struct OnMap {
    pub code: TerritoryCode,
    pub name: String,
    pub region: String,
    /// Name, slug, state, whether co-led, number of members, whether fictitious.
    pub governance: Option<Line>,
    /// Local governances below it.
    pub local: i64,
    pub overseas_collectivity: bool,
}

pub fn on_map(tx: &mut Tx<'_>) -> Result<Vec<OnMap>> {
    let rows = tx.query(
        &format!(
            "select t.code, t.name, coalesce(r.name, ''), t.kind,
                (select count(*) from governance l where l.departement = t.code and l.tier = 'local'), {LINE}
             from territory t left join territory r on r.code = t.region
             left join governance g on g.departement = t.code and g.tier = 'intermediate'
             where t.kind in ('departement', 'collectivity')
             order by case t.kind when 'departement' then 0 else 1 end, t.official_code,
                case g.state when 'installed' then 0 when 'suspended' then 1 when 'preparation' then 2 else 3 end, g.created_at"
        ),
        &[],
        |row| {
            let slug: Option<String> = row.get(5)?;
            let governance = match slug {
                None => None,
                Some(slug) => Some(Line {
                    slug,
                    name: row.get(6)?,
                    tier: row.code(7)?,
                    state: row.code(8)?,
                    since: row.get(9)?,
                    member_count: row.get(10)?,
                    co_leads: row.get(11)?,
                    co_led: row.get(12)?,
                    fictitious: row.code::<kernel::Origin>(13)? == kernel::Origin::Fictitious,
                }),
            };
            Ok(OnMap {
                code: row.get::<String>(0)?.parse().map_err(Error::Internal)?,
                name: row.get(1)?,
                region: row.get(2)?,
                overseas_collectivity: row.get::<String>(3)? == "collectivity",
                local: row.get(4)?,
                governance,
            })
        },
    )?;
    // The first row of a département is that of its most advanced governance.
    let mut out: Vec<OnMap> = Vec::with_capacity(rows.len());
    for row in rows {
        if out.last().is_none_or(|last| last.code != row.code) {
            out.push(row);
        }
    }
    Ok(out)
}

/// How many of these governances are examples invented for the demonstration.
pub fn count_fictitious(rows: &[OnMap]) -> usize {
    rows.iter().filter(|row| row.governance.as_ref().is_some_and(|line| line.fictitious)).count()
}

/// How many governances of a tier are in a state: for the figures of the home and statistics pages.
pub fn tally(tx: &mut Tx<'_>) -> Result<Vec<(Tier, State, i64)>> {
    tx.query("select tier, state, count(*) from governance group by tier, state order by tier, state", &[], |row| {
        Ok((row.code(0)?, row.code(1)?, row.get(2)?))
    })
}

/// The governances of a tier, by name: for the site map.
pub fn of_tier(tx: &mut Tx<'_>, tier: Tier, limit: i64) -> Result<Vec<Line>> {
    tx.query(
        &format!("select {LINE} from governance g where g.tier = $1 order by g.name_key, g.id limit $2"),
        params![store::Value::code(tier), limit],
        read_line,
    )
}

/// The figures of the statistics page.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// Admitted members, an organisation counting once per governance.
    pub memberships: i64,
    /// Different organisations among them.
    pub participating: i64,
    pub organisations: i64,
    pub bodies: i64,
    /// Governances of the intermediate tier with a designated local authority.
    pub co_led: i64,
}

pub fn figures(tx: &mut Tx<'_>) -> Result<Figures> {
    tx.get(
        "select (select count(*) from member where state = 'admitted'),
            (select count(distinct organisation) from member where state = 'admitted'),
            (select count(*) from organisation where merged_into is null), (select count(*) from body),
            (select count(*) from governance where co_led and tier = 'intermediate')",
        &[],
        |row| {
            Ok(Figures {
                memberships: row.get(0)?,
                participating: row.get(1)?,
                organisations: row.get(2)?,
                bodies: row.get(3)?,
                co_led: row.get(4)?,
            })
        },
    )
}
