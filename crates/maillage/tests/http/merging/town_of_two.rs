//! One organisation entered twice, and everything that can hang on each of its two entries.

use directory::accounts::acts::Invitation;
use directory::organisations::acts::{NewOrganisation, create};
use directory::organisations::model::Draft;
use directory::{Organisation, OrganisationKind, Person};
use governance::agreements::acts::{expect, sign};
use governance::bodies::acts::{NewSeat, create as create_body, give_seat};
use governance::bodies::model::{Body, BodyForm, CompositionRule, NewBody, VotingRule};
use governance::members::acts::{Application, NewMandate, admit, apply, give_mandate, set_co_lead};
use governance::members::model::{CoLead, Involvement, MemberCategory};
use governance::members::requests::{ForWhom, Request, ask};
use governance::powers::acts::{give, invite};
use governance::powers::model::NewPower;
use kernel::permission::{Reach, RoleKind};
use kernel::{Context, FixedClock, Id, Provenance, Result, Who};
use store::Tx;

use crate::town::{NOW, Town};

/// Both entries, and what the stories ask about.
#[derive(Clone, Copy)]
pub struct Pair {
    pub kept: Id<Organisation>,
    pub duplicate: Id<Organisation>,
    pub assembly: Id<Body>,
    pub person: Id<Person>,
}

pub fn application(organisation: Id<Organisation>) -> Application {
    Application {
        organisation,
        category: MemberCategory::Epci,
        college: None,
        involvement: Involvement::Contributes,
        note: String::new(),
        provenance: Provenance::entered(),
    }
}

fn organisation(name: &str, siret: &str, website: &str) -> NewOrganisation {
    NewOrganisation {
        draft: Draft { name: name.into(), siret: siret.into(), website: website.into(), ..Draft::default() },
        kind: OrganisationKind::Epci,
        seat: None,
        provenance: Provenance::entered(),
        distinct: true,
    }
}

fn seat(organisation: Id<Organisation>, voting: bool) -> NewSeat {
    NewSeat {
        organisation: Some(organisation),
        function: String::new(),
        voting,
        mandate: None,
        chair: None,
        seats: 1,
        provenance: Provenance::entered(),
    }
}

pub async fn pair(town: &Town) -> Pair {
    town.act(&Who::operator(), build).await.unwrap()
}

fn build(ctx: &Context<'_>, tx: &mut Tx<'_>) -> Result<Pair> {
    let kept = create(ctx, tx, &organisation("Maison du numérique", "99900002900028", ""))?;
    let duplicate =
        create(ctx, tx, &organisation("Maison ! du numérique", "99900002900036", "https://maison.exemple.invalid"))?;
    let of = |tx: &mut Tx<'_>, slug: &str| Ok(governance::governances::store::head_by_slug(tx, slug)?.unwrap().id);
    let (vallee, plateau, landes) =
        (of(tx, "reseau-exemple-vallee")?, of(tx, "reseau-exemple-plateau")?, of(tx, "ain")?);

    // Both in one network; the duplicate alone in another, as co-lead, and candidate in a third.
    let here = apply(ctx, tx, vallee, &application(kept))?;
    let there = apply(ctx, tx, vallee, &application(duplicate))?;
    admit(ctx, tx, here, "2026-01".parse().ok())?;
    admit(ctx, tx, there, "2025".parse().ok())?;
    set_co_lead(ctx, tx, there, CoLead::Proposed, None)?;
    let alone = apply(ctx, tx, plateau, &application(duplicate))?;
    admit(ctx, tx, alone, None)?;
    set_co_lead(ctx, tx, alone, CoLead::Designated, "2026-02".parse().ok())?;

    // Both sign one text: one has, one is waited for.
    let charter = governance::agreements::store::list(tx, vallee)?.remove(0).id;
    expect(ctx, tx, charter, kept, None)?;
    sign(ctx, tx, charter, duplicate, "2026-03-03".parse().ok())?;

    // Both sit in one body, the duplicate in another by name and in one where both stand by name.
    let bodies = governance::bodies::store::list(tx, vallee)?;
    let (assembly, college) = (bodies[0].id, bodies[1].id);
    give_seat(ctx, tx, assembly, &seat(kept, true))?;
    give_seat(ctx, tx, assembly, &seat(duplicate, false))?;
    give_seat(ctx, tx, college, &seat(duplicate, true))?;
    for (name, members) in [("Atelier un", vec![duplicate]), ("Atelier deux", vec![kept, duplicate])] {
        let new = NewBody {
            name: name.into(),
            form: BodyForm::WorkingGroup,
            functions: vec![],
            parent: None,
            declared: false,
            upcoming: false,
            meetings_min: None,
            meetings_max: None,
            missions: vec![],
            composition: String::new(),
            rules: members.into_iter().map(CompositionRule::Member).collect(),
            voting_rule: VotingRule::OnePerStructure,
            college_votes: Vec::new(),
            note: String::new(),
            provenance: Provenance::entered(),
        };
        create_body(ctx, tx, vallee, &new)?;
    }

    // Standing mandates: from the duplicate to somebody else, from somebody else to it, and to itself under its other name.
    let others = governance::members::store::list(tx, plateau, &Default::default())?;
    let other =
        others.iter().find(|member| member.organisation != duplicate && member.until.is_none()).unwrap().clone();
    let mandate = |holder, represented| NewMandate {
        holder,
        represented,
        since: "2026".parse().ok(),
        until: None,
        note: String::new(),
        provenance: Provenance::entered(),
    };
    give_mandate(ctx, tx, &mandate(other.id, duplicate))?;
    give_mandate(ctx, tx, &mandate(other.id, kept))?;
    give_mandate(ctx, tx, &mandate(there, other.organisation))?;
    give_mandate(ctx, tx, &mandate(here, duplicate))?;

    // Persons: one who belongs to the duplicate and speaks for it, and one who asks for its entry.
    let invitation = Invitation {
        email: "titulaire@maison.exemple".into(),
        name: "Titulaire Exemple".into(),
        organisation: Some(duplicate),
        ..Invitation::default()
    };
    let reach = Reach::Member { governance: vallee.uuid(), member: there.uuid() };
    let power = NewPower { role: RoleKind::Representative, reach, since: None, until: None };
    let power = invite(ctx, tx, "http://localhost", &invitation, &power)?;
    let person = governance::powers::store::find(tx, power)?.person;
    let reach = Reach::Member { governance: plateau.uuid(), member: alone.uuid() };
    give(ctx, tx, person, &NewPower { role: RoleKind::Deputy, reach, since: None, until: None })?;
    let (who, clock) = (Who::person(person.uuid(), None, Vec::new()), FixedClock::at(NOW));
    let asking = Context::new(&who, &clock, ctx.randomness());
    let request = Request {
        organisation: ForWhom::Known(duplicate),
        category: MemberCategory::Epci,
        involvement: Involvement::Observes,
        motivation: "Nous voulons participer.".into(),
    };
    ask(&asking, tx, landes, &request)?;
    Ok(Pair { kept, duplicate, assembly, person })
}
