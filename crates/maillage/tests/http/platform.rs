//! The platform's administration, and the data of a person.

use kernel::{Clock as _, Who, time};
use store::outbox::{self, MailState, Message};

stories! {
    async fn the_national_team_administers_the_platform(town: Town) {
        let mut national = town.as_("equipe-nationale").await;
        national.get("/administration").await.ok().has("h1", "Administration de la plateforme").says("Andrea Exemple").says("Équipe nationale");
        national.post("/administration/inviter", &[("role", "manager"), ("name", "Qui"), ("email", "qui@exemple.fr")]).await.is(422).keeps("qui@exemple.fr");
        national.post("/administration/inviter", &[("role", "operator"), ("name", ""), ("email", "non")]).await.is(422).says("Donnez une adresse électronique");
        national.submit("/administration/inviter", &[("role", "operator"), ("name", "Exploitante"), ("email", "qui@exemple.fr")]).await.ok().says("L'invitation part.").says("Exploitante").says("Invitation envoyée");
        let queue = national.get("/administration/courriels").await.ok().says("q…@exemple.fr").says("Votre invitation sur Maillage").never_says("qui@exemple.fr");
        assert!(!queue.text().contains("cle="), "the queue shows a secret link");
        let place = queue.text().split("action=\"/administration/courriels/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        national.submit(&format!("/administration/courriels/{place}"), &[("acte", "abandonner")]).await.ok().says("Le message est abandonné.").says("Abandonné");
        national.get("/administration/courriels?etat=waiting").await.ok().says("Aucun message ici");
        town.as_("gestionnaire").await.get("/administration/courriels").await.is(403).says("Seule l'équipe nationale");
        town.get("/administration").await.leads_to("/connexion?suite=%2Fadministration");
    }

    async fn mails_held_after_a_restore_wait_for_a_person(town: Town) {
        let mut national = town.as_("equipe-nationale").await;
        for to in ["un@exemple.fr", "deux@exemple.fr", "trois@exemple.fr"] {
            let (to, subject, text) = (to.to_owned(), "Votre invitation".to_owned(), "Bonjour".to_owned());
            let message = Message { to, subject, text, urgent: false, person: None };
            town.act(&Who::operator(), move |ctx, tx| outbox::queue(ctx, tx, &message)).await.unwrap();
        }
        assert_eq!(town.app.store().write(outbox::hold_waiting).await, Ok(3));
        let page = national.get("/administration/courriels").await.ok().says("3 messages sont retenus").says("u…@exemple.fr");
        let one = page.text().split("action=\"/administration/courriels/").nth(2).unwrap().split('"').next().unwrap().to_owned();
        national.submit(&format!("/administration/courriels/{one}"), &[("acte", "abandonner")]).await.ok().says("2 messages sont retenus");
        let held = national.get("/administration/courriels?etat=held").await.ok().says("Retenu").text();
        assert_eq!(held.matches("value=\"recommencer\"").count(), 2);

        let all = "/administration/courriels/retenus";
        town.as_("gestionnaire").await.post(all, &[("acte", "partir")]).await.is(403);
        national.submit(all, &[("acte", "partir")]).await.ok().says("Les messages retenus partent.").never_says("sont retenus");
        assert_eq!(town.read(|tx| outbox::count(tx, MailState::Waiting)).await, 2);
        national.submit(all, &[("acte", "partir")]).await.ok().says("Aucun message n'était retenu.");
        town.get("/registre").await.ok().says("Courriels retenus après une restauration : 2 envoyés");
        assert_eq!(town.app.store().write(outbox::hold_waiting).await, Ok(2));
        national.submit(all, &[("acte", "abandonner")]).await.ok().says("Les messages retenus sont abandonnés.");
        let texts: i64 = town.read(|tx| tx.get("select count(*) from outbox where text is not null", &[], |row| row.get(0))).await;
        assert_eq!(texts, 0);
    }

    async fn a_person_reads_takes_away_and_erases_its_data(town: Town) {
        let mut browser = town.as_("co-porteuse").await;
        browser.get("/compte/donnees").await.ok().says("Camille Exemple").says("co-porteuse@exemple.fictif").says("Gestionnaire").says("Tant que le compte est ouvert");
        let json = browser.get("/compte/donnees.json").await.ok();
        assert_eq!(json.header("content-type"), "application/json");
        let read: serde_json::Value = serde_json::from_slice(&json.body).unwrap();
        assert!(read["donnees"].as_array().unwrap().iter().any(|line| line["valeur"] == "Camille Exemple"));
        assert!(browser.get("/compte/donnees.ods").await.ok().body.starts_with(b"PK"));
        browser.post("/compte/suppression", &[("word", "supprimer")]).await.is(422).keeps("supprimer");
        browser.submit("/compte/suppression", &[("word", "SUPPRIMER")]).await.ok().says("Votre compte est supprimé.").says("Se connecter");
        browser.get("/compte").await.is(303);
        let left: (i64, i64, i64) = town.read(|tx| tx.get(
            "select (select count(*) from account where email_key = 'co-porteuse@exemple.fictif'),
                (select count(*) from person where name = 'Camille Exemple'),
                (select count(*) from power w where w.ended_at is null and not exists (select 1 from account a where a.person = w.person))",
            &[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))).await;
        assert_eq!(left, (0, 0, 0));
        let mut manager = town.as_("gestionnaire").await;
        manager.get("/gouvernances/reseau-exemple-vallee/administration/pouvoirs").await.ok().never_says("Camille");
        // Now the last one: leaving would leave nobody.
        manager.post("/compte/suppression", &[("word", "SUPPRIMER")]).await.is(409).says("C'est la dernière personne qui gère");
        manager.get("/compte").await.ok();
    }

    async fn what_is_past_its_time_goes_and_the_register_says_so(town: Town) {
        let mut browser = town.as_("gestionnaire").await;
        browser.get("/a-faire").await.ok();
        let before = town.acts().await;
        assert_eq!(town.act(&Who::clockwork(), directory::accounts::data::purge).await.unwrap(), 0);
        assert_eq!(town.acts().await, before, "nothing went, nothing is said");
        town.clock.set(town.clock.now().plus(8 * time::DAY));
        assert!(town.act(&Who::clockwork(), directory::accounts::data::purge).await.unwrap() >= 1);
        town.get("/registre").await.ok().says("Purge automatique des données de comptes arrivées à échéance");
        browser.get("/a-faire").await.is(303);
    }
}
