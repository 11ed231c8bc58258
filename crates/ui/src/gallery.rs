//! The page `/composants`: each component in every state, for those who write pages and those who audit them.

use askama::Template;

use crate::chart::{self, Step};
use crate::form::{Choice, ErrorSummary, Field, Kind};
use crate::map::{self, MapArea, Tint};
use crate::page::Page;

/// Names as people really type them; 300 characters is more than the product accepts.
const NAMES: [&str; 4] = [
    "Syndicat mixte ouvert pour le développement des usages, des services et des infrastructures numériques des \
     communautés de communes, d'agglomération et de la métropole du littoral, des vallées et des plateaux, des \
     associations, des centres sociaux, des bibliothèques et des maisons France Services du territoire tout entier",
    "جمعية الإدماج الرقمي في الضواحي الشمالية",
    "👩🏽‍💻 Réseau 🌍 des médiatrices & médiateurs 🧶 <du fil à l'écran>",
    "Anticonstitutionnellementinterministériellementdépartementalementintercommunalementnumériquement",
];

const BARS: [(&str, u64); 5] = [
    ("Janvier", 128),
    ("Février", 96),
    ("Mars", 1410),
    ("Avril", 0),
    ("Mai, mois dont le nom est suivi d'une explication bien trop longue", 310),
];

/// The gallery; the same for everyone.
#[derive(Template)]
#[template(path = "gallery/gallery.html")]
pub struct Gallery {
    summary: ErrorSummary,
    filters: Vec<Field>,
    fields: Vec<Field>,
    hard_fields: Vec<Field>,
    names: [String; 4],
    map: String,
    legend: String,
    chart: String,
    bars: [(&'static str, u64); 5],
    columns: String,
    steps: Vec<Step>,
    difficult_text: String,
}

impl Default for Gallery {
    fn default() -> Self {
        Self::new()
    }
}

impl Gallery {
    pub fn new() -> Self {
        let areas = areas();
        Self {
            summary: ErrorSummary::new(&[
                ("nom", "Écrivez le nom de la structure."),
                ("implication", "Choisissez le degré d'implication."),
            ]),
            filters: filters(),
            fields: fields(),
            hard_fields: hard_fields(),
            names: NAMES.map(str::to_owned),
            map: map::france(&areas, "Exemple de carte : un état par département"),
            legend: map::legend(&areas),
            chart: chart::bars("Comptes rendus publiés par mois", "comptes rendus", &BARS),
            bars: BARS,
            columns: chart::columns("Structures venues, mois par mois", &steps()),
            steps: steps(),
            difficult_text: "Premier paragraphe, avec une\nligne coupée et un <b>faux gras</b>.\n\nSecond paragraphe."
                .to_owned(),
        }
    }
}

impl Page for Gallery {
    fn title(&self) -> String {
        "Composants".to_owned()
    }

    fn description(&self) -> Option<String> {
        Some("Les éléments d'écran de Maillage, dans tous leurs états.".to_owned())
    }
}

/// Every state of the map, in turn.
/// A year of a figure: unknown at first, then a part of a whole that grows.
fn steps() -> Vec<Step> {
    let step = |month: &str, known: Option<(u64, u64)>| Step {
        label: month.to_owned(),
        value: known.map(|(value, _)| value),
        of: known.map(|(_, of)| of),
        said: known.map_or_else(|| "pas connu".to_owned(), |(value, of)| format!("{value} sur {of}")),
    };
    vec![
        step("nov. 2025", None),
        step("déc. 2025", None),
        step("janv. 2026", Some((0, 12))),
        step("févr. 2026", Some((4, 12))),
        step("mars 2026", Some((9, 12))),
        step("avr. 2026", Some((12, 12))),
        step("mai 2026", Some((12, 14))),
        step("juin 2026", Some((115, 128))),
    ]
}

fn areas() -> Vec<MapArea> {
    let states = [Tint::Installed, Tint::Installed, Tint::Preparation, Tint::Suspended, Tint::Closed, Tint::None];
    let area = |(code, tint): (&str, Tint)| MapArea {
        code: code.to_owned(),
        label: format!("Département {code} : {}", tint.label().to_lowercase()),
        href: "#carte".to_owned(),
        tint,
    };
    map::codes().zip(states.into_iter().cycle()).map(area).collect()
}

fn filters() -> Vec<Field> {
    let states = [Choice::new("", "Tous"), Choice::new("installed", "Installée").selected(true)];
    vec![Field::new(Kind::Search, "q", "Nom contient"), Field::choice(Kind::Select, "etat", "État", states).required()]
}

fn fields() -> Vec<Field> {
    let involvement = [
        Choice::new("leads", "Anime ou pilote"),
        Choice::new("contributes", "Contribue").hint("Prend un rôle dans au moins une action."),
        Choice::new("observes", "Observe").hint("Jamais relancée, jamais en retard."),
    ];
    let categories = [Choice::new("", "Choisir"), Choice::new("association", "Association")];
    let services = [Choice::new("a", "Aide aux démarches").selected(true), Choice::new("b", "Prêt de matériel")];
    vec![
        Field::text("nom", "Nom de la structure").required().error("Écrivez le nom de la structure."),
        Field::new(Kind::Number, "siret", "Numéro SIRET").hint("14 chiffres, sur l'avis de situation."),
        Field::new(Kind::Email, "courriel", "Adresse électronique").value("contact@exemple.fr").required(),
        Field::new(Kind::Password, "mot-de-passe", "Mot de passe")
            .hint("Au moins douze caractères.")
            .required()
            .autocomplete("new-password"),
        Field::new(Kind::Date, "depuis", "Membre depuis"),
        Field::choice(Kind::Radio, "implication", "Degré d'implication", involvement)
            .required()
            .error("Choisissez le degré d'implication."),
        Field::choice(Kind::Checkboxes, "services", "Services rendus", services),
        Field::choice(Kind::Select, "categorie", "Catégorie", categories).required().error("Choisissez une catégorie."),
        Field::area("apport", "Ce que la structure apporte").rows(3).maxlength(2000),
        Field::new(Kind::File, "convention", "Convention signée").hint("PDF ou ODT, 40 Mo au plus."),
        Field::new(Kind::Checkbox, "charte", "La structure a signé la charte").required(),
        Field::text("region", "Région").value("Pays de la Loire").hint("Déduite du territoire.").disabled(),
    ]
}

fn hard_fields() -> Vec<Field> {
    let choices = NAMES.map(|name| Choice::new(name, name));
    vec![
        Field::text("difficile-texte", NAMES[0]).value(NAMES[0]).hint(NAMES[3]).error(NAMES[0]),
        Field::text("difficile-droite", "Nom écrit de droite à gauche").value(NAMES[1]),
        Field::choice(Kind::Select, "difficile-liste", "Liste aux noms difficiles", choices.clone()),
        Field::choice(Kind::Radio, "difficile-choix", "Choix aux noms difficiles", choices),
    ]
}
