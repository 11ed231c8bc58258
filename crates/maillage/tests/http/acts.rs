//! Acts: permission first, rule, one transaction, one register entry; bad input refused with its sentence.

use directory::organisations::acts::{NewOrganisation, create};
use directory::organisations::model::{Draft, OrganisationKind};
use directory::territories::acts::define_area;
use directory::territories::model::{NewArea, TerritoryKind};
use directory::{Organisation, TerritoryCode};
use governance::bodies::acts::{NewSeat, create as create_body, give_seat};
use governance::bodies::model::{BodyForm, BodyFunction, Chair, NewBody, VotingRule};
use governance::governances::acts::{change_state, describe, open, open_local_network};
use governance::governances::model::{IdentityDraft, NewGovernance, StateChange};
use governance::{Governance, State, Tier};
use kernel::{Actor, Error, Id, Provenance, Role, Who};

use crate::town::Town;

fn organisation(name: &str) -> NewOrganisation {
    NewOrganisation {
        draft: Draft { name: name.into(), ..Draft::default() },
        kind: OrganisationKind::Association,
        seat: None,
        provenance: Provenance::entered(),
        distinct: false,
    }
}

pub async fn new_organisation(town: &Town, name: &str) -> Id<Organisation> {
    let new = organisation(name);
    town.act(&Who::operator(), move |ctx, tx| create(ctx, tx, &new)).await.unwrap()
}

async fn id_of(town: &Town, slug: &'static str) -> Id<Governance> {
    town.read(move |tx| governance::governances::store::head_by_slug(tx, slug)).await.unwrap().id
}

fn manager_of(id: Id<Governance>) -> Who {
    Who {
        actor: Actor::Person(uuid::Uuid::from_u128(1)),
        organisation: Some("Préfecture d'essai".into()),
        roles: vec![Role::manager(id.uuid())],
    }
}

fn governance(slug: &str, name: &str) -> NewGovernance {
    NewGovernance {
        slug: slug.into(),
        tier: Tier::Intermediate,
        identity: IdentityDraft { name: name.into(), ..IdentityDraft::default() },
        territories: vec![TerritoryCode::departement("01")],
        living_areas: vec![],
        parent: None,
        state: State::Preparation,
        state_since: None,
        state_reason: "Essai".into(),
        provenance: Provenance::entered(),
    }
}

fn body(name: &str) -> NewBody {
    NewBody {
        name: name.into(),
        form: BodyForm::Committee,
        functions: vec![BodyFunction::Technical],
        parent: None,
        declared: false,
        upcoming: false,
        meetings_min: Some(1),
        meetings_max: Some(2),
        missions: vec![],
        composition: String::new(),
        rules: vec![],
        voting_rule: VotingRule::OnePerStructure,
        college_votes: Vec::new(),
        note: String::new(),
        provenance: Provenance::entered(),
    }
}

stories! {
    async fn a_visitor_and_a_neighbour_may_write_nothing(town: Town) {
        let (ain, aisne) = (id_of(&town, "ain").await, id_of(&town, "aisne").await);
        let before = town.acts().await;
        let rename = || IdentityDraft { name: "Pris".into(), ..IdentityDraft::default() };
        for (who, reason) in [(Who::visitor(), "Il faut se connecter"), (manager_of(aisne), "Seuls les gestionnaires")] {
            let refused = town.act(&who, move |ctx, tx| describe(ctx, tx, ain, &rename())).await.unwrap_err();
            assert!(matches!(&refused, Error::Forbidden(text) if text.contains(reason)), "{refused:?}");
            let change = StateChange { state: State::Installed, since: None, reason: "x".into() };
            assert!(town.act(&who, move |ctx, tx| change_state(ctx, tx, ain, &change)).await.is_err());
            assert!(town.act(&who, move |ctx, tx| create_body(ctx, tx, ain, &body("Comité"))).await.is_err());
            let new = governance("prise", "Prise");
            assert!(town.act(&who, move |ctx, tx| open(ctx, tx, &new)).await.is_err());
        }
        assert_eq!(town.acts().await, before);
    }

    async fn a_manager_writes_in_its_own_governance_in_the_name_of_its_organisation(town: Town) {
        let ain = id_of(&town, "ain").await;
        let draft = || IdentityDraft { name: "Inclusion de l'Ain".into(), form: "Réseau".into(), ..Default::default() };
        town.act(&manager_of(ain), move |ctx, tx| describe(ctx, tx, ain, &draft())).await.unwrap();
        town.get("/gouvernances/ain").await.ok().has("h1", "Inclusion de l&#39;Ain");
        let last = town.acts().await;
        town.get(&format!("/registre/{last}")).await.ok().says("Une personne habilitée pour Préfecture d'essai");
    }

    async fn the_life_of_a_governance_is_told_with_dates_and_reasons(town: Town) {
        let ain = id_of(&town, "ain").await;
        let step = |state, since: &str, reason: &str| StateChange {
            state, since: since.parse().ok(), reason: reason.into(),
        };
        for change in [step(State::Installed, "2026-02-03", "Comité réuni"), step(State::Suspended, "2026-06", "Travaux")] {
            town.act(&Who::operator(), move |ctx, tx| change_state(ctx, tx, ain, &change)).await.unwrap();
        }
        town.get("/gouvernances/ain").await.ok().says("3 février 2026").says("Comité réuni").says("juin 2026").says("Suspendue");
        town.get("/gouvernances?etat=suspended").await.ok().says("Inclusion numérique, Ain");
        let back = step(State::Preparation, "", "Retour");
        let refused = town.act(&Who::operator(), move |ctx, tx| change_state(ctx, tx, ain, &back)).await.unwrap_err();
        assert!(refused.to_string().contains("ne peut pas devenir « en préparation »"), "{refused}");
        let silent = step(State::Closed, "", "  ");
        assert!(matches!(town.act(&Who::operator(), move |ctx, tx| change_state(ctx, tx, ain, &silent)).await, Err(Error::Invalid(_))));
    }

    async fn wrong_fields_are_all_told_and_nothing_is_written(town: Town) {
        let before = town.acts().await;
        let mut new = governance("Pas Une Adresse", &"é".repeat(300));
        new.territories = vec!["commune-99999".parse().unwrap()];
        new.state_reason = "\0".into();
        new.parent = Some(id_of(&town, "ain").await);
        let Error::Invalid(errors) = town.act(&Who::operator(), move |ctx, tx| open(ctx, tx, &new)).await.unwrap_err() else { panic!() };
        for field in ["slug", "name", "territories", "state_reason", "parent"] {
            assert!(errors.of(field).is_some(), "{field}: {errors}");
        }
        assert!(errors.of("name").unwrap().contains("300 caractères"));
        assert_eq!(town.acts().await, before);
    }

    async fn an_address_is_taken_once(town: Town) {
        let new = governance("landes", "Deuxième");
        let Error::Invalid(errors) = town.act(&Who::operator(), move |ctx, tx| open(ctx, tx, &new)).await.unwrap_err() else { panic!() };
        assert_eq!(errors.of("slug"), Some("Une autre gouvernance a déjà cette adresse."));
    }

    async fn several_governances_may_stand_in_one_departement_and_one_cover_several(town: Town) {
        let mut new = governance("entre-ain-et-jura", "Entre Ain et Jura 🏠 مرحبا");
        new.territories = vec![TerritoryCode::departement("01"), TerritoryCode::departement("39")];
        town.act(&Who::operator(), move |ctx, tx| open(ctx, tx, &new)).await.unwrap();
        for departement in ["01", "39"] {
            town.get(&format!("/territoires/departement-{departement}")).await.ok().says("Entre Ain et Jura 🏠 مرحبا");
        }
        town.get("/territoires/departement-01").await.says("Inclusion numérique, Ain");
    }

    async fn a_local_network_is_born_with_a_name_and_a_territory(town: Town) {
        let landes = id_of(&town, "landes").await;
        let commune: TerritoryCode = "commune-40192".parse().unwrap();
        town.act(&Who::operator(), move |ctx, tx| {
            open_local_network(ctx, tx, "Réseau de Mont-de-Marsan", landes, vec![commune.clone()])
        }).await.unwrap();
        town.get("/gouvernances/landes/reseaux").await.ok().says("Réseau de Mont-de-Marsan");
        town.get("/territoires/commune-40192").await.ok().says("Réseau de Mont-de-Marsan");
    }

    async fn identifiers_find_duplicates(town: Town) {
        let with = |name: &str, siret: &str| {
            let mut new = organisation(name);
            new.draft.siret = siret.into();
            new
        };
        // The number stands in the demonstration already, typed here with spaces.
        let taken = with("Autre nom", "999 000 011 00018");
        let Error::Invalid(errors) = town.act(&Who::operator(), move |ctx, tx| create(ctx, tx, &taken)).await.unwrap_err() else { panic!() };
        assert_eq!(errors.of("siret"), Some("Une autre structure porte déjà ce numéro."));
        let wrong = with("Autre nom", "99900001100019");
        let Error::Invalid(errors) = town.act(&Who::operator(), move |ctx, tx| create(ctx, tx, &wrong)).await.unwrap_err() else { panic!() };
        assert!(errors.of("siret").unwrap().contains("un de ses chiffres est faux"));
    }

    async fn the_same_name_and_seat_ask_for_a_confirmation(town: Town) {
        new_organisation(&town, "Maison des Écoles").await;
        let mut again = organisation("maison des ECOLES");
        let first = again.clone();
        let refused = town.act(&Who::operator(), move |ctx, tx| create(ctx, tx, &first)).await.unwrap_err();
        assert!(refused.to_string().contains("« Maison des Écoles »"), "{refused}");
        again.distinct = true;
        town.act(&Who::operator(), move |ctx, tx| create(ctx, tx, &again)).await.unwrap();
    }

    async fn a_body_has_one_chair_or_several_co_chairs(town: Town) {
        let ain = id_of(&town, "ain").await;
        let committee = town.act(&Who::operator(), move |ctx, tx| create_body(ctx, tx, ain, &body("Comité d'essai"))).await.unwrap();
        let seat = |function: &str, chair| NewSeat {
            organisation: None, function: function.into(), voting: true, mandate: None, chair, seats: 1,
            provenance: Provenance::entered(),
        };
        for (seat, allowed) in [
            (seat("Préfet", Some(Chair::CoChair)), true),
            (seat("Présidente", Some(Chair::CoChair)), true),
            (seat("Maire", Some(Chair::Chair)), false),
            (seat("Habitante", None), true),
            (seat("", None), false),
        ] {
            let outcome = town.act(&Who::operator(), move |ctx, tx| give_seat(ctx, tx, committee, &seat)).await;
            assert_eq!(outcome.is_ok(), allowed, "{outcome:?}");
        }
        town.get("/gouvernances/ain/instances/comite-d-essai").await.ok().says("Copréside").says("Habitante").says("1 à 2 fois par an");
        let twice = town.act(&Who::operator(), move |ctx, tx| create_body(ctx, tx, ain, &body("Comité d’essai"))).await;
        assert!(matches!(twice, Err(Error::Invalid(_))), "{twice:?}");
        let mut backwards = body("Autre");
        (backwards.meetings_min, backwards.meetings_max) = (Some(4), Some(2));
        assert!(town.act(&Who::operator(), move |ctx, tx| create_body(ctx, tx, ain, &backwards)).await.is_err());
    }

    async fn a_free_area_stands_inside_an_official_territory(town: Town) {
        let area = |code: &str, kind, within: &str| NewArea {
            code: code.parse().unwrap(), kind, name: "Vallée d'essai".into(), within: within.parse().unwrap(),
            parts: vec!["commune-01053".parse().unwrap()], provenance: Provenance::entered(),
        };
        for (area, allowed) in [
            (area("zone-vallee-d-essai", TerritoryKind::LivingArea, "departement-01"), true),
            (area("zone-vallee-d-essai", TerritoryKind::LivingArea, "departement-01"), false),
            (area("zone-autre", TerritoryKind::Commune, "departement-01"), false),
            (area("zone-autre", TerritoryKind::RuralArea, "departement-99"), false),
        ] {
            let outcome = town.act(&Who::operator(), move |ctx, tx| define_area(ctx, tx, &area)).await;
            assert_eq!(outcome.is_ok(), allowed, "{outcome:?}");
        }
        town.get("/territoires/commune-01053").await.ok().says("Vallée d'essai");
        town.get("/territoires/zone-vallee-d-essai").await.ok().says("Bourg-en-Bresse").says("Bassin de vie");
    }

    async fn two_people_at_once_are_put_in_order(town: Town) {
        let (ain, nodes) = (id_of(&town, "ain").await, [town.second_node(), town.second_node()]);
        let before = town.acts().await;
        let writes = (0..24).map(|number| {
            let app = nodes[number % 2].app.clone();
            async move {
                let fact = governance::facts::Fact {
                    topic: format!("Sujet {number}"), value: "x".into(), on: None, provenance: Provenance::entered(),
                };
                app.act(Who::operator(), move |ctx, tx| governance::facts::acts::note(ctx, tx, ain, &fact)).await
            }
        });
        let tasks: Vec<_> = writes.map(tokio::spawn).collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let ranks: Vec<i64> = town.read(move |tx| {
            tx.query("select rank from fact where governance = $1 order by rank", store::params![ain], |row| row.get(0))
        }).await;
        assert_eq!(ranks, (1..=24).collect::<Vec<_>>());
        assert_eq!(town.acts().await, before + 24);
        assert!(matches!(town.read(|tx| store::register::verify(tx, None)).await, store::register::Verdict::Sound { .. }));
    }
}
