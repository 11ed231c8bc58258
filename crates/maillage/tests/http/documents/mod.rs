//! The demonstration held against its source documents: what each of them says stands where one would look for it, with
//! its source, and nothing else does.
//!
//! Documents by number: 000 guide of May 2024, 001 recommendations of 2018, 002 engagement no. 1, 003 collection of
//! stories, 004 guide of local experiences (its five governances are « n° 1 » to « n° 5 »).

mod bouches_du_rhone;
mod calvados;
mod everywhere;
mod fiction;
mod landes;
mod lot_et_garonne;
mod national;
mod pyrenees_atlantiques;
mod vendee;

use crate::town::Reply;

/// Governances of documents.
pub const REAL: [&str; 14] = [
    "nationale",
    "calvados",
    "grain-vendee",
    "pyrenees-atlantiques",
    "reseau-adour-cote-basque",
    "reseau-pays-basque-interieur",
    "reseau-haut-bearn",
    "reseau-pays-des-gaves",
    "reseau-est-bearn",
    "landes",
    "lot-et-garonne",
    "bouches-du-rhone",
    "aix-en-provence",
    "fabrique-inclusion-numerique",
];

/// Invented governances that have members and bodies.
pub const INVENTED: [&str; 3] = ["reseau-exemple-vallee", "reseau-exemple-plateau", "syndicat-exemple"];

/// Parts of a page, as a reader finds them.
pub trait Reading: Sized {
    /// The facts of one topic of « Ce que disent les documents » hold each of these words.
    fn fact(self, topic: &str, words: &[&str]) -> Self;
    /// The line of a definition list (the identity card, the head of a body) holds each of these words.
    fn line(self, term: &str, words: &[&str]) -> Self;
    /// The body of this name, in the list of bodies, holds each of these words.
    fn body(self, name: &str, words: &[&str]) -> Self;
    /// The row of a table that begins with this name holds each of these words.
    fn row(self, table: &str, name: &str, words: &[&str]) -> Self;
    /// The rows of a table have these names and no others.
    fn only(self, table: &str, names: &[&str]) -> Self;
    /// These bodies and no others are in the list of bodies.
    fn only_bodies(self, names: &[&str]) -> Self;
    /// The list that follows a heading has these items and no others; an item is named by its link, if it has one.
    fn only_items(self, heading: &str, names: &[&str]) -> Self;
    /// The address to which the link of this name leads.
    fn link(&self, name: &str) -> String;
    /// What is proper to the page, without the banner of the demonstration, the header and the footer.
    fn content(&self) -> Self;
}

impl Reading for Reply {
    #[track_caller]
    fn fact(self, topic: &str, words: &[&str]) -> Self {
        self.definition("m-facts", topic).hold(words);
        self
    }

    #[track_caller]
    fn line(self, term: &str, words: &[&str]) -> Self {
        self.definition("m-definitions", term).hold(words);
        self
    }

    #[track_caller]
    fn body(self, name: &str, words: &[&str]) -> Self {
        let bodies = self.bodies();
        let Some((_, body)) = bodies.iter().find(|(found, _)| *found == straight(name)) else {
            panic!(
                "{} has no body « {name} »: {:?}",
                self.path,
                bodies.iter().map(|(name, _)| name).collect::<Vec<_>>()
            )
        };
        body.hold(words);
        self
    }

    #[track_caller]
    fn row(self, table: &str, name: &str, words: &[&str]) -> Self {
        let rows = self.rows(table);
        let Some((_, row)) = rows.iter().find(|(found, _)| *found == straight(name)) else {
            panic!("{} has no row « {name} »: {:?}", self.path, rows.iter().map(|(name, _)| name).collect::<Vec<_>>())
        };
        row.hold(words);
        self
    }

    #[track_caller]
    fn only(self, table: &str, names: &[&str]) -> Self {
        same(&self.path, self.rows(table).into_iter().map(|(name, _)| name).collect(), names);
        self
    }

    #[track_caller]
    fn only_bodies(self, names: &[&str]) -> Self {
        same(&self.path, self.bodies().into_iter().map(|(name, _)| name).collect(), names);
        self
    }

    #[track_caller]
    fn only_items(self, heading: &str, names: &[&str]) -> Self {
        let html = self.text();
        let list = html.split_once(&format!("{heading}</h")).and_then(|(_, rest)| rest.split("</ul>").next());
        let Some(list) = list else { panic!("{} has no heading « {heading} »", self.path) };
        let items = list.split("<li").skip(1).map(|item| self.piece("item", &format!("<li{}", until(item, "</a>"))));
        same(&self.path, items.map(|item| item.words()).collect(), names);
        self
    }

    #[track_caller]
    fn link(&self, name: &str) -> String {
        let html = self.text();
        let links = html.split("<a href=\"").skip(1).filter_map(|link| link.split_once('"'));
        let found = links
            .into_iter()
            .find(|(_, rest)| self.piece("link", &format!("<a{}", until(rest, "</a>"))).words() == straight(name));
        let Some((href, _)) = found else { panic!("{} has no link « {name} »", self.path) };
        href.to_owned()
    }

    fn content(&self) -> Self {
        let html = self.text();
        let main = html.split_once("<main").map_or("", |(_, rest)| until(rest, "</main>"));
        let path = self.path.clone();
        Self { path, status: self.status, headers: self.headers.clone(), body: format!("<main{main}").into_bytes() }
    }
}

impl Reply {
    fn piece(&self, what: &str, html: &str) -> Self {
        let path = format!("{}, {what}", self.path);
        Self { path, status: self.status, headers: self.headers.clone(), body: html.as_bytes().to_vec() }
    }

    #[track_caller]
    fn hold(&self, words: &[&str]) {
        let text = self.words();
        for wanted in words {
            assert!(text.contains(&straight(wanted)), "{} does not say « {wanted} »: {text}", self.path);
        }
    }

    #[track_caller]
    fn definition(&self, class: &str, term: &str) -> Self {
        let lines = self.definitions(class);
        let names: Vec<&String> = lines.iter().map(|(name, _)| name).collect();
        let Some((_, line)) = lines.iter().find(|(name, _)| *name == straight(term)) else {
            panic!("{} has no « {term} »: {names:?}", self.path)
        };
        self.piece(term, &line.text())
    }

    /// Term and content of each line of the definition lists of this class.
    fn definitions(&self, class: &str) -> Vec<(String, Self)> {
        let html = self.text();
        let start = format!("<dl class=\"{class}\">");
        let lists = html.split(&start).skip(1).map(|rest| until(rest, "</dl>"));
        let lines = lists.flat_map(|list| list.split("<dt>").skip(1)).filter_map(|line| line.split_once("</dt>"));
        let named = lines.map(|(term, rest)| {
            let term = self.piece("term", term).words();
            (term.clone(), self.piece(&term, until(rest, "</dd>")))
        });
        named.collect()
    }

    /// Name and content of each body of the list of bodies.
    fn bodies(&self) -> Vec<(String, Self)> {
        let html = self.text();
        let blocks = html.split("<section class=\"m-block\"").skip(1).map(|rest| until(rest, "</section>"));
        let named = blocks.map(|block| {
            let name = self.piece("name", &format!("<section{}", until(block, "</h2>"))).words();
            (name.clone(), self.piece(&name, &format!("<section{block}")))
        });
        named.collect()
    }

    /// Name and content of each row of a table.
    fn rows(&self, table: &str) -> Vec<(String, Self)> {
        let html = self.text();
        let table = html.split_once(&format!("id=\"{table}\"")).map_or("", |(_, rest)| until(rest, "</table>"));
        let rows = table.split_once("<tbody>").map_or("", |(_, rows)| rows).split("<tr>").skip(1);
        let named = rows.map(|row| {
            // The name is the link of the first cell, or the cell when nothing links from it.
            let cell = until(row, "</th>");
            let name = if cell.contains("</a>") { until(cell, "</a>") } else { cell };
            let name = self.piece("name", name).words();
            (name.clone(), self.piece(&name, row))
        });
        named.collect()
    }
}

fn until<'a>(html: &'a str, end: &str) -> &'a str {
    html.split(end).next().unwrap_or_default()
}

/// A text as `Reply::words` gives it.
fn straight(text: &str) -> String {
    text.replace('’', "'")
}

#[track_caller]
fn same(path: &str, mut found: Vec<String>, wanted: &[&str]) {
    let mut wanted: Vec<String> = wanted.iter().map(|name| straight(name)).collect();
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted, "{path}");
}

/// The cells of a line of CSV.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            other => cells.last_mut().unwrap().push(other),
        }
    }
    cells
}
