//! The blocks of a paper as lines, tables and places to sign, with their elements, then put on pages.

use krilla::tagging::{ListNumbering, Tag, TagKind};

use super::super::model::{Block, Paper, UNTITLED};
use super::fonts::Faces;
use super::lines::{Line, wrap};
use super::pages::{Beside, Edge, Lines, Need, Pages, Surface};
use super::style::{
    BODY, BODY_BOLD, BODY_QUIET, HAIRLINE, Ink, LEFT, MARK, NOTE, OVERLINE, SECTION, SUBSECTION, Style, TITLE, WIDTH,
};
use super::table::Laid;
use super::tree::{Element, Tree};

/// From the left of a bullet to its text.
const INDENT: f32 = 14.0;
/// From the edge of what is marked to its text.
const MARGIN: f32 = 12.0;
/// Between two places to sign.
const GUTTER: f32 = 18.0;
/// Of a place to sign, under its name: 24 mm.
const SIGNATURE: f32 = 68.0;
const SIGNATURE_BEFORE: f32 = 12.0;

enum Flow {
    Lines(Lines),
    Table(Laid),
    /// One or two places to sign, side by side.
    Signatures(Vec<(Element, Vec<Line>)>),
    NewPage,
}

/// Puts the paper on pages.
pub fn pages(paper: &Paper, faces: &mut Faces, tree: &mut Tree) -> Pages {
    let mut builder = Builder { faces, tree, flows: Vec::new(), in_section: false };
    builder.title(paper);
    for block in &paper.blocks {
        builder.block(block);
    }
    place(builder.flows)
}

fn place(flows: Vec<Flow>) -> Pages {
    // The height that each needs to begin, from the last to the first, since some stand with what follows.
    let mut needs = vec![Need::default()];
    for flow in flows.iter().rev() {
        let next = needs.last().copied().unwrap_or_default();
        needs.push(match flow {
            Flow::Lines(lines) => Need { before: lines.before, height: lines.start(next) },
            Flow::Table(table) => Need { before: Laid::BEFORE, height: table.start() },
            Flow::Signatures(places) => Need { before: SIGNATURE_BEFORE, height: height(places) },
            Flow::NewPage => Need::default(),
        });
    }
    needs.pop();
    let mut pages = Pages::new();
    for flow in flows {
        let next = needs.pop().unwrap_or_default();
        match flow {
            Flow::Lines(lines) => pages.lines(lines, next),
            Flow::Table(table) => table.place(&mut pages),
            Flow::Signatures(places) => sign(places, &mut pages),
            Flow::NewPage if pages.is_fresh() => {}
            Flow::NewPage => pages.next_page(),
        }
    }
    pages.finish();
    pages
}

struct Builder<'a> {
    faces: &'a mut Faces,
    tree: &'a mut Tree,
    flows: Vec<Flow>,
    in_section: bool,
}

impl Builder<'_> {
    fn title(&mut self, paper: &Paper) {
        if let Some(mut lines) = self.lines(&paper.overline, OVERLINE, Tag::P) {
            lines.keeps_next = true;
            lines.after = 2.0;
            self.flows.push(Flow::Lines(lines));
        }
        let before = self.flows.len();
        self.heading(1, paper.shown_title(), TITLE, (0.0, 10.0));
        if self.flows.len() == before {
            // The title has nothing that can be drawn.
            self.heading(1, UNTITLED, TITLE, (0.0, 10.0));
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Section(text) => {
                self.in_section = true;
                self.heading(2, text, SECTION, (20.0, 5.0));
            }
            Block::Subsection(text) => {
                let level = if self.in_section { 3 } else { 2 };
                self.heading(level, text, SUBSECTION, (13.0, 3.0));
            }
            Block::Paragraph(text) => self.paragraphs(text, BODY),
            Block::Note(text) => self.paragraphs(text, NOTE),
            Block::Marked { label, text } => self.marked(label, text),
            Block::Items(items) => {
                self.list(items.iter().map(|item| ("•".to_owned(), item)), ListNumbering::Disc);
            }
            Block::Numbered(items) => {
                let numbered = items.iter().enumerate().map(|(at, item)| (format!("{}.", at + 1), item));
                self.list(numbered, ListNumbering::Decimal);
            }
            Block::Facts(facts) => self.facts(facts),
            Block::Table(table) => match Laid::new(table, self.faces, self.tree) {
                Some(table) => self.flows.push(Flow::Table(table)),
                None => self.paragraphs(&table.caption, BODY),
            },
            Block::Signatures(names) => self.signatures(names),
            Block::PageBreak => self.flows.push(Flow::NewPage),
        }
    }

    fn wrap(&mut self, text: &str, style: Style, width: f32) -> Vec<Line> {
        wrap(self.faces.get_mut(style.weight), text, width / style.size)
    }

    /// Lines over the whole width; nothing when there is nothing to see.
    fn lines(&mut self, text: &str, style: Style, tag: impl Into<TagKind>) -> Option<Lines> {
        let lines = self.wrap(text, style, WIDTH);
        (!lines.is_empty()).then(|| plain(lines, style, LEFT, self.tree.add(Tree::ROOT, tag)))
    }

    fn heading(&mut self, level: u8, text: &str, style: Style, (before, after): (f32, f32)) {
        let title = super::short(text);
        let tag = Tag::Hn(std::num::NonZeroU16::from(super::level(level)), Some(title.clone()));
        if let Some(mut lines) = self.lines(text, style, tag) {
            (lines.before, lines.after) = (before, after);
            lines.keeps_next = true;
            lines.heading = Some((level, title));
            self.flows.push(Flow::Lines(lines));
        }
    }

    fn paragraphs(&mut self, text: &str, style: Style) {
        for paragraph in super::super::paragraphs(text) {
            if let Some(mut lines) = self.lines(&paragraph, style, Tag::P) {
                lines.after = 0.55 * style.leading;
                self.flows.push(Flow::Lines(lines));
            }
        }
    }

    fn marked(&mut self, label: &str, text: &str) {
        let width = WIDTH - MARGIN - 8.0;
        let mut parts = vec![(self.wrap(label, MARK, width), MARK)];
        for paragraph in super::super::paragraphs(text) {
            parts.push((self.wrap(&paragraph, BODY, width), BODY));
        }
        parts.retain(|(lines, _)| !lines.is_empty());
        if parts.is_empty() {
            return;
        }
        let group = self.tree.add(Tree::ROOT, Tag::Div);
        let last = parts.len() - 1;
        for (index, (lines, style)) in parts.into_iter().enumerate() {
            let paragraph = self.tree.add(group, Tag::P);
            let mut lines = plain(lines, style, LEFT + MARGIN, paragraph);
            lines.keeps_next = index < last && style == MARK;
            lines.before = if index == 0 { 8.0 } else { 0.0 };
            lines.after = if index == last { 10.0 } else { 0.0 };
            lines.edge =
                Some(Edge { above: if index == 0 { 6.0 } else { 0.0 }, below: if index == last { 7.0 } else { 2.0 } });
            self.flows.push(Flow::Lines(lines));
        }
    }

    fn list<'t>(&mut self, items: impl Iterator<Item = (String, &'t String)>, numbering: ListNumbering) {
        let items: Vec<(String, &String)> = items.collect();
        let marks: Vec<Vec<Line>> = items.iter().map(|(mark, _)| self.wrap(mark, MARK, WIDTH)).collect();
        let widest = marks.iter().flatten().map(|line| line.width * MARK.size).fold(0.0, f32::max);
        let indent = INDENT.max(widest + 6.0);
        let mut list = None;
        let mut flows = Vec::new();
        for (mark, (_, text)) in marks.into_iter().zip(items) {
            let lines = self.wrap(text, BODY, WIDTH - indent);
            if lines.is_empty() {
                continue;
            }
            let list = *list.get_or_insert_with(|| self.tree.add(Tree::ROOT, Tag::L(numbering)));
            let item = self.tree.add(list, Tag::LI);
            let label = self.tree.add(item, Tag::Lbl);
            let body = self.tree.add(item, Tag::LBody);
            let mut lines = plain(lines, BODY, LEFT + indent, body);
            lines.beside = Some(Beside { lines: mark, style: MARK, x: LEFT + 1.0, element: label });
            lines.after = 3.0;
            flows.push(lines);
        }
        self.push_list(flows);
    }

    fn facts(&mut self, facts: &[(String, String)]) {
        let most = 0.36 * WIDTH;
        let labels: Vec<Vec<Line>> = facts.iter().map(|(label, _)| self.wrap(label, BODY_QUIET, most)).collect();
        let widest = labels.iter().flatten().map(|line| line.width * BODY.size).fold(0.0, f32::max);
        let indent = if widest > 0.0 { widest + 16.0 } else { 0.0 };
        let mut list = None;
        let mut flows = Vec::new();
        for (label, (_, value)) in labels.into_iter().zip(facts) {
            let value = self.wrap(value, BODY, WIDTH - indent);
            if label.is_empty() && value.is_empty() {
                continue;
            }
            let list = *list.get_or_insert_with(|| self.tree.add(Tree::ROOT, Tag::L(ListNumbering::None)));
            let item = self.tree.add(list, Tag::LI);
            let label_element = self.tree.add(item, Tag::Lbl);
            let body = self.tree.add(item, Tag::LBody);
            let mut lines = plain(value, BODY, LEFT + indent, body);
            lines.beside = Some(Beside { lines: label, style: BODY_QUIET, x: LEFT, element: label_element });
            lines.after = 2.5;
            flows.push(lines);
        }
        self.push_list(flows);
    }

    fn push_list(&mut self, mut flows: Vec<Lines>) {
        if let Some(last) = flows.last_mut() {
            last.after = 0.55 * BODY.leading;
        }
        self.flows.extend(flows.into_iter().map(Flow::Lines));
    }

    fn signatures(&mut self, names: &[String]) {
        for pair in names.chunks(2) {
            let mut places = Vec::new();
            for name in pair {
                let lines = self.wrap(name, BODY_BOLD, SIGNATURE_WIDTH - 20.0);
                places.push((self.tree.add(Tree::ROOT, Tag::P), lines));
            }
            self.flows.push(Flow::Signatures(places));
        }
    }
}

const SIGNATURE_WIDTH: f32 = (WIDTH - GUTTER) / 2.0;

fn plain(lines: Vec<Line>, style: Style, x: f32, element: Element) -> Lines {
    Lines {
        lines,
        style,
        x,
        element,
        beside: None,
        before: 0.0,
        after: 0.0,
        keeps_next: false,
        edge: None,
        heading: None,
    }
}

fn height(places: &[(Element, Vec<Line>)]) -> f32 {
    let lines = places.iter().map(|(_, lines)| lines.len()).max().unwrap_or_default();
    lines.min(MOST_LINES) as f32 * BODY_BOLD.leading + SIGNATURE
}

/// Of a name above the place to sign; what is longer is not a name.
const MOST_LINES: usize = 12;

fn sign(places: Vec<(Element, Vec<Line>)>, pages: &mut Pages) {
    let height = height(&places);
    pages.begin(SIGNATURE_BEFORE, height);
    let y = pages.y;
    for (index, (element, lines)) in places.into_iter().enumerate() {
        let x = LEFT + index as f32 * (SIGNATURE_WIDTH + GUTTER);
        frame(x, y, height, pages);
        for (index, line) in lines.into_iter().take(MOST_LINES).enumerate() {
            let top = y + 7.0 + index as f32 * BODY_BOLD.leading;
            pages.text(x + 10.0, top, line, BODY_BOLD, Some(element));
        }
    }
    pages.y += height;
    pages.end(12.0);
}

fn frame(x: f32, y: f32, height: f32, pages: &mut Pages) {
    let (width, ink) = (SIGNATURE_WIDTH, Ink::Hairline);
    for (y, height) in [(y, HAIRLINE), (y + height - HAIRLINE, HAIRLINE)] {
        pages.surface(Surface { x, y, width, height, ink });
    }
    for x in [x, x + width - HAIRLINE] {
        pages.surface(Surface { x, y, width: HAIRLINE, height, ink });
    }
}
