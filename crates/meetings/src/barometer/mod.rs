//! What meetings bring to the barometer of a governance: held against expected, who came by category, delay of the minutes.

mod attendance;
mod delay;
mod facts;
mod held;

use governance::barometer::Dial;

/// The dials of this crate.
pub static DIALS: [&dyn Dial; 3] = [&held::Meetings, &attendance::Attendance, &delay::Delay];
