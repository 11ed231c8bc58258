//! Calling people: the messages with their signed link, reminders, changes.

use directory::Person;
use directory::accounts::store as accounts;
use governance::Governance;
use governance::members::model::Member;
use governance::powers::store as powers;
use kernel::permission::{Reach, RoleKind};
use kernel::register::Act;
use kernel::{Context, Error, Id, Result, Secret, Timestamp};
use store::outbox::{Message, queue};
use store::{Tx, params, versions};

pub(crate) use super::roll::{Called, call, roll};

use super::acts::{become_state, enter_meeting, late_by, names, subject};
use crate::model::{Meeting, MeetingState, Participant, Reply};
use crate::schedule::guests::{self, Tell};
use crate::schedule::{cosign, moves, poll};
use crate::{practice, store as reads, url};

/// What messages need of this site: its address, and the key of its signed links.
#[derive(Clone)]
pub struct Site<'a> {
    pub address: &'a str,
    pub secret: &'a Secret,
}

/// Purpose of the links by which one answers a convocation.
pub(crate) const ANSWER: &str = "reponse-convocation";

/// Somebody to write to: the person, the address, and in whose name (a participant, somebody asked for dates).
pub(crate) struct Addressee {
    pub person: Id<Person>,
    pub email: String,
    pub about: uuid::Uuid,
    pub name: String,
}

/// In whose name persons are written to, where it is a member.
pub(crate) type Named = (uuid::Uuid, Option<Id<Member>>, String);

pub(crate) fn named(everyone: &[Participant]) -> Vec<Named> {
    everyone.iter().map(|one| (one.id.uuid(), one.member, one.name.clone())).collect()
}

/// The persons who speak for those who are named, whose account is open or invited.
pub(crate) fn addressees(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    governance: Id<Governance>,
    to: &[Named],
) -> Result<Vec<Addressee>> {
    let mut out = Vec::new();
    for power in powers::of_governance(tx, governance, ctx.now().day())? {
        let Reach::Member { member, .. } = power.reach else { continue };
        if !matches!(power.role, RoleKind::Representative | RoleKind::Deputy) {
            continue;
        }
        let Some((about, _, name)) = to.iter().find(|(_, of, _)| of.map(Id::uuid) == Some(member)) else { continue };
        match accounts::by_person(tx, power.person) {
            Ok(account) => {
                out.push(Addressee { person: power.person, email: account.email, about: *about, name: name.clone() })
            }
            Err(Error::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(out)
}

/// The link by which a person answers for a participant, until the meeting begins.
pub(crate) fn answer_link(site: &Site<'_>, meeting: &Meeting, to: &Addressee) -> String {
    let token = site.secret.sign_link(ANSWER, &[to.about, to.person.uuid()], meeting.ends_at());
    format!("{}/reunions/reponse?cle={token}", site.address)
}

/// What is said of a meeting in each message.
fn sheet(tx: &mut Tx<'_>, meeting: &Meeting) -> Result<String> {
    let bodies = reads::bodies(tx, meeting.id)?;
    let mut lines = vec![
        format!("{} ({})", meeting.title, names(&bodies)),
        format!("Quand : {}, durée {}", meeting.when(), meeting.length()),
    ];
    lines.extend(cosign::invitation(&cosign::inviters(tx, &bodies)?));
    if !meeting.place.is_empty() {
        lines.push(format!("Où : {}", meeting.place));
    }
    if !meeting.video.is_empty() {
        lines.push(format!("À distance : {}", meeting.video));
    }
    Ok(lines.join("\n"))
}

/// The sheet of a meeting with its agenda, its page (where its documents are) and its calendar file.
pub(crate) fn sheet_with_agenda(tx: &mut Tx<'_>, site: &Site<'_>, meeting: &Meeting) -> Result<String> {
    let items = reads::agenda(tx, meeting.id)?;
    let agenda: Vec<String> = (1..).zip(&items).map(|(rank, item)| format!("{rank}. {}", item.title)).collect();
    let page = format!("{}{}", site.address, page_of(tx, meeting)?);
    Ok(format!(
        "{}\n\nOrdre du jour :\n{}\n\nLa page de la réunion, avec ses documents :\n{page}\n\nLe fichier pour votre agenda :\n{page}/reunion.ics",
        sheet(tx, meeting)?,
        agenda.join("\n"),
    ))
}

/// What the person who convenes says about a notice that is too short.
#[derive(Clone, Debug, Default)]
pub struct Urgency {
    pub ticked: bool,
}

/// Convenes: writes the roll, checks the notice of each body, and writes to each person who speaks for one of those who are
/// called. Gives how many messages wait, and how many are called.
///
/// # Errors
/// `urgent` when the notice of a body is not kept and nobody said that it is urgent; a conflict when it was convened, is past
/// or has no agenda.
pub fn convene(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    site: &Site<'_>,
    id: Id<Meeting>,
    urgency: &Urgency,
) -> Result<(usize, usize)> {
    let meeting = enter_meeting(ctx, tx, id)?;
    become_state(&meeting, MeetingState::Convened)?;
    if meeting.starts_at <= ctx.now() {
        return Err(Error::Conflict("Cette réunion a déjà commencé : saisissez-la directement.".to_owned()));
    }
    if reads::agenda(tx, id)?.is_empty() {
        return Err(Error::Conflict("L'ordre du jour est vide : ajoutez au moins un point.".to_owned()));
    }
    cosign::require_all(tx, &meeting)?;
    for body in reads::bodies(tx, id)? {
        let (rules, _) = practice::find(tx, body.id)?;
        let late = late_by(rules.notice_days, ctx.now(), meeting.starts_at);
        if late > 0 && !urgency.ticked {
            let sentence = format!(
                "« {} » demande {} jours de préavis : il en manque {late}. Choisissez une autre date, ou cochez l'urgence.",
                body.name, rules.notice_days
            );
            return Err(Error::invalid("urgent", sentence));
        }
    }
    call(ctx, tx, &meeting)?;
    poll::abandon(tx, id)?;
    let everyone = reads::participants(tx, id)?;
    tx.execute("update meeting set state = 'convened', convened_at = $2 where id = $1", params![id, ctx.now()])?;
    let to = addressees(tx, ctx, meeting.governance, &named(&everyone))?;
    let sheet = sheet_with_agenda(tx, site, &meeting)?;
    for one in &to {
        let text = format!(
            "Bonjour,\n\nVous êtes convié pour « {} » à cette réunion :\n\n{sheet}\n\nRépondez en un clic, sans compte :\n{}",
            one.name,
            answer_link(site, &meeting, one),
        );
        send(ctx, tx, one, format!("Convocation : {}, {}", meeting.title, meeting.when()), text)?;
    }
    guests::tell(ctx, tx, site, &meeting, &Tell::invitation(&meeting, sheet))?;
    let summary = format!("Convocation à « {} », {} : {} appelés", meeting.title, meeting.when(), everyone.len());
    tx.record(
        ctx,
        Act::new("meeting.convened", subject(id), summary)
            .in_governance(meeting.governance.uuid())
            .with("urgence", urgency.ticked)
            .from_source(&meeting.provenance),
    );
    tx.touch(versions::MEETINGS);
    Ok((to.len(), everyone.len()))
}

fn page_of(tx: &mut Tx<'_>, meeting: &Meeting) -> Result<String> {
    let slug: String =
        tx.get("select slug from governance where id = $1", params![meeting.governance], |row| row.get(0))?;
    Ok(url::meeting(&slug, &meeting.slug))
}

pub(crate) fn send(ctx: &Context<'_>, tx: &mut Tx<'_>, to: &Addressee, subject: String, text: String) -> Result<()> {
    let person = Some(to.person.uuid());
    queue(ctx, tx, &Message { to: to.email.clone(), subject, text, urgent: true, person })
}

/// Reminds those who have not answered, and nobody else; gives how many messages wait. A second click writes to nobody: an
/// hour has to pass, which the register counts.
///
/// # Errors
/// A conflict when the meeting is not convened, has begun, or was reminded of within the hour.
pub fn remind(ctx: &Context<'_>, tx: &mut Tx<'_>, site: &Site<'_>, id: Id<Meeting>) -> Result<usize> {
    let meeting = enter_meeting(ctx, tx, id)?;
    if meeting.state != MeetingState::Convened || meeting.starts_at <= ctx.now() {
        return Err(Error::Conflict("On ne relance que pour une réunion convoquée et à venir.".to_owned()));
    }
    let lately: i64 = tx.get(
        "select count(*) from register where at > $1 and act = 'meeting.reminded' and subject = $2",
        params![ctx.now().plus(-kernel::time::HOUR), subject(id)],
        |row| row.get(0),
    )?;
    if lately > 0 {
        return Err(Error::Conflict("Une relance vient de partir : attendez une heure avant la suivante.".to_owned()));
    }
    let mut silent = reads::participants(tx, id)?;
    let stale = moves::answered_before(tx, id)?;
    silent.retain(|one| one.reply == Reply::None || stale.contains(&one.id));
    let to = addressees(tx, ctx, meeting.governance, &named(&silent))?;
    let sheet = sheet(tx, &meeting)?;
    for one in &to {
        let text = format!(
            "Bonjour,\n\nNous n'avons pas encore votre réponse pour « {} » :\n\n{sheet}\n\nRépondez en un clic :\n{}",
            one.name,
            answer_link(site, &meeting, one)
        );
        send(ctx, tx, one, format!("Votre réponse est attendue : {}", meeting.title), text)?;
    }
    let text = format!("Nous n'avons pas encore votre réponse :\n\n{sheet}");
    let subject = format!("Votre réponse est attendue : {}", meeting.title);
    let tell = Tell { subject, text, answer: true, silent_only: true };
    let told = to.len() + guests::tell(ctx, tx, site, &meeting, &tell)?;
    let summary = format!("Relance pour « {} » : {} sans réponse", meeting.title, silent.len());
    super::acts::record(ctx, tx, "meeting.reminded", meeting.governance, id, summary, &meeting.provenance);
    Ok(told)
}

/// Tells whoever was convened that the day, the hour, the place or the link is another one. Who had answered is asked again.
pub(crate) fn tell_change(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    site: &Site<'_>,
    before: &Meeting,
    after: &Meeting,
) -> Result<()> {
    let everyone = reads::participants(tx, after.id)?;
    let sheet = sheet(tx, after)?;
    for one in addressees(tx, ctx, after.governance, &named(&everyone))? {
        let text = format!(
            "Bonjour,\n\nLa réunion « {} », prévue {}, change :\n\n{sheet}\n\nDites si vous serez là, même si vous aviez répondu :\n{}",
            before.title,
            before.when(),
            answer_link(site, after, &one)
        );
        send(ctx, tx, &one, format!("Changement : {}, {}", after.title, after.when()), text)?;
    }
    let tell = Tell {
        subject: format!("Changement : {}, {}", after.title, after.when()),
        text: format!("La réunion « {} », prévue {}, change :\n\n{sheet}", before.title, before.when()),
        answer: true,
        silent_only: false,
    };
    guests::tell(ctx, tx, site, after, &tell)?;
    Ok(())
}

pub(crate) fn tell_cancelled(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    site: &Site<'_>,
    meeting: &Meeting,
    reason: &str,
) -> Result<()> {
    let everyone = reads::participants(tx, meeting.id)?;
    let page = page_of(tx, meeting)?;
    for one in addressees(tx, ctx, meeting.governance, &named(&everyone))? {
        let text = format!(
            "Bonjour,\n\nLa réunion « {} », prévue {}, est annulée : {reason}\n\n{}{page}",
            meeting.title,
            meeting.when(),
            site.address
        );
        send(ctx, tx, &one, format!("Annulation : {}", meeting.title), text)?;
    }
    let tell = Tell {
        subject: format!("Annulation : {}", meeting.title),
        text: format!("La réunion « {} », prévue {}, est annulée : {reason}", meeting.title, meeting.when()),
        answer: false,
        silent_only: false,
    };
    guests::tell(ctx, tx, site, meeting, &tell)?;
    Ok(())
}

/// The participant and the person of a link that still holds.
///
/// # Errors
/// A conflict, the same for a link that was altered and for one that is too old.
pub fn read_answer_link(secret: &Secret, token: &str, now: Timestamp) -> Result<(Id<Participant>, Id<Person>)> {
    match secret.read_link(ANSWER, token, now).as_deref() {
        Some([participant, person]) => Ok((Id::from_uuid(*participant), Id::from_uuid(*person))),
        _ => Err(Error::Conflict(
            "Ce lien n'est plus valable : la réunion est passée, ou l'adresse est incomplète. Connectez-vous pour répondre."
                .to_owned(),
        )),
    }
}
