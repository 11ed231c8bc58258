//! Votes by college: the rule of a body, its form, the roll that carries it, and what is said of it.

use super::*;

use crate::manage_members::refused_to_others;

const EDIT: &str = "/gouvernances/reseau-exemple-vallee/administration/instances/assemblee-du-reseau/modifier";

/// The field with the votes of a college of the fictitious network.
async fn field(town: &Town, college: &'static str) -> String {
    let id: uuid::Uuid = town
        .read(move |tx| {
            tx.get(
                "select c.id from college c join governance g on g.id = c.governance
                 where g.slug = 'reseau-exemple-vallee' and c.name = $1",
                store::params![college],
                |row| row.get(0),
            )
        })
        .await;
    format!("voix-{id}")
}

/// What the form of the assembly sends: its rule, and the votes of the structures and of the users.
async fn sheet(town: &Town, version: &str, rule: &str, votes: [&str; 2]) -> Vec<(String, String)> {
    let [structures, users] =
        [field(town, "Collège des structures").await, field(town, "Collège des habitants et usagers").await];
    [
        ("version", version),
        ("name", "Assemblée du réseau"),
        ("form", "plenary"),
        ("functions", "strategic"),
        ("parent", ""),
        ("meetings_min", "1"),
        ("meetings_max", "2"),
        ("missions", "Adopter les priorités de l’année\r\nAdmettre les nouveaux membres"),
        ("composition", "Tous les membres et deux habitants tirés au sort"),
        ("rules", "all"),
        ("voting_rule", rule),
        (&structures, votes[0]),
        (&users, votes[1]),
        ("note", ""),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

/// Gives the assembly votes by college, as its manager.
async fn given(town: &Town, version: &str, votes: [&str; 2]) {
    let mut manager = town.as_("gestionnaire").await;
    let fields_sent = sheet(town, version, "per_college", votes).await;
    manager.submit(EDIT, &fields(&fields_sent)).await.ok().says("L'instance est modifiée.");
}

stories! {
    async fn a_manager_gives_votes_to_each_college(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        manager.get(EDIT).await.ok().says("Voix par collège").says("Voix de chaque structure : Collège des structures").says("Sans nombre, une voix.");
        // Whatever is wrong is said beside its field, and nothing is written.
        let (before, labels) = (town.acts().await, [field(&town, "Collège des structures").await, field(&town, "Collège des habitants et usagers").await]);
        for wrong in ["0", "1001", "-3", "1,5", "deux", "99999999999999999999"] {
            let sent = sheet(&town, "1", "per_college", [wrong, "2"]).await;
            let page = manager.post(EDIT, &fields(&sent)).await.is(422).says("Donnez un nombre de voix entier, de 1 à 1 000.").keeps(wrong).keeps("2").text();
            assert!(page.contains(&format!("id=\"champ-{}-erreur\"", labels[0])) && !page.contains(&format!("id=\"champ-{}-erreur\"", labels[1])));
        }
        let none = sheet(&town, "1", "per_college", ["", " "]).await;
        manager.post(EDIT, &fields(&none)).await.is(422).says("Donnez le nombre de voix d'au moins un collège.");
        assert_eq!(town.acts().await, before);
        town.get(BODY).await.ok().says("Une structure, une voix").never_says("Voix par collège");

        let sent = sheet(&town, "1", "per_college", ["3", " 2 "]).await;
        refused_to_others(&town, EDIT, &fields(&sent)).await;
        manager.submit(EDIT, &fields(&sent)).await.ok().says("L'instance est modifiée.");
        let told = "Règle de vote : Voix par collège (Collège des structures : 3 voix par structure ; Collège des habitants et usagers : 2 voix par structure ; Toute autre structure : une voix)";
        town.get(&format!("{VALLEE}/registre")).await.ok().says(told);
        town.get(BODY).await.ok().says("Voix par collège Collège des structures : 3 voix par structure Collège des habitants et usagers : 2 voix par structure Toute autre structure : une voix");
        manager.get(EDIT).await.ok().keeps("3").keeps("2");
        // Whoever takes over reads it too.
        manager.get(&format!("{VALLEE}/administration/passation")).await.ok().says("Voix par collège (Collège des structures : 3 voix par structure");
        // The second click writes nothing and accuses nobody.
        let acts = town.acts().await;
        manager.submit(EDIT, &fields(&sent)).await.ok().says("L'instance est modifiée.");
        assert_eq!(town.acts().await, acts);
        // Somebody else who began before is told what changed meanwhile, and keeps what they typed.
        let mut other = town.as_("co-porteuse").await;
        let late = sheet(&town, "1", "per_college", ["7", ""]).await;
        other.post(EDIT, &fields(&late)).await.is(409).says("Quelqu'un d'autre a modifié ceci").says("Collège des structures : 3 ; Collège des habitants et usagers : 2").keeps("7");
        assert_eq!(town.acts().await, acts);

        // Another rule has no numbers: they go, whatever stands in the fields.
        let plain = sheet(&town, "2", "one_per_structure", ["3", "x"]).await;
        manager.submit(EDIT, &fields(&plain)).await.ok().says("L'instance est modifiée.");
        town.get(BODY).await.ok().says("Une structure, une voix").never_says("3 voix par structure");
        let left: i64 = town.read(|tx| tx.get("select count(*) from college_votes v join body b on b.id = v.body join governance g on g.id = b.governance where g.slug = 'reseau-exemple-vallee'", &[], |row| row.get(0))).await;
        assert_eq!(left, 0);
    }

    async fn a_body_that_is_created_or_ends_says_its_votes(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let new = format!("{VALLEE}/administration/instances/nouvelle");
        let structures = field(&town, "Collège des structures").await;
        let sent = [("name", "Conseil des collèges"), ("form", "committee"), ("rules", "all"), ("voting_rule", "per_college"), (structures.as_str(), "4")];
        manager.submit(&new, &sent).await.ok().says("L'instance est créée");
        let page = format!("{VALLEE}/instances/conseil-des-colleges");
        let told = "Collège des structures : 4 voix par structure";
        town.get(&page).await.ok().says(told);
        town.get(&format!("{VALLEE}/registre")).await.ok().says("Création de l'instance « Conseil des collèges »").says("Règle de vote : Voix par collège (Collège des structures : 4 voix par structure");
        manager.submit(&format!("{VALLEE}/administration/instances/conseil-des-colleges/clore"), &[("on", ""), ("reason", "Réforme")]).await.ok();
        town.get(&page).await.ok().says("Close").says(told);
        let edit = format!("{VALLEE}/administration/instances/conseil-des-colleges/modifier");
        let mut again = sent.to_vec();
        again.push(("version", "2"));
        manager.post(&edit, &again).await.is(409).says("a pris fin");
        // Where there is no college, the rule is not offered, nor taken.
        let mut neighbour = town.as_("voisin").await;
        let new = "/gouvernances/reseau-exemple-plateau/administration/instances/nouvelle";
        neighbour.get(new).await.ok().says("Une voix par siège").never_says("Voix par collège");
        neighbour.post(new, &sent).await.is(422).says("Sans collège, choisissez une autre règle.").keeps("Conseil des collèges").keeps("per_college");
    }

    async fn each_structure_votes_with_the_voices_of_its_college(town: Town) {
        given(&town, "1", ["3", "2"]).await;
        let (mut alix, place, item) = session(&town).await;
        let with_item = proposal("Ouvrir le dimanche", &[("point", &item), ("publishes", "oui"), ("majority", "two_thirds")]);
        let page = alix.submit(NEW, &with_item).await.ok().says("Qui voterait aujourd'hui")
            .says("Tiers-lieu exemple La Passerelle imaginaire Collège des structures 3")
            .says("Voix par collège Collège des structures : 3 voix par structure Collège des habitants et usagers : 2 voix par structure Toute autre structure : une voix").path;
        let mut camille = town.as_("co-porteuse").await;
        camille.get(&page).await.ok().says("siège dans cette instance, avec 3 voix : collège des structures.");
        alix.submit(&format!("{page}/ouvrir"), &[]).await.ok();
        camille.get(&format!("{page}/voter")).await.ok().says("avec 3 voix : collège des structures.");
        // Three structures with three votes, the users with two, two inhabitants without college with one each: thirteen.
        vote(&mut camille, &page, "1").await.ok();
        let hands = alix.get(&format!("{page}/voix")).await.ok().says("(3 voix)").says("(2 voix)").text();
        assert_eq!(hands.matches("<legend").count(), 5);
        let all = room(&mut alix, &page, "0").await;
        alix.submit(&format!("{page}/voix"), &fields(&all)).await.ok();
        let sentence = "10 pour sur 13 exprimés, deux tiers = 9 : adopté";
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says(sentence);
        town.get(&page).await.ok().says(sentence).says("6 votants sur 6 sur la liste").says("CCAS exemple de Valfictif Collège des structures 3 Contre")
            .says("Arrêtées à l'ouverture 3 voix : collège des structures 2 voix : collège des habitants et usagers une voix : sans collège");
        alix.submit(&format!("{place}/clore"), &[]).await.ok().says(sentence);
        let text = alix.get(&format!("{place}/compte-rendu.odt")).await.ok();
        assert!(!text.text().is_empty());
    }

    async fn what_changes_while_a_vote_is_open_changes_nothing_of_its_roll(town: Town) {
        given(&town, "1", ["3", "2"]).await;
        let (mut alix, place, item) = session(&town).await;
        let page = opened(&mut alix, &item, &proposal("Ouvrir le lundi", &[("publishes", "oui")])).await;
        given(&town, "2", ["1", "9"]).await;
        // The CCAS goes to the other college.
        let mut manager = town.as_("gestionnaire").await;
        let member: uuid::Uuid = town.read(|tx| tx.get("select m.id from member m join organisation o on o.id = m.organisation where o.name like 'CCAS exemple de Valf%'", &[], |row| row.get(0))).await;
        let users = field(&town, "Collège des habitants et usagers").await.replace("voix-", "");
        let change = format!("{VALLEE}/administration/membres/{member}/fiche");
        let version = value(&manager.get(&change).await.ok().text(), "version");
        manager.submit(&change, &[("version", &version), ("category", "ccas"), ("college", &users), ("involvement", "contributes"), ("note", "")]).await.ok();
        let mut camille = town.as_("co-porteuse").await;
        camille.get(&page).await.ok().says("avec 3 voix : collège des structures.").says("Arrêtées à l'ouverture 3 voix : collège des structures 2 voix");
        vote(&mut camille, &page, "1").await.ok();
        let all = room(&mut alix, &page, "0").await;
        alix.submit(&format!("{page}/voix"), &fields(&all)).await.ok();
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says("10 pour sur 13 exprimés");
        // The next vote of the same session has the new numbers, and the new college.
        let next = opened(&mut alix, &item, &proposal("Ouvrir le mardi", &[("publishes", "oui")])).await;
        camille.get(&next).await.ok().says("avec 9 voix : collège des habitants et usagers.");
        let all = room(&mut alix, &next, "0").await;
        alix.submit(&format!("{next}/voix"), &fields(&all)).await.ok();
        alix.submit(&format!("{next}/clore"), &[]).await.ok().says("22 pour sur 22 exprimés");
        // What the body's rule became afterwards does not rewrite what was.
        let plain = sheet(&town, "3", "one_per_structure", ["", ""]).await;
        manager.submit(EDIT, &fields(&plain)).await.ok();
        town.get(&page).await.ok().says("Arrêtées à l'ouverture 3 voix : collège des structures").says("10 pour sur 13");
        let third = opened(&mut alix, &item, &proposal("Ouvrir le mercredi", &[])).await;
        given(&town, "4", ["5", "5"]).await;
        camille.get(&third).await.ok().says("avec une voix.").says("Une voix par siège de la liste").never_says("Voix par collège");
        let _ = place;
    }

    async fn a_secret_vote_in_which_some_have_several_votes_has_no_box(town: Town) {
        given(&town, "1", ["3", "2"]).await;
        let (mut alix, _place, item) = session(&town).await;
        let sentence = "Dans ce vote, des structures ont plusieurs voix : dans l'urne, un bulletin n'en vaut qu'une, et il se reconnaîtrait. Chaque structure vote depuis son compte.";
        let with_item = proposal("Choisir en secret", &[("point", &item), ("secret", "oui"), ("publishes", "oui")]);
        let page = alix.submit(NEW, &with_item).await.ok().says("Pas d'urne pour ce vote").says(sentence).path;
        alix.submit(&format!("{page}/ouvrir"), &[]).await.ok().never_says("Saisir les votes de la salle");
        alix.get(&format!("{page}/voix")).await.is(409).says(sentence);
        // Whoever has one vote has no box either: what it holds would tell the others.
        let seats: Vec<(uuid::Uuid, i64)> = town.read(|tx| tx.query("select s.id, s.weight from ballot_seat s join ballot b on b.id = s.ballot where b.question = 'Choisir en secret'", &[], |row| Ok((row.get(0)?, row.get(1)?)))).await;
        assert!(seats.iter().any(|(_, weight)| *weight == 1) && seats.iter().any(|(_, weight)| *weight == 3));
        for (seat, _) in &seats {
            alix.post(&format!("{page}/voix"), &[("saisie", "oui"), (&format!("v-{seat}"), "urne")]).await.is(409).says(sentence);
        }
        let kept: i64 = town.read(|tx| tx.get("select count(*) from ballot_voice v join ballot b on b.id = v.ballot where b.question = 'Choisir en secret'", &[], |row| row.get(0))).await;
        assert_eq!(kept, 0);
        // From their accounts they vote; nothing of the box is asked at the close.
        let mut camille = town.as_("co-porteuse").await;
        vote(&mut camille, &page, "0").await.ok();
        vote(&mut alix, &page, "0").await.ok();
        alix.get(&format!("{page}/clore")).await.ok().never_says("Bulletins");
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says("seul le résultat est donné : adopté").never_says("pour sur");
        // With three of them too: of a seat with more votes than the others, the totals would tell what it voted.
        let page = opened(&mut alix, &item, &proposal("Choisir à trois", &[("secret", "oui"), ("publishes", "oui")])).await;
        vote(&mut camille, &page, "0").await.ok();
        vote(&mut alix, &page, "1").await.ok();
        let (ballot, seat, member, governance): (uuid::Uuid, uuid::Uuid, uuid::Uuid, uuid::Uuid) = town.read(|tx| tx.get(
            "select b.id, s.id, s.member, b.governance from ballot_seat s join ballot b on b.id = s.ballot where b.question = 'Choisir à trois'
             and s.member is not null and not exists (select 1 from ballot_voice v where v.seat = s.id) order by s.rank limit 1",
            &[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))).await;
        let reach = kernel::Reach::Member { governance, member };
        let third = Who::person(uuid::Uuid::from_u128(7), None, vec![kernel::permission::Role::new(kernel::RoleKind::Representative, reach)]);
        let secret = town.app.secret().clone();
        let new = meetings::ballots::cast::NewVoice { choice: vec![0], reason: String::new() };
        town.app.act(third, move |ctx, tx| meetings::ballots::cast::cast(ctx, tx, &secret, kernel::Id::from_uuid(ballot), kernel::Id::from_uuid(seat), &new)).await.unwrap();
        alix.submit(&format!("{page}/clore"), &[]).await.ok()
            .says("Vote secret où les voix n'ont pas le même poids, seul le résultat est donné : adopté").never_says("pour sur");
        let counted: i64 = town.read(|tx| tx.get("select count(*) from ballot_option o join ballot b on b.id = o.ballot where b.question = 'Choisir à trois' and o.votes is not null", &[], |row| row.get(0))).await;
        assert_eq!(counted, 0);
        // By show of hands, it is entered as ever.
        let open = opened(&mut alix, &item, &proposal("Choisir à main levée", &[])).await;
        alix.get(&format!("{open}/voix")).await.ok().says("(3 voix)");
    }

    async fn the_assembly_of_the_syndicate_shows_votes_by_college(town: Town) {
        const SYNDICATE: &str = "/gouvernances/syndicat-exemple";
        town.get(&format!("{SYNDICATE}/instances/assemblee-des-membres")).await.ok().says("Exemple fictif")
            .says("Collège du Département : 5 voix par structure").says("Collège des communes : une voix par structure").says("Collège des communautés de communes : 3 voix par structure");
        // Eight structures out of thirteen are not two thirds; with the votes of their colleges they are.
        let sentence = "18 pour sur 23 exprimés, deux tiers = 16 : adopté";
        let page = town.get(&format!("{SYNDICATE}/scrutins/adopter-la-charte-de-l-accueil-numerique")).await.ok().says(sentence)
            .says("13 votants sur 13 sur la liste").says("Département exemple du Plateau Collège du Département 5 Pour")
            .says("5 voix : collège du Département 3 voix : collège des communautés de communes une voix : collège des communes, collège des établissements publics");
        assert_eq!(page.words().matches(" Pour").count() - page.words().matches(" Pour 18").count(), 8);
        town.get(&format!("{SYNDICATE}/scrutins")).await.ok().says(sentence);
        let minutes = town.get(&format!("{SYNDICATE}/reunions")).await.ok().links().into_iter()
            .find(|link| link.contains("assemblee-des-membres") && link.ends_with("/compte-rendu")).unwrap();
        town.get(&minutes).await.ok().says(sentence).says("Commune exemple de Montfictif Collège des communes 1 Contre");
        // The committee of twenty-two delegates is as it was.
        town.get(&format!("{SYNDICATE}/instances/comite-syndical")).await.ok().says("Une voix par siège");
    }
}
