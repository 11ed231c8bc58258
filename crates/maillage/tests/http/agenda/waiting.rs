//! What waits for an agenda: written, proposed, kept or refused, taken up, carried over.

use super::*;

stories! {
    async fn what_waits_comes_on_an_agenda_and_may_come_back(town: Town) {
        let mut alix = town.as_("animation").await;
        let points = format!("{ASSEMBLY}/points");
        alix.post(&format!("{points}/nouveau"), &[("title", ""), ("kind", "loi"), ("minutes", "-3")]).await.is(422).says("Remplissez ce champ.").says("Donnez la durée");
        alix.submit(&format!("{points}/nouveau"), &item("Une charte du bénévolat", "debate", "20")).await.ok().says("Le point est en attente.").says("Une charte du bénévolat").says("20 min");
        let id = waiting_id(&town, "Une charte du bénévolat").await;

        // Two correct it at once: the second sees what the first wrote.
        let form = alix.get(&format!("{points}/{id}")).await.ok().text();
        let version = value(&form, "version");
        let fields = |minutes: &'static str| [("version", version.as_str()), ("title", "Une charte du bénévolat"), ("kind", "debate"), ("minutes", minutes)];
        alix.submit(&format!("{points}/{id}"), &fields("25")).await.ok().says("Le point est corrigé.").says("25 min");
        let mut manager = town.as_("gestionnaire").await;
        manager.post(&format!("{points}/{id}"), &fields("40")).await.is(409).says("Quelqu'un d'autre vient de modifier ce point.").says("25").keeps("40");

        let place = planned(&mut alix, ASSEMBLY, "Réunion d’essai", "15/01/2027").await;
        alix.get(&format!("{place}/ordre-du-jour")).await.ok().says("Reprendre un point en attente");
        let inscribe = format!("{points}/{id}/inscrire");
        alix.get(&inscribe).await.ok().says("Réunion d'essai, 15 janvier 2027");
        alix.post(&inscribe, &[("meeting", "")]).await.is(422).says("Choisissez une réunion de la liste.");
        alix.post(&inscribe, &[("meeting", "00000000-0000-7000-8000-000000000000")]).await.is(422).says("Choisissez une réunion de la liste.");
        let meeting = meeting_id(&town, &place).await;
        alix.submit(&inscribe, &[("meeting", &meeting)]).await.ok().says("Le point est à l'ordre du jour.").says("Une charte du bénévolat").says("25 min");
        alix.post(&inscribe, &[("meeting", &meeting)]).await.is(409).says("il a changé entre-temps");
        alix.get(&format!("{points}?etat=inscrits")).await.ok().says("Une charte du bénévolat").says("À l'ordre du jour de Réunion d'essai");

        // Corrected there, then taken out: it waits again as it was last written.
        let agenda = alix.get(&format!("{place}/ordre-du-jour")).await.ok().text();
        let point = agenda.split("id=\"point-").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let form = alix.get(&format!("{place}/ordre-du-jour/{point}")).await.ok().text();
        alix.submit(&format!("{place}/ordre-du-jour/{point}"), &[("version", &value(&form, "version")), ("title", "Une charte des bénévoles"), ("kind", "decision"), ("minutes", "30")]).await.ok();
        alix.submit(&format!("{place}/ordre-du-jour/{point}/place"), &[("acte", "retirer")]).await.ok().says("Le point est retiré.");
        alix.get(&points).await.ok().says("Une charte des bénévoles").says("30 min").says("Décision");

        alix.submit(&format!("{points}/{id}/etat"), &[("acte", "retirer")]).await.ok().says("Le point est retiré.").never_says("Une charte");
        alix.post(&format!("{points}/{id}/etat"), &[("acte", "retirer")]).await.is(409);
        alix.submit(&format!("{points}/{id}/etat"), &[("acte", "reprendre")]).await.ok().says("de nouveau en attente").says("Une charte des bénévoles");

        // Several at once from the agenda.
        alix.submit(&format!("{points}/nouveau"), &item("Un second point", "information", "5")).await.ok();
        let take = format!("{place}/ordre-du-jour/points");
        alix.post(&take, &[]).await.is(422).says("Cochez au moins un point.");
        let second = waiting_id(&town, "Un second point").await;
        alix.submit(&take, &[("points", &id), ("points", &second)]).await.ok().says("2 points sont repris.");
        let mut taken = order(&town, &place).await;
        taken.sort();
        assert_eq!(taken, ["Un second point", "Une charte des bénévoles"]);
        register_hides(&town, &["charte", "Un second point"]).await;
    }

    async fn a_member_proposes_and_is_told_what_becomes_of_it(town: Town) {
        let mut sacha = town.as_("suppleance").await;
        let points = format!("{ASSEMBLY}/points");
        sacha.get(ASSEMBLY).await.ok().says("Points en attente");
        sacha.post(&format!("{points}/proposer"), &item("", "debate", "10")).await.is(422).says("Remplissez ce champ.");
        for title in ["Ouvrir le samedi", "Prêter des ordinateurs", "Fermer le lundi"] {
            sacha.submit(&format!("{points}/proposer"), &item(title, "debate", "10")).await.ok().says("Votre proposition est envoyée.").says(title).says("Proposé");
        }
        let mut camille_as_member = town.as_("suppleance").await;
        camille_as_member.get(&points).await.ok().never_says("Ouvrir le samedi");
        let mut alix = town.as_("animation").await;
        alix.get("/a-faire").await.ok().says("Examiner les points proposés : Assemblée du réseau").says("4 propositions attendent");
        alix.get(&format!("{points}?etat=propositions")).await.ok().says("Ouvrir le samedi").says("Proposé par Tiers-lieu");
        let (one, two, three) = (waiting_id(&town, "Ouvrir le samedi").await, waiting_id(&town, "Prêter des ordinateurs").await, waiting_id(&town, "Fermer le lundi").await);

        // Those who animate do not rewrite what a member says, nor take it out without a reason.
        alix.post(&format!("{points}/{one}"), &[("version", "1"), ("title", "Autre"), ("kind", "debate"), ("minutes", "5")]).await.is(409).says("on ne le corrige pas ici");
        alix.post(&format!("{points}/{one}/etat"), &[("acte", "retirer")]).await.is(409).says("avec un motif");
        alix.submit(&format!("{points}/{one}/etat"), &[("acte", "garder")]).await.ok().says("gardée en attente").says("Ouvrir le samedi");
        alix.post(&format!("{points}/{two}/refuser"), &[("reason", " ")]).await.is(422);
        alix.submit(&format!("{points}/{two}/refuser"), &[("reason", "Le conseil l’a déjà décidé.")]).await.ok().says("La proposition est refusée");
        alix.post(&format!("{points}/{two}/refuser"), &[("reason", "Encore")]).await.is(409);
        let told = news(&town, "Votre proposition").await;
        assert!(told.iter().any(|text| text.contains("elle attend un prochain ordre du jour")) && told.iter().any(|text| text.contains("Le conseil l’a déjà décidé.")), "{told:?}");
        // Both who represent the third place are told, each of both.
        assert_eq!(told.len(), 4, "{told:?}");
        sacha.get(&format!("{points}?etat=propositions")).await.ok().says("Non retenu").says("Motif : Le conseil l’a déjà décidé.").says("En attente");

        // One's own proposal is taken back; another's is not there.
        let mut camille = town.as_("co-porteuse").await;
        camille.post(&format!("{points}/{three}/renoncer"), &[]).await.is(404);
        sacha.submit(&format!("{points}/{three}/renoncer"), &[]).await.ok().says("renonce à cette proposition");
        sacha.post(&format!("{points}/{three}/renoncer"), &[]).await.is(409);
        alix.post(&format!("{points}/{three}/etat"), &[("acte", "reprendre")]).await.is(409).says("y a renoncé");

        // Straight from the proposal to an agenda, which names who proposed.
        sacha.submit(&format!("{points}/proposer"), &item("Une place pour les jeunes", "debate", "10")).await.ok();
        let place = planned(&mut alix, ASSEMBLY, "Réunion d’essai", "15/01/2027").await;
        let four = waiting_id(&town, "Une place pour les jeunes").await;
        alix.submit(&format!("{points}/{four}/inscrire"), &[("meeting", &meeting_id(&town, &place).await)]).await.ok().says("Proposé par Tiers-lieu");
        assert!(news(&town, "Votre proposition : Une place").await[0].contains("retenue pour une réunion en préparation"));
        // The draft is nobody else's: the member sees that it was kept, not for when.
        sacha.get(&format!("{points}?etat=propositions")).await.ok().says("À l'ordre du jour").never_says("Réunion d'essai");
        sacha.get(&format!("{points}?etat=inscrits")).await.ok().never_says("Une place pour les jeunes");
        alix.submit(&format!("{place}/convocation"), &[]).await.ok();
        sacha.get(&format!("{points}?etat=propositions")).await.ok().says("À l'ordre du jour de Réunion d'essai");
        sacha.get(&place).await.ok().says("Proposé par Tiers-lieu").says("Proposer un point");
        town.get(&place).await.ok().says("Une place pour les jeunes").never_says("Proposer un point");
        register_hides(&town, &["Ouvrir le samedi", "Prêter", "Fermer le lundi", "déjà décidé"]).await;
    }

    async fn the_secretariat_proposes_for_somebody_who_asked(town: Town) {
        let mut claude = town.as_("secretariat").await;
        let propose = format!("{ASSEMBLY}/points/proposer");
        let form = claude.get(&propose).await.ok().says("Qui vous l'a demandé").says("Sacha Exemple").text();
        claude.post(&propose, &item("Demandé par téléphone", "debate", "10")).await.is(422).says("Choisissez la personne qui vous l'a demandé.");
        let power = form.split("name=\"asked\"").nth(1).unwrap().split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let fields = [("asked", power.as_str()), ("how", "phone"), ("title", "Demandé par téléphone"), ("kind", "debate"), ("minutes", "10")];
        claude.submit(&propose, &fields).await.ok().says("Votre proposition est envoyée.").says("Demandé par téléphone");
        let told: String = town.read(|tx| tx.get("select summary from register where act = 'waiting.proposed' order by seq desc limit 1", &[], |row| row.get(0))).await;
        assert!(told.contains("(secrétariat, à la demande de la structure)") && !told.contains("téléphone"), "{told}");
    }

    async fn what_waits_is_for_those_who_animate_or_sit_there(town: Town) {
        let points = format!("{COLLEGE}/points");
        let mut manager = town.as_("gestionnaire").await;
        manager.submit(&format!("{points}/nouveau"), &item("Entre nous", "debate", "10")).await.ok();
        let id = waiting_id(&town, "Entre nous").await;
        town.get(&points).await.is(303);
        for other in ["voisin", "sans-pouvoir", "equipe-nationale", "financement", "region"] {
            let mut other = town.as_(other).await;
            for path in [points.clone(), format!("{points}/proposer")] {
                other.get(&path).await.is(404);
            }
            other.post(&format!("{points}/proposer"), &item("Intrus", "debate", "5")).await.is(404);
            for path in ["nouveau", &id, &format!("{id}/inscrire"), &format!("{id}/refuser"), &format!("{id}/reponse"), "modele"] {
                other.get(&format!("{points}/{path}")).await.is(403);
            }
        }
        // Who animates another body sits here for its own organisation: reads, and changes nothing.
        let mut alix = town.as_("animation").await;
        alix.get(&points).await.ok().says("Entre nous").says("Proposer un point").never_says("Corriger");
        alix.get(&format!("{points}/{id}")).await.is(403);
        alix.post(&format!("{points}/{id}/etat"), &[("acte", "retirer")]).await.is(403);
        // An item of one body is none of another, whoever manages both.
        manager.get(&format!("{ASSEMBLY}/points/{id}")).await.is(404);
        manager.post(&format!("{ASSEMBLY}/points/{id}/etat"), &[("acte", "retirer")]).await.is(404);
        // A meeting of another body takes nothing of this one.
        let place = planned(&mut manager, ASSEMBLY, "Ailleurs", "15/01/2027").await;
        let meeting = meeting_id(&town, &place).await;
        manager.post(&format!("{points}/{id}/inscrire"), &[("meeting", &meeting)]).await.is(422).says("Choisissez une réunion de cette instance.");
        assert!(order(&town, &place).await.is_empty());
    }

    async fn what_was_not_treated_is_carried_over_with_its_history(town: Town) {
        let mut alix = town.as_("animation").await;
        let points = format!("{ASSEMBLY}/points");
        let first = planned(&mut alix, ASSEMBLY, "Première", "15/01/2027").await;
        let item = add(&mut alix, &first, "Le local commun").await;
        let other = add(&mut alix, &first, "Les horaires").await;
        let report = |place: &str, item: &str| format!("{place}/ordre-du-jour/{item}/report");
        alix.submit(&format!("{first}/convocation"), &[]).await.ok();
        alix.post(&report(&first, &item), &[("meeting", "attente")]).await.is(409).says("en séance, ou après");
        hold(&mut alix, &first).await;
        let second = planned(&mut alix, ASSEMBLY, "Deuxième", "15/02/2027").await;
        alix.get(&report(&first, &item)).await.ok().says("Deuxième, 15 février 2027").says("Parmi les points en attente");
        alix.post(&report(&first, &item), &[("meeting", "ailleurs")]).await.is(422).says("Choisissez une réunion de la liste.");
        let next = meeting_id(&town, &second).await;
        alix.submit(&report(&first, &item), &[("meeting", &next)]).await.ok().says("Le point est reporté.").says("Le local commun").says("Déjà à l'ordre du jour le 15 janvier 2027 (reporté)");
        alix.post(&report(&first, &item), &[("meeting", "attente")]).await.is(409).says("Ce point est déjà reporté.");
        alix.submit(&report(&first, &other), &[("meeting", "attente")]).await.ok().says("Les horaires").says("Déjà à l'ordre du jour le 15 janvier 2027 (reporté)");

        // A second time, during the session: two earlier meetings are told.
        alix.submit(&format!("{second}/convocation"), &[]).await.ok();
        town.get(&second).await.ok().says("Déjà à l'ordre du jour le 15 janvier 2027 (reporté)");
        alix.submit(&format!("{second}/ouvrir"), &[]).await.ok();
        let again = alix.get(&format!("{second}/ordre-du-jour")).await.ok().text();
        let again = again.split("id=\"point-").nth(1).unwrap().split('"').next().unwrap().to_owned();
        alix.submit(&report(&second, &again), &[("meeting", "attente")]).await.ok().says("15 février 2027 (reporté)").says("15 janvier 2027 (reporté)");
        // What lives on elsewhere stays where it came from.
        alix.post(&format!("{second}/ordre-du-jour/{again}/place"), &[("acte", "retirer")]).await.is(409).says("a été reporté ou transmis");
        alix.get(&format!("{points}?etat=termines")).await.ok().says("Reporté");

        // What is on the agenda of a session that is closed is done with.
        let third = planned(&mut alix, ASSEMBLY, "Troisième", "15/03/2027").await;
        let waits = waiting_id(&town, "Les horaires").await;
        alix.submit(&format!("{points}/{waits}/inscrire"), &[("meeting", &meeting_id(&town, &third).await)]).await.ok();
        hold(&mut alix, &third).await;
        alix.get(&format!("{points}?etat=termines")).await.ok().says("Les horaires").says("Traité");
    }

    async fn the_items_of_a_cancelled_meeting_wait_again(town: Town) {
        let (mut alix, mut sacha) = (town.as_("animation").await, town.as_("suppleance").await);
        let points = format!("{ASSEMBLY}/points");
        sacha.submit(&format!("{points}/proposer"), &item("Un point proposé", "debate", "10")).await.ok();
        let place = planned(&mut alix, ASSEMBLY, "Annulée", "15/01/2027").await;
        let id = waiting_id(&town, "Un point proposé").await;
        alix.submit(&format!("{points}/{id}/inscrire"), &[("meeting", &meeting_id(&town, &place).await)]).await.ok();
        let written = add(&mut alix, &place, "Un point écrit là").await;
        alix.submit(&format!("{place}/convocation"), &[]).await.ok();
        alix.submit(&format!("{place}/annuler"), &[("reason", "Salle fermée")]).await.ok();
        alix.get(&points).await.ok().says("Un point proposé").says("Déjà à l'ordre du jour le 15 janvier 2027 (réunion annulée)").never_says("Un point écrit là");
        // Whoever proposed it follows it.
        sacha.get(&format!("{points}?etat=propositions")).await.ok().says("Un point proposé").says("En attente");
        alix.get(&place).await.ok().says("Reporter ou transmettre un point");
        alix.submit(&format!("{place}/ordre-du-jour/{written}/report"), &[("meeting", "attente")]).await.ok().says("Un point écrit là");
        // Of a draft that is given up nothing shows.
        let draft = planned(&mut alix, ASSEMBLY, "Brouillon", "15/02/2027").await;
        alix.submit(&format!("{points}/{}/inscrire", waiting_id(&town, "Un point écrit là").await), &[("meeting", &meeting_id(&town, &draft).await)]).await.ok();
        alix.submit(&format!("{draft}/annuler"), &[("reason", "Trop tôt")]).await.ok();
        alix.get(&points).await.ok().says("Un point écrit là").never_says("15 février");
    }

    async fn a_proposal_follows_its_member_and_its_number_is_bounded(town: Town) {
        let mut sacha = town.as_("suppleance").await;
        let propose = format!("{ASSEMBLY}/points/proposer");
        for number in 1..=20 {
            sacha.post(&propose, &item(&format!("Point {number}"), "debate", "10")).await.is(303);
        }
        sacha.post(&propose, &item("De trop", "debate", "10")).await.is(409).says("20 propositions de votre structure attendent déjà").keeps("De trop");
        town.clock.set(kernel::Clock::now(town.clock.as_ref()).plus(time::DAY));
    }
}
