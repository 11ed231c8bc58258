//! Help, legal notices, accessibility statement, personal data, site map, contact, components.

use askama::Template;
use governance::Tier;
use governance::governances::store::{self as governances, Line};
use kernel::coded::Coded as _;
use store::versions;
use ui::gallery::Gallery;
use ui::page::{Page, Section};
use web::{Answer, Desk};

/// A page that is text and a few settings.
macro_rules! text_page {
    ($(#[$meta:meta])* $name:ident, $template:literal, $title:literal, $section:expr) => {
        $(#[$meta])*
        #[derive(Template)]
        #[template(path = $template)]
        struct $name {
            #[allow(dead_code, reason = "not every text quotes a setting")]
            settings: web::Settings,
        }

        impl Page for $name {
            fn title(&self) -> String {
                $title.to_owned()
            }
            fn section(&self) -> Section {
                $section
            }
        }
    };
}

text_page!(HelpPage, "site/help.html", "Aide", Section::Help);
text_page!(AccessibilityPage, "site/accessibility.html", "Accessibilité", Section::None);
text_page!(LegalPage, "site/legal.html", "Mentions légales", Section::None);
text_page!(PersonalDataPage, "site/personal_data.html", "Données personnelles", Section::None);
text_page!(ContactPage, "site/contact.html", "Contact", Section::None);

fn settings(desk: &Desk) -> web::Settings {
    desk.app.settings().clone()
}

pub async fn help(desk: Desk) -> Answer {
    desk.shared(&HelpPage { settings: settings(&desk) }, [])
}

pub async fn accessibility(desk: Desk) -> Answer {
    desk.shared(&AccessibilityPage { settings: settings(&desk) }, [])
}

pub async fn legal(desk: Desk) -> Answer {
    desk.shared(&LegalPage { settings: settings(&desk) }, [])
}

pub async fn personal_data(desk: Desk) -> Answer {
    desk.shared(&PersonalDataPage { settings: settings(&desk) }, [])
}

pub async fn contact(desk: Desk) -> Answer {
    desk.shared(&ContactPage { settings: settings(&desk) }, [])
}

/// Every component in every state.
pub async fn components(desk: Desk) -> Answer {
    desk.shared(&Gallery::new(), [])
}

#[derive(Template)]
#[template(path = "site/site_map.html")]
struct SiteMapPage {
    tiers: Vec<TierOnMap>,
}

/// The governances of a tier.
struct TierOnMap {
    tier: Tier,
    governances: Vec<Line>,
}

impl Page for SiteMapPage {
    fn title(&self) -> String {
        "Plan du site".to_owned()
    }
}

/// At most so many governances of one tier on the site map; the rest is in the list.
const MAP_LIMIT: i64 = 200;

pub async fn site_map(desk: Desk) -> Answer {
    let page = desk
        .read(|tx| {
            let read =
                |tier: &Tier| Ok(TierOnMap { tier: *tier, governances: governances::of_tier(tx, *tier, MAP_LIMIT)? });
            Ok(SiteMapPage { tiers: Tier::ALL.iter().map(read).collect::<kernel::Result<_>>()? })
        })
        .await?;
    desk.shared(&page, [versions::GOVERNANCES.to_owned()])
}
