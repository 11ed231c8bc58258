//! The national tier: document 001, the model of document 000, and what 002, 003 and 004 say of every governance.

use super::Reading as _;

const COLLEGES: [&str; 8] = [
    "État et administrations centrales",
    "Associations de collectivités locales",
    "Professionnels de la médiation numérique et sociale",
    "Opérateurs de services publics",
    "Tiers-lieux et fablabs",
    "Têtes de réseaux associatifs",
    "Chercheurs",
    "Associations d'usagers",
];

stories! {
    async fn the_national_tier_is_what_document_001_recommends(town: Town) {
        town.get("/gouvernances/nationale").await.ok().says("Échelon national · France entière")
            // « la gouvernance imaginée », « pourrait être »: recommended, not in place.
            .line("État", &["En préparation depuis 2018"]).says("il ne dit pas qu'il est en place")
            .line("Co-porteurs", &["Pas encore désignés"])
            // The three goals at the head of the chapter.
            .says("Un pilotage national au portage politique fort").says("Un niveau intermédiaire qui fait le relais")
            .says("Un échelon local libre de s'organiser")
            // Introduction.
            .fact("Architecture proposée", &["Trois échelons", "pilotage et orientation (national)",
                "mise en commun (intermédiaire)", "mise en œuvre (local)", "Source : document 001 (2018)"])
            .fact("Ambitions de la gouvernance", &["stratégies nationales et locales", "groupe de travail 2",
                "financement présentés par le groupe de travail 3"])
            .fact("Durée", &["long terme, appelée à évoluer"])
            // L'échelon national d'orientation.
            .fact("Échelon national : rôle", &["instance exécutive"])
            .fact("Échelon national : composition", &["administrations centrales, associations d'usagers",
                "introduction", "tiers-lieux et fablabs, têtes de réseaux associatifs, chercheurs",
                "échelon national d'orientation"])
            .fact("Échelon national : coordination", &["Conférence nationale des territoires", "DCANT"])
            .fact("Échelon national : modèle suivi", &["programme DCANT", "ministères et territoires"])
            .fact("Cadre minimum de gouvernance", &["Obligatoire"])
            .fact("Financements", &["flèche les ressources", "attribution des fonds"])
            // L'échelon intermédiaire de mise en commun: five missions, its members, the département, the SDAASaP.
            .fact("Échelon intermédiaire : missions", &["Relayer l'ambition nationale",
                "données qualifiées et géolocalisées",
                "saisir au besoin l'instance nationale", "Contrôler la qualité", "(CRSN)", "répartition des fonds"])
            .fact("Échelon intermédiaire : composition", &["déconcentrés de l'État", "collectivités locales",
                "médiation numérique et sociale", "tiers-lieux et fablabs", "opérateurs de services publics",
                "associations"])
            .fact("Échelon intermédiaire : territoire", &["département", "le plus cohérent"])
            .fact("Échelon intermédiaire : point de départ", &["SDAASaP", "comités de pilotage", "éventuelle instance"])
            .fact("Échelon intermédiaire : mission de pilotage", &["réseau local", "bassins de vie mal couverts",
                "cartographie", "Former les médiateurs numériques", "agents d'accueil", "fonds européens",
                "structures intermédiaires"])
            // L'échelon local de mise en œuvre: no body, six missions.
            .fact("Échelon local : principe", &["Aucune instance à créer", "fiches techniques",
                "matrice des acteurs à mobiliser"])
            .fact("Échelon local : missions possibles", &["rencontres régulières", "Mobiliser",
                "Coordonner les acteurs",
                "particuliers et bénévoles", "Alimenter la cartographie", "instances intermédiaires"])
            .fact("Bonnes pratiques", &["plateforme"])
            // The event and the pilot territories.
            .fact("Événement national", &["chaque année", "« Numérique en commun »", "Nantes, les 13 et 14 septembre",
                "(13 septembre 2018)"])
            .fact("Territoires pilotes", &["Accélérer", "éprouver le modèle de gouvernance"]);
    }

    async fn the_national_bodies_are_announced_and_the_colleges_are_those_of_the_document(town: Town) {
        let bodies = town.get("/gouvernances/nationale/instances").await.ok()
            .only_bodies(&["Instance nationale partenariale", "Mission support"])
            // « Une instance nationale partenariale devrait être créée pour assumer les missions suivantes »
            .body("Instance nationale partenariale", &["À venir", "Piloter l'avancement de la stratégie nationale",
                "évaluer sa mise en œuvre", "cadre minimum, obligatoire", "flécher les financements",
                "veille et conseiller le Gouvernement", "document 001 (2018), échelon national d'orientation"])
            // « Une mission support devrait prendre en charge l'appui technique », « comme la Mission Société
            // Numérique »
            .body("Mission support", &["À venir", "appui technique", "Suivre la mise en œuvre des orientations",
                "Mission Société Numérique"]);
        town.get(&bodies.link("Instance nationale partenariale")).await.ok()
            .line("Réunions attendues", &["Non précisé"])
            .line("Précision", &["Instance recommandée", "associations d'usagers"])
            .line("Composition", &["État", "associations de collectivités locales", "chercheurs"]);
        town.get(&bodies.link("Mission support")).await.ok()
            .only_items("Membres qui y siègent par la règle de composition", &["Mission Société Numérique"]);
        let members = town.get("/gouvernances/nationale/membres").await.ok()
            .only("membres", &["Mission Société Numérique"]);
        let members = members.row("membres", "Mission Société Numérique", &["Donnée en exemple", "document 001"]);
        let page = town.get("/national").await.ok();
        for college in COLLEGES {
            assert!(page.words().contains(college), "/national: {college}");
            assert!(members.words().contains(college), "membres: {college}");
        }
        page.only_items("Collèges des parties prenantes", &COLLEGES)
            .says("Instance nationale partenariale Comité · Fonction stratégique · Fonction de pilotage À venir")
            .says("Mission support Équipe projet · Fonction technique À venir").says("document 001");
    }

    async fn the_model_of_document_000_stands_as_facts(town: Town) {
        town.get("/gouvernances/nationale").await.ok()
            // Pourquoi mettre en place une gouvernance ?
            .fact("Modèle départemental : pourquoi une gouvernance", &["Coordonner les acteurs locaux",
                "l'échelon national et les territoires", "adhérer à la feuille de route", "moyens en commun",
                "Source : document 000 (mai 2024), pourquoi"])
            // « les degrés d'implication pour les acteurs peuvent être variés »
            .fact("Modèle départemental : participation", &["degré d'implication peut varier"])
            // Quels sujets sont abordés ?
            .fact("Modèle départemental : sujets", &["feuille de route et sa définition", "moyens engagés",
                "suivi des actions", "actualité et les informations", "avis et les idées des parties prenantes"])
            // Qu'est-ce qu'une « bonne gouvernance » ?
            .fact("Modèle départemental : bonne gouvernance", &["rôles et des responsabilités clairs",
                "largement ouvertes", "façon transparente", "données qui circulent"])
            // Sous quels formats ?
            .fact("Modèle départemental : formats", &["Réunions stratégiques", "Réunions de suivi de projets",
                "Bilans d'actions"])
            // Comité stratégique, technique, consultatif.
            .fact("Modèle départemental : comité stratégique", &["préfecture et co-porteurs", "grandes orientations",
                "nouveaux partenaires", "Fréquence : 1 à 2 fois par an", "document 000 (mai 2024)"])
            .fact("Modèle départemental : comité technique",
                &["préfecture, collectivités, associations, hub, opérateurs",
                "suivre les projets", "relier comité consultatif et comité stratégique",
                "Fréquence : 3 à 4 fois par an"])
            .fact("Modèle départemental : comité consultatif", &["tous les acteurs", "citoyens, conseillers",
                "remonter les besoins", "bonnes pratiques", "Fréquence : 2 à 4 fois par an"]);
    }

    async fn france_numerique_ensemble_and_its_consultation_stand_as_facts(town: Town) {
        town.get("/gouvernances/nationale").await.ok()
            // 004, « Pourquoi ce guide ? »
            .fact("France Numérique Ensemble", &["2023-2027", "circulaire", "co-portée par une collectivité volontaire",
                "l'État local", "stratégies locales déjà en place", "Source : document 004 (2024), introduction"])
            // 002, text of the engagement.
            .fact("Engagement n° 1", &["collectivité pilote de l'inclusion numérique dans chaque département",
                "jugent la plus pertinente", "2023-2027, sous l'égide du préfet", "contrats existants",
                "diagnostique les besoins", "notamment financier", "ingénierie", "Source : document 002"])
            // « Amendements (2) », « 21 commentaires »
            .fact("Participation à la concertation", &["2 amendements et 21 commentaires"])
            // 002, comments, one by one.
            .fact("Concertation sur l'engagement n° 1", &[
                "CAF, France Travail ou le hub", "invitent largement", "(CTG)", "ne pas empiler les instances",
                "pas formées ni impliquées au même niveau",
                "territoires ruraux, des quartiers prioritaires et des outre-mer",
                "Région, des Départements, des métropoles", "Guadeloupe", "chef de file de l'action sociale",
                "préfecture, Département et métropole", "ville déjà pilote", "confusion", "l'échelle régionale",
                "Contribution des hubs", "avis technique aux préfectures", "(CRSN)", "accords à plusieurs",
                "Source : document 002 (2023), commentaires de l'engagement n° 1",
            ])
            // 003, call for stories and the stories that tell of a governance.
            .fact("Collecte de récits de gouvernance", &["Cinq éléments", "facteurs clés de succès", "depuis Paris",
                "au plus près des citoyens", "compétence numérique", "Source : document 003"])
            // « Un protocole de référence répartissant les responsabilités […] et un comité se réunissant
            // régulièrement »;
            // « plus de 130 apprenants […] 11 ateliers de 2 heures »
            .fact("Récit de Montrouge", &["office public de l'habitat", "protocole", "un comité suit régulièrement",
                "Plus de 130 personnes", "juin 2016", "11 ateliers de 2 heures", "5 ateliers par semaine en 2018"])
            // « 1/3 financement formation professionnelle, 1/3 financement par les usagers, 1/3 de subvention »
            .fact("Récit de Nantes", &["par tiers : formation professionnelle, usagers, subventions", "300 personnes"])
            .fact("Récit de Provence-Alpes-Côte d'Azur", &["hubs régionaux relayés dans chaque département"]);
    }
}
