//! The list of governances: filters, order, pages.

use std::collections::BTreeSet;

/// Every slug that a walk through the pages shows, in order.
async fn walk(town: &crate::town::Town, start: &str, step: &str) -> Vec<String> {
    let (mut path, mut slugs) = (start.to_owned(), Vec::new());
    loop {
        let page = town.get(&path).await.ok();
        let rows = page.text();
        let rows = rows.split("<tbody>").nth(1).unwrap_or_default().split("</tbody>").next().unwrap_or_default();
        slugs.extend(
            rows.split("href=\"/gouvernances/").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned),
        );
        match page.links().into_iter().find(|link| link.contains(step)) {
            Some(next) => path = next,
            None => return slugs,
        }
    }
}

stories! {
    async fn every_governance_stands_once_on_the_pages_of_each_order(town: Town) {
        let total: i64 = town.read(|tx| tx.get("select count(*) from governance", &[], |row| row.get(0))).await;
        for order in ["nom", "departement", "membres", "date"] {
            let slugs = walk(&town, &format!("/gouvernances?tri={order}"), "apres=").await;
            let distinct: BTreeSet<_> = slugs.iter().collect();
            assert_eq!((slugs.len() as i64, distinct.len()), (total, slugs.len()), "{order}");
        }
        let by_members = walk(&town, "/gouvernances?tri=membres", "apres=").await;
        let counts: Vec<i64> = town.read(move |tx| {
            let of = |slug: &String| tx.get("select member_count from governance where slug = $1", store::params![slug], |row| row.get(0));
            by_members.iter().map(of).collect()
        }).await;
        assert!(counts.is_sorted_by(|a, b| a >= b) && counts[0] > 10, "{counts:?}");
        let by_departement = walk(&town, "/gouvernances?tri=departement", "apres=").await;
        assert_eq!(by_departement.first().map(String::as_str), Some("ain"));
    }

    async fn one_can_go_back_to_the_first_page(town: Town) {
        let first = town.get("/gouvernances").await.ok();
        let next = first.links().into_iter().find(|link| link.contains("apres=")).unwrap();
        let second = town.get(&next).await.ok();
        let back = second.links().into_iter().find(|link| link.contains("avant=")).unwrap();
        let again = town.get(&back).await.ok();
        let rows = |page: &crate::town::Reply| page.words().split("Depuis").nth(1).unwrap()[..400].to_owned();
        assert_eq!(rows(&first), rows(&again));
        assert!(!again.links().iter().any(|link| link.contains("avant=")), "there is nothing before the first page");
    }

    async fn filters_narrow_and_stay_from_page_to_page(town: Town) {
        town.get("/gouvernances?echelon=national").await.ok().says("Gouvernances : 1 sur 1").never_says("Réseau GRAIN");
        town.get("/gouvernances?etat=suspended").await.ok().says("Exemple fictif").says("Gouvernances : 1 sur 1");
        town.get("/gouvernances?coportee=oui").await.ok().says("Calvados").never_says("Réseau GRAIN");
        town.get("/gouvernances?region=region-75&echelon=intermediate").await.ok().says("Landes").says("Lot-et-Garonne");
        town.get("/gouvernances?q=reseau%20grain").await.ok().says("Réseau GRAIN").says("Gouvernances : 1 sur 1");
        let page = town.get("/gouvernances?etat=preparation").await.ok();
        let next = page.links().into_iter().find(|link| link.contains("apres=")).unwrap();
        assert!(next.contains("etat=preparation"), "{next}");
        town.get("/gouvernances?q=rien%20de%20tel").await.ok().says("Aucune gouvernance ne correspond");
    }

    async fn what_is_not_understood_is_told_and_not_applied(town: Town) {
        let page = town.get("/gouvernances?etat=ouverte&region=mars&tri=hasard&apres=%F0%9F%8F%A0").await.ok();
        let page = page.says("Le filtre « etat » n'a pas de valeur « ouverte »");
        page.says("Le filtre « region » n'a pas de valeur « mars »").says("n'est pas lisible").says("sur 1");
        town.get("/gouvernances/landes/membres?statut=perdu").await.ok().says("n'a pas de valeur « perdu »");
        town.get("/structures?nature=magie&apres=x").await.ok().says("n'a pas de valeur « magie »");
    }

    async fn members_can_be_narrowed(town: Town) {
        town.get("/gouvernances/reseau-exemple-vallee/membres").await.ok().says("Retiré").says("Candidat").says("Observe");
        town.get("/gouvernances/reseau-exemple-vallee/membres?statut=candidate").await.ok().never_says("Observe ");
        town.get("/gouvernances/grain-vendee/membres?statut=withdrawn").await.ok().says("Aucun membre ne correspond");
    }

    async fn organisations_are_found_and_walked(town: Town) {
        let total: i64 = town.read(|tx| tx.get("select count(*) from organisation where merged_into is null", &[], |row| row.get(0))).await;
        let (mut path, mut seen) = ("/structures".to_owned(), BTreeSet::new());
        loop {
            let page = town.get(&path).await.ok();
            for link in page.links().into_iter().filter(|link| link.starts_with("/structures/")) {
                assert!(seen.insert(link.clone()), "{link} stands twice");
            }
            match page.links().into_iter().find(|link| link.contains("apres=")) {
                Some(next) => path = next,
                None => break,
            }
        }
        assert_eq!(seen.len() as i64, total);
        let page = town.get("/structures?q=fibre64").await.ok().says("Syndicat mixte");
        let fibre = page.links().into_iter().find(|link| link.starts_with("/structures/")).unwrap();
        town.get(&fibre).await.ok().says("Co-porteur").says("Pyrénées-Atlantiques");
        let page = town.get("/structures?q=exemple").await.ok().says("Exemple fictif").says("SIRET");
        assert!(page.words().contains("999 000 011 00018"));
    }

    async fn an_empty_governance_says_what_comes_next(town: Town) {
        town.get("/gouvernances/ain").await.ok().says("n'a pas encore publié de présentation").says("Exemple fictif");
        town.get("/gouvernances/ain/membres").await.ok().says("Aucun membre n'est encore déclaré");
        town.get("/gouvernances/ain/instances").await.ok().says("Aucune instance n'est déclarée");
        town.get("/gouvernances/ain/conventions").await.ok().says("Aucune convention ni charte");
        town.get("/gouvernances/ain/reseaux").await.ok().says("L'échelon local est libre");
    }
}
