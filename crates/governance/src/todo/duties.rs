//! What is expected of a person now. Each feature adds its own; these are those of governances.

use std::sync::Arc;

use directory::Person;
use directory::correspondence::{Awaited, Expectations};
use jiff::ToSpan as _;
use jiff::civil::Date;
use kernel::permission::RoleKind;
use kernel::time::french_date;
use kernel::{Id, Result, Timestamp};
use store::{Tx, params};

use crate::framework::{self, Measures};
use crate::governances::store::Head;
use crate::powers::store::{Held, managers, of_person};
use crate::{Governance, url};

/// One thing to do, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    pub title: String,
    /// Why, or until when.
    pub detail: String,
    pub button: String,
    pub href: String,
    /// The governance it is for.
    pub place: String,
    /// When it must be done, where nothing else reminds of it: the grouped message is brought forward for it.
    pub before: Option<Timestamp>,
}

/// What other features expect of a person, by the powers held.
pub type More = fn(&mut Tx<'_>, &[Held], Timestamp) -> Result<Vec<Duty>>;

/// The duties of the features built upon this one; the executable gathers them at start.
#[derive(Clone, Default)]
pub struct Expected(Vec<More>);

impl Expected {
    pub fn new(all: impl IntoIterator<Item = More>) -> Self {
        Self(all.into_iter().collect())
    }

    /// All of them, in the order of the features.
    pub fn of(&self, tx: &mut Tx<'_>, held: &[Held], now: Timestamp) -> Result<Vec<Duty>> {
        let mut duties = Vec::new();
        for more in &self.0 {
            duties.extend(more(tx, held, now)?);
        }
        Ok(duties)
    }
}

/// All that is expected of a person, of every feature, in the order in which *À faire* shows it; with the powers held.
pub fn all(
    tx: &mut Tx<'_>,
    measures: &Measures,
    expected: &Expected,
    person: Id<Person>,
    now: Timestamp,
) -> Result<(Vec<Held>, Vec<Duty>)> {
    let held = of_person(tx, person, now.day())?;
    let mut duties = expected.of(tx, &held, now)?;
    duties.extend(of(tx, measures, &held, now.day())?);
    Ok((held, duties))
}

/// What a grouped message says of what is expected.
pub fn expectations(measures: Measures, expected: Expected) -> Expectations {
    Expectations(Arc::new(move |tx, person, now| {
        let (_, duties) = all(tx, &measures, &expected, person, now)?;
        let awaited = |duty: Duty| Awaited {
            title: duty.title,
            detail: duty.detail,
            place: duty.place,
            path: duty.href,
            before: duty.before,
        };
        Ok(duties.into_iter().map(awaited).collect())
    }))
}

/// Mandates that end within so many days are told.
const WARNED: i64 = 60;

/// The duties of a person, by the powers held.
pub fn of(tx: &mut Tx<'_>, measures: &Measures, held: &[Held], today: Date) -> Result<Vec<Duty>> {
    let mut duties = Vec::new();
    for one in held {
        let (Some(slug), Some(name)) = (&one.governance_slug, &one.governance_name) else { continue };
        if let Some(until) = one.power.until
            && until.last_day() <= today.saturating_add(WARNED.days())
        {
            duties.push(Duty {
                title: format!("Votre pouvoir « {} » finit bientôt", one.power.role),
                detail: format!("Le {}. Les gestionnaires peuvent le prolonger.", french_date(until.last_day())),
                button: "Voir la gouvernance".to_owned(),
                href: url::governance(slug),
                place: name.clone(),
                before: None,
            });
        }
        if one.power.role == RoleKind::Manager
            && let Some(governance) = one.power.reach.governance()
        {
            of_manager(tx, measures, (Id::from_uuid(governance), slug, name), today, &mut duties)?;
        }
    }
    Ok(duties)
}

/// What waits in a governance for whoever manages it.
pub fn of_governance(tx: &mut Tx<'_>, measures: &Measures, head: &Head, today: Date) -> Result<Vec<Duty>> {
    let mut duties = Vec::new();
    of_manager(tx, measures, (head.id, &head.slug, &head.name), today, &mut duties)?;
    Ok(duties)
}

fn of_manager(
    tx: &mut Tx<'_>,
    measures: &Measures,
    (governance, slug, name): (Id<Governance>, &str, &str),
    today: Date,
    duties: &mut Vec<Duty>,
) -> Result<()> {
    let mut add = |title: &str, detail: String, button: &str, href: String| {
        duties.push(Duty {
            title: title.to_owned(),
            detail,
            button: button.to_owned(),
            href,
            place: name.to_owned(),
            before: None,
        });
    };
    let count = |tx: &mut Tx<'_>, sql: &str| -> Result<i64> { tx.get(sql, params![governance], |row| row.get(0)) };
    let candidates = count(tx, "select count(*) from member where governance = $1 and state = 'candidate'")?;
    if candidates > 0 {
        let plural = if candidates > 1 { "s" } else { "" };
        add(
            "Répondre aux candidatures",
            format!("{candidates} structure{plural} demande{} à entrer.", if candidates > 1 { "nt" } else { "" }),
            "Voir les candidatures",
            format!("{}/membres?statut=candidate", url::administration(slug)),
        );
    }
    let unsigned = count(
        tx,
        "select count(*) from signatory s join agreement a on a.id = s.agreement where a.governance = $1 and s.signed_on is null",
    )?;
    if unsigned > 0 {
        let plural = if unsigned > 1 { "s" } else { "" };
        add(
            "Obtenir les signatures attendues",
            format!("{unsigned} signature{plural} attendue{plural}."),
            "Suivre les signatures",
            format!("{}/conventions", url::administration(slug)),
        );
    }
    if managers(tx, governance, today)?.len() < 2 {
        add(
            "Nommer une deuxième personne qui gère",
            "Vous êtes la seule personne à pouvoir agir : une absence bloquerait tout.".to_owned(),
            "Donner un pouvoir",
            format!("{}/donner?role=manager", url::powers(slug)),
        );
    }
    if count(tx, "select count(*) from body where governance = $1")? == 0 {
        add(
            "Créer les instances",
            "Aucune instance n'est déclarée.".to_owned(),
            "Administrer",
            url::administration(slug),
        );
    }
    let tier: crate::Tier =
        tx.get("select tier from governance where id = $1", params![governance], |row| row.code(0))?;
    let lacking = match tier {
        crate::Tier::Intermediate => framework::standing::lacking(tx, measures, (governance, slug), today)?,
        _ => Vec::new(),
    };
    if let [first, others @ ..] = lacking.as_slice() {
        let more = match others.len() {
            0 => String::new(),
            1 => ", et un autre critère".to_owned(),
            several => format!(", et {several} autres critères"),
        };
        add(
            "Compléter le cadre minimum",
            format!("Reste à remplir : {}{more}.", first.criterion.title),
            "Voir ce qui manque",
            framework::url::of_governance(slug),
        );
    }
    Ok(())
}
