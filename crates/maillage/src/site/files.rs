//! Static files, and the small files that machines look for.

use std::path::{Component, Path as FilePath};

use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::Error;
use web::{Answer, Desk};

/// A file of the binary, under a name that carries its hash: kept for ever by browsers.
pub async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Answer {
    let asset = ui::assets::asset(&name).ok_or(Error::NotFound)?;
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let compressed = accepts.contains("gzip") && asset.gzip.len() < asset.body.len();
    let mut response = Response::new(if compressed { asset.gzip.into() } else { asset.body.into() });
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    out.insert(header::ETAG, HeaderValue::from_static(asset.etag));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if compressed {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

/// A file of the operator's own copy of the State design system.
pub async fn dsfr(desk: Desk, Path(path): Path<String>) -> Answer {
    let folder = desk.app.settings().dsfr.clone().ok_or(Error::NotFound)?;
    let inside = FilePath::new(&path).components().all(|part| matches!(part, Component::Normal(_)));
    let media_type = match FilePath::new(&path).extension().and_then(|extension| extension.to_str()) {
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("woff") => "font/woff",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        _ => return Err(Error::NotFound.into()),
    };
    if !inside {
        return Err(Error::NotFound.into());
    }
    let full = folder.join("dist").join(&path);
    let read = tokio::task::spawn_blocking(move || std::fs::read(full)).await.map_err(Error::internal)?;
    let content = read.map_err(|_| Error::NotFound)?;
    let headers = [(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "public, max-age=86400")];
    Ok((headers, content).into_response())
}

pub async fn favicon() -> Answer {
    web::redirect_for_ever(ui::assets::asset_url("favicon.svg"))
}

pub async fn robots(desk: Desk) -> Answer {
    let demonstration = desk.app.settings().demonstration;
    // A demonstration must not be found in place of the real thing.
    let rule = if demonstration { "Disallow: /" } else { "Disallow: /composants" };
    Ok(plain(format!("User-agent: *\n{rule}\n")))
}

/// RFC 9116.
pub async fn security(desk: Desk) -> Answer {
    let settings = desk.app.settings();
    Ok(plain(format!(
        "Contact: {0}/contact\nExpires: {1}\nPreferred-Languages: fr, en\nCanonical: {0}/.well-known/security.txt\n",
        settings.public_address, settings.security_expires
    )))
}

fn plain(text: String) -> Response {
    (StatusCode::OK, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
