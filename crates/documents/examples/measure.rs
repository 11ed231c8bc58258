//! How long a large table takes: `cargo run --release -p documents --example measure -- 100000 [folder]`.
//!
//! Ten columns: two identifiers, three texts, a number, an amount, two dates, a link.
//!
//! 100,000 rows on two busy shared cores, 2026-11-21, release profile (debug profile): CSV 0.2 s (2 s), 26 MB; ODS 0.9 s
//! (27 s), 4.6 MB; XLSX 3.2 s (29 s), 7.1 MB. Memory beside the table's own 108 MB and the file: nothing for CSV and ODS,
//! some 330 MB for XLSX, which `rust_xlsxwriter` holds as cells before writing.

use std::time::Instant;

use documents::{Cell, Column, Format, Sheet, write};
use jiff::civil::date;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let rows: u32 = arguments.next().as_deref().unwrap_or("100000").parse()?;
    let folder = arguments.next();
    let headers = ["id", "siret", "nom", "commune", "avis", "participants", "montant", "début", "fin", "lien"];
    let row = |n: u32| {
        let id = format!("0193{n:08x}-7000-7abc-8def-0123456789ab");
        let link = Cell::Link { label: format!("Fiche {n}"), href: format!("https://exemple.fr/structures/{id}") };
        vec![
            Cell::Text(id),
            Cell::Text(format!("{:014}", 10_000_000_000_000 + u64::from(n))),
            Cell::Text(format!("Association d'inclusion numérique n° {n}")),
            Cell::Text(format!("Commune {}", n % 35_000)),
            Cell::Text(format!(
                "La réunion {n} s'est bien passée ; à refaire avec « France services » & la médiathèque."
            )),
            Cell::Integer(i64::from(n % 40)),
            Cell::Cents(i64::from(n) * 137),
            Cell::Date(date(2026, 1 + i8::try_from(n % 12).unwrap_or(0), 9)),
            Cell::Date(date(2027, 1 + i8::try_from(n % 12).unwrap_or(0), 28)),
            link,
        ]
    };
    let sheet = Sheet {
        title: "Mesure".into(),
        columns: headers.iter().map(|header| Column::new(*header, 20)).collect(),
        notes: vec!["Source : mesure".into()],
        rows: (0..rows).map(row).collect(),
    };
    println!("sheet: {} MB resident", resident_megabytes());
    for format in Format::ALL {
        let started = Instant::now();
        let bytes = write(&sheet, format)?;
        let megabytes = bytes.len() as f64 / 1e6;
        println!(
            "{format:?}: {:.2?}, {megabytes:.1} MB, {} MB resident at most",
            started.elapsed(),
            resident_megabytes()
        );
        if let Some(folder) = &folder {
            std::fs::write(format!("{folder}/measure.{}", format.extension()), bytes)?;
        }
    }
    Ok(())
}

/// The most memory held so far, in megabytes; 0 where Linux does not tell.
fn resident_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) / 1024
}
