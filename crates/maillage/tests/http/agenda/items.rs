//! Items: corrected by two at once, moved by keyboard, cleaned of what a word processor leaves.

use super::*;

fn corrected<'a>(title: &'a str, version: &'a str) -> [(&'a str, &'a str); 4] {
    [("version", version), ("title", title), ("kind", "vote"), ("minutes", "15")]
}

stories! {
    async fn two_who_correct_one_item_see_each_other(town: Town) {
        let (mut alix, mut manager) = (town.as_("animation").await, town.as_("gestionnaire").await);
        let place = planned(&mut alix, ASSEMBLY, "Réunion d’essai", "15/01/2027").await;
        let point = add(&mut alix, &place, "Les horaires").await;
        let form = format!("{place}/ordre-du-jour/{point}");
        let version = value(&alix.get(&form).await.ok().text(), "version");
        alix.submit(&form, &corrected("Les nouveaux horaires", &version)).await.ok().says("Le point est corrigé.");
        let again = manager.post(&form, &corrected("Horaires et lieux", &version)).await.is(409);
        let again = again.says("Quelqu'un d'autre vient de corriger ce point.").says("Les nouveaux horaires").keeps("Horaires et lieux");
        // What was typed replaces what is there only once it was seen.
        let seen = value(&again.text(), "version");
        assert_ne!(seen, version);
        manager.submit(&form, &corrected("Horaires et lieux", &seen)).await.ok().says("Horaires et lieux");
        alix.post(&form, &corrected("", &seen)).await.is(409);
        let now = value(&alix.get(&form).await.ok().text(), "version");
        let refused = alix.post(&form, &corrected("", &now)).await.is(422).says("Remplissez ce champ.");
        assert_eq!(value(&refused.text(), "version"), now, "an error keeps the version that was opened");
        alix.post(&form, &item("Sans version", "vote", "1")).await.is(409);
        assert_eq!(order(&town, &place).await, ["Horaires et lieux"]);
    }

    async fn items_go_up_down_and_straight_to_a_place(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = planned(&mut alix, ASSEMBLY, "Réunion d’essai", "15/01/2027").await;
        let mut points = Vec::new();
        for title in ["A", "B", "C", "D"] {
            points.push(add(&mut alix, &place, title).await);
        }
        let at = |point: &str| format!("{place}/ordre-du-jour/{point}/place");
        let reply = alix.post(&at(&points[3]), &[("acte", "monter")]).await.is(303);
        assert!(reply.header("location").ends_with(&format!("#point-{}", points[3])), "the page opens at the item that moved");
        let page = alix.get(&format!("{place}/ordre-du-jour")).await.ok().text();
        assert!(page.contains(&format!("id=\"point-{}\" tabindex=\"-1\"", points[3])), "the item takes the focus");
        assert_eq!(order(&town, &place).await, ["A", "B", "D", "C"]);
        alix.post(&at(&points[0]), &[("acte", "descendre")]).await.is(303);
        assert_eq!(order(&town, &place).await, ["B", "A", "D", "C"]);
        for (typed, expected) in [("1", ["C", "B", "A", "D"]), (" 3 ", ["B", "A", "C", "D"]), ("99", ["B", "A", "D", "C"])] {
            alix.post(&at(&points[2]), &[("acte", "placer"), ("rang", typed)]).await.is(303);
            assert_eq!(order(&town, &place).await, expected, "to {typed}");
        }
        let acts = town.acts().await;
        for typed in ["0", "-1", "deux", "", "1.5", "99999999999999999999"] {
            let again = alix.post(&at(&points[2]), &[("acte", "placer"), ("rang", typed)]).await.is(422).says("Donnez une place, de 1 à 4.");
            assert!(again.text().contains("<title>Erreur"), "{typed}");
        }
        alix.post(&at(&points[2]), &[("acte", "voler")]).await.is(404);
        // At its place already, or at the end: nothing happens, nothing is told.
        alix.post(&at(&points[2]), &[("acte", "placer"), ("rang", "4")]).await.is(303);
        alix.post(&at(&points[2]), &[("acte", "descendre")]).await.is(303);
        assert_eq!(town.acts().await, acts);
        assert_eq!(order(&town, &place).await, ["B", "A", "D", "C"]);
    }

    async fn what_is_pasted_from_a_word_processor_becomes_paragraphs(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = planned(&mut alix, ASSEMBLY, "Réunion d’essai", "15/01/2027").await;
        let pasted = "\u{A0}\u{A0}Rappel\u{A0}: numé\u{AD}rique\r\n\r\n\r\n\r\n\u{F0B7}\tPremier\u{B}suite\r\n•\tSecond\u{C}Fin";
        let fields = [("title", "Les\tho\u{AD}raires"), ("kind", "debate"), ("minutes", "5"), ("description", pasted)];
        alix.submit(&format!("{place}/ordre-du-jour/nouveau"), &fields).await.ok().says("Les horaires");
        let kept: String = town.read(|tx| tx.get("select description from agenda_item where title = 'Les horaires'", &[], |row| row.get(0))).await;
        assert_eq!(kept, "Rappel\u{A0}: numérique\n\n- Premier\nsuite\n- Second\n\nFin");
        // What no word processor gives is refused still.
        alix.post(&format!("{place}/ordre-du-jour/nouveau"), &[("title", "a\u{1}b"), ("kind", "debate"), ("minutes", "5")]).await.is(422).says("caractère invisible");
    }
}
