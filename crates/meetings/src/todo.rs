//! What meetings expect of a person: answers to give, sessions to hold, minutes to publish.

use governance::powers::store::Held;
use governance::todo::duties::Duty;
use kernel::permission::{Reach, RoleKind};
use kernel::{Id, Result, Timestamp};
use store::{Tx, params};

use crate::model::{Meeting, MeetingState};
use crate::{schedule, store as reads, url};

/// The duties of a person by the powers held, for meetings.
pub fn of(tx: &mut Tx<'_>, held: &[Held], now: Timestamp) -> Result<Vec<Duty>> {
    let mut duties = Vec::new();
    for one in held {
        let (Some(slug), Some(place)) = (&one.governance_slug, &one.governance_name) else { continue };
        let mut add = |title: String, detail: String, button: &str, href: String| {
            duties.push(Duty { title, detail, button: button.to_owned(), href, place: place.clone() });
        };
        for (title, detail, button, href) in schedule::duties::of(tx, one, slug, now)? {
            add(title, detail, button, href);
        }
        match (one.power.role, one.power.reach) {
            (RoleKind::Representative, Reach::Member { member, .. }) => {
                let waiting: Vec<Id<Meeting>> = tx.query(
                    "select m.id from meeting m join participant p on p.meeting = m.id
                     left join meeting_move v on v.meeting = m.id
                     where p.member = $1 and (p.answer = 'none' or p.answered_at <= v.moved_at) and m.state = 'convened'
                        and m.starts_at > $2
                     order by m.starts_at limit 20",
                    params![member, now],
                    |row| row.get(0),
                )?;
                for id in waiting {
                    let meeting = reads::find(tx, id)?;
                    let page = url::meeting(slug, &meeting.slug);
                    add(format!("Répondre à la convocation : {}", meeting.title), meeting.when(), "Répondre", page);
                }
            }
            (RoleKind::Animator, Reach::Body { body, .. }) => {
                // Of a series the next one is enough, and a poll of dates has a duty of its own.
                let own: Vec<Id<Meeting>> = tx.query(
                    "select m.id from meeting m join meeting_body mb on mb.meeting = m.id left join minutes n on n.meeting = m.id
                     where mb.body = $1 and (m.state = 'open' or (m.state = 'closed' and n.state = 'draft')
                        or (m.state = 'draft' and m.starts_at > $2 and not exists (
                            select 1 from date_poll p where p.meeting = m.id and p.state = 'open') and not exists (
                            select 1 from meeting_in_series i join meeting_in_series j on j.series = i.series
                            join meeting o on o.id = j.meeting
                            where i.meeting = m.id and o.state = 'draft' and o.starts_at > $2 and o.starts_at < m.starts_at)))
                     order by m.starts_at limit 20",
                    params![body, now],
                    |row| row.get(0),
                )?;
                for id in own {
                    let meeting = reads::find(tx, id)?;
                    let page = url::meeting(slug, &meeting.slug);

                    let (title, button) = match meeting.state {
                        MeetingState::Open => ("Clore la séance", "Tenir la séance"),
                        MeetingState::Closed => ("Faire approuver le compte rendu", "Lire le compte rendu"),
                        _ => ("Convoquer", "Préparer"),
                    };
                    add(format!("{title} : {}", meeting.title), meeting.when(), button, page);
                }
            }
            _ => {}
        }
    }
    Ok(duties)
}
