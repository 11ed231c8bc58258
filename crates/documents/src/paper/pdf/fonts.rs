//! The two fonts and what they can draw; words as glyphs, each shaped once.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::LazyLock;

use harfrust::{Direction, FontRef, GlyphBuffer, ShapeOptions, Shaper, ShaperData, UnicodeBuffer};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use read_fonts::TableProvider;
use read_fonts::tables::cmap::CmapSubtable;

use super::super::PaperError;

/// Drawn for a character that the font lacks; who copies or listens still gets the character.
const UNKNOWN: char = '□';

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Weight {
    Regular,
    Bold,
}

impl Weight {
    fn data(self) -> &'static [u8] {
        match self {
            Weight::Regular => ttf_noto_sans::REGULAR,
            Weight::Bold => ttf_noto_sans::BOLD,
        }
    }
}

/// Glyphs that are never separated, unless the line is too short for them. Lengths are in ems.
#[derive(Debug)]
pub struct Word {
    /// What is drawn.
    pub text: Box<str>,
    /// Their ranges are in `text`.
    pub glyphs: Vec<KrillaGlyph>,
    pub width: f32,
    /// What was written, where something else is drawn: characters, each with its place in `text`.
    pub written: Vec<(usize, char)>,
}

impl Word {
    /// The largest start that is at most so wide, but at least one cluster, and the rest; nothing when there would be
    /// no rest.
    pub fn split(&self, width: f32) -> Option<(Word, Word)> {
        let mut used = 0.0;
        let mut at = 0;
        for (index, glyph) in self.glyphs.iter().enumerate() {
            let starts_cluster =
                index > 0 && self.glyphs.get(index - 1).is_some_and(|last| last.text_range != glyph.text_range);
            if starts_cluster {
                if used <= width || at == 0 {
                    at = index;
                }
                if used > width {
                    break;
                }
            }
            used += glyph.x_advance;
        }
        if at == 0 {
            return None;
        }
        let (start, rest) = self.glyphs.split_at(at);
        let cut = rest.first()?.text_range.start;
        let (text, left) = self.text.split_at_checked(cut)?;
        let written = self.written.iter().partition(|(at, _)| *at < cut);
        let (first, second): (Vec<_>, Vec<_>) = written;
        Some((Word::new(text, start.to_vec(), first, 0), Word::new(left, rest.to_vec(), second, cut)))
    }

    /// The places of `glyphs` and `written` are in a text that starts so many bytes before this one.
    fn new(text: &str, mut glyphs: Vec<KrillaGlyph>, mut written: Vec<(usize, char)>, offset: usize) -> Word {
        for glyph in &mut glyphs {
            glyph.text_range = glyph.text_range.start - offset..glyph.text_range.end - offset;
        }
        for (at, _) in &mut written {
            *at -= offset;
        }
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        Word { text: text.into(), glyphs, width, written }
    }
}

/// One font.
pub struct Face {
    pub font: Font,
    shaper: Shaper<'static>,
    characters: CmapSubtable<'static>,
    words: HashMap<Box<str>, Option<Rc<Word>>>,
    /// Empty between two words; kept for its memory.
    buffer: Option<UnicodeBuffer>,
    pub space: Rc<Word>,
}

/// A font as harfrust reads it.
type Read = (FontRef<'static>, ShaperData);

/// Read once.
static FONTS: LazyLock<Result<[Read; 2], String>> = LazyLock::new(|| {
    let read = |weight: Weight| {
        let font = FontRef::new(weight.data()).map_err(|fault| format!("font: {fault}"))?;
        let shaper = ShaperData::new(&font);
        Ok::<Read, String>((font, shaper))
    };
    Ok([read(Weight::Regular)?, read(Weight::Bold)?])
});

/// Both fonts, with the words of one paper.
pub struct Faces {
    regular: Face,
    bold: Face,
}

impl Faces {
    pub fn new() -> Result<Faces, PaperError> {
        let [regular, bold] = FONTS.as_ref().map_err(|fault| PaperError::Pdf(fault.clone()))?;
        Ok(Faces { regular: Face::new(regular, Weight::Regular)?, bold: Face::new(bold, Weight::Bold)? })
    }

    pub fn get(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    pub fn get_mut(&mut self, weight: Weight) -> &mut Face {
        match weight {
            Weight::Regular => &mut self.regular,
            Weight::Bold => &mut self.bold,
        }
    }
}

impl Face {
    fn new((font, data): &'static Read, weight: Weight) -> Result<Face, PaperError> {
        let fault = |what: &str| PaperError::Pdf(format!("font: {what}"));
        let shaper = data.shaper(font).build();
        let characters =
            font.cmap().ok().and_then(|cmap| cmap.best_subtable()).ok_or_else(|| fault("no characters"))?;
        let mut face = Face {
            font: Font::new(weight.data().into(), 0).ok_or_else(|| fault("not readable"))?,
            shaper,
            characters: characters.2,
            words: HashMap::new(),
            buffer: None,
            space: Rc::new(Word::new("", Vec::new(), Vec::new(), 0)),
        };
        face.space = face.word(" ").ok_or_else(|| fault("no space"))?;
        Ok(face)
    }

    /// The glyphs of a text without line feeds, in composed form (NFC); nothing when none of it can be seen.
    pub fn word(&mut self, text: &str) -> Option<Rc<Word>> {
        if let Some(known) = self.words.get(text) {
            return known.clone();
        }
        let word = self.shape(text).map(Rc::new);
        self.words.insert(text.into(), word.clone());
        word
    }

    fn shape(&mut self, word: &str) -> Option<Word> {
        let mut buffer = self.buffer.take().unwrap_or_default();
        let mut text = String::with_capacity(word.len());
        let mut written = Vec::new();
        let mut last = 0;
        for c in word.chars().filter(|&c| !is_ignorable(c)) {
            // Characters of private use mean nothing elsewhere, and PDF/A refuses them.
            let c = if is_private(c) { UNKNOWN } else { c };
            if let Some(drawn) = self.drawn(c) {
                last = text.len();
                text.push(drawn);
                buffer.add(drawn, u32::try_from(last).unwrap_or(u32::MAX));
            }
            written.push((last, c));
        }
        if written.iter().map(|(_, c)| *c).eq(text.chars()) {
            written.clear();
        }
        buffer.guess_segment_properties();
        // What is written from right to left is not in the fonts.
        buffer.set_direction(Direction::LeftToRight);
        let shaped = self.shaper.shape(buffer, ShapeOptions::new());
        let word = self.word_of(&shaped, &text, written);
        self.buffer = Some(shaped.clear());
        word
    }

    fn word_of(&self, shaped: &GlyphBuffer, text: &str, written: Vec<(usize, char)>) -> Option<Word> {
        let em = |units: i32| units as f32 / self.shaper.units_per_em() as f32;
        let start = |cluster: u32| usize::try_from(cluster).unwrap_or(usize::MAX);
        let infos = shaped.glyph_infos();
        let mut glyphs = Vec::with_capacity(infos.len());
        for (index, (info, position)) in infos.iter().zip(shaped.glyph_positions()).enumerate() {
            let next = infos.get(index..)?.iter().find(|next| next.cluster != info.cluster);
            let range = start(info.cluster)..next.map_or(text.len(), |next| start(next.cluster));
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                em(position.x_advance),
                em(position.x_offset),
                em(position.y_offset),
                0.0,
                range,
                None,
            ));
        }
        (!glyphs.is_empty()).then(|| Word::new(text, glyphs, written, 0))
    }

    /// The character drawn for this one: itself, one that looks like it, or [`UNKNOWN`]; nothing for a mark that the
    /// font cannot set on a letter.
    fn drawn(&self, c: char) -> Option<char> {
        if self.has(c) {
            return Some(c);
        }
        let other = match c {
            '\u{2011}' => '-',
            '☐' | '⬜' | '❏' | '❑' => '□',
            '☑' | '☒' | '⬛' | '▣' => '■',
            '✓' | '✔' | '✅' => '√',
            '✗' | '✘' | '❌' => '×',
            '➔' | '➜' | '➡' | '⇒' | '➤' => '→',
            _ if c.is_whitespace() => '\u{A0}',
            _ if unicode_normalization::char::is_combining_mark(c) => return None,
            _ => UNKNOWN,
        };
        Some(if self.has(other) { other } else { UNKNOWN })
    }

    fn has(&self, c: char) -> bool {
        self.characters.map_codepoint(c).is_some_and(|glyph| glyph.to_u32() != 0)
    }
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}')
}

/// Characters that say how others are drawn (Unicode's `Default_Ignorable_Code_Point`).
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}
