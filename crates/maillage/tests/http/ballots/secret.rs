//! Secret votes: what was voted is nowhere.

use super::*;

stories! {
    async fn what_is_voted_in_secret_is_nowhere(town: Town) {
        let (mut alix, place, item) = session(&town).await;
        let page = opened(&mut alix, &item, &proposal("Élire la présidence", &[("secret", "oui"), ("publishes", "oui")])).await;
        let mut camille = town.as_("co-porteuse").await;
        let form = camille.get(&format!("{page}/voter")).await.ok().says("jamais ce qu'elle a voté").text();
        let seat = value(&form, "siege");
        camille.post(&format!("{page}/voter"), &[("siege", &seat), ("choice", "1"), ("reason", "Je préfère")]).await.is(422);
        camille.submit(&format!("{page}/voter"), &[("siege", &seat), ("choice", "1")]).await.ok();
        // One's own page does not tell either.
        let again = camille.get(&format!("{page}/voter")).await.ok().text();
        assert!(!again.contains("checked"), "what was ticked is not shown again");
        vote(&mut alix, &page, "0").await.ok();
        // On paper: who put one in, never what it says.
        let papers = room(&mut alix, &page, "urne").await;
        alix.post(&format!("{page}/voix"), &[(papers[0].0.as_str(), "0")]).await.is(409).says("Ce vote est secret");
        alix.submit(&format!("{page}/voix"), &fields(&papers)).await.ok();
        let sealed: Vec<Vec<u8>> = town.read(|tx| tx.query("select seal from ballot_voice where seal is not null", &[], |row| row.get(0))).await;
        assert!(sealed.len() == 2 && sealed[0].len() == sealed[1].len(), "each seal is as long as the others");
        let clear: i64 = town.read(|tx| tx.get("select count(*) from ballot_voice v join ballot b on b.id = v.ballot where b.secret and v.choice is not null", &[], |row| row.get(0))).await;
        assert_eq!(clear, 0);
        let many = papers.len().to_string();
        alix.get(&format!("{page}/clore")).await.ok().says(&format!("{many} bulletins dans l'urne"));
        alix.post(&format!("{page}/clore"), &[("b-0", "1"), ("b-1", ""), ("box", "0")]).await.is(422).says("Donnez un nombre de bulletins");
        alix.post(&format!("{page}/clore"), &[("b-0", "99"), ("b-1", "0"), ("box", "0")]).await.is(422).says("ne font pas ce compte").keeps("99");
        alix.submit(&format!("{page}/clore"), &[("b-0", &many), ("b-1", "0"), ("box", "0")]).await.ok()
            .says(&format!("{} pour sur {} exprimés", papers.len() + 1, papers.len() + 2));
        let left: i64 = town.read(|tx| tx.get("select count(*) from ballot_voice v join ballot b on b.id = v.ballot where b.secret and (v.seal is not null or v.choice is not null or v.person is not null)", &[], |row| row.get(0))).await;
        assert_eq!(left, 0, "nothing is left that could be opened");
        town.get(&page).await.ok().says("Vote secret").says("A voté").never_says("CCAS exemple de Valfictif Contre");
        // Fewer than three: only what came of it.
        let page = opened(&mut alix, &item, &proposal("À deux", &[("secret", "oui"), ("publishes", "oui")])).await;
        vote(&mut alix, &page, "0").await.ok();
        vote(&mut camille, &page, "0").await.ok();
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says("seul le résultat est donné : adopté").never_says("pour sur");
        let counted: i64 = town.read(|tx| tx.get("select count(*) from ballot_option o join ballot b on b.id = o.ballot where b.question = 'À deux' and o.votes is not null", &[], |row| row.get(0))).await;
        assert_eq!(counted, 0);
        let _ = place;
    }
}
