//! Standing: proposed and refused, entered from paper, changed, withdrawn, never twice.

use super::*;

stories! {
    async fn one_is_proposed_and_refuses_or_accepts(town: Town) {
        let (mut alix, page) = called(&town, "Proposer", &[]).await;
        let mut sacha = town.as_("suppleance").await;
        let form = sacha.get(&format!("{page}/proposer")).await.ok().text();
        let ccas = choice(&form, "CCAS exemple");
        sacha.post(&format!("{page}/proposer"), &[("faith", "Elle saurait.")]).await.is(422).says("Proposez une structure, une seule.");
        sacha.post(&format!("{page}/proposer"), &[("faith", "Elle saurait."), ("asked", "x")]).await.is(422).says("Choisissez des structures de la liste.");
        let proposal = [("faith", "Elle saurait."), ("asked", ccas.as_str())];
        sacha.submit(&format!("{page}/proposer"), &proposal).await.ok().says("La proposition est envoyée");
        let acts = town.acts().await;
        sacha.submit(&format!("{page}/proposer"), &proposal).await.ok();
        assert_eq!(town.acts().await, acts);
        // Whoever proposed has not accepted for the other one, and cannot.
        let mut camille = town.as_("co-porteuse").await;
        let answer = link(&camille.get(&page).await.ok().says("Proposée par"), "/repondre");
        sacha.get(&answer).await.is(404);
        sacha.post(&answer, &[("reply", "accepte"), ("name", "Sacha")]).await.is(404);
        town.as_("voisin").await.get(&answer).await.is(404);
        camille.submit(&answer, &[("reply", "refuse"), ("name", "Camille Exemple")]).await.ok().says("Votre réponse est enregistrée");
        alix.get(&page).await.ok().says("Refusée").never_says("Camille Exemple (");
        camille.post(&answer, &[("reply", "accepte"), ("name", "Camille Exemple")]).await.is(404);
        let names: i64 = town.read(|tx| tx.get("select count(*) from candidate a join candidacy c on c.id = a.candidacy join election e on e.id = c.election where e.title = 'Proposer' and (a.person is not null or a.name <> '')", &[], |row| row.get(0))).await;
        assert_eq!(names, 0, "who refuses leaves no name");
        // Proposed again, and accepted; nobody stands twice.
        sacha.submit(&format!("{page}/proposer"), &[("faith", "Vraiment."), ("asked", &ccas)]).await.ok();
        let answer = link(&camille.get(&page).await.ok(), "/repondre");
        camille.submit(&answer, &[("reply", "accepte"), ("name", "Camille Exemple")]).await.ok();
        camille.post(&format!("{page}/candidater"), &[("name", "Camille"), ("faith", "Encore")]).await.is(409).says("déjà candidate").says("Encore");
        // Nobody who does not sit stands; nobody reads the forms of another.
        for (persona, status) in [("voisin", 409), ("secretariat", 409)] {
            town.as_(persona).await.get(&format!("{page}/candidater")).await.is(status);
            town.as_(persona).await.post(&format!("{page}/candidater"), &[("name", "x"), ("faith", "x")]).await.is(status);
        }
    }

    async fn those_who_animate_enter_what_came_on_paper(town: Town) {
        let (mut alix, page) = called(&town, "Sur papier", &[]).await;
        let at = format!("{page}/saisir");
        let holder = choice(&alix.get(&at).await.ok().text(), "Camille Exemple (");
        alix.post(&at, &[("faith", "Reçue par courrier.")]).await.is(422).says("Une candidature réunit ici 1 personne.");
        alix.post(&at, &[("persons", "x"), ("faith", "x")]).await.is(422).says("Choisissez des personnes dans la liste.");
        alix.post(&at, &[("persons", &holder), ("names", "Une autre"), ("faith", "x")]).await.is(422).says("1 personne");
        let fields = [("persons", holder.as_str()), ("faith", "Reçue par courrier.")];
        alix.submit(&at, &fields).await.ok().says("La candidature est saisie.").says("Camille Exemple (CCAS");
        let acts = town.acts().await;
        alix.submit(&at, &fields).await.ok();
        assert_eq!(town.acts().await, acts);
        alix.post(&at, &[("persons", &holder), ("faith", "Encore une")]).await.is(409).says("déjà candidate");
        // Who has no account here is a name; after the hour too, as long as the list is not drawn up.
        town.clock.set(kernel::Timestamp::from_micros(1_800_000_000 * 1_000_000));
        let mut alix = town.as_("animation").await;
        alix.submit(&at, &[("names", "Lou Sanscompte"), ("faith", "À l'heure, sur papier.")]).await.ok().says("Lou Sanscompte");
        town.as_("suppleance").await.post(&at, &[("names", "x"), ("faith", "x")]).await.is(403);
        // Camille reads her own candidacy and changes it no more: the call is over.
        let mut camille = town.as_("co-porteuse").await;
        let own = link(&camille.get(&page).await.ok().says("La vôtre"), "/retirer");
        camille.post(&own.replace("/retirer", "/modifier"), &[("faith", "Autre"), ("version", "1")]).await.is(409).says("ne change plus").says("Autre");
    }

    async fn a_faith_is_rewritten_and_a_candidacy_withdrawn(town: Town) {
        let (_alix, page) = called(&town, "Réécrire", &[]).await;
        let mut camille = town.as_("co-porteuse").await;
        stands(&mut camille, &page, "Camille Exemple", &[]).await;
        let at = link(&camille.get(&page).await.ok(), "/modifier");
        let version = value(&camille.get(&at).await.ok().says("Deux jours par mois").text(), "version");
        camille.post(&at, &[("version", &version), ("faith", " ")]).await.is(422).says("Écrivez une profession de foi");
        camille.submit(&at, &[("version", &version), ("faith", "Trois jours.")]).await.ok().says("Trois jours.");
        let acts = town.acts().await;
        camille.submit(&at, &[("version", &version), ("faith", "Trois jours.")]).await.ok();
        assert_eq!(town.acts().await, acts);
        camille.post(&at, &[("version", &version), ("faith", "Quatre jours.")]).await.is(409).says("Quelqu'un d'autre").says("Quatre jours.");
        town.as_("suppleance").await.get(&at).await.is(404);
        town.as_("suppleance").await.post(&at.replace("/modifier", "/retirer"), &[]).await.is(404);
        let away = at.replace("/modifier", "/retirer");
        camille.get(&away).await.ok().says("Camille Exemple");
        camille.submit(&away, &[]).await.ok().says("La candidature est retirée.").says("Retirée");
        let acts = town.acts().await;
        camille.submit(&away, &[]).await.ok();
        assert_eq!(town.acts().await, acts);
        // And stands again, if she likes.
        stands(&mut camille, &page, "Camille Exemple", &[]).await;
    }
}
