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
