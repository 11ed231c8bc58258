//! Charts made on the server, always shown next to a table with the same numbers.

use std::fmt::Write as _;

use crate::text::{escape, number_fr};

/// Height of one bar with its label, in pixels. The chart has no `viewBox`: it takes the width it is given and its
/// text keeps its size.
const ROW: usize = 44;
const BAR: usize = 14;
/// Longer labels are cut in the picture; the table beside it holds them whole.
const LABEL_MAX: usize = 28;

/// Height of the line that names the unit.
const UNIT_LINE: usize = 24;

/// Horizontal bars as inline SVG, drawn from zero; write it with `{{ chart|safe }}`. A sign (« % », « € ») follows
/// each value; a longer `unit` (« comptes rendus ») is named once, above; it may be empty.
pub fn bars<L: AsRef<str>>(title: &str, unit: &str, rows: &[(L, u64)]) -> String {
    let largest = rows.iter().map(|(_, value)| *value).max().unwrap_or(0).max(1);
    let is_sign = unit.chars().count() <= 2;
    let (sign, first) = if is_sign { (unit, 0) } else { ("", UNIT_LINE) };
    let separator = if sign.is_empty() { "" } else { "\u{a0}" };
    let mut svg = String::with_capacity(256 + rows.len() * 256);
    // Writing to a string cannot fail.
    let _ = write!(
        svg,
        "<svg class=\"m-bars\" width=\"100%\" height=\"{}\" role=\"img\" aria-label=\"{}\"><title>{}</title>",
        first + rows.len() * ROW,
        escape(title),
        escape(title)
    );
    if !is_sign {
        let _ = write!(svg, "<text class=\"m-bars__unit\" x=\"100%\" y=\"16\">{}</text>", escape(unit));
    }
    for (index, (label, value)) in rows.iter().enumerate() {
        let top = first + index * ROW;
        let _ = write!(
            svg,
            "<g><text y=\"{text}\">{label}</text><text class=\"m-bars__value\" x=\"100%\" y=\"{text}\">{number}{separator}{sign}\
             </text><rect class=\"m-bars__track\" y=\"{bar}\" width=\"100%\" height=\"{BAR}\" rx=\"2\"/>\
             <rect class=\"m-bars__bar\" y=\"{bar}\" width=\"{width}%\" height=\"{BAR}\" rx=\"2\"/></g>",
            text = top + 16,
            bar = top + 22,
            label = escape(&shortened(label.as_ref())),
            number = number_fr(&value.to_string()),
            sign = escape(sign),
            width = percentage(*value, largest),
        );
    }
    svg.push_str("</svg>");
    svg
}

/// One step of a figure over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// « oct. 2026 ».
    pub label: String,
    /// Nothing: not known.
    pub value: Option<u64>,
    /// The whole of which it is a part, if there is one.
    pub of: Option<u64>,
    /// The value in words, for whoever points at it.
    pub said: String,
}

/// Heights of the columns, of the line above with their values, and of the line below with the first and last label.
const COLUMN: u64 = 72;
const VALUES: u64 = 18;
const LABELS: u64 = 24;

/// Upright columns as inline SVG, the oldest on the left, drawn from zero, each before the whole of which it is a part;
/// write it with `{{ chart|safe }}`. What is not known leaves its place empty, with a dash.
pub fn columns(title: &str, steps: &[Step]) -> String {
    let whole = |step: &Step| step.of.unwrap_or(0).max(step.value.unwrap_or(0));
    let largest = steps.iter().map(whole).max().unwrap_or(0).max(1);
    let count = u64::try_from(steps.len()).unwrap_or(u64::MAX);
    // A few columns are not drawn wider than those of a whole year.
    let slot = 1000 / count.max(12);
    let tenths = |thousandths: u64| format!("{}.{}%", thousandths / 10, thousandths % 10);
    let height = |value: u64| (value.saturating_mul(COLUMN) / largest).min(COLUMN);
    let floor = VALUES + COLUMN;
    let mut svg = String::with_capacity(512 + steps.len() * 320);
    // Writing to a string cannot fail.
    let _ = write!(
        svg,
        "<svg class=\"m-months\" width=\"100%\" height=\"{}\" role=\"img\" aria-label=\"{}\"><title>{}</title>",
        floor + LABELS,
        escape(title),
        escape(title)
    );
    for (place, step) in (0u64..).zip(steps) {
        let (left, width) = (tenths(place * slot + slot / 8), tenths(slot * 3 / 4));
        let middle = tenths(place * slot + slot / 2);
        let _ = write!(svg, "<g><title>{} : {}</title>", escape(&step.label), escape(&step.said));
        let mut column = |class: &str, value: u64| {
            let _ = write!(
                svg,
                "<rect class=\"{class}\" x=\"{left}\" y=\"{}\" width=\"{width}\" height=\"{}\"/>",
                floor - height(value),
                height(value)
            );
        };
        if let Some(of) = step.of {
            column("m-months__track", of);
        }
        let (told, top) = match step.value {
            Some(value) => {
                column("m-months__column", value);
                (number_fr(&value.to_string()), height(whole(step)))
            }
            None => ("–".to_owned(), 0),
        };
        let _ = write!(svg, "<text x=\"{middle}\" y=\"{}\">{told}</text></g>", floor - top - 5);
    }
    let _ = write!(svg, "<path class=\"m-months__floor\" d=\"M0 {floor}.5H9999\"/>");
    if let (Some(first), Some(last)) = (steps.first(), steps.last()) {
        // Two labels stand side by side where there is room for both.
        let (begin, end) = match count {
            1 => (first.label.clone(), ""),
            2..=5 => (format!("{} – {}", first.label, last.label), ""),
            _ => (first.label.clone(), last.label.as_str()),
        };
        let base = floor + 18;
        let _ = write!(svg, "<text class=\"m-months__first\" y=\"{base}\">{}</text>", escape(&begin));
        if !end.is_empty() {
            let x = tenths(count * slot);
            let _ = write!(svg, "<text class=\"m-months__last\" x=\"{x}\" y=\"{base}\">{}</text>", escape(end));
        }
    }
    svg.push_str("</svg>");
    svg
}

/// With one decimal, integers only.
fn percentage(value: u64, largest: u64) -> String {
    let thousandths = u128::from(value) * 1000 / u128::from(largest);
    format!("{}.{}", thousandths / 10, thousandths % 10)
}

fn shortened(label: &str) -> String {
    if label.chars().count() <= LABEL_MAX {
        return label.to_owned();
    }
    let mut short = label.chars().take(LABEL_MAX).collect::<String>();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}
