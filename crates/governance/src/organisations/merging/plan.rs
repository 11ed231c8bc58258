//! Reading what a merge would do: the page that compares and the act that merges see the same.

use directory::{Organisation, organisations};
use kernel::{Error, Id, Origin, PartialDate, Result};
use store::{Tx, params};

use super::model::{Choice, Collision, Meeting, Passing, Plan, fields};
use crate::Governance;
use crate::agreements::model::Agreement;
use crate::bodies::model::{Body, Chair};
use crate::members::model::{CoLead, Member, MemberCategory, MemberState, StandingMandate};

/// What merging `duplicate` into `kept` would do.
///
/// # Errors
/// Not found when one of them does not exist; a conflict when they are one and the same, when one was merged already, or
/// when one is an invention of the demonstration and the other stands in a document.
pub fn read(tx: &mut Tx<'_>, kept: Id<Organisation>, duplicate: Id<Organisation>) -> Result<Plan> {
    if kept == duplicate {
        return Err(Error::Conflict(
            "Une structure ne se fusionne pas avec elle-même : choisissez-en une autre.".to_owned(),
        ));
    }
    let mut found = Vec::new();
    for id in [kept, duplicate] {
        let (organisation, version) = organisations::store::with_version(tx, id)?.ok_or(Error::NotFound)?;
        if organisations::store::successor(tx, id)?.is_some() {
            return Err(Error::Conflict(format!(
                "« {} » a déjà été fusionnée avec une autre structure.",
                organisation.name
            )));
        }
        found.push((organisation, version));
    }
    let (Some((duplicate, second)), Some((kept, first))) = (found.pop(), found.pop()) else {
        return Err(Error::NotFound);
    };
    let origins = [kept.provenance.origin, duplicate.provenance.origin];
    if origins.contains(&Origin::Fictitious) && origins.contains(&Origin::Document) {
        return Err(Error::Conflict(
            "L'une de ces structures est un exemple fictif, l'autre vient d'un document : elles ne se mêlent pas."
                .to_owned(),
        ));
    }
    let mut plan = Plan {
        fields: fields(&kept, &duplicate),
        versions: (first, second),
        collisions: Vec::new(),
        passing: Vec::new(),
        idle_mandates: Vec::new(),
        kept,
        duplicate,
    };
    memberships(tx, &mut plan)?;
    signatures(tx, &mut plan)?;
    seats(tx, &mut plan)?;
    mandates(tx, &mut plan)?;
    others(tx, &mut plan)?;
    plan.passing.retain(|passing| !passing.items.is_empty());
    Ok(plan)
}

/// The governances in which one of two organisations stands, in whatever way.
pub fn governances(tx: &mut Tx<'_>, one: Id<Organisation>, other: Id<Organisation>) -> Result<Vec<Id<Governance>>> {
    tx.query(
        "select governance from member where organisation in ($1, $2)
         union select governance from standing_mandate where represented in ($1, $2)
         union select b.governance from seat s join body b on b.id = s.body where s.organisation in ($1, $2)
         union select a.governance from signatory s join agreement a on a.id = s.agreement where s.organisation in ($1, $2)
         union select b.governance from body_rule r join body b on b.id = r.body where r.value in ($3, $4)",
        params![one, other, one.to_string(), other.to_string()],
        |row| row.get(0),
    )
}

struct Membership {
    id: Id<Member>,
    governance: Id<Governance>,
    name: String,
    category: MemberCategory,
    state: MemberState,
    refused: bool,
    co_lead: Option<CoLead>,
    since: Option<PartialDate>,
}

impl Membership {
    fn told(&self) -> String {
        let state = if self.refused { "Candidature refusée".to_owned() } else { self.state.to_string() };
        let since = self.since.map(|since| format!(" {}", since.french_since())).unwrap_or_default();
        let co_lead =
            self.co_lead.map(|co_lead| format!(", {}", co_lead.to_string().to_lowercase())).unwrap_or_default();
        format!("{state}{since} ({}){co_lead}", self.category)
    }

    /// A member before a candidate, a co-lead before others.
    fn weight(&self) -> (u8, bool) {
        let state = match self.state {
            MemberState::Admitted => 2,
            MemberState::Candidate => 1,
            MemberState::Withdrawn => 0,
        };
        (state, self.co_lead.is_some())
    }
}

fn memberships(tx: &mut Tx<'_>, plan: &mut Plan) -> Result<()> {
    let mut of = |id: Id<Organisation>| {
        tx.query(
            "select m.id, m.governance, g.name, m.category, m.state, m.refused, m.co_lead, m.since
             from member m join governance g on g.id = m.governance where m.organisation = $1 order by g.name_key, g.id",
            params![id],
            |row| {
                Ok(Membership {
                    id: row.get(0)?,
                    governance: row.get(1)?,
                    name: row.get(2)?,
                    category: row.code(3)?,
                    state: row.code(4)?,
                    refused: row.get(5)?,
                    co_lead: row.optional_code(6)?,
                    since: row.get(7)?,
                })
            },
        )
    };
    let (kept, duplicate) = (of(plan.kept.id)?, of(plan.duplicate.id)?);
    let mut items = Vec::new();
    for one in duplicate {
        let Some(other) = kept.iter().find(|other| other.governance == one.governance) else {
            items.push(format!("{} : {}", one.name, one.told()));
            continue;
        };
        plan.collisions.push(Collision {
            meeting: Meeting::Membership { governance: one.governance, kept: other.id, duplicate: one.id },
            label: format!("Adhésion à « {} »", one.name),
            kept: other.told(),
            duplicate: one.told(),
            suggested: if one.weight() > other.weight() { Choice::Duplicate } else { Choice::Kept },
        });
    }
    plan.passing.push(Passing { title: "Adhésions", items });
    Ok(())
}

fn signatures(tx: &mut Tx<'_>, plan: &mut Plan) -> Result<()> {
    type Signature = (Id<Agreement>, String, Option<PartialDate>);
    let mut of = |id: Id<Organisation>| {
        tx.query(
            "select s.agreement, a.title, g.name, s.signed_on from signatory s join agreement a on a.id = s.agreement
             join governance g on g.id = a.governance where s.organisation = $1 order by g.name_key, a.rank",
            params![id],
            |row| {
                let title = format!("« {} », {}", row.get::<String>(1)?, row.get::<String>(2)?);
                Ok((row.get(0)?, title, row.get(3)?))
            },
        )
    };
    let (kept, duplicate): (Vec<Signature>, Vec<Signature>) = (of(plan.kept.id)?, of(plan.duplicate.id)?);
    let told = |on: Option<PartialDate>| match on {
        Some(on) => format!("Signé {}", on.french_when()),
        None => "Signature attendue".to_owned(),
    };
    let mut items = Vec::new();
    for (agreement, title, on) in duplicate {
        let Some((_, _, other)) = kept.iter().find(|(id, ..)| *id == agreement) else {
            items.push(format!("{title} : {}", told(on).to_lowercase()));
            continue;
        };
        plan.collisions.push(Collision {
            meeting: Meeting::Signature { agreement },
            label: format!("Signature de {title}"),
            kept: told(*other),
            duplicate: told(on),
            suggested: if other.is_none() && on.is_some() { Choice::Duplicate } else { Choice::Kept },
        });
    }
    plan.passing.push(Passing { title: "Signatures", items });
    Ok(())
}

fn seats(tx: &mut Tx<'_>, plan: &mut Plan) -> Result<()> {
    type Seats = (Id<Body>, String, String);
    let mut of = |id: Id<Organisation>| -> Result<Vec<Seats>> {
        tx.query(
            "select s.body, b.name, g.name, s.seats, s.voting, s.chair from seat s join body b on b.id = s.body
             join governance g on g.id = b.governance where s.organisation = $1 order by g.name_key, b.rank, s.rank",
            params![id],
            |row| {
                let (number, voting): (i64, bool) = (row.get(3)?, row.get(4)?);
                let seats = if number > 1 { format!("{number} sièges") } else { "1 siège".to_owned() };
                let chair =
                    row.optional_code::<Chair>(5)?.map(|chair| format!(", {}", chair.to_string().to_lowercase()));
                let told = format!("{seats}{}{}", if voting { "" } else { " sans voix" }, chair.unwrap_or_default());
                Ok((row.get(0)?, format!("« {} », {}", row.get::<String>(1)?, row.get::<String>(2)?), told))
            },
        )
    };
    let (kept, duplicate) = (of(plan.kept.id)?, of(plan.duplicate.id)?);
    let of_body = |all: &[Seats], body: Id<Body>| {
        all.iter().filter(|(id, ..)| *id == body).map(|(.., told)| told.clone()).collect::<Vec<_>>().join(" ; ")
    };
    let mut items = Vec::new();
    for (body, label, told) in &duplicate {
        let others = of_body(&kept, *body);
        if others.is_empty() {
            items.push(format!("{label} : {told}"));
        } else if !plan
            .collisions
            .iter()
            .any(|one| matches!(one.meeting, Meeting::Seats { body: known } if known == *body))
        {
            plan.collisions.push(Collision {
                meeting: Meeting::Seats { body: *body },
                label: format!("Sièges dans {label}"),
                kept: others,
                duplicate: of_body(&duplicate, *body),
                // Nothing is lost unasked.
                suggested: Choice::Both,
            });
        }
    }
    plan.passing.push(Passing { title: "Sièges", items });
    Ok(())
}

struct Mandate {
    id: Id<StandingMandate>,
    governance: Id<Governance>,
    told: String,
    holder: Id<Organisation>,
    represented: Id<Organisation>,
    lasts: bool,
}

fn mandates(tx: &mut Tx<'_>, plan: &mut Plan) -> Result<()> {
    let (kept, duplicate) = (plan.kept.id, plan.duplicate.id);
    let all = tx.query(
        "select s.id, s.governance, h.organisation, s.represented, s.until is null, ho.name, r.name, g.name
         from standing_mandate s join member h on h.id = s.holder join organisation ho on ho.id = h.organisation
         join organisation r on r.id = s.represented join governance g on g.id = s.governance
         where s.represented in ($1, $2) order by g.name_key, s.id",
        params![kept, duplicate],
        |row| {
            let (holder, represented, governance): (String, String, String) = (row.get(5)?, row.get(6)?, row.get(7)?);
            Ok(Mandate {
                id: row.get(0)?,
                governance: row.get(1)?,
                holder: row.get(2)?,
                represented: row.get(3)?,
                lasts: row.get(4)?,
                told: format!("« {governance} » : mandat donné par « {represented} » à « {holder} »"),
            })
        },
    )?;
    let itself = |mandate: &Mandate| mandate.holder == kept || mandate.holder == duplicate;
    let mut items = Vec::new();
    for mandate in &all {
        let second = mandate.represented == duplicate
            && mandate.lasts
            && all.iter().any(|other| {
                other.represented == kept && other.lasts && other.governance == mandate.governance && !itself(other)
            });
        if itself(mandate) || second {
            plan.idle_mandates.push((mandate.id, mandate.told.clone()));
        } else if mandate.represented == duplicate {
            items.push(mandate.told.clone());
        }
    }
    plan.passing.push(Passing { title: "Mandats permanents", items });
    Ok(())
}

/// What is counted, not listed: persons are nobody's business here.
fn others(tx: &mut Tx<'_>, plan: &mut Plan) -> Result<()> {
    let (persons, powers, requests): (i64, i64, i64) = tx.get(
        "select (select count(*) from person where organisation = $1),
            (select count(*) from power w join member m on m.id = w.member where m.organisation = $1),
            (select count(*) from membership_request r join member m on m.id = r.member where m.organisation = $1)",
        params![plan.duplicate.id],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let one = |title: &'static str, count: i64, single: &str, several: &str| {
        let items = match count {
            0 => Vec::new(),
            1 => vec![format!("1 {single}")],
            _ => vec![format!("{count} {several}")],
        };
        Passing { title, items }
    };
    plan.passing.push(one("Personnes", persons, "personne rattachée", "personnes rattachées"));
    plan.passing.push(one("Mandats de personnes", powers, "mandat de représentation", "mandats de représentation"));
    plan.passing.push(one("Demandes d'entrée", requests, "demande", "demandes"));
    Ok(())
}
