//! The morning's work: who is written to, once, whatever happens to nodes.
//!
//! Each person has a morning at which they are next looked at. Whoever moves it on, in the transaction that queues the message,
//! writes to them: a second node finds it moved, and a node that dies before the end has moved nothing.

use std::sync::Arc;

use kernel::coded::Coded as _;
use kernel::{Capability, Context, Id, Result, Scope, Secret, Timestamp, Who};
use store::outbox::{Message, queue_to_list};
use store::{Tx, Value, params};
use web::App;

use super::letter::{Addresses, Awaited, Known, Letter};
use super::links;
use super::model::{Rhythm, is_hour_to_write, morning_after};
use super::store::{Choices, Waiting, choices, told_duties, waiting};
use crate::Person;

/// What is expected of persons, as the features above this one know it; the executable gathers them at start.
#[derive(Clone)]
pub struct Expectations(pub Arc<Expect>);

/// What is expected of a person at an instant, in the order in which *À faire* shows it.
pub type Expect = dyn Fn(&mut Tx<'_>, Id<Person>, Timestamp) -> Result<Vec<Awaited>> + Send + Sync;

/// Persons looked at in one go; the rest comes with the next minute.
const BATCH: i64 = 50;
/// Batches of one go.
const BATCHES: usize = 20;
/// A person whose message cannot be made keeps the others waiting no longer than this.
const LATER: i64 = kernel::time::HOUR;

/// What one go did, in persons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    pub looked_at: u64,
    pub written_to: u64,
    pub failed: u64,
}

/// A person whose morning has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Due {
    person: Id<Person>,
    /// As it was read: whoever claims must find it unchanged.
    look_at: Timestamp,
}

/// Looks at those whose morning has come and queues their messages. Run each minute, on every node.
///
/// # Errors
/// A fault of the database before anybody was looked at. What goes wrong about one person is logged, and tried again later.
pub async fn run(app: &App) -> Result<Done> {
    give_mornings(app).await?;
    let mut done = Done::default();
    if !is_hour_to_write(app.clock().now()) {
        return Ok(done);
    }
    for _ in 0..BATCHES {
        let now = app.clock().now();
        let batch = app.read(move |tx| due(tx, now, BATCH)).await?;
        let mut silent = Vec::new();
        for one in &batch {
            done.looked_at += 1;
            match look(app, *one, now).await {
                Ok(None) => silent.push(*one),
                Ok(Some(true)) => done.written_to += 1,
                // Another node was quicker.
                Ok(Some(false)) => {}
                Err(error) => {
                    done.failed += 1;
                    tracing::warn!(person = %one.person, %error, "a grouped message could not be made");
                    postpone(app, *one, now).await?;
                }
            }
        }
        if !silent.is_empty() {
            app.act(Who::clockwork(), move |ctx, tx| silent.iter().try_for_each(|one| pass(ctx, tx, *one))).await?;
        }
        if batch.len() < usize::try_from(BATCH).unwrap_or(usize::MAX) {
            break;
        }
    }
    Ok(done)
}

/// New accounts get their first morning: nobody is written to in the minute of their first sign-in.
async fn give_mornings(app: &App) -> Result<()> {
    let lacking = |tx: &mut Tx<'_>| {
        let sql = "select person from account where letter_look_at is null and state <> 'closed' limit 1";
        tx.find(sql, &[], |row| row.get::<Id<Person>>(0))
    };
    if app.read(lacking).await?.is_none() {
        return Ok(());
    }
    app.act(Who::clockwork(), |ctx, tx| {
        for rhythm in Rhythm::ALL.iter().copied() {
            tx.execute(
                "update account set letter_look_at = $1, letter_due_at = $2
                 where letter_look_at is null and state <> 'closed' and letter_rhythm = $3",
                params![morning_after(ctx.now()), rhythm.next_after(ctx.now()), Value::code(rhythm)],
            )?;
        }
        Ok(())
    })
    .await
}

/// Those whose morning has come, the earliest first.
fn due(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<Due>> {
    tx.query(
        "select person, letter_look_at from account where letter_look_at <= $1 and state <> 'closed'
         order by letter_look_at, person limit $2",
        params![now, limit],
        |row| Ok(Due { person: row.get(0)?, look_at: row.get(1)? }),
    )
}

/// Writes to one person if there is something to say: `None` when there is not, false when another node has this morning.
async fn look(app: &App, due: Due, now: Timestamp) -> Result<Option<bool>> {
    let expectations = app.service::<Expectations>().cloned();
    let person = due.person;
    // On a reader: what is expected takes most of the time, and the one writer has others to serve.
    let (awaited, something) = app
        .read(move |tx| {
            let known = known(tx, person, expectations.as_ref(), now)?;
            let something = known.letter(now).is_some();
            Ok((known.awaited, something))
        })
        .await?;
    if !something {
        return Ok(None);
    }
    let (site, secret) = (app.settings().public_address.clone(), app.secret().clone());
    let written = move |ctx: &Context<'_>, tx: &mut Tx<'_>| write(ctx, tx, &site, &secret, due, &awaited);
    app.act(Who::clockwork(), written).await.map(Some)
}

/// What is known of a person now.
///
/// # Errors
/// [`kernel::Error::NotFound`] without an account.
pub fn known(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    expectations: Option<&Expectations>,
    now: Timestamp,
) -> Result<Known> {
    let choices = choices(tx, person)?;
    let awaited = match expectations {
        Some(Expectations(expect)) if Known::wants_duties(&choices) => expect(tx, person, now)?,
        _ => Vec::new(),
    };
    Ok(Known { choices, awaited, news: waiting(tx, person)?, told: told_duties(tx, person)? })
}

/// Claims the morning of a person and queues the message; false when another node has it.
fn write(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    site: &str,
    secret: &Secret,
    due: Due,
    awaited: &[Awaited],
) -> Result<bool> {
    ctx.require(Capability::ManagePlatform, Scope::Platform)?;
    if !claim(tx, due)? {
        return Ok(false);
    }
    // Whatever was told or chosen since the look counts.
    let choices = choices(tx, due.person)?;
    move_on(ctx, tx, due, choices.rhythm, choices.due_at)?;
    let awaited = if Known::wants_duties(&choices) { awaited.to_vec() } else { Vec::new() };
    let known = Known { choices, awaited, news: waiting(tx, due.person)?, told: told_duties(tx, due.person)? };
    let Some(letter) = known.letter(ctx.now()) else { return Ok(false) };
    queue(ctx, tx, site, secret, due.person, &known.choices.email, &letter)?;
    sent(tx, due.person, &letter.news)?;
    let marks = letter.awaited.iter().map(|one| one.mark(ctx.now()));
    note_duties(tx, due.person, marks, letter.regular && letter.still == 0, ctx.now())?;
    Ok(true)
}

fn queue(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    site: &str,
    secret: &Secret,
    person: Id<Person>,
    email: &str,
    letter: &Letter,
) -> Result<()> {
    let until = ctx.now().plus(links::HOLDS);
    let settings = links::settings(site, secret, person, until);
    let unsubscribe = links::unsubscribe(site, secret, person, &letter.kinds(), until);
    let message = Message {
        to: email.to_owned(),
        subject: letter.subject(),
        text: letter.text(&Addresses { site, settings: &settings, until }),
        urgent: false,
        person: Some(person.uuid()),
    };
    queue_to_list(ctx, tx, &message, unsubscribe.as_deref())
}

/// Takes a person's morning, and keeps others from changing the account until the transaction ends. False when another node has
/// it, or the account is closed or gone.
fn claim(tx: &mut Tx<'_>, due: Due) -> Result<bool> {
    let sql = "update account set state = state where person = $1 and letter_look_at = $2 and state <> 'closed'";
    Ok(tx.execute(sql, params![due.person, due.look_at])? == 1)
}

/// Moves a claimed morning on, and the day of the rhythm once it has come.
fn move_on(ctx: &Context<'_>, tx: &mut Tx<'_>, due: Due, rhythm: Rhythm, due_at: Option<Timestamp>) -> Result<()> {
    let next = if due_at.is_none_or(|at| at <= ctx.now()) { rhythm.next_after(ctx.now()) } else { due_at };
    tx.execute(
        "update account set letter_look_at = $2, letter_due_at = $3 where person = $1",
        params![due.person, morning_after(ctx.now()), next],
    )
    .map(|_| ())
}

/// A morning on which there is nothing to say.
fn pass(ctx: &Context<'_>, tx: &mut Tx<'_>, due: Due) -> Result<()> {
    if !claim(tx, due)? {
        return Ok(());
    }
    let Choices { rhythm, due_at, .. } = choices(tx, due.person)?;
    move_on(ctx, tx, due, rhythm, due_at)
}

/// Tried again later: the same message, as if its morning had come then.
async fn postpone(app: &App, due: Due, now: Timestamp) -> Result<()> {
    app.act(Who::clockwork(), move |_, tx| {
        tx.execute(
            "update account set letter_look_at = $3 where person = $1 and letter_look_at = $2",
            params![due.person, due.look_at, now.plus(LATER)],
        )
    })
    .await
    .map(|_| ())
}

/// Erases news that were sent.
fn sent(tx: &mut Tx<'_>, person: Id<Person>, news: &[Waiting]) -> Result<()> {
    if news.is_empty() {
        return Ok(());
    }
    let marks: Vec<String> = (2..news.len() + 2).map(|place| format!("${place}")).collect();
    let values: Vec<Value> = std::iter::once(person.into()).chain(news.iter().map(|one| one.id.into())).collect();
    let sql = format!("delete from letter_news where person = $1 and id in ({})", marks.join(", "));
    tx.execute(&sql, &values).map(|_| ())
}

/// Notes of what a person is reminded now. `all`: nothing else is expected, other marks go.
fn note_duties(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    marks: impl IntoIterator<Item = String>,
    all: bool,
    now: Timestamp,
) -> Result<()> {
    if all {
        tx.execute("delete from letter_duty where person = $1", params![person])?;
    }
    for mark in marks {
        tx.execute(
            "insert into letter_duty (person, mark, told_at) values ($1, $2, $3)
             on conflict (person, mark) do update set told_at = excluded.told_at",
            params![person, mark, now],
        )?;
    }
    Ok(())
}
