//! French typography of numbers, dates and texts, as plain functions; the template filters call them.

/// Between groups of digits, and before `;:!?€%`: narrow no-break space.
pub const NARROW: char = '\u{202f}';

/// Groups the digits of a decimal number by three: `12500` gives « 12 500 », `-1234.5` gives « −1 234,5 ».
/// What is not a number comes back unchanged.
pub fn number_fr(number: &str) -> String {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("−", digits),
        None => ("", number),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(decimals) {
        return number.to_owned();
    }
    let mut out = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(NARROW);
        }
        out.push(digit);
    }
    if !decimals.is_empty() {
        out.push(',');
        out.push_str(decimals);
    }
    out
}

/// An amount in cents: `1250000` gives « 12 500 € », `1250050` gives « 12 500,50 € ».
pub fn euros_fr(cents: i64) -> String {
    let (whole, rest) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    let sign = if cents < 0 { "-" } else { "" };
    let number = if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest:02}") };
    format!("{}{NARROW}€", number_fr(&number))
}

/// A date that begins by `yyyy-mm-dd`: « 12 mars 2026 », « 1er mars 2026 ». Anything else comes back unchanged.
pub fn date_fr(iso: &str) -> String {
    let mut parts = iso.get(..10).unwrap_or("").splitn(3, '-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let month = month.and_then(|m| m.parse::<usize>().ok()).and_then(|m| kernel::time::MONTHS.get(m.checked_sub(1)?));
    match (year, month, day.and_then(|d| d.parse::<u8>().ok())) {
        (Some(year), Some(month), Some(1)) => format!("1er\u{a0}{month} {year}"),
        (Some(year), Some(month), Some(day)) => format!("{day}\u{a0}{month} {year}"),
        _ => iso.to_owned(),
    }
}

/// Escapes what HTML gives a meaning to, for text and quoted attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// Plain text with empty lines between paragraphs, as escaped `<p>…</p>`; a single line end becomes `<br>`.
pub fn paragraphs(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut out = String::with_capacity(text.len() + 16);
    let mut open = false;
    for line in text.lines().map(str::trim_end) {
        match (line.trim().is_empty(), open) {
            (true, true) => {
                out.push_str("</p>\n");
                open = false;
            }
            (true, false) => {}
            (false, true) => {
                out.push_str("<br>");
                out.push_str(&escape(line));
            }
            (false, false) => {
                out.push_str("<p>");
                out.push_str(&escape(line));
                open = true;
            }
        }
    }
    if open {
        out.push_str("</p>\n");
    }
    out
}
