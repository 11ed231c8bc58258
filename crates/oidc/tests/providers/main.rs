//! The client against a real provider (npm `oidc-provider`, from `e2e/`) and against one that forges its answers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so by panicking"
)]

mod forged;
mod forger;
mod kept;
mod late;
mod log;
mod node;
mod real;

use std::sync::Arc;
use std::time::Duration;

use kernel::{Clock, SystemRandomness};
use oidc::{Provider, Settings};

const SECRET: &str = "a-secret-of-the-tests-only-0123456789";
const REDIRECT: &str = "http://127.0.0.1:9/connexion/retour";
const LEFT: &str = "http://127.0.0.1:9/au-revoir";

fn settings(issuer: &str) -> Settings {
    Settings {
        issuer: issuer.to_owned(),
        client_id: "maillage".to_owned(),
        client_secret: SECRET.to_owned(),
        redirect_uri: REDIRECT.to_owned(),
        post_logout_redirect_uri: LEFT.to_owned(),
        label: "ProConnect".to_owned(),
        timeout: Duration::from_secs(20),
        allow_http_loopback: true,
    }
}

fn provider(settings: Settings, clock: Arc<dyn Clock>) -> Provider {
    Provider::new(settings, clock, Arc::new(SystemRandomness)).unwrap()
}
