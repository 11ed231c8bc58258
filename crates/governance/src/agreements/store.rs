//! Queries on agreements.

use kernel::register::Digest;
use kernel::{Id, Provenance, Result};
use store::{Tx, params};

use super::model::{Agreement, Signatory};
use crate::Governance;

pub fn governance_and_title(tx: &mut Tx<'_>, id: Id<Agreement>) -> Result<(Id<Governance>, String)> {
    tx.get("select governance, title from agreement where id = $1", params![id], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// All agreements of a governance with their commitments and signatories, in three queries.
pub fn list(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<Vec<Agreement>> {
    let mut agreements = tx.query(
        "select id, kind, title, signed_on, ends_on, body_text, file, file_name, origin, source
         from agreement where governance = $1 order by rank",
        params![governance],
        |row| {
            let digest = row.get::<Option<Vec<u8>>>(6)?.and_then(|bytes| Digest::from_slice(&bytes));
            Ok(Agreement {
                id: row.get(0)?,
                kind: row.code(1)?,
                title: row.get(2)?,
                signed_on: row.get(3)?,
                ends_on: row.get(4)?,
                text: row.get(5)?,
                file: digest.zip(row.get::<Option<String>>(7)?),
                commitments: Vec::new(),
                signatories: Vec::new(),
                provenance: Provenance { origin: row.code(8)?, source: row.get(9)? },
            })
        },
    )?;
    let commitments: Vec<(Id<Agreement>, String)> = tx.query(
        "select c.agreement, c.commitment from agreement_commitment c join agreement a on a.id = c.agreement
         where a.governance = $1 order by c.agreement, c.rank",
        params![governance],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let signatories: Vec<(Id<Agreement>, Signatory)> = tx.query(
        "select s.agreement, s.organisation, o.name, s.signed_on, s.expected_since from signatory s
         join agreement a on a.id = s.agreement join organisation o on o.id = s.organisation
         where a.governance = $1 order by s.agreement, o.name_key",
        params![governance],
        |row| {
            let signatory = Signatory {
                organisation: row.get(1)?,
                name: row.get(2)?,
                signed_on: row.get(3)?,
                expected_since: row.get(4)?,
            };
            Ok((row.get(0)?, signatory))
        },
    )?;
    for agreement in &mut agreements {
        let own = |id: &Id<Agreement>| *id == agreement.id;
        agreement.commitments = commitments.iter().filter(|(id, _)| own(id)).map(|(_, text)| text.clone()).collect();
        agreement.signatories = signatories.iter().filter(|(id, _)| own(id)).map(|(_, who)| who.clone()).collect();
    }
    Ok(agreements)
}

/// The agreements of a governance that an organisation has signed or is to sign, for its page.
pub fn of_organisation(
    tx: &mut Tx<'_>,
    organisation: Id<directory::Organisation>,
) -> Result<Vec<(String, String, Option<kernel::PartialDate>)>> {
    tx.query(
        "select a.title, g.slug, s.signed_on from signatory s join agreement a on a.id = s.agreement
         join governance g on g.id = a.governance where s.organisation = $1 order by g.name_key, a.rank",
        params![organisation],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

/// Whether an organisation is among the signatories: the date of its signature, or that it is expected.
pub fn signature(
    tx: &mut Tx<'_>,
    id: Id<Agreement>,
    organisation: Id<directory::Organisation>,
) -> Result<Option<Option<kernel::PartialDate>>> {
    tx.find(
        "select signed_on from signatory where agreement = $1 and organisation = $2",
        params![id, organisation],
        |row| row.get(0),
    )
}

/// True when some public agreement shows this file: nothing else may be downloaded without an account.
pub fn publishes(tx: &mut Tx<'_>, file: Digest) -> Result<Option<String>> {
    tx.find("select file_name from agreement where file = $1 limit 1", params![file.0.as_slice()], |row| row.get(0))
}
