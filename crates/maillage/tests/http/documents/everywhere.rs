//! What holds for all governances of documents: each item has its source, and no person is named or can be reached.

use std::collections::BTreeSet;

use super::{INVENTED, REAL, Reading as _};

const SOURCE: &str = "Source : document 00";

/// Persons whom the documents name: contacts of 004, authors of the comments and stories of 002 and 003.
const PERSONS: [&str; 13] = [
    "léchit",
    "lechit",
    "belbès",
    "belbés",
    "belbes",
    "guichard",
    "massini",
    "gauthe",
    "dewitte",
    "eglantine",
    "emmanuel",
    "akim",
    "oural",
];

/// A French telephone number, if the text holds one: ten digits from 01 to 09, in pairs or not.
fn telephone(text: &str) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    let starts = letters.windows(2).enumerate().filter(|(_, pair)| pair[0] == '0' && ('1'..='9').contains(&pair[1]));
    starts.map(|(start, _)| start).find_map(|start| {
        let before = start.checked_sub(1).and_then(|place| letters.get(place));
        if before.is_some_and(|letter| letter.is_alphanumeric() || *letter == '-') {
            return None;
        }
        let run: String =
            letters[start..].iter().take_while(|one| one.is_ascii_digit() || " .-".contains(**one)).collect();
        let after = letters.get(start + run.chars().count());
        let digits = run.chars().filter(char::is_ascii_digit).count();
        (digits == 10 && !after.is_some_and(|letter| letter.is_alphabetic())).then_some(run)
    })
}

#[test]
fn a_telephone_number_is_recognised() {
    // As document 004 writes one, and otherwise.
    for number in ["Tél:055369 4180 |", "05 53 69 41 80", "(0553694180)", "05.53.69.41.80"] {
        assert!(telephone(number).is_some(), "{number}");
    }
    for other in [
        "le 04 avril 2024",
        "2023-07-04",
        "01 Ain",
        "1 800 ordinateurs",
        "99900001100018",
        "a0553694180",
        "0786692865bc",
    ] {
        assert!(telephone(other).is_none(), "{other}");
    }
}

#[track_caller]
fn names_nobody(place: &str, text: &str) {
    assert!(!text.contains('@'), "{place}: @");
    assert!(!text.contains("mailto:") && !text.contains("href=\"tel:"), "{place}: contact link");
    let lower = text.to_lowercase();
    for person in PERSONS {
        assert!(!lower.contains(person), "{place}: {person}");
    }
}

stories! {
    async fn each_fact_member_mandate_and_body_of_a_document_has_its_source(town: Town) {
        for slug in REAL {
            let page = town.get(&format!("/gouvernances/{slug}")).await.ok();
            let facts = page.definitions("m-facts");
            assert!(!facts.is_empty(), "{slug} has no fact");
            for (topic, fact) in facts {
                assert!(fact.words().contains(SOURCE), "{slug}, {topic}");
            }
            let members = town.get(&format!("/gouvernances/{slug}/membres")).await.ok();
            assert!(!members.rows("membres").is_empty(), "{slug} has no member");
            for (name, row) in members.rows("membres").into_iter().chain(members.rows("mandats-permanents")) {
                assert!(row.words().contains(SOURCE), "{slug}, {name}");
            }
            let bodies = town.get(&format!("/gouvernances/{slug}/instances")).await.ok();
            assert!(!bodies.bodies().is_empty(), "{slug} has no body");
            for (name, body) in bodies.bodies() {
                assert!(body.words().contains(SOURCE), "{slug}, {name}");
                town.get(&bodies.link(&name)).await.ok().content().says(SOURCE);
            }
            // In the register as well, one act after the other.
            for (number, act) in town.get(&format!("/gouvernances/{slug}/registre")).await.ok().rows("actes") {
                assert!(act.words().contains(SOURCE), "{slug}, acte {number}: {}", act.words());
            }
        }
    }

    async fn no_person_is_named_and_none_can_be_reached_on_any_page(town: Town) {
        let starts = ["/", "/gouvernances", "/structures", "/national", "/registre", "/contact", "/statistiques"];
        let mut waiting: Vec<String> = starts.map(ToOwned::to_owned).to_vec();
        let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
        while let Some(path) = waiting.pop() {
            let page = town.get(&path).await;
            if page.header("location").starts_with("/connexion") {
                // What only a signed-in person sees is not published.
                continue;
            }
            let page = page.ok();
            names_nobody(&path, &page.text());
            assert_eq!(telephone(&page.words()), None, "{path}");
            for link in page.links() {
                // The départements of which no document speaks are all alike: their lines in the lists are enough.
                let told = REAL.iter().chain(&INVENTED).any(|slug| {
                    link.strip_prefix("/gouvernances/").and_then(|rest| rest.strip_prefix(*slug))
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.', '?']))
                });
                // Asking to join begins with signing in. Papers hold what their page shows, and are read by tests of their own.
                let packed = [".ods", ".xlsx", ".odt", ".pdf"].iter().any(|end| link.split('?').next().is_some_and(|path| path.ends_with(end)));
                let wanted = told && !packed && !link.ends_with("/candidature")
                    || link.starts_with("/structures/") || link.starts_with("/structures?apres")
                    || link.starts_with("/gouvernances?apres") || link.starts_with("/territoires/zone-")
                    || ["/structures.csv", "/gouvernances.csv", "/registre.csv"].contains(&link.as_str());
                if wanted && seen.insert(link.clone()) {
                    waiting.push(link);
                }
            }
        }
        assert!(seen.len() > 200, "{} pages", seen.len());
        // What each act holds, beyond what lists of acts show.
        let acts: Vec<String> = town.read(|tx| {
            tx.query("select summary || ' ' || payload from register", &[], |row| row.get(0))
        }).await;
        for act in acts {
            names_nobody("register", &act);
            assert_eq!(telephone(&act), None);
        }
    }
}
