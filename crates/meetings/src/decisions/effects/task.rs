//! Giving a task: to a member, to a person by a power held, or to those who animate the body.

use governance::powers::store as powers;
use kernel::permission::{Reach, RoleKind};
use kernel::{Context, Error, Result};
use store::Tx;

use super::{Asks, Chosen, Deciding, Done, Effect};
use crate::tasks::{self, Assigned, Doer};

pub(super) static GIVE_TASK: GiveTask = GiveTask;

/// The value of the choice « whoever animates the body ».
const BODY: &str = "instance";

pub(super) struct GiveTask;

impl GiveTask {
    fn assigned(tx: &mut Tx<'_>, of: &Deciding, chosen: &Chosen) -> Result<Assigned> {
        let day = of.on.last_day();
        let doer = match (chosen.member, chosen.subject.as_str()) {
            (Some(member), _) => Doer::Member(member),
            (None, BODY) => return Self::animator(tx, of),
            (None, subject) => Doer::read(subject).ok_or(Error::NotFound)?,
        };
        tasks::assigned(tx, day, of.head.id, &doer).map_err(|error| match error {
            Error::Invalid(_) => {
                Error::Conflict("La structure ou la personne qui devait s'en charger n'est plus là.".to_owned())
            }
            other => other,
        })
    }

    /// Whoever animates the body on the day of the decision; without anybody the task is that of the body all the same.
    fn animator(tx: &mut Tx<'_>, of: &Deciding) -> Result<Assigned> {
        let reach = Reach::Body { governance: of.head.id.uuid(), body: of.decision.body.uuid() };
        let held = powers::of_governance(tx, of.head.id, of.on.last_day())?;
        let person = held.into_iter().find(|power| power.role == RoleKind::Animator && power.reach == reach);
        let shown = format!("Animation ({})", of.decision.author.0);
        Ok(Assigned { member: None, person: person.map(|power| power.person), shown })
    }
}

impl Effect for GiveTask {
    fn code(&self) -> &'static str {
        "task.give"
    }
    fn label(&self) -> &'static str {
        "Confier une tâche"
    }
    fn reaches_governance(&self) -> bool {
        false
    }
    fn asks(&self) -> Asks {
        Asks {
            subject: "Qui s'en charge",
            note: "Ce qu'il y a à faire",
            note_hint: "Une phrase, sans nom de personne : elle est publique une fois la décision adoptée.",
            due_on: "Pour le",
        }
    }
    fn choices(&self, tx: &mut Tx<'_>, of: &Deciding) -> Result<Vec<(String, String)>> {
        let mut all = vec![(BODY.to_owned(), format!("L'animation ({})", of.decision.author.0))];
        let doers = tasks::doers(tx, of.on.last_day(), of.head.id)?;
        all.extend(doers.into_iter().map(|(doer, shown)| (doer.code(), shown)));
        Ok(all)
    }
    fn choose(&self, tx: &mut Tx<'_>, of: &Deciding, value: &str, chosen: Chosen) -> Result<Chosen> {
        if chosen.note.is_empty() {
            return Err(Error::invalid("note", "Écrivez ce qu'il y a à faire."));
        }
        let unknown = || Error::invalid("subject", "Choisissez dans la liste qui s'en charge.");
        let chosen = match (value, Doer::read(value)) {
            (BODY, _) => Chosen { subject: BODY.to_owned(), ..chosen },
            (_, Some(Doer::Member(member))) => Chosen { member: Some(member), ..chosen },
            (_, Some(holder)) => Chosen { subject: holder.code(), ..chosen },
            (_, None) => return Err(unknown()),
        };
        match Self::assigned(tx, of, &chosen) {
            Err(Error::Conflict(_) | Error::NotFound) => Err(unknown()),
            other => other.map(|_| chosen),
        }
    }
    fn told(&self, tx: &mut Tx<'_>, of: &Deciding, chosen: &Chosen) -> Result<String> {
        let does = Self::assigned(tx, of, chosen)?;
        let due = chosen.due_on.map(|due| format!(", pour le {}", due.french())).unwrap_or_default();
        Ok(format!("Confier à « {} » : {}{due}", does.shown, chosen.note))
    }
    fn run(&self, ctx: &Context<'_>, tx: &mut Tx<'_>, of: &Deciding, chosen: &Chosen) -> Result<Done> {
        let does = Self::assigned(tx, of, chosen)?;
        tasks::create_of_decision(ctx, tx, &of.decision, &chosen.note, &does, chosen.due_on)?;
        let due = chosen.due_on.map(|due| format!(", pour le {}", due.french())).unwrap_or_default();
        Ok(Done {
            told: format!("Tâche confiée à « {} » : {}{due}", does.shown, chosen.note),
            href: crate::url::tasks(&of.head.slug),
        })
    }
}
