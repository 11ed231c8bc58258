//! An organisation asks to join by itself: what a person asks for it, and the answer.

use directory::organisations::acts::{NewOrganisation, enter as enter_organisation};
use directory::{Organisation, Person, organisations};
use kernel::processing::{Kept, Processing};
use kernel::{Capability, Context, Error, Errors, Id, Provenance, Result, Scope, Timestamp, text};
use store::{Tx, Value, params};

use super::acts::{Application, enter_candidate, note_change, record};
use super::changes::REASON_MAX;
use super::model::{Involvement, Member, MemberCategory, MemberState};
use super::store as reads;
use crate::Governance;
use crate::governances::model::State;
use crate::governances::store::lock;

/// For the record of processing.
pub const PROCESSING: Processing = Processing {
    name: "Demandes d'entrée dans une gouvernance",
    purpose: "Recevoir la demande d'une structure qui veut participer, et lui répondre.",
    legal_basis: "Mission d'intérêt public (RGPD, article 6, 1, e)",
    persons: "Personnes qui demandent l'entrée de leur structure",
    recipients: "Les gestionnaires de la gouvernance ; la personne elle-même",
    retention: &[Kept::until("Motivation et réponse", "Tant que le compte existe ; ensuite le texte est effacé")],
    security: "Lues par les seuls gestionnaires ; le registre public ne cite que la structure",
};

/// For which organisation one asks.
#[derive(Clone, Debug)]
pub enum ForWhom {
    Known(Id<Organisation>),
    New(Box<NewOrganisation>),
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Request {
    pub organisation: ForWhom,
    pub category: MemberCategory,
    pub involvement: Involvement,
    pub motivation: String,
}

/// Most requests that wait for an answer in one governance from one person.
const MOST_WAITING: i64 = 3;

/// Asks for the entry of an organisation: it becomes a candidate, and the managers find it in what they have to do.
///
/// # Errors
/// One message per wrong field; a conflict when the organisation is there already, the governance is closed, or the person
/// has several requests waiting.
pub fn ask(ctx: &Context<'_>, tx: &mut Tx<'_>, governance: Id<Governance>, request: &Request) -> Result<Id<Member>> {
    ctx.require(Capability::ApplyForMembership, Scope::Governance(governance.uuid()))?;
    let person = ctx.who().person_id().ok_or_else(|| Error::Forbidden("Il faut se connecter.".to_owned()))?;
    let head = lock(tx, governance)?;
    if head.state == State::Closed {
        return Err(Error::Conflict(format!("« {} » est close : on ne peut plus y entrer.", head.name)));
    }
    let mut errors = Errors::default();
    let motivation = errors.check("motivation", text::paragraphs(&request.motivation, REASON_MAX)).flatten();
    if motivation.is_none() && errors.is_empty() {
        errors.add("motivation", "Dites en quelques mots pourquoi votre structure veut participer.");
    }
    errors.into_result()?;
    let waiting: i64 = tx.get(
        "select count(*) from membership_request r join member m on m.id = r.member
         where r.person = $1 and m.governance = $2 and r.answered_at is null",
        params![person, governance],
        |row| row.get(0),
    )?;
    if waiting >= MOST_WAITING {
        return Err(Error::Conflict(
            "Plusieurs de vos demandes attendent déjà une réponse de cette gouvernance.".to_owned(),
        ));
    }
    let organisation = match &request.organisation {
        ForWhom::Known(id) => *id,
        ForWhom::New(new) => {
            let siret = new.draft.parse()?.siret;
            match siret.map(|siret| organisations::store::by_siret(tx, &siret)).transpose()?.flatten() {
                // The number tells which organisation it is, whatever name was typed.
                Some(known) => known.id,
                None => enter_organisation(ctx, tx, new)?,
            }
        }
    };
    let id = candidate(ctx, tx, &head, organisation, request)?;
    tx.execute(
        "insert into membership_request (id, member, person, motivation, asked_at) values ($1, $2, $3, $4, $5)",
        params![ctx.new_id::<Request>()?, id, person, motivation.unwrap_or_default(), ctx.now()],
    )?;
    Ok(id)
}

/// Enters the candidate; one that had withdrawn, or was refused, comes back.
fn candidate(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    head: &crate::governances::store::Head,
    organisation: Id<Organisation>,
    request: &Request,
) -> Result<Id<Member>> {
    let before = reads::in_governance(tx, head.id, organisation)?;
    let Some(before) = before else {
        let application = Application {
            organisation,
            category: request.category,
            college: None,
            involvement: request.involvement,
            note: String::new(),
            provenance: Provenance::entered(),
        };
        return enter_candidate(ctx, tx, head, &application);
    };
    if before.state != MemberState::Withdrawn {
        return Err(Error::Conflict(format!(
            "« {} » est déjà dans cette gouvernance ({}).",
            before.name,
            before.standing().to_lowercase()
        )));
    }
    tx.execute(
        "update member set state = 'candidate', category = $2, involvement = $3, since = null, until = null, refused = $4,
            version = version + 1 where id = $1",
        params![before.id, Value::code(request.category), Value::code(request.involvement), false],
    )?;
    note_change(ctx, tx, before.id, "Nouvelle candidature", None)?;
    let summary = format!("Nouvelle candidature de « {} » à « {} »", before.name, head.name);
    record(ctx, tx, "member.applied_again", head, &before, summary, None);
    Ok(before.id)
}

/// Notes the answer to the request of a member that waits for one; gives the person who asked.
pub(super) fn close(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    member: Id<Member>,
    accepted: bool,
    answer: &str,
) -> Result<Option<Id<Person>>> {
    let waiting: Option<(Id<Request>, Id<Person>)> = tx.find(
        "select id, person from membership_request where member = $1 and answered_at is null order by asked_at desc",
        params![member],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let Some((id, person)) = waiting else { return Ok(None) };
    tx.execute(
        "update membership_request set accepted = $2, answer = $3, answered_at = $4 where id = $1",
        params![id, accepted, answer, ctx.now()],
    )?;
    Ok(Some(person))
}

/// A request as managers read it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The name of the person, or what stands where an account was erased.
    pub by: String,
    pub motivation: String,
    pub at: Timestamp,
    pub accepted: Option<bool>,
    pub answer: String,
}

/// The requests about a member, the latest first.
pub fn of_member(tx: &mut Tx<'_>, member: Id<Member>) -> Result<Vec<Asked>> {
    tx.query(
        "select p.name, r.motivation, r.asked_at, r.accepted, r.answer from membership_request r
         join person p on p.id = r.person where r.member = $1 order by r.asked_at desc, r.id desc",
        params![member],
        |row| {
            let name: String = row.get(0)?;
            let by = if name.is_empty() { Person::ERASED.to_owned() } else { name };
            Ok(Asked { by, motivation: row.get(1)?, at: row.get(2)?, accepted: row.get(3)?, answer: row.get(4)? })
        },
    )
}

/// What a person has asked: the organisation, the motivation, the answer.
pub fn of_person(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<(String, String, String)>> {
    tx.query(
        "select o.name, r.motivation, r.answer from membership_request r join member m on m.id = r.member
         join organisation o on o.id = m.organisation where r.person = $1 order by r.asked_at",
        params![person],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

/// Erases the texts of a person whose account goes; that there was a request stays.
pub fn forget(tx: &mut Tx<'_>, person: Id<Person>) -> Result<()> {
    tx.execute("update membership_request set motivation = '', answer = '' where person = $1", params![person])
        .map(|_| ())
}
