//! Tables in Markdown, as `docs/performance.md` shows them.

use std::time::Duration;

pub struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(head: &[&str]) -> Self {
        Self { head: head.iter().map(|cell| (*cell).to_owned()).collect(), rows: Vec::new() }
    }

    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    pub fn print(&self) {
        let line = |cells: &[String]| println!("| {} |", cells.join(" | "));
        line(&self.head);
        println!("|{}", " --- |".repeat(self.head.len()));
        self.rows.iter().for_each(|row| line(row));
    }
}

/// `12 345`, or `123.4` for small numbers.
pub fn thousands(number: f64) -> String {
    if number < 1_000.0 {
        return format!("{number:.0}");
    }
    let digits = format!("{number:.0}");
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// `312 µs`, `12.3 ms`, `1.25 s`.
pub fn time(time: Duration) -> String {
    let micros = time.as_micros() as f64;
    match micros {
        ..1_000.0 => format!("{micros:.0} µs"),
        ..100_000.0 => format!("{:.1} ms", micros / 1e3),
        ..1_000_000.0 => format!("{:.0} ms", micros / 1e3),
        _ => format!("{:.2} s", micros / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        assert_eq!((thousands(999.4), thousands(1_234_567.0)), ("999".to_owned(), "1 234 567".to_owned()));
        let times = [312, 12_340, 250_000, 1_250_000].map(|micros| time(Duration::from_micros(micros)));
        assert_eq!(times, ["312 µs", "12.3 ms", "250 ms", "1.25 s"]);
    }
}
