//! The national map: one outline a département, the overseas ones in frames on the left, as
//! `crates/ui/data/departements.tsv`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::path::{self, Ring};
use super::shape;

/// Overseas départements, from top to bottom. The source draws each alone, at its own scale.
const INSETS: [&str; 5] = ["971", "972", "973", "974", "976"];

/// The frames stand in the sea between Brittany and the Basque coast; all in units of the mainland's drawing,
/// which fills 0..1010 both ways.
const FRAME: Frame = Frame { x: 0.0, y: 436.0, width: 130.0, height: 110.0 };
const FRAME_STEP: f64 = 116.0;
const FRAME_MARGIN: f64 = 7.0;

/// A little more than the drawing, so that strokes on its edge are not cut.
const VIEW_BOX: &str = "-4 -4 1018 1018";

/// Outlines of insets come ten times finer than the mainland's: what is under this many units (0.3 px on a map
/// 700 px wide) goes.
const INSET_TOLERANCE: f64 = 0.4;
/// Islets under this many square units (0.25 px² at 700 px) go too.
const SMALLEST_ISLET: f64 = 0.5;

#[derive(Clone, Copy)]
struct Frame {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// Makes the file from the source of the chart component. `origin` is written in its first line.
pub fn tsv(script: &str, origin: &str) -> Result<String, String> {
    let outlines = outlines(script)?;
    if outlines.len() != 101 {
        return Err(format!("the map holds {} départements, not 101", outlines.len()));
    }
    let mut file = format!("# viewBox={VIEW_BOX} origin={origin}\ncode\td\tx\ty\tinset\n");
    for (code, d) in outlines {
        let row = row(code, d).map_err(|error| format!("département {code}: {error}"))?;
        file.push_str(&row);
    }
    Ok(file)
}

fn row(code: &str, d: &str) -> Result<String, String> {
    let mut rings = path::parse(d)?;
    let mut frame_column = String::new();
    if let Some(rank) = INSETS.iter().position(|inset| *inset == code) {
        let frame = Frame { y: FRAME.y + FRAME_STEP * rank as f64, ..FRAME };
        rings = placed(rings, frame);
        write!(frame_column, "{} {} {} {}", frame.x, frame.y, frame.width, frame.height)
            .map_err(|error| error.to_string())?;
    }
    let (x, y) = shape::label_point(&rings).ok_or("no surface")?;
    let d = path::write(&rings.iter().map(rounded).filter(|ring| ring.len() > 2).collect::<Vec<_>>());
    Ok(format!("{code}\t{d}\t{}\t{}\t{frame_column}\n", path::decimal(tenths(x)), path::decimal(tenths(y))))
}

/// Every `class: "FR-…", … d: "…"` pair whose class is a département.
fn outlines(script: &str) -> Result<BTreeMap<&str, &str>, String> {
    let mut found = BTreeMap::new();
    for block in script.split("class: \"FR-").skip(1) {
        let Some((code, after)) = block.split_once('"') else { continue };
        // The file also draws the regions, as "FR-BFC" or, for Corsica, "FR-20R".
        if !code.starts_with(|c: char| c.is_ascii_digit()) || code.ends_with('R') {
            continue;
        }
        let d =
            after.split_once(" d: \"").and_then(|(_, d)| d.split_once('"')).ok_or(format!("no outline for {code}"))?;
        if found.insert(code, d.0).is_some() {
            return Err(format!("two outlines for {code}"));
        }
    }
    Ok(found)
}

/// Scales an overseas département to its frame, centred, then simplifies it.
fn placed(rings: Vec<Ring>, frame: Frame) -> Vec<Ring> {
    let (left, top, right, bottom) = shape::bounds(&rings);
    let room = |size: f64| size - 2.0 * FRAME_MARGIN;
    let scale = (room(frame.width) / (right - left)).min(room(frame.height) / (bottom - top));
    let shift_x = frame.x + frame.width / 2.0 - scale * (left + right) / 2.0;
    let shift_y = frame.y + frame.height / 2.0 - scale * (top + bottom) / 2.0;
    rings
        .into_iter()
        .map(|ring| ring.into_iter().map(|(x, y)| (shift_x + scale * x, shift_y + scale * y)).collect::<Ring>())
        .filter(|ring| shape::signed_area(ring).abs() >= SMALLEST_ISLET)
        .map(|ring| simplified_ring(&ring))
        .collect()
}

/// A ring is simplified as two lines, from its first point to the farthest one and back.
fn simplified_ring(ring: &Ring) -> Ring {
    let away = |&(x, y): &(f64, f64)| ring.first().map_or(0.0, |first| (x - first.0).hypot(y - first.1));
    let far = ring.iter().enumerate().max_by(|a, b| away(a.1).total_cmp(&away(b.1))).map_or(0, |(at, _)| at);
    let (out, back) = ring.split_at(far);
    let there: Ring = out.iter().chain(back.first()).copied().collect();
    let again: Ring = back.iter().chain(ring.first()).copied().collect();
    let mut whole = shape::simplified(&there, INSET_TOLERANCE);
    whole.pop();
    whole.extend(shape::simplified(&again, INSET_TOLERANCE));
    whole.pop();
    whole
}

/// To tenths of a unit, without repeated points; the last point is not the first, `z` closes.
fn rounded(ring: &Ring) -> Vec<(i32, i32)> {
    let mut points: Vec<_> = ring.iter().map(|&(x, y)| (tenths(x), tenths(y))).collect();
    points.dedup();
    while points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    points
}

fn tenths(value: f64) -> i32 {
    (value * 10.0).round() as i32
}
