//! What a signed answer says, believed only after all its checks (OpenID Connect Core 1.0, 3.1.3.7 and 5.3.2).

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Timestamp;
use openidconnect::core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKey, CoreJwsSigningAlgorithm};
use openidconnect::{
    AccessToken, AccessTokenHash, ClaimsVerificationError, ClientId, JsonWebKey, Nonce, SignatureVerificationError,
};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Identity;
use crate::metadata::Metadata;

/// ProConnect signs with either, as the site was registered. Neither `none` nor a signature by a shared secret.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 2] =
    [CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, CoreJwsSigningAlgorithm::EcdsaP256Sha256];
/// How far two clocks may differ.
const LEEWAY_MICROS: i64 = 60 * 1_000_000;
/// The longest subject (OpenID Connect Core 1.0, 2).
const LONGEST_SUBJECT: usize = 255;
const LONGEST_NAME: usize = 200;
/// The longest address (RFC 5321).
const LONGEST_EMAIL: usize = 254;

/// Why an answer is not believed.
#[derive(Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Signed by a key that is not published, or not yet known here.
    UnknownKey,
    Refused(String),
}

impl Doubt {
    fn refused(reason: impl Into<String>) -> Self {
        Self::Refused(reason.into())
    }
}

/// For whom a signed answer must be, from whom, and when.
pub struct Expected<'a> {
    pub metadata: &'a Metadata,
    pub client_id: &'a ClientId,
    pub now: Timestamp,
}

impl Expected<'_> {
    /// The subject of a token that this provider signed for this site, for this sign-in, not expired.
    pub fn subject(&self, token: &CoreIdToken, nonce: &str, access: &AccessToken) -> Result<String, Doubt> {
        let Self { metadata, client_id, now } = *self;
        let issuer = metadata.issuer().clone();
        let latest = time(now.as_micros().saturating_add(LEEWAY_MICROS));
        let verifier = CoreIdTokenVerifier::new_public_client(client_id.clone(), issuer, metadata.jwks().clone())
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || time(now.as_micros().saturating_sub(LEEWAY_MICROS)).into())
            .set_issue_time_verifier_fn(move |issued| {
                if SystemTime::from(issued) > latest { Err("issued in the future".to_owned()) } else { Ok(()) }
            });
        let claims = token.claims(&verifier, &Nonce::new(nonce.to_owned())).map_err(doubt)?;
        // The library leaves this one to its users.
        if claims.authorized_party().is_some_and(|party| party != client_id) {
            return Err(Doubt::refused("id token: authorised party is another client"));
        }
        if let Some(expected) = claims.access_token_hash() {
            let unhashable = |_| Doubt::refused("id token: at_hash cannot be checked");
            let algorithm = token.signing_alg().map_err(|_| Doubt::refused("id token: no algorithm"))?;
            let key = token.signing_key(&verifier).map_err(|_| Doubt::UnknownKey)?;
            if AccessTokenHash::from_token(access, algorithm, key).map_err(unhashable)? != *expected {
                return Err(Doubt::refused("id token: at_hash is of another access token"));
            }
        }
        let subject = claims.subject().as_str();
        if subject.is_empty() || subject.chars().count() > LONGEST_SUBJECT || subject.chars().any(char::is_control) {
            return Err(Doubt::refused("id token: malformed subject"));
        }
        Ok(subject.to_owned())
    }

    /// Who the person is, from the signed answer about the same `subject`.
    ///
    /// Not the library's verifier: that of 4.1.0 accepts RS256 alone, and ProConnect signs with ES256 by default.
    pub fn identity(&self, jwt: &str, subject: String, id_token: String) -> Result<Identity, Doubt> {
        let malformed = || Doubt::refused("userinfo: not a signed token");
        let (signed, signature) = jwt.rsplit_once('.').ok_or_else(malformed)?;
        let (header, payload) = signed.split_once('.').ok_or_else(malformed)?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| malformed());
        let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| malformed())?;
        self.signed(&header, signed.as_bytes(), &decode(signature)?)?;
        let claims: Map<String, Value> = serde_json::from_slice(&decode(payload)?).map_err(|_| malformed())?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);

        if text("iss") != Some(self.metadata.issuer().as_str()) {
            return Err(Doubt::refused("userinfo: another issuer"));
        }
        if !audience_is(claims.get("aud"), self.client_id) {
            return Err(Doubt::refused("userinfo: another audience"));
        }
        if text("sub") != Some(subject.as_str()) {
            return Err(Doubt::refused("userinfo: another subject than the id token's"));
        }
        if let Some(end) = claims.get("exp") {
            let end = end.as_i64().ok_or_else(|| Doubt::refused("userinfo: malformed exp"))?;
            if end.saturating_mul(1_000_000) <= self.now.as_micros().saturating_sub(LEEWAY_MICROS) {
                return Err(Doubt::refused("userinfo: expired"));
            }
        }
        let unverified = matches!(claims.get("email_verified"), Some(Value::Bool(false)))
            || text("email_verified").is_some_and(|said| said.eq_ignore_ascii_case("false"));
        Ok(Identity {
            issuer: self.metadata.issuer().to_string(),
            subject,
            email: text("email").filter(|_| !unverified).and_then(email),
            given_name: text("given_name").and_then(name),
            usual_name: text("usual_name").and_then(name),
            siret: text("siret").and_then(siret),
            id_token,
        })
    }

    fn signed(&self, header: &Header, message: &[u8], signature: &[u8]) -> Result<(), Doubt> {
        let algorithm = match header.alg.as_str() {
            "RS256" => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            "ES256" => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            _ => return Err(Doubt::refused("userinfo: another algorithm than RS256 and ES256")),
        };
        if header.crit.is_some() || header.cty.is_some() {
            return Err(Doubt::refused("userinfo: a header that is not understood"));
        }
        let named =
            |key: &&CoreJsonWebKey| header.kid.is_none() || header.kid.as_deref() == key.key_id().map(|id| id.as_str());
        let mut known = false;
        for key in self.metadata.jwks().keys().iter().filter(named) {
            match key.verify_signature(&algorithm, message, signature) {
                Ok(()) => return Ok(()),
                // Another kind of key, or one for another use.
                Err(SignatureVerificationError::InvalidKey(_)) => {}
                Err(_) => known = true,
            }
        }
        Err(if known { Doubt::refused("userinfo: wrong signature") } else { Doubt::UnknownKey })
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
    cty: Option<Value>,
}

/// The reason without the values: those of a token name a person.
fn doubt(fault: ClaimsVerificationError) -> Doubt {
    let reason = match fault {
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
            return Doubt::UnknownKey;
        }
        ClaimsVerificationError::SignatureVerification(fault) => format!("signature: {fault}"),
        ClaimsVerificationError::InvalidIssuer(detail) => format!("issuer: {detail}"),
        ClaimsVerificationError::InvalidAudience(detail) => format!("audience: {detail}"),
        ClaimsVerificationError::Expired(detail) => format!("time: {detail}"),
        ClaimsVerificationError::InvalidNonce(_) => "another nonce".to_owned(),
        ClaimsVerificationError::Unsupported(_) => "an encrypted, nested or unusual token".to_owned(),
        _ => "claims".to_owned(),
    };
    Doubt::Refused(format!("id token: {reason}"))
}

/// `aud` is this client and nobody else.
fn audience_is(claim: Option<&Value>, client_id: &ClientId) -> bool {
    match claim {
        Some(Value::String(one)) => one == client_id.as_str(),
        Some(Value::Array(several)) => {
            !several.is_empty() && several.iter().all(|one| one.as_str() == Some(client_id.as_str()))
        }
        _ => false,
    }
}

fn time(micros: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(micros).unwrap_or(0))
}

/// A name on one line, cut to what a form would accept.
fn name(text: &str) -> Option<String> {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    let line: String = words.join(" ").chars().take(LONGEST_NAME).collect();
    (!line.is_empty()).then_some(line)
}

/// Something that can stand in the heading of a message and be compared with an invitation.
fn email(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@')?;
    let fits = !local.is_empty()
        && !domain.is_empty()
        && text.len() <= LONGEST_EMAIL
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;\"\\".contains(c));
    fits.then(|| text.to_owned())
}

fn siret(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| *c != ' ').collect();
    (digits.len() == 14 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_on_one_line() {
        assert_eq!(name("  Jeanne\r\nBcc: x@y  ").as_deref(), Some("Jeanne Bcc: x@y"));
        assert_eq!(name("Zoé").as_deref(), Some("Zoé"));
        assert_eq!(name(" \u{0} \n"), None);
        assert_eq!(name(&"é".repeat(300)).map(|line| line.chars().count()), Some(LONGEST_NAME));
    }

    #[test]
    fn an_address_that_could_be_a_heading_is_left_out() {
        assert_eq!(email(" Jeanne+a@Exemple.fictif ").as_deref(), Some("Jeanne+a@Exemple.fictif"));
        for bad in ["", "a", "@b", "a@", "a b@c", "a@b\r\nBcc: x@y", "<a@b>", "a@b,c@d", "\"a\"@b"] {
            assert_eq!(email(bad), None, "{bad}");
        }
        assert_eq!(email(&format!("{}@b", "a".repeat(300))), None);
    }

    #[test]
    fn a_siret_is_fourteen_digits() {
        assert_eq!(siret("130 025 265 00013").as_deref(), Some("13002526500013"));
        for bad in ["", "1300252650001", "130025265000130", "1300252650001a", "１３００２５２６５０００１３"]
        {
            assert_eq!(siret(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_audience_is_this_client_alone() {
        let client = ClientId::new("maillage".to_owned());
        let is = |json: &str| audience_is(Some(&serde_json::from_str(json).unwrap()), &client);
        assert!(is("\"maillage\"") && is("[\"maillage\"]"));
        assert!(!is("\"other\"") && !is("[]") && !is("[\"maillage\", \"other\"]") && !is("null") && !is("[1]"));
        assert!(!audience_is(None, &client));
    }
}
