//! Sample papers to look at: `cargo run -p documents --example paper -- FOLDER`.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use documents::paper::{PdfForm, odt, pdf, text};

#[path = "../tests/samples/mod.rs"]
mod samples;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".to_owned()));
    for (name, paper) in [("minutes", samples::minutes()), ("attendance", samples::attendance(40))] {
        let started = Instant::now();
        let bytes = pdf(&paper, PdfForm::Archive)?;
        println!("{name}: {:.1?}, {} bytes", started.elapsed(), bytes.len());
        fs::write(folder.join(format!("{name}.pdf")), bytes)?;
        fs::write(folder.join(format!("{name}.odt")), odt(&paper)?)?;
        fs::write(folder.join(format!("{name}.txt")), text(&paper))?;
    }
    Ok(())
}
