//! Agreements: a new one with its text or its PDF, signatures expected, signatures received.

use super::{VALLEE, last_act, send_with_file, value_of};
use crate::town::Town;

const PDF: &[u8] = b"%PDF-1.7\nUne charte.\n%%EOF";

fn conventions() -> String {
    format!("{VALLEE}/administration/conventions")
}

/// The organisation of an admitted member of the network, by the beginning of its name.
async fn member(town: &Town, beginning: &'static str) -> String {
    town.read(move |tx| {
        let head = governance::governances::store::head_by_slug(tx, "reseau-exemple-vallee")?.unwrap();
        let members = governance::members::store::list(tx, head.id, &Default::default())?;
        let found = members.iter().find(|member| member.name.starts_with(beginning));
        Ok(found
            .unwrap_or_else(|| panic!("{:?}", members.iter().map(|m| &m.name).collect::<Vec<_>>()))
            .organisation
            .to_string())
    })
    .await
}

stories! {
    async fn a_charter_is_entered_with_its_pdf_and_its_signatories(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let page = manager.get(&conventions()).await.ok().says("Charte exemple du réseau de la Vallée");
        page.says("Attendue").says("depuis le 21 novembre 2026");
        let (new, one) = (format!("{}/nouvelle", conventions()), member(&town, "").await);
        manager.get(&new).await.ok().says("Signatures attendues");
        let fields = [
            ("kind", "agreement"), ("title", "Convention d'essai"), ("text", ""), ("commitments", "S'entraider\nSe voir"),
            ("signed_on", "12/03/2026"), ("ends_on", ""), ("signatory", one.as_str()),
        ];
        let reply = send_with_file(&mut manager, &new, &fields, Some(("Convention signée.pdf", PDF))).await.is(303);
        let list = reply.header("location").to_owned();
        manager.get(&list).await.ok().says("Le texte est enregistré.").says("Convention d'essai").says("1 signature manque");
        let page = town.get(&format!("{VALLEE}/conventions")).await.ok();
        page.says("Convention signée.pdf").says("Se voir").says("12 mars 2026");
        assert!(last_act(&town).await.contains("attendue à la signature"));
    }

    async fn what_cannot_be_taken_is_told_and_nothing_is_kept(town: Town) {
        let (mut manager, before) = (town.as_("gestionnaire").await, town.acts().await);
        let new = format!("{}/nouvelle", conventions());
        let fields = |title| [("kind", "agreement"), ("title", title), ("text", "")];
        let page = send_with_file(&mut manager, &new, &fields("Essai"), Some(("virus.pdf", b"MZ\x90\x00 not a pdf"))).await;
        let page = page.is(422).says("Ce fichier n'est pas un PDF.");
        assert!(page.text().contains("value=\"Essai\""), "what was typed is kept");
        let mut large = PDF.to_vec();
        large.resize((40 << 20) + 1, b' ');
        send_with_file(&mut manager, &new, &fields("Essai"), Some(("gros.pdf", &large))).await.is(422).says("40 Mo au plus");
        let page = send_with_file(&mut manager, &new, &fields(""), None).await.is(422);
        page.says("Donnez le titre du texte.").says("Écrivez le texte, ou joignez son PDF.");
        let backwards = [("kind", "charter"), ("title", "Essai"), ("text", "Un"), ("signed_on", "2026"), ("ends_on", "2025")];
        send_with_file(&mut manager, &new, &backwards, None).await.is(422).says("ne peut pas précéder");
        let strange = [("kind", "traite"), ("title", "Essai"), ("text", "Un"), ("signed_on", "hier")];
        send_with_file(&mut manager, &new, &strange, None).await.is(422).says("Choisissez une réponse").says("Donnez une date");
        assert_eq!(town.acts().await, before);
        let kept: i64 = town.read(|tx| tx.get("select count(*) from file", &[], |row| row.get(0))).await;
        assert_eq!(kept, 0);
        for (who, status) in [("voisin", 403), ("secretariat", 403)] {
            let mut other = town.as_(who).await;
            other.get(&conventions()).await.is(status);
            send_with_file(&mut other, &new, &fields("Essai"), Some(("a.pdf", PDF))).await.is(status);
        }
        town.get(&conventions()).await.is(303);
    }

    async fn signatures_are_expected_then_received(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let new = format!("{}/nouvelle", conventions());
        let fields = [("kind", "charter"), ("title", "Charte d'essai"), ("text", "Bien accueillir.")];
        send_with_file(&mut manager, &new, &fields, None).await.is(303);
        let links = manager.get(&conventions()).await.ok().links();
        let expect = links.iter().rfind(|link| link.ends_with("/signataires/nouveau")).unwrap().clone();
        let one = member(&town, "").await;

        let before = town.acts().await;
        manager.post(&expect, &[("organisation", "")]).await.is(422).says("Choisissez une structure dans la liste.");
        let later = [("organisation", one.as_str()), ("since", "12/03/2030")];
        manager.post(&expect, &later).await.is(422).says("Cette date est à venir.");
        assert_eq!(town.acts().await, before);
        let since = [("organisation", one.as_str()), ("since", "12/03/2026")];
        manager.submit(&expect, &since).await.ok().says("La signature est attendue.").says("depuis le 12 mars 2026");
        manager.post(&expect, &since).await.is(409).says("déjà attendue");

        let receive = expect.replace("/nouveau", &format!("/{one}"));
        manager.get(&receive).await.ok().says("Charte d'essai");
        manager.post(&receive, &[("signed_on", "")]).await.is(422).says("Donnez la date de la signature.");
        manager.post(&receive, &[("signed_on", "12/03/2030")]).await.is(422).says("Cette date est à venir.");
        manager.submit(&receive, &[("signed_on", "02/04/2026")]).await.ok().says("La signature est enregistrée.")
            .says("Signé, 2 avril 2026").says("Toutes les signatures sont là");
        manager.post(&receive, &[("signed_on", "02/04/2026")]).await.is(409).says("déjà enregistrée");

        let stop = format!("{receive}/retirer");
        manager.post(&stop, &[]).await.is(409).says("sa signature reste");

        // An agreement of another governance, a structure that is not expected, a broken address: nothing is there.
        let elsewhere = receive.replace("reseau-exemple-vallee", "reseau-exemple-plateau");
        town.as_("voisin").await.get(&elsewhere).await.is(404);
        town.as_("voisin").await.post(&receive, &[("signed_on", "2026")]).await.is(403);
        manager.get(&expect.replace("/nouveau", "/00000000-0000-7000-8000-000000000000")).await.is(404);
        manager.get(&expect.replace("/nouveau", "/x")).await.is(404);
    }

    async fn an_expected_signature_is_expected_no_longer(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let links = manager.get(&conventions()).await.ok().links();
        let stop = links.iter().find(|link| link.ends_with("/retirer")).unwrap().clone();
        manager.get(&stop).await.ok().says("Ne plus attendre une signature").says("Charte exemple");
        town.as_("voisin").await.post(&stop, &[]).await.is(403);
        town.get(&stop).await.is(303);
        manager.get(&stop.replace("reseau-exemple-vallee", "reseau-exemple-plateau")).await.is(403);
        let page = manager.submit(&stop, &[]).await.ok().says("La signature n'est plus attendue.");
        page.says("Toutes les signatures sont là").never_says("signature manque");
        assert!(last_act(&town).await.contains("n'est plus attendue à la signature"));
        manager.post(&stop, &[]).await.is(404);
    }

    async fn a_text_is_corrected_with_its_reason(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let links = manager.get(&conventions()).await.ok().links();
        let path = links.iter().find(|link| link.ends_with("/modifier")).unwrap().clone();
        let page = manager.get(&path).await.ok().says("Corriger un texte");
        assert_eq!(value_of(&page, "title"), "Charte exemple du réseau de la Vallée");
        let (version, before) = (value_of(&page, "version"), town.acts().await);
        let fields = |title, reason| [
            ("version", version.as_str()), ("kind", "charter"), ("title", title), ("text", "Bien accueillir."),
            ("commitments", "Une porte ouverte"), ("signed_on", "02/2025"), ("ends_on", ""), ("reason", reason),
        ];
        send_with_file(&mut manager, &path, &fields("", ""), None).await.is(422).says("Donnez le titre du texte.");
        let page = send_with_file(&mut manager, &path, &fields("Charte 🌿", ""), None).await.is(422);
        page.says("Remplissez ce champ.").keeps("Charte 🌿");
        let wrong = send_with_file(&mut manager, &path, &fields("Charte", "Faute"), Some(("a.pdf", b"MZ"))).await;
        wrong.is(422).says("n'est pas un PDF");
        send_with_file(&mut town.as_("voisin").await, &path, &fields("Charte", "Faute"), None).await.is(403);
        assert_eq!(town.acts().await, before);

        let sent = send_with_file(&mut manager, &path, &fields("Charte de la Vallée", "Titre mal recopié"), Some(("charte.pdf", PDF))).await;
        manager.get(sent.is(303).header("location")).await.ok().says("Le texte est corrigé.").says("Charte de la Vallée");
        assert!(last_act(&town).await.ends_with("Titre mal recopié"));
        let public = town.get(&format!("{VALLEE}/conventions")).await.ok();
        public.says("Une porte ouverte").says("février 2025").says("charte.pdf").says("Association exemple");

        // A second person had the form open all the while.
        let late = send_with_file(&mut manager, &path, &fields("Charte des autres", "Autre titre"), None).await.is(409);
        let late = late.says("Quelqu'un d'autre a modifié ceci").says("Charte de la Vallée").keeps("Charte des autres");
        let version = value_of(&late, "version");
        let again = [("version", version.as_str()), ("kind", "charter"), ("title", "Charte des autres"), ("text", ""), ("reason", "Autre titre")];
        send_with_file(&mut manager, &path, &again, None).await.is(303);
        town.get(&format!("{VALLEE}/conventions")).await.ok().says("Charte des autres").says("charte.pdf");
    }
}
