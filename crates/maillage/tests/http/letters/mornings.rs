//! When messages go, once, and what they hold.

use super::*;
use directory::correspondence::LetterKind::{Answers, Duties, Meetings, Membership};

stories! {
    async fn a_week_s_news_go_on_monday_at_seven_and_nothing_goes_when_there_is_nothing_to_say(town: Town) {
        let to = person(&town, "sans-pouvoir").await;
        told(&town, to, Meetings, "Compte rendu publié", "/reunions").await;
        told(&town, to, Membership, "Une structure entre", "/gouvernances").await;
        // Saturday: mornings are given, nobody is written to.
        assert_eq!(minute(&town).await, Done::default());
        assert_eq!(on(&town, "2026-11-22", 12, 0).await, Done::default(), "a Sunday");
        assert_eq!(on(&town, "2026-11-23", 6, 59).await, Done::default());
        assert_eq!(letters(&town, "sans-pouvoir").await.len(), 0);

        let done = on(&town, "2026-11-23", 7, 0).await;
        assert!(done.looked_at > 10 && done.written_to > 0 && done.failed == 0, "{done:?}");
        let [letter] = <[Queued; 1]>::try_from(letters(&town, "sans-pouvoir").await).unwrap();
        assert_eq!(letter.subject, "Maillage : 2 nouvelles");
        for said in ["• Compte rendu publié\nCe qui s'est passé.\nhttp://localhost:8080/reunions\n", "• Une structure entre", "chaque lundi"] {
            assert!(letter.text.contains(said), "« {said} » is missing in {}", letter.text);
        }
        assert_eq!(waits(&town, to).await, Vec::<String>::new());
        // The same minute again, the next ones, the next mornings: nothing.
        assert_eq!(minute(&town).await, Done::default());
        on(&town, "2026-11-23", 7, 1).await;
        on(&town, "2026-11-24", 7, 0).await;
        on(&town, "2026-11-30", 7, 0).await;
        assert_eq!(letters(&town, "sans-pouvoir").await.len(), 1, "a message with nothing to say");
        // Told on Monday after the hour: the week after.
        told(&town, to, Meetings, "Un autre", "/reunions").await;
        on(&town, "2026-12-05", 7, 0).await;
        assert_eq!(letters(&town, "sans-pouvoir").await.len(), 1);
        // The site was closed on that Monday: one message, not on Sunday, and the next one on its day.
        told(&town, to, Meetings, "Encore un autre", "/reunions").await;
        on(&town, "2026-12-13", 9, 0).await;
        assert_eq!(letters(&town, "sans-pouvoir").await.len(), 1);
        on(&town, "2026-12-15", 16, 0).await;
        assert_eq!(subjects(&town, "sans-pouvoir").await, ["Maillage : 2 nouvelles", "Maillage : 2 nouvelles"]);
        told(&town, to, Meetings, "Le dernier", "/reunions").await;
        on(&town, "2026-12-16", 7, 0).await;
        assert_eq!(letters(&town, "sans-pouvoir").await.len(), 2);
        on(&town, "2026-12-21", 7, 0).await;
        assert_eq!(letters(&town, "sans-pouvoir").await.len(), 3);
    }

    async fn each_day_each_month_and_never(town: Town) {
        minute(&town).await;
        let days = ["2026-11-23", "2026-11-24", "2026-11-28", "2026-11-29", "2026-12-01", "2027-08-01", "2027-08-02"];
        let personas = [("sans-pouvoir", Rhythm::Day), ("exploitation", Rhythm::Month), ("financement", Rhythm::Never)];
        let mut sent = Vec::new();
        for (persona, rhythm) in personas {
            let to = person(&town, persona).await;
            choose(&town, to, rhythm, ALL).await;
        }
        for day in days {
            for (persona, _) in personas {
                let to = person(&town, persona).await;
                told(&town, to, Meetings, &format!("Réunion {day}"), "/reunions").await;
            }
            on(&town, day, 7, 0).await;
            let mut line = day.to_owned();
            for (persona, _) in personas {
                line = format!("{line} {}", letters(&town, persona).await.len());
            }
            sent.push(line);
        }
        // 29 November 2026 and 1 August 2027 are Sundays.
        assert_eq!(sent, [
            "2026-11-23 1 0 0", "2026-11-24 2 0 0", "2026-11-28 3 0 0", "2026-11-29 3 0 0", "2026-12-01 4 1 0", "2027-08-01 4 1 0", "2027-08-02 5 2 0",
        ]);
        assert_eq!(subjects(&town, "exploitation").await, ["Maillage : 5 nouvelles", "Maillage : 2 nouvelles"]);
        // Whoever wants nothing is told what they asked for.
        let to = person(&town, "financement").await;
        told(&town, to, Answers, "Votre structure est admise", "/gouvernances").await;
        on(&town, "2027-08-03", 7, 0).await;
        let [answer] = <[Queued; 1]>::try_from(letters(&town, "financement").await).unwrap();
        assert!(answer.text.contains("Réponses à vos demandes") && answer.text.contains("Vous avez choisi de ne pas recevoir"), "{}", answer.text);
        assert_eq!(answer.unsubscribe, None, "an answer is no list");
    }

    async fn the_week_in_which_the_clocks_change_has_one_message(town: Town) {
        let to = person(&town, "sans-pouvoir").await;
        town.clock.set(at("2027-03-20", 12, 0));
        minute(&town).await;
        for (day, hour) in [("2027-03-22", 7), ("2027-03-27", 7), ("2027-03-28", 7), ("2027-03-29", 6), ("2027-03-29", 7), ("2027-10-25", 7), ("2027-10-31", 7), ("2027-11-01", 6), ("2027-11-01", 7)] {
            told(&town, to, Meetings, &format!("Réunion {day}"), "/reunions").await;
            on(&town, day, hour, 0).await;
        }
        assert_eq!(letters(&town, "sans-pouvoir").await.len(), 4, "{:?}", subjects(&town, "sans-pouvoir").await);
    }

    async fn what_is_expected_comes_first_and_is_not_repeated_each_day(town: Town) {
        let to = person(&town, "gestionnaire").await;
        town.tamper("delete from letter_news").await;
        minute(&town).await;
        choose(&town, to, Rhythm::Day, ALL).await;
        told(&town, to, Membership, "Une structure entre", "/gouvernances/reseau-exemple-vallee").await;
        on(&town, "2026-11-23", 7, 0).await;
        let [first] = <[Queued; 1]>::try_from(letters(&town, "gestionnaire").await).unwrap();
        let expected = town.as_("gestionnaire").await.get("/a-faire").await.ok().words();
        assert!(expected.contains("Répondre aux candidatures"), "{expected}");
        assert!(first.subject.starts_with("Maillage : 1 nouvelle, ") && first.subject.ends_with(" attendues de vous"), "{}", first.subject);
        let (duties, news) = first.text.split_once("Vie de votre gouvernance").unwrap();
        assert!(duties.contains("• Répondre aux candidatures\nRéseau exemple de la Vallée (fictif)\n1 structure demande à entrer.\nhttp://localhost:8080/gouvernances/reseau-exemple-vallee/administration/membres?statut=candidate"), "{duties}");
        assert!(news.contains("• Une structure entre"), "{news}");
        for day in ["2026-11-24", "2026-11-25", "2026-11-28"] {
            on(&town, day, 7, 0).await;
        }
        assert_eq!(letters(&town, "gestionnaire").await.len(), 1, "told already, and unchanged");
        // News alone: what is known is counted.
        told(&town, to, Membership, "Une autre entre", "/gouvernances/reseau-exemple-vallee").await;
        on(&town, "2026-11-28", 8, 0).await;
        on(&town, "2026-11-30", 7, 0).await;
        let letter = letters(&town, "gestionnaire").await.pop().unwrap();
        // A week has passed on that Monday: it is all told again.
        assert!(letter.subject.contains("attendues de vous"), "{}", letter.subject);
        told(&town, to, Membership, "Une troisième entre", "/gouvernances/reseau-exemple-vallee").await;
        on(&town, "2026-12-01", 7, 0).await;
        let letter = letters(&town, "gestionnaire").await.pop().unwrap();
        assert_eq!(letter.subject, "Maillage : 1 nouvelle");
        assert!(letter.text.contains("choses que vous savez déjà sont toujours attendues de vous :\nhttp://localhost:8080/a-faire"), "{}", letter.text);
        assert_eq!(letters(&town, "gestionnaire").await.len(), 3);
        // Whoever does not want to be reminded is not.
        choose(&town, to, Rhythm::Day, &[Membership]).await;
        on(&town, "2026-12-14", 7, 0).await;
        assert_eq!(letters(&town, "gestionnaire").await.len(), 3);
    }

    async fn a_due_date_before_the_next_message_does_not_wait(town: Town) {
        let to = person(&town, "animation").await;
        minute(&town).await;
        choose(&town, to, Rhythm::Month, &[Duties, Meetings]).await;
        told(&town, to, Meetings, "Compte rendu publié", "/reunions").await;
        on(&town, "2026-11-23", 7, 0).await;
        let before = letters(&town, "animation").await.len();
        // A meeting of next Friday that nobody has convened yet.
        let mut animator = town.as_("animation").await;
        let fields = [("title", "Séance pressée"), ("format", "follow_up"), ("day", "27/11/2026"), ("hour", "14h30"), ("minutes", "60"), ("place", "Salle 2")];
        animator.submit("/gouvernances/reseau-exemple-vallee/instances/assemblee-du-reseau/reunions/nouvelle", &fields).await.ok();
        on(&town, "2026-11-23", 18, 0).await;
        assert_eq!(letters(&town, "animation").await.len(), before, "at once is too soon");
        on(&town, "2026-11-24", 7, 0).await;
        let letter = letters(&town, "animation").await.pop().unwrap();
        assert_eq!(letter.subject, "Maillage : 1 chose attendue de vous");
        assert!(letter.text.contains("• Convoquer : Séance pressée") && letter.text.contains("celui-ci n'a pas attendu"), "{}", letter.text);
        assert_eq!(waits(&town, to).await, ["Meetings: Compte rendu publié"], "news keep their rhythm");
        for day in ["2026-11-25", "2026-11-26"] {
            on(&town, day, 7, 0).await;
        }
        // Three days before, it was told a second time; no more.
        assert_eq!(letters(&town, "animation").await.len(), before + 2);
    }

    async fn two_nodes_write_once_to_each(town: Town) {
        minute(&town).await;
        let to = person(&town, "sans-pouvoir").await;
        told(&town, to, Meetings, "Compte rendu publié", "/reunions").await;
        let second = town.second_node();
        town.clock.set(at("2026-11-23", 7, 0));
        let (one, other) = tokio::join!(sending::run(&town.app), sending::run(&second.app));
        let (one, other) = (one.unwrap(), other.unwrap());
        let sent: Vec<(String, i64)> = town.read(|tx| tx.query(
            "select recipient, count(*) from outbox where subject like 'Maillage :%' group by recipient order by recipient", &[], |row| Ok((row.get(0)?, row.get(1)?)),
        )).await;
        assert!(sent.iter().all(|(_, count)| *count == 1), "{sent:?}");
        assert!(sent.iter().any(|(to, _)| to == "sans-pouvoir@exemple.fictif"), "{sent:?}");
        assert_eq!(one.written_to + other.written_to, sent.len() as u64, "{one:?} {other:?}");
        assert_eq!((one.failed, other.failed), (0, 0));
    }

    async fn a_message_that_cannot_be_queued_loses_nothing_and_goes_later(town: Town) {
        minute(&town).await;
        let to = person(&town, "sans-pouvoir").await;
        told(&town, to, Meetings, "Compte rendu publié", "/reunions").await;
        // As if the node had died between the claim and the end: nothing of the transaction is left.
        town.tamper("alter table outbox rename to outbox_away").await;
        let done = on(&town, "2026-11-23", 7, 0).await;
        assert!(done.failed > 0 && done.written_to == 0, "{done:?}");
        assert_eq!(waits(&town, to).await, ["Meetings: Compte rendu publié"]);
        town.tamper("alter table outbox_away rename to outbox").await;
        assert_eq!(on(&town, "2026-11-23", 7, 1).await, Done::default(), "not each minute");
        let done = on(&town, "2026-11-23", 8, 0).await;
        assert!(done.written_to > 0 && done.failed == 0, "{done:?}");
        assert_eq!(subjects(&town, "sans-pouvoir").await, ["Maillage : 1 nouvelle"]);
        assert_eq!(waits(&town, to).await, Vec::<String>::new());
    }

    async fn a_person_costs_a_bounded_number_of_questions(town: Town) {
        let app = town.app.clone();
        let to = person(&town, "gestionnaire").await;
        town.tamper("delete from letter_news").await;
        for n in 0..120 {
            told(&town, to, Meetings, &format!("Nouvelle {n}"), "/reunions").await;
        }
        let questions = town.read(move |tx| {
            let expectations = app.service::<directory::correspondence::Expectations>().cloned();
            let before = tx.queries();
            let known = sending::known(tx, to, expectations.as_ref(), app.clock().now())?;
            assert_eq!(known.news.len(), 120);
            Ok(tx.queries() - before)
        }).await;
        assert!(questions < 30, "{questions} for one person");
    }
}
