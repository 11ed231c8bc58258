//! What the forms of a governance share: the way to the page, reading dates and choices.

use kernel::coded::Coded;
use kernel::time::DateFault;
use kernel::{Capability, Errors, PartialDate, Result, Scope};
use store::Tx;
use ui::form::Choice;
use ui::form_page::FormPage;
use ui::page::{Crumb, Section};
use web::Desk;

use crate::governances::store::{self as reads, Head};
use crate::url;

/// The governance of an address.
pub fn governance(tx: &mut Tx<'_>, slug: &str) -> Result<Head> {
    reads::head_by_slug(tx, slug)?.ok_or(kernel::Error::NotFound)
}

/// Reads the governance of the address and asks for the permission on it.
pub async fn enter(desk: &Desk, slug: String, capability: Capability) -> Result<Head> {
    let head = desk.read(move |tx| governance(tx, &slug)).await?;
    desk.require(capability, Scope::Governance(head.id.uuid()))?;
    Ok(head)
}

/// From the list of governances to the administration of this one.
pub fn trail(head: &Head) -> Vec<Crumb> {
    vec![
        Crumb::new("Gouvernances", url::GOVERNANCES),
        Crumb::new(&head.name, url::governance(&head.slug)),
        Crumb::new("Administration", url::administration(&head.slug)),
    ]
}

/// A form about one governance.
pub fn page(head: &Head, title: &str, action: String, button: &str) -> FormPage {
    FormPage::new(title, action, button).eyebrow(&head.name).trail(trail(head)).section(Section::Governances)
}

/// What the layout asks of a page in the administration of one governance, its `head`: a title, and a shorter one for the
/// last step of the way.
macro_rules! administered {
    ($page:ty, $title:literal, $crumb:literal) => {
        impl ui::page::Page for $page {
            fn title(&self) -> String {
                format!(concat!($title, " · {}"), self.head.name)
            }
            fn crumb(&self) -> String {
                $crumb.to_owned()
            }
            fn trail(&self) -> Vec<ui::page::Crumb> {
                $crate::forms::trail(&self.head)
            }
            fn section(&self) -> ui::page::Section {
                ui::page::Section::Governances
            }
        }
    };
}
pub(crate) use administered;

/// All values of a closed list, the chosen one marked.
pub fn choices<T: Coded>(chosen: &str) -> Vec<Choice> {
    let choice = |value: &T| Choice::new(value.code(), value.label()).selected(value.code() == chosen);
    T::ALL.iter().map(choice).collect()
}

/// A value of a closed list.
pub fn coded<T: Coded>(errors: &mut Errors, field: &'static str, typed: &str) -> Option<T> {
    let value = T::from_code(typed.trim());
    if value.is_none() {
        errors.add(field, "Choisissez une réponse dans la liste.");
    }
    value
}

/// A date as people type it, or nothing: « 12/03/2026 », « 03/2026 », « 2026 », « 2026-03-12 ».
pub fn date(errors: &mut Errors, field: &'static str, typed: &str) -> Option<PartialDate> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let parts: Vec<&str> = typed.split(['/', '.', ' ']).filter(|part| !part.is_empty()).collect();
    let iso = match parts.as_slice() {
        [day, month, year] => format!("{year}-{month:0>2}-{day:0>2}"),
        [month, year] => format!("{year}-{month:0>2}"),
        _ => typed.to_owned(),
    };
    match iso.parse() {
        Ok(date) => Some(date),
        Err(DateFault::Shape) => {
            errors.add(field, "Donnez une date, comme 12/03/2026, ou seulement un mois (03/2026) ou une année (2026).");
            None
        }
        Err(fault) => {
            errors.add(field, fault.to_string());
            None
        }
    }
}

/// A number, or nothing.
pub fn number(errors: &mut Errors, field: &'static str, typed: &str) -> Option<i64> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let number = typed.parse().ok();
    if number.is_none() {
        errors.add(field, "Donnez un nombre, comme 4.");
    }
    number
}

/// A date as the field shows it.
pub fn shown_date(date: Option<PartialDate>) -> String {
    let Some(date) = date else { return String::new() };
    let iso = date.to_string();
    let mut parts: Vec<&str> = iso.split('-').collect();
    parts.reverse();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_people_type_them() {
        let read = |typed| {
            let mut errors = Errors::default();
            let date = date(&mut errors, "since", typed);
            (date.map(|date| date.to_string()), errors.is_empty())
        };
        assert_eq!(read("12/03/2026"), (Some("2026-03-12".into()), true));
        assert_eq!(read("3/2026"), (Some("2026-03".into()), true));
        assert_eq!(read(" 2026 "), (Some("2026".into()), true));
        assert_eq!(read("2026-03-12"), (Some("2026-03-12".into()), true));
        assert_eq!(read(""), (None, true));
        for bad in ["31/02/2026", "demain", "1/2/3/4", "99/99/9999", "12/03/26x"] {
            assert_eq!(read(bad), (None, false), "{bad}");
        }
        assert_eq!(shown_date("2026-03-12".parse().ok()), "12/03/2026");
    }
}
