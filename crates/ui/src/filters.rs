//! Filters for templates: `use ui::filters;` beside the page struct, then `{{ n|number_fr }}`.

use std::fmt::Display;

use askama::Values;
use askama::filters::Safe;

use crate::text;

/// `{{ 12500|number_fr }}` writes « 12 500 » with narrow no-break spaces.
#[askama::filter_fn]
pub fn number_fr(number: impl Display, _: &dyn Values) -> askama::Result<String> {
    Ok(text::number_fr(&number.to_string()))
}

/// `{{ cents|euros_fr }}`: an amount in cents as « 12 500 € ».
#[askama::filter_fn]
pub fn euros_fr(cents: impl Display, _: &dyn Values) -> askama::Result<String> {
    let shown = cents.to_string();
    Ok(shown.parse::<i64>().map(text::euros_fr).unwrap_or(shown))
}

/// `{{ date|date_fr }}`: what shows itself as `yyyy-mm-dd…`, as « 12 mars 2026 ».
#[askama::filter_fn]
pub fn date_fr(date: impl Display, _: &dyn Values) -> askama::Result<String> {
    Ok(text::date_fr(&date.to_string()))
}

/// `{{ text|paragraphs }}`: plain text as escaped paragraphs; no `|safe` needed.
#[askama::filter_fn]
pub fn paragraphs(plain: impl Display, _: &dyn Values) -> askama::Result<Safe<String>> {
    Ok(Safe(text::paragraphs(&plain.to_string())))
}
