//! Between HTTP and the features: the application that handlers are given, routes declared once, answers, the cache
//! of finished public pages, and what every answer carries (security headers, request number, pages for errors).
//!
//! Features know axum's `Path` and this crate; nothing else of the server.

mod answer;
mod app;
mod cache;
mod desk;
mod errors;
mod form;
mod outer;
mod params;
mod routes;
mod signed;

pub use answer::{Answer, Failure, download, redirect_for_ever, see_other};
pub use app::{App, Keys, Settings};
pub use desk::{Desk, refusal};
pub use form::{Form, FormWithFiles, Upload};
pub use params::{Params, encode};
pub use routes::{Access, Declared, Routes, serve_routes};
pub use signed::{
    Identify, Nobody, SessionKey, Signed, close_session, give_return, local_path, open_session, session_key,
};
