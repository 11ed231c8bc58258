//! Before the meeting: the brief of one page, the convocation, the sheet to sign.

use documents::paper::{Block, Paper, Table};

use super::minutes::{overline, short};
use crate::model::{ItemKind, Participant};
use crate::planning::{Known, Timed};
use crate::schedule::guests::Guest;

/// What papers before a meeting tell.
pub(super) struct Before {
    pub known: Known,
    pub items: Vec<Timed>,
    /// Those who are called; empty where the reader may not see them.
    pub everyone: Vec<Participant>,
    /// Those who are invited beside them; empty where the reader may not see them.
    pub guests: Vec<Guest>,
    /// In whose name it is convened.
    pub invitation: Option<String>,
    /// What came out of the last meeting of the same bodies, if its minutes are public.
    pub last: Vec<String>,
}

impl Before {
    fn bodies(&self) -> String {
        self.known.bodies.iter().map(|body| body.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    fn facts(&self) -> Vec<(String, String)> {
        let meeting = &self.known.meeting;
        let mut facts = vec![
            ("Instance".to_owned(), self.bodies()),
            ("Quand".to_owned(), format!("{}, durée {}", meeting.when(), meeting.length())),
            ("Lieu".to_owned(), meeting.place.clone()),
            ("À distance".to_owned(), meeting.video.clone()),
            ("Format".to_owned(), meeting.format.to_string()),
        ];
        if meeting.second {
            facts.push(("Convocation".to_owned(), "Seconde convocation, sans quorum".to_owned()));
        }
        facts.retain(|(_, value)| !value.is_empty());
        facts
    }

    fn paper(&self, what: &str, blocks: Vec<Block>) -> Paper {
        let meeting = &self.known.meeting;
        Paper {
            overline: overline(&self.known),
            title: format!("{what} : {}", meeting.title),
            description: format!("{what} pour la réunion « {} », {}.", meeting.title, meeting.when()),
            written_on: meeting.zone.civil(meeting.convened_at.unwrap_or(meeting.starts_at)).0,
            footer: format!("{what} · {} · {}", meeting.title, meeting.when()),
            blocks,
        }
    }

    fn agenda(&self) -> Table {
        let row = |timed: &Timed| {
            let presenter = &timed.item.presenter;
            vec![
                timed.begins.clone(),
                timed.item.title.clone(),
                timed.item.kind.to_string(),
                presenter.clone(),
                timed.length.clone(),
            ]
        };
        Table {
            caption: String::new(),
            head: ["Heure", "Point", "Nature", "Présenté par", "Durée"].map(ToOwned::to_owned).into(),
            rows: self.items.iter().map(row).collect(),
            widths: vec![3, 9, 4, 5, 3],
            tall: false,
        }
    }

    fn presentation(&self, blocks: &mut Vec<Block>) {
        if !self.known.meeting.presentation.is_empty() {
            blocks.push(Block::Paragraph(self.known.meeting.presentation.clone()));
        }
    }
}

/// Most items told at length in a brief: it holds on one page.
const ITEMS: usize = 12;

/// One page for somebody who has little time: what it is about, what is to be decided, what came before.
pub(super) fn brief(before: &Before) -> Paper {
    let mut blocks = vec![Block::Facts(before.facts())];
    let presentation = &before.known.meeting.presentation;
    if !presentation.is_empty() {
        blocks.push(Block::Paragraph(short(presentation, 500)));
    }
    let to_decide = before
        .items
        .iter()
        .filter(|timed| matches!(timed.item.kind, ItemKind::Decision | ItemKind::Vote | ItemKind::Election));
    let line = |timed: &Timed| match timed.item.description.is_empty() {
        true => timed.item.title.clone(),
        false => format!("{} : {}", timed.item.title, short(&timed.item.description, 160)),
    };
    let to_decide: Vec<String> = to_decide.take(ITEMS).map(line).collect();
    if !to_decide.is_empty() {
        blocks.push(Block::Section("Ce qui est à décider".to_owned()));
        blocks.push(Block::Items(to_decide));
    }
    let others =
        before.items.iter().filter(|timed| matches!(timed.item.kind, ItemKind::Information | ItemKind::Debate));
    let others: Vec<String> =
        others.take(ITEMS).map(|timed| format!("{}, {}", timed.item.title, timed.length)).collect();
    if !others.is_empty() {
        blocks.push(Block::Section("Aussi à l'ordre du jour".to_owned()));
        blocks.push(Block::Items(others));
    }
    if !before.last.is_empty() {
        blocks.push(Block::Section("Décidé la dernière fois".to_owned()));
        blocks.push(Block::Items(before.last.iter().take(ITEMS).map(|line| short(line, 160)).collect()));
    }
    before.paper("Note", blocks)
}

/// The convocation, to send on paper.
pub(super) fn convocation(before: &Before) -> Paper {
    let mut blocks = vec![Block::Facts(before.facts())];
    blocks.extend(before.invitation.iter().map(|invitation| Block::Paragraph(format!("{invitation}."))));
    before.presentation(&mut blocks);
    blocks.push(Block::Section("Ordre du jour".to_owned()));
    blocks.push(Block::Table(before.agenda()));
    let described = before.items.iter().filter(|timed| !timed.item.description.is_empty());
    for timed in described {
        blocks.push(Block::Subsection(timed.item.title.clone()));
        blocks.push(Block::Paragraph(timed.item.description.clone()));
    }
    before.paper("Convocation", blocks)
}

/// A table to sign, with a line for each.
fn to_sign(caption: &str, rows: Vec<Vec<String>>) -> Block {
    Block::Table(Table {
        caption: caption.to_owned(),
        head: ["Structure ou fonction", "Réponse", "Nom de la personne", "Signature"].map(ToOwned::to_owned).into(),
        rows,
        widths: vec![6, 3, 5, 5],
        tall: true,
    })
}

/// The sheet that people sign: those who are called, then the guests, who count in no quorum.
pub(super) fn sheet(before: &Before) -> Paper {
    let line = |name: &str, reply: String| vec![name.to_owned(), reply, String::new(), String::new()];
    let mut blocks = vec![Block::Facts(before.facts())];
    if before.everyone.is_empty() {
        blocks.push(Block::Note("Personne n'est encore appelé : la liste se fait à la convocation.".to_owned()));
    } else {
        let rows = before.everyone.iter().map(|one| line(&one.name, one.reply.to_string())).collect();
        blocks.push(to_sign("Personnes appelées", rows));
    }
    if !before.guests.is_empty() {
        let rows = before.guests.iter().map(|one| line(&one.name, one.reply.to_string())).collect();
        blocks.push(to_sign("Invités, qui ne comptent pas dans le quorum", rows));
    }
    before.paper("Feuille d'émargement", blocks)
}
