//! HTTP to the provider: bounded in time and size, no redirect followed, only to safe addresses.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use kernel::{Error, Result};
use openidconnect::url::Url;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};
use reqwest::{Client, Request, redirect};
use rustls::{ClientConfig, RootCertStore};

use crate::settings::{Settings, safe};

/// More than any discovery document, key set or token: ProConnect's are under 5 KB.
const MOST_BYTES: usize = 256 * 1024;
/// A connection that is not made by then will not be made.
const LONGEST_CONNECT: Duration = Duration::from_secs(5);

pub struct Wire {
    client: Client,
    allow_http_loopback: bool,
}

/// Why there is no answer to look at.
#[derive(Debug, thiserror::Error)]
pub enum WireFault {
    #[error("{0}")]
    Down(String),
    #[error("{0}")]
    Refused(String),
}

impl Wire {
    pub fn new(settings: &Settings) -> Result<Self> {
        // As the connections to PostgreSQL: the roots that come with the program, so that an empty container has some.
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(Error::internal)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut client = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(LONGEST_CONNECT.min(settings.timeout))
            .timeout(settings.timeout)
            .user_agent("Maillage");
        if settings.on_loopback() {
            client = client.no_proxy();
        }
        let client = client.build().map_err(Error::internal)?;
        Ok(Self { client, allow_http_loopback: settings.allow_http_loopback })
    }

    /// One request. An answer of the 200s or 400s comes back whole; anything else is a fault.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, WireFault> {
        let address = request.uri().to_string();
        let url = Url::parse(&address).map_err(|_| WireFault::Refused("unreadable address".to_owned()))?;
        if !safe(&url, self.allow_http_loopback) {
            return Err(WireFault::Refused(format!("{address} is not https")));
        }
        let request = Request::try_from(request).map_err(|fault| WireFault::Refused(fault.to_string()))?;
        let down = |fault: reqwest::Error| WireFault::Down(format!("{address}: {}", chain(&fault.without_url())));
        let mut answer = self.client.execute(request).await.map_err(down)?;
        let status = answer.status();
        if status.is_server_error() || status == http::StatusCode::TOO_MANY_REQUESTS {
            return Err(WireFault::Down(format!("{address} answered {status}")));
        }
        if !status.is_success() && !status.is_client_error() {
            return Err(WireFault::Refused(format!("{address} answered {status}")));
        }
        let headers = std::mem::take(answer.headers_mut());
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(down)? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(WireFault::Refused(format!("{address} answered more than {MOST_BYTES} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = HttpResponse::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

/// How the library sends. The type is written out: with a closure, the futures of this crate were not `Send`.
impl<'c> AsyncHttpClient<'c> for Wire {
    type Error = WireFault;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, WireFault>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// A fault with its causes: « error sending request: connection refused ».
fn chain(fault: &dyn std::error::Error) -> String {
    let mut text = fault.to_string();
    let mut source = fault.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
