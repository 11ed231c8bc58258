//! Hashing passwords: argon2id with the parameters of OWASP (19 MiB, two passes, one lane), a few at a time.

use argon2::{Algorithm, Argon2, Params, Version};
use kernel::register::Digest;
use kernel::text::{from_hex, hex};
use kernel::{Error, Randomness, Result};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Each takes 19 MiB and tens of milliseconds: more at once would take the memory and the time of the pages.
static AT_A_TIME: Semaphore = Semaphore::const_new(2);

/// What is compared when there is no account: the time is the same.
const NOBODY: &str = "argon2id$19456$2$1$000102030405060708090a0b0c0d0e0f$0000000000000000000000000000000000000000000000000000000000000000";

/// Hashes a new password.
pub async fn hash(password: String, randomness: &dyn Randomness) -> Result<String> {
    let mut salt = [0; 16];
    randomness.fill(&mut salt)?;
    run(move || {
        let digest = derive(&password, &salt, MEMORY_KIB, PASSES, LANES)?;
        Ok(format!("argon2id${MEMORY_KIB}${PASSES}${LANES}${}${}", hex(&salt), digest.hex()))
    })
    .await
}

/// Compares with what is stored; takes as long when nothing is.
pub async fn verify(password: String, stored: Option<String>) -> Result<bool> {
    run(move || {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| NOBODY.to_owned());
        Ok(matches(&password, &stored)? && known)
    })
    .await
}

async fn run<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let _turn = AT_A_TIME.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

fn matches(password: &str, stored: &str) -> Result<bool> {
    let unreadable = || Error::internal("a stored password has another form");
    let parts: Vec<&str> = stored.split('$').collect();
    let ["argon2id", memory, passes, lanes, salt, digest] = parts.as_slice() else { return Err(unreadable()) };
    let number = |text: &str| text.parse::<u32>().map_err(|_| unreadable());
    let salt = from_hex(salt).ok_or_else(unreadable)?;
    let wanted = Digest::from_hex(digest).ok_or_else(unreadable)?;
    let made = derive(password, &salt, number(memory)?, number(passes)?, number(lanes)?)?;
    // Without a shortcut at the first byte that differs.
    Ok(made.0.iter().zip(wanted.0).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0)
}

fn derive(password: &str, salt: &[u8], memory: u32, passes: u32, lanes: u32) -> Result<Digest> {
    let params = Params::new(memory, passes, lanes, Some(32)).map_err(Error::internal)?;
    // The same letters typed on another system are the same password.
    let password: String = password.nfkc().collect();
    let mut digest = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, &mut digest)
        .map_err(Error::internal)?;
    Ok(Digest(digest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::SeededRandomness;

    #[tokio::test]
    async fn only_the_same_password_matches() {
        let randomness = SeededRandomness::new(1);
        let stored = hash("Été-pluvieux-12".into(), &randomness).await.unwrap();
        assert!(verify("Été-pluvieux-12".into(), Some(stored.clone())).await.unwrap());
        // The same letters, composed otherwise.
        assert!(verify("E\u{301}te\u{301}-pluvieux-12".into(), Some(stored.clone())).await.unwrap());
        assert!(!verify("été-pluvieux-12".into(), Some(stored.clone())).await.unwrap());
        assert!(!verify(String::new(), None).await.unwrap());
        let other = hash("Été-pluvieux-12".into(), &randomness).await.unwrap();
        assert_ne!(stored, other, "each has its own salt");
    }
}
