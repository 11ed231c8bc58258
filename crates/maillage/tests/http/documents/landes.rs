//! Document 004, gouvernance n° 3: ALPI; and a word of document 003.

use super::Reading as _;

const THREE: [&str; 3] =
    ["Département des Landes", "Préfecture des Landes", "Agence landaise pour l'informatique (ALPI)"];

stories! {
    async fn landes_presents_itself(town: Town) {
        town.get("/gouvernances/landes").await.ok()
            // Fiche d'identité.
            .says("Échelon départemental · Département des Landes")
            .line("Forme", &["Comité de pilotage issu du SDAASP, coprésidé par le Département et la Préfecture"])
            .line("Bassins de vie", &["18 territoires d'EPCI, dont 2 agglomérations"])
            .fact("Réunions du comité technique", &["2 à 3 par an", "groupes de travail ad hoc"])
            // « mandaté par le conseil départemental en 2018 […] clarifier les enjeux et d'identifier les acteurs »
            .fact("Mandat de l'ALPI", &["(2018)", "clarifier les enjeux", "identifier les acteurs"])
            // « l'indice de fragilité numérique […] une soixantaine de structures partenaires »
            .fact("Diagnostic", &["indice de fragilité numérique", "(2018)",
                "une soixantaine de structures partenaires"])
            .fact("Réseau des acteurs", &["Organisé par l'ALPI", "Département et de la préfecture"])
            .line("État", &["Installée depuis 2019"])
            // « seules deux restent à entamer »
            .fact("Avancement du plan", &["2 actions initiales restent à engager", "régulièrement actualisé"])
            // « coordonner le dispositif Conseiller numérique […] le recrutement d'un coordinateur »
            .fact("Conseillers numériques", &["confiée à l'ALPI par la préfecture", "recrutement d'un coordinateur",
                "leur gestion et leur recrutement"])
            .fact("Ressources partagées", &["Chartes, modèles", "PIN40"])
            // Quel est votre statut ?
            .fact("Partenaires de l'ALPI", &["Intercommunalités, CIAS, Département", "opérateurs de services publics"])
            // Quelles difficultés ?
            .fact("Difficultés", &["priorité", "persuasion", "sous l'échelle du département", "non résolue",
                "manquent de moyens et de référent", "agilité"])
            .fact("Réponses locales", &["assistantes sociales"])
            .fact("Équipement", &["1 800 ordinateurs portables", "reconditionnés"])
            // Comment l'ALPI s'est-elle inscrite dans France Numérique Ensemble ?
            .fact("Place dans France Numérique Ensemble", &["circulaire de juillet", "peu de changements",
                "30 ans de travail", "s'est positionnée pour co-porter", "initiatives prometteuses"])
            .fact("Échanges entre territoires", &["association nationale Déclic"])
            // Quels conseils ?
            .fact("Acteurs rencontrés", &["Plus de 400 acteurs"])
            .fact("Conseils", &["agile et pragmatique", "messagerie et charte"])
            // En 3 idées, contact.
            .says("Un plan de 35 actions depuis 2019").says("Un syndicat mixte de plus de 600 membres")
            .says("La gestion et le recrutement de conseillers numériques")
            .fact("Interlocuteur", &["L'équipe inclusion numérique de l'ALPI"])
            // Document 003 names it among organisations at the scale of a département.
            .fact("Vu d'ailleurs", &["échelle d'un département", "Source : document 003"]);
    }

    async fn landes_keeps_the_figures_that_disagree_side_by_side(town: Town) {
        town.get("/gouvernances/landes").await.ok()
            // « Sur les 33 actions initiales »; « Plan de 35 actions depuis 2019 »
            .fact("Nombre d'actions du plan", &[
                "33 actions initiales", "Source : document 004 (2024), n° 3, présentation",
                "35 actions depuis 2019", "Source : document 004 (2024), n° 3, trois idées",
            ])
            // « 18 territoires d'EPCI dont 2 agglomérations »; « toutes les communautés […] (24) »
            .fact("Intercommunalités", &[
                "18 territoires d'EPCI, dont 2 agglomérations", "fiche d'identité",
                "24 communautés de communes et d'agglomération", "statut et partenaires",
            ])
            // « 1 COPIL annuel »; « Il se réunit une à deux fois par an »
            .fact("Réunions du comité de pilotage", &["1 par an", "fiche d'identité", "1 à 2 par an", "présentation"])
            // « plus de 600 adhérents »; « plus de 600 membres »
            .fact("Adhérents de l'ALPI", &["Plus de 600 adhérents", "Plus de 600 membres"]);
    }

    async fn landes_tells_of_the_syndicate_in_facts(town: Town) {
        // « Le Comité syndical constitue l'organe délibérant du Syndicat » … it is not a body of the governance.
        town.get("/gouvernances/landes").await.ok()
            .fact("Comité syndical de l'ALPI", &["Organe délibérant", "non instance de la gouvernance",
                "élus par les adhérents en assemblée générale", "5 désignés par le Département",
                "10 de communes de tailles diverses", "3 de communautés de communes", "4 d'établissements publics",
                "7 réunions et 70 délibérations (2022)"])
            .fact("Adhérents de l'ALPI : communes", &["324 communes sur 327"])
            .fact("Adhérents de l'ALPI : communautés", &["24"])
            .fact("Adhérents de l'ALPI : établissements publics", &["CCAS et CIAS", "maisons de retraite", "EHPAD",
                "logements-foyers", "Maison landaise des personnes handicapées", "SDIS", "office de tourisme", "GIP",
                "maisons d'accueil", "camping municipal"])
            .fact("Adhérents de l'ALPI : syndicats", &["SIVOM", "SIETOM", "SICTOM", "ASA", "SITCOM", "SIAEP", "SIAEM",
                "SIVU", "SIVU RPI", "SM", "SI"])
            .fact("Adhérents de l'ALPI : autres", &["Département des Landes", "chambre de commerce et d'industrie",
                "chambre de métiers et de l'artisanat", "hôpitaux de Dax et de Saint-Sever"]);
        town.get("/gouvernances/landes/instances").await.ok().never_says("syndical");
    }

    async fn landes_has_two_co_leads_and_one_that_proposes_itself(town: Town) {
        // « coprésidé par le Département et la Préfecture »; « l'ALPI s'est positionnée pour coporter la gouvernance ».
        town.get("/gouvernances/landes").await.ok().says("Co-portée").line("Co-porteurs", &[
            THREE[0], THREE[1], "Agence landaise pour l'informatique (ALPI) (proposé)",
        ]);
        town.get("/gouvernances/landes/membres").await.ok().only("membres", &THREE)
            .row("membres", THREE[0], &["Département", "Co-porteur", "document 004 (2024), n° 3, fiche d'identité"])
            .row("membres", THREE[1], &["État", "Co-porteur", "document 004 (2024), n° 3, fiche d'identité"])
            .row("membres", THREE[2], &["Syndicat mixte", "Co-porteur proposé", "2018"]);
        town.get("/gouvernances/landes/conventions").await.ok().says("Aucune convention ni charte n'est déposée");
        town.get("/gouvernances/landes/reseaux").await.ok().says("Aucun réseau local n'est encore déclaré");
    }

    async fn landes_has_a_steering_committee_technical_committees_and_ad_hoc_groups(town: Town) {
        let bodies = town.get("/gouvernances/landes/instances").await.ok().only_bodies(&[
            "Comité de pilotage de l'inclusion numérique", "Comité technique", "Groupes de travail ad hoc",
        ]);
        let bodies = bodies
            .body("Comité de pilotage de l'inclusion numérique", &["1 à 2 fois par an", "Fonction de pilotage",
                "Instance existante, déclarée", "Coprésidé par le Département et la Préfecture"])
            // « 2 à 3 CoTech par an et des groupes de travail adhoc »
            .body("Comité technique", &["2 à 3 fois par an", "Fonction technique"])
            .body("Groupes de travail ad hoc", &["Groupe de travail", "document 004 (2024), n° 3, fiche d'identité"]);
        town.get(&bodies.link("Comité de pilotage de l'inclusion numérique")).await.ok()
            .line("Précision", &["SDAASP", "Une réunion par an selon la fiche d'identité, une à deux selon le texte"])
            .only("table-sieges", &THREE[..2])
            .row("table-sieges", THREE[0], &["Copréside"]).row("table-sieges", THREE[1], &["Copréside"]);
        town.get(&bodies.link("Groupes de travail ad hoc")).await.ok().line("Réunions attendues", &["Non précisé"]);
    }
}
