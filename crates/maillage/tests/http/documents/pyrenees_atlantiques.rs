//! Document 004, gouvernance n° 2: La Fibre64, COPIN64 and the local networks.

use super::Reading as _;

/// The five names that can be read on the map, of seven networks.
const NETWORKS: [(&str, &str); 5] = [
    ("reseau-adour-cote-basque", "Adour Côte Basque"),
    ("reseau-pays-basque-interieur", "Pays Basque intérieur"),
    ("reseau-haut-bearn", "Haut Béarn"),
    ("reseau-pays-des-gaves", "Pays des Gaves"),
    ("reseau-est-bearn", "Est Béarn"),
];

const CO_LEADS: [&str; 2] = ["La Fibre64", "Département des Pyrénées-Atlantiques"];

/// « opérateurs de services publics »: those that the list of partners names.
const OPERATORS: [&str; 6] = [
    "France Travail (Pyrénées-Atlantiques)",
    "Caisse d'allocations familiales, CAF (Pyrénées-Atlantiques)",
    "Caisse primaire d'assurance maladie, CPAM (Pyrénées-Atlantiques)",
    "Mutualité sociale agricole, MSA (Pyrénées-Atlantiques)",
    "Caisse d'assurance retraite et de la santé au travail, CARSAT (Pyrénées-Atlantiques)",
    "La Poste",
];

/// « la fédération des centres sociaux, l'association des maires du département, ou encore l'union départementale des
/// CCAS »
const FUTURE: [&str; 3] = [
    "Fédération des centres sociaux (Pyrénées-Atlantiques)",
    "Association des maires (Pyrénées-Atlantiques)",
    "Union départementale des CCAS (Pyrénées-Atlantiques)",
];

const PREFECTURE: &str = "Préfecture des Pyrénées-Atlantiques";

stories! {
    async fn pyrenees_atlantiques_presents_itself(town: Town) {
        town.get("/gouvernances/pyrenees-atlantiques").await.ok()
            // Fiche d'identité.
            .says("Échelon départemental · Pyrénées-Atlantiques")
            .fact("Fiche d'identité", &["COPIN64 et SDAASP", "sept réseaux locaux et CNFS64"])
            .fact("Bassins de vie", &["7, à l'échelle infra-départementale"])
            // Pouvez-vous présenter La Fibre64 ?
            .fact("La Fibre64", &["(2018)", "très haut débit inclusif", "Département et des 10 intercommunalités",
                "Trois missions", "solutions numériques mutualisées", "inclusion numérique des habitants"])
            // Quelles ont été les motivations ?
            .fact("Politique départementale", &["(2017)", "confie cette politique à La Fibre64", "membre fondateur",
                "(DGASH)", "SDAASP, SDUN, PDI, PST"])
            .fact("Label", &["Premier", "Territoire d'actions pour un numérique inclusif", "TANI"])
            .fact("Partenaires mobilisés", &["Pôle emploi, CAF, CPAM, MSA, CARSAT, La Poste", "MSAP et France services",
                "espaces de vie sociale", "médiathèques", "missions locales"])
            .fact("COPIN64", &["formations d'aidants", "ateliers itinérants", "pass numériques", "septembre"])
            .fact("Actions", &["« Le journal des Fake-News »", "commission départementale de présence postale",
                "Rapprochement des dispositifs Conseiller numérique et France services", "4 sessions", "cybersécurité",
                "médico-sociaux", "demandeurs d'asile, de personnes allophones"])
            // En quoi consistent les réseaux locaux ?
            .fact("Réseaux locaux", &["7 réseaux", "7 services départementaux", "groupe projet",
                "surtout de techniciens",
                "ouvert aux élus", "éducation populaire", "La Fibre64, le Département et les intercommunalités"])
            .fact("Essaimage", &["Un projet testé dans un réseau"])
            .fact("Dispositifs", &["Pass numérique, Aidants Connect et Conseillers numériques"])
            .fact("Histoire locale", &["cyberbases", "tâtonnements", "coordinateur-animateur"])
            .fact("Ancrage dans l'action sociale", &["fiche de poste des 7", "président du Département"])
            // En tant que syndicat mixte…
            .fact("Portage politique", &["conseil syndical", "pass numériques"])
            .fact("Mandat de représentation", &["unanimité", "représenter"])
            .fact("Conseillers numériques", &["40 postes", "ANCT", "3 conseillers recrutés par La Fibre64",
                "coordinatrice départementale"])
            // Quelles actions concrètes ?
            .fact("Prescripteurs des ateliers", &["Communes", "fédération des centres sociaux",
                "union départementale des CCAS", "missions locales", "espaces de vie sociale"])
            .fact("Communication", &["Presse locale", "secrétaires de mairie"])
            .fact("Évaluation", &["recueil et l'analyse des données"])
            // Quelles difficultés ? Suite. Conseils.
            .fact("Difficultés", &["prend du temps", "maturité", "équilibre", "acteurs privés"])
            .fact("Place dans France Numérique Ensemble", &["existe déjà dans les faits", "privés"])
            .fact("Future gouvernance", &["préfecture", "COPIN64", "association des maires"])
            .fact("Conseils", &["diagnostic de l'offre existante", "agissent déjà"])
            // En 3 idées, contact (the function; the person is not named).
            .says("Le premier département doté d'une politique publique d'inclusion numérique")
            .says("Sept réseaux d'inclusion numérique").says("qui associe les intercommunalités")
            .fact("Interlocuteur", &["chargé de mission inclusion numérique, coordinateur"]);
    }

    async fn pyrenees_atlantiques_has_the_partners_that_the_document_names(town: Town) {
        let named: Vec<&str> = CO_LEADS.iter().chain(&OPERATORS).chain(&FUTURE).chain([&PREFECTURE]).copied().collect();
        let mut members = town.get("/gouvernances/pyrenees-atlantiques/membres").await.ok().only("membres", &named);
        for name in OPERATORS {
            members = members.row("membres", name, &["Opérateur public", "Membre", "document 004 (2024), n° 2"]);
        }
        for name in FUTURE {
            members = members.row("membres", name, &["ttendue dans la future gouvernance",
                "document 004 (2024), n° 2"]);
        }
        members
            .row("membres", "La Fibre64", &["Syndicat mixte", "Co-porteur", "mandaté à l'unanimité", "2018"])
            // « co-portée par la Direction générale adjointe aux solidarités humaines »
            .row("membres", CO_LEADS[1], &["Co-porteur", "direction générale adjointe aux solidarités humaines",
                "2017"])
            .row("membres", PREFECTURE, &["État", "coordinatrice départementale"])
            .row("membres", OPERATORS[0], &["Le document écrit « Pôle emploi »"])
            .row("membres", FUTURE[1], &["Association d'élus"])
            // « Les membres du syndicat ont donné unanimement mandat à La Fibre64 pour qu'il les représente »: the
            // Département and the one grouping of ten that the map names.
            .only("mandats-permanents", &["Département des Pyrénées-Atlantiques",
                "Communauté d'agglomération du Pays Basque"])
            .row("mandats-permanents", "Département des Pyrénées-Atlantiques", &["La Fibre64", "unanime"])
            .row("mandats-permanents", "Communauté d'agglomération du Pays Basque", &["La Fibre64",
                "dix intercommunalités"]);
        town.get("/gouvernances/pyrenees-atlantiques").await.ok().says("Co-portée").line("Co-porteurs", &CO_LEADS);
    }

    async fn pyrenees_atlantiques_meets_in_copin64_in_the_syndicate_and_with_its_advisers(town: Town) {
        const COPIN: &str = "Comité des partenaires de l'inclusion numérique (COPIN64)";
        const CNFS: &str = "Coordination des conseillers numériques (CNFS64)";
        let bodies = town.get("/gouvernances/pyrenees-atlantiques/instances").await.ok()
            .only_bodies(&[COPIN, "Conseil syndical de La Fibre64", CNFS])
            // « constitué des opérateurs de services publics […] préfigure aujourd'hui la gouvernance »
            .body(COPIN, &["Fonction de pilotage", "opérateurs de services publics", "Préfigurer la gouvernance"])
            // « la bonne instance de gouvernance politique de l'inclusion numérique »
            .body("Conseil syndical de La Fibre64", &["Instance existante, déclarée", "gouvernance politique",
                "Le Département et les dix intercommunalités", "Fonction stratégique"])
            // « une feuille de route annuelle de temps d'échanges, de rencontre et de travail »
            .body(CNFS, &["feuille de route annuelle", "structures qui les emploient"]);
        // The document gives no rhythm: none is shown.
        let copin = town.get(&bodies.link(COPIN)).await.ok().line("Réunions attendues", &["Non précisé"]);
        let sitting: Vec<&str> = OPERATORS.iter().chain([&CO_LEADS[1]]).copied().collect();
        copin.only_items("Membres qui y siègent par la règle de composition", &sitting);
    }

    async fn five_networks_of_seven_have_a_name(town: Town) {
        let long = NETWORKS.map(|(_, name)| format!("Réseau local d'inclusion numérique {name}"));
        let page = town.get("/gouvernances/pyrenees-atlantiques/reseaux").await.ok();
        page.only("reseaux", &long.each_ref().map(String::as_str));
        town.get("/gouvernances/pyrenees-atlantiques").await.ok()
            .fact("Noms lisibles sur la carte", &NETWORKS.map(|(_, name)| name))
            .line("Bassins de vie", &["Sept bassins de vie", "la carte du document en laisse lire cinq"])
            .line("Bassins de vie", &NETWORKS.map(|(_, name)| name))
            .only_items("Réseaux locaux", &long.each_ref().map(String::as_str));
        town.get("/gouvernances?q=reseau%20local").await.ok()
            .only("gouvernances", &long.each_ref().map(String::as_str));
    }

    async fn each_network_has_a_project_team_and_its_two_leaders(town: Town) {
        for (slug, name) in NETWORKS {
            let address = format!("/gouvernances/{slug}");
            town.get(&address).await.ok().says(&format!("Réseau local d'inclusion numérique {name}"))
                .says("Échelon local").line("Territoire", &["SDSEI", name]).line("État", &["Installée depuis 2024"])
                .says("il ne donne pas sa date de création")
                .fact("Présence sur la carte", &["un des cinq noms lisibles sur sept",
                    "document 004 (2024), n° 2, carte"])
                .line("Échelon départemental", &["COPIN64, inclusion numérique dans les Pyrénées-Atlantiques"]);
            // « animés et coordonnés par La Fibre64, le Département et les intercommunalités concernées »
            town.get(&format!("{address}/membres")).await.ok().only("membres", &CO_LEADS)
                .row("membres", CO_LEADS[0], &["Anime ou pilote", "co-anime"])
                .row("membres", CO_LEADS[1], &["Anime ou pilote", "Co-anime"]);
            // « un groupe projet, principalement des techniciens, mais les élus peuvent participer »
            town.get(&format!("{address}/instances")).await.ok().only_bodies(&["Groupe projet"])
                .body("Groupe projet", &["Surtout des techniciens", "élus", "des collectivités et des EPCI"]);
        }
    }
}
