//! Opening a governance from a model, in two steps: choose the model, then say what is kept and who manages. The national
//! team opens any governance; the managers of a department's governance open local networks under it.

use askama::Template;
use axum::extract::Path;
use kernel::coded::Coded as _;
use kernel::{Capability, Error, Errors, Id, Result, Scope};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page, Section};
use web::{Access, Answer, Desk, Form, Params, Routes};

use super::found::{self, Foundation};
use super::models::{self, Model};
use super::places::{self, Places};
use super::{enter, inside};
use crate::governances::model::State;
use crate::governances::store::{self as reads, Head};
use crate::{Governance, Tier, forms, url};

const NEW: &str = "/administration/gouvernances/nouvelle";

pub fn routes() -> Routes {
    let (open, network) = (Access::Needs(Capability::OpenGovernance), Access::Needs(Capability::OpenLocalNetwork));
    Routes::new()
        .get("/administration/gouvernances/nouvelle", open, show)
        .post("/administration/gouvernances/nouvelle", open, open_one)
        .get("/gouvernances/{slug}/administration/reseaux/nouveau", network, show_network)
        .post("/gouvernances/{slug}/administration/reseaux/nouveau", network, open_network)
}

/// Where it is opened: on the platform, or under a governance.
struct Site {
    under: Option<Head>,
}

impl Site {
    async fn national(desk: &Desk) -> Result<Self> {
        desk.require(Capability::OpenGovernance, Scope::Platform)?;
        Ok(Self { under: None })
    }

    async fn under(desk: &Desk, slug: String) -> Result<Self> {
        let head = enter(desk, slug, Capability::OpenLocalNetwork).await?;
        if head.tier == Tier::Local {
            return Err(Error::Conflict("Un réseau local n'a pas d'autre réseau sous lui.".to_owned()));
        }
        Ok(Self { under: Some(head) })
    }

    fn title(&self) -> &'static str {
        if self.under.is_some() { "Ouvrir un réseau local" } else { "Ouvrir une gouvernance" }
    }

    fn address(&self) -> String {
        self.under.as_ref().map_or_else(|| NEW.to_owned(), |head| inside(&head.slug, "reseaux/nouveau"))
    }

    fn trail(&self) -> Vec<Crumb> {
        self.under.as_ref().map_or_else(|| vec![Crumb::new("Gouvernances", url::GOVERNANCES)], forms::trail)
    }

    fn models(&self) -> Result<Vec<&'static Model>> {
        if self.under.is_some() { models::of_tier(Tier::Local) } else { Ok(models::all()?.iter().collect()) }
    }

    /// The model that was chosen, when it may serve here.
    fn model(&self, key: &str) -> Result<Option<&'static Model>> {
        Ok(self.models()?.into_iter().find(|model| model.key == key))
    }
}

#[derive(Template)]
#[template(path = "administration/choose.html")]
struct ChoosePage {
    site: Site,
    models: Vec<&'static Model>,
}

impl ChoosePage {
    fn way(&self, model: &Model) -> String {
        format!("{}?modele={}", self.site.address(), model.key)
    }
}

impl Page for ChoosePage {
    fn title(&self) -> String {
        match &self.site.under {
            Some(head) => format!("{} · {}", self.site.title(), head.name),
            None => self.site.title().to_owned(),
        }
    }
    fn crumb(&self) -> String {
        self.site.title().to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.site.trail()
    }
    fn section(&self) -> Section {
        Section::Governances
    }
    fn wide(&self) -> bool {
        true
    }
}

async fn show(desk: Desk) -> Answer {
    let site = Site::national(&desk).await?;
    step(&desk, site).await
}

async fn show_network(desk: Desk, Path(slug): Path<String>) -> Answer {
    let site = Site::under(&desk, slug).await?;
    step(&desk, site).await
}

/// The first step, or the second once the address names a model.
async fn step(desk: &Desk, site: Site) -> Answer {
    match site.model(desk.params.typed("modele"))? {
        Some(model) => {
            let parents = parents(desk, &site, model).await?;
            let kept = model.bodies.iter().map(|body| body.key.as_str()).collect();
            desk.form(&form_page(&site, model, parents, &[], &Params::default(), kept))
        }
        None => {
            let models = site.models()?;
            desk.private(http::StatusCode::OK, &ChoosePage { site, models })
        }
    }
}

/// The governances that the new one may depend on: living, of a wider tier.
async fn parents(desk: &Desk, site: &Site, model: &Model) -> Result<Vec<Choice>> {
    if site.under.is_some() {
        return Ok(Vec::new());
    }
    let local = model.tiers.iter().any(|code| code.0 == Tier::Local);
    let lines = desk
        .read(move |tx| {
            let mut lines = reads::of_tier(tx, Tier::National, 20)?;
            if local {
                lines.extend(reads::of_tier(tx, Tier::Intermediate, 300)?);
            }
            Ok(lines)
        })
        .await?;
    let living = lines.into_iter().filter(|line| line.state != State::Closed);
    let mut choices = vec![Choice::new("", "Aucune")];
    choices.extend(living.map(|line| Choice::new(line.slug, line.name)));
    Ok(choices)
}

fn form_page(
    site: &Site,
    model: &Model,
    parents: Vec<Choice>,
    asked: &[Choice],
    typed: &Params,
    kept: Vec<&str>,
) -> FormPage {
    let value = |name: &str| typed.typed(name).to_owned();
    let mut page = FormPage::new(site.title(), site.address(), "Ouvrir et inviter")
        .trail(site.trail())
        .section(Section::Governances)
        .lead(format!("Étape 2 sur 2, à partir du modèle « {} ».", model.title))
        .note("La gouvernance naît en préparation. Tout se modifie ensuite, instances comprises.")
        .field(Field::hidden("modele", &model.key))
        .field(Field::text("name", "Nom de la gouvernance").autocomplete("off").required().value(value("name")));
    if let Some(head) = &site.under {
        page = page.eyebrow(&head.name);
    }
    if site.under.is_none() && model.tiers.len() > 1 {
        let tiers = model
            .tiers
            .iter()
            .map(|code| Choice::new(code.0.code(), code.0.label()).selected(typed.typed("tier") == code.0.code()));
        page = page.field(Field::choice(Kind::Radio, "tier", "Échelon", tiers).required());
    }
    page = page.field(
        Field::area("territory", "Territoire")
            .hint("Un nom ou un code, un par ligne : Vendée, 85, departement-85, commune-13001…")
            .rows(3)
            .required()
            .value(value("territory")),
    );
    if !asked.is_empty() {
        page = page.field(Field::choice(Kind::Checkboxes, "territory_code", "Lesquels ?", asked.to_vec()));
    }
    if !parents.is_empty() {
        let field = Field::choice(Kind::Select, "parent", "Dépend de", parents);
        page = page.field(field.value(value("parent")));
    }
    if !model.bodies.is_empty() {
        let bodies = model.bodies.iter().map(|body| {
            let detail = format!("{}. {}", body.in_short(), body.missions.join(" ; "));
            Choice::new(&body.key, &body.name).hint(detail).selected(kept.contains(&body.key.as_str()))
        });
        let field = Field::choice(Kind::Checkboxes, "body", "Instances à créer", bodies);
        page = page.field(field.hint("Seules celles qui restent cochées sont créées."));
    }
    page.field(
        Field::text("manager_name", "Première personne qui gère : nom")
            .autocomplete("off")
            .required()
            .value(value("manager_name")),
    )
    .field(
        Field::new(Kind::Email, "manager_email", "Son adresse électronique")
            .hint("Elle reçoit l'invitation dès que vous validez.")
            .autocomplete("off")
            .required()
            .value(value("manager_email")),
    )
    .field(Field::text("manager_function", "Sa fonction").autocomplete("off").value(value("manager_function")))
    .link("Choisir un autre modèle", site.address())
    .cancel(site.under.as_ref().map_or_else(|| url::GOVERNANCES.to_owned(), |head| url::administration(&head.slug)))
}

async fn open_one(desk: Desk, Form(form): Form) -> Answer {
    let site = Site::national(&desk).await?;
    save(&desk, site, form).await
}

async fn open_network(desk: Desk, Path(slug): Path<String>, Form(form): Form) -> Answer {
    let site = Site::under(&desk, slug).await?;
    save(&desk, site, form).await
}

async fn save(desk: &Desk, site: Site, form: Params) -> Answer {
    let Some(model) = site.model(form.typed("modele"))? else {
        let models = site.models()?;
        return desk.private(http::StatusCode::UNPROCESSABLE_ENTITY, &ChoosePage { site, models });
    };
    let mut errors = Errors::default();
    let tier = match (&site.under, model.tiers.as_slice()) {
        (Some(_), _) => Some(Tier::Local),
        (None, [only]) => Some(only.0),
        (None, _) => forms::coded(&mut errors, "tier", form.typed("tier")),
    };
    let (places, parent, errors) = look_up(desk, &site, &form, errors).await?;
    let done = match (errors.is_empty(), tier) {
        (true, Some(tier)) => {
            let foundation = foundation(model, tier, &form, &places, parent);
            let address = desk.app.settings().public_address.clone();
            desk.act(move |ctx, tx| found::found(ctx, tx, &address, &foundation)).await
        }
        _ => Err(with_the_rest(errors, &form)),
    };
    match done {
        Ok(slug) => {
            desk.done(&url::governance(&slug), "La gouvernance est ouverte, en préparation. L'invitation part.")
        }
        Err(error) => {
            let parents = parents(desk, &site, model).await?;
            let page = form_page(&site, model, parents, &places.asked, &form, form.all("body"));
            desk.form_again(page, error)
        }
    }
}

/// What the form names and the database knows: territories, the governance above.
async fn look_up(
    desk: &Desk,
    site: &Site,
    form: &Params,
    mut errors: Errors,
) -> Result<(Places, Option<Id<Governance>>, Errors)> {
    let (typed, parent) = (form.typed("territory").to_owned(), form.one("parent").map(ToOwned::to_owned));
    let ticked: Vec<String> = form.all("territory_code").into_iter().map(ToOwned::to_owned).collect();
    let under = site.under.as_ref().map(|head| head.id);
    desk.read(move |tx| {
        let places = places::read(tx, &mut errors, &typed, &ticked)?;
        let parent = match (under, parent) {
            (Some(under), _) => Some(under),
            (None, None) => None,
            (None, Some(slug)) => {
                let found = reads::head_by_slug(tx, &slug)?.map(|head| head.id);
                if found.is_none() {
                    errors.add("parent", "Choisissez une gouvernance dans la liste.");
                }
                found
            }
        };
        Ok((places, parent, errors))
    })
    .await
}

/// Errors found before the act, with those that the act would tell of empty fields.
fn with_the_rest(mut errors: Errors, form: &Params) -> Error {
    for (field, sentence) in [
        ("name", "Donnez le nom de la gouvernance."),
        ("manager_name", "Donnez le nom de la première personne qui gère."),
        ("manager_email", "Donnez son adresse électronique."),
    ] {
        if form.one(field).is_none() {
            errors.add(field, sentence);
        }
    }
    Error::Invalid(errors)
}

fn foundation(
    model: &'static Model,
    tier: Tier,
    form: &Params,
    places: &Places,
    parent: Option<Id<Governance>>,
) -> Foundation {
    let typed = |name: &str| form.typed(name).to_owned();
    Foundation {
        model,
        tier,
        name: typed("name"),
        territories: places.codes.clone(),
        perimeter: places.perimeter(),
        parent,
        kept: form.all("body").into_iter().map(ToOwned::to_owned).collect(),
        manager_name: typed("manager_name"),
        manager_email: typed("manager_email"),
        manager_function: typed("manager_function"),
    }
}
