//! A signed-in person of a generated data set.

use directory::accounts::acts::{NewPersona, create_persona};
use directory::accounts::sessions::{self, Method};
use governance::Governance;
use governance::powers::acts::give;
use governance::powers::model::NewPower;
use kernel::permission::{Reach, RoleKind};
use kernel::{Context, Id, SystemClock, SystemRandomness, Who};
use store::{DatabaseUrl, Store, params};
use tokio::runtime::Handle;

use crate::generate::TYPICAL;

/// Makes somebody who manages the typical governance and opens a session; gives the cookie of the browser.
pub fn sign_in(url: &DatabaseUrl) -> Result<String, String> {
    let store = Store::open(url, 2).map_err(|fault| fault.to_string())?;
    let token = store.write_blocking(|tx| {
        let who = Who::operator();
        let ctx = Context::new(&who, &SystemClock, &SystemRandomness);
        let sql = "select id from governance where slug = $1";
        let governance: Id<Governance> = tx.get(sql, params![TYPICAL], |row| row.get(0))?;
        let new = NewPersona {
            name: "Personne du banc".to_owned(),
            function: "Chargée de mission inclusion numérique".to_owned(),
            organisation: None,
            sees: String::new(),
            email: "gestion@banc.exemple.fr".to_owned(),
        };
        let person = create_persona(&ctx, tx, &new)?;
        let reach = Reach::Governance(governance.uuid());
        give(&ctx, tx, person, &NewPower { role: RoleKind::Manager, reach, since: None, until: None })?;
        sessions::open(&ctx, tx, person, Method::Persona, "Banc", None, false)
    });
    Handle::current().block_on(store.settle());
    // The name that browsers know it by over plain HTTP.
    token.map(|token| format!("maillage={}", token.0)).map_err(|fault| fault.to_string())
}
