//! What a new governance may start from: the models of `data/models/`, read once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use kernel::coded::Coded;
use kernel::{Error, Result};
use serde::Deserialize;

use crate::Tier;
use crate::bodies::model::{BodyForm, BodyFunction, VotingRule, frequency};
use crate::members::model::MemberCategory;

macro_rules! embed {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../../../data/models/", $name)))),+]
    };
}

const FILES: [(&str, &str); 8] = embed![
    "10-reference.toml",
    "12-reseau-local.toml",
    "14-libre.toml",
    "20-grain.toml",
    "30-fibre64.toml",
    "40-alpi.toml",
    "50-lot-et-garonne.toml",
    "60-aix-marseille.toml",
];

static MODELS: LazyLock<Result<Vec<Model>, String>> = LazyLock::new(|| {
    FILES.iter().map(|(name, content)| toml::from_str(content).map_err(|fault| format!("{name}: {fault}"))).collect()
});

/// Every model: the reference, the lightest ones, then the cases of the documents.
pub fn all() -> Result<&'static [Model]> {
    MODELS.as_deref().map_err(Error::internal)
}

/// The models that suit a tier.
pub fn of_tier(tier: Tier) -> Result<Vec<&'static Model>> {
    Ok(all()?.iter().filter(|model| model.tiers.contains(&Code(tier))).collect())
}

pub fn find(key: &str) -> Result<Option<&'static Model>> {
    Ok(all()?.iter().find(|model| model.key == key))
}

/// A value of a closed list, written by its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code<T>(pub T);

impl<'de, T: Coded> Deserialize<'de> for Code<T> {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> std::result::Result<Self, D::Error> {
        let code = String::deserialize(reader)?;
        T::from_code(&code).map(Self).ok_or_else(|| serde::de::Error::custom(format!("unknown code « {code} »")))
    }
}

/// Who sits by rule in a body of a model; a college by its key in the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seated {
    All,
    CoLeads,
    Category(MemberCategory),
    College(String),
}

impl<'de> Deserialize<'de> for Seated {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> std::result::Result<Self, D::Error> {
        let typed = String::deserialize(reader)?;
        let seated = match typed.split_once(':') {
            None if typed == "all" => Some(Self::All),
            None if typed == "co_leads" => Some(Self::CoLeads),
            Some(("category", code)) => MemberCategory::from_code(code).map(Self::Category),
            Some(("college", key)) => Some(Self::College(key.to_owned())),
            _ => None,
        };
        seated.ok_or_else(|| serde::de::Error::custom(format!("unknown composition « {typed} »")))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    pub key: String,
    pub title: String,
    pub summary: String,
    /// For whom.
    pub suits: String,
    /// What the identity sheet says of the form.
    pub form: String,
    pub tiers: Vec<Code<Tier>>,
    /// The document that it comes from, and where in it; empty for the blank page.
    pub document: String,
    pub place: String,
    #[serde(default, rename = "college")]
    pub colleges: Vec<ModelCollege>,
    #[serde(default, rename = "body")]
    pub bodies: Vec<ModelBody>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelCollege {
    pub key: String,
    pub name: String,
    #[serde(default)]
    pub note: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelBody {
    pub key: String,
    pub name: String,
    pub form: Code<BodyForm>,
    pub functions: Vec<Code<BodyFunction>>,
    pub meetings_min: Option<i64>,
    pub meetings_max: Option<i64>,
    pub missions: Vec<String>,
    pub composition: String,
    pub composed_of: Vec<Seated>,
    #[serde(default)]
    pub voting_rule: Option<Code<VotingRule>>,
    /// With `per_college`: the votes of each structure of a college, by the key of the college.
    #[serde(default)]
    pub votes: BTreeMap<String, i64>,
    #[serde(default)]
    pub declared: bool,
}

impl Model {
    /// The blank page comes from no document.
    pub fn source(&self) -> Option<String> {
        (!self.document.is_empty()).then(|| format!("{}, {}", self.document, self.place))
    }

    /// « 3 instances, 2 collèges »; nothing for the blank page.
    pub fn creates(&self) -> Option<String> {
        let several = |count: usize, one: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {one}s")),
        };
        let parts = [several(self.bodies.len(), "instance"), several(self.colleges.len(), "collège")];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

impl ModelBody {
    pub fn voting(&self) -> VotingRule {
        self.voting_rule.map_or(VotingRule::OnePerStructure, |code| code.0)
    }

    /// « Comité · Fonction stratégique · 1 à 2 fois par an · Une structure, une voix ».
    pub fn in_short(&self) -> String {
        let mut parts = vec![self.form.0.label().to_owned()];
        parts.extend(self.functions.iter().map(|function| function.0.label().to_owned()));
        parts.extend(frequency(self.meetings_min, self.meetings_max));
        parts.push(self.voting().label().to_owned());
        if self.declared {
            parts.push("Instance qui existe déjà, déclarée".to_owned());
        }
        parts.join(" · ")
    }

    /// The keys of the colleges that sit here, or that have votes of their own.
    pub fn colleges(&self) -> impl Iterator<Item = &str> {
        let seated = self.composed_of.iter().filter_map(|seated| match seated {
            Seated::College(key) => Some(key.as_str()),
            _ => None,
        });
        seated.chain(self.votes.keys().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_model_is_whole() {
        let models = all().unwrap();
        assert_eq!(models.len(), FILES.len());
        assert_eq!(models.first().map(|model| model.key.as_str()), Some("reference"));
        let keys: BTreeSet<_> = models.iter().map(|model| &model.key).collect();
        assert_eq!(keys.len(), models.len(), "a key stands once");
        for model in models {
            assert!(!model.tiers.is_empty(), "{} suits no tier", model.key);
            assert_eq!(model.document.is_empty(), model.bodies.is_empty(), "{} names its source", model.key);
            let bodies: BTreeSet<_> = model.bodies.iter().map(|body| &body.key).collect();
            assert_eq!(bodies.len(), model.bodies.len(), "{}: a body stands once", model.key);
            for body in &model.bodies {
                assert_eq!(body.voting() == VotingRule::PerCollege, !body.votes.is_empty(), "{}", body.key);
                for college in body.colleges() {
                    assert!(model.colleges.iter().any(|known| known.key == college), "{}: {college}", model.key);
                }
            }
        }
        assert!(of_tier(Tier::Local).unwrap().iter().any(|model| model.key == "reseau-local"));
        assert!(of_tier(Tier::Intermediate).unwrap().iter().all(|model| model.key != "reseau-local"));
    }
}
