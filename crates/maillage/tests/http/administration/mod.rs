//! The administration of a governance, as those who hold its powers see it.

mod agreements;
mod identity;
mod opening;

use axum::body::Body;
use axum::http::{Method, Request};

use crate::reply::Reply;
use crate::town::{Browser, Town};

pub const VALLEE: &str = "/gouvernances/reseau-exemple-vallee";

/// The value of a hidden field, or of any input of this name.
pub fn value_of(page: &Reply, name: &str) -> String {
    let html = page.text();
    let rest = html.split(&format!("name=\"{name}\"")).nth(1).unwrap_or_else(|| panic!("no field {name}"));
    let value = rest.split('>').next().unwrap().split("value=\"").nth(1).unwrap();
    value.split('"').next().unwrap().replace("&#39;", "'").replace("&#38;", "&")
}

/// Sends a form with files, as a browser does.
pub async fn send_with_file(
    browser: &mut Browser<'_>,
    path: &str,
    fields: &[(&str, &str)],
    file: Option<(&str, &[u8])>,
) -> Reply {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--trait\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    if let Some((name, content)) = file {
        let head = format!(
            "--trait\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/pdf\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--trait--\r\n");
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header("host", "localhost")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "multipart/form-data; boundary=trait")
        .body(Body::from(body))
        .unwrap();
    browser.send(request).await
}

/// The last sentence of the register.
pub async fn last_act(town: &Town) -> String {
    town.read(|tx| tx.get("select summary from register order by seq desc limit 1", &[], |row| row.get(0))).await
}

stories! {
    async fn each_finds_what_the_own_powers_allow(town: Town) {
        let hub = format!("{VALLEE}/administration");
        let page = town.as_("gestionnaire").await.get(&hub).await.ok();
        let page = page.says("Identité").says("État").says("Membres").says("Instances").says("Conventions");
        page.says("Pouvoirs").says("Note privée").says("Passation").says("Obtenir les signatures attendues");

        let page = town.as_("secretariat").await.get(&hub).await.ok();
        page.says("Pouvoirs").says("Note privée").says("Passation").never_says("Identité").never_says("Conventions");
        let page = town.as_("equipe-nationale").await.get(&hub).await.ok();
        page.says("Pouvoirs").never_says("Note privée").never_says("Passation");

        for stranger in ["animation", "financement", "voisin"] {
            let refused = town.as_(stranger).await.get(&hub).await.is(403);
            refused.says("Seuls les gestionnaires de cette gouvernance peuvent faire cela.");
        }
        let reply = town.get(&hub).await.is(303);
        assert!(reply.header("location").starts_with("/connexion"));
        town.as_("gestionnaire").await.get("/gouvernances/inconnue/administration").await.is(404);
    }

    async fn the_way_in_is_quiet_and_visitors_never_get_it(town: Town) {
        for path in ["", "/membres", "/instances", "/conventions", "/reseaux", "/registre"] {
            let path = format!("{VALLEE}{path}");
            let before = town.get(&path).await.ok().never_says("Administrer");
            let mine = town.as_("gestionnaire").await.get(&path).await.ok().says("Administrer");
            assert_eq!(mine.header("cache-control"), "private, no-store");
            town.as_("voisin").await.get(&path).await.ok().never_says("Administrer");
            let after = town.get(&path).await.ok();
            assert!(before.body == after.body, "{path} is the same for visitors");
            assert_eq!(before.header("etag"), after.header("etag"));
        }
    }

    async fn the_handover_file_holds_what_a_successor_needs(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let note = [("version", "0"), ("note", "Le trésorier part en juin.")];
        manager.submit(&format!("{VALLEE}/administration/note"), &note).await.ok();
        let path = format!("{VALLEE}/administration/passation");
        let page = manager.get(&path).await.ok().says("Dossier de passation").says("21 novembre 2026");
        let page = page.says("Le trésorier part en juin.").says("Dominique Exemple").says("Charte exemple du réseau de la Vallée");
        page.says("n'a pas signé").says("Assemblée").says("Installée").says("Obtenir les signatures attendues");
        town.as_("secretariat").await.get(&path).await.ok();
        town.as_("equipe-nationale").await.get(&path).await.is(403);
        town.as_("voisin").await.get(&path).await.is(403);
        town.get(&path).await.is(303);
    }
}
