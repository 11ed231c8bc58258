//! The second factor: codes of six digits that change every thirty seconds (RFC 6238), and recovery codes.

use kernel::{Error, Id, Result, Secret, Timestamp};
use sha2::{Digest as _, Sha256};
use totp_rs::{Builder, Totp};

use super::model::Person;

const PURPOSE: &str = "double-authentification";
pub const RECOVERY_CODES: usize = 10;

fn codes(secret: &[u8]) -> Result<Totp> {
    Builder::new().with_secret(secret).with_skew(1).build().map_err(Error::internal)
}

/// The time step of a right code at `now`, with half a minute of tolerance on both sides.
pub fn check(secret: &[u8], typed: &str, now: Timestamp) -> Result<Option<i64>> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let seconds = u64::try_from(now.as_micros() / 1_000_000).unwrap_or(0);
    Ok(codes(secret)?.check(&digits, seconds).map(|step| i64::try_from(step).unwrap_or(i64::MAX)))
}

/// The code that an application shows at `now`: for tests and the demonstration.
pub fn code_at(secret: &[u8], now: Timestamp) -> Result<String> {
    let seconds = u64::try_from(now.as_micros() / 1_000_000).unwrap_or(0);
    Ok(codes(secret)?.generate(seconds).to_string())
}

pub fn seal(
    secret: &Secret,
    person: Id<Person>,
    shared: &[u8],
    randomness: &dyn kernel::Randomness,
) -> Result<Vec<u8>> {
    secret.seal(PURPOSE, person.uuid().as_bytes(), shared, randomness)
}

pub fn open(secret: &Secret, person: Id<Person>, sealed: &[u8]) -> Result<Vec<u8>> {
    secret.open(PURPOSE, person.uuid().as_bytes(), sealed)
}

/// The shared secret as people type it: base 32 in groups of four.
pub fn typed_form(shared: &[u8]) -> String {
    group(&base32(shared), 4)
}

fn base32(bytes: &[u8]) -> String {
    totp_rs::Secret::from(bytes).to_base32()
}

/// In groups of so many characters, as people copy.
fn group(text: &str, size: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(size).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// The address that the square holds, for applications.
pub fn address(shared: &[u8], email: &str) -> String {
    let account = web::encode(email);
    format!("otpauth://totp/Maillage:{account}?secret={}&issuer=Maillage", base32(shared))
}

/// The square to scan, as SVG.
pub fn square(address: &str) -> Result<String> {
    let code = qrcodegen::QrCode::encode_text(address, qrcodegen::QrCodeEcc::Medium).map_err(Error::internal)?;
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        for x in (0..size).filter(|x| code.get_module(*x, y)) {
            path.push_str(&format!("M{},{}h1v1h-1z", x + 4, y + 4));
        }
    }
    let side = size + 8;
    Ok(format!(
        "<svg class=\"m-square\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"Carré à lire avec l'application\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>"
    ))
}

/// What the database knows of a recovery code. Fifty random bits need no slow hash.
pub fn code_hash(person: Id<Person>, code: &str) -> Vec<u8> {
    let letters: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let mut hasher = Sha256::new();
    hasher.update(person.uuid().as_bytes());
    hasher.update(letters.as_bytes());
    hasher.finalize().to_vec()
}

/// A recovery code: ten letters and digits without those that look alike.
pub fn recovery_code(bytes: [u8; 10]) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567899";
    let letters: String =
        bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32))).map(|letter| char::from(*letter)).collect();
    group(&letters, 5).replace(' ', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard() {
        // RFC 6238, appendix B, SHA-1: at 59 s, the last six digits of 94287082.
        let shared = b"12345678901234567890";
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
        assert_eq!(code_at(shared, at(59)).unwrap(), "287082");
        assert_eq!(check(shared, " 287 082 ", at(59)).unwrap(), Some(1));
        assert_eq!(check(shared, "287082", at(59 + 30)).unwrap(), Some(1));
        assert_eq!(check(shared, "287082", at(59 + 90)).unwrap(), None);
        assert_eq!(check(shared, "", at(59)).unwrap(), None);
        assert_eq!(typed_form(b"12345678901234567890"), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }

    #[test]
    fn a_recovery_code_is_read_with_or_without_its_hyphen() {
        let person = Id::from_uuid(uuid::Uuid::from_u128(1));
        let code = recovery_code([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(code_hash(person, &code), code_hash(person, &code.replace('-', " ").to_uppercase()));
        assert_ne!(code_hash(person, &code), code_hash(Id::from_uuid(uuid::Uuid::from_u128(2)), &code));
    }
}
