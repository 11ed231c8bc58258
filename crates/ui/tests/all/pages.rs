//! The whole document: layout, gallery, static files, weight.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;

use askama::Template;
use flate2::Compression;
use flate2::write::GzEncoder;
use ui::assets::{CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_STATE, asset, asset_url};
use ui::gallery::Gallery;
use ui::page::{Crumb, Frame, Page, Section, Theme, render};

#[derive(Template)]
#[template(source = "<h1>Réunions</h1>", ext = "html")]
struct Meetings;

impl Page for Meetings {
    fn title(&self) -> String {
        "Erreur : réunions <b>".to_owned()
    }

    fn description(&self) -> Option<String> {
        Some("Une \"phrase\".".to_owned())
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![Crumb::new("Gouvernances", "/gouvernances")]
    }

    fn section(&self) -> Section {
        Section::Governances
    }
}

fn document(theme: Theme) -> String {
    let frame = Frame { theme, demonstration: true, path: "/gouvernances/x".to_owned(), ..Frame::default() };
    render(&Meetings, &frame).unwrap()
}

fn gallery() -> String {
    let frame = Frame { path: "/composants".to_owned(), demonstration: true, ..Frame::default() };
    render(&Gallery::new(), &frame).unwrap()
}

fn gzipped(text: &str) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap().len()
}

fn file_of(name: &str) -> &'static ui::assets::Asset {
    asset(asset_url(name).trim_start_matches("/statique/")).unwrap()
}

#[test]
fn a_page_says_where_it_is() {
    let html = document(Theme::Maillage);
    assert!(html.contains("<title>Erreur : réunions &#60;b&#62; · Maillage</title>"));
    assert!(html.contains("<meta name=\"description\" content=\"Une &#34;phrase&#34;.\">"));
    assert!(html.contains("<a class=\"fr-breadcrumb__link\" href=\"/gouvernances\">Gouvernances</a>"));
    assert!(html.contains("aria-current=\"page\">Réunions &#60;b&#62;</a>"));
    assert!(html.contains("href=\"/gouvernances\" aria-current=\"true\""));
    assert!(html.contains("Démonstration : données d'exemple"));
    for target in ["contenu", "menu", "pied"] {
        assert!(html.contains(&format!("href=\"#{target}\"")) && html.contains(&format!("id=\"{target}\"")));
    }
}

#[test]
fn each_skin_loads_its_own_style_and_only_the_state_shows_its_mark() {
    let (own, state) = (document(Theme::Maillage), document(Theme::State));
    assert!(own.contains(asset_url("maillage.css")) && !own.contains("dsfr") && !own.contains("République"));
    assert!(state.contains("/dsfr/dsfr.min.css") && state.contains(asset_url("etat.css")));
    assert!(state.contains("République<br>Française"));
    let sites = ["info.gouv.fr", "service-public.gouv.fr", "legifrance.gouv.fr", "data.gouv.fr"];
    let places = sites.map(|site| state.find(&format!("https://{site}")).unwrap());
    assert!(places.is_sorted(), "the order of the four sites is prescribed");
    assert!(own.contains("Accessibilité : non conforme"));
}

#[test]
fn nothing_is_inline_and_nothing_comes_from_elsewhere() {
    for html in [document(Theme::Maillage), document(Theme::State), gallery()] {
        for forbidden in [" style=", "<style", "<script", " onclick", "src=\"http", "javascript:"] {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
    }
    for policy in [CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_STATE] {
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
    }
}

#[test]
fn identifiers_are_unique_and_targets_exist() {
    let html = gallery();
    let values = |attribute: &str| {
        let parts = html.split(attribute).skip(1);
        parts.filter_map(|rest| rest.split('"').next().map(str::to_owned)).collect::<Vec<_>>()
    };
    let ids = values(" id=\"");
    let unique = ids.iter().collect::<BTreeSet<_>>();
    assert_eq!(ids.len(), unique.len(), "two elements share an identifier");
    for described in values("aria-describedby=\"").iter().flat_map(|list| list.split(' ')) {
        assert!(unique.contains(&described.to_owned()), "nothing has the identifier {described}");
    }
    for anchor in values("href=\"#") {
        assert!(unique.contains(&anchor) || anchor.starts_with("champ-"), "no target for #{anchor}");
    }
}

#[test]
fn static_files_resolve_by_their_hashed_name_only() {
    for (name, kind) in [
        ("maillage.css", "text/css; charset=utf-8"),
        ("etat.css", "text/css; charset=utf-8"),
        ("favicon.svg", "image/svg+xml"),
    ] {
        let file = file_of(name);
        assert!(!file.body.is_empty() && file.content_type == kind);
        assert!(file.gzip.starts_with(&[0x1f, 0x8b]) && file.etag.starts_with('"'));
        assert!(asset(name).is_none(), "only the hashed name is kept for ever");
    }
    assert_eq!(asset_url("absent.css"), "");
}

#[test]
fn templates_name_only_files_that_exist() {
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates")).unwrap() {
        let path = entry.unwrap().path();
        let text = if path.is_file() { std::fs::read_to_string(&path).unwrap() } else { String::new() };
        for rest in text.split("asset_url(\"").skip(1) {
            let name = rest.split('"').next().unwrap();
            assert_ne!(asset_url(name), "", "{name} in {}", path.display());
        }
    }
}

#[test]
fn the_weight_holds() {
    let css = file_of("maillage.css");
    assert!(css.body.len() < 60_000 && css.gzip.len() < 12_000, "{} {}", css.body.len(), css.gzip.len());
    let transferred = gzipped(&gallery()) + css.gzip.len() + file_of("favicon.svg").gzip.len();
    assert!(transferred < 60_000, "the gallery weighs {transferred}");
}

fn declarations(block: &str) -> Vec<&str> {
    let inside = block.split('}').next().unwrap();
    inside.split(';').map(str::trim).filter(|line| !line.is_empty()).collect()
}

#[test]
fn the_two_dark_blocks_are_the_same() {
    let css = std::str::from_utf8(file_of("maillage.css").body).unwrap();
    let by_system = css.split(":root:not([data-fr-scheme=\"light\"]) {").nth(1);
    let by_system = by_system.or_else(|| css.split(":root:not([data-fr-scheme=\"light\"]){").nth(1)).unwrap();
    let by_choice = css.split(":root[data-fr-scheme=\"dark\"]{").nth(1).unwrap();
    assert_eq!(declarations(by_system), declarations(by_choice));
}

#[test]
fn both_skins_define_every_token_that_they_use() {
    for name in ["maillage.css", "etat.css"] {
        let css = std::str::from_utf8(file_of(name).body).unwrap();
        for rest in css.split("var(--").skip(1) {
            let token = rest.split([')', ',']).next().unwrap();
            let ours = !["background-", "text-", "border-"].iter().any(|prefix| token.starts_with(prefix));
            if ours {
                let defined = [";", "{", " "].iter().any(|before| css.contains(&format!("{before}--{token}:")));
                assert!(defined, "{name} uses --{token} and does not define it");
            }
        }
    }
}
