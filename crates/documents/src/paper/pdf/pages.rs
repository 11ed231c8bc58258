//! Lines put on pages.

use super::lines::Line;
use super::style::{BOTTOM, HEIGHT, Ink, LEFT, Style, TOP, WIDTH};
use super::tree::Element;

/// What stands at a place of a page. Lengths are in points from the top left corner.
#[derive(Debug)]
pub struct Text {
    pub x: f32,
    /// The baseline.
    pub y: f32,
    pub line: Line,
    pub style: Style,
    /// Nothing for what only the eye needs, such as a repeated header.
    pub element: Option<Element>,
}

/// A surface, a line being a thin one.
#[derive(Debug)]
pub struct Surface {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
    pub ink: Ink,
}

#[derive(Debug, Default)]
pub struct Page {
    pub surfaces: Vec<Surface>,
    pub texts: Vec<Text>,
}

#[derive(Debug)]
pub struct Bookmark {
    /// 1, 2 or 3.
    pub level: u8,
    pub title: String,
    /// From 0.
    pub page: usize,
    pub y: f32,
}

/// Lines of one style, one under the other.
#[derive(Debug)]
pub struct Lines {
    pub lines: Vec<Line>,
    pub style: Style,
    /// From the left of the page.
    pub x: f32,
    pub element: Element,
    /// A bullet, a number or a label beside the first line, or beside several.
    pub beside: Option<Beside>,
    /// Space before, but not at the top of a page; the larger of this one and the last one's `after` counts.
    pub before: f32,
    pub after: f32,
    /// Stands on the page of what follows.
    pub keeps_next: bool,
    /// On a tinted surface with a coloured edge.
    pub edge: Option<Edge>,
    pub heading: Option<(u8, String)>,
}

#[derive(Debug)]
pub struct Beside {
    pub lines: Vec<Line>,
    pub style: Style,
    pub x: f32,
    pub element: Element,
}

/// The tinted surface is this much higher than the lines.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    pub above: f32,
    pub below: f32,
}

impl Lines {
    pub fn count(&self) -> usize {
        self.lines.len().max(self.beside.as_ref().map_or(0, |beside| beside.lines.len()))
    }

    fn edges(&self) -> (f32, f32) {
        self.edge.map_or((0.0, 0.0), |edge| (edge.above, edge.below))
    }

    /// The height that must be free to begin; with what follows, where it stands with it.
    pub fn start(&self, next: Need) -> f32 {
        let (above, below) = self.edges();
        let count = self.count();
        let lines = if self.keeps_next || count <= 3 { count } else { 2 };
        let kept = if self.keeps_next { self.after.max(next.before) + next.height } else { 0.0 };
        above + below + lines as f32 * self.style.leading + kept
    }
}

/// The space before what comes next, and the height that it needs to begin.
#[derive(Clone, Copy, Debug, Default)]
pub struct Need {
    pub before: f32,
    pub height: f32,
}

/// The pages so far, and where the next line comes.
pub struct Pages {
    pub pages: Vec<Page>,
    pub bookmarks: Vec<Bookmark>,
    pub y: f32,
    /// Asked for by what came last.
    after: f32,
    page: Page,
}

impl Pages {
    pub fn new() -> Pages {
        Pages { pages: Vec::new(), bookmarks: Vec::new(), y: TOP, after: 0.0, page: Page::default() }
    }

    pub fn is_fresh(&self) -> bool {
        self.page.texts.is_empty() && self.page.surfaces.is_empty()
    }

    pub fn next_page(&mut self) {
        self.pages.push(std::mem::take(&mut self.page));
        self.y = TOP;
        self.after = 0.0;
    }

    pub fn finish(&mut self) {
        if !self.is_fresh() || self.pages.is_empty() {
            self.next_page();
        }
    }

    pub fn rest(&self) -> f32 {
        BOTTOM - self.y
    }

    /// Leaves the space asked for, and goes to the next page when less than `needed` is free on this one.
    pub fn begin(&mut self, before: f32, needed: f32) {
        let gap = if self.is_fresh() { 0.0 } else { before.max(self.after) };
        self.after = 0.0;
        self.y += gap;
        if !self.is_fresh() && self.rest() < needed.min(HEIGHT) {
            self.next_page();
        }
    }

    pub fn end(&mut self, after: f32) {
        self.after = after;
    }

    pub fn surface(&mut self, surface: Surface) {
        self.page.surfaces.push(surface);
    }

    /// Writes a line with its top at `top`. Its right end is at `x` when it is aligned there.
    pub fn text(&mut self, x: f32, top: f32, line: Line, style: Style, element: Option<Element>) {
        if !line.is_empty() {
            self.page.texts.push(Text { x, y: top + style.baseline(), line, style, element });
        }
    }

    /// Writes lines, on several pages where needed: never one alone at the foot or at the top. `next` is what
    /// follows.
    pub fn lines(&mut self, lines: Lines, next: Need) {
        self.begin(lines.before, lines.start(next));
        if let Some((level, title)) = &lines.heading {
            let bookmark = Bookmark { level: *level, title: title.clone(), page: self.pages.len(), y: self.y };
            self.bookmarks.push(bookmark);
        }
        let count = lines.count();
        let (above, below) = lines.edges();
        let Lines { style, x, element, edge, .. } = lines;
        let mut main = lines.lines.into_iter();
        let (mut beside, side) = match lines.beside {
            Some(beside) => (beside.lines.into_iter(), Some((beside.style, beside.x, beside.element))),
            None => (Vec::new().into_iter(), None),
        };
        let mut left = count;
        while left > 0 {
            let free = ((self.rest() - above - below) / style.leading).floor().max(0.0) as usize;
            let mut here = free.min(left);
            if here < left && left - here < 2 && here > 2 {
                here -= 1;
            }
            if here < left && here < 2 && !self.is_fresh() {
                self.next_page();
                continue;
            }
            let here = here.max(1);
            if edge.is_some() {
                self.edge(above + below + here as f32 * style.leading);
            }
            self.y += above;
            for _ in 0..here {
                if let (Some(line), Some((style, x, element))) = (beside.next(), side) {
                    self.text(x, self.y, line, style, Some(element));
                }
                if let Some(line) = main.next() {
                    self.text(x, self.y, line, style, Some(element));
                }
                self.y += style.leading;
            }
            self.y += below;
            left -= here;
            if left > 0 {
                self.next_page();
            }
        }
        self.end(lines.after);
    }

    /// A tinted surface with a green edge, from here down.
    fn edge(&mut self, height: f32) {
        let (x, y) = (LEFT, self.y);
        self.surface(Surface { x, y, width: WIDTH, height, ink: Ink::Tint });
        self.surface(Surface { x, y, width: 2.5, height, ink: Ink::Green });
    }
}
