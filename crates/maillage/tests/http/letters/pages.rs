//! Choosing: on the own page, by the link of a message, and by the mail program's own button.

use axum::body::Body;
use axum::http::{Method, Request};
use directory::correspondence::LetterKind::{Duties, Meetings};
use kernel::time::DAY;

use super::*;
use crate::reply::Reply;

/// What a person has chosen, as the database holds it.
async fn chosen(town: &Town, to: Id<Person>) -> (Rhythm, Vec<LetterKind>) {
    let known = town.read(move |tx| waiting::choices(tx, to)).await;
    (known.rhythm, known.refused)
}

/// As the server of a mail provider sends it (RFC 8058): no origin, no cookie, a body of its own.
async fn one_click(town: &Town, address: &str, more: &[(&str, &str)]) -> Reply {
    let mut request = Request::builder().method(Method::POST).uri(address).header("host", "localhost:8080");
    for (name, value) in [("content-type", "application/x-www-form-urlencoded"), ("user-agent", "Exemple-Unsubscriber")]
        .iter()
        .chain(more)
    {
        request = request.header(*name, *value);
    }
    town.browser().send(request.body(Body::from("List-Unsubscribe=One-Click")).unwrap()).await
}

/// The address with one digit of its key changed.
fn altered(address: &str) -> String {
    let at = address.find("cle=").unwrap() + 6;
    let digit = if &address[at..=at] == "0" { "1" } else { "0" };
    format!("{}{digit}{}", &address[..at], &address[at + 1..])
}

stories! {
    async fn one_chooses_on_the_own_page(town: Town) {
        let to = person(&town, "hub").await;
        told(&town, to, Meetings, "Compte rendu publié", "/reunions").await;
        let mut browser = town.as_("hub").await;
        browser.get("/compte").await.ok().says("Mes courriels");
        browser.get("/compte/courriels").await.ok().has("h1", "Mes courriels")
            .says("lundi 23 novembre 2026 à 7 h").says("Compte rendu publié").says("Ce qui n'attend pas").says("Ce n'est pas un choix");
        browser.submit("/compte/courriels", &[("rhythm", "day"), ("kind", "duties"), ("kind", "tasks")]).await.ok()
            .says("Vos choix sont enregistrés.").says("Aucune nouvelle n'attend.");
        assert_eq!(chosen(&town, to).await, (Rhythm::Day, vec![Meetings, LetterKind::Membership]));
        browser.get("/compte").await.ok().says("Choix des courriels changés");
        // Nothing changed: the journal says nothing more.
        let events = |tx: &mut store::Tx<'_>| tx.get("select count(*) from account_event where kind = 'Choix des courriels changés'", &[], |row| row.get::<i64>(0));
        let before = town.read(events).await;
        browser.submit("/compte/courriels", &[("rhythm", "day"), ("kind", "duties"), ("kind", "tasks")]).await.ok();
        assert_eq!(town.read(events).await, before);
        // What was ticked is kept beside the error, and nothing is written.
        let page = browser.post("/compte/courriels", &[("rhythm", "parfois"), ("kind", "meetings")]).await.is(422).says("Choisissez un rythme.").text();
        assert!(page.contains("value=\"meetings\" checked") && !page.contains("value=\"duties\" checked"), "{page}");
        assert_eq!(chosen(&town, to).await.0, Rhythm::Day);
        // Answers are no choice.
        browser.submit("/compte/courriels", &[("rhythm", "never"), ("kind", "answers"), ("kind", "inconnue")]).await.ok().says("Aucun message groupé n'est prévu.");
        let (rhythm, refused) = chosen(&town, to).await;
        assert_eq!((rhythm, refused.contains(&LetterKind::Answers)), (Rhythm::Never, false));
        town.get("/compte/courriels").await.is(303);
    }

    async fn the_link_of_a_message_changes_one_choice_at_a_press(town: Town) {
        let letter = one_letter(&town).await;
        let to = person(&town, "sans-pouvoir").await;
        let link = letter.link("/courriels/reglages");
        let mut reader = town.browser();
        let acts = town.acts().await;
        // A scanner opens the link, as often as it likes.
        for _ in 0..3 {
            reader.get(&link).await.ok().has("h1", "Réglages de vos courriels").says("s…@exemple.fictif").says("Votre choix").never_says("Charlie");
        }
        assert_eq!(chosen(&town, to).await, (Rhythm::Week, vec![]));
        let key = link.split_once("cle=").unwrap().1.to_owned();
        let place = "/courriels/reglages";
        reader.submit(place, &[("cle", &key), ("rhythm", "month")]).await.ok().says("C'est noté. Un message groupé : chaque mois.").says("mardi 1er décembre 2026 à 7 h");
        reader.submit(place, &[("cle", &key), ("kind", "meetings"), ("wanted", "non")]).await.ok().says("Vous ne recevrez plus : Réunions annoncées").says("Refusé");
        assert_eq!(chosen(&town, to).await, (Rhythm::Month, vec![Meetings]));
        reader.submit(place, &[("cle", &key), ("kind", "meetings"), ("wanted", "oui")]).await.ok().says("Vous recevrez de nouveau");
        assert_eq!(chosen(&town, to).await, (Rhythm::Month, vec![]));
        assert_eq!(town.acts().await, acts, "choices are nobody else's business");

        // It signs nobody in.
        reader.get("/compte/courriels").await.is(303);
        reader.get("/a-faire").await.is(303);
        for (fields, status) in [
            (vec![("cle", key.as_str())], 409), (vec![("cle", key.as_str()), ("kind", "answers"), ("wanted", "non")], 409),
            (vec![("cle", key.as_str()), ("rhythm", "parfois")], 409), (vec![("rhythm", "never")], 409), (vec![("cle", "00"), ("rhythm", "never")], 409),
        ] {
            reader.post(place, &fields).await.is(status);
        }
        reader.get(&altered(&link)).await.is(409).says("Ce lien n'est plus valable");
        reader.get(place).await.is(409);
        assert_eq!(chosen(&town, to).await, (Rhythm::Month, vec![]));
        // Another site's page cannot press the button.
        let forged = Request::builder().method(Method::POST).uri(place).header("host", "localhost:8080").header("origin", "https://mal.example")
            .header("content-type", "application/x-www-form-urlencoded").body(Body::from(format!("cle={key}&rhythm=never"))).unwrap();
        reader.send(forged).await.is(403);
        assert_eq!(chosen(&town, to).await.0, Rhythm::Month);

        town.clock.set(at("2026-11-23", 7, 0).plus(90 * DAY - 1));
        reader.get(&link).await.ok();
        town.clock.set(at("2026-11-23", 7, 0).plus(90 * DAY));
        reader.get(&link).await.is(409).says("il a plus de 90 jours");
        reader.post(place, &[("cle", &key), ("rhythm", "never")]).await.is(409);
        assert_eq!(chosen(&town, to).await.0, Rhythm::Month);
    }

    async fn a_mail_program_unsubscribes_with_one_request(town: Town) {
        let letter = one_letter(&town).await;
        let to = person(&town, "sans-pouvoir").await;
        let address = letter.header();
        assert!(address.starts_with("/courriels/desinscription?cle=") && address.ends_with("&sortes=meetings"), "{address}");
        // Who opens the address reads a page with one button.
        let page = town.get(&address).await.ok().has("h1", "Ne plus recevoir ces nouvelles").says("Réunions annoncées, comptes rendus publiés").says("s…@exemple.fictif");
        assert_eq!(page.text().matches("<form class=\"m-actions\"").count(), 1);
        assert_eq!(chosen(&town, to).await.1, []);

        let other = address.replace("sortes=meetings", "sortes=duties");
        for wrong in [altered(&address), other.clone(), address.replace("sortes=meetings", "sortes="), "/courriels/desinscription".to_owned()] {
            one_click(&town, &wrong, &[]).await.is(409);
            town.get(&wrong).await.is(409);
        }
        // From another site's page, with a browser.
        one_click(&town, &address, &[("origin", "https://mal.example")]).await.is(403);
        one_click(&town, &address, &[("sec-fetch-site", "cross-site")]).await.is(403);
        assert_eq!(chosen(&town, to).await.1, []);

        // Twice, as providers do: no redirection, no cookie asked for.
        for _ in 0..2 {
            let done = one_click(&town, &address, &[]).await.ok().says("C'est fait");
            assert_eq!(done.header("location"), "");
        }
        assert_eq!(chosen(&town, to).await, (Rhythm::Week, vec![Meetings]));
        told(&town, to, Meetings, "Un autre", "/reunions").await;
        on(&town, "2026-11-30", 7, 0).await;
        assert_eq!(letters(&town, "sans-pouvoir").await.len(), 1);
        // The page leads to all choices, without a sign-in.
        let mut reader = town.browser();
        let page = reader.post(&address, &[]).await.ok();
        let settings = page.links().into_iter().find(|link| link.starts_with("/courriels/reglages?cle=")).unwrap();
        reader.get(&settings).await.ok().says("Refusé");

        town.clock.set(at("2026-11-23", 7, 0).plus(90 * DAY));
        one_click(&town, &address, &[]).await.is(409);
    }

    async fn the_header_travels_with_the_message_and_is_erased_once_it_is_sent(town: Town) {
        let folder = crate::mail::mailbox_folder();
        let node = town.node_with(|settings| settings.public_address = "https://maillage.exemple.fr".to_owned());
        let to = person(&town, "gestionnaire").await;
        town.tamper("delete from letter_news").await;
        minute(&town).await;
        choose(&town, to, Rhythm::Day, &[Duties, Meetings]).await;
        told(&town, to, Meetings, "Compte rendu publié", "/reunions").await;
        town.clock.set(at("2026-11-23", 7, 0));
        sending::run(&node.app).await.unwrap();
        let read = crate::mail::sent_to(&town, &folder, "gestionnaire@exemple.fictif").await;
        let unsubscribe = read.header("List-Unsubscribe").replace(['\r', '\n', ' '], "");
        assert!(unsubscribe.starts_with("<https://maillage.exemple.fr/courriels/desinscription?cle=") && unsubscribe.ends_with("&sortes=duties.meetings>"), "{unsubscribe}");
        assert_eq!(read.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
        assert!(read.html().contains(">Réunions annoncées, comptes rendus publiés</h2>") && read.html().contains(">Compte rendu publié</a>"), "{}", read.html());
        let address = unsubscribe.trim_matches(['<', '>']).strip_prefix("https://maillage.exemple.fr").unwrap().to_owned();
        let left: i64 = town.read(|tx| tx.get("select count(*) from outbox where state = 'sent' and (text is not null or unsubscribe is not null)", &[], |row| row.get(0))).await;
        assert_eq!(left, 0);
        one_click(&town, &address, &[]).await.ok();
        assert_eq!(chosen(&town, to).await.1.iter().filter(|kind| [Duties, Meetings].contains(*kind)).count(), 2);
    }
}
