//! The code flow: out to the provider, back with a code, and out of the session.

use std::fmt::Write as _;
use std::sync::Arc;

use kernel::{Clock, Error, Randomness, Result};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreErrorResponseType};
use openidconnect::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use openidconnect::http::{Request, StatusCode};
use openidconnect::{
    AccessToken, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    StandardErrorResponse, TokenResponse as _,
};

use crate::fault::Fault;
use crate::metadata::{Known, Metadata, Source};
use crate::verify::{Doubt, Expected};
use crate::wire::{Wire, WireFault};
use crate::{Identity, Saved, Settings, Started};

/// Beside `openid`, which the library adds.
const SCOPES: [&str; 4] = ["given_name", "usual_name", "email", "siret"];
/// ProConnect asks for at least 32 characters of `state` and `nonce`; PKCE for 43 of its verifier. Two a byte.
const RANDOM_BYTES: usize = 32;
/// Longer is no code: those of providers that put a whole token into it stay under.
const LONGEST_CODE: usize = 4096;
const JWT: &str = "application/jwt";

/// An OpenID Connect provider with which this site is registered. Cheap to clone; may be shared between requests.
#[derive(Clone)]
pub struct Provider(Arc<Inner>);

struct Inner {
    settings: Settings,
    issuer: IssuerUrl,
    client_id: ClientId,
    redirect_uri: RedirectUrl,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    wire: Wire,
    known: Known,
}

impl Provider {
    /// Nothing is fetched yet: a site starts while its provider is down. [`Error::Invalid`] names the wrong settings.
    pub fn new(settings: Settings, clock: Arc<dyn Clock>, randomness: Arc<dyn Randomness>) -> Result<Self> {
        settings.check()?;
        Ok(Self(Arc::new(Inner {
            issuer: IssuerUrl::new(settings.issuer.clone()).map_err(Error::internal)?,
            client_id: ClientId::new(settings.client_id.clone()),
            redirect_uri: RedirectUrl::new(settings.redirect_uri.clone()).map_err(Error::internal)?,
            wire: Wire::new(&settings)?,
            known: Known::default(),
            settings,
            clock,
            randomness,
        })))
    }

    /// How people name it: « ProConnect ».
    pub fn label(&self) -> &str {
        &self.0.settings.label
    }

    /// Begins a sign-in, with fresh secrets.
    pub async fn start(&self) -> Result<Started> {
        self.bounded("start", self.0.start()).await
    }

    /// Turns the `code` of the return address into who signed in. The caller has compared `state` and forgets `saved`.
    ///
    /// [`Error::Unavailable`] when the provider is down or late, [`Error::Conflict`] when the code was used or is too old,
    /// [`Error::Forbidden`] when the answer is not to be believed.
    pub async fn finish(&self, code: &str, saved: &Saved) -> Result<Identity> {
        self.bounded("finish", self.0.finish(code, saved)).await
    }

    /// Where the browser goes to end the provider's session, after this site's own is closed; none when the provider has
    /// no such address. It comes back to `post_logout_redirect_uri` with `state`, at least 32 characters for ProConnect.
    pub async fn logout_url(&self, id_token: &str, state: &str) -> Result<Option<String>> {
        self.bounded("logout", self.0.logout_url(id_token, state)).await
    }

    /// Within the time that the settings give, whatever the provider does.
    async fn bounded<T>(&self, what: &'static str, work: impl Future<Output = Result<T, Fault>>) -> Result<T> {
        let limit = self.0.settings.timeout;
        let done = match tokio::time::timeout(limit, Box::pin(work)).await {
            Ok(done) => done,
            Err(_) => Err(Fault::Down(format!("no whole answer within {} ms", limit.as_millis()))),
        };
        done.map_err(|fault| fault.told(self.label(), what))
    }
}

impl Inner {
    async fn start(&self) -> Result<Started, Fault> {
        let metadata = self.known.get(&self.source()).await?;
        let announced = &metadata.additional_metadata().code_challenge_methods_supported;
        let pkce = announced.iter().any(|method| method == "S256");
        let saved = Saved {
            state: self.random()?,
            nonce: self.random()?,
            verifier: if pkce { self.random()? } else { String::new() },
        };
        let (state, nonce) = (CsrfToken::new(saved.state.clone()), Nonce::new(saved.nonce.clone()));
        let client = self.client(&metadata);
        let mut request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || state, move || nonce)
            .add_scopes(SCOPES.map(|scope| Scope::new(scope.to_owned())));
        if pkce {
            let verifier = PkceCodeVerifier::new(saved.verifier.clone());
            request = request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        }
        let (url, _, _) = request.url();
        Ok(Started { url: url.into(), saved })
    }

    async fn finish(&self, code: &str, saved: &Saved) -> Result<Identity, Fault> {
        if code.is_empty() || code.len() > LONGEST_CODE {
            return Err(Fault::Stale("no code".to_owned()));
        }
        let mut metadata = self.known.get(&self.source()).await?;
        let tokens = {
            let client = self.client(&metadata);
            let mut request = client
                .exchange_code(AuthorizationCode::new(code.to_owned()))
                .map_err(|_| Fault::Misconfigured("the provider has no token endpoint".to_owned()))?;
            if !saved.verifier.is_empty() {
                request = request.set_pkce_verifier(PkceCodeVerifier::new(saved.verifier.clone()));
            }
            request.request_async(&self.wire).await.map_err(no_tokens)?
        };
        let id_token = tokens.id_token().ok_or_else(|| Fault::refused("the token endpoint gave no id token"))?;
        let access = tokens.access_token();

        let subject = match self.expected(&metadata).subject(id_token, &saved.nonce, access) {
            Err(Doubt::UnknownKey) => {
                metadata = self.known.newer(&metadata, &self.source()).await?;
                self.expected(&metadata).subject(id_token, &saved.nonce, access)
            }
            known => known,
        }?;
        let signed = self.userinfo(&metadata, access).await?;
        let identity =
            |metadata: &Metadata| self.expected(metadata).identity(&signed, subject.clone(), id_token.to_string());
        match identity(&metadata) {
            Err(Doubt::UnknownKey) => Ok(identity(&*self.known.newer(&metadata, &self.source()).await?)?),
            known => Ok(known?),
        }
    }

    /// The signed answer about the person. An unsigned one is refused.
    async fn userinfo(&self, metadata: &Metadata, access: &AccessToken) -> Result<String, Fault> {
        let endpoint = metadata
            .userinfo_endpoint()
            .ok_or_else(|| Fault::Misconfigured("the provider has no userinfo endpoint".to_owned()))?;
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", access.secret()))
            .map_err(|_| Fault::refused("the access token cannot be a header"))?;
        bearer.set_sensitive(true);
        let request = Request::get(endpoint.as_str())
            .header(ACCEPT, JWT)
            .header(AUTHORIZATION, bearer)
            .body(Vec::new())
            .map_err(|_| Fault::refused("the userinfo endpoint is not an address"))?;
        let answer = self.wire.send(request).await?;
        if answer.status() != StatusCode::OK {
            return Err(Fault::refused(format!("userinfo answered {}", answer.status())));
        }
        let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case(JWT) {
            return Err(Fault::refused(format!("userinfo is {essence:?}, not a signed token")));
        }
        let text = String::from_utf8(answer.into_body()).map_err(|_| Fault::refused("userinfo is not text"))?;
        Ok(text.trim().to_owned())
    }

    async fn logout_url(&self, id_token: &str, state: &str) -> Result<Option<String>, Fault> {
        let metadata = self.known.get(&self.source()).await?;
        let Some(end) = &metadata.additional_metadata().end_session_endpoint else { return Ok(None) };
        let mut url = end.url().clone();
        url.query_pairs_mut()
            .append_pair("id_token_hint", id_token)
            .append_pair("state", state)
            .append_pair("post_logout_redirect_uri", &self.settings.post_logout_redirect_uri);
        Ok(Some(url.into()))
    }

    fn client(&self, metadata: &Metadata) -> Client {
        let post = metadata
            .token_endpoint_auth_methods_supported()
            .is_some_and(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretPost));
        let secret = ClientSecret::new(self.settings.client_secret.clone());
        CoreClient::from_provider_metadata(metadata.clone(), self.client_id.clone(), Some(secret))
            .set_redirect_uri(self.redirect_uri.clone())
            // ProConnect accepts the secret in the body alone; the standard's default is the header.
            .set_auth_type(if post { AuthType::RequestBody } else { AuthType::BasicAuth })
    }

    fn expected<'a>(&'a self, metadata: &'a Metadata) -> Expected<'a> {
        Expected { metadata, client_id: &self.client_id, now: self.clock.now() }
    }

    fn source(&self) -> Source<'_> {
        Source {
            issuer: &self.issuer,
            wire: &self.wire,
            clock: self.clock.as_ref(),
            allow_http_loopback: self.settings.allow_http_loopback,
        }
    }

    /// 256 bits in hexadecimal: 64 characters that no address has to escape.
    fn random(&self) -> Result<String, Fault> {
        let mut bytes = [0; RANDOM_BYTES];
        self.randomness.fill(&mut bytes).map_err(Fault::Ours)?;
        Ok(bytes.iter().fold(String::with_capacity(2 * RANDOM_BYTES), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
    }
}

/// A client that knows what discovery gives: where to send the browser, perhaps where to ask for tokens and userinfo.
type Client = CoreClient<
    openidconnect::EndpointSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointMaybeSet,
    openidconnect::EndpointMaybeSet,
>;

/// The reason without the answer's values: they are secrets.
fn no_tokens(fault: RequestTokenError<WireFault, StandardErrorResponse<CoreErrorResponseType>>) -> Fault {
    match fault {
        RequestTokenError::Request(fault) => fault.into(),
        RequestTokenError::ServerResponse(answer) => match answer.error() {
            CoreErrorResponseType::InvalidGrant => Fault::Stale("token endpoint: invalid_grant".to_owned()),
            CoreErrorResponseType::Extension(code) => {
                let code: String = code.chars().take(60).collect();
                Fault::Misconfigured(format!("token endpoint: {code:?}"))
            }
            code => Fault::Misconfigured(format!("token endpoint: {code}")),
        },
        RequestTokenError::Parse(fault, _) => {
            Fault::refused(format!("token endpoint: unreadable answer at {}", fault.path()))
        }
        RequestTokenError::Other(_) => Fault::refused("token endpoint: empty or unusual answer"),
    }
}

impl From<Doubt> for Fault {
    fn from(doubt: Doubt) -> Self {
        match doubt {
            Doubt::UnknownKey => Self::refused("signed by a key that the provider does not publish"),
            Doubt::Refused(reason) => Self::Refused(reason),
        }
    }
}
