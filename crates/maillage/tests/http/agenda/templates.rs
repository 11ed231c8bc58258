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
        manager.post(&template, &fields).await.is(409).says("Quelqu'un d'autre vient de changer ce modèle.").keeps("Accueil");

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
}
