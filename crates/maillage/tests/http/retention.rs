//! What nobody uses goes by itself, as the record of processing says; what somebody counts on stays.

use directory::Person;
use directory::accounts::acts::{self, Invitation};
use directory::accounts::{openid, retention, sessions, throttle};
use governance::powers::unused::{Purged, purge};
use kernel::permission::{Reach, RoleKind};
use kernel::processing::{Period, span};
use kernel::time::{DAY, MINUTE};
use kernel::{Clock as _, Id, Who};

use crate::town::{NOW, Town};

const SITE: &str = "https://maillage.exemple";

async fn run(town: &Town) -> Purged {
    town.act(&Who::clockwork(), |ctx, tx| purge(ctx, tx, SITE)).await.unwrap()
}

async fn later(town: &Town, micros: i64) {
    town.clock.set(town.clock.now().plus(micros));
}

/// An account that was opened now, without a power.
async fn open(town: &Town, email: &'static str) -> Id<Person> {
    invited(town, email).await;
    town.act(&Who::operator(), move |ctx, tx| {
        let person =
            tx.get("select person from account where email_key = $1", store::params![email], |row| row.get(0))?;
        acts::activate(ctx, tx, person)?;
        Ok(person)
    })
    .await
    .unwrap()
}

async fn invited(town: &Town, email: &'static str) -> Id<Person> {
    let invitation = Invitation { email: email.into(), name: "Personne Exemple".into(), ..Invitation::default() };
    town.act(&Who::operator(), move |ctx, tx| acts::invite(ctx, tx, SITE, &invitation)).await.unwrap()
}

async fn exists(town: &Town, person: Id<Person>) -> bool {
    town.read(move |tx| {
        tx.get("select count(*) from account where person = $1", store::params![person], |row| row.get::<i64>(0))
    })
    .await
        == 1
}

async fn subjects(town: &Town) -> Vec<(String, String)> {
    town.read(|tx| {
        tx.query("select recipient, subject from outbox order by queued_at, id", &[], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
    })
    .await
}

async fn count(town: &Town, sql: &'static str) -> i64 {
    town.read(move |tx| tx.get(sql, &[], |row| row.get(0))).await
}

stories! {
    async fn an_account_that_nobody_uses_is_warned_sixty_days_before_then_erased(town: Town) {
        let person = open(&town, "oubli@exemple.fr").await;
        let before = town.acts().await;
        assert_eq!(run(&town).await, Purged::default());
        assert_eq!(town.acts().await, before, "nothing was done, nothing is said");
        later(&town, retention::UNUSED - retention::NOTICE - 2 * DAY).await;
        assert_eq!(run(&town).await, Purged::default());
        later(&town, 3 * DAY).await;
        assert_eq!(run(&town).await, Purged { warned: 1, told: 0, erased: 0 });
        assert_eq!(subjects(&town).await.last().unwrap(), &("oubli@exemple.fr".to_owned(), "Votre compte va être supprimé".to_owned()));
        assert_eq!(run(&town).await, Purged::default(), "told once");
        later(&town, retention::NOTICE - DAY).await;
        assert_eq!(run(&town).await, Purged::default());
        later(&town, DAY).await;
        assert_eq!(run(&town).await, Purged { warned: 0, told: 0, erased: 1 });
        assert!(!exists(&town, person).await);
        assert_eq!(count(&town, "select count(*) from person where name = 'Personne Exemple'").await, 0);
        assert!(subjects(&town).await.iter().all(|(to, _)| to != "oubli@exemple.fr"));
        town.get("/registre").await.ok().says("Purge automatique des comptes inutilisés : 1 effacé(s)").never_says("Personne Exemple");
    }

    async fn whoever_signs_in_after_the_warning_keeps_the_account(town: Town) {
        let person = open(&town, "retour@exemple.fr").await;
        later(&town, retention::UNUSED - retention::NOTICE + DAY).await;
        assert_eq!(run(&town).await.warned, 1);
        later(&town, 10 * DAY).await;
        let today = town.clock.now().day().to_string();
        town.app.store().write(move |tx| tx.execute("update account set last_used_on = $2 where person = $1", store::params![person, today.clone()])).await.unwrap();
        later(&town, retention::NOTICE).await;
        assert_eq!(run(&town).await, Purged::default());
        assert!(exists(&town, person).await);
    }

    async fn an_invitation_that_nobody_takes_up_goes(town: Town) {
        let person = invited(&town, "personne@exemple.fr").await;
        later(&town, retention::INVITATION - DAY).await;
        assert_eq!(run(&town).await, Purged::default());
        later(&town, DAY).await;
        assert_eq!(run(&town).await, Purged { warned: 0, told: 0, erased: 1 });
        assert!(!exists(&town, person).await);
        // It can be invited again, as somebody new.
        assert_ne!(invited(&town, "personne@exemple.fr").await, person);
    }

    async fn whoever_holds_a_power_stays_and_those_who_gave_it_are_told(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let give = "/gouvernances/reseau-exemple-vallee/administration/pouvoirs/donner";
        manager.submit(give, &[("role", "secretariat"), ("name", "Secrétaire Exemple"), ("email", "secretaire@exemple.fr")]).await.ok();
        let person: Id<Person> = town.read(|tx| tx.get("select person from account where email_key = 'secretaire@exemple.fr'", &[], |row| row.get(0))).await;
        later(&town, retention::INVITATION).await;
        let before = subjects(&town).await.len();
        assert_eq!(run(&town).await, Purged { warned: 0, told: 1, erased: 0 });
        let told = subjects(&town).await.split_off(before);
        let wanted = |to: &str| (to.to_owned(), "Des comptes inutilisés ont encore un pouvoir".to_owned());
        let mut told = told;
        told.sort();
        assert_eq!(told, [wanted("co-porteuse@exemple.fictif"), wanted("gestionnaire@exemple.fictif")]);
        let text: String = town.read(|tx| tx.get("select text from outbox where subject like 'Des comptes%' limit 1", &[], |row| row.get(0))).await;
        assert!(text.contains("Secrétaire Exemple : Secrétariat") && text.contains("/gouvernances/reseau-exemple-vallee/administration/pouvoirs"), "{text}");
        assert_eq!(run(&town).await, Purged::default(), "not every day");
        later(&town, retention::REMINDER).await;
        assert_eq!(run(&town).await.told, 1);
        // Once the power is taken back, the account goes.
        town.act(&Who::operator(), move |ctx, tx| {
            let powers: Vec<Id<governance::powers::model::Power>> = tx.query("select id from power where person = $1", store::params![person], |row| row.get(0))?;
            powers.into_iter().try_for_each(|id| governance::powers::acts::end(ctx, tx, id, "Jamais venue"))
        }).await.unwrap();
        assert_eq!(run(&town).await, Purged { warned: 0, told: 0, erased: 1 });
        assert!(!exists(&town, person).await);
    }

    async fn a_power_on_the_platform_is_told_to_the_national_team(town: Town) {
        let invitation = Invitation { email: "exploitation@exemple.fr".into(), name: "Exploitante Exemple".into(), ..Invitation::default() };
        let power = governance::powers::model::NewPower { role: RoleKind::Operator, reach: Reach::Platform, since: None, until: None };
        town.act(&Who::operator(), move |ctx, tx| governance::powers::acts::invite(ctx, tx, SITE, &invitation, &power)).await.unwrap();
        later(&town, retention::INVITATION + DAY).await;
        assert_eq!(run(&town).await.told, 1);
        assert_eq!(subjects(&town).await.last().unwrap().0, "equipe-nationale@exemple.fictif");
    }

    async fn a_closed_account_is_erased_after_its_time(town: Town) {
        let person = open(&town, "ferme@exemple.fr").await;
        town.act(&Who::operator(), move |ctx, tx| governance::powers::acts::close_account(ctx, tx, person, "Départ")).await.unwrap();
        later(&town, retention::CLOSED - DAY).await;
        assert_eq!(run(&town).await, Purged::default());
        later(&town, DAY).await;
        assert_eq!(run(&town).await.erased, 1);
        assert!(!exists(&town, person).await);
    }

    async fn personas_of_the_demonstration_stay(town: Town) {
        later(&town, 20 * 365 * DAY).await;
        assert_eq!(run(&town).await, Purged::default());
    }

    /// The record says what the purge does: each period that it tells is one that a constant of the purge gives.
    async fn the_record_of_processing_tells_the_periods_of_the_purge(town: Town) {
        let page = town.get("/donnees-personnelles/registre").await.ok().has("h1", "Registre des traitements");
        let csv = town.get("/donnees-personnelles/registre.csv").await.ok().text();
        let known = [
            retention::INVITATION, retention::UNUSED, retention::NOTICE, retention::CLOSED, retention::JOURNAL, retention::LINK,
            retention::PROVIDER, sessions::IDLE, sessions::LONGEST, throttle::KEPT, openid::WAITS, store::outbox::KEPT,
            retention::NEWS, directory::correspondence::links::HOLDS,
        ];
        let mut told = Vec::new();
        for one in retention::PROCESSING.iter().chain(&governance::PROCESSING) {
            for kept in one.retention {
                assert!(csv.contains(kept.what) && csv.contains(one.name), "{}", kept.what);
                if let Period::Lasting { micros, .. } = kept.period {
                    assert!(known.contains(&micros), "« {} » is no period of the purge", kept.what);
                    assert!(page.words().contains(&kept.period.told()), "{}", kept.period.told());
                    told.push(micros);
                }
            }
        }
        assert!(known.iter().all(|period| told.contains(period)), "a period of the purge is not told");
        // What other pages say in words.
        let (page, mine) = (town.get("/donnees-personnelles").await.ok(), town.as_("sans-pouvoir").await.get("/compte/donnees").await.ok());
        page.says("registre des traitements").says("effacée après six mois").says("depuis trois ans").says("soixante jours avant");
        mine.says("Tant que le compte est ouvert");
        assert_eq!([retention::INVITATION, retention::UNUSED, retention::NOTICE].map(span), ["6 mois", "3 ans", "60 jours"]);
        for end in ["ods", "xlsx"] {
            assert!(town.get(&format!("/donnees-personnelles/registre.{end}")).await.ok().body.starts_with(b"PK"));
        }
        town.as_("equipe-nationale").await.get("/administration").await.ok().says("Registre des traitements");
    }

    /// The purge itself, one moment before and one after each period.
    async fn each_period_is_kept_to_the_moment(town: Town) {
        let person: Id<Person> = town.read(|tx| tx.get("select person from account where email_key = 'sans-pouvoir@exemple.fictif'", &[], |row| row.get(0))).await;
        let rows: [(&'static str, i64, &'static str); 6] = [
            ("insert into account_event (id, person, kind, at) values ($2, $1, 'essai', $3)", retention::JOURNAL, "select count(*) from account_event where kind = 'essai'"),
            ("insert into secret_link (token_hash, purpose, person, created_at, expires_at) values ($4, 'password', $1, $3, $3)", retention::LINK, "select count(*) from secret_link"),
            ("insert into openid_request (state_hash, nonce, verifier, next, created_at) values ($4, '', '', '', $3)", retention::PROVIDER, "select count(*) from openid_request"),
            ("insert into attempt (key, tries, first_at, last_at) values ($4, 1, $3, $3)", throttle::KEPT, "select count(*) from attempt"),
            ("insert into session (token_hash, person, stage, method, agent, created_at, seen_at, expires_at) values ($4, $1, 'whole', 'password', '', $3, $3, $5)", sessions::IDLE, "select count(*) from session"),
            ("insert into session (token_hash, person, stage, method, agent, created_at, seen_at, expires_at) values ($4, $1, 'whole', 'password', '', $3, $6, $7)", sessions::LONGEST, "select count(*) from session"),
        ];
        for (insert, period, counted) in rows {
            for (age, stays) in [(period - MINUTE, true), (period + MINUTE, false)] {
                let at = NOW.plus(-age);
                town.app.store().write(move |tx| {
                    // Every parameter stands in some of the texts.
                    let all = store::params![person, uuid::Uuid::from_u128(7), at, [7u8; 32].as_slice(), NOW.plus(sessions::LONGEST), NOW, at.plus(sessions::LONGEST)];
                    let used = (1..=all.len()).rev().find(|place| insert.contains(&format!("${place}"))).unwrap();
                    let (mut text, mut values) = (insert.to_owned(), Vec::new());
                    for place in 1..=used {
                        if insert.contains(&format!("${place}")) {
                            values.push(all[place - 1].clone());
                            text = text.replace(&format!("${place}"), &format!("${}", values.len()));
                        }
                    }
                    tx.execute(&text, &values)
                }).await.unwrap();
                town.act(&Who::clockwork(), directory::accounts::data::purge).await.unwrap();
                assert_eq!(count(&town, counted).await, i64::from(stays), "{insert} {age}");
                town.app.store().write(move |tx| {
                    for table in ["account_event", "secret_link", "openid_request", "attempt", "session"] {
                        tx.execute(&format!("delete from {table}"), &[])?;
                    }
                    Ok(())
                }).await.unwrap();
            }
        }
    }
}
