//! Series of meetings, the year of a body, one's own calendar; who agrees to a convocation, and who is invited besides.

use kernel::{Clock as _, time};

use crate::meetings::{everybody_there, planned, value};
use crate::town::{Browser, Town};

const VALLEE: &str = "/gouvernances/reseau-exemple-vallee";
const STRUCTURES: &str = "/gouvernances/reseau-exemple-vallee/instances/college-des-structures";
const BODY: &str = "/gouvernances/reseau-exemple-vallee/instances/assemblee-du-reseau";

/// The first Friday of each month, over the end of the year.
fn fridays<'a>() -> Vec<(&'a str, &'a str)> {
    vec![
        ("title", "Vendredi secret"),
        ("format", "follow_up"),
        ("rhythm", "monthly"),
        ("nth", "1"),
        ("weekday", "friday"),
        ("every", "1"),
        ("from", "01/12/2026"),
        ("until", "31/05/2027"),
        ("hour", "14h30"),
        ("minutes", "90"),
        ("place", "Salle 2"),
    ]
}

fn with<'a>(mut fields: Vec<(&'a str, &'a str)>, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    fields.extend(more);
    fields
}

/// What is ticked of a list of dates.
fn ticked(page: &str) -> Vec<String> {
    let boxes = page.split("<input type=\"checkbox\" name=\"dates\"").skip(1).filter_map(|rest| rest.split_once('>'));
    let checked = boxes.filter(|(tag, _)| tag.contains(" checked"));
    checked.map(|(tag, _)| tag.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()).collect()
}

/// Five drafts of the assembly; gives their pages in their order.
async fn series(alix: &mut Browser<'_>, town: &Town) -> Vec<String> {
    let place = format!("{BODY}/reunions/serie");
    let days = ["2026-12-04", "2027-02-05", "2027-03-05", "2027-04-02", "2027-05-07"];
    let chosen: Vec<(&str, &str)> =
        std::iter::once(("etape", "creer")).chain(days.iter().map(|day| ("dates", *day))).collect();
    alix.submit(&place, &with(fridays(), &[]).into_iter().chain(chosen).collect::<Vec<_>>())
        .await
        .ok()
        .says("5 réunions en préparation");
    let slugs: Vec<String> = town
        .read(|tx| {
            tx.query("select slug from meeting where title = 'Vendredi secret' order by starts_at", &[], |row| {
                row.get(0)
            })
        })
        .await;
    assert_eq!(slugs.len(), 5);
    slugs.into_iter().map(|slug| format!("{VALLEE}/reunions/{slug}")).collect()
}

/// A draft of the college of organisations with one item, prepared by who manages the network; gives its page.
async fn structures(manager: &mut Browser<'_>, title: &str) -> String {
    let fields =
        [("title", title), ("format", "follow_up"), ("day", "15/01/2027"), ("hour", "14h30"), ("minutes", "60")];
    let page = manager.submit(&format!("{STRUCTURES}/reunions/nouvelle"), &fields).await.ok();
    let place = page.path.trim_end_matches("/ordre-du-jour").to_owned();
    let item = [("title", "Les horaires"), ("kind", "decision"), ("minutes", "30")];
    manager.submit(&format!("{place}/ordre-du-jour/nouveau"), &item).await.ok();
    place
}

/// The text of the latest message whose subject begins so.
async fn message(town: &Town, subject: &str) -> String {
    let subject = format!("{subject}%");
    town.read(move |tx| {
        tx.get(
            "select text from outbox where subject like $1 order by id desc limit 1",
            store::params![subject],
            |row| row.get(0),
        )
    })
    .await
}

/// The texts of the messages to an address, the latest last.
async fn mail_to(town: &Town, address: &'static str) -> Vec<String> {
    town.read(move |tx| {
        tx.query("select text from outbox where recipient = $1 order by id", store::params![address], |row| row.get(0))
    })
    .await
}

stories! {
    async fn a_series_shows_its_dates_then_prepares_those_that_are_kept(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = format!("{BODY}/reunions/serie");
        alix.get(&place).await.ok().says("Préparer une série de réunions");
        let acts = town.acts().await;
        alix.post(&place, &with(fridays(), &[("from", "01/12/2020"), ("until", "1/1/2030"), ("every", "0"), ("hour", "midi")])).await.is(422)
            .says("Ce jour est passé.").says("Donnez un nombre, de 1 à 12.").says("Donnez l'heure du début").keeps("midi");
        alix.post(&place, &with(fridays(), &[("until", "31/12/2029")])).await.is(422).says("deux ans au plus");
        alix.post(&place, &with(fridays(), &[("rhythm", "weekly"), ("until", "31/05/2028")])).await.is(422).says("60 réunions au plus");
        alix.post(&place, &with(fridays(), &[("until", "02/12/2026")])).await.is(422).says("Aucune réunion ne tombe");
        let page = alix.post(&place, &fridays()).await.ok().says("le 1er vendredi du mois, à 14 h 30 : 6 dates.")
            .says("vendredi 1er janvier 2027").says("Jour férié : Jour de l'an.").says("vendredi 7 mai 2027");
        let dates = ticked(&page.text());
        assert_eq!(dates, ["2026-12-04", "2027-02-05", "2027-03-05", "2027-04-02", "2027-05-07"], "a public holiday is not ticked");
        assert_eq!(town.acts().await, acts, "nothing is written before the dates are chosen");
        // Back to the rhythm, with what was typed.
        alix.post(&place, &with(fridays(), &[("etape", "rythme")])).await.ok().keeps("14h30").says("Voir les dates");
        let create = |dates: &[&'static str]| -> Vec<(&str, &str)> {
            fridays().into_iter().chain(std::iter::once(("etape", "creer"))).chain(dates.iter().map(|day| ("dates", *day))).collect()
        };
        alix.post(&place, &create(&[])).await.is(422).says("Choisissez au moins une date.");
        for strange in ["2027-01-02", "demain", "-0001-01-01"] {
            alix.post(&place, &create(&[strange])).await.is(422).says("Choisissez des dates de la liste.");
        }
        // The holiday too, if one wants it.
        alix.submit(&place, &create(&["2026-12-04", "2027-01-01"])).await.ok().says("2 réunions en préparation");
        assert_eq!(town.acts().await, acts + 1, "one act");
        // Sent twice: nothing twice, and the other dates are still free.
        alix.post(&place, &create(&["2026-12-04", "2027-02-05"])).await.is(422).says("4 décembre 2026 : une réunion est déjà prévue");
        let again = alix.post(&place, &fridays()).await.ok().says("Une réunion est déjà prévue ce jour-là.");
        assert_eq!(ticked(&again.text()), ["2027-02-05", "2027-03-05", "2027-04-02", "2027-05-07"]);
        town.get("/registre").await.ok().says("Série de 2 réunions en préparation").never_says("Vendredi secret");
        town.get(&format!("{VALLEE}/reunions")).await.ok().never_says("Vendredi secret");
        town.as_("voisin").await.get(&place).await.is(403);
        town.as_("voisin").await.post(&place, &create(&["2027-02-05"])).await.is(403);
    }

    async fn the_night_on_which_the_clocks_change_has_no_half_past_two(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = format!("{BODY}/reunions/serie");
        let nights = with(fridays(), &[("rhythm", "weekly"), ("weekday", "sunday"), ("from", "21/03/2027"), ("until", "04/04/2027"), ("hour", "2:30")]);
        let page = alix.post(&place, &nights).await.ok().says("Cette heure n'existe pas ce jour-là");
        assert_eq!(ticked(&page.text()), ["2027-03-21", "2027-04-04"]);
        alix.post(&place, &with(nights.clone(), &[("etape", "creer"), ("dates", "2027-03-28")])).await.is(422).says("28 mars 2027 : Cette heure n'existe pas");
        alix.submit(&place, &with(nights, &[("etape", "creer"), ("dates", "2027-04-04")])).await.ok().says("1 réunion en préparation");
    }

    async fn one_of_a_series_changes_alone_and_those_that_follow_are_given_up_together(town: Town) {
        let mut alix = town.as_("animation").await;
        let all = series(&mut alix, &town).await;
        alix.get(&all[1]).await.ok().says("le 1er vendredi du mois, 2e de 5");
        let change = format!("{}/modifier", all[1]);
        let version = value(&alix.get(&change).await.ok().text(), "version");
        let fields = [("version", version.as_str()), ("title", "Vendredi secret"), ("format", "follow_up"), ("day", "08/02/2027"), ("hour", "10:00"), ("minutes", "90")];
        alix.submit(&change, &fields).await.ok().says("lundi 8 février 2027 à 10 h");
        alix.get(&all[2]).await.ok().says("vendredi 5 mars 2027 à 14 h 30");
        // What is to do is the next one, not five at once.
        let todo = alix.get("/a-faire").await.ok().words();
        assert_eq!(todo.matches("Convoquer : Vendredi secret").count(), 1, "{todo}");
        // One that is convened stays.
        let item = [("title", "Les horaires"), ("kind", "decision"), ("minutes", "30")];
        alix.submit(&format!("{}/ordre-du-jour/nouveau", all[3]), &item).await.ok();
        alix.submit(&format!("{}/convocation", all[3]), &[]).await.ok();
        let place = format!("{}/serie", all[2]);
        alix.get(&place).await.ok().says("2 réunions en préparation sont abandonnées : vendredi 5 mars 2027, vendredi 7 mai 2027.");
        alix.post(&place, &[("reason", "")]).await.is(422);
        // What was planned on one of them waits again.
        let points = format!("{BODY}/points");
        alix.submit(&format!("{points}/nouveau"), &[("title", "Une charte"), ("kind", "debate"), ("minutes", "20")]).await.ok();
        let slug = all[2].rsplit('/').next().unwrap().to_owned();
        let sql = "select w.id, m.id from waiting_item w, meeting m where m.slug = $1 and w.title = 'Une charte'";
        let (point, meeting): (uuid::Uuid, uuid::Uuid) = town.read(move |tx| tx.get(sql, store::params![&slug], |row| Ok((row.get(0)?, row.get(1)?)))).await;
        alix.submit(&format!("{points}/{point}/inscrire"), &[("meeting", &meeting.to_string())]).await.ok();
        alix.get(&points).await.ok().never_says("Une charte");
        alix.submit(&place, &[("reason", "Le groupe a fini")]).await.ok().says("2 réunions sont annulées.");
        alix.get(&points).await.ok().says("Une charte").says("20 min");
        alix.get(&all[1]).await.ok().says("En préparation");
        alix.get(&all[2]).await.ok().says("Annulée").says("Le groupe a fini");
        town.get(&all[3]).await.ok().says("Convoquée");
        alix.post(&place, &[("reason", "Encore")]).await.is(409).says("Aucune réunion en préparation ne suit");
        // What nobody knew of is not announced as cancelled.
        town.get(&all[2]).await.is(404);
        town.get(&format!("{VALLEE}/reunions.ics")).await.ok();
        town.get(&format!("{VALLEE}/reunions?annee=2027")).await.ok().never_says("Le groupe a fini");
        assert!(!town.get(&format!("{BODY}/reunions.ics")).await.ok().text().contains("STATUS:CANCELLED"));
        town.as_("suppleance").await.post(&place, &[("reason", "Non")]).await.is(403);
    }

    async fn the_year_of_a_body_is_told_and_nobody_is_praised_for_more(town: Town) {
        let place = format!("{BODY}/reunions");
        town.get(BODY).await.ok().says("Les réunions de cette instance");
        town.get(&place).await.ok().says("Réunions en 2026").says("1 à 2 fois par an").says("Assemblée d’automne").says("Assemblée d’hiver")
            .says("un repère, pas un but").never_says("Réunion commune").never_says("Reste à prévoir");
        let mut alix = town.as_("animation").await;
        alix.get(&place).await.ok().says("Réunion commune des deux collèges").says("En préparation 1").says("Reste à prévoir Rien");
        town.get(&format!("{place}?annee=2027")).await.ok().says("Aucune réunion en 2027");
        for strange in ["1600", "99999", "demain", "-1"] {
            town.get(&format!("{place}?annee={strange}")).await.ok().says("Réunions en 2026");
        }
        town.get(&format!("{VALLEE}/instances/inconnue/reunions")).await.is(404);
        // Calm: nothing is asked while the number will be reached.
        alix.get("/a-faire").await.ok().never_says("Prévoir la prochaine réunion");
        town.tamper("update meeting set state = 'cancelled'").await;
        alix.get("/a-faire").await.ok().says("Prévoir la prochaine réunion : Assemblée du réseau").says("1 à 2 fois par an : rien n’est prévu en 2026.");
        alix.get(&place).await.ok().says("Reste à prévoir 1");
        planned(&mut alix, "Une de prévue", "20/12/2026").await;
        alix.get("/a-faire").await.ok().never_says("Prévoir la prochaine réunion");
        town.tamper("update meeting set state = 'cancelled'").await;
        town.tamper("update body set meetings_min = null").await;
        alix.get("/a-faire").await.ok().never_says("Prévoir la prochaine réunion");
    }

    async fn ones_own_calendar_has_an_address_that_one_changes(town: Town) {
        let address = async |who: &str| {
            let mut browser = town.as_(who).await;
            let page = browser.submit("/compte/agenda", &[]).await.ok().says("Changer l’adresse").text();
            let whole = value(&page, "adresse");
            whole.split_once("/reunions/personnel.ics").map(|(_, rest)| format!("/reunions/personnel.ics{rest}")).unwrap()
        };
        town.as_("animation").await.get("/compte").await.ok().says("Mon agenda de réunions");
        town.as_("animation").await.get("/compte/agenda").await.ok().says("Créer mon adresse").never_says("personnel.ics");
        let alix = address("animation").await;
        let file = town.get(&alix).await.ok();
        assert_eq!(file.header("content-type"), "text/calendar; charset=utf-8");
        assert_eq!(file.header("cache-control"), "private, no-store");
        let text = file.text();
        assert!(text.contains("Assemblée d’hiver") && text.contains("STATUS:TENTATIVE"), "{text}");
        assert_eq!(text.matches("STATUS:TENTATIVE").count(), 1);
        // Who is called and animates nothing sees no draft; who speaks for nobody sees nothing.
        let camille = address("co-porteuse").await;
        let text = town.get(&camille).await.ok().text();
        assert!(text.contains("Assemblée d’hiver") && !text.contains("TENTATIVE") && !text.contains("deux coll"), "{text}");
        let nobody = address("sans-pouvoir").await;
        assert!(!town.get(&nobody).await.ok().text().contains("BEGIN:VEVENT"));
        for wrong in [alix[..alix.len() - 2].to_owned(), format!("{alix}00"), "/reunions/personnel.ics".to_owned(), "/reunions/personnel.ics?cle=%FF".to_owned()] {
            town.get(&wrong).await.is(404);
        }
        // Changed: the old one stops at once, those of others go on.
        let again = address("animation").await;
        assert_ne!(alix, again);
        town.get(&alix).await.is(404);
        town.get(&again).await.ok();
        town.get(&camille).await.ok();
        // A power that has ended shows nothing any more; an account that is closed has no calendar.
        town.tamper("update power set ended_at = given_at").await;
        assert!(!town.get(&again).await.ok().text().contains("BEGIN:VEVENT"));
        town.tamper("update account set state = 'closed'").await;
        town.get(&again).await.is(404);
        town.get("/registre").await.ok().never_says("agenda");
    }

    async fn those_who_share_the_chair_are_named_and_nobody_waits_for_them(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let place = structures(&mut manager, "Collège secret").await;
        manager.get(&format!("{place}/accords")).await.ok().says("ne demandent pas d’attendre ces accords").says("Pas encore demandé");
        manager.submit(&format!("{place}/convocation"), &[]).await.ok();
        let text = message(&town, "Convocation : Collège secret").await;
        assert!(text.contains("À l'invitation de «\u{a0}") && text.contains("Tiers-lieu") && text.contains("/reunion.ics"), "{text}");
        town.get(&place).await.ok().says("À l’invitation de « Communauté de communes");
    }

    async fn a_body_may_ask_for_the_agreement_of_each_chair_before_it_convenes(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let rules = [("version", "0"), ("notice_days", "0"), ("quorum", "none"), ("proxies", "1"), ("approval", "next_meeting"), ("silence_days", "15"), ("cosigned", "oui")];
        manager.submit(&format!("{STRUCTURES}/reunions/regles"), &rules).await.ok();
        let place = structures(&mut manager, "Collège secret").await;
        manager.post(&format!("{place}/convocation"), &[]).await.is(409).says("demande l’accord de ses coprésidences").says("Tiers-lieu");
        manager.submit(&format!("{place}/accords"), &[]).await.ok().says("L’accord est demandé : 2 courriels partent.").says("Attendu");
        let text = message(&town, "Votre accord avant de convoquer").await;
        let link = text.lines().find(|line| line.contains("/reunions/accord?cle=")).unwrap();
        let key = link.split_once("cle=").unwrap().1.to_owned();
        let acts = town.acts().await;
        town.get(&format!("/reunions/accord?cle={key}")).await.ok().says("Donner l’accord de « Tiers-lieu").says("Les horaires");
        assert_eq!(town.acts().await, acts, "opening a link is no agreement");
        let altered = if key.ends_with('0') { '1' } else { '0' };
        town.get(&format!("/reunions/accord?cle={}{altered}", &key[..key.len() - 1])).await.is(409).says("Ce lien n’est plus valable");
        town.browser().post("/reunions/accord", &[("cle", "00")]).await.is(409);
        // Signed in, only for one's own organisation.
        let alix = town.as_("animation").await.get("/a-faire").await.ok().says("Donner votre accord avant la convocation : Collège secret");
        let form = alix.links().into_iter().find(|link| link.starts_with("/reunions/accord/")).unwrap();
        for who in ["co-porteuse", "voisin", "secretariat", "gestionnaire"] {
            town.as_(who).await.get(&form).await.is(404);
            town.as_(who).await.post(&form, &[]).await.is(404);
        }
        town.browser().post("/reunions/accord", &[("cle", &key)]).await.ok().says("Votre accord est enregistré");
        // Twice changes nothing.
        let acts = town.acts().await;
        town.browser().post("/reunions/accord", &[("cle", &key)]).await.ok();
        assert_eq!(town.acts().await, acts);
        manager.post(&format!("{place}/convocation"), &[]).await.is(409).says("Il manque celui de « Communauté de communes exemple de la Vallée ».");
        let page = manager.get(&format!("{place}/accords")).await.ok();
        let other = page.links().into_iter().find(|link| link.starts_with(&format!("{place}/accords/"))).unwrap();
        manager.post(&other, &[("how", "")]).await.is(422);
        manager.submit(&other, &[("how", "Par téléphone")]).await.ok().says("Donné autrement").says("Par téléphone");
        manager.post(&other, &[("how", "Encore")]).await.is(409);
        town.as_("suppleance").await.post(&other, &[("how", "Non")]).await.is(403);
        town.get("/registre").await.ok().says("donne son accord à la convocation d’une réunion en préparation").says("donné autrement").never_says("Collège secret").never_says("téléphone");
        // Another hour is not what they agreed to.
        let change = format!("{place}/modifier");
        let version = value(&manager.get(&change).await.ok().text(), "version");
        manager.submit(&change, &[("version", &version), ("title", "Collège secret"), ("format", "follow_up"), ("day", "16/01/2027"), ("hour", "9:00"), ("minutes", "60")]).await.ok();
        manager.post(&format!("{place}/convocation"), &[]).await.is(409).says("Tiers-lieu");
        town.as_("animation").await.submit(&form, &[]).await.ok().says("Votre accord est enregistré.");
        manager.submit(&other, &[("how", "Par courrier")]).await.ok();
        manager.submit(&format!("{place}/convocation"), &[]).await.ok().says("La réunion est convoquée");
        town.as_("animation").await.get(&form).await.is(409).says("n’est plus à donner");
    }

    async fn guests_are_invited_answer_come_and_never_count(town: Town) {
        let mut alix = town.as_("animation").await;
        let rules = [("version", "0"), ("notice_days", "0"), ("quorum", "share"), ("numerator", "1"), ("denominator", "2"), ("proxies", "1"), ("approval", "next_meeting"), ("silence_days", "15")];
        alix.submit(&format!("{BODY}/reunions/regles"), &rules).await.ok();
        let place = planned(&mut alix, "Avec des invités", "15/01/2027").await;
        let guests = format!("{place}/invites");
        alix.get(&guests).await.ok().says("Aucun invité");
        alix.post(&guests, &[("name", ""), ("email", "pas une adresse")]).await.is(422).says("Donnez une adresse électronique").keeps("pas une adresse");
        for (name, email) in [("Chambre d’essai", "chambre@exemple.fr"), ("Chercheuse en sociologie", ""), ("Erreur", "")] {
            alix.submit(&guests, &[("name", name), ("email", email)]).await.ok().says("L’invité est sur la liste.");
        }
        alix.post(&guests, &[("name", "chambre d'essai")]).await.is(422).says("déjà sur la liste");
        let page = alix.get(&guests).await.ok().text();
        let wrong = page.split("/retirer").nth(2).map(|_| page.split("/invites/").filter_map(|rest| rest.split_once("/retirer")).last().unwrap().0.to_owned()).unwrap();
        alix.submit(&format!("{guests}/{wrong}/retirer"), &[]).await.ok().never_says("Erreur");
        town.get("/registre").await.ok().says("Un invité de plus pour une réunion en préparation").never_says("Chambre d’essai");
        town.as_("voisin").await.get(&guests).await.is(403);
        assert!(mail_to(&town, "chambre@exemple.fr").await.is_empty(), "a draft tells nobody");

        alix.submit(&format!("{place}/convocation"), &[]).await.ok();
        let mails = mail_to(&town, "chambre@exemple.fr").await;
        assert_eq!(mails.len(), 1);
        assert!(mails[0].contains("Les horaires") && mails[0].contains("/reunion.ics") && mails[0].contains("sera effacée"), "{}", mails[0]);
        let key = mails[0].lines().find(|line| line.contains("/reunions/invitation?cle=")).unwrap().split_once("cle=").unwrap().1.to_owned();
        let link = format!("/reunions/invitation?cle={key}");
        town.get(&link).await.ok().says("Chambre d’essai");
        town.get(&format!("{link}0")).await.is(409);
        town.browser().post("/reunions/invitation", &[("cle", &key), ("reply", "represented")]).await.is(422);
        town.browser().post("/reunions/invitation", &[("cle", &key), ("reply", "none")]).await.is(422);
        town.browser().post("/reunions/invitation", &[("cle", &key), ("reply", "present")]).await.ok().says("Votre réponse est enregistrée");
        // Twice, and another answer: the last one holds.
        town.browser().post("/reunions/invitation", &[("cle", &key), ("reply", "excused")]).await.ok().says("Excusé");
        alix.post(&format!("{guests}/{wrong}/retirer"), &[]).await.is(404);
        // Invited after the convocation: told at once.
        alix.submit(&guests, &[("name", "Venue tard"), ("email", "tard@exemple.fr")]).await.ok();
        assert_eq!(mail_to(&town, "tard@exemple.fr").await.len(), 1);
        // The silent one is reminded, the other is not; both learn of a change.
        alix.submit(&format!("{place}/relance"), &[]).await.ok();
        assert_eq!((mail_to(&town, "tard@exemple.fr").await.len(), mail_to(&town, "chambre@exemple.fr").await.len()), (2, 1));
        let change = format!("{place}/modifier");
        let version = value(&alix.get(&change).await.ok().text(), "version");
        alix.submit(&change, &[("version", &version), ("title", "Avec des invités"), ("format", "follow_up"), ("day", "16/01/2027"), ("hour", "10:00"), ("minutes", "90")]).await.ok();
        assert!(mail_to(&town, "chambre@exemple.fr").await.iter().any(|text| text.contains("change :") && text.contains("samedi 16 janvier 2027")));
        alix.get(&format!("{place}/emargement")).await.ok().says("Invités, qui ne comptent pas dans le quorum");

        alix.post(&format!("{guests}/presence"), &[]).await.is(409);
        alix.submit(&format!("{place}/ouvrir"), &[]).await.ok();
        town.get(&link).await.is(409).says("la réunion est en cours");
        let before = alix.get(&format!("{place}/seance")).await.ok().words();
        let quorum = |words: &str| words.split("présent ou représenté sur").nth(1).unwrap().split(" atteint").next().unwrap().to_owned();
        let form = alix.get(&guests).await.ok().says("Qui est venu").text();
        let names: Vec<String> = form.split("name=\"i-").skip(1).map(|rest| format!("i-{}", rest.split('"').next().unwrap())).collect();
        let fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "present")).collect();
        alix.submit(&format!("{guests}/presence"), &fields).await.ok();
        assert_eq!(quorum(&alix.get(&format!("{place}/seance")).await.ok().words()), quorum(&before), "guests never count");
        assert!(!alix.get(&format!("{place}/presence")).await.ok().text().contains("Chambre d’essai"), "no proxy goes to a guest");
        everybody_there(&mut alix, &place).await.ok();
        alix.submit(&format!("{place}/clore"), &[]).await.ok().says("Invités").says("Chambre d’essai").says("Venue tard");
        let kept: i64 = town.read(|tx| tx.get("select count(*) from guest where email <> ''", &[], |row| row.get(0))).await;
        assert_eq!(kept, 0, "addresses go with the end of the meeting");
        alix.post(&guests, &[("name", "Trop tard")]).await.is(409);
    }

    async fn addresses_of_guests_go_by_themselves_when_nobody_closes_the_meeting(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = planned(&mut alix, "Oubliée", "15/12/2026").await;
        alix.submit(&format!("{place}/invites"), &[("name", "Chambre d’essai"), ("email", "chambre@exemple.fr")]).await.ok();
        let purge = async || town.act(&kernel::Who::clockwork(), meetings::schedule::purge).await.unwrap();
        assert_eq!(purge().await, 0);
        town.clock.set(town.clock.now().plus(100 * time::DAY));
        assert_eq!(purge().await, 1);
        assert_eq!(purge().await, 0);
    }

    async fn what_was_answered_before_a_move_is_kept_marked_and_asked_again(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = planned(&mut alix, "Réunion déplacée", "15/01/2027").await;
        alix.submit(&format!("{place}/convocation"), &[]).await.ok();
        let reply = async |text: &str| {
            let key = text.split("/reunions/reponse?cle=").nth(1).unwrap().lines().next().unwrap().to_owned();
            town.browser().post("/reunions/reponse", &[("cle", &key), ("reply", "present")]).await.ok();
        };
        let texts = mail_to(&town, "animation@exemple.fictif").await;
        reply(texts.last().unwrap()).await;
        alix.get("/a-faire").await.ok().never_says("Répondre à la convocation : Réunion déplacée");
        let change = format!("{place}/modifier");
        let move_to = async |alix: &mut Browser<'_>, day: &str, where_: &str| {
            let version = value(&alix.get(&change).await.ok().text(), "version");
            alix.submit(&change, &[("version", &version), ("title", "Réunion déplacée"), ("format", "follow_up"), ("day", day), ("hour", "14h30"), ("minutes", "90"), ("place", where_)]).await.ok();
        };
        // Another room alone: what was answered holds.
        move_to(&mut alix, "15/01/2027", "Salle 9").await;
        alix.get(&place).await.ok().never_says("avant le changement");
        town.clock.set(town.clock.now().plus(time::HOUR));
        move_to(&mut alix, "18/01/2027", "Salle 9").await;
        alix.get(&place).await.ok().says("Présent (avant le changement)");
        alix.get("/a-faire").await.ok().says("Répondre à la convocation : Réunion déplacée");
        let before = mail_to(&town, "animation@exemple.fictif").await.len();
        alix.submit(&format!("{place}/relance"), &[]).await.ok();
        let texts = mail_to(&town, "animation@exemple.fictif").await;
        assert_eq!(texts.len(), before + 1, "asked again");
        town.clock.set(town.clock.now().plus(time::MINUTE));
        reply(texts.last().unwrap()).await;
        alix.get(&place).await.ok().never_says("avant le changement").says("Présent");
        alix.get("/a-faire").await.ok().never_says("Répondre à la convocation : Réunion déplacée");
    }

    async fn a_calendar_holds_whatever_is_typed_in_a_title(town: Town) {
        let mut alix = town.as_("animation").await;
        let titles = ["Virgule, point-virgule ; barre \\ fin", "🏠 Maison — é à ü 漢字 مرحبا", &"très long intitulé, ".repeat(9)];
        for title in titles {
            let place = planned(&mut alix, title, "15/01/2027").await;
            alix.submit(&format!("{place}/convocation"), &[]).await.ok();
        }
        let text = town.get(&format!("{BODY}/reunions.ics")).await.ok().text();
        assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])), "{text}");
        let unfolded = text.replace("\r\n ", "");
        for title in titles {
            let escaped = title.trim().replace('\\', "\\\\").replace(',', "\\,").replace(';', "\\;");
            assert!(unfolded.contains(&format!("SUMMARY:{escaped}\r\n")), "{title}: {unfolded}");
        }
    }
}
