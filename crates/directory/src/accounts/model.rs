//! What an account is, and the rules of what people type: address and password.

use kernel::{Id, Timestamp, coded, text};

use crate::Organisation;

/// Somebody whom acts refer to.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: Id<Person>,
    pub name: String,
    pub function: String,
    pub organisation: Option<Id<Organisation>>,
    pub organisation_name: Option<String>,
}

impl Person {
    /// What stands where an erased account acted.
    pub const ERASED: &'static str = "compte supprimé";
}

coded! {
    pub enum AccountState {
        Invited = "invited", "Invitation envoyée";
        Active = "active", "Actif";
        Closed = "closed", "Fermé";
    }
}

/// What signing in needs to know of an account.
#[derive(Clone, Debug)]
pub struct Account {
    pub person: Id<Person>,
    pub name: String,
    pub email: String,
    pub state: AccountState,
    pub password: Option<String>,
    pub totp: Option<Vec<u8>>,
    pub totp_step: i64,
    pub subject: Option<String>,
    pub created_at: Timestamp,
}

/// An address of electronic mail: as typed, and folded for comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    pub shown: String,
    pub key: String,
}

impl Email {
    /// Case never distinguishes two addresses; « + » and dots do, since only the receiving server knows what they mean.
    ///
    /// # Errors
    /// A sentence when it is not an address: one `@`, a domain with a dot (or `localhost`), no space, 254 characters at most
    /// (RFC 5321).
    pub fn parse(typed: &str) -> Result<Self, String> {
        let wrong = || "Donnez une adresse électronique, comme prenom.nom@exemple.fr.".to_owned();
        let shown = text::line(typed, 254).map_err(|fault| fault.to_string())?;
        let (local, domain) = shown.rsplit_once('@').ok_or_else(wrong)?;
        let good_local = (1..=64).contains(&local.len())
            && !local.starts_with('.')
            && !local.ends_with('.')
            && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c));
        let labels: Vec<&str> = domain.split('.').collect();
        let good_label = |label: &&str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        if !good_local || !labels.iter().all(good_label) || (labels.len() < 2 && domain != "localhost") {
            return Err(wrong());
        }
        let key = shown.to_lowercase();
        Ok(Self { shown, key })
    }

    /// « p…@exemple.fr », for those who may know that there is an address, not which.
    pub fn masked(&self) -> String {
        mask(&self.shown)
    }
}

pub fn mask(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((local, domain)) => format!("{}…@{domain}", local.chars().next().unwrap_or_default()),
        None => "…".to_owned(),
    }
}

/// Longest password, in characters: hashing must not be made to last.
const PASSWORD_MAX: usize = 200;

/// Checks a new password against CNIL's recommendation 2022-100 of 21 July 2022 (80 bits without further measure): 12
/// characters with the four kinds, 14 with capitals, small letters and digits, or a phrase of seven words.
///
/// # Errors
/// A sentence that says what to do.
pub fn check_password(password: &str, email: &str, name: &str) -> Result<(), String> {
    let length = password.chars().count();
    if length > PASSWORD_MAX {
        return Err(format!("Un mot de passe a au plus {PASSWORD_MAX} caractères."));
    }
    let has = |test: fn(char) -> bool| password.chars().any(test);
    let (small, capital, digit) = (has(char::is_lowercase), has(char::is_uppercase), has(|c| c.is_numeric()));
    let special = has(|c| !c.is_alphanumeric() && !c.is_whitespace());
    let words: std::collections::BTreeSet<&str> =
        password.split_whitespace().filter(|word| word.chars().count() >= 3).collect();
    let strong = (length >= 12 && small && capital && digit && special)
        || (length >= 14 && small && capital && digit)
        || words.len() >= 7;
    if !strong {
        return Err("Choisissez au moins 12 caractères avec minuscule, majuscule, chiffre et signe ; ou 14 sans signe ; ou une \
                    phrase d'au moins sept mots différents."
            .to_owned());
    }
    let distinct: std::collections::BTreeSet<char> = password.chars().collect();
    let folded = text::fold(password);
    let personal = [email.split('@').next().unwrap_or_default(), name]
        .into_iter()
        .flat_map(|own| text::fold(own).split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>())
        .any(|own| own.chars().count() >= 4 && folded.contains(&own));
    if distinct.len() < 6 || personal {
        return Err("Ce mot de passe est trop facile à deviner : évitez votre nom, votre adresse et les répétitions."
            .to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_is_read_as_people_type_it() {
        let email = Email::parse("  Prenom.NOM+gouvernance@Exemple.FR ").unwrap();
        assert_eq!(email.shown, "Prenom.NOM+gouvernance@Exemple.FR");
        assert_eq!(email.key, "prenom.nom+gouvernance@exemple.fr");
        assert_ne!(email.key, Email::parse("prenom.nom@exemple.fr").unwrap().key);
        assert_eq!(email.masked(), "P…@Exemple.FR");
        for bad in [
            "",
            "a",
            "a@",
            "@b.fr",
            "a@b",
            "a b@c.fr",
            "a@b..fr",
            "a@-b.fr",
            "a@b.fr\nBcc: x@y.fr",
            "<a@b.fr>",
            "a@b@c .fr",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn passwords_follow_the_recommendation() {
        let check = |password| check_password(password, "camille.durand@exemple.fr", "Camille Durand");
        for good in
            ["Corbeille-47zinc", "Corbeille47ZincBleu", "le canard traverse lentement votre vieux potager bleu fleuri"]
        {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "Court-1a",
            "toutenminuscules",
            "Corbeille47Z",
            "aaaaaaaaaaA1-",
            "Durand-2026-zinc!",
            "a b c d e f g h i j",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
        assert!(check(&"Aa1-".repeat(60)).is_err());
    }

    proptest! {
        #[test]
        fn an_address_that_is_taken_has_no_line_break(typed in "\\PC{0,30}@\\PC{0,30}") {
            if let Ok(email) = Email::parse(&typed) {
                prop_assert!(!email.shown.contains(['\r', '\n', ' ', '<', '>', ',']));
                prop_assert_eq!(Email::parse(&email.key).unwrap().key, email.key);
            }
        }
    }
}
