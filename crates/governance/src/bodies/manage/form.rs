//! The form of a body: creating, changing.

use axum::extract::Path;
use http::StatusCode;
use kernel::coded::Coded as _;
use kernel::{Error, Errors, Id, Provenance, Result};
use ui::form::{Choice, Field, Kind};
use ui::form_page::{Change, FormPage};
use ui::page::Crumb;
use web::{Answer, Desk, Form, Params};

use super::{base, body, page_of};
use crate::bodies::changes;
use crate::bodies::model::{Body, BodyForm, BodyFunction, CompositionRule, NewBody, VotingRule};
use crate::bodies::votes::{self, CollegeVotes, VOTES, VOTES_FAULT};
use crate::bodies::{acts, store as reads};
use crate::forms;
use crate::governances::store::Head;
use crate::members::manage::governance;
use crate::members::model::{College, Member, MemberCategory, MemberState};
use crate::members::store as members;

pub(super) type Place = Path<(String, String)>;

/// What the form offers.
struct Offer {
    bodies: Vec<Body>,
    colleges: Vec<College>,
    members: Vec<Member>,
}

async fn offer(desk: &Desk, head: &Head) -> Result<Offer> {
    let id = head.id;
    desk.read(move |tx| {
        let admitted = members::Filter { state: Some(MemberState::Admitted), ..members::Filter::default() };
        Ok(Offer {
            bodies: reads::list(tx, id)?,
            colleges: members::colleges(tx, id)?,
            members: members::list(tx, id, &admitted)?,
        })
    })
    .await
}

/// What stands in the fields: as stored or as typed.
#[derive(Default)]
struct Shown {
    name: String,
    form: String,
    functions: Vec<String>,
    parent: String,
    declared: bool,
    upcoming: bool,
    meetings_min: String,
    meetings_max: String,
    missions: String,
    composition: String,
    /// `all`, `co_leads`, `category:…`, `college:…`, `member:…`.
    rules: Vec<String>,
    voting_rule: String,
    /// What stands beside each college of the governance, in their order.
    college_votes: Vec<(College, String)>,
    note: String,
}

/// The field with the votes of a college.
fn votes_field(college: &College) -> String {
    format!("voix-{}", college.id)
}

impl Shown {
    fn of(
        body: &Body,
        missions: &[String],
        rules: &[(String, String)],
        colleges: &[College],
        college_votes: &[CollegeVotes],
    ) -> Self {
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        let rule = |(rule, value): &(String, String)| match value.as_str() {
            "" => rule.clone(),
            value => format!("{rule}:{value}"),
        };
        Self {
            name: body.name.clone(),
            form: body.form.code().to_owned(),
            functions: body.functions.iter().map(|function| function.code().to_owned()).collect(),
            parent: body.parent.map(|id| id.to_string()).unwrap_or_default(),
            declared: body.declared,
            upcoming: body.upcoming,
            meetings_min: number(body.meetings_min),
            meetings_max: number(body.meetings_max),
            missions: missions.join("\n"),
            composition: body.composition.clone(),
            rules: rules.iter().map(rule).collect(),
            voting_rule: body.voting_rule.code().to_owned(),
            college_votes: beside(colleges, |college| {
                let given = college_votes.iter().find(|one| one.college == college.id);
                given.map(|one| one.votes.to_string()).unwrap_or_default()
            }),
            note: body.note.clone(),
        }
    }

    fn typed(form: &Params, colleges: &[College]) -> Self {
        let typed = |name: &str| form.typed(name).to_owned();
        let all = |name: &str| form.all(name).into_iter().map(ToOwned::to_owned).collect::<Vec<_>>();
        let rules = [all("rules"), all("categories"), all("colleges"), all("members")].concat();
        Self {
            name: typed("name"),
            form: typed("form"),
            functions: all("functions"),
            parent: typed("parent"),
            declared: form.ticked("declared"),
            upcoming: form.ticked("upcoming"),
            meetings_min: typed("meetings_min"),
            meetings_max: typed("meetings_max"),
            missions: typed("missions"),
            composition: typed("composition"),
            rules,
            voting_rule: typed("voting_rule"),
            college_votes: beside(colleges, |college| typed(&votes_field(college))),
            note: typed("note"),
        }
    }

    fn has(&self, rule: &str) -> bool {
        self.rules.iter().any(|one| one == rule)
    }

    fn read(&self) -> Result<NewBody> {
        let mut errors = Errors::default();
        let form: Option<BodyForm> = forms::coded(&mut errors, "form", &self.form);
        let voting_rule: Option<VotingRule> = forms::coded(&mut errors, "voting_rule", &self.voting_rule);
        let college_votes = match voting_rule {
            Some(VotingRule::PerCollege) => self.read_votes(&mut errors),
            _ => Vec::new(),
        };
        let functions = self.functions.iter().filter_map(|code| BodyFunction::from_code(code)).collect();
        let parent = match self.parent.trim() {
            "" => None,
            id => {
                let id = id.parse().ok();
                if id.is_none() {
                    errors.add("parent", "Choisissez une réponse dans la liste.");
                }
                id
            }
        };
        let meetings_min = forms::number(&mut errors, "meetings_min", &self.meetings_min);
        let meetings_max = forms::number(&mut errors, "meetings_max", &self.meetings_max);
        let rules: Option<Vec<_>> = self.rules.iter().map(|rule| composition(rule)).collect();
        if rules.is_none() {
            errors.add("rules", "Une règle de composition n'est pas reconnue.");
        }
        let new = NewBody {
            name: self.name.clone(),
            form: form.unwrap_or(BodyForm::Other),
            functions,
            parent,
            declared: self.declared,
            upcoming: self.upcoming,
            meetings_min,
            meetings_max,
            missions: self.missions.lines().map(ToOwned::to_owned).collect(),
            composition: self.composition.clone(),
            rules: rules.unwrap_or_default(),
            voting_rule: voting_rule.unwrap_or(VotingRule::OnePerStructure),
            college_votes,
            note: self.note.clone(),
            provenance: Provenance::entered(),
        };
        if let Err(Error::Invalid(faults)) = new.parse() {
            for fault in faults.iter() {
                errors.add(fault.field.clone(), fault.message.clone());
            }
        }
        errors.into_result()?;
        Ok(new)
    }

    /// The numbers that were typed: nothing beside a college is no number.
    fn read_votes(&self, errors: &mut Errors) -> Vec<(Id<College>, i64)> {
        let mut all = Vec::new();
        for (college, typed) in &self.college_votes {
            match typed.trim() {
                "" => {}
                typed => match typed.parse::<i64>().ok().filter(|votes| VOTES.contains(votes)) {
                    Some(votes) => all.push((college.id, votes)),
                    None => errors.add(votes_field(college), VOTES_FAULT),
                },
            }
        }
        all
    }
}

fn beside(colleges: &[College], value: impl Fn(&College) -> String) -> Vec<(College, String)> {
    colleges.iter().map(|college| (college.clone(), value(college))).collect()
}

fn composition(rule: &str) -> Option<CompositionRule> {
    Some(match rule.split_once(':') {
        None if rule == "all" => CompositionRule::All,
        None if rule == "co_leads" => CompositionRule::CoLeads,
        Some(("category", code)) => CompositionRule::Category(MemberCategory::from_code(code)?),
        Some(("college", id)) => CompositionRule::College(id.parse().ok()?),
        Some(("member", id)) => CompositionRule::Member(id.parse().ok()?),
        _ => return None,
    })
}

fn fields(page: FormPage, offer: &Offer, shown: &Shown, own: Option<&Body>) -> FormPage {
    let ticked = |yes: bool| if yes { "oui" } else { "" };
    let functions = BodyFunction::ALL.iter().map(|one| {
        Choice::new(one.code(), one.label()).selected(shown.functions.iter().any(|code| code == one.code()))
    });
    let parents =
        offer.bodies.iter().filter(|body| body.closed_on.is_none() && own.is_none_or(|own| own.id != body.id));
    let parents = parents.map(|body| {
        let id = body.id.to_string();
        let selected = id == shown.parent;
        Choice::new(id, &body.name).selected(selected)
    });
    let rule = |value: String, label: &str| {
        let selected = shown.has(&value);
        Choice::new(value, label).selected(selected)
    };
    let shared = [rule("all".to_owned(), "Tous les membres"), rule("co_leads".to_owned(), "Les co-porteurs")];
    let colleges: Vec<_> = offer.colleges.iter().map(|one| rule(format!("college:{}", one.id), &one.name)).collect();
    let categories = MemberCategory::ALL.iter().map(|one| rule(format!("category:{}", one.code()), one.label()));
    let one_by_one: Vec<_> =
        offer.members.iter().map(|one| rule(format!("member:{}", one.organisation), &one.name)).collect();
    let mut page = page
        .field(Field::text("name", "Nom de l'instance").maxlength(200).required().value(&shown.name))
        .field(Field::choice(Kind::Select, "form", "Forme", forms::choices::<BodyForm>(&shown.form)).required())
        .field(Field::choice(Kind::Checkboxes, "functions", "Fonctions", functions))
        .field(Field::choice(
            Kind::Select,
            "parent",
            "Fait partie de",
            std::iter::once(Choice::new("", "Aucune autre instance")).chain(parents),
        ))
        .field(
            Field::new(Kind::Checkbox, "declared", "Elle existe hors de cette gouvernance et en remplit les fonctions")
                .value(ticked(shown.declared)),
        )
        .field(
            Field::new(Kind::Checkbox, "upcoming", "Elle est annoncée, pas encore en place")
                .value(ticked(shown.upcoming)),
        )
        .field(Field::new(Kind::Number, "meetings_min", "Réunions par an, au moins").value(&shown.meetings_min))
        .field(Field::new(Kind::Number, "meetings_max", "Réunions par an, au plus").value(&shown.meetings_max))
        .field(Field::area("missions", "Missions").hint("Une par ligne").value(&shown.missions))
        .field(
            Field::area("composition", "Composition, en quelques mots")
                .maxlength(1000)
                .rows(3)
                .value(&shown.composition),
        )
        .field(Field::choice(Kind::Checkboxes, "rules", "Qui y siège par règle", shared));
    if !colleges.is_empty() {
        page = page.field(Field::choice(Kind::Checkboxes, "colleges", "Par collège", colleges));
    }
    page = page.field(Field::choice(Kind::Checkboxes, "categories", "Par catégorie", categories));
    if !one_by_one.is_empty() {
        page = page.field(Field::choice(Kind::Checkboxes, "members", "Membre par membre", one_by_one));
    }
    page.field(Field::choice(Kind::Radio, "voting_rule", "Règle de vote", voting_rules(shown)).required())
        .fields(shown.college_votes.iter().map(|(college, votes)| {
            Field::new(Kind::Number, votes_field(college), format!("Voix de chaque structure : {}", college.name))
                .hint("Pour la règle « Voix par collège ». Sans nombre, une voix.")
                .value(votes)
        }))
        .field(Field::area("note", "Précision").maxlength(1000).rows(3).value(&shown.note))
}

/// Votes by college are offered where there are colleges, or where the body counts so already.
fn voting_rules(shown: &Shown) -> impl Iterator<Item = Choice> {
    let per_college = VotingRule::PerCollege.code();
    let offered = !shown.college_votes.is_empty() || shown.voting_rule == per_college;
    forms::choices::<VotingRule>(&shown.voting_rule)
        .into_iter()
        .filter(move |choice| offered || choice.value != per_college)
        .map(move |choice| match choice.value == per_college {
            true => choice.hint("Chaque structure a le nombre de voix de son collège, à écrire ci-dessous."),
            false => choice,
        })
}

pub(super) fn trail(head: &Head) -> Vec<Crumb> {
    let mut trail = forms::trail(head);
    trail.push(Crumb::new("Instances", base(head)));
    trail
}

fn new_page(head: &Head, offer: &Offer, shown: &Shown) -> FormPage {
    let page = forms::page(head, "Créer une instance", format!("{}/nouvelle", base(head)), "Créer l'instance");
    fields(page.trail(trail(head)), offer, shown, None).cancel(base(head))
}

pub async fn show_new(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = governance(&desk, slug).await?;
    let offer = offer(&desk, &head).await?;
    let college_votes = beside(&offer.colleges, |_| String::new());
    let shown = Shown { voting_rule: "one_per_structure".to_owned(), college_votes, ..Shown::default() };
    desk.form(&new_page(&head, &offer, &shown))
}

pub async fn create(desk: Desk, Path(slug): Path<String>, Form(form): Form) -> Answer {
    let head = governance(&desk, slug).await?;
    let offer = offer(&desk, &head).await?;
    let (id, shown) = (head.id, Shown::typed(&form, &offer.colleges));
    let done = match shown.read() {
        Ok(new) => desk.act(move |ctx, tx| acts::create(ctx, tx, id, &new)).await.map(|_| ()),
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&base(&head), "L'instance est créée. Donnez maintenant ses sièges."),
        Err(error) => desk.form_again(new_page(&head, &offer, &shown), error),
    }
}

fn edit_page(head: &Head, body: &Body, offer: &Offer, shown: &Shown) -> FormPage {
    let action = format!("{}/modifier", page_of(head, body));
    let page = forms::page(head, "Modifier une instance", action, "Enregistrer")
        .about(body.name.clone())
        .trail(trail(head))
        .field(Field::hidden("version", body.version.to_string()));
    fields(page, offer, shown, Some(body)).cancel(base(head))
}

/// What is stored of a body, as the form shows it.
async fn stored(desk: &Desk, head: &Head, body: &Body, colleges: &[College]) -> Result<Shown> {
    let (governance, id) = (head.id, body.id);
    let (missions, rules, votes) = desk
        .read(move |tx| {
            Ok((reads::missions(tx, governance)?.remove(&id), reads::rules(tx, id)?, votes::of_body(tx, id)?))
        })
        .await?;
    Ok(Shown::of(body, &missions.unwrap_or_default(), &rules, colleges, &votes))
}

pub async fn show_edit(desk: Desk, Path((slug, instance)): Place) -> Answer {
    let (head, body, _) = body(&desk, slug, &instance).await?;
    let offer = offer(&desk, &head).await?;
    let shown = stored(&desk, &head, &body, &offer.colleges).await?;
    desk.form(&edit_page(&head, &body, &offer, &shown))
}

pub async fn edit(desk: Desk, Path((slug, instance)): Place, Form(form): Form) -> Answer {
    let (head, before, _) = body(&desk, slug.clone(), &instance).await?;
    let version: i64 = form.typed("version").parse().unwrap_or(0);
    let colleges = offer(&desk, &head).await?.colleges;
    let (id, shown) = (before.id, Shown::typed(&form, &colleges));
    let done = match shown.read() {
        Ok(new) => desk.act(move |ctx, tx| changes::describe(ctx, tx, id, version, &new)).await,
        Err(error) => Err(error),
    };
    let Err(error) = done else { return desk.done(&base(&head), "L'instance est modifiée.") };
    let (head, now, _) = body(&desk, slug, &instance).await?;
    let offer = offer(&desk, &head).await?;
    let page = edit_page(&head, &now, &offer, &shown);
    if matches!(error, Error::Conflict(_)) && now.version != version && now.closed_on.is_none() {
        let stored = stored(&desk, &head, &now, &offer.colleges).await?;
        let changes = changed(&stored, &shown);
        return desk.private(StatusCode::CONFLICT, &page.overtaken(changes));
    }
    desk.form_again(page, error)
}

/// Where what is stored differs from what was typed.
fn changed(stored: &Shown, typed: &Shown) -> Vec<Change> {
    let yes_no = |yes: bool| if yes { "oui" } else { "non" }.to_owned();
    let label = |code: &str| BodyForm::from_code(code).map(|form| form.label().to_owned()).unwrap_or_default();
    let functions = |codes: &[String]| {
        let labels: Vec<_> =
            codes.iter().filter_map(|code| BodyFunction::from_code(code)).map(|one| one.label()).collect();
        labels.join(", ")
    };
    let rule = |code: &str| VotingRule::from_code(code).map(|rule| rule.label().to_owned()).unwrap_or_default();
    let count = |rules: &[String]| format!("{} règles de composition", rules.len());
    let by_college = |shown: &Shown| {
        let given = shown.college_votes.iter().filter(|(_, votes)| !votes.trim().is_empty());
        let each = given.map(|(college, votes)| format!("{} : {}", college.name, votes.trim()));
        let counts = shown.voting_rule == VotingRule::PerCollege.code();
        if counts { each.collect::<Vec<_>>().join(" ; ") } else { String::new() }
    };
    let texts = |shown: &Shown| {
        vec![
            ("Nom", shown.name.clone()),
            ("Forme", label(&shown.form)),
            ("Fonctions", functions(&shown.functions)),
            ("Existe hors de la gouvernance", yes_no(shown.declared)),
            ("Annoncée", yes_no(shown.upcoming)),
            ("Réunions au moins", shown.meetings_min.clone()),
            ("Réunions au plus", shown.meetings_max.clone()),
            ("Missions", shown.missions.replace('\r', "")),
            ("Composition", shown.composition.clone()),
            ("Qui y siège par règle", count(&shown.rules)),
            ("Règle de vote", rule(&shown.voting_rule)),
            ("Voix par collège", by_college(shown)),
            ("Précision", shown.note.clone()),
        ]
    };
    let pairs = texts(stored).into_iter().zip(texts(typed));
    pairs
        .filter(|(now, typed)| now.1 != typed.1)
        .map(|(now, _)| Change { label: now.0.to_owned(), now: now.1 })
        .collect()
}
