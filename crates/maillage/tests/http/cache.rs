//! Finished pages: served from memory, right after every act, on every node.

use governance::governances::acts::describe;
use governance::governances::model::IdentityDraft;
use kernel::Who;

async fn rename_grain(town: &crate::town::Town, name: &str) {
    let id = town.read(|tx| governance::governances::store::head_by_slug(tx, "grain-vendee")).await.unwrap().id;
    let name = name.to_owned();
    let draft = move || IdentityDraft { name: name.clone(), ..IdentityDraft::default() };
    town.act(&Who::operator(), move |ctx, tx| describe(ctx, tx, id, &draft())).await.unwrap();
}

stories! {
    async fn a_page_is_new_right_after_an_act(town: Town) {
        for path in ["/gouvernances/grain-vendee", "/gouvernances?tri=date&echelon=intermediate&etat=installed", "/territoires/departement-85", "/", "/plan-du-site"] {
            town.get(path).await.ok().says("Réseau GRAIN");
        }
        rename_grain(&town, "Réseau des semeurs").await;
        for path in ["/gouvernances/grain-vendee", "/gouvernances?tri=date&echelon=intermediate&etat=installed", "/territoires/departement-85", "/", "/plan-du-site"] {
            town.get(path).await.ok().says("Réseau des semeurs");
        }
    }

    async fn two_nodes_see_each_others_acts_at_once(town: Town) {
        let other = town.second_node();
        for round in 0..20 {
            let name = format!("Réseau numéro {round}");
            rename_grain(&town, &name).await;
            // The page is in the memory of the other node from the round before.
            other.get("/gouvernances/grain-vendee").await.ok().has("h1", &name);
            town.get("/gouvernances/grain-vendee").await.ok().has("h1", &name);
        }
    }

    async fn an_act_elsewhere_leaves_a_page_in_place(town: Town) {
        let before = town.get("/gouvernances/landes/instances").await.ok();
        let calvados = town.read(|tx| governance::governances::store::head_by_slug(tx, "calvados")).await.unwrap().id;
        let fact = governance::facts::Fact {
            topic: "Essai".into(), value: "Valeur".into(), on: None, provenance: kernel::Provenance::entered(),
        };
        town.act(&Who::operator(), move |ctx, tx| governance::facts::acts::note(ctx, tx, calvados, &fact)).await.unwrap();
        let after = town.get("/gouvernances/landes/instances").await.ok();
        assert_eq!(before.header("etag"), after.header("etag"));
        town.get("/gouvernances/calvados").await.ok().says("Essai").says("Valeur");
    }

    async fn a_browser_that_has_the_page_is_told_so(town: Town) {
        let page = town.get("/gouvernances/landes").await.ok();
        let etag = page.header("etag").to_owned();
        assert!(etag.starts_with('"'));
        let again = town.get_with("/gouvernances/landes", &[("if-none-match", &etag)]).await.is(304);
        assert!(again.body.is_empty());
        rename_grain(&town, "Autre nom").await;
        town.get_with("/gouvernances/grain-vendee", &[("if-none-match", &etag)]).await.ok();
    }

    async fn pages_are_compressed_for_browsers_that_ask(town: Town) {
        use std::io::Read as _;
        for path in ["/gouvernances/landes", "/territoires?q=saint"] {
            let plain = town.get(path).await.ok();
            let packed = town.get_with(path, &[("accept-encoding", "br, gzip;q=0.8")]).await.ok();
            assert_eq!(packed.header("content-encoding"), "gzip", "{path}");
            let mut text = String::new();
            flate2::read::GzDecoder::new(packed.body.as_slice()).read_to_string(&mut text).unwrap();
            assert_eq!(text, plain.text(), "{path}");
            assert!(packed.body.len() * 2 < plain.body.len(), "{path}");
            assert_eq!(town.get_with(path, &[("accept-encoding", "gzip;q=0")]).await.header("content-encoding"), "");
        }
    }

    async fn a_head_request_has_no_body(town: Town) {
        let reply = town.ask(http::Method::HEAD, "/gouvernances/landes").await.ok();
        assert!(reply.body.is_empty());
    }

    async fn without_the_cache_the_pages_are_the_same(town: Town) {
        let bare = town.node_with(|settings| settings.page_cache_bytes = 0);
        for path in ["/", "/gouvernances", "/gouvernances/landes", "/registre"] {
            assert_eq!(bare.get(path).await.ok().text(), town.get(path).await.ok().text(), "{path}");
        }
    }
}
