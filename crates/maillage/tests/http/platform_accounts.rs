//! The platform's administration of accounts: who has one, closing it, inviting again; for those entitled alone.

use kernel::{Clock as _, time};

use crate::town::Town;

const HERE: &str = "/administration/comptes";

async fn account(town: &Town, key: &'static str) -> String {
    let id: uuid::Uuid = town
        .read(move |tx| {
            tx.get("select person from account where email_key = $1", store::params![key], |row| row.get(0))
        })
        .await;
    format!("{HERE}/{id}")
}

stories! {
    async fn accounts_are_found_by_name_address_and_state(town: Town) {
        let mut national = town.as_("equipe-nationale").await;
        national.get("/administration").await.ok().says("Comptes : chercher");
        national.get(HERE).await.ok().says("Dominique Exemple").says("gestionnaire@exemple.fictif").says("Gestionnaire, Réseau exemple de la Vallée (fictif)")
            .says("Dernière connexion").says("Aucune");
        national.get(&format!("{HERE}?q=DOMINIQUE")).await.ok().says("Dominique Exemple").never_says("Camille Exemple");
        national.get(&format!("{HERE}?q=co-porteuse@exemple.fictif")).await.ok().says("Camille Exemple").never_says("Dominique Exemple");
        national.get(&format!("{HERE}?etat=invited")).await.ok().says("Aucun compte ne correspond");
        national.get(&format!("{HERE}?etat=magie")).await.ok().says("n'a pas de valeur « magie »");
        national.get(&format!("{HERE}?q=zzzzzz")).await.ok().says("Aucun compte ne correspond");
        // Nothing of it is for others.
        for persona in ["gestionnaire", "hub", "sans-pouvoir"] {
            let mut browser = town.as_(persona).await;
            browser.get(HERE).await.is(403).never_says("@exemple.fictif");
            let one = account(&town, "voisin@exemple.fictif").await;
            browser.get(&one).await.is(403).never_says("Morgan");
            browser.post(&format!("{one}/fermer"), &[("reason", "Non")]).await.is(403);
            browser.post(&format!("{one}/inviter"), &[]).await.is(403);
        }
        town.get(HERE).await.leads_to("/connexion?suite=%2Fadministration%2Fcomptes");
        let answer = national.get(HERE).await.ok();
        assert_eq!(answer.header("cache-control"), "private, no-store");
    }

    async fn a_long_list_has_pages_in_both_directions(town: Town) {
        town.act(&kernel::Who::operator(), |ctx, tx| {
            for number in 0..120 {
                let invitation = directory::accounts::acts::Invitation {
                    email: format!("essai-{number:03}@exemple.fr"),
                    name: format!("Essai {number:03}"),
                    ..Default::default()
                };
                directory::accounts::acts::invite(ctx, tx, "http://localhost", &invitation)?;
            }
            Ok(())
        }).await.unwrap();
        let mut national = town.as_("equipe-nationale").await;
        let (mut path, mut seen, mut pages) = (format!("{HERE}?q=essai"), std::collections::BTreeSet::new(), 0);
        loop {
            let page = national.get(&path).await.ok();
            seen.extend(page.words().split_whitespace().filter(|word| word.starts_with("essai-")).map(ToOwned::to_owned));
            pages += 1;
            match page.links().into_iter().find(|link| link.contains("apres=")) {
                Some(next) => path = next,
                None => break,
            }
        }
        assert_eq!((seen.len(), pages), (120, 3));
        let last = national.get(&path).await.ok();
        let back = last.links().into_iter().find(|link| link.contains("avant=")).unwrap();
        national.get(&back).await.ok().says("essai-050@exemple.fr").says("essai-099@exemple.fr").says("Page précédente").says("Page suivante");
    }

    async fn an_account_is_closed_with_its_powers(town: Town) {
        let mut neighbour = town.as_("hub").await;
        neighbour.get("/a-faire").await.ok();
        let mut national = town.as_("equipe-nationale").await;
        let one = account(&town, "hub@exemple.fictif").await;
        national.get(&one).await.ok().has("h1", "Compte de Lou Exemple").says("Hub territorial").says("Fermer ce compte").never_says("Envoyer l'invitation");
        let before = town.acts().await;
        national.post(&format!("{one}/fermer"), &[("reason", "")]).await.is(422).says("Remplissez ce champ.");
        assert_eq!(town.acts().await, before);
        national.submit(&format!("{one}/fermer"), &[("reason", "A quitté ses fonctions")]).await.ok().says("Le compte est fermé.").says("Aucun pouvoir en cours");
        neighbour.get("/a-faire").await.is(303);
        town.get("/registre").await.ok().says("Fermeture d'un compte par l'équipe nationale").never_says("Lou Exemple").never_says("A quitté");
        national.get("/administration/courriels").await.ok().says("Votre compte est fermé");
        national.get(&format!("{one}/fermer")).await.is(409).says("déjà fermé");
        national.post(&format!("{one}/fermer"), &[("reason", "Encore")]).await.is(409).says("déjà fermé");
        // Nobody closes the last manager of a governance, nor oneself.
        let last = account(&town, "voisin@exemple.fictif").await;
        national.post(&format!("{last}/fermer"), &[("reason", "Non")]).await.is(409).says("C'est la dernière personne qui gère");
        let own = account(&town, "equipe-nationale@exemple.fictif").await;
        national.post(&format!("{own}/fermer"), &[("reason", "Moi")]).await.is(409).says("C'est votre propre compte");
        town.as_("voisin").await.get("/a-faire").await.ok();
    }

    async fn an_invitation_is_sent_again_and_the_former_link_is_worth_nothing(town: Town) {
        let mut national = town.as_("equipe-nationale").await;
        national.submit("/administration/inviter", &[("role", "operator"), ("name", "Exploitante"), ("email", "qui@exemple.fr")]).await.ok();
        let links = || async { town.read(|tx| tx.query("select text from outbox order by queued_at, id", &[], |row| row.get::<Option<String>>(0))).await };
        let one = account(&town, "qui@exemple.fr").await;
        national.get(&one).await.ok().says("Envoyer l'invitation de nouveau").says("Exploitation");
        national.post(&format!("{one}/inviter"), &[]).await.is(409).says("attendez cinq minutes");
        town.clock.set(town.clock.now().plus(6 * time::MINUTE));
        national.submit(&format!("{one}/inviter"), &[]).await.ok().says("L'invitation part de nouveau");
        let mails = links().await;
        assert_eq!(mails.len(), 2);
        let key = |text: &Option<String>| text.as_ref().unwrap().split("cle=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
        town.get(&format!("/invitation?cle={}", key(&mails[0]))).await.is(409);
        town.get(&format!("/invitation?cle={}", key(&mails[1]))).await.ok();
        let active = account(&town, "hub@exemple.fictif").await;
        national.post(&format!("{active}/inviter"), &[]).await.is(409).says("n'attend pas d'invitation");
        town.get("/registre").await.ok().says("Invitation envoyée de nouveau").never_says("Exploitante");
    }
}
