//! Links that only a mail holds: made, read, used up once.

use kernel::{Context, Error, Id, Result, Timestamp};
use store::{Tx, params};
use web::session_key;

use crate::accounts::model::Person;
use crate::accounts::sessions::{self, Token};

/// Makes a link that only its mail holds; an earlier one of the same purpose is worth nothing any more.
pub(super) fn link(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    person: Id<Person>,
    purpose: &str,
    payload: &str,
    lasts: i64,
) -> Result<Token> {
    tx.execute(
        "update secret_link set used_at = $3 where person = $1 and purpose = $2 and used_at is null",
        params![person, purpose, ctx.now()],
    )?;
    let token = sessions::new_token(ctx)?;
    tx.execute(
        "insert into secret_link (token_hash, purpose, person, payload, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
        params![session_key(&token.0).as_slice(), purpose, person, payload, ctx.now(), ctx.now().plus(lasts)],
    )?;
    Ok(token)
}

/// What a link that still holds is for.
pub fn read_link(tx: &mut Tx<'_>, token: &str, purpose: &str, now: Timestamp) -> Result<(Id<Person>, String)> {
    let found = tx.find(
        "select person, payload from secret_link
         where token_hash = $1 and purpose = $2 and used_at is null and expires_at > $3",
        params![session_key(token).as_slice(), purpose, now],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    found.ok_or_else(|| {
        Error::Conflict(
            "Ce lien ne sert plus : il a déjà servi, a été remplacé ou a expiré. Demandez-en un autre.".to_owned(),
        )
    })
}

/// Uses a link up: two who hold it cannot both go through.
pub(super) fn use_link(ctx: &Context<'_>, tx: &mut Tx<'_>, token: &str, purpose: &str) -> Result<(Id<Person>, String)> {
    let found = read_link(tx, token, purpose, ctx.now())?;
    let used = tx.execute(
        "update secret_link set used_at = $2 where token_hash = $1 and used_at is null",
        params![session_key(token).as_slice(), ctx.now()],
    )?;
    if used == 1 { Ok(found) } else { Err(Error::Conflict("Ce lien vient de servir.".to_owned())) }
}
