//! The macros, called as a feature crate calls them: what they write, and that it is escaped.

use askama::Template;
use ui::form::{Choice, ErrorSummary, Field, Kind};

const HOSTILE: &str = "<script>\"'&";
const ESCAPED: &str = "&#60;script&#62;&#34;&#39;&#38;";

/// As `kernel::Provenance` shows itself to templates.
struct Origin {
    fictitious: bool,
    source: String,
}

impl Origin {
    fn is_fictitious(&self) -> bool {
        self.fictitious
    }

    fn note(&self) -> Option<&str> {
        (!self.source.is_empty()).then_some(self.source.as_str())
    }
}

/// One test a macro: `$times` is how often the hostile text has to come back escaped.
macro_rules! escapes {
    ($($test:ident, $times:literal, $call:literal;)*) => { $(
        #[test]
        fn $test() {
            #[derive(Template)]
            #[template(source = $call, ext = "html")]
            struct Sample { x: String }
            let html = Sample { x: HOSTILE.to_owned() }.render().unwrap();
            assert!(!html.contains("<script"), "raw text in {html}");
            assert_eq!(html.matches(ESCAPED).count(), $times, "{html}");
        }
    )* };
}

escapes! {
    heading, 3, "{% import \"components.html\" as c %}{% call c::heading(x, eyebrow=x, lead=x) %}b{% endcall %}";
    button, 3, "{% import \"components.html\" as c %}{{ c::button(x, name=x, value=x) }}";
    link_button, 2, "{% import \"components.html\" as c %}{{ c::link_button(x, x) }}";
    badge, 2, "{% import \"components.html\" as c %}{{ c::badge(x, x) }}";
    tag, 3, "{% import \"components.html\" as c %}{{ c::tag(x, x) }}{{ c::tag(x) }}";
    date, 2, "{% import \"components.html\" as c %}{{ c::date(x) }}";
    provenance, 3, "{% import \"components.html\" as c %}{{ c::provenance(x, x) }}{{ c::provenance(x) }}";
    alert, 1, "{% import \"components.html\" as c %}{% call c::alert(\"info\", x) %}b{% endcall %}";
    card, 3, "{% import \"components.html\" as c %}{% call c::card(x, x, detail=x) %}b{% endcall %}";
    tile, 4, "{% import \"components.html\" as c %}{{ c::tile(x, x, x, x) }}";
    tabs, 3, "{% import \"components.html\" as c %}{{ c::tabs(x, [(&x, &x, true)]) }}";
    table, 1, "{% import \"components.html\" as c %}{% call c::table(x, \"t\") %}b{% endcall %}";
    pagination, 4, "{% import \"components.html\" as c %}{{ c::pagination(1, 2, x, Some(&x), Some(&x)) }}";
    accordion, 1, "{% import \"components.html\" as c %}{% call c::accordion(x, open=true) %}b{% endcall %}";
    empty, 1, "{% import \"components.html\" as c %}{% call c::empty(x) %}b{% endcall %}";
    definitions, 2, "{% import \"components.html\" as c %}{{ c::definitions([(&x, &x)]) }}";
    territory_search, 2, "{% import \"components.html\" as c %}{{ c::territory_search(value=x, label=x) }}";
    form, 1, "{% import \"components.html\" as c %}{% call c::form(x) %}b{% endcall %}";
    filters, 2, "{% import \"components.html\" as c %}{% call c::filters(x, active=1, reset=x) %}b{% endcall %}";
    exports, 2, "{% import \"components.html\" as c %}{{ c::exports([(&x, &x)]) }}";
    timeline, 3, "{% import \"components.html\" as c %}{% call c::timeline(x) %}{% call c::moment(x, x) %}b{% endcall %}{% endcall %}";
    waiting, 2, "{% import \"components.html\" as c %}{% call c::waiting(x, due=x) %}b{% endcall %}";
    progress, 1, "{% import \"components.html\" as c %}{{ c::progress(x, 1, 2) }}";
    stepper, 2, "{% import \"components.html\" as c %}{{ c::stepper(x, 1, 2, x) }}";
    contents, 2, "{% import \"components.html\" as c %}{{ c::contents([(&x, &x)]) }}";
    paragraphs_filter, 0, "{{ x|ui::filters::paragraphs }}";
}

#[derive(Template)]
#[template(
    source = "{% import \"components.html\" as c %}{% call c::card(x) %}{{ c::badge(x) }}<b>kept</b>{% endcall %}",
    ext = "html"
)]
struct CallInCall<'a> {
    x: &'a str,
}

#[test]
fn what_stands_inside_a_call_is_the_pages_own_html() {
    let html = CallInCall { x: HOSTILE }.render().unwrap();
    assert!(html.contains("<b>kept</b>"));
    assert_eq!(html.matches(ESCAPED).count(), 2);
}

#[derive(Template)]
#[template(source = "{% import \"components.html\" as c %}{{ c::origin(one) }}|{{ c::origin(two) }}", ext = "html")]
struct Origins {
    one: Origin,
    two: Origin,
}

#[test]
fn the_origin_of_an_item_is_shown() {
    let one = Origin { fictitious: true, source: String::new() };
    let two = Origin { fictitious: false, source: HOSTILE.to_owned() };
    let html = Origins { one, two }.render().unwrap();
    let (fictitious, sourced) = html.split_once('|').unwrap();
    assert!(fictitious.contains("Exemple fictif"));
    assert!(sourced.contains(&format!("Source : {ESCAPED}")));
}

const KINDS: [Kind; 16] = [
    Kind::Text,
    Kind::Search,
    Kind::Email,
    Kind::Telephone,
    Kind::Url,
    Kind::Password,
    Kind::Number,
    Kind::Date,
    Kind::Time,
    Kind::Area,
    Kind::Select,
    Kind::Radio,
    Kind::Checkboxes,
    Kind::Checkbox,
    Kind::File,
    Kind::Hidden,
];

fn hostile_field(kind: Kind) -> Field {
    let choice = Choice::new(HOSTILE, HOSTILE).hint(HOSTILE);
    let field = Field::choice(kind, HOSTILE, HOSTILE, [choice]);
    field.id("f").hint(HOSTILE).value(HOSTILE).error(HOSTILE)
}

#[test]
fn every_kind_of_field_escapes_its_texts() {
    for kind in KINDS {
        let html = hostile_field(kind).to_string();
        assert!(!html.contains("<script"), "{kind:?}: {html}");
        assert!(html.contains(ESCAPED), "{kind:?}: {html}");
    }
}

#[test]
fn a_field_is_tied_to_its_label_its_hint_and_its_error() {
    for kind in KINDS.into_iter().filter(|kind| *kind != Kind::Hidden) {
        let html = hostile_field(kind).to_string();
        assert!(html.contains("aria-describedby=\"f-aide f-erreur\""), "{kind:?}: {html}");
        assert!(html.contains("id=\"f-aide\"") && html.contains("id=\"f-erreur\""), "{kind:?}: {html}");
        assert!(html.contains("for=\"f\"") && html.contains("id=\"f\""), "{kind:?}: {html}");
    }
}

#[test]
fn what_was_typed_comes_back_except_a_password() {
    assert!(Field::text("a", "A").value("typed").to_string().contains("value=\"typed\""));
    assert!(Field::area("a", "A").value("\nfirst line").to_string().contains(">\n\nfirst line</textarea>"));
    assert!(!Field::new(Kind::Password, "a", "A").value("typed").to_string().contains("typed"));
    let choices = [Choice::new("1", "Un"), Choice::new("2", "Deux")];
    let list = Field::choice(Kind::Select, "a", "A", choices).value("2").to_string();
    assert!(list.contains("<option value=\"2\" selected>"));
}

#[test]
fn optional_fields_say_so_and_required_ones_are_marked() {
    assert!(Field::text("a", "A").to_string().contains("(facultatif)"));
    let required = Field::text("a", "A").required().to_string();
    assert!(!required.contains("(facultatif)") && required.contains(" required"));
}

#[test]
fn the_summary_links_to_the_fields_and_takes_the_focus() {
    let errors = [("nom", HOSTILE), ("", "Recommencez.")];
    let html = ErrorSummary::new(&errors).to_string();
    assert!(html.contains(&format!("<a href=\"#champ-nom\">{ESCAPED}</a>")), "{html}");
    assert!(html.contains("<li>Recommencez.</li>") && html.contains("autofocus"), "{html}");
    assert!(html.contains("2 réponses sont à corriger"));
    assert_eq!(ErrorSummary::default().to_string(), "");
}

#[test]
fn a_field_takes_the_message_about_itself() {
    let errors = [("autre", "Non."), ("nom", "Écrivez un nom.")];
    assert_eq!(Field::text("nom", "Nom").check(&errors).error.as_deref(), Some("Écrivez un nom."));
    assert_eq!(Field::text("prenom", "Prénom").check(&errors).error, None);
}
