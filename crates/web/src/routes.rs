//! Routes are declared once: the router, the matrix test, the axe walk and the site map read the same list.

use std::time::Duration;

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{self, MethodRouter};
use http::{Method, StatusCode};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::App;
use crate::outer;

/// Forms are small; a route that takes files says so itself.
const BODY_LIMIT: usize = 256 << 10;
const TIMEOUT: Duration = Duration::from_secs(30);

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everyone, signed in or not.
    Public,
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

    fn add(mut self, method: Method, path: &'static str, access: Access, route: MethodRouter<App>) -> Self {
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
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
        .layer(CsrfLayer::new())
        .layer(CatchPanicLayer::custom(outer::after_panic))
        .layer(from_fn_with_state(app.clone(), outer::around))
        .with_state(app.clone())
}
