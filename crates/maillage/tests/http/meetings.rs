//! A meeting from its planning to its published minutes: what each sees and does.

use kernel::{Clock as _, time};

use crate::reply::Reply;
use crate::town::{Browser, Town};

pub const VALLEE: &str = "/gouvernances/reseau-exemple-vallee";
pub const BODY: &str = "/gouvernances/reseau-exemple-vallee/instances/assemblee-du-reseau";

/// The page of a meeting of the network by the end of its address.
pub async fn page_of(town: &Town, title: &str) -> String {
    let title = title.to_owned();
    let slug: String = town
        .read(move |tx| {
            tx.get(
                "select m.slug from meeting m join governance g on g.id = m.governance where g.slug = 'reseau-exemple-vallee' and m.title = $1",
                store::params![title],
                |row| row.get(0),
            )
        })
        .await;
    format!("{VALLEE}/reunions/{slug}")
}

/// The links in the messages that wait, the latest last.
async fn links(town: &Town, subject: &str) -> Vec<String> {
    let subject = format!("{subject}%");
    let texts: Vec<String> = town
        .read(move |tx| {
            tx.query("select text from outbox where subject like $1 order by id", store::params![subject], |row| {
                row.get(0)
            })
        })
        .await;
    texts
        .iter()
        .filter_map(|text| text.lines().find(|line| line.contains("/reunions/reponse?cle=")))
        .map(|line| line.split_once("//").unwrap().1.split_once('/').map(|(_, path)| format!("/{path}")).unwrap())
        .collect()
}

pub fn value(page: &str, name: &str) -> String {
    let field = page.split(&format!("name=\"{name}\"")).nth(1).unwrap().split('>').next().unwrap();
    field.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Plans a meeting of the assembly with one item, as its animator; gives its page.
pub async fn planned(browser: &mut Browser<'_>, title: &str, day: &str) -> String {
    let fields = [
        ("title", title),
        ("format", "follow_up"),
        ("day", day),
        ("hour", "14h30"),
        ("minutes", "90"),
        ("place", "Salle 2"),
    ];
    let page =
        browser.submit(&format!("{BODY}/reunions/nouvelle"), &fields).await.ok().says("La réunion est préparée.");
    let place = page.path.trim_end_matches("/ordre-du-jour").to_owned();
    let item = [("title", "Les horaires"), ("kind", "decision"), ("minutes", "30"), ("presenter", "Tiers-lieu")];
    browser.submit(&format!("{place}/ordre-du-jour/nouveau"), &item).await.ok().says("Le point est ajouté.");
    place
}

/// The form of presence with everybody there.
pub async fn everybody_there(browser: &mut Browser<'_>, place: &str) -> Reply {
    let form = browser.get(&format!("{place}/presence")).await.ok().text();
    let names: Vec<String> =
        form.split("name=\"p-").skip(1).map(|rest| format!("p-{}", rest.split('"').next().unwrap())).collect();
    let fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "principal")).collect();
    browser.submit(&format!("{place}/presence"), &fields).await
}

stories! {
    async fn everybody_reads_the_calendar_and_nobody_a_draft(town: Town) {
        town.get("/reunions").await.ok().says("Assemblée d'hiver").says("Rencontre de reprise").never_says("Réunion commune des deux collèges");
        let list = town.get(&format!("{VALLEE}/reunions")).await.ok().says("Assemblée d'hiver").says("Assemblée d'automne").never_says("Réunion commune");
        assert!(list.links().iter().any(|link| link.ends_with("/compte-rendu")));
        let draft = page_of(&town, "Réunion commune des deux collèges").await;
        town.get(&draft).await.is(404);
        town.get(&format!("{draft}/reunion.ics")).await.is(404);
        let mut alix = town.as_("animation").await;
        alix.get(&draft).await.ok().says("En préparation").says("3 h");
        alix.get(&format!("{VALLEE}/reunions")).await.ok().says("Réunion commune").says("Préparer une réunion");
        town.as_("voisin").await.get(&draft).await.is(404);
        let ics = town.get(&format!("{VALLEE}/reunions.ics")).await.ok();
        assert_eq!(ics.header("content-type"), "text/calendar; charset=utf-8");
        assert!(ics.text().contains("BEGIN:VEVENT") && !ics.text().contains("deux coll"));
        town.get(&format!("{VALLEE}/reunions/inconnue")).await.is(404);
        town.get("/reunions?apres=illisible").await.ok();
    }

    async fn published_minutes_tell_who_was_there_and_what_came_out(town: Town) {
        let place = page_of(&town, "Assemblée d’automne").await;
        town.get(&format!("{place}/compte-rendu")).await.ok().says("Publié").says("Présents").says("par Communauté de communes exemple de la Vallée")
            .says("Une permanence ouvre le jeudi soir").says("Proposer de nouveaux horaires").says("Aucun quorum n'est demandé").says("Exemple fictif")
            .says("Ouverte à 14 h, close à 16 h");
    }

    async fn an_animator_plans_prepares_and_convenes(town: Town) {
        let mut alix = town.as_("animation").await;
        let new = format!("{BODY}/reunions/nouvelle");
        let acts = town.acts().await;
        alix.post(&new, &[("title", ""), ("format", "follow_up"), ("day", "demain"), ("hour", "midi"), ("minutes", "0"), ("video", "http://x")]).await.is(422)
            .says("Donnez l'heure du début").says("Donnez la durée en minutes").says("commence par https://").keeps("midi");
        // The night on which the clocks jump.
        alix.post(&new, &[("title", "Nuit"), ("format", "follow_up"), ("day", "28/03/2027"), ("hour", "2:30"), ("minutes", "60")]).await.is(422).says("Cette heure n'existe pas ce jour-là");
        assert_eq!(town.acts().await, acts);
        let place = planned(&mut alix, "Réunion d’essai 🏠", "15/01/2027").await;
        alix.get(&format!("{place}/ordre-du-jour")).await.ok().says("14 h 30, 30 min");
        alix.post(&format!("{place}/ordre-du-jour/nouveau"), &[("title", "Long"), ("kind", "debate"), ("minutes", "99999")]).await.is(422).says("Donnez la durée");
        alix.submit(&format!("{place}/ordre-du-jour/nouveau"), &[("title", "Un long débat"), ("kind", "debate"), ("minutes", "75")]).await.ok().says("L'ordre du jour dépasse la durée prévue").says("De 15 min");

        // Nobody else sees a draft, in the register neither.
        town.get("/registre").await.ok().says("Réunion en préparation").never_says("Réunion d'essai").never_says("Un long débat");

        // A notice of sixty days is not kept.
        let rules = format!("{BODY}/reunions/regles");
        let set = |notice: &'static str| [("version", "0"), ("notice_days", notice), ("quorum", "share"), ("numerator", "1"), ("denominator", "2"), ("proxies", "1"), ("approval", "silence"), ("silence_days", "15")];
        alix.post(&rules, &set("beaucoup")).await.is(422).says("Donnez un nombre, de 0 à 365.");
        alix.submit(&rules, &set("60")).await.ok().says("Les règles des réunions sont enregistrées.");
        alix.post(&rules, &set("30")).await.is(409).says("Quelqu'un d'autre vient de changer ces règles.");
        let convocation = format!("{place}/convocation");
        alix.get(&convocation).await.ok().says("60 jours de préavis : il en manque");
        alix.post(&convocation, &[]).await.is(422).says("cochez l'urgence");
        town.get(&place).await.is(404);
        alix.submit(&convocation, &[("urgent", "oui")]).await.ok().says("La réunion est convoquée").says("Convoquée");
        town.get(&place).await.ok().says("Les horaires").says("vendredi 15 janvier 2027 à 14 h 30").never_says("Sans réponse");
        alix.post(&convocation, &[("urgent", "oui")]).await.is(409).says("Cette réunion est déjà « convoquée ».");

        // An agenda that is empty convenes nobody.
        let fields = [("title", "Vide"), ("format", "follow_up"), ("day", "15/01/2028"), ("hour", "14:00"), ("minutes", "60")];
        let empty = alix.submit(&new, &fields).await.ok().path.trim_end_matches("/ordre-du-jour").to_owned();
        alix.post(&format!("{empty}/convocation"), &[]).await.is(409).says("L'ordre du jour est vide");
    }

    async fn one_answers_by_the_link_of_the_message_without_an_account(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = planned(&mut alix, "Réunion d’essai", "15/01/2027").await;
        alix.submit(&format!("{place}/convocation"), &[]).await.ok();
        let all = links(&town, "Convocation : Réunion d’essai").await;
        assert_eq!(all.len(), 3, "the three persons who speak for a member: {all:?}");
        let mut anybody = town.browser();
        let page = anybody.get(&all[0]).await.ok().says("Répondre à la convocation").text();
        let acts = town.acts().await;
        // A scanner of mail opens links: nothing happens.
        town.get(&all[0]).await.ok();
        assert_eq!(town.acts().await, acts);
        let key = value(&page, "cle");
        anybody.post("/reunions/reponse", &[("cle", &key), ("reply", "")]).await.is(422).says("Choisissez une réponse dans la liste.");
        anybody.post("/reunions/reponse", &[("cle", &key), ("reply", "represented")]).await.is(422).says("Choisissez la structure qui vous représentera.");
        anybody.post("/reunions/reponse", &[("cle", &key), ("reply", "represented"), ("proxy", "00000000-0000-7000-8000-000000000000")]).await.is(422).says("Choisissez une structure de la liste.");
        anybody.post("/reunions/reponse", &[("cle", &key), ("reply", "present")]).await.is(200).says("Votre réponse est enregistrée").says("Présent");
        // The link signs nobody in.
        anybody.get("/a-faire").await.is(303);
        anybody.post("/reunions/reponse", &[("cle", &key), ("reply", "excused")]).await.is(200).says("Excusé");
        alix.get(&place).await.ok().says("Excusé");

        // Altered, shortened, of another: the same sentence.
        let mut altered = key.clone();
        altered.replace_range(0..1, if key.starts_with('0') { "1" } else { "0" });
        for strange in [altered.as_str(), "", "zz", &key[..40]] {
            town.get(&format!("/reunions/reponse?cle={strange}")).await.is(409).says("Ce lien n'est plus valable");
            anybody.post("/reunions/reponse", &[("cle", strange), ("reply", "present")]).await.is(409);
        }
        // Only those who have not answered are reminded.
        let before = links(&town, "Votre réponse est attendue").await.len();
        alix.submit(&format!("{place}/relance"), &[]).await.ok();
        let reminded = links(&town, "Votre réponse est attendue").await.len() - before;
        assert!((1..3).contains(&reminded), "{reminded}");
        // The meeting has begun: the link is worth nothing any more.
        town.clock.set(town.clock.now().plus(60 * time::DAY));
        town.get(&all[0]).await.is(409).says("Ce lien n'est plus valable");
    }

    async fn a_mandate_that_ends_answers_no_more(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = planned(&mut alix, "Réunion d’essai", "15/01/2027").await;
        alix.submit(&format!("{place}/convocation"), &[]).await.ok();
        let all = links(&town, "Convocation : Réunion d’essai").await;
        town.tamper("update power set ended_at = given_at where role in ('representative', 'deputy')").await;
        for link in all {
            let key = link.split_once("cle=").unwrap().1.to_owned();
            town.browser().post("/reunions/reponse", &[("cle", &key), ("reply", "present")]).await.is(403).says("Seules les personnes qui représentent");
        }
    }

    async fn whoever_was_convened_is_told_of_a_change_and_of_the_end(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = planned(&mut alix, "Réunion d’essai", "15/01/2027").await;
        alix.submit(&format!("{place}/convocation"), &[]).await.ok();
        let change = format!("{place}/modifier");
        let version = value(&alix.get(&change).await.ok().text(), "version");
        let fields = |hour: &'static str| [("version", version.as_str()), ("title", "Réunion d’essai"), ("format", "follow_up"), ("day", "16/01/2027"), ("hour", hour), ("minutes", "90"), ("place", "Salle 3")];
        alix.submit(&change, &fields("10:00")).await.ok().says("La réunion est modifiée.").says("samedi 16 janvier 2027 à 10 h");
        assert_eq!(links(&town, "Changement : Réunion d’essai").await.len(), 3);
        // A second animator had the form open.
        let mut manager = town.as_("gestionnaire").await;
        manager.post(&change, &fields("11:00")).await.is(409).says("Quelqu'un d'autre vient de modifier cette réunion.").says("10:00").keeps("11:00");
        alix.post(&format!("{place}/annuler"), &[("reason", "")]).await.is(422);
        alix.submit(&format!("{place}/annuler"), &[("reason", "Salle fermée")]).await.ok().says("Cette réunion est annulée").says("Salle fermée");
        let told: i64 = town.read(|tx| tx.get("select count(*) from outbox where subject like 'Annulation : %'", &[], |row| row.get(0))).await;
        assert_eq!(told, 3);
        alix.post(&change, &fields("12:00")).await.is(409).says("passée ou annulée");
        alix.post(&format!("{place}/ouvrir"), &[]).await.is(409);
        assert!(town.get(&format!("{place}/reunion.ics")).await.ok().text().contains("STATUS:CANCELLED"));
    }

    async fn a_meeting_is_run_closed_and_told(town: Town) {
        let mut alix = town.as_("animation").await;
        let rules = [("version", "0"), ("notice_days", "0"), ("quorum", "share"), ("numerator", "1"), ("denominator", "2"), ("proxies", "1"), ("approval", "next_meeting"), ("silence_days", "15")];
        alix.submit(&format!("{BODY}/reunions/regles"), &rules).await.ok();
        let place = planned(&mut alix, "Réunion d’essai", "15/01/2027").await;
        alix.get(&format!("{place}/seance")).await.is(409).says("La séance n'est pas ouverte.");
        // Never convened by mail: entered from paper all the same.
        alix.submit(&format!("{place}/ouvrir"), &[]).await.ok().says("La séance est ouverte").says("0 présent ou représenté sur").says("non atteint");
        alix.post(&format!("{place}/ouvrir"), &[]).await.is(409);
        everybody_there(&mut alix, &place).await.ok().says("La présence est enregistrée.").says("atteint.");
        alix.get(&format!("{place}/emargement")).await.ok().says("Signature");

        // A proxy to oneself is no answer of the form; two to one holder is too many.
        let form = alix.get(&format!("{place}/presence")).await.ok().text();
        let ids: Vec<String> = form.split("name=\"p-").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
        let holder = format!("proxy:{}", ids[0]);
        let (one, two) = (format!("p-{}", ids[1]), format!("p-{}", ids[2]));
        alix.post(&format!("{place}/presence"), &[(one.as_str(), holder.as_str()), (two.as_str(), holder.as_str())]).await.is(422).says("le plus possible dans cette instance");
        let own = format!("proxy:{}", ids[1]);
        alix.post(&format!("{place}/presence"), &[(one.as_str(), own.as_str())]).await.is(422).says("ne se donne pas pouvoir à elle-même");
        alix.post(&format!("{place}/presence"), &[(one.as_str(), "ailleurs")]).await.is(422).says("Choisissez une réponse dans la liste.");
        alix.submit(&format!("{place}/presence"), &[(one.as_str(), "absent")]).await.ok();

        // Two take notes on one item: the second sees what the first wrote, and loses nothing.
        let session = alix.get(&format!("{place}/seance")).await.ok().text();
        let item = session.split("id=\"point-").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let notes = format!("{place}/seance/{item}/notes");
        alix.submit(&notes, &[("version", "0"), ("notes", "Première note.")]).await.ok().says("Les notes sont enregistrées.").says("Première note.");
        let mut manager = town.as_("gestionnaire").await;
        let again = manager.post(&notes, &[("version", "0"), ("notes", "Seconde note.")]).await.is(409).says("Quelqu'un d'autre a écrit").says("Première note.").says("Seconde note.");
        let version = value(&again.text(), "version");
        manager.submit(&notes, &[("version", &version), ("notes", "Première note.\n\nSeconde note.")]).await.ok();

        let suite = format!("{place}/seance/{item}/suite");
        alix.post(&suite, &[("kind", "task"), ("text", "Écrire aux communes")]).await.is(422).says("s'en charge").says("Écrire aux communes");
        alix.post(&suite, &[("kind", "loi"), ("text", "")]).await.is(422);
        alix.submit(&suite, &[("kind", "task"), ("text", "Écrire aux communes"), ("responsible", "Tiers-lieu"), ("due_on", "01/03/2027")]).await.ok().says("C'est ajouté.").says("pour le 1er mars 2027");
        alix.submit(&suite, &[("kind", "decision"), ("text", "Ouvrir le jeudi")]).await.ok();
        // What was decided is public with the minutes, not before.
        town.get("/registre").await.ok().says("Décision notée en séance « Réunion d’essai »").never_says("Ouvrir le jeudi");
        let page = alix.submit(&suite, &[("kind", "information"), ("text", "Erreur")]).await.ok().text();
        let wrong = page.split("/suite/").filter_map(|rest| rest.split_once("/retirer")).last().unwrap().0.to_owned();
        alix.submit(&format!("{suite}/{wrong}/retirer"), &[]).await.ok().says("C'est retiré.").never_says("Erreur");

        alix.submit(&format!("{place}/clore"), &[]).await.ok().says("La séance est close").says("Brouillon").says("À envoyer en relecture").says("Seconde note.").says("Ouvrir le jeudi");
        town.get(&format!("{place}/compte-rendu")).await.is(404);
        alix.get("/a-faire").await.ok().says("Envoyer le compte rendu en relecture : Réunion d'essai");
        let (approve, publish) = (format!("{place}/compte-rendu/approuver"), format!("{place}/compte-rendu/publier"));
        alix.post(&publish, &[]).await.is(409).says("pas encore approuvé");
        alix.post(&approve, &[("approved_on", "12/03/2020"), ("approval", "")]).await.is(422).says("Cette date précède la réunion.");
        town.clock.set(town.clock.now().plus(70 * time::DAY));
        let mut alix = town.as_("animation").await;
        alix.submit(&approve, &[("approved_on", "28/01/2027"), ("approval", "à la séance suivante")]).await.ok().says("Le compte rendu est approuvé.");
        alix.post(&approve, &[("approved_on", "28/01/2027"), ("approval", "encore")]).await.is(409).says("déjà approuvé");
        alix.post(&notes, &[("version", "2"), ("notes", "Trop tard.")]).await.is(409).says("jusqu'à l'approbation");
        town.get(&format!("{place}/compte-rendu")).await.is(404);
        alix.submit(&publish, &[]).await.ok().says("Le compte rendu est public.");
        alix.post(&publish, &[]).await.is(409).says("déjà publié");
        let minutes = town.get(&format!("{place}/compte-rendu")).await.ok().says("Écrire aux communes").says("à la séance suivante").says("quorum de");
        assert!(!minutes.text().contains("Alix"), "a person in public minutes");
        town.get("/registre").await.ok().says("Compte rendu de « Réunion d’essai » publié");
        let payload: String = town.read(|tx| tx.get("select payload from register where act = 'minutes.published' order by seq desc limit 1", &[], |row| row.get(0))).await;
        assert!(payload.contains("Ouvrir le jeudi"), "{payload}");
    }

    async fn a_member_admitted_meanwhile_is_called_at_the_opening(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = planned(&mut alix, "Réunion d’essai", "15/01/2027").await;
        alix.submit(&format!("{place}/convocation"), &[]).await.ok();
        let count = || town.read(|tx| tx.get::<i64>("select count(*) from participant p join meeting m on m.id = p.meeting where m.title = 'Réunion d’essai'", &[], |row| row.get(0)));
        let before = count().await;
        town.act(&kernel::Who::operator(), |ctx, tx| {
            let candidate: kernel::Id<governance::members::model::Member> = tx.get("select m.id from member m join governance g on g.id = m.governance where g.slug = 'reseau-exemple-vallee' and m.state = 'candidate'", &[], |row| row.get(0))?;
            governance::members::acts::admit(ctx, tx, candidate, None)
        }).await.unwrap();
        alix.submit(&format!("{place}/ouvrir"), &[]).await.ok();
        assert_eq!(count().await, before + 1);
    }

    async fn others_do_nothing_with_a_meeting(town: Town) {
        let place = page_of(&town, "Assemblée d’hiver").await;
        for (who, status) in [("voisin", 403), ("suppleance", 403), ("sans-pouvoir", 403), ("equipe-nationale", 403)] {
            let mut other = town.as_(who).await;
            for path in ["modifier", "annuler", "ordre-du-jour", "convocation", "emargement", "ouvrir", "presence", "seance", "clore"] {
                other.get(&format!("{place}/{path}")).await.is(status);
            }
            other.post(&format!("{place}/annuler"), &[("reason", "Non")]).await.is(status);
        }
        // The manager and the secretariat prepare any body of their governance.
        for who in ["gestionnaire", "secretariat"] {
            town.as_(who).await.get(&format!("{place}/ordre-du-jour")).await.ok();
        }
    }
}
