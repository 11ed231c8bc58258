//! Finished public pages, kept as bytes in both encodings and served only while what they show has not changed.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderValue;
use kernel::Timestamp;
use sha2::{Digest as _, Sha256};

/// A finished page.
pub(crate) struct Finished {
    pub body: Bytes,
    pub gzip: Bytes,
    pub etag: HeaderValue,
    pub content_type: HeaderValue,
    /// What it shows: see `store::versions`.
    pub subjects: Vec<String>,
    /// The register number read before the page was made.
    pub seq: i64,
    /// The end of the day on which it was made: what is over, due or in force depends on the day, which no act announces.
    pub until: Timestamp,
}

impl Finished {
    pub fn new(body: Bytes, content_type: HeaderValue, subjects: Vec<String>, seq: i64, until: Timestamp) -> Self {
        let gzip = gzip(&body, 6);
        let digest = Sha256::digest(&body);
        let tag: String = kernel::text::hex(digest.as_slice()).chars().take(24).collect();
        let etag = HeaderValue::from_str(&format!("\"{tag}\"")).unwrap_or(HeaderValue::from_static("\"\""));
        Self { body, gzip, etag, content_type, subjects, seq, until }
    }

    fn weight(&self) -> usize {
        self.body.len() + self.gzip.len() + 512
    }
}

/// Compresses; level 1 for pages made for one request, 6 for what is kept.
pub(crate) fn gzip(body: &[u8], level: u32) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4 + 64), Compression::new(level));
    match encoder.write_all(body).and_then(|()| encoder.finish()) {
        Ok(compressed) => compressed.into(),
        // Writing to memory does not fail; an empty answer would be worse than none.
        Err(_) => Bytes::new(),
    }
}

#[derive(Default)]
struct Held {
    pages: HashMap<String, Arc<Finished>>,
    weight: usize,
}

pub(crate) struct PageCache {
    held: RwLock<Held>,
    capacity: usize,
}

impl PageCache {
    pub fn new(capacity: usize) -> Self {
        Self { held: RwLock::default(), capacity }
    }

    pub fn is_off(&self) -> bool {
        self.capacity == 0
    }

    pub fn get(&self, key: &str) -> Option<Arc<Finished>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).pages.get(key).cloned()
    }

    pub fn put(&self, key: String, page: Arc<Finished>) {
        let weight = page.weight() + key.len();
        if weight > self.capacity / 8 {
            return;
        }
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if held.weight + weight > self.capacity {
            // Half of the pages leave, in the arbitrary order of the map: simple, and rare at this capacity.
            let leaving: Vec<String> = held.pages.keys().step_by(2).cloned().collect();
            for key in leaving {
                if let Some(page) = held.pages.remove(&key) {
                    held.weight = held.weight.saturating_sub(page.weight() + key.len());
                }
            }
        }
        held.weight += weight;
        let key_length = key.len();
        if let Some(old) = held.pages.insert(key, page) {
            held.weight = held.weight.saturating_sub(old.weight() + key_length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_never_holds_more_than_its_capacity() {
        let cache = PageCache::new(100_000);
        for number in 0..200 {
            let body = Bytes::from(vec![b'a' + u8::try_from(number % 26).unwrap(); 4_000]);
            let page = Finished::new(body, HeaderValue::from_static("text/html"), vec![], 1, Timestamp::from_micros(0));
            cache.put(format!("/{number}"), Arc::new(page));
        }
        let held = cache.held.read().unwrap();
        let weight: usize = held.pages.iter().map(|(key, page)| page.weight() + key.len()).sum();
        assert_eq!(weight, held.weight);
        assert!(weight <= 100_000 && held.pages.len() > 5);
    }
}
