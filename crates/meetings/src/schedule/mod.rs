//! Finding the dates: series of meetings by a rhythm, polls among those who would be called, the year of a body, one's own
//! calendar. And who stands beside the members: those who co-chair and agree to the convocation, guests.

mod about;
pub mod cosign;
pub mod duties;
pub mod guests;
pub mod holidays;
pub mod moves;
mod personal;
pub mod poll;
pub mod recurrence;
pub mod series;
pub mod year;

use kernel::register::Act;
use kernel::{Capability, Context, Result, Scope};
use store::Tx;
use web::Routes;

pub use about::About;

pub fn routes() -> Routes {
    series::routes()
        .and(poll::routes())
        .and(year::routes())
        .and(personal::routes())
        .and(cosign::routes())
        .and(guests::routes())
}

/// Removes what is past its time: addresses of guests that nobody closed the meeting of, calendar keys of closed accounts.
/// Gives how many lines.
///
/// # Errors
/// Forbidden to persons: the daily purge does it.
pub fn purge(ctx: &Context<'_>, tx: &mut Tx<'_>) -> Result<u64> {
    ctx.require(Capability::ManagePlatform, Scope::Platform)?;
    let gone = guests::purge(tx, ctx.now())? + personal::purge(tx)? + crate::elections::purge(tx, ctx.now())?;
    if gone > 0 {
        let summary = format!("Purge automatique des données de réunions arrivées à échéance : {gone} ligne(s)");
        tx.record(ctx, Act::new("data.purged", "donnees:reunions", summary));
    }
    Ok(gone)
}
