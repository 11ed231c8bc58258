//! A draft as people type it, and understood. Pure.

use kernel::{Errors, Id, PartialDate, Result, text};

use super::model::{Arising, Decision, LinkKind, Number};
use crate::model::Item;

/// Earlier decisions that one decision may amend or repeal.
const LINKS_MAX: usize = 20;

/// What was typed of a decision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    pub title: String,
    pub text: String,
    pub arising: String,
    pub arising_note: String,
    /// The identifier of an item, or nothing.
    pub item: String,
    /// Numbers of earlier decisions, « 2026-03, 2026-05 ».
    pub amends: String,
    pub repeals: String,
    pub to_execute: bool,
    pub responsible: String,
    pub due_on: String,
    pub review_on: String,
}

/// A draft, understood.
#[derive(Clone, Debug)]
pub struct Content {
    pub title: String,
    pub text: String,
    pub arising: Arising,
    pub arising_note: String,
    pub item: Option<Id<Item>>,
    pub links: Vec<(LinkKind, Number)>,
    pub to_execute: bool,
    pub responsible: String,
    pub due_on: Option<PartialDate>,
    pub review_on: Option<PartialDate>,
}

/// The last day of a date as people type it, or nothing.
pub fn day(errors: &mut Errors, field: &'static str, typed: &str) -> Option<PartialDate> {
    governance::forms::date(errors, field, typed).map(|date| PartialDate::of_day(date.last_day()))
}

fn numbers(errors: &mut Errors, field: &'static str, typed: &str) -> Vec<Number> {
    let mut found = Vec::new();
    for word in typed.split([',', ';', ' ', '\u{a0}']).filter(|word| !word.is_empty()) {
        match word.parse() {
            Ok(number) if found.contains(&number) => {}
            Ok(number) => found.push(number),
            Err(()) => {
                errors.add(field, "Donnez des numéros de décisions, comme 2026-03, séparés par des virgules.");
                return Vec::new();
            }
        }
    }
    found
}

impl Content {
    /// A decision says all of this already; its links are for the caller to compare.
    pub fn is_so(&self, now: &Decision) -> bool {
        self.title == now.title
            && self.text == now.text
            && self.arising == now.arising
            && self.arising_note == now.arising_note
            && self.item == now.item.as_ref().map(|(item, _)| *item)
            && self.to_execute == now.to_execute
            && self.responsible == now.responsible
            && self.due_on == now.due_on
            && self.review_on == now.review_on
    }
}

impl Draft {
    /// Understands what was typed.
    ///
    /// # Errors
    /// One message per wrong field.
    pub fn parse(&self) -> Result<Content> {
        let mut errors = Errors::default();
        let title = errors.check("title", text::line(&self.title, text::NAME_MAX)).unwrap_or_default();
        let body = errors.check("text", text::paragraphs(&self.text, text::NOTE_MAX));
        if body == Some(None) {
            errors.add("text", "Écrivez ce qui est décidé.");
        }
        let arising = governance::forms::coded::<Arising>(&mut errors, "arising", &self.arising);
        let line = |errors: &mut Errors, field, typed: &str, most| {
            errors.check(field, text::optional_line(typed, most)).flatten().unwrap_or_default()
        };
        let arising_note = line(&mut errors, "arising_note", &self.arising_note, 300);
        let item = match self.item.trim() {
            "" => None,
            typed => {
                let item = typed.parse().ok();
                if item.is_none() {
                    errors.add("item", "Choisissez un point dans la liste.");
                }
                item
            }
        };
        let amended = numbers(&mut errors, "amends", &self.amends);
        let repealed = numbers(&mut errors, "repeals", &self.repeals);
        if repealed.iter().any(|number| amended.contains(number)) {
            errors.add("repeals", "Une même décision ne peut pas être modifiée et abrogée.");
        }
        if amended.len() + repealed.len() > LINKS_MAX {
            errors.add("amends", format!("Une décision en modifie ou abroge {LINKS_MAX} au plus."));
        }
        let links = amended.into_iter().map(|number| (LinkKind::Amends, number));
        let links = links.chain(repealed.into_iter().map(|number| (LinkKind::Repeals, number))).collect();
        let responsible = line(&mut errors, "responsible", &self.responsible, text::NAME_MAX);
        let due_on = day(&mut errors, "due_on", &self.due_on);
        let review_on = day(&mut errors, "review_on", &self.review_on);
        errors.into_result()?;
        let (Some(Some(body)), Some(arising)) = (body, arising) else { return Err(kernel::Error::NotFound) };
        Ok(Content {
            title,
            text: body,
            arising,
            arising_note,
            item,
            links,
            to_execute: self.to_execute,
            responsible: if self.to_execute { responsible } else { String::new() },
            due_on: due_on.filter(|_| self.to_execute),
            review_on,
        })
    }

    /// Each field that differs from another draft, with what the other says.
    pub fn differs_from(&self, now: &Self) -> Vec<(&'static str, String)> {
        let yes = |to_execute: bool| if to_execute { "Oui" } else { "Non" }.to_owned();
        let fields = [
            ("Intitulé", self.title.clone(), now.title.clone()),
            ("Texte de la décision", self.text.clone(), now.text.clone()),
            ("Précision", self.arising_note.clone(), now.arising_note.clone()),
            ("Modifie", self.amends.clone(), now.amends.clone()),
            ("Abroge", self.repeals.clone(), now.repeals.clone()),
            ("À exécuter", yes(self.to_execute), yes(now.to_execute)),
            ("Qui s'en charge", self.responsible.clone(), now.responsible.clone()),
            ("À exécuter avant le", self.due_on.clone(), now.due_on.clone()),
            ("À revoir le", self.review_on.clone(), now.review_on.clone()),
        ];
        let plain = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
        fields
            .into_iter()
            .filter(|(_, typed, now)| plain(typed) != plain(now))
            .map(|(label, _, now)| (label, now))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_draft_says_everything_that_is_wrong_at_once() {
        let draft = Draft {
            arising: "nowhere".into(),
            item: "x".into(),
            amends: "2026-1".into(),
            due_on: "31/02/2026".into(),
            to_execute: true,
            ..Draft::default()
        };
        let Err(kernel::Error::Invalid(errors)) = draft.parse() else { panic!("accepted") };
        for field in ["title", "text", "arising", "item", "amends", "due_on"] {
            assert!(errors.of(field).is_some(), "{field}");
        }
        let both = Draft {
            title: "A".into(),
            text: "B".into(),
            arising: "initiative".into(),
            amends: "2026-01".into(),
            repeals: "2026-01".into(),
            ..Draft::default()
        };
        let Err(kernel::Error::Invalid(errors)) = both.parse() else { panic!("accepted") };
        assert!(errors.of("repeals").is_some());
    }

    proptest! {
        #[test]
        fn nothing_typed_breaks_a_draft(typed in ".{0,40}") {
            let draft = Draft {
                title: typed.clone(), text: typed.clone(), arising: typed.clone(), arising_note: typed.clone(), item: typed.clone(),
                amends: typed.clone(), repeals: typed.clone(), to_execute: true, responsible: typed.clone(), due_on: typed.clone(),
                review_on: typed,
            };
            let _ = draft.parse();
        }
    }
}
