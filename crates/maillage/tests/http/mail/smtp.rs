//! A real mail server: what it accepts, what it refuses, for a while or for good, and what it never answers.

use std::net::TcpListener;

use mail::{Server, Tls};

use super::mailbox::MailServer;
use super::*;

fn address(server: &MailServer) -> Server {
    Server { host: "127.0.0.1".to_owned(), port: server.port(), tls: Tls::WhenOffered, credentials: None }
}

fn failure(step: kernel::Result<Step>) -> (bool, String) {
    match step.unwrap() {
        Step::Failed(failure) => (failure.permanent, failure.reason),
        other => panic!("{other:?}"),
    }
}

stories! {
    async fn a_server_receives_the_message_as_it_was_written(town: Town) {
        let server = MailServer::start();
        town.queue(message("elise@exemple.fr")).await;
        assert_eq!(town.delivery(Mailer::Smtp(address(&server))).step().await, Ok(Step::Sent));
        let received = server.received();
        let [(read, how)] = &received[..] else { panic!("{}", received.len()) };
        assert_eq!(read.header("Subject"), "Votre accès à Maillage");
        assert_eq!(read.text().trim_end(), message("").text);
        assert_eq!((&how["from"], &how["to"]), (&"maillage@exemple.fr".into(), &serde_json::json!(["elise@exemple.fr"])));
        assert_eq!(how["hello"], "maillage.exemple.fr");
        assert_eq!(town.only_mail().await.state, MailState::Sent);
    }

    async fn a_refusal_for_the_moment_is_tried_again_later_and_later_then_given_up(town: Town) {
        let server = MailServer::start();
        town.queue(message("plein@exemple.fr")).await;
        let delivery = town.delivery(Mailer::Smtp(address(&server)));
        let mut now = 0;
        for wait in [1, 5, 30, 120, 360, 720, 1440] {
            let (permanent, reason) = failure(delivery.step().await);
            assert!(!permanent && reason.contains("452 4.2.2 Boite pleine"), "{reason}");
            now += wait;
            assert_eq!(town.only_mail().await.due_at, at(now));
            assert_eq!(delivery.step().await, Ok(Step::Nothing(Some(at(now)))));
            town.clock.set(at(now));
        }
        assert_eq!(town.only_mail().await.state, MailState::Waiting);
        failure(delivery.step().await);
        let mail = town.only_mail().await;
        assert_eq!((mail.state, mail.attempts), (MailState::GivenUp, 8));
        assert_eq!(delivery.step().await, Ok(Step::Nothing(None)));
        // Whoever watches may have it tried once more.
        town.act(&Who::operator(), move |ctx, tx| outbox::retry_now(ctx, tx, mail.id)).await.unwrap();
        failure(delivery.step().await);
        assert_eq!(town.only_mail().await.attempts, 9);
        assert!(server.received().is_empty());
    }

    async fn a_recipient_refused_for_good_is_not_tried_again(town: Town) {
        let server = MailServer::start();
        town.queue(message("inconnu@exemple.fr")).await;
        let delivery = town.delivery(Mailer::Smtp(address(&server)));
        assert!(failure(delivery.step().await).0);
        let mail = town.only_mail().await;
        assert_eq!(mail.state, MailState::GivenUp);
        let reason = mail.last_error.unwrap();
        assert!(reason.contains("550 5.1.1 <i…@exemple.fr> inconnu ici"), "{reason}");
        // The next one is not held up.
        town.queue(message("elise@exemple.fr")).await;
        assert_eq!(delivery.step().await, Ok(Step::Sent));
    }

    async fn a_wrong_password_waits_for_the_operator(town: Town) {
        let server = MailServer::with_password("bon");
        town.queue(message("elise@exemple.fr")).await;
        let with = |password: &str| {
            let credentials = Some(("maillage".to_owned(), password.to_owned()));
            town.delivery(Mailer::Smtp(Server { credentials, ..address(&server) }))
        };
        let (permanent, reason) = failure(with("mauvais").step().await);
        assert!(!permanent && reason.contains("535") && !reason.contains("mauvais"), "{reason}");
        // Without a password the refusal comes later, at the sender.
        town.clock.set(at(1));
        let (permanent, reason) = failure(town.delivery(Mailer::Smtp(address(&server))).step().await);
        assert!(!permanent && reason.contains("530"), "{reason}");
        town.clock.set(at(6));
        assert_eq!(with("bon").step().await, Ok(Step::Sent));
        assert_eq!(server.received()[0].1["authenticated"], true);
    }

    async fn the_way_is_encrypted_when_offered_and_nothing_goes_without_where_it_must_be(town: Town) {
        town.queue(message("elise@exemple.fr")).await;
        let plain = MailServer::start();
        let required = Server { tls: Tls::Required, ..address(&plain) };
        let (permanent, reason) = failure(town.delivery(Mailer::Smtp(required)).step().await);
        assert!(!permanent && reason.contains("STARTTLS"), "{reason}");
        assert!(plain.received().is_empty());

        // Beyond this machine, a certificate that nobody vouches for is refused.
        let server = MailServer::with_tls();
        town.clock.set(at(1));
        let required = Server { tls: Tls::Required, ..address(&server) };
        let (permanent, reason) = failure(town.delivery(Mailer::Smtp(required)).step().await);
        assert!(!permanent && reason.contains("ne peut pas être protégée"), "{reason}");
        assert!(server.received().is_empty());

        town.clock.set(at(6));
        assert_eq!(town.delivery(Mailer::Smtp(address(&server))).step().await, Ok(Step::Sent));
        assert_eq!(server.received()[0].1["encrypted"], true);
    }

    async fn a_server_that_is_away_or_never_answers_is_a_failure_in_time(town: Town) {
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let away = Server { host: "127.0.0.1".to_owned(), port: closed, tls: Tls::WhenOffered, credentials: None };
        town.queue(message("muet@exemple.fr")).await;
        let (permanent, reason) = failure(town.delivery(Mailer::Smtp(away)).step().await);
        assert!(!permanent && reason.contains("ne peut pas être joint"), "{reason}");

        let server = MailServer::start();
        town.clock.set(at(1));
        let mut delivery = town.delivery(Mailer::Smtp(address(&server)));
        delivery.limit = Duration::from_secs(2);
        let begun = Instant::now();
        let (permanent, reason) = failure(delivery.step().await);
        assert!(!permanent && reason.contains("trop longtemps"), "{reason}");
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
        assert_eq!(town.only_mail().await.due_at, at(6));
    }

    async fn a_stop_finishes_the_message_under_way_and_begins_no_other(town: Town) {
        let server = MailServer::start();
        town.queue(Message { urgent: true, ..message("lent@exemple.fr") }).await;
        town.queue(message("elise@exemple.fr")).await;
        let (stop, stopping) = tokio::sync::watch::channel(false);
        let task = tokio::spawn(town.delivery(Mailer::Smtp(address(&server))).run(stopping));
        let begun = server.folder().join("commence");
        wait_until(|| async { begun.exists() }).await;
        stop.send(true).unwrap();
        task.await.unwrap();
        let states: Vec<_> = town.mail().await.iter().map(|mail| (mail.to.clone(), mail.state)).collect();
        assert_eq!(server.received().len(), 1);
        assert!(states.contains(&("l…@exemple.fr".to_owned(), MailState::Sent)), "{states:?}");
        assert!(states.contains(&("e…@exemple.fr".to_owned(), MailState::Waiting)), "{states:?}");
    }
}
