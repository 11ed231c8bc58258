//! Throttling of sign-in, kept in the database so that all nodes count together (CNIL 2022-100: a wait of over a minute
//! after five failures, and twenty-five tries a day).

use kernel::time::{DAY, MINUTE};
use kernel::{Result, Secret, Timestamp};
use store::{Tx, params};

/// Free tries before the waits begin.
const FREE: i64 = 5;
/// Tries in a day for one account.
const A_DAY: i64 = 25;
/// Tries in a day from one network address, which a whole office may share.
const A_DAY_FROM_ADDRESS: i64 = 300;
const FREE_FROM_ADDRESS: i64 = 60;
/// How long a count is kept after the last try.
pub const KEPT: i64 = DAY;

/// What is counted: an account, or where the tries come from. Known here by a keyed hash only.
#[derive(Clone, Debug)]
pub struct Counter {
    key: Vec<u8>,
    free: i64,
    most: i64,
}

impl Counter {
    /// By what was typed as the address, whether an account has it or not.
    pub fn account(secret: &Secret, email_key: &str) -> Self {
        Self { key: secret.mac("essais-compte", email_key.as_bytes()), free: FREE, most: A_DAY }
    }

    pub fn address(secret: &Secret, address: &str) -> Self {
        Self {
            key: secret.mac("essais-adresse", address.as_bytes()),
            free: FREE_FROM_ADDRESS,
            most: A_DAY_FROM_ADDRESS,
        }
    }
}

/// Until when to wait, after so many tries: 1 min, 2, 4, 8, then 15; the whole day once its tries are used up.
fn wait_until(tries: i64, free: i64, most: i64, first: Timestamp, last: Timestamp) -> Option<Timestamp> {
    if tries >= most {
        return Some(first.plus(DAY));
    }
    let over = u32::try_from(tries - free).ok()?;
    let minutes = 2i64.saturating_pow(over.min(10)).min(15);
    Some(last.plus(minutes * MINUTE))
}

/// Counts a try before it is made, so that many at once are counted too. Gives until when to wait instead, if so.
pub fn take(tx: &mut Tx<'_>, counters: &[Counter], now: Timestamp) -> Result<Option<Timestamp>> {
    let mut wait = None;
    for counter in counters {
        // The row is locked from here to the commit: tries at the same moment are counted one after the other.
        let (tries, first, last) = tx.get(
            "insert into attempt (key, tries, first_at, last_at) values ($1, 0, $2, $2)
             on conflict (key) do update set tries = attempt.tries returning tries, first_at, last_at",
            params![counter.key.as_slice(), now],
            |row| Ok((row.get::<i64>(0)?, row.get::<Timestamp>(1)?, row.get::<Timestamp>(2)?)),
        )?;
        if now.as_micros() - first.as_micros() < DAY {
            wait = wait.max(wait_until(tries, counter.free, counter.most, first, last).filter(|until| *until > now));
        }
    }
    if wait.is_some() {
        return Ok(wait);
    }
    for counter in counters {
        tx.execute(
            "update attempt set
                tries = case when first_at <= $3 then 1 else tries + 1 end,
                first_at = case when first_at <= $3 or tries = 0 then $2 else first_at end,
                last_at = $2
             where key = $1",
            params![counter.key.as_slice(), now, now.plus(-DAY)],
        )?;
    }
    Ok(None)
}

/// Forgets the tries of an account, after a success.
pub fn clear(tx: &mut Tx<'_>, counter: &Counter) -> Result<()> {
    tx.execute("delete from attempt where key = $1", params![counter.key.as_slice()]).map(|_| ())
}

/// Removes counts of more than a day; gives how many.
pub fn purge(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    tx.execute("delete from attempt where last_at < $1", params![now.plus(-KEPT)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const T0: Timestamp = Timestamp::from_micros(0);

    #[test]
    fn waits_grow_then_last_the_day() {
        let minutes = |tries| wait_until(tries, FREE, A_DAY, T0, T0).map(|until| until.as_micros() / MINUTE);
        assert_eq!(
            (minutes(4), minutes(5), minutes(6), minutes(8), minutes(20)),
            (None, Some(1), Some(2), Some(8), Some(15))
        );
        assert_eq!(minutes(25), Some(24 * 60));
    }

    proptest! {
        /// Whatever the rhythm, no more than twenty-five tries are let through in a day.
        #[test]
        fn never_more_than_the_tries_of_a_day(gaps in proptest::collection::vec(0i64..30, 200..400)) {
            let (mut tries, mut first, mut last, mut now, mut passed) = (0, T0, T0, 0i64, 0);
            for gap in gaps {
                now += gap * MINUTE;
                if now >= DAY { break; }
                let at = Timestamp::from_micros(now);
                if tries > 0 && wait_until(tries, FREE, A_DAY, first, last).is_some_and(|until| until > at) { continue; }
                if tries == 0 { first = at; }
                tries += 1;
                last = at;
                passed += 1;
            }
            prop_assert!(passed <= A_DAY);
        }
    }
}
