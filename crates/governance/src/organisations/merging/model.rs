//! What must be chosen before two organisations become one, and what a merge is once it is done.

use std::collections::BTreeMap;

use directory::{Organisation, OrganisationKind};
use jiff::civil::Date;
use kernel::coded::Coded as _;
use kernel::{Errors, Id, Result, coded};

use crate::Governance;
use crate::agreements::model::Agreement;
use crate::bodies::model::Body;
use crate::members::model::Member;

coded! {
    /// Which of two things stays.
    pub enum Choice {
        Kept = "kept", "Celle de la structure gardée";
        Duplicate = "duplicate", "Celle du doublon";
        Both = "both", "Les deux";
    }
}

/// What was answered, by the name of the question.
#[derive(Clone, Debug, Default)]
pub struct Choices(pub BTreeMap<String, Choice>);

impl Choices {
    pub fn of(&self, question: &str) -> Option<Choice> {
        self.0.get(question).copied()
    }
}

/// One field of the identity, on both sides.
#[derive(Clone, Debug)]
pub struct FieldPair {
    /// The column.
    pub column: &'static str,
    pub label: &'static str,
    pub kept: Option<String>,
    pub duplicate: Option<String>,
    /// As people read them.
    pub kept_shown: String,
    pub duplicate_shown: String,
}

impl FieldPair {
    pub fn differ(&self) -> bool {
        self.kept != self.duplicate
    }

    pub fn question(&self) -> String {
        format!("valeur_{}", self.column)
    }

    /// What is known is worth more than nothing.
    pub fn suggested(&self) -> Choice {
        if self.kept.is_none() && self.duplicate.is_some() { Choice::Duplicate } else { Choice::Kept }
    }
}

/// The fields of the identity, in their order.
pub fn fields(kept: &Organisation, duplicate: &Organisation) -> Vec<FieldPair> {
    type Read = fn(&Organisation) -> Option<String>;
    let kind = |code: &str| OrganisationKind::from_code(code).map_or("", |kind| kind.label()).to_owned();
    let columns: [(&'static str, &'static str, Read); 7] = [
        ("name", "Nom", |one| Some(one.name.clone())),
        ("kind", "Nature", |one| Some(one.kind.code().to_owned())),
        ("siret", "SIRET", |one| one.siret.clone()),
        ("rna", "RNA", |one| one.rna.clone()),
        ("ridet", "RIDET", |one| one.ridet.clone()),
        ("seat", "Territoire du siège", |one| one.seat.as_ref().map(ToString::to_string)),
        ("website", "Site", |one| one.website.clone()),
    ];
    let shown = |column: &str, one: &Organisation, value: &Option<String>| match (column, value) {
        (_, None) => "Non renseigné".to_owned(),
        ("kind", Some(code)) => kind(code),
        ("seat", Some(code)) => one.seat_name.clone().unwrap_or_else(|| code.clone()),
        (_, Some(value)) => value.clone(),
    };
    let pair = |(column, label, read): (&'static str, &'static str, Read)| {
        let (left, right) = (read(kept), read(duplicate));
        let (kept_shown, duplicate_shown) = (shown(column, kept, &left), shown(column, duplicate, &right));
        FieldPair { column, label, kept: left, duplicate: right, kept_shown, duplicate_shown }
    };
    columns.into_iter().map(pair).collect()
}

/// Where both organisations stand.
#[derive(Clone, Copy, Debug)]
pub enum Meeting {
    Membership { governance: Id<Governance>, kept: Id<Member>, duplicate: Id<Member> },
    Signature { agreement: Id<Agreement> },
    Seats { body: Id<Body> },
}

/// Two things of which one stays (or both), and how each is told.
#[derive(Clone, Debug)]
pub struct Collision {
    pub meeting: Meeting,
    pub label: String,
    pub kept: String,
    pub duplicate: String,
    pub suggested: Choice,
}

impl Collision {
    pub fn question(&self) -> String {
        match self.meeting {
            Meeting::Membership { governance, .. } => format!("adhesion_{governance}"),
            Meeting::Signature { agreement } => format!("signature_{agreement}"),
            Meeting::Seats { body } => format!("sieges_{body}"),
        }
    }

    /// Two seats may stand beside each other; one is a member, or signs, once.
    pub fn allows(&self, choice: Choice) -> bool {
        choice != Choice::Both || matches!(self.meeting, Meeting::Seats { .. })
    }
}

/// Things of one kind that pass to the organisation that is kept.
#[derive(Clone, Debug)]
pub struct Passing {
    pub title: &'static str,
    pub items: Vec<String>,
}

/// Everything that a merge would do.
#[derive(Clone, Debug)]
pub struct Plan {
    pub kept: Organisation,
    pub duplicate: Organisation,
    /// Of both identities.
    pub versions: (i64, i64),
    pub fields: Vec<FieldPair>,
    pub collisions: Vec<Collision>,
    pub passing: Vec<Passing>,
    /// Standing mandates that have no meaning any more: an organisation does not represent itself, and has one
    /// representative in a governance. With how each is told.
    pub idle_mandates: Vec<(Id<crate::members::model::StandingMandate>, String)>,
}

impl Plan {
    /// What the comparison proposes.
    pub fn suggested(&self) -> Choices {
        let fields = self.fields.iter().filter(|pair| pair.differ()).map(|pair| (pair.question(), pair.suggested()));
        let collisions = self.collisions.iter().map(|one| (one.question(), one.suggested));
        Choices(fields.chain(collisions).collect())
    }

    /// All that was not answered, or not as the question allows.
    pub fn check(&self, choices: &Choices) -> Result<()> {
        let mut errors = Errors::default();
        for pair in self.fields.iter().filter(|pair| pair.differ()) {
            if !matches!(choices.of(&pair.question()), Some(Choice::Kept | Choice::Duplicate)) {
                errors.add(pair.question(), format!("{} : choisissez la valeur à garder.", pair.label));
            }
        }
        for one in &self.collisions {
            if !choices.of(&one.question()).is_some_and(|choice| one.allows(choice)) {
                errors.add(one.question(), format!("{} : choisissez ce qui reste.", one.label));
            }
        }
        errors.into_result()
    }
}

/// A merge that was done.
#[derive(Clone, Debug)]
pub struct Merge {
    pub id: Id<Merge>,
    pub number: i64,
    pub kept: Id<Organisation>,
    pub duplicate: Id<Organisation>,
    pub kept_name: String,
    pub duplicate_name: String,
    pub on: Date,
    pub undone_on: Option<Date>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Provenance;
    use proptest::prelude::*;

    fn organisation(name: &str, siret: Option<&str>) -> Organisation {
        Organisation {
            id: Id::from_uuid(uuid::Uuid::nil()),
            name: name.to_owned(),
            kind: OrganisationKind::Association,
            siret: siret.map(ToOwned::to_owned),
            rna: None,
            ridet: None,
            seat: None,
            seat_name: None,
            website: None,
            provenance: Provenance::entered(),
        }
    }

    fn plan(kept: Organisation, duplicate: Organisation) -> Plan {
        let fields = fields(&kept, &duplicate);
        Plan { kept, duplicate, versions: (1, 1), fields, collisions: vec![], passing: vec![], idle_mandates: vec![] }
    }

    #[test]
    fn only_what_differs_is_asked_and_the_known_is_proposed() {
        let plan = plan(organisation("Un", None), organisation("Un", Some("99900001100018")));
        let asked: Vec<_> = plan.suggested().0.into_iter().collect();
        assert_eq!(asked, [("valeur_siret".to_owned(), Choice::Duplicate)]);
        assert!(plan.check(&Choices::default()).is_err());
    }

    proptest! {
        #[test]
        fn what_is_proposed_is_always_a_whole_answer(left in "[a-c]{1,2}", right in "[a-c]{1,2}", first: bool, second: bool) {
            let number = |has: bool| has.then_some("99900001100018");
            let plan = plan(organisation(&left, number(first)), organisation(&right, number(second)));
            prop_assert!(plan.check(&plan.suggested()).is_ok());
        }
    }
}
