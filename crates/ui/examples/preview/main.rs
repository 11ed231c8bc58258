//! Writes sample pages into a folder, to be looked at and audited in a browser without a server:
//! `cargo run -p ui --example preview -- /tmp/ui`.

mod pages;

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use ui::gallery::Gallery;
use ui::page::{Frame, Page, Theme};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).unwrap_or_else(|| "/tmp/ui".to_owned());
    let folder = Path::new(&folder);
    fs::create_dir_all(folder.join("statique"))?;
    for name in ["maillage.css", "etat.css", "favicon.svg"] {
        let hashed = ui::assets::asset_url(name).trim_start_matches("/statique/");
        let asset = ui::assets::asset(hashed).ok_or("a static file is missing")?;
        fs::write(folder.join("statique").join(hashed), asset.body)?;
    }
    for theme in [Theme::Maillage, Theme::State] {
        write(folder, theme, "accueil", "/", &pages::Home::sample())?;
        write(folder, theme, "liste", "/gouvernances", &pages::List::sample())?;
        write(folder, theme, "gouvernance", "/gouvernances/vendee", &pages::Governance)?;
        write(folder, theme, "formulaire", "/gouvernances/vendee/membres", &pages::Form::sample())?;
        write(folder, theme, "composants", "/composants", &Gallery::new())?;
    }
    Ok(())
}

fn write<P: Page>(folder: &Path, theme: Theme, name: &str, path: &str, page: &P) -> Result<(), Box<dyn Error>> {
    let frame = Frame { theme, demonstration: true, path: path.to_owned(), ..Frame::default() };
    let html = ui::page::render(page, &frame)?;
    let html = html.replace("\"/statique/", "\"statique/").replace("\"/dsfr/", "\"dsfr/");
    let suffix = if theme == Theme::State { "-etat" } else { "" };
    fs::write(folder.join(format!("{name}{suffix}.html")), html)?;
    Ok(())
}
