//! The map of France by département, made on the server: one link a département, states told by pattern, colour and
//! text. Always shown next to a table with the same facts.

use std::fmt::Write as _;
use std::sync::LazyLock;

use crate::text::escape;

/// The state of a territory's governance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tint {
    Installed,
    Preparation,
    Suspended,
    Closed,
    None,
}

impl Tint {
    pub const ALL: [Self; 5] = [Self::Installed, Self::Preparation, Self::Suspended, Self::Closed, Self::None];

    /// In words, as the legend says it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Installed => "Gouvernance installée",
            Self::Preparation => "Gouvernance en préparation",
            Self::Suspended => "Gouvernance suspendue",
            Self::Closed => "Gouvernance close",
            Self::None => "Pas de gouvernance connue",
        }
    }

    /// The kind of the badge that tells the same state.
    pub fn badge(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Preparation => "preparation",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
            Self::None => "",
        }
    }

    /// Attributes of what is painted in this state. Patterns are attributes, since a style sheet's `url(#…)` would
    /// be read relative to the style sheet by older browsers.
    fn paint(self) -> &'static str {
        match self {
            Self::Installed => "class=\"z zi\"",
            Self::Preparation => "class=\"z zp\" fill=\"url(#zp)\"",
            Self::Suspended => "class=\"z zs\" fill=\"url(#zs)\"",
            Self::Closed => "class=\"z zc\" fill=\"url(#zc)\"",
            Self::None => "class=\"z zn\"",
        }
    }
}

/// One département of the map. `label` is what is read aloud and shown on hover: it tells the name and the state.
#[derive(Clone, Debug)]
pub struct MapArea {
    /// The official code, without leading zeros dropped: `01`, `2A`, `974`.
    pub code: String,
    pub label: String,
    pub href: String,
    pub tint: Tint,
}

struct Shape {
    code: &'static str,
    path: &'static str,
}

struct Outline {
    view_box: &'static str,
    shapes: Vec<Shape>,
    /// Frames of the overseas départements: x, y, width, height.
    insets: Vec<[&'static str; 4]>,
}

static OUTLINE: LazyLock<Outline> = LazyLock::new(|| read(include_str!("../data/departements.tsv")));

fn read(table: &'static str) -> Outline {
    let mut outline = Outline { view_box: "0 0 1000 1000", shapes: Vec::new(), insets: Vec::new() };
    for line in table.lines() {
        if let Some(comment) = line.strip_prefix('#') {
            let view_box =
                comment.split_once("viewBox=").map(|(_, rest)| rest.split_once(" origin").unwrap_or((rest, "")));
            outline.view_box = view_box.map_or(outline.view_box, |(numbers, _)| numbers.trim());
            continue;
        }
        let mut cells = line.split('\t');
        if let (Some(code), Some(path)) = (cells.next(), cells.next())
            && code != "code"
        {
            outline.shapes.push(Shape { code, path });
            let mut frame = cells.nth(2).unwrap_or("").split(' ');
            if let (Some(x), Some(y), Some(width), Some(height)) =
                (frame.next(), frame.next(), frame.next(), frame.next())
            {
                outline.insets.push([x, y, width, height]);
            }
        }
    }
    outline
}

const PATTERNS: &str = "<defs>\
    <pattern id=\"zp\" class=\"zp\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
    <rect width=\"8\" height=\"8\"/><path d=\"M0 2h8\"/></pattern>\
    <pattern id=\"zs\" class=\"zs\" width=\"9\" height=\"9\" patternUnits=\"userSpaceOnUse\">\
    <rect width=\"9\" height=\"9\"/><circle cx=\"4\" cy=\"4\" r=\"2\"/></pattern>\
    <pattern id=\"zc\" class=\"zc\" width=\"9\" height=\"9\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
    <rect width=\"9\" height=\"9\"/><path d=\"M0 2h9M2 0v9\"/></pattern></defs>";

/// Paris and its three neighbours are too small to point at: each of their links also draws an enlarged copy.
const ENLARGED: [&str; 4] = ["75", "92", "93", "94"];
const ENLARGEMENT_FRAME: [&str; 4] = ["0", "0", "170", "192"];

/// A path of relative commands, 4.4 times as large, moved from the middle of the country into its frame.
fn enlarged(path: &str) -> String {
    let moved = [-2130.0, -946.0];
    let mut out = String::with_capacity(path.len() + 64);
    let mut rest = path;
    let mut rank = 0;
    while let Some(first) = rest.chars().next() {
        let length = rest.char_indices().skip(1).find(|(_, c)| !c.is_ascii_digit() && *c != '.').map(|(at, _)| at);
        let (token, after) = rest.split_at(length.filter(|_| !first.is_ascii_alphabetic()).unwrap_or(first.len_utf8()));
        match token.trim().parse::<f64>() {
            Ok(number) => {
                let number = number * 4.4 + moved.get(rank).unwrap_or(&0.0);
                let _ = write!(out, " {number:.0}");
                rank += 1;
            }
            Err(_) => out.push_str(token.trim()),
        }
        rest = after;
    }
    out
}

/// The map as inline SVG: one link with a title for each area given, reachable by keyboard, preceded by a link that
/// skips it. Départements without an area are drawn, not linked. Write it with `{{ map|safe }}`, once a page.
pub fn france(areas: &[MapArea], title: &str) -> String {
    let outline = &*OUTLINE;
    let mut svg = String::with_capacity(64 * 1024);
    // Writing to a string cannot fail.
    let _ = write!(
        svg,
        "<div class=\"m-map\"><a class=\"m-map__skip\" href=\"#apres-carte\">Passer la carte</a>\
         <svg viewBox=\"{}\" role=\"group\" aria-label=\"{}\">{PATTERNS}<g class=\"m-map__frames\">",
        outline.view_box,
        escape(title)
    );
    for [x, y, width, height] in outline.insets.iter().chain([&ENLARGEMENT_FRAME]) {
        let _ = write!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>");
    }
    svg.push_str("</g>\n");
    for shape in &outline.shapes {
        match areas.iter().find(|area| area.code == shape.code) {
            Some(area) => {
                let _ = write!(
                    svg,
                    "<a href=\"{}\" {}><title>{}</title><path d=\"{}\"/>",
                    escape(&area.href),
                    area.tint.paint(),
                    escape(&area.label),
                    shape.path
                );
                if ENLARGED.contains(&shape.code) {
                    let _ = write!(svg, "<path d=\"{}\"/>", enlarged(shape.path));
                }
                svg.push_str("</a>\n");
            }
            None => {
                let _ = writeln!(svg, "<path class=\"z zn\" d=\"{}\"/>", shape.path);
            }
        }
    }
    svg.push_str("</svg></div><span id=\"apres-carte\" tabindex=\"-1\"></span>");
    svg
}

/// The official codes of the 101 départements that the map draws.
pub fn codes() -> impl Iterator<Item = &'static str> {
    OUTLINE.shapes.iter().map(|shape| shape.code)
}

/// The key of the map: each state that occurs, with its pattern, its name and how many départements have it.
pub fn legend(areas: &[MapArea]) -> String {
    legend_of(areas, Tint::label)
}

/// As [`legend`], where the colours mean something else than the state of a governance.
pub fn legend_of(areas: &[MapArea], label: impl Fn(Tint) -> &'static str) -> String {
    let mut list = String::from("<ul class=\"m-legend\">");
    for tint in Tint::ALL {
        let count = areas.iter().filter(|area| area.tint == tint).count();
        if count > 0 {
            let _ = write!(
                list,
                "<li><svg class=\"m-swatch\" width=\"28\" height=\"18\" aria-hidden=\"true\" focusable=\"false\">\
                 <rect {} width=\"28\" height=\"18\" rx=\"3\"/></svg> {} <b>{count}</b></li>",
                tint.paint(),
                label(tint)
            );
        }
    }
    list.push_str("</ul>");
    list
}
