//! The town in which a story plays: a database of its own with the demonstration, an application, a browser.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request};
use kernel::{Context, FixedClock, Result, SeededRandomness, Timestamp, Who};
use maillage::{SCHEMA, demo, routes};
use store::{DatabaseUrl, Store, Tx};
use tower::ServiceExt as _;
use web::{App, Settings, serve_routes};

pub use crate::reply::Reply;

/// 21 November 2026 at noon in Paris.
pub const NOW: Timestamp = Timestamp::from_micros(1_795_258_800_000_000);

static RANDOMNESS: OnceLock<SeededRandomness> = OnceLock::new();

fn randomness() -> &'static SeededRandomness {
    RANDOMNESS.get_or_init(|| SeededRandomness::new(42))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Declares stories; each is run on both engines.
macro_rules! stories {
    ($($(#[$meta:meta])* async fn $name:ident($town:ident: Town) $body:block)+) => { $(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            use crate::town::{Engine, Town, play};

            async fn story($town: Town) $body

            #[test]
            fn on_sqlite() {
                play(Engine::Sqlite, story);
            }

            #[test]
            fn on_postgres() {
                play(Engine::Postgres, story);
            }
        }
    )+ };
}

/// Runs one story in a new town.
pub fn play<F: Future<Output = ()>>(engine: Engine, story: impl FnOnce(Town) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let town = Town::found(engine);
        story(town).await;
    });
}

pub struct Town {
    pub app: App,
    pub url: DatabaseUrl,
    pub clock: Arc<FixedClock>,
    router: axum::Router,
    _database: TestDatabase,
}

impl Town {
    fn found(engine: Engine) -> Self {
        Self::twin(engine, 7 + u64::from(NUMBER.fetch_add(1, Ordering::SeqCst)))
    }

    /// Towns of one seed in which the same is done at the same hours are alike to the byte.
    pub fn twin(engine: Engine, seed: u64) -> Self {
        let database = TestDatabase::copy_of_template(engine);
        let clock = Arc::new(FixedClock::at(NOW));
        let (app, router) = seeded_node(&database.url, &clock, seed, |_| ());
        Self { app, url: database.url.clone(), clock, router, _database: database }
    }

    /// A second node on the same database.
    pub fn second_node(&self) -> Node {
        let (app, router) = node(&self.url, &self.clock, |_| ());
        Node { app, router }
    }

    /// A node with other settings.
    pub fn node_with(&self, change: impl FnOnce(&mut Settings)) -> Node {
        let (app, router) = node(&self.url, &self.clock, change);
        Node { app, router }
    }

    pub async fn get(&self, path: &str) -> Reply {
        send(&self.router, request(Method::GET, path, &[])).await
    }

    /// Takes the place of a persona of the demonstration, by the beginning of its address (« gestionnaire »).
    pub async fn as_(&self, persona: &str) -> Browser<'_> {
        let mut browser = self.browser();
        let page = browser.get("/demonstration/personnages").await;
        let key = format!("{persona}@exemple.fictif");
        let id: String = self
            .read(move |tx| {
                tx.get("select person from account where email_key = $1", store::params![key], |row| {
                    row.get::<uuid::Uuid>(0)
                })
            })
            .await
            .to_string();
        assert!(page.text().contains(&id), "{persona} is not on the page of personas");
        browser.post("/demonstration/personnages", &[("personnage", &id)]).await.is(303);
        browser
    }

    /// A browser without a session.
    pub fn browser(&self) -> Browser<'_> {
        Browser { router: &self.router, cookies: Vec::new() }
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        send(&self.router, request(Method::GET, path, headers)).await
    }

    pub async fn ask(&self, method: Method, path: &str) -> Reply {
        send(&self.router, request(method, path, &[])).await
    }

    pub async fn ask_with(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
        send(&self.router, request(method, path, headers)).await
    }

    /// Runs an act as `who`.
    pub async fn act<T, F>(&self, who: &Who, act: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&Context<'_>, &mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.app.act(who.clone(), act).await
    }

    pub async fn read<T, F>(&self, read: F) -> T
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.app.read(read).await.unwrap()
    }

    /// The number of acts in the register.
    pub async fn acts(&self) -> i64 {
        self.read(|tx| store::register::count(tx, None)).await
    }

    /// Writes behind the back of the acts, as somebody with the database's password would.
    pub async fn tamper(&self, sql: &'static str) {
        self.app.store().write(move |tx| tx.execute(sql, &[])).await.unwrap();
    }
}

/// A browser: keeps cookies, sends forms, does not follow redirections.
pub struct Browser<'a> {
    router: &'a axum::Router,
    pub cookies: Vec<(String, String)>,
}

impl Browser<'_> {
    pub async fn get(&mut self, path: &str) -> Reply {
        let request = request(Method::GET, path, &[]);
        self.send(request).await
    }

    /// Sends a form.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let request = form(path, fields, "text/html");
        self.send(request).await
    }

    /// Sends a form as the script of a page does, which asks for the answer as data.
    pub async fn post_as_data(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let request = form(path, fields, "application/json");
        self.send(request).await
    }

    /// Sends a form and reads the page it leads to.
    pub async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let reply = self.post(path, fields).await.is(303);
        let place = reply.header("location").to_owned();
        self.get(&place).await
    }

    pub async fn send(&mut self, mut request: Request<Body>) -> Reply {
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request.headers_mut().insert("cookie", cookies.join("; ").parse().unwrap());
        }
        let reply = send(self.router, request).await;
        for cookie in reply.headers.get_all("set-cookie") {
            let (pair, rest) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !rest.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        reply
    }
}

/// Another node of the same town.
pub struct Node {
    pub app: App,
    router: axum::Router,
}

impl Node {
    pub fn browser(&self) -> Browser<'_> {
        Browser { router: &self.router, cookies: Vec::new() }
    }

    pub async fn get(&self, path: &str) -> Reply {
        send(&self.router, request(Method::GET, path, &[])).await
    }
}

fn node(url: &DatabaseUrl, clock: &Arc<FixedClock>, change: impl FnOnce(&mut Settings)) -> (App, axum::Router) {
    seeded_node(url, clock, 7 + u64::from(NUMBER.fetch_add(1, Ordering::SeqCst)), change)
}

fn seeded_node(
    url: &DatabaseUrl,
    clock: &Arc<FixedClock>,
    seed: u64,
    change: impl FnOnce(&mut Settings),
) -> (App, axum::Router) {
    let store = Store::open(url, 2).unwrap();
    let mut settings = Settings { demonstration: true, ..Settings::default() };
    change(&mut settings);
    let randomness = Arc::new(SeededRandomness::new(seed));
    let keys = maillage::keys(kernel::Secret::new([9; 32]));
    let app = App::new(store, settings, Arc::<FixedClock>::clone(clock), randomness, keys);
    let router = serve_routes(routes(), &app);
    (app, router)
}

fn request(method: Method, path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

async fn send(router: &axum::Router, request: Request<Body>) -> Reply {
    let path = request.uri().to_string();
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 64 << 20).await.unwrap().to_vec();
    Reply { path, status: parts.status, headers: parts.headers, body }
}

static NUMBER: AtomicU32 = AtomicU32::new(1);

/// A database that goes with the story.
pub struct TestDatabase {
    pub url: DatabaseUrl,
    folder: Option<PathBuf>,
}

impl TestDatabase {
    /// An empty database.
    pub fn empty(engine: Engine) -> Self {
        let name = unique_name();
        match engine {
            Engine::Sqlite => {
                let folder = std::env::temp_dir().join(&name);
                std::fs::create_dir_all(&folder).unwrap();
                Self { url: DatabaseUrl::Sqlite(folder.join("test.db")), folder: Some(folder) }
            }
            Engine::Postgres => {
                administer(&format!("create database {name}"));
                Self { url: postgres_url(&name), folder: None }
            }
        }
    }

    /// A database with the demonstration, copied from one that is made once per run.
    pub fn copy_of_template(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let DatabaseUrl::Sqlite(source) = template(engine) else { unreachable!() };
                let copy = Self::empty(engine);
                let DatabaseUrl::Sqlite(target) = &copy.url else { unreachable!() };
                std::fs::copy(source, target).unwrap();
                copy
            }
            Engine::Postgres => {
                template(engine);
                let name = unique_name();
                administer(&format!("create database {name} template {}", template_name()));
                Self { url: postgres_url(&name), folder: None }
            }
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        } else if let DatabaseUrl::Postgres(address) = &self.url {
            // Hundreds of copies of the template would fill the disk.
            let name = address.rsplit_once('/').map_or("", |(_, name)| name);
            // A story that failed must say so itself.
            let _ = std::panic::catch_unwind(|| administer(&format!("drop database if exists {name} with (force)")));
        }
    }
}

fn unique_name() -> String {
    format!("maillage_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::SeqCst))
}

fn template_name() -> String {
    format!("maillage_{}_template", std::process::id())
}

/// Made once per engine, by the first story that needs it.
fn template(engine: Engine) -> &'static DatabaseUrl {
    static SQLITE: OnceLock<DatabaseUrl> = OnceLock::new();
    static POSTGRES: OnceLock<DatabaseUrl> = OnceLock::new();
    match engine {
        Engine::Sqlite => SQLITE.get_or_init(|| {
            let folder = std::env::temp_dir().join(template_name());
            std::fs::create_dir_all(&folder).unwrap();
            fill(DatabaseUrl::Sqlite(folder.join("template.db")))
        }),
        Engine::Postgres => POSTGRES.get_or_init(|| {
            administer(&format!("create database {}", template_name()));
            fill(postgres_url(&template_name()))
        }),
    }
}

fn fill(url: DatabaseUrl) -> DatabaseUrl {
    let target = url.clone();
    // A runtime of its own, dropped with its connections: PostgreSQL copies only a database that nobody uses.
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let _entered = runtime.enter();
        let clock = FixedClock::at(NOW);
        let store = Store::open(&target, 2).unwrap();
        store.migrate(SCHEMA, &clock).unwrap();
        demo::fill(&store, demo::embedded(), &clock, randomness()).unwrap();
        if let DatabaseUrl::Sqlite(_) = target {
            // Bring the journal into the file, which is then copied alone.
            store.write_blocking(|tx| tx.query("select 1", &[], |_| Ok(()))).unwrap();
        }
    })
    .join()
    .unwrap();
    if let DatabaseUrl::Sqlite(path) = &url {
        let connection = rusqlite::Connection::open(path).unwrap();
        connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
    }
    url
}

fn server() -> String {
    std::env::var("MAILLAGE_TEST_POSTGRES").unwrap_or_else(|_| {
        panic!("MAILLAGE_TEST_POSTGRES is not set: run the tests with `cargo xtask test`, which starts PostgreSQL")
    })
}

fn postgres_url(name: &str) -> DatabaseUrl {
    let server = server();
    let (base, _) = server.rsplit_once('/').unwrap();
    format!("{base}/{name}").parse().unwrap()
}

/// One statement on the server, one at a time: PostgreSQL refuses two copies of a template at once.
pub fn administer(sql: &str) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (server, sql) = (server(), sql.to_owned());
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&server, tokio_postgres::NoTls).await.unwrap();
            tokio::spawn(connection);
            // Connections of the template's maker may take a moment to go.
            for attempt in 0.. {
                match client.batch_execute(&sql).await {
                    Ok(()) => return,
                    Err(fault) if attempt < 100 && fault.to_string().contains("db error") => {
                        let busy = fault.as_db_error().is_some_and(|e| e.code().code() == "55006");
                        assert!(busy, "{sql}: {fault:?}");
                        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                    }
                    Err(fault) => panic!("{sql}: {fault:?}"),
                }
            }
        });
    })
    .join()
    .unwrap();
}

fn form(path: &str, fields: &[(&str, &str)], accept: &'static str) -> Request<Body> {
    let body: String = fields
        .iter()
        .map(|(name, value)| format!("{}={}", web::encode(name), web::encode(value)))
        .collect::<Vec<_>>()
        .join("&");
    let headers =
        [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin"), ("accept", accept)];
    let mut request = request(Method::POST, path, &headers);
    *request.body_mut() = Body::from(body);
    request
}
