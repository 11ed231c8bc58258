//! Calling people: the roll of those who are called, the messages with their signed link, reminders, changes.

use std::collections::BTreeMap;

use directory::Person;
use directory::accounts::store as accounts;
use governance::Governance;
use governance::bodies::model::Body;
use governance::bodies::store as bodies;
use governance::members::model::{Member, MemberState};
use governance::members::store as members;
use governance::powers::store as powers;
use kernel::permission::{Reach, RoleKind};
use kernel::register::Act;
use kernel::{Context, Error, Id, Result, Secret, Timestamp};
use store::outbox::{Message, queue};
use store::{Tx, params, versions};

use super::acts::{become_state, enter_meeting, late_by, subject};
use crate::model::{Meeting, MeetingState, Participant, Place, Reply};
use crate::schedule::poll;
use crate::{practice, store as reads, url};

/// What messages need of this site: its address, and the key of its signed links.
#[derive(Clone)]
pub struct Site<'a> {
    pub address: &'a str,
    pub secret: &'a Secret,
}

/// Purpose of the links by which one answers a convocation.
pub(crate) const ANSWER: &str = "reponse-convocation";

/// Somebody to call, before a participant is made of it.
#[derive(Clone, Debug)]
pub(crate) struct Called {
    pub member: Option<Id<Member>>,
    pub organisation: Option<Id<directory::Organisation>>,
    pub seat: Option<uuid::Uuid>,
    pub name: String,
    pub places: Vec<Place>,
}

/// Those who sit in the bodies today, each once, whatever the number of bodies: organisations by seat or by rule, persons by
/// function. An organisation that has withdrawn is not called, even where it still has a seat.
pub(crate) fn roll(tx: &mut Tx<'_>, meeting: &Meeting, of: &[Body]) -> Result<Vec<Called>> {
    let known = members::list(tx, meeting.governance, &members::Filter::default())?;
    let mut called: BTreeMap<String, Called> = BTreeMap::new();
    let mut sit = |key: String, one: Called| match called.get_mut(&key) {
        Some(there) => {
            for place in one.places {
                match there.places.iter_mut().find(|known| known.0 == place.0) {
                    Some(known) => known.1 |= place.1,
                    None => there.places.push(place),
                }
            }
        }
        None => {
            called.insert(key, one);
        }
    };
    for body in of {
        for seat in bodies::seats(tx, body.id)? {
            match (seat.organisation, &seat.organisation_name) {
                (Some(organisation), Some(name)) => {
                    let member = known.iter().find(|member| member.organisation == organisation);
                    if member.is_some_and(|member| member.state == MemberState::Withdrawn) {
                        continue;
                    }
                    sit(
                        organisation.to_string(),
                        Called {
                            member: member.map(|member| member.id),
                            organisation: Some(organisation),
                            seat: None,
                            name: name.clone(),
                            places: vec![(body.id, seat.voting, member.and_then(|member| member.college_id))],
                        },
                    );
                }
                _ => sit(
                    format!("~{}", seat.id),
                    Called {
                        member: None,
                        organisation: None,
                        seat: Some(seat.id.uuid()),
                        name: seat.holder(),
                        places: vec![(body.id, seat.voting, None)],
                    },
                ),
            }
        }
        for sitting in bodies::sitting_by_rule(tx, body.id)? {
            let member = known.iter().find(|member| member.organisation == sitting.organisation);
            sit(
                sitting.organisation.to_string(),
                Called {
                    member: member.map(|member| member.id),
                    organisation: Some(sitting.organisation),
                    seat: None,
                    name: sitting.name,
                    places: vec![(body.id, true, member.and_then(|member| member.college_id))],
                },
            );
        }
    }
    let mut all: Vec<Called> = called.into_values().collect();
    all.sort_by_cached_key(|one| (one.organisation.is_none(), kernel::text::fold(&one.name)));
    Ok(all)
}

/// Writes the roll: those who are not on it yet are added, nobody is taken off (who was called stays called). Gives how many
/// came.
pub(crate) fn call(ctx: &Context<'_>, tx: &mut Tx<'_>, meeting: &Meeting) -> Result<usize> {
    let of = reads::bodies(tx, meeting.id)?;
    let known: Vec<(Option<uuid::Uuid>, Option<uuid::Uuid>)> =
        tx.query("select organisation, seat from participant where meeting = $1", params![meeting.id], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let is_known = |one: &Called| {
        known.iter().any(|(organisation, seat)| {
            (one.organisation.is_some() && *organisation == one.organisation.map(Id::uuid))
                || (one.seat.is_some() && *seat == one.seat)
        })
    };
    let mut rank = i64::try_from(known.len()).map_err(Error::internal)?;
    let mut came = 0;
    for one in roll(tx, meeting, &of)?.into_iter().filter(|one| !is_known(one)) {
        rank += 1;
        came += 1;
        let id: Id<Participant> = ctx.new_id()?;
        tx.execute(
            "insert into participant (id, meeting, rank, member, organisation, seat, name) values ($1, $2, $3, $4, $5, $6, $7)",
            params![id, meeting.id, rank, one.member, one.organisation, one.seat, &one.name],
        )?;
        for (body, voting, college) in one.places {
            tx.execute(
                "insert into participant_body (participant, body, voting, college) values ($1, $2, $3, $4)",
                params![id, body, voting, college],
            )?;
        }
    }
    Ok(came)
}

/// Somebody to write to: the person, the address, and in whose name (a participant, somebody asked for dates).
pub(crate) struct Addressee {
    pub person: Id<Person>,
    pub email: String,
    pub about: uuid::Uuid,
    pub name: String,
}

/// In whose name persons are written to, where it is a member.
pub(crate) type Named = (uuid::Uuid, Option<Id<Member>>, String);

fn named(everyone: &[Participant]) -> Vec<Named> {
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
    let bodies: Vec<String> = reads::bodies(tx, meeting.id)?.into_iter().map(|body| body.name).collect();
    let mut lines = vec![
        format!("{} ({})", meeting.title, bodies.join(", ")),
        format!("Quand : {}, durée {}", meeting.when(), meeting.length()),
    ];
    if !meeting.place.is_empty() {
        lines.push(format!("Où : {}", meeting.place));
    }
    if !meeting.video.is_empty() {
        lines.push(format!("À distance : {}", meeting.video));
    }
    Ok(lines.join("\n"))
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
    let items = reads::agenda(tx, id)?;
    if items.is_empty() {
        return Err(Error::Conflict("L'ordre du jour est vide : ajoutez au moins un point.".to_owned()));
    }
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
    let agenda: Vec<String> = (1..).zip(&items).map(|(rank, item)| format!("{rank}. {}", item.title)).collect();
    let to = addressees(tx, ctx, meeting.governance, &named(&everyone))?;
    let sheet = sheet(tx, &meeting)?;
    for one in &to {
        let text = format!(
            "Bonjour,\n\nVous êtes convié pour « {} » à cette réunion :\n\n{sheet}\n\nOrdre du jour :\n{}\n\n\
             Répondez en un clic, sans compte :\n{}\n\nLa page de la réunion, avec le fichier d'agenda :\n{}{}",
            one.name,
            agenda.join("\n"),
            answer_link(site, &meeting, one),
            site.address,
            page_of(tx, &meeting)?,
        );
        send(ctx, tx, one, format!("Convocation : {}, {}", meeting.title, meeting.when()), text)?;
    }
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

/// Reminds those who have not answered, and nobody else; gives how many messages wait.
pub fn remind(ctx: &Context<'_>, tx: &mut Tx<'_>, site: &Site<'_>, id: Id<Meeting>) -> Result<usize> {
    let meeting = enter_meeting(ctx, tx, id)?;
    if meeting.state != MeetingState::Convened || meeting.starts_at <= ctx.now() {
        return Err(Error::Conflict("On ne relance que pour une réunion convoquée et à venir.".to_owned()));
    }
    let mut silent = reads::participants(tx, id)?;
    silent.retain(|one| one.reply == Reply::None);
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
    let summary = format!("Relance pour « {} » : {} sans réponse", meeting.title, silent.len());
    super::acts::record(ctx, tx, "meeting.reminded", meeting.governance, id, summary, &meeting.provenance);
    Ok(to.len())
}

/// Tells whoever was convened that the day, the hour, the place or the link is another one.
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
            "Bonjour,\n\nLa réunion « {} », prévue {}, change :\n\n{sheet}\n\nDites si vous serez là :\n{}",
            before.title,
            before.when(),
            answer_link(site, after, &one)
        );
        send(ctx, tx, &one, format!("Changement : {}, {}", after.title, after.when()), text)?;
    }
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
