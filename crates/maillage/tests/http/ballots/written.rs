//! Written consultations: by link, over days, ended by the clock.

use super::*;

stories! {
    async fn a_written_consultation_is_voted_by_link_and_ends_by_its_hour(town: Town) {
        let (mut alix, page) = consultation(&town, &[("publishes", "oui")]).await;
        let sent = links(&town, "Votre vote est demandé").await;
        assert!(sent.len() >= 3, "{sent:?}");
        let of = |who: &str| sent.iter().find(|(to, _)| to.starts_with(who)).map(|(_, link)| link.clone()).unwrap();
        let (camille, sacha) = (of("co-porteuse"), of("suppleance"));
        // Whoever scans mail opens links and votes nothing.
        town.get(&camille).await.ok().says("Adopter la charte").says("siège dans cette instance");
        let given: i64 = town.read(|tx| tx.get("select count(*) from ballot_voice v join ballot b on b.id = v.ballot where b.state = 'open'", &[], |row| row.get(0))).await;
        assert_eq!(given, 0);
        town.get(&format!("{camille}0")).await.is(409);
        let form = town.get(&camille).await.ok().text();
        let (seat, key) = (value(&form, "siege"), key(&camille));
        town.browser().post("/scrutins/voter", &[("cle", &key), ("siege", &seat)]).await.is(422).says("Choisissez une réponse.");
        town.browser().post("/scrutins/voter", &[("cle", &key), ("siege", &seat), ("choice", "1")]).await.ok().says("Votre vote est enregistré");
        // One changes one's mind as often as one likes.
        town.browser().post("/scrutins/voter", &[("cle", &key), ("siege", &seat), ("choice", "0")]).await.ok().says("A voté");
        // The link of one is not that of another.
        town.browser().post("/scrutins/voter", &[("cle", &super::key(&sacha)), ("siege", &seat), ("choice", "1")]).await.is(409);
        alix.get(&format!("{page}/voix")).await.is(409);

        // A day before the end, those who have not voted are reminded, once.
        let remind = async || {
            let now = town.clock.now();
            let mut told = 0;
            for id in town.read(move |tx| meetings::ballots::store::to_remind(tx, now.plus(meetings::ballots::tell::NOTICE), 50)).await {
                let secret = kernel::Secret::new([0; 32]);
                told += town.act(&Who::clockwork(), move |ctx, tx| meetings::ballots::tell::remind(ctx, tx, &meetings::planning::convocation::Site { address: "http://x", secret: &secret }, id)).await.unwrap();
            }
            told
        };
        assert_eq!(remind().await, 0);
        town.clock.set(town.clock.now().plus(7 * time::DAY));
        let reminded = remind().await;
        assert!(reminded > 0, "{reminded}");
        assert_eq!(remind().await, 0);
        let told = links(&town, "Dernier jour pour voter").await;
        assert!(told.iter().any(|(to, _)| to.starts_with("suppleance")) && !told.iter().any(|(to, _)| to.starts_with("co-porteuse")), "{told:?}");

        // The closing second: what comes then is too late, and the clock closes.
        let closes: Timestamp = town.read(|tx| tx.get("select closes_at from ballot where question = 'Adopter la charte'", &[], |row| row.get(0))).await;
        town.clock.set(closes.plus(-1));
        let form = town.get(&sacha).await.ok().text();
        let own = value(&form, "siege");
        let sacha_key = super::key(&sacha);
        town.browser().post("/scrutins/voter", &[("cle", &sacha_key), ("siege", &own), ("choice", "blanc")]).await.ok();
        town.clock.set(closes);
        town.browser().post("/scrutins/voter", &[("cle", &sacha_key), ("siege", &own), ("choice", "0")]).await.is(409);
        let mut camille = town.as_("co-porteuse").await;
        camille.post(&format!("{page}/voter"), &[("siege", &seat), ("choice", "1")]).await.is(409).says("Le vote est clos");
        town.get(&page).await.ok().says("il va être compté");
        let close = async || {
            let now = town.clock.now();
            let due = town.read(move |tx| meetings::ballots::store::due(tx, now, 50)).await;
            for id in &due {
                let (id, secret) = (*id, town.app.secret().clone());
                town.act(&Who::clockwork(), move |ctx, tx| meetings::ballots::count::close_by_clock(ctx, tx, &secret, id)).await.unwrap();
            }
            due.len()
        };
        // That of the demonstration is over too.
        assert_eq!((close().await, close().await), (2, 0));
        town.get(&page).await.ok().says("1 pour sur 1 exprimés, majorité simple = 1 : adopté").says("2 votants sur");
        // A clock that goes back opens nothing again.
        town.clock.set(closes.plus(-time::DAY));
        town.browser().post("/scrutins/voter", &[("cle", &sacha_key), ("siege", &own), ("choice", "0")]).await.is(409);
        let persons: i64 = town.read(|tx| tx.get("select count(*) from ballot_voice where person is not null", &[], |row| row.get(0))).await;
        assert_eq!(persons, 0, "which person voted is forgotten at the close");
    }

    async fn a_mandate_that_ended_votes_no_more_and_who_comes_after_the_roll_neither(town: Town) {
        let (_alix, page) = consultation(&town, &[]).await;
        let sent = links(&town, "Votre vote est demandé").await;
        let sacha = sent.iter().find(|(to, _)| to.starts_with("suppleance")).map(|(_, link)| link.clone()).unwrap();
        let form = town.get(&sacha).await.ok().text();
        let seat = value(&form, "siege");
        town.act(&Who::operator(), |_, tx| tx.execute("update power set until = '2027-01-14' where role = 'deputy'", &[])).await.unwrap();
        town.browser().post("/scrutins/voter", &[("cle", &key(&sacha)), ("siege", &seat), ("choice", "0")]).await.is(403);
        // Taken off the roll of nobody else: the frozen list stays.
        town.act(&Who::operator(), |_, tx| tx.execute("delete from ballot_seat where name like 'CCAS%'", &[])).await.unwrap();
        let mut camille = town.as_("co-porteuse").await;
        camille.get(&page).await.ok().says("n'est pas sur la liste de ce vote, arrêtée à son ouverture");
        camille.post(&format!("{page}/voter"), &[("siege", &seat), ("choice", "0")]).await.is(403).says("pas sur la liste de ce vote");
    }
}
