//! The format of the demonstration files, as described in `data/demo/README.md`.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::meetings::Meeting;

/// A text with its place in the file, so that a refusal names the line.
pub type Placed = Spanned<String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub source: SourceOfFile,
    #[serde(default)]
    pub zone: Vec<Zone>,
    #[serde(default)]
    pub organisation: Vec<Organisation>,
    #[serde(default)]
    pub framework: Vec<Framework>,
    #[serde(default)]
    pub governance: Vec<Governance>,
    /// Meetings of governances of earlier files.
    #[serde(default)]
    pub meeting: Vec<Meeting>,
    #[serde(default)]
    pub agenda: Vec<super::agenda::AgendaOf>,
    /// Decisions of governances of earlier files.
    #[serde(default)]
    pub decisions: Vec<super::decisions::DecisionsOf>,
    #[serde(default)]
    pub consultation: Vec<super::votes::Consultation>,
    /// Elections whose call is open.
    #[serde(default)]
    pub election: Vec<super::elections::Call>,
    #[serde(default)]
    pub merge: Vec<Merge>,
    #[serde(default)]
    pub persona: Vec<Persona>,
}

/// Two organisations of this file or an earlier one that became one; fictitious.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    pub kept: Placed,
    pub duplicate: Placed,
}

/// Somebody whose place may be taken; always fictitious.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    pub name: Placed,
    pub function: String,
    pub email: String,
    pub organisation: Option<Placed>,
    /// What one sees from this place.
    pub sees: String,
    #[serde(default)]
    pub power: Vec<Power>,
    /// What waits for the next grouped message.
    #[serde(default)]
    pub news: Vec<Told>,
}

/// A piece of news for a persona.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    pub kind: Placed,
    pub title: String,
    #[serde(default)]
    pub text: String,
    /// An address of the site, from its first slash.
    pub path: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Power {
    pub role: Placed,
    /// The address of the governance; none for the platform.
    pub governance: Option<Placed>,
    /// The address of a body of it.
    pub body: Option<Placed>,
    /// A member of it, by its organisation.
    pub member: Option<Placed>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceOfFile {
    #[serde(default)]
    pub document: String,
    pub title: String,
    /// For the reader of the file; the dates that pages show are those of `load::DOCUMENTS`.
    #[serde(default)]
    #[allow(dead_code, reason = "checked to be there, not used")]
    pub date: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    pub code: Placed,
    pub kind: Placed,
    pub name: String,
    pub within: Placed,
    #[serde(default)]
    pub parts: Vec<Placed>,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub fictitious: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    pub key: Placed,
    pub name: String,
    pub kind: Placed,
    pub seat: Option<Placed>,
    #[serde(default)]
    pub siret: String,
    #[serde(default)]
    pub rna: String,
    #[serde(default)]
    pub ridet: String,
    #[serde(default)]
    pub website: String,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub fictitious: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Governance {
    pub slug: Placed,
    pub tier: Placed,
    pub name: String,
    pub territories: Vec<Placed>,
    #[serde(default)]
    pub living_areas: Vec<Placed>,
    pub parent: Option<Placed>,
    pub state: Placed,
    pub state_since: Option<Placed>,
    pub state_reason: String,
    #[serde(default)]
    pub form: String,
    #[serde(default)]
    pub perimeter: String,
    #[serde(default)]
    pub living_areas_note: String,
    #[serde(default)]
    pub ideas: Vec<String>,
    #[serde(default)]
    pub public_note: String,
    #[serde(default)]
    pub data_referent: String,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub fictitious: bool,
    #[serde(default)]
    pub college: Vec<College>,
    #[serde(default)]
    pub member: Vec<Member>,
    #[serde(default)]
    pub standing_mandate: Vec<StandingMandate>,
    #[serde(default)]
    pub body: Vec<Body>,
    #[serde(default)]
    pub agreement: Vec<Agreement>,
    #[serde(default)]
    pub fact: Vec<Fact>,
    #[serde(default)]
    pub declaration: Vec<Declaration>,
    #[serde(default)]
    pub meeting: Vec<Meeting>,
}

/// A version of the minimum framework: the criteria that it adds to the version before.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    #[serde(default)]
    pub introduction: String,
    #[serde(default)]
    pub changes: String,
    pub in_force_from: Placed,
    #[serde(default)]
    pub criterion: Vec<Criterion>,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub fictitious: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    pub title: Placed,
    #[serde(default)]
    pub explanation: String,
    /// What is counted; none: declared.
    #[serde(default)]
    pub measure: String,
    pub threshold: Option<i64>,
    pub valid_months: Option<i64>,
}

/// What a governance declares of a criterion.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    pub criterion: Placed,
    pub statement: String,
    #[serde(default)]
    pub link: String,
    pub on: Placed,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub fictitious: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct College {
    pub key: Placed,
    pub name: String,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub fictitious: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    pub organisation: Placed,
    pub category: Placed,
    pub college: Option<Placed>,
    pub state: Placed,
    pub since: Option<Placed>,
    pub until: Option<Placed>,
    pub involvement: Placed,
    pub co_lead: Option<Placed>,
    pub co_lead_since: Option<Placed>,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub fictitious: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandingMandate {
    pub holder: Placed,
    pub from: Placed,
    pub since: Option<Placed>,
    pub until: Option<Placed>,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub fictitious: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    pub key: Placed,
    pub name: String,
    pub form: Placed,
    #[serde(default)]
    pub functions: Vec<Placed>,
    pub meetings_min: Option<i64>,
    pub meetings_max: Option<i64>,
    #[serde(default)]
    pub missions: Vec<String>,
    #[serde(default)]
    pub composition: String,
    #[serde(default)]
    pub composed_of: Vec<Placed>,
    pub parent: Option<Placed>,
    pub voting_rule: Option<Placed>,
    /// With `per_college`: the votes of each structure of a college, by the key of the college.
    #[serde(default)]
    pub votes: BTreeMap<String, i64>,
    #[serde(default)]
    pub declared: bool,
    #[serde(default)]
    pub upcoming: bool,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub fictitious: bool,
    #[serde(default)]
    pub seat: Vec<Seat>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    pub holder: Option<Placed>,
    #[serde(default)]
    pub person: String,
    #[serde(default)]
    pub voting: bool,
    pub mandate: Option<Placed>,
    pub chair: Option<Placed>,
    #[serde(default = "one")]
    pub count: i64,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub fictitious: bool,
}

fn one() -> i64 {
    1
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    pub key: Placed,
    pub kind: Placed,
    pub title: String,
    pub signed_on: Option<Placed>,
    pub ends_on: Option<Placed>,
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub commitments: Vec<String>,
    #[serde(default)]
    pub signatories: Vec<Signatory>,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub fictitious: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signatory {
    pub organisation: Placed,
    pub signed_on: Option<Placed>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    pub topic: Placed,
    pub value: String,
    pub on: Option<Placed>,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub fictitious: bool,
}
