//! Documents of an item: what is taken and what is not, who reads them, how they follow.

use super::*;
use crate::administration::send_with_file;

const PDF: &[u8] = b"%PDF-1.7\nUn bilan.\n%%EOF";

/// The addresses of the documents that a page shows.
fn documents(page: &Reply) -> Vec<String> {
    let mut all: Vec<String> =
        page.links().into_iter().filter(|link| link.contains("/documents/") && !link.ends_with("/modifier")).collect();
    all.dedup();
    all
}

/// A convened meeting of the assembly with two documents on its item, one of them reserved; gives its page and both.
async fn with_two(town: &Town) -> (String, String, String) {
    let mut alix = town.as_("animation").await;
    let place = planned(&mut alix, ASSEMBLY, "Réunion d’essai", "15/01/2027").await;
    let point = add(&mut alix, &place, "Le bilan").await;
    let add = format!("{place}/ordre-du-jour/{point}/documents");
    send_with_file(&mut alix, &add, &[("name", "Pour tout le monde")], Some(("a.pdf", PDF))).await.is(303);
    send_with_file(
        &mut alix,
        &add,
        &[("name", "Entre nous"), ("reserved", "oui")],
        Some(("b.pdf", b"%PDF-1.7\nAutre.")),
    )
    .await
    .is(303);
    let both = documents(&alix.get(&add).await.ok());
    assert_eq!(both.len(), 2, "{both:?}");
    (place, both[0].clone(), both[1].clone())
}

stories! {
    async fn what_is_no_pdf_empty_or_too_large_is_refused_and_nothing_is_kept(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = planned(&mut alix, ASSEMBLY, "Réunion d’essai", "15/01/2027").await;
        let point = add(&mut alix, &place, "Le bilan").await;
        let upload = format!("{place}/ordre-du-jour/{point}/documents");
        alix.get(&upload).await.ok().says("Aucun document").says("25 Mo au plus");
        let acts = town.acts().await;
        let named = [("name", "Bilan de l’année")];
        send_with_file(&mut alix, &upload, &named, None).await.is(422).says("Choisissez un fichier.").keeps("Bilan de l’année");
        send_with_file(&mut alix, &upload, &named, Some(("bilan.pdf", b""))).await.is(422).says("Ce fichier est vide.");
        send_with_file(&mut alix, &upload, &named, Some(("bilan.pdf", b"PK\x03\x04 un tableur"))).await.is(422).says("Ce fichier n'est pas un PDF.").keeps("Bilan de l’année");
        let mut large = PDF.to_vec();
        large.resize((25 << 20) + 1, b' ');
        send_with_file(&mut alix, &upload, &named, Some(("bilan.pdf", &large))).await.is(422).says("Ce fichier fait 26 Mo ; 25 Mo au plus.");
        let long = "é".repeat(121);
        send_with_file(&mut alix, &upload, &[("name", &long)], Some(("bilan.pdf", PDF))).await.is(422).says("raccourcissez");
        let files: i64 = town.read(|tx| tx.get("select count(*) from file", &[], |row| row.get(0))).await;
        assert_eq!((files, town.acts().await), (0, acts));

        // Exactly 25 MB comes, and goes back byte for byte.
        large.truncate(25 << 20);
        send_with_file(&mut alix, &upload, &[], Some(("..\\..\\été/Bilan\u{202E} 2026.pdf", &large))).await.is(303);
        let page = alix.get(&upload).await.ok().says("Bilan 2026").says("26,2 Mo");
        let file = alix.get(&documents(&page)[0]).await.ok();
        assert!(file.body == large);
        assert_eq!(file.header("content-type"), "application/pdf");
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"bilan-2026.pdf\"");
        assert_eq!(file.header("cache-control"), "private, no-store", "of a draft nothing is kept");
    }

    async fn documents_are_read_as_the_meeting_is_and_what_is_reserved_by_those_who_are_called(town: Town) {
        let (place, public, reserved) = with_two(&town).await;
        for address in [&public, &reserved] {
            town.get(address).await.is(404);
            town.as_("suppleance").await.get(address).await.is(404);
        }
        let mut alix = town.as_("animation").await;
        alix.submit(&format!("{place}/convocation"), &[]).await.ok();
        town.get(&public).await.ok();
        town.get(&reserved).await.is(404);
        town.get(&place).await.ok().says("Pour tout le monde").never_says("Entre nous");
        for (who, status) in [("animation", 200), ("suppleance", 200), ("co-porteuse", 200), ("secretariat", 200), ("voisin", 404), ("sans-pouvoir", 404), ("equipe-nationale", 404), ("region", 404)] {
            let mut who = town.as_(who).await;
            who.get(&reserved).await.is(status);
            who.get(&public).await.ok();
            let page = who.get(&place).await.ok();
            assert_eq!(page.words().contains("Entre nous"), status == 200);
        }
        // Under another meeting it is not there.
        let id = public.rsplit('/').next().unwrap();
        let other: String = town.read(|tx| tx.get("select m.slug from meeting m join governance g on g.id = m.governance where g.slug = 'reseau-exemple-vallee' and m.state = 'convened' and m.title like 'Assemblée%'", &[], |row| row.get(0))).await;
        town.get(&format!("{VALLEE}/reunions/{other}/documents/{id}")).await.is(404);
        town.get(&format!("{place}/documents/zz")).await.is(404);
        // A mandate that has ended reads no more.
        town.tamper("update power set ended_at = given_at where role = 'deputy'").await;
        town.as_("suppleance").await.get(&reserved).await.is(404);
    }

    async fn the_link_of_a_convocation_reads_what_is_reserved(town: Town) {
        let (place, public, reserved) = with_two(&town).await;
        let mut alix = town.as_("animation").await;
        alix.submit(&format!("{place}/convocation"), &[]).await.ok();
        let texts = letters(&town, "Convocation : Réunion d’essai").await;
        let link = texts[0].lines().find(|line| line.contains("/reunions/reponse?cle=")).unwrap().split_once("//").unwrap().1;
        let link = format!("/{}", link.split_once('/').unwrap().1);
        let page = town.get(&link).await.ok().says("Pour tout le monde").says("Entre nous");
        let own = page.links().into_iter().find(|link| link.starts_with(&reserved)).unwrap();
        assert!(own.contains("?cle="), "{own}");
        assert_eq!(town.get(&own).await.ok().header("cache-control"), "private, no-store");
        assert!(page.links().contains(&public), "what is public needs no key");
        let mut altered = own.clone();
        altered.replace_range(altered.len() - 1.., if own.ends_with('0') { "1" } else { "0" });
        town.get(&altered).await.is(404);
        // Of another meeting the key opens nothing.
        let (_, _, elsewhere) = with_two(&town).await;
        town.get(&format!("{elsewhere}?{}", own.split_once('?').unwrap().1)).await.is(404);
        town.tamper("update power set ended_at = given_at where role in ('representative', 'deputy')").await;
        town.get(&own).await.is(404);
    }

    async fn documents_are_renamed_and_removed_until_the_meeting_is_over(town: Town) {
        let (place, public, reserved) = with_two(&town).await;
        let mut alix = town.as_("animation").await;
        alix.post(&format!("{public}/modifier"), &[("name", " ")]).await.is(422);
        alix.submit(&format!("{public}/modifier"), &[("name", "Le bilan / 2026"), ("reserved", "oui")]).await.ok().says("Le bilan / 2026").says("Le document est modifié.");
        assert_eq!(alix.get(&public).await.ok().header("content-disposition"), "attachment; filename=\"le-bilan-2026.pdf\"");
        alix.submit(&format!("{reserved}/retirer"), &[]).await.ok().says("Le document est retiré.").never_says("Entre nous");
        alix.get(&reserved).await.is(404);
        for other in ["voisin", "suppleance"] {
            let mut other = town.as_(other).await;
            other.post(&format!("{public}/retirer"), &[]).await.is(403);
            other.post(&format!("{public}/modifier"), &[("name", "Non")]).await.is(403);
        }
        alix.submit(&format!("{place}/convocation"), &[]).await.ok();
        hold(&mut alix, &place).await.says("Le bilan / 2026");
        alix.post(&format!("{public}/retirer"), &[]).await.is(409).says("passée ou annulée");
        alix.post(&format!("{public}/modifier"), &[("name", "Autre")]).await.is(409);
        alix.get(&public).await.ok();
    }

    async fn documents_follow_an_item_that_is_carried_over(town: Town) {
        let (place, ..) = with_two(&town).await;
        let mut alix = town.as_("animation").await;
        alix.submit(&format!("{place}/convocation"), &[]).await.ok();
        hold(&mut alix, &place).await;
        let next = planned(&mut alix, ASSEMBLY, "Suivante", "15/02/2027").await;
        let agenda = alix.get(&format!("{place}/ordre-du-jour")).await.ok().text();
        let point = agenda.split("id=\"point-").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let page = alix.submit(&format!("{place}/ordre-du-jour/{point}/report"), &[("meeting", &meeting_id(&town, &next).await)]).await.ok();
        let page = page.says("Pour tout le monde").says("Entre nous").says("Réservé aux personnes appelées");
        let there = documents(&page);
        assert!(there.iter().all(|link| link.starts_with(&next)), "{there:?}");
        for link in &there {
            alix.get(link).await.ok();
            town.get(link).await.is(404);
        }
        // The content is there once.
        let files: i64 = town.read(|tx| tx.get("select count(*) from file", &[], |row| row.get(0))).await;
        assert_eq!(files, 2);
    }
}
