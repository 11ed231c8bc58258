//! The page: what a feature writes (`Page`), what the server knows (`Frame`), and the whole document (`render`).

use askama::Template;

/// One step of the breadcrumb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    pub label: String,
    pub href: String,
}

impl Crumb {
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// The entry of the main menu that a page belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Section {
    #[default]
    None,
    Home,
    Governances,
    Territories,
    Organisations,
    National,
    Register,
    Help,
}

/// A page of the product. Its template writes only what stands inside `<main>`, its `<h1>` included.
pub trait Page: Template {
    /// Unique among pages; the layout writes `<title>{title} · Maillage</title>`.
    fn title(&self) -> String;

    /// One sentence for search engines and shared links.
    fn description(&self) -> Option<String> {
        None
    }

    /// From below « Accueil » (which the layout adds) to the parent of this page; the title is added as last item.
    fn trail(&self) -> Vec<Crumb> {
        Vec::new()
    }

    /// The last step of the breadcrumb: the title, unless the steps before it say part of it already.
    fn crumb(&self) -> String {
        self.title()
    }

    fn section(&self) -> Section {
        Section::None
    }

    /// True for a page whose tables need the whole window.
    fn wide(&self) -> bool {
        false
    }

    /// The script that this page is better with, by its plain name: the page works without.
    fn script(&self) -> Option<&'static str> {
        None
    }
}

/// The skin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    Maillage,
    /// The State design system, from an operator's own folder served under `/dsfr/`.
    State,
}

/// What surrounds the page in this answer.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    pub theme: Theme,
    /// Shows the strip « Démonstration ».
    pub demonstration: bool,
    /// Path of the request, without the query.
    pub path: String,
    /// The name of the signed-in person.
    pub signed_in: Option<String>,
    /// What the act before says: « Votre vote est enregistré. »
    pub notice: Option<String>,
    /// Shown on error pages only.
    pub request_number: String,
}

struct Entry {
    label: &'static str,
    href: &'static str,
    section: Section,
}

const fn entry(label: &'static str, href: &'static str, section: Section) -> Entry {
    Entry { label, href, section }
}

static MENU: [Entry; 7] = [
    entry("Accueil", "/", Section::Home),
    entry("Gouvernances", "/gouvernances", Section::Governances),
    entry("Territoires", "/territoires", Section::Territories),
    entry("Structures", "/structures", Section::Organisations),
    entry("National", "/national", Section::National),
    entry("Registre", "/registre", Section::Register),
    entry("Aide", "/aide", Section::Help),
];

/// The State's four sites, in the order that its design system prescribes.
static STATE_SITES: [&str; 4] = ["info.gouv.fr", "service-public.gouv.fr", "legifrance.gouv.fr", "data.gouv.fr"];

/// The wording about accessibility is fixed by the RGAA; it changes after an audit only.
static LEGAL: [(&str, &str); 5] = [
    ("Plan du site", "/plan-du-site"),
    ("Accessibilité : non conforme", "/accessibilite"),
    ("Mentions légales", "/mentions-legales"),
    ("Données personnelles", "/donnees-personnelles"),
    ("Code source et licence", "/mentions-legales#code-source"),
];

static SERVICE: [(&str, &str); 5] = [
    ("Aide", "/aide"),
    ("Contact", "/contact"),
    ("Statistiques", "/statistiques"),
    ("Registre", "/registre"),
    ("Composants", "/composants"),
];

#[derive(Template)]
#[template(path = "layout_head.html")]
struct Head<'a> {
    frame: &'a Frame,
    title: String,
    /// The title without « Erreur : », which a form that came back puts before it.
    place: String,
    description: Option<String>,
    trail: Vec<Crumb>,
    section: Section,
    wide: bool,
    script: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "layout_foot.html")]
struct Foot<'a> {
    frame: &'a Frame,
}

/// Writes the whole document into one buffer.
pub fn render<P: Page>(page: &P, frame: &Frame) -> Result<String, askama::Error> {
    let title = page.title();
    let place = page.crumb();
    let place = place.strip_prefix("Erreur : ").unwrap_or(&place);
    let head = Head {
        frame,
        place: capitalised(place),
        title,
        description: page.description(),
        trail: page.trail(),
        section: page.section(),
        wide: page.wide(),
        script: page.script(),
    };
    let foot = Foot { frame };
    let mut document = String::with_capacity(Head::SIZE_HINT + P::SIZE_HINT + Foot::SIZE_HINT + 4096);
    head.render_into(&mut document)?;
    page.render_into(&mut document)?;
    foot.render_into(&mut document)?;
    Ok(document)
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
