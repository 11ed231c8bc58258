//! Lists as files: CSV for machines, ODS and XLSX for people.

use std::io::Cursor;

use calamine::{Data, Ods, Reader, Xlsx};

stories! {
    async fn the_three_formats_hold_the_same_rows(town: Town) {
        let total: i64 = town.read(|tx| tx.get("select count(*) from governance", &[], |row| row.get(0))).await;
        let csv = town.get("/gouvernances.csv").await.ok();
        assert!(csv.header("content-type").starts_with("text/csv"));
        assert_eq!(csv.header("content-disposition"), "attachment; filename=\"gouvernances.csv\"");
        let mut reader = csv::Reader::from_reader(csv.body.as_slice());
        let names: Vec<String> = reader.records().map(|row| row.unwrap()[1].to_owned()).collect();
        assert_eq!(names.len() as i64, total);

        let mut ods: Ods<_> = Ods::new(Cursor::new(town.get("/gouvernances.ods").await.ok().body)).unwrap();
        let mut xlsx: Xlsx<_> = Xlsx::new(Cursor::new(town.get("/gouvernances.xlsx").await.ok().body)).unwrap();
        for sheet in [ods.worksheet_range("Gouvernances").unwrap(), xlsx.worksheet_range("Gouvernances").unwrap()] {
            let column: Vec<String> = sheet.rows().skip(1).map(|row| row[1].to_string()).collect();
            assert_eq!(column, names);
            assert!(sheet.rows().skip(1).all(|row| matches!(row[7], Data::Float(_) | Data::Int(_))), "members are numbers");
        }
    }

    async fn an_export_keeps_the_filters(town: Town) {
        let csv = town.get("/gouvernances.csv?etat=suspended").await.ok().text();
        assert_eq!(csv.lines().count(), 2, "{csv}");
        assert!(csv.contains("Exemple fictif"));
        let page = town.get("/gouvernances?etat=suspended").await.ok();
        assert!(page.links().contains(&"/gouvernances.csv?etat=suspended".to_owned()));
    }

    async fn members_and_organisations_are_exported_with_their_source(town: Town) {
        let csv = town.get("/gouvernances/grain-vendee/membres.csv").await.ok().text();
        assert!(csv.contains("Mutualité sociale agricole") && csv.contains("ocument 004"), "{csv}");
        for path in ["/gouvernances/landes/membres.ods", "/gouvernances/landes/membres.xlsx", "/structures.ods",
            "/structures.xlsx", "/structures.csv", "/registre.csv"] {
            assert!(town.get(path).await.ok().body.len() > 500, "{path}");
        }
    }

    async fn a_formula_in_a_name_stays_text(town: Town) {
        use directory::organisations::acts::{NewOrganisation, create};
        use directory::organisations::model::{Draft, OrganisationKind};
        let new = NewOrganisation {
            draft: Draft { name: "=HYPERLINK(\"http://x\")".into(), ..Draft::default() },
            kind: OrganisationKind::Other, seat: None, provenance: kernel::Provenance::fictitious(), distinct: false,
        };
        town.act(&kernel::Who::operator(), move |ctx, tx| create(ctx, tx, &new)).await.unwrap();
        let csv = town.get("/structures.csv").await.ok().text();
        assert!(csv.contains("'=HYPERLINK") && !csv.contains("\n=HYPERLINK"), "{csv}");
    }
}
