//! Around every request: its number, the cache of finished pages, security headers, compression, pages for errors, the
//! log line and the measures.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use kernel::Error;
use ui::page::Theme;

use crate::answer::{Failure, Reason, Shared};
use crate::cache::{Finished, gzip};
use crate::signed::{self, Visit};
use crate::{App, errors};

/// Answers shorter than this gain nothing from compression.
const WORTH_COMPRESSING: usize = 1_024;
/// Pages larger than this are streamed files, never kept.
const LARGEST_PAGE: usize = 8 << 20;

const REQUEST_NUMBER: HeaderName = HeaderName::from_static("x-request-id");

static NUMBERS: AtomicU64 = AtomicU64::new(1);

/// The text that a person reads out to the support: unique since the start of this node.
fn next_number(app: &App) -> String {
    format!("{:x}-{:x}", app.0.started.as_micros() / 1_000_000, NUMBERS.fetch_add(1, Ordering::Relaxed))
}

/// The outermost layer.
pub(crate) async fn around(State(app): State<App>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let number = next_number(&app);
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map(|route| route.as_str().to_owned());
    let asked = Asked::of(request.headers());
    let mut request = request;
    // Style sheets and the operator's machines have no session.
    let read = if path.starts_with("/statique/") || is_operations(&path) {
        Ok(Visit::default())
    } else {
        let visit = signed::visit(&app, &request);
        signed::identify(&app, visit).await
    };
    let (visit, refused) = match read {
        Ok(visit) => (visit, None),
        Err(error) => (Visit::default(), Some(error)),
    };
    request.extensions_mut().insert(visit.clone());

    let mut response = if let Some(error) = refused {
        Failure(error).into_response()
    } else if path.contains("%00") {
        // No name holds a NUL byte, and PostgreSQL refuses to compare with one.
        Failure(Error::NotFound).into_response()
    } else if method == Method::GET && !app.0.cache.is_off() && !path.starts_with("/statique/") && !visit.is_personal()
    {
        through_cache(&app, request, next, &asked).await
    } else {
        next.run(request).await
    };
    if (response.status().is_client_error() || response.status().is_server_error()) && !is_written(&response) {
        response = errors::page(&app, &path, &visit, &number, response);
    }
    if visit.notice.is_some() && is_page(&response) {
        signed::unsay(&app, &mut response);
    }
    let mut response = compress(response, &asked).await;
    secure(response.headers_mut(), app.settings().theme);
    if let Ok(value) = HeaderValue::from_str(&number) {
        response.headers_mut().insert(REQUEST_NUMBER, value);
    }
    measure(&method, route.as_deref(), &path, &number, response.status(), begun);
    response
}

/// Turns a panic into a 500; the panic itself is already in the log.
pub(crate) fn after_panic(payload: Box<dyn Any + Send + 'static>) -> Response {
    let text = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("panic without a text");
    Failure(Error::Internal(format!("panic: {text}"))).into_response()
}

/// What the browser can take.
struct Asked {
    gzip: bool,
    known_etag: Option<HeaderValue>,
}

impl Asked {
    fn of(headers: &HeaderMap) -> Self {
        let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let gzip = accepts.split(',').any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            parts.next() == Some("gzip") && parts.next().is_none_or(|quality| quality != "q=0")
        });
        Self { gzip, known_etag: headers.get(header::IF_NONE_MATCH).cloned() }
    }

    fn knows(&self, etag: &HeaderValue) -> bool {
        let (Some(known), Ok(etag)) = (&self.known_etag, etag.to_str()) else { return false };
        known.to_str().is_ok_and(|known| known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag))
    }
}

async fn through_cache(app: &App, request: Request, next: Next, asked: &Asked) -> Response {
    // The operator's pages never come from the cache, and must answer when the database does not.
    if is_operations(request.uri().path()) {
        return next.run(request).await;
    }
    let seq = match app.store().versions().refresh().await {
        Ok(seq) => seq,
        Err(error) => return Failure(error).into_response(),
    };
    let key = request.uri().path_and_query().map_or_else(|| "/".to_owned(), |whole| whole.as_str().to_owned());
    let now = app.clock().now();
    if let Some(page) = app.0.cache.get(&key)
        && now < page.until
        && !app.store().versions().changed_since(&page.subjects, page.seq)
    {
        return finished(&page, asked);
    }
    let response = next.run(request).await;
    let Some(Shared(subjects)) = response.extensions().get::<Shared>().cloned() else { return response };
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_PAGE).await else {
        return Failure(Error::Internal("a shared page is larger than 8 MB".to_owned())).into_response();
    };
    let content_type = parts.headers.get(header::CONTENT_TYPE).cloned();
    let content_type = content_type.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let page = Arc::new(Finished::new(body, content_type, subjects, seq, now.end_of_day()));
    let response = finished(&page, asked);
    app.0.cache.put(key, page);
    response
}

/// A kept page in the encoding that the browser takes, or 304 when it has it already.
fn finished(page: &Finished, asked: &Asked) -> Response {
    let known = asked.knows(&page.etag);
    let body = if known {
        Body::empty()
    } else if asked.gzip {
        Body::from(page.gzip.clone())
    } else {
        Body::from(page.body.clone())
    };
    let mut response = Response::new(body);
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, page.content_type.clone());
    headers.insert(header::ETAG, page.etag.clone());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if asked.gzip && !known {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// Compresses what was made for this request alone, when it is text and the browser takes it.
async fn compress(response: Response, asked: &Asked) -> Response {
    let headers = response.headers();
    let is_text = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|kind| {
        kind.starts_with("text/") || kind.starts_with("application/json") || kind.starts_with("image/svg")
    });
    if !asked.gzip || !is_text || headers.contains_key(header::CONTENT_ENCODING) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(plain) = to_bytes(body, usize::MAX).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let body: Bytes = if plain.len() < WORTH_COMPRESSING {
        plain
    } else {
        parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        parts.headers.remove(header::CONTENT_LENGTH);
        gzip(&plain, 1)
    };
    parts.headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    Response::from_parts(parts, Body::from(body))
}

fn is_operations(path: &str) -> bool {
    matches!(path, "/health" | "/metrics")
}

fn is_page(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// True when the handler has written its own page for the error.
fn is_written(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| {
        kind.as_bytes().starts_with(b"text/html") || kind.as_bytes().starts_with(b"application/json")
    }) && response.extensions().get::<Reason>().is_none()
}

fn secure(headers: &mut HeaderMap, theme: Theme) {
    let policy = match theme {
        Theme::Maillage => ui::assets::CONTENT_SECURITY_POLICY,
        Theme::State => ui::assets::CONTENT_SECURITY_POLICY_STATE,
    };
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

fn measure(method: &Method, route: Option<&str>, path: &str, number: &str, status: StatusCode, begun: Instant) {
    let elapsed = begun.elapsed();
    let class = match status.as_u16() / 100 {
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    metrics::counter!("http_requests_total", "status" => class).increment(1);
    metrics::histogram!("http_request_seconds").record(elapsed.as_secs_f64());
    let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
    if status.is_server_error() {
        tracing::error!(%method, path, route, number, status = status.as_u16(), micros, "request failed");
    } else {
        tracing::debug!(%method, path, route, number, status = status.as_u16(), micros, "request");
    }
}
