//! Plane geometry on outlines: area, centre, place of a label, simplification.

use super::path::Ring;

/// The segments of a ring, the closing one included.
fn segments(ring: &Ring) -> impl Iterator<Item = ((f64, f64), (f64, f64))> + '_ {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// Area in square units; negative when the ring turns the other way.
pub fn signed_area(ring: &Ring) -> f64 {
    segments(ring).map(|((ax, ay), (bx, by))| ax * by - bx * ay).sum::<f64>() / 2.0
}

/// Centre of gravity of the surface inside the ring, or `None` if it has no surface.
pub fn centroid(ring: &Ring) -> Option<(f64, f64)> {
    // Relative to a point of the ring: full precision for small outlines far from the origin.
    let &(ox, oy) = ring.first()?;
    let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
    for ((ax, ay), (bx, by)) in segments(ring) {
        let (ax, ay, bx, by) = (ax - ox, ay - oy, bx - ox, by - oy);
        let cross = ax * by - bx * ay;
        area += cross;
        x += (ax + bx) * cross;
        y += (ay + by) * cross;
    }
    (area != 0.0).then(|| (ox + x / (3.0 * area), oy + y / (3.0 * area)))
}

/// Smallest box around the rings: (left, top, right, bottom).
pub fn bounds<'a>(rings: impl IntoIterator<Item = &'a Ring>) -> (f64, f64, f64, f64) {
    let nothing = (f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY);
    rings
        .into_iter()
        .flatten()
        .fold(nothing, |(left, top, right, bottom), &(x, y)| (left.min(x), top.min(y), right.max(x), bottom.max(y)))
}

/// Where to write on a territory: the centroid of its largest ring, unless this is outside or close to the edge
/// (a crescent); then the inner point farthest from the edge.
pub fn label_point(rings: &[Ring]) -> Option<(f64, f64)> {
    let largest = rings.iter().max_by(|a, b| signed_area(a).abs().total_cmp(&signed_area(b).abs()))?;
    let middle = centroid(largest)?;
    let (left, top, right, bottom) = bounds([largest]);
    let mut best = ((left + right) / 2.0, (top + bottom) / 2.0);
    let (mut width, mut height) = (right - left, bottom - top);
    for _ in 0..4 {
        let centre = best;
        for row in 0..=16 {
            for column in 0..=16 {
                let offset = |step: i32, size: f64| (f64::from(step) / 16.0 - 0.5) * size;
                let candidate = (centre.0 + offset(column, width), centre.1 + offset(row, height));
                if clearance(largest, candidate) > clearance(largest, best) {
                    best = candidate;
                }
            }
        }
        (width, height) = (width / 6.0, height / 6.0);
    }
    let wide_enough = clearance(largest, middle) >= 0.5 * clearance(largest, best);
    Some(if wide_enough { middle } else { best })
}

/// Distance from a point to the edge, negative outside.
pub fn clearance(ring: &Ring, (x, y): (f64, f64)) -> f64 {
    let mut inside = false;
    let mut nearest = f64::INFINITY;
    for (a, b) in segments(ring) {
        if (a.1 > y) != (b.1 > y) && x < (b.0 - a.0) * (y - a.1) / (b.1 - a.1) + a.0 {
            inside = !inside;
        }
        nearest = nearest.min(distance((x, y), a, b));
    }
    if inside { nearest } else { -nearest }
}

/// Distance from a point to a segment.
fn distance(point: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx * dx + dy * dy;
    let along = ((point.0 - a.0) * dx + (point.1 - a.1) * dy) / length;
    let along = if length == 0.0 { 0.0 } else { along.clamp(0.0, 1.0) };
    (point.0 - a.0 - along * dx).hypot(point.1 - a.1 - along * dy)
}

/// Drops the points that stand within `tolerance` of the simplified outline (Douglas and Peucker), ends kept.
pub fn simplified(line: &[(f64, f64)], tolerance: f64) -> Ring {
    let (Some(&first), Some(&last)) = (line.first(), line.last()) else { return Ring::new() };
    let inner = line.iter().enumerate().skip(1).take(line.len().saturating_sub(2));
    let farthest = inner
        .map(|(at, &point)| (at, distance(point, first, last)))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .filter(|&(_, away)| away > tolerance);
    let Some((at, _)) = farthest else { return vec![first, last] };
    let mut kept = simplified(line.get(..=at).unwrap_or_default(), tolerance);
    kept.pop();
    kept.extend(simplified(line.get(at..).unwrap_or_default(), tolerance));
    kept
}
