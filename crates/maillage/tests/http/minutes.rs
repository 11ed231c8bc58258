//! Sessions run by two, minutes read again, corrected, approved by silence, published without what must stay hidden; tasks.

use kernel::{Clock as _, Who, time};

use crate::meetings::{BODY, VALLEE, everybody_there, planned, value};
use crate::town::{Browser, Town};

/// Opens a session of the assembly, with everybody there; gives its page and its item.
async fn opened<'t>(town: &'t Town, approval: &str) -> (Browser<'t>, String, String) {
    let mut alix = town.as_("animation").await;
    let rules = [
        ("version", "0"),
        ("notice_days", "0"),
        ("quorum", "none"),
        ("proxies", "1"),
        ("approval", approval),
        ("silence_days", "15"),
    ];
    alix.submit(&format!("{BODY}/reunions/regles"), &rules).await.ok();
    let place = planned(&mut alix, "Réunion d’essai", "15/01/2027").await;
    alix.submit(&format!("{place}/convocation"), &[]).await.ok();
    // The day after: what follows is entered from the signed sheet.
    town.clock.set(kernel::Timestamp::from_micros(1_800_086_400 * 1_000_000));
    let mut alix = town.as_("animation").await;
    let form = alix.get(&format!("{place}/ouvrir")).await.ok().text();
    assert!(form.contains("value=\"14:30\""), "the planned hour is proposed: {form}");
    alix.post(&format!("{place}/ouvrir"), &[("hour", "midi")]).await.is(422).says("Donnez une heure").keeps("midi");
    alix.submit(&format!("{place}/ouvrir"), &[("hour", "14:35")]).await.ok();
    everybody_there(&mut alix, &place).await.ok();
    let session = alix.get(&format!("{place}/seance")).await.ok().text();
    let item = session.split("id=\"point-").nth(1).unwrap().split('"').next().unwrap().to_owned();
    (alix, place, item)
}

async fn closed<'t>(town: &'t Town, approval: &str) -> (Browser<'t>, String, String) {
    let (mut alix, place, item) = opened(town, approval).await;
    alix.submit(
        &format!("{place}/seance/{item}/notes"),
        &[("version", "0"), ("notes", "Madame Exemple propose le jeudi.\n\nLe mardi est écarté.")],
    )
    .await
    .ok();
    alix.submit(&format!("{place}/clore"), &[("hour", "16:05")]).await.ok();
    (alix, place, item)
}

/// The links by which minutes are read again, each with who receives it.
async fn reading_links(town: &Town) -> Vec<String> {
    let texts: Vec<String> = town
        .read(|tx| {
            tx.query("select text from outbox where subject like 'À relire%' order by id", &[], |row| row.get(0))
        })
        .await;
    let link = |text: &String| {
        let line = text.lines().find(|line| line.contains("/reunions/relecture?cle=")).unwrap().to_owned();
        line.split_once("//").unwrap().1.split_once('/').map(|(_, path)| format!("/{path}")).unwrap()
    };
    texts.iter().map(link).collect()
}

stories! {
    async fn two_note_takers_lose_nothing(town: Town) {
        let (mut alix, place, item) = opened(&town, "next_meeting").await;
        let notes = format!("{place}/seance/{item}/notes");
        let page = alix.get(&notes).await.ok().says("Notes d'un point").text();
        assert_eq!(value(&page, "version"), "0");
        alix.submit(&notes, &[("version", "0"), ("base", ""), ("notes", "Un.\n\nDeux.")]).await.ok().says("Les notes sont enregistrées.");
        let mut manager = town.as_("gestionnaire").await;
        manager.submit(&notes, &[("version", "1"), ("base", "Un.\n\nDeux."), ("notes", "Zéro.\n\nUn.\n\nDeux.")]).await.ok();
        // Ten minutes off line, from the first version on.
        alix.submit(&notes, &[("version", "1"), ("base", "Un.\r\n\r\nDeux."), ("notes", "Un.\r\n\r\nDeux.\r\n\r\nTrois.")]).await.ok()
            .says("vos notes et les siennes sont réunies").says("Zéro.").says("Trois.");
        // The same line, twice: both stay, and it is said.
        alix.submit(&notes, &[("version", "1"), ("base", "Un.\n\nDeux."), ("notes", "Un, corrigé.\n\nDeux.")]).await.ok().says("Un, corrigé.");
        manager.submit(&notes, &[("version", "1"), ("base", "Un.\n\nDeux."), ("notes", "Un, autrement.\n\nDeux.")]).await.ok()
            .says("À relire : deux versions").says("Un, corrigé.").says("Un, autrement.").says("Trois.");
        // Two who begin from an empty item.
        let second = [("title", "Un second point"), ("kind", "debate"), ("minutes", "20")];
        alix.submit(&format!("{place}/ordre-du-jour/nouveau"), &second).await.ok();
        let session = alix.get(&format!("{place}/seance")).await.ok().text();
        let other = session.split("id=\"point-").nth(2).unwrap().split('"').next().unwrap().to_owned();
        let empty = format!("{place}/seance/{other}/notes");
        alix.submit(&empty, &[("version", "0"), ("base", ""), ("notes", "En ligne.")]).await.ok();
        manager.submit(&empty, &[("version", "0"), ("base", ""), ("notes", "Hors ligne.")]).await.ok().says("En ligne.").says("Hors ligne.");
        // Asked for as data, by the script of the page.
        let told = alix.post_as_data(&notes, &[("version", "1"), ("notes", "Sans base.")]).await.is(409);
        assert!(told.text().contains("\"error\""), "{}", told.text());
        let now = value(&alix.get(&notes).await.ok().text(), "version");
        let told = alix.post_as_data(&notes, &[("version", now.as_str()), ("notes", "Tout est relu.")]).await.ok();
        assert_eq!(told.header("content-type"), "application/json");
        assert!(told.text().contains("\"merged\":false") && told.text().contains("Tout est relu."), "{}", told.text());
        let long = "é".repeat(20_001);
        alix.post_as_data(&notes, &[("version", "9"), ("notes", long.as_str())]).await.is(422);
    }

    async fn the_session_goes_from_item_to_item(town: Town) {
        let (mut alix, place, item) = opened(&town, "next_meeting").await;
        let second = [("title", "Le budget"), ("kind", "debate"), ("minutes", "20")];
        alix.submit(&format!("{place}/ordre-du-jour/nouveau"), &second).await.ok();
        let session = format!("{place}/seance");
        alix.get(&session).await.ok().says("Aucun point n'est en cours.").says("Commencer le premier point");
        alix.submit(&session, &[("point", &item)]).await.ok().says("Ce point est en cours.").says("Point suivant").says("de retard sur l'ordre du jour");
        alix.get(&format!("{session}/ecran")).await.ok().says("Point en cours").says("Les horaires").says("présents ou représentés sur");
        alix.post(&session, &[("point", "ailleurs")]).await.is(404);
        alix.post(&session, &[("point", "00000000-0000-7000-8000-000000000000")]).await.is(404);
        alix.submit(&session, &[("point", "")]).await.ok().says("Aucun point n'est en cours.");

        // Who left, and when.
        let form = alix.get(&format!("{place}/presence")).await.ok().text();
        let one = form.split("name=\"p-").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let hours = format!("{place}/presence/{one}");
        alix.post(&hours, &[("arrived", "tôt"), ("left", "")]).await.is(422).says("Donnez une heure").keeps("tôt");
        alix.post(&hours, &[("arrived", "15:30"), ("left", "15:10")]).await.is(422).says("Le départ précède l'arrivée.");
        alix.submit(&hours, &[("arrived", "14:50"), ("left", "15:40")]).await.ok().says("Les heures sont enregistrées.");
        alix.submit(&format!("{place}/clore"), &[("hour", "16:05")]).await.ok().says("Partis en cours de séance").says("à 15 h 40").says("Ouverte à 14 h 35, close à 16 h 05").says("Au début du point");
        alix.post(&hours, &[("arrived", "14:50"), ("left", "")]).await.is(409);
    }

    async fn members_correct_and_silence_approves(town: Town) {
        let (mut alix, place, item) = closed(&town, "silence").await;
        let minutes = format!("{place}/compte-rendu");
        let mut suppleance = town.as_("suppleance").await;
        suppleance.get(&minutes).await.is(404);
        alix.submit(&format!("{minutes}/relecture"), &[]).await.ok().says("Le compte rendu est en relecture : 3 courriels partent.").says("approuvé par le silence");
        alix.post(&format!("{minutes}/relecture"), &[]).await.is(409).says("déjà été envoyé");
        town.get(&minutes).await.is(404);
        suppleance.get(&minutes).await.ok().says("Relire ce compte rendu");
        town.as_("voisin").await.get(&minutes).await.is(404);

        let links = reading_links(&town).await;
        assert_eq!(links.len(), 3);
        let mut anybody = town.browser();
        let acts = town.acts().await;
        let page = anybody.get(&links[0]).await.ok().says("Vous relisez pour").says("Madame Exemple propose").text();
        assert_eq!(town.acts().await, acts, "a scanner of mail asks for nothing");
        let key = value(&page, "cle");
        anybody.post("/reunions/relecture", &[("cle", &key), ("item", ""), ("text", " ")]).await.is(422).says("Dites ce qu'il faut corriger.");
        anybody.post("/reunions/relecture", &[("cle", "abc"), ("text", "Non")]).await.is(409).says("plus valable");
        anybody.post("/reunions/relecture", &[("cle", &key), ("item", &item), ("text", "C'est le mercredi.")]).await.ok().says("Votre demande est enregistrée").says("À examiner");
        // A second click is the same demand.
        anybody.post("/reunions/relecture", &[("cle", &key), ("item", &item), ("text", "C'est le mercredi.")]).await.ok();
        let count: i64 = town.read(|tx| tx.get("select count(*) from correction", &[], |row| row.get(0))).await;
        assert_eq!(count, 1);

        // Silence approves nothing as long as somebody waits for an answer.
        let later = |town: &Town, days: i64| town.clock.set(town.clock.now().plus(days * time::DAY));
        later(&town, 20);
        assert_eq!(town.act(&Who::clockwork(), meetings::minutes::approve_by_silence).await.unwrap(), 0);
        let mut alix = town.as_("animation").await;
        alix.get("/a-faire").await.ok().says("Répondre aux corrections");
        alix.post(&format!("{minutes}/approuver"), &[("approved_on", "20/01/2027"), ("approval", "x")]).await.is(409).says("1 demande attend une réponse");
        let list = alix.get(&minutes).await.ok().says("Corrections demandées").text();
        let answer = list.split("href=\"").find(|link| link.contains("/compte-rendu/corrections/")).unwrap().split('"').next().unwrap().to_owned();
        alix.post(&answer, &[("verdict", ""), ("reason", "")]).await.is(422).says("Choisissez une réponse");
        alix.post(&answer, &[("verdict", "ecartee"), ("reason", "")]).await.is(422).says("Dites pourquoi");
        alix.post(&answer, &[("verdict", "retenue"), ("version", "0"), ("notes", "Vieille copie.")]).await.is(409).says("Quelqu'un d'autre a écrit");
        let version = value(&alix.get(&answer).await.ok().says("C'est le mercredi.").text(), "version");
        alix.submit(&answer, &[("verdict", "retenue"), ("version", &version), ("notes", "Madame Exemple propose le mercredi.")]).await.ok().says("La réponse est enregistrée.").says("Retenue").says("le mercredi");
        alix.post(&answer, &[("verdict", "retenue")]).await.is(409).says("déjà reçu une réponse");
        anybody.post("/reunions/relecture", &[("cle", &key), ("text", "Trop tard")]).await.is(409).says("plus en relecture");

        assert_eq!(town.act(&Who::clockwork(), meetings::minutes::approve_by_silence).await.unwrap(), 1);
        assert_eq!(town.act(&Who::clockwork(), meetings::minutes::approve_by_silence).await.unwrap(), 0);
        alix.get(&minutes).await.ok().says("Approuvé").says("par le silence, aucune correction demandée jusqu'au 31 janvier 2027");
        alix.get("/a-faire").await.ok().says("Publier le compte rendu");

        // What nobody but those who were called may read.
        let hide = format!("{minutes}/occulter/{item}");
        alix.post(&hide, &[("passage", "Monsieur"), ("ground", "privacy")]).await.is(422).says("ne se trouve pas dans ce point").says("Monsieur");
        alix.post(&hide, &[("passage", "Madame Exemple"), ("ground", "other")]).await.is(422).says("Dites lequel.");
        alix.submit(&hide, &[("passage", "Madame\nExemple"), ("ground", "privacy"), ("reason", "Elle l'a demandé")]).await.ok().says("Le passage est occulté.").says("Ne plus occulter");
        alix.submit(&format!("{minutes}/publier"), &[]).await.ok().says("Le compte rendu est public.");
        town.get(&minutes).await.ok().says("[passage non publié : vie privée d'une personne] propose le mercredi").never_says("Madame Exemple").never_says("Elle l'a demandé").says("jours après la réunion");
        town.get(&format!("{minutes}/complet")).await.is(303);
        town.as_("voisin").await.get(&format!("{minutes}/complet")).await.is(404);
        town.as_("suppleance").await.get(&format!("{minutes}/complet")).await.ok().says("Madame Exemple");
        let hidden: kernel::Id<meetings::minutes::Redaction> = town.read(|tx| tx.get("select id from redaction", &[], |row| row.get(0))).await;
        alix.post(&format!("{minutes}/occultations/{hidden}/montrer"), &[]).await.is(409).says("ce qui est occulté le reste");
        town.get("/registre").await.ok().never_says("Madame Exemple");
    }

    async fn what_minutes_hide_no_list_of_tasks_shows(town: Town) {
        let (mut alix, place, item) = opened(&town, "next_meeting").await;
        let suite = format!("{place}/seance/{item}/suite");
        for text in ["Rappeler Madame Exemple", "Écrire aux communes", "Écrire à Madame Exemple"] {
            alix.submit(&suite, &[("kind", "task"), ("text", text), ("responsible", "Secrétariat de Madame Exemple")]).await.ok();
        }
        alix.submit(&format!("{place}/clore"), &[("hour", "16:05")]).await.ok();
        let minutes = format!("{place}/compte-rendu");
        alix.submit(&format!("{minutes}/approuver"), &[("approved_on", "16/01/2027"), ("approval", "en fin de séance")]).await.ok();
        alix.submit(&format!("{minutes}/occulter/{item}"), &[("passage", "Madame Exemple"), ("ground", "privacy")]).await.ok();
        alix.submit(&format!("{minutes}/publier"), &[]).await.ok();
        let tasks = format!("{VALLEE}/taches");
        let hidden = "[passage non publié : vie privée d'une personne]";
        town.get(&tasks).await.ok().says(&format!("Rappeler {hidden}")).says("Écrire aux communes").never_says("Madame Exemple");
        town.as_("voisin").await.get(&tasks).await.ok().never_says("Madame Exemple");
        let list = alix.get(&tasks).await.ok().says("Rappeler Madame Exemple").text();
        let own = list.split("href=\"").find(|link| link.contains("/taches/") && link.contains("Rappeler")).unwrap().split('"').next().unwrap().to_owned();
        alix.submit(&own, &[("state", "done"), ("version", "1")]).await.ok();
        town.get(&format!("{tasks}?etat=done")).await.ok().says(&format!("Rappeler {hidden}")).never_says("Madame Exemple");
        town.get("/registre").await.ok().says("Tâche « Rappeler").never_says("Madame Exemple");
    }

    async fn a_task_taken_back_is_told_to_nobody(town: Town) {
        let (mut alix, place, item) = opened(&town, "next_meeting").await;
        let suite = format!("{place}/seance/{item}/suite");
        let form = alix.get(&suite).await.ok().text();
        let doer = form.split("value=\"pouvoir:").skip(1).find(|rest| rest.split("</option>").next().unwrap().contains("Camille")).map(|rest| format!("pouvoir:{}", rest.split('"').next().unwrap())).unwrap();
        for text in ["Appeler la mairie", "Écrire aux communes"] {
            alix.submit(&suite, &[("kind", "task"), ("text", text), ("doer", &doer)]).await.ok();
        }
        let told = async || -> Vec<String> { town.read(|tx| tx.query("select distinct title from letter_news where kind = 'tasks' order by title", &[], |row| row.get(0))).await };
        assert_eq!(told().await.len(), 2);
        let session = alix.get(&format!("{place}/seance")).await.ok().text();
        let take = session.split("action=\"").find(|form| form.contains("/suite/") && form.contains("Appeler la mairie")).unwrap().split('"').next().unwrap().to_owned();
        alix.submit(&take, &[]).await.ok().says("C'est retiré.");
        assert_eq!(told().await, ["Une tâche vous est confiée : Écrire aux communes"]);
    }

    async fn a_mandate_that_has_ended_reads_nothing_again(town: Town) {
        let (mut alix, place, _) = closed(&town, "silence").await;
        alix.submit(&format!("{place}/compte-rendu/relecture"), &[]).await.ok();
        let links = reading_links(&town).await;
        town.act(&Who::operator(), |_, tx| tx.execute("update power set until = '2027-01-15' where role in ('representative', 'deputy')", &[])).await.unwrap();
        for link in &links {
            town.browser().get(link).await.is(403).says("Vous ne représentez plus");
        }
    }

    async fn a_task_is_given_done_and_seen(town: Town) {
        let (mut alix, place, item) = opened(&town, "next_meeting").await;
        let suite = format!("{place}/seance/{item}/suite");
        let form = alix.get(&suite).await.ok().says("qui s'en charge").text();
        let doer = form.split("value=\"pouvoir:").nth(1).map(|rest| format!("pouvoir:{}", rest.split('"').next().unwrap())).unwrap();
        alix.post(&suite, &[("kind", "task"), ("text", "Écrire"), ("doer", "pouvoir:00000000-0000-7000-8000-000000000000")]).await.is(422).says("Choisissez dans la liste qui s'en charge.");
        alix.submit(&suite, &[("kind", "task"), ("text", "Écrire aux communes"), ("responsible", "tiers-lieu exemple LA PASSERELLE imaginaire"), ("due_on", "20/01/2027")]).await.ok();
        alix.submit(&suite, &[("kind", "task"), ("text", "Appeler la mairie"), ("doer", &doer), ("due_on", "20/01/2027")]).await.ok();
        let tasks = format!("{VALLEE}/taches");
        town.get(&tasks).await.ok().never_says("Écrire aux communes");
        town.as_("voisin").await.get(&tasks).await.ok().never_says("Écrire aux communes");
        let list = alix.get(&tasks).await.ok().says("Écrire aux communes").says("20 janvier 2027").text();
        let own = list.split("href=\"").find(|link| link.contains("/taches/") && link.contains("Appeler la mairie")).unwrap().split('"').next().unwrap().to_owned();
        town.clock.set(town.clock.now().plus(10 * time::DAY));
        let mut alix = town.as_("animation").await;
        alix.get(&tasks).await.ok().says("En retard");
        town.as_("voisin").await.get(&own).await.is(404);
        town.get(&own).await.is(303);
        alix.post(&own, &[("state", "faite"), ("version", "1")]).await.is(422);
        alix.post(&own, &[("state", "dropped"), ("version", "1")]).await.is(422).says("Dites pourquoi elle est abandonnée.");
        alix.submit(&own, &[("state", "done"), ("version", "1"), ("note", "Par téléphone")]).await.ok().says("C'est enregistré.");
        alix.post(&own, &[("state", "open"), ("version", "1")]).await.is(409).says("Quelqu'un d'autre");
        alix.get(&format!("{tasks}?etat=done")).await.ok().says("Appeler la mairie").says("Par téléphone");
        alix.get(&format!("{tasks}?etat=nimporte&page=-4")).await.ok();
        town.get("/registre").await.ok().never_says("Appeler la mairie");
    }
}
