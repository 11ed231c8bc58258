//! The pages of accounts.

pub mod account;
pub mod invitation;
pub mod openid;
pub mod personas;
pub mod second_factor;
pub mod sign_in;
