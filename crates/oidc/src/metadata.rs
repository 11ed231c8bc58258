//! What the provider publishes about itself: its addresses and its keys, kept some minutes.

use std::sync::Arc;

use kernel::{Clock, Timestamp};
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::{AdditionalProviderMetadata, DiscoveryError, EndSessionUrl, IssuerUrl, ProviderMetadata};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::fault::Fault;
use crate::settings::safe;
use crate::wire::{Wire, WireFault};

/// Keys are replaced « regularly »: ten minutes is short enough for addresses, and an unknown key is asked for at once.
const KEPT_MICROS: i64 = 10 * 60 * 1_000_000;

/// What the library's own type leaves out.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Extra {
    pub end_session_endpoint: Option<EndSessionUrl>,
    #[serde(default)]
    pub code_challenge_methods_supported: Vec<String>,
}

impl AdditionalProviderMetadata for Extra {}

pub type Metadata = ProviderMetadata<
    Extra,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// The last published, and when it was fetched. One request at a time asks; the others wait for its answer.
#[derive(Default)]
pub struct Known(Mutex<Option<(Timestamp, Arc<Metadata>)>>);

impl Known {
    pub async fn get(&self, from: &Source<'_>) -> Result<Arc<Metadata>, Fault> {
        let mut kept = self.0.lock().await;
        let now = from.clock.now();
        if let Some((fetched, metadata)) = kept.as_ref()
            && (0..KEPT_MICROS).contains(&(now.as_micros() - fetched.as_micros()))
        {
            return Ok(Arc::clone(metadata));
        }
        let metadata = Arc::new(from.fetch().await?);
        *kept = Some((now, Arc::clone(&metadata)));
        Ok(metadata)
    }

    /// After a signature by a key that `old` does not have: what is published now.
    pub async fn newer(&self, old: &Arc<Metadata>, from: &Source<'_>) -> Result<Arc<Metadata>, Fault> {
        let mut kept = self.0.lock().await;
        if let Some((_, metadata)) = kept.as_ref()
            && !Arc::ptr_eq(metadata, old)
        {
            return Ok(Arc::clone(metadata));
        }
        let metadata = Arc::new(from.fetch().await?);
        *kept = Some((from.clock.now(), Arc::clone(&metadata)));
        Ok(metadata)
    }
}

/// Where it is fetched from.
pub struct Source<'a> {
    pub issuer: &'a IssuerUrl,
    pub wire: &'a Wire,
    pub clock: &'a dyn Clock,
    pub allow_http_loopback: bool,
}

impl Source<'_> {
    async fn fetch(&self) -> Result<Metadata, Fault> {
        let metadata = Metadata::discover_async(self.issuer.clone(), self.wire).await.map_err(unusable)?;
        let extra = metadata.additional_metadata();
        let browser =
            [Some(metadata.authorization_endpoint().url()), extra.end_session_endpoint.as_ref().map(|end| end.url())];
        for url in browser.into_iter().flatten() {
            if !safe(url, self.allow_http_loopback) {
                return Err(Fault::refused(format!("the provider publishes an address that is not https: {url}")));
            }
        }
        Ok(metadata)
    }
}

fn unusable(fault: DiscoveryError<WireFault>) -> Fault {
    match fault {
        DiscoveryError::Request(fault) => fault.into(),
        DiscoveryError::Response(status, _, reason) if status.is_client_error() => Fault::Misconfigured(reason),
        other => Fault::refused(other.to_string()),
    }
}

impl From<WireFault> for Fault {
    fn from(fault: WireFault) -> Self {
        match fault {
            WireFault::Down(reason) => Self::Down(reason),
            WireFault::Refused(reason) => Self::Refused(reason),
        }
    }
}
