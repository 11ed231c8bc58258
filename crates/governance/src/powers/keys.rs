//! From a session to a person with the powers held now.

use directory::accounts::sessions;
use kernel::{Result, Timestamp, Who};
use store::Tx;
use web::{Identify, SessionKey, Signed};

use super::store as reads;

/// Looks sessions up in the database.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sessions;

impl Identify for Sessions {
    fn identify(&self, tx: &mut Tx<'_>, session: &SessionKey, now: Timestamp) -> Result<Option<Signed>> {
        let Some((person, unseen)) = sessions::person_of(tx, session, now)? else { return Ok(None) };
        let roles = reads::roles_of(tx, person.id, now.day())?;
        let who = Who::person(person.id.uuid(), person.organisation_name, roles);
        Ok(Some(Signed { person: person.id.uuid(), name: person.name, who, session: *session, unseen }))
    }

    fn seen(&self, tx: &mut Tx<'_>, session: &SessionKey, now: Timestamp) -> Result<()> {
        sessions::seen(tx, session, now)
    }
}
