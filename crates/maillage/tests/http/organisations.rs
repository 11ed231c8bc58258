//! The platform's administration of organisations: finding, entering, correcting.

use directory::Organisation;
use kernel::Id;

use crate::acts::new_organisation;
use crate::town::Town;

const HERE: &str = "/administration/structures";

async fn id_of(town: &Town, name_key: &'static str) -> Id<Organisation> {
    town.read(move |tx| {
        tx.get("select id from organisation where name_key = $1 order by id limit 1", store::params![name_key], |row| {
            row.get(0)
        })
    })
    .await
}

const GOOD: [(&str, &str); 7] = [
    ("name", "Ressourcerie d'essai"),
    ("kind", "association"),
    ("siret", "999 000 029 00028"),
    ("rna", "W751004076"),
    ("ridet", ""),
    ("seat", "La Roche-sur-Yon"),
    ("website", "https://ressourcerie.exemple.invalid"),
];

fn with(field: &'static str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    GOOD.iter().map(|(name, good)| (*name, if *name == field { value } else { *good })).collect()
}

stories! {
    async fn organisations_are_found_by_name_number_and_doubt(town: Town) {
        let mut national = town.as_("equipe-nationale").await;
        national.get("/administration").await.ok().says("Structures : chercher");
        let page = national.get(HERE).await.ok().says("Page suivante").says("Doublons probables");
        let next = page.links().into_iter().find(|link| link.contains("apres=")).unwrap();
        national.get(&next).await.ok().says("Page précédente");
        national.get(&format!("{HERE}?q=passerelle")).await.ok().says("Tiers-lieu exemple La Passerelle imaginaire").never_says("Page suivante");
        national.get(&format!("{HERE}?q=999+000+011+00018")).await.ok().says("La Passerelle imaginaire").says("sur 1");
        national.get(&format!("{HERE}?q=999000011")).await.ok().says("La Passerelle imaginaire");
        national.get(&format!("{HERE}?a-voir=doublons")).await.ok().says("Ressemble à").says("Entreprise exemple « Réemploi » fictif").says("sur 2");
        national.get(&format!("{HERE}?a-voir=sans-identifiant&q=passerelle")).await.ok().says("Rien ne correspond à ces filtres");
        national.get(&format!("{HERE}?a-voir=magie&apres=x")).await.ok().says("n'a pas de valeur « magie »");
        // An organisation that was merged is nowhere but in the merges.
        national.get(&format!("{HERE}?q=guichet")).await.ok().says("sur 1").never_says("d'usagers du guichet");
        national.get("/administration/fusions").await.ok().says("Association exemple d'usagers du guichet");
    }

    async fn the_same_legal_entity_is_a_likely_duplicate(town: Town) {
        let mut national = town.as_("equipe-nationale").await;
        national.submit(&format!("{HERE}/nouvelle"), &with("siret", "999 000 011 00026")).await.ok().says("La structure est enregistrée.");
        national.get(&format!("{HERE}?a-voir=doublons")).await.ok().says("Ressourcerie d'essai").says("La Passerelle imaginaire");
    }

    async fn an_organisation_is_entered_and_each_fault_stands_beside_its_field(town: Town) {
        let mut national = town.as_("equipe-nationale").await;
        let place = format!("{HERE}/nouvelle");
        let before = town.acts().await;
        for (field, value, said) in [
            ("name", "", "Remplissez ce champ."),
            ("kind", "magie", "Choisissez une réponse dans la liste."),
            ("siret", "123", "14 chiffres ; celui-ci en compte 3"),
            ("siret", "99900001100018", "Une autre structure porte déjà ce numéro."),
            ("rna", "x", "W suivi de 9 chiffres"),
            ("ridet", "1", "de 6 à 10 chiffres"),
            ("seat", "zzzzzz", "Aucun territoire ne répond"),
            ("website", "javascript:alert(1)", "commence par https://"),
        ] {
            let page = national.post(&place, &with(field, value)).await.is(422).says(said);
            if field != "website" { page.keeps("https://ressourcerie.exemple.invalid"); }
        }
        assert_eq!(town.acts().await, before);
        national.submit(&place, &GOOD).await.ok().says("La structure est enregistrée.").has("h1", "Ressourcerie d&#39;essai").says("La Roche-sur-Yon");
        town.get("/registre").await.ok().says("Création de la structure « Ressourcerie d'essai »");
        // The same name and seat: asked about once.
        let again: Vec<_> = with("siret", "").into_iter().map(|(name, value)| (name, if name == "rna" { "" } else { value })).collect();
        national.post(&place, &again).await.is(409).says("existe déjà").says("C'est une autre structure");
        let mut sure = again.clone();
        sure.push(("distinct", "oui"));
        national.submit(&place, &sure).await.ok().says("La structure est enregistrée.");
    }

    async fn an_identity_is_corrected_and_the_governances_show_it(town: Town) {
        let id = id_of(&town, "communaute de communes exemple de la vallee").await;
        let place = format!("{HERE}/{id}/identite");
        let mut national = town.as_("equipe-nationale").await;
        town.get("/gouvernances/reseau-exemple-vallee").await.ok().says("Communauté de communes exemple de la Vallée");
        let form = national.get(&place).await.ok().keeps("Communauté de communes exemple de la Vallée");
        let mark = form.text().split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let fields = |name: &'static str, version: &'static str| vec![("version", version), ("name", name), ("kind", "epci"), ("seat", "zone-exemple-vallee")];
        let mark: &'static str = Box::leak(mark.into_boxed_str());
        let before = town.acts().await;
        national.post(&place, &fields("", mark)).await.is(422).says("Remplissez ce champ.");
        assert_eq!(town.acts().await, before);
        national.submit(&place, &fields("Agglomération exemple de la Vallée", mark)).await.ok().says("L'identité est corrigée.");
        for page in ["/gouvernances/reseau-exemple-vallee", "/gouvernances?q=exemple", "/structures?q=agglomeration"] {
            town.get(page).await.ok().says("Agglomération exemple de la Vallée").never_says("Communauté de communes exemple");
        }
        town.get("/registre").await.ok().says("s'appelle désormais « Agglomération exemple de la Vallée »");
        // Somebody else had the form open: sees what changed, loses nothing.
        let late = national.post(&place, &fields("Métropole exemple de la Vallée", mark)).await.is(409);
        late.says("vient de corriger cette structure").says("Agglomération exemple de la Vallée").keeps("Métropole exemple de la Vallée");
    }

    async fn only_the_national_team_corrects(town: Town) {
        let id = new_organisation(&town, "Maison du numérique").await;
        for persona in ["gestionnaire", "voisin", "sans-pouvoir"] {
            let mut browser = town.as_(persona).await;
            for place in [HERE.to_owned(), format!("{HERE}/nouvelle"), format!("{HERE}/{id}/identite")] {
                browser.get(&place).await.is(403).says("Seule l'équipe nationale");
            }
            browser.post(&format!("{HERE}/{id}/identite"), &[("name", "Autre"), ("kind", "other")]).await.is(403);
        }
        town.get(HERE).await.leads_to("/connexion?suite=%2Fadministration%2Fstructures");
        town.as_("equipe-nationale").await.get(&format!("{HERE}/{}/identite", uuid::Uuid::nil())).await.is(404);
    }
}
