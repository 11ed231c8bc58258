//! The outbox: what stands in it, who takes what, and what becomes of it.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;

use kernel::Error;
use mail::Destination;
use uuid::Uuid;

use super::mailbox::{Folder, Read, messages_in};
use super::*;

stories! {
    async fn a_queued_message_becomes_a_file_that_anybody_can_read(town: Town) {
        let folder = Folder::new();
        let path = folder.path().join("courriels");
        let mailer = Mailer::open(&Destination::Folder(path.clone())).unwrap();
        let acts = town.acts().await;
        town.queue(message("elise@exemple.fr")).await;
        assert_eq!(town.acts().await, acts, "mail by itself is no act");

        assert_eq!(town.delivery(mailer.clone()).step().await, Ok(Step::Sent));

        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let [file] = <[_; 1]>::try_from(messages_in(&path)).unwrap();
        assert_eq!((mode(&path), mode(&file)), (0o700, 0o600));
        assert!(file.file_name().unwrap().to_str().unwrap().starts_with("2026-11-21T110000Z-"), "{file:?}");
        assert_eq!(std::fs::read_dir(&path).unwrap().count(), 1, "something else is left in the folder");
        let read = Read::file(&file);
        assert_eq!(read.header("Subject"), "Votre accès à Maillage");
        assert_eq!(read.header("From"), "Maillage <maillage@exemple.fr>");
        assert_eq!(read.header("To"), "elise@exemple.fr");
        assert_eq!(read.header("Auto-Submitted"), "auto-generated");
        let mail = town.only_mail().await;
        assert_eq!(read.header("Message-ID"), format!("<{}@maillage.exemple.fr>", mail.id));
        assert_eq!(read.header("Date"), "Sat, 21 Nov 2026 11:00:00 +0000");
        assert_eq!(read.text().trim_end(), message("").text);
        assert!(read.html().contains("<html lang=\"fr\">") && read.html().contains("<p style=\"margin:0 0 16px\">Bonjour Élise,</p>"));
        assert!(read.html().contains("href=\"https://maillage.exemple.fr/acces?cle=secret\""), "{}", read.html());

        assert_eq!((mail.state, mail.attempts, mail.closed_at), (MailState::Sent, 1, Some(NOW)));
        assert_eq!(town.texts().await, 0, "the secret link is still in the database");
        assert_eq!(town.delivery(mailer).step().await, Ok(Step::Nothing(None)));
    }

    async fn an_act_that_fails_queues_nothing(town: Town) {
        let who = Who::operator();
        let failed = town.act(&who, |ctx, tx| {
            outbox::queue(ctx, tx, &message("elise@exemple.fr"))?;
            Err::<(), _>(Error::Conflict("non".to_owned()))
        });
        assert!(failed.await.is_err());
        assert_eq!(town.mail().await, []);
    }

    async fn two_nodes_send_two_hundred_messages_once_each(town: Town) {
        for number in 0..200 {
            town.queue(message(&format!("personne{number}@exemple.fr"))).await;
        }
        let second = town.second_node();
        let (stop, stopping) = tokio::sync::watch::channel(false);
        let boxes = [Memory::default(), Memory::default()];
        let nodes = [(town.app.store(), "a"), (second.app.store(), "b")];
        let tasks: Vec<_> = nodes.into_iter().zip(&boxes).map(|((store, node), memory)| {
            let delivery = delivery(store, &town.clock, Mailer::Memory(memory.clone()), node);
            tokio::spawn(delivery.run(stopping.clone()))
        }).collect();
        wait_until(|| async { town.read(|tx| outbox::count(tx, MailState::Sent)).await == 200 }).await;
        stop.send(true).unwrap();
        for task in tasks {
            task.await.unwrap();
        }
        let (first, second) = (boxes[0].messages(), boxes[1].messages());
        let names: BTreeSet<_> = first.iter().chain(&second).map(|message| &message.name).collect();
        assert_eq!((first.len() + second.len(), names.len()), (200, 200));
        assert!(!first.is_empty() && !second.is_empty(), "one node has sent everything: {}", first.len());
        assert!(town.mail().await.iter().all(|mail| mail.attempts == 1));
        assert_eq!(town.texts().await, 0);
    }

    async fn the_message_of_a_node_that_died_is_sent_by_another_when_the_lease_is_over(town: Town) {
        town.queue(message("elise@exemple.fr")).await;
        let claim = |node: &'static str| move |tx: &mut store::Tx<'_>| outbox::claim(tx, NOW, node);
        let lost = town.app.store().write(claim("mort")).await.unwrap().unwrap();
        assert!(town.app.store().write(claim("autre")).await.unwrap().is_none());

        let memory = Memory::default();
        let delivery = town.delivery(Mailer::Memory(memory.clone()));
        assert_eq!(delivery.step().await, Ok(Step::Nothing(Some(at(5)))));
        town.clock.set(at(5));
        assert_eq!(delivery.step().await, Ok(Step::Sent));
        assert_eq!(memory.messages().len(), 1);
        assert_eq!(town.only_mail().await.attempts, 2);

        // The node was only slow: what it says no longer counts.
        let late = lost.clone();
        assert!(!town.app.store().write(move |tx| outbox::sent(tx, &late, at(6))).await.unwrap());
        let failure = outbox::Failure { reason: "trop tard".to_owned(), permanent: true };
        assert!(!town.app.store().write(move |tx| outbox::failed(tx, &lost, at(6), &failure)).await.unwrap());
        assert_eq!(town.only_mail().await.state, MailState::Sent);
    }

    async fn an_urgent_message_goes_first_and_the_sender_is_woken_by_the_act(town: Town) {
        let memory = Memory::default();
        for (to, urgent) in [("un@exemple.fr", false), ("deux@exemple.fr", true)] {
            town.queue(Message { urgent, ..message(to) }).await;
        }
        let (stop, stopping) = tokio::sync::watch::channel(false);
        let task = tokio::spawn(town.delivery(Mailer::Memory(memory.clone())).run(stopping));
        wait_until(|| async { memory.messages().len() == 2 }).await;
        let to = |message: &mail::Composed| message.envelope.to()[0].to_string();
        assert_eq!(memory.messages().iter().map(to).collect::<Vec<_>>(), ["deux@exemple.fr", "un@exemple.fr"]);

        // It sleeps now, for half a minute by itself.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let begun = Instant::now();
        town.queue(message("trois@exemple.fr")).await;
        wait_until(|| async { memory.messages().len() == 3 }).await;
        assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
        drop(stop);
        task.await.unwrap();
    }

    async fn what_is_typed_never_becomes_a_header(town: Town) {
        town.queue(Message {
            subject: "Bonjour\r\nBcc: voleur@exemple.fr\n\nFaux texte\0".to_owned(),
            text: "Un\0deux\r\n.\r\ntrois".to_owned(),
            ..message("elise@exemple.fr")
        }).await;
        let memory = Memory::default();
        let delivery = town.delivery(Mailer::Memory(memory.clone()));
        assert_eq!(delivery.step().await, Ok(Step::Sent));
        let [sent] = <[_; 1]>::try_from(memory.messages()).unwrap();
        let read = Read::bytes(&sent.bytes);
        assert_eq!(read.header("Subject"), "Bonjour Bcc: voleur@exemple.fr Faux texte");
        assert_eq!(read.headers("Bcc"), Vec::<&str>::new());
        assert_eq!(sent.envelope.to().len(), 1);
        assert_eq!(read.text().trim_end(), "Un deux\n.\ntrois");

        for (to, minutes) in ["elise@exemple.fr\r\nBcc: voleur@exemple.fr", "elise@exemple.fr, voleur@exemple.fr", "elise", "", "\0"].into_iter().zip(1..) {
            town.clock.set(at(minutes));
            town.queue(message(to)).await;
            assert!(matches!(delivery.step().await, Ok(Step::Failed(failure)) if failure.permanent), "{to:?}");
            let refused = town.mail().await.remove(0);
            assert_eq!(refused.state, MailState::GivenUp, "{to:?}");
            assert!(refused.last_error.unwrap().contains("Ce n'est pas une adresse de courriel"));
        }
        assert_eq!(memory.messages().len(), 1);
        assert_eq!(delivery.step().await, Ok(Step::Nothing(None)), "a wrong address holds the queue");
    }

    async fn whoever_watches_the_queue_sees_no_secret_and_may_retry_or_abandon(town: Town) {
        town.queue(message("elise.martin@exemple.fr")).await;
        let waiting = town.only_mail().await;
        assert_eq!((waiting.to.as_str(), waiting.subject.as_str()), ("e…@exemple.fr", "Votre accès à Maillage"));
        let id = waiting.id;
        let who = Who::operator();
        let retry = || town.act(&who, move |ctx, tx| outbox::retry_now(ctx, tx, id));
        let abandon = || town.act(&who, move |ctx, tx| outbox::abandon(ctx, tx, id));

        // While a node sends it, nobody touches it.
        let taken = town.app.store().write(|tx| outbox::claim(tx, NOW, "a")).await.unwrap().unwrap();
        assert!(town.only_mail().await.is_being_sent(NOW));
        assert!(matches!(retry().await, Err(Error::Conflict(sentence)) if sentence.contains("en cours d'envoi")));
        assert!(matches!(abandon().await, Err(Error::Conflict(sentence)) if sentence.contains("en cours d'envoi")));

        let failure = outbox::Failure { reason: "550 <elise.martin@exemple.fr> inconnue".to_owned(), permanent: true };
        assert!(town.app.store().write(move |tx| outbox::failed(tx, &taken, NOW, &failure)).await.unwrap());
        let given_up = town.only_mail().await;
        assert_eq!(given_up.state, MailState::GivenUp);
        assert_eq!(given_up.last_error.as_deref(), Some("550 <e…@exemple.fr> inconnue"));
        retry().await.unwrap();
        assert_eq!(town.only_mail().await.state, MailState::Waiting);
        abandon().await.unwrap();
        assert_eq!((town.only_mail().await.state, town.texts().await), (MailState::Abandoned, 0));
        assert!(matches!(retry().await, Err(Error::Conflict(sentence)) if sentence.contains("abandonné")));
        assert_eq!(town.delivery(Mailer::Memory(Memory::default())).step().await, Ok(Step::Nothing(None)));
    }

    async fn traces_go_after_thirty_days_and_a_person_s_at_once(town: Town) {
        let person = Uuid::from_u128(5);
        town.queue(message("elise@exemple.fr")).await;
        assert_eq!(town.delivery(Mailer::Memory(Memory::default())).step().await, Ok(Step::Sent));
        town.queue(Message { person: Some(person), ..message("jeanne@exemple.fr") }).await;
        let purge = |days: i64| town.app.store().write(move |tx| outbox::purge(tx, at(days * 24 * 60 + 1)));
        assert_eq!(purge(29).await, Ok(0));
        assert_eq!(purge(30).await, Ok(1));
        assert_eq!(town.only_mail().await.to, "j…@exemple.fr", "what waits is never purged");
        assert_eq!(town.app.store().write(move |tx| outbox::forget(tx, person)).await, Ok(1));
        assert_eq!(town.mail().await, []);
    }
}
