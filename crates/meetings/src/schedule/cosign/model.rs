//! Who invites, in words. Pure.

use directory::Organisation;
use governance::bodies::model::{Chair, Seat};
use kernel::{Id, coded};
use uuid::Uuid;

coded! {
    pub enum Agreement {
        Asked = "asked", "Attendu";
        Signed = "signed", "Donné";
        Otherwise = "otherwise", "Donné autrement";
    }
}

impl Agreement {
    pub fn is_given(self) -> bool {
        self != Self::Asked
    }

    pub fn badge(self) -> &'static str {
        if self.is_given() { "success" } else { "wait" }
    }
}

/// A chair of one of the bodies of a meeting: an organisation, or a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inviter {
    pub organisation: Option<Id<Organisation>>,
    /// The organisation, or the seat of a function alone.
    pub key: Uuid,
    pub name: String,
    pub chair: Chair,
}

/// The chairs among seats, each once: those who preside first.
pub fn chairs(seats: &[Seat]) -> Vec<Inviter> {
    let mut all: Vec<Inviter> = Vec::new();
    for seat in seats {
        let Some(chair) = seat.chair else { continue };
        let key = seat.organisation.map_or(seat.id.uuid(), Id::uuid);
        if !all.iter().any(|known| known.key == key) {
            all.push(Inviter { organisation: seat.organisation, key, name: seat.holder(), chair });
        }
    }
    all.sort_by_key(|one| one.chair);
    all
}

/// True when several preside: then each of them agrees.
pub fn is_shared(inviters: &[Inviter]) -> bool {
    inviters.len() > 1
}

/// « À l'invitation de « Préfecture (Préfet) » et de « Conseil départemental » »; nothing where nobody presides.
pub fn invitation(inviters: &[Inviter]) -> Option<String> {
    let names: Vec<String> = inviters.iter().map(|one| format!("de «\u{a0}{}\u{a0}»", one.name)).collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(format!("À l'invitation {one}")),
        [first @ .., last] => Some(format!("À l'invitation {} et {last}", first.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Provenance;
    use proptest::prelude::*;

    fn seat(
        number: u128,
        organisation: Option<u128>,
        name: &str,
        function: Option<&str>,
        chair: Option<Chair>,
    ) -> Seat {
        Seat {
            id: Id::from_uuid(Uuid::from_u128(number)),
            organisation: organisation.map(|id| Id::from_uuid(Uuid::from_u128(id))),
            organisation_name: organisation.map(|_| name.to_owned()),
            function: function.map(ToOwned::to_owned),
            voting: true,
            mandate: None,
            chair,
            seats: 1,
            provenance: Provenance::entered(),
        }
    }

    #[test]
    fn the_invitation_names_organisations_and_functions() {
        let seats = [
            seat(1, Some(10), "Département", None, Some(Chair::CoChair)),
            seat(2, None, "", Some("Préfet"), Some(Chair::Chair)),
            seat(3, Some(11), "Hub", None, None),
            seat(4, Some(10), "Département", None, Some(Chair::CoChair)),
        ];
        let found = chairs(&seats);
        assert!(is_shared(&found));
        let sentence = invitation(&found).unwrap().replace('\u{a0}', " ");
        assert_eq!(sentence, "À l'invitation de « Préfet » et de « Département »");
        assert_eq!(invitation(&[]), None);
        assert!(!is_shared(&chairs(&seats[..1])));
        let three: Vec<Inviter> = ["A", "B", "C"]
            .iter()
            .enumerate()
            .map(|(n, name)| chairs(&[seat(n as u128, Some(n as u128), name, None, Some(Chair::CoChair))])[0].clone())
            .collect();
        assert!(invitation(&three).unwrap().replace('\u{a0}', " ").ends_with("de « A », de « B » et de « C »"));
    }

    proptest! {
        #[test]
        fn each_chair_stands_once(of in prop::collection::vec((0u128..6, prop::option::of(0u8..2)), 0..20)) {
            let seats: Vec<Seat> = of.iter().enumerate().map(|(n, (organisation, chair))| {
                let chair = chair.map(|chair| if chair == 0 { Chair::Chair } else { Chair::CoChair });
                seat(100 + n as u128, Some(*organisation), "x", None, chair)
            }).collect();
            let found = chairs(&seats);
            let mut keys: Vec<Uuid> = found.iter().map(|one| one.key).collect();
            keys.dedup();
            keys.sort();
            keys.dedup();
            prop_assert_eq!(keys.len(), found.len());
            prop_assert!(seats.iter().filter(|seat| seat.chair.is_some()).all(|seat| found.iter().any(|one| one.organisation == seat.organisation)));
        }
    }
}
