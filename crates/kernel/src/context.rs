//! What an act receives of the outside world: who acts, what time it is, randomness.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use uuid::Uuid;

use crate::permission::{Capability, Scope, Who, decide};
use crate::{Error, Id, Result, Timestamp};

/// Where the time comes from.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
    }
}

/// A clock that stands where it is put, for tests.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.as_micros()))
    }

    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_micros(), Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// Where randomness comes from.
pub trait Randomness: Send + Sync {
    /// Fills `bytes`; an error when the machine has none to give.
    fn fill(&self, bytes: &mut [u8]) -> Result<()>;
}

/// The operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine's randomness is read")]
    fn fill(&self, bytes: &mut [u8]) -> Result<()> {
        getrandom::fill(bytes).map_err(Error::internal)
    }
}

/// A repeatable sequence for tests (SplitMix64). Never for secrets.
#[derive(Debug)]
pub struct SeededRandomness(AtomicU64);

impl SeededRandomness {
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Randomness for SeededRandomness {
    fn fill(&self, bytes: &mut [u8]) -> Result<()> {
        for chunk in bytes.chunks_mut(8) {
            let mut z = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::SeqCst);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            for (byte, random) in chunk.iter_mut().zip((z ^ (z >> 31)).to_le_bytes()) {
                *byte = random;
            }
        }
        Ok(())
    }
}

/// One act: who acts, when, with which randomness. The time does not move while the act lasts.
pub struct Context<'a> {
    who: &'a Who,
    now: Timestamp,
    randomness: &'a dyn Randomness,
}

impl<'a> Context<'a> {
    pub fn new(who: &'a Who, clock: &dyn Clock, randomness: &'a dyn Randomness) -> Self {
        Self { who, now: clock.now(), randomness }
    }

    pub fn who(&self) -> &Who {
        self.who
    }

    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Fills `bytes` with randomness.
    pub fn random(&self, bytes: &mut [u8]) -> Result<()> {
        self.randomness.fill(bytes)
    }

    pub fn randomness(&self) -> &dyn Randomness {
        self.randomness
    }

    /// A new identifier (UUID version 7: its first 48 bits are the milliseconds of this act).
    pub fn new_id<T>(&self) -> Result<Id<T>> {
        let mut random = [0u8; 10];
        self.randomness.fill(&mut random)?;
        let millis = u64::try_from(self.now.as_micros().div_euclid(1000)).unwrap_or(0);
        Ok(Id::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()))
    }

    /// The first line of every act: `Ok` when the person may, else [`Error::Forbidden`] with the reason.
    pub fn require(&self, capability: Capability, scope: Scope) -> Result<()> {
        decide(self.who, capability, scope).map_err(|refusal| Error::Forbidden(refusal.to_string()))
    }
}

/// The governance of a scope is known by its bare UUID here, since `kernel` knows no feature.
pub type GovernanceKey = Uuid;
