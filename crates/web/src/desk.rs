//! What a handler has at hand: the application, the request's path and query.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use kernel::{Error, Result};
use store::Tx;
use tokio::sync::Semaphore;
use ui::page::{Frame, Page};

use crate::answer::{Answer, Shared, html};
use crate::{App, Params};

/// The desk at which one request is served.
#[derive(Clone)]
pub struct Desk {
    pub app: App,
    pub path: String,
    pub params: Params,
}

impl FromRequestParts<App> for Desk {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self {
            app: app.clone(),
            path: parts.uri.path().to_owned(),
            params: Params::parse(parts.uri.query().unwrap_or_default()),
        })
    }
}

impl Desk {
    /// Reads for the page.
    pub async fn read<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.app.read(read).await
    }

    /// Makes a file (a table, a document) of what `read` finds, beside the database's threads and the server's, one at a
    /// time: a large one must not keep pages waiting, nor fill the memory with its neighbours' rows.
    pub async fn file<T, R, M>(&self, read: R, make: M) -> Result<Vec<u8>>
    where
        T: Send + 'static,
        R: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
        M: FnOnce(T) -> Result<Vec<u8>> + Send + 'static,
    {
        static ONE_AT_A_TIME: Semaphore = Semaphore::const_new(1);
        let _turn = ONE_AT_A_TIME.acquire().await.map_err(Error::internal)?;
        let found = self.read(read).await?;
        tokio::task::spawn_blocking(move || make(found)).await.map_err(Error::internal)?
    }

    pub fn frame(&self) -> Frame {
        let settings = self.app.settings();
        Frame {
            theme: settings.theme,
            demonstration: settings.demonstration,
            path: self.path.clone(),
            ..Frame::default()
        }
    }

    /// A public page, the same for everyone: kept finished until one of `subjects` (see `store::versions`) changes.
    pub fn shared<P: Page>(&self, page: &P, subjects: impl IntoIterator<Item = String>) -> Answer {
        let mut answer = html(StatusCode::OK, page, &self.frame())?;
        answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
        answer.extensions_mut().insert(Shared(subjects.into_iter().collect()));
        Ok(answer)
    }

    /// A page that is not kept: searches, forms, what is for one person.
    pub fn fresh<P: Page>(&self, status: StatusCode, page: &P) -> Answer {
        let mut answer = html(status, page, &self.frame())?;
        answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        Ok(answer)
    }
}
