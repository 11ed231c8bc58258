//! Signing in through an OpenID Connect provider, with the profile of ProConnect.
//!
//! The code flow of a confidential client: [`Provider::start`] gives the address to which the browser goes and what the
//! caller keeps meanwhile, [`Provider::finish`] turns the code that comes back into an [`Identity`], and
//! [`Provider::logout_url`] ends the provider's session too. Nothing is stored here and no page is rendered: the caller
//! compares `state` with the browser that comes back, keeps [`Saved`] for one use, and decides whose account it is.
//!
//! What a provider answers is believed only when it is signed by one of its published keys. Why an answer was refused
//! stands in the log; the error holds a sentence in French for the person.

mod fault;
mod metadata;
mod provider;
mod settings;
mod verify;
mod wire;

use std::fmt;

pub use provider::Provider;
pub use settings::Settings;

/// Where the browser goes, and what comes back with [`Provider::finish`].
pub struct Started {
    pub url: String,
    pub saved: Saved,
}

/// What the caller keeps between the two requests, for one use and for one browser.
#[derive(Clone, PartialEq, Eq)]
pub struct Saved {
    /// To be equal to the `state` of the address to which the provider sends the browser back: the caller compares.
    pub state: String,
    /// To be found again in the signed token.
    pub nonce: String,
    /// The secret of PKCE. Never shown to the browser. Empty when the provider does not announce PKCE.
    pub verifier: String,
}

/// Who the provider says has signed in.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    pub issuer: String,
    /// `sub`: the provider's own name for the person, the same for ever. At most 255 characters.
    pub subject: String,
    /// As the provider writes it. None when missing, malformed, or when the provider says that it is not verified.
    pub email: Option<String>,
    pub given_name: Option<String>,
    pub usual_name: Option<String>,
    /// 14 digits, or nothing. Whether it is a right number, of a known organisation, is for the caller to see.
    pub siret: Option<String>,
    /// To be kept with the session, for [`Provider::logout_url`].
    pub id_token: String,
}

/// Secrets and what names a person stay out of logs.
impl fmt::Debug for Started {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Started").finish_non_exhaustive()
    }
}

impl fmt::Debug for Saved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Saved").finish_non_exhaustive()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}
