//! Every route: who may use it, and that nothing typed into an address breaks it.

use http::Method;
use kernel::{Randomness as _, SeededRandomness};
use web::Access;

/// Values for the parameters of routes, from the demonstration.
fn examples(pattern: &str) -> Vec<String> {
    let fill = |slug: &str, instance: &str| {
        pattern
            .replace("{slug}", slug)
            .replace("{instance}", instance)
            .replace("{code}", "departement-85")
            .replace("{numero}", "1")
            .replace("{fichier}", "inconnu.css")
            .replace("{*chemin}", "a/b.css")
            .replace("{empreinte}", &"0".repeat(64))
            .replace("{id}", "00000000-0000-7000-8000-000000000000")
    };
    vec![fill("grain-vendee", "seance-pleniere"), fill("inconnue", "inconnue")]
}

stories! {
    async fn everything_that_is_shown_today_is_public_and_only_read(town: Town) {
        // Accounts come with the next issue: until then no route writes, and each is declared for everyone or for the
        // operator's machines. A new route with another access must add its own lines here.
        for route in maillage::routes().declared() {
            assert_eq!(route.method, Method::GET, "{}", route.path);
            assert!(matches!(route.access, Access::Public | Access::Operations), "{}", route.path);
            for path in examples(route.path) {
                let reply = town.get(&path).await;
                assert!(!reply.status.is_server_error(), "{path}: {}", reply.words());
            }
            for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
                let path = &examples(route.path)[0];
                assert_eq!(town.ask(method, path).await.status.as_u16(), 405, "{path}");
            }
        }
        assert!(maillage::routes().declared().len() > 35);
    }

    async fn nothing_typed_into_an_address_breaks_a_page(town: Town) {
        let random = SeededRandomness::new(20_261_121);
        let pick = |of: usize| { let mut b = [0u8; 8]; random.fill(&mut b).unwrap(); (u64::from_le_bytes(b) % of as u64) as usize };
        let nasty = [
            "", "%00", "%FF%FE", "..%2F..%2Fetc%2Fpasswd", "'%20or%20'1'='1", "%22%3E%3Cscript%3E", "%E2%80%AE", "-1",
            "99999999999999999999", "%F0%9F%8F%A0", "%D9%85%D8%B1%D8%AD%D8%A8%D8%A7", "a~b", "~", "%25", "null", "1e9",
            "0001-01-01", "%0d%0aSet-Cookie:x=1", "%25s%25n", "{{7*7}}",
        ];
        let keys = ["q", "etat", "echelon", "region", "coportee", "tri", "apres", "avant", "statut", "categorie", "nature", "page"];
        let patterns: Vec<&str> = maillage::routes().declared().iter().map(|route| route.path).collect();
        for _ in 0..400 {
            let mut path = patterns[pick(patterns.len())].to_owned();
            while let Some((before, rest)) = path.clone().split_once('{') {
                let after = rest.split_once('}').unwrap().1;
                let value = nasty[1 + pick(nasty.len() - 1)];
                path = format!("{before}{value}{after}");
                if path.contains("{{7*7}}") { path = path.replace("{{7*7}}", "%7B%7B7*7%7D%7D"); }
            }
            let query: Vec<String> = (0..pick(4)).map(|_| format!("{}={}", keys[pick(keys.len())], nasty[pick(nasty.len())].replace(['{', '}'], ""))).collect();
            let address = if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) };
            let reply = town.get(&address).await;
            assert!(!reply.status.is_server_error(), "{address}: {}", reply.words());
            assert!(!reply.text().contains("<script>"), "{address} lets a script in");
            assert!(reply.header("set-cookie").is_empty(), "{address}");
        }
    }

    async fn no_page_costs_a_query_per_line(town: Town) {
        // The pages read through these functions; a bound that does not grow with the number of lines.
        let (grain, national) = town.read(|tx| {
            Ok((governance::governances::store::by_slug(tx, "grain-vendee")?, governance::governances::store::by_slug(tx, "nationale")?))
        }).await;
        let cost = town.read(move |tx| {
            let mut costs = Vec::new();
            for id in [grain.id, national.id] {
                let before = tx.queries();
                governance::bodies::store::list(tx, id)?;
                governance::bodies::store::missions(tx, id)?;
                governance::agreements::store::list(tx, id)?;
                governance::members::store::list(tx, id, &Default::default())?;
                governance::facts::store::list(tx, id)?;
                governance::governances::store::children(tx, id)?;
                costs.push(tx.queries() - before);
            }
            let before = tx.queries();
            governance::governances::list::find(tx, &Default::default(), 50)?;
            governance::governances::store::on_map(tx)?;
            costs.push(tx.queries() - before);
            Ok(costs)
        }).await;
        assert_eq!(cost, [9, 9, 3]);
    }
}
