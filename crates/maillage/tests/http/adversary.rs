//! What nobody should be able to do: by a second click, by an address of elsewhere, by what is typed.

use kernel::Clock as _;
use kernel::time::HOUR;

use crate::administration::{send_with_file, value_of};
use crate::town::Town;

const VALLEY: &str = "/gouvernances/reseau-exemple-vallee";

fn within(place: &str) -> String {
    format!("{VALLEY}/administration/{place}")
}

/// The power of a persona on the network of the valley, or on the platform.
async fn power(town: &Town, persona: &str, role: &'static str) -> String {
    let key = format!("{persona}@exemple.fictif");
    let id: uuid::Uuid = town
        .read(move |tx| {
            tx.get(
                "select w.id from power w join account a on a.person = w.person where a.email_key = $1 and w.role = $2",
                store::params![key, role],
                |row| row.get(0),
            )
        })
        .await;
    id.to_string()
}

stories! {
    async fn a_second_click_does_nothing_twice(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let text = [("kind", "charter"), ("title", "Charte d'essai"), ("text", "Bien accueillir."), ("signed_on", "2026")];
        let new = within("conventions/nouvelle");
        send_with_file(&mut manager, &new, &text, None).await.is(303);
        let again = [("kind", "charter"), ("title", "CHARTE d'essai"), ("text", "Bien accueillir."), ("signed_on", "2026")];
        send_with_file(&mut manager, &new, &again, None).await.is(422).says("déjà enregistré à cette date");
        let next = [("kind", "charter"), ("title", "Charte d'essai"), ("text", "Bien accueillir."), ("signed_on", "2025")];
        send_with_file(&mut manager, &new, &next, None).await.is(303);

        let give = within("instances/assemblee-du-reseau/sieges/donner");
        let seat = |mandate: &'static str| [("sent", "oui"), ("function", "Sous-préfète"), ("seats", "1"), ("mandate", mandate)];
        manager.submit(&give, &seat("political")).await.ok().says("Le siège est donné");
        manager.post(&give, &seat("political")).await.is(409).says("Ce siège est déjà donné").keeps("Sous-préfète");
        manager.submit(&give, &seat("technical")).await.ok();

        let end = manager.get(&within("mandats")).await.ok().links().into_iter().find(|link| link.ends_with("/terminer")).unwrap();
        manager.submit(&end, &[("until", "")]).await.ok();
        manager.post(&end, &[("until", "")]).await.is(409).says("déjà notée à cette date");

        let lasts = within(&format!("pouvoirs/{}/duree", power(&town, "secretariat", "secretariat").await));
        manager.submit(&lasts, &[("until", "31/12/2027")]).await.ok();
        let before = town.acts().await;
        manager.submit(&lasts, &[("until", "31/12/2027")]).await.ok();
        assert_eq!(town.acts().await, before, "nothing has changed, nothing is said");
    }

    async fn the_last_who_can_act_cannot_be_removed_nor_cut_short(town: Town) {
        let mut national = town.as_("equipe-nationale").await;
        let own = format!("/administration/pouvoirs/{}/retirer", power(&town, "equipe-nationale", "national_team").await);
        national.post(&own, &[("reason", "Départ")]).await.is(409).says("dernière personne de l'équipe nationale").keeps("Départ");
        national.post("/compte/suppression", &[("word", "SUPPRIMER")]).await.is(409).says("dernière personne de l'équipe nationale");

        let mut neighbour = town.as_("voisin").await;
        let manager = power(&town, "voisin", "manager").await;
        let lasts = format!("/gouvernances/reseau-exemple-plateau/administration/pouvoirs/{manager}/duree");
        neighbour.post(&lasts, &[("until", "22/11/2026")]).await.is(409).says("dernière personne qui gère").keeps("22/11/2026");
        // Where there are two, one may have an end, and then the other may not.
        let mut first = town.as_("gestionnaire").await;
        let of = |id: &str| within(&format!("pouvoirs/{id}/duree"));
        first.submit(&of(&power(&town, "co-porteuse", "manager").await), &[("until", "31/12/2026")]).await.ok();
    }

    async fn what_has_ended_takes_neither_power_nor_seat(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let close = within("instances/college-des-structures/clore");
        manager.submit(&close, &[("on", ""), ("reason", "Réforme")]).await.ok();
        let body: uuid::Uuid = town.read(|tx| tx.get("select id from body where slug = 'college-des-structures'", &[], |row| row.get(0))).await;
        let role = format!("animator:{body}");
        let before = town.acts().await;
        let fields = [("role", role.as_str()), ("name", "Qui"), ("email", "qui@exemple.fr")];
        manager.post(&within("pouvoirs/donner"), &fields).await.is(409).says("a pris fin").keeps("qui@exemple.fr");
        let give = within("instances/college-des-structures/sieges/donner");
        manager.post(&give, &[("function", "Maire"), ("seats", "1")]).await.is(409).says("a pris fin");
        assert_eq!(town.acts().await, before);
        let accounts: i64 = town.read(|tx| tx.get("select count(*) from account where email_key = 'qui@exemple.fr'", &[], |row| row.get(0))).await;
        assert_eq!(accounts, 0, "the invitation went without the power");
    }

    async fn long_strange_and_old_things_are_told_beside_their_field(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let college = within("membres/colleges/nouveau");
        let long = "é".repeat(300);
        manager.post(&college, &[("name", &long)]).await.is(422).says("raccourcissez-le à 200").keeps(&long);
        // Right-to-left text and emoji are text; what turns the text around unseen is taken out.
        manager.submit(&college, &[("name", "مجموعة 🌿 \u{202E}inversé")]).await.ok().says("مجموعة 🌿 inversé");
        let body = within("instances/nouvelle");
        let number = [("name", "Comité"), ("form", "committee"), ("voting_rule", "one_per_structure"), ("meetings_min", "9223372036854775807")];
        manager.post(&body, &number).await.is(422).says("de 0 à 366");
        let seats = [("function", "Maire"), ("seats", "9223372036854775808")];
        manager.post(&within("instances/assemblee-du-reseau/sieges/donner"), &seats).await.is(422).says("de 1 à 500");
        for (place, fields) in [
            ("mandats/donner", [("represented", "x"), ("since", "12/03/1900")]),
            ("etat", [("state", "suspended"), ("since", "1900")]),
            ("conventions/nouvelle", [("title", "x"), ("signed_on", "01/1900")]),
            ("pouvoirs/donner", [("role", "manager"), ("until", "1900")]),
        ] {
            let typed = fields[1].1;
            manager.post(&within(place), &fields).await.is(422).says("L'année 1900 n'est pas possible ici").keeps(typed);
        }
    }

    async fn a_file_beyond_all_limits_is_refused_on_a_page(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let before = town.acts().await;
        let mut content = b"%PDF-1.7\n".to_vec();
        content.resize(70 << 20, b' ');
        let fields = [("kind", "charter"), ("title", "Essai"), ("text", "")];
        let reply = send_with_file(&mut manager, &within("conventions/nouvelle"), &fields, Some(("gros.pdf", &content))).await;
        assert!(reply.status.is_client_error(), "{}", reply.status);
        reply.says("trop volumineux").says("Rien n'a été enregistré");
        assert_eq!(town.acts().await, before);
    }

    async fn two_at_once_on_one_text_and_one_seat(town: Town) {
        let (mut one, mut other) = (town.as_("gestionnaire").await, town.as_("co-porteuse").await);
        let path = one.get(&within("conventions")).await.ok().links().into_iter().find(|link| link.ends_with("/modifier")).unwrap();
        let version = value_of(&one.get(&path).await.ok(), "version");
        let fields = |title| [("version", version.as_str()), ("kind", "charter"), ("title", title), ("text", "Un"), ("reason", "Faute")];
        let (a, b) = (fields("De l'une"), fields("De l'autre"));
        let (a, b) = tokio::join!(send_with_file(&mut one, &path, &a, None), send_with_file(&mut other, &path, &b, None));
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409], "{} {}", a.words(), b.words());

        let give = within("instances/assemblee-du-reseau/sieges/donner");
        let seat = [("sent", "oui"), ("function", "Préfet"), ("seats", "1"), ("chair", "chair")];
        let (a, b) = tokio::join!(one.post(&give, &seat), other.post(&give, &seat));
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409], "{} {}", a.words(), b.words());
    }

    async fn a_person_of_another_governance_finds_no_door(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let mut links = Vec::new();
        for page in ["membres", "mandats", "conventions", "instances", "pouvoirs", "instances/assemblee-du-reseau/sieges"] {
            links.extend(manager.get(&within(page)).await.ok().links().into_iter().filter(|link| link.starts_with(&within(""))));
        }
        links.sort();
        links.dedup();
        assert!(links.len() > 30, "{}", links.len());
        let mut neighbour = town.as_("voisin").await;
        let before = town.acts().await;
        for link in links {
            neighbour.get(&link).await.is(403);
            // The same thing under the own governance is nothing; lists and empty forms are the own ones.
            let own = link.replace("vallee", "plateau");
            let reply = neighbour.get(&own).await;
            if !own.contains("-7") || own.contains('?') {
                continue;
            }
            reply.is(404);
            let reply = neighbour.post(&own, &[("reason", "x"), ("until", "")]).await;
            assert!(matches!(reply.status.as_u16(), 404 | 405), "{own}: {} {}", reply.status, reply.words());
        }
        assert_eq!(town.acts().await, before);
    }

    async fn a_deputy_whose_mandate_ends_in_the_night_acts_no_more(town: Town) {
        let member: uuid::Uuid = town.read(|tx| tx.get(
            "select w.member from power w join account a on a.person = w.person where a.email_key = 'suppleance@exemple.fictif' and w.role = 'deputy'",
            &[], |row| row.get(0))).await;
        let change = format!("{VALLEY}/membres/{member}/notre-structure/implication");
        let lasts = within(&format!("pouvoirs/{}/duree", power(&town, "suppleance", "deputy").await));
        town.as_("gestionnaire").await.submit(&lasts, &[("until", "21/11/2026")]).await.ok();
        let mut deputy = town.as_("suppleance").await;
        deputy.get(&change).await.ok();
        // Still there shortly before midnight in Paris; the form is sent after it, in the same session.
        town.clock.set(town.clock.now().plus(11 * HOUR));
        deputy.get(&change).await.ok();
        town.clock.set(town.clock.now().plus(2 * HOUR));
        let before = town.acts().await;
        deputy.post(&change, &[("involvement", "leads")]).await.is(403).says("Seules les personnes qui représentent cette structure");
        assert_eq!(town.acts().await, before);
        deputy.get("/a-faire").await.ok().never_says("suppléance");
    }
}
