//! Accounts: invitation, sign-in, second factor, sessions, links; and what somebody with bad intentions tries.

use kernel::{Clock as _, time};
use store::params;

use crate::town::{Browser, Town};

const PASSWORD: &str = "Corbeille-47zinc";

/// The texts of the mails that wait for an address, the newest first.
async fn mails(town: &Town, to: &'static str) -> Vec<String> {
    town.read(move |tx| {
        tx.query("select text from outbox where recipient = $1 order by id desc", params![to], |row| row.get(0))
    })
    .await
}

/// The address in a mail, without the site.
fn link(mail: &str) -> String {
    let line = mail.lines().find(|line| line.starts_with("http")).unwrap();
    line.strip_prefix("http://localhost:8080").unwrap().to_owned()
}

/// The manager of the example network invites somebody, who opens the account.
async fn newcomer<'a>(town: &'a Town, email: &'static str) -> Browser<'a> {
    let mut manager = town.as_("gestionnaire").await;
    manager
        .submit(
            "/gouvernances/reseau-exemple-vallee/administration/pouvoirs/donner",
            &[("role", "coordinator"), ("name", "Personne Nouvelle"), ("email", email), ("function", "Coordinatrice")],
        )
        .await
        .ok()
        .says("Le pouvoir est donné, le courriel part.")
        .says("Invitation envoyée");
    let path = link(&mails(town, email).await[0]);
    let mut browser = town.browser();
    browser.get(&path).await.ok().has("h1", "Ouvrir votre compte").says(email);
    let key = path.split_once("cle=").unwrap().1.to_owned();
    browser
        .submit(
            "/invitation",
            &[("cle", &key), ("name", "Personne Nouvelle"), ("password", PASSWORD), ("again", PASSWORD)],
        )
        .await
        .ok()
        .says("Votre compte est ouvert.")
        .says("Coordination des conseillers");
    // The link has served.
    town.browser().get(&path).await.is(409).says("Ce lien ne sert plus");
    town.browser()
        .post("/invitation", &[("cle", &key), ("name", "Autre"), ("password", PASSWORD), ("again", PASSWORD)])
        .await
        .is(409);
    browser
}

async fn sign_in<'a>(town: &'a Town, email: &str, password: &str) -> (Browser<'a>, u16) {
    let mut browser = town.browser();
    let reply = browser.post("/connexion", &[("email", email), ("password", password), ("suite", "/compte")]).await;
    let status = reply.status.as_u16();
    (browser, status)
}

stories! {
    async fn somebody_is_invited_signs_in_and_out(town: Town) {
        let mut browser = newcomer(&town, "nouvelle@exemple.fr").await;
        browser.get("/").await.ok().says("Personne Nouvelle").says("Se déconnecter");
        assert!(browser.cookies.iter().any(|(name, value)| name == "maillage" && value.len() == 64));
        let before = browser.cookies.clone();
        browser.submit("/deconnexion", &[]).await.ok().says("Vous êtes déconnecté.").says("Se connecter");
        // The old cookie is worth nothing any more.
        browser.cookies = before;
        browser.get("/compte").await.leads_to("/connexion?suite=%2Fcompte");
        // Case of the address does not matter.
        let (mut browser, status) = sign_in(&town, "Nouvelle@EXEMPLE.fr", PASSWORD).await;
        assert_eq!(status, 303);
        browser.get("/compte").await.ok().has("h1", "Mon compte").says("nouvelle@exemple.fr").says("Connexion");
    }

    async fn a_page_kept_for_everybody_never_shows_a_person(town: Town) {
        let mut browser = town.as_("gestionnaire").await;
        let mine = browser.get("/gouvernances").await.ok().says("Dominique Exemple");
        assert_eq!(mine.header("cache-control"), "private, no-store");
        let public = town.get("/gouvernances").await.ok().never_says("Dominique Exemple");
        assert_eq!(public.header("cache-control"), "public, no-cache");
        browser.get("/gouvernances").await.ok().says("Dominique Exemple");
        town.get("/gouvernances").await.ok().never_says("Dominique Exemple");
    }

    async fn nothing_tells_whether_an_address_has_an_account(town: Town) {
        newcomer(&town, "connue@exemple.fr").await;
        let ask = async |email: &str| {
            let reply = town.browser().post("/connexion", &[("email", email), ("password", "Faux-12345-xyz")]).await;
            (reply.status.as_u16(), reply.words().replace(email, "…"), reply.header("set-cookie").to_owned())
        };
        assert_eq!(ask("connue@exemple.fr").await, ask("inconnue@exemple.fr").await);
        let forgot = async |email: &str| {
            let mut browser = town.browser();
            let reply = browser.post("/connexion/oubli", &[("email", email)]).await;
            (reply.status.as_u16(), reply.header("location").to_owned(), browser.get("/connexion").await.words())
        };
        assert_eq!(forgot("connue@exemple.fr").await, forgot("inconnue@exemple.fr").await);
    }

    async fn ten_thousand_tries_get_nowhere(town: Town) {
        newcomer(&town, "cible@exemple.fr").await;
        for _ in 0..5 {
            assert_eq!(sign_in(&town, "cible@exemple.fr", "Faux-12345-xyz").await.1, 422);
        }
        let mut browser = town.browser();
        browser.post("/connexion", &[("email", "cible@exemple.fr"), ("password", PASSWORD)]).await.is(422).says("Trop d'essais. Attendez 1 minute,");
        // The same words for an address that nobody has.
        for _ in 0..5 {
            sign_in(&town, "personne@exemple.fr", "x").await;
        }
        let mut other = town.browser();
        other.post("/connexion", &[("email", "personne@exemple.fr"), ("password", "x")]).await.is(422).says("Trop d'essais. Attendez 1 minute,");
        // Another node counts with this one.
        let other_node = town.second_node();
        let mut elsewhere = other_node.browser();
        elsewhere.post("/connexion", &[("email", "cible@exemple.fr"), ("password", PASSWORD)]).await.is(422).says("Trop d'essais");
        town.clock.set(crate::town::NOW.plus(61_000_000));
        assert_eq!(sign_in(&town, "cible@exemple.fr", PASSWORD).await.1, 303);
    }

    async fn a_second_factor_is_asked_and_its_code_serves_once(town: Town) {
        let mut browser = newcomer(&town, "double@exemple.fr").await;
        let page = browser.get("/compte/double-authentification").await.ok().has("h1", "Double authentification").text();
        let typed = page.split("<code class=\"m-hash\">").nth(1).unwrap().split('<').next().unwrap().replace(' ', "");
        let sealed = page.split("name=\"secret\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let shared = totp(&typed);
        let code = |at| directory::accounts::totp::code_at(&shared, at).unwrap();
        browser.post("/compte/double-authentification", &[("secret", &sealed), ("code", "000000")]).await.is(422).says("Ce code n'est pas le bon");
        let now = town.clock.now();
        let codes = browser.post("/compte/double-authentification", &[("secret", &sealed), ("code", &code(now))]).await.ok().has("h1", "Codes de secours").text();
        let recovery = codes.split("<code class=\"m-hash\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        // Somebody else's page cannot be used.
        let mut thief = town.as_("voisin").await;
        thief.post("/compte/double-authentification", &[("secret", &sealed), ("code", &code(now))]).await.is(409);

        let (mut waiting, status) = sign_in(&town, "double@exemple.fr", PASSWORD).await;
        assert_eq!(status, 303);
        waiting.get("/compte").await.leads_to("/connexion?suite=%2Fcompte");
        waiting.post("/connexion/code", &[("code", &code(now)), ("suite", "/compte")]).await.is(422).says("Ce code a déjà servi");
        town.clock.set(now.plus(30_000_000));
        waiting.submit("/connexion/code", &[("code", &code(town.clock.now())), ("suite", "/compte")]).await.ok().says("Activée");
        // A recovery code, once.
        let (mut waiting, _) = sign_in(&town, "double@exemple.fr", PASSWORD).await;
        waiting.submit("/connexion/code", &[("code", &recovery.to_uppercase()), ("suite", "/compte")]).await.ok().says("Il reste 9 codes");
        let (mut waiting, _) = sign_in(&town, "double@exemple.fr", PASSWORD).await;
        waiting.post("/connexion/code", &[("code", &recovery)]).await.is(422);
        // Taken away with the password only.
        browser.post("/compte/double-authentification/retirer", &[("current", "Faux-12345-xyz")]).await.is(422);
        browser.submit("/compte/double-authentification/retirer", &[("current", PASSWORD)]).await.ok().says("est retirée");
        assert_eq!(sign_in(&town, "double@exemple.fr", PASSWORD).await.1, 303);
    }

    async fn a_forgotten_password_is_replaced_by_a_link_that_serves_once(town: Town) {
        let mut old_session = newcomer(&town, "oublieuse@exemple.fr").await;
        let mut browser = town.browser();
        browser.submit("/connexion/oubli", &[("email", "OUBLIEUSE@exemple.fr")]).await.ok().says("Si un compte a cette adresse");
        let mut path = String::new();
        for _ in 0..500 {
            // The mail is queued a moment after the answer.
            let found = mails(&town, "oublieuse@exemple.fr").await;
            if let Some(mail) = found.iter().find(|mail| mail.contains("nouveau-mot-de-passe")) {
                path = link(mail);
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let key = path.split_once("cle=").unwrap().1.to_owned();
        // Opening the link, as a mail scanner does, changes nothing.
        town.browser().get(&path).await.ok();
        browser.get(&path).await.ok().has("h1", "Choisir un nouveau mot de passe");
        let send = |new: &'static str, again: &'static str| vec![("cle", key.clone()), ("password", new.to_owned()), ("again", again.to_owned())];
        let fields = send("trop court", "trop court");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
        browser.post("/connexion/nouveau-mot-de-passe", &fields).await.is(422).says("au moins 12 caractères");
        let fields = send("Fauteuil-83cuivre", "Fauteuil-83cuivr");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
        browser.post("/connexion/nouveau-mot-de-passe", &fields).await.is(422).says("ne sont pas les mêmes");
        let fields = send("Fauteuil-83cuivre", "Fauteuil-83cuivre");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
        browser.submit("/connexion/nouveau-mot-de-passe", &fields).await.ok().says("Votre mot de passe est changé.");
        browser.post("/connexion/nouveau-mot-de-passe", &fields).await.is(409);
        // Another browser neither.
        town.browser().post("/connexion/nouveau-mot-de-passe", &fields).await.is(409);
        old_session.get("/compte").await.is(303);
        assert_eq!(sign_in(&town, "oublieuse@exemple.fr", PASSWORD).await.1, 422);
        assert_eq!(sign_in(&town, "oublieuse@exemple.fr", "Fauteuil-83cuivre").await.1, 303);
    }

    async fn an_address_changes_once_both_sides_have_confirmed(town: Town) {
        let mut browser = newcomer(&town, "ancienne@exemple.fr").await;
        browser.post("/compte/adresse", &[("email", "pas une adresse")]).await.is(422).says("Donnez une adresse électronique").keeps("pas une adresse");
        browser.submit("/compte/adresse", &[("email", "Nouvelle.Adresse@exemple.fr")]).await.ok().says("Deux courriels sont partis");
        // Its invitation was queued at the same instant of the town's clock.
        let asked = mails(&town, "ancienne@exemple.fr").await.into_iter().find(|mail| mail.contains("/adresse/confirmer"));
        let old = link(&asked.unwrap());
        let new = link(&mails(&town, "Nouvelle.Adresse@exemple.fr").await[0]);
        let key = |path: &str| path.split_once("cle=").unwrap().1.to_owned();
        browser.get(&new).await.ok().has("h1", "Changer d&#39;adresse");
        browser.submit("/compte/adresse/confirmer", &[("cle", &key(&new))]).await.ok().says("Il reste à confirmer depuis l'autre adresse.");
        browser.get("/compte").await.ok().says("ancienne@exemple.fr");
        browser.post("/compte/adresse/confirmer", &[("cle", &key(&new))]).await.is(409);
        browser.submit("/compte/adresse/confirmer", &[("cle", &key(&old))]).await.ok().says("Nouvelle.Adresse@exemple.fr");
        assert_eq!(sign_in(&town, "ancienne@exemple.fr", PASSWORD).await.1, 422);
        assert_eq!(sign_in(&town, "nouvelle.adresse@exemple.fr", PASSWORD).await.1, 303);
    }

    async fn sessions_are_listed_and_closed(town: Town) {
        let mut first = newcomer(&town, "sessions@exemple.fr").await;
        let (mut second, _) = sign_in(&town, "sessions@exemple.fr", PASSWORD).await;
        second.get("/compte").await.ok().says("Fermer toutes les autres");
        second.submit("/compte/sessions", &[]).await.ok().says("Vos autres sessions sont fermées.");
        first.get("/a-faire").await.is(303);
        second.get("/a-faire").await.ok();
        // It ends by itself after twelve hours without a visit.
        town.clock.set(crate::town::NOW.plus(13 * time::HOUR));
        second.get("/a-faire").await.is(303);
        // A form sent after that says so, and writes nothing.
        second.post("/compte/identite", &[("name", "Perdu")]).await.is(403).says("Vous n'êtes plus connecté");
    }

    async fn a_session_of_before_sign_in_is_worth_nothing(town: Town) {
        newcomer(&town, "fixation@exemple.fr").await;
        let mut browser = town.browser();
        let planted = "a".repeat(64);
        browser.cookies.push(("maillage".into(), planted.clone()));
        browser.post("/connexion", &[("email", "fixation@exemple.fr"), ("password", PASSWORD)]).await.is(303);
        assert!(browser.cookies.iter().all(|(_, value)| *value != planted));
        let mut attacker = town.browser();
        attacker.cookies.push(("maillage".into(), planted));
        attacker.get("/compte").await.is(303);
    }

    async fn nobody_is_led_away_by_the_address_to_come_back_to(town: Town) {
        newcomer(&town, "suite@exemple.fr").await;
        for next in ["//mal.example", "https://mal.example/", "/\\mal.example", "javascript:alert(1)"] {
            let mut browser = town.browser();
            let reply = browser.post("/connexion", &[("email", "suite@exemple.fr"), ("password", PASSWORD), ("suite", next)]).await.is(303);
            assert_eq!(reply.header("location"), "/a-faire", "{next}");
            town.get(&format!("/connexion?suite={}", web::encode(next))).await.ok().never_says("mal.example");
        }
    }

    async fn a_form_from_another_site_is_refused(town: Town) {
        let mut browser = town.as_("gestionnaire").await;
        let session = browser.cookies.iter().find(|(name, _)| name == "maillage").unwrap().1.clone();
        let before = town.acts().await;
        for headers in [vec![("sec-fetch-site", "cross-site")], vec![("origin", "https://mal.example")]] {
            let mut all = headers.clone();
            let cookie = format!("maillage={session}");
            all.push(("cookie", &cookie));
            all.push(("content-type", "application/x-www-form-urlencoded"));
            let reply = town.ask_with(http::Method::POST, "/compte/identite", &all).await;
            assert_eq!(reply.status.as_u16(), 403, "{headers:?}");
        }
        assert_eq!(town.acts().await, before);
        browser.get("/compte").await.ok().says("Dominique Exemple");
    }

    async fn over_https_the_cookie_is_locked_to_its_host(town: Town) {
        let node = town.node_with(|settings| settings.public_address = "https://maillage.example".into());
        let mut browser = node.browser();
        let id: uuid::Uuid = town.read(|tx| tx.get("select person from account where email_key = 'voisin@exemple.fictif'", &[], |row| row.get(0))).await;
        let reply = browser.post("/demonstration/personnages", &[("personnage", &id.to_string())]).await.is(303);
        let cookie = reply.header("set-cookie").to_owned();
        assert!(cookie.starts_with("__Host-maillage=") && cookie.contains("; Secure") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");
        browser.get("/a-faire").await.ok();
    }

    async fn personas_exist_in_a_demonstration_only(town: Town) {
        let node = town.node_with(|settings| settings.demonstration = false);
        let id: uuid::Uuid = town.read(|tx| tx.get("select person from account where email_key = 'voisin@exemple.fictif'", &[], |row| row.get(0))).await;
        node.get("/demonstration/personnages").await.is(404);
        node.browser().post("/demonstration/personnages", &[("personnage", &id.to_string())]).await.is(404);
        // Nor does a person who is no persona have a place to take.
        newcomer(&town, "vraie@exemple.fr").await;
        let id: uuid::Uuid = town.read(|tx| tx.get("select person from account where email_key = 'vraie@exemple.fr'", &[], |row| row.get(0))).await;
        town.browser().post("/demonstration/personnages", &[("personnage", &id.to_string())]).await.is(404);
    }

    async fn a_name_cannot_write_a_mail_of_its_own(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let path = "/gouvernances/reseau-exemple-vallee/administration/pouvoirs/donner";
        for (name, email) in [("X\r\nBcc: y@z.fr", "a@b.fr"), ("Nom", "a@b.fr\r\nBcc: y@z.fr"), ("", "a@b.fr"), ("Nom", "")] {
            let reply = manager.post(path, &[("role", "hub"), ("name", name), ("email", email)]).await;
            assert!(reply.status.as_u16() == 422 || mails(&town, "a@b.fr").await.iter().all(|text| !text.contains("Bcc")), "{name} {email}");
        }
    }

    async fn a_closed_account_ends_its_session(town: Town) {
        let mut browser = newcomer(&town, "partie@exemple.fr").await;
        browser.get("/a-faire").await.ok();
        town.tamper("update account set state = 'closed' where email_key = 'partie@exemple.fr'").await;
        browser.get("/a-faire").await.is(303);
        assert_eq!(sign_in(&town, "partie@exemple.fr", PASSWORD).await.1, 422);
    }
}

fn totp(base32: &str) -> Vec<u8> {
    let (mut out, mut held, mut bits) = (Vec::new(), 0u32, 0);
    for letter in base32.chars() {
        held = (held << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).unwrap() as u32;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits) as u8);
        }
    }
    out
}
