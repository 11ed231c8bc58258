//! What handlers give back.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use kernel::Error;
use ui::page::{Frame, Page};

/// What every handler returns.
pub type Answer = Result<Response, Failure>;

/// An error on its way to its page; the outer layer writes it.
#[derive(Debug)]
pub struct Failure(pub Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

/// In the extensions of an answer: why it failed.
#[derive(Clone, Debug)]
pub(crate) struct Reason(pub Error);

/// In the extensions of an answer: it may be kept finished until one of these subjects changes.
#[derive(Clone, Debug)]
pub(crate) struct Shared(pub Vec<String>);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = match &self.0 {
            Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Error::NotFound => StatusCode::NOT_FOUND,
            Error::Forbidden(_) => StatusCode::FORBIDDEN,
            Error::Conflict(_) | Error::Duplicate(_) => StatusCode::CONFLICT,
            Error::Unavailable(_) | Error::Retry(_) => StatusCode::SERVICE_UNAVAILABLE,
            Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(Reason(self.0));
        response
    }
}

/// Renders a page.
pub(crate) fn html<P: Page>(status: StatusCode, page: &P, frame: &Frame) -> Answer {
    let document = ui::page::render(page, frame).map_err(Error::internal)?;
    let mut response = Response::new(Body::from(document));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    Ok(response)
}

/// A file to keep, under an ASCII name.
pub fn download(name: &str, content_type: &str, body: Vec<u8>) -> Answer {
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    let value = |text: &str| HeaderValue::from_str(text).map_err(Error::internal);
    headers.insert(header::CONTENT_TYPE, value(content_type)?);
    headers.insert(header::CONTENT_DISPOSITION, value(&format!("attachment; filename=\"{name}\""))?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// After an act: the browser asks for another page.
pub fn see_other(path: &str) -> Answer {
    redirect(StatusCode::SEE_OTHER, path)
}

/// What has moved for good (an old code of a commune).
pub fn redirect_for_ever(path: &str) -> Answer {
    redirect(StatusCode::MOVED_PERMANENTLY, path)
}

/// To another page of this site, for this time.
pub(crate) fn redirect_to(path: &str) -> Answer {
    redirect(StatusCode::SEE_OTHER, path)
}

fn redirect(status: StatusCode, path: &str) -> Answer {
    let mut response = status.into_response();
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_str(path).map_err(Error::internal)?);
    Ok(response)
}
