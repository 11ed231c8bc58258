//! Sample papers to look at, and how long they take: `cargo run --release -p documents --example paper -- FOLDER`.
//! Figures: `docs/decisions/009-papers.md`.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use documents::paper::{PdfForm, odt, pdf, text};

#[path = "../tests/samples/mod.rs"]
mod samples;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".to_owned()));
    let mut long = samples::minutes();
    long.blocks = std::iter::repeat_n(long.blocks, 13).flatten().collect();
    for (name, paper) in [("minutes", samples::minutes()), ("attendance", samples::attendance(40)), ("long", long)] {
        let started = Instant::now();
        let bytes = pdf(&paper, PdfForm::Archive)?;
        let first = started.elapsed();
        odt(&paper)?;
        println!("{name}: PDF {first:.1?}, {} bytes; ODT {:.1?}", bytes.len(), started.elapsed() - first);
        fs::write(folder.join(format!("{name}.pdf")), bytes)?;
        fs::write(folder.join(format!("{name}.odt")), odt(&paper)?)?;
        fs::write(folder.join(format!("{name}.txt")), text(&paper))?;
    }
    Ok(())
}
