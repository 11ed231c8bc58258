//! Map, chart, and the French way of writing numbers and dates.

use proptest::prelude::{any, proptest};
use ui::chart::{Step, bars, columns};
use ui::map::{MapArea, Tint, codes, france, legend};
use ui::text::{date_fr, euros_fr, number_fr, paragraphs};

fn areas(tint: Tint) -> Vec<MapArea> {
    let area = |code: &str| MapArea {
        code: code.to_owned(),
        label: format!("Nom <{code}> : {}", tint.label()),
        href: format!("/territoires/{code}"),
        tint,
    };
    codes().map(area).collect()
}

#[test]
fn the_map_has_101_links_each_with_its_title() {
    let svg = france(&areas(Tint::Preparation), "Carte <de> France");
    assert_eq!(svg.matches("<a href=\"/territoires/").count(), 101);
    assert_eq!(svg.matches("<title>").count(), 101);
    for code in ["01", "2A", "2B", "75", "95", "971", "976"] {
        assert!(svg.contains(&format!("<title>Nom &lt;{code}&gt; : Gouvernance en préparation</title>")), "{code}");
    }
    assert!(svg.contains("aria-label=\"Carte &lt;de&gt; France\""));
    assert!(!svg.contains("style=") && !svg.contains("<de>"));
}

#[test]
fn each_state_of_the_map_has_its_own_paint_and_words() {
    let mut seen = std::collections::BTreeSet::new();
    for tint in Tint::ALL {
        let drawn = france(&areas(tint)[..1], "Carte");
        let link = drawn.split("<a href=\"/territoires/01\" ").nth(1).unwrap().split("</title>").next().unwrap();
        assert!(link.contains(tint.label()));
        assert!(seen.insert(link.split('>').next().unwrap().to_owned()), "two states look the same");
    }
}

#[test]
fn a_departement_without_area_is_drawn_and_not_linked() {
    let svg = france(&areas(Tint::Installed)[..1], "Carte");
    assert_eq!(svg.matches("<a href=\"/territoires/").count(), 1);
    assert!(svg.matches("<path").count() > 100);
}

#[test]
fn the_legend_counts_what_the_map_shows() {
    let mut areas = areas(Tint::Installed);
    areas[0].tint = Tint::Suspended;
    let list = legend(&areas);
    assert!(list.contains("Gouvernance installée <b>100</b>") && list.contains("Gouvernance suspendue <b>1</b>"));
    assert!(!list.contains("close"), "states that do not occur are left out");
}

#[test]
fn bars_are_drawn_from_zero_and_named() {
    let svg = bars("Par <mois>", "%", &[("A & B", 50), ("C", 200), ("Rien", 0)]);
    assert!(svg.contains("<title>Par &lt;mois&gt;</title>") && svg.contains("A &amp; B"));
    for width in ["\"25.0%\"", "\"100.0%\"", "\"0.0%\""] {
        assert!(svg.contains(width), "{width} in {svg}");
    }
    assert!(bars::<&str>("Vide", "", &[]).contains("height=\"0\""));
    assert!(bars("Grand", "", &[("x", u64::MAX)]).contains("\"100.0%\""));
}

fn step(label: &str, value: Option<u64>, of: Option<u64>) -> Step {
    Step { label: label.to_owned(), value, of, said: format!("{value:?} <sur> {of:?}") }
}

#[test]
fn columns_stand_before_their_whole_and_leave_what_is_not_known_empty() {
    let year: Vec<Step> = (1..=12)
        .map(|month| step(&format!("mois <{month}>"), (month > 2).then_some(month), (month > 2).then_some(12)))
        .collect();
    let svg = columns("Titre <b>", &year);
    assert!(
        svg.contains("aria-label=\"Titre &lt;b&gt;\"")
            && svg.contains("<title>mois &lt;3&gt; : Some(3) &lt;sur&gt; Some(12)</title>")
    );
    assert_eq!(svg.matches("class=\"m-months__column\"").count(), 10);
    assert_eq!(svg.matches("class=\"m-months__track\"").count(), 10);
    assert_eq!(svg.matches(">–</text>").count(), 2);
    assert_eq!(svg.matches("mois &lt;1&gt;</text>").count(), 1);
    assert_eq!(svg.matches("mois &lt;12&gt;</text>").count(), 1);
    assert!(!svg.contains("style=") && !svg.contains("<b>") && !svg.contains("NaN"));
    // Few columns are as narrow as many; one alone is named once; none at all is a floor.
    assert!(svg.contains("width=\"6.2%\"") && columns("t", &year[2..3]).contains("width=\"6.2%\""));
    assert!(columns("t", &[step("mai", Some(1), None), step("juin", Some(0), None)]).contains("mai – juin</text>"));
    assert!(columns("t", &[]).ends_with("</svg>"));
}

#[test]
fn numbers_are_grouped_by_narrow_spaces() {
    for (given, shown) in [
        ("0", "0"),
        ("999", "999"),
        ("1000", "1\u{202f}000"),
        ("12500", "12\u{202f}500"),
        ("-1234567.25", "−1\u{202f}234\u{202f}567,25"),
        ("12 %", "12 %"),
        ("", ""),
        ("-", "-"),
        ("1e9", "1e9"),
    ] {
        assert_eq!(number_fr(given), shown);
    }
}

#[test]
fn amounts_show_cents_only_when_there_are_some() {
    assert_eq!(euros_fr(1_250_000), "12\u{202f}500\u{202f}€");
    assert_eq!(euros_fr(1_250_005), "12\u{202f}500,05\u{202f}€");
    assert_eq!(euros_fr(-50), "−0,50\u{202f}€");
    assert_eq!(euros_fr(i64::MIN), "−92\u{202f}233\u{202f}720\u{202f}368\u{202f}547\u{202f}758,08\u{202f}€");
}

#[test]
fn dates_are_written_out() {
    assert_eq!(date_fr("2026-03-12"), "12\u{a0}mars 2026");
    assert_eq!(date_fr("2026-08-01T10:00:00Z"), "1er\u{a0}août 2026");
    for other in ["2026-13-01", "2026-00-01", "2026", "", "hier", "éééééééééé"] {
        assert_eq!(date_fr(other), other);
    }
}

#[test]
fn paragraphs_keep_lines_and_escape() {
    assert_eq!(paragraphs("un\r\ndeux\n\n\n<b>"), "<p>un<br>deux</p>\n<p>&lt;b&gt;</p>\n");
    assert_eq!(paragraphs(" \n\n"), "");
}

proptest! {
    #[test]
    fn grouping_keeps_every_digit(number in any::<i64>()) {
        let shown: String = number_fr(&number.to_string()).replace('\u{202f}', "").replace('−', "-");
        assert_eq!(shown, number.to_string());
    }

    #[test]
    fn no_text_opens_a_tag_of_its_own(text in any::<String>()) {
        let html = paragraphs(&text);
        let bare = html.replace("<p>", "").replace("</p>", "").replace("<br>", "");
        assert!(!bare.contains(['<', '>']));
    }

    #[test]
    fn dates_and_labels_never_fail(text in any::<String>()) {
        date_fr(&text);
        number_fr(&text);
        bars("t", &text, &[(text.as_str(), 1)]);
        let svg = columns(&text, &[step(&text, Some(u64::MAX), Some(1)), step(&text, None, Some(u64::MAX))]);
        assert!(svg.matches('<').count() == svg.matches('>').count());
    }
}
