//! What a guest is.

use kernel::{Id, coded};

coded! {
    pub enum GuestReply {
        None = "none", "Sans réponse";
        Present = "present", "Présent";
        Excused = "excused", "Excusé";
    }
}

coded! {
    pub enum GuestPresence {
        Unknown = "unknown", "Non renseigné";
        Present = "present", "Présent";
        Absent = "absent", "Absent";
    }
}

/// An organisation or a function that is invited.
#[derive(Clone, Debug)]
pub struct Guest {
    pub id: Id<Self>,
    pub name: String,
    /// Empty where nobody gave one, and once the meeting is over.
    pub email: String,
    pub reply: GuestReply,
    pub presence: GuestPresence,
}
