//! The register: public, per governance, and checkable.

use store::register::{Verdict, verify};

async fn verdict(town: &crate::town::Town) -> Verdict {
    town.read(|tx| verify(tx, None)).await
}

stories! {
    async fn the_public_register_tells_each_act_with_its_day_and_digest(town: Town) {
        let page = town.get("/registre").await.ok().says("21 novembre 2026").says("Actes : 50 sur");
        let first = page.links().into_iter().find(|link| link.starts_with("/registre/")).unwrap();
        town.get(&first).await.ok().says("Empreinte de l'acte").says("Texte exact");
        town.get("/registre/1").await.ok().says("Chargement du référentiel").says(&"0".repeat(64));
    }

    async fn one_can_redo_the_calculation_from_the_page(town: Town) {
        use kernel::register::Digest;
        let (before, entry) = town.read(|tx| {
            Ok((store::register::find(tx, 41)?.unwrap(), store::register::find(tx, 42)?.unwrap()))
        }).await;
        let html = town.get("/registre/42").await.ok().words();
        let exact = entry.canonical().replace(['\u{a0}', '\u{202f}'], " ").replace('’', "'");
        assert!(html.contains(&exact) && html.contains(&entry.hash.hex()), "{html} does not hold {exact}");
        assert_eq!(entry.expected_hash(before.hash), entry.hash);
        assert_eq!(Digest::from_hex(&entry.hash.hex()), Some(entry.hash));
    }

    async fn the_register_can_be_read_to_its_first_act_and_back(town: Town) {
        let total = town.acts().await;
        let (mut path, mut seen) = ("/registre".to_owned(), Vec::new());
        loop {
            let page = town.get(&path).await.ok();
            let numbers = page.links().into_iter().filter_map(|link| link.strip_prefix("/registre/")?.parse::<i64>().ok());
            seen.extend(numbers);
            match page.links().into_iter().find(|link| link.contains("?avant=")) {
                Some(next) => path = next,
                None => break,
            }
        }
        assert_eq!(seen, (1..=total).rev().collect::<Vec<_>>());
        let back = town.get(&path).await.ok().links().into_iter().find(|link| link.contains("?apres=")).unwrap();
        town.get(&back).await.ok().says("Page suivante");
        town.get("/registre?avant=x").await.ok().says("n'est pas lisible");
    }

    async fn a_governance_has_its_own_extract(town: Town) {
        // Of a governance of which no meeting is invented.
        town.get("/gouvernances/pyrenees-atlantiques/registre").await.ok()
            .says("Fait noté pour « COPIN64").never_says("Landes");
        let marks = |page: crate::town::Reply| page.text().matches("fr-badge--fictitious").count();
        assert!(marks(town.get("/gouvernances/reseau-exemple-plateau/registre").await.ok()) > 3);
        assert_eq!(marks(town.get("/gouvernances/pyrenees-atlantiques/registre").await.ok()), 0);
    }

    async fn the_untouched_register_verifies(town: Town) {
        let entries = town.acts().await;
        assert!(matches!(verdict(&town).await, Verdict::Sound { entries: found, .. } if found == entries));
    }

    async fn a_changed_act_is_found(town: Town) {
        town.tamper("update register set summary = 'Rien' where seq = 100").await;
        assert_eq!(verdict(&town).await, Verdict::Broken(kernel::register::Breach::Hash { seq: 100 }));
    }

    async fn a_removed_act_is_found(town: Town) {
        town.tamper("delete from register where seq = 100").await;
        assert_eq!(verdict(&town).await, Verdict::Broken(kernel::register::Breach::Gap { expected: 100, found: 101 }));
    }

    async fn a_removed_end_is_found(town: Town) {
        let last = town.acts().await;
        town.tamper("delete from register where seq > 700").await;
        assert_eq!(verdict(&town).await, Verdict::Broken(kernel::register::Breach::Head { chain: 700, head: last }));
    }

    async fn an_inserted_act_is_found(town: Town) {
        town.tamper("insert into register (seq, at, actor, act, subject, summary, payload, hash)
            select seq + 100000, at, actor, act, subject, 'Acte inventé', payload, hash from register where seq = 100").await;
        let last = town.acts().await;
        assert_eq!(
            verdict(&town).await,
            Verdict::Broken(kernel::register::Breach::Gap { expected: last + 1, found: 100_100 })
        );
    }

    async fn a_register_rewritten_as_a_whole_is_found_by_a_published_digest(town: Town) {
        use kernel::register::Digest;
        let kept = town.read(|tx| Ok(store::register::find(tx, 50)?.unwrap())).await;
        assert!(matches!(town.read(move |tx| verify(tx, Some((50, kept.hash)))).await, Verdict::Sound { .. }));
        let other = Digest([7; 32]);
        assert!(matches!(town.read(move |tx| verify(tx, Some((50, other)))).await, Verdict::Broken(_)));
        assert!(matches!(town.read(move |tx| verify(tx, Some((999_999, other)))).await, Verdict::Broken(_)));
    }

    async fn no_person_is_named_in_the_register(town: Town) {
        let actors: Vec<String> = town.read(|tx| {
            tx.query("select distinct actor from register", &[], |row| row.get(0))
        }).await;
        assert_eq!(actors, ["demonstration"]);
    }
}
