//! The administration of members: entering, admitting by a decision, refusing with an answer, leaving; organisations
//! that ask by themselves.

use crate::town::Town;

pub const VALLEY: &str = "/gouvernances/reseau-exemple-vallee";

/// The member's page in the administration, by its name.
pub async fn member_page(town: &Town, name: &'static str) -> String {
    let id = town
        .read(move |tx| {
            tx.get(
                "select m.id from member m join organisation o on o.id = m.organisation join governance g on g.id = m.governance
                 where g.slug = 'reseau-exemple-vallee' and o.name_key = $1",
                store::params![kernel::text::fold(name)],
                |row| row.get::<uuid::Uuid>(0),
            )
        })
        .await;
    format!("{VALLEY}/administration/membres/{id}")
}

fn members(rest: &str) -> String {
    format!("{VALLEY}/administration/membres{rest}")
}

const NEW: &[(&str, &str)] = &[
    ("name", "Médiathèque d'essai"),
    ("kind", "commune"),
    ("siret", ""),
    ("rna", ""),
    ("seat", "Nevers"),
    ("category", "commune"),
    ("involvement", "contributes"),
    ("note", "Ouverte le samedi"),
];

/// The answers to the neighbour that wait for the next morning.
async fn answers(town: &Town) -> Vec<String> {
    town.read(|tx| {
        tx.query(
            "select n.title, n.text from letter_news n join account a on a.person = n.person
             where n.kind = 'answers' and a.email = 'voisin@exemple.fictif'",
            &[],
            |row| Ok(format!("{} {}", row.get::<String>(0)?, row.get::<String>(1)?)),
        )
    })
    .await
}

/// The forms that change something, with what a manager could send.
pub async fn refused_to_others(town: &Town, path: &str, fields: &[(&str, &str)]) {
    let before = town.acts().await;
    let mut neighbour = town.as_("voisin").await;
    neighbour.get(path).await.is(403);
    neighbour.post(path, fields).await.is(403);
    let mut visitor = town.browser();
    visitor.post(path, fields).await.is(403).says("Vous n'êtes plus connecté");
    assert!(visitor.get(path).await.is(303).header("location").starts_with("/connexion"), "{path}");
    assert_eq!(town.acts().await, before, "{path} wrote something");
}

stories! {
    async fn a_manager_enters_a_new_structure_and_admits_it_by_a_decision(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        manager.get(&members("")).await.ok().says("Administrer les membres").says("Bailleur social exemple");
        manager.get(&members("/nouveau")).await.ok().has("h2", "Une nouvelle structure");
        let page = manager.submit(&members("/nouveau"), NEW).await.ok();
        let page = page.says("La structure est candidate").says("Médiathèque d'essai").says("Candidat");
        let member = page.path.clone();
        town.get(&format!("{VALLEY}/membres")).await.ok().says("Médiathèque d'essai").says("Ouverte le samedi");

        // The governance names the body that admits: from then on the date of its decision is asked for.
        let body: uuid::Uuid = town.read(|tx| tx.get("select id from body where slug = 'assemblee-du-reseau'", &[], |row| row.get(0))).await;
        manager.submit(&members("/instance-d-admission"), &[("body", &body.to_string())]).await.ok().says("décidées par « Assemblée du réseau »");
        let admit = format!("{member}/admettre");
        manager.get(&admit).await.ok().says("décision de « Assemblée du réseau »");
        manager.post(&admit, &[("decided_on", ""), ("since", "03/2026")]).await.is(422).says("Donnez la date de la décision").says("03/2026");
        manager.post(&admit, &[("decided_on", "12/03/2027"), ("since", "")]).await.is(422).says("à venir");
        manager.submit(&admit, &[("decided_on", "12/03/2026"), ("since", "")]).await.ok()
            .says("est membre de la gouvernance").says("Décision de « Assemblée du réseau », le 12 mars 2026");
        manager.post(&admit, &[("decided_on", "12/03/2026"), ("since", "")]).await.is(409).says("ce changement n'est pas possible");
        town.get(&format!("{VALLEY}/registre")).await.ok().says("par décision de « Assemblée du réseau » le 12 mars 2026");
        refused_to_others(&town, &admit, &[("decided_on", "12/03/2026")]).await;
        refused_to_others(&town, &members("/nouveau"), NEW).await;
        refused_to_others(&town, &members("/instance-d-admission"), &[("body", "")]).await;
    }

    async fn a_known_structure_is_found_by_its_name_or_its_siret(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        for typed in ["hautfictif", "Commune+EXEMPLE+de+Hautfictif"] {
            let page = manager.get(&members(&format!("/nouveau?q={typed}"))).await.ok().says("Commune exemple de Hautfictif");
            let link = page.links().into_iter().find(|link| link.contains("?structure=")).unwrap();
            manager.get(&link).await.ok().says("Choisir une autre structure");
        }
        manager.get(&members("/nouveau?q=999+000+011")).await.ok().says("La Passerelle imaginaire");
        manager.get(&members("/nouveau?q=zzzz")).await.ok().says("Aucune structure connue ne répond");
        let page = manager.get(&members("/nouveau?q=hautfictif")).await.ok();
        let link = page.links().into_iter().find(|link| link.contains("?structure=")).unwrap();
        let id = link.split('=').next_back().unwrap().to_owned();
        let fields = [("structure", id.as_str()), ("category", "commune"), ("involvement", "observes"), ("note", "")];
        manager.submit(&members("/nouveau"), &fields).await.ok().says("La structure est candidate");
        manager.post(&members("/nouveau"), &fields).await.is(409).says("est déjà dans cette gouvernance");
    }

    async fn bad_input_keeps_what_was_typed_and_writes_nothing(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let before = town.acts().await;
        let fields = [("name", "Médiathèque 🏠"), ("kind", "x"), ("siret", "123"), ("seat", "Nulle-part-du-tout"), ("category", ""), ("involvement", "")];
        manager.post(&members("/nouveau"), &fields).await.is(422)
            .says("compte 14 chiffres").says("Choisissez une réponse dans la liste").says("Aucun territoire").says("Erreur");
        let reply = manager.post(&members("/nouveau"), &fields).await;
        assert!(reply.text().contains("Médiathèque 🏠"));
        let taken = [("name", "x"), ("kind", "association"), ("siret", "99900001100018"), ("category", "association"), ("involvement", "leads")];
        manager.post(&members("/nouveau"), &taken).await.is(422).says("Une autre structure porte déjà ce numéro");
        assert_eq!(town.acts().await, before);
        for path in ["/00000000-0000-7000-8000-000000000000", "/x", "/x/admettre"] {
            manager.get(&members(path)).await.is(404);
        }
        // A member of the neighbour is none of this governance.
        let elsewhere: uuid::Uuid = town.read(|tx| tx.get("select m.id from member m join governance g on g.id = m.governance where g.slug = 'reseau-exemple-plateau' limit 1", &[], |row| row.get(0))).await;
        manager.get(&members(&format!("/{elsewhere}/retirer"))).await.is(404);
        manager.post(&members(&format!("/{elsewhere}/retirer")), &[("reason", "x")]).await.is(404);
    }

    async fn the_same_name_asks_whether_it_is_another_structure(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        manager.submit(&members("/nouveau"), NEW).await.ok();
        let mut again = NEW.to_vec();
        again[0] = ("name", "MEDIATHEQUE d'essai");
        manager.post(&members("/nouveau"), &again).await.is(409).says("existe déjà").says("C'est une autre structure");
        again.push(("distinct", "oui"));
        manager.submit(&members("/nouveau"), &again).await.ok().says("La structure est candidate");
    }

    async fn two_managers_on_one_sheet_lose_nothing(town: Town) {
        let sheet = format!("{}/fiche", member_page(&town, "CCAS exemple de Valfictif").await);
        let (mut one, mut other) = (town.as_("gestionnaire").await, town.as_("co-porteuse").await);
        one.get(&sheet).await.ok();
        let first = [("version", "1"), ("category", "ccas"), ("college", ""), ("involvement", "leads"), ("note", "Écrit d'abord")];
        one.submit(&sheet, &first).await.ok().says("La fiche est corrigée").says("Écrit d'abord");
        let second = [("version", "1"), ("category", "ccas"), ("college", ""), ("involvement", "observes"), ("note", "Écrit ensuite")];
        let reply = other.post(&sheet, &second).await.is(409).says("Quelqu'un d'autre a modifié ceci").says("Écrit d'abord").says("Écrit ensuite");
        assert!(reply.text().contains("name=\"version\" value=\"2\""));
        let third = [("version", "2"), ("category", "ccas"), ("college", ""), ("involvement", "observes"), ("note", "Écrit ensuite")];
        other.submit(&sheet, &third).await.ok().says("Écrit ensuite");
        refused_to_others(&town, &sheet, &third).await;
    }

    async fn a_member_leaves_comes_back_and_co_leads(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let community = member_page(&town, "Communauté de communes exemple de la Vallée").await;
        manager.post(&format!("{community}/retirer"), &[("until", "01/03/2024"), ("reason", "Dissolution")]).await.is(422).says("ne peut pas précéder");
        manager.post(&format!("{community}/retirer"), &[("until", ""), ("reason", "")]).await.is(422).says("Remplissez ce champ");
        manager.submit(&format!("{community}/retirer"), &[("until", "01/11/2026"), ("reason", "Dissolution")]).await.ok().says("Le retrait est noté").says("Dissolution");
        town.get(VALLEY).await.ok().never_says("Co-portée");
        // The reason is for managers; the commune that it represented is represented by nobody.
        town.get(&format!("{VALLEY}/registre")).await.ok().never_says("Dissolution");
        let open: i64 = town.read(|tx| tx.get("select count(*) from standing_mandate where until is null and governance = (select id from governance where slug = 'reseau-exemple-vallee')", &[], |row| row.get(0))).await;
        assert_eq!(open, 0);
        manager.submit(&format!("{community}/revenir"), &[]).await.ok().says("de nouveau candidate");
        manager.submit(&format!("{community}/admettre"), &[("decided_on", ""), ("since", "2026")]).await.ok();
        let co_lead = format!("{community}/co-portage");
        manager.post(&co_lead, &[("step", "x"), ("on", "hier")]).await.is(422).says("Choisissez une réponse").says("Donnez une date");
        manager.submit(&co_lead, &[("step", "proposed"), ("on", "")]).await.ok().says("Co-porteur proposé");
        manager.submit(&co_lead, &[("step", "designated"), ("on", "11/2026")]).await.ok().says("depuis novembre 2026");
        town.get(VALLEY).await.ok().says("Co-portée");
        manager.submit(&co_lead, &[("step", "ended"), ("on", "")]).await.ok();
        let library = member_page(&town, "Tiers-lieu exemple La Passerelle imaginaire").await;
        manager.post(&format!("{library}/co-portage"), &[("step", "designated"), ("on", "")]).await.is(409).says("Seuls l'État");
        refused_to_others(&town, &co_lead, &[("step", "proposed")]).await;
        refused_to_others(&town, &format!("{library}/retirer"), &[("reason", "x")]).await;
    }

    async fn a_college_is_created_and_chosen(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let path = members("/colleges/nouveau");
        manager.post(&path, &[("name", ""), ("note", "x")]).await.is(422).says("Remplissez ce champ");
        manager.submit(&path, &[("name", "Collège des élus"), ("note", "")]).await.ok().says("Le collège est créé").says("Collège des élus");
        manager.post(&path, &[("name", "Collège des élus"), ("note", "")]).await.is(422).says("existe déjà");
        refused_to_others(&town, &path, &[("name", "Pris")]).await;
    }

    async fn an_organisation_asks_to_join_and_is_answered(town: Town) {
        let path = format!("{VALLEY}/candidature");
        town.get(&format!("{VALLEY}/membres")).await.ok().says("Demander à rejoindre");
        let mut visitor = town.browser();
        assert!(visitor.get(&path).await.is(303).header("location").starts_with("/connexion"));

        // The manager of the neighbour asks for its own commune.
        let mut neighbour = town.as_("voisin").await;
        neighbour.get(&path).await.ok().says("Commune exemple de Hautfictif");
        let fields = [("structure", "mine"), ("category", "commune"), ("involvement", "contributes"), ("motivation", "Nous partageons une ligne de car.")];
        neighbour.post(&path, &[("structure", "mine"), ("category", "commune"), ("involvement", "contributes"), ("motivation", " ")]).await.is(422).says("Dites en quelques mots");
        neighbour.submit(&path, &fields).await.ok().says("Votre demande est envoyée");
        neighbour.post(&path, &fields).await.is(409).says("est déjà dans cette gouvernance (candidat)");

        let mut manager = town.as_("gestionnaire").await;
        manager.get("/a-faire").await.ok().says("2 structures demandent à entrer");
        let page = member_page(&town, "Commune exemple de Hautfictif").await;
        manager.get(&page).await.ok().says("Nous partageons une ligne de car").says("Morgan Exemple");
        town.get(&format!("{VALLEY}/membres")).await.ok().says("Hautfictif").never_says("ligne de car").never_says("Morgan");

        let refuse = format!("{page}/refuser");
        manager.post(&refuse, &[("answer", "")]).await.is(422).says("Dites pourquoi");
        manager.submit(&refuse, &[("answer", "Rejoignez d'abord le réseau du Plateau.")]).await.ok().says("refusée, avec sa réponse");
        town.get(&format!("{VALLEY}/membres")).await.ok().never_says("Hautfictif");
        let [text] = <[String; 1]>::try_from(answers(&town).await).unwrap();
        assert!(text.contains("n'est pas retenue") && text.contains("Rejoignez d'abord"), "{text}");
        refused_to_others(&town, &refuse, &[("answer", "x")]).await;

        // Refused is not for ever.
        neighbour.submit(&path, &fields).await.ok();
        manager.submit(&format!("{page}/admettre"), &[("decided_on", "20/11/2026"), ("answer", "Bienvenue !")]).await.ok();
        let answers = answers(&town).await;
        assert!(answers.iter().any(|text| text.contains("Bienvenue !") && text.contains("est admise")), "{answers:?}");
        town.get(&format!("{VALLEY}/membres")).await.ok().says("Hautfictif");
    }

    async fn one_may_ask_for_a_structure_that_nobody_knows_yet(town: Town) {
        let path = format!("{VALLEY}/candidature");
        let mut person = town.as_("voisin").await;
        let fields = |siret: &'static str| [("structure", "other"), ("name", "Fablab d'essai"), ("kind", "association"), ("siret", siret), ("seat", ""), ("category", "third_place"), ("involvement", "observes"), ("motivation", "Nous réparons.")];
        person.post(&path, &fields("12")).await.is(422).says("compte 14 chiffres").says("Nous réparons.");
        person.submit(&path, &fields("")).await.ok().says("Fablab d'essai");
        // A number that is known tells which one it is.
        person.post(&path, &fields("99900001100018")).await.is(409).says("La Passerelle imaginaire").says("déjà dans cette gouvernance");
    }
}
