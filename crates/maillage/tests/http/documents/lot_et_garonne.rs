//! Document 004, gouvernance n° 4: Département de Lot-et-Garonne.

use super::Reading as _;

/// « 14 opérateurs (CAF, MSA, CPAM, Pôle Emploi, CARSAT, Conférence des financeurs, Orange, La Poste, SNCF, Mutualité
/// Française, Cap Emploi, les 3 Missions locales) »: three of them are one line, since nothing names them.
const FIRST: [&str; 12] = [
    "Caisse d'allocations familiales, CAF (Lot-et-Garonne)",
    "Mutualité sociale agricole, MSA (Lot-et-Garonne)",
    "Caisse primaire d'assurance maladie, CPAM (Lot-et-Garonne)",
    "France Travail (Lot-et-Garonne)",
    "Caisse d'assurance retraite et de la santé au travail, CARSAT (Lot-et-Garonne)",
    "Conférence des financeurs (Lot-et-Garonne)",
    "Orange",
    "La Poste",
    "SNCF",
    "Mutualité française (Lot-et-Garonne)",
    "Cap emploi (Lot-et-Garonne)",
    "Missions locales (Lot-et-Garonne)",
];

/// « aujourd'hui rejoints par l'URSSAF, le syndicat mixte Lot-et-Garonne Numérique, le Campus numérique 47, la Chambre
/// de Commerce et d'Industrie, la Chambre de Métier et d'Artisanat »
const JOINED: [&str; 5] = [
    "URSSAF (Lot-et-Garonne)",
    "Lot-et-Garonne Numérique",
    "Campus numérique 47",
    "Chambre de commerce et d'industrie (Lot-et-Garonne)",
    "Chambre de métiers et de l'artisanat (Lot-et-Garonne)",
];

const CO_LEADS: [&str; 2] = ["Département de Lot-et-Garonne", "Préfecture de Lot-et-Garonne"];

const HUB: &str = "Hubikoop, hub territorial pour un numérique inclusif de Nouvelle-Aquitaine";

stories! {
    async fn lot_et_garonne_presents_itself(town: Town) {
        town.get("/gouvernances/lot-et-garonne").await.ok()
            // Fiche d'identité.
            .says("Échelon départemental · Département")
            .line("Bassins de vie", &["12 EPCI, dont 3 agglomérations"])
            .fact("Intercommunalités", &["12 EPCI, dont 3 agglomérations",
                "document 004 (2024), n° 4, fiche d'identité"])
            .line("Forme", &["Partenariat avec 19 opérateurs", "fonds départemental d'inclusion numérique",
                "projets et dispositifs portés en commun"])
            .fact("Comitologie", &["1 comité de pilotage et 2 à 4 comités techniques par an"])
            // Comment la stratégie est-elle née ?
            .fact("Origine", &["(2018)", "travailleurs sociaux", "démarches en ligne", "réseau aux rôles clairs",
                "secrétaires de mairie, médiateurs, bibliothécaires"])
            .fact("Documents structurants", &["Cartographie", "Charte du réseau", "Charte de l'aidant numérique",
                "questionnaire d'évaluation des compétences numériques", "Charte d'utilisation du Pass numérique"])
            .fact("Plan d'actions", &["adopté", "(2019)"])
            .fact("Plan d'actions : réseau", &["Plus de 250 acteurs locaux"])
            .fact("Plan d'actions : Conseillers numériques", &["maillage", "formation locale", "information"])
            .fact("Plan d'actions : formations en ligne", &["« Jeudis de l'inclusion numérique »",
                "« Mes droits depuis chez moi »"])
            .fact("Plan d'actions : Pass numérique", &["Financement", "prescripteurs", "formateurs", "trimestre"])
            .fact("Plan d'actions : reconditionnement", &["atelier chantier d'insertion", "éloignées de l'emploi"])
            .fact("Plan d'actions : équipement", &["familles de collégiens", "formation obligatoire"])
            .fact("Plan d'actions : connexion", &["communes, entreprises et particuliers", "Lot-et-Garonne Numérique"])
            .fact("Plan d'actions : communication", &["« Petit journal d'inclusion numérique »",
                "Forum de la vie numérique et citoyenne", "Déclic47"])
            // Comment avez-vous réussi à bâtir cette gouvernance locale ?
            .fact("Nombre d'opérateurs conventionnés", &["14 au départ", "les 3 missions locales", "19 ensuite",
                "URSSAF", "Campus numérique 47"])
            .fact("Besoin des opérateurs", &["dématérialisation", "sans en avoir seuls les moyens"])
            .fact("Fonds départemental d'inclusion numérique", &["Créé par le Département", "actions communes",
                "chaque année par une convention bilatérale", "pot commun", "opérateurs, Département, État"])
            .fact("Effet de levier", &["crédits nationaux (appel à projets Pass numériques)", "européens (FSE)"])
            .fact("Décision et mise en œuvre", &["comité de pilotage des financeurs par an", "comités techniques"])
            .fact("Modèle économique", &["Aucun modèle viable", "innover"])
            .fact("Gouvernance élargie", &["Préfecture", "équipe projet", "collège des opérateurs",
                "collège des territoires", "Hubikoop", "confiance"])
            // Quelles difficultés ?
            .fact("Feuille de route", &["Recensement des besoins en cours", "nouvelle feuille de route locale"])
            .fact("Difficultés", &["Arrêt soudain du Pass numérique", "vif succès", "reste à charge croissant"])
            .fact("Soutien de l'État", &["soutien financier de l'État a permis de proposer le fonds"])
            .fact("Attente envers l'État", &["soutien financier significatif", "fragiles"])
            // En 3 idées, contact.
            .says("Une convention avec 19 opérateurs de services essentiels, publics, parapublics et privés")
            .says("Un fonds départemental pour l'inclusion numérique")
            .says("Conseillers numériques, Pass numérique et autres")
            .fact("Interlocuteur", &["direction des systèmes d'information et de l'aménagement numérique"]);
    }

    async fn lot_et_garonne_has_its_operators_in_a_college(town: Town) {
        let named: Vec<&str> = CO_LEADS.iter().chain(&FIRST).chain(&JOINED).chain([&HUB]).copied().collect();
        let mut members = town.get("/gouvernances/lot-et-garonne/membres").await.ok().only("membres", &named);
        for name in FIRST {
            members = members.row("membres", name, &["Parmi les 14 premiers opérateurs conventionnés", "Membre",
                "Collège des opérateurs de services essentiels", "document 004 (2024), n° 4"]);
        }
        for name in JOINED {
            members = members.row("membres", name, &["Opérateur ayant rejoint les 14 premiers", "Membre",
                "Collège des opérateurs de services essentiels", "document 004 (2024), n° 4"]);
        }
        members
            // « publics, parapublics et privés »
            .row("membres", "SNCF", &["Opérateur public"]).row("membres", "Orange", &["Opérateur privé"])
            .row("membres", "Cap emploi (Lot-et-Garonne)", &["Opérateur parapublic"])
            .row("membres", "Missions locales (Lot-et-Garonne)", &["Trois missions locales"])
            .row("membres", "France Travail (Lot-et-Garonne)", &["Le document écrit « Pôle emploi »"])
            .row("membres", JOINED[3], &["Chambre consulaire"]).row("membres", JOINED[1], &["Syndicat mixte"])
            // « fera également partie du tour de table »
            .row("membres", HUB, &["Hub territorial", "Annoncé"])
            .row("membres", CO_LEADS[0], &["Co-porteur", "2018"])
            .row("membres", CO_LEADS[1], &["Co-porteur proposé"])
            .fact("Collège des opérateurs de services essentiels", &["les 19 partenaires"])
            .fact("Collège des territoires", &["EPCI, établissements France services", "conseillers numériques"]);
    }

    async fn lot_et_garonne_meets_now_and_will_meet_otherwise(town: Town) {
        let bodies = town.get("/gouvernances/lot-et-garonne/instances").await.ok().only_bodies(&[
            "Comité de pilotage restreint aux financeurs", "Comités techniques", "Équipe projet",
            "Collège des opérateurs de services essentiels", "Collège des territoires",
        ]);
        let bodies = bodies
            // « Un comité de pilotage restreint aux financeurs se réunit une fois par an »
            .body("Comité de pilotage restreint aux financeurs", &["1 fois par an", "Décider des actions à financer",
                "Conférence des financeurs", "Fonction de pilotage"])
            // « 2 à 4 COTECH /an », « chargés d'opérationnaliser les décisions »
            .body("Comités techniques", &["2 à 4 fois par an", "Rendre opérationnelles les décisions",
                "Fonction technique"])
            // « présidée par le Préfet et la Présidente de Conseil départemental […] en fonction du besoin »
            .body("Équipe projet", &["À venir", "préfet et la présidente du Conseil départemental"])
            // « se réunira deux à trois fois par an », twice
            .body("Collège des opérateurs de services essentiels", &["À venir", "2 à 3 fois par an", "19 partenaires"])
            .body("Collège des territoires", &["À venir", "2 à 3 fois par an", "EPCI, établissements France services",
                "structures employant des conseillers numériques"]);
        town.get(&bodies.link("Équipe projet")).await.ok().line("Réunions attendues", &["Non précisé"])
            .line("Précision", &["selon les besoins"])
            .only("table-sieges", &["Préfet de Lot-et-Garonne", "Présidente du Conseil départemental"])
            .row("table-sieges", "Préfet de Lot-et-Garonne", &["Copréside"])
            .row("table-sieges", "Présidente du Conseil départemental", &["Copréside"]);
        let operators: Vec<&str> = FIRST.iter().chain(&JOINED).copied().collect();
        town.get(&bodies.link("Collège des opérateurs de services essentiels")).await.ok()
            .only_items("Membres qui y siègent par la règle de composition", &operators);
        // Nobody is named in the college of territories.
        town.get(&bodies.link("Collège des territoires")).await.ok()
            .says("Les sièges ne sont pas encore attribués nommément");
    }

    async fn lot_et_garonne_has_agreements_on_three_points_without_invented_signatures(town: Town) {
        // « ont conventionné avec le Département sur 3 points importants »
        town.get("/gouvernances/lot-et-garonne/conventions").await.ok()
            .says("Conventions de partenariat entre le Département et les opérateurs").says("Date non précisée")
            .says("Former les aidants numériques").says("Participer à la vie du réseau")
            .says("comités de pilotage et techniques").says("Mettre en commun des moyens humains et financiers")
            .says("Source : document 004 (2024), n° 4").never_says("Ont signé").never_says("N'ont pas encore signé");
        town.get("/gouvernances/lot-et-garonne").await.ok().line("Co-porteurs", &[CO_LEADS[0],
            "Préfecture de Lot-et-Garonne (proposé)"]);
    }
}
