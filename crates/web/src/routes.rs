//! Routes are declared once: the router, the matrix test, the axe walk and the site map read the same list.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{self, MethodRouter};
use http::{Method, StatusCode};
use kernel::Capability;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::App;
use crate::outer;
use crate::signed::signed_in_only;

/// Forms are small; a route that takes files says so itself.
const BODY_LIMIT: usize = 1 << 20;
/// A file of 40 MB with its form.
const UPLOAD_LIMIT: usize = 42 << 20;
const TIMEOUT: Duration = Duration::from_secs(30);

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everyone, signed in or not.
    Public,
    /// Any signed-in person; each sees only its own.
    SignedIn,
    /// Who holds this capability on what the address names; the handler and the act ask for it.
    Needs(Capability),
    /// Everyone, in a demonstration only.
    Demonstration,
    /// Machines of the operator: health, metrics.
    Operations,
}

/// One declared route.
#[derive(Clone, Debug)]
pub struct Declared {
    pub method: Method,
    /// In axum's writing: `/gouvernances/{slug}`.
    pub path: &'static str,
    pub access: Access,
}

/// The routes of a feature, or of all.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    declared: Vec<Declared>,
}

impl Routes {
    pub fn new() -> Self {
        Self::default()
    }

    /// A page or a file that is read.
    pub fn get<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::GET, path, access, routing::get(handler))
    }

    /// A form that is sent.
    pub fn post<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::POST, path, access, routing::post(handler))
    }

    /// A form that is sent with files.
    pub fn upload<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add_limited(Method::POST, path, access, routing::post(handler), UPLOAD_LIMIT)
    }

    fn add(self, method: Method, path: &'static str, access: Access, route: MethodRouter<App>) -> Self {
        self.add_limited(method, path, access, route, BODY_LIMIT)
    }

    fn add_limited(
        mut self,
        method: Method,
        path: &'static str,
        access: Access,
        route: MethodRouter<App>,
        limit: usize,
    ) -> Self {
        let route = route
            .layer::<_, Infallible>(DefaultBodyLimit::disable())
            .layer::<_, Infallible>(RequestBodyLimitLayer::new(limit));
        let route = match access {
            Access::SignedIn | Access::Needs(_) => route.layer(from_fn(signed_in_only)),
            Access::Public | Access::Demonstration | Access::Operations => route,
        };
        self.router = self.router.route(path, route);
        self.declared.push(Declared { method, path, access });
        self
    }

    /// All routes of two features.
    pub fn and(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.declared.extend(other.declared);
        self
    }

    pub fn declared(&self) -> &[Declared] {
        &self.declared
    }
}

/// The router with every layer around it: the innermost last.
pub fn serve_routes(routes: Routes, app: &App) -> Router {
    routes
        .router
        .fallback(|| async { StatusCode::NOT_FOUND })
        .method_not_allowed_fallback(|| async { StatusCode::METHOD_NOT_ALLOWED })
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
        .layer(CsrfLayer::new())
        .layer(CatchPanicLayer::custom(outer::after_panic))
        .layer(from_fn_with_state(app.clone(), outer::around))
        .with_state(app.clone())
}
