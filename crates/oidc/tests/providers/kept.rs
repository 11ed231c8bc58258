//! What is kept of the provider, and when it is asked again.

use std::sync::Arc;

use kernel::{FixedClock, Timestamp};
use openidconnect::url::Url;

use crate::forger::{self, NOW, Reply};
use crate::{LEFT, provider, settings};

const DISCOVERY: &str = "/.well-known/openid-configuration";

fn clock() -> Arc<FixedClock> {
    Arc::new(FixedClock::at(at(0)))
}

/// So many minutes after the tests' moment.
fn at(minutes: i64) -> Timestamp {
    Timestamp::from_micros((NOW + 60 * minutes) * 1_000_000)
}

#[tokio::test]
async fn nothing_is_fetched_before_it_is_needed_and_then_kept_ten_minutes() {
    let stage = forger::start(|_, _| None);
    let clock = clock();
    let client = provider(settings(&stage.base), clock.clone());
    assert_eq!(client.label(), "ProConnect");
    assert_eq!(stage.asked(DISCOVERY), 0);
    for _ in 0..3 {
        client.clone().start().await.unwrap();
    }
    clock.set(at(9));
    client.start().await.unwrap();
    assert_eq!((stage.asked(DISCOVERY), stage.asked("/jwks")), (1, 1));
    clock.set(at(11));
    client.start().await.unwrap();
    assert_eq!((stage.asked(DISCOVERY), stage.asked("/jwks")), (2, 2));
    // A clock that is set back does not keep anything for ever.
    clock.set(at(-60));
    client.start().await.unwrap();
    assert_eq!(stage.asked(DISCOVERY), 3);
}

#[tokio::test]
async fn many_at_once_ask_once() {
    let stage = forger::start(|_, _| None);
    let client = provider(settings(&stage.base), clock());
    let asking: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.start().await.map(drop) })
        })
        .collect();
    for one in asking {
        one.await.unwrap().unwrap();
    }
    assert_eq!(stage.asked(DISCOVERY), 1);
}

#[tokio::test]
async fn a_new_key_is_fetched_when_it_first_signs() {
    let stage = forger::start(|stage, path| match path {
        "/token" => Some(stage.tokens(stage.second.sign(&stage.claims()))),
        "/userinfo" => Some(Reply::Jwt(stage.second.sign(&stage.person()))),
        _ => None,
    });
    let client = provider(settings(&stage.base), clock());
    let saved = client.start().await.unwrap().saved;
    stage.expect(&saved.nonce);
    stage.publish_second();
    client.finish("code", &saved).await.unwrap();
    assert_eq!(stage.asked("/jwks"), 2);
    client.finish("code", &saved).await.unwrap();
    assert_eq!(stage.asked("/jwks"), 2, "the new key is kept");
}

#[tokio::test]
async fn a_new_key_may_sign_userinfo_alone() {
    let stage =
        forger::start(|stage, path| (path == "/userinfo").then(|| Reply::Jwt(stage.second.sign(&stage.person()))));
    let client = provider(settings(&stage.base), clock());
    let saved = client.start().await.unwrap().saved;
    stage.expect(&saved.nonce);
    stage.publish_second();
    client.finish("code", &saved).await.unwrap();
    assert_eq!(stage.asked("/jwks"), 2);
}

#[tokio::test]
async fn a_key_that_nobody_publishes_is_looked_for_once_a_token() {
    let stage =
        forger::start(|stage, path| (path == "/token").then(|| stage.tokens(stage.second.sign(&stage.claims()))));
    let client = provider(settings(&stage.base), clock());
    let saved = client.start().await.unwrap().saved;
    stage.expect(&saved.nonce);
    client.finish("code", &saved).await.unwrap_err();
    assert_eq!(stage.asked("/jwks"), 2);
}

#[tokio::test]
async fn the_way_out_keeps_what_the_address_already_holds() {
    let stage = forger::start(|_, _| None);
    let client = provider(settings(&stage.base), clock());
    let url = client.logout_url("the.id.token", "a state & more").await.unwrap().unwrap();
    let parameters: Vec<(String, String)> =
        Url::parse(&url).unwrap().query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let expected = [
        ("from", "here"),
        ("id_token_hint", "the.id.token"),
        ("state", "a state & more"),
        ("post_logout_redirect_uri", LEFT),
    ];
    assert_eq!(parameters, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test]
async fn a_provider_without_a_way_out_has_none() {
    let stage = forger::start(|stage, path| {
        path.ends_with("configuration").then(|| {
            let mut discovery = stage.discovery();
            discovery.as_object_mut().unwrap().remove("end_session_endpoint");
            Reply::Json(200, discovery)
        })
    });
    let client = provider(settings(&stage.base), clock());
    assert_eq!(client.logout_url("token", "state").await.unwrap(), None);
}
