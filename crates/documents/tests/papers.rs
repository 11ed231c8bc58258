//! PDF files as other programs read them: poppler (`pdfinfo`, `pdftotext`) and qpdf. `cargo xtask test` installs both.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests are tests too")]

use std::path::{Path, PathBuf};
use std::process::Command;

use documents::paper::{Block, Paper, PdfForm, Table, pdf};

mod samples;

/// A file that goes away with its test.
struct File(PathBuf);

impl File {
    fn write(name: &str, paper: &Paper, form: PdfForm) -> File {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}.pdf", std::process::id()));
        std::fs::write(&path, pdf(paper, form).unwrap()).unwrap();
        File(path)
    }

    /// What the program prints about it; its warnings too are errors.
    fn read_by(&self, program: &str, before: &[&str], after: &[&str]) -> String {
        let output = Command::new(program).args(before).arg(&self.0).args(after).output();
        let output = output.unwrap_or_else(|fault| panic!("{program} (Debian: poppler-utils, qpdf): {fault}"));
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        // poppler 22 prints the titles of headings as they are in the file, in UTF-16.
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The tree, one element a line: indented by depth, then its kind or the text in quotes.
fn structure(file: &File) -> Vec<String> {
    let tree = file.read_by("pdfinfo", &["-struct-text"], &[]);
    tree.lines().map(str::to_owned).collect()
}

fn count(tree: &[String], kind: &str) -> usize {
    tree.iter().filter(|line| line.trim_start().split([' ', ':']).next() == Some(kind)).count()
}

#[test]
fn minutes_are_tagged() {
    for form in [PdfForm::Accessible, PdfForm::Archive] {
        let file = File::write(&format!("minutes-{form:?}"), &samples::minutes(), form);
        let tree = structure(&file);
        let kinds = ["H1", "H2", "H3", "L", "Table", "Caption", "THead", "TBody", "TR", "TH", "TD"];
        let counts = kinds.map(|kind| count(&tree, kind));
        assert_eq!(counts, [1, 4, 2, 4, 2, 1, 2, 2, 10, 8, 32], "{kinds:?}");
        let scopes = tree.iter().filter(|line| line.trim() == "/Scope /Column").count();
        assert_eq!(scopes, 8);
        assert_eq!(count(&tree, "LI"), count(&tree, "LBody"));
        assert!(tree.iter().any(|line| line.contains("Communauté de communes du Val d’Œuf")));
        assert!(tree.iter().all(|line| !line.contains("page\u{A0}1 sur")), "the footer is no content");
        let shown = file.read_by("pdftotext", &["-layout"], &["-"]);
        assert!(shown.contains("page 1 sur 2") && shown.contains("page 2 sur 2"), "{shown}");
        let about = file.read_by("pdfinfo", &[], &[]);
        for line in ["Title:           Compte rendu de la réunion du 12 mars 2026", "Tagged:          yes", "(A4)"] {
            assert!(about.contains(line), "{about}");
        }
        assert!(about.contains("Sat Mar 14 00:00:00 2026"), "{about}");
    }
}

#[test]
fn the_archived_form_says_what_it_is() {
    let archive = File::write("archive", &samples::minutes(), PdfForm::Archive);
    let xmp = archive.read_by("pdfinfo", &["-meta"], &[]);
    for mark in ["<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<", "fr-FR"] {
        assert!(xmp.contains(mark), "{mark}\n{xmp}");
    }
    let accessible = File::write("accessible", &samples::minutes(), PdfForm::Accessible);
    let xmp = accessible.read_by("pdfinfo", &["-meta"], &[]);
    assert!(xmp.contains("<pdfuaid:part>1<") && !xmp.contains("pdfaid:part>2"), "{xmp}");
    let fonts = archive.read_by("pdffonts", &[], &[]);
    assert_eq!(fonts.matches("NotoSans").count(), 2, "{fonts}");
    assert!(fonts.lines().skip(2).all(|font| font.contains("yes yes yes")), "embedded, subset, readable: {fonts}");
}

#[test]
fn bookmarks_and_language_are_in_the_catalogue() {
    let file = File::write("catalogue", &samples::minutes(), PdfForm::Archive);
    let json = file.read_by("qpdf", &["--json", "--json-key=outlines", "--json-key=qpdf"], &[]);
    for part in ["\"title\": \"1. Charte des lieux de médiation\"", "\"title\": \"Calendrier\"", "u:fr-FR"] {
        assert!(json.contains(part), "{part}");
    }
    assert!(json.contains("\"/DisplayDocTitle\": true") && json.contains("\"/Marked\": true"));
}

#[test]
fn large_papers_are_sound() {
    let table = |rows: usize, columns: usize| {
        let row = |n: usize| (0..columns).map(|column| format!("case {n} {column}")).collect::<Vec<_>>();
        Block::Table(Table { head: row(0), rows: (1..=rows).map(row).collect(), ..Table::default() })
    };
    let base = samples::minutes();
    let papers = [
        ("rows", Paper { blocks: vec![table(1000, 4)], ..base.clone() }, 20..60),
        ("columns", Paper { blocks: vec![table(5, 40)], ..base.clone() }, 1..20),
        ("empty", Paper { blocks: vec![table(0, 3)], ..base.clone() }, 1..2),
        (
            "pages",
            Paper { blocks: std::iter::repeat_n(base.blocks.clone(), 140).flatten().collect(), ..base },
            200..300,
        ),
        ("attendance", samples::attendance(300), 10..30),
    ];
    for (name, paper, expected) in papers {
        let file = File::write(name, &paper, PdfForm::Archive);
        let checked = file.read_by("qpdf", &["--check"], &[]);
        assert!(checked.contains("No syntax or stream encoding errors found"), "{name}: {checked}");
        let about = file.read_by("pdfinfo", &[], &[]);
        let pages = about.lines().find_map(|line| line.strip_prefix("Pages:")).unwrap().trim();
        assert!(expected.contains(&pages.parse().unwrap()), "{name}: {pages}");
        let tree: Vec<String> = file.read_by("pdfinfo", &["-struct"], &[]).lines().map(str::to_owned).collect();
        assert!(count(&tree, "TH") >= 3, "{name}");
        assert_eq!(count(&tree, "THead"), count(&tree, "TBody"), "{name}: one needs the other");
    }
}

#[test]
fn hard_texts_are_read_back() {
    let words =
        ["Œuvre", "ﬁnancé", "l’été", "1\u{202F}250,50\u{A0}€", "→", "☐", "日本語", "مرحبا", "👩", "Ωμέγα", "Привет"];
    let paper = Paper { blocks: words.map(|word| Block::Paragraph(word.to_owned())).to_vec(), ..samples::minutes() };
    let file = File::write("hard", &paper, PdfForm::Archive);
    // No-break spaces come as plain ones, Arabic in the order in which it is drawn.
    let read = file.read_by("pdftotext", &[], &["-"]);
    for word in words.into_iter().filter(|word| *word != "مرحبا") {
        assert!(read.contains(&word.replace(['\u{A0}', '\u{202F}'], " ")), "{word}\n{read}");
    }
    // The tree's reader of poppler 22 gives what is drawn.
    let tree = structure(&file).join("\n");
    for word in ["\"Œuvre\"", "\"□□□\"", "\"Привет\""] {
        assert!(tree.contains(word), "{word}\n{tree}");
    }
}
