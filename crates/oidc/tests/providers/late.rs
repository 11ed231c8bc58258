//! A provider that is down, late or overloaded, or does not know this site.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kernel::{Error, FixedClock, Timestamp};
use oidc::{Provider, Saved, Settings};
use serde_json::json;

use crate::forger::{self, NOW, Reply, Twist};
use crate::log::Log;
use crate::{provider, settings};

const LIMIT: Duration = Duration::from_millis(400);

/// Far more than the limit, for a machine that is busy; far less than for ever.
const IN_TIME: Duration = Duration::from_secs(10);

fn hurried(issuer: &str) -> Provider {
    within(issuer, LIMIT)
}

fn patient(issuer: &str) -> Provider {
    within(issuer, Duration::from_secs(20))
}

fn within(issuer: &str, timeout: Duration) -> Provider {
    let clock = FixedClock::at(Timestamp::from_micros(NOW * 1_000_000));
    provider(Settings { timeout, ..settings(issuer) }, Arc::new(clock))
}

fn saved() -> Saved {
    Saved { state: "s".repeat(64), nonce: "n".repeat(64), verifier: String::new() }
}

fn is_down(error: &Error) -> bool {
    matches!(error, Error::Unavailable(text) if text.starts_with("ProConnect ne répond pas. "))
}

#[tokio::test]
async fn a_late_answer_is_not_waited_for() {
    let cases: [(&str, Twist); 7] = [
        ("silent from the start", |_, _| Some(Reply::Silence)),
        ("a discovery that drips", |_, path| (path.ends_with("configuration")).then_some(Reply::Drip)),
        ("silent keys", |_, path| (path == "/jwks").then_some(Reply::Silence)),
        ("silent tokens", |_, path| (path == "/token").then_some(Reply::Silence)),
        ("tokens that drip", |_, path| (path == "/token").then_some(Reply::Drip)),
        ("silent userinfo", |_, path| (path == "/userinfo").then_some(Reply::Silence)),
        ("each answer nearly late", |_, _| {
            std::thread::sleep(LIMIT * 3 / 4);
            None
        }),
    ];
    for (what, twist) in cases {
        let stage = forger::start(twist);
        let began = Instant::now();
        stage.expect(&saved().nonce);
        let error = hurried(&stage.base).finish("code", &saved()).await.expect_err(what);
        assert!(is_down(&error), "{what}: {error:?}");
        assert!(began.elapsed() < IN_TIME, "{what}: {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn everybody_who_waits_for_a_silent_provider_is_answered_in_time() {
    let stage = forger::start(|_, _| Some(Reply::Silence));
    let client = hurried(&stage.base);
    let began = Instant::now();
    let waiting: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.start().await.map(drop) })
        })
        .collect();
    for one in waiting {
        assert!(is_down(&one.await.unwrap().unwrap_err()));
    }
    assert!(began.elapsed() < IN_TIME, "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_provider_that_is_down_says_so() {
    let log = Log::start();
    // Nobody listens on a port that was just given back.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let client = patient(&format!("http://127.0.0.1:{port}"));
    assert!(is_down(&client.start().await.unwrap_err()));
    assert!(is_down(&client.finish("code", &saved()).await.unwrap_err()));
    assert!(is_down(&client.logout_url("token", "state").await.unwrap_err()));
    let log = log.text();
    assert!(log.contains("refused") && log.contains("during=\"logout\""), "{log}");
}

#[tokio::test]
async fn its_own_errors_are_its_own() {
    let cases: [(&str, Twist); 6] = [
        ("500 at discovery", |_, path| path.ends_with("configuration").then(|| Reply::Json(500, json!({})))),
        ("503 for the keys", |_, path| (path == "/jwks").then(|| Reply::Json(503, json!({})))),
        ("500 for the tokens", |_, path| (path == "/token").then(|| Reply::Json(500, json!({})))),
        ("429 for the tokens", |_, path| (path == "/token").then(|| Reply::Json(429, json!({})))),
        ("502 at userinfo", |_, path| (path == "/userinfo").then(|| Reply::Json(502, json!({})))),
        ("a closed connection", |_, path| (path == "/token").then_some(Reply::Closed)),
    ];
    for (what, twist) in cases {
        let stage = forger::start(twist);
        stage.expect(&saved().nonce);
        let error = patient(&stage.base).finish("code", &saved()).await.expect_err(what);
        assert!(is_down(&error), "{what}: {error:?}");
    }
}

#[tokio::test]
async fn a_site_that_is_not_known_is_said_to_be_badly_set() {
    let cases: [(&str, Twist); 4] = [
        ("no discovery there", |_, path| path.ends_with("configuration").then(|| Reply::Json(404, json!({})))),
        ("invalid_client", |_, path| (path == "/token").then(|| Reply::Json(401, json!({"error": "invalid_client"})))),
        ("an error of its own", |_, path| {
            (path == "/token").then(|| Reply::Json(400, json!({"error": "Y000400\r\nforged line"})))
        }),
        ("no userinfo", |stage, path| {
            path.ends_with("configuration").then(|| {
                let mut discovery = stage.discovery();
                discovery.as_object_mut().unwrap().remove("userinfo_endpoint");
                Reply::Json(200, discovery)
            })
        }),
    ];
    for (what, twist) in cases {
        let log = Log::start();
        let stage = forger::start(twist);
        stage.expect(&saved().nonce);
        let error = patient(&stage.base).finish("code", &saved()).await.expect_err(what);
        assert!(matches!(&error, Error::Unavailable(text) if text.contains("mal réglée")), "{what}: {error:?}");
        assert!(!log.text().contains("\nforged line"), "{what}");
    }
}

#[tokio::test]
async fn a_code_that_is_too_old_is_said_to_be_so() {
    let stage = forger::start(|_, path| {
        (path == "/token").then(|| {
            Reply::Json(400, json!({"error": "invalid_grant", "error_description": "grant request is invalid"}))
        })
    });
    let error = patient(&stage.base).finish("code", &saved()).await.unwrap_err();
    assert!(matches!(&error, Error::Conflict(text) if text.contains("a expiré ou a déjà servi")), "{error:?}");
}
