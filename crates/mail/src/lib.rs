//! Mail: what the outbox holds is written as messages and handed to a server, or to a folder of `.eml` files.
//!
//! [`Destination`] says where mail goes, [`compose`] writes one message, [`Mailer`] hands it over, [`Delivery`] does so for
//! every message of the outbox as long as the program runs.

mod compose;
mod delivery;
mod destination;
mod folder;
mod html;
mod mailer;
mod smtp;

pub use compose::{Composed, Sender, compose};
pub use delivery::{Delivery, SEND_LIMIT, Step};
pub use destination::{Destination, Server, Tls};
pub use mailer::{Mailer, Memory};
