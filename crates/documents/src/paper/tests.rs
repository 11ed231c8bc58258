//! What holds for every paper, whatever people typed.

use jiff::civil::date;
use proptest::prelude::*;
use quick_xml::events::Event;

use super::{Block, Paper, PdfForm, Table, odt, pdf, text};

/// Texts that went wrong somewhere once: other scripts, marks alone, what has no glyph or no width, what XML refuses.
const HARD: [&str; 18] = [
    "",
    "   \n\n ",
    "مرحبا بالعالم",
    "שלום\u{202E}abc",
    "👩‍👩‍👧 🇫🇷 ☐ ☑ ✓",
    "e\u{301}\u{301}\u{301}\u{308}x",
    "\u{301}",
    "\u{200D}\u{FE0F}",
    "\u{AD}\u{200B}\u{2060}",
    "\u{E000}\u{F8FF}\u{10FFFD}",
    "\0\u{1}\u{8}\u{B}\u{1F}\u{7F}\u{85}\u{FFFE}\u{FDD0}\u{FEFF}",
    "日本語のとても長い文章はどこでも切ることができます",
    "ﬁn ﬀ Ǆ œuvre Œ « » ’ … – — € № ½ → \u{2011}\u{202F}\u{2007}",
    "]]> <b>&amp;</b> \"'",
    "\u{2028}\u{2029}\r\n\r\t",
    "a/b-c_d@e",
    "กำ ข้า नमस्ते 한국어 \u{1100}\u{1161}\u{11A8}",
    "\u{1F1E6}\u{E0067}\u{E007F}",
];

fn typed() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zé’«» \n-]{0,60}",
        2 => any::<String>(),
        2 => proptest::sample::select(&HARD[..]).prop_map(str::to_owned),
        1 => "[A-Za-z]{100,400}",
    ]
}

fn block() -> impl Strategy<Value = Block> {
    let few = || proptest::collection::vec(typed(), 0..5);
    let table = (typed(), few(), proptest::collection::vec(few(), 0..6), proptest::collection::vec(any::<u32>(), 0..4));
    prop_oneof![
        typed().prop_map(Block::Section),
        typed().prop_map(Block::Subsection),
        typed().prop_map(Block::Paragraph),
        typed().prop_map(Block::Note),
        (typed(), typed()).prop_map(|(label, text)| Block::Marked { label, text }),
        few().prop_map(Block::Items),
        few().prop_map(Block::Numbered),
        proptest::collection::vec((typed(), typed()), 0..4).prop_map(Block::Facts),
        (table, any::<bool>()).prop_map(|((caption, head, rows, widths), tall)| {
            Block::Table(Table { caption, head, rows, widths, tall })
        }),
        few().prop_map(Block::Signatures),
        Just(Block::PageBreak),
    ]
}

pub fn paper() -> impl Strategy<Value = Paper> {
    let texts = (typed(), typed(), typed(), typed());
    (texts, -9000_i16..9999, proptest::collection::vec(block(), 0..14)).prop_map(|(texts, year, blocks)| {
        let (overline, title, description, footer) = texts;
        Paper { overline, title, description, written_on: date(year, 2, 28), footer, blocks }
    })
}

fn plain(blocks: Vec<Block>) -> Paper {
    Paper {
        overline: String::new(),
        title: "Essai".into(),
        description: String::new(),
        written_on: date(2026, 11, 22),
        footer: String::new(),
        blocks,
    }
}

/// The parts of an ODT file, each read to its end by an XML reader; gives the text of its content.
fn read_odt(bytes: &[u8]) -> String {
    let mut package = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let names = ["META-INF/manifest.xml", "meta.xml", "styles.xml", "content.xml"];
    let mut content = String::new();
    for name in names {
        let xml = std::io::read_to_string(package.by_name(name).unwrap()).unwrap();
        let mut reader = quick_xml::Reader::from_str(&xml);
        reader.config_mut().check_end_names = true;
        loop {
            match reader.read_event().unwrap_or_else(|fault| panic!("{name}: {fault}")) {
                Event::Eof => break,
                Event::Start(tag) | Event::Empty(tag) => {
                    for attribute in tag.attributes() {
                        attribute.unwrap_or_else(|fault| panic!("{name}: {fault}"));
                    }
                }
                Event::Text(text) if name == "content.xml" => {
                    content.push_str(&text.into_inner());
                }
                _ => {}
            }
        }
    }
    content
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_a_paper_fail(paper in paper()) {
        for form in [PdfForm::Accessible, PdfForm::Archive] {
            let bytes = pdf(&paper, form).unwrap_or_else(|fault| panic!("{form:?}: {fault}"));
            prop_assert!(bytes.starts_with(b"%PDF-1.7"));
        }
        read_odt(&odt(&paper).unwrap());
        prop_assert!(!text(&paper).is_empty());
    }
}

#[test]
fn each_hard_text_is_written_everywhere() {
    let blocks = HARD.iter().flat_map(|&text| {
        let text = text.to_owned();
        let table = Table { head: vec![text.clone()], rows: vec![vec![text.clone()]], ..Table::default() };
        [Block::Section(text.clone()), Block::Paragraph(text.clone()), Block::Items(vec![text]), Block::Table(table)]
    });
    let paper = plain(blocks.collect());
    pdf(&paper, PdfForm::Archive).unwrap();
    let content = read_odt(&odt(&paper).unwrap());
    assert!(content.contains("مرحبا") && content.contains("日本語"), "{content}");
}

#[test]
fn a_title_that_cannot_be_seen_is_replaced() {
    for title in HARD {
        let paper = Paper { title: title.into(), ..plain(Vec::new()) };
        pdf(&paper, PdfForm::Archive).unwrap_or_else(|fault| panic!("{title:?}: {fault}"));
    }
    let paper = Paper { title: "\0\u{FEFF} ".into(), ..plain(Vec::new()) };
    assert_eq!(text(&paper), "Document\n========\n");
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    let words: String = (0..2000).map(|n| format!("mot{n} ")).collect();
    let paper = plain(vec![Block::Paragraph(words)]);
    for form in [PdfForm::Accessible, PdfForm::Archive] {
        assert!(pdf(&paper, form).unwrap() == pdf(&paper, form).unwrap());
    }
    assert!(odt(&paper).unwrap() == odt(&paper).unwrap());
}

#[test]
fn an_odt_tells_its_type_first() {
    let bytes = odt(&plain(Vec::new())).unwrap();
    assert_eq!(&bytes[30..38], b"mimetype");
    assert_eq!(&bytes[38..38 + 39], b"application/vnd.oasis.opendocument.text");
}

#[test]
fn an_odt_has_real_headings_lists_and_header_rows() {
    let table = Table {
        caption: "Voix".into(),
        head: vec!["Qui".into(), "Combien".into()],
        rows: vec![vec!["A & B".into(), "3".into()], vec!["C".into()]],
        ..Table::default()
    };
    let paper = plain(vec![
        Block::Subsection("Avant".into()),
        Block::Section("Une".into()),
        Block::Subsection("Deux".into()),
        Block::Items(vec!["un\ndeux".into(), " ".into()]),
        Block::Table(table),
        Block::Facts(vec![("Lieu".into(), "Ici".into())]),
    ]);
    let bytes = odt(&paper).unwrap();
    let mut package = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let xml = std::io::read_to_string(package.by_name("content.xml").unwrap()).unwrap();
    for expected in [
        r#"text:outline-level="1">Essai</text:h>"#,
        r#"text:outline-level="2">Avant</text:h>"#,
        r#"text:outline-level="2">Une</text:h>"#,
        r#"text:outline-level="3">Deux</text:h>"#,
        r#"<text:list text:style-name="Items"><text:list-item><text:p text:style-name="List_20_item">un<text:line-break/>deux</text:p></text:list-item></text:list>"#,
        "<table:table-header-rows><table:table-row>",
        r#"<text:p text:style-name="Table_20_text">A &amp; B</text:p>"#,
        r#"<text:p text:style-name="Table_20_number">3</text:p>"#,
    ] {
        assert!(xml.contains(expected), "{expected}\n{xml}");
    }
    assert_eq!(xml.matches("<table:table-cell").count(), 6, "a short row is completed");
}

#[test]
fn text_has_every_block_and_no_control_character() {
    let paper = Paper {
        overline: "Gouvernance".into(),
        footer: "Pied".into(),
        ..plain(vec![
            Block::Section("Une\u{7}".into()),
            Block::Marked { label: "Décision".into(), text: "Oui.".into() },
            Block::Numbered(vec!["a\nb".into()]),
            Block::Table(Table {
                head: vec!["X".into(), "Y".into()],
                rows: vec![vec!["1".into(), String::new()]],
                ..Table::default()
            }),
            Block::PageBreak,
            Block::Signatures(vec!["Pour A".into()]),
        ])
    };
    assert_eq!(
        text(&paper),
        "Gouvernance\n\nEssai\n=====\n\nUne\n----\n\nDécision : Oui.\n\n1. a\n   b\n\n- X : 1\n\nPour A : \
         ______________________\n\nPied\n"
    );
}
