//! The administration of bodies and mandates in the interface.

use crate::manage_members::{VALLEY, refused_to_others};
use crate::town::Town;

fn bodies(rest: &str) -> String {
    format!("{VALLEY}/administration/instances{rest}")
}

fn mandates(rest: &str) -> String {
    format!("{VALLEY}/administration/mandats{rest}")
}

const NEW: &[(&str, &str)] = &[
    ("name", "Groupe des horaires"),
    ("form", "working_group"),
    ("functions", "technical"),
    ("functions", "consultative"),
    ("parent", ""),
    ("meetings_min", "2"),
    ("meetings_max", "4"),
    ("missions", "Recueillir les horaires\r\n\r\nLes publier"),
    ("composition", "Qui veut"),
    ("rules", "co_leads"),
    ("categories", "category:ccas"),
    ("voting_rule", "one_per_structure"),
    ("note", ""),
];

fn with(changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let mut fields: Vec<_> =
        NEW.iter().filter(|(name, _)| changes.iter().all(|(other, _)| other != name)).copied().collect();
    fields.extend(changes);
    fields
}

async fn body_id(town: &Town, slug: &'static str) -> String {
    let id: uuid::Uuid = town
        .read(move |tx| {
            tx.get(
                "select b.id from body b join governance g on g.id = b.governance where g.slug = 'reseau-exemple-vallee' and b.slug = $1",
                store::params![slug],
                |row| row.get(0),
            )
        })
        .await;
    id.to_string()
}

stories! {
    async fn a_manager_creates_a_body_and_changes_it(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        manager.get(&bodies("")).await.ok().says("Assemblée du réseau");
        manager.submit(&bodies("/nouvelle"), NEW).await.ok().says("L'instance est créée").says("Groupe des horaires").says("2 à 4 fois par an");
        town.get(&format!("{VALLEY}/instances/groupe-des-horaires")).await.ok()
            .says("Recueillir les horaires").says("Les publier").says("CCAS exemple de Valfictif").says("Fonction technique");
        town.get(&format!("{VALLEY}/registre")).await.ok().says("Création de l'instance « Groupe des horaires »");
        refused_to_others(&town, &bodies("/nouvelle"), NEW).await;

        let before = town.acts().await;
        let wrong = with(&[("name", ""), ("form", "x"), ("meetings_min", "cinq"), ("meetings_max", "400"), ("categories", "category:zz")]);
        manager.post(&bodies("/nouvelle"), &wrong).await.is(422)
            .says("Remplissez ce champ").says("Choisissez une réponse").says("Donnez un nombre").says("de 0 à 366").says("n'est pas reconnue").says("Recueillir les horaires");
        manager.post(&bodies("/nouvelle"), NEW).await.is(422).says("a déjà ce nom");
        assert_eq!(town.acts().await, before);

        let edit = bodies("/groupe-des-horaires/modifier");
        let page = manager.get(&edit).await.ok();
        assert!(page.text().contains("value=\"category:ccas\" checked") && page.text().contains("Les publier"));
        let mut other = town.as_("co-porteuse").await;
        other.submit(&edit, &with(&[("version", "1"), ("name", "Groupe des horaires ouverts"), ("missions", "Publier"), ("categories", "")])).await.ok().says("L'instance est modifiée");
        manager.post(&edit, &with(&[("version", "1"), ("note", "Le mien")])).await.is(409)
            .says("Quelqu'un d'autre a modifié ceci").says("Groupe des horaires ouverts").says("Le mien");
        manager.submit(&edit, &with(&[("version", "2"), ("note", "Le mien")])).await.ok();
        town.get(&format!("{VALLEY}/instances/groupe-des-horaires")).await.ok().says("Le mien").says("Recueillir les horaires");
        refused_to_others(&town, &edit, &with(&[("version", "3")])).await;
        manager.get(&bodies("/inconnue/modifier")).await.is(404);
        manager.get("/gouvernances/reseau-exemple-plateau/administration/instances").await.is(403);
    }

    async fn a_body_never_stands_inside_itself(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let (assembly, college) = (body_id(&town, "assemblee-du-reseau").await, body_id(&town, "college-des-structures").await);
        let fields = |parent: &str| {
            let mut fields: Vec<(String, String)> = with(&[("version", "1"), ("name", "Assemblée du réseau")]).into_iter()
                .filter(|(name, _)| *name != "parent").map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            fields.push(("parent".into(), parent.to_owned()));
            fields
        };
        for parent in [assembly.as_str(), college.as_str()] {
            let fields = fields(parent);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            manager.post(&bodies("/assemblee-du-reseau/modifier"), &fields).await.is(422).says("ne peut pas faire partie d'elle-même");
        }
        let unknown = fields("00000000-0000-7000-8000-000000000000");
        let unknown: Vec<(&str, &str)> = unknown.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        manager.post(&bodies("/assemblee-du-reseau/modifier"), &unknown).await.is(422).says("n'est pas dans la même gouvernance");
    }

    async fn seats_are_given_and_taken_away(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let seats = bodies("/assemblee-du-reseau/sieges");
        let give = format!("{seats}/donner");
        let seat = |function: &'static str, chair: &'static str, seats: &'static str| [("sent", "oui"), ("organisation", ""), ("function", function), ("seats", seats), ("voting", "oui"), ("mandate", "political"), ("chair", chair)];
        manager.submit(&give, &seat("Sous-préfète", "chair", "1")).await.ok().says("Le siège est donné").says("Sous-préfète").says("Préside");
        manager.post(&give, &seat("Maire", "chair", "1")).await.is(409).says("a déjà une présidence").says("Donner un siège");
        manager.post(&give, &seat("", "", "900")).await.is(422).says("désignée par sa fonction").says("de 1 à 500");
        town.get(&format!("{VALLEY}/instances/assemblee-du-reseau")).await.ok().says("Sous-préfète");
        let page = manager.get(&seats).await.ok();
        let take = page.links().into_iter().rfind(|link| link.ends_with("/retirer")).unwrap();
        refused_to_others(&town, &take, &[]).await;
        refused_to_others(&town, &give, &seat("Maire", "", "1")).await;
        manager.get(&take).await.ok().says("Sous-préfète");
        manager.submit(&take, &[]).await.ok().says("Le siège est retiré").never_says("Sous-préfète");
        manager.post(&take, &[]).await.is(404);
        town.get(&format!("{VALLEY}/registre")).await.ok().says("Siège retiré à « Sous-préfète »");
    }

    async fn a_body_that_ends_keeps_its_history_and_frees_its_animators(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let close = bodies("/assemblee-du-reseau/clore");
        manager.post(&close, &[("on", ""), ("reason", "Réforme")]).await.is(409).says("D'autres instances en font partie");
        for college in ["college-des-structures", "college-des-habitants-et-usagers"] {
            manager.submit(&bodies(&format!("/{college}/clore")), &[("on", "01/11/2026"), ("reason", "Réforme")]).await.ok().says("L'instance a pris fin");
        }
        manager.post(&close, &[("on", "01/01/2027"), ("reason", "Réforme")]).await.is(422).says("à venir");
        manager.post(&close, &[("on", ""), ("reason", " ")]).await.is(422).says("Remplissez ce champ");
        refused_to_others(&town, &close, &[("reason", "x")]).await;
        let held = |town: &Town| { let app = town.app.clone(); async move {
            app.read(|tx| tx.get("select count(*) from power where role = 'animator' and ended_at is null and governance = (select id from governance where slug = 'reseau-exemple-vallee')", &[], |row| row.get::<i64>(0))).await.unwrap()
        } };
        assert!(held(&town).await > 0);
        manager.submit(&close, &[("on", ""), ("reason", "Réforme")]).await.ok().says("L'instance a pris fin").says("Close");
        assert_eq!(held(&town).await, 0);
        town.get(&format!("{VALLEY}/instances")).await.ok().says("Instances closes (3)");
        let page = town.get(VALLEY).await.ok().text();
        assert!(!page.contains("instances/assemblee-du-reseau"), "decisions are no longer taken there");
        town.get(&format!("{VALLEY}/instances/assemblee-du-reseau")).await.ok().says("Close").says("Adopter les priorités");
        manager.post(&bodies("/assemblee-du-reseau/modifier"), &with(&[("version", "2")])).await.is(409).says("a pris fin");
        manager.post(&close, &[("on", ""), ("reason", "Encore")]).await.is(409).says("a pris fin");
    }

    async fn mandates_are_renewed_together_after_elections(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let page = manager.get(&mandates("")).await.ok().says("Camille Exemple").says("CCAS exemple");
        let html = page.text();
        let ids: Vec<&str> = html.split("name=\"mandates\"").skip(1).filter_map(|rest| rest.split("value=\"").nth(1)?.split('"').next()).collect();
        assert!(ids.len() >= 2, "{ids:?}");
        let before = town.acts().await;
        let ticked: Vec<(&str, &str)> = ids.iter().map(|id| ("mandates", *id)).collect();
        let fields = |until: &'static str| { let mut all = ticked.clone(); all.push(("until", until)); all };
        let reply = manager.post(&mandates(""), &fields("hier")).await.is(422).says("Donnez une date");
        assert!(reply.text().matches(" checked").count() >= ids.len(), "what was ticked stays ticked");
        manager.post(&mandates(""), &fields("01/01/2020")).await.is(422).says("Cette date est passée");
        manager.post(&mandates(""), &[("until", "31/03/2032")]).await.is(422).says("Cochez au moins un mandat");
        // One that is no mandate stops all.
        let mut foreign = fields("31/03/2032");
        foreign.push(("mandates", "00000000-0000-7000-8000-000000000000"));
        manager.post(&mandates(""), &foreign).await.is(404);
        assert_eq!(town.acts().await, before, "all or none");
        manager.submit(&mandates(""), &fields("31/03/2032")).await.ok().says("mandats ont une nouvelle date de fin").says("31 mars 2032");
        assert_eq!(town.acts().await, before + ids.len() as i64, "each is in the register");
        refused_to_others(&town, &mandates(""), &fields("31/03/2033")).await;
    }

    async fn a_standing_mandate_is_given_and_ended(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let page = manager.get(&mandates("")).await.ok().says("Commune exemple de Valfictif");
        let end = page.links().into_iter().find(|link| link.ends_with("/terminer")).unwrap();
        manager.post(&end, &[("until", "01/01/2020")]).await.is(422).says("ne peut pas précéder");
        refused_to_others(&town, &end, &[("until", "")]).await;
        manager.submit(&end, &[("until", "")]).await.ok().says("La fin du mandat est enregistrée");

        let give = mandates("/donner");
        let html = manager.get(&give).await.ok().text();
        let holder = html.split("name=\"holder\"").nth(1).unwrap().split("<option value=\"").find(|rest| rest.contains("Tiers-lieu")).unwrap().split('"').next().unwrap().to_owned();
        let fields = |represented: &'static str| [("represented", represented), ("holder", holder.as_str()), ("since", "2026"), ("until", ""), ("note", "")];
        manager.post(&give, &fields("")).await.is(422).says("Remplissez ce champ");
        manager.post(&give, &fields("zzzz")).await.is(422).says("Aucune structure connue");
        manager.post(&give, &fields("exemple")).await.is(422).says("Plusieurs structures répondent");
        manager.post(&give, &[("represented", "Commune exemple de Valfictif"), ("holder", "x")]).await.is(422).says("Choisissez une réponse");
        manager.submit(&give, &fields("commune EXEMPLE de valfictif")).await.ok().says("Le mandat est enregistré");
        manager.post(&give, &fields("commune EXEMPLE de valfictif")).await.is(409).says("déjà un représentant");
        refused_to_others(&town, &give, &fields("exemple")).await;
        town.get(&format!("{VALLEY}/registre")).await.ok().says("donne mandat à « Tiers-lieu exemple");
    }
}
