//! The life of members, co-leads and mandates, as acts.

use governance::members::acts::{
    Application, NewMandate, admit, apply, come_back, end_co_lead, give_mandate, set_co_lead, withdraw,
};
use governance::members::model::{CoLead, Involvement, Member, MemberCategory, MemberState};
use governance::members::own::acts::choose_involvement;
use governance::{Governance, members};
use kernel::{Error, Id, Provenance, Result, Who};

use crate::acts::new_organisation;
use crate::town::Town;

async fn governance_id(town: &Town, slug: &'static str) -> Id<Governance> {
    town.read(move |tx| governance::governances::store::head_by_slug(tx, slug)).await.unwrap().id
}

async fn candidate(town: &Town, slug: &'static str, name: &str, category: MemberCategory) -> Id<Member> {
    let (id, organisation) = (governance_id(town, slug).await, new_organisation(town, name).await);
    let application = Application {
        organisation,
        category,
        college: None,
        involvement: Involvement::Contributes,
        note: String::new(),
        provenance: Provenance::entered(),
    };
    town.act(&Who::operator(), move |ctx, tx| apply(ctx, tx, id, &application)).await.unwrap()
}

async fn member(town: &Town, id: Id<Member>) -> Member {
    town.read(move |tx| members::store::find(tx, id)).await
}

async fn run(
    town: &Town,
    act: impl Fn(&kernel::Context<'_>, &mut store::Tx<'_>) -> Result<()> + Send + 'static,
) -> Result<()> {
    town.act(&Who::operator(), move |ctx, tx| act(ctx, tx)).await
}

stories! {
    async fn a_structure_applies_is_admitted_leaves_and_comes_back(town: Town) {
        let id = candidate(&town, "ain", "Maison du numérique", MemberCategory::Association).await;
        town.get("/gouvernances/ain/membres").await.ok().says("Maison du numérique").says("Candidat");

        run(&town, move |ctx, tx| admit(ctx, tx, id, "2026-03-01".parse().ok())).await.unwrap();
        town.get("/gouvernances/ain/membres").await.ok().says("1er mars 2026");
        town.get("/gouvernances/ain").await.ok().says("1 membre");
    }

    async fn who_has_left_may_return(town: Town) {
        let id = candidate(&town, "ain", "Maison du numérique", MemberCategory::Association).await;
        run(&town, move |ctx, tx| admit(ctx, tx, id, "2025".parse().ok())).await.unwrap();
        let too_early = run(&town, move |ctx, tx| withdraw(ctx, tx, id, "2024".parse().ok())).await.unwrap_err();
        assert!(matches!(too_early, Error::Invalid(_)));
        run(&town, move |ctx, tx| withdraw(ctx, tx, id, "2026-02".parse().ok())).await.unwrap();
        assert_eq!(member(&town, id).await.state, MemberState::Withdrawn);
        run(&town, move |ctx, tx| come_back(ctx, tx, id)).await.unwrap();
        run(&town, move |ctx, tx| admit(ctx, tx, id, None)).await.unwrap();
        let member = member(&town, id).await;
        assert_eq!((member.state, member.until), (MemberState::Admitted, None));
    }

    async fn impossible_changes_are_refused_with_a_sentence(town: Town) {
        let id = candidate(&town, "ain", "Maison du numérique", MemberCategory::Association).await;
        let before = town.acts().await;
        let refused = run(&town, move |ctx, tx| come_back(ctx, tx, id)).await.unwrap_err();
        assert!(refused.to_string().contains("est « candidat »"), "{refused}");
        let refused = run(&town, move |ctx, tx| set_co_lead(ctx, tx, id, CoLead::Designated, None)).await.unwrap_err();
        assert!(refused.to_string().contains("n'est pas membre"), "{refused}");
        run(&town, move |ctx, tx| admit(ctx, tx, id, None)).await.unwrap();
        let refused = run(&town, move |ctx, tx| set_co_lead(ctx, tx, id, CoLead::Designated, None)).await.unwrap_err();
        assert!(refused.to_string().contains("Seuls l'État, une collectivité"), "{refused}");
        let refused = run(&town, move |ctx, tx| end_co_lead(ctx, tx, id, None)).await.unwrap_err();
        assert!(matches!(refused, Error::Conflict(_)));
        assert_eq!(town.acts().await, before + 1, "only the admission happened");
    }

    async fn a_governance_becomes_co_led_and_ceases_to_be(town: Town) {
        let id = candidate(&town, "ain", "Communauté d'essai", MemberCategory::Epci).await;
        run(&town, move |ctx, tx| admit(ctx, tx, id, None)).await.unwrap();
        run(&town, move |ctx, tx| set_co_lead(ctx, tx, id, CoLead::Proposed, None)).await.unwrap();
        town.get("/gouvernances/ain").await.ok().says("(proposé)").never_says("Co-portée");
        run(&town, move |ctx, tx| set_co_lead(ctx, tx, id, CoLead::Designated, "2026-01".parse().ok())).await.unwrap();
        town.get("/gouvernances/ain").await.ok().says("Co-portée");
        town.get("/gouvernances?coportee=oui").await.ok().says("Communauté d'essai");
        run(&town, move |ctx, tx| withdraw(ctx, tx, id, None)).await.unwrap();
        town.get("/gouvernances/ain").await.ok().never_says("Co-portée");
    }

    async fn the_same_structure_is_in_a_governance_once(town: Town) {
        let id = candidate(&town, "ain", "Maison du numérique", MemberCategory::Association).await;
        let (governance, organisation) = (governance_id(&town, "ain").await, member(&town, id).await.organisation);
        let application = Application {
            organisation, category: MemberCategory::Other, college: None, involvement: Involvement::Observes,
            note: String::new(), provenance: Provenance::entered(),
        };
        let twice = town.act(&Who::operator(), move |ctx, tx| apply(ctx, tx, governance, &application)).await.unwrap_err();
        assert!(twice.to_string().contains("est déjà dans cette gouvernance"), "{twice}");
    }

    async fn an_organisation_has_one_representative_at_a_time(town: Town) {
        let holder = candidate(&town, "ain", "Syndicat d'essai", MemberCategory::MixedSyndicate).await;
        let (represented, own) = (new_organisation(&town, "Commune d'essai").await, member(&town, holder).await.organisation);
        let mandate = move |from, since: &'static str, until: &'static str| NewMandate {
            holder, represented: from, since: since.parse().ok(), until: until.parse().ok(), note: String::new(),
            provenance: Provenance::entered(),
        };
        run(&town, move |ctx, tx| give_mandate(ctx, tx, &mandate(represented, "2024", ""))).await.unwrap();
        let second = run(&town, move |ctx, tx| give_mandate(ctx, tx, &mandate(represented, "2025", ""))).await.unwrap_err();
        assert!(second.to_string().contains("déjà un représentant"), "{second}");
        let within = run(&town, move |ctx, tx| give_mandate(ctx, tx, &mandate(represented, "2025", "2026"))).await.unwrap_err();
        assert!(within.to_string().contains("déjà un représentant"), "{within}");
        // What is over leaves room before it.
        run(&town, move |ctx, tx| give_mandate(ctx, tx, &mandate(represented, "2020", "2023"))).await.unwrap();
        let itself = run(&town, move |ctx, tx| give_mandate(ctx, tx, &mandate(own, "2024", ""))).await.unwrap_err();
        assert!(itself.to_string().contains("ne se représente pas elle-même"), "{itself}");
        let backwards = run(&town, move |ctx, tx| give_mandate(ctx, tx, &mandate(represented, "2024", "2023"))).await;
        assert!(matches!(backwards, Err(Error::Invalid(_))));
        town.get("/gouvernances/ain/membres").await.ok().says("Qui représente qui").says("Commune d'essai");
    }

    async fn a_member_chooses_its_involvement(town: Town) {
        let id = candidate(&town, "ain", "Maison du numérique", MemberCategory::Association).await;
        run(&town, move |ctx, tx| choose_involvement(ctx, tx, id, Involvement::Observes, None)).await.unwrap();
        town.get("/gouvernances/ain/membres").await.ok().says("Observe");
        town.get("/gouvernances/ain/registre").await.ok().says("choisit son implication : observe");
    }
}
