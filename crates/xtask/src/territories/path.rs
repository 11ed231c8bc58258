//! SVG path data: read into rings of points, and written back as short as the syntax allows.

/// A closed outline, in drawing units.
pub type Ring = Vec<(f64, f64)>;

/// Reads the `d` of an SVG path as closed rings. Curves become two straight segments: in the drawings that we read,
/// they are a few units long. Arcs and quadratic curves, which these drawings never use, are refused.
pub fn parse(d: &str) -> Result<Vec<Ring>, String> {
    let mut tokens = tokens(d)?.into_iter().peekable();
    let mut pen = Pen::default();
    let mut command = 'M';
    while let Some(token) = tokens.peek() {
        if let Token::Command(letter) = *token {
            command = letter;
            tokens.next();
        }
        let mut number = || match tokens.next() {
            Some(Token::Number(value)) => Ok(value),
            other => Err(format!("path: a number was expected after {command}, not {other:?}")),
        };
        let (x, y) = if command.is_ascii_lowercase() { pen.at } else { (0.0, 0.0) };
        match command.to_ascii_uppercase() {
            'Z' => pen.close(),
            'M' => {
                pen.close();
                pen.at = (x + number()?, y + number()?);
                command = if command == 'm' { 'l' } else { 'L' };
            }
            'L' => pen.line((x + number()?, y + number()?)),
            'H' => pen.line((x + number()?, pen.at.1)),
            'V' => pen.line((pen.at.0, y + number()?)),
            'C' => {
                let first = (x + number()?, y + number()?);
                let second = (x + number()?, y + number()?);
                pen.curve(first, second, (x + number()?, y + number()?));
            }
            'S' => {
                let first = pen.mirrored_control();
                let second = (x + number()?, y + number()?);
                pen.curve(first, second, (x + number()?, y + number()?));
            }
            other => return Err(format!("path: command {other} is not handled")),
        }
    }
    pen.close();
    Ok(pen.rings)
}

#[derive(Default)]
struct Pen {
    at: (f64, f64),
    /// The last control point of the curve that was just drawn, for the `s` command.
    control: Option<(f64, f64)>,
    ring: Ring,
    rings: Vec<Ring>,
}

impl Pen {
    fn line(&mut self, to: (f64, f64)) {
        if self.ring.is_empty() {
            self.ring.push(self.at);
        }
        self.ring.push(to);
        self.at = to;
        self.control = None;
    }

    fn curve(&mut self, first: (f64, f64), second: (f64, f64), to: (f64, f64)) {
        let half = |a: f64, b: f64, c: f64, d: f64| (a + 3.0 * b + 3.0 * c + d) / 8.0;
        let middle = (half(self.at.0, first.0, second.0, to.0), half(self.at.1, first.1, second.1, to.1));
        self.line(middle);
        self.line(to);
        self.control = Some(second);
    }

    fn mirrored_control(&self) -> (f64, f64) {
        self.control.map_or(self.at, |(x, y)| (2.0 * self.at.0 - x, 2.0 * self.at.1 - y))
    }

    fn close(&mut self) {
        if let Some(&start) = self.ring.first() {
            self.at = start;
            self.rings.push(std::mem::take(&mut self.ring));
        }
        self.control = None;
    }
}

#[derive(Clone, Copy, Debug)]
enum Token {
    Command(char),
    Number(f64),
}

/// Numbers may touch one another: `1-2` and `.5.5` are two numbers each.
fn tokens(d: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut rest = d.trim_start();
    while let Some(next) = rest.chars().next() {
        if next.is_ascii_alphabetic() {
            found.push(Token::Command(next));
            rest = rest.get(1..).unwrap_or("");
        } else {
            let mut dot = false;
            let end = rest
                .char_indices()
                .find(|&(at, c)| {
                    let second_dot = c == '.' && std::mem::replace(&mut dot, true);
                    second_dot || !(c.is_ascii_digit() || c == '.' || (at == 0 && c == '-'))
                })
                .map_or(rest.len(), |(at, _)| at);
            let (number, after) = rest.split_at(end);
            found.push(Token::Number(number.parse().map_err(|_| format!("path: unreadable number near {rest:.20}"))?));
            rest = after;
        }
        rest = rest.trim_start_matches([' ', ',', '\n']);
    }
    Ok(found)
}

/// Writes rings given in tenths of a unit, with relative commands and the fewest separators.
pub fn write(rings: &[Vec<(i32, i32)>]) -> String {
    let mut out = Writer::default();
    let mut start = (0, 0);
    for ring in rings {
        let mut points = ring.iter();
        let Some(&first) = points.next() else { continue };
        out.command('m', &[first.0 - start.0, first.1 - start.1]);
        // After `m`, pairs without a command are lines.
        out.last = 'l';
        start = first;
        let mut at = first;
        for &(x, y) in points {
            match (x - at.0, y - at.1) {
                (0, 0) => {}
                (dx, 0) => out.command('h', &[dx]),
                (0, dy) => out.command('v', &[dy]),
                (dx, dy) => out.command('l', &[dx, dy]),
            }
            at = (x, y);
        }
        out.command('z', &[]);
    }
    out.text
}

#[derive(Default)]
struct Writer {
    text: String,
    last: char,
}

impl Writer {
    fn command(&mut self, letter: char, tenths: &[i32]) {
        let mut bare = false;
        if letter != self.last {
            self.text.push(letter);
            self.last = letter;
            bare = true;
        }
        for &value in tenths {
            let number = decimal(value);
            let number = match number.strip_prefix("0.") {
                Some(fraction) => format!(".{fraction}"),
                None => number.replacen("-0.", "-.", 1),
            };
            let previous_has_dot = self
                .text
                .rsplit(|c: char| !c.is_ascii_digit() && c != '.')
                .next()
                .is_some_and(|last| last.contains('.'));
            let glued = bare || number.starts_with('-') || (number.starts_with('.') && previous_has_dot);
            if !glued {
                self.text.push(' ');
            }
            self.text.push_str(&number);
            bare = false;
        }
    }
}

/// Tenths as a decimal number: `125` gives `12.5`, `120` gives `12`.
pub fn decimal(tenths: i32) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, part) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    if part == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}
