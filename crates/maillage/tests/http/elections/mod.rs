//! Elections: called for, stood in, voted, settled; the term that begins and ends.

mod candidacies;
mod rounds;

use kernel::{Clock as _, Timestamp};

pub(super) use crate::ballots::session;
pub(super) use crate::meetings::{VALLEE, value};
pub(super) use crate::town::{Browser, Town};

const NEW: &str = "/gouvernances/reseau-exemple-vallee/instances/assemblee-du-reseau/elections/nouvelle";

/// 3 January 2027: calls open then, and end on the tenth.
fn third(town: &Town) {
    town.clock.set(Timestamp::from_micros(1_799_000_000 * 1_000_000));
}

/// What the form of an election sends, with what differs.
fn form<'a>(title: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("title", title),
        ("office", "animator"),
        ("kind", "persons"),
        ("posts", "1"),
        ("term_from", "01/02/2027"),
        ("term_until", "31/01/2028"),
        ("rounds", "2"),
        ("majority", "absolute"),
        ("base", "valid"),
        ("tie", "second_round"),
    ];
    for (name, value) in more {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields
}

const UNTIL: [(&str, &str); 2] = [("closes_day", "10/01/2027"), ("closes_hour", "18:00")];

/// An election of the assembly whose call is open; its page.
async fn called<'t>(town: &'t Town, title: &str, more: &[(&str, &str)]) -> (Browser<'t>, String) {
    third(town);
    let mut alix = town.as_("animation").await;
    let page = alix.submit(NEW, &form(title, more)).await.ok().says("L'élection est préparée.").path;
    alix.submit(&format!("{page}/appel"), &UNTIL).await.ok().says("L'appel à candidatures est ouvert");
    (alix, page)
}

/// Presents one's own candidacy.
async fn stands(browser: &mut Browser<'_>, page: &str, name: &str, more: &[(&str, &str)]) {
    let mut fields = vec![("name", name), ("faith", "Deux jours par mois, et de l'envie.")];
    fields.extend_from_slice(more);
    browser.submit(&format!("{page}/candidater"), &fields).await.ok().says("Votre candidature est déposée");
}

/// The value of the choice of that label in a form.
fn choice(page: &str, label: &str) -> String {
    let main = page.split("<main").nth(1).unwrap();
    let before = main.split(label).next().unwrap();
    before.rsplit("value=\"").next().unwrap().split('"').next().unwrap().to_owned()
}

/// The address of what a page links under these words.
fn link(page: &crate::reply::Reply, end: &str) -> String {
    page.links().into_iter().find(|link| link.ends_with(end)).unwrap_or_else(|| panic!("no link to …{end}"))
}

/// Draws the list up on an item, and opens the vote; its page.
async fn voted(alix: &mut Browser<'_>, page: &str, item: &str) -> String {
    let ballot = alix
        .submit(&format!("{page}/vote"), &[("way", "live"), ("item", item)])
        .await
        .ok()
        .says("La liste est arrêtée")
        .path;
    alix.submit(&format!("{ballot}/ouvrir"), &[]).await.ok().says("Le vote est ouvert.");
    ballot
}

/// Votes for the first seat that the page offers.
async fn votes(browser: &mut Browser<'_>, ballot: &str, choice: &str) {
    let form = browser.get(&format!("{ballot}/voter")).await.ok().text();
    let seat = value(&form, "siege");
    browser
        .submit(&format!("{ballot}/voter"), &[("siege", &seat), ("choice", choice)])
        .await
        .ok()
        .says("Votre vote est enregistré");
}

/// Closes the vote and publishes its result.
async fn published(alix: &mut Browser<'_>, ballot: &str) -> crate::reply::Reply {
    alix.submit(&format!("{ballot}/clore"), &[]).await.ok().says("Le vote est clos.");
    alix.submit(&format!("{ballot}/publier"), &[]).await.ok().says("Le résultat est publié.")
}

/// The roles of a persona on a day.
async fn animates(town: &Town, persona: &str, day: &str) -> bool {
    let key = format!("{persona}@exemple.fictif");
    let day = day.parse::<kernel::PartialDate>().unwrap().first_day();
    town.read(move |tx| {
        let person: kernel::Id<directory::Person> =
            tx.get("select person from account where email_key = $1", store::params![key], |row| row.get(0))?;
        let roles = governance::powers::store::roles_of(tx, person, day)?;
        Ok(roles.iter().any(|role| role.kind == kernel::RoleKind::Animator))
    })
    .await
}

stories! {
    async fn a_pair_is_elected_for_a_year_and_animates_until_its_last_day(town: Town) {
        let (mut alix, page) = called(&town, "Binôme 2027", &[("kind", "pairs")]).await;
        // That of the demonstration would be the next one.
        alix.submit(&format!("{VALLEE}/elections/election-de-l-animation-de-l-assemblee/abandonner"), &[("reason", "Autre sujet")]).await.ok();
        // Once called, its rules stay; nobody else learns who stands.
        alix.post(&format!("{page}/modifier"), &form("Autre", &[("version", "9")])).await.is(409).says("ne changent plus");
        alix.submit(&format!("{page}/appel"), &UNTIL).await.ok();
        let mut camille = town.as_("co-porteuse").await;
        let asking = camille.get(&format!("{page}/candidater")).await.ok().keeps("Camille Exemple").text();
        let third_place = choice(&asking, "Tiers-lieu");
        camille.post(&format!("{page}/candidater"), &[("name", "Camille Exemple"), ("faith", "")]).await.is(422).says("Écrivez une profession de foi");
        camille.post(&format!("{page}/candidater"), &[("name", "Camille Exemple"), ("faith", "Ensemble.")]).await.is(422).says("Un binôme : choisissez la structure").says("Ensemble.");
        stands(&mut camille, &page, "Camille Exemple", &[("asked", &third_place)]).await;
        camille.get(&page).await.ok().says("Accord attendu").says("Camille Exemple");
        town.get(&page).await.ok().never_says("Camille").says("Les noms et les professions de foi sont publics ensuite");
        // Who is asked reads it in À faire, and answers.
        let mut sacha = town.as_("suppleance").await;
        sacha.get("/a-faire").await.ok().says("Être candidat ? Binôme 2027");
        let answer = link(&sacha.get(&page).await.ok(), "/repondre");
        sacha.get(&answer).await.ok().says("Deux jours par mois").keeps("Sacha Exemple");
        sacha.post(&answer, &[("name", "Sacha Exemple")]).await.is(422).says("Choisissez une réponse.");
        sacha.submit(&answer, &[("reply", "accepte"), ("name", "Sacha Exemple")]).await.ok().says("Camille Exemple et Sacha Exemple");
        let acts = town.acts().await;
        sacha.submit(&answer, &[("reply", "accepte"), ("name", "Sacha Exemple")]).await.ok();
        assert_eq!(town.acts().await, acts);
        alix.post(&format!("{page}/vote"), &[("way", "live"), ("item", "")]).await.is(422).says("Choisissez un point de la liste.");

        // A candidacy alone is voted for or against.
        let (mut alix, _place, item) = session(&town).await;
        let mut camille = town.as_("co-porteuse").await;
        town.get(&page).await.ok().says("L'appel à candidatures est terminé").never_says("Camille");
        camille.post(&format!("{page}/candidater"), &[("name", "x"), ("faith", "x"), ("asked", &third_place)]).await.is(409).says("terminé");
        alix.get("/a-faire").await.ok().says("Arrêter la liste et préparer le vote : Binôme 2027");
        let ballot = voted(&mut alix, &page, &item).await;
        town.get(&page).await.ok().says("Camille Exemple et Sacha Exemple").says("Deux jours par mois");
        camille.get(&format!("{ballot}/voter")).await.ok().says("Candidature : Camille Exemple et Sacha Exemple.").says("Contre");
        votes(&mut camille, &ballot, "0").await;
        votes(&mut alix, &ballot, "0").await;
        assert!(!animates(&town, "co-porteuse", "2027-06-01").await);
        published(&mut alix, &ballot).await.says("2 pour sur 2 exprimés").says("adopté");
        town.get(&page).await.ok().says("Résultat").says("Camille Exemple et Sacha Exemple").says("du 1er février 2027 au 31 janvier 2028").says("Terminée");
        // The power comes with the term and ends with it.
        for (day, has) in [("2027-01-31", false), ("2027-02-01", true), ("2028-01-31", true), ("2028-02-01", false)] {
            assert_eq!(animates(&town, "co-porteuse", day).await, has, "{day}");
            assert_eq!(animates(&town, "suppleance", day).await, has, "{day}");
        }
        town.get("/registre").await.ok().says("Élection « Binôme 2027 » : 1 binôme élu sur 1").never_says("Sacha Exemple").never_says("Camille Exemple et");

        // Sixty days before the end, and not sooner, somebody is asked to prepare the next one.
        // 1 and 5 December 2027.
        third(&town);
        town.clock.set(town.clock.now().plus(332 * kernel::time::DAY));
        let mut camille = town.as_("co-porteuse").await;
        camille.get("/a-faire").await.ok().never_says("Fin de mandat");
        town.clock.set(town.clock.now().plus(4 * kernel::time::DAY));
        let mut camille = town.as_("co-porteuse").await;
        camille.get("/a-faire").await.ok().says("Fin de mandat, préparer l'élection : Binôme 2027");
        let next = camille.get(&format!("{NEW}?apres={}", page.rsplit('/').next().unwrap())).await.ok();
        next.keeps("01/02/2028").keeps("31/01/2029");
        camille.submit(NEW, &form("Binôme 2028", &[("kind", "pairs"), ("term_from", "01/02/2028"), ("term_until", "31/01/2029")])).await.ok();
        camille.get("/a-faire").await.ok().never_says("Fin de mandat").says("Ouvrir l'appel à candidatures : Binôme 2028");
    }

    async fn an_election_is_prepared_by_those_who_animate_and_by_nobody_else(town: Town) {
        third(&town);
        let mut alix = town.as_("animation").await;
        alix.post(NEW, &form("", &[("term_until", "2028"), ("posts", "0"), ("description", "Deux jours")])).await.is(422).says("Donnez un jour, comme 01/02/2027.").says("de 1 à 50").says("Deux jours");
        alix.post(NEW, &form("Passée", &[("term_from", "01/02/2020"), ("term_until", "31/01/2021")])).await.is(422).says("Ce mandat serait déjà fini.");
        let page = alix.submit(NEW, &form("Animation", &[])).await.ok().says("Personne n'est encore appelé").path;
        let acts = town.acts().await;
        assert_eq!(alix.submit(NEW, &form("Animation", &[])).await.ok().path, page);
        assert_eq!(town.acts().await, acts);
        for other in ["voisin", "suppleance", "hub"] {
            town.as_(other).await.get(&page).await.is(404);
        }
        town.get(&page).await.is(404);
        town.get(&format!("{VALLEE}/elections")).await.ok().never_says("Animation 2");
        let version = value(&alix.get(&format!("{page}/modifier")).await.ok().text(), "version");
        let changed = form("Animation", &[("version", &version), ("posts", "2")]);
        alix.submit(&format!("{page}/modifier"), &changed).await.ok().says("2 postes");
        alix.submit(&format!("{page}/modifier"), &changed).await.ok();
        alix.post(&format!("{page}/modifier"), &form("Autre", &[("version", &version)])).await.is(409).says("Quelqu'un d'autre").keeps("Autre");
        alix.post(&format!("{page}/appel"), &[("closes_day", "01/01/2020"), ("closes_hour", "x")]).await.is(422).says("Donnez une heure");
        alix.post(&format!("{page}/appel"), &[("closes_day", "01/01/2020"), ("closes_hour", "10:00")]).await.is(422).says("doit être à venir");
        alix.post(&format!("{page}/terminer"), &[]).await.is(409).says("n'est pas terminé");
        alix.submit(&format!("{page}/appel"), &UNTIL).await.ok();
        alix.post(&format!("{page}/vote"), &[("way", "written"), ("closes_day", "20/01/2027"), ("closes_hour", "18:00")]).await.is(409).says("encore ouvert");
        town.get(&format!("{VALLEE}/elections")).await.ok().says("Animation");
        // Moved, then given up, with its reason for those who were called.
        alix.submit(&format!("{page}/appel"), &[("closes_day", "12/01/2027"), ("closes_hour", "18:00")]).await.ok().says("mardi 12 janvier 2027");
        alix.post(&format!("{page}/abandonner"), &[("reason", "")]).await.is(422);
        alix.submit(&format!("{page}/abandonner"), &[("reason", "La fonction change")]).await.ok().says("La fonction change");
        alix.post(&format!("{page}/abandonner"), &[("reason", "Encore")]).await.is(409).says("Cette élection est abandonnée.");
        town.as_("suppleance").await.get(&page).await.ok().says("La fonction change");
        town.get(&page).await.is(404);
        // Counted on those who are there: not in writing.
        let (mut early, page) = called(&town, "Présents", &[("base", "present")]).await;
        early.submit(&format!("{page}/saisir"), &[("names", "Ana Une"), ("faith", "Oui.")]).await.ok();
        town.clock.set(Timestamp::from_micros(1_800_000_000 * 1_000_000));
        let mut alix = town.as_("animation").await;
        alix.post(&format!("{page}/vote"), &[("way", "written"), ("closes_day", "20/01/2027"), ("closes_hour", "18:00")]).await.is(422).says("se compte sur les présents").keeps("20/01/2027");
        // Nobody stands: the post stays open.
        let (mut early, page) = called(&town, "Sans personne", &[]).await;
        early.get(&page).await.ok().says("Aucune candidature pour l'instant");
        town.clock.set(Timestamp::from_micros(1_800_000_000 * 1_000_000));
        let mut alix = town.as_("animation").await;
        alix.post(&format!("{page}/vote"), &[("way", "written"), ("closes_day", "20/01/2027"), ("closes_hour", "18:00")]).await.is(409).says("Personne n'est candidat");
        alix.submit(&format!("{page}/terminer"), &[]).await.ok().says("Un poste reste ouvert").says("Personne n'est élu");
        let acts = town.acts().await;
        alix.submit(&format!("{page}/terminer"), &[]).await.ok();
        assert_eq!(town.acts().await, acts);
    }
}
