//! PDFs of agreements: kept in the database, shown to everyone once published, refused when they are something else.

use governance::Governance;
use governance::agreements::acts::conclude;
use governance::agreements::model::{AgreementKind, NewAgreement};
use kernel::{Error, Id, Provenance, Who};

use crate::town::Town;

fn with_file(content: Vec<u8>, name: &str) -> NewAgreement {
    NewAgreement {
        kind: AgreementKind::Charter,
        title: "Charte d'essai".into(),
        signed_on: "2026-01-15".parse().ok(),
        ends_on: "2026-06-30".parse().ok(),
        text: "Un.\n\nDeux.".into(),
        commitments: vec!["S'entraider".into()],
        file: Some((content, name.into())),
        provenance: Provenance::entered(),
    }
}

/// A PDF of `size` bytes by its first and last bytes.
fn pdf(size: usize) -> Vec<u8> {
    let mut content = b"%PDF-1.7\n".to_vec();
    content.extend((content.len()..size).map(|place| (place % 251) as u8));
    content
}

async fn local(town: &Town) -> Id<Governance> {
    town.read(|tx| governance::governances::store::head_by_slug(tx, "reseau-exemple-vallee")).await.unwrap().id
}

stories! {
    async fn a_published_pdf_comes_back_byte_for_byte(town: Town) {
        let (id, content) = (local(&town).await, pdf(700_001));
        let new = with_file(content.clone(), "Charte signée (version 2).pdf");
        town.act(&Who::operator(), move |ctx, tx| conclude(ctx, tx, id, &new)).await.unwrap();

        let page = town.get("/gouvernances/reseau-exemple-vallee/conventions").await.ok();
        let page = page.says("Charte signée (version 2).pdf").says("15 janvier 2026").says("Terminée").says("S'entraider");
        let link = page.links().into_iter().find(|link| link.starts_with("/fichiers/")).unwrap();
        let file = town.get(&link).await.ok();
        assert_eq!(file.header("content-type"), "application/pdf");
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"charte-signee-version-2.pdf\"");
        assert!(file.body == content);
    }

    async fn what_is_not_a_pdf_or_is_too_large_is_refused_and_nothing_is_kept(town: Town) {
        let (id, before) = (local(&town).await, town.acts().await);
        for (content, sentence) in [
            (b"PK\x03\x04 not a pdf".to_vec(), "n'est pas un PDF"),
            (Vec::new(), "n'est pas un PDF"),
            (pdf((40 << 20) + 1), "40 Mo au plus"),
        ] {
            let new = with_file(content, "a.pdf");
            let refused = town.act(&Who::operator(), move |ctx, tx| conclude(ctx, tx, id, &new)).await.unwrap_err();
            let Error::Invalid(errors) = refused else { panic!("{refused:?}") };
            assert!(errors.of("file").unwrap().contains(sentence), "{errors}");
        }
        let files: i64 = town.read(|tx| tx.get("select count(*) from file", &[], |row| row.get(0))).await;
        assert_eq!((files, town.acts().await), (0, before));
    }

    async fn a_file_that_no_public_page_shows_does_not_exist(town: Town) {
        let key = town.act(&Who::operator(), |ctx, tx| {
            let key = store::files::put_pdf(ctx, tx, b"%PDF-1.4 private")?;
            tx.record(ctx, kernel::register::Act::new("test.file", "essai", "Dépôt d'un fichier d'essai"));
            Ok(key)
        }).await.unwrap();
        town.get(&format!("/fichiers/{}", key.hex())).await.is(404);
    }
}
