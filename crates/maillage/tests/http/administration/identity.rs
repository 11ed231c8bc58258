//! The identity sheet, the life cycle, the private note.

use super::{VALLEE, last_act, value_of};
use crate::town::Browser;

fn identite() -> String {
    format!("{VALLEE}/administration/identite")
}

/// The fields of the identity sheet as the page of the form shows them, some of them typed anew.
async fn sheet<'a>(browser: &mut Browser<'_>, typed: &'a [(&'a str, &'a str)]) -> Vec<(&'a str, String)> {
    let page = browser.get(&identite()).await.ok();
    let html = page.text();
    let area = |name: &str| {
        let rest = html.split(&format!("name=\"{name}\"")).nth(1).unwrap();
        let text = rest.split_once('>').unwrap().1.split("</textarea>").next().unwrap();
        text.trim_start_matches('\n').replace("&#39;", "'").replace("&#38;", "&").replace("&#34;", "\"")
    };
    ["version", "name", "form", "perimeter", "living_areas_note", "ideas", "public_note", "data_referent"]
        .into_iter()
        .map(|name| match typed.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => (name, (*value).to_owned()),
            None if ["living_areas_note", "ideas", "public_note"].contains(&name) => (name, area(name)),
            None => (name, value_of(&page, name)),
        })
        .collect()
}

fn pairs<'a>(fields: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

stories! {
    async fn a_manager_corrects_the_sheet_that_everyone_reads(town: Town) {
        town.get(VALLEE).await.ok();
        let mut manager = town.as_("gestionnaire").await;
        let fields = sheet(&mut manager, &[("form", "Réseau en coopérative"), ("public_note", "Un.\r\n\r\nDeux.")]).await;
        manager.submit(&identite(), &pairs(&fields)).await.ok().says("La fiche d'identité est enregistrée.");
        let page = town.get(VALLEE).await.ok().says("Réseau en coopérative").says("Deux.");
        page.says("Des habitants qui siègent et votent");
        assert!(last_act(&town).await.contains("Fiche d'identité"));
    }

    async fn what_is_wrong_is_told_beside_its_field_and_nothing_is_written(town: Town) {
        let (mut manager, before) = (town.as_("gestionnaire").await, town.acts().await);
        let fields = sheet(&mut manager, &[("name", " "), ("ideas", "une\ndeux"), ("form", "Gardé")]).await;
        let page = manager.post(&identite(), &pairs(&fields)).await.is(422);
        page.says("Remplissez ce champ.").says("Donnez trois idées clés, ou aucune.").has("textarea", "une\ndeux");
        assert_eq!(town.acts().await, before);

        for (who, status) in [("voisin", 403), ("secretariat", 403), ("equipe-nationale", 403)] {
            let mut other = town.as_(who).await;
            other.get(&identite()).await.is(status);
            other.post(&identite(), &pairs(&fields)).await.is(status);
        }
        town.get(&identite()).await.is(303);
        let mut visitor = town.browser();
        visitor.post(&identite(), &pairs(&fields)).await.is(403).says("Vous n'êtes plus connecté");
        assert_eq!(town.acts().await, before);
    }

    async fn the_second_of_two_managers_sees_what_changed_and_loses_nothing(town: Town) {
        let (mut first, mut second) = (town.as_("gestionnaire").await, town.as_("co-porteuse").await);
        let of_first = sheet(&mut first, &[("form", "Réseau en coopérative")]).await;
        let of_second = sheet(&mut second, &[("public_note", "Mon long texte.")]).await;
        first.submit(&identite(), &pairs(&of_first)).await.ok();

        let before = town.acts().await;
        let page = second.post(&identite(), &pairs(&of_second)).await.is(409);
        let page = page.says("Quelqu'un d'autre a modifié ceci").has("dt", "Forme").says("Réseau en coopérative");
        let page = page.has("textarea", "Mon long texte.").never_says("(vide)");
        assert_eq!(town.acts().await, before, "nothing is written");
        // The field that the second left alone takes its new value; saving again undoes nothing.
        assert_eq!(value_of(&page, "form"), "Réseau en coopérative");
        let (version, form) = (value_of(&page, "version"), value_of(&page, "form"));
        let again: Vec<(&str, String)> = of_second.iter().map(|(name, value)| match *name {
            "version" => ("version", version.clone()),
            "form" => ("form", form.clone()),
            other => (other, value.clone()),
        }).collect();
        second.submit(&identite(), &pairs(&again)).await.ok();
        town.get(VALLEE).await.ok().says("Réseau en coopérative").says("Mon long texte.");
    }

    async fn another_act_meanwhile_is_no_reason_to_refuse(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let fields = sheet(&mut manager, &[("form", "Réseau en coopérative")]).await;
        let mut other = town.as_("co-porteuse").await;
        other.submit(&format!("{VALLEE}/administration/note"), &[("version", "0"), ("note", "x")]).await.ok();
        manager.submit(&identite(), &pairs(&fields)).await.ok();
        // Without what the form was opened with, all is shown and nothing is overwritten.
        let page = manager.post(&identite(), &[("name", "Autre nom")]).await.is(409);
        page.says("Réseau en coopérative");
    }

    async fn the_state_follows_the_life_of_a_governance(town: Town) {
        let path = format!("{VALLEE}/administration/etat");
        let mut manager = town.as_("gestionnaire").await;
        let page = manager.get(&path).await.ok().says("Suspendue").says("Close");
        assert!(!page.text().contains("value=\"preparation\"") && !page.text().contains("value=\"installed\""));
        let (before, url) = (town.acts().await, path.as_str());
        manager.post(url, &[("state", "suspended"), ("since", "31/02/2026"), ("reason", "")]).await.is(422)
            .says("Dites en une phrase").says("Cette date n'existe pas dans le calendrier");
        manager.post(url, &[("state", "suspended"), ("since", "1900"), ("reason", "x")]).await.is(422)
            .says("L'année 1900 n'est pas possible ici").keeps("1900");
        manager.post(url, &[("state", "suspended"), ("since", "bientôt"), ("reason", "x")]).await.is(422).says("Donnez une date, comme 12/03/2026");
        manager.post(url, &[("state", "closed"), ("reason", "Fin")]).await.is(422).says("ne rouvre pas");
        manager.post(url, &[("state", "preparation"), ("reason", "Retour")]).await.is(409).says("ne peut pas devenir");
        manager.post(url, &[("state", "n'importe"), ("reason", "Retour")]).await.is(422).says("Choisissez une réponse");
        assert_eq!(town.acts().await, before);
        for who in ["voisin", "secretariat"] {
            town.as_(who).await.post(url, &[("state", "suspended"), ("reason", "x")]).await.is(403);
        }
        manager.submit(url, &[("state", "suspended"), ("since", "12/03/2026"), ("reason", "Départ de l'animatrice")]).await
            .ok().says("Le nouvel état est enregistré.");
        town.get(VALLEE).await.ok().says("Suspendue").says("12 mars 2026").says("Départ de l'animatrice");
        manager.submit(url, &[("state", "closed"), ("reason", "Fin"), ("confirm", "oui")]).await.ok().never_says("Installer, suspendre");
        manager.get(url).await.is(409).says("son état ne change plus");
        manager.post(url, &[("state", "installed"), ("reason", "Retour")]).await.is(409);
    }

    async fn the_private_note_is_read_by_few_and_written_by_managers(town: Town) {
        let path = format!("{VALLEE}/administration/note");
        let secret = "Tension-avec-la-mairie";
        let (mut first, mut second) = (town.as_("gestionnaire").await, town.as_("co-porteuse").await);
        let (opened, also) = (first.get(&path).await.ok(), second.get(&path).await.ok());
        let version = value_of(&opened, "version");
        first.submit(&path, &[("version", &version), ("note", secret)]).await.ok().says("La note privée est enregistrée.");
        assert!(!last_act(&town).await.contains(secret));

        let page = second.post(&path, &[("version", &value_of(&also, "version")), ("note", "La mienne")]).await.is(409);
        let page = page.says(secret).has("textarea", "La mienne");
        let both = format!("{secret} et la mienne");
        second.submit(&path, &[("version", &value_of(&page, "version")), ("note", &both)]).await.ok();

        let mut secretariat = town.as_("secretariat").await;
        let page = secretariat.get(&path).await.ok().says("et la mienne");
        assert!(!page.text().contains("<textarea"));
        secretariat.post(&path, &[("version", "2"), ("note", "x")]).await.is(403);
        for who in ["voisin", "animation", "equipe-nationale"] {
            town.as_(who).await.get(&path).await.is(403).never_says(secret);
        }
        town.get(&path).await.is(303);
        first.post(&path, &[("version", "2"), ("note", &"a".repeat(20_001))]).await.is(422).says("raccourcissez");
        for public in ["", "/registre", "/membres.csv", "/conventions"] {
            town.get(&format!("{VALLEE}{public}")).await.ok().never_says(secret);
        }
        town.get("/registre.csv").await.ok().never_says(secret);
        town.get("/gouvernances.csv").await.ok().never_says(secret);
    }
}
