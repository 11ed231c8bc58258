//! Public statistics: one definition per figure, shown with it.

use askama::Template;
use governance::governances::store as governances;
use governance::{State, Tier};
use kernel::coded::Coded as _;
use store::{register, versions};
use ui::chart;
use ui::page::Page;
use web::{Answer, Desk};

/// One figure with its definition.
struct Figure {
    label: &'static str,
    value: i64,
    definition: &'static str,
}

#[derive(Template)]
#[template(path = "site/statistics.html")]
struct StatisticsPage {
    figures: Vec<Figure>,
    chart: String,
    by_tier: Vec<(Tier, u64)>,
}

impl Page for StatisticsPage {
    fn title(&self) -> String {
        "Statistiques".to_owned()
    }
}

pub async fn show(desk: Desk) -> Answer {
    let page = desk
        .read(|tx| {
            let tally = governances::tally(tx)?;
            let known = governances::figures(tx)?;
            let acts = register::count(tx, None)?;
            let installed: i64 =
                tally.iter().filter(|(_, state, _)| *state == State::Installed).map(|(_, _, count)| count).sum();
            let by_tier: Vec<(Tier, u64)> = Tier::ALL
                .iter()
                .map(|tier| {
                    let sum: i64 = tally.iter().filter(|(other, _, _)| other == tier).map(|(_, _, count)| count).sum();
                    (*tier, sum.unsigned_abs())
                })
                .collect();
            let bars: Vec<(&str, u64)> = by_tier.iter().map(|(tier, count)| (tier.label(), *count)).collect();
            let figure = |label, value, definition| Figure { label, value, definition };
            Ok(StatisticsPage {
                chart: chart::bars("Gouvernances par échelon", "gouvernances", &bars),
                by_tier,
                figures: vec![
                    figure(
                        "Gouvernances installées",
                        installed,
                        "Gouvernances des trois échelons dont l'état est « installée ».",
                    ),
                    figure(
                        "Gouvernances départementales co-portées",
                        known.co_led,
                        "Au moins une collectivité ou un groupement y est co-porteur désigné.",
                    ),
                    figure(
                        "Participations",
                        known.memberships,
                        "Admissions en cours, tous échelons : une structure compte une fois par gouvernance.",
                    ),
                    figure(
                        "Structures participantes",
                        known.participating,
                        "Structures différentes admises dans au moins une gouvernance.",
                    ),
                    figure(
                        "Structures connues",
                        known.organisations,
                        "Toutes les structures enregistrées, membres ou non.",
                    ),
                    figure(
                        "Instances",
                        known.bodies,
                        "Comités, plénières, groupes et autres instances, déclarées ou à venir comprises.",
                    ),
                    figure("Actes au registre", acts, "Écritures du registre public depuis la création de cette base."),
                ],
            })
        })
        .await?;
    desk.shared(&page, [versions::REGISTER.to_owned()])
}
