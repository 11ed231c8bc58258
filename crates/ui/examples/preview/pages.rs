//! Sample pages in the shape of the product's own.

use askama::Template;
use ui::form::{Choice, ErrorSummary, Field, Kind};
use ui::map::{MapArea, Tint};
use ui::page::{Crumb, Page, Section};

#[derive(Template)]
#[template(path = "home.html")]
pub struct Home {
    map: String,
    legend: String,
}

impl Home {
    pub fn sample() -> Self {
        let areas = areas();
        let map = ui::map::france(&areas, "Carte des gouvernances par département");
        Self { map, legend: ui::map::legend(&areas) }
    }
}

impl Page for Home {
    fn title(&self) -> String {
        "Accueil".to_owned()
    }

    fn section(&self) -> Section {
        Section::Home
    }
}

/// One area a département, with states that vary.
fn areas() -> Vec<MapArea> {
    let table = include_str!("../../data/departements.tsv");
    let codes = table.lines().filter_map(|line| line.split('\t').next());
    let codes = codes.filter(|code| !code.starts_with('#') && *code != "code");
    codes
        .enumerate()
        .map(|(rank, code)| MapArea {
            code: code.to_owned(),
            label: format!("Département {code}"),
            href: format!("/territoires/{code}"),
            tint: match rank {
                7 | 23 | 41 | 66 | 88 => Tint::Preparation,
                14 | 52 => Tint::Suspended,
                33 => Tint::Closed,
                11 | 60 | 77 => Tint::None,
                _ => Tint::Installed,
            },
        })
        .collect()
}

pub struct Row {
    pub name: &'static str,
    pub territory: &'static str,
    pub state: (&'static str, &'static str),
    pub members: u32,
    pub meeting: &'static str,
}

#[derive(Template)]
#[template(path = "list.html")]
pub struct List {
    rows: Vec<Row>,
    next: Option<String>,
    filters: Vec<Field>,
}

impl List {
    pub fn sample() -> Self {
        let row = |name, territory, state, members, meeting| Row { name, territory, state, members, meeting };
        let rows = vec![
            row(
                "GRAIN, le groupement des acteurs de l'inclusion numérique",
                "Vendée",
                ("Installée", "installed"),
                21,
                "2026-03-12",
            ),
            row(
                "La Fibre64, comité de pilotage de l'inclusion numérique",
                "Pyrénées-Atlantiques",
                ("Installée", "installed"),
                48,
                "2026-02-03",
            ),
            row("Assemblée landaise de l'inclusion numérique", "Landes", ("Installée", "installed"), 37, "2025-11-18"),
            row(
                "Fonds départemental d'inclusion numérique",
                "Lot-et-Garonne",
                ("Suspendue", "suspended"),
                19,
                "2025-06-30",
            ),
            row("Réseau marseillais", "Marseille", ("En préparation", "preparation"), 112, "2026-01-08"),
            row("Ancien comité des usages numériques", "Calvados", ("Close", "closed"), 9, "2023-12-01"),
        ];
        let filters = vec![
            Field::new(Kind::Search, "q", "Nom"),
            Field::choice(
                Kind::Select,
                "etat",
                "État",
                [
                    Choice::new("", "Tous"),
                    Choice::new("installed", "Installée"),
                    Choice::new("preparation", "En préparation"),
                ],
            )
            .required(),
        ];
        Self { rows, next: Some("/gouvernances?apres=50".to_owned()), filters }
    }
}

impl Page for List {
    fn title(&self) -> String {
        "Gouvernances".to_owned()
    }

    fn section(&self) -> Section {
        Section::Governances
    }
}

#[derive(Template)]
#[template(path = "governance.html")]
pub struct Governance;

impl Page for Governance {
    fn title(&self) -> String {
        "GRAIN, Vendée".to_owned()
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![Crumb::new("Gouvernances", "/gouvernances")]
    }

    fn section(&self) -> Section {
        Section::Governances
    }
}

#[derive(Template)]
#[template(path = "form.html")]
pub struct Form {
    errors: ErrorSummary,
    fields: Vec<Field>,
}

impl Form {
    pub fn sample() -> Self {
        let errors = [
            ("nom", "Écrivez le nom de la structure."),
            ("siret", "Ce numéro SIRET a 13 chiffres : il en faut 14."),
            ("role", "Choisissez le degré d'implication."),
        ];
        let fields = vec![
            Field::text("nom", "Nom de la structure").required().autocomplete("organization").maxlength(200),
            Field::new(Kind::Number, "siret", "Numéro SIRET")
                .hint("14 chiffres, sur l'avis de situation.")
                .value("1300254260001"),
            Field::new(Kind::Email, "courriel", "Adresse électronique de contact")
                .hint("Une adresse de la structure, pas d'une personne.")
                .value("contact@exemple.fr"),
            Field::choice(
                Kind::Radio,
                "role",
                "Degré d'implication",
                [
                    Choice::new("leads", "Anime ou pilote"),
                    Choice::new("contributes", "Contribue").hint("Prend un rôle dans au moins une action."),
                    Choice::new("observes", "Observe").hint("Jamais relancée, jamais en retard."),
                ],
            )
            .required(),
            Field::choice(
                Kind::Select,
                "categorie",
                "Catégorie",
                [
                    Choice::new("", "Choisir"),
                    Choice::new("association", "Association"),
                    Choice::new("epci", "Intercommunalité"),
                ],
            )
            .required(),
            Field::new(Kind::Date, "depuis", "Membre depuis"),
            Field::area("note", "Ce que la structure apporte").maxlength(2000),
        ];
        let fields = fields.into_iter().map(|field| field.check(&errors)).collect();
        Self { errors: ErrorSummary::new(&errors), fields }
    }
}

impl Page for Form {
    fn title(&self) -> String {
        "Erreur : ajouter un membre".to_owned()
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![
            Crumb::new("Gouvernances", "/gouvernances"),
            Crumb::new("GRAIN, Vendée", "/gouvernances/vendee"),
            Crumb::new("Membres", "/gouvernances/vendee/membres"),
        ]
    }

    fn section(&self) -> Section {
        Section::Governances
    }
}
