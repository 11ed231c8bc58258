//! What a member does for itself, by its representatives; what the secretariat does for one who asked; what those who
//! animate a body say of it.

use crate::town::Town;

const VALLEE: &str = "/gouvernances/reseau-exemple-vallee";

/// The page of the member whose organisation has this name.
async fn own(town: &Town, name: &str) -> String {
    let name = format!("%{name}%");
    let id: uuid::Uuid = town
        .read(move |tx| {
            tx.get(
                "select m.id from member m join organisation o on o.id = m.organisation join governance g on g.id = m.governance
                 where g.slug = 'reseau-exemple-vallee' and o.name like $1",
                store::params![name],
                |row| row.get(0),
            )
        })
        .await;
    format!("{VALLEE}/membres/{id}/notre-structure")
}

async fn last_act(town: &Town) -> (String, String) {
    town.read(|tx| {
        tx.get("select summary, payload from register order by seq desc limit 1", &[], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
    })
    .await
}

/// How many answers wait for the next morning.
async fn told(town: &Town) -> i64 {
    town.read(|tx| tx.get("select count(*) from letter_news where kind = 'answers'", &[], |row| row.get(0))).await
}

stories! {
    async fn a_representative_acts_for_its_organisation(town: Town) {
        let place = own(&town, "Tiers-lieu").await;
        let mut alix = town.as_("animation").await;
        let todo = alix.get("/a-faire").await.ok();
        assert!(todo.links().contains(&place), "{:?}", todo.links());
        alix.get(&format!("{VALLEE}/membres")).await.ok().says("Agir pour cette structure");
        alix.get(&place).await.ok().says("Contribue").says("Alix Exemple").says("Sacha Exemple").never_says("secrétariat");
        let change = format!("{place}/implication");
        alix.post(&change, &[("involvement", "dort")]).await.is(422).says("Choisissez une réponse dans la liste.");
        alix.submit(&change, &[("involvement", "observes")]).await.ok().says("L'implication est enregistrée.").says("Observe");
        let (summary, payload) = last_act(&town).await;
        assert!(summary.ends_with("choisit son implication : observe"), "{summary}");
        assert!(!payload.contains("demande"), "{payload}");
        let acts = town.acts().await;
        alix.submit(&change, &[("involvement", "observes")]).await.ok();
        assert_eq!(town.acts().await, acts, "nothing changed, nothing is said");

        let deputy = format!("{place}/suppleance");
        alix.post(&deputy, &[("name", ""), ("email", "non")]).await.is(422).keeps("non");
        alix.submit(&deputy, &[("name", "Swann Exemple"), ("email", "swann@exemple.fr"), ("until", "31/12/2027")]).await.ok().says("L'invitation part.").says("Swann Exemple").says("Invitation envoyée");
    }

    async fn a_deputy_speaks_but_names_no_deputy(town: Town) {
        let place = own(&town, "Tiers-lieu").await;
        let mut sacha = town.as_("suppleance").await;
        sacha.submit(&format!("{place}/implication"), &[("involvement", "leads")]).await.ok().says("Anime ou pilote");
        sacha.post(&format!("{place}/suppleance"), &[("name", "Une autre"), ("email", "autre@exemple.fr")]).await.is(403).says("Seul le titulaire");
        let elsewhere = own(&town, "CCAS").await;
        sacha.get(&elsewhere).await.is(403).says("Seules les personnes qui représentent cette structure");
    }

    async fn the_secretariat_acts_for_who_asked_and_says_so(town: Town) {
        let place = own(&town, "Tiers-lieu").await;
        let mut claude = town.as_("secretariat").await;
        claude.get(&place).await.ok().says("Vous tenez le secrétariat");
        let change = format!("{place}/implication");
        let page = claude.get(&change).await.ok().says("Qui vous l'a demandé").text();
        let asked = page.split("name=\"asked\"").nth(1).unwrap().split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let before = town.acts().await;
        claude.post(&change, &[("involvement", "observes")]).await.is(422).says("Choisissez la personne de cette structure");
        claude.post(&change, &[("involvement", "observes"), ("asked", "00000000-0000-7000-8000-000000000000"), ("how", "phone")]).await.is(422).says("Choisissez la personne de cette structure");
        assert_eq!(town.acts().await, before);
        let before = told(&town).await;
        claude.submit(&change, &[("involvement", "observes"), ("asked", &asked), ("how", "phone")]).await.ok().says("L'implication est enregistrée.");
        let (summary, payload) = last_act(&town).await;
        assert!(summary.ends_with("(secrétariat, à la demande de la structure)"), "{summary}");
        assert!(payload.contains("\"demande\":\"par téléphone\"") && payload.contains("\"demande_de\":\"personne:"), "{payload}");
        assert!(!payload.contains("Alix"), "a name in the register: {payload}");
        assert_eq!(told(&town).await, before + 1, "whoever asked is told");

        // A member without a representative: nobody can have asked.
        let alone = own(&town, "Bailleur").await;
        claude.post(&format!("{alone}/implication"), &[("involvement", "observes"), ("how", "phone")]).await.is(422);
        town.as_("gestionnaire").await.get(&place).await.is(403);
        town.as_("voisin").await.get(&place).await.is(403);
        town.get(&place).await.is(303);
    }

    async fn a_member_leaves_by_its_own_decision(town: Town) {
        let place = own(&town, "Tiers-lieu").await;
        let (mut alix, mut sacha) = (town.as_("animation").await, town.as_("suppleance").await);
        let leave = format!("{place}/depart");
        alix.post(&leave, &[("until", "12/03/2030"), ("reason", "")]).await.is(422).says("Cette date est à venir").keeps("12/03/2030");
        alix.submit(&leave, &[("until", ""), ("reason", "Fermeture du lieu")]).await.ok().says("a quitté la gouvernance");
        assert!(last_act(&town).await.0.contains("par sa propre décision"));
        // The powers of both ended with it, in sessions that are open.
        sacha.get(&place).await.is(403);
        alix.post(&leave, &[("reason", "Encore")]).await.is(403);
        // The other power of Alix, on a body, stays.
        alix.get(&format!("{VALLEE}/instances/assemblee-du-reseau/presentation")).await.ok();
        // The secretariat is told that it is over.
        let mut claude = town.as_("secretariat").await;
        claude.get(&place).await.ok().never_says("Quitter la gouvernance");
        claude.post(&format!("{place}/implication"), &[("involvement", "leads"), ("how", "mail"), ("asked", "00000000-0000-7000-8000-000000000000")]).await.is(409).says("ne fait plus partie");
    }

    async fn those_who_animate_a_body_present_it(town: Town) {
        let body = format!("{VALLEE}/instances/assemblee-du-reseau");
        let place = format!("{body}/presentation");
        let mut alix = town.as_("animation").await;
        alix.get(&body).await.ok().says("Réécrire la présentation");
        let page = alix.get(&place).await.ok().says("tenus par les gestionnaires").text();
        let version = page.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let fields = |missions: &'static str, least: &'static str, most: &'static str| [("version", version), ("missions", missions), ("meetings_min", least), ("meetings_max", most), ("note", "🏠 Ouverte à tous")];
        alix.post(&place, &fields("Décider", "cinq", "3")).await.is(422).says("Donnez un nombre, comme 4.").keeps("cinq");
        alix.post(&place, &fields("Décider", "5", "3")).await.is(422).says("ne peut pas être inférieur");
        alix.submit(&place, &fields("Décider ensemble\nRendre compte", "2", "4")).await.ok().says("La présentation est enregistrée.").says("Rendre compte").says("2 à 4 fois par an");
        // A manager who had the form open sees what was written, and loses nothing.
        let mut manager = town.as_("gestionnaire").await;
        manager.post(&place, &fields("Autre chose", "1", "1")).await.is(409).says("Quelqu'un d'autre vient de modifier").says("Rendre compte").says("Autre chose");
        // The form of the managers stays theirs.
        alix.get(&format!("{VALLEE}/administration/instances/assemblee-du-reseau/modifier")).await.is(403);
        town.as_("voisin").await.get(&place).await.is(403);
        town.as_("suppleance").await.get(&place).await.is(403);
        town.get(&place).await.is(303);
        town.get(&body).await.ok().never_says("Réécrire la présentation");
    }
}
