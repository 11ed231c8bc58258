//! What meetings expect of a person: answers to give, sessions to hold, minutes to read again, to approve, to publish, tasks
//! to do, decisions to follow.

use governance::powers::store::Held;
use governance::todo::duties::Duty;
use kernel::permission::{Reach, RoleKind};
use kernel::zone::Zone;
use kernel::{Id, Result, Timestamp};
use store::{Tx, params};

use crate::agenda::waiting::store as waiting;
use crate::ballots;
use crate::elections;
use crate::minutes::{CorrectionState, MinutesState};
use crate::model::{Meeting, MeetingState};
use crate::tasks::{self, Task};
use crate::{decisions, minutes, schedule, store as reads, url};

/// Duties of one kind that one power brings: more would hide the others.
const MOST: i64 = 20;

/// The duties of a person by the powers held, for meetings.
pub fn of(tx: &mut Tx<'_>, held: &[Held], now: Timestamp) -> Result<Vec<Duty>> {
    let mut duties = Vec::new();
    for one in held {
        let (Some(slug), Some(place)) = (&one.governance_slug, &one.governance_name) else { continue };
        let mut list = List { slug, place, now, duties: &mut duties };
        for (title, detail, button, href) in schedule::duties::of(tx, one, slug, now)? {
            list.add(title, detail, button, href, None);
        }
        match (one.power.role, one.power.reach) {
            (RoleKind::Representative | RoleKind::Deputy, Reach::Member { member, .. }) => {
                let member = Id::from_uuid(member);
                // Of a deputy nothing is expected that the principal does: the tasks are of both.
                if one.power.role == RoleKind::Representative {
                    list.of_representative(tx, member)?;
                }
                let own = tasks::store::of_member(tx, member, Some(one.power.person))?;
                list.tasks(own);
                let voting = ballots::duties::of_member(tx, member, slug, now)?;
                let asked = elections::duties::of_member(tx, member, slug, now)?;
                for (title, detail, button, href, before) in voting.into_iter().chain(asked) {
                    list.add(title, detail, button, href, before);
                }
            }
            (RoleKind::Animator, Reach::Body { body, governance, .. }) => {
                list.of_animator(tx, Id::from_uuid(body))?;
                let body_slug = governance::bodies::store::find(tx, Id::from_uuid(body))?.map(|body| body.slug);
                let voting = ballots::duties::of_body(tx, Id::from_uuid(body), slug)?;
                let body_slug = body_slug.unwrap_or_default();
                let elections = elections::duties::of_body(tx, Id::from_uuid(body), &body_slug, slug, now)?;
                for (title, detail, button, href, before) in voting.into_iter().chain(elections) {
                    list.add(title, detail, button, href, before);
                }
                for (title, detail, button, href) in waiting::duties(tx, Id::from_uuid(body))? {
                    list.add(title, detail, button, href, None);
                }
                for (title, detail, button, href) in decisions::todo::of_body(tx, Id::from_uuid(body), now, MOST)? {
                    list.add(title, detail, button, href, None);
                }
                let own = tasks::store::of_person(tx, Id::from_uuid(governance), one.power.person)?;
                list.tasks(own);
            }
            (RoleKind::Manager, Reach::Governance(governance)) => {
                let ending = elections::duties::of_governance(tx, Id::from_uuid(governance), slug, now)?;
                for (title, detail, button, href, before) in ending {
                    list.add(title, detail, button, href, before);
                }
                let own = tasks::store::of_person(tx, Id::from_uuid(governance), one.power.person)?;
                list.tasks(own);
            }
            _ => {}
        }
    }
    // Who animates two bodies, or manages too, has each task once.
    let mut seen = std::collections::HashSet::new();
    duties.retain(|duty| seen.insert((duty.href.clone(), duty.title.clone())));
    Ok(duties)
}

struct List<'a> {
    slug: &'a str,
    place: &'a str,
    now: Timestamp,
    duties: &'a mut Vec<Duty>,
}

impl List<'_> {
    fn add(&mut self, title: String, detail: String, button: &str, href: String, before: Option<Timestamp>) {
        let (button, place) = (button.to_owned(), self.place.to_owned());
        self.duties.push(Duty { title, detail, button, href, place, before });
    }

    fn of_representative(&mut self, tx: &mut Tx<'_>, member: Id<governance::members::model::Member>) -> Result<()> {
        let waiting: Vec<Id<Meeting>> = tx.query(
            "select m.id from meeting m join participant p on p.meeting = m.id
             left join meeting_move v on v.meeting = m.id
             where p.member = $1 and (p.answer = 'none' or p.answered_at <= v.moved_at) and m.state = 'convened'
                and m.starts_at > $2
             order by m.starts_at limit $3",
            params![member, self.now, MOST],
            |row| row.get(0),
        )?;
        for id in waiting {
            let meeting = reads::find(tx, id)?;
            let page = url::meeting(self.slug, &meeting.slug);
            // The convocation and its reminders are messages of their own: this one brings nothing forward.
            let title = format!("Répondre à la convocation : {}", meeting.title);
            self.add(title, meeting.when(), "Répondre", page, None);
        }
        let to_read: Vec<(Id<Meeting>, Option<kernel::PartialDate>)> = tx.query(
            "select m.id, n.silence_until from meeting m join participant p on p.meeting = m.id
             join minutes n on n.meeting = m.id
             where p.member = $1 and n.state = 'circulated' and n.silence_until >= $2 order by n.silence_until limit $3",
            params![member, self.now.day().to_string(), MOST],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        for (id, until) in to_read {
            let meeting = reads::find(tx, id)?;
            let page = format!("{}/compte-rendu", url::meeting(self.slug, &meeting.slug));
            let detail = until.map(|until| format!("Corrections jusqu'au {}", until.french())).unwrap_or_default();
            self.add(
                format!("Relire le compte rendu : {}", meeting.title),
                detail,
                "Relire",
                page,
                until.and_then(ends),
            );
        }
        Ok(())
    }

    fn of_animator(&mut self, tx: &mut Tx<'_>, body: Id<governance::bodies::model::Body>) -> Result<()> {
        // Of a series the next one is enough, and a poll of dates has a duty of its own.
        let own: Vec<Id<Meeting>> = tx.query(
            "select m.id from meeting m join meeting_body mb on mb.meeting = m.id left join minutes n on n.meeting = m.id
             where mb.body = $1 and (m.state = 'open' or (m.state = 'closed' and n.state <> 'published')
                or (m.state = 'draft' and m.starts_at > $2 and not exists (
                    select 1 from date_poll p where p.meeting = m.id and p.state = 'open') and not exists (
                    select 1 from meeting_in_series i join meeting_in_series j on j.series = i.series
                    join meeting o on o.id = j.meeting
                    where i.meeting = m.id and o.state = 'draft' and o.starts_at > $2 and o.starts_at < m.starts_at)))
             order by m.starts_at limit $3",
            params![body, self.now, MOST],
            |row| row.get(0),
        )?;
        for id in own {
            let meeting = reads::find(tx, id)?;
            let page = url::meeting(self.slug, &meeting.slug);
            let (title, button, href) = match meeting.state {
                MeetingState::Open => ("Clore la séance", "Tenir la séance", format!("{page}/seance")),
                MeetingState::Closed => {
                    let Some((title, button)) = to_finish(tx, id)? else { continue };
                    (title, button, format!("{page}/compte-rendu"))
                }
                _ => ("Convoquer", "Préparer", page),
            };
            let before = (meeting.state == MeetingState::Draft).then_some(meeting.starts_at);
            self.add(format!("{title} : {}", meeting.title), meeting.when(), button, href, before);
        }
        Ok(())
    }

    fn tasks(&mut self, own: Vec<Task>) {
        let today = self.now.day();
        for task in own {
            let late = if task.is_late(today) { "En retard : " } else { "" };
            let due = task.due_on.map(|due| format!("pour le {}", due.french())).unwrap_or_default();
            let href = format!("{}/{}", url::tasks(self.slug), task.id);
            self.add(format!("{late}{}", task.text), due, "Dire où elle en est", href, task.due_on.and_then(ends));
        }
    }
}

/// The end of a day on which something is due.
fn ends(due: kernel::PartialDate) -> Option<Timestamp> {
    Zone::PARIS.instant(due.last_day(), jiff::civil::time(23, 59, 0, 0)).ok()
}

/// What minutes wait for from those who animate; nothing while silence runs.
fn to_finish(tx: &mut Tx<'_>, id: Id<Meeting>) -> Result<Option<(&'static str, &'static str)>> {
    let Some(minutes) = minutes::store::find(tx, id)? else { return Ok(None) };
    let asked = minutes::store::corrections(tx, id)?.iter().any(|one| one.state == CorrectionState::Asked);
    Ok(match minutes.state {
        MinutesState::Draft => Some(("Envoyer le compte rendu en relecture", "Lire le compte rendu")),
        MinutesState::Circulated if asked => Some(("Répondre aux corrections", "Voir les corrections")),
        MinutesState::Circulated if minutes.silence_until.is_none() => {
            Some(("Faire approuver le compte rendu", "Lire le compte rendu"))
        }
        MinutesState::Approved => Some(("Publier le compte rendu", "Lire le compte rendu")),
        MinutesState::Circulated | MinutesState::Published => None,
    })
}
