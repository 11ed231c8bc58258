//! What can be counted in a governance's identity, members, bodies and texts.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use kernel::coded::Coded as _;
use kernel::{Id, PartialDate, Result};
use store::{Row, Tx, Value};

use super::measure::{Finding, Measure, Of, Remedy, Threshold};
use crate::bodies::model::BodyFunction;
use crate::{Governance, url};

/// The measures of this crate.
pub static MEASURES: [&dyn Measure; 8] =
    [&Installed, &CoLeads, &Functions, &CATEGORIES, &Agreements, &Presentation, &DataReferent, &MANAGERS];

type Found = HashMap<Id<Governance>, Finding>;

/// One finding a row.
fn by_row(tx: &mut Tx<'_>, sql: &str, of: Of, mut read: impl FnMut(&Row<'_>) -> Result<Finding>) -> Result<Found> {
    let rows = tx.query(sql, &of.parameters(), |row| Ok((row.get::<Id<Governance>>(0)?, read(row)?)))?;
    Ok(rows.into_iter().collect())
}

/// « 2 catégories », « 1 catégorie ».
fn counted(count: i64, one: &str, several: &str) -> String {
    if count > 1 { format!("{count} {several}") } else { format!("{count} {one}") }
}

fn inside(label: &'static str, slug: &str, place: &str) -> Remedy {
    Remedy { label, href: format!("{}/{place}", url::administration(slug)) }
}

struct Installed;

impl Measure for Installed {
    fn code(&self) -> &'static str {
        "installed"
    }
    fn label(&self) -> &'static str {
        "La gouvernance est installée"
    }
    fn find(&self, tx: &mut Tx<'_>, of: Of, _: i64, _: Date) -> Result<Found> {
        let sql = format!("select id, state from governance where {}", of.condition("id"));
        by_row(tx, &sql, of, |row| {
            let state: crate::State = row.code(1)?;
            Ok(Finding::new(state == crate::State::Installed, format!("État : {}.", state.label().to_lowercase())))
        })
    }
    fn nothing(&self, _: i64) -> Finding {
        Finding::new(false, "État inconnu.")
    }
    fn remedy(&self, slug: &str) -> Remedy {
        inside("Installer la gouvernance", slug, "etat")
    }
}

/// Local authorities or groupings designated beside the préfecture.
struct CoLeads;

impl CoLeads {
    fn finding(names: &[String], threshold: i64) -> Finding {
        let count = i64::try_from(names.len()).unwrap_or(i64::MAX);
        let sentence = match names {
            [] => "Aucun co-porteur désigné.".to_owned(),
            names => {
                format!("{} : {}.", counted(count, "co-porteur désigné", "co-porteurs désignés"), names.join(", "))
            }
        };
        Finding::new(count >= threshold, sentence)
    }
}

impl Measure for CoLeads {
    fn code(&self) -> &'static str {
        "co_leads"
    }
    fn label(&self) -> &'static str {
        "Nombre de collectivités ou groupements désignés co-porteurs"
    }
    fn threshold(&self) -> Option<Threshold> {
        Some(Threshold { label: "minimum", least: 1, most: 10 })
    }
    fn find(&self, tx: &mut Tx<'_>, of: Of, threshold: i64, _: Date) -> Result<Found> {
        let sql = format!(
            "select m.governance, o.name from member m join organisation o on o.id = m.organisation
             where {} and m.co_lead = 'designated' and m.state = 'admitted' and m.category <> 'state'
             order by m.governance, o.name_key",
            of.condition("m.governance")
        );
        let rows: Vec<(Id<Governance>, String)> =
            tx.query(&sql, &of.parameters(), |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut names: HashMap<_, Vec<String>> = HashMap::new();
        for (governance, name) in rows {
            names.entry(governance).or_default().push(name);
        }
        Ok(names.into_iter().map(|(governance, names)| (governance, Self::finding(&names, threshold))).collect())
    }
    fn nothing(&self, threshold: i64) -> Finding {
        Self::finding(&[], threshold)
    }
    fn remedy(&self, slug: &str) -> Remedy {
        inside("Désigner un co-porteur", slug, "membres")
    }
}

/// The three committees of the reference model or whatever fulfils their functions, existing committees included (source:
/// guide of May 2024). A plenary may be the strategic committee.
struct Functions;

/// What lacks of strategic, technical and consultative. Where the field says « COPIL », steering stands for the strategic
/// committee; beside one that has this name, for the technical committee, which steers the roll-out in the model.
fn lacking(covered: &BTreeSet<BodyFunction>) -> Vec<BodyFunction> {
    let has = |function| covered.contains(&function);
    let steering = has(BodyFunction::Steering);
    let strategic = has(BodyFunction::Strategic) || steering;
    let technical = has(BodyFunction::Technical) || (steering && has(BodyFunction::Strategic));
    let asked = [
        (strategic, BodyFunction::Strategic),
        (technical, BodyFunction::Technical),
        (has(BodyFunction::Consultative), BodyFunction::Consultative),
    ];
    asked.into_iter().filter(|(met, _)| !met).map(|(_, function)| function).collect()
}

impl Functions {
    fn finding(covered: &BTreeSet<BodyFunction>) -> Finding {
        let missing: Vec<String> = lacking(covered).iter().map(|function| function.label().to_lowercase()).collect();
        match missing.as_slice() {
            [] => Finding::new(true, "Les fonctions stratégique, technique et consultative sont assurées."),
            missing => Finding::new(false, format!("Sans instance : {}.", missing.join(", "))),
        }
    }
}

impl Measure for Functions {
    fn code(&self) -> &'static str {
        "functions"
    }
    fn label(&self) -> &'static str {
        "Les fonctions stratégique, technique et consultative sont assurées par une instance"
    }
    fn find(&self, tx: &mut Tx<'_>, of: Of, _: i64, _: Date) -> Result<Found> {
        let sql = format!(
            "select distinct b.governance, f.function from body b join body_function f on f.body = b.id
             where {} and b.closed_on is null and not b.upcoming",
            of.condition("b.governance")
        );
        let rows: Vec<(Id<Governance>, BodyFunction)> =
            tx.query(&sql, &of.parameters(), |row| Ok((row.get(0)?, row.code(1)?)))?;
        let mut covered: HashMap<_, BTreeSet<BodyFunction>> = HashMap::new();
        for (governance, function) in rows {
            covered.entry(governance).or_default().insert(function);
        }
        Ok(covered.into_iter().map(|(governance, covered)| (governance, Self::finding(&covered))).collect())
    }
    fn nothing(&self, _: i64) -> Finding {
        Self::finding(&BTreeSet::new())
    }
    fn remedy(&self, slug: &str) -> Remedy {
        inside("Compléter les instances", slug, "instances")
    }
}

/// A count compared with a threshold, in one grouped query.
struct Count {
    code: &'static str,
    label: &'static str,
    /// One thing, several things.
    noun: (&'static str, &'static str),
    threshold: Threshold,
    /// Governance and count; `{of}` is where the governances are chosen, `{today}` the day as ISO text.
    sql: &'static str,
    column: &'static str,
    remedy: (&'static str, &'static str),
}

impl Count {
    fn finding(&self, count: i64, threshold: i64) -> Finding {
        let found = counted(count, self.noun.0, self.noun.1);
        Finding::new(count >= threshold, format!("{found} (minimum : {threshold})."))
    }
}

impl Measure for Count {
    fn code(&self) -> &'static str {
        self.code
    }
    fn label(&self) -> &'static str {
        self.label
    }
    fn threshold(&self) -> Option<Threshold> {
        Some(self.threshold)
    }
    fn find(&self, tx: &mut Tx<'_>, of: Of, threshold: i64, today: Date) -> Result<Found> {
        let mut parameters = of.parameters();
        let mut sql = self.sql.replace("{of}", &of.condition(self.column));
        if sql.contains("{today}") {
            parameters.push(Value::from(today.to_string()));
            sql = sql.replace("{today}", &format!("${}", parameters.len()));
        }
        let rows = tx.query(&sql, &parameters, |row| Ok((row.get::<Id<Governance>>(0)?, row.get::<i64>(1)?)))?;
        Ok(rows.into_iter().map(|(governance, count)| (governance, self.finding(count, threshold))).collect())
    }
    fn nothing(&self, threshold: i64) -> Finding {
        self.finding(0, threshold)
    }
    fn remedy(&self, slug: &str) -> Remedy {
        inside(self.remedy.0, slug, self.remedy.1)
    }
}

static CATEGORIES: Count = Count {
    code: "categories",
    label: "Nombre de catégories différentes parmi les membres",
    noun: ("catégorie de membres", "catégories de membres"),
    threshold: Threshold { label: "minimum", least: 2, most: 15 },
    sql: "select governance, count(distinct category) from member where {of} and state = 'admitted' group by governance",
    column: "governance",
    remedy: ("Inviter des membres", "membres"),
};

static MANAGERS: Count = Count {
    code: "managers",
    label: "Nombre de personnes qui peuvent gérer la gouvernance dans Maillage",
    noun: ("personne peut gérer", "personnes peuvent gérer"),
    threshold: Threshold { label: "minimum", least: 1, most: 10 },
    sql: "select governance, count(distinct person) from power
          where {of} and role = 'manager' and ended_at is null and since <= {today} and (until is null or until >= {today})
          group by governance",
    column: "governance",
    remedy: ("Donner un pouvoir", "pouvoirs"),
};

/// An agreement or a charter, signed and not ended.
struct Agreements;

impl Measure for Agreements {
    fn code(&self) -> &'static str {
        "agreements"
    }
    fn label(&self) -> &'static str {
        "Une convention ou une charte est en vigueur"
    }
    fn find(&self, tx: &mut Tx<'_>, of: Of, _: i64, today: Date) -> Result<Found> {
        let sql = format!(
            "select a.governance, a.title, a.ends_on from agreement a where {}
             and (a.signed_on is not null or exists (
                select 1 from signatory s where s.agreement = a.id and s.signed_on is not null))
             order by a.governance, a.rank desc",
            of.condition("a.governance")
        );
        let rows: Vec<(Id<Governance>, String, Option<PartialDate>)> =
            tx.query(&sql, &of.parameters(), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let mut found = Found::new();
        for (governance, title, ends_on) in rows {
            let holds = ends_on.is_none_or(|end| end.last_day() >= today);
            let sentence = if holds { format!("En vigueur : {title}.") } else { format!("Terminé : {title}.") };
            let kept = found.entry(governance).or_insert_with(|| Finding::new(holds, sentence.clone()));
            if holds && !kept.met {
                *kept = Finding::new(true, sentence);
            }
        }
        Ok(found)
    }
    fn nothing(&self, _: i64) -> Finding {
        Finding::new(false, "Aucun texte signé.")
    }
    fn remedy(&self, slug: &str) -> Remedy {
        inside("Déposer un texte signé", slug, "conventions")
    }
}

/// What the public reads first.
struct Presentation;

impl Measure for Presentation {
    fn code(&self) -> &'static str {
        "presentation"
    }
    fn label(&self) -> &'static str {
        "La gouvernance se présente : idées clés et note publique"
    }
    fn find(&self, tx: &mut Tx<'_>, of: Of, _: i64, _: Date) -> Result<Found> {
        let sql = format!("select id, ideas, public_note from governance where {}", of.condition("id"));
        by_row(tx, &sql, of, |row| {
            let (ideas, note): (String, String) = (row.get(1)?, row.get(2)?);
            Ok(match (ideas.is_empty(), note.is_empty()) {
                (false, false) => Finding::new(true, "Les idées clés et la note publique sont écrites."),
                (true, false) => Finding::new(false, "Il manque les idées clés."),
                (false, true) => Finding::new(false, "Il manque la note publique."),
                (true, true) => self.nothing(0),
            })
        })
    }
    fn nothing(&self, _: i64) -> Finding {
        Finding::new(false, "Il manque les idées clés et la note publique.")
    }
    fn remedy(&self, slug: &str) -> Remedy {
        inside("Écrire la présentation", slug, "identite")
    }
}

struct DataReferent;

impl Measure for DataReferent {
    fn code(&self) -> &'static str {
        "data_referent"
    }
    fn label(&self) -> &'static str {
        "Un référent données est désigné"
    }
    fn find(&self, tx: &mut Tx<'_>, of: Of, _: i64, _: Date) -> Result<Found> {
        let sql = format!("select id, data_referent from governance where {}", of.condition("id"));
        by_row(tx, &sql, of, |row| {
            let function: String = row.get(1)?;
            if function.is_empty() {
                return Ok(self.nothing(0));
            }
            Ok(Finding::new(true, format!("{}.", function.trim_end_matches('.'))))
        })
    }
    fn nothing(&self, _: i64) -> Finding {
        Finding::new(false, "Aucun référent données désigné.")
    }
    fn remedy(&self, slug: &str) -> Remedy {
        inside("Désigner un référent", slug, "identite")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steering_committee_stands_for_one_of_two_functions() {
        use BodyFunction::{Consultative, Steering, Strategic, Technical};
        let lacks = |covered: &[BodyFunction]| lacking(&covered.iter().copied().collect());
        assert_eq!(lacks(&[]), [Strategic, Technical, Consultative]);
        assert_eq!(lacks(&[Strategic, Technical, Consultative]), []);
        assert_eq!(lacks(&[Steering, Technical]), [Consultative]);
        assert_eq!(lacks(&[Steering, Consultative]), [Technical], "one committee is not two");
        assert_eq!(lacks(&[Strategic, Steering, Consultative]), []);
    }
}
