//! A list of members brought as a file: preview, then exactly what it showed.

use http::{Method, Request};

use crate::manage_members::VALLEY;
use crate::reply::Reply;
use crate::town::Browser;

fn path(rest: &str) -> String {
    format!("{VALLEY}/administration/membres/import{rest}")
}

async fn upload(browser: &mut Browser<'_>, name: &str, content: &[u8]) -> Reply {
    let mut body = format!("--coupe\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n").into_bytes();
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n--coupe--\r\n");
    let request = Request::builder()
        .method(Method::POST)
        .uri(path(""))
        .header("host", "localhost")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "multipart/form-data; boundary=coupe")
        .body(axum::body::Body::from(body))
        .unwrap();
    browser.send(request).await
}

/// The hidden fields of a preview.
fn carried(reply: &Reply) -> (String, String) {
    let html = reply.text();
    let mark = html.split("name=\"mark\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let table = html.split("<textarea name=\"table\"").nth(1).unwrap().split_once('>').unwrap().1;
    let table = table.split("</textarea>").next().unwrap().trim_start_matches('\n');
    (
        mark,
        table
            .replace("&#39;", "'")
            .replace("&#38;", "&")
            .replace("&#34;", "\"")
            .replace("&#60;", "<")
            .replace("&#62;", ">"),
    )
}

const LIST: &str = "Structure;SIRET;Typologie;Statut;Depuis;Collège;Téléphone\n\
    Mairie d'essai;;MUNI;confirmé;03/2026;Collège des structures;0600000000\n\
    Association d'essai 🏠;;ASSO;candidat;;;\n\
    MAIRIE D'ESSAI;;MUNI;;;;\n\
    Autre nom;99900001100018;ASSO;;;;\n\
    Mauvais numéro;123;ASSO;;;;\n\
    =HYPERLINK(1);;ASSO;;;;\n\
    Commune exemple de Hautfictif;;Commune;Membre;;Inconnu;\n";

stories! {
    async fn a_list_is_shown_then_written_as_it_was_shown(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        manager.get(&path("")).await.ok().says("Rien n'est enregistré avant");
        let before = town.acts().await;
        let page = upload(&mut manager, "membres.csv", LIST.as_bytes()).await.ok()
            .says("Mairie d'essai").says("déjà dite par une autre ligne").says("déjà dans la gouvernance (membre)")
            .says("compte 14 chiffres").says("une cellule contient une formule").says("structure connue")
            .says("« MUNI » est compris comme « Commune »").says("le collège « Inconnu » n'existe pas ici")
            .says("Colonnes qui ne sont pas lues : Téléphone");
        assert_eq!(town.acts().await, before, "a preview writes nothing");
        let (mark, table) = carried(&page);
        manager.submit(&path("/confirmer"), &[("mark", &mark), ("table", &table)]).await.ok().says("3 structures sont enregistrées");
        town.get(&format!("{VALLEY}/membres")).await.ok().says("Mairie d'essai").says("mars 2026").says("Association d'essai 🏠").says("Hautfictif").never_says("Mauvais numéro");
        // Two created, three candidates, two admitted.
        assert_eq!(town.acts().await, before + 7);
        // Sent again, nothing is left to do.
        manager.post(&path("/confirmer"), &[("mark", &mark), ("table", &table)]).await.is(409).says("a changé depuis l'aperçu").says("déjà dans la gouvernance");
        assert_eq!(town.acts().await, before + 7);
    }

    async fn what_changed_since_the_preview_is_shown_again(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let page = upload(&mut manager, "m.csv", "Nom\nMairie d'essai\nAutre mairie".as_bytes()).await.ok();
        let (mark, table) = carried(&page);
        let mut other = town.as_("co-porteuse").await;
        other.submit(&format!("{VALLEY}/administration/membres/nouveau"), &[("name", "Mairie d'essai"), ("kind", "commune"), ("category", "commune"), ("involvement", "leads")]).await.ok();
        let before = town.acts().await;
        let again = manager.post(&path("/confirmer"), &[("mark", &mark), ("table", &table)]).await.is(409).says("Le voici de nouveau");
        // A line that was never shown is not written either.
        manager.post(&path("/confirmer"), &[("mark", &mark), ("table", &format!("{table}\n9\tGlissée\t\t\t\t\t\t\t"))]).await.is(409);
        manager.post(&path("/confirmer"), &[("mark", ""), ("table", "n'importe quoi")]).await.is(422).says("L'aperçu est perdu");
        assert_eq!(town.acts().await, before);
        let (mark, table) = carried(&again);
        manager.submit(&path("/confirmer"), &[("mark", &mark), ("table", &table)]).await.ok().says("Une structure est enregistrée");
    }

    async fn workbooks_and_old_encodings_are_read(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let export = town.get(&format!("{VALLEY}/membres.ods")).await.ok().body;
        upload(&mut manager, "membres.ods", &export).await.ok().says("CCAS exemple de Valfictif").says("déjà dans la gouvernance");
        let export = town.get("/gouvernances/reseau-exemple-plateau/membres.xlsx").await.ok().body;
        upload(&mut manager, "membres.xlsx", &export).await.ok().says("Commune exemple de Hautfictif").says("structure connue");
        upload(&mut manager, "m.csv", b"Structure,Typologie,Nom,Pr\xE9nom,Email\nM\xE9diath\xE8que,MUNI,Exemple,Noa,n@exemple.fictif\nM\xE9diath\xE8que,MUNI,Exemple,Lou,l@exemple.fictif").await.ok()
            .says("Médiathèque").says("déjà dite par une autre ligne").never_says("n@exemple.fictif");
    }

    async fn a_file_that_is_no_list_is_told_so(town: Town) {
        let mut manager = town.as_("gestionnaire").await;
        let before = town.acts().await;
        let xlsx = town.get(&format!("{VALLEY}/membres.xlsx")).await.ok().body;
        let long = format!("Structure\n{}", "Maison\n".repeat(10_000));
        let many = format!("Structure\n{}", (0..1_200).map(|number| format!("Maison {number}\n")).collect::<String>());
        for (content, sentence) in [
            (b"".as_slice(), "Ce fichier est vide"),
            (b"%PDF-1.7 ...", "n'est pas un tableau"),
            (&xlsx[..xlsx.len() / 2], "abîmé ou incomplet"),
            (b"Structure;x\n\"coup\xE9", "sans doute incomplet"),
            (b"a;b\nc;d", "Aucune colonne « Structure »"),
            (b"Structure\n", "aucune structure"),
            (long.as_bytes(), "plus de 5 000 lignes"),
            (many.as_bytes(), "1000 structures au plus"),
        ] {
            upload(&mut manager, "membres.csv", content).await.is(422).says(sentence);
        }
        manager.post(&path(""), &[]).await.is(422).says("Choisissez un fichier");
        let mut neighbour = town.as_("voisin").await;
        upload(&mut neighbour, "m.csv", LIST.as_bytes()).await.is(403);
        neighbour.post(&path("/confirmer"), &[("table", "x")]).await.is(403);
        neighbour.get(&path("")).await.is(403);
        let mut visitor = town.browser();
        upload(&mut visitor, "m.csv", LIST.as_bytes()).await.is(403);
        assert_eq!(town.acts().await, before);
    }
}
