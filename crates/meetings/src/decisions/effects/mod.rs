//! What runs when a decision is adopted.
//!
//! A feature implements [`Effect`] for each of its acts that a body may decide. Those of this crate and of `governance` are
//! known here; a crate further down adds its own with [`add`] when the program starts, without a change here.
//!
//! **Who may.** The body decides, so the act runs in the name of the person who has the decision adopted, to whom the power
//! to administer this one governance is lent for the time of the act: the register names who did it and the decision of
//! which it is the effect, and no effect reaches another governance. So that nobody gains by a decision of a working group what
//! only the governance may do, an effect that reaches beyond the body ([`Effect::reaches_governance`]) is left to bodies
//! that speak for the governance, and to persons who administer it anyway.
//!
//! **When.** In the transaction of the adoption. An effect that has become impossible refuses it: nothing is adopted halfway.

mod documents;
mod members;
mod state;
mod task;

use std::sync::OnceLock;

use governance::bodies::model::Body;
use governance::governances::store::Head;
use governance::members::model::Member;
use kernel::permission::Role;
use kernel::{Capability, Context, Error, FixedClock, Id, PartialDate, Result, Scope};
use store::{Tx, params};

use super::model::{Decision, decides_for_governance};

/// What was chosen for an effect.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    /// The member that it is about.
    pub member: Option<Id<Member>>,
    /// What else it is about, as the effect writes it.
    pub subject: String,
    pub note: String,
    pub due_on: Option<PartialDate>,
}

/// An effect of a decision, planned or run.
#[derive(Clone, Debug)]
pub struct Planned {
    pub id: Id<Self>,
    pub kind: String,
    pub chosen: Chosen,
    /// What it is to do, in words.
    pub told: String,
    /// What it has done, in words, and where that is seen.
    pub done: String,
    pub href: String,
    pub has_run: bool,
}

/// The decision of which something is the effect.
#[derive(Clone, Debug)]
pub struct Deciding {
    pub decision: Decision,
    pub head: Head,
    /// The day from which it counts.
    pub on: PartialDate,
}

/// What an effect has done: a sentence for everybody, and the address where it is seen (or nothing).
#[derive(Clone, Debug, Default)]
pub struct Done {
    pub told: String,
    pub href: String,
}

/// What the form of an effect asks beside what it is about: a label, or nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asks {
    pub subject: &'static str,
    pub note: &'static str,
    pub note_hint: &'static str,
    pub due_on: &'static str,
}

/// An act that a decision may have as its effect.
pub trait Effect: Send + Sync {
    /// Never changes once published: `member.admit`.
    fn code(&self) -> &'static str;
    /// « Admettre un membre ».
    fn label(&self) -> &'static str;
    /// It changes the governance as a whole, and not only what the body does itself.
    fn reaches_governance(&self) -> bool {
        true
    }
    fn asks(&self) -> Asks;
    /// What may be chosen now: the value that a form sends, and what it shows. Nothing: the effect is not offered.
    fn choices(&self, tx: &mut Tx<'_>, of: &Deciding) -> Result<Vec<(String, String)>>;
    /// Understands a value of [`Effect::choices`]; the note is a line without control characters, and may be empty.
    ///
    /// # Errors
    /// `subject` or `note`, in French, when it cannot be that.
    fn choose(&self, tx: &mut Tx<'_>, of: &Deciding, value: &str, chosen: Chosen) -> Result<Chosen>;
    /// What it is to do, in words: « Admettre « CCAS » ».
    ///
    /// # Errors
    /// A conflict, with the reason, when that has become impossible.
    fn told(&self, tx: &mut Tx<'_>, of: &Deciding, chosen: &Chosen) -> Result<String>;
    /// Does it. `ctx` may administer the governance of the decision.
    ///
    /// # Errors
    /// Any error refuses the adoption; conflicts and errors of fields with their sentence.
    fn run(&self, ctx: &Context<'_>, tx: &mut Tx<'_>, of: &Deciding, chosen: &Chosen) -> Result<Done>;
}

/// The effects that this crate knows by itself.
const OWN: [&dyn Effect; 6] = [
    &members::ADMIT,
    &members::CO_LEAD,
    &state::CHANGE_STATE,
    &documents::ADOPT_AGREEMENT,
    &documents::ADOPT_DOCUMENT,
    &task::GIVE_TASK,
];

/// Those of crates further down: compiled in like the others, told at start.
static MORE: OnceLock<Vec<&'static dyn Effect>> = OnceLock::new();

/// Adds the effects of other features. Once, when the program starts, by whoever puts the features together; a second call
/// changes nothing.
pub fn add(more: impl IntoIterator<Item = &'static dyn Effect>) {
    let _ = MORE.set(more.into_iter().collect());
}

/// All effects, in the order in which they are offered.
pub fn all() -> impl Iterator<Item = &'static dyn Effect> {
    OWN.into_iter().chain(MORE.get().into_iter().flatten().copied())
}

pub(crate) use documents::adopts;

pub fn find(code: &str) -> Option<&'static dyn Effect> {
    all().find(|one| one.code() == code)
}

/// The effect of a plan.
///
/// # Errors
/// A conflict when no feature of this program knows it: it came with another version.
pub(super) fn known(planned: &Planned) -> Result<&'static dyn Effect> {
    find(&planned.kind).ok_or_else(|| Error::Conflict(format!("L'effet « {} » n'est pas connu ici.", planned.told)))
}

/// May the person have this effect decided by this body?
pub fn is_open(ctx: &kernel::Who, effect: &dyn Effect, of: &Deciding, body: &Body) -> bool {
    !effect.reaches_governance()
        || decides_for_governance(body)
        || ctx.may(Capability::ManageGovernance, Scope::Governance(of.head.id.uuid()))
}

/// As [`is_open`], as a refusal.
pub(super) fn require(ctx: &Context<'_>, effect: &dyn Effect, of: &Deciding, body: &Body) -> Result<()> {
    if is_open(ctx.who(), effect, of, body) {
        return Ok(());
    }
    Err(Error::Conflict(format!(
        "« {} » engage toute la gouvernance : « {} » ne peut pas en décider. Portez-le devant une instance plénière, stratégique ou de pilotage.",
        effect.label(),
        body.name
    )))
}

/// What an effect would do now, in words; or why it cannot.
pub fn now(tx: &mut Tx<'_>, of: &Deciding, planned: &Planned) -> Result<Result<String, String>> {
    match known(planned).and_then(|effect| effect.told(tx, of, &planned.chosen)) {
        Ok(told) => Ok(Ok(told)),
        Err(error) => reason(error).map(Err),
    }
}

/// The sentence of a refusal; other errors go their way.
fn reason(error: Error) -> Result<String> {
    match error {
        Error::Conflict(sentence) | Error::Forbidden(sentence) => Ok(sentence),
        Error::Invalid(errors) => Ok(errors.iter().map(|error| error.message.clone()).collect::<Vec<_>>().join(" ")),
        Error::NotFound => Ok("Ce dont il s'agit n'existe plus.".to_owned()),
        other => Err(other),
    }
}

/// Runs the effects of a decision that is being adopted, and keeps what they did.
///
/// # Errors
/// A conflict that names the effect which has become impossible.
pub(super) fn run(ctx: &Context<'_>, tx: &mut Tx<'_>, of: &Deciding, body: &Body) -> Result<()> {
    let clock = FixedClock::at(ctx.now());
    let mut lent = ctx.who().clone();
    lent.roles.push(Role::manager(of.head.id.uuid()));
    let acting = Context::new(&lent, &clock, ctx.randomness());
    for planned in super::store::effects(tx, of.decision.id)? {
        let ran = known(&planned).and_then(|effect| {
            require(ctx, effect, of, body)?;
            let told = effect.told(tx, of, &planned.chosen)?;
            Ok((told, effect.run(&acting, tx, of, &planned.chosen)?))
        });
        let (told, done) = match ran {
            Ok(ran) => ran,
            Err(error) => {
                let reason = reason(error)?;
                return Err(Error::Conflict(format!(
                    "Un effet n'est plus possible, rien n'est adopté. {} : {reason} Retirez cet effet du projet pour adopter sans lui.",
                    planned.told
                )));
            }
        };
        tx.execute(
            "update decision_effect set told = $2, done = $3, href = $4, done_at = $5 where id = $1",
            params![planned.id, told, done.told, done.href, ctx.now()],
        )?;
    }
    Ok(())
}
