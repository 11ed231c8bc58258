//! Words of the generated life: plausible lengths, nothing real but the names of places.

use directory::OrganisationKind as Kind;
use governance::members::model::MemberCategory as Category;

pub const IDEAS: [&str; 3] = [
    "Aller vers les personnes éloignées du numérique, dans les lieux où elles vont déjà",
    "Outiller et former les aidants, salariés et bénévoles, de toutes les structures",
    "Partager les données d'observation et les moyens entre partenaires",
];

pub const NOTE: &str = "Cette gouvernance réunit l'État, les collectivités, les opérateurs de services publics, les \
    associations et les habitants pour que chacune et chacun puisse faire ses démarches, apprendre et participer.\n\n\
    Elle se réunit en séance plénière chaque année, en comité de pilotage chaque trimestre, et travaille entre deux \
    séances dans des groupes ouverts à toutes les structures membres.";

pub const COLLEGES: [&str; 4] =
    ["Institutions et opérateurs", "Collectivités", "Médiation numérique et associations", "Usagers et habitants"];

/// Beginnings of the names of organisations, with what they are.
pub const ORGANISATIONS: &[(&str, Kind, Category, usize)] = &[
    ("Atelier numérique de", Kind::Association, Category::Association, 2),
    ("Médiathèque de", Kind::Commune, Category::Commune, 1),
    ("Centre social de", Kind::Association, Category::Association, 2),
    ("CCAS de", Kind::Ccas, Category::Ccas, 1),
    ("Tiers-lieu de", Kind::Association, Category::ThirdPlace, 2),
    ("Mission locale de", Kind::Association, Category::Association, 2),
    ("Espace France services de", Kind::PublicOperator, Category::PublicOperator, 0),
    ("Agence postale de", Kind::SemiPublicOperator, Category::SemiPublicOperator, 0),
    ("Habitat social de", Kind::SocialLandlord, Category::SocialLandlord, 0),
    ("Fab lab coopératif de", Kind::Company, Category::Company, 2),
    ("Chambre de métiers, antenne de", Kind::Chamber, Category::Chamber, 0),
    ("Collectif d'habitantes et d'habitants de", Kind::InformalGroup, Category::CitizenGroup, 3),
    ("Union des usagers de", Kind::Association, Category::UserAssociation, 3),
    ("Laboratoire des usages de", Kind::Research, Category::Research, 2),
    ("Réseau des médiatrices et médiateurs de", Kind::Association, Category::ProfessionalNetwork, 2),
    ("Commune de", Kind::Commune, Category::Commune, 1),
];

pub const BODIES: [&str; 5] = [
    "Comité stratégique",
    "Comité de pilotage",
    "Comité technique",
    "Groupe de travail Formation des aidants",
    "Groupe de travail Accès aux droits",
];

pub const MISSIONS: &[&str] = &[
    "Arrêter la feuille de route et suivre son avancement",
    "Répartir les moyens entre les actions retenues",
    "Préparer les séances et en publier les relevés de décisions",
    "Recenser les lieux et les permanences, et tenir la carte à jour",
    "Faire remonter les difficultés rencontrées par les habitants",
];

pub const FUNCTIONS: &[&str] = &[
    "Sous-préfète référente",
    "Vice-président délégué au numérique",
    "Directrice de la cohésion sociale",
    "Habitante tirée au sort",
    "Coordinateur des conseillers numériques",
    "Représentante des usagers",
];

pub const COMMITMENTS: &[&str] = &[
    "Mettre à disposition un poste de coordination à mi-temps",
    "Ouvrir une permanence par semaine dans chaque bourg-centre",
    "Partager chaque semestre les données d'activité",
    "Former deux agents par an à l'accompagnement des démarches",
    "Prêter salles et matériel pour les ateliers",
];

/// Topics of facts with the model of their value.
pub const FACTS: &[(&str, &str)] = &[
    ("Conseillers numériques", "postes de conseillères et conseillers numériques en activité"),
    ("Lieux recensés", "lieux de médiation numérique recensés dans la cartographie nationale"),
    ("Personnes accompagnées", "personnes accompagnées dans l'année, en individuel ou en atelier"),
    ("Aidants formés", "aidants formés à l'accompagnement des démarches en ligne"),
    ("Permanences", "permanences hebdomadaires tenues hors des locaux des structures"),
    ("Équipements reconditionnés", "équipements reconditionnés remis à des foyers"),
    ("Communes couvertes", "communes où une permanence se tient au moins une fois par mois"),
    ("Budget annuel", "euros inscrits au budget commun de l'année"),
];
