//! What is invented says so wherever it is read, and nothing invented is put on those whom the documents name.

use std::collections::BTreeSet;

use super::{INVENTED, REAL, Reading as _, cells};

const MARK: &str = "Exemple fictif";

const VIEWS: [&str; 5] = ["", "/membres", "/instances", "/conventions", "/registre"];

stories! {
    async fn an_invented_governance_says_so_on_each_of_its_pages(town: Town) {
        for slug in INVENTED {
            let address = format!("/gouvernances/{slug}");
            for view in VIEWS.into_iter().chain(["/reseaux"]) {
                town.get(&format!("{address}{view}")).await.ok().content().says(MARK);
            }
            let members = town.get(&format!("{address}/membres")).await.ok();
            for (name, row) in members.rows("membres").into_iter().chain(members.rows("mandats-permanents")) {
                assert!(row.words().contains(MARK), "{slug}, {name}");
            }
            let bodies = town.get(&format!("{address}/instances")).await.ok();
            for (name, body) in bodies.bodies() {
                assert!(body.words().contains(MARK), "{slug}, {name}");
                let body = town.get(&bodies.link(&name)).await.ok().content().says(MARK);
                let seats = body.rows("table-sieges");
                assert!(seats.iter().all(|(_, seat)| seat.words().contains(MARK)), "{slug}, {name}");
            }
            for (number, act) in town.get(&format!("{address}/registre")).await.ok().rows("actes") {
                assert!(act.words().contains(MARK), "{slug}, acte {number}");
            }
            let csv = town.get(&format!("{address}/membres.csv")).await.ok().text();
            assert!(csv.lines().skip(1).filter(|line| line.contains(',')).all(|line| line.contains(MARK)), "{csv}");
            // Its organisations and its territory, where one follows the links.
            let links: BTreeSet<String> = members.content().links().into_iter().collect();
            for structure in links.iter().filter(|link| link.starts_with("/structures/")) {
                town.get(structure).await.ok().content().says(MARK).says("exemple");
            }
            let page = town.get(&address).await.ok();
            let zone = page.links().into_iter().find(|link| link.starts_with("/territoires/zone-")).unwrap();
            town.get(&zone).await.ok().content().says(MARK);
        }
    }

    async fn a_governance_of_a_document_holds_nothing_invented_but_meetings(town: Town) {
        for slug in REAL {
            let address = format!("/gouvernances/{slug}");
            for (number, act) in town.get(&format!("{address}/registre")).await.ok().rows("actes") {
                let words = act.words();
                let of_meetings = ["éunion", "séance", "Ordre du jour", "Convocation", "Compte rendu"].iter().any(|word| words.contains(word));
                assert!(of_meetings || !words.contains(MARK), "{slug}, acte {number}: {words}");
                assert!(!of_meetings || words.contains(MARK), "{slug}, acte {number}: {words}");
            }
            for view in VIEWS.into_iter().filter(|view| *view != "/registre") {
                town.get(&format!("{address}{view}")).await.ok().content().never_says(MARK);
            }
            if slug != "nationale" {
                town.get(&format!("{address}/reseaux")).await.ok().content().never_says(MARK);
            }
            let bodies = town.get(&format!("{address}/instances")).await.ok();
            for link in bodies.links().into_iter().filter(|link| link.contains("/instances/")) {
                town.get(&link).await.ok().content().never_says(MARK);
            }
            town.get(&format!("{address}/membres.csv")).await.ok().never_says(MARK);
        }
    }

    async fn only_invented_members_are_candidates_or_have_left(town: Town) {
        for slug in REAL {
            for state in ["candidate", "withdrawn"] {
                let page = town.get(&format!("/gouvernances/{slug}/membres?statut={state}")).await.ok();
                page.says("Aucun membre ne correspond");
            }
            town.get(&format!("/gouvernances/{slug}/conventions")).await.ok().never_says("N'ont pas encore signé");
        }
        town.get("/gouvernances/reseau-exemple-vallee/membres?statut=candidate").await.ok()
            .only("membres", &["Bailleur social exemple Toits imaginaires"]);
        town.get("/gouvernances/reseau-exemple-vallee/membres?statut=withdrawn").await.ok()
            .only("membres", &["Association exemple Clic et Parole"]);
        town.get("/gouvernances/reseau-exemple-vallee/conventions").await.ok()
            .only_items("N'ont pas encore signé", &["CCAS exemple de Valfictif"]);
        // In the register too, withdrawals and suspensions are of invented governances.
        let csv = town.get("/registre.csv").await.ok().text();
        let adverse: Vec<&str> = csv.lines().filter(|line| line.contains("member.withdrew")).collect();
        assert_eq!(adverse.len(), 2);
        assert!(adverse.iter().all(|line| cells(line).get(5).is_some_and(|cell| cell == "oui")), "{adverse:?}");
    }

    async fn only_an_invented_governance_is_suspended_and_none_is_closed(town: Town) {
        town.get("/gouvernances?etat=suspended").await.ok()
            .only("gouvernances", &["Réseau exemple du Plateau (fictif)"])
            .row("gouvernances", "Réseau exemple du Plateau (fictif)", &[MARK, "Suspendue", "1er octobre 2025"]);
        town.get("/gouvernances?etat=closed").await.ok().says("Aucune gouvernance ne correspond");
        town.get("/gouvernances/reseau-exemple-plateau").await.ok()
            .line("État", &["Suspendue depuis le 1er octobre 2025"])
            .says("aucune structure n'a encore repris l'animation");
    }

    async fn lists_of_departements_mark_those_of_which_no_document_speaks(town: Town) {
        const TOLD: [&str; 6] =
            ["Bouches-du-Rhône", "Calvados", "Landes", "Lot-et-Garonne", "Pyrénées-Atlantiques", "Vendée"];
        let national = town.get("/national").await.ok().says("95 de ces états sont des exemples fictifs");
        let home = town.get("/").await.ok();
        for (page, table) in [(&national, "table-departements"), (&home, "tableau-carte")] {
            let rows = page.rows(table).into_iter().map(|(name, row)| (name, row.words()));
            let rows: Vec<_> = rows.filter(|(_, row)| !row.contains("Pas encore de gouvernance")).collect();
            assert_eq!(rows.len(), 101, "{table}");
            for (name, row) in rows {
                let told = TOLD.iter().any(|departement| {
                    name.trim_start_matches(|letter: char| letter.is_ascii_digit()).trim() == *departement
                        || name.starts_with(&format!("{departement} ("))
                });
                assert_eq!(row.contains(MARK), !told, "{table}: {row}");
            }
        }
        // What is invented lies in the Nièvre.
        let nievre = town.get("/territoires/departement-58").await.ok().content();
        assert_eq!(nievre.words().matches(MARK).count(), 1 + INVENTED.len(), "{}", nievre.words());
        let map = town.get("/plan-du-site").await.ok().content();
        assert_eq!(map.words().matches(MARK).count(), 95 + INVENTED.len());
    }

    async fn the_list_tells_documents_from_inventions_line_by_line(town: Town) {
        let csv = town.get("/gouvernances.csv").await.ok().text();
        let lines: Vec<Vec<String>> = csv.lines().skip(1).map(cells).filter(|line| line.len() > 9).collect();
        // 101 départements, the national tier, the local ones: five networks, Aix, the Fabrique and the inventions.
        assert_eq!(lines.len(), 101 + 1 + 7 + INVENTED.len());
        for line in lines {
            let (slug, state, origin, source) = (&line[0], &line[4], &line[8], &line[9]);
            if REAL.contains(&slug.as_str()) {
                assert!(origin.is_empty() && source.starts_with("document 00"), "{line:?}");
                assert!(["Installée", "En préparation"].contains(&state.as_str()), "{line:?}");
            } else {
                assert!(origin == MARK && source.is_empty(), "{line:?}");
                assert!(INVENTED.contains(&slug.as_str()) || state == "En préparation", "{line:?}");
            }
        }
        let csv = town.get("/structures.csv").await.ok().text();
        for line in csv.lines().skip(1).map(cells).filter(|line| line.len() > 7) {
            let invented = line[0].contains("exemple");
            assert_eq!((line[6] == MARK, line[7].starts_with("document 00")), (invented, !invented), "{line:?}");
        }
    }
}
