//! The static files, held in the binary under names that carry the hash of their content.

/// What pages may load and do. Styles, images and (small, optional) scripts come from this server only; nothing is
/// inline. `data:` is absent on purpose: icons are inline SVG or drawn by the style sheet.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; \
     script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The same for the State skin, whose style sheet draws its icons as `data:` images.
pub const CONTENT_SECURITY_POLICY_STATE: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// One static file, ready to send. `etag` is quoted.
#[derive(Debug)]
pub struct Asset {
    pub body: &'static [u8],
    pub gzip: &'static [u8],
    pub content_type: &'static str,
    pub etag: &'static str,
}

pub(crate) struct Entry {
    name: &'static str,
    hashed: &'static str,
    url: &'static str,
    asset: Asset,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The file of this hashed name (what follows `/statique/`); it never changes, so it may be cached for ever.
pub fn asset(hashed_path: &str) -> Option<&'static Asset> {
    TABLE.iter().find(|entry| entry.hashed == hashed_path).map(|entry| &entry.asset)
}

/// The address of a file by its plain name: `asset_url("maillage.css")` gives `/statique/maillage.3f9a….css`.
/// An unknown name gives an empty address; a test checks every name that templates use.
pub fn asset_url(name: &str) -> &'static str {
    TABLE.iter().find(|entry| entry.name == name).map_or("", |entry| entry.url)
}
