//! From one body to another, and the answer that is owed.

use super::*;

/// The identifier of a body by its address in the network.
async fn body(town: &Town, slug: &'static str) -> String {
    let sql = "select b.id from body b join governance g on g.id = b.governance where g.slug = 'reseau-exemple-vallee' and b.slug = $1";
    town.read(move |tx| tx.get(sql, store::params![slug], |row| row.get::<uuid::Uuid>(0))).await.to_string()
}

/// The form that sends, as it stands, to a body.
fn sent<'a>(to: &'a str, title: &'a str, outcome: &'a str) -> [(&'a str, &'a str); 5] {
    [("body", to), ("title", title), ("kind", "debate"), ("minutes", "20"), ("suite", outcome)]
}

stories! {
    async fn an_item_goes_to_another_body_which_owes_an_answer_that_both_read(town: Town) {
        let (mut alix, mut manager) = (town.as_("animation").await, town.as_("gestionnaire").await);
        let college = body(&town, "college-des-structures").await;
        let place = planned(&mut alix, ASSEMBLY, "Réunion d’essai", "15/01/2027").await;
        let point = add(&mut alix, &place, "Les horaires d’hiver").await;
        let send = format!("{place}/ordre-du-jour/{point}/transmission");
        // Of a draft nothing goes out.
        alix.post(&send, &sent(&college, "Les horaires d’hiver", "")).await.is(409).says("Cette réunion est un brouillon");
        alix.submit(&format!("{place}/convocation"), &[]).await.ok();
        alix.get(&send).await.ok().says("Collège des structures").never_says("Rencontre du réseau");
        alix.post(&send, &sent("", "Les horaires d’hiver", "")).await.is(422).says("Choisissez une instance de la liste.").keeps("Les horaires d’hiver");
        let here = body(&town, "assemblee-du-reseau").await;
        alix.post(&send, &sent(&here, "Les horaires d’hiver", "")).await.is(422).says("Choisissez une instance de la liste.");
        alix.post(&send, &sent(&college, "", "")).await.is(422).says("Remplissez ce champ.");
        alix.submit(&send, &sent(&college, "Les horaires d’hiver", "")).await.ok().says("C'est transmis à « Collège des structures ».").says("Réponse attendue");
        alix.post(&send, &sent(&college, "Les horaires d’hiver", "")).await.is(422).says("Ce point lui est déjà transmis.");
        alix.post(&format!("{place}/ordre-du-jour/{point}/place"), &[("acte", "retirer")]).await.is(409).says("transmis");
        alix.get(&format!("{ASSEMBLY}/points?etat=transmis")).await.ok().says("Les horaires d'hiver").says("Transmis à « Collège des structures »").says("Réponse attendue");
        town.get(&place).await.ok().says("Transmis à « Collège des structures »").says("Réponse attendue");

        // There it waits as anything else, and cannot be forgotten.
        let points = format!("{COLLEGE}/points");
        manager.get(&points).await.ok().says("Transmis par « Assemblée du réseau »").says("depuis Réunion d'essai").says("Répondre");
        let id = waiting_id(&town, "Les horaires d’hiver").await;
        manager.post(&format!("{points}/{id}/etat"), &[("acte", "retirer")]).await.is(409).says("attend une réponse");
        // Alix animates the assembly, not the college: she reads there, and answers not.
        alix.get(&format!("{points}/{id}/reponse")).await.is(403);
        manager.post(&format!("{points}/{id}/reponse"), &[("answer", "")]).await.is(422).says("Écrivez la réponse.");
        let next = planned(&mut manager, COLLEGE, "Le collège", "20/01/2027").await;
        manager.submit(&format!("{points}/{id}/inscrire"), &[("meeting", &meeting_id(&town, &next).await)]).await.ok().says("Transmis par « Assemblée du réseau »").says("Réponse attendue");
        manager.submit(&format!("{next}/convocation"), &[]).await.ok();

        // Carried over without an answer, it goes on being owed.
        hold(&mut manager, &next).await;
        let there = manager.get(&format!("{next}/ordre-du-jour")).await.ok().text();
        let there = there.split("id=\"point-").nth(1).unwrap().split('"').next().unwrap().to_owned();
        manager.submit(&format!("{next}/ordre-du-jour/{there}/report"), &[("meeting", "attente")]).await.ok().says("Réponse attendue").says("20 janvier 2027 (reporté)");
        alix.get(&format!("{ASSEMBLY}/points?etat=transmis")).await.ok().says("Réponse attendue");
        let id = waiting_id(&town, "Les horaires d’hiver").await;
        let answer = [("answer", "Le collège propose :\r\n•\tle jeudi soir\r\n•\tle samedi matin"), ("done", "oui")];
        manager.submit(&format!("{points}/{id}/reponse"), &answer).await.ok().says("La réponse est donnée.").never_says("Les horaires d'hiver");
        manager.post(&format!("{points}/{id}/reponse"), &answer).await.is(409).says("Une réponse a déjà été donnée.");
        manager.get(&format!("{points}?etat=termines")).await.ok().says("- le jeudi soir").says("Traité");
        alix.get(&format!("{ASSEMBLY}/points?etat=transmis")).await.ok().says("Réponse du 21 novembre 2026").says("- le jeudi soir");
        town.get(&place).await.ok().says("Réponse du 21 novembre 2026").says("- le samedi matin").never_says("Réponse attendue");
        register_hides(&town, &["jeudi soir"]).await;
    }

    async fn what_is_owed_is_among_what_is_to_do(town: Town) {
        let (mut alix, mut manager) = (town.as_("animation").await, town.as_("gestionnaire").await);
        let here = body(&town, "assemblee-du-reseau").await;
        let place = planned(&mut manager, COLLEGE, "Le collège", "15/01/2027").await;
        let point = add(&mut manager, &place, "Une question de principe").await;
        manager.submit(&format!("{place}/convocation"), &[]).await.ok();
        manager.submit(&format!("{place}/ordre-du-jour/{point}/transmission"), &sent(&here, "Une question de principe", "")).await.ok();
        alix.get("/a-faire").await.ok().says("Répondre : Une question de principe").says("Transmis par « Collège des structures »");
        let id = waiting_id(&town, "Une question de principe").await;
        alix.submit(&format!("{ASSEMBLY}/points/{id}/reponse"), &[("answer", "Oui.")]).await.ok().says("Une question de principe").says("Oui.");
        alix.get("/a-faire").await.ok().never_says("Répondre : Une question de principe");
        // Answered and still waiting: it may come on an agenda, or be taken out.
        alix.submit(&format!("{ASSEMBLY}/points/{id}/etat"), &[("acte", "retirer")]).await.ok();
    }

    async fn what_comes_out_of_co_construction_becomes_an_item_elsewhere(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let (college, here) = (body(&town, "college-des-structures").await, body(&town, "assemblee-du-reseau").await);
        let place = planned(&mut manager, ASSEMBLY, "Atelier", "15/01/2027").await;
        let point = add(&mut manager, &place, "Écrire ensemble").await;
        manager.submit(&format!("{place}/convocation"), &[]).await.ok();
        manager.submit(&format!("{place}/ouvrir"), &[]).await.ok();
        let suite = format!("{place}/seance/{point}/suite");
        manager.submit(&suite, &[("kind", "decision"), ("text", "Une page d’accueil en trois langues")]).await.ok();
        let outcome: String = town.read(|tx| tx.get::<uuid::Uuid>("select id from outcome where text like 'Une page d’accueil%'", &[], |row| row.get(0))).await.to_string();
        let send = format!("{place}/ordre-du-jour/{point}/transmission");
        manager.post(&send, &sent(&college, "Une page", &outcome)).await.is(409).says("après la clôture");
        manager.submit(&format!("{place}/clore"), &[]).await.ok();
        let agenda = manager.get(&format!("{place}/ordre-du-jour")).await.ok().says("Transmettre cette suite");
        assert!(agenda.links().iter().any(|link| link.ends_with(&format!("transmission?suite={outcome}"))));
        manager.get(&format!("{send}?suite={outcome}")).await.ok().says("Transmettre une suite").keeps("Une page d’accueil en trois langues");
        manager.get(&format!("{send}?suite=00000000-0000-7000-8000-000000000000")).await.is(404);
        manager.submit(&send, &sent(&college, "Une page d’accueil en trois langues", &outcome)).await.ok().says("Transmis à « Collège des structures »");
        // The own body may take it up too; to itself it owes nothing.
        manager.submit(&send, &sent(&here, "La page d’accueil, suite", &outcome)).await.ok();
        manager.get(&format!("{ASSEMBLY}/points")).await.ok().says("La page d'accueil, suite").says("Déjà à l'ordre du jour le 15 janvier 2027").never_says("Réponse attendue");

        // What came out is told to everybody with the minutes, not before.
        manager.get(&place).await.ok().says("Transmis à « Collège des structures »");
        town.get(&place).await.ok().never_says("Transmis à");
        let mut sacha = town.as_("suppleance").await;
        sacha.get(&format!("{ASSEMBLY}/points?etat=transmis")).await.ok().never_says("trois langues");
        register_hides(&town, &["trois langues", "accueil, suite"]).await;
        town.clock.set(kernel::Clock::now(town.clock.as_ref()).plus(70 * time::DAY));
        let mut manager = town.as_("gestionnaire").await;
        manager.submit(&format!("{place}/compte-rendu/approuver"), &[("approved_on", "28/01/2027"), ("approval", "à la séance suivante")]).await.ok();
        manager.submit(&format!("{place}/compte-rendu/publier"), &[]).await.ok();
        town.get(&place).await.ok().says("Transmis à « Collège des structures »").says("Réponse attendue");
        town.get(&format!("{place}/compte-rendu")).await.ok().says("Transmis à « Collège des structures »");
    }

    async fn several_outcomes_go_to_several_bodies_at_once_or_none_goes(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let (college, habitants) = (body(&town, "college-des-structures").await, body(&town, "college-des-habitants-et-usagers").await);
        let place = planned(&mut manager, ASSEMBLY, "Atelier", "15/01/2027").await;
        let point = add(&mut manager, &place, "Écrire ensemble").await;
        manager.submit(&format!("{place}/ouvrir"), &[]).await.ok();
        let long = format!("Une phrase longue {}", "é".repeat(200));
        for (kind, text) in [("decision", "Une page en trois langues"), ("information", long.as_str()), ("information", "Rien de plus")] {
            manager.submit(&format!("{place}/seance/{point}/suite"), &[("kind", kind), ("text", text)]).await.ok();
        }
        let several = format!("{place}/suites");
        manager.get(&several).await.is(409).says("Une suite se transmet après la clôture de la séance.");
        manager.post(&several, &[]).await.is(409);
        manager.submit(&format!("{place}/clore"), &[]).await.ok();
        let link = manager.get(&format!("{place}/ordre-du-jour")).await.ok().says("Transmettre les suites").links();
        assert!(link.contains(&several), "{link:?}");
        let form = manager.get(&several).await.ok().says("Une page en trois langues").says("Décision, point « Écrire ensemble ».").says("Ne pas transmettre").text();
        let fields: Vec<String> = form.split("name=\"to-").skip(1).map(|rest| format!("to-{}", rest.split('"').next().unwrap())).collect();
        assert_eq!(fields.len(), 3);
        let acts = town.acts().await;
        manager.post(&several, &[(&fields[0], "")]).await.is(422).says("Choisissez une instance pour une suite au moins.");
        manager.post(&several, &[(&fields[0], &college), (&fields[1], "ailleurs")]).await.is(422).says("Choisissez une instance de la liste.");
        assert_eq!(town.acts().await, acts, "all of them, or none");
        let chosen = [(fields[0].as_str(), college.as_str()), (&fields[1], &habitants), (&fields[2], "")];
        manager.submit(&several, &chosen).await.ok().says("2 suites sont transmises.");
        manager.get(&format!("{COLLEGE}/points")).await.ok().says("Une page en trois langues").says("Transmis par « Assemblée du réseau »").says("Réponse attendue").never_says("Rien de plus");
        manager.get(&format!("{VALLEE}/instances/college-des-habitants-et-usagers/points")).await.ok().says("Une phrase longue").never_says("trois langues");
        // What is longer than a title is whole in the description.
        let whole: String = town.read(|tx| tx.get("select description from waiting_item where title like 'Une phrase longue%'", &[], |row| row.get(0))).await;
        assert_eq!(whole, long);
        // A second click sends nothing twice, and says so beside each.
        let acts = town.acts().await;
        manager.post(&several, &chosen).await.is(422).says("Ce point lui est déjà transmis.").says("Déjà transmise à : Collège des structures.");
        manager.post(&several, &[(&fields[0], &college), (&fields[2], &college)]).await.is(422);
        assert_eq!(town.acts().await, acts);
        town.as_("voisin").await.get(&several).await.is(403);
        town.get(&several).await.is(303);
        register_hides(&town, &["trois langues", "phrase longue"]).await;
        // Nothing came out: it is said.
        let empty = planned(&mut manager, ASSEMBLY, "Sans suite", "16/01/2027").await;
        add(&mut manager, &empty, "Un point").await;
        hold(&mut manager, &empty).await;
        manager.get(&format!("{empty}/ordre-du-jour")).await.ok().never_says("Transmettre les suites");
        manager.get(&format!("{empty}/suites")).await.ok().says("il n'y a rien à transmettre");
    }

    async fn bodies_of_the_governance_above_are_within_reach_and_others_are_not(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let place = planned(&mut manager, COLLEGE, "Le collège", "15/01/2027").await;
        let point = add(&mut manager, &place, "Un point").await;
        manager.submit(&format!("{place}/convocation"), &[]).await.ok();
        let send = format!("{place}/ordre-du-jour/{point}/transmission");
        let stranger: String = town.read(|tx| tx.get::<uuid::Uuid>("select b.id from body b join governance g on g.id = b.governance where g.slug = 'reseau-exemple-plateau'", &[], |row| row.get(0))).await.to_string();
        manager.post(&send, &sent(&stranger, "Un point", "")).await.is(422).says("Choisissez une instance de la liste.");
        // A local network under the gouvernance of the département.
        town.tamper("update governance set parent = (select id from governance where slug = 'nievre') where slug = 'reseau-exemple-vallee'").await;
        manager.get(&send).await.ok().says("Comité stratégique (Inclusion numérique, Nièvre)");
        let above: String = town.read(|tx| tx.get::<uuid::Uuid>("select b.id from body b join governance g on g.id = b.governance where g.slug = 'nievre'", &[], |row| row.get(0))).await.to_string();
        manager.submit(&send, &sent(&above, "Un point", "")).await.ok().says("Comité stratégique » (Inclusion numérique, Nièvre)");
        let mut mae = town.as_("departement").await;
        mae.get("/gouvernances/nievre/instances/comite-strategique/points").await.ok().says("Transmis par « Collège des structures » (Réseau exemple de la Vallée (fictif))");
        // A body that has ended takes nothing any more.
        town.tamper("update body set closed_on = '2026-11-01' where slug = 'comite-strategique'").await;
        manager.get(&send).await.ok().never_says("Comité stratégique (");
    }
}
