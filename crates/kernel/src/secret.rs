//! The node's secret: one value kept outside the database, from which every key is derived.
//!
//! Whoever has the database (or a backup of it) without this secret can neither read what is sealed nor forge what is
//! signed. All nodes of one database share it.

use ring::{aead, hkdf, hmac};

use crate::{Error, Randomness, Result};

/// 256 bits. Its `Debug` shows nothing.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

const NONCE: usize = 12;

impl Secret {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub fn generate(randomness: &dyn Randomness) -> Result<Self> {
        let mut bytes = [0; 32];
        randomness.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// 64 hexadecimal digits, as the file and the environment hold it.
    pub fn hex(&self) -> String {
        crate::register::Digest(self.0).hex()
    }

    pub fn from_hex(text: &str) -> Option<Self> {
        crate::register::Digest::from_hex(text).map(|digest| Self(digest.0))
    }

    /// What may stand in the database to recognise the secret, and tells nothing of it.
    pub fn fingerprint(&self) -> String {
        crate::text::hex(&self.key("empreinte")).chars().take(16).collect()
    }

    /// A key for one purpose (HKDF-SHA-256, RFC 5869): keys of other purposes tell nothing about it.
    fn key(&self, purpose: &str) -> [u8; 32] {
        let mut key = [0; 32];
        let secret = hkdf::Salt::new(hkdf::HKDF_SHA256, b"maillage").extract(&self.0);
        // Fails only for lengths over 255 blocks.
        if let Ok(expanded) = secret.expand(&[purpose.as_bytes()], Length(32)) {
            let _ = expanded.fill(&mut key);
        }
        key
    }

    /// HMAC-SHA-256 of `message` for one purpose.
    pub fn mac(&self, purpose: &str, message: &[u8]) -> Vec<u8> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.key(purpose));
        hmac::sign(&key, message).as_ref().to_vec()
    }

    /// True when `tag` is the [`Secret::mac`] of `message`; in constant time.
    pub fn is_mac(&self, purpose: &str, message: &[u8], tag: &[u8]) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.key(purpose));
        hmac::verify(&key, message, tag).is_ok()
    }

    /// Seals `plain` (AES-256-GCM, a fresh nonce before the text), bound to one purpose and `owner`.
    pub fn seal(&self, purpose: &str, owner: &[u8], plain: &[u8], randomness: &dyn Randomness) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE];
        randomness.fill(&mut nonce)?;
        let mut sealed = plain.to_vec();
        self.sealing_key(purpose)?
            .seal_in_place_append_tag(aead::Nonce::assume_unique_for_key(nonce), aead::Aad::from(owner), &mut sealed)
            .map_err(|_| Error::internal("sealing failed"))?;
        let mut out = nonce.to_vec();
        out.append(&mut sealed);
        Ok(out)
    }

    /// Opens what [`Secret::seal`] sealed for the same purpose and owner.
    ///
    /// # Errors
    /// [`Error::Internal`] when it was altered, or sealed with another secret.
    pub fn open(&self, purpose: &str, owner: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
        let broken = || Error::internal(format!("sealed value ({purpose}) cannot be opened with this node's secret"));
        let (nonce, text) = sealed.split_at_checked(NONCE).ok_or_else(broken)?;
        let nonce = aead::Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
        let mut text = text.to_vec();
        let plain =
            self.sealing_key(purpose)?.open_in_place(nonce, aead::Aad::from(owner), &mut text).map_err(|_| broken())?;
        Ok(plain.to_vec())
    }

    fn sealing_key(&self, purpose: &str) -> Result<aead::LessSafeKey> {
        let key = aead::UnboundKey::new(&aead::AES_256_GCM, &self.key(purpose)).map_err(Error::internal)?;
        Ok(aead::LessSafeKey::new(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRandomness;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_sealed_opens_for_its_owner_and_purpose_only(plain: Vec<u8>, at in 0usize..1000) {
            let randomness = SeededRandomness::new(5);
            let (one, other) = (Secret::new([1; 32]), Secret::new([2; 32]));
            let sealed = one.seal("essai", b"moi", &plain, &randomness).unwrap();
            prop_assert_eq!(one.open("essai", b"moi", &sealed).unwrap(), plain);
            prop_assert!(one.open("essai", b"autre", &sealed).is_err());
            prop_assert!(one.open("autre", b"moi", &sealed).is_err());
            prop_assert!(other.open("essai", b"moi", &sealed).is_err());
            let mut altered = sealed.clone();
            let at = at % altered.len();
            altered[at] ^= 1;
            prop_assert!(one.open("essai", b"moi", &altered).is_err());
        }

        #[test]
        fn a_signature_holds_for_its_message_only(message: Vec<u8>, other: Vec<u8>) {
            let secret = Secret::new([3; 32]);
            let tag = secret.mac("lien", &message);
            prop_assert!(secret.is_mac("lien", &message, &tag));
            prop_assert!(!secret.is_mac("session", &message, &tag));
            prop_assert_eq!(secret.is_mac("lien", &other, &tag), other == message);
        }
    }

    #[test]
    fn a_secret_reads_back_from_its_file_and_never_shows_itself() {
        let secret = Secret::new([7; 32]);
        assert_eq!(Secret::from_hex(&format!("{}\n", secret.hex())).unwrap().hex(), secret.hex());
        assert!(Secret::from_hex("07").is_none());
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert!(!secret.hex().contains(&secret.fingerprint()));
    }
}
