//! Finding the dates: series of meetings by a rhythm, polls among those who would be called, the year of a body, one's own
//! calendar. And who stands beside the members: those who co-chair and agree to the convocation, guests.

mod about;
pub mod duties;
pub mod holidays;
pub mod poll;
pub mod recurrence;
pub mod series;

use web::Routes;

pub use about::About;

pub fn routes() -> Routes {
    series::routes().and(poll::routes())
}
