//! The child under load: Maillage as it serves, and beside each measured page its static twin.
//!
//! A twin is the page's own answer taken once (same bytes, same encoding, same headers) and given back by a handler that
//! does nothing else. It stands under `/statique/`, as the style sheets do: it passes every layer (limits, cross-site
//! check, panics, security headers, request number, measures) and, like them, asks nothing of the cache of pages or of
//! the database.

use std::io::{Read as _, Write as _};
use std::sync::{Arc, OnceLock};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Path, Request};
use axum::response::Response;
use axum::serve::ListenerExt as _;
use http::{HeaderMap, StatusCode, header};
use kernel::Error;
use maillage::config::{Config, Options};
use tokio::net::TcpListener;
use tower::ServiceExt as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;
use web::{Access, Answer, Routes, serve_routes};

use crate::server::COOKIE;

/// Largest page that has a twin.
const LARGEST: usize = 16 << 20;

struct Twin {
    headers: HeaderMap,
    body: Bytes,
}

/// Arguments: database, megabytes of the page cache, paths. Writes its address on the first line of its output and ends
/// when its input closes, so that it never outlives the bench.
pub fn run(arguments: &[String]) -> Result<(), String> {
    let [database, page_cache, paths @ ..] = arguments else { return Err("wrong arguments".to_owned()) };
    let options =
        Options { database: Some(database.clone()), page_cache: Some(page_cache.clone()), ..Options::default() };
    let config = Config::read(&options)?;
    // The log as the command line starts it, at its default level.
    let filter: Targets = config.log.parse().map_err(|_| format!("log: {}", config.log))?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false).compact();
    tracing_subscriber::registry().with(lines.with_filter(filter)).init();
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|fault| fault.to_string())?;
    runtime.block_on(serve(config, paths))
}

async fn serve(config: Config, paths: &[String]) -> Result<(), String> {
    let store = maillage::database::open(&config)?;
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|fault| fault.to_string())?;
    let address = listener.local_addr().map_err(|fault| fault.to_string())?;
    let app = maillage::serve::app(store, &config, true, &format!("http://{address}"), kernel::Secret::new([0; 32]))?;

    let twins: Arc<OnceLock<Vec<Twin>>> = Arc::default();
    tokio::spawn(maillage::serve::sum_up_metrics());
    let held = Arc::clone(&twins);
    let route = Routes::new().get("/statique/banc/{numero}", Access::Public, move |Path(number): Path<usize>| {
        let held = Arc::clone(&held);
        async move { answer(held.get().and_then(|twins| twins.get(number))) }
    });
    let router = serve_routes(maillage::routes().and(route), &app);
    let mut taken = Vec::new();
    for path in paths {
        let mut request = Request::get(path).header(header::ACCEPT_ENCODING, "gzip");
        if let Ok(cookie) = std::env::var(COOKIE) {
            request = request.header(header::COOKIE, cookie);
        }
        let request = request.body(Body::empty());
        let response = router.clone().oneshot(request.map_err(|fault| fault.to_string())?).await;
        taken.push(twin(path, response.unwrap_or_else(|never| match never {})).await?);
    }
    let _ = twins.set(taken);

    println!("{address}");
    std::io::stdout().flush().map_err(|fault| fault.to_string())?;
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await.map_err(|fault| fault.to_string())
}

async fn twin(path: &str, response: Response) -> Result<Twin, String> {
    if response.status() != StatusCode::OK {
        return Err(format!("{path} : {}", response.status()));
    }
    let (parts, body) = response.into_parts();
    let mut headers = HeaderMap::new();
    for name in [header::CONTENT_TYPE, header::CONTENT_ENCODING, header::CACHE_CONTROL, header::ETAG, header::VARY] {
        if let Some(value) = parts.headers.get(&name) {
            headers.insert(name, value.clone());
        }
    }
    let body = to_bytes(body, LARGEST).await.map_err(|fault| fault.to_string())?;
    Ok(Twin { headers, body })
}

fn answer(twin: Option<&Twin>) -> Answer {
    let twin = twin.ok_or(Error::NotFound)?;
    let mut response = Response::new(Body::from(twin.body.clone()));
    *response.headers_mut() = twin.headers.clone();
    Ok(response)
}
