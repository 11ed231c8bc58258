//! Changing the life of the governance.

use governance::governances::acts;
use governance::governances::model::{State, StateChange};
use kernel::coded::Coded as _;
use kernel::{Context, Error, Result};
use store::Tx;

use super::{Asks, Chosen, Deciding, Done, Effect};

pub(super) static CHANGE_STATE: ChangeState = ChangeState;

pub(super) struct ChangeState;

fn state(chosen: &Chosen) -> Result<State> {
    State::from_code(&chosen.subject).ok_or(Error::NotFound)
}

impl Effect for ChangeState {
    fn code(&self) -> &'static str {
        "governance.change_state"
    }
    fn label(&self) -> &'static str {
        "Changer l'état de la gouvernance"
    }
    fn asks(&self) -> Asks {
        Asks {
            subject: "Nouvel état",
            note: "Motif",
            note_hint: "Il se lit sur la page de la gouvernance.",
            ..Asks::default()
        }
    }
    fn choices(&self, _: &mut Tx<'_>, of: &Deciding) -> Result<Vec<(String, String)>> {
        let next = State::ALL.iter().filter(|next| of.head.state.may_become(**next));
        Ok(next.map(|next| (next.code().to_owned(), next.label().to_owned())).collect())
    }
    fn choose(&self, _: &mut Tx<'_>, _: &Deciding, value: &str, chosen: Chosen) -> Result<Chosen> {
        if State::from_code(value).is_none() {
            return Err(Error::invalid("subject", "Choisissez un état dans la liste."));
        }
        if chosen.note.is_empty() {
            return Err(Error::invalid("note", "Dites pourquoi la gouvernance change d'état."));
        }
        Ok(Chosen { subject: value.to_owned(), ..chosen })
    }
    fn told(&self, _: &mut Tx<'_>, of: &Deciding, chosen: &Chosen) -> Result<String> {
        let next = state(chosen)?;
        if !of.head.state.may_become(next) {
            return Err(Error::Conflict(format!(
                "La gouvernance est « {} » : elle ne peut pas devenir « {} ».",
                of.head.state.label().to_lowercase(),
                next.label().to_lowercase()
            )));
        }
        Ok(format!("Faire passer la gouvernance à l'état « {} » ({})", next.label().to_lowercase(), chosen.note))
    }
    fn run(&self, ctx: &Context<'_>, tx: &mut Tx<'_>, of: &Deciding, chosen: &Chosen) -> Result<Done> {
        let next = state(chosen)?;
        let change = StateChange { state: next, since: Some(of.on), reason: chosen.note.clone() };
        acts::change_state(ctx, tx, of.head.id, &change)?;
        Ok(Done {
            told: format!("La gouvernance est « {} » depuis le {}", next.label().to_lowercase(), of.on.french()),
            href: governance::url::governance(&of.head.slug),
        })
    }
}
