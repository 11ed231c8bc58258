//! Values of every kind, keys in every order, rows that point to each other: the same bytes from both engines.

use kernel::Timestamp;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use store::{Migration, Migrations, Store, Value, params};
use uuid::Uuid;

use super::{BOTH, bytes, founded, load, members, run, write};
use crate::process::Folder;
use crate::town::{Engine, TestDatabase};

const ROWS: usize = 400;

const ODD: &[Migration] = &[Migration {
    number: 1,
    name: "odd",
    sqlite: "create table \"order\" (
                \"select\" text not null, who blob not null, whole integer, number real, bytes blob, at integer,
                truth integer check (truth in (0, 1)), primary key (\"select\", who)) strict;
             create table egg (id integer primary key, hen integer not null references hen (id)) strict;
             create table hen (id integer primary key, egg integer not null references egg (id),
                mother integer references hen (id)) strict;",
    // Columns in another order, and a text key in the order of the server's language.
    postgres: "create table \"order\" (
                truth boolean, at timestamptz, bytes bytea, number double precision, whole bigint, who uuid not null,
                \"select\" text not null, primary key (\"select\", who));
               create table egg (id bigint primary key, hen bigint not null);
               create table hen (id bigint primary key, egg bigint not null references egg (id),
                mother bigint references hen (id));
               alter table egg add constraint egg_hen_fkey foreign key (hen) references hen (id);",
}];
const ALL: &[Migrations] = &[store::migrations::STORE, Migrations { krate: "odd", steps: ODD }];

fn row() -> impl Strategy<Value = Vec<Value>> {
    // PostgreSQL has no U+0000 in a text, and no instant before 4713 BC.
    let text = prop_oneof![
        any::<String>().prop_map(|text| text.replace('\0', "")),
        "[a-zA-Zéèœß \\-']{0,12}",
        Just("\u{feff}\u{200b}\r\n\t\\\"'--;\u{10ffff}".to_owned()),
    ];
    let whole = prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX), Just(0)];
    let number = prop_oneof![
        any::<f64>().prop_filter("no number", |number| !number.is_nan()),
        Just(-0.0),
        Just(f64::INFINITY),
        Just(f64::MIN_POSITIVE / 4.0),
        Just(0.1),
        Just(1e300),
    ];
    let at = prop_oneof![-210_866_803_200_000_000..9_223_000_000_000_000_000_i64, Just(0), Just(-1)];
    let bytes = prop_oneof![any::<Vec<u8>>(), Just(Vec::new()), Just(vec![0; 3])];
    let maybe = proptest::option::weighted::<BoxedStrategy<_>>;
    (
        text,
        any::<[u8; 16]>(),
        maybe(0.9, whole.prop_map(Value::from).boxed()),
        maybe(0.9, number.prop_map(Value::from).boxed()),
        maybe(0.9, bytes.prop_map(Value::from).boxed()),
        maybe(0.9, at.prop_map(|at| Value::from(Timestamp::from_micros(at))).boxed()),
        maybe(0.9, any::<bool>().prop_map(Value::from).boxed()),
    )
        .prop_map(|(text, who, whole, number, bytes, at, truth)| {
            let rest = [whole, number, bytes, at, truth].map(|value| value.unwrap_or(Value::Null));
            [vec![Value::from(text), Value::from(Uuid::from_bytes(who))], rest.to_vec()].concat()
        })
}

#[test]
fn every_value_comes_back_as_it_was_from_either_engine() {
    let mut runner = TestRunner::deterministic();
    let rows: Vec<Vec<Value>> = (0..ROWS).map(|_| row().new_tree(&mut runner).unwrap().current()).collect();
    for engine in BOTH {
        let folder = Folder::new();
        let databases = [engine, other(engine), engine].map(TestDatabase::empty);
        let paths = ["0.zip", "1.zip", "2.zip"].map(|name| folder.path().join(name));
        let rows = rows.clone();
        run(async {
            let source = founded(&databases[0].url, ALL);
            let insert = move |tx: &mut store::Tx<'_>| {
                tx.insert_many(r#"insert into "order" ("select", who, whole, number, bytes, at, truth)"#, 7, &rows)?;
                // Neither can be first.
                let sqlite = engine == Engine::Sqlite;
                tx.batch(if sqlite {
                    "pragma defer_foreign_keys = on"
                } else {
                    "alter table egg drop constraint egg_hen_fkey"
                })?;
                for id in 1..=50_i64 {
                    tx.execute("insert into egg (id, hen) values ($1, $2)", params![id, 51 - id])?;
                }
                for id in 1..=50_i64 {
                    // Their mother follows them, except the last, which is her own.
                    tx.execute("insert into hen (id, egg) values ($1, $2)", params![id, id])?;
                }
                tx.execute("update hen set mother = case when id = 50 then 50 else id + 1 end", &[])?;
                let again = "alter table egg add constraint egg_hen_fkey foreign key (hen) references hen (id)";
                tx.batch(if sqlite { "select 1" } else { again })
            };
            source.write(insert).await.unwrap();
            write(&source, ALL, &paths[0]).await;
            for step in [1, 2] {
                let store = Store::open(&databases[step].url, 2).unwrap();
                load(&store, &paths[step - 1], ALL).await.unwrap();
                write(&store, ALL, &paths[step]).await;
            }
        });
        let lines = |name: &str| members(&paths[0])[name].iter().filter(|byte| **byte == b'\n').count();
        assert_eq!((lines("order.jsonl"), lines("hen.jsonl")), (ROWS, 50));
        assert!(bytes(&paths[0]) == bytes(&paths[1]), "from {engine:?}: the other engine gives other bytes");
        assert!(bytes(&paths[0]) == bytes(&paths[2]), "from {engine:?}: back, other bytes");
    }
}

fn other(engine: Engine) -> Engine {
    if engine == Engine::Sqlite { Engine::Postgres } else { Engine::Sqlite }
}

#[test]
fn a_file_travels_whole() {
    let folder = Folder::new();
    let paths = ["0.zip", "1.zip"].map(|name| folder.path().join(name));
    let databases = BOTH.map(TestDatabase::empty);
    // Some chunks of what does not compress: more than is handed to an engine at once.
    let mut content = b"%PDF-1.7\n".to_vec();
    let mut state = 1_u64;
    while content.len() < 3_000_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        content.extend((state >> 11).to_le_bytes());
    }
    let expected = content.clone();
    run(async {
        let source = founded(&databases[0].url, ALL);
        let key = source
            .write(move |tx| {
                let (who, clock) = (kernel::Who::operator(), kernel::FixedClock::at(crate::town::NOW));
                let randomness = kernel::SeededRandomness::new(1);
                store::files::put_pdf(&kernel::Context::new(&who, &clock, &randomness), tx, &content)
            })
            .await
            .unwrap();
        write(&source, ALL, &paths[0]).await;
        let target = Store::open(&databases[1].url, 2).unwrap();
        load(&target, &paths[0], ALL).await.unwrap();
        write(&target, ALL, &paths[1]).await;
        let read = target
            .read(move |tx| {
                let mut whole = Vec::new();
                for rank in 0.. {
                    let Some(chunk) = store::files::chunk(tx, key, rank)? else { break };
                    whole.extend(chunk);
                }
                Ok(whole)
            })
            .await
            .unwrap();
        assert!(read == expected, "the file is not what it was");
    });
    let [first, second] = paths.each_ref().map(|path| bytes(path));
    assert!(first == second);
    assert!(first.len() < 3_700_000, "{} bytes for a file of 3 MB", first.len());
}

#[test]
fn what_an_engine_cannot_hold_is_told_and_nothing_is_written() {
    let folder = Folder::new();
    let path = folder.path().join("a.zip");
    let [source, target] = BOTH.map(TestDatabase::empty);
    run(async {
        let store = founded(&source.url, ALL);
        let row = "insert into \"order\" (\"select\", who) values ('a' || char(0), zeroblob(16))";
        store.write(move |tx| tx.execute(row, &[])).await.unwrap();
        write(&store, ALL, &path).await;
        let store = Store::open(&target.url, 2).unwrap();
        let refusal = load(&store, &path, ALL).await.unwrap_err().to_string();
        assert!(refusal.contains("table order : ligne 1, une valeur que cette base refuse"), "{refusal}");
        assert_eq!(store.standing(ALL), Ok(store::migrations::Standing::Empty));
    });
}
