//! Who sends the request: the session cookie, read once for each request, and the sentence said after an act.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, header};
use kernel::text::hex;
use kernel::{Error, Result, Secret, Timestamp, Who};
use sha2::{Digest as _, Sha256};
use store::Tx;
use uuid::Uuid;

use crate::answer::{Failure, redirect_to};
use crate::{App, encode};

/// The hash of a session's token: what the database knows of it.
pub type SessionKey = [u8; 32];

/// Who is behind a session at this instant, with the powers held now.
#[derive(Clone, Debug)]
pub struct Signed {
    pub person: Uuid,
    pub name: String,
    pub who: Who,
    pub session: SessionKey,
    /// True when the last visit noted in the database is old enough to be noted again.
    pub unseen: bool,
}

/// Where sessions and powers are looked up; features give it to the application.
pub trait Identify: Send + Sync {
    /// The person of a whole, unexpired session.
    fn identify(&self, tx: &mut Tx<'_>, session: &SessionKey, now: Timestamp) -> Result<Option<Signed>>;
    /// Notes that the session is in use.
    fn seen(&self, tx: &mut Tx<'_>, session: &SessionKey, now: Timestamp) -> Result<()>;
}

/// An application without accounts: everybody is a visitor.
pub struct Nobody;

impl Identify for Nobody {
    fn identify(&self, _: &mut Tx<'_>, _: &SessionKey, _: Timestamp) -> Result<Option<Signed>> {
        Ok(None)
    }
    fn seen(&self, _: &mut Tx<'_>, _: &SessionKey, _: Timestamp) -> Result<()> {
        Ok(())
    }
}

/// What the outer layer has found out about a request.
#[derive(Clone, Debug, Default)]
pub struct Visit {
    pub signed: Option<Signed>,
    /// The token as the browser sent it: also of a session that waits for its second factor.
    pub token: Option<String>,
    /// Said by the act before.
    pub notice: Option<String>,
    /// The sign-in at a provider that this browser has begun.
    pub expected_return: Option<String>,
    /// For the throttling of sign-in; « local » when there is no network (tests).
    pub address: String,
    /// The browser, in a few words.
    pub agent: String,
}

impl Visit {
    /// True when the answer is for this person alone.
    pub fn is_personal(&self) -> bool {
        self.signed.is_some() || self.notice.is_some()
    }
}

const NOTICE: &str = "maillage-dit";
/// The sign-in at a provider that this browser has begun.
const RETURN: &str = "maillage-retour";

/// Notes in the browser which sign-in it has begun elsewhere, for ten minutes.
pub fn give_return(app: &App, response: &mut Response, state: &str) -> Result<()> {
    let value = set(app, RETURN, &encode(state), 600)?;
    response.headers_mut().append(header::SET_COOKIE, value);
    Ok(())
}

/// Browsers refuse the prefix `__Host-` over plain HTTP.
fn cookie_name(app: &App) -> &'static str {
    if is_https(app) { "__Host-maillage" } else { "maillage" }
}

fn is_https(app: &App) -> bool {
    app.settings().public_address.starts_with("https://")
}

pub fn session_key(token: &str) -> SessionKey {
    Sha256::digest(token.as_bytes()).into()
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

fn set(app: &App, name: &str, value: &str, max_age: i64) -> Result<HeaderValue> {
    let secure = if is_https(app) { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}");
    HeaderValue::from_str(&text).map_err(Error::internal)
}

/// Gives the browser its session; `seconds` as long as the session may last.
pub fn open_session(app: &App, response: &mut Response, token: &str, seconds: i64) -> Result<()> {
    let value = set(app, cookie_name(app), token, seconds)?;
    response.headers_mut().append(header::SET_COOKIE, value);
    Ok(())
}

/// Takes the session away from the browser.
pub fn close_session(app: &App, response: &mut Response) -> Result<()> {
    let value = set(app, cookie_name(app), "", 0)?;
    response.headers_mut().append(header::SET_COOKIE, value);
    Ok(())
}

/// Has the next page say a sentence, once. Signed, so that nobody can make the site say anything else.
pub(crate) fn say(app: &App, response: &mut Response, sentence: &str) -> Result<()> {
    let text = encode(sentence);
    let value = set(app, NOTICE, &format!("{text}.{}", tag(app.secret(), &text)), 60)?;
    response.headers_mut().append(header::SET_COOKIE, value);
    Ok(())
}

pub(crate) fn unsay(app: &App, response: &mut Response) {
    if let Ok(value) = set(app, NOTICE, "", 0) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

fn tag(secret: &Secret, text: &str) -> String {
    hex(&secret.mac("phrase", text.as_bytes())).chars().take(32).collect()
}

fn notice(app: &App, headers: &HeaderMap) -> Option<String> {
    let (text, given) = cookie(headers, NOTICE)?.rsplit_once('.')?;
    if given != tag(app.secret(), text) {
        return None;
    }
    percent_encoding::percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// What the request itself tells.
pub(crate) fn visit(app: &App, request: &Request) -> Visit {
    let headers = request.headers();
    let token = cookie(headers, cookie_name(app)).filter(|token| token.len() == 64).map(ToOwned::to_owned);
    Visit {
        notice: notice(app, headers),
        address: address(app, request),
        agent: agent(headers),
        token,
        signed: None,
        expected_return: cookie(headers, RETURN).map(ToOwned::to_owned),
    }
}

/// Looks the session up, with the powers held now.
pub(crate) async fn identify(app: &App, mut visit: Visit) -> Result<Visit> {
    if let Some(token) = &visit.token {
        let (key, now, identify) = (session_key(token), app.clock().now(), app.identify());
        visit.signed = app.read(move |tx| identify.identify(tx, &key, now)).await?;
        if visit.signed.as_ref().is_some_and(|signed| signed.unseen) {
            let identify = app.identify();
            app.store().write(move |tx| identify.seen(tx, &key, now)).await?;
        }
    }
    Ok(visit)
}

/// The peer, or what a trusted proxy says of it: the last address that is not a proxy of ours.
fn address(app: &App, request: &Request) -> String {
    let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() else {
        return "local".to_owned();
    };
    let trusted = |address: &IpAddr| app.settings().trusted_proxies.contains(address);
    let mut client = peer.ip();
    if trusted(&client) {
        let forwarded = request.headers().get("x-forwarded-for").and_then(|value| value.to_str().ok());
        for hop in forwarded.unwrap_or_default().rsplit(',') {
            let Ok(hop) = hop.trim().parse::<IpAddr>() else { break };
            client = hop;
            if !trusted(&hop) {
                break;
            }
        }
    }
    client.to_string()
}

/// « Firefox, Windows »: enough to recognise one's own sessions.
fn agent(headers: &HeaderMap) -> String {
    let text = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = |known: &[(&str, &str)], otherwise: &str| {
        known.iter().find(|(sign, _)| text.contains(sign)).map_or(otherwise, |(_, name)| name).to_owned()
    };
    let browser = first(
        &[("Firefox/", "Firefox"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("Chrome/", "Chrome"), ("Safari/", "Safari")],
        "Navigateur",
    );
    let system = first(
        &[
            ("Android", "Android"),
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Windows", "Windows"),
            ("Mac OS", "macOS"),
            ("Linux", "Linux"),
        ],
        "système inconnu",
    );
    format!("{browser}, {system}")
}

/// Before every route that is not public: a person must have signed in.
pub(crate) async fn signed_in_only(request: Request, next: Next) -> Response {
    if request.extensions().get::<Visit>().is_some_and(|visit| visit.signed.is_some()) {
        return next.run(request).await;
    }
    if request.method() == Method::GET {
        let place = request.uri().path_and_query().map_or("/", |place| place.as_str());
        return redirect_to(&format!("/connexion?suite={}", encode(place))).into_response();
    }
    // What was typed stays in the browser: reloading sends it again.
    Failure(Error::Forbidden(
        "Vous n'êtes plus connecté : rien n'a été enregistré. Connectez-vous dans un autre onglet, revenez ici, puis \
         rechargez cette page : ce que vous aviez tapé sera envoyé de nouveau."
            .to_owned(),
    ))
    .into_response()
}

/// An address of this site, or its home: what `?suite=` asks for must not lead elsewhere.
pub fn local_path(asked: &str) -> &str {
    let clean = asked.starts_with('/')
        && !asked.starts_with("//")
        && !asked.contains('\\')
        && asked.len() <= 500
        && asked.chars().all(|c| !c.is_control() && c.is_ascii());
    if clean { asked } else { "/a-faire" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_site() {
        for bad in
            ["//mal.example", "https://mal.example", "/\\mal.example", "/\t/mal", "\\\\x", "javascript:x", "", "/é"]
        {
            assert_eq!(local_path(bad), "/a-faire", "{bad}");
        }
        assert_eq!(local_path("/gouvernances/x?tri=nom"), "/gouvernances/x?tri=nom");
    }
}
