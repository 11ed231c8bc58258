//! Pages that every site has, and what every answer carries.

use http::Method;

stories! {
    async fn the_home_page_opens_on_the_map_and_its_table(town: Town) {
        let home = town.get("/").await.ok().says("Réseau GRAIN").says("en préparation");
        let html = home.text();
        assert!(html.contains("<svg"));
        // Each of the 101 départements is a link of the map, and a row of the table; the 8 collectivities are rows.
        assert_eq!(html.matches("<tr>").count(), 1 + 101 + 8);
        assert!(html.matches("<title>").count() >= 101, "{}", html.matches("<title>").count());
    }

    async fn the_pages_that_an_audit_needs_exist(town: Town) {
        town.get("/accessibilite").await.ok().says("non conforme").says("Défenseur des droits");
        town.get("/mentions-legales").await.ok().says("Hébergeur");
        town.get("/donnees-personnelles").await.ok().says("aucun cookie");
        town.get("/plan-du-site").await.ok().says("Réseau GRAIN").says("Gouvernances, échelon local");
        town.get("/aide").await.ok().says("Trouver qui s'occupe de mon territoire");
        town.get("/statistiques").await.ok().says("Participations").says("Chiffre et définition");
        town.get("/contact").await.ok().says("France services");
        town.get("/composants").await.ok();
        town.get("/national").await.ok().says("Collèges des parties prenantes").says("La Réunion").says("Mayotte");
        let security = town.get("/.well-known/security.txt").await.ok();
        assert!(security.text().contains("Expires: 2027-"), "{}", security.text());
        assert!(town.get("/robots.txt").await.ok().text().contains("Disallow: /"));
        town.get("/favicon.ico").await.is(301);
    }

    async fn the_legal_notice_names_the_operator(town: Town) {
        let node = town.node_with(|settings| {
            settings.publisher = "Hub <exemple>".into();
            settings.publisher_details = "1 rue de l'Exemple\n00000 Ville".into();
            settings.host = "Hébergeur d'exemple".into();
            settings.contact = "contact (arobase) exemple".into();
            settings.demonstration = false;
        });
        node.get("/mentions-legales").await.ok().says("Hub <exemple>").says("00000 Ville").says("Hébergeur d'exemple")
            .never_says("Démonstration");
        node.get("/contact").await.ok().says("contact (arobase) exemple");
    }

    async fn errors_have_their_own_page_with_a_way_out_and_a_number(town: Town) {
        let page = town.get("/nulle-part").await.is(404).has("h1", "Page introuvable").says("Revenir à l'accueil");
        assert!(page.words().contains(page.header("x-request-id")));
        let page = town.ask(Method::POST, "/gouvernances").await.is(405).has("h1", "Action impossible à cette adresse");
        assert!(page.header("allow").contains("GET"));
        town.get("/gouvernances/inconnue").await.is(404);
        town.get("/gouvernances/grain-vendee/instances/inconnue").await.is(404);
        town.get("/structures/pas-un-identifiant").await.is(404);
        town.get("/registre/999999").await.is(404);
        town.get("/registre/-1").await.is(404);
        town.get("/fichiers/00").await.is(404);
        town.get("/statique/../Cargo.toml").await.is(404);
        town.get("/dsfr/dsfr.min.css").await.is(404);
    }

    async fn every_answer_is_protected(town: Town) {
        for path in ["/", "/nulle-part", "/gouvernances.csv", "/health"] {
            let reply = town.get(path).await;
            assert!(reply.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
            assert!(!reply.header("content-security-policy").contains("unsafe"), "{path}");
            assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(reply.header("referrer-policy"), "same-origin", "{path}");
            assert!(!reply.header("x-request-id").is_empty(), "{path}");
            assert!(reply.header("set-cookie").is_empty(), "{path}");
        }
    }

    async fn no_page_holds_inline_script_or_style(town: Town) {
        for path in ["/", "/gouvernances", "/gouvernances/landes", "/composants", "/national", "/statistiques"] {
            let html = town.get(path).await.ok().text();
            for forbidden in ["<script>", " style=\"", " onclick=", "javascript:", "<style"] {
                assert!(!html.contains(forbidden), "{path} holds {forbidden}");
            }
            assert!(!html.contains("http://") || !html.contains("src=\"http"), "{path} loads from elsewhere");
        }
    }

    async fn a_form_from_another_site_is_refused(town: Town) {
        let page = town.ask_with(Method::POST, "/gouvernances", &[("sec-fetch-site", "cross-site")]).await;
        page.is(403).says("Accès refusé");
    }

    async fn health_and_measures_answer(town: Town) {
        assert!(town.get("/health").await.ok().text().starts_with("ok "));
        assert_eq!(town.get("/health").await.header("cache-control"), "no-store");
        town.get("/metrics").await.ok();
    }

    async fn static_files_are_kept_for_ever_under_a_hashed_name(town: Town) {
        let home = town.get("/").await.ok().text();
        let css = home.split("href=\"/statique/").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        let file = town.get_with(&format!("/statique/{css}"), &[("accept-encoding", "gzip")]).await.ok();
        assert!(file.header("cache-control").contains("immutable"));
        town.get("/statique/maillage.css").await.is(404);
    }

    async fn the_skin_of_the_state_serves_the_operators_own_copy(town: Town) {
        let folder = std::env::temp_dir().join(format!("maillage-dsfr-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("dist/fonts")).unwrap();
        std::fs::write(folder.join("dist/dsfr.min.css"), "/* the operator's copy */").unwrap();
        std::fs::write(folder.join("secret.css"), "no").unwrap();
        let inside = folder.clone();
        let node = town.node_with(move |settings| {
            settings.theme = ui::page::Theme::State;
            settings.dsfr = Some(inside);
        });
        let home = node.get("/").await.ok().says("République Française").says("Qui s'occupe de l'inclusion numérique");
        assert!(home.text().contains("/dsfr/dsfr.min.css"));
        assert!(node.get("/dsfr/dsfr.min.css").await.ok().text().contains("operator"));
        for outside in ["/dsfr/../secret.css", "/dsfr/%2E%2E/secret.css", "/dsfr/..%2Fsecret.css", "/dsfr/dsfr.min.js"] {
            node.get(outside).await.is(404);
        }
        town.get("/").await.ok().never_says("République Française");
    }
}
