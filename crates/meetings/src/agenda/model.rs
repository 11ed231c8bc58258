//! What an item holds, and where it goes when it is moved. Pure.

use kernel::pasted::pasted;
use kernel::{Errors, Result, text};

use crate::model::{Item, ItemKind};

/// More than anybody can discuss.
pub const ITEMS_MAX: usize = 100;
/// Longest description, in characters.
pub const DESCRIPTION_MAX: usize = 4_000;
/// Longest name of who presents, in characters.
const PRESENTER_MAX: usize = 200;
/// Longest item, in minutes.
const LONGEST: i64 = 1_440;

/// What was typed of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemDraft {
    pub title: String,
    pub kind: String,
    pub presenter: String,
    pub minutes: String,
    pub description: String,
}

/// What an item holds, on an agenda, waiting for one, or in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    pub title: String,
    pub kind: ItemKind,
    /// A structure or a function.
    pub presenter: String,
    /// Planned length, in minutes.
    pub minutes: i64,
    pub description: String,
}

impl ItemDraft {
    /// Understands what was typed; what was pasted from a word processor is cleaned.
    ///
    /// # Errors
    /// One message per wrong field: `title`, `kind`, `presenter`, `minutes`, `description`.
    pub fn parse(&self) -> Result<Content> {
        let mut errors = Errors::default();
        let title = errors.check("title", text::line(&pasted(&self.title), text::NAME_MAX)).unwrap_or_default();
        let kind = governance::forms::coded::<ItemKind>(&mut errors, "kind", &self.kind);
        let presenter = errors
            .check("presenter", text::optional_line(&self.presenter, PRESENTER_MAX))
            .flatten()
            .unwrap_or_default();
        let minutes = self.minutes.trim().parse().ok().filter(|minutes| (0..=LONGEST).contains(minutes));
        if minutes.is_none() {
            errors.add("minutes", "Donnez la durée en minutes, de 0 à 1440.");
        }
        let description = errors.check("description", text::paragraphs(&pasted(&self.description), DESCRIPTION_MAX));
        errors.into_result()?;
        Ok(Content {
            title,
            kind: kind.ok_or(kernel::Error::NotFound)?,
            presenter,
            minutes: minutes.ok_or(kernel::Error::NotFound)?,
            description: description.flatten().unwrap_or_default(),
        })
    }
}

impl Content {
    /// As the fields of a form show it.
    pub fn draft(&self) -> ItemDraft {
        ItemDraft {
            title: self.title.clone(),
            kind: kernel::coded::Coded::code(self.kind).to_owned(),
            presenter: self.presenter.clone(),
            minutes: self.minutes.to_string(),
            description: self.description.clone(),
        }
    }

    /// What differs, as « Intitulé », « Durée »… with how it stands in `self`.
    pub fn differs_from(&self, typed: &ItemDraft) -> Vec<(&'static str, String)> {
        let now = self.draft();
        let pairs = [
            ("Intitulé", now.title, &typed.title),
            ("Nature", self.kind.to_string(), &typed.kind),
            ("Présenté par", now.presenter, &typed.presenter),
            ("Durée, en minutes", now.minutes, &typed.minutes),
            ("Description", now.description, &typed.description),
        ];
        let same_kind = now.kind == typed.kind;
        let differs = |(label, now, typed): &(&'static str, String, &String)| match *label {
            "Nature" => !same_kind,
            // A browser ends lines as Windows does.
            _ => *now != typed.replace("\r\n", "\n"),
        };
        pairs.into_iter().filter(differs).map(|(label, now, _)| (label, now)).collect()
    }
}

impl From<&Item> for Content {
    fn from(item: &Item) -> Self {
        Self {
            title: item.title.clone(),
            kind: item.kind,
            presenter: item.presenter.clone(),
            minutes: item.minutes,
            description: item.description.clone(),
        }
    }
}

/// Where an item goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Up,
    Down,
    /// To a place, counted from 1; beyond the end means the end.
    To(usize),
    Out,
}

impl Move {
    /// The rank (from 0) that the item at `at` takes among `of`, or `None` when it does not move.
    pub fn target(self, at: usize, of: usize) -> Option<usize> {
        let last = of.checked_sub(1)?;
        let target = match self {
            Self::Up => at.checked_sub(1)?,
            Self::Down => at + 1,
            Self::To(place) => place.checked_sub(1)?.min(last),
            Self::Out => return None,
        };
        (target <= last && target != at).then_some(target)
    }
}

/// Takes the element at `at` to `target`; the others keep their order.
pub fn carry<T>(all: &mut Vec<T>, at: usize, target: usize) {
    if at < all.len() && target < all.len() {
        let one = all.remove(at);
        all.insert(target, one);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_item_moves_by_one_or_to_a_place() {
        assert_eq!(Move::Up.target(0, 3), None);
        assert_eq!(Move::Up.target(2, 3), Some(1));
        assert_eq!(Move::Down.target(2, 3), None);
        assert_eq!(Move::Down.target(0, 3), Some(1));
        assert_eq!(Move::To(1).target(2, 3), Some(0));
        assert_eq!(Move::To(99).target(0, 3), Some(2));
        assert_eq!((Move::To(0).target(1, 3), Move::To(2).target(1, 3), Move::Out.target(1, 3)), (None, None, None));
        assert_eq!(Move::Down.target(0, 0), None);
    }

    #[test]
    fn what_is_pasted_into_an_item_is_cleaned() {
        let typed = ItemDraft {
            title: "Les\tho\u{AD}raires".into(),
            kind: "debate".into(),
            minutes: " 15 ".into(),
            description: "•\tUn\r\n•\tDeux\u{0B}suite".into(),
            ..ItemDraft::default()
        };
        let content = typed.parse().unwrap();
        assert_eq!((content.title.as_str(), content.description.as_str()), ("Les horaires", "- Un\n- Deux\nsuite"));
        assert!(content.differs_from(&content.draft()).is_empty());
        let other = ItemDraft { minutes: "20".into(), ..content.draft() };
        assert_eq!(content.differs_from(&other), [("Durée, en minutes", "15".to_owned())]);
    }

    #[test]
    fn all_that_is_wrong_with_an_item_is_told_at_once() {
        let typed = ItemDraft { kind: "loi".into(), minutes: "-1".into(), ..ItemDraft::default() };
        let kernel::Error::Invalid(errors) = typed.parse().unwrap_err() else { panic!("a wrong item was taken") };
        assert!(["title", "kind", "minutes"].iter().all(|field| errors.of(field).is_some()), "{errors}");
    }

    proptest! {
        #[test]
        fn a_moved_item_lands_where_it_was_sent_and_the_others_keep_their_order(
            of in 1usize..20, at in 0usize..20, place in 1usize..25,
        ) {
            let at = at % of;
            let mut all: Vec<usize> = (0..of).collect();
            if let Some(target) = Move::To(place).target(at, of) {
                carry(&mut all, at, target);
                prop_assert_eq!(all[target], at);
            }
            prop_assert_eq!(all.len(), of);
            all.retain(|one| *one != at);
            prop_assert!(all.is_sorted());
        }
    }
}
