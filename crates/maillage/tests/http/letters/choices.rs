//! What is kept until the next message, and for whom.

use super::*;

stories! {
    async fn news_wait_once_for_whoever_wants_to_hear_of_them(town: Town) {
        use LetterKind::{Answers, Duties, Meetings, Membership};
        let to = person(&town, "hub").await;
        told(&town, to, Meetings, "Compte rendu publié", "/reunions/a").await;
        told(&town, to, Meetings, "Compte rendu publié", "/reunions/a").await;
        told(&town, to, Meetings, "Compte rendu publié", "/reunions/b").await;
        told(&town, to, Membership, "Une structure entre", "/gouvernances/x").await;
        assert_eq!(waits(&town, to).await, ["Meetings: Compte rendu publié", "Meetings: Compte rendu publié", "Membership: Une structure entre"]);

        // A kind that is refused: what waited of it goes, and nothing comes.
        choose(&town, to, Rhythm::Week, &[Duties, Membership]).await;
        told(&town, to, Meetings, "Encore un", "/reunions/c").await;
        assert_eq!(waits(&town, to).await, ["Membership: Une structure entre"]);

        // Never: but an answer to what was asked.
        choose(&town, to, Rhythm::Never, &[Duties, Membership]).await;
        told(&town, to, Membership, "Une autre entre", "/gouvernances/y").await;
        told(&town, to, Answers, "Votre structure est admise", "/gouvernances/y").await;
        assert_eq!(waits(&town, to).await, ["Answers: Votre structure est admise"]);

        // Before the account is open, answers alone; nothing once it is closed or gone.
        let other = person(&town, "voisin").await;
        for (kept, sql) in [
            (vec!["Answers: Admise"], "update account set state = 'invited' where email_key = 'voisin@exemple.fictif'"),
            (vec![], "update account set state = 'closed' where email_key = 'voisin@exemple.fictif'"),
        ] {
            town.tamper("delete from letter_news").await;
            town.tamper(sql).await;
            told(&town, other, Answers, "Admise", "/x").await;
            told(&town, other, Meetings, "Compte rendu publié", "/x").await;
            assert_eq!(waits(&town, other).await, kept, "{sql}");
        }
        told(&town, Id::from_uuid(uuid::Uuid::from_u128(1)), Answers, "Rien", "/x").await;
    }

    async fn an_act_that_fails_tells_nothing(town: Town) {
        let to = person(&town, "hub").await;
        let who = Who::operator();
        let failed = town.act(&who, move |ctx, tx| {
            tell(ctx, tx, to, LetterKind::Meetings, &News::new("Compte rendu publié", "/reunions"))?;
            Err::<(), _>(kernel::Error::Conflict("non".to_owned()))
        });
        assert!(failed.await.is_err());
        assert_eq!(waits(&town, to).await, Vec::<String>::new());
    }

    async fn what_waits_is_shown_to_its_owner_and_goes_with_the_account(town: Town) {
        let to = person(&town, "sans-pouvoir").await;
        told(&town, to, LetterKind::Meetings, "Compte rendu publié", "/reunions").await;
        choose(&town, to, Rhythm::Week, &[LetterKind::Meetings, LetterKind::Duties]).await;
        let mut owner = town.as_("sans-pouvoir").await;
        owner.get("/compte/donnees").await.ok()
            .says("Chaque semaine").says("Nouvelle qui attend votre prochain message").says("Compte rendu publié").says("Ce qui s'est passé.")
            .says("Tâches qui vous sont confiées").says("Jusqu'à l'envoi, 45 jours au plus");
        assert!(owner.get("/compte/donnees.json").await.ok().text().contains("Compte rendu publi"));
        let token = one_letter(&town).await;
        // Its session is over by then.
        let mut owner = town.as_("sans-pouvoir").await;
        told(&town, to, LetterKind::Meetings, "Un autre", "/reunions").await;
        owner.post("/compte/suppression", &[("word", "SUPPRIMER")]).await.is(303);
        for table in ["letter_news", "refused_letter", "letter_duty"] {
            let left: i64 = town.read(move |tx| tx.get(&format!("select count(*) from {table} where person = $1"), store::params![to], |row| row.get(0))).await;
            assert_eq!(left, 0, "{table}");
        }
        assert_eq!(subjects(&town, "sans-pouvoir").await, Vec::<String>::new(), "what was queued is forgotten too");
        let mut reader = town.browser();
        reader.get(&token.link("/courriels/reglages")).await.is(409).says("Ce compte n'existe plus");
        reader.post(&token.header(), &[]).await.is(409).says("Ce compte n'existe plus");
        told(&town, to, LetterKind::Answers, "Rien", "/x").await;
        assert_eq!(waits(&town, to).await, Vec::<String>::new());
        on(&town, "2026-12-01", 7, 0).await;
        assert_eq!(subjects(&town, "sans-pouvoir").await, Vec::<String>::new());
    }

    async fn what_waited_too_long_is_erased(town: Town) {
        let to = person(&town, "sans-pouvoir").await;
        town.tamper("delete from letter_news").await;
        told(&town, to, LetterKind::Meetings, "Compte rendu publié", "/reunions").await;
        let who = Who::clockwork();
        let purge = |days: i64| {
            town.clock.set(crate::town::NOW.plus(days * kernel::time::DAY + 1));
            town.act(&who, directory::accounts::data::purge)
        };
        assert_eq!(purge(44).await, Ok(0));
        assert_eq!(waits(&town, to).await.len(), 1);
        assert_eq!(purge(45).await, Ok(1));
        assert_eq!(waits(&town, to).await.len(), 0);
    }
}
