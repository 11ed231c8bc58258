//! What happens to accounts: invitation, sign-in, password, second factor, address, sign-out.
//!
//! These acts concern one person: they go to the account's own journal (`account_event`), not to the public register.

mod invitation;
mod links;
mod own;
mod personas;
mod sign_in;

use kernel::{Context, Id, Result};
use store::outbox::{Message, queue};
use store::{Tx, params};

pub(super) use invitation::send_invitation;
pub use invitation::{Invitation, accept, activate, invite};
pub use links::read_link;
pub use own::{
    ask_new_address, change_password, close_other_sessions, close_session, confirm_address, disable_second_factor,
    enable_second_factor, rename,
};
pub use personas::{NewPersona, create_persona, take_place};
pub use sign_in::{forgot, reset, second_factor, sign_in, try_sign_in};

use super::model::{Account, Person};

/// Writes the account's journal.
pub fn note(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>, kind: &str, agent: &str) -> Result<()> {
    let id: Id<Account> = ctx.new_id()?;
    tx.execute(
        "insert into account_event (id, person, kind, agent, at) values ($1, $2, $3, $4, $5)",
        params![id, person, kind, agent, ctx.now()],
    )?;
    Ok(())
}

pub(super) fn tell(ctx: &Context<'_>, tx: &mut Tx<'_>, account: &Account, subject: &str, text: &str) -> Result<()> {
    queue(
        ctx,
        tx,
        &Message {
            to: account.email.clone(),
            subject: subject.to_owned(),
            text: text.to_owned(),
            urgent: true,
            person: Some(account.person.uuid()),
        },
    )
}

fn password_changed(ctx: &Context<'_>, tx: &mut Tx<'_>, account: &Account) -> Result<()> {
    let text = "Bonjour,\n\nLe mot de passe de votre compte Maillage vient de changer. Si ce n'est pas vous, demandez tout de \
                suite un nouveau mot de passe depuis la page de connexion et prévenez les gestionnaires de votre gouvernance.";
    tell(ctx, tx, account, "Votre mot de passe a changé", text)
}
