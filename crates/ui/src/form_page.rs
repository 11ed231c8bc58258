//! A page that is one form: the shape of most acts.

use askama::Template;

use crate::form::{ErrorSummary, Field};
use crate::page::{Crumb, Page, Section};

/// What somebody else changed since this form was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub label: String,
    pub now: String,
}

/// A page with one form. Build it with its fields and what was typed; [`FormPage::refused`] marks the errors.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "form_page.html")]
pub struct FormPage {
    title: String,
    eyebrow: String,
    lead: String,
    /// What the act is about, in the title of the window.
    about: String,
    trail: Vec<Crumb>,
    section: Section,
    action: String,
    button: String,
    danger: bool,
    fields: Vec<Field>,
    errors: ErrorSummary,
    notes: Vec<String>,
    ways: Vec<(String, String)>,
    links: Vec<(String, String)>,
    cancel: Option<String>,
    changes: Vec<Change>,
    files: bool,
}

impl FormPage {
    pub fn new(title: impl Into<String>, action: impl Into<String>, button: impl Into<String>) -> Self {
        Self { title: title.into(), action: action.into(), button: button.into(), ..Self::default() }
    }

    pub fn eyebrow(mut self, eyebrow: impl Into<String>) -> Self {
        self.eyebrow = eyebrow.into();
        self
    }

    /// One sentence below the title.
    pub fn lead(mut self, lead: impl Into<String>) -> Self {
        self.lead = lead.into();
        self
    }

    /// What the act is about (« MSA », « COPIL »): below the title, and in the title of the window, where pages of the same
    /// form would else be alike.
    pub fn about(mut self, about: impl Into<String>) -> Self {
        self.about = about.into();
        self.lead.clone_from(&self.about);
        self
    }

    pub fn trail(mut self, trail: Vec<Crumb>) -> Self {
        self.trail = trail;
        self
    }

    pub fn section(mut self, section: Section) -> Self {
        self.section = section;
        self
    }

    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    pub fn fields(mut self, fields: impl IntoIterator<Item = Field>) -> Self {
        self.fields.extend(fields);
        self
    }

    /// A paragraph between the title and the form.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// A link below the form.
    pub fn link(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.links.push((label.into(), href.into()));
        self
    }

    /// Another way to the same end, above the form: a button's label and address.
    pub fn way(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.ways.push((label.into(), href.into()));
        self
    }

    /// Where « Annuler » leads.
    pub fn cancel(mut self, href: impl Into<String>) -> Self {
        self.cancel = Some(href.into());
        self
    }

    /// The button destroys or withdraws something.
    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// The form sends files.
    pub fn with_files(mut self) -> Self {
        self.files = true;
        self
    }

    /// Marks the errors, beside the fields and above the form. What stands about no field of this form goes above only.
    pub fn refused<F: AsRef<str>, M: AsRef<str>>(mut self, errors: &[(F, M)]) -> Self {
        let of_fields = |field: &str| self.fields.iter().any(|known| known.name == field);
        let told: Vec<(String, String)> = errors
            .iter()
            .map(|(field, message)| {
                let field = if of_fields(field.as_ref()) { field.as_ref() } else { "" };
                (field.to_owned(), message.as_ref().to_owned())
            })
            .collect();
        self.errors = ErrorSummary::new(&told);
        self.fields = self.fields.into_iter().map(|field| field.check(errors)).collect();
        self
    }

    /// Shows what somebody else has changed meanwhile; what was typed stays in the fields, nothing was written.
    pub fn overtaken(mut self, changes: Vec<Change>) -> Self {
        self.changes = changes;
        self
    }
}

impl Page for FormPage {
    fn title(&self) -> String {
        let parts = [&self.title, &self.about, &self.eyebrow];
        let whole: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect();
        let whole = whole.join(" · ");
        if self.errors.is_empty() { whole } else { format!("Erreur : {whole}") }
    }
    fn trail(&self) -> Vec<Crumb> {
        self.trail.clone()
    }
    fn crumb(&self) -> String {
        self.title.clone()
    }
    fn section(&self) -> Section {
        self.section
    }
}
