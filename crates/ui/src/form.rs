//! Forms: a field with its label, hint, value and error, and the summary of errors above the form.
//!
//! A page builds its fields, marks them with the errors that the server found, and writes `{{ c::field(name) }}`;
//! what was typed comes back in `value`. The server's validation is the only truth: forms carry `novalidate`.

use askama::Template;
use askama::filters::HtmlSafe;

/// What a field asks for; decides the element, and the keyboard of a phone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Text,
    Search,
    Email,
    Telephone,
    Url,
    Password,
    /// Digits typed as text: amounts, counts, SIRET.
    Number,
    /// Typed as `12/03/2026`; no picker is needed.
    Date,
    Time,
    /// Several lines.
    Area,
    Select,
    Radio,
    Checkboxes,
    /// A single box; the label stands beside it.
    Checkbox,
    File,
    Hidden,
}

/// One answer among several (`Select`, `Radio`, `Checkboxes`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub hint: String,
    pub selected: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), ..Self::default() }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }
}

/// A field of a form. Empty strings mean « none ».
#[derive(Clone, Debug, Default, Template)]
#[template(path = "field.html")]
pub struct Field {
    pub kind: Kind,
    pub name: String,
    /// Of the element; `champ-{name}` unless two forms of a page share a name.
    pub id: String,
    pub label: String,
    pub hint: String,
    pub value: String,
    pub error: Option<String>,
    pub autocomplete: &'static str,
    pub inputmode: &'static str,
    pub required: bool,
    pub disabled: bool,
    pub maxlength: Option<u32>,
    /// Height of an `Area`, in lines.
    pub rows: u8,
    /// Types that a `File` accepts, as in HTML.
    pub accept: &'static str,
    pub choices: Vec<Choice>,
}

// Its template escapes what it writes.
impl HtmlSafe for Field {}

impl Field {
    pub fn new(kind: Kind, name: impl Into<String>, label: impl Into<String>) -> Self {
        let name = name.into();
        let (inputmode, hint) = match kind {
            Kind::Number => ("numeric", ""),
            Kind::Date => ("numeric", "Jour, mois, année. Exemple : 12/03/2026"),
            Kind::Time => ("numeric", "Exemple : 14:30"),
            _ => ("", ""),
        };
        let hint = hint.to_owned();
        let autocomplete = match kind {
            Kind::Email => "email",
            Kind::Telephone => "tel",
            Kind::Url => "url",
            Kind::Number | Kind::Date | Kind::Time | Kind::Search => "off",
            _ => "",
        };
        let id = format!("champ-{name}");
        Self { kind, name, id, label: label.into(), hint, inputmode, autocomplete, rows: 5, ..Self::default() }
    }

    pub fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Text, name, label)
    }

    pub fn area(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Area, name, label)
    }

    pub fn hidden(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(Kind::Hidden, name, "").value(value)
    }

    /// A field with given answers: `Kind::Select`, `Kind::Radio` or `Kind::Checkboxes`.
    pub fn choice(
        kind: Kind,
        name: impl Into<String>,
        label: impl Into<String>,
        choices: impl IntoIterator<Item = Choice>,
    ) -> Self {
        let mut field = Self::new(kind, name, label);
        field.choices = choices.into_iter().collect();
        field
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// What was typed, or the chosen answer.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }

    pub fn maxlength(mut self, characters: u32) -> Self {
        self.maxlength = Some(characters);
        self
    }

    pub fn rows(mut self, rows: u8) -> Self {
        self.rows = rows;
        self
    }

    /// A value of the HTML standard: `name`, `given-name`, `organization`, `street-address`, `off`…
    pub fn autocomplete(mut self, purpose: &'static str) -> Self {
        self.autocomplete = purpose;
        self
    }

    pub fn inputmode(mut self, keyboard: &'static str) -> Self {
        self.inputmode = keyboard;
        self
    }

    pub fn error(mut self, message: impl Into<String>) -> Self {
        self.error = Some(message.into());
        self
    }

    /// Takes the first message about this field, if there is one.
    pub fn check<F: AsRef<str>, M: AsRef<str>>(mut self, errors: &[(F, M)]) -> Self {
        let mine = errors.iter().find(|(field, _)| field.as_ref() == self.name);
        self.error = mine.map(|(_, message)| message.as_ref().to_owned());
        self
    }

    fn is_chosen(&self, choice: &Choice) -> bool {
        choice.selected || (!self.value.is_empty() && self.value == choice.value)
    }

    /// Optional fields say so: fewer marks than a star on each required one.
    fn says_optional(&self) -> bool {
        !self.required && !self.disabled && !matches!(self.kind, Kind::Search | Kind::Checkbox)
    }

    fn input_type(&self) -> &'static str {
        match self.kind {
            Kind::Search => "search",
            Kind::Email => "email",
            Kind::Telephone => "tel",
            Kind::Url => "url",
            Kind::Password => "password",
            Kind::File => "file",
            Kind::Hidden => "hidden",
            Kind::Checkbox | Kind::Checkboxes => "checkbox",
            Kind::Radio => "radio",
            _ => "text",
        }
    }

    fn is_group(&self) -> bool {
        matches!(self.kind, Kind::Radio | Kind::Checkboxes)
    }

    /// The identifiers of the hint and the error, for `aria-describedby`.
    fn described_by(&self) -> String {
        let hint = if self.hint.is_empty() { String::new() } else { format!("{}-aide", self.id) };
        let error = if self.error.is_some() { format!("{}-erreur", self.id) } else { String::new() };
        [hint, error].iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ")
    }
}

/// One line of the summary: where the error stands, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub field: String,
    pub message: String,
}

/// All errors of a form, with links to the fields; takes the focus when the page opens.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "error_summary.html")]
pub struct ErrorSummary {
    pub mistakes: Vec<Mistake>,
}

impl HtmlSafe for ErrorSummary {}

impl ErrorSummary {
    /// From pairs of a field's name and a message. An empty name is an error of the whole form.
    pub fn new<F: AsRef<str>, M: AsRef<str>>(errors: &[(F, M)]) -> Self {
        let mistake =
            |(field, message): &(F, M)| Mistake { field: field.as_ref().into(), message: message.as_ref().into() };
        Self { mistakes: errors.iter().map(mistake).collect() }
    }

    pub fn is_empty(&self) -> bool {
        self.mistakes.is_empty()
    }
}
