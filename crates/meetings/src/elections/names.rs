//! The names of those who stand: told while they are needed, to the persons themselves, and erased.

use directory::Person;
use kernel::{Context, Id, Result};
use store::{Tx, Value, params, versions};

use super::model::{Candidacy, Election, ElectionState, Standing};
use super::{store as reads, vote};
use crate::ballots::{Ballot, BallotState};

/// What stands for the name of somebody whose account is gone.
const GONE: &str = "Compte supprimé";

/// A candidacy that is told otherwise: what it was called, and what it is called now.
type Renamed = (Id<Candidacy>, String, String);

/// Tells candidacies otherwise wherever the ballots of their election name them: in their answers and in what came of them.
/// Where `faith`, what they professed goes with the name.
fn rename(tx: &mut Tx<'_>, election: Id<Election>, mut renamed: Vec<Renamed>, faith: bool) -> Result<()> {
    renamed.retain(|(_, label, _)| !label.is_empty());
    // Longest first: a name may begin as another one does.
    renamed.sort_by_key(|(_, label, _)| std::cmp::Reverse(label.len()));
    let all: Vec<(Id<Ballot>, String, String)> =
        tx.query("select id, sentence, description from ballot where election = $1", params![election], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    for (ballot, mut sentence, mut description) in all {
        for (candidacy, label, new) in &renamed {
            sentence = sentence.replace(label.as_str(), new);
            let answers = tx.execute(
                "update ballot_option set label = case when label in ('Pour', 'Contre') then label else $3 end
                 where ballot = $1 and candidacy = $2",
                params![ballot, *candidacy, new],
            )?;
            // The answers of a proposal are « pour » and « contre »: its description names the candidacy.
            description = description.replace(label.as_str(), new);
            if faith && answers > 0 {
                tx.execute(
                    "update ballot_option set description = '' where ballot = $1 and candidacy = $2",
                    params![ballot, *candidacy],
                )?;
                if description.starts_with(super::vote::ONLY) {
                    description = String::new();
                }
            }
        }
        tx.execute(
            "update ballot set sentence = $2, description = $3 where id = $1",
            params![ballot, sentence, description],
        )?;
    }
    Ok(())
}

/// Erases the names of those who were not elected, once nobody needs them: in the candidacies, on the ballots and in what they
/// say. Gives how many candidacies.
pub(super) fn erase(tx: &mut Tx<'_>, election: Id<Election>) -> Result<u64> {
    let (mut erased, mut renamed) = (0, Vec::new());
    let all = reads::candidacies(tx, election)?;
    for (number, one) in (1..).zip(all.iter().filter(|one| one.standing != Standing::Elected)) {
        let new = format!("Candidature non élue n° {number}");
        tx.execute("update candidacy set title = $2, faith = '' where id = $1", params![one.id, &new])?;
        renamed.push((one.id, one.label(), new));
        tx.execute(
            "update candidate set name = '', person = null, member = null, structure = '' where candidacy = $1",
            params![one.id],
        )?;
        erased += 1;
    }
    rename(tx, election, renamed, true)?;
    tx.execute("update election set names_erased = $2 where id = $1", params![election, Value::from(true)])?;
    if erased > 0 {
        tx.touch(versions::MEETINGS);
    }
    Ok(erased)
}

/// The candidacies of a person.
fn candidacies_of(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<(Candidacy, Election)>> {
    let ids: Vec<Id<Candidacy>> = tx.query(
        "select distinct candidacy from candidate where person = $1 order by candidacy",
        params![person],
        |row| row.get(0),
    )?;
    ids.into_iter()
        .map(|id| {
            let candidacy = reads::candidacy(tx, id)?;
            let election = reads::find(tx, candidacy.election)?;
            Ok((candidacy, election))
        })
        .collect()
}

/// What is known of a person as a candidate: the election, the name, what it came to.
pub fn of_person(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<String>> {
    let told = candidacies_of(tx, person)?.into_iter().map(|(candidacy, election)| {
        let standing = candidacy.standing.to_string().to_lowercase();
        format!("{} : « {} », {standing}. {}", election.title, candidacy.label(), candidacy.faith)
    });
    Ok(told.collect())
}

/// Takes a person whose account goes off the elections: withdrawn where the vote is not closed, and unnamed unless it was
/// elected. Within the act that erases the account.
pub fn forget(ctx: &Context<'_>, tx: &mut Tx<'_>, person: Id<Person>) -> Result<()> {
    for (candidacy, election) in candidacies_of(tx, person)? {
        if candidacy.standing == Standing::Elected {
            continue;
        }
        let election = reads::lock(tx, election.id)?;
        let open = matches!(election.state, ElectionState::Call | ElectionState::Vote);
        let closed = reads::live_round(tx, election.id)?.is_some_and(|ballot| ballot.state == BallotState::Closed);
        if open && !closed && matches!(candidacy.standing, Standing::Asked | Standing::Stands) {
            tx.execute(
                "update candidacy set state = 'withdrawn', version = version + 1 where id = $1",
                params![candidacy.id],
            )?;
            vote::leave(ctx, tx, &election, candidacy.id)?;
        }
        tx.execute(
            "update candidate set name = $3, person = null where candidacy = $1 and person = $2",
            params![candidacy.id, person, GONE],
        )?;
        // What several professed is of those who stay.
        let alone = candidacy.candidates.iter().all(|one| one.person == Some(person));
        if alone {
            tx.execute("update candidacy set faith = '' where id = $1", params![candidacy.id])?;
        }
        let now = reads::candidacy(tx, candidacy.id)?;
        rename(tx, election.id, vec![(candidacy.id, candidacy.label(), now.label())], alone)?;
        tx.touch(versions::MEETINGS);
    }
    Ok(())
}
