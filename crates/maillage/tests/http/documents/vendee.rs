//! Document 004, gouvernance n° 1: Réseau GRAIN.

use super::Reading as _;

const SEVEN: [&str; 7] = [
    "Mutualité sociale agricole (MSA) de Vendée",
    "État (Vendée)",
    "Département de la Vendée",
    "Caisse d'allocations familiales (CAF) de la Vendée",
    "France Travail (Vendée)",
    "Fédération des centres sociaux (Vendée)",
    "Ligue de l'enseignement (Vendée)",
];

stories! {
    async fn grain_presents_itself(town: Town) {
        town.get("/gouvernances/grain-vendee").await.ok().has("h1", "Réseau GRAIN")
            // Fiche d'identité.
            .says("Échelon départemental · Département de la Vendée")
            .line("Territoire", &["Vendée"])
            .line("Forme", &["21 acteurs publics et privés liés par une convention de partenariat"])
            .fact("Comitologie", &["Une séance plénière par an et des sous-groupes de travail", "fiche d'identité"])
            // « Le Groupe de Recherche et d'Action sur l'Inclusion Numérique […] lancée en 2018 »
            .fact("Nom complet", &["Groupe de recherche et d'action sur l'inclusion numérique"])
            .line("État", &["Installée depuis 2018"])
            .fact("Création", &["(2018)", "initiative de la MSA", "moyens humains", "accès aux droits"])
            // « 21 acteurs publics et privés », then « 21 acteurs institutionnels […] et associatifs »
            .fact("Nombre de membres", &[
                "21 acteurs publics et privés", "Source : document 004 (2024), n° 1, fiche d'identité",
                "21 acteurs institutionnels et associatifs", "Source : document 004 (2024), n° 1, présentation",
            ])
            // « coordination des actions […] culture commune […] nouveaux projets […] usages et la médiation »
            .fact("Objectifs", &["Coordonner les actions", "culture commune du numérique", "nouveaux projets",
                "usages et à la médiation"])
            // « 1 structure = 1 voix », « Un binôme d'animateurs est élu chaque année »
            .fact("Règle de vote", &["Une structure, une voix"])
            .fact("Animation", &["binôme d'animateurs élu chaque année", "volontariat", "disponibilités"])
            // « quatre groupes de travail » and their four projects
            .fact("Groupes de travail", &["Quatre groupes"])
            .fact("Projets à l'étude", &["Cartographie des acteurs de la médiation numérique",
                "Filière de reconditionnement", "à l'échelle du département, en économie circulaire",
                "Événement local Numérique en commun[s] (4 avril 2024)"])
            .fact("Feuille de route", &["septembre 2024"])
            // End of the presentation: « à court terme […] ne laisser personne au bord des routes numériques »
            .fact("Effet recherché", &["À court terme", "ne laisser personne de côté"])
            // Quelles difficultés ?
            .fact("Difficultés", &["vision commune", "les 21 structures",
                "tient aux animateurs et à quelques personnes",
                "positive mais fragile", "volontaires pour animer les groupes de travail",
                "moyens humains et financiers", "leur impact et leur rentabilité"])
            // Comment envisagez-vous la suite ?
            .fact("Place dans France Numérique Ensemble", &["Comité stratégique : les plénières annuelles",
                "réunions techniques : les groupes de travail thématiques", "place centrale", "cartographie"])
            .fact("Chantiers 2024-2027", &["Approfondir la gouvernance", "nouveaux membres", "coordonner",
                "maillage du territoire"])
            // Quels conseils ?
            .fact("Conseils", &["sans rester passif", "en retard", "premier pas", "réussites d'autres territoires",
                "le moyen et le long terme", "anticipant les besoins"])
            // La gouvernance locale du GRAIN en 3 idées.
            .says("En trois idées").says("charte du collectif, datée du 5 juillet 2023")
            .says("acteurs locaux, opérateurs de services publics, collectivités")
            .says("ressources et des projets en équilibre")
            // A network whose two leads nobody names has no co-lead.
            .line("Co-porteurs", &["Aucun co-porteur désigné"]);
    }

    async fn grain_keeps_both_dates_of_its_founding_text(town: Town) {
        // « Une convention de partenariat, signée le 4 juillet 2023 »; « Charte du collectif signée le 5 juillet
        // 2023 ».
        town.get("/gouvernances/grain-vendee").await.ok()
            .fact("Signature du texte fondateur", &[
                "Signature de la convention de partenariat (4 juillet 2023)", "document 004 (2024), n° 1, présentation",
                "Signature de la charte du collectif (5 juillet 2023)", "document 004 (2024), n° 1, trois idées",
            ])
            // The chronology, in its order.
            .says("4 juillet 2023 Signature du texte fondateur Signature de la convention de partenariat 5 juillet")
            .says("5 juillet 2023 Signature du texte fondateur Signature de la charte du collectif 4 avril 2024");
        let texts = town.get("/gouvernances/grain-vendee/conventions").await.ok();
        let texts = texts.says("Convention de partenariat du GRAIN").says("Signature 4 juillet 2023")
            .says("date du 5 juillet 2023, pour la « charte du collectif »").says("Une structure, une voix")
            .says("Source : document 004 (2024), n° 1, présentation").never_says("N'ont pas encore signé");
        texts.only_items("Ont signé", &SEVEN);
    }

    async fn grain_has_the_seven_members_that_the_document_names_and_no_other(town: Town) {
        // « État, Département, Caisse d'Allocations Familiales, Mutualité Sociale Agricole, France Travail… » and
        // « Fédération des centres sociaux et la Ligue de l'enseignement, etc. »: seven names of 21.
        let members = town.get("/gouvernances/grain-vendee/membres").await.ok().only("membres", &SEVEN);
        members.row("membres", SEVEN[0], &["Opérateur public", "Membre", "Anime ou pilote", "2018", "document 004"])
            .row("membres", SEVEN[1], &["État"]).row("membres", SEVEN[2], &["Département"])
            .row("membres", SEVEN[3], &["Opérateur public"]).row("membres", SEVEN[4], &["Opérateur public"])
            .row("membres", SEVEN[5], &["Association"]).row("membres", SEVEN[6], &["Association"])
            .never_says("Co-porteur ").never_says("Qui représente qui");
    }

    async fn grain_meets_once_a_year_and_in_working_groups(town: Town) {
        let bodies = town.get("/gouvernances/grain-vendee/instances").await.ok();
        let bodies = bodies.only_bodies(&["Séance plénière", "Groupes de travail thématiques"])
            // « une séance plénière annuelle »; « Le comité stratégique correspond aux réunions plénières du GRAIN »
            .body("Séance plénière", &["1 fois par an", "Fonction stratégique", "une voix par structure",
                "comité stratégique", "document 004 (2024), n° 1"])
            // « les réunions techniques correspondent aux réunions des groupes de travail thématiques »
            .body("Groupes de travail thématiques", &["Groupe de travail", "Fonction technique",
                "réunions techniques"]);
        // Every member sits in the plenary, by the rule; the document gives no rhythm for the working groups.
        town.get(&bodies.link("Séance plénière")).await.ok().line("Réunions attendues", &["1 fois par an"])
            .line("Règle de vote", &["Une structure, une voix"])
            .only_items("Membres qui y siègent par la règle de composition", &SEVEN);
        town.get(&bodies.link("Groupes de travail thématiques")).await.ok()
            .line("Réunions attendues", &["Non précisé"])
            .line("Précision", &["Quatre groupes", "sous-groupes de travail"])
            .says("Les sièges ne sont pas encore attribués nommément");
        town.get("/gouvernances/grain-vendee/reseaux").await.ok().says("Aucun réseau local n'est encore déclaré");
    }
}
