//! Answers that must not be believed. Each case says what the log must give as the reason, so that none passes because
//! of another check.

use std::sync::Arc;

use kernel::{Error, FixedClock, Timestamp};
use oidc::{Identity, Provider};
use serde_json::json;

use crate::forger::{self, ACCESS, Key, NOW, Reply, Stage, Twist, hs256, unsigned};
use crate::log::Log;
use crate::{SECRET, provider, settings};

const CODE: &str = "a-code-that-is-secret";

fn client(stage: &Stage) -> Provider {
    let clock = FixedClock::at(Timestamp::from_micros(NOW * 1_000_000));
    provider(settings(&stage.base), Arc::new(clock))
}

/// A whole sign-in with this provider; what came of it and what was logged.
async fn sign_in(twist: Twist) -> (Result<Identity, Error>, String) {
    let log = Log::start();
    let stage = forger::start(twist);
    let client = client(&stage);
    let result = match client.start().await {
        Ok(started) => {
            stage.expect(&started.saved.nonce);
            client.finish(CODE, &started.saved).await
        }
        Err(error) => Err(error),
    };
    let log = log.text();
    for secret in [SECRET, ACCESS, CODE, "somebody", "Sasha"] {
        assert!(!log.contains(secret), "{secret} stands in the log: {log}");
    }
    (result, log)
}

async fn refused(what: &str, reason: &str, twist: Twist) {
    let (result, log) = sign_in(twist).await;
    let error = result.expect_err(what);
    assert!(matches!(&error, Error::Forbidden(text) if text.contains("n'a pas pu être vérifiée")), "{what}: {error:?}");
    assert!(log.contains(reason), "{what}: {log}");
}

fn at(path: &str, wanted: &str, reply: impl FnOnce() -> Reply) -> Option<Reply> {
    (path == wanted).then(reply)
}

#[tokio::test]
async fn an_honest_provider_is_believed() {
    let (result, log) = sign_in(|_, _| None).await;
    let identity = result.unwrap();
    assert_eq!((identity.subject.as_str(), identity.siret.as_deref()), ("somebody", Some("12345678200010")));
    assert_eq!(identity.usual_name.as_deref(), Some("Quelqu'un"));
    assert!(!log.contains("WARN"), "{log}");
}

#[tokio::test]
async fn a_token_signed_by_somebody_else_is_refused() {
    refused("another key under the same name", "id token: signature: Crypto error", |stage, path| {
        at(path, "/token", || stage.tokens(Key::new("first").sign(&stage.claims())))
    })
    .await;
    refused("a key that is not published", "signed by a key that the provider does not publish", |stage, path| {
        at(path, "/token", || stage.tokens(Key::new("unknown").sign(&stage.claims())))
    })
    .await;
    refused("a changed payload", "id token: signature: Crypto error", |stage, path| {
        at(path, "/token", || {
            let (honest, forged) = (stage.key.sign(&stage.claims()), Key::new("first").sign(&stage.claims()));
            let signature = honest.rsplit_once('.').unwrap().1;
            let mut claims = stage.claims();
            claims["sub"] = json!("the-prefect");
            let other = stage.key.sign(&claims);
            assert_ne!(honest, forged);
            stage.tokens(format!("{}.{signature}", other.rsplit_once('.').unwrap().0))
        })
    })
    .await;
}

#[tokio::test]
async fn no_algorithm_but_those_of_public_keys() {
    refused("alg none", "id token: signature", |stage, path| {
        at(path, "/token", || stage.tokens(unsigned(&stage.claims())))
    })
    .await;
    refused("HS256 with the public key", "`HS256` is not one of", |stage, path| {
        at(path, "/token", || stage.tokens(hs256(stage.key.public(), "first", &stage.claims())))
    })
    .await;
    refused("HS256 with the client's secret", "`HS256` is not one of", |stage, path| {
        at(path, "/token", || stage.tokens(hs256(SECRET.as_bytes(), "first", &stage.claims())))
    })
    .await;
}

#[tokio::test]
async fn a_token_of_another_sign_in_client_or_provider_is_refused() {
    let cases: [(&str, &str, Twist); 10] = [
        ("nonce", "id token: another nonce", |stage, path| {
            at(path, "/token", || stage.tokens_with(&json!({"nonce": "of-another-sign-in"})))
        }),
        ("no nonce", "id token: another nonce", |stage, path| {
            at(path, "/token", || stage.tokens_with(&json!({"nonce": null})))
        }),
        ("issuer", "id token: issuer", |stage, path| {
            at(path, "/token", || stage.tokens_with(&json!({"iss": "https://fournisseur.example"})))
        }),
        ("audience", "id token: audience", |stage, path| {
            at(path, "/token", || stage.tokens_with(&json!({"aud": "another-site"})))
        }),
        ("one audience too many", "id token: audience", |stage, path| {
            at(path, "/token", || stage.tokens_with(&json!({"aud": ["maillage", "another-site"]})))
        }),
        ("authorised party", "authorised party is another client", |stage, path| {
            at(path, "/token", || stage.tokens_with(&json!({"azp": "another-site"})))
        }),
        ("expired", "id token: time", |stage, path| {
            at(path, "/token", || stage.tokens_with(&json!({"iat": NOW - 3600, "exp": NOW - 61})))
        }),
        ("issued tomorrow", "id token: time", |stage, path| {
            at(path, "/token", || stage.tokens_with(&json!({"iat": NOW + 86_400, "exp": NOW + 90_000})))
        }),
        ("of another access token", "at_hash is of another access token", |stage, path| {
            at(path, "/token", || stage.tokens_with(&json!({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"})))
        }),
        ("a subject without an end", "malformed subject", |stage, path| {
            at(path, "/token", || stage.tokens_with(&json!({"sub": "x".repeat(256)})))
        }),
    ];
    for (what, reason, twist) in cases {
        refused(what, reason, twist).await;
    }
}

#[tokio::test]
async fn clocks_may_differ_by_less_than_a_minute() {
    let (early, _) =
        sign_in(|stage, path| at(path, "/token", || stage.tokens_with(&json!({"iat": NOW + 50, "exp": NOW + 110}))))
            .await;
    assert!(early.is_ok(), "{early:?}");
    let (late, _) =
        sign_in(|stage, path| at(path, "/token", || stage.tokens_with(&json!({"iat": NOW - 110, "exp": NOW - 50}))))
            .await;
    assert!(late.is_ok(), "{late:?}");
}

#[tokio::test]
async fn userinfo_is_signed_and_about_the_same_person() {
    let cases: [(&str, &str, Twist); 13] = [
        ("another subject", "userinfo: another subject", |stage, path| {
            at(path, "/userinfo", || stage.person_with(&json!({"sub": "the-prefect"})))
        }),
        ("plain JSON", "not a signed token", |stage, path| at(path, "/userinfo", || Reply::Json(200, stage.person()))),
        ("JSON said to be a token", "userinfo: not a signed token", |stage, path| {
            at(path, "/userinfo", || Reply::Jwt(stage.person().to_string()))
        }),
        ("another key under the same name", "userinfo: wrong signature", |stage, path| {
            at(path, "/userinfo", || Reply::Jwt(Key::new("first").sign(&stage.person())))
        }),
        ("a key that is not published", "does not publish", |stage, path| {
            at(path, "/userinfo", || Reply::Jwt(Key::new("unknown").sign(&stage.person())))
        }),
        ("alg none", "another algorithm", |stage, path| {
            at(path, "/userinfo", || Reply::Jwt(unsigned(&stage.person())))
        }),
        ("HS256 with the public key", "another algorithm", |stage, path| {
            at(path, "/userinfo", || Reply::Jwt(hs256(stage.key.public(), "first", &stage.person())))
        }),
        ("another issuer", "userinfo: another issuer", |stage, path| {
            at(path, "/userinfo", || stage.person_with(&json!({"iss": "https://fournisseur.example"})))
        }),
        ("no issuer", "userinfo: another issuer", |stage, path| {
            at(path, "/userinfo", || stage.person_with(&json!({"iss": null})))
        }),
        ("another audience", "userinfo: another audience", |stage, path| {
            at(path, "/userinfo", || stage.person_with(&json!({"aud": ["maillage", "another-site"]})))
        }),
        ("expired", "userinfo: expired", |stage, path| {
            at(path, "/userinfo", || stage.person_with(&json!({"exp": NOW - 3600})))
        }),
        ("an expiry that is no number", "userinfo: malformed exp", |stage, path| {
            at(path, "/userinfo", || stage.person_with(&json!({"exp": "never"})))
        }),
        ("401", "userinfo answered 401", |_, path| at(path, "/userinfo", || Reply::Json(401, json!({})))),
    ];
    for (what, reason, twist) in cases {
        refused(what, reason, twist).await;
    }
}

#[tokio::test]
async fn an_address_that_is_not_verified_is_left_out() {
    for twist in [
        (|stage, path| at(path, "/userinfo", || stage.person_with(&json!({"email_verified": false})))) as Twist,
        |stage, path| at(path, "/userinfo", || stage.person_with(&json!({"email_verified": "false"}))),
        |stage, path| at(path, "/userinfo", || stage.person_with(&json!({"email": 12}))),
    ] {
        let (result, _) = sign_in(twist).await;
        assert_eq!(result.unwrap().email, None);
    }
}

#[tokio::test]
async fn answers_that_cannot_be_read_are_refused() {
    let cases: [(&str, &str, Twist); 8] = [
        ("no id token", "gave no id token", |_, path| {
            at(path, "/token", || Reply::Json(200, json!({"access_token": ACCESS, "token_type": "Bearer"})))
        }),
        ("not a token", "token endpoint: unreadable answer", |stage, path| {
            at(path, "/token", || stage.tokens("not-a-token".to_owned()))
        }),
        ("not JSON", "token endpoint: unreadable answer", |_, path| {
            at(path, "/token", || Reply::Raw("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>".to_owned()))
        }),
        ("an access token that is no header", "access token cannot be a header", |stage, path| {
            at(path, "/token", || {
                let mut claims = stage.claims();
                claims.as_object_mut().unwrap().remove("at_hash");
                let token = stage.key.sign(&claims);
                Reply::Json(200, json!({"access_token": "a\nb: c", "token_type": "Bearer", "id_token": token}))
            })
        }),
        ("an endless answer", "answered more than", |_, path| at(path, "/token", || Reply::Endless)),
        ("an endless userinfo", "answered more than", |_, path| at(path, "/userinfo", || Reply::Endless)),
        ("endless keys", "answered more than", |_, path| at(path, "/jwks", || Reply::Endless)),
        ("discovery that is not JSON", "Failed to parse", |_, path| {
            at(path, "/.well-known/openid-configuration", || Reply::Json(200, json!([1, 2])))
        }),
    ];
    for (what, reason, twist) in cases {
        refused(what, reason, twist).await;
    }
}

#[tokio::test]
async fn a_provider_that_publishes_another_issuer_or_unsafe_addresses_is_refused() {
    let cases: [(&str, &str, Twist); 6] = [
        ("another issuer", "unexpected issuer", |stage, path| changed(stage, path, "issuer", "http://127.0.0.1:1")),
        ("authorize", "address that is not https", |stage, path| {
            changed(stage, path, "authorization_endpoint", "http://fournisseur.example/authorize")
        }),
        ("logout", "address that is not https", |stage, path| {
            changed(stage, path, "end_session_endpoint", "http://fournisseur.example/end")
        }),
        ("token", "is not https", |stage, path| {
            changed(stage, path, "token_endpoint", "http://fournisseur.example/token")
        }),
        ("userinfo", "is not https", |stage, path| {
            changed(stage, path, "userinfo_endpoint", "http://fournisseur.example/userinfo")
        }),
        ("keys", "is not https", |stage, path| changed(stage, path, "jwks_uri", "http://10.0.0.1/jwks")),
    ];
    for (what, reason, twist) in cases {
        refused(what, reason, twist).await;
    }
}

fn changed(stage: &Stage, path: &str, name: &str, value: &str) -> Option<Reply> {
    at(path, "/.well-known/openid-configuration", || {
        let mut discovery = stage.discovery();
        discovery[name] = json!(value);
        Reply::Json(200, discovery)
    })
}

#[tokio::test]
async fn no_redirect_is_followed() {
    for path in ["/.well-known/openid-configuration", "/jwks", "/token", "/userinfo"] {
        let elsewhere = forger::start(|_, _| None);
        *ELSEWHERE.lock().unwrap() = (path.to_owned(), elsewhere.base.clone());
        refused(path, "answered 302", |_, path| {
            let (redirected, base) = ELSEWHERE.lock().unwrap().clone();
            at(path, &redirected, || {
                Reply::Raw(format!("HTTP/1.1 302 Found\r\nlocation: {base}{path}\r\ncontent-length: 0\r\n\r\n"))
            })
        })
        .await;
        assert_eq!(elsewhere.asked(path), 0);
    }
}

/// Which path goes where, for the one test above.
static ELSEWHERE: std::sync::Mutex<(String, String)> = std::sync::Mutex::new((String::new(), String::new()));
