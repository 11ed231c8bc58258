//! Powers: who holds which, since when; giving and ending them; what an end changes for a page that is open.

use kernel::{Clock as _, time};

use crate::town::Town;

const POWERS: &str = "/gouvernances/reseau-exemple-vallee/administration/pouvoirs";

/// The identifier of the power of a persona in the example network.
async fn power_of(town: &Town, persona: &str, role: &'static str) -> String {
    let key = format!("{persona}@exemple.fictif");
    let id: uuid::Uuid = town
        .read(move |tx| {
            tx.get(
                "select w.id from power w join account a on a.person = w.person
                 where a.email_key = $1 and w.role = $2 and w.ended_at is null",
                store::params![key, role],
                |row| row.get(0),
            )
        })
        .await;
    id.to_string()
}

stories! {
    async fn managers_see_who_holds_which_power_and_since_when(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        manager.get(POWERS).await.ok().has("h1", "Qui détient quel pouvoir").says("Camille Exemple").says("Gestionnaire").says("depuis le 21 novembre 2026").says("Assemblée du réseau").never_says("@exemple.fictif");
        town.as_("secretariat").await.get(POWERS).await.ok().says("Camille Exemple").never_says("Retirer");
        town.as_("voisin").await.get(POWERS).await.is(403).says("Seuls les gestionnaires de cette gouvernance");
        town.get(POWERS).await.leads_to("/connexion?suite=%2Fgouvernances%2Freseau-exemple-vallee%2Fadministration%2Fpouvoirs");
    }

    async fn a_power_that_is_taken_away_is_gone_at_once_on_every_node(town: Town) {
        let mut animator = town.as_("co-porteuse").await;
        let mut elsewhere = town.second_node();
        let mut there = elsewhere.browser();
        there.cookies = animator.cookies.clone();
        animator.get(POWERS).await.ok();
        there.get(POWERS).await.ok();
        let id = power_of(&town, "co-porteuse", "manager").await;
        let mut manager = town.as_("gestionnaire").await;
        manager.get(&format!("{POWERS}/{id}/retirer")).await.ok().has("h1", "Retirer un pouvoir").says("Camille Exemple");
        manager.post(&format!("{POWERS}/{id}/retirer"), &[("reason", "")]).await.is(422);
        manager.submit(&format!("{POWERS}/{id}/retirer"), &[("reason", "Changement de poste")]).await.ok().says("Le pouvoir a pris fin.").never_says("Camille Exemple Cheffe de projet, co-porteuse Gestionnaire");
        animator.get(POWERS).await.is(403);
        there.get(POWERS).await.is(403);
        // Her mandate for the CCAS goes on.
        animator.get("/a-faire").await.ok().says("Représentation, titulaire");
        manager.post(&format!("{POWERS}/{id}/retirer"), &[("reason", "Encore")]).await.is(409).says("a déjà pris fin");
        // The register names the function, never the person nor the reason.
        town.get("/gouvernances/reseau-exemple-vallee/registre").await.ok().says("Pouvoir « Gestionnaire » retiré").never_says("Camille").never_says("Changement de poste");
        let _ = &mut elsewhere;
    }

    async fn nobody_removes_the_last_manager(town: Town) {
        let mut neighbour = town.as_("voisin").await;
        let id = power_of(&town, "voisin", "manager").await;
        let place = format!("/gouvernances/reseau-exemple-plateau/administration/pouvoirs/{id}/retirer");
        neighbour.post(&place, &[("reason", "Départ")]).await.is(409).says("C'est la dernière personne qui gère cette gouvernance.").keeps("Départ");
        // Not even the national team; somebody who is only invited does not count.
        let mut national = town.as_("equipe-nationale").await;
        national.post(&place, &[("reason", "Départ")]).await.is(409);
        let give = "/gouvernances/reseau-exemple-plateau/administration/pouvoirs/donner";
        national.submit(give, &[("role", "manager"), ("name", "Suite"), ("email", "suite@exemple.fr")]).await.ok();
        national.post(&place, &[("reason", "Départ")]).await.is(409);
        town.tamper("update account set state = 'active' where email_key = 'suite@exemple.fr'").await;
        national.submit(&place, &[("reason", "Départ")]).await.ok().says("Le pouvoir a pris fin.");
    }

    async fn two_managers_do_not_remove_each_other_at_once(town: Town) {
        let (one, other) = (power_of(&town, "gestionnaire", "manager").await, power_of(&town, "co-porteuse", "manager").await);
        let (mut first, mut second) = (town.as_("gestionnaire").await, town.as_("co-porteuse").await);
        let (path_other, path_one) = (format!("{POWERS}/{other}/retirer"), format!("{POWERS}/{one}/retirer"));
        let fields = [("reason", "Conflit")];
        let (a, b) = tokio::join!(first.post(&path_other, &fields), second.post(&path_one, &fields));
        let done = [a.status.as_u16(), b.status.as_u16()].iter().filter(|status| **status == 303).count();
        assert_eq!(done, 1, "{} {}", a.words(), b.words());
    }

    async fn a_mandate_ends_with_its_day_also_while_a_form_is_open(town: Town) {
        let id = power_of(&town, "animation", "representative").await;
        let mut manager = town.as_("gestionnaire").await;
        let place = format!("{POWERS}/{id}/duree");
        manager.post(&place, &[("until", "demain")]).await.is(422).says("Donnez une date").keeps("demain");
        manager.post(&place, &[("until", "01/01/2020")]).await.is(422).says("Cette date est passée");
        manager.submit(&place, &[("until", "22/11/2026")]).await.ok().says("jusqu'au 22 novembre 2026");
        let mut holder = town.as_("animation").await;
        holder.get("/a-faire").await.ok().says("finit bientôt").says("Tiers-lieu exemple La Passerelle imaginaire");
        town.clock.set(town.clock.now().plus(2 * time::DAY));
        let mut holder = town.as_("animation").await;
        holder.get("/a-faire").await.ok().never_says("Représentation, titulaire").says("Animation");
    }

    async fn a_member_that_withdraws_takes_its_mandates_along(town: Town) {
        let mut holder = town.as_("animation").await;
        holder.get("/a-faire").await.ok().says("Représentation, titulaire");
        town.tamper("update member set state = 'withdrawn' where organisation = (select id from organisation where name like 'Tiers-lieu exemple%')").await;
        holder.get("/a-faire").await.ok().never_says("Représentation, titulaire");
    }

    async fn one_gives_only_what_one_may(town: Town) {
        let give = format!("{POWERS}/donner");
        let new = |role: &'static str| [("role", role), ("name", "Qui"), ("email", "qui@exemple.fr")];
        let before = town.acts().await;
        // The national team names managers, nothing else; an animator nobody; a manager no national team.
        let mut national = town.as_("equipe-nationale").await;
        national.get(&give).await.ok().never_says("Secrétariat");
        national.post(&give, &new("secretariat")).await.is(403);
        town.as_("animation").await.post(&give, &new("secretariat")).await.is(403);
        let mut manager = town.as_("gestionnaire").await;
        for role in ["national_team", "operator", "rien", "", "animator:00000000-0000-7000-8000-000000000000", "representative:x"] {
            let status = manager.post(&give, &new(role)).await.status.as_u16();
            assert_eq!(status, 422, "{role}");
        }
        // A body of the neighbour is not in this governance.
        let body: uuid::Uuid = town.read(|tx| tx.get("select b.id from body b join governance g on g.id = b.governance where g.slug = 'reseau-exemple-plateau'", &[], |row| row.get(0))).await;
        let role = format!("animator:{body}");
        manager.post(&give, &[("role", &role), ("name", "Qui"), ("email", "qui@exemple.fr")]).await.is(422);
        assert_eq!(town.acts().await, before);
        manager.submit(&give, &new("secretariat")).await.ok();
        manager.post(&give, &new("secretariat")).await.is(409).says("détient déjà ce pouvoir").keeps("qui@exemple.fr");
    }
}
