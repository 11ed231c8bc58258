//! Forms of votes and decisions sent twice, and hands that meet.

use super::*;

stories! {
    async fn two_clicks_prepare_one_vote_and_change_it_once(town: Town) {
        let (mut alix, _place, item) = session(&town).await;
        let fields = proposal("Deux clics", &[("point", &item)]);
        let first = alix.submit(NEW, &fields).await.ok().path;
        let acts = town.acts().await;
        assert_eq!(alix.submit(NEW, &fields).await.ok().path, first);
        assert_eq!(town.acts().await, acts);
        // The same question with another rule is another vote.
        assert_ne!(alix.submit(NEW, &proposal("Deux clics", &[("point", &item), ("majority", "absolute")])).await.ok().path, first);

        let version = value(&alix.get(&format!("{first}/modifier")).await.ok().text(), "version");
        let changed = proposal("Deux clics", &[("point", &item), ("majority", "two_thirds"), ("version", &version)]);
        alix.submit(&format!("{first}/modifier"), &changed).await.ok();
        let acts = town.acts().await;
        alix.submit(&format!("{first}/modifier"), &changed).await.ok().says("Au moins deux tiers");
        assert_eq!(town.acts().await, acts);
        let late = proposal("Autre chose", &[("point", &item), ("version", &version)]);
        alix.post(&format!("{first}/modifier"), &late).await.is(409).says("Quelqu'un d'autre vient de modifier ce scrutin.").keeps("Autre chose");
    }

    async fn two_clicks_write_one_draft_and_correct_it_once(town: Town) {
        let mut alix = town.as_("animation").await;
        let new = format!("{BODY}/decisions/nouvelle");
        let fields = [("title", "Deux clics"), ("text", "Deux lignes.\r\nLa seconde."), ("arising", "initiative"), ("to_execute", "oui"), ("due_on", "01/03/2027")];
        let first = alix.submit(&new, &fields).await.ok().path;
        let acts = town.acts().await;
        assert_eq!(alix.submit(&new, &fields).await.ok().path, first);
        assert_eq!(town.acts().await, acts);
        let mut other = fields;
        other[4].1 = "02/03/2027";
        assert_ne!(alix.submit(&new, &other).await.ok().path, first);

        let version = value(&alix.get(&format!("{first}/modifier")).await.ok().text(), "version");
        let correct = |text: &'static str| [("version", version.clone()), ("title", "Deux clics".to_owned()), ("text", text.to_owned()), ("arising", "initiative".to_owned())];
        let sent = correct("Une ligne.");
        let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
        alix.submit(&format!("{first}/modifier"), &sent).await.ok();
        let acts = town.acts().await;
        alix.submit(&format!("{first}/modifier"), &sent).await.ok().says("Une ligne.");
        assert_eq!(town.acts().await, acts);
        let late = correct("Une autre.");
        let late: Vec<(&str, &str)> = late.iter().map(|(name, value)| (*name, value.as_str())).collect();
        alix.post(&format!("{first}/modifier"), &late).await.is(409).says("Quelqu'un d'autre").says("Une autre.");
    }

    async fn a_paper_in_the_box_is_the_vote(town: Town) {
        let (mut alix, _place, item) = session(&town).await;
        let page = opened(&mut alix, &item, &proposal("Dans l'urne", &[("secret", "oui")])).await;
        let mut camille = town.as_("co-porteuse").await;
        let seat = value(&camille.get(&format!("{page}/voter")).await.ok().text(), "siege");
        let papers = room(&mut alix, &page, "urne").await;
        alix.submit(&format!("{page}/voix"), &fields(&papers)).await.ok();
        camille.post(&format!("{page}/voter"), &[("siege", &seat), ("choice", "0")]).await.is(409).says("a mis son bulletin dans l'urne");
        let sealed: i64 = town.read(|tx| tx.get("select count(*) from ballot_voice where seal is not null", &[], |row| row.get(0))).await;
        assert_eq!(sealed, 0);
    }

    async fn who_votes_while_hands_are_counted_is_left_out_of_them(town: Town) {
        let (mut alix, _place, item) = session(&town).await;
        let page = opened(&mut alix, &item, &proposal("À main levée", &[("publishes", "oui")])).await;
        // The form was opened, then one of the room votes by phone.
        let hands = room(&mut alix, &page, "").await;
        let mut camille = town.as_("co-porteuse").await;
        let own = value(&camille.get(&format!("{page}/voter")).await.ok().text(), "siege");
        camille.submit(&format!("{page}/voter"), &[("siege", &own), ("choice", "1")]).await.ok();
        let sent: Vec<(String, String)> = hands
            .into_iter()
            .map(|(name, _)| (name.clone(), if name.ends_with(&own) { "rien" } else { "0" }.to_owned()))
            .collect();
        assert!(sent.iter().any(|(name, _)| name.ends_with(&own)));
        alix.submit(&format!("{page}/voix"), &fields(&sent)).await.ok().says("Les votes de la salle sont enregistrés.");
        let all = sent.len();
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says(&format!("{} pour sur {all} exprimés", all - 1));
    }
}
