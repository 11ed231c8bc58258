//! What a handler has at hand: the application, the request's path and query.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use kernel::permission::decide;
use kernel::{Capability, Context, Error, Result, Scope, Who};
use store::Tx;
use tokio::sync::Semaphore;
use ui::form_page::FormPage;
use ui::page::{Frame, Page};

use crate::answer::{Answer, Shared, html, see_other};
use crate::signed::{Signed, Visit, say};
use crate::{App, Params};

/// The desk at which one request is served.
#[derive(Clone)]
pub struct Desk {
    pub app: App,
    pub path: String,
    pub params: Params,
    visit: Visit,
}

impl FromRequestParts<App> for Desk {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self {
            app: app.clone(),
            path: parts.uri.path().to_owned(),
            params: Params::parse(parts.uri.query().unwrap_or_default()),
            visit: parts.extensions.get::<Visit>().cloned().unwrap_or_default(),
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

    /// Makes a file (a table, a document) of what `read` finds, or reads one that came, beside the database's threads and the server's, one at a
    /// time: a large one must not keep pages waiting, nor fill the memory with its neighbours' rows.
    pub async fn file<T, O, R, M>(&self, read: R, make: M) -> Result<O>
    where
        T: Send + 'static,
        O: Send + 'static,
        R: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
        M: FnOnce(T) -> Result<O> + Send + 'static,
    {
        static ONE_AT_A_TIME: Semaphore = Semaphore::const_new(1);
        let _turn = ONE_AT_A_TIME.acquire().await.map_err(Error::internal)?;
        let found = self.read(read).await?;
        tokio::task::spawn_blocking(move || make(found)).await.map_err(Error::internal)?
    }

    /// The same desk once the session has ended.
    pub fn as_visitor(&self) -> Self {
        Self { visit: Visit::default(), ..self.clone() }
    }

    /// The signed-in person.
    pub fn signed(&self) -> Option<&Signed> {
        self.visit.signed.as_ref()
    }

    /// Who asks: a person with the powers held now, or a visitor.
    pub fn who(&self) -> Who {
        self.visit.signed.as_ref().map_or_else(Who::visitor, |signed| signed.who.clone())
    }

    /// Whether to show what leads to an act; the act asks again.
    pub fn may(&self, capability: Capability, scope: Scope) -> bool {
        self.visit.signed.as_ref().is_some_and(|signed| signed.who.may(capability, scope))
    }

    /// For closed pages: `Ok` when the person may, else the reason.
    pub fn require(&self, capability: Capability, scope: Scope) -> Result<()> {
        decide(&self.who(), capability, scope).map_err(|refusal| Error::Forbidden(refusal.to_string()))
    }

    /// The token that the browser sent, whatever it is worth.
    pub fn token(&self) -> Option<&str> {
        self.visit.token.as_deref()
    }

    /// The sign-in at a provider that this browser has begun.
    pub fn expected_return(&self) -> Option<&str> {
        self.visit.expected_return.as_deref()
    }

    /// Where the request comes from, for throttling.
    pub fn address(&self) -> &str {
        &self.visit.address
    }

    /// The browser, in a few words.
    pub fn agent(&self) -> &str {
        &self.visit.agent
    }

    /// Runs an act as the person who asks.
    pub async fn act<T, F>(&self, act: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&Context<'_>, &mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.app.act(self.who(), act).await
    }

    /// After an act: another page, which says what was done.
    pub fn done(&self, path: &str, sentence: &str) -> Answer {
        let mut answer = see_other(path)?;
        say(&self.app, &mut answer, sentence)?;
        Ok(answer)
    }

    pub fn frame(&self) -> Frame {
        frame(&self.app, &self.path, &self.visit)
    }

    /// A public page, the same for everyone: kept finished until one of `subjects` (see `store::versions`) changes.
    pub fn shared<P: Page>(&self, page: &P, subjects: impl IntoIterator<Item = String>) -> Answer {
        if self.visit.is_personal() {
            return self.fresh(StatusCode::OK, page);
        }
        let mut answer = html(StatusCode::OK, page, &self.frame())?;
        answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
        answer.extensions_mut().insert(Shared(subjects.into_iter().collect()));
        Ok(answer)
    }

    /// A page that is not kept: searches, forms, what is for one person.
    pub fn fresh<P: Page>(&self, status: StatusCode, page: &P) -> Answer {
        let mut answer = html(status, page, &self.frame())?;
        let policy = if self.visit.is_personal() { "private, no-store" } else { "no-cache" };
        answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(policy));
        Ok(answer)
    }

    /// A page about one person, or with a secret in it: kept nowhere.
    pub fn private<P: Page>(&self, status: StatusCode, page: &P) -> Answer {
        let mut answer = html(status, page, &self.frame())?;
        answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        Ok(answer)
    }

    /// The page of a form that was refused: what was typed, the errors, and nothing written.
    pub fn refused<P: Page>(&self, page: &P) -> Answer {
        self.private(StatusCode::UNPROCESSABLE_ENTITY, page)
    }
}

/// What surrounds a page.
pub(crate) fn frame(app: &App, path: &str, visit: &Visit) -> Frame {
    let settings = app.settings();
    Frame {
        theme: settings.theme,
        demonstration: settings.demonstration,
        path: path.to_owned(),
        signed_in: visit.signed.as_ref().map(|signed| signed.name.clone()),
        notice: visit.notice.clone(),
        ..Frame::default()
    }
}

impl Desk {
    /// A page that is one form; nothing of it is kept by anybody.
    pub fn form(&self, page: &FormPage) -> Answer {
        self.private(StatusCode::OK, page)
    }

    /// The form again, with its errors beside the fields and what was typed; any other error goes its way.
    pub fn form_again(&self, page: FormPage, error: Error) -> Answer {
        let (status, messages) = refusal(error)?;
        self.private(status, &page.refused(&messages))
    }
}

/// The status of a refused form and its messages, each with its field; a conflict is about the form as a whole.
///
/// # Errors
/// Any other error goes its way.
pub fn refusal(error: Error) -> Result<(StatusCode, Vec<(String, String)>)> {
    match error {
        Error::Invalid(errors) => {
            let messages = errors.iter().map(|error| (error.field.to_string(), error.message.clone()));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, messages.collect()))
        }
        Error::Conflict(sentence) => Ok((StatusCode::CONFLICT, vec![(String::new(), sentence)])),
        other => Err(other),
    }
}
