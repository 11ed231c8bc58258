//! The places that anybody may take in a demonstration, with their powers.

use directory::accounts::acts::{NewPersona, create_persona};
use directory::correspondence::{LetterKind, News, tell};
use governance::powers::acts::give;
use governance::powers::model::NewPower;
use kernel::permission::{Reach, RoleKind};
use kernel::{Id, Result};
use store::{Tx, params};

use super::format::{self, Placed};
use super::load::{Known, Loader};

pub(super) fn create(loader: &Loader<'_>, tx: &mut Tx<'_>, item: &format::Persona, known: &Known) -> Result<()> {
    let organisation = item.organisation.as_ref();
    let new = NewPersona {
        name: item.name.get_ref().clone(),
        function: item.function.clone(),
        organisation: organisation.map(|key| loader.known(&known.organisations, key, "structure")).transpose()?,
        sees: item.sees.clone(),
        email: item.email.clone(),
    };
    let person = loader.at(&item.name, create_persona(loader.ctx, tx, &new))?;
    for power in &item.power {
        let role: RoleKind = loader.code(&power.role)?;
        let reach = reach(loader, tx, power, known)?;
        let new = NewPower { role, reach, since: None, until: None };
        loader.at(&power.role, give(loader.ctx, tx, person, &new))?;
    }
    for told in &item.news {
        let kind: LetterKind = loader.code(&told.kind)?;
        let news = News::new(&told.title, &told.path).text(&told.text);
        loader.at(&told.kind, tell(loader.ctx, tx, person, kind, &news))?;
    }
    Ok(())
}

fn reach(loader: &Loader<'_>, tx: &mut Tx<'_>, power: &format::Power, known: &Known) -> Result<Reach> {
    let Some(slug) = &power.governance else { return Ok(Reach::Platform) };
    let governance = loader.known(&known.governances, slug, "gouvernance")?;
    let find = |tx: &mut Tx<'_>, place: &Placed, sql: &str, parameters: &[store::Value]| -> Result<uuid::Uuid> {
        let found: Option<Id<()>> = tx.find(sql, parameters, |row| row.get(0))?;
        let missing =
            || loader.refuse(place.span(), format!("« {} » n'est pas dans « {} »", place.get_ref(), slug.get_ref()));
        found.map(Id::uuid).ok_or_else(missing)
    };
    Ok(match (&power.body, &power.member) {
        (None, None) => Reach::Governance(governance.uuid()),
        (Some(body), None) => {
            let sql = "select id from body where governance = $1 and slug = $2";
            let body = find(tx, body, sql, params![governance, body.get_ref()])?;
            Reach::Body { governance: governance.uuid(), body }
        }
        (None, Some(member)) => {
            let organisation = loader.known(&known.organisations, member, "structure")?;
            let sql = "select id from member where governance = $1 and organisation = $2";
            let member = find(tx, member, sql, params![governance, organisation])?;
            Reach::Member { governance: governance.uuid(), member }
        }
        (Some(body), Some(_)) => {
            return Err(
                loader.refuse(body.span(), "un pouvoir porte sur une instance ou sur un membre, pas sur les deux")
            );
        }
    })
}
