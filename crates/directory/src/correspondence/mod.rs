//! What is written to persons by mail: news wait for one grouped message a day, a week or a month, as each chooses.
//!
//! Acts call [`tell`]. Each morning [`sending`] looks at who has something to hear: what is expected of them, as the features
//! above know it ([`Expectations`]), then the news that wait. What cannot wait (a convocation, a sign-in) is queued by its act
//! as a message of its own and never passes through here.

pub mod acts;
pub mod model;
pub mod store;

pub use acts::tell;
pub use model::{LetterKind, News, Rhythm};
