//! Signing in and out with `oidc-provider`.

use std::collections::BTreeSet;
use std::sync::Arc;

use kernel::{Error, SystemClock};
use oidc::{Identity, Provider, Saved, Settings};
use openidconnect::url::Url;

use crate::node::{Browser, Node};
use crate::{log::Log, provider, settings};

fn client(node: &Node) -> Provider {
    provider(settings(&node.issuer), Arc::new(SystemClock))
}

/// The way to the code: out to the provider, a click on an account, back.
async fn code(client: &Provider, browser: &mut Browser, account: &str) -> (String, Saved) {
    let started = client.start().await.unwrap();
    let page = browser.go(&started.url).await;
    assert!(page.is_page_of_accounts());
    let back = browser.click(&page, "account", account).await;
    assert_eq!(back.parameter("state"), Some(started.saved.state.clone()));
    (back.parameter("code").unwrap(), started.saved)
}

async fn sign_in(client: &Provider, account: &str) -> Identity {
    let (code, saved) = code(client, &mut Browser::new(), account).await;
    client.finish(&code, &saved).await.unwrap()
}

#[tokio::test]
async fn a_person_signs_in_and_out_with_es256_and_pkce() {
    let node = Node::start(&["--algorithm", "ES256"]);
    let client = client(&node);
    let mut browser = Browser::new();

    let (code, saved) = code(&client, &mut browser, "a-1").await;
    assert_eq!(saved.verifier.len(), 64);
    let identity = client.finish(&code, &saved).await.unwrap();
    assert_eq!(identity.issuer, node.issuer);
    assert_eq!(identity.subject, "a-1");
    assert_eq!(identity.email.as_deref(), Some("prefecture@exemple.fictif"));
    assert_eq!(identity.given_name.as_deref(), Some("Camille"));
    assert_eq!(identity.usual_name.as_deref(), Some("Préfecture"));
    assert_eq!(identity.siret.as_deref(), Some("12345678200010"));

    // The provider still has a session: no page is shown.
    let again = client.start().await.unwrap();
    assert!(browser.go(&again.url).await.parameter("code").is_some());

    let state = "0123456789abcdef0123456789abcdef";
    let end = client.logout_url(&identity.id_token, state).await.unwrap().unwrap();
    let ask = browser.go(&end).await;
    let left = browser.click(&ask, "logout", "yes").await;
    assert_eq!(left.parameter("state").as_deref(), Some(state));

    // It has none any more.
    let again = client.start().await.unwrap();
    assert!(browser.go(&again.url).await.is_page_of_accounts());
}

#[tokio::test]
async fn a_person_signs_in_with_rs256_and_without_pkce() {
    let node = Node::start(&["--algorithm", "RS256", "--without-pkce"]);
    let client = client(&node);
    let (code, saved) = code(&client, &mut Browser::new(), "a-2").await;
    assert_eq!(saved.verifier, "");
    let identity = client.finish(&code, &saved).await.unwrap();
    assert_eq!(identity.email.as_deref(), Some("Departement@Exemple.fictif"));
    assert_eq!(identity.siret.as_deref(), Some("12345678200028"));
}

#[tokio::test]
async fn what_the_provider_knows_is_cleaned() {
    let node = Node::start(&[]);
    let client = client(&node);
    let without = sign_in(&client, "a-4").await;
    assert_eq!(without.siret, None);
    let hostile = sign_in(&client, "a-5").await;
    assert_eq!(hostile.given_name.as_deref(), Some("Jeu Bcc: tous@exemple.fictif"));
    assert_eq!(hostile.usual_name.as_deref(), Some("<b>Gras</b>"));
    assert_eq!(hostile.siret, None);
    let plus = sign_in(&client, "a-3").await;
    assert_eq!(plus.email.as_deref(), Some("association+reseau@exemple.fictif"));
}

#[tokio::test]
async fn only_the_parameters_of_the_profile_are_sent() {
    let pkce = Node::start(&[]);
    let bare = Node::start(&["--without-pkce"]);
    let mut expected = BTreeSet::from(["client_id", "nonce", "redirect_uri", "response_type", "scope", "state"]);
    for node in [&bare, &pkce] {
        let started = client(node).start().await.unwrap();
        let url = Url::parse(&started.url).unwrap();
        let names: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
        assert_eq!(names.iter().map(String::as_str).collect::<BTreeSet<_>>(), expected);
        assert_eq!(names.len(), expected.len(), "a parameter stands twice");
        let value = |wanted: &str| url.query_pairs().find(|(name, _)| name == wanted).unwrap().1.into_owned();
        assert_eq!(value("scope"), "openid given_name usual_name email siret");
        assert_eq!(value("response_type"), "code");
        assert!(value("state").len() >= 32 && value("nonce").len() >= 32 && value("state") != value("nonce"));
        assert_eq!((value("state"), value("nonce")), (started.saved.state, started.saved.nonce));
        expected.extend(["code_challenge", "code_challenge_method"]);
    }
    // The provider of the tests is as strict as the real one.
    let started = client(&bare).start().await.unwrap();
    let mut url = Url::parse(&started.url).unwrap();
    url.query_pairs_mut().append_pair("code_challenge", "x");
    let refusal = tokio::spawn(async move { Browser::new().go(url.as_str()).await }).await;
    assert!(refusal.is_err_and(|fault| fault.is_panic()));
}

#[tokio::test]
async fn each_sign_in_has_secrets_of_its_own() {
    let node = Node::start(&[]);
    let client = client(&node);
    let mut seen = BTreeSet::new();
    for _ in 0..20 {
        let saved = client.start().await.unwrap().saved;
        for secret in [saved.state, saved.nonce, saved.verifier] {
            assert!(seen.insert(secret));
        }
    }
}

#[tokio::test]
async fn a_code_serves_once_and_for_the_browser_that_asked() {
    let node = Node::start(&[]);
    let client = client(&node);
    let (first, saved) = code(&client, &mut Browser::new(), "a-1").await;
    client.finish(&first, &saved).await.unwrap();
    let conflict =
        |error| matches!(error, Error::Conflict(text) if text.contains("ProConnect a expiré ou a déjà servi"));
    assert!(conflict(client.finish(&first, &saved).await.unwrap_err()), "used twice");

    let (second, _) = code(&client, &mut Browser::new(), "a-1").await;
    assert!(conflict(client.finish(&second, &saved).await.unwrap_err()), "with the verifier of another sign-in");

    let (third, own) = code(&client, &mut Browser::new(), "a-1").await;
    let mixed = Saved { nonce: saved.nonce.clone(), ..own };
    let error = client.finish(&third, &mixed).await.unwrap_err();
    assert!(matches!(error, Error::Forbidden(_)), "with the nonce of another sign-in: {error}");

    for wrong in ["", "never-given", &"x".repeat(5000)] {
        assert!(conflict(client.finish(wrong, &saved).await.unwrap_err()), "{wrong}");
    }
}

#[tokio::test]
async fn somebody_who_gives_up_comes_back_without_a_code() {
    let node = Node::start(&[]);
    let started = client(&node).start().await.unwrap();
    let mut browser = Browser::new();
    let page = browser.go(&started.url).await;
    let back = browser.click(&page, "account", "").await;
    assert_eq!(back.parameter("error").as_deref(), Some("access_denied"));
    assert_eq!(back.parameter("state"), Some(started.saved.state));
    assert_eq!(back.parameter("code"), None);
}

#[tokio::test]
async fn a_wrong_secret_is_the_operators_affair_and_stays_out_of_the_log() {
    let log = Log::start();
    let node = Node::start(&[]);
    let wrong = Settings { client_secret: "another-secret-0123456789".to_owned(), ..settings(&node.issuer) };
    let client = provider(wrong, Arc::new(SystemClock));
    let (code, saved) = code(&client, &mut Browser::new(), "a-1").await;
    let error = client.finish(&code, &saved).await.unwrap_err();
    assert!(matches!(&error, Error::Unavailable(text) if text.contains("mal réglée")), "{error}");
    let log = log.text();
    assert!(log.contains("token endpoint: invalid_client"), "{log}");
    for secret in ["another-secret", &saved.verifier, &saved.nonce] {
        assert!(!log.contains(secret), "{log}");
    }
}
