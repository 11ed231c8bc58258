//! The minimum framework: what is asked, where governances stand, what they declare; and its definition.

use governance::framework::acts::{self, NewDeclaration};
use kernel::{Clock as _, Provenance, Who, time};

use crate::town::Town;

const NIEVRE: &str = "/gouvernances/nievre/cadre-minimum";
const DEFINE: &str = "/administration/cadre-minimum";
const CRITERION: &str = "/gouvernances/nievre/administration/cadre/une-feuille-de-route-est-adoptee";

/// « Rempli » or « À faire » of each criterion of a page, in their order.
fn badges(page: &str) -> Vec<bool> {
    let list = page.split_once("<ol class=\"m-criteria\">").map_or("", |(_, rest)| rest);
    let list = list.split_once("</ol>").map_or("", |(list, _)| list);
    list.split("<h3").skip(1).map(|item| item.contains(">Rempli<")).collect()
}

async fn draft(town: &Town) -> i64 {
    town.read(|tx| tx.get("select version from framework_version where state = 'draft'", &[], |row| row.get(0))).await
}

stories! {
    async fn everybody_reads_what_is_asked_and_where_each_stands(town: Town) {
        town.get("/cadre-minimum").await.ok().has("h1", "Cadre minimum de gouvernance").says("Les trois fonctions sont assurées")
            .says("Compté par Maillage : Nombre de catégories différentes parmi les membres (minimum : 5).")
            .says("avec une preuve qui vaut 60 mois").says("à partir du 1er janvier 2026").says("entrera en vigueur le 1er mars 2027");
        town.get("/cadre-minimum/versions/2").await.ok().says("Nouveau critère : La gouvernance se présente à tous.").says("Les habitants ont demandé");
        town.get("/cadre-minimum/versions/3").await.is(404);
        town.get("/cadre-minimum/versions/x").await.is(404);
        town.get("/national").await.ok().says("6 critères");

        // Vendée: what the document says is counted; its roadmap was still awaited.
        let vendee = town.get("/gouvernances/grain-vendee/cadre-minimum").await.ok();
        let findings = badges(&vendee.text());
        assert_eq!(findings.len(), 6);
        assert!(!findings[4], "{}", vendee.words());
        vendee.says("Rien n'est encore déclaré.").never_says("Déclarer");
        town.get("/gouvernances/landes/cadre-minimum").await.ok().says("33 actions à l’origine").says("la preuve ne vaut plus depuis le 31 décembre 2024");
        town.get(NIEVRE).await.ok().says("Déclaré (18 juin 2026), jusqu'au 18 juin 2031.").says("Sans instance : fonction technique, fonction consultative.")
            .says("Ce qui sera demandé à partir du 1er mars 2027").says("Il manque les idées clés et la note publique.");
        // Local networks are free.
        town.get("/gouvernances/reseau-exemple-vallee/cadre-minimum").await.is(404);
        town.get("/gouvernances/inconnue/cadre-minimum").await.is(404);
    }

    async fn the_table_and_the_files_tell_the_same_as_each_page(town: Town) {
        let table = town.get("/cadre-minimum/territoires").await.ok();
        let text = table.text();
        let rows: Vec<&str> = text.split("id=\"table-cadre\"").nth(1).unwrap().split("<tr>").skip(2).collect();
        assert_eq!(rows.len(), 101);
        for slug in ["grain-vendee", "landes", "nievre", "ain", "lot-et-garonne"] {
            let row = rows.iter().find(|row| row.contains(&format!("/{slug}/"))).unwrap();
            let told: Vec<bool> = row.split("<td>").skip(2).map(|cell| cell.contains("Rempli")).collect();
            let page = town.get(&format!("/gouvernances/{slug}/cadre-minimum")).await.ok();
            assert_eq!(told, badges(&page.text()), "{slug}");
        }
        table.says("ne classe pas");
        let csv = town.get("/cadre-minimum/territoires.csv").await.ok().text();
        assert_eq!(csv.lines().count(), 1 + 101 * 6);
        assert!(csv.contains("Nièvre") && csv.contains("Exemple fictif"));
        for extension in ["ods", "xlsx"] {
            assert!(town.get(&format!("/cadre-minimum/territoires.{extension}")).await.ok().body.starts_with(b"PK"));
        }
    }

    async fn the_number_of_queries_does_not_grow_with_the_governances(town: Town) {
        let measures = maillage::measures();
        let today = town.clock.now().day();
        let queries = town.read(move |tx| {
            let versions = governance::framework::store::versions(tx)?;
            let before = tx.queries();
            governance::framework::standing::Table::load(tx, &measures, &versions[1], today)?;
            Ok(tx.queries() - before)
        }).await;
        assert!(queries <= 8, "{queries}");
    }

    async fn a_manager_sees_what_lacks_and_does_it(town: Town) {
        let mut lou = town.as_("departement").await;
        lou.get("/a-faire").await.ok().says("Compléter le cadre minimum").says("Reste à remplir : Une collectivité co-porte la gouvernance, et 4 autres critères.");
        lou.get("/gouvernances/nievre/administration").await.ok().says("Cadre minimum").says("Voir ce qui manque");
        let page = lou.get(NIEVRE).await.ok().says("Désigner un co-porteur").says("Compléter les instances").says("Inviter des membres").says("Déposer un texte signé").says("Désigner un référent");
        // Each link to do it opens for who manages.
        for link in page.links().iter().filter(|link| link.contains("/administration/")) {
            lou.get(link).await.ok();
        }
        let form = lou.get("/gouvernances/nievre/administration/identite").await.ok().text();
        let version = form.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let fields = [
            ("name", "Inclusion numérique, Nièvre"), ("form", ""), ("perimeter", "Département"), ("living_areas_note", ""), ("ideas", ""), ("public_note", ""),
            ("data_referent", "Cheffe de projet données"), ("version", version),
        ];
        lou.submit("/gouvernances/nievre/administration/identite", &fields).await.ok();
        town.get(NIEVRE).await.ok().says("Cheffe de projet données.");
    }

    async fn a_criterion_is_declared_with_evidence(town: Town) {
        let mut lou = town.as_("departement").await;
        let before = town.acts().await;
        let seen = {
            let page = lou.get(CRITERION).await.ok().says("Une déclaration est en cours").text();
            page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
        };
        lou.post(CRITERION, &[("seen", &seen), ("statement", ""), ("on", "12/03/2026"), ("link", "https://exemple.fr/")]).await.is(422).says("Dites ce qui a été fait").keeps("https://exemple.fr/");
        lou.post(CRITERION, &[("seen", &seen), ("statement", "Votée."), ("on", "12/03/2026"), ("link", "")]).await.is(422).says("Donnez une preuve").keeps("12/03/2026");
        lou.post(CRITERION, &[("seen", &seen), ("statement", "Votée."), ("on", ""), ("link", "javascript:alert(1)")]).await.is(422).says("commence par https://").says("Donnez la date");
        lou.post(CRITERION, &[("seen", &seen), ("statement", "Votée."), ("on", "12/03/2030"), ("link", "https://exemple.fr/")]).await.is(422).says("Cette date est à venir.");
        lou.post(CRITERION, &[("seen", &seen), ("statement", "Votée."), ("on", "12/03/1900"), ("link", "https://exemple.fr/")]).await.is(422).says("1900");
        assert_eq!(town.acts().await, before);
        let good = [("seen", seen.as_str()), ("statement", "Votée par le comité stratégique."), ("on", "12/10/2026"), ("link", "https://exemple.fr/feuille")];
        lou.submit(CRITERION, &good).await.ok().says("Le critère est déclaré.").says("Votée par le comité stratégique.").says("Déclaré (12 octobre 2026)").never_says("feuille de route d’essai, en trois axes");
        // A second click, or a colleague who opened the form before.
        lou.post(CRITERION, &good).await.is(409).says("Quelqu'un d'autre vient de changer");
        town.get("/registre").await.ok().says("« Une feuille de route est adoptée » déclaré par « Inclusion numérique, Nièvre »");
        lou.post(&format!("{CRITERION}/retirer"), &[("reason", "")]).await.is(422);
        lou.submit(&format!("{CRITERION}/retirer"), &[("reason", "Vote annulé.")]).await.ok().says("La déclaration est retirée.").says("Rien n'est encore déclaré.");
        lou.post(&format!("{CRITERION}/retirer"), &[("reason", "Vote annulé.")]).await.is(409);

        // What is counted is not declared; what does not exist is not there.
        lou.get(&CRITERION.replace("une-feuille-de-route-est-adoptee", "des-membres-de-cinq-categories")).await.is(404);
        lou.get(&CRITERION.replace("une-feuille-de-route-est-adoptee", "inconnu")).await.is(404);
        for who in ["gestionnaire", "equipe-nationale", "sans-pouvoir"] {
            let mut other = town.as_(who).await;
            other.get(CRITERION).await.is(403);
            other.post(CRITERION, &good).await.is(403);
        }
    }

    async fn the_national_team_answers_a_declaration(town: Town) {
        let mut national = town.as_("equipe-nationale").await;
        let answer = format!("{NIEVRE}/une-feuille-de-route-est-adoptee/reponse");
        national.get(NIEVRE).await.ok().says("Ne pas retenir cette déclaration").never_says("Désigner un co-porteur");
        national.post(&answer, &[("reason", "")]).await.is(422);
        national.submit(&answer, &[("reason", "Le lien mène à un projet, pas au texte adopté.")]).await.ok().says("n'a pas été retenue par l'équipe nationale : Le lien mène à un projet");
        national.post(&answer, &[("reason", "Encore.")]).await.is(409).says("Aucune déclaration n'est en cours");
        let mut lou = town.as_("departement").await;
        lou.get(&answer).await.is(403);
        // The governance declares again, with better evidence.
        lou.submit(CRITERION, &[("seen", ""), ("statement", "Le texte adopté."), ("on", "18/06/2026"), ("link", "https://exemple.fr/texte")]).await.ok().says("Le texte adopté.");
    }

    async fn a_new_version_is_drafted_then_published(town: Town) {
        let mut national = town.as_("equipe-nationale").await;
        national.get(DEFINE).await.ok().says("Aucun brouillon n'est ouvert").says("Version 2");
        national.get(&format!("{DEFINE}/texte")).await.is(409).says("Aucun brouillon");
        national.submit(DEFINE, &[]).await.ok().says("Brouillon de la version 3").says("La gouvernance se présente à tous");
        national.post(DEFINE, &[]).await.is(409).says("Un brouillon est déjà ouvert.");
        let new = format!("{DEFINE}/criteres/nouveau");
        let long = "é".repeat(300);
        national.post(&new, &[("title", &long), ("measure", "managers"), ("threshold", "deux")]).await.is(422).says("Donnez un nombre, de 1 à 10.").keeps("deux");
        national.post(&new, &[("title", ""), ("measure", "inconnue")]).await.is(422).says("Choisissez une réponse dans la liste.");
        let add = [("title", "Deux personnes peuvent agir"), ("measure", "managers"), ("threshold", "2"), ("explanation", "🏠 Une absence ne bloque rien.")];
        national.submit(&new, &add).await.ok().says("Le critère est ajouté au brouillon.").says("Nouveau critère : Deux personnes peuvent agir.");
        // The same title again: another criterion, with an address of its own.
        national.submit(&new, &add).await.ok();
        let place = |code: &str| format!("{DEFINE}/criteres/{code}/place");
        national.submit(&place("deux-personnes-peuvent-agir-2"), &[("acte", "retirer")]).await.ok().says("retiré du brouillon");
        national.post(&place("deux-personnes-peuvent-agir-2"), &[("acte", "monter")]).await.is(404);
        national.post(&place("deux-personnes-peuvent-agir"), &[("acte", "danser")]).await.is(404);
        national.submit(&place("deux-personnes-peuvent-agir"), &[("acte", "monter")]).await.ok().says("Le critère est monté.");
        let order: Vec<String> = town.read(|tx| tx.query("select code from framework_criterion where version = 3 order by rank", &[], |row| row.get(0))).await;
        assert_eq!(order[6..], ["deux-personnes-peuvent-agir", "la-gouvernance-se-presente-a-tous"]);

        // Two of the team on the same criterion: the second sees what the first wrote, and loses nothing.
        let criterion = format!("{DEFINE}/criteres/deux-personnes-peuvent-agir");
        let version = draft(&town).await.to_string();
        let change = |title: &'static str, threshold: &'static str| [("title", title), ("measure", "managers"), ("threshold", threshold), ("version", version.as_str())];
        national.submit(&criterion, &change("Trois personnes peuvent agir", "3")).await.ok().says("Le critère est corrigé.");
        national.post(&criterion, &change("Quatre personnes peuvent agir", "4")).await.is(409).says("Quelqu'un d'autre a modifié le brouillon").says("Trois personnes peuvent agir").keeps("Quatre personnes peuvent agir");

        let publish = format!("{DEFINE}/publier");
        let version = draft(&town).await.to_string();
        for (day, said) in [("", "Donnez un jour"), ("2028", "Donnez un jour"), ("01/03/2027", "après celui de la version précédente"), ("12/03/2020", "après celui")] {
            national.post(&publish, &[("in_force_from", day), ("version", &version)]).await.is(422).says(said);
        }
        national.post(&publish, &[("in_force_from", "01/01/2028"), ("version", "1")]).await.is(409).says("Quelqu'un d'autre a modifié");
        national.submit(&publish, &[("in_force_from", "01/01/2028"), ("version", &version)]).await.ok().says("La version est publiée.").says("entrera en vigueur le 1er janvier 2028");
        town.get("/registre").await.ok().says("Cadre minimum de gouvernance : version 3 publiée, en vigueur le 1er janvier 2028");
        // What is published does not change any more.
        national.post(&criterion, &change("Cinq", "5")).await.is(409).says("Aucun brouillon");

        // Its day comes, on a page that was kept before.
        town.get("/cadre-minimum").await.ok().never_says("Trois personnes peuvent agir");
        town.clock.set(town.clock.now().plus(420 * time::DAY));
        town.get("/cadre-minimum").await.ok().says("Trois personnes peuvent agir");
        town.get(NIEVRE).await.ok().says("1 personne peut gérer (minimum : 3).");
    }

    async fn a_draft_is_given_up(town: Town) {
        let mut national = town.as_("equipe-nationale").await;
        national.submit(DEFINE, &[]).await.ok();
        national.submit(&format!("{DEFINE}/texte"), &[("introduction", "Autre chose."), ("changes", ""), ("version", &draft(&town).await.to_string())]).await.ok().says("Autre chose.");
        town.get("/cadre-minimum").await.ok().never_says("Autre chose.");
        national.submit(DEFINE, &[("acte", "abandonner")]).await.ok().says("Le brouillon est abandonné.").says("Aucun brouillon n'est ouvert");
        national.post(DEFINE, &[("acte", "abandonner")]).await.is(409);
        town.as_("gestionnaire").await.get(DEFINE).await.is(403);
    }

    async fn two_drafts_at_once_make_one(town: Town) {
        let who = Who::operator();
        let begin = |ctx: &kernel::Context<'_>, tx: &mut store::Tx<'_>| acts::begin(ctx, tx, &Provenance::entered());
        let (one, other) = tokio::join!(town.act(&who, begin), town.act(&who, begin));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    }

    async fn a_file_is_public_as_long_as_it_is_evidence(town: Town) {
        let governance = town.read(|tx| tx.get("select id from governance where slug = 'ain'", &[], |row| row.get::<kernel::Id<governance::Governance>>(0))).await;
        let new = NewDeclaration {
            statement: "Adoptée.".to_owned(),
            file: Some((b"%PDF-1.7 essai".to_vec(), "Feuille.pdf".to_owned())),
            on: "2026-05-01".parse().ok(),
            ..NewDeclaration::default()
        };
        let code = "une-feuille-de-route-est-adoptee";
        town.act(&Who::operator(), move |ctx, tx| acts::declare(ctx, tx, governance, code, &new, &Provenance::entered())).await.unwrap();
        let page = town.get("/gouvernances/ain/cadre-minimum").await.ok().says("Feuille.pdf");
        let file = page.links().into_iter().find(|link| link.starts_with("/fichiers/")).unwrap();
        assert!(town.get(&file).await.ok().body.starts_with(b"%PDF"));
        town.act(&Who::operator(), move |ctx, tx| acts::withdraw(ctx, tx, governance, code, "Erreur.")).await.unwrap();
        town.get(&file).await.is(404);
    }
}
