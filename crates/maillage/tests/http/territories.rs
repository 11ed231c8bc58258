//! Finding one's territory, and going up and down from it.

stories! {
    async fn a_postcode_leads_to_the_commune(town: Town) {
        // Two communes share it: the larger first. A postcode of one commune opens its page at once.
        town.get("/territoires?q=13090").await.ok().says("Aix-en-Provence").says("Saint-Antonin-sur-Bayon");
        town.get("/territoires?q=40%20000").await.is(303).leads_to("/territoires/commune-40192");
        town.get("/territoires/commune-13001").await.ok()
            .has("h1", "Aix-en-Provence").says("Métropole").says("Bouches-du-Rhône")
            .says("Schéma communal").says("Gouvernance nationale");
    }

    async fn accents_case_and_saint_do_not_matter(town: Town) {
        town.get("/territoires?q=st%20etienne").await.ok().says("Saint-Étienne").says("Loire");
        town.get("/territoires?q=LA%20ROCHE%20SUR%20YON").await.ok().says("La Roche-sur-Yon Commune · Vendée");
        town.get("/territoires?q=BOURGOGNE%20franche").await.is(303).leads_to("/territoires/region-27");
    }

    async fn the_exact_name_comes_first_and_the_largest_before_its_homonyms(town: Town) {
        let page = town.get("/territoires?q=nantes").await.ok();
        let first = page.links().into_iter().find(|link| link.starts_with("/territoires/commune-")).unwrap();
        assert_eq!(first, "/territoires/commune-44109");
    }

    async fn results_go_on_page_after_page_without_repeating(town: Town) {
        let mut seen = std::collections::BTreeSet::new();
        let mut path = "/territoires?q=saint-martin".to_owned();
        let mut pages = 0;
        loop {
            let page = town.get(&path).await.ok();
            for link in page.links().into_iter().filter(|link| link.starts_with("/territoires/commune-")) {
                assert!(seen.insert(link.clone()), "{link} stands twice");
            }
            pages += 1;
            match page.links().into_iter().find(|link| link.contains("apres=")) {
                Some(next) => path = next,
                None => break,
            }
        }
        assert!(pages > 3 && seen.len() > 200, "{pages} pages, {} communes", seen.len());
    }

    async fn an_old_code_leads_to_the_commune_of_today(town: Town) {
        // Annecy-le-Vieux became part of Annecy in 2017.
        town.get("/territoires/commune-74011").await.is(301).leads_to("/territoires/commune-74010");
    }

    async fn every_tier_can_be_climbed_and_descended(town: Town) {
        town.get("/territoires/pays-FR").await.ok().says("Régions (18)").says("Collectivités d'outre-mer (8)");
        town.get("/territoires/region-75").await.ok().says("Départements (12)");
        town.get("/territoires/departement-85").await.ok().says("Réseau GRAIN").says("Communes (2");
        town.get("/territoires/epci-200054807").await.ok().says("Départements concernés").says("Vaucluse")
            .says("Fabrique de l'Inclusion Numérique");
        town.get("/territoires/collectivite-988").await.ok().says("Aucune gouvernance ne couvre encore ce territoire");
    }

    async fn a_living_area_shows_its_network(town: Town) {
        let page = town.get("/gouvernances/pyrenees-atlantiques/reseaux").await.ok().says("Haut Béarn");
        let network = page.links().into_iter().find(|link| link.contains("haut-bearn")).unwrap();
        let zone = town.get(&network).await.ok().links().into_iter().find(|link| link.contains("/zone-")).unwrap();
        town.get(&zone).await.ok().says("Territoire d'action sociale").says("Pyrénées-Atlantiques");
    }

    async fn nonsense_is_answered_calmly(town: Town) {
        town.get("/territoires?q=%00%FF%F0%9F%8F%A0").await.ok().says("Partir d'une région");
        town.get("/territoires?q=zzzzzz").await.ok().says("Aucun territoire ne correspond");
        town.get("/territoires?q=nantes&apres=hier").await.ok().says("n'est pas lisible");
        town.get("/territoires/commune-99999").await.is(404).says("Page introuvable");
        town.get("/territoires/n%27importe").await.is(404);
        town.get(&format!("/territoires?q={}", "a".repeat(5000))).await.ok().says("Aucun territoire");
    }
}
