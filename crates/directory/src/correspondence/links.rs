//! The signed addresses of a grouped message: nothing is kept of them, and each does one thing.

use kernel::coded::Coded as _;
use kernel::time::DAY;
use kernel::{Error, Id, Result, Secret, Timestamp};

use super::model::LetterKind;
use crate::Person;

/// How long they hold, in microseconds: longer than anybody keeps a message unread.
pub const HOLDS: i64 = 90 * DAY;

const SETTINGS: &str = "reglages-courriels";
const UNSUBSCRIBE: &str = "desinscription-courriels";

/// Where a person changes what they are told, without a sign-in.
pub fn settings(site: &str, secret: &Secret, person: Id<Person>, until: Timestamp) -> String {
    format!("{site}/courriels/reglages?cle={}", secret.sign_link(SETTINGS, &[person.uuid()], until))
}

/// Where a mail program unsubscribes a person from these kinds; `None` without one.
pub fn unsubscribe(
    site: &str,
    secret: &Secret,
    person: Id<Person>,
    kinds: &[LetterKind],
    until: Timestamp,
) -> Option<String> {
    if kinds.is_empty() {
        return None;
    }
    let codes = kinds.iter().map(|kind| kind.code()).collect::<Vec<_>>().join(".");
    let token = secret.sign_link(&of_kinds(&codes), &[person.uuid()], until);
    Some(format!("{site}/courriels/desinscription?cle={token}&sortes={codes}"))
}

/// The kinds belong to what is signed: another list is another purpose.
fn of_kinds(codes: &str) -> String {
    format!("{UNSUBSCRIBE}:{codes}")
}

/// Whose choices a link changes.
///
/// # Errors
/// A conflict, the same for a link that was altered and for one that is too old.
pub fn read_settings(secret: &Secret, token: &str, now: Timestamp) -> Result<Id<Person>> {
    read(secret, SETTINGS, token, now)
}

/// Who unsubscribes from what.
///
/// # Errors
/// As [`read_settings`].
pub fn read_unsubscribe(
    secret: &Secret,
    token: &str,
    codes: &str,
    now: Timestamp,
) -> Result<(Id<Person>, Vec<LetterKind>)> {
    // What was not signed is refused before it becomes a key.
    let kinds: Option<Vec<LetterKind>> = codes.split('.').map(LetterKind::from_code).collect();
    let kinds = kinds.filter(|kinds| kinds.len() <= LetterKind::ALL.len()).ok_or_else(refusal)?;
    Ok((read(secret, &of_kinds(codes), token, now)?, kinds))
}

fn read(secret: &Secret, purpose: &str, token: &str, now: Timestamp) -> Result<Id<Person>> {
    match secret.read_link(purpose, token, now).as_deref() {
        Some([person]) => Ok(Id::from_uuid(*person)),
        _ => Err(refusal()),
    }
}

fn refusal() -> Error {
    Error::Conflict(
        "Ce lien n'est plus valable : il a plus de 90 jours, ou l'adresse est incomplète. Prenez celui d'un message plus \
         récent, ou connectez-vous."
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_link_does_the_one_thing_that_was_signed() {
        let (secret, person) = (Secret::new([7; 32]), Id::from_uuid(Uuid::from_u128(1)));
        let (now, until) = (Timestamp::from_micros(0), Timestamp::from_micros(HOLDS));
        let kinds = [LetterKind::Duties, LetterKind::Meetings];
        let address = unsubscribe("", &secret, person, &kinds, until).unwrap();
        let (token, codes) = address.split_once("cle=").unwrap().1.split_once("&sortes=").unwrap();
        assert_eq!(codes, "duties.meetings");
        assert_eq!(read_unsubscribe(&secret, token, codes, now), Ok((person, kinds.to_vec())));
        for other in ["duties", "meetings.duties", "duties.meetings.tasks", "", "x", "duties.meetings."] {
            assert!(read_unsubscribe(&secret, token, other, now).is_err(), "{other}");
        }
        assert!(read_unsubscribe(&secret, token, codes, until).is_err(), "too old");
        assert!(read_settings(&secret, token, now).is_err(), "of another purpose");
        let settings = settings("", &secret, person, until);
        assert_eq!(read_settings(&secret, settings.split_once("cle=").unwrap().1, now), Ok(person));
        assert_eq!(unsubscribe("", &secret, person, &[], until), None);
    }
}
