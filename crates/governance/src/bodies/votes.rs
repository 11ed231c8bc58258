//! Votes by college: how many each structure of a college has in a body. Pure, but for the queries at the end.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use kernel::coded::Coded as _;
use kernel::{Error, Id, Result};
use store::{Tx, params};

use super::model::{Body, NewBody, VotingRule};
use crate::Governance;
use crate::members::acts::is_college_of;
use crate::members::model::College;

/// How many votes a structure may have: what the roll of a ballot holds.
pub const VOTES: RangeInclusive<i64> = 1..=1000;

/// Said where a number is none, or out of [`VOTES`].
pub const VOTES_FAULT: &str = "Donnez un nombre de voix entier, de 1 à 1\u{a0}000.";

/// The votes of each structure of one college in a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollegeVotes {
    pub college: Id<College>,
    pub name: String,
    pub votes: i64,
}

/// A college within a sentence: « collège des communes », « collège « Usagers » ».
pub fn college_words(name: &str) -> String {
    let rest = ["Collège", "collège", "College", "college", "COLLÈGE"].iter().find_map(|word| name.strip_prefix(word));
    match rest.filter(|rest| rest.starts_with(char::is_whitespace)) {
        Some(rest) => format!("collège{rest}"),
        None => format!("collège « {name} »"),
    }
}

/// « 5 voix », « une voix ».
pub fn votes_words(votes: i64) -> String {
    if votes > 1 { format!("{votes}\u{a0}voix") } else { "une voix".to_owned() }
}

/// The numbers of a rule, one a line: « Collège du Département : 5 voix par structure », and what the others have; nothing where
/// the rule has none.
pub fn numbers(rule: VotingRule, by_college: &[CollegeVotes]) -> Vec<String> {
    if rule != VotingRule::PerCollege {
        return Vec::new();
    }
    let each = by_college.iter().map(|one| format!("{} : {} par structure", one.name, votes_words(one.votes)));
    each.chain(std::iter::once("Toute autre structure : une voix".to_owned())).collect()
}

/// The rule of a body with its numbers, in one sentence: « Voix par collège (Collège du Département : 5 voix par structure ;
/// Toute autre structure : une voix) ».
pub fn rule_words(rule: VotingRule, by_college: &[CollegeVotes]) -> String {
    match numbers(rule, by_college).as_slice() {
        [] => rule.label().to_owned(),
        all => format!("{} ({})", rule.label(), all.join(" ; ")),
    }
}

/// The numbers of a new body, once each and in order; none where its rule does not count by college.
///
/// # Errors
/// `voting_rule` when the rule counts by college and no number is given, or a college is of another governance;
/// `college_votes` for a number out of [`VOTES`].
pub(super) fn checked(tx: &mut Tx<'_>, governance: Id<Governance>, new: &NewBody) -> Result<Vec<(Id<College>, i64)>> {
    if new.voting_rule != VotingRule::PerCollege {
        return Ok(Vec::new());
    }
    let mut all = new.college_votes.clone();
    all.sort_unstable();
    all.dedup_by_key(|(college, _)| *college);
    if all.is_empty() {
        return Err(Error::invalid(
            "voting_rule",
            "Donnez le nombre de voix d'au moins un collège. Sans collège, choisissez une autre règle.",
        ));
    }
    for (college, votes) in &all {
        if !is_college_of(tx, governance, *college)? {
            return Err(Error::invalid("voting_rule", "Un de ces collèges n'est pas dans cette gouvernance."));
        }
        if !VOTES.contains(votes) {
            return Err(Error::invalid("college_votes", VOTES_FAULT));
        }
    }
    Ok(all)
}

/// Writes the numbers of a body in place of those that stood there.
pub(super) fn put(tx: &mut Tx<'_>, body: Id<Body>, all: &[(Id<College>, i64)]) -> Result<()> {
    tx.execute("delete from college_votes where body = $1", params![body])?;
    for (college, votes) in all {
        tx.execute(
            "insert into college_votes (body, college, votes) values ($1, $2, $3)",
            params![body, *college, *votes],
        )?;
    }
    Ok(())
}

/// The numbers of a body, in the order of the colleges.
pub fn of_body(tx: &mut Tx<'_>, body: Id<Body>) -> Result<Vec<CollegeVotes>> {
    tx.query(
        "select v.college, c.name, v.votes from college_votes v join college c on c.id = v.college
         where v.body = $1 order by c.rank",
        params![body],
        |row| Ok(CollegeVotes { college: row.get(0)?, name: row.get(1)?, votes: row.get(2)? }),
    )
}

/// The numbers of every body of a governance that has some.
pub fn of_governance(tx: &mut Tx<'_>, governance: Id<Governance>) -> Result<HashMap<Id<Body>, Vec<CollegeVotes>>> {
    let rows: Vec<(Id<Body>, CollegeVotes)> = tx.query(
        "select v.body, v.college, c.name, v.votes from college_votes v join college c on c.id = v.college
         where c.governance = $1 order by c.rank",
        params![governance],
        |row| Ok((row.get(0)?, CollegeVotes { college: row.get(1)?, name: row.get(2)?, votes: row.get(3)? })),
    )?;
    let mut all: HashMap<_, Vec<_>> = HashMap::new();
    for (body, one) in rows {
        all.entry(body).or_default().push(one);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn of(name: &str, votes: i64) -> CollegeVotes {
        CollegeVotes { college: Id::from_uuid(Uuid::from_u128(1)), name: name.to_owned(), votes }
    }

    #[test]
    fn a_rule_says_its_numbers() {
        let all = [of("Collège du Département", 5), of("Usagers", 1)];
        assert_eq!(
            rule_words(VotingRule::PerCollege, &all),
            "Voix par collège (Collège du Département : 5\u{a0}voix par structure ; Usagers : une voix par structure ; Toute autre structure : une voix)"
        );
        assert_eq!(rule_words(VotingRule::OnePerStructure, &all), "Une structure, une voix");
    }

    #[test]
    fn a_college_reads_as_a_person_says_it() {
        assert_eq!(college_words("Collège des communes"), "collège des communes");
        assert_eq!(college_words("COLLÈGE des communes"), "collège des communes");
        assert_eq!(college_words("Collégiale"), "collège « Collégiale »");
        assert_eq!(college_words("Collèges réunis"), "collège « Collèges réunis »");
        assert_eq!(college_words(""), "collège «  »");
    }
}
