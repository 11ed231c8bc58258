//! The real provider as a child process, and a browser small enough to sign in with.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use openidconnect::url::{Url, form_urlencoded};
use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Response, redirect};

use crate::{LEFT, REDIRECT, SECRET};

/// `e2e/provider.mjs`. It ends with this value, and also when this process ends in any other way: its input closes.
pub struct Node {
    child: Child,
    pub issuer: String,
}

impl Node {
    pub fn start(options: &[&str]) -> Self {
        let e2e = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../e2e");
        assert!(
            e2e.join("node_modules/oidc-provider").exists(),
            "oidc-provider is missing: `cargo xtask test` installs it, or `npm ci` in e2e/"
        );
        let mut child = Command::new("node")
            .current_dir(e2e)
            .args(["provider.mjs", "--redirect-uri", REDIRECT, "--post-logout-redirect-uri", LEFT])
            .args(["--client-secret", SECRET])
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: serde_json::Value = serde_json::from_str(&line).expect("the provider says where it listens");
        Self { child, issuer: said["issuer"].as_str().unwrap().to_owned() }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Follows redirects and keeps cookies, as a browser does, until it is sent to the site under test.
pub struct Browser {
    client: Client,
    /// Path, name and value.
    cookies: Vec<(String, String, String)>,
}

/// Where the browser stands.
pub enum Place {
    /// On one of the provider's pages.
    Page { url: Url, html: String },
    /// Sent back to the site, with these parameters.
    Site { url: Url },
}

impl Browser {
    pub fn new() -> Self {
        // The client's own TLS is made ready by itself; the tests speak plain HTTP with this machine.
        let tls = rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self { client, cookies: Vec::new() }
    }

    pub async fn go(&mut self, url: &str) -> Place {
        self.follow(Url::parse(url).unwrap(), None).await
    }

    /// Sends the page's form with one button clicked.
    pub async fn click(&mut self, place: &Place, name: &str, value: &str) -> Place {
        let Place::Page { url, html } = place else { panic!("no page to click on") };
        let action = between(html, "action=\"", "\"").expect("a form");
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair(name, value);
        if let Some(hidden) = between(html, "type=\"hidden\" name=\"xsrf\" value=\"", "\"") {
            form.append_pair("xsrf", hidden);
        }
        self.follow(url.join(action).unwrap(), Some(form.finish())).await
    }

    async fn follow(&mut self, mut url: Url, mut form: Option<String>) -> Place {
        for _ in 0..10 {
            if url.as_str().starts_with(REDIRECT) || url.as_str().starts_with(LEFT) {
                return Place::Site { url };
            }
            let answer = self.send(&url, form.take()).await;
            let Some(location) = answer.headers().get(LOCATION) else {
                let status = answer.status();
                let html = answer.text().await.unwrap();
                assert!(status.is_success(), "{url}: {status}: {html}");
                return Place::Page { url, html };
            };
            url = url.join(location.to_str().unwrap()).unwrap();
        }
        panic!("sent from page to page")
    }

    async fn send(&mut self, url: &Url, form: Option<String>) -> Response {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .filter(|(path, ..)| url.path().starts_with(path.as_str()))
            .map(|(_, name, value)| format!("{name}={value}"))
            .collect();
        let request = match form {
            Some(form) => {
                self.client.post(url.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form)
            }
            None => self.client.get(url.clone()),
        };
        let answer = request.header(COOKIE, cookies.join("; ")).send().await.unwrap();
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            let path = between(cookie, "path=", ";").unwrap_or("/").to_owned();
            self.cookies.retain(|(kept, known, _)| !(kept == &path && known == name));
            if !value.is_empty() {
                self.cookies.push((path, name.to_owned(), value.to_owned()));
            }
        }
        answer
    }
}

impl Place {
    /// A parameter of the address at which the browser comes back to the site.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let Self::Site { url } = self else { panic!("still at the provider's") };
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    pub fn is_page_of_accounts(&self) -> bool {
        matches!(self, Self::Page { html, .. } if html.contains("prefecture@exemple.fictif"))
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after).map_or(rest, |(inside, _)| inside))
}
