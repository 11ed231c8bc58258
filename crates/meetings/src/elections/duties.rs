//! What elections expect of a person: to answer a proposal; of those who animate, the next step, and a new election before the
//! term ends.

use governance::Governance;
use governance::bodies::model::Body;
use governance::members::model::Member;
use kernel::{Id, Result, Timestamp};
use store::Tx;

use super::model::{Election, ElectionState, TERM_WARNED};
use super::store as reads;
use crate::planning::acts::zone;
use crate::url;

/// Title, detail, button, address, and until when.
type Duty = (String, String, &'static str, String, Option<Timestamp>);

/// The proposals to stand that a member has not answered.
pub fn of_member(tx: &mut Tx<'_>, member: Id<Member>, slug: &str, now: Timestamp) -> Result<Vec<Duty>> {
    let mut all = Vec::new();
    for (candidacy, election) in reads::asked_of(tx, member, now)? {
        let Some(closes) = election.closes_at else { continue };
        let detail = format!("Jusqu'au {}", zone(tx, election.governance)?.moment(closes));
        let href = format!("{}/repondre", url::candidacy(slug, &election.slug, candidacy));
        all.push((format!("Être candidat ? {}", election.title), detail, "Accepter ou refuser", href, Some(closes)));
    }
    Ok(all)
}

/// What those who animate a body have to do for its elections.
pub fn of_body(tx: &mut Tx<'_>, body: Id<Body>, body_slug: &str, slug: &str, now: Timestamp) -> Result<Vec<Duty>> {
    let mut all = Vec::new();
    for election in reads::under_way(tx, body)? {
        let Some((title, button)) = next_step(tx, &election, now)? else { continue };
        let href = url::election(slug, &election.slug);
        all.push((format!("{title} : {}", election.title), String::new(), button, href, None));
    }
    all.extend(ending(tx, body, body_slug, slug, now)?);
    Ok(all)
}

fn next_step(tx: &mut Tx<'_>, election: &Election, now: Timestamp) -> Result<Option<(&'static str, &'static str)>> {
    Ok(match election.state {
        ElectionState::Draft => Some(("Ouvrir l'appel à candidatures", "Préparer l'élection")),
        ElectionState::Call if !election.takes_candidacies(now) => {
            Some(("Arrêter la liste et préparer le vote", "Voir les candidatures"))
        }
        // A ballot that is prepared or open has a duty of its own.
        ElectionState::Vote if reads::live_round(tx, election.id)?.is_none() => {
            Some(("Préparer le tour suivant, ou terminer", "Voir l'élection"))
        }
        _ => None,
    })
}

/// Sixty days before a term ends, and until somebody prepares the next election.
fn ending(tx: &mut Tx<'_>, body: Id<Body>, body_slug: &str, slug: &str, now: Timestamp) -> Result<Option<Duty>> {
    let soon = now.plus(TERM_WARNED.saturating_mul(kernel::time::DAY)).day();
    let Some(election) = reads::ending(tx, body, soon)? else { return Ok(None) };
    let until = election.term.1;
    let title = if until.last_day() < now.day() { "Mandat fini" } else { "Fin de mandat" };
    let href = format!("{}/elections/nouvelle?apres={}", governance::url::body(slug, body_slug), election.slug);
    let detail = format!("Le mandat élu finit le {}", until.french());
    Ok(Some((format!("{title}, préparer l'élection : {}", election.title), detail, "Préparer l'élection", href, None)))
}

/// What those who administer a governance have to do: whoever animated has no power any more once the term is over.
pub fn of_governance(tx: &mut Tx<'_>, governance: Id<Governance>, slug: &str, now: Timestamp) -> Result<Vec<Duty>> {
    let mut all = Vec::new();
    for (body, body_slug) in reads::bodies(tx, governance)? {
        all.extend(ending(tx, body, &body_slug, slug, now)?);
    }
    Ok(all)
}
