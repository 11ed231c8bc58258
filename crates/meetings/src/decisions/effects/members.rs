//! Admitting a member, designating a co-lead.

use governance::members::acts::{self, Decision as Decided};
use governance::members::model::{CoLead, Member, MemberState};
use governance::members::store::{self as members, Filter};
use kernel::{Context, Error, Id, Result};
use store::Tx;

use super::{Asks, Chosen, Deciding, Done, Effect};

pub(super) static ADMIT: Admit = Admit;
pub(super) static CO_LEAD: Designate = Designate;

/// The member that was chosen, when it is one of this governance.
pub(super) fn member(tx: &mut Tx<'_>, of: &Deciding, id: Option<Id<Member>>) -> Result<Member> {
    let id = id.ok_or(Error::NotFound)?;
    if members::governance_of(tx, id)? != of.head.id {
        return Err(Error::NotFound);
    }
    members::find(tx, id)
}

fn choose(tx: &mut Tx<'_>, of: &Deciding, value: &str, chosen: Chosen) -> Result<Chosen> {
    let unknown = || Error::invalid("subject", "Choisissez une structure dans la liste.");
    let id = value.parse().map_err(|_| unknown())?;
    let found = member(tx, of, Some(id)).map_err(|error| if error == Error::NotFound { unknown() } else { error })?;
    Ok(Chosen { member: Some(found.id), ..chosen })
}

fn listed(tx: &mut Tx<'_>, of: &Deciding, keep: impl Fn(&Member) -> bool) -> Result<Vec<(String, String)>> {
    let all = members::list(tx, of.head.id, &Filter::default())?;
    Ok(all.into_iter().filter(|one| keep(one)).map(|one| (one.id.to_string(), one.name)).collect())
}

fn page(of: &Deciding) -> String {
    governance::url::members(&of.head.slug)
}

pub(super) struct Admit;

impl Effect for Admit {
    fn code(&self) -> &'static str {
        "member.admit"
    }
    fn label(&self) -> &'static str {
        "Admettre un membre"
    }
    fn asks(&self) -> Asks {
        Asks { subject: "Structure candidate", ..Asks::default() }
    }
    fn choices(&self, tx: &mut Tx<'_>, of: &Deciding) -> Result<Vec<(String, String)>> {
        listed(tx, of, |one| one.state == MemberState::Candidate)
    }
    fn choose(&self, tx: &mut Tx<'_>, of: &Deciding, value: &str, chosen: Chosen) -> Result<Chosen> {
        choose(tx, of, value, chosen)
    }
    fn told(&self, tx: &mut Tx<'_>, of: &Deciding, chosen: &Chosen) -> Result<String> {
        let member = member(tx, of, chosen.member)?;
        if member.state != MemberState::Candidate || member.refused {
            return Err(Error::Conflict(format!("« {} » n'est plus candidate.", member.name)));
        }
        Ok(format!("Admettre « {} »", member.name))
    }
    fn run(&self, ctx: &Context<'_>, tx: &mut Tx<'_>, of: &Deciding, chosen: &Chosen) -> Result<Done> {
        let member = member(tx, of, chosen.member)?;
        let decided = Decided { body: of.decision.author.0.clone(), on: Some(of.on) };
        acts::admit_by(ctx, tx, member.id, Some(of.on), &decided)?;
        Ok(Done { told: format!("« {} » est membre depuis le {}", member.name, of.on.french()), href: page(of) })
    }
}

pub(super) struct Designate;

impl Effect for Designate {
    fn code(&self) -> &'static str {
        "member.designate_co_lead"
    }
    fn label(&self) -> &'static str {
        "Désigner un co-porteur"
    }
    fn asks(&self) -> Asks {
        Asks { subject: "Membre", ..Asks::default() }
    }
    fn choices(&self, tx: &mut Tx<'_>, of: &Deciding) -> Result<Vec<(String, String)>> {
        listed(tx, of, |one| {
            one.state == MemberState::Admitted && one.category.may_co_lead() && one.co_lead != Some(CoLead::Designated)
        })
    }
    fn choose(&self, tx: &mut Tx<'_>, of: &Deciding, value: &str, chosen: Chosen) -> Result<Chosen> {
        choose(tx, of, value, chosen)
    }
    fn told(&self, tx: &mut Tx<'_>, of: &Deciding, chosen: &Chosen) -> Result<String> {
        let member = member(tx, of, chosen.member)?;
        if member.state != MemberState::Admitted {
            return Err(Error::Conflict(format!("« {} » n'est plus membre.", member.name)));
        }
        if member.co_lead == Some(CoLead::Designated) {
            return Err(Error::Conflict(format!("« {} » est déjà co-porteuse.", member.name)));
        }
        if !member.category.may_co_lead() {
            return Err(Error::Conflict(
                "Seuls l'État, une collectivité ou un groupement de collectivités peuvent co-porter.".to_owned(),
            ));
        }
        Ok(format!("Désigner « {} » comme co-porteuse", member.name))
    }
    fn run(&self, ctx: &Context<'_>, tx: &mut Tx<'_>, of: &Deciding, chosen: &Chosen) -> Result<Done> {
        let member = member(tx, of, chosen.member)?;
        acts::set_co_lead(ctx, tx, member.id, CoLead::Designated, Some(of.on))?;
        Ok(Done { told: format!("« {} » est co-porteuse depuis le {}", member.name, of.on.french()), href: page(of) })
    }
}
