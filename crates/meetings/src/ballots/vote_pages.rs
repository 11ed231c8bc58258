//! Voting: one form a seat, signed in or by the link of a message.

use ::store::Tx;
use askama::Template;
use axum::extract::Path;
use governance::forms;
use governance::governances::store::head;
use http::StatusCode;
use kernel::{Error, Id, Result, Who};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, Params};

use super::cast::{self, NewVoice, Own, own_seats};
use super::model::{self, BLANK, Ballot, kept_choice, read_choice};
use super::pages::{Known, Place};
use super::roll::{Seat, entitlement};
use super::store as ballots;
use super::tell::read_link;
use crate::planning::speaker;

/// What a person votes on, and for which seats.
struct Voting {
    known: Known,
    own: Vec<Own>,
    /// The key of the link; empty for whoever is signed in.
    key: String,
}

impl Voting {
    fn action(&self) -> String {
        if self.key.is_empty() { format!("{}/voter", self.known.page()) } else { "/scrutins/voter".to_owned() }
    }

    fn at(&self, seat: &Id<Seat>) -> String {
        let key = if self.key.is_empty() { String::new() } else { format!("&cle={}", self.key) };
        format!("{}?siege={seat}{key}", self.action())
    }

    /// The seat that was asked for, else the first one that has not voted, else the first.
    fn seat(&self, typed: &str) -> Result<&Own> {
        if !typed.is_empty() {
            return self.own.iter().find(|own| own.seat.id.to_string() == typed).ok_or(Error::NotFound);
        }
        self.own
            .iter()
            .find(|own| own.kept.is_none() && own.seat.present)
            .or(self.own.first())
            .ok_or(Error::Conflict("Vous n'êtes pas sur la liste de ce vote, arrêtée à son ouverture.".to_owned()))
    }
}

/// What the person may vote for on a ballot that they may see.
fn load(tx: &mut Tx<'_>, who: &Who, known: Known, key: String) -> Result<Voting> {
    let own = own_seats(tx, &known.ballot, who)?;
    Ok(Voting { known, own, key })
}

async fn by_session(desk: &Desk, slug: String, scrutin: String) -> Result<Voting> {
    let who = desk.who();
    desk.read(move |tx| {
        let known = Known::load(tx, &who, &slug, &scrutin)?;
        load(tx, &who, known, String::new())
    })
    .await
}

async fn by_link(desk: &Desk, key: &str) -> Result<(Voting, Who)> {
    let (id, person) = read_link(desk.app.secret(), key, desk.app.clock().now())?;
    let who = speaker(desk, person).await?;
    let (asking, key) = (who.clone(), key.to_owned());
    let voting = desk.read(move |tx| {
        let ballot = ballots::find(tx, id)?;
        let head = head(tx, ballot.governance)?.ok_or(Error::NotFound)?;
        let known = Known::of(tx, &asking, head, ballot)?;
        load(tx, &asking, known, key)
    });
    Ok((voting.await?, who))
}

/// The answers as a form shows them, those that were chosen marked. In secret all codes are as long: whoever sees how much was
/// sent (a proxy's log, the network) does not see which one.
pub(super) fn choices(ballot: &Ballot, chosen: &[String]) -> Vec<Choice> {
    let length = if ballot.secret { BLANK.len() } else { 1 };
    let blank = if ballot.form == model::Form::Proposal { "Abstention" } else { "Vote blanc" };
    let offered = (0usize..).zip(&ballot.answers).filter(|(_, answer)| !answer.withdrawn);
    let each = offered.map(|(rank, answer)| {
        Choice::new(format!("{rank:0length$}"), answer.label.clone()).hint(answer.description.clone())
    });
    let marked = |choice: Choice| {
        let selected = chosen.contains(&choice.value);
        choice.selected(selected)
    };
    each.chain(std::iter::once(Choice::new(BLANK, blank))).map(marked).collect()
}

/// What stands for a seat, as the form codes it; nothing of a secret vote.
fn standing(own: &Own) -> Vec<String> {
    let Some(choice) = own.kept.as_ref().and_then(|kept| kept.choice.as_ref()) else { return Vec::new() };
    match kept_choice(choice).as_slice() {
        [] => vec![BLANK.to_owned()],
        ranks => ranks.iter().map(usize::to_string).collect(),
    }
}

fn page(voting: &Voting, own: &Own, typed: Option<&Params>) -> FormPage {
    let ballot = &voting.known.ballot;
    let chosen = match typed {
        Some(typed) => typed.all("choice").into_iter().map(ToOwned::to_owned).collect(),
        None => standing(own),
    };
    let (kind, label) = match ballot.most {
        1 => (Kind::Radio, "Votre vote".to_owned()),
        most => (Kind::Checkboxes, format!("Votre vote : {most} réponses au plus")),
    };
    let mut page = forms::page(&voting.known.head, &ballot.question, voting.action(), "Enregistrer mon vote")
        .about(entitlement(&own.seat, own.by, ballot.is_written()))
        .trail(voting.known.trail())
        .field(Field::hidden("siege", own.seat.id.to_string()));
    if !voting.key.is_empty() {
        page = page.field(Field::hidden("cle", &voting.key));
    }
    for paragraph in ballot.description.split("\n\n").filter(|paragraph| !paragraph.is_empty()) {
        page = page.note(paragraph);
    }
    page = page.field(Field::choice(kind, "choice", label, choices(ballot, &chosen)).required());
    if ballot.secret {
        page = page.note("Vote secret : on saura que votre structure a voté, jamais ce qu'elle a voté. Ce que vous aviez coché ne s'affiche pas.");
    } else {
        let known = own.kept.as_ref().map_or("", |kept| kept.reason.as_str());
        let reason = typed.map_or(known, |typed| typed.typed("reason"));
        page = page.note("Vote public : le résultat dira ce que votre structure a voté.").field(
            Field::area("reason", "Motivation")
                .hint("Elle sera publiée avec le vote.")
                .rows(2)
                .maxlength(500)
                .value(reason),
        );
    }
    if let Some((_, href)) = &voting.known.election {
        page = page.link("Lire les professions de foi en entier", href);
    }
    let until = voting.known.until().map_or_else(|| "à la clôture".to_owned(), |until| format!("au {until}"));
    page = page.note(format!("Vous pouvez changer votre vote jusqu'{until}."));
    for other in voting.own.iter().filter(|other| other.seat.id != own.seat.id) {
        page = page.link(format!("Voter pour « {} »", other.seat.name), voting.at(&other.seat.id));
    }
    page.cancel(voting.known.page())
}

/// For whoever has a seat while votes are taken; else why not.
fn open(desk: &Desk, voting: &Voting) -> Result<()> {
    if voting.known.ballot.takes_votes(desk.app.clock().now()) {
        return Ok(());
    }
    Err(Error::Conflict("On ne vote pas en ce moment : le vote n'est pas ouvert, ou il est clos.".to_owned()))
}

pub async fn show(desk: Desk, Path((slug, scrutin)): Place) -> Answer {
    let voting = by_session(&desk, slug, scrutin).await?;
    open(&desk, &voting)?;
    let own = voting.seat(desk.params.typed("siege"))?;
    desk.form(&page(&voting, own, None))
}

async fn vote_as(desk: &Desk, who: Who, voting: &Voting, form: &Params) -> Result<()> {
    let typed = form.all("choice");
    let choice = read_choice(&voting.known.ballot, &typed)?;
    let seat: Id<Seat> = form.typed("siege").parse().map_err(|_| Error::NotFound)?;
    let new = NewVoice { choice, reason: form.whole("reason") };
    let (id, secret) = (voting.known.ballot.id, desk.app.secret().clone());
    desk.app.act(who, move |ctx, tx| cast::cast(ctx, tx, &secret, id, seat, &new)).await
}

const DONE: &str = "Votre vote est enregistré. Vous pouvez le changer jusqu'à la clôture.";

pub async fn vote(desk: Desk, Path((slug, scrutin)): Place, Form(form): Form) -> Answer {
    let voting = by_session(&desk, slug, scrutin).await?;
    match vote_as(&desk, desk.who(), &voting, &form).await {
        Ok(()) => desk.done(&voting.known.page(), DONE),
        Err(error @ Error::Invalid(_)) => {
            let own = voting.seat(form.typed("siege"))?;
            desk.form_again(page(&voting, own, Some(&form)), error)
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "ballots/voted.html")]
struct VotedPage {
    voting: Voting,
}

impl Page for VotedPage {
    fn title(&self) -> String {
        format!("Vote enregistré · {}", self.voting.known.ballot.question)
    }
    fn crumb(&self) -> String {
        "Vote enregistré".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.voting.known.trail()
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl VotedPage {
    fn until(&self) -> String {
        self.voting.known.until().unwrap_or_default()
    }
}

pub async fn show_link(desk: Desk) -> Answer {
    let (voting, _) = by_link(&desk, &desk.params.whole("cle")).await?;
    open(&desk, &voting)?;
    let own = voting.seat(desk.params.typed("siege"))?;
    desk.form(&page(&voting, own, None))
}

pub async fn vote_by_link(desk: Desk, Form(form): Form) -> Answer {
    let key = form.whole("cle");
    let (voting, who) = by_link(&desk, &key).await?;
    match vote_as(&desk, who, &voting, &form).await {
        Ok(()) => {
            let (voting, _) = by_link(&desk, &key).await?;
            desk.private(StatusCode::OK, &VotedPage { voting })
        }
        Err(error @ Error::Invalid(_)) => {
            let own = voting.seat(form.typed("siege"))?;
            desk.form_again(page(&voting, own, Some(&form)), error)
        }
        Err(error) => Err(error.into()),
    }
}
