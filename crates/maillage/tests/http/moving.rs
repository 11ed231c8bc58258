//! Moving and saving: export, import, backup, restore, upgrade.

mod bad;
mod mail;
mod previous;
mod target;
mod values;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use governance::facts::Fact;
use kernel::{Context, Provenance, SeededRandomness, Who};
use maillage::SCHEMA;
use store::archive::{Archive, Loaded, Manifest};
use store::{DatabaseUrl, Migrations, Store};

use crate::process::{Folder, Server};
use crate::town::{Engine, NOW, TestDatabase};

const BOTH: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

// ---- From one engine to the other ----

#[test]
fn the_demonstration_goes_to_the_other_engine_and_back_byte_for_byte() {
    let folder = Folder::with_demonstration();
    let [first, second, third] = ["un.zip", "deux.zip", "trois.zip"].map(|name| folder.path().join(name));
    let ended =
        folder.run(&["export", "un.zip"]).succeeds().says("Export écrit : un.zip (").says(" Mo, démonstration, ");
    assert!(ended.out.contains("Le secret de l'instance") && ended.err.is_empty(), "{} {}", ended.out, ended.err);

    let postgres = TestDatabase::empty(Engine::Postgres);
    folder
        .run_on(&postgres.url, &["import", "un.zip"])
        .succeeds()
        .says("Base reprise : postgres")
        .says("démonstration");
    folder.run_on(&postgres.url, &["register", "verify"]).succeeds().says("Registre intact");
    folder.run_on(&postgres.url, &["export", "deux.zip"]).succeeds();
    assert!(bytes(&first) == bytes(&second), "PostgreSQL gives other bytes than SQLite");

    let back = Folder::new();
    back.run(&["import", &second.display().to_string()]).succeeds().says("Base reprise : sqlite");
    back.run(&["export", &third.display().to_string()]).succeeds();
    assert!(bytes(&first) == bytes(&third), "SQLite gives other bytes than PostgreSQL");

    // The same pages.
    let servers = [
        Server::start(folder.maillage(&crate::process::SERVE)),
        Server::start(folder.maillage_on(&postgres.url, &crate::process::SERVE)),
    ];
    for path in ["/gouvernances/grain-vendee/membres", "/territoires/departement-85", "/statistiques"] {
        let [on_sqlite, on_postgres] = servers.each_ref().map(|server| server.get(path));
        assert_eq!(on_sqlite.0, 200, "{path}");
        assert_eq!(engineless(on_sqlite.1), engineless(on_postgres.1), "{path}");
    }
    for server in servers {
        server.stop().succeeds();
    }
    // Constraints that were put off for the load are as before.
    let put_off = number(&postgres.url, "select count(*) from pg_constraint where condeferrable");
    assert_eq!(put_off, 0);
}

fn engineless(page: String) -> String {
    page.replace("PostgreSQL", "moteur").replace("SQLite", "moteur")
}

/// What both dialects must agree on, and what an archive can hold: a table in which a story writes nothing counts too.
#[test]
fn both_engines_have_the_tables_columns_kinds_and_keys_of_the_archive() {
    let databases = BOTH.map(TestDatabase::empty);
    let folder = Folder::new();
    let path = folder.path().join("a.zip");
    let lines = |store: Store, sql: &'static str| async move {
        store.read(move |tx| tx.query(sql, &[], |row| row.get::<String>(0))).await.unwrap()
    };
    run(async {
        let [sqlite, postgres] = databases.each_ref().map(|database| founded(&database.url, SCHEMA));
        write(&sqlite, SCHEMA, &path).await;
        let on_postgres = lines(
            postgres.clone(),
            r#"select c.table_name::text || '.' || c.column_name::text || ' ' || case c.data_type::text
                   when 'bigint' then 'integer' when 'timestamp with time zone' then 'integer'
                   when 'boolean' then 'integer' when 'double precision' then 'real' when 'text' then 'text'
                   when 'bytea' then 'blob' when 'uuid' then 'blob' else c.data_type::text end
               from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
               where c.table_schema = current_schema() and t.table_type = 'BASE TABLE'
               order by c.table_name::text collate "C", c.column_name::text collate "C""#,
        );
        assert_eq!(archived_columns(&path), on_postgres.await, "a step has other columns in its two dialects");
        let keys_on_postgres = lines(
            postgres,
            r#"select k.table_name::text || ' ' || string_agg(k.column_name::text, ',' order by k.ordinal_position)
               from information_schema.key_column_usage k
               join information_schema.table_constraints c using (constraint_schema, constraint_name, table_name)
               where c.constraint_type = 'PRIMARY KEY' and k.table_schema = current_schema()
               group by k.table_name order by k.table_name::text collate "C""#,
        );
        let keys_on_sqlite = lines(
            sqlite,
            "select t.name || ' ' || (select string_agg(c.name, ',' order by c.pk) from pragma_table_xinfo(t.name) c
                where c.pk > 0)
             from pragma_table_list t where t.schema = 'main' and t.type = 'table' and t.name not like 'sqlite%'
             order by t.name",
        );
        assert_eq!(keys_on_sqlite.await, keys_on_postgres.await, "a step has other keys in its two dialects");
    });
}

/// `table.column storage`, as the manifest tells them.
fn archived_columns(path: &Path) -> Vec<String> {
    let manifest: serde_json::Value = serde_json::from_slice(&members(path)["manifest.json"]).unwrap();
    let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let tables = manifest["tables"].as_array().unwrap().iter();
    let columns = tables.flat_map(|table| {
        let columns = table["columns"].as_array().unwrap().iter();
        columns.map(|column| format!("{}.{} {}", word(&table["name"]), word(&column["name"]), word(&column["storage"])))
    });
    columns.collect()
}

// ---- While acts run ----

#[test]
fn a_backup_while_acts_run_holds_whole_acts_and_all_that_were_acknowledged() {
    for engine in BOTH {
        let source = small(engine);
        let folder = Folder::new();
        let backups = run(async {
            let store = Store::open(&source.url, 2).unwrap();
            let (stop, acknowledged) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicI64::new(0)));
            let writer = tokio::spawn(act_until(store.clone(), Arc::clone(&stop), Arc::clone(&acknowledged)));
            let mut backups = Vec::new();
            for round in 0..100 {
                let before = acknowledged.load(Ordering::SeqCst);
                let path = folder.path().join(format!("{round}.zip"));
                write(&store, SCHEMA, &path).await;
                let after = acknowledged.load(Ordering::SeqCst);
                // Those during which acts ran are of interest, once some had run.
                if before > 0 && after > before {
                    // One more may have been committed and not yet counted.
                    backups.push((path, before, after + 1));
                }
                if backups.len() == 3 {
                    break;
                }
            }
            stop.store(true, Ordering::SeqCst);
            writer.await.unwrap();
            backups
        });
        assert_eq!(backups.len(), 3, "{engine:?}: no act ran during a backup");
        for (path, before, after) in backups {
            holds_whole_acts(engine, &path, before, after);
        }
    }
}

fn holds_whole_acts(engine: Engine, path: &Path, before: i64, after: i64) {
    let database = TestDatabase::empty(engine);
    run(async {
        let restored = Store::open(&database.url, 2).unwrap();
        // Which verifies the register.
        load(&restored, path, SCHEMA).await.unwrap();
        let values = "select value from fact where topic = 'Sauvegarde' order by rank";
        let facts = restored.read(move |tx| tx.query(values, &[], |row| row.get::<String>(0))).await.unwrap();
        let entries = "select count(*) from register where summary like '% : Sauvegarde'";
        let entries: i64 = restored.read(move |tx| tx.get(entries, &[], |row| row.get(0))).await.unwrap();
        let count = i64::try_from(facts.len()).unwrap();
        assert!(before <= count && count <= after, "{before} <= {count} <= {after}");
        assert_eq!(entries, count, "an act without its entry, or the reverse");
        assert_eq!(facts, (1..=count).map(|number| number.to_string()).collect::<Vec<_>>());
    });
}

async fn act_until(store: Store, stop: Arc<AtomicBool>, acknowledged: Arc<AtomicI64>) {
    let randomness: &'static SeededRandomness = Box::leak(Box::new(SeededRandomness::new(11)));
    while !stop.load(Ordering::SeqCst) {
        let value = (acknowledged.load(Ordering::SeqCst) + 1).to_string();
        let act = move |tx: &mut store::Tx<'_>| {
            let who = Who::demonstration();
            let clock = kernel::FixedClock::at(NOW);
            let context = Context::new(&who, &clock, randomness);
            let governance = governance::governances::store::head_by_slug(tx, "grain-vendee")?.unwrap().id;
            let fact = Fact {
                topic: "Sauvegarde".to_owned(),
                value: value.clone(),
                on: None,
                provenance: Provenance::fictitious(),
            };
            governance::facts::acts::note(&context, tx, governance, &fact)
        };
        store.write(act).await.unwrap();
        acknowledged.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_served_database_is_backed_up_and_restored() {
    for engine in BOTH {
        let folder = Folder::new();
        let database = small(engine);
        let server = Server::start(folder.maillage_on(&database.url, &crate::process::SERVE));
        folder
            .run_on(&database.url, &["backup", "sauvegarde.zip"])
            .succeeds()
            .says("Sauvegarde écrite : sauvegarde.zip");
        assert_eq!(server.get("/").0, 200);
        server.stop().succeeds();

        let other = TestDatabase::empty(engine);
        let said = folder.run_on(&other.url, &["restore", "sauvegarde.zip"]).succeeds().says("Base restaurée").out;
        assert!(said.contains("Registre vérifié et intact : ") && !said.contains("mis à jour"), "{said}");
        // The secret is not in the backup: without it the server says so, and what to do. (Both PostgreSQL databases are
        // served from one folder, hence with one secret.)
        if engine == Engine::Sqlite {
            let sentence = folder.run_on(&other.url, &crate::process::SERVE).refuses();
            assert!(sentence.contains("maillage nouveau-secret"), "{sentence}");
            let place = maillage::secret::place;
            let new = std::fs::read(place(&other.url)).unwrap();
            std::fs::copy(place(&database.url), place(&other.url)).unwrap();
            // Where the right one is lost, another can be taken: here on the database that was saved.
            std::fs::write(place(&database.url), new).unwrap();
            folder.run_on(&database.url, &crate::process::SERVE).refuses();
            folder.run_on(&database.url, &["nouveau-secret"]).succeeds();
            let server = Server::start(folder.maillage_on(&database.url, &crate::process::SERVE));
            server.stop().succeeds();
        }
        let server = Server::start(folder.maillage_on(&other.url, &crate::process::SERVE));
        assert!(server.get("/gouvernances/grain-vendee").1.contains("Démonstration"));
        server.stop().succeeds();
        folder.run_on(&other.url, &["backup", "encore.zip"]).succeeds();
        let [first, again] = ["sauvegarde.zip", "encore.zip"].map(|name| bytes(&folder.path().join(name)));
        assert!(first == again, "{engine:?}: what was restored is not what was saved");
    }
}

// ---- What the stories of this folder stand on ----

fn run<T>(story: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(story)
}

/// The schema, and the mark of a database for real use.
fn founded(url: &DatabaseUrl, all: &'static [Migrations]) -> Store {
    let store = Store::open(url, 2).unwrap();
    store.migrate(all, &kernel::FixedClock::at(NOW)).unwrap();
    store
        .write_blocking(|tx| {
            let (who, clock, randomness) = (Who::operator(), kernel::FixedClock::at(NOW), SeededRandomness::new(1));
            store::instance::create(&Context::new(&who, &clock, &randomness), tx, false)
        })
        .unwrap();
    store
}

pub async fn write(store: &Store, all: &'static [Migrations], path: &Path) -> Manifest {
    let file = File::options().read(true).write(true).create_new(true).open(path).unwrap();
    store.write_archive(all, "0.0.0", file).await.unwrap()
}

/// As `maillage restore` does.
async fn load(store: &Store, path: &Path, all: &'static [Migrations]) -> kernel::Result<Loaded> {
    store.load_archive(Archive::open(path, all)?, all, true, NOW).await
}

fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

/// What the zip holds.
pub fn members(path: &Path) -> BTreeMap<String, Vec<u8>> {
    use std::io::Read as _;
    let mut zip = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    let read = |name: String| {
        let mut content = Vec::new();
        zip.by_name(&name).unwrap().read_to_end(&mut content).unwrap();
        (name, content)
    };
    names.into_iter().map(read).collect()
}

/// The demonstration with few territories: the archive of the previous version, brought up to date.
fn small(engine: Engine) -> TestDatabase {
    let database = TestDatabase::empty(engine);
    run(async { load(&Store::open(&database.url, 2).unwrap(), &previous_archive(), SCHEMA).await.unwrap() });
    database
}

fn number(url: &DatabaseUrl, sql: &'static str) -> i64 {
    run(async { Store::open(url, 2).unwrap().read(move |tx| tx.get(sql, &[], |row| row.get(0))).await.unwrap() })
}

/// An archive of the version that this one follows: see the README beside it.
fn previous_archive() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/version-0.1.zip")
}
