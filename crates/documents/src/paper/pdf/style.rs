//! How the pages look. Lengths are in points (1/72 inch).

use krilla::color::rgb;

use super::fonts::Weight;

/// A4.
pub const PAGE_WIDTH: f32 = 595.28;
pub const PAGE_HEIGHT: f32 = 841.89;
pub const LEFT: f32 = 62.0;
pub const TOP: f32 = 58.0;
/// Where the text ends.
pub const BOTTOM: f32 = 768.0;
/// The width of the text.
pub const WIDTH: f32 = PAGE_WIDTH - 2.0 * LEFT;
/// The height of the text.
pub const HEIGHT: f32 = BOTTOM - TOP;
/// The line above the footer, and the footer's baseline.
pub const FOOTER_RULE: f32 = 788.0;
pub const FOOTER: f32 = 801.0;

pub const HAIRLINE: f32 = 0.5;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ink {
    Text,
    Quiet,
    Green,
    /// A surface behind text.
    Tint,
    Hairline,
}

impl Ink {
    pub fn color(self) -> rgb::Color {
        // On white, the first three have a contrast of 14, 7.6 and 7.3; on the tint of 12.7, 6.9 and 6.6.
        match self {
            Ink::Text => rgb::Color::new(0x1c, 0x27, 0x33),
            Ink::Quiet => rgb::Color::new(0x4a, 0x55, 0x61),
            Ink::Green => rgb::Color::new(0x0f, 0x5e, 0x5a),
            Ink::Tint => rgb::Color::new(0xee, 0xf4, 0xf2),
            Ink::Hairline => rgb::Color::new(0xc4, 0xce, 0xcb),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    pub weight: Weight,
    pub size: f32,
    /// From one baseline to the next.
    pub leading: f32,
    pub ink: Ink,
}

impl Style {
    const fn new(weight: Weight, size: f32, leading: f32, ink: Ink) -> Style {
        Style { weight, size, leading, ink }
    }

    /// From the top of a line to its baseline: letters with an accent stand in the middle of the leading.
    pub fn baseline(&self) -> f32 {
        0.5 * self.leading + 0.36 * self.size
    }
}

pub const OVERLINE: Style = Style::new(Weight::Bold, 8.5, 12.0, Ink::Quiet);
pub const TITLE: Style = Style::new(Weight::Bold, 20.0, 26.0, Ink::Green);
pub const SECTION: Style = Style::new(Weight::Bold, 13.5, 18.0, Ink::Green);
pub const SUBSECTION: Style = Style::new(Weight::Bold, 11.0, 15.0, Ink::Text);
pub const BODY: Style = Style::new(Weight::Regular, 10.0, 14.5, Ink::Text);
pub const BODY_BOLD: Style = Style::new(Weight::Bold, 10.0, 14.5, Ink::Text);
pub const BODY_QUIET: Style = Style::new(Weight::Regular, 10.0, 14.5, Ink::Quiet);
pub const MARK: Style = Style::new(Weight::Bold, 10.0, 14.5, Ink::Green);
pub const NOTE: Style = Style::new(Weight::Regular, 8.5, 12.0, Ink::Quiet);
pub const CAPTION: Style = Style::new(Weight::Bold, 9.5, 13.0, Ink::Text);
pub const HEAD: Style = Style::new(Weight::Bold, 9.0, 12.5, Ink::Green);
pub const CELL: Style = Style::new(Weight::Regular, 9.0, 12.5, Ink::Text);
pub const SMALL: Style = Style::new(Weight::Regular, 8.0, 11.0, Ink::Quiet);
