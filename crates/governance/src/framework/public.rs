//! What everybody reads: the framework and its versions, and where one governance stands.

use askama::Template;
use axum::extract::Path;
use jiff::civil::Date;
use kernel::{Capability, Error, Result, Scope};
use store::{Tx, versions};
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk};

use super::model::{Criterion, Version, VersionState, differences, in_force};
use super::standing::{self, Standing};
use super::{Measures, store as reads, url};
use crate::Tier;
use crate::page::{Sheet, View};

/// A criterion and how it is checked.
struct Line {
    criterion: Criterion,
    check: String,
}

fn lines(version: &Version, measures: &Measures) -> Vec<Line> {
    let line = |criterion: &Criterion| Line { criterion: criterion.clone(), check: criterion.check(measures) };
    version.criteria.iter().map(line).collect()
}

#[derive(Template)]
#[template(path = "framework/framework.html")]
struct FrameworkPage {
    /// The version that is shown; nothing when none is published.
    version: Option<Version>,
    lines: Vec<Line>,
    /// What differs from the version before.
    differences: Vec<String>,
    /// Number, period, whether it is the one shown.
    others: Vec<(i64, String, bool)>,
    /// The address names this version.
    named: bool,
    today: Date,
}

impl Page for FrameworkPage {
    fn title(&self) -> String {
        match &self.version {
            Some(version) if self.named => format!("Cadre minimum de gouvernance, version {}", version.number),
            _ => "Cadre minimum de gouvernance".to_owned(),
        }
    }
    fn description(&self) -> Option<String> {
        Some("Ce que l'échelon national demande à chaque gouvernance départementale, et rien de plus.".to_owned())
    }
    fn crumb(&self) -> String {
        match &self.version {
            Some(version) if self.named => format!("Version {}", version.number),
            _ => "Cadre minimum".to_owned(),
        }
    }
    fn trail(&self) -> Vec<Crumb> {
        let mut trail = vec![Crumb::new("L'échelon national", "/national")];
        if self.named {
            trail.push(Crumb::new("Cadre minimum", url::FRAMEWORK));
        }
        trail
    }
    fn section(&self) -> Section {
        Section::National
    }
}

impl FrameworkPage {
    fn load(tx: &mut Tx<'_>, measures: &Measures, number: Option<i64>, today: Date) -> Result<Self> {
        let mut all = reads::versions(tx)?;
        all.retain(|version| version.state == VersionState::Published);
        let shown = match number {
            Some(number) => Some(all.iter().find(|version| version.number == number).ok_or(Error::NotFound)?),
            None => {
                let (holds, coming) = in_force(&all, today);
                holds.or(coming)
            }
        };
        let before = shown.and_then(|shown| all.iter().rfind(|version| version.number < shown.number));
        Ok(Self {
            lines: shown.map(|version| lines(version, measures)).unwrap_or_default(),
            differences: match (before, shown) {
                (Some(before), Some(shown)) => differences(&before.criteria, &shown.criteria, measures),
                _ => Vec::new(),
            },
            others: all
                .iter()
                .rev()
                .map(|version| {
                    let current = shown.is_some_and(|shown| shown.number == version.number);
                    (version.number, version.period(today), current)
                })
                .collect(),
            version: shown.cloned(),
            named: number.is_some(),
            today,
        })
    }

    fn period(&self, version: &Version) -> String {
        version.period(self.today)
    }
}

async fn page(desk: Desk, number: Option<i64>) -> Answer {
    let (measures, today) = (Measures::of(&desk.app)?, desk.app.clock().now().day());
    let page = desk.read(move |tx| FrameworkPage::load(tx, &measures, number, today)).await?;
    desk.shared(&page, [versions::FRAMEWORK.to_owned()])
}

pub async fn show(desk: Desk) -> Answer {
    page(desk, None).await
}

pub async fn show_version(desk: Desk, Path(number): Path<String>) -> Answer {
    let number = number.parse().map_err(|_| Error::NotFound)?;
    page(desk, Some(number)).await
}

#[derive(Template)]
#[template(path = "framework/of_governance.html")]
struct OfGovernancePage {
    sheet: Sheet,
    /// The version in force, and where the governance stands.
    present: Option<(Version, Vec<Standing>)>,
    coming: Option<(Version, Vec<Standing>)>,
    may_declare: bool,
    may_refuse: bool,
}

impl Page for OfGovernancePage {
    fn title(&self) -> String {
        format!("Cadre minimum · {}", self.sheet.governance.name)
    }
    fn crumb(&self) -> String {
        "Cadre minimum".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.sheet.trail(true)
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl OfGovernancePage {
    fn met(&self, standings: &[Standing]) -> usize {
        standings.iter().filter(|standing| standing.finding.met).count()
    }

    /// What the next version asks beyond the one in force, and is lacking.
    fn to_come<'a>(&self, standings: &'a [Standing]) -> Vec<&'a Standing> {
        let now: Vec<&Criterion> = self.present.iter().flat_map(|(version, _)| &version.criteria).collect();
        standings.iter().filter(|standing| !now.contains(&&standing.criterion)).collect()
    }

    /// The national team answers where something stands declared.
    fn answer(&self, standing: &Standing) -> Option<String> {
        let declared =
            standing.declaration.as_ref().is_some_and(|one| one.state == super::model::DeclarationState::Current);
        let slug = &self.sheet.governance.slug;
        (self.may_refuse && declared)
            .then(|| format!("{}/{}/reponse", url::of_governance(slug), standing.criterion.code))
    }

    fn withdraw(&self, standing: &Standing) -> Option<String> {
        let declared =
            standing.declaration.as_ref().is_some_and(|one| one.state == super::model::DeclarationState::Current);
        let slug = &self.sheet.governance.slug;
        (self.may_declare && declared).then(|| format!("{}/retirer", url::declare(slug, &standing.criterion.code)))
    }
}

pub async fn show_governance(desk: Desk, Path(slug): Path<String>) -> Answer {
    let (measures, today) = (Measures::of(&desk.app)?, desk.app.clock().now().day());
    let mut page = desk
        .read(move |tx| {
            let sheet = Sheet::load(tx, &slug, View::Presentation)?;
            if sheet.governance.tier != Tier::Intermediate {
                return Err(Error::NotFound);
            }
            let all = reads::versions(tx)?;
            let (holds, coming) = in_force(&all, today);
            let mut stand = |version: Option<&Version>| -> Result<Option<(Version, Vec<Standing>)>> {
                let Some(version) = version else { return Ok(None) };
                let place = (sheet.governance.id, sheet.governance.slug.as_str());
                Ok(Some((version.clone(), standing::of_one(tx, &measures, version, place, today)?)))
            };
            let (present, coming) = (stand(holds)?, stand(coming)?);
            Ok(OfGovernancePage { sheet, present, coming, may_declare: false, may_refuse: false })
        })
        .await?;
    page.sheet.seen_by(&desk);
    let scope = Scope::Governance(page.sheet.governance.id.uuid());
    page.may_declare = desk.may(Capability::DeclareCriterion, scope);
    page.may_refuse = desk.may(Capability::DefineFramework, Scope::Platform);
    let mut subjects = page.sheet.subjects();
    subjects.push(versions::FRAMEWORK.to_owned());
    desk.shared(&page, subjects)
}
