//! Queries on what waits for a person, and on what each has chosen.

use kernel::{Id, Result, Timestamp};
use store::{Tx, Value, params};

use super::model::{LetterKind, News, Rhythm};
use crate::Person;

/// Most news read for one message. Whoever is told more finds it on the site.
const MOST_NEWS: i64 = 300;

/// Keeps a piece of news until the next message, for an account that wants to hear of its kind.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    id: Id<News>,
    to: Id<Person>,
    kind: LetterKind,
    news: &News,
    at: Timestamp,
) -> Result<()> {
    // Told twice, it stands once, as it was told last.
    tx.execute(
        "insert into letter_news (id, person, kind, title, text, path, told_at)
         select $1, a.person, $3, $4, $5, $6, $7 from account a
         where a.person = $2 and a.state <> 'closed' and ($8 or (a.state = 'active' and a.letter_rhythm <> 'never'))
           and not exists (select 1 from refused_letter r where r.person = a.person and r.kind = $3)
         on conflict (person, path, title) do update set text = excluded.text, kind = excluded.kind, told_at = excluded.told_at",
        params![id, to, Value::code(kind), &news.title, &news.text, &news.path, at, kind.is_prompt()],
    )
    .map(|_| ())
}

pub(super) fn drop_of_path(tx: &mut Tx<'_>, path: &str) -> Result<()> {
    tx.execute("delete from letter_news where path = $1", params![path]).map(|_| ())
}

/// What a person has chosen, and when the next message is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    pub rhythm: Rhythm,
    pub refused: Vec<LetterKind>,
    pub email: String,
    /// The invitation was taken up.
    pub open: bool,
    /// The next message of the rhythm, once the first morning is set.
    pub due_at: Option<Timestamp>,
}

impl Choices {
    pub fn wants(&self, kind: LetterKind) -> bool {
        !self.refused.contains(&kind)
    }
}

/// # Errors
/// [`kernel::Error::NotFound`] without an account.
pub fn choices(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Choices> {
    let mut choices = tx.get(
        "select letter_rhythm, letter_due_at, email, state = 'active' from account where person = $1",
        params![person],
        |row| {
            let (rhythm, due_at, email, open) = (row.code(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            Ok(Choices { rhythm, refused: Vec::new(), email, open, due_at })
        },
    )?;
    let sql = "select kind from refused_letter where person = $1 order by kind";
    choices.refused = tx.query(sql, params![person], |row| row.code(0))?;
    Ok(choices)
}

pub(super) fn set_rhythm(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    rhythm: Rhythm,
    due_at: Option<Timestamp>,
    look_at: Option<Timestamp>,
) -> Result<()> {
    tx.execute(
        "update account set letter_rhythm = $2, letter_due_at = $3, letter_look_at = coalesce(letter_look_at, $4) where person = $1",
        params![person, Value::code(rhythm), due_at, look_at],
    )
    .map(|_| ())
}

/// True when the kind was refused until now.
pub(super) fn want(tx: &mut Tx<'_>, person: Id<Person>, kind: LetterKind) -> Result<bool> {
    let sql = "delete from refused_letter where person = $1 and kind = $2";
    Ok(tx.execute(sql, params![person, Value::code(kind)])? > 0)
}

/// True when the kind was wanted until now.
pub(super) fn refuse(tx: &mut Tx<'_>, person: Id<Person>, kind: LetterKind) -> Result<bool> {
    let sql = "insert into refused_letter (person, kind) values ($1, $2) on conflict (person, kind) do nothing";
    Ok(tx.execute(sql, params![person, Value::code(kind)])? > 0)
}

/// Erases what waits, or was told, of a kind that is told no more.
pub(super) fn forget_kind(tx: &mut Tx<'_>, person: Id<Person>, kind: LetterKind) -> Result<()> {
    tx.execute("delete from letter_news where person = $1 and kind = $2", params![person, Value::code(kind)])?;
    if kind == LetterKind::Duties {
        tx.execute("delete from letter_duty where person = $1", params![person])?;
    }
    Ok(())
}

/// A piece of news that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub id: Id<News>,
    pub kind: LetterKind,
    pub news: News,
    pub told_at: Timestamp,
}

/// What waits for a person, the oldest first.
pub fn waiting(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<Waiting>> {
    tx.query(
        "select id, kind, title, text, path, told_at from letter_news where person = $1 order by told_at, id limit $2",
        params![person, MOST_NEWS],
        |row| {
            let news = News { title: row.get(2)?, text: row.get(3)?, path: row.get(4)? };
            Ok(Waiting { id: row.get(0)?, kind: row.code(1)?, news, told_at: row.get(5)? })
        },
    )
}

/// What a person was reminded of, and when.
pub fn told_duties(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<(String, Timestamp)>> {
    tx.query("select mark, told_at from letter_duty where person = $1 order by mark", params![person], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// Erases what waited too long, and marks of what nobody expects any more.
pub fn purge(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    let news = tx.execute("delete from letter_news where told_at < $1", params![before])?;
    Ok(news + tx.execute("delete from letter_duty where told_at < $1", params![before])?)
}
