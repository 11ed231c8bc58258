//! A paper as plain text: for the body of a mail, for a screen without windows.

use super::model::{Block, Paper, Table};
use crate::sheets::text::clean;

/// The paper as text, its blocks separated by empty lines; it ends with a line feed. Lines are as long as their
/// paragraphs.
pub fn text(paper: &Paper) -> String {
    let mut parts = Vec::new();
    parts.push(paper.overline.clone());
    parts.push(underlined(paper.shown_title(), '='));
    parts.extend(paper.blocks.iter().map(block));
    parts.push(paper.footer.clone());
    let mut text = String::new();
    for part in parts.iter().map(|part| clean(part)).filter(|part| !part.trim().is_empty()) {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(part.trim_matches('\n'));
        text.push('\n');
    }
    text
}

fn block(block: &Block) -> String {
    match block {
        Block::Section(title) => underlined(title, '-'),
        Block::Subsection(text) | Block::Paragraph(text) | Block::Note(text) => text.clone(),
        Block::Marked { label, text } => fact(label, text),
        Block::Items(items) => lines(items.iter().map(|item| hanging("- ", item))),
        Block::Numbered(items) => {
            lines(items.iter().enumerate().map(|(at, item)| hanging(&format!("{}. ", at + 1), item)))
        }
        Block::Facts(facts) => lines(facts.iter().map(|(label, value)| fact(label, value))),
        Block::Table(table) => table_text(table),
        Block::Signatures(names) => lines(names.iter().map(|name| format!("{name} : ______________________"))),
        Block::PageBreak => String::new(),
    }
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

fn underlined(title: &str, with: char) -> String {
    let width = title.lines().map(|line| line.chars().count()).max().unwrap_or_default();
    format!("{title}\n{}", with.to_string().repeat(width.min(80)))
}

fn fact(label: &str, value: &str) -> String {
    if label.trim().is_empty() { value.to_owned() } else { format!("{label} : {value}") }
}

/// The lines after the first start under the text of the first.
fn hanging(mark: &str, item: &str) -> String {
    format!("{mark}{}", item.replace('\n', &format!("\n{}", " ".repeat(mark.chars().count()))))
}

/// One line a row, each filled cell with its header.
fn table_text(table: &Table) -> String {
    let row = |row: &Vec<String>| {
        let cells = table.head.iter().zip(row).filter(|(_, cell)| !cell.trim().is_empty());
        hanging("- ", &cells.map(|(head, cell)| fact(head, cell)).collect::<Vec<_>>().join(" ; "))
    };
    let caption = (!table.caption.trim().is_empty()).then(|| table.caption.clone());
    lines(caption.into_iter().chain(table.rows.iter().map(row)))
}
