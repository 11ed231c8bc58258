//! A governance opened from a model, with its bodies and its first manager.

use super::{VALLEE, value_of};
use crate::town::Town;

const NEW: &str = "/administration/gouvernances/nouvelle";

async fn mails_to(town: &Town, address: &'static str) -> i64 {
    town.read(move |tx| {
        tx.get("select count(*) from outbox where recipient like $1", store::params![format!("%{address}%")], |row| {
            row.get(0)
        })
    })
    .await
}

stories! {
    async fn the_national_team_opens_a_governance_from_the_reference(town: Town) {
        let mut team = town.as_("equipe-nationale").await;
        let page = team.get(NEW).await.ok().says("Trois comités").says("GRAIN").says("La Fibre64").says("Landes");
        let page = page.says("Lot-et-Garonne").says("Aix").says("Un réseau local léger").says("1 à 2 fois par an");
        page.says("Une structure, une voix").says("Opérateurs de services essentiels").says("Guide « Découvrir");
        let page = team.get(&format!("{NEW}?modele=reference")).await.ok().says("Comité stratégique").says("Dépend de");
        assert_eq!(value_of(&page, "modele"), "reference");
        assert_eq!(page.text().matches("name=\"body\"").count(), 3);
        assert_eq!(page.text().matches(" checked").count(), 3, "all bodies are ticked at first");

        let fields = [
            ("modele", "reference"), ("name", "Gouvernance de la Nièvre"), ("territory", "departement-58"),
            ("parent", "nationale"), ("body", "strategique"), ("body", "consultatif"),
            ("manager_name", "Camille Martin"), ("manager_email", "camille.martin@exemple.fr"), ("manager_function", "Chargée de mission"),
        ];
        let page = team.submit(NEW, &fields).await.ok().says("La gouvernance est ouverte, en préparation.");
        page.says("En préparation").says("Nièvre").says("Comité stratégique").says("Comité consultatif").never_says("Comité technique");
        assert_eq!(mails_to(&town, "camille.martin@exemple.fr").await, 1);
        let page = team.get("/gouvernances/gouvernance-de-la-nievre/administration/pouvoirs").await.ok();
        page.says("Camille Martin").says("Gestionnaire").says("Invitation envoyée");
        // The power that furnished it has ended with the act.
        team.get("/gouvernances/gouvernance-de-la-nievre/administration/identite").await.is(403);
        let page = town.get("/gouvernances/gouvernance-de-la-nievre/instances").await.ok();
        page.says("1 à 2 fois par an").says("Décider de l'entrée de nouveaux partenaires");
    }

    async fn a_model_brings_its_colleges_with_the_bodies_that_need_them(town: Town) {
        let mut team = town.as_("equipe-nationale").await;
        let fields = [
            ("modele", "lot-et-garonne"), ("name", "Gouvernance d'essai"), ("territory", "58"), ("body", "college-territoires"),
            ("body", "inconnue"), ("manager_name", "A"), ("manager_email", "a@exemple.fr"),
        ];
        team.submit(NEW, &fields).await.ok();
        let colleges = town.read(|tx| {
            let head = governance::governances::store::head_by_slug(tx, "gouvernance-d-essai")?.unwrap();
            let colleges = governance::members::store::colleges(tx, head.id)?;
            let bodies = governance::bodies::store::list(tx, head.id)?;
            assert_eq!(bodies.len(), 1);
            Ok(colleges.into_iter().map(|college| college.name).collect::<Vec<_>>())
        }).await;
        assert_eq!(colleges, ["Territoires"]);
    }

    async fn what_is_wrong_is_told_together_and_nothing_is_opened(town: Town) {
        let (mut team, before) = (town.as_("equipe-nationale").await, town.acts().await);
        let fields = [
            ("modele", "reference"), ("name", ""), ("territory", "Atlantide"), ("body", "technique"), ("manager_name", ""),
            ("manager_email", "gardé@"),
        ];
        let page = team.post(NEW, &fields).await.is(422).says("Aucun territoire ne correspond à « Atlantide ».");
        let page = page.says("Donnez le nom de la gouvernance.").says("Donnez le nom de la première personne");
        assert!(page.text().contains("gardé@") && page.text().matches(" checked").count() == 1, "what was typed is kept");
        let good = |name, email| [
            ("modele", "reference"), ("name", name), ("territory", "departement-58"), ("body", "technique"),
            ("manager_name", "A"), ("manager_email", email),
        ];
        team.post(NEW, &good("Essai", "pas une adresse")).await.is(422).says("Donnez une adresse électronique");
        team.post(NEW, &good("Réseau GRAIN", "a@exemple.fr")).await.is(303);
        let after = town.acts().await;
        team.post(NEW, &good("Réseau GRAIN", "b@exemple.fr")).await.is(422).says("Une autre gouvernance a déjà ce nom");
        assert_eq!(town.acts().await, after);
        assert_eq!(mails_to(&town, "b@exemple.fr").await, 0, "no mail of what did not happen");
        assert!(after > before);
        let parent = [good("Essai", "c@exemple.fr").as_slice(), &[("parent", "inconnue")]].concat();
        team.post(NEW, &parent).await.is(422).says("Choisissez une gouvernance dans la liste.");
        team.post(NEW, &[("modele", "inconnu")]).await.is(422).says("Choisissez par quoi commencer");
        let local = [("modele", "reseau-local"), ("name", "Essai"), ("territory", "58"), ("manager_name", "A"), ("manager_email", "d@exemple.fr")];
        team.submit(NEW, &local).await.ok().says("Échelon local");
        for who in ["gestionnaire", "voisin", "secretariat"] {
            let mut other = town.as_(who).await;
            other.get(NEW).await.is(403).says("Seule l'équipe nationale peut faire cela.");
            other.post(NEW, &good("Essai", "e@exemple.fr")).await.is(403);
        }
        town.get(NEW).await.is(303);
    }

    async fn a_name_that_means_several_territories_is_asked_again(town: Town) {
        let mut team = town.as_("equipe-nationale").await;
        let fields = [
            ("modele", "reference"), ("name", "Essai"), ("territory", "Saint-Denis"), ("body", "technique"),
            ("manager_name", "A"), ("manager_email", "a@exemple.fr"),
        ];
        let page = team.post(NEW, &fields).await.is(422).says("désigne plusieurs territoires").says("Lesquels");
        assert!(page.text().contains("commune-93066"), "{}", page.words());
        let chosen = [fields.as_slice(), &[("territory_code", "commune-93066")]].concat();
        team.submit(NEW, &chosen).await.ok().says("Saint-Denis");
    }

    async fn managers_of_a_department_open_a_local_network_under_it(town: Town) {
        // Camille manages a department's governance; the persona of the network manages a local one only.
        let mut team = town.as_("equipe-nationale").await;
        let fields = [
            ("modele", "grain"), ("tier", "intermediate"), ("name", "Gouvernance d'essai"), ("territory", "58"), ("body", "pleniere"),
            ("manager_name", "Dominique"), ("manager_email", "gestionnaire@exemple.fictif"),
        ];
        team.submit(NEW, &fields).await.ok().says("Échelon départemental");
        let path = "/gouvernances/gouvernance-d-essai/administration/reseaux/nouveau";
        let mut manager = town.as_("gestionnaire").await;
        manager.get("/gouvernances/gouvernance-d-essai/administration").await.ok().says("Ouvrir un réseau local");
        manager.get(path).await.ok().says("Un réseau local léger").never_says("Trois comités");
        let network = [
            ("modele", "reseau-local"), ("name", "Réseau des Amognes"), ("territory", "58"), ("body", "rencontre"),
            ("parent", "nationale"), ("manager_name", "Alix"), ("manager_email", "alix@exemple.fr"),
        ];
        manager.submit(path, &network).await.ok().says("Échelon local").says("Gouvernance d'essai").says("Rencontre du réseau");
        assert_eq!(mails_to(&town, "alix@exemple.fr").await, 1);
        manager.post(path, &[("modele", "reference")]).await.is(422);
        town.as_("voisin").await.post(path, &network).await.is(403);
        town.get(path).await.is(303);
        // A local network has nothing below it.
        let below = format!("{VALLEE}/administration/reseaux/nouveau");
        manager.get(&below).await.is(409).says("Un réseau local n'a pas d'autre réseau sous lui.");
        manager.post(&below, &network).await.is(409);
    }
}
