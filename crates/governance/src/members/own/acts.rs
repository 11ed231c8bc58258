//! Speaking for a member: its representatives do; the secretariat does for one of them who asked, and the register tells
//! that it was asked, by whom (a reference, never a name) and how. Whoever asked is told by mail.

use directory::accounts::acts::Invitation;
use directory::correspondence::{LetterKind, News, tell};
use kernel::coded::Coded as _;
use kernel::permission::{Reach, RoleKind};
use kernel::register::Act;
use kernel::{Capability, Context, Error, Errors, Id, PartialDate, Result, Scope, coded, text};
use store::{Tx, Value, params, versions};

use crate::governances::store::{Head, lock};
use crate::members::acts::{subject, take_out};
use crate::members::changes::{REASON_MAX, close_mandates};
use crate::members::model::{Involvement, Member, MemberState};
use crate::members::store as reads;
use crate::powers::acts::grant_by_mail;
use crate::powers::model::{NewPower, Power};
use crate::powers::store as powers;

coded! {
    /// How a representative asked the secretariat to act.
    pub enum AskedBy {
        Mail = "mail", "Par courriel";
        Phone = "phone", "Par téléphone";
        Meeting = "meeting", "De vive voix";
        Letter = "letter", "Par courrier";
    }
}

/// What the secretariat says of the request it acts upon.
#[derive(Clone, Debug)]
pub struct Request {
    /// The mandate of the person who asked.
    pub power: Id<Power>,
    pub how: AskedBy,
}

/// In whose name one speaks.
#[derive(Debug)]
pub struct Voice {
    pub head: Head,
    pub member: Member,
    /// The representative who asked, when it is not one of them who acts.
    asked: Option<(Power, AskedBy)>,
}

/// Who represents the member now.
pub fn representatives(
    tx: &mut Tx<'_>,
    ctx_day: jiff::civil::Date,
    governance: Id<crate::Governance>,
    member: Id<Member>,
) -> Result<Vec<Power>> {
    let all = powers::of_governance(tx, governance, ctx_day)?;
    let represents = |power: &Power| matches!(power.role, RoleKind::Representative | RoleKind::Deputy);
    let reach = Reach::Member { governance: governance.uuid(), member: member.uuid() };
    Ok(all.into_iter().filter(|power| represents(power) && power.reach == reach).collect())
}

/// True when the person holds a mandate of this member itself.
fn represents(ctx: &Context<'_>, scope: Scope, kinds: &[RoleKind]) -> bool {
    ctx.who().roles.iter().any(|role| kinds.contains(&role.kind) && role.reach.covers(scope))
}

/// Opens an act in the name of a member: permission, lock, and whether somebody asked.
///
/// # Errors
/// `asked` for the secretariat when it does not say which representative asked; a conflict when the organisation is no
/// longer in the governance.
pub fn speak(ctx: &Context<'_>, tx: &mut Tx<'_>, id: Id<Member>, request: Option<&Request>) -> Result<Voice> {
    let governance = reads::governance_of(tx, id)?;
    let scope = Scope::Member { governance: governance.uuid(), member: id.uuid() };
    ctx.require(Capability::SpeakForMember, scope)?;
    let head = lock(tx, governance)?;
    let member = reads::find(tx, id)?;
    if member.state == MemberState::Withdrawn {
        return Err(Error::Conflict(format!("« {} » ne fait plus partie de cette gouvernance.", member.name)));
    }
    let own = represents(ctx, scope, &[RoleKind::Representative, RoleKind::Deputy]);
    if own || ctx.who().person_id().is_none() {
        return Ok(Voice { head, member, asked: None });
    }
    let known = representatives(tx, ctx.now().day(), governance, id)?;
    let asked = request.and_then(|request| {
        known.into_iter().find(|power| power.id == request.power).map(|power| (power, request.how))
    });
    match asked {
        Some(asked) => Ok(Voice { head, member, asked: Some(asked) }),
        None => Err(Error::invalid("asked", "Choisissez la personne de cette structure qui vous l'a demandé.")),
    }
}

impl Voice {
    /// « (secrétariat, à la demande de la structure) », or nothing: what the register adds.
    pub fn asked_note(&self) -> &'static str {
        if self.asked.is_some() { " (secrétariat, à la demande de la structure)" } else { "" }
    }

    /// Registers what was done, and tells whoever asked for it.
    fn record(
        &self,
        ctx: &Context<'_>,
        tx: &mut Tx<'_>,
        code: &'static str,
        summary: String,
        on: Option<PartialDate>,
    ) -> Result<()> {
        let mut act = Act::new(code, subject(self.member.id), summary.clone())
            .in_governance(self.head.id.uuid())
            .with("structure", self.member.organisation.to_string())
            .with_some("date", on.map(|date| date.to_string()))
            .from_source(&self.member.provenance);
        if let Some((power, how)) = &self.asked {
            act.summary = format!("{summary}{}", self.asked_note());
            act = act
                .with("demande_de", format!("personne:{}", power.person))
                .with("demande", how.label().to_lowercase());
            self.tell(ctx, tx, power, &summary)?;
        }
        tx.record(ctx, act);
        tx.touch(versions::GOVERNANCES);
        Ok(())
    }

    /// Tells the next morning: whoever did not ask finds out in time, and nobody does without it.
    fn tell(&self, ctx: &Context<'_>, tx: &mut Tx<'_>, power: &Power, summary: &str) -> Result<()> {
        let text = format!(
            "Le secrétariat de « {} » l'a enregistré à votre demande. Si vous ne l'avez pas demandé, répondez-lui ou \
             corrigez-le vous-même.",
            self.head.name
        );
        let news = News::new(summary, super::page_of(&self.head.slug, self.member.id)).text(text);
        tell(ctx, tx, power.person, LetterKind::Answers, &news)
    }
}

/// Chooses the degree of involvement of the member. It is never a reproach: an observer is never late.
pub fn choose_involvement(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Member>,
    involvement: Involvement,
    request: Option<&Request>,
) -> Result<()> {
    let voice = speak(ctx, tx, id, request)?;
    if voice.member.involvement == involvement {
        return Ok(());
    }
    tx.execute(
        "update member set involvement = $2, version = version + 1 where id = $1",
        params![id, Value::code(involvement)],
    )?;
    let (name, label) = (&voice.member.name, involvement.label().to_lowercase());
    let summary = format!("« {name} » choisit son implication : {label}");
    voice.record(ctx, tx, "member.involvement_chosen", summary, None)
}

/// Invites somebody as deputy of the member. A deputy does not name deputies.
///
/// # Errors
/// As the invitation and the power; forbidden to a deputy.
pub fn name_deputy(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    site: &str,
    id: Id<Member>,
    invitation: &Invitation,
    until: Option<PartialDate>,
    request: Option<&Request>,
) -> Result<()> {
    let voice = speak(ctx, tx, id, request)?;
    let reach = Reach::Member { governance: voice.head.id.uuid(), member: id.uuid() };
    let scope = Scope::Member { governance: voice.head.id.uuid(), member: id.uuid() };
    let deputy_only =
        represents(ctx, scope, &[RoleKind::Deputy]) && !represents(ctx, scope, &[RoleKind::Representative]);
    let asked_by_deputy = voice.asked.as_ref().is_some_and(|(power, _)| power.role == RoleKind::Deputy);
    if deputy_only || asked_by_deputy {
        return Err(Error::Forbidden("Seul le titulaire désigne une suppléance.".to_owned()));
    }
    grant_by_mail(ctx, tx, site, invitation, &NewPower { role: RoleKind::Deputy, reach, since: None, until })?;
    let summary = format!("« {} » désigne une suppléance dans « {} »", voice.member.name, voice.head.name);
    voice.record(ctx, tx, "member.deputy_named", summary, None)
}

/// The member leaves the governance, by its own decision.
///
/// # Errors
/// `until` before its entry, or to come; `reason` without one.
pub fn leave(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Member>,
    until: Option<PartialDate>,
    reason: &str,
    request: Option<&Request>,
) -> Result<()> {
    let voice = speak(ctx, tx, id, request)?;
    let mut errors = Errors::default();
    let reason = errors.check("reason", text::line(reason, REASON_MAX)).unwrap_or_default();
    if until.is_some_and(|until| until.first_day() > ctx.now().day()) {
        errors.add("until", "Cette date est à venir : notez le départ le jour venu.");
    }
    errors.into_result()?;
    let until = until.unwrap_or_else(|| PartialDate::of_day(ctx.now().day()));
    take_out(ctx, tx, &voice.member, Some(until))?;
    let summary = format!("« {} » quitte « {} » par sa propre décision", voice.member.name, voice.head.name);
    voice.record(ctx, tx, "member.left", summary, Some(until))?;
    close_mandates(ctx, tx, id, Some(until), &reason)
}
