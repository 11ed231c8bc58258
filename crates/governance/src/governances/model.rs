//! What a governance is, and the life it may have.

use directory::TerritoryCode;
use kernel::{Errors, Id, PartialDate, Provenance, Result, coded, text};

coded! {
    /// The three tiers (source: recommendations of the national strategy, 2018).
    pub enum Tier {
        National = "national", "Échelon national";
        Intermediate = "intermediate", "Échelon départemental";
        Local = "local", "Échelon local";
    }
}

impl Tier {
    /// The tier of the governance above, if there has to be one of a certain tier.
    pub fn may_depend_on(self, parent: Self) -> bool {
        parent < self
    }
}

coded! {
    /// The life of a governance.
    pub enum State {
        Preparation = "preparation", "En préparation";
        Installed = "installed", "Installée";
        Suspended = "suspended", "Suspendue";
        Closed = "closed", "Close";
    }
}

impl State {
    /// In preparation → installed → suspended → closed; what is suspended may be installed again, what is closed
    /// stays closed, and a preparation may be given up.
    pub fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Preparation, Self::Installed | Self::Closed)
                | (Self::Installed, Self::Suspended | Self::Closed)
                | (Self::Suspended, Self::Installed | Self::Closed)
        )
    }
}

/// The identity of a governance as its page shows it.
#[derive(Clone, Debug)]
pub struct Governance {
    pub id: Id<Governance>,
    pub slug: String,
    pub tier: Tier,
    pub name: String,
    pub parent: Option<Id<Governance>>,
    pub state: State,
    pub state_since: Option<PartialDate>,
    pub state_reason: String,
    pub form: String,
    pub perimeter: String,
    pub living_areas_note: String,
    /// Three key ideas, or none.
    pub ideas: Vec<String>,
    pub public_note: String,
    /// A function, never a person's name.
    pub data_referent: String,
    pub member_count: i64,
    /// True when a local authority or a grouping co-leads with the préfecture: « co-portée ».
    pub co_led: bool,
    pub provenance: Provenance,
}

impl Governance {
    /// The identity sheet as its form shows it: name, form, perimeter, living areas, ideas (one a line), public note, data
    /// referent.
    pub fn sheet(&self) -> [String; 7] {
        [
            self.name.clone(),
            self.form.clone(),
            self.perimeter.clone(),
            self.living_areas_note.clone(),
            self.ideas.join("\n"),
            self.public_note.clone(),
            self.data_referent.clone(),
        ]
    }
}

/// What was typed of an identity sheet.
#[derive(Clone, Debug, Default)]
pub struct IdentityDraft {
    pub name: String,
    pub form: String,
    pub perimeter: String,
    pub living_areas_note: String,
    pub ideas: Vec<String>,
    pub public_note: String,
    pub data_referent: String,
}

/// An identity sheet, understood.
#[derive(Clone, Debug)]
pub struct Identity {
    pub name: String,
    pub form: String,
    pub perimeter: String,
    pub living_areas_note: String,
    pub ideas: Vec<String>,
    pub public_note: String,
    pub data_referent: String,
}

/// Longest key idea, in characters.
const IDEA_MAX: usize = 160;

impl IdentityDraft {
    /// All that is wrong at once, one message per field.
    pub fn parse(&self) -> Result<Identity> {
        let mut errors = Errors::default();
        let name = errors.check("name", text::line(&self.name, text::NAME_MAX));
        let mut line = |field, typed: &str, max| {
            errors.check(field, text::optional_line(typed, max)).flatten().unwrap_or_default()
        };
        let form = line("form", &self.form, 300);
        let perimeter = line("perimeter", &self.perimeter, 300);
        let living_areas_note = line("living_areas_note", &self.living_areas_note, 600);
        let data_referent = line("data_referent", &self.data_referent, text::NAME_MAX);
        let mut ideas = Vec::new();
        for idea in &self.ideas {
            ideas.extend(errors.check("ideas", text::optional_line(idea, IDEA_MAX)).flatten());
        }
        if !ideas.is_empty() && ideas.len() != 3 {
            errors.add("ideas", "Donnez trois idées clés, ou aucune.");
        }
        let public_note = errors.check("public_note", text::paragraphs(&self.public_note, text::NOTE_MAX));
        errors.into_result()?;
        Ok(Identity {
            name: name.unwrap_or_default(),
            form,
            perimeter,
            living_areas_note,
            ideas,
            public_note: public_note.flatten().unwrap_or_default(),
            data_referent,
        })
    }
}

/// A governance to open.
#[derive(Clone, Debug)]
pub struct NewGovernance {
    /// The part of its address; made from the name when empty.
    pub slug: String,
    pub tier: Tier,
    pub identity: IdentityDraft,
    pub territories: Vec<TerritoryCode>,
    pub living_areas: Vec<TerritoryCode>,
    pub parent: Option<Id<Governance>>,
    pub state: State,
    pub state_since: Option<PartialDate>,
    pub state_reason: String,
    pub provenance: Provenance,
}

/// One change in the life of a governance.
#[derive(Clone, Debug)]
pub struct StateChange {
    pub state: State,
    pub since: Option<PartialDate>,
    pub reason: String,
}

impl StateChange {
    /// « juillet 2023 », or that it is not known.
    pub fn when(&self) -> String {
        self.since.map_or_else(|| "Date non précisée".to_owned(), PartialDate::french)
    }
}

/// True for what may stand in an address: lower-case letters, digits, single hyphens.
pub fn is_slug(slug: &str) -> bool {
    (1..=80).contains(&slug.len()) && slug == text::slug(slug)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::coded::Coded as _;
    use proptest::prelude::*;

    #[test]
    fn the_life_of_a_governance() {
        use State::*;
        let allowed: Vec<(State, State)> = State::ALL
            .iter()
            .flat_map(|from| State::ALL.iter().map(move |to| (*from, *to)))
            .filter(|(from, to)| from.may_become(*to))
            .collect();
        assert_eq!(
            allowed,
            [
                (Preparation, Installed),
                (Preparation, Closed),
                (Installed, Suspended),
                (Installed, Closed),
                (Suspended, Installed),
                (Suspended, Closed),
            ]
        );
    }

    #[test]
    fn a_tier_depends_only_on_one_above() {
        assert!(Tier::Local.may_depend_on(Tier::Intermediate) && Tier::Local.may_depend_on(Tier::National));
        assert!(!Tier::Intermediate.may_depend_on(Tier::Intermediate) && !Tier::National.may_depend_on(Tier::Local));
    }

    #[test]
    fn two_key_ideas_are_not_three() {
        let draft = IdentityDraft { name: "x".into(), ideas: vec!["a".into(), "b".into()], ..Default::default() };
        let kernel::Error::Invalid(errors) = draft.parse().unwrap_err() else { panic!() };
        assert_eq!(errors.of("ideas"), Some("Donnez trois idées clés, ou aucune."));
    }

    proptest! {
        #[test]
        fn a_name_gives_an_address_or_nothing(name in "\\PC{1,40}") {
            let slug = text::slug(&name);
            prop_assert!(slug.is_empty() || slug.len() > 80 || is_slug(&slug));
        }
    }
}
