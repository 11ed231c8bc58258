//! Document 004, gouvernance n° 5: the scheme of Aix-en-Provence, the Fabrique de l'Inclusion Numérique and the
//! governance of the département that they announce; and the story of document 003 on the same network.

use super::Reading as _;

/// « la ville d'Aix, la Métropole, la CAF, Pôle emploi, le Département, la Région, le Sgar », and the hub itself.
const STAKEHOLDERS: [&str; 8] = [
    "Ville d'Aix-en-Provence",
    "Métropole Aix-Marseille-Provence",
    "Caisse d'allocations familiales, CAF (Bouches-du-Rhône)",
    "France Travail (Bouches-du-Rhône)",
    "Département des Bouches-du-Rhône",
    "Région Provence-Alpes-Côte d'Azur",
    "Secrétariat général pour les affaires régionales (SGAR), Provence-Alpes-Côte d'Azur",
    "Hub du Sud",
];

const THREE_IDEAS: [&str; 3] = [
    "Deux territoires : la métropole Aix-Marseille-Provence et la ville d'Aix-en-Provence",
    "Un réseau d'acteurs présent depuis les années 2000",
    "Une action concrète : la connexion solidaire",
];

stories! {
    async fn the_scheme_of_aix_presents_itself(town: Town) {
        let page = town.get("/gouvernances/aix-en-provence").await.ok();
        for idea in THREE_IDEAS {
            assert!(page.words().contains(idea), "{idea}");
        }
        page
            // Fiche d'identité.
            .says("Échelon local · Commune d'Aix-en-Provence").line("Territoire", &["Aix-en-Provence"])
            .line("Forme", &["Comité de pilotage animé par la Direction de la politique de la ville"])
            .fact("Instances", &["Comité de pilotage et comité technique", "fiche d'identité",
                "Comité de pilotage, comité technique et conférence des financeurs", "Aix-en-Provence"])
            // « a lancé en 2022 un appel d'offres […] Assistance à Maîtrise d'Ouvrage (AMO) »
            .fact("Naissance du schéma", &["Appel d'offres", "(2022)", "assistance à maîtrise d'ouvrage du Hub du Sud"])
            .fact("Objet", &["quartiers prioritaires de la politique de la ville"])
            .fact("Méthode", &["Plus d'un an", "entretiens", "enquêtes en pied d'immeuble", "réunions d'étape"])
            // « Parmi les problématiques relevées »
            .fact("Problèmes relevés", &["peu visible", "suivi insuffisant", "très inégaux",
                "accès difficile au matériel",
                "fablabs"])
            // « 14 Fiches-action lors du Comité de pilotage qui s'est réuni le 21 décembre 2023 […] jusqu'en 2026 »
            .fact("Fiches-action", &["14 fiches-action", "(21 décembre 2023)", "(2026)"])
            .line("État", &["Installée depuis le 21 décembre 2023"])
            .fact("Rôles dans les fiches-action", &["partenaire opérationnel, co-pilote et/ou co-financeur"])
            .fact("Acteurs interrogés sur leur rôle", &["Associations, bailleurs, mission locale, CAF, Pôle emploi"])
            .fact("Gouvernance locale", &["En cours de mise en place", "tous les échelons"])
            .fact("Parties prenantes", &["Ville, Métropole, CAF, Pôle emploi, Département, Région, SGAR",
                "partenaires institutionnels et associatifs"])
            .fact("Financement", &["Fiches-action transmises à la Région", "une par une"])
            .fact("Ce que le hub voulait montrer", &["accompagner techniquement une grande ville"])
            .fact("Méthode reprise ailleurs", &["élaboration collective de fiches-action"])
            .fact("Connexion solidaire", &["commencer à Aix-en-Provence"])
            .line("Échelon départemental", &["Gouvernance des Bouches-du-Rhône (à venir)"]);
    }

    async fn the_scheme_of_aix_has_its_stakeholders_and_three_bodies(town: Town) {
        town.get("/gouvernances/aix-en-provence/membres").await.ok().only("membres", &STAKEHOLDERS)
            .row("membres", "Ville d'Aix-en-Provence", &["Commune", "Anime ou pilote", "2022"])
            .row("membres", "Hub du Sud", &["Hub territorial", "Assistant à maîtrise d'ouvrage"])
            .row("membres", "France Travail (Bouches-du-Rhône)", &["Le document écrit « Pôle emploi »"])
            .row("membres", "Région Provence-Alpes-Côte d'Azur", &["Région", "A reçu les fiches-action"])
            .row("membres", STAKEHOLDERS[6], &["État", "document 004 (2024), n° 5, Aix-en-Provence"]);
        // « sera suivi par un Comité de pilotage, un Comité technique et une Conférence des financeurs »
        let bodies = town.get("/gouvernances/aix-en-provence/instances").await.ok()
            .only_bodies(&["Comité de pilotage", "Comité technique", "Conférence des financeurs"])
            .body("Comité de pilotage", &["Fonction de pilotage", "Direction de la politique de la ville",
                "jusqu'en 2026"])
            .body("Comité technique", &["Fonction technique"])
            .body("Conférence des financeurs", &["À venir"]);
        town.get(&bodies.link("Comité de pilotage")).await.ok().line("Réunions attendues", &["Non précisé"])
            .line("Précision", &["21 décembre 2023"])
            .only_items("Membres qui y siègent par la règle de composition", &STAKEHOLDERS);
        town.get("/gouvernances/aix-en-provence/conventions").await.ok().says("Aucune convention ni charte");
    }

    async fn the_fabrique_presents_itself(town: Town) {
        let page = town.get("/gouvernances/fabrique-inclusion-numerique").await.ok();
        for idea in THREE_IDEAS {
            assert!(page.words().contains(idea), "{idea}");
        }
        page
            // Fiche d'identité.
            .says("Échelon local · Métropole Aix-Marseille-Provence")
            .line("Forme", &["Co-animation par la Direction de la cohésion sociale de la Métropole et le Hub du Sud"])
            .fact("Instances", &["Comité de pilotage, comité technique et conférence des financeurs",
                "fiche d'identité",
                "plus large que le groupe mensuel", "(janvier 2024)"])
            // « 1,3 million de personnes », « lors du premier confinement en 2020 », « Equiper - Connecter -
            // Accompagner »
            .fact("Territoire", &["1,3 million de personnes", "deuxième métropole après le Grand Paris"])
            .fact("Origine", &["associations et de la Métropole", "premier confinement", "(2020)",
                "« équiper, connecter, accompagner »"])
            .fact("Soutien interne", &["Direction de la cohésion sociale", "Lab des Possibles"])
            // « Grâce au financement du Plan Pauvreté, […] 150 000 euros »
            .fact("Financement", &["150 000 €", "plan Pauvreté"])
            // « chaque premier mercredi du mois »
            .fact("Animation", &["chaque premier mercredi du mois", "ordre du jour", "chantiers"])
            .fact("Actions : équiper", &["réemploi", "réinsertion professionnelle", "formation", "médiateurs"])
            .fact("Actions : connecter", &["bailleurs sociaux", "fournisseur d'accès de Marseille",
                "compris dans le loyer",
                "borne wifi par palier", "maintenance, filtrage, surcoût", "Essai à Aix-en-Provence d'abord"])
            .fact("Actions : accompagner", &["tiers-lieux", "Arbre postal dans les quartiers nord de Marseille"])
            .fact("Contrat de ville", &["six mois", "premier contrat de ville", "transversale"])
            // Spécificités.
            .fact("Décision partagée", &["Métropole et associations", "plan d'action", "sans hiérarchie"])
            .fact("Appel à projets", &["annuel", "numérique"])
            .fact("Rôle de relais du hub", &["communication", "campagnes de financement"])
            .fact("Modèle proposé", &["financeurs et financés"]);
    }

    async fn the_fabrique_has_its_two_leaders_and_four_meetings(town: Town) {
        town.get("/gouvernances/fabrique-inclusion-numerique/membres").await.ok()
            .only("membres", &["Métropole Aix-Marseille-Provence", "Hub du Sud"])
            .row("membres", "Métropole Aix-Marseille-Provence", &["Intercommunalité", "Anime ou pilote",
                "Direction de la cohésion sociale", "2020"])
            .row("membres", "Hub du Sud", &["Hub territorial", "Anime ou pilote", "ordre du jour"]);
        let bodies = town.get("/gouvernances/fabrique-inclusion-numerique/instances").await.ok().only_bodies(&[
            "Rencontre mensuelle de la communauté", "Comité de pilotage", "Comité technique",
            "Conférence des financeurs",
        ]);
        let bodies = bodies
            .body("Rencontre mensuelle de la communauté", &["12 fois par an", "premier mercredi du mois"])
            .body("Comité de pilotage", &["À venir", "Plus vaste que le groupe réuni chaque mois"])
            .body("Comité technique", &["document 004 (2024), n° 5, fiche d'identité"])
            .body("Conférence des financeurs", &["document 004 (2024), n° 5, fiche d'identité"]);
        town.get(&bodies.link("Comité de pilotage")).await.ok().line("Précision", &["d'ici janvier 2024"]);
        town.get(&bodies.link("Rencontre mensuelle de la communauté")).await.ok()
            .line("Précision", &["Douze réunions par an déduites de « chaque premier mercredi du mois »"]);
    }

    async fn the_governance_of_the_departement_is_only_announced(town: Town) {
        let page = town.get("/gouvernances/bouches-du-rhone").await.ok();
        page.line("État", &["En préparation depuis 2024"]).line("Co-porteurs", &["Pas encore désignés"])
            // « nous mettrons en place un comité de pilotage pour préfigurer la gouvernance à l'échelle du
            // département »
            .fact("Préfiguration", &["comité de pilotage", "positionnement de certains projets"])
            .fact("Territoires déjà engagés", &["métropole Aix-Marseille-Provence et la ville d'Aix-en-Provence"])
            // The history of the hub: 2009, the 2000s, ERIC 2002, ARSENIC from 2008, until 2015/2016, nearly 25 years.
            .fact("Hub du Sud : origine", &["(2009)", "structures de médiation numérique", "(2008)", "ARSENIC",
                "Source : document 003"])
            .fact("Hub du Sud : histoire", &["espaces publics numériques (EPN)", "(ERIC) (2002)", "2015 ou 2016",
                "près de 25 ans", "années 2000"])
            .fact("Place dans France Numérique Ensemble", &["Près de 15 ans", "feuilles de route", "occasion à saisir"])
            // Document 003: « près de 200 dispositifs, portés pour moitié par des collectivités », ARSENIC, hubs and
            // relays.
            .fact("Réseau régional", &["Près de 200 lieux", "pour moitié", "plus de quinze ans", "forme, valorise",
                "hubs régionaux relayés dans chaque département", "interlocuteur unique", "SCoRAN, SDTAN, SDUN",
                "échelle départementale connaît mieux", "Source : document 003"])
            .only_items("Réseaux locaux", &["Schéma communal d'inclusion numérique d'Aix-en-Provence",
                "Fabrique de l'Inclusion Numérique (FIN)"]);
        town.get("/gouvernances/bouches-du-rhone/membres").await.ok().only("membres", &["Hub du Sud"])
            .row("membres", "Hub du Sud", &["acteur clé de la future gouvernance"]);
        town.get("/gouvernances/bouches-du-rhone/instances").await.ok()
            .only_bodies(&["Comité de pilotage de préfiguration"])
            .body("Comité de pilotage de préfiguration", &["À venir",
                "Préfigurer la gouvernance à l'échelle du département"]);
    }
}
