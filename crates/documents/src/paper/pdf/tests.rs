//! Where things stand on the pages.

use proptest::prelude::*;

use super::super::tests::paper as any_paper;
use super::super::{Block, Paper, Table};
use super::flow;
use super::fonts::{Faces, Weight};
use super::lines::{Drawn, wrap};
use super::pages::Pages;
use super::style::{BODY, BOTTOM, LEFT, SECTION, SUBSECTION, TITLE, TOP, WIDTH};
use super::tree::Tree;

fn laid(paper: &Paper) -> Pages {
    flow::pages(paper, &mut Faces::new().unwrap(), &mut Tree::new())
}

fn paper(blocks: Vec<Block>) -> Paper {
    Paper {
        overline: String::new(),
        title: "Essai".into(),
        description: String::new(),
        written_on: jiff::civil::date(2026, 11, 22),
        footer: String::new(),
        blocks,
    }
}

fn filler(lines: usize) -> Block {
    Block::Paragraph(vec!["ligne"; lines].join("\n"))
}

/// A paragraph of so many lines, but for rounding.
fn long(lines: usize) -> Block {
    Block::Paragraph("mot ".repeat(lines * 20))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn nothing_leaves_the_page(paper in any_paper()) {
        let pages = laid(&paper);
        for page in &pages.pages {
            for text in &page.texts {
                let right = text.x + text.line.width * text.style.size;
                prop_assert!(text.x >= LEFT && text.y > TOP && text.y <= BOTTOM, "{} {}", text.x, text.y);
                // A narrow column may hold one character that is wider.
                prop_assert!(right <= LEFT + WIDTH + text.style.size * 2.0, "{right}");
            }
            for surface in &page.surfaces {
                prop_assert!(surface.y >= TOP && surface.y + surface.height <= BOTTOM + 0.01);
                prop_assert!(surface.x >= LEFT && surface.x + surface.width <= LEFT + WIDTH + 0.01);
            }
        }
    }

    #[test]
    fn no_heading_stands_alone_at_the_foot(before in 0_usize..60, lines in 1_usize..9, kind in 0..4) {
        let follows = match kind {
            0 => long(lines),
            1 => Block::Items(vec!["mot ".repeat(lines * 20)]),
            2 => Block::Table(Table {
                caption: "Titre".into(),
                head: vec!["A".into()],
                rows: vec![vec!["mot ".repeat(lines * 20)]; 3],
                ..Table::default()
            }),
            _ => Block::Signatures(vec!["Pour A".into()]),
        };
        let blocks = vec![filler(before), Block::Section("Une".into()), Block::Subsection("Deux".into()), follows];
        let pages = laid(&paper(blocks));
        for page in &pages.pages {
            let last = page.texts.last().map(|text| text.style);
            prop_assert!(![Some(TITLE), Some(SECTION), Some(SUBSECTION)].contains(&last));
        }
    }

    #[test]
    fn no_line_of_a_paragraph_stands_alone(before in 0_usize..60, lines in 2_usize..120) {
        let pages = laid(&paper(vec![filler(before), long(lines)]));
        let mut parts = Vec::new();
        for (index, page) in pages.pages.iter().enumerate() {
            for text in &page.texts {
                match parts.last_mut() {
                    Some((element, on, count)) if (*element, *on) == (text.element, index) => *count += 1,
                    _ => parts.push((text.element, index, 1)),
                }
            }
        }
        for pair in parts.windows(2) {
            if pair[0].0 == pair[1].0 {
                prop_assert!(pair[0].2 >= 2 && pair[1].2 >= 2, "{parts:?}");
            }
        }
    }

    #[test]
    fn lines_lose_no_word(text in "[a-zéœ’ \n-]{0,300}", width in 1.0_f32..40.0) {
        let mut faces = Faces::new().unwrap();
        let face = faces.get_mut(Weight::Regular);
        let lines = wrap(face, &text, width);
        let space = face.space.clone();
        let read: String = lines.iter().map(|line| line.glyphs(&space).text).collect();
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(words(&read), words(&text));
        for line in &lines {
            let Drawn { text, glyphs, .. } = line.glyphs(&space);
            let ranges: Vec<_> = glyphs.iter().map(|glyph| glyph.text_range.clone()).collect();
            prop_assert!(ranges.iter().all(|range| text.get(range.clone()).is_some_and(|part| !part.is_empty())));
        }
    }
}

#[test]
fn a_thousand_rows_have_their_headers_on_each_page() {
    let rows = (0..1000).map(|n| vec![format!("Organisation {n}"), n.to_string()]).collect();
    let table = Table { head: vec!["Organisation".into(), "Voix".into()], rows, ..Table::default() };
    let pages = laid(&paper(vec![Block::Table(table)]));
    assert!(pages.pages.len() > 20, "{}", pages.pages.len());
    let mut repeated = 0;
    for page in pages.pages.iter().skip(1) {
        let first = page.texts.first().unwrap();
        assert!(first.element.is_none() && first.y < TOP + 20.0, "the eye's copy of the headers comes first");
        repeated += page.texts.iter().filter(|text| text.element.is_none()).count();
    }
    assert_eq!(repeated, 2 * (pages.pages.len() - 1));
    let cells = pages.pages.iter().flat_map(|page| &page.texts).filter(|text| text.element.is_some()).count();
    assert_eq!(cells, 1 + 2 + 2000, "the title, the headers and every cell once");
}

#[test]
fn a_cell_of_several_pages_goes_on() {
    let row = vec!["Propos".to_owned(), "mot ".repeat(9000)];
    let table = Table { head: vec!["Qui".into(), "Quoi".into()], rows: vec![row.clone(), row], ..Table::default() };
    let pages = laid(&paper(vec![Block::Table(table)]));
    assert!(pages.pages.len() > 10, "{}", pages.pages.len());
    for page in &pages.pages[..pages.pages.len() - 1] {
        let lowest = page.texts.iter().map(|text| text.y).fold(0.0, f32::max);
        assert!(lowest > BOTTOM - 4.0 * BODY.leading, "pages are used to their foot: {lowest}");
    }
}

#[test]
fn numbers_end_at_one_place() {
    let rows = ["7", "1\u{202F}234", "", "62"].map(|number| vec!["x".to_owned(), number.to_owned()]);
    let table = Table { head: vec!["Qui".into(), "Voix".into()], rows: rows.to_vec(), ..Table::default() };
    let pages = laid(&paper(vec![Block::Table(table)]));
    let ends: Vec<f32> = pages.pages[0]
        .texts
        .iter()
        .filter(|text| text.x > LEFT + WIDTH / 2.0)
        .map(|text| text.x + text.line.width * text.style.size)
        .collect();
    assert_eq!(ends.len(), 4);
    assert!(ends.iter().all(|end| (end - ends[0]).abs() < 0.01), "{ends:?}");
}

#[test]
fn page_breaks_leave_no_empty_page() {
    let pages = laid(&paper(vec![filler(3), Block::PageBreak, Block::PageBreak, filler(3), Block::PageBreak]));
    assert_eq!(pages.pages.len(), 2);
    assert_eq!(laid(&paper(Vec::new())).pages.len(), 1);
}

#[test]
fn headings_become_bookmarks_without_a_level_left_out() {
    let blocks = ["Avant", "Une", "Deux"].map(str::to_owned);
    let [before, section, under] = blocks;
    let pages = laid(&paper(vec![Block::Subsection(before), Block::Section(section), Block::Subsection(under)]));
    let levels: Vec<_> = pages.bookmarks.iter().map(|bookmark| (bookmark.level, bookmark.title.as_str())).collect();
    assert_eq!(levels, [(1, "Essai"), (2, "Avant"), (2, "Une"), (3, "Deux")]);
}

#[test]
fn what_the_font_lacks_is_drawn_as_something_else_but_read_as_itself() {
    let mut faces = Faces::new().unwrap();
    let face = faces.get_mut(Weight::Regular);
    let mut drawn = |text: &str| {
        let space = face.space.clone();
        let line = wrap(face, text, 100.0).into_iter().next()?.glyphs(&space);
        Some((line.text, line.written))
    };
    assert_eq!(drawn("oui ☐ non"), Some(("oui □ non".to_owned(), Some("oui ☐ non".to_owned()))));
    assert_eq!(drawn("日本"), Some(("□□".to_owned(), Some("日本".to_owned()))));
    assert_eq!(drawn("Œuf co\u{AD}opéré"), Some(("Œuf coopéré".to_owned(), None)));
    assert_eq!(drawn("a\u{E000}"), Some(("a□".to_owned(), None)));
    assert_eq!(drawn("\u{64B}a\u{64B}b"), Some(("ab".to_owned(), Some("\u{64B}a\u{64B}b".to_owned()))));
    assert_eq!(drawn("\u{200D}"), None);
    // Both parts of a word that is too wide keep what was written.
    let space = face.space.clone();
    let lines = wrap(face, "日本語日本語", 2.0).into_iter().map(|line| line.glyphs(&space).written.unwrap());
    assert_eq!(lines.collect::<String>(), "日本語日本語");
}
