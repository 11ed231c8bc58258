//! Pages written by krilla.

use krilla::Document;
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface as Canvas;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag};

use super::super::PaperError;
use super::fonts::Faces;
use super::lines::{Drawn, single};
use super::pages::{Bookmark, Page, Surface};
use super::style::{FOOTER, FOOTER_RULE, HAIRLINE, Ink, LEFT, PAGE_HEIGHT, PAGE_WIDTH, SMALL, Style, WIDTH};
use super::tree::Tree;

/// Draws all pages with their footers, and fills the tree with what belongs to its elements.
pub fn pages(
    document: &mut Document,
    pages: &[Page],
    footer: &str,
    faces: &mut Faces,
    tree: &mut Tree,
) -> Result<(), PaperError> {
    let size = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT)
        .ok_or_else(|| PaperError::Pdf("the size of the page".to_owned()))?;
    for (index, content) in pages.iter().enumerate() {
        let number = format!("page\u{A0}{} sur {}", index + 1, pages.len());
        let number = single(faces.get_mut(SMALL.weight), &number, WIDTH / SMALL.size);
        let left = WIDTH - number.width * SMALL.size - 24.0;
        let footer = single(faces.get_mut(SMALL.weight), footer, left / SMALL.size);
        let mut page = document.start_page_with(size.clone());
        let mut canvas = page.surface();
        surfaces(&mut canvas, &content.surfaces);
        for text in &content.texts {
            let drawn = text.line.glyphs(&faces.get(text.style.weight).space);
            let tag = match text.element {
                Some(_) => ContentTag::Span(SpanTag::empty().with_actual_text(drawn.written.as_deref())),
                None => artifact(ArtifactType::PaginationOther),
            };
            let content = canvas.start_tagged(tag);
            glyphs(&mut canvas, (text.x, text.y), &drawn, text.style, faces);
            canvas.end_tagged();
            if let Some(element) = text.element {
                tree.draw(element, content);
            }
        }
        canvas.start_tagged(artifact(ArtifactType::Footer));
        let rule = Surface { x: LEFT, y: FOOTER_RULE, width: WIDTH, height: HAIRLINE, ink: Ink::Hairline };
        fill(&mut canvas, &rule);
        let space = &faces.get(SMALL.weight).space;
        glyphs(&mut canvas, (LEFT, FOOTER), &footer.glyphs(space), SMALL, faces);
        let x = LEFT + WIDTH - number.width * SMALL.size;
        glyphs(&mut canvas, (x, FOOTER), &number.glyphs(space), SMALL, faces);
        canvas.end_tagged();
        canvas.finish();
        page.finish();
    }
    Ok(())
}

fn artifact(kind: ArtifactType) -> ContentTag<'static> {
    ContentTag::Artifact(Artifact::with_kind(kind))
}

fn surfaces(canvas: &mut Canvas, surfaces: &[Surface]) {
    if surfaces.is_empty() {
        return;
    }
    canvas.start_tagged(artifact(ArtifactType::Layout));
    for surface in surfaces {
        fill(canvas, surface);
    }
    canvas.end_tagged();
}

fn ink(canvas: &mut Canvas, ink: Ink) {
    canvas.set_fill(Some(Fill { paint: ink.color().into(), ..Fill::default() }));
}

fn fill(canvas: &mut Canvas, surface: &Surface) {
    let Surface { x, y, width, height, .. } = *surface;
    let mut path = PathBuilder::new();
    if let Some(rectangle) = Rect::from_xywh(x, y, width, height) {
        path.push_rect(rectangle);
    }
    if let Some(path) = path.finish() {
        ink(canvas, surface.ink);
        canvas.draw_path(&path);
    }
}

fn glyphs(canvas: &mut Canvas, (x, y): (f32, f32), drawn: &Drawn, style: Style, faces: &Faces) {
    if !drawn.glyphs.is_empty() {
        ink(canvas, style.ink);
        let font = faces.get(style.weight).font.clone();
        canvas.draw_glyphs(Point::from_xy(x, y), &drawn.glyphs, font, &drawn.text, style.size, false);
    }
}

/// The bookmarks as a tree: sections under the title, subsections under their section.
pub fn outline(bookmarks: &[Bookmark]) -> Outline {
    let mut outline = Outline::new();
    // The branch that ends with the last bookmark.
    let mut open: Vec<(u8, OutlineNode)> = Vec::new();
    let close = |open: &mut Vec<(u8, OutlineNode)>, outline: &mut Outline, level: u8| {
        while open.last().is_some_and(|(last, _)| *last >= level) {
            let Some((_, node)) = open.pop() else { break };
            match open.last_mut() {
                Some((_, parent)) => parent.push_child(node),
                None => outline.push_child(node),
            }
        }
    };
    for bookmark in bookmarks {
        close(&mut open, &mut outline, bookmark.level);
        let destination = XyzDestination::new(bookmark.page, Point::from_xy(LEFT, bookmark.y));
        let node = OutlineNode::new(bookmark.title.clone(), destination).with_open(bookmark.level == 1);
        open.push((bookmark.level, node));
    }
    close(&mut open, &mut outline, 0);
    outline
}
