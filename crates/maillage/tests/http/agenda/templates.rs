//! How the meetings of a body usually go.

use super::*;

stories! {
    async fn a_template_is_written_and_a_new_meeting_begins_with_it(town: Town) {
        let mut alix = town.as_("animation").await;
        let template = format!("{ASSEMBLY}/points/modele");
        let form = alix.get(&template).await.ok().says("Point 3").text();
        let version = value(&form, "version");
        let fields = [
            ("version", version.as_str()),
            ("title-1", "Accueil"), ("kind-1", "information"), ("minutes-1", "10"), ("presenter-1", "Animation"),
            ("title-2", ""), ("kind-2", "debate"), ("minutes-2", "abc"), ("presenter-2", ""),
            ("title-3", "Questions diverses"), ("kind-3", "debate"), ("minutes-3", "10"), ("presenter-3", ""),
        ];
        let mut wrong = fields;
        wrong[11] = ("minutes-3", "beaucoup");
        alix.post(&template, &wrong).await.is(422).says("Donnez la durée en minutes").keeps("Questions diverses").keeps("beaucoup");
        alix.submit(&template, &fields).await.ok().says("Le modèle est enregistré.").keeps("Accueil");
        // A second animator had the form open.
        let mut manager = town.as_("gestionnaire").await;
        let mut other = fields;
        other[1].1 = "Ouverture";
        manager.post(&template, &other).await.is(409).says("Quelqu'un d'autre vient de changer ce modèle.").keeps("Ouverture");

        let place = planned(&mut alix, ASSEMBLY, "Réunion d’essai", "15/01/2027").await;
        let body: String = town.read(|tx| tx.get::<uuid::Uuid>("select id from body where slug = 'assemblee-du-reseau'", &[], |row| row.get(0))).await.to_string();
        alix.get(&format!("{place}/ordre-du-jour")).await.ok().says("Reprendre le modèle");
        let begin = [("acte", "reprendre"), ("instance", body.as_str())];
        alix.submit(&format!("{place}/ordre-du-jour/modele"), &begin).await.ok().says("2 points viennent du modèle.").says("Accueil").says("Questions diverses");
        alix.post(&format!("{place}/ordre-du-jour/modele"), &begin).await.is(409).says("déjà commencé");
        assert_eq!(order(&town, &place).await, ["Accueil", "Questions diverses"]);

        // An agenda becomes the template.
        add(&mut alix, &place, "Un mot de chacun").await;
        alix.submit(&format!("{place}/ordre-du-jour/modele"), &[("acte", "garder"), ("instance", &body)]).await.ok().says("est le modèle de l'instance");
        alix.get(&template).await.ok().keeps("Un mot de chacun");
        register_hides(&town, &["Un mot de chacun", "Questions diverses"]).await;
    }

    async fn a_template_is_for_its_own_body(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let place = planned(&mut manager, COLLEGE, "Le collège", "15/01/2027").await;
        let body: String = town.read(|tx| tx.get::<uuid::Uuid>("select id from body where slug = 'assemblee-du-reseau'", &[], |row| row.get(0))).await.to_string();
        let modele = format!("{place}/ordre-du-jour/modele");
        manager.post(&modele, &[("acte", "reprendre"), ("instance", &body)]).await.is(404);
        manager.post(&modele, &[("acte", "garder"), ("instance", &body)]).await.is(404);
        manager.post(&modele, &[("acte", "garder"), ("instance", "zz")]).await.is(404);
        let own: String = town.read(|tx| tx.get::<uuid::Uuid>("select id from body where slug = 'college-des-structures'", &[], |row| row.get(0))).await.to_string();
        manager.post(&modele, &[("acte", "reprendre"), ("instance", &own)]).await.is(409).says("pas encore de modèle");
        manager.post(&modele, &[("acte", "garder"), ("instance", &own)]).await.is(409).says("vide");
        // All lines emptied: no template any more.
        let template = format!("{COLLEGE}/points/modele");
        let version = value(&manager.get(&template).await.ok().text(), "version");
        manager.submit(&template, &[("version", &version), ("title-1", ""), ("minutes-1", "")]).await.ok();
        manager.get(&format!("{place}/ordre-du-jour")).await.ok().never_says("Reprendre le modèle");
    }

    async fn a_meeting_or_a_series_is_planned_with_the_template_unless_the_box_is_unticked(town: Town) {
        const MODEL: [&str; 3] = ["Accueil et tour de table", "Approuver le compte rendu de la réunion précédente", "Questions diverses"];
        let mut alix = town.as_("animation").await;
        let form = format!("{ASSEMBLY}/reunions/nouvelle");
        let ticked = |page: &str| page.split("name=\"template\"").nth(1).unwrap().split('>').next().unwrap().contains(" checked");
        assert!(ticked(&alix.get(&form).await.ok().says("Reprendre le modèle d'ordre du jour").text()));
        let meeting = |day| [("title", "Réunion d’essai"), ("format", "follow_up"), ("day", day), ("hour", "14h30"), ("minutes", "90")];
        let with = |day| meeting(day).into_iter().chain([("template", "oui")]).collect::<Vec<_>>();
        // What was ticked or not stays through an error, and nothing is half written.
        let acts = town.acts().await;
        assert!(ticked(&alix.post(&form, &with("demain")).await.is(422).text()));
        assert!(!ticked(&alix.post(&form, &meeting("demain")).await.is(422).text()));
        assert_eq!(town.acts().await, acts);
        let page = alix.submit(&form, &with("15/01/2027")).await.ok().says("avec le modèle d'ordre du jour de l'instance");
        assert_eq!(order(&town, page.path.trim_end_matches("/ordre-du-jour")).await, MODEL);
        let page = alix.submit(&form, &meeting("16/01/2027")).await.ok().says("Écrivez maintenant son ordre du jour.").says("L'ordre du jour est vide");
        assert!(order(&town, page.path.trim_end_matches("/ordre-du-jour")).await.is_empty());

        // A series: the box goes through its second step.
        let series = format!("{ASSEMBLY}/reunions/serie");
        assert!(ticked(&alix.get(&series).await.ok().text()));
        let rhythm = [
            ("title", "Vendredi d’essai"), ("format", "follow_up"), ("rhythm", "monthly"), ("nth", "1"), ("weekday", "friday"), ("every", "1"),
            ("from", "01/02/2027"), ("until", "31/03/2027"), ("hour", "10h"), ("minutes", "60"), ("template", "oui"),
        ];
        let dates = alix.post(&series, &rhythm).await.ok().text();
        assert_eq!(value(&dates, "template"), "oui");
        let create = |rhythm: &[(&'static str, &'static str)]| {
            rhythm.iter().copied().chain([("etape", "creer"), ("dates", "2027-02-05"), ("dates", "2027-03-05")]).collect::<Vec<_>>()
        };
        alix.submit(&series, &create(&rhythm)).await.ok().says("2 réunions en préparation.").says("qui suit le modèle");
        for day in ["2027-02-05", "2027-03-05"] {
            assert_eq!(order(&town, &format!("/{day}-vendredi-d-essai")).await, MODEL);
        }
        let without: Vec<_> = rhythm[..10].iter().copied().map(|(name, value)| (name, if name == "hour" { "16h" } else { value })).collect();
        alix.submit(&series, &create(&without)).await.ok().says("Écrivez l'ordre du jour de chacune.");
        assert!(order(&town, "/2027-02-05-vendredi-d-essai-2").await.is_empty());

        // A body without a template has no such box, and a form that pretends does no harm.
        let mut manager = town.as_("gestionnaire").await;
        let college = format!("{COLLEGE}/reunions/nouvelle");
        manager.get(&college).await.ok().never_says("Reprendre le modèle");
        manager.get(&format!("{COLLEGE}/reunions/serie")).await.ok().never_says("Reprendre le modèle");
        let page = manager.submit(&college, &with("15/01/2027")).await.ok().says("Écrivez maintenant son ordre du jour.");
        assert!(order(&town, page.path.trim_end_matches("/ordre-du-jour")).await.is_empty());
    }
}
