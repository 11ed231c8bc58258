//! From the files to the acts.

use std::collections::HashMap;
use std::fmt::Display;
use std::ops::Range;

use directory::organisations::acts::{NewOrganisation, create as create_organisation};
use directory::organisations::model::Draft;
use directory::territories::acts::define_area;
use directory::territories::model::NewArea;
use directory::{Organisation, OrganisationKind, TerritoryCode, territories};
use governance::agreements::model::{AgreementKind, NewAgreement};
use governance::bodies::acts::{NewSeat, give_seat};
use governance::bodies::model::{
    Body, BodyForm, BodyFunction, Chair, CompositionRule, MandateKind, NewBody, VotingRule,
};
use governance::facts::Fact;
use governance::governances::acts::open;
use governance::governances::model::{IdentityDraft, NewGovernance};
use governance::members::acts::{Application, NewMandate};
use governance::members::model::{CoLead, College, Involvement, Member, MemberCategory, MemberState};
use governance::{Governance, agreements, bodies, facts, members};
use kernel::coded::Coded;
use kernel::{Context, Error, Id, PartialDate, Result};
use store::Tx;

use super::files::DemoFile;
use super::format::{self, Placed};
use super::origin::Origin;

/// Everything that later tables name by key.
#[derive(Default)]
pub(super) struct Known {
    pub(super) organisations: HashMap<String, Id<Organisation>>,
    pub(super) governances: HashMap<String, Id<Governance>>,
    /// The bodies of a governance by their keys.
    bodies: HashMap<Id<Governance>, HashMap<String, Id<Body>>>,
}

/// Reads a file's form, without its meaning.
pub(super) fn parse_only(file: &DemoFile) -> Result<()> {
    parse(file).map(|_| ())
}

fn parse(file: &DemoFile) -> Result<format::File> {
    toml::from_str(&file.content).map_err(|fault| refuse(file, fault.span().unwrap_or_default(), fault.message()))
}

/// « 30-vendee-grain.toml, ligne 12 : commune inconnue ».
fn refuse(file: &DemoFile, place: Range<usize>, what: impl Display) -> Error {
    let before = file.content.get(..place.start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    Error::Conflict(format!("{}, ligne {line} : {what}", file.name))
}

/// Loads the files in their order, then opens a governance in preparation for each département that no file speaks of.
pub(super) fn load(ctx: &Context<'_>, tx: &mut Tx<'_>, files: &[DemoFile]) -> Result<()> {
    let mut known = Known::default();
    for file in files {
        Loader { file, ctx }.load(tx, &mut known)?;
    }
    super::others::open_the_others(ctx, tx, &known)
}

pub(super) struct Loader<'a> {
    file: &'a DemoFile,
    pub(super) ctx: &'a Context<'a>,
}

impl Loader<'_> {
    fn load(&self, tx: &mut Tx<'_>, known: &mut Known) -> Result<()> {
        let content = parse(self.file)?;
        let origin = Origin::of(&content.source);
        for zone in &content.zone {
            self.zone(tx, zone, &origin)?;
        }
        for organisation in &content.organisation {
            let id = self.organisation(tx, organisation, &origin)?;
            if known.organisations.insert(organisation.key.get_ref().clone(), id).is_some() {
                return Err(self.refuse(organisation.key.span(), "cette clé de structure existe déjà"));
            }
        }
        for version in &content.framework {
            super::framework::publish(self, tx, version, &origin)?;
        }
        for governance in &content.governance {
            self.governance(tx, governance, &origin, known)?;
        }
        for meeting in &content.meeting {
            let Some(slug) = &meeting.governance else {
                return Err(self.refuse(meeting.title.span(), "il manque la gouvernance"));
            };
            let governance = self.known(&known.governances, slug, "gouvernance")?;
            let bodies = known.bodies.get(&governance).ok_or(Error::NotFound)?;
            super::meetings::load(self, tx, meeting, bodies, &origin)?;
        }
        for consultation in &content.consultation {
            super::votes::load(self, tx, consultation)?;
        }
        for election in &content.election {
            super::elections::load(self, tx, election)?;
        }
        for agenda in &content.agenda {
            super::agenda::load(self, tx, agenda, &origin)?;
        }
        for decisions in &content.decisions {
            super::decisions::load(self, tx, decisions)?;
        }
        for merge in &content.merge {
            super::merges::create(self, tx, merge, known)?;
        }
        for persona in &content.persona {
            super::personas::create(self, tx, persona, known)?;
        }
        Ok(())
    }

    pub(super) fn refuse(&self, place: Range<usize>, what: impl Display) -> Error {
        refuse(self.file, place, what)
    }

    /// Names the place when the act refuses; faults of the database pass as they are.
    pub(super) fn at<T>(&self, place: &Placed, outcome: Result<T>) -> Result<T> {
        outcome.map_err(|error| match error {
            Error::Invalid(_) | Error::Conflict(_) | Error::NotFound | Error::Duplicate(_) | Error::Forbidden(_) => {
                self.refuse(place.span(), error)
            }
            other => other,
        })
    }

    pub(super) fn code<T: Coded>(&self, placed: &Placed) -> Result<T> {
        T::from_code(placed.get_ref()).ok_or_else(|| {
            let choices: Vec<&str> = T::ALL.iter().map(|value| value.code()).collect();
            let typed = placed.get_ref();
            self.refuse(placed.span(), format!("« {typed} » n'est pas une valeur possible ({})", choices.join(", ")))
        })
    }

    /// An empty text is none.
    fn optional_code<T: Coded>(&self, placed: Option<&Placed>) -> Result<Option<T>> {
        placed.filter(|placed| !placed.get_ref().is_empty()).map(|placed| self.code(placed)).transpose()
    }

    pub(super) fn date(&self, placed: Option<&Placed>) -> Result<Option<PartialDate>> {
        placed
            .filter(|placed| !placed.get_ref().is_empty())
            .map(|placed| placed.get_ref().parse().map_err(|fault| self.refuse(placed.span(), fault)))
            .transpose()
    }

    /// A territory that exists.
    fn territory(&self, tx: &mut Tx<'_>, placed: &Placed) -> Result<TerritoryCode> {
        let code: TerritoryCode =
            placed.get_ref().parse().map_err(|fault: String| self.refuse(placed.span(), fault))?;
        match territories::store::find(tx, &code)? {
            Some(_) => Ok(code),
            None => Err(self.refuse(placed.span(), format!("territoire inconnu : {code}"))),
        }
    }

    fn territories(&self, tx: &mut Tx<'_>, codes: &[Placed]) -> Result<Vec<TerritoryCode>> {
        codes.iter().map(|code| self.territory(tx, code)).collect()
    }

    pub(super) fn known<T: Copy>(&self, map: &HashMap<String, T>, placed: &Placed, what: &str) -> Result<T> {
        let key = placed.get_ref();
        map.get(key).copied().ok_or_else(|| self.refuse(placed.span(), format!("{what} inconnue : « {key} »")))
    }

    fn zone(&self, tx: &mut Tx<'_>, zone: &format::Zone, origin: &Origin) -> Result<()> {
        let code = zone.code.get_ref().parse().map_err(|fault: String| self.refuse(zone.code.span(), fault))?;
        let area = NewArea {
            code,
            kind: self.code(&zone.kind)?,
            name: zone.name.clone(),
            within: self.territory(tx, &zone.within)?,
            parts: self.territories(tx, &zone.parts)?,
            provenance: origin.item(&zone.source, zone.fictitious)?,
        };
        self.at(&zone.code, define_area(self.ctx, tx, &area))
    }

    fn organisation(&self, tx: &mut Tx<'_>, item: &format::Organisation, origin: &Origin) -> Result<Id<Organisation>> {
        let seat = item.seat.as_ref().filter(|seat| !seat.get_ref().is_empty());
        let new = NewOrganisation {
            draft: Draft {
                name: item.name.clone(),
                siret: item.siret.clone(),
                rna: item.rna.clone(),
                ridet: item.ridet.clone(),
                website: item.website.clone(),
            },
            kind: self.code::<OrganisationKind>(&item.kind)?,
            seat: seat.map(|seat| self.territory(tx, seat)).transpose()?,
            provenance: origin.item(&item.source, item.fictitious)?,
            distinct: false,
        };
        self.at(&item.key, create_organisation(self.ctx, tx, &new))
    }

    fn governance(&self, tx: &mut Tx<'_>, item: &format::Governance, origin: &Origin, known: &mut Known) -> Result<()> {
        let parent = item.parent.as_ref().filter(|parent| !parent.get_ref().is_empty());
        let new = NewGovernance {
            slug: item.slug.get_ref().clone(),
            tier: self.code(&item.tier)?,
            identity: IdentityDraft {
                name: item.name.clone(),
                form: item.form.clone(),
                perimeter: item.perimeter.clone(),
                living_areas_note: item.living_areas_note.clone(),
                ideas: item.ideas.clone(),
                public_note: item.public_note.clone(),
                data_referent: item.data_referent.clone(),
            },
            territories: self.territories(tx, &item.territories)?,
            living_areas: self.territories(tx, &item.living_areas)?,
            parent: parent.map(|parent| self.known(&known.governances, parent, "gouvernance")).transpose()?,
            state: self.code(&item.state)?,
            state_since: self.date(item.state_since.as_ref())?,
            state_reason: item.state_reason.clone(),
            provenance: origin.item(&item.source, item.fictitious)?,
        };
        let id = self.at(&item.slug, open(self.ctx, tx, &new))?;
        known.governances.insert(item.slug.get_ref().clone(), id);

        let colleges = self.colleges(tx, id, item, origin)?;
        let members = self.members(tx, id, item, origin, known, &colleges)?;
        for mandate in &item.standing_mandate {
            let new = NewMandate {
                holder: self.known(&members, &mandate.holder, "structure membre")?,
                represented: self.known(&known.organisations, &mandate.from, "structure")?,
                since: self.date(mandate.since.as_ref())?,
                until: self.date(mandate.until.as_ref())?,
                note: mandate.note.clone(),
                provenance: origin.item(&mandate.source, mandate.fictitious)?,
            };
            self.at(&mandate.holder, members::acts::give_mandate(self.ctx, tx, &new))?;
        }
        let bodies = self.bodies(tx, id, item, origin, known, &colleges)?;
        for agreement in &item.agreement {
            self.agreement(tx, id, agreement, origin, known)?;
        }
        for fact in &item.fact {
            let new = Fact {
                topic: fact.topic.get_ref().clone(),
                value: fact.value.clone(),
                on: self.date(fact.on.as_ref())?,
                provenance: origin.item(&fact.source, fact.fictitious)?,
            };
            self.at(&fact.topic, facts::acts::note(self.ctx, tx, id, &new))?;
        }
        for meeting in &item.meeting {
            super::meetings::load(self, tx, meeting, &bodies, origin)?;
        }
        for declaration in &item.declaration {
            super::framework::declare(self, tx, id, declaration, origin)?;
        }
        known.bodies.insert(id, bodies);
        Ok(())
    }

    fn colleges(
        &self,
        tx: &mut Tx<'_>,
        id: Id<Governance>,
        item: &format::Governance,
        origin: &Origin,
    ) -> Result<HashMap<String, Id<College>>> {
        let mut colleges = HashMap::new();
        for college in &item.college {
            let provenance = origin.item(&college.source, college.fictitious)?;
            let created = members::acts::create_college(self.ctx, tx, id, &college.name, &college.note, &provenance);
            colleges.insert(college.key.get_ref().clone(), self.at(&college.key, created)?);
        }
        Ok(colleges)
    }

    fn members(
        &self,
        tx: &mut Tx<'_>,
        id: Id<Governance>,
        item: &format::Governance,
        origin: &Origin,
        known: &Known,
        colleges: &HashMap<String, Id<College>>,
    ) -> Result<HashMap<String, Id<Member>>> {
        let mut members = HashMap::new();
        for member in &item.member {
            let place = &member.organisation;
            let college = member.college.as_ref().filter(|college| !college.get_ref().is_empty());
            let application = Application {
                organisation: self.known(&known.organisations, place, "structure")?,
                category: self.code::<MemberCategory>(&member.category)?,
                college: college.map(|college| self.known(colleges, college, "collège")).transpose()?,
                involvement: self.code::<Involvement>(&member.involvement)?,
                note: member.note.clone(),
                provenance: origin.item(&member.source, member.fictitious)?,
            };
            let created = self.at(place, members::acts::apply(self.ctx, tx, id, &application))?;
            members.insert(place.get_ref().clone(), created);
            let state: MemberState = self.code(&member.state)?;
            if state != MemberState::Candidate {
                let since = self.date(member.since.as_ref())?;
                self.at(place, members::acts::admit(self.ctx, tx, created, since))?;
            }
            if let Some(co_lead) = self.optional_code::<CoLead>(member.co_lead.as_ref())? {
                let since = self.date(member.co_lead_since.as_ref())?;
                self.at(place, members::acts::set_co_lead(self.ctx, tx, created, co_lead, since))?;
            }
            if state == MemberState::Withdrawn {
                let until = self.date(member.until.as_ref())?;
                self.at(place, members::acts::withdraw(self.ctx, tx, created, until))?;
            }
        }
        Ok(members)
    }

    fn bodies(
        &self,
        tx: &mut Tx<'_>,
        id: Id<Governance>,
        item: &format::Governance,
        origin: &Origin,
        known: &Known,
        colleges: &HashMap<String, Id<College>>,
    ) -> Result<HashMap<String, Id<Body>>> {
        let mut created: HashMap<String, Id<Body>> = HashMap::new();
        for body in &item.body {
            let rules = body.composed_of.iter().map(|rule| self.rule(rule, known, colleges)).collect::<Result<_>>()?;
            let functions = body.functions.iter().map(|code| self.code::<BodyFunction>(code)).collect::<Result<_>>()?;
            let parent = body.parent.as_ref().filter(|parent| !parent.get_ref().is_empty());
            let new = NewBody {
                name: body.name.clone(),
                form: self.code::<BodyForm>(&body.form)?,
                functions,
                parent: parent.map(|parent| self.known(&created, parent, "instance")).transpose()?,
                declared: body.declared,
                upcoming: body.upcoming,
                meetings_min: body.meetings_min,
                meetings_max: body.meetings_max,
                missions: body.missions.clone(),
                composition: body.composition.clone(),
                rules,
                voting_rule: self
                    .optional_code::<VotingRule>(body.voting_rule.as_ref())?
                    .unwrap_or(VotingRule::OnePerStructure),
                college_votes: self.votes(body, colleges)?,
                note: body.note.clone(),
                provenance: origin.item(&body.source, body.fictitious)?,
            };
            let body_id = self.at(&body.key, bodies::acts::create(self.ctx, tx, id, &new))?;
            created.insert(body.key.get_ref().clone(), body_id);
            for seat in &body.seat {
                let holder = seat.holder.as_ref().filter(|holder| !holder.get_ref().is_empty());
                let new = NewSeat {
                    organisation: holder
                        .map(|holder| self.known(&known.organisations, holder, "structure"))
                        .transpose()?,
                    function: seat.person.clone(),
                    voting: seat.voting,
                    mandate: self.optional_code::<MandateKind>(seat.mandate.as_ref())?,
                    chair: self.optional_code::<Chair>(seat.chair.as_ref())?,
                    seats: seat.count,
                    provenance: origin.item(&seat.source, seat.fictitious || body.fictitious)?,
                };
                self.at(holder.unwrap_or(&body.key), give_seat(self.ctx, tx, body_id, &new))?;
            }
        }
        Ok(created)
    }

    fn votes(&self, body: &format::Body, colleges: &HashMap<String, Id<College>>) -> Result<Vec<(Id<College>, i64)>> {
        let each = body.votes.iter().map(|(key, votes)| match colleges.get(key) {
            Some(college) => Ok((*college, *votes)),
            None => Err(self.refuse(body.key.span(), format!("collège inconnu : « {key} »"))),
        });
        each.collect()
    }

    /// `all`, `co_leads`, `category:…`, `college:…`, `member:…`.
    fn rule(&self, placed: &Placed, known: &Known, colleges: &HashMap<String, Id<College>>) -> Result<CompositionRule> {
        let unknown =
            || self.refuse(placed.span(), format!("règle de composition inconnue : « {} »", placed.get_ref()));
        match placed.get_ref().split_once(':') {
            None if placed.get_ref() == "all" => Ok(CompositionRule::All),
            None if placed.get_ref() == "co_leads" => Ok(CompositionRule::CoLeads),
            Some(("category", code)) => {
                MemberCategory::from_code(code).map(CompositionRule::Category).ok_or_else(unknown)
            }
            Some(("college", key)) => colleges.get(key).copied().map(CompositionRule::College).ok_or_else(unknown),
            Some(("member", key)) => {
                known.organisations.get(key).copied().map(CompositionRule::Member).ok_or_else(unknown)
            }
            _ => Err(unknown()),
        }
    }

    fn agreement(
        &self,
        tx: &mut Tx<'_>,
        id: Id<Governance>,
        item: &format::Agreement,
        origin: &Origin,
        known: &Known,
    ) -> Result<()> {
        let new = NewAgreement {
            kind: self.code::<AgreementKind>(&item.kind)?,
            title: item.title.clone(),
            signed_on: self.date(item.signed_on.as_ref())?,
            ends_on: self.date(item.ends_on.as_ref())?,
            text: item.text.clone(),
            commitments: item.commitments.clone(),
            file: None,
            provenance: origin.item(&item.source, item.fictitious)?,
        };
        let agreement = self.at(&item.key, agreements::acts::conclude(self.ctx, tx, id, &new))?;
        for signatory in &item.signatories {
            let organisation = self.known(&known.organisations, &signatory.organisation, "structure")?;
            let on = self.date(signatory.signed_on.as_ref())?;
            self.at(&signatory.organisation, agreements::acts::sign(self.ctx, tx, agreement, organisation, on))?;
        }
        Ok(())
    }
}
