//! What a vote needs, and how it ends: quorum, ties, places, second rounds, votes given up.

use super::*;

stories! {
    async fn nobody_votes_no_vote_without_quorum_and_what_is_given_up_is_erased(town: Town) {
        let (mut alix, place, item) = session(&town).await;
        let page = opened(&mut alix, &item, &proposal("Rien", &[("publishes", "oui")])).await;
        // A session does not end over a vote that is open, and its item stays.
        alix.post(&format!("{place}/clore"), &[]).await.is(409).says("Le vote « Rien » est ouvert : clôturez-le d'abord.");
        alix.post(&format!("{place}/ordre-du-jour/{item}/place"), &[("acte", "retirer")]).await.is(409).says("Un vote a été ouvert sur ce point");
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says("Personne n'a voté : rejeté");
        // All abstain.
        let page = opened(&mut alix, &item, &proposal("Rien", &[("publishes", "oui")])).await;
        assert!(page.ends_with("/rien-2"), "{page}");
        let all = room(&mut alix, &page, "blanc").await;
        alix.submit(&format!("{page}/voix"), &fields(&all)).await.ok();
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says(&format!("{} abstentions, aucun vote exprimé : rejeté", all.len()));
        // Given up: the votes are gone.
        let page = opened(&mut alix, &item, &proposal("Rien", &[])).await;
        let all = room(&mut alix, &page, "0").await;
        alix.submit(&format!("{page}/voix"), &fields(&all)).await.ok();
        alix.post(&format!("{page}/abandonner"), &[("reason", "")]).await.is(422);
        alix.submit(&format!("{page}/abandonner"), &[("reason", "La question était mal posée")]).await.ok().says("La question était mal posée");
        alix.post(&format!("{page}/ouvrir"), &[]).await.is(409).says("il ne se rouvre pas");
        town.get(&page).await.is(404);
        let left: i64 = town.read(|tx| tx.get("select count(*) from ballot_voice v join ballot b on b.id = v.ballot where b.state = 'abandoned'", &[], |row| row.get(0))).await;
        assert_eq!(left, 0);
        // Without quorum nobody votes.
        alix.submit(&format!("{BODY}/reunions/regles"), &[("version", "0"), ("notice_days", "0"), ("quorum", "number"), ("number", "100"), ("proxies", "1"), ("approval", "next_meeting"), ("silence_days", "15")]).await.ok();
        let with_item = proposal("Sans quorum", &[("point", &item)]);
        let page = alix.submit(NEW, &with_item).await.ok().path;
        alix.post(&format!("{page}/ouvrir"), &[]).await.is(409).says("Le quorum n'est pas atteint").says("quorum de 100 non atteint");
        // A vote in session asks for an item; one in writing for a day to come.
        alix.post(NEW, &proposal("Sans point", &[])).await.is(422).says("se prépare sur un point de l'ordre du jour");
        alix.post(NEW, &proposal("Trop tard", &[("way", "written"), ("closes_day", "01/01/2020"), ("closes_hour", "10:00")])).await.is(422).says("La clôture doit être à venir");
        alix.post(NEW, &proposal("Nuit", &[("way", "written"), ("closes_day", "28/03/2027"), ("closes_hour", "2:30")])).await.is(422).says("Cette heure n'existe pas ce jour-là");
        // On the agenda of a draft: nobody is asked before the meeting is announced; the item goes once its vote is given up.
        let draft = planned(&mut alix, "Réunion en préparation", "15/03/2027").await;
        let agenda = alix.get(&format!("{draft}/ordre-du-jour")).await.ok().text();
        let point = agenda.split("id=\"point-").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let page = alix.submit(NEW, &proposal("Avant l'heure", &[("way", "written"), ("closes_day", "01/03/2027"), ("closes_hour", "18:00"), ("point", &point)])).await.ok().path;
        alix.post(&format!("{page}/ouvrir"), &[]).await.is(409).says("Convoquez d'abord la réunion");
        let take = format!("{draft}/ordre-du-jour/{point}/place");
        alix.post(&take, &[("acte", "retirer")]).await.is(409).says("Un vote se prépare sur ce point");
        alix.submit(&format!("{page}/abandonner"), &[("reason", "Plus tard")]).await.ok();
        alix.submit(&take, &[("acte", "retirer")]).await.ok().says("Le point est retiré.");
        town.get("/registre").await.ok().never_says("Avant l'heure");
    }

    async fn several_choices_places_ties_and_a_second_round(town: Town) {
        let (mut alix, _place, item) = session(&town).await;
        let answers = "Un café\nUn bus\nUn vélo";
        let choice = [("form", "several"), ("answers", answers), ("most", "2"), ("places", "1"), ("tie", "second_round"), ("publishes", "oui")];
        alix.post(NEW, &proposal("Que financer", &[("form", "one"), ("answers", "Un seul"), ("point", &item)])).await.is(422).says("au moins deux réponses").says("Un seul");
        let page = opened(&mut alix, &item, &proposal("Que financer", &choice)).await;
        let mut camille = town.as_("co-porteuse").await;
        let seat = value(&camille.get(&format!("{page}/voter")).await.ok().says("2 réponses au plus").text(), "siege");
        camille.post(&format!("{page}/voter"), &[("siege", &seat), ("choice", "0"), ("choice", "1"), ("choice", "2")]).await.is(422).says("vous en avez coché 3");
        camille.submit(&format!("{page}/voter"), &[("siege", &seat), ("choice", "0"), ("choice", "1")]).await.ok();
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says("égalité entre Un café, Un bus, un second tour départage");
        let next = alix.submit(&format!("{page}/second-tour"), &[]).await.ok().says("Le second tour est préparé").says("(second tour)").path;
        alix.post(&format!("{page}/second-tour"), &[]).await.is(409).says("déjà préparé");
        alix.get(&next).await.ok().never_says("Un vélo");
        // The chair.
        let tied = [("form", "one"), ("answers", answers), ("places", "1"), ("tie", "chair"), ("publishes", "oui")];
        let page = opened(&mut alix, &item, &proposal("Que choisir", &tied)).await;
        vote(&mut alix, &page, "0").await.ok();
        vote(&mut camille, &page, "2").await.ok();
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says("la présidence départage");
        town.get(&page).await.ok().never_says("égalité entre");
        alix.post(&format!("{page}/publier"), &[]).await.is(409).says("La présidence doit d'abord départager");
        alix.post(&format!("{page}/departager"), &[("choice", "1")]).await.is(422).says("parmi celles à égalité");
        alix.submit(&format!("{page}/departager"), &[("choice", "2")]).await.ok().says("retenu : Un vélo");
        town.get(&page).await.ok().says("La présidence a départagé (Un vélo)");
        alix.post(&format!("{page}/departager"), &[("choice", "0")]).await.is(409);
    }

    async fn a_body_that_ends_leaves_no_vote_open_for_ever(town: Town) {
        let (mut alix, _place, item) = session(&town).await;
        let page = opened(&mut alix, &item, &proposal("Le dernier vote", &[])).await;
        let late = alix.submit(NEW, &proposal("Trop tard", &[("point", &item)])).await.ok().path;
        let hands = room(&mut alix, &page, "0").await;
        alix.submit(&format!("{page}/voix"), &fields(&hands)).await.ok();
        let mut dominique = town.as_("gestionnaire").await;
        for body in ["college-des-structures", "college-des-habitants-et-usagers", "assemblee-du-reseau"] {
            dominique.submit(&format!("{VALLEE}/administration/instances/{body}/clore"), &[("on", ""), ("reason", "Fusion avec une autre")]).await.ok();
        }
        // Whoever animated has no power any more; those who administer the governance close what is open, and open nothing.
        alix.post(&format!("{page}/clore"), &[]).await.is(403);
        dominique.post(&format!("{late}/ouvrir"), &[]).await.is(409).says("a pris fin");
        dominique.submit(&format!("{late}/abandonner"), &[("reason", "L'instance a pris fin")]).await.ok();
        dominique.submit(&format!("{page}/clore"), &[]).await.ok().says("adopté");
        dominique.submit(&format!("{page}/publier"), &[]).await.ok().says("Le résultat est publié.");
    }
}
