//! Each form of a meeting, sent twice: the second click changes nothing, and accuses nobody. What hostile or careless hands
//! type into the same forms.

use crate::administration::send_with_file;
use crate::meetings::{BODY, VALLEE, planned, value};
use crate::town::Town;

const PDF: &[u8] = b"%PDF-1.7\nUn bilan.\n%%EOF";

async fn count(town: &Town, sql: &'static str) -> i64 {
    town.read(move |tx| tx.get(sql, &[], |row| row.get(0))).await
}

stories! {
    async fn what_is_prepared_by_two_clicks_is_there_once(town: Town) {
        let mut alix = town.as_("animation").await;
        let fields = [("title", "Deux clics"), ("format", "follow_up"), ("day", "15/01/2027"), ("hour", "14h30"), ("minutes", "90"), ("template", "oui")];
        let first = alix.submit(&format!("{BODY}/reunions/nouvelle"), &fields).await.ok().path;
        let acts = town.acts().await;
        assert_eq!(alix.submit(&format!("{BODY}/reunions/nouvelle"), &fields).await.ok().path, first);
        assert_eq!(town.acts().await, acts);
        assert_eq!(count(&town, "select count(*) from agenda_item i join meeting m on m.id = i.meeting where m.title = 'Deux clics'").await, 3);
        // Another title at the same hour is another meeting.
        let mut other = fields;
        other[0].1 = "Autre chose";
        assert_ne!(alix.submit(&format!("{BODY}/reunions/nouvelle"), &other).await.ok().path, first);

        let place = first.trim_end_matches("/ordre-du-jour").to_owned();
        let point = [("title", "Le bilan"), ("kind", "debate"), ("minutes", "15"), ("presenter", "Tiers-lieu"), ("description", "Deux lignes.\r\nLa seconde.")];
        let reply = alix.post(&format!("{first}/nouveau"), &point).await.is(303);
        let item = reply.header("location").split_once("#point-").unwrap().1.to_owned();
        let acts = town.acts().await;
        let again = alix.post(&format!("{first}/nouveau"), &point).await.is(303);
        assert_eq!(again.header("location"), reply.header("location"));
        assert_eq!(town.acts().await, acts);

        // Corrections that say the same.
        let version = value(&alix.get(&format!("{first}/{item}")).await.ok().text(), "version");
        let correct = |title: &'static str| [("version", version.clone()), ("title", title.to_owned()), ("kind", "debate".to_owned()), ("minutes", "20".to_owned())];
        let sent = correct("Le bilan de l’an");
        let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
        alix.post(&format!("{first}/{item}"), &sent).await.is(303);
        alix.post(&format!("{first}/{item}"), &sent).await.is(303);
        let late = correct("Autre");
        let late: Vec<(&str, &str)> = late.iter().map(|(name, value)| (*name, value.as_str())).collect();
        alix.post(&format!("{first}/{item}"), &late).await.is(409).says("Quelqu'un d'autre vient de corriger ce point.");
        let version = value(&alix.get(&format!("{place}/modifier")).await.ok().text(), "version");
        let moved = [("version", version.as_str()), ("title", "Deux clics"), ("format", "follow_up"), ("day", "16/01/2027"), ("hour", "14h30"), ("minutes", "90")];
        alix.post(&format!("{place}/modifier"), &moved).await.is(303);
        let acts = town.acts().await;
        alix.post(&format!("{place}/modifier"), &moved).await.is(303);
        assert_eq!(town.acts().await, acts);
        let mut late = moved;
        late[3].1 = "17/01/2027";
        alix.post(&format!("{place}/modifier"), &late).await.is(409).says("Quelqu'un d'autre vient de modifier cette réunion.");

        let documents = format!("{first}/{item}/documents");
        for _ in 0..2 {
            send_with_file(&mut alix, &documents, &[("name", "Bilan")], Some(("a.pdf", PDF))).await.is(303);
        }
        assert_eq!(count(&town, "select count(*) from item_document").await, 1);
        send_with_file(&mut alix, &documents, &[("name", "Annexe")], Some(("a.pdf", PDF))).await.is(303);
        assert_eq!(count(&town, "select count(*) from item_document").await, 2);

        for _ in 0..2 {
            alix.post(&format!("{BODY}/points/nouveau"), &point).await.is(303);
        }
        assert_eq!(count(&town, "select count(*) from waiting_item where title = 'Le bilan'").await, 1);
        let template = format!("{BODY}/points/modele");
        let version = value(&alix.get(&template).await.ok().text(), "version");
        let lines = [("version", version.as_str()), ("title-1", "Accueil"), ("kind-1", "information"), ("minutes-1", "10")];
        alix.post(&template, &lines).await.is(303);
        alix.post(&template, &lines).await.is(303);
        let mut late = lines;
        late[1].1 = "Ouverture";
        alix.post(&template, &late).await.is(409).says("Quelqu'un d'autre vient de changer ce modèle.");
    }

    async fn a_member_that_clicks_twice_proposes_once(town: Town) {
        let mut camille = town.as_("suppleance").await;
        let proposer = format!("{BODY}/points/proposer");
        let form = camille.get(&proposer).await.ok().text();
        let mut fields = vec![("title", "Un repas"), ("kind", "debate"), ("minutes", "15")];
        let member = form.contains("name=\"member\"").then(|| value(&form, "member"));
        fields.extend(member.as_deref().map(|member| ("member", member)));
        for _ in 0..2 {
            camille.post(&proposer, &fields).await.is(303);
        }
        assert_eq!(count(&town, "select count(*) from waiting_item where title = 'Un repas'").await, 1);
    }

    async fn two_clicks_remind_once(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = planned(&mut alix, "Réunion d’essai", "15/01/2027").await;
        alix.submit(&format!("{place}/convocation"), &[]).await.ok();
        alix.submit(&format!("{place}/relance"), &[]).await.ok().says("de relance partent");
        let sql = "select count(*) from outbox where subject like 'Votre réponse est attendue%'";
        let sent = count(&town, sql).await;
        assert!(sent > 0);
        alix.post(&format!("{place}/relance"), &[]).await.is(409).says("Une relance vient de partir");
        assert_eq!(count(&town, sql).await, sent);
        // Another meeting has its own hour, and the next day is another day.
        let other = planned(&mut alix, "Réunion d’essai", "16/01/2027").await;
        alix.submit(&format!("{other}/convocation"), &[]).await.ok();
        alix.submit(&format!("{other}/relance"), &[]).await.ok();
        town.clock.set(kernel::Clock::now(town.clock.as_ref()).plus(kernel::time::DAY));
        town.as_("animation").await.submit(&format!("{place}/relance"), &[]).await.ok();
        assert_eq!(count(&town, sql).await, 3 * sent);
    }

    async fn what_is_said_in_session_by_two_clicks_is_said_once(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = planned(&mut alix, "Réunion d’essai", "15/01/2027").await;
        alix.submit(&format!("{place}/ouvrir"), &[]).await.ok();
        alix.post(&format!("{place}/ouvrir"), &[]).await.is(409).says("Cette réunion est déjà « en cours ».");
        // One click from what is to do.
        let links = alix.get("/a-faire").await.ok().says("Tenir la séance").links();
        assert!(links.contains(&format!("{place}/seance")), "{links:?}");
        let item: uuid::Uuid = town.read(|tx| tx.get("select i.id from agenda_item i join meeting m on m.id = i.meeting where m.title = 'Réunion d’essai'", &[], |row| row.get(0))).await;
        let task = [("kind", "task"), ("text", "Écrire aux communes"), ("responsible", "Tiers-lieu"), ("due_on", "12/02/2027")];
        for _ in 0..2 {
            alix.post(&format!("{place}/seance/{item}/suite"), &task).await.is(303);
        }
        assert_eq!(count(&town, "select count(*) from task t join outcome o on o.id = t.outcome where o.text = 'Écrire aux communes'").await, 1);
        // Another day is another task.
        let mut later = task;
        later[3].1 = "13/02/2027";
        alix.post(&format!("{place}/seance/{item}/suite"), &later).await.is(303);
        assert_eq!(count(&town, "select count(*) from task t join outcome o on o.id = t.outcome where o.text = 'Écrire aux communes'").await, 2);
        alix.submit(&format!("{place}/clore"), &[]).await.ok();
        alix.post(&format!("{place}/clore"), &[]).await.is(409).says("Cette réunion est déjà « tenue ».");
        for _ in 0..2 {
            alix.post(&format!("{place}/compte-rendu/occulter/{item}"), &[("passage", "aux communes"), ("ground", "privacy")]).await.is(303);
        }
        assert_eq!(count(&town, "select count(*) from redaction").await, 1);
        let task: uuid::Uuid = town.read(|tx| tx.get("select t.id from task t join outcome o on o.id = t.outcome where o.text = 'Écrire aux communes' order by t.id limit 1", &[], |row| row.get(0))).await;
        let at = format!("{VALLEE}/taches/{task}");
        let version = value(&alix.get(&at).await.ok().text(), "version");
        let done = [("version", version.as_str()), ("state", "done"), ("note", "")];
        alix.post(&at, &done).await.is(303);
        let acts = town.acts().await;
        alix.post(&at, &done).await.is(303);
        assert_eq!(town.acts().await, acts);
        let dropped = [("version", version.as_str()), ("state", "dropped"), ("note", "Sans objet")];
        alix.post(&at, &dropped).await.is(409).says("Quelqu'un d'autre vient de dire où en est cette tâche.");
    }

    async fn two_who_note_presence_from_two_browsers_undo_nothing(town: Town) {
        let (mut alix, mut manager) = (town.as_("animation").await, town.as_("gestionnaire").await);
        let place = planned(&mut alix, "Réunion d’essai", "15/01/2027").await;
        alix.submit(&format!("{place}/invites"), &[("name", "Chambre d’agriculture")]).await.ok();
        alix.submit(&format!("{place}/ouvrir"), &[]).await.ok();
        let presence = format!("{place}/presence");
        let form = alix.get(&presence).await.ok().text();
        let names: Vec<String> = form.split("name=\"p-").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
        let fields = |there: usize| -> Vec<(String, String)> {
            let one = |(rank, id): (usize, &String)| {
                let now = if rank == there { "principal" } else { "unknown" };
                [(format!("p-{id}"), now.to_owned()), (format!("avant-{id}"), value(&form, &format!("avant-{id}")))]
            };
            names.iter().enumerate().flat_map(one).collect()
        };
        // Both opened the form before anybody was noted; each notes somebody.
        for (browser, there) in [(&mut alix, 0), (&mut manager, 1)] {
            let fields = fields(there);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            browser.submit(&presence, &fields).await.ok();
        }
        assert_eq!(count(&town, "select count(*) from participant p join meeting m on m.id = p.meeting where m.title = 'Réunion d’essai' and p.presence = 'principal'").await, 2);
        assert_eq!(count(&town, "select count(*) from participant where left_at is not null").await, 0);
        // A guest too.
        let form = alix.get(&format!("{place}/invites")).await.ok().text();
        let id = form.split("name=\"i-").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let (field, before) = (format!("i-{id}"), format!("avant-{id}"));
        manager.submit(&format!("{place}/invites/presence"), &[(&field, "present"), (&before, "unknown")]).await.ok();
        alix.submit(&format!("{place}/invites/presence"), &[(&field, "unknown"), (&before, "unknown")]).await.ok();
        assert_eq!(count(&town, "select count(*) from guest where presence = 'present'").await, 1);
    }

    async fn a_session_that_is_opened_looks_for_no_date_any_more(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = planned(&mut alix, "Réunion d’essai", "15/01/2027").await;
        let dates = [("dates", "01/02/2027 9h\n02/02/2027 9h"), ("ends_on", "30/12/2026")];
        alix.submit(&format!("{place}/dates/nouveau"), &dates).await.ok().says("Ouvert");
        alix.submit(&format!("{place}/ouvrir"), &[]).await.ok();
        alix.get(&format!("{place}/dates")).await.ok().says("Abandonné");
    }

    async fn a_title_that_nobody_sees_and_a_link_that_leads_nowhere_are_refused(town: Town) {
        let mut alix = town.as_("animation").await;
        let new = format!("{BODY}/reunions/nouvelle");
        let meeting = |title: &'static str, video: &'static str| [("title", title), ("format", "follow_up"), ("day", "15/01/2027"), ("hour", "14h30"), ("minutes", "90"), ("video", video)];
        let acts = town.acts().await;
        alix.post(&new, &meeting(" \u{200B}\u{202E} ", "")).await.is(422).says("Remplissez ce champ.");
        for video in ["https://", "https://salle a.fr", "https://a.fr/\"><script>"] {
            alix.post(&new, &meeting("Essai", video)).await.is(422).says("se donne entière, sans espace");
        }
        assert_eq!(town.acts().await, acts);
        alix.submit(&new, &meeting("مجموعة 🌿 👩\u{200D}🌾", "https://visio.exemple.fr/salle?x=1")).await.ok().says("مجموعة 🌿");
    }

    async fn what_is_invented_says_so_in_session_too(town: Town) {
        let mut animator = town.as_("marseille").await;
        let session = animator.get("/a-faire").await.ok().links().into_iter().find(|link| link.ends_with("/seance")).unwrap();
        for page in [session.clone(), format!("{session}/ecran"), session.replace("/seance", "/ordre-du-jour")] {
            animator.get(&page).await.ok().says("Exemple fictif");
        }
        let mut alix = town.as_("animation").await;
        let place = planned(&mut alix, "Réunion d’essai", "15/01/2027").await;
        alix.submit(&format!("{place}/ouvrir"), &[]).await.ok();
        alix.get(&format!("{place}/seance")).await.ok().never_says("Exemple fictif");
    }

    async fn no_form_is_shown_for_what_can_no_longer_be_done(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = planned(&mut alix, "Réunion d’essai", "15/01/2027").await;
        for form in ["clore", "presence"] {
            alix.get(&format!("{place}/{form}")).await.is(409);
        }
        alix.submit(&format!("{place}/convocation"), &[]).await.ok();
        alix.get(&format!("{place}/convocation")).await.is(409).says("Cette réunion est déjà « convoquée ».");
        alix.submit(&format!("{place}/annuler"), &[("reason", "Neige")]).await.ok();
        for form in ["annuler", "convocation", "ouvrir", "modifier", "clore", "presence"] {
            alix.get(&format!("{place}/{form}")).await.is(409).never_says("Envoyer");
        }
    }

    async fn a_body_in_which_nobody_sits_is_told_before_it_convenes(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let fields = [("name", "Comité vide"), ("form", "committee"), ("voting_rule", "one_per_structure")];
        manager.submit(&format!("{VALLEE}/administration/instances/nouvelle"), &fields).await.ok();
        let fields = [("title", "À vide"), ("format", "follow_up"), ("day", "15/01/2027"), ("hour", "14h30"), ("minutes", "90")];
        let page = manager.submit(&format!("{VALLEE}/instances/comite-vide/reunions/nouvelle"), &fields).await.ok();
        let place = page.path.trim_end_matches("/ordre-du-jour").to_owned();
        let told = "Personne ne siège encore dans cette instance";
        manager.get(&format!("{place}/convocation")).await.ok().says(told).says("ajoutez d'abord un point");
        manager.submit(&format!("{place}/ordre-du-jour/nouveau"), &[("title", "Un point"), ("kind", "debate"), ("minutes", "0")]).await.ok();
        manager.get(&format!("{place}/convocation")).await.ok().says(told).never_says("ajoutez d'abord un point");
        manager.submit(&format!("{place}/convocation"), &[]).await.ok().says("La réunion est convoquée : 0 appelé, 0 courriel.");
        manager.submit(&format!("{place}/ouvrir"), &[]).await.ok();
        manager.get(&format!("{place}/presence")).await.ok().says("aucune structure ne siège dans cette instance");
        manager.submit(&format!("{place}/presence"), &[]).await.ok();
        manager.submit(&format!("{place}/clore"), &[]).await.ok().says("Compte rendu");
        // Where people sit, nothing is said of it.
        let mut alix = town.as_("animation").await;
        let place = planned(&mut alix, "Réunion d’essai", "15/01/2027").await;
        alix.get(&format!("{place}/convocation")).await.ok().never_says(told);
    }
}
