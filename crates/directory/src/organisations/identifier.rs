//! Legal identifiers: SIRET, RNA, RIDET.

use std::fmt;

/// La Poste numbers its offices on its own SIREN without keeping Luhn's rule: the sum of the digits of such a SIRET is
/// a multiple of 5 (INSEE, documentation of the Sirene directory).
const LA_POSTE_SIREN: &str = "356000000";

/// What is wrong with a typed identifier, as a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    SiretLength(usize),
    SiretKey,
    Rna,
    Ridet,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SiretLength(length) => {
                write!(f, "Un numéro SIRET compte 14 chiffres ; celui-ci en compte {length}.")
            }
            Self::SiretKey => f.write_str("Ce numéro SIRET n'est pas valable : un de ses chiffres est faux."),
            Self::Rna => f.write_str("Un numéro RNA s'écrit W suivi de 9 chiffres, par exemple W751004076."),
            Self::Ridet => f.write_str("Un numéro RIDET compte de 6 à 10 chiffres."),
        }
    }
}

/// 14 digits; spaces are taken out.
///
/// # Errors
/// When the length is wrong or the key does not fit (Luhn; La Poste's own rule for its offices).
pub fn siret(typed: &str) -> Result<String, Fault> {
    let digits = compact(typed);
    if digits.len() != 14 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::SiretLength(digits.chars().filter(char::is_ascii_digit).count()));
    }
    let la_poste = digits.starts_with(LA_POSTE_SIREN) && digit_sum(&digits).is_multiple_of(5);
    if luhn(&digits) || la_poste { Ok(digits) } else { Err(Fault::SiretKey) }
}

/// `W` and nine letters or digits (the first of them a digit), in capitals.
pub fn rna(typed: &str) -> Result<String, Fault> {
    let code = compact(typed).to_ascii_uppercase();
    let mut bytes = code.bytes();
    let fits = code.len() == 10
        && bytes.next() == Some(b'W')
        && bytes.next().is_some_and(|byte| byte.is_ascii_digit())
        && bytes.all(|byte| byte.is_ascii_alphanumeric());
    if fits { Ok(code) } else { Err(Fault::Rna) }
}

/// New Caledonia's number: 6 or 7 digits for the entity, up to 10 with the establishment.
pub fn ridet(typed: &str) -> Result<String, Fault> {
    let digits = compact(typed);
    let fits = (6..=10).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if fits { Ok(digits) } else { Err(Fault::Ridet) }
}

/// Without the spaces (no-break ones too), dots and hyphens that people put between groups of digits.
fn compact(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-')).collect()
}

fn digit_sum(digits: &str) -> u32 {
    digits.chars().filter_map(|digit| digit.to_digit(10)).sum()
}

/// Luhn's rule (ISO/IEC 7812-1): every second digit from the right doubled, digits summed, a multiple of ten.
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|digit| digit.to_digit(10))
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => digit,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_siret_is_read_with_its_spaces_and_refused_with_a_wrong_key() {
        assert_eq!(siret("999 000 011 00018").as_deref(), Ok("99900001100018"));
        assert_eq!(siret("999\u{202f}000\u{a0}011 00018").as_deref(), Ok("99900001100018"));
        assert_eq!(siret("99900001100019"), Err(Fault::SiretKey));
        assert_eq!(siret("123"), Err(Fault::SiretLength(3)));
        assert_eq!(siret("9990000110001A"), Err(Fault::SiretLength(13)));
        assert_eq!(siret("٩٩٩٠٠٠٠١١٠٠٠١٨"), Err(Fault::SiretLength(0)));
    }

    #[test]
    fn offices_of_la_poste_follow_their_own_rule() {
        // The head office keeps Luhn's rule; this office does not, and its digits sum to 20.
        assert!(siret("35600000000048").is_ok());
        assert!(!luhn("35600000000051") && siret("35600000000051").is_ok());
        assert_eq!(siret("35600000000052"), Err(Fault::SiretKey));
    }

    #[test]
    fn associations_and_new_caledonia_have_their_own_numbers() {
        assert_eq!(rna("w751004076").as_deref(), Ok("W751004076"));
        assert_eq!(rna("751004076"), Err(Fault::Rna));
        assert_eq!(ridet("0 123 456.001").as_deref(), Ok("0123456001"));
        assert_eq!(ridet("12345"), Err(Fault::Ridet));
    }

    proptest! {
        #[test]
        fn one_changed_digit_is_always_found(siren in "[1-2][0-9]{12}", place in 0usize..14, other in 0u32..10) {
            // Complete the thirteen digits with their key, then change one of the fourteen.
            let valid = (0..10).map(|key| format!("{siren}{key}")).find(|text| luhn(text)).unwrap();
            prop_assert_eq!(siret(&valid), Ok(valid.clone()));
            let changed: String = valid.chars().enumerate()
                .map(|(at, c)| if at == place { char::from_digit(other, 10).unwrap() } else { c }).collect();
            if changed != valid {
                prop_assert_eq!(siret(&changed), Err(Fault::SiretKey));
            }
        }

        #[test]
        fn any_text_is_answered(typed in "\\PC{0,20}") {
            let _ = (siret(&typed), rna(&typed), ridet(&typed));
        }
    }
}
