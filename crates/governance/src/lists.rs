//! What lists share: reading filters, the choices of a select, links to exports and to the neighbouring pages.

use kernel::coded::Coded;
use ui::form::Choice;
use web::Params;

/// Rows of one page.
pub const PAGE: i64 = 50;

/// The filters of an address. What cannot be understood is left out and told.
pub struct Filters<'a> {
    params: &'a Params,
    pub warnings: Vec<String>,
}

impl<'a> Filters<'a> {
    pub fn new(params: &'a Params) -> Self {
        Self { params, warnings: Vec::new() }
    }

    /// A value of a closed list.
    pub fn coded<T: Coded>(&mut self, name: &str) -> Option<T> {
        self.read(name, T::from_code)
    }

    /// A value that `read` understands.
    pub fn read<T>(&mut self, name: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let typed = self.params.one(name)?;
        let value = read(typed);
        if value.is_none() {
            self.warnings.push(unknown(name, typed));
        }
        value
    }

    /// Where a page begins (`apres`) or ends (`avant`), and whether it is read backwards.
    pub fn key<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> (Option<T>, bool) {
        let backwards = self.params.one("avant").is_some();
        let Some(typed) = self.params.one("avant").or(self.params.one("apres")) else { return (None, false) };
        let key = read(typed);
        if key.is_none() {
            self.warnings.push("Ce repère de page n'est pas lisible : voici le début de la liste.".to_owned());
        }
        let backwards = backwards && key.is_some();
        (key, backwards)
    }
}

/// The sentence for a value that a filter does not have.
pub fn unknown(name: &str, typed: &str) -> String {
    format!("Le filtre « {name} » n'a pas de valeur « {typed} » : il n'est pas appliqué.")
}

/// The choices of a select over a closed list, `all` first.
pub fn choices<T: Coded>(all: &str, chosen: Option<T>) -> Vec<Choice> {
    let each = T::ALL.iter().map(|value| Choice::new(value.code(), value.label()).selected(chosen == Some(*value)));
    std::iter::once(Choice::new("", all)).chain(each).collect()
}

/// The three exports of a list with the same filters.
pub fn exports(base: &str, params: &Params) -> Vec<(&'static str, String)> {
    let query = without_place(params).with("", None);
    [("CSV", "csv"), ("ODS", "ods"), ("XLSX", "xlsx")]
        .map(|(label, extension)| (label, address(&format!("{base}.{extension}"), &query)))
        .to_vec()
}

/// The rows of a page and its neighbours.
pub struct Neighbours {
    pub previous: Option<String>,
    pub next: Option<String>,
}

/// The rows of one page out of `limit + 1` read (in reverse when `backwards`), put in order; and the links to the pages
/// before and after, with the same filters. `key` writes where a row stands.
pub fn neighbours<R>(
    base: &str,
    params: &Params,
    rows: &mut Vec<R>,
    (has_key, backwards): (bool, bool),
    key: impl Fn(&R) -> String,
) -> Neighbours {
    let limit = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    if backwards {
        rows.reverse();
    }
    let filters = without_place(params);
    let link = |name: &str, row: Option<&R>| row.map(|row| address(base, &filters.with(name, Some(&key(row)))));
    let (has_previous, has_next) = if backwards { (more, true) } else { (has_key, more) };
    Neighbours {
        previous: link("avant", rows.first()).filter(|_| has_previous),
        next: link("apres", rows.last()).filter(|_| has_next),
    }
}

fn without_place(params: &Params) -> Params {
    Params::parse(&Params::parse(&params.with("avant", None)).with("apres", None))
}

fn address(base: &str, query: &str) -> String {
    if query.is_empty() { base.to_owned() } else { format!("{base}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_middle_page_has_two_neighbours_and_the_last_one() {
        let params = Params::parse("etat=installed&apres=k");
        let mut rows: Vec<i64> = (0..=PAGE).collect();
        let around = neighbours("/x", &params, &mut rows, (true, false), |row| format!("k{row}"));
        assert_eq!(around.previous.as_deref(), Some("/x?etat=installed&avant=k0"));
        assert_eq!(around.next.as_deref(), Some("/x?etat=installed&apres=k49"));

        let mut last = vec![7];
        let around = neighbours("/x", &params, &mut last, (true, false), |row| format!("k{row}"));
        assert!(around.previous.is_some() && around.next.is_none());

        // Going back and reaching the beginning: nothing before it.
        let mut first = vec![2, 1, 0];
        let around = neighbours("/x", &Params::default(), &mut first, (true, true), |row| format!("k{row}"));
        assert_eq!((first.as_slice(), around.previous), ([0, 1, 2].as_slice(), None));
        assert_eq!(around.next.as_deref(), Some("/x?apres=k2"));
    }

    #[test]
    fn exports_keep_the_filters_and_forget_the_page() {
        let exports = exports("/x", &Params::parse("q=a&avant=k"));
        assert_eq!(exports[0], ("CSV", "/x.csv?q=a".to_owned()));
    }
}
