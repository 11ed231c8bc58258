//! What is written to persons by mail: news wait for one grouped message a day, a week or a month, as each chooses.
//!
//! Acts call [`tell`]. Each morning [`sending`] looks at who has something to hear: what is expected of them, as the features
//! above know it ([`Expectations`]), then the news that wait. What cannot wait (a convocation, a sign-in) is queued by its act
//! as a message of its own and never passes through here.

pub mod acts;
pub mod letter;
pub mod links;
pub mod model;
mod pages;
pub mod sending;
pub mod store;

pub use acts::{tell, untell};
pub use letter::Awaited;
pub use model::{LetterKind, News, Rhythm};
pub use sending::Expectations;

use web::{Access, Routes};

pub fn routes() -> Routes {
    Routes::new()
        .get("/compte/courriels", Access::SignedIn, pages::show)
        .post("/compte/courriels", Access::SignedIn, pages::save)
        .get("/courriels/reglages", Access::Public, pages::show_by_link)
        .post("/courriels/reglages", Access::Public, pages::save_by_link)
        .get("/courriels/desinscription", Access::Public, pages::show_unsubscribe)
        .post("/courriels/desinscription", Access::Public, pages::unsubscribe)
}
