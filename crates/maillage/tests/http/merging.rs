//! Merging two organisations and undoing it: nothing is lost, nothing is forgotten, everything comes back.

mod town_of_two;

use std::collections::BTreeMap;

use directory::Organisation;
use governance::organisations::merging::model::{Choice, Choices, Merge};
use governance::organisations::merging::{acts, plan, references, store as merges, undo};
use kernel::{Error, Id, Randomness as _, Result, SeededRandomness, Who};
use maillage::SCHEMA;
use serde_json::Value as Json;

use crate::acts::new_organisation;
use crate::town::Town;
use town_of_two::{Pair, pair};

/// Everything that the archive holds, but what a merge and its undoing leave behind: the register, the versions by which
/// pages are made again and forms know that somebody was quicker, and the record of the merge.
async fn content(town: &Town) -> BTreeMap<String, Vec<String>> {
    let path = std::env::temp_dir().join(format!(
        "maillage-merge-{}-{}.zip",
        std::process::id(),
        uuid::Uuid::from_u128(rand(town))
    ));
    crate::moving::write(town.app.store(), SCHEMA, &path).await;
    let mut members = crate::moving::members(&path);
    std::fs::remove_file(&path).unwrap();
    let manifest: Json = serde_json::from_slice(&members.remove("manifest.json").unwrap()).unwrap();
    let mut content = BTreeMap::new();
    for table in manifest["tables"].as_array().unwrap() {
        let name = table["name"].as_str().unwrap().to_owned();
        if name.starts_with("register") || name == "version" || name.starts_with("organisation_merge") {
            continue;
        }
        let columns = table["columns"].as_array().unwrap();
        let version = columns.iter().position(|column| column["name"] == "version" && name == "organisation");
        let text = String::from_utf8(members.remove(&format!("{name}.jsonl")).unwrap()).unwrap();
        let line = |line: &str| {
            let mut row: Vec<Json> = serde_json::from_str(line).unwrap();
            if let Some(place) = version {
                row[place] = Json::Null;
            }
            serde_json::to_string(&row).unwrap()
        };
        content.insert(name, text.lines().map(line).collect());
    }
    content
}

fn rand(town: &Town) -> u128 {
    let mut bytes = [0; 16];
    town.app.randomness().fill(&mut bytes).unwrap();
    u128::from_le_bytes(bytes)
}

#[track_caller]
fn assert_same(before: &BTreeMap<String, Vec<String>>, after: &BTreeMap<String, Vec<String>>) {
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    for (table, rows) in before {
        assert_eq!(rows, &after[table], "{table} is not as it was");
    }
}

async fn merge_with(
    town: &Town,
    kept: Id<Organisation>,
    duplicate: Id<Organisation>,
    choices: Choices,
) -> Result<Id<Merge>> {
    let seen = town.app.read(move |tx| plan::read(tx, kept, duplicate)).await?.versions;
    town.act(&Who::operator(), move |ctx, tx| acts::merge(ctx, tx, kept, duplicate, seen, &choices)).await
}

async fn merge(town: &Town, kept: Id<Organisation>, duplicate: Id<Organisation>) -> Result<Id<Merge>> {
    let choices = town.app.read(move |tx| plan::read(tx, kept, duplicate)).await?.suggested();
    merge_with(town, kept, duplicate, choices).await
}

async fn undone(town: &Town, id: Id<Merge>) -> Result<()> {
    town.act(&Who::operator(), move |ctx, tx| undo::undo(ctx, tx, id)).await
}

fn address(id: Id<Organisation>) -> String {
    directory::url::organisation(&id)
}

fn conflict(outcome: Result<impl std::fmt::Debug>) -> String {
    match outcome.unwrap_err() {
        Error::Conflict(sentence) => sentence,
        other => panic!("{other:?}"),
    }
}

stories! {
    /// A feature that names an organisation or a member says what a merge does of it, or this fails.
    async fn no_reference_to_an_organisation_is_forgotten(town: Town) {
        let sqlite = matches!(town.url, store::DatabaseUrl::Sqlite(_));
        for (target, expected) in [
            ("organisation", references::OF_ORGANISATION.iter().filter(|one| !one.as_text).map(|one| (one.table, one.column))
                .chain(references::LEFT).collect::<Vec<_>>()),
            ("member", references::OF_MEMBER.iter().map(|one| (one.table, one.column)).chain(references::WITH_MEMBER).collect()),
        ] {
            let sql = if sqlite {
                "select t.name, f.\"from\" from pragma_table_list t join pragma_foreign_key_list(t.name) f
                 where t.schema = 'main' and f.\"table\" = $1"
            } else {
                "select c.conrelid::regclass::text, a.attname::text from pg_constraint c
                 join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
                 where c.contype = 'f' and c.confrelid = $1::text::regclass"
            };
            let mut found: Vec<(String, String)> = town.read(move |tx| {
                tx.query(sql, store::params![target], |row| Ok((row.get(0)?, row.get(1)?)))
            }).await;
            let mut expected: Vec<(String, String)> =
                expected.into_iter().map(|(table, column)| (table.to_owned(), column.to_owned())).collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "say in merging/references.rs what a merge does of each column that names {target}");
        }
        // What names a member by a foreign key of another name would escape this: identifiers as text do.
        let texts = references::OF_ORGANISATION.iter().filter(|one| one.as_text).count();
        assert_eq!(texts, 1);
    }

    async fn a_merge_moves_everything_and_undoing_brings_everything_back(town: Town) {
        let Pair { kept, duplicate, .. } = pair(&town).await;
        let before = content(&town).await;
        let id = merge(&town, kept, duplicate).await.unwrap();
        let after = content(&town).await;
        let hex = duplicate.uuid().simple().to_string();
        for (table, rows) in &after {
            let named = rows.iter().filter(|row| row.contains(&hex) || row.contains(&duplicate.to_string())).count();
            assert_eq!(named, usize::from(table == "organisation"), "{table} still names the duplicate");
        }
        undone(&town, id).await.unwrap();
        assert_same(&before, &content(&town).await);
        assert_eq!(conflict(undone(&town, id).await), "Cette fusion est déjà annulée.");
        // And again.
        let id = merge(&town, kept, duplicate).await.unwrap();
        assert_eq!(content(&town).await, after);
        undone(&town, id).await.unwrap();
    }

    /// Whatever is chosen, in both directions.
    async fn every_choice_can_be_undone_to_the_letter(town: Town) {
        let Pair { kept, duplicate, .. } = pair(&town).await;
        let before = content(&town).await;
        let random = SeededRandomness::new(20_261_122);
        let pick = |of: usize| { let mut b = [0u8; 8]; random.fill(&mut b).unwrap(); (u64::from_le_bytes(b) % of as u64) as usize };
        for round in 0..12 {
            let (kept, duplicate) = if round % 2 == 0 { (kept, duplicate) } else { (duplicate, kept) };
            let plan = town.read(move |tx| plan::read(tx, kept, duplicate)).await;
            let mut choices = plan.suggested();
            for (question, choice) in &mut choices.0 {
                let all: &[Choice] = if question.starts_with("sieges") { &[Choice::Kept, Choice::Duplicate, Choice::Both] } else { &[Choice::Kept, Choice::Duplicate] };
                *choice = all[pick(all.len())];
            }
            let told = format!("{choices:?}");
            let id = merge_with(&town, kept, duplicate, choices).await.unwrap_or_else(|error| panic!("{told}: {error}"));
            undone(&town, id).await.unwrap_or_else(|error| panic!("{told}: {error}"));
            assert_same(&before, &content(&town).await);
        }
    }

    async fn the_national_team_compares_merges_and_undoes(town: Town) {
        let Pair { kept, duplicate, .. } = pair(&town).await;
        let mut national = town.as_("equipe-nationale").await;
        national.get(&address(kept)).await.ok().says("Corriger l'identité").says("Fusionner avec un doublon");
        town.get(&address(kept)).await.ok().never_says("Corriger l'identité");
        let choose = format!("/administration/structures/{kept}/fusionner");
        national.get(&choose).await.ok().says("Doublons probables").says("Maison ! du numérique");
        national.get(&format!("{choose}?q=zzzzzz")).await.ok().says("Aucune autre structure ne répond");
        let compare = format!("{choose}/{duplicate}");
        national.get(&compare).await.ok().says("Quelle valeur garder").says("Adhésion à « Réseau exemple de la Vallée (fictif) »")
            .says("Sièges dans « Assemblée du réseau »").says("Signature de « Charte exemple").says("1 personne rattachée")
            .says("Ces mandats permanents n'auront plus de sens");
        // Without an answer: beside each question, and nothing is written.
        let acts = town.acts().await;
        national.post(&compare, &[("version_gardee", "1"), ("version_doublon", "1")]).await.is(422)
            .says("SIRET : choisissez la valeur à garder.").says("choisissez ce qui reste");
        national.post(&compare, &[]).await.is(409).says("vient d'être corrigée");
        assert_eq!(town.acts().await, acts);

        let choices = town.read(move |tx| plan::read(tx, kept, duplicate)).await.suggested();
        let mut fields = vec![("version_gardee", "1"), ("version_doublon", "1")];
        fields.extend(choices.0.iter().map(|(question, choice)| (question.as_str(), kernel::coded::Coded::code(*choice))));
        national.submit(&compare, &fields).await.ok().says("Cette fusion peut être annulée.").says("Réunie avec")
            .says("Réseau exemple du Plateau");
        // Old links live; lists, search and exports forget it.
        town.get(&address(duplicate)).await.is(303).leads_to(&address(kept));
        town.get("/structures?q=numerique").await.ok().says("Maison du numérique").never_says("Maison ! du numérique");
        town.get("/structures.csv").await.ok().never_says("Maison ! du numérique");
        town.get("/gouvernances/reseau-exemple-plateau/membres").await.ok().says("Maison du numérique");
        town.get("/registre").await.ok().says("« Maison ! du numérique » est fusionnée avec « Maison du numérique », qui reste");
        town.get("/gouvernances/reseau-exemple-plateau/registre").await.ok().says("tient la place de « Maison ! du numérique »");
        national.post(&compare, &fields).await.is(409).says("a déjà été fusionnée avec une autre structure");
        // The number that was not kept leads to the organisation that was.
        let known = town.read(|tx| directory::organisations::store::by_siret(tx, "99900002900028")).await;
        assert_eq!(known.map(|one| one.id), Some(kept));

        let list = national.get("/administration/fusions").await.ok().says("Maison ! du numérique");
        let place = list.links().into_iter().find(|link| link.ends_with("/annuler")).unwrap();
        national.get(&place).await.ok().has("h1", "Annuler une fusion").says("Tout ce qu'elle a déplacé retourne à sa place");
        national.submit(&place, &[]).await.ok().says("de nouveau distinctes").has("h1", "Maison ! du numérique");
        national.get(&place).await.is(409).says("déjà annulée");
        national.get("/administration/fusions").await.ok().says("Annulée");
        town.get("/registre").await.ok().says("La fusion de « Maison ! du numérique » avec « Maison du numérique » est annulée");
    }

    async fn nobody_else_merges(town: Town) {
        let Pair { kept, duplicate, .. } = pair(&town).await;
        let path = format!("/administration/structures/{kept}/fusionner/{duplicate}");
        for persona in ["gestionnaire", "voisin", "sans-pouvoir", "hub"] {
            let mut browser = town.as_(persona).await;
            browser.get(&path).await.is(403).says("Seule l'équipe nationale");
            browser.post(&path, &[]).await.is(403);
            browser.get("/administration/structures").await.is(403);
        }
        town.get(&path).await.leads_to(&format!("/connexion?suite={}", web::encode(&path)));
    }

    async fn what_cannot_be_merged_says_why(town: Town) {
        let Pair { kept, duplicate, .. } = pair(&town).await;
        let mut national = town.as_("equipe-nationale").await;
        national.get(&format!("/administration/structures/{kept}/fusionner/{kept}")).await.is(409).says("ne se fusionne pas avec elle-même");
        national.get(&format!("/administration/structures/{kept}/fusionner/pas-un-identifiant")).await.is(404);
        assert!(conflict(merge(&town, kept, kept).await).contains("elle-même"));
        let (real, invented): (Id<Organisation>, Id<Organisation>) = town.read(|tx| {
            let of = |tx: &mut store::Tx<'_>, origin: &str| tx.get("select id from organisation where origin = $1 and merged_into is null order by id limit 1", store::params![origin], |row| row.get(0));
            Ok((of(tx, "document")?, of(tx, "fictitious")?))
        }).await;
        assert!(conflict(merge(&town, real, invented).await).contains("exemple fictif"));
        // Nothing new is attached to an organisation that gave way.
        merge(&town, kept, duplicate).await.unwrap();
        let late = town.act(&Who::operator(), move |ctx, tx| {
            let vallee = governance::governances::store::head_by_slug(tx, "landes")?.unwrap().id;
            governance::members::acts::apply(ctx, tx, vallee, &town_of_two::application(duplicate))
        }).await;
        assert!(matches!(late, Err(Error::Invalid(_))), "{late:?}");
    }

    async fn two_people_merge_at_once_and_one_of_them_does(town: Town) {
        let Pair { kept, duplicate, .. } = pair(&town).await;
        let other = town.second_node();
        let choices = town.read(move |tx| plan::read(tx, kept, duplicate)).await.suggested();
        let back = town.read(move |tx| plan::read(tx, duplicate, kept)).await.suggested();
        let before = content(&town).await;
        let one = town.app.act(Who::operator(), move |ctx, tx| acts::merge(ctx, tx, kept, duplicate, (1, 1), &choices));
        let two = other.app.act(Who::operator(), move |ctx, tx| acts::merge(ctx, tx, duplicate, kept, (1, 1), &back));
        let (one, two) = tokio::join!(one, two);
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        undone(&town, one.or(two).unwrap()).await.unwrap();
        assert_same(&before, &content(&town).await);
    }

    async fn a_chain_is_undone_from_its_end(town: Town) {
        let Pair { kept: second, duplicate: first, .. } = pair(&town).await;
        let third = new_organisation(&town, "La maison de tous").await;
        let before = content(&town).await;
        let one = merge(&town, second, first).await.unwrap();
        let between = content(&town).await;
        let two = merge(&town, third, second).await.unwrap();
        town.get(&address(first)).await.is(303).leads_to(&address(third));
        assert!(conflict(merge(&town, second, third).await).contains("déjà été fusionnée"));
        assert!(conflict(undone(&town, one).await).contains("Une fusion plus récente concerne la même structure (« Maison du numérique » dans « La maison de tous »)"));
        undone(&town, two).await.unwrap();
        assert_same(&between, &content(&town).await);
        undone(&town, one).await.unwrap();
        assert_same(&before, &content(&town).await);
        assert_eq!(town.read(|tx| merges::list(tx, None, 10)).await.into_iter().filter(|one| one.undone_on.is_none()).count(), 1, "that of the demonstration");
    }

    async fn what_has_changed_since_stands_against_undoing_and_is_named(town: Town) {
        let Pair { kept, duplicate, assembly, .. } = pair(&town).await;
        let id = merge(&town, kept, duplicate).await.unwrap();
        // What is added since stays where it was added.
        town.act(&Who::operator(), move |ctx, tx| {
            let landes = governance::governances::store::head_by_slug(tx, "landes")?.unwrap().id;
            governance::members::acts::apply(ctx, tx, landes, &town_of_two::application(kept))
        }).await.unwrap();
        let seats = town.read(move |tx| governance::bodies::store::seats(tx, assembly)).await;
        let seat = seats.iter().rfind(|seat| seat.organisation == Some(kept)).unwrap().id;
        town.act(&Who::operator(), move |ctx, tx| governance::bodies::changes::take_seat(ctx, tx, assembly, seat)).await.unwrap();
        let sentence = conflict(undone(&town, id).await);
        assert!(sentence.contains("un siège dans « Réseau exemple de la Vallée (fictif) » a changé depuis"), "{sentence}");
        let mut national = town.as_("equipe-nationale").await;
        let acts = town.acts().await;
        national.post(&format!("/administration/fusions/{id}/annuler"), &[]).await.is(409).says("ne peut plus être annulée");
        assert_eq!(town.acts().await, acts);
        town.get(&address(duplicate)).await.is(303);
    }

    /// Erasing one's account is a right that no merge holds back, nor the reverse.
    async fn an_account_erased_meanwhile_stays_erased(town: Town) {
        let Pair { kept, duplicate, person, .. } = pair(&town).await;
        let id = merge(&town, kept, duplicate).await.unwrap();
        let who = Who::person(person.uuid(), None, Vec::new());
        town.act(&who, move |ctx, tx| {
            governance::powers::acts::end_all(ctx, tx, person)?;
            directory::accounts::data::erase(ctx, tx, person)
        }).await.unwrap();
        undone(&town, id).await.unwrap();
        let left: (String, Option<Id<Organisation>>) = town.read(move |tx| {
            tx.get("select name, organisation from person where id = $1", store::params![person], |row| Ok((row.get(0)?, row.get(1)?)))
        }).await;
        assert_eq!(left, (String::new(), None));
    }
}
