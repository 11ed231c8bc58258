//! The application: database, clock, randomness, settings and cache, shared by all requests.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use kernel::{Clock, Context, Randomness, Result, Secret, Timestamp, Who};
use store::{Store, Tx};
use ui::page::Theme;

use crate::cache::PageCache;
use crate::signed::Identify;

/// What the operator has chosen, as far as pages know of it.
#[derive(Clone, Debug)]
pub struct Settings {
    pub theme: Theme,
    /// The folder of the untouched npm package `@gouvfr/dsfr`, for the State's skin.
    pub dsfr: Option<PathBuf>,
    /// The mark of the database: personas and examples exist.
    pub demonstration: bool,
    /// Where this server is seen from outside, without a final slash: `https://maillage.example`.
    pub public_address: String,
    /// Who publishes this site, for the legal notice.
    pub publisher: String,
    /// The publisher's postal address, telephone and director of publication, in one text.
    pub publisher_details: String,
    /// Who hosts it, with address and telephone.
    pub host: String,
    /// A generic address to write to.
    pub contact: String,
    /// Most bytes that the cache of finished pages may hold; 0 switches it off.
    pub page_cache_bytes: usize,
    /// Proxies whose word on the client's address is taken.
    pub trusted_proxies: Vec<IpAddr>,
    /// Until when `/.well-known/security.txt` holds (RFC 9116), as an ISO instant.
    pub security_expires: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::Maillage,
            dsfr: None,
            demonstration: false,
            public_address: "http://localhost:8080".to_owned(),
            publisher: String::new(),
            publisher_details: String::new(),
            host: String::new(),
            contact: String::new(),
            page_cache_bytes: 24 << 20,
            trusted_proxies: Vec::new(),
            security_expires: "2027-11-01T00:00:00Z".to_owned(),
        }
    }
}

pub(crate) struct Inner {
    pub store: Store,
    pub settings: Settings,
    pub clock: Arc<dyn Clock>,
    pub randomness: Arc<dyn Randomness>,
    pub cache: PageCache,
    pub keys: Keys,
    pub started: Timestamp,
}

/// What lets people in: the node's secret, and where sessions are looked up.
#[derive(Clone)]
pub struct Keys {
    pub secret: Secret,
    pub identify: Arc<dyn Identify>,
    /// What features find by type: an identity provider, say.
    pub services: http::Extensions,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct App(pub(crate) Arc<Inner>);

impl App {
    pub fn new(
        store: Store,
        settings: Settings,
        clock: Arc<dyn Clock>,
        randomness: Arc<dyn Randomness>,
        keys: Keys,
    ) -> Self {
        let cache = PageCache::new(settings.page_cache_bytes);
        let started = clock.now();
        Self(Arc::new(Inner { store, settings, clock, randomness, cache, keys, started }))
    }

    pub fn store(&self) -> &Store {
        &self.0.store
    }

    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub fn clock(&self) -> &dyn Clock {
        self.0.clock.as_ref()
    }

    pub fn randomness(&self) -> &dyn Randomness {
        self.0.randomness.as_ref()
    }

    pub fn secret(&self) -> &Secret {
        &self.0.keys.secret
    }

    /// A service that the executable has given, by its type.
    pub fn service<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.0.keys.services.get::<T>()
    }

    pub(crate) fn identify(&self) -> Arc<dyn Identify> {
        Arc::clone(&self.0.keys.identify)
    }

    /// Reads for a page.
    pub async fn read<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.0.store.read(read).await
    }

    /// Runs an act as `who`: permission, rule, writes, register and messages in one transaction, run again when the
    /// engine asks for it.
    pub async fn act<T, F>(&self, who: Who, mut act: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&Context<'_>, &mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (clock, randomness) = (Arc::clone(&self.0.clock), Arc::clone(&self.0.randomness));
        self.0
            .store
            .write(move |tx| {
                let context = Context::new(&who, clock.as_ref(), randomness.as_ref());
                act(&context, tx)
            })
            .await
    }

    /// As [`App::act`], for the command line and the tests. Not from within async code.
    pub fn act_blocking<T, F>(&self, who: Who, mut act: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&Context<'_>, &mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (clock, randomness) = (Arc::clone(&self.0.clock), Arc::clone(&self.0.randomness));
        self.0.store.write_blocking(move |tx| {
            let context = Context::new(&who, clock.as_ref(), randomness.as_ref());
            act(&context, tx)
        })
    }
}
