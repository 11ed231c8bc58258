//! Tables: columns by their relative widths, headers again on each page, rows that go on on the next page when they
//! are too high for one.

use krilla::tagging::{TableHeaderScope, Tag};

use super::super::Table;
use super::fonts::Faces;
use super::lines::{Line, wrap};
use super::pages::{Pages, Surface};
use super::style::{CAPTION, CELL, HAIRLINE, HEAD, HEIGHT, Ink, LEFT, Style, WIDTH};
use super::tree::{Element, Tree};

const PADDING: f32 = 5.0;
const ABOVE: f32 = 4.0;
const BELOW: f32 = 4.5;
/// High enough to sign in: 12 mm.
const TALL: f32 = 34.0;
/// Rows higher than this part of a page are cut rather than moved to the next page.
const CUT_ABOVE: f32 = 0.35;
/// Where less is left, even those go to the next page: four lines.
const CUT_LEAST: f32 = 4.0 * CELL.leading + ABOVE + BELOW;

/// A table whose texts are broken into lines.
pub struct Laid {
    caption: Vec<Line>,
    caption_element: Option<Element>,
    columns: Vec<Column>,
    head: Row,
    rows: Vec<Row>,
    least: f32,
}

struct Column {
    x: f32,
    width: f32,
    /// All its cells are numbers.
    right: bool,
}

struct Row {
    cells: Vec<(Element, Vec<Line>)>,
}

impl Row {
    fn lines(&self) -> usize {
        self.cells.iter().map(|(_, lines)| lines.len()).max().unwrap_or_default()
    }

    fn height(&self, style: Style) -> f32 {
        self.lines() as f32 * style.leading + ABOVE + BELOW
    }
}

impl Laid {
    /// The space before.
    pub const BEFORE: f32 = 10.0;

    /// Nothing for a table without columns.
    pub fn new(table: &Table, faces: &mut Faces, tree: &mut Tree) -> Option<Laid> {
        let columns = columns(table);
        if columns.is_empty() {
            return None;
        }
        let element = tree.add(Tree::ROOT, Tag::Table);
        let caption = wrap(faces.get_mut(CAPTION.weight), &table.caption, WIDTH / CAPTION.size);
        let caption_element = (!caption.is_empty()).then(|| tree.add(element, Tag::Caption));
        let mut cell = |element, text: &str, column: &Column, style: Style| {
            let width = (column.width - 2.0 * PADDING).max(1.0);
            (element, wrap(faces.get_mut(style.weight), text, width / style.size))
        };
        // A THead needs a TBody (ISO 32000-1, table 337).
        let group = if table.rows.is_empty() { element } else { tree.add(element, Tag::THead) };
        let row = tree.add(group, Tag::TR);
        let cells = table.head.iter().zip(&columns).map(|(text, column)| {
            let header = tree.add(row, Tag::TH(TableHeaderScope::Column));
            cell(header, text, column, HEAD)
        });
        let head = Row { cells: cells.collect() };
        let mut rows = Vec::with_capacity(table.rows.len());
        if !table.rows.is_empty() {
            let body = tree.add(element, Tag::TBody);
            for texts in &table.rows {
                let row = tree.add(body, Tag::TR);
                let texts = texts.iter().map(String::as_str).chain(std::iter::repeat(""));
                let cells =
                    columns.iter().zip(texts).map(|(column, text)| cell(tree.add(row, Tag::TD), text, column, CELL));
                rows.push(Row { cells: cells.collect() });
            }
        }
        let least = if table.tall { TALL } else { 0.0 };
        Some(Laid { caption, caption_element, columns, head, rows, least })
    }

    /// The height that must be free to begin: the caption, the headers and the first row.
    pub fn start(&self) -> f32 {
        let caption = self.caption.len() as f32 * CAPTION.leading + 4.0;
        let first = self.rows.first().map_or(0.0, |row| match self.height(row) {
            height if height <= CUT_ABOVE * HEIGHT => height,
            _ => CUT_LEAST,
        });
        caption + self.head.height(HEAD) + first
    }

    pub fn place(self, pages: &mut Pages) {
        pages.begin(Laid::BEFORE, self.start());
        if !self.caption.is_empty() {
            for line in &self.caption {
                if pages.rest() < CAPTION.leading {
                    pages.next_page();
                }
                pages.text(LEFT, pages.y, line.clone(), CAPTION, self.caption_element);
                pages.y += CAPTION.leading;
            }
            pages.y += 4.0;
        }
        // Headers that leave no room for rows are not repeated.
        let repeats = self.head.height(HEAD) < CUT_ABOVE * HEIGHT;
        self.cut_row(&self.head, HEAD, false, pages);
        for row in &self.rows {
            let height = self.height(row);
            if height > pages.rest() && (height <= CUT_ABOVE * HEIGHT || pages.rest() < CUT_LEAST) {
                self.next_page(repeats, pages);
            }
            self.cut_row(row, CELL, repeats, pages);
        }
        pages.end(12.0);
    }

    fn height(&self, row: &Row) -> f32 {
        row.height(CELL).max(self.least)
    }

    fn next_page(&self, repeats: bool, pages: &mut Pages) {
        pages.next_page();
        if repeats {
            self.part(&self.head, HEAD, 0..self.head.lines(), true, pages);
        }
    }

    /// A row, on several pages when it is higher than what is left of this one.
    fn cut_row(&self, row: &Row, style: Style, repeats: bool, pages: &mut Pages) {
        let count = row.lines();
        let mut from = 0_usize;
        loop {
            let free = ((pages.rest() - ABOVE - BELOW) / style.leading).floor().max(1.0) as usize;
            let to = count.min(from.saturating_add(free));
            self.part(row, style, from..to, false, pages);
            if to >= count {
                break;
            }
            from = to;
            self.next_page(repeats, pages);
        }
    }

    /// Some lines of a row, with its rule. A repeated one is for the eye only.
    fn part(&self, row: &Row, style: Style, lines: std::ops::Range<usize>, repeated: bool, pages: &mut Pages) {
        let is_head = style == HEAD;
        let least = if is_head || lines.start > 0 { 0.0 } else { self.least };
        let height = (lines.len() as f32 * style.leading + ABOVE + BELOW).max(least);
        let (x, y) = (LEFT, pages.y);
        if is_head {
            pages.surface(Surface { x, y, width: WIDTH, height, ink: Ink::Tint });
        } else if self.least > 0.0 {
            for column in self.columns.iter().skip(1) {
                pages.surface(Surface { x: column.x, y, width: HAIRLINE, height, ink: Ink::Hairline });
            }
        }
        for ((element, texts), column) in row.cells.iter().zip(&self.columns) {
            // In the middle of a row that is higher than its texts.
            let shown = texts.len().saturating_sub(lines.start).min(lines.len()) as f32 * style.leading;
            let above = if least > 0.0 { ((height - shown) / 2.0).max(ABOVE) } else { ABOVE };
            for (index, line) in texts.iter().skip(lines.start).take(lines.len()).enumerate() {
                let top = y + above + index as f32 * style.leading;
                let space = column.width - 2.0 * PADDING - line.width * style.size;
                let x = column.x + PADDING + if column.right { space.max(0.0) } else { 0.0 };
                pages.text(x, top, line.clone(), style, (!repeated).then_some(*element));
            }
        }
        pages.y += height;
        let (rule, ink) = if is_head { (1.0, Ink::Green) } else { (HAIRLINE, Ink::Hairline) };
        pages.surface(Surface { x, y: pages.y - rule, width: WIDTH, height: rule, ink });
    }
}

fn columns(table: &Table) -> Vec<Column> {
    let mut x = LEFT;
    let column = |(index, share)| {
        let column = Column { x, width: WIDTH * share, right: table.is_numeric(index) };
        x += column.width;
        column
    };
    table.shares().into_iter().enumerate().map(column).collect()
}
