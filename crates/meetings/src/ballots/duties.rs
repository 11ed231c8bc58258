//! What ballots expect of a person: a vote to give, a ballot to close, a result to publish.

use governance::bodies::model::Body;
use governance::members::model::Member;
use kernel::{Id, Result, Timestamp};
use store::{Tx, params};

use super::model::BallotState;
use super::store as ballots;
use crate::planning::acts::zone;
use crate::url;

/// Title, detail, button, address, and until when.
type Duty = (String, String, &'static str, String, Option<Timestamp>);

/// The votes that a member has not given, its own or by proxy, while they are open.
pub fn of_member(tx: &mut Tx<'_>, member: Id<Member>, slug: &str, now: Timestamp) -> Result<Vec<Duty>> {
    let open: Vec<Id<super::Ballot>> = tx.query(
        "select distinct b.id from ballot b join ballot_seat s on s.ballot = b.id
         where b.state = 'open' and (s.member = $1 or s.holder = $1) and (b.way = 'written' or s.present)
            and not exists (select 1 from ballot_voice v where v.seat = s.id) order by b.id limit 20",
        params![member],
        |row| row.get(0),
    )?;
    let mut all = Vec::new();
    for id in open {
        let ballot = ballots::find(tx, id)?;
        if !ballot.takes_votes(now) {
            continue;
        }
        let detail = match ballot.closes_at {
            Some(closes) => format!("Jusqu'au {}", zone(tx, ballot.governance)?.moment(closes)),
            None => "En séance, maintenant".to_owned(),
        };
        let href = format!("{}/voter", url::ballot(slug, &ballot.slug));
        all.push((format!("Voter : {}", ballot.question), detail, "Voter", href, ballot.closes_at));
    }
    Ok(all)
}

/// What those who animate a body have to do for its ballots.
pub fn of_body(tx: &mut Tx<'_>, body: Id<Body>, slug: &str) -> Result<Vec<Duty>> {
    let mut all = Vec::new();
    for ballot in ballots::pending(tx, body)? {
        let (title, button) = match ballot.state {
            BallotState::Open if !ballot.is_written() => ("Clore le vote", "Conduire le vote"),
            BallotState::Closed if ballot.waits_for_chair() => ("Noter la voix de la présidence", "Voir le résultat"),
            BallotState::Closed => ("Publier le résultat", "Voir le résultat"),
            BallotState::Draft if ballot.is_written() => ("Ouvrir la consultation écrite", "Préparer le vote"),
            _ => continue,
        };
        all.push((
            format!("{title} : {}", ballot.question),
            String::new(),
            button,
            url::ballot(slug, &ballot.slug),
            None,
        ));
    }
    Ok(all)
}
