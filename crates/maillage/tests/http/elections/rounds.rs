//! Rounds: two, a tie, a withdrawal while people vote, open posts; names that are erased.

use super::*;
use kernel::{Clock as _, Who};

/// Enters somebody by name.
async fn enters(alix: &mut Browser<'_>, page: &str, name: &str) {
    alix.submit(&format!("{page}/saisir"), &[("names", name), ("faith", "Reçue sur papier.")])
        .await
        .ok()
        .says("La candidature est saisie.");
}

/// The rank of an answer of a ballot, as its form sends it.
async fn rank(browser: &mut Browser<'_>, ballot: &str, label: &str) -> String {
    choice(&browser.get(&format!("{ballot}/voter")).await.ok().text(), label)
}

stories! {
    async fn a_second_round_elects_and_the_rest_stays_open(town: Town) {
        let (mut alix, page) = called(&town, "Deux postes", &[("posts", "2"), ("office", "other"), ("office_name", "Porte-parole")]).await;
        for name in ["Ana Une", "Bob Deux", "Cleo Trois"] {
            enters(&mut alix, &page, name).await;
        }
        let (mut alix, _place, item) = session(&town).await;
        let ballot = voted(&mut alix, &page, &item).await;
        alix.post(&format!("{page}/vote"), &[("way", "live"), ("item", &item)]).await.is(409).says("déjà préparé ou ouvert");
        alix.post(&format!("{page}/terminer"), &[]).await.is(409).says("Un vote est en cours");
        alix.post(&format!("{ballot}/second-tour"), &[]).await.is(409).says("depuis la page de l'élection");
        let mut camille = town.as_("co-porteuse").await;
        let (ana, bob) = (rank(&mut camille, &ballot, "Ana Une").await, rank(&mut camille, &ballot, "Bob Deux").await);
        // Three votes, two of them for Ana: she has the majority, nobody else.
        votes(&mut camille, &ballot, &ana).await;
        votes(&mut alix, &ballot, &ana).await;
        let rest = alix.get(&format!("{ballot}/voix")).await.ok().text();
        let seat = rest.split("name=\"v-").nth(1).unwrap().split('"').next().unwrap().to_owned();
        alix.submit(&format!("{ballot}/voix"), &[(&format!("v-{seat}"), bob.as_str())]).await.ok();
        published(&mut alix, &ballot).await.says("retenu : Ana Une");
        town.get(&page).await.ok().says("Ana Une").says("Vote");
        alix.get("/a-faire").await.ok().says("Préparer le tour suivant, ou terminer : Deux postes");
        // The second round: without Ana, the most votes are enough.
        let second = voted(&mut alix, &page, &item).await;
        assert_ne!(second, ballot);
        camille.get(&format!("{second}/voter")).await.ok().never_says("Ana Une").says("Cleo Trois");
        let bob = rank(&mut camille, &second, "Bob Deux").await;
        votes(&mut camille, &second, &bob).await;
        published(&mut alix, &second).await.says("retenu : Bob Deux");
        town.get(&page).await.ok().says("Terminée").says("Ana Une").says("Bob Deux").says("Cleo Trois").never_says("reste ouvert");
        alix.get(&page).await.ok().never_says("Pouvoir à donner");
        alix.post(&format!("{page}/vote"), &[("way", "live"), ("item", &item)]).await.is(409).says("n'est pas au moment du vote");
        // A year later the names of those who were not elected are gone, those of the elected stay.
        town.clock.set(town.clock.now().plus(366 * kernel::time::DAY));
        town.act(&Who::clockwork(), meetings::schedule::purge).await.unwrap();
        town.get(&page).await.ok().says("Ana Une").says("Bob Deux").never_says("Cleo Trois").says("Candidature non élue n° 1");
        town.get(&second).await.ok().says("Bob Deux").never_says("Cleo Trois");
        let left: i64 = town.read(|tx| tx.get("select (select count(*) from ballot_option where label like '%Cleo%' or description <> '' and label like 'Candidature non%') + (select count(*) from ballot where sentence like '%Cleo%') + (select count(*) from candidate where name like '%Cleo%')", &[], |row| row.get(0))).await;
        assert_eq!(left, 0);
    }

    async fn who_withdraws_while_people_vote_counts_no_more(town: Town) {
        let (mut alix, page) = called(&town, "Retrait", &[("rounds", "1"), ("majority", "simple"), ("secret", "oui")]).await;
        let mut camille = town.as_("co-porteuse").await;
        stands(&mut camille, &page, "Camille Exemple", &[]).await;
        enters(&mut alix, &page, "Bob Deux").await;
        enters(&mut alix, &page, "Cleo Trois").await;
        let (mut alix, _place, item) = session(&town).await;
        let mut camille = town.as_("co-porteuse").await;
        // In preparation whoever withdraws leaves the ballot.
        let ballot = alix.submit(&format!("{page}/vote"), &[("way", "live"), ("item", &item)]).await.ok().path;
        let cleo = alix.get(&page).await.ok().links().into_iter().filter(|link| link.ends_with("/retirer")).nth(2).unwrap();
        alix.submit(&cleo, &[]).await.ok();
        alix.get(&ballot).await.ok().never_says("Cleo Trois");
        alix.submit(&format!("{ballot}/ouvrir"), &[]).await.ok();
        let (own, bob) = (rank(&mut camille, &ballot, "Camille Exemple").await, rank(&mut camille, &ballot, "Bob Deux").await);
        votes(&mut camille, &ballot, &own).await;
        votes(&mut alix, &ballot, &own).await;
        // Candidacies stand in the order of their names; she manages the network, so she may withdraw any.
        let all = camille.get(&page).await.ok().says("La vôtre").links();
        let away = all.into_iter().filter(|link| link.ends_with("/retirer")).nth(1).unwrap();
        camille.get(&away).await.ok().says("compte comme blanc");
        camille.submit(&away, &[]).await.ok().says("La candidature est retirée.");
        // It is chosen no more; one of the two changes the vote, the other one's is blank.
        let seat = value(&camille.get(&format!("{ballot}/voter")).await.ok().never_says("Camille Exemple</").text(), "siege");
        camille.post(&format!("{ballot}/voter"), &[("siege", &seat), ("choice", &own)]).await.is(422).says("s'est retiré");
        votes(&mut alix, &ballot, &bob).await;
        let rest = alix.get(&format!("{ballot}/voix")).await.ok().text();
        let other = rest.split("name=\"v-").nth(1).unwrap().split('"').next().unwrap().to_owned();
        alix.submit(&format!("{ballot}/voix"), &[(&format!("v-{other}"), "urne")]).await.ok();
        // The paper names who withdrew: it counts as blank too.
        let counted = |code: &str| format!("b-{}", code.parse::<usize>().unwrap());
        alix.submit(&format!("{ballot}/clore"), &[(&counted(&own), "1"), (&counted(&bob), "0"), ("box", "0")]).await.ok();
        alix.submit(&format!("{ballot}/publier"), &[]).await.ok().says("retenu : Bob Deux").says("sur 1 exprimé").says("candidature retirée");
        town.get(&page).await.ok().says("Bob Deux").says("Terminée");
        alix.get(&page).await.ok().says("Pouvoir à donner");
        // Nobody left: the vote is given up.
        let (_, page) = called(&town, "Seule", &[]).await;
        let mut camille = town.as_("co-porteuse").await;
        stands(&mut camille, &page, "Camille Exemple", &[]).await;
        town.clock.set(kernel::Timestamp::from_micros(1_800_000_000 * 1_000_000));
        let written = [("way", "written"), ("closes_day", "22/01/2027"), ("closes_hour", "18:00")];
        let mut alix = town.as_("animation").await;
        let ballot = alix.submit(&format!("{page}/vote"), &written).await.ok().path;
        let acts = town.acts().await;
        assert_eq!(alix.submit(&format!("{page}/vote"), &written).await.ok().path, ballot);
        assert_eq!(town.acts().await, acts);
        alix.post(&format!("{ballot}/modifier"), &[("question", "x")]).await.is(422);
        alix.submit(&format!("{ballot}/ouvrir"), &[]).await.ok();
        let mut camille = town.as_("co-porteuse").await;
        let away = link(&camille.get(&page).await.ok(), "/retirer");
        camille.submit(&away, &[]).await.ok();
        alix.get(&ballot).await.ok().says("Plus personne n'est candidat");
        alix.submit(&format!("{page}/terminer"), &[]).await.ok().says("Un poste reste ouvert");
    }

    async fn a_tie_is_voted_again_between_the_tied(town: Town) {
        let (mut alix, page) = called(&town, "Égalité", &[("rounds", "1"), ("majority", "simple")]).await;
        for name in ["Ana Une", "Bob Deux", "Cleo Trois"] {
            enters(&mut alix, &page, name).await;
        }
        let (mut alix, _place, item) = session(&town).await;
        let ballot = voted(&mut alix, &page, &item).await;
        let mut camille = town.as_("co-porteuse").await;
        let (ana, bob) = (rank(&mut camille, &ballot, "Ana Une").await, rank(&mut camille, &ballot, "Bob Deux").await);
        votes(&mut camille, &ballot, &ana).await;
        votes(&mut alix, &ballot, &bob).await;
        published(&mut alix, &ballot).await.says("égalité entre Ana Une, Bob Deux");
        let again = voted(&mut alix, &page, &item).await;
        camille.get(&format!("{again}/voter")).await.ok().never_says("Cleo Trois").says("Ana Une");
        let ana = rank(&mut camille, &again, "Ana Une").await;
        votes(&mut camille, &again, &ana).await;
        published(&mut alix, &again).await.says("retenu : Ana Une");
        town.get(&page).await.ok().says("Terminée").says("Ana Une");
    }

    async fn a_list_takes_the_posts_in_its_order(town: Town) {
        let (mut alix, page) = called(&town, "Listes", &[("kind", "lists"), ("posts", "2"), ("rounds", "1"), ("majority", "simple")]).await;
        let at = format!("{page}/saisir");
        alix.post(&at, &[("title", ""), ("names", "Ana\nBob"), ("faith", "Ensemble.")]).await.is(422).says("Remplissez ce champ.").says("Ensemble.");
        alix.submit(&at, &[("title", "Liste Ouverte"), ("names", "Ana Une\nBob Deux\nCleo Trois"), ("faith", "Ensemble.")]).await.ok();
        let mut camille = town.as_("co-porteuse").await;
        let form = camille.get(&format!("{page}/candidater")).await.ok().text();
        let third = choice(&form, "Tiers-lieu");
        stands(&mut camille, &page, "Camille Exemple", &[("title", "Liste Vallée"), ("asked", &third)]).await;
        let mut sacha = town.as_("suppleance").await;
        let answer = link(&sacha.get(&page).await.ok(), "/repondre");
        sacha.submit(&answer, &[("reply", "accepte"), ("name", "Sacha Exemple")]).await.ok();
        let (mut alix, _place, item) = session(&town).await;
        let mut camille = town.as_("co-porteuse").await;
        let ballot = voted(&mut alix, &page, &item).await;
        let own = rank(&mut camille, &ballot, "Liste Vallée").await;
        votes(&mut camille, &ballot, &own).await;
        published(&mut alix, &ballot).await.says("retenu : Liste Vallée");
        town.get(&page).await.ok().says("Liste Vallée").says("Sacha Exemple").says("Terminée").never_says("reste ouvert");
        assert!(animates(&town, "co-porteuse", "2027-03-01").await && animates(&town, "suppleance", "2027-03-01").await);
    }
}
