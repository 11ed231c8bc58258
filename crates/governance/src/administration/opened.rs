//! Two people on the same form: what the form was opened with, field by field.

/// A fingerprint of each field as the form showed it, sent along in its hidden field `version`. A number that every act
/// of the governance counts up would refuse a text because somebody admitted a member meanwhile; this refuses only what
/// would undo another's words, and says which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened(Vec<u64>);

impl Opened {
    pub fn with<S: AsRef<str>>(values: &[S]) -> Self {
        Self(values.iter().map(|value| fingerprint(value.as_ref())).collect())
    }

    /// From the hidden field; what cannot be read was opened with nothing that is known.
    pub fn read(typed: &str) -> Self {
        let marks: Option<Vec<u64>> = typed.trim().split('-').map(|mark| u64::from_str_radix(mark, 16).ok()).collect();
        Self(marks.unwrap_or_default())
    }

    pub fn written(&self) -> String {
        self.0.iter().map(|mark| format!("{mark:x}")).collect::<Vec<_>>().join("-")
    }

    /// True when the field at `rank` had this value when the form was opened.
    pub fn had(&self, rank: usize, value: &str) -> bool {
        self.0.get(rank) == Some(&fingerprint(value))
    }

    /// The fields whose present value is another than when the form was opened.
    pub fn overtaken<S: AsRef<str>>(&self, present: &[S]) -> Vec<usize> {
        (0..present.len())
            .filter(|rank| present.get(*rank).is_some_and(|value| !self.had(*rank, value.as_ref())))
            .collect()
    }
}

/// FNV-1a: it tells two texts apart, it protects nothing. Browsers send line breaks their own way and people leave
/// spaces at the end: neither is a change.
fn fingerprint(value: &str) -> u64 {
    let bytes = value.trim().bytes().filter(|byte| *byte != b'\r');
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_fields_that_changed_are_told() {
        let opened = Opened::with(&["Vallée", "un\ndeux", ""]);
        assert_eq!(opened.overtaken(&["Vallée", "un\r\ndeux ", ""]), Vec::<usize>::new());
        assert_eq!(opened.overtaken(&["Plateau", "un\ndeux", "x"]), [0, 2]);
        assert_eq!(Opened::read("").overtaken(&["a", "b"]), [0, 1]);
        assert_eq!(Opened::read("abc-xyz").overtaken(&["a"]), [0]);
    }

    proptest! {
        #[test]
        fn it_comes_back_as_it_was_written(values in prop::collection::vec("\\PC{0,20}", 1..6)) {
            let opened = Opened::with(&values);
            prop_assert_eq!(&Opened::read(&opened.written()), &opened);
            prop_assert!(opened.overtaken(&values).is_empty());
        }
    }
}
