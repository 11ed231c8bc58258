//! A vote in session, from its item to the minutes and to a decision.

use super::*;

stories! {
    async fn a_vote_in_session_from_its_item_to_the_minutes(town: Town) {
        let (mut alix, place, item) = session(&town).await;
        alix.get(&format!("{place}/ordre-du-jour")).await.ok().says("Préparer un vote");
        alix.get(&format!("{NEW}?point={item}")).await.ok().keeps("Les horaires");
        // All that is wrong is said at once, and what was typed stays.
        alix.post(NEW, &[("question", ""), ("point", &item), ("description", "Parce que")]).await.is(422).says("Remplissez ce champ.").says("Choisissez une réponse dans la liste.").says("Parce que");
        let with_item = proposal("Ouvrir le samedi", &[("point", &item), ("publishes", "")]);
        let page = alix.submit(NEW, &with_item).await.ok().says("Qui voterait aujourd'hui").path;
        // In preparation: those who sit see whether they will vote, nobody else that there is something.
        town.as_("suppleance").await.get(&page).await.ok().says("siège dans cette instance").says("suppléance");
        town.get(&page).await.is(404);
        town.as_("voisin").await.get(&page).await.is(404);
        let mut sacha = town.as_("suppleance").await;
        sacha.post(&format!("{page}/ouvrir"), &[]).await.is(403);
        sacha.get(&format!("{page}/voter")).await.is(409);

        alix.submit(&format!("{page}/ouvrir"), &[]).await.ok();
        alix.post(&format!("{page}/ouvrir"), &[]).await.is(409).says("déjà ouvert");
        alix.get(&format!("{page}/modifier")).await.ok();
        alix.post(&format!("{page}/modifier"), &proposal("Autre", &[("version", "9")])).await.is(409).says("il ne change plus");
        alix.get("/a-faire").await.ok().says("Voter : Ouvrir le samedi").says("Clore le vote : Ouvrir le samedi");
        // A deputy votes; the principal replaces it; the deputy comes too late.
        vote(&mut sacha, &page, "1").await.ok().says("Votre vote est enregistré.");
        vote(&mut alix, &page, "0").await.ok().says("Votre vote est enregistré.");
        let again = sacha.get(&format!("{page}/voter")).await.ok().text();
        let seat = value(&again, "siege");
        sacha.post(&format!("{page}/voter"), &[("siege", &seat), ("choice", "1")]).await.is(409).says("a déjà voté");
        let mut camille = town.as_("co-porteuse").await;
        camille.post(&format!("{page}/voter"), &[("siege", &seat), ("choice", "1")]).await.is(409).says("n'est pas le vôtre");
        camille.get(&format!("{page}/voter?siege={seat}")).await.is(404);
        let own = value(&camille.get(&format!("{page}/voter")).await.ok().text(), "siege");
        camille.post(&format!("{page}/voter"), &[("siege", &own)]).await.is(422).says("Choisissez une réponse.");
        camille.post(&format!("{page}/voter"), &[("siege", &own), ("choice", "7")]).await.is(422).says("de la liste");
        camille.post(&format!("{page}/voter"), &[("siege", &own), ("choice", "0"), ("choice", "blanc")]).await.is(422);
        camille.submit(&format!("{page}/voter"), &[("siege", &own), ("choice", "blanc"), ("reason", "Nous n'avons pas délibéré")]).await.ok();
        // Nobody learns what is voted before the close, the animator neither.
        alix.get(&page).await.ok().says("2 votants sur").never_says("délibéré").never_says("Abstention");
        town.get(&page).await.ok().says("Ouvert").never_says("votants sur");
        town.as_("voisin").await.post(&format!("{page}/voter"), &[("siege", &own), ("choice", "0")]).await.is(403);

        // The rest of the room, by show of hands.
        let hands = room(&mut alix, &page, "0").await;
        assert!(!hands.iter().any(|(name, _)| name.contains(&own)), "who has voted is not entered");
        let many = hands.len();
        alix.submit(&format!("{page}/voix"), &fields(&hands)).await.ok().says("Les votes de la salle sont enregistrés.");
        alix.post(&format!("{page}/voix"), &[(&format!("v-{own}"), "1")]).await.is(409).says("a voté elle-même");
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says("Le vote est clos.").says("adopté").says("Pas encore publié");
        alix.post(&format!("{page}/clore"), &[]).await.is(409);
        camille.post(&format!("{page}/voter"), &[("siege", &own), ("choice", "0")]).await.is(409).says("Le vote est clos");
        town.get(&page).await.ok().says("Le vote est clos").never_says("adopté");
        town.as_("suppleance").await.get(&page).await.ok().never_says("adopté");
        alix.submit(&format!("{page}/publier"), &[]).await.ok().says("Le résultat est publié.");
        alix.post(&format!("{page}/publier"), &[]).await.is(409);
        let yes = many + 1;
        let sentence = format!("{yes} pour sur {yes} exprimés, majorité simple = {} : adopté", yes / 2 + 1);
        town.get(&page).await.ok().says(&sentence).says("Abstention").says("Nous n'avons pas délibéré");
        town.get(&format!("{VALLEE}/scrutins")).await.ok().says("Ouvrir le samedi").says(&sentence);

        // It stands in the minutes by itself.
        alix.submit(&format!("{place}/clore"), &[]).await.ok().says(&sentence);
        alix.submit(&format!("{place}/compte-rendu/approuver"), &[("approved_on", "15/01/2027"), ("approval", "en séance")]).await.ok();
        alix.submit(&format!("{place}/compte-rendu/publier"), &[]).await.ok();
        town.get(&format!("{place}/compte-rendu")).await.ok().says(&sentence).says("Qui a voté").says("Nous n'avons pas délibéré");
        alix.post(NEW, &with_item).await.is(409).says("on n'y prépare plus de vote");
        town.get("/registre").await.ok().says(&format!("Résultat de « Ouvrir le samedi » : {sentence}"));
    }

    async fn a_proxy_votes_as_long_as_it_stands(town: Town) {
        let (mut alix, place, item) = session(&town).await;
        // The third place gives its proxy to the CCAS.
        let (giver, holder): (uuid::Uuid, uuid::Uuid) = town.read(|tx| tx.get(
            "select a.id, b.id from participant a join participant b on b.meeting = a.meeting join meeting m on m.id = a.meeting
             where a.name like 'Tiers-lieu%' and b.name like 'CCAS%' and m.state = 'open' and m.title like 'Réunion d%'", &[], |row| Ok((row.get(0)?, row.get(1)?)))).await;
        let (field, proxy) = (format!("p-{giver}"), format!("proxy:{holder}"));
        alix.submit(&format!("{place}/presence"), &[(&field, &proxy)]).await.ok();
        let page = opened(&mut alix, &item, &proposal("Par pouvoir", &[("publishes", "oui")])).await;
        let mut camille = town.as_("co-porteuse").await;
        let own = camille.get(&page).await.ok().says("vous a donné pouvoir").text();
        let seats: Vec<String> = own.split("siege=").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
        assert_eq!(seats.len(), 2, "its own seat and the proxy");
        for seat in &seats {
            camille.submit(&format!("{page}/voter"), &[("siege", seat), ("choice", "0")]).await.ok();
        }
        // The one who gave it comes: its own vote counts.
        let mut sacha = town.as_("suppleance").await;
        vote(&mut sacha, &page, "1").await.ok();
        camille.post(&format!("{page}/voter"), &[("siege", &seats[1]), ("choice", "0")]).await.is(409).says("a déjà voté");
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says("1 pour sur 2 exprimés, majorité simple = 2 : égalité, rejeté");
        // A proxy that is taken back votes no more.
        let page = opened(&mut alix, &item, &proposal("Par pouvoir encore", &[])).await;
        alix.submit(&format!("{place}/presence"), &[(&field, "absent")]).await.ok();
        let own = camille.get(&page).await.ok().text();
        let seats: Vec<String> = own.split("siege=").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
        camille.post(&format!("{page}/voter"), &[("siege", &seats[1]), ("choice", "0")]).await.is(409).says("ne vous donne plus pouvoir");
    }

    async fn what_is_voted_on_a_draft_becomes_a_decision_with_its_number(town: Town) {
        let (mut alix, place, item) = session(&town).await;
        let new = format!("{BODY}/decisions/nouvelle");
        for title in ["Une permanence le samedi", "Un abonnement de plus"] {
            let form = alix.get(&new).await.ok().text();
            let arising = form.split("name=\"arising\"").nth(1).unwrap().split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
            alix.submit(&new, &[("title", title), ("text", "Pour six mois."), ("arising", &arising), ("item", &item)]).await.ok();
        }
        let draft = |title: &'static str| town.read(move |tx| tx.get::<uuid::Uuid>("select id from decision where title = $1", store::params![title], |row| row.get(0)));
        let (one, two) = (draft("Une permanence le samedi").await.to_string(), draft("Un abonnement de plus").await.to_string());
        alix.post(NEW, &proposal("x", &[("point", &item), ("decision", "illisible")])).await.is(422).says("Choisissez un projet de la liste.");
        alix.post(NEW, &proposal("x", &[("point", &item), ("form", "one"), ("answers", "a\nb"), ("places", "1"), ("decision", &one)])).await.is(422).says("choisissez « une proposition »");
        let page = opened(&mut alix, &item, &proposal("La permanence", &[("decision", &one), ("publishes", "oui")])).await;
        // While it is voted on nobody adopts it otherwise, and no other vote is about it.
        alix.post(NEW, &proposal("Encore", &[("point", &item), ("decision", &one)])).await.is(409).says("Un autre vote porte déjà sur ce projet");
        let all = room(&mut alix, &page, "0").await;
        alix.submit(&format!("{page}/voix"), &fields(&all)).await.ok();
        // Closed, and not published by itself: what it does is done by somebody.
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says("Pas encore publié");
        alix.submit(&format!("{page}/publier"), &[]).await.ok().says("Décision 2027-01");
        town.get(&format!("{VALLEE}/decisions/2027-01")).await.ok().says("Une permanence le samedi").says("exprimés, majorité simple");
        // Rejected: no number.
        let page = opened(&mut alix, &item, &proposal("L'abonnement", &[("decision", &two)])).await;
        let all = room(&mut alix, &page, "1").await;
        alix.submit(&format!("{page}/voix"), &fields(&all)).await.ok();
        alix.submit(&format!("{page}/clore"), &[]).await.ok();
        alix.submit(&format!("{page}/publier"), &[]).await.ok().says("Rejeté");
        town.get(&format!("{VALLEE}/decisions")).await.ok().never_says("Un abonnement de plus");
        alix.submit(&format!("{place}/clore"), &[]).await.ok().says("Décision 2027-01").says("La permanence");
    }
}
