//! Document 000, focus Calvados.

use super::Reading as _;

const PAIR: [&str; 2] = ["Préfecture du Calvados", "Département du Calvados"];

stories! {
    async fn calvados_is_carried_by_a_pair_that_goes_on_with_its_network(town: Town) {
        // « Un binôme réaffirmé Préfecture / Département pour porter la gouvernance et la feuille de route, dans la
        // continuité du réseau Numérique Ensemble déjà existant ».
        town.get("/gouvernances/calvados").await.ok().says("Échelon départemental · Calvados").says("Co-portée")
            .line("Co-porteurs", &PAIR).line("Forme", &["Binôme Préfecture et Département", "Numérique Ensemble"])
            .line("État", &["Installée depuis mai 2024"])
            .fact("Portage", &["Préfecture et Département réaffirmé", "gouvernance et pour la feuille de route",
                "Source : document 000 (mai 2024), focus Calvados"])
            .fact("Réseau existant", &["Numérique Ensemble, déjà présent dans le Calvados"])
            .fact("Instances et fréquence", &["Comité de gouvernance : 1 à 2 fois par an",
                "COPIL Numérique État / Département : 3 à 4 fois par an",
                "comité technique Numérique Ensemble : 3 à 4 fois par an"])
            .fact("Politiques suivies", &["PI14/FS, CNFS et FNE"])
            .never_says("(proposé)");
        town.get("/gouvernances/calvados/membres").await.ok().only("membres", &PAIR)
            .row("membres", PAIR[0], &["État", "Membre", "Co-porteur", "Anime ou pilote", "document 000 (mai 2024)"])
            .row("membres", PAIR[1], &["Département", "Membre", "Co-porteur", "document 000 (mai 2024)"]);
        town.get("/gouvernances/calvados/conventions").await.ok().says("Aucune convention ni charte n'est déposée");
    }

    async fn calvados_has_three_bodies(town: Town) {
        let bodies = town.get("/gouvernances/calvados/instances").await.ok().only_bodies(&[
            "Comité de gouvernance", "COPIL Numérique État / Département", "Comité technique « Numérique Ensemble »",
        ]);
        let bodies = bodies
            // « Elus / directeurs des structures / Fréquence : 1 à 2 fois/an »
            .body("Comité de gouvernance", &["1 à 2 fois par an", "Fonction stratégique",
                "Élus et directeurs des structures", "grandes orientations", "faire évoluer la feuille de route",
                "nouveaux partenaires", "Source : document 000 (mai 2024), focus Calvados, exemples"])
            // « Sous-Préfet en charge des services au public, 1ère VP du Département, services », « 3 à 4 fois/an »
            .body("COPIL Numérique État / Département", &["3 à 4 fois par an", "Fonction de pilotage",
                "Sous-préfet en charge des services au public", "première vice-présidente du Département", "services",
                "Point Info 14 et France Services", "Conseiller numérique", "France Numérique Ensemble"])
            // « référents « techniques » des collectivités et des structures / Fréquence : 3 à 4 fois/an »
            .body("Comité technique « Numérique Ensemble »", &["3 à 4 fois par an", "Fonction technique",
                "Référents « techniques » des collectivités et des structures", "Mettre en œuvre la feuille de route",
                "Suivre les projets", "avancées"]);
        // Two seats by function, no other; the abbreviations of the document stay readable.
        town.get(&bodies.link("COPIL Numérique État / Département")).await.ok()
            .only("table-sieges", &["Sous-préfet en charge des services au public",
                "Première vice-présidente du Département"])
            .row("table-sieges", "Première vice-présidente du Département", &["Avec voix", "Mandat politique"])
            .row("table-sieges", "Sous-préfet en charge des services au public", &["Avec voix", "Non précisé"])
            .line("Précision", &["PI14/FS, CNFS et FNE"]);
    }
}
