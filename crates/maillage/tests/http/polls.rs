//! Finding a date together: asking those who would be called, their answers, the choice.

use kernel::{Clock as _, time};

use crate::meetings::{planned, value};
use crate::town::{Browser, Town};

const DATES: &str = "mardi 12 janvier 2027 à 14 h\n14/01/2027 9:30\n2027-01-19 18h";

/// The links to the poll in the messages that wait: of `suppleance`, `animation` and `co-porteuse`, as addresses of this site.
async fn links(town: &Town) -> Vec<(String, String)> {
    let rows: Vec<(String, String)> = town
        .read(|tx| {
            tx.query(
                "select recipient, text from outbox where subject like 'Quelles dates%' order by recipient, id",
                &[],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
        })
        .await;
    let path = |text: &str| {
        let line = text.lines().find(|line| line.contains("/reunions/dates?cle=")).unwrap();
        format!("/reunions/dates?cle={}", line.split_once("cle=").unwrap().1)
    };
    rows.into_iter().map(|(to, text)| (to, path(&text))).collect()
}

fn key(link: &str) -> String {
    link.split_once("cle=").unwrap().1.to_owned()
}

/// The names of the fields in which one says what suits, in the order of the dates.
fn dates_of(page: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in page.split("name=\"v-").skip(1).map(|rest| format!("v-{}", rest.split('"').next().unwrap())) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// A draft of the assembly with a poll of three dates; gives its page.
async fn polled(alix: &mut Browser<'_>) -> String {
    let place = planned(alix, "Choix secret", "15/01/2027").await;
    let fields = [("dates", DATES), ("ends_on", "10/12/2026")];
    alix.submit(&format!("{place}/dates/nouveau"), &fields)
        .await
        .ok()
        .says("Le sondage est ouvert")
        .says("Réponses jusqu'au 10 décembre 2026");
    place
}

stories! {
    async fn those_who_would_be_called_say_what_suits_and_one_date_is_chosen(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = polled(&mut alix).await;
        let all = links(&town).await;
        assert_eq!(all.len(), 3, "two who represent, one deputy: {all:?}");
        // Without an account; opening the link changes nothing, whoever opens it.
        let (_, link) = all.iter().find(|(to, _)| to.starts_with("co-porteuse")).unwrap();
        let acts = town.acts().await;
        let page = town.get(link).await.ok().says("Choix secret").says("mardi 12 janvier 2027 à 14 h").says("jeudi 14 janvier 2027 à 9 h 30").says("mardi 19 janvier 2027 à 18 h");
        assert_eq!(town.acts().await, acts);
        let (key, names) = (key(link), dates_of(&page.text()));
        let [first, second, third] = names.as_slice() else { panic!("{names:?}") };
        let mut camille = town.browser();
        // Each date has its answer, and what was said is kept.
        camille.post("/reunions/dates", &[("cle", &key), (first, "yes"), (second, "peut-être")]).await.is(422).says("Choisissez une réponse.");
        assert_eq!(town.acts().await, acts, "nothing half written");
        let voices = [("cle", key.as_str()), (first, "yes"), (second, "no"), (third, "if_needed")];
        camille.post("/reunions/dates", &voices).await.ok().says("Vos réponses sont enregistrées").says("Si besoin");
        // The same link changes one's mind.
        camille.post("/reunions/dates", &[("cle", &key), (first, "yes"), (second, "yes"), (third, "no")]).await.ok();
        let table = alix.get(&format!("{place}/dates")).await.ok().says("1 oui, 0 si besoin, 0 non").says("1 reçue sur");
        let choice = value(&table.text(), "choice");

        // The other way, signed in, from what is to do.
        let todo = alix.get("/a-faire").await.ok().says("Dire quelles dates conviennent : Choix secret");
        let form = todo.links().into_iter().find(|link| link.starts_with("/reunions/dates/")).unwrap();
        alix.get(&form).await.ok().says("Choix secret");
        alix.post(&form, &[(first, "yes")]).await.is(422);
        alix.submit(&form, &[(first, "yes"), (second, "no"), (third, "no")]).await.ok().says("Vos réponses sont enregistrées.");
        alix.get("/a-faire").await.ok().never_says("Dire quelles dates conviennent").never_says("Convoquer : Choix secret");

        alix.post(&format!("{place}/dates"), &[]).await.is(422).says("Choisissez une des dates.");
        alix.post(&format!("{place}/dates"), &[("choice", "00000000-0000-7000-8000-000000000000")]).await.is(422);
        alix.submit(&format!("{place}/dates"), &[("choice", &choice)]).await.ok().says("mardi 12 janvier 2027 à 14 h");
        // The second of two animators comes too late; so does whoever answers.
        town.as_("gestionnaire").await.post(&format!("{place}/dates"), &[("choice", &choice)]).await.is(409).says("pas de sondage de dates à conclure");
        town.get(link).await.is(409).says("ce sondage de dates est clos");
        camille.post("/reunions/dates", &voices).await.is(409);
        // The convocation tells the date that was chosen.
        alix.submit(&format!("{place}/convocation"), &[]).await.ok();
        town.get(&place).await.ok().says("mardi 12 janvier 2027 à 14 h");
        alix.get(&format!("{place}/dates")).await.ok().says("Date choisie");
    }

    async fn only_those_who_are_asked_learn_of_the_draft(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = polled(&mut alix).await;
        let asked: Vec<String> = town.read(|tx| tx.query("select a.id from date_asked a order by a.rank", &[], |row| row.get::<uuid::Uuid>(0).map(|id| id.to_string()))).await;
        assert!(asked.len() >= 4, "{asked:?}");
        for who in ["voisin", "sans-pouvoir", "gestionnaire", "secretariat", "equipe-nationale"] {
            let mut other = town.as_(who).await;
            for id in &asked {
                other.get(&format!("/reunions/dates/{id}")).await.is(404);
                other.post(&format!("/reunions/dates/{id}"), &[]).await.is(404);
            }
        }
        for who in ["voisin", "sans-pouvoir", "suppleance"] {
            let mut other = town.as_(who).await;
            other.get(&place).await.is(404);
            other.get(&format!("{place}/dates")).await.is(403);
            other.post(&format!("{place}/dates/nouveau"), &[("dates", DATES), ("ends_on", "10/12/2026")]).await.is(403);
            other.post(&format!("{place}/dates/abandonner"), &[]).await.is(403);
        }
        // A deputy answers for the same structure, and for no other.
        let mut sacha = town.as_("suppleance").await;
        let mut opened = 0;
        for id in &asked {
            opened += usize::from(sacha.get(&format!("/reunions/dates/{id}")).await.status.as_u16() == 200);
        }
        assert_eq!(opened, 1);
        town.get("/registre").await.ok().says("Sondage de dates pour une réunion en préparation").never_says("Choix secret");
        town.get("/reunions").await.ok().never_says("Choix secret");
    }

    async fn a_link_that_is_altered_old_or_of_an_ended_mandate_says_nothing(town: Town) {
        let mut alix = town.as_("animation").await;
        polled(&mut alix).await;
        let all = links(&town).await;
        let link = &all[0].1;
        for wrong in [link.replace("cle=", "cle=0"), link[..link.len() - 2].to_owned(), "/reunions/dates".to_owned(), "/reunions/dates?cle=%00".to_owned()] {
            town.get(&wrong).await.is(409).says("Ce lien n'est plus valable");
        }
        // A link of another purpose is none.
        let names = dates_of(&town.get(link).await.ok().text());
        let key = key(link);
        let voices: Vec<(&str, &str)> = std::iter::once(("cle", key.as_str())).chain(names.iter().map(|name| (name.as_str(), "yes"))).collect();
        town.get(&format!("/reunions/reponse?cle={key}")).await.is(409);
        town.tamper("update power set ended_at = given_at where role in ('representative', 'deputy')").await;
        town.browser().post("/reunions/dates", &voices).await.is(403);
        // Its last day is over: the answers stay, the choice waits.
        town.clock.set(town.clock.now().plus(20 * time::DAY));
        town.get(link).await.is(409).says("Ce lien n'est plus valable");
        town.browser().post("/reunions/dates", &voices).await.is(409);
        let mut alix = town.as_("animation").await;
        alix.get("/a-faire").await.ok().says("Choisir la date : Choix secret");
    }

    async fn a_poll_proposes_some_dates_to_come_each_once(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = planned(&mut alix, "Choix secret", "15/01/2027").await;
        let new = format!("{place}/dates/nouveau");
        alix.get(&format!("{place}/dates")).await.ok().says("Aucun sondage pour cette réunion");
        let acts = town.acts().await;
        for (dates, ends_on, said) in [
            ("", "10/12/2026", "Proposez de 2 à 10 dates"),
            ("12/01/2027 14h", "10/12/2026", "Proposez de 2 à 10 dates"),
            ("12/01/2027 14h\n12 janvier 2027 à 14:00", "10/12/2026", "deux fois"),
            ("12/01/2020 14h\n12/01/2027 14:00", "10/12/2026", "est passé"),
            ("28/03/2027 2h30\n12/01/2027 14:00", "10/12/2026", "n'existe pas ce jour-là"),
            ("bientôt\n12/01/2027 14:00", "10/12/2026", "n'est pas lisible"),
            (DATES, "10/12/2025", "Ce jour est passé."),
            (DATES, "25/01/2027", "avant la dernière"),
            (DATES, "", "Donnez un jour"),
        ] {
            alix.post(&new, &[("dates", dates), ("ends_on", ends_on)]).await.is(422).says(said);
        }
        assert_eq!(town.acts().await, acts);
        alix.submit(&new, &[("dates", DATES), ("ends_on", "10/12/2026")]).await.ok();
        alix.post(&new, &[("dates", DATES), ("ends_on", "10/12/2026")]).await.is(409).says("déjà en cours");
        alix.submit(&format!("{place}/dates/abandonner"), &[]).await.ok().says("Le sondage est abandonné").says("Abandonné");
        town.get(&links(&town).await[0].1).await.is(409);
        // Another one may follow; a date that has passed meanwhile is not chosen.
        alix.submit(&new, &[("dates", "24/11/2026 9h\n12/01/2027 14h"), ("ends_on", "10/12/2026")]).await.ok();
        let past = value(&alix.get(&format!("{place}/dates")).await.text(), "choice");
        town.clock.set(town.clock.now().plus(5 * time::DAY));
        let mut alix = town.as_("animation").await;
        alix.post(&format!("{place}/dates"), &[("choice", &past)]).await.is(422).says("Cette date est passée");
        // Convened on the day that it had: the poll is over.
        alix.submit(&format!("{place}/convocation"), &[]).await.ok();
        alix.post(&new, &[("dates", DATES), ("ends_on", "10/12/2026")]).await.is(409).says("avant de convoquer");
        town.get(&links(&town).await.last().unwrap().1).await.is(409);
    }

    async fn a_body_in_which_nobody_sits_asks_nobody(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = planned(&mut alix, "Choix secret", "15/01/2027").await;
        town.tamper("delete from body_rule").await;
        town.tamper("delete from seat").await;
        alix.post(&format!("{place}/dates/nouveau"), &[("dates", DATES), ("ends_on", "10/12/2026")]).await.is(409).says("Personne ne siège encore");
    }
}
