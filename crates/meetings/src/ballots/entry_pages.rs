//! The forms by which those who animate enter the votes of a room, close a ballot, publish it and settle a tie.

use axum::extract::Path;
use governance::forms;
use kernel::{Error, Errors, Id, Result};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use web::{Answer, Desk, Form, Params};

use super::cast::{self, Entry};
use super::count::{self, BallotBox};
use super::model::{self, BLANK, Ballot, Way, kept_choice, read_choice};
use super::pages::{Known, Place, managed};
use super::roll::{ByWhom, Seat};
use super::store::{self as ballots, Kept};
use super::ties;
use super::vote_pages::choices;
use super::weights::{NO_BOX, takes_papers};
use crate::url;

/// The seats of the room with what stands for each.
async fn room(desk: &Desk, known: &Known) -> Result<(Vec<Seat>, Vec<Kept>)> {
    let id = known.ballot.id;
    desk.read(move |tx| Ok((ballots::roll(tx, id)?, ballots::voices(tx, id)?))).await
}

const NOTHING: &str = "rien";
const BOX: &str = "urne";

fn name(seat: &Seat) -> String {
    format!("v-{}", seat.id)
}

/// What everybody is marked with at first: of a show of hands, most vote alike.
fn everybody<'a>(desk: &'a Desk, ballot: &Ballot) -> Option<&'a str> {
    let typed = desk.params.one("tous")?;
    let known = typed == BLANK || typed.parse::<usize>().is_ok_and(|rank| rank < ballot.answers.len());
    (known && ballot.most == 1 && !ballot.secret).then_some(typed)
}

fn entry_page(known: &Known, roll: &[Seat], kept: &[Kept], all: Option<&str>, typed: &Params) -> FormPage {
    let ballot = &known.ballot;
    let mut page =
        forms::page(&known.head, "Saisir les votes de la salle", format!("{}/voix", known.page()), "Enregistrer")
            .about(ballot.question.clone())
            .trail(known.trail())
            .field(Field::hidden("saisie", "oui"));
    page = match ballot.secret {
        true => page.note(
            "Vote secret : cochez qui a mis son bulletin dans l'urne. Vous compterez les bulletins à la clôture.",
        ),
        false => page.note("Une structure qui a voté elle-même n'est pas dans cette liste : son vote reste."),
    };
    if !ballot.secret && ballot.most == 1 {
        for choice in choices(ballot, &[]) {
            page = page.way(
                format!("Tout le monde : {}", choice.label),
                format!("{}/voix?tous={}", known.page(), choice.value),
            );
        }
    }
    for seat in roll.iter().filter(|seat| seat.present) {
        let stands = kept.iter().find(|one| one.seat == seat.id);
        if stands.is_some_and(|one| one.voter.by != ByWhom::Entered) {
            continue;
        }
        let field = name(seat);
        let chosen: Vec<String> = match (typed.has(&field), stands) {
            (true, _) => typed.all(&field).into_iter().map(ToOwned::to_owned).collect(),
            (false, Some(Kept { choice: Some(choice), .. })) => match kept_choice(choice).as_slice() {
                [] => vec![BLANK.to_owned()],
                ranks => ranks.iter().map(usize::to_string).collect(),
            },
            (false, Some(_)) => vec![BOX.to_owned()],
            (false, None) => vec![all.unwrap_or(NOTHING).to_owned()],
        };
        let label = match (&seat.holder, seat.weight) {
            (Some((_, holder)), 1) => format!("{} (pouvoir à {holder})", seat.name),
            (Some((_, holder)), weight) => format!("{} ({weight} voix, pouvoir à {holder})", seat.name),
            (None, 1) => seat.name.clone(),
            (None, weight) => format!("{} ({weight} voix)", seat.name),
        };
        let nothing = Choice::new(NOTHING, "Ne vote pas").selected(chosen.iter().any(|one| one == NOTHING));
        page = page.field(match (ballot.secret, ballot.most) {
            (true, _) => {
                let voted =
                    Choice::new(BOX, "A mis son bulletin dans l'urne").selected(chosen.iter().any(|one| one == BOX));
                Field::choice(Kind::Radio, field, label, [voted, nothing]).required()
            }
            (false, 1) => {
                let all = choices(ballot, &chosen).into_iter().chain(std::iter::once(nothing));
                Field::choice(Kind::Radio, field, label, all).required()
            }
            (false, _) => Field::choice(Kind::Checkboxes, field, label, choices(ballot, &chosen)),
        });
    }
    page.cancel(known.page())
}

/// A vote in session that is open; a conflict else.
fn in_session(known: &Known) -> Result<()> {
    match (known.ballot.state, known.ballot.way) {
        (super::BallotState::Open, Way::Live) => Ok(()),
        _ => Err(Error::Conflict("On ne saisit que les votes d'un scrutin ouvert en séance.".to_owned())),
    }
}

/// A secret vote in which some have several votes has no box: nothing is entered for anybody.
fn refuse_box(ballot: &Ballot, roll: &[Seat]) -> Result<()> {
    if ballot.secret && !takes_papers(roll.iter().map(|seat| seat.weight)) {
        return Err(Error::Conflict(NO_BOX.to_owned()));
    }
    Ok(())
}

pub async fn show(desk: Desk, Path((slug, scrutin)): Place) -> Answer {
    let known = managed(&desk, slug, scrutin).await?;
    in_session(&known)?;
    let (roll, kept) = room(&desk, &known).await?;
    refuse_box(&known.ballot, &roll)?;
    let all = everybody(&desk, &known.ballot);
    desk.form(&entry_page(&known, &roll, &kept, all, &Params::default()))
}

fn entries(ballot: &Ballot, roll: &[Seat], form: &Params) -> Result<Vec<(Id<Seat>, Entry)>> {
    let mut errors = Errors::default();
    let mut all = Vec::new();
    for seat in roll {
        let field = name(seat);
        let typed = form.all(&field);
        // A box that is not ticked is not sent: several choices without any are no vote.
        if typed.is_empty() && !(form.has("saisie") && ballot.most > 1 && seat.present) {
            continue;
        }
        let entry = match typed.as_slice() {
            [] => Ok(Entry::Nothing),
            [one] if *one == NOTHING => Ok(Entry::Nothing),
            [one] if *one == BOX => Ok(Entry::InTheBox),
            chosen => read_choice(ballot, chosen).map(Entry::Voted),
        };
        match entry {
            Ok(entry) => all.push((seat.id, entry)),
            Err(Error::Invalid(found)) => {
                let sentence = found.iter().next().map(|one| one.message.clone()).unwrap_or_default();
                errors.add(field, sentence);
            }
            Err(other) => return Err(other),
        }
    }
    errors.into_result()?;
    Ok(all)
}

pub async fn enter(desk: Desk, Path((slug, scrutin)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, scrutin).await?;
    in_session(&known)?;
    let (roll, _) = room(&desk, &known).await?;
    refuse_box(&known.ballot, &roll)?;
    let done = match entries(&known.ballot, &roll, &form) {
        Ok(entries) => {
            let (id, secret) = (known.ballot.id, desk.app.secret().clone());
            desk.act(move |ctx, tx| cast::enter(ctx, tx, &secret, id, &entries)).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => desk.done(&known.page(), "Les votes de la salle sont enregistrés."),
        Err(error) => {
            // Who has voted meanwhile leaves the list.
            let (roll, kept) = room(&desk, &known).await?;
            desk.form_again(entry_page(&known, &roll, &kept, None, &form), error)
        }
    }
}

/// How many papers are in the box.
fn papers(known: &Known, kept: &[Kept]) -> usize {
    if !known.ballot.secret {
        return 0;
    }
    kept.iter().filter(|one| one.choice.is_none() && one.seal.is_none()).count()
}

fn close_page(known: &Known, roll: &[Seat], kept: &[Kept], typed: &Params) -> FormPage {
    let missing = roll.iter().filter(|seat| seat.present && !kept.iter().any(|one| one.seat == seat.id)).count();
    let plural = if missing > 1 { "s" } else { "" };
    let told = match missing {
        0 => "Toutes les structures qui le peuvent ont voté.".to_owned(),
        _ => format!("{missing} structure{plural} n'{} pas encore voté.", if missing > 1 { "ont" } else { "a" }),
    };
    let result = if known.ballot.publishes {
        "Le résultat est publié aussitôt."
    } else {
        "Vous lirez le résultat avant de le publier."
    };
    let mut page = forms::page(&known.head, "Clore le vote", format!("{}/clore", known.page()), "Clore le vote")
        .about(known.ballot.question.clone())
        .trail(known.trail())
        .note(format!("{told} Le vote ne se rouvre pas. {result}"));
    let papers = papers(known, kept);
    if papers > 0 {
        let plural = if papers > 1 { "s" } else { "" };
        page = page.note(format!("{papers} bulletin{plural} dans l'urne : comptez ce qu'ils disent."));
        for (rank, answer) in known.ballot.answers.iter().enumerate() {
            let name = format!("b-{rank}");
            let value = typed.typed(&name).to_owned();
            let label = format!("Bulletins « {} »", answer.shown());
            page = page.field(Field::new(Kind::Number, name, label).required().value(value));
        }
        let blank = if known.ballot.form == model::Form::Proposal {
            "Bulletins d'abstention ou nuls"
        } else {
            "Bulletins blancs ou nuls"
        };
        page = page.field(Field::new(Kind::Number, "box", blank).required().value(typed.typed("box")));
    }
    page.cancel(known.page())
}

pub async fn show_close(desk: Desk, Path((slug, scrutin)): Place) -> Answer {
    let known = managed(&desk, slug, scrutin).await?;
    let (roll, kept) = room(&desk, &known).await?;
    desk.form(&close_page(&known, &roll, &kept, &Params::default()))
}

/// What was counted of the box.
fn found(known: &Known, papers: usize, form: &Params) -> Result<BallotBox> {
    if papers == 0 {
        return Ok(BallotBox::default());
    }
    let mut errors = Errors::default();
    let mut number = |name: String| {
        let number = form.typed(&name).trim().parse::<i64>().ok().filter(|number| (0..=100_000).contains(number));
        if number.is_none() {
            errors.add(name, "Donnez un nombre de bulletins, 0 s'il n'y en a pas.");
        }
        number.unwrap_or(0)
    };
    let votes = (0..known.ballot.answers.len()).map(|rank| number(format!("b-{rank}"))).collect();
    let blank = number("box".to_owned());
    errors.into_result()?;
    Ok(BallotBox { votes, blank })
}

pub async fn close(desk: Desk, Path((slug, scrutin)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, scrutin).await?;
    let (roll, kept) = room(&desk, &known).await?;
    let done = match found(&known, papers(&known, &kept), &form) {
        Ok(found) => {
            let (id, secret) = (known.ballot.id, desk.app.secret().clone());
            desk.act(move |ctx, tx| count::close(ctx, tx, &secret, id, &found)).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&known.page(), "Le vote est clos."),
        Err(error) => desk.form_again(close_page(&known, &roll, &kept, &form), error),
    }
}

pub async fn publish(desk: Desk, Path((slug, scrutin)): Place) -> Answer {
    let known = managed(&desk, slug, scrutin).await?;
    let id = known.ballot.id;
    desk.act(move |ctx, tx| count::publish(ctx, tx, id)).await?;
    desk.done(&known.page(), "Le résultat est publié.")
}

fn settle_page(known: &Known, typed: &Params) -> FormPage {
    let ballot = &known.ballot;
    let kind = if ballot.free_places() == 1 { Kind::Radio } else { Kind::Checkboxes };
    let chosen: Vec<&str> = typed.all("choice");
    let tied = ballot.answers.iter().enumerate().filter(|(_, answer)| answer.tied).map(|(rank, answer)| {
        let code = rank.to_string();
        let selected = chosen.contains(&code.as_str());
        Choice::new(code, answer.label.clone()).selected(selected)
    });
    forms::page(&known.head, "Noter la voix de la présidence", format!("{}/departager", known.page()), "Enregistrer")
        .about(format!("{} {}", ballot.question, ballot.sentence))
        .trail(known.trail())
        .field(Field::choice(kind, "choice", "La présidence retient", tied).required())
        .cancel(known.page())
}

pub async fn show_settle(desk: Desk, Path((slug, scrutin)): Place) -> Answer {
    let known = managed(&desk, slug, scrutin).await?;
    desk.form(&settle_page(&known, &Params::default()))
}

pub async fn settle(desk: Desk, Path((slug, scrutin)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, scrutin).await?;
    let choice: Vec<usize> = form.all("choice").iter().filter_map(|code| code.parse().ok()).collect();
    let id = known.ballot.id;
    match desk.act(move |ctx, tx| ties::settle(ctx, tx, id, &choice)).await {
        Ok(()) => desk.done(&known.page(), "L'égalité est départagée."),
        Err(error) => desk.form_again(settle_page(&known, &form), error),
    }
}

pub async fn second_round(desk: Desk, Path((slug, scrutin)): Place) -> Answer {
    let known = managed(&desk, slug, scrutin).await?;
    let id = known.ballot.id;
    let next = desk
        .act(move |ctx, tx| {
            let next = ties::second_round(ctx, tx, id)?;
            ballots::find(tx, next)
        })
        .await?;
    let page = url::ballot(&known.head.slug, &next.slug);
    desk.done(&page, "Le second tour est préparé : ouvrez-le quand tout est prêt.")
}
