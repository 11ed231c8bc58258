//! What finding the dates expects of a person: answers to a poll, its conclusion.

use governance::powers::store::Held;
use kernel::permission::{Reach, RoleKind};
use kernel::{Id, Result, Timestamp};
use store::{Tx, params};

use super::poll::Asked;
use super::{cosign, year};
use crate::model::Meeting;
use crate::{store as reads, url};

/// Something to do: title, detail, button, address.
pub type Due = (String, String, &'static str, String);

/// Those of one power held in the governance at this address.
pub fn of(tx: &mut Tx<'_>, held: &Held, slug: &str, now: Timestamp) -> Result<Vec<Due>> {
    match (held.power.role, held.power.reach) {
        (RoleKind::Representative, Reach::Member { member, .. }) => {
            let mut due = dates_to_say(tx, member, now)?;
            for (signature, meeting) in cosign::waiting_for(tx, member, now)? {
                let meeting = reads::find(tx, meeting)?;
                due.push((
                    format!("Donner votre accord avant la convocation : {}", meeting.title),
                    meeting.when(),
                    "Lire et donner l'accord",
                    format!("/reunions/accord/{signature}"),
                ));
            }
            Ok(due)
        }
        (RoleKind::Animator, Reach::Body { body, .. }) => {
            let mut due = dates_to_choose(tx, body, slug, now)?;
            if let Some((body, detail)) = year::reminder(tx, Id::from_uuid(body), now)? {
                let page = format!("{}/reunions", governance::url::body(slug, &body.slug));
                due.push((format!("Prévoir la prochaine réunion : {}", body.name), detail, "Voir l'année", page));
            }
            Ok(due)
        }
        _ => Ok(Vec::new()),
    }
}

fn dates_to_say(tx: &mut Tx<'_>, member: uuid::Uuid, now: Timestamp) -> Result<Vec<Due>> {
    let waiting: Vec<(Id<Asked>, Id<Meeting>, Timestamp)> = tx.query(
        "select a.id, p.meeting, p.ends_at from date_asked a join date_poll p on p.id = a.poll join meeting m on m.id = p.meeting
         where a.member = $1 and a.answered_at is null and p.state = 'open' and p.ends_at > $2 and m.state = 'draft'
         order by p.ends_at limit 20",
        params![member, now],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let mut due = Vec::new();
    for (asked, meeting, ends_at) in waiting {
        let meeting = reads::find(tx, meeting)?;
        let until = kernel::time::french_date(meeting.zone.civil(ends_at.plus(-1)).0);
        due.push((
            format!("Dire quelles dates conviennent : {}", meeting.title),
            format!("Avant le {until} inclus."),
            "Répondre",
            format!("/reunions/dates/{asked}"),
        ));
    }
    Ok(due)
}

/// A poll that is over, or to which everybody has answered, waits for its choice.
fn dates_to_choose(tx: &mut Tx<'_>, body: uuid::Uuid, slug: &str, now: Timestamp) -> Result<Vec<Due>> {
    let waiting: Vec<Id<Meeting>> = tx.query(
        "select m.id from meeting m join meeting_body mb on mb.meeting = m.id join date_poll p on p.meeting = m.id
         where mb.body = $1 and m.state = 'draft' and p.state = 'open'
            and (p.ends_at <= $2 or not exists (select 1 from date_asked a where a.poll = p.id and a.answered_at is null))
         order by p.ends_at limit 20",
        params![body, now],
        |row| row.get(0),
    )?;
    let mut due = Vec::new();
    for meeting in waiting {
        let meeting = reads::find(tx, meeting)?;
        let page = format!("{}/dates", url::meeting(slug, &meeting.slug));
        let title = format!("Choisir la date : {}", meeting.title);
        due.push((title, "Le sondage de dates est terminé.".to_owned(), "Voir les réponses", page));
    }
    Ok(due)
}
