//! Secret voices: sealed for the time of the vote with a key that is not in the database.
//!
//! Each seal holds the same number of bytes whatever is chosen, and is bound to its ballot and its seat. It is opened once, in
//! memory, by the close, and then erased. What this protects against, and what not: `docs/secret-ballots.md`.

use kernel::{Context, Error, Id, Result, Secret};

use super::model::Ballot;
use super::roll::Seat;

/// One bit an answer: at most 50 of them.
const BITS: usize = 64;

fn purpose(ballot: Id<Ballot>) -> String {
    format!("bulletin:{ballot}")
}

pub fn seal(
    ctx: &Context<'_>,
    secret: &Secret,
    ballot: Id<Ballot>,
    seat: Id<Seat>,
    choice: &[usize],
) -> Result<Vec<u8>> {
    let mut mask = 0u64;
    for rank in choice {
        if *rank >= BITS {
            return Err(Error::internal("an answer beyond the last one"));
        }
        mask |= 1 << rank;
    }
    secret.seal(&purpose(ballot), seat.uuid().as_bytes(), &mask.to_be_bytes(), ctx.randomness())
}

pub fn open(secret: &Secret, ballot: Id<Ballot>, seat: Id<Seat>, sealed: &[u8]) -> Result<Vec<usize>> {
    let plain = secret.open(&purpose(ballot), seat.uuid().as_bytes(), sealed)?;
    let mask = plain.as_slice().try_into().map(u64::from_be_bytes).map_err(Error::internal)?;
    Ok((0..BITS).filter(|rank| mask & (1 << rank) != 0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{FixedClock, SeededRandomness, Timestamp, Who};
    use proptest::prelude::*;
    use uuid::Uuid;

    proptest! {
        /// Every choice opens to itself, with its own seat only, and nothing of its length tells which it is.
        #[test]
        fn a_seal_tells_nothing_and_opens_to_what_it_holds(mask in 0u64..(1 << 50), seed: u64) {
            let choice: Vec<usize> = (0..50).filter(|rank| mask & (1 << rank) != 0).collect();
            let (secret, who, clock, random) = (Secret::new([7; 32]), Who::operator(), FixedClock::at(Timestamp::from_micros(0)), SeededRandomness::new(seed));
            let ctx = Context::new(&who, &clock, &random);
            let (ballot, seat, other) = (Id::from_uuid(Uuid::from_u128(1)), Id::from_uuid(Uuid::from_u128(2)), Id::from_uuid(Uuid::from_u128(3)));
            let sealed = seal(&ctx, &secret, ballot, seat, &choice).unwrap();
            prop_assert_eq!(open(&secret, ballot, seat, &sealed).unwrap(), choice.clone());
            prop_assert!(open(&secret, ballot, other, &sealed).is_err());
            prop_assert!(open(&Secret::new([8; 32]), ballot, seat, &sealed).is_err());
            let again = seal(&ctx, &secret, ballot, seat, &choice).unwrap();
            prop_assert_ne!(&again, &sealed, "the same choice is never sealed the same");
            prop_assert_eq!(sealed.len(), seal(&ctx, &secret, ballot, seat, &[]).unwrap().len());
        }
    }
}
