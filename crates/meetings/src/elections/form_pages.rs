//! The forms by which those who animate prepare an election, call for candidates, have it voted, end it.

use axum::extract::Path;
use governance::bodies::model::Body;
use governance::forms;
use governance::governances::store::Head;
use jiff::civil::Date;
use kernel::coded::Coded as _;
use kernel::{Error, PartialDate, Provenance, Result};
use ui::form::{Choice, Field, Kind as Control};
use ui::form_page::{Change, FormPage};
use web::{Answer, Desk, Form, Params};

use super::acts;
use super::draft::{ElectionDraft, moment};
use super::model::{Election, Kind, Office};
use super::pages::{Known, Place, managed};
use super::store as reads;
use super::vote::{self, How};
use crate::ballots::model::Way;
use crate::ballots::rule::{Base, Majority, Tie};
use crate::decisions::store::{Place as OnAgenda, places};
use crate::model::{Item, MeetingState};
use crate::planning::{body_of, trail_of_body};
use crate::url;
use kernel::Id;

/// Items of agendas among which one chooses where it is voted.
const ITEMS: i64 = 80;

fn draft(form: &Params) -> ElectionDraft {
    let typed = |name: &str| form.typed(name).to_owned();
    ElectionDraft {
        title: typed("title"),
        description: form.whole("description"),
        office: typed("office"),
        office_name: typed("office_name"),
        kind: typed("kind"),
        posts: typed("posts"),
        term_from: typed("term_from"),
        term_until: typed("term_until"),
        rounds: typed("rounds"),
        secret: form.ticked("secret"),
        majority: typed("majority"),
        base: typed("base"),
        tie: typed("tie"),
    }
}

fn shown_day(day: PartialDate) -> String {
    forms::shown_date(Some(day))
}

fn of(election: &Election) -> ElectionDraft {
    ElectionDraft {
        title: election.title.clone(),
        description: election.description.clone(),
        office: election.office.code().to_owned(),
        office_name: election.office_name.clone(),
        kind: election.kind.code().to_owned(),
        posts: election.posts.to_string(),
        term_from: shown_day(election.term.0),
        term_until: shown_day(election.term.1),
        rounds: election.rounds.to_string(),
        secret: election.secret,
        majority: election.majority.code().to_owned(),
        base: election.base.code().to_owned(),
        tie: election.tie.code().to_owned(),
    }
}

/// What a new election begins with: a year, from the day after the term that ends, or from today.
fn fresh(after: Option<&Election>, today: Date) -> ElectionDraft {
    let one_day = jiff::Span::new().days(1);
    let from = match after {
        Some(before) => before.term.1.last_day().max(today.saturating_sub(one_day)).saturating_add(one_day),
        None => today,
    };
    let until = from.saturating_add(jiff::Span::new().years(1)).saturating_sub(one_day);
    let term = (shown_day(PartialDate::of_day(from)), shown_day(PartialDate::of_day(until)));
    match after {
        Some(before) => ElectionDraft { term_from: term.0, term_until: term.1, ..of(before) },
        None => ElectionDraft {
            office: Office::Animator.code().to_owned(),
            kind: Kind::Persons.code().to_owned(),
            posts: "1".to_owned(),
            term_from: term.0,
            term_until: term.1,
            rounds: "2".to_owned(),
            secret: true,
            majority: Majority::Absolute.code().to_owned(),
            base: Base::Valid.code().to_owned(),
            tie: Tie::SecondRound.code().to_owned(),
            ..ElectionDraft::default()
        },
    }
}

fn fields(draft: &ElectionDraft) -> Vec<Field> {
    let radio =
        |name: &str, label: &str, choices: Vec<Choice>| Field::choice(Control::Radio, name, label, choices).required();
    let rounds = [("1", "Un seul"), ("2", "Deux : la majorité au premier, le plus de voix au second")]
        .map(|(value, label)| Choice::new(value, label).selected(draft.rounds == value));
    let secret = Field::new(Control::Checkbox, "secret", "Vote secret")
        .hint("On saura qui a voté, jamais ce que chacun a voté.")
        .value(if draft.secret { "oui" } else { "" });
    vec![
        Field::text("title", "Titre")
            .hint("Exemple : Élection du binôme d'animation 2027")
            .autocomplete("off")
            .maxlength(200)
            .required()
            .value(&draft.title),
        Field::area("description", "Ce que la fonction demande")
            .hint("Le temps qu'elle prend, ce qu'elle permet de faire, qui peut se présenter.")
            .rows(4)
            .maxlength(4_000)
            .value(&draft.description),
        radio("office", "On élit pour", forms::choices::<Office>(&draft.office)),
        Field::text("office_name", "Pour une autre fonction : laquelle")
            .autocomplete("off")
            .maxlength(100)
            .value(&draft.office_name),
        radio("kind", "Qui se présente", forms::choices::<Kind>(&draft.kind)),
        Field::new(Control::Number, "posts", "Combien de postes, ou de binômes").required().value(&draft.posts),
        Field::new(Control::Date, "term_from", "Premier jour du mandat").required().value(&draft.term_from),
        Field::new(Control::Date, "term_until", "Dernier jour du mandat")
            .hint("Le pouvoir d'animer finit de lui-même ce jour-là. La page « À faire » le rappelle soixante jours avant.")
            .required()
            .value(&draft.term_until),
        radio("rounds", "Tours", rounds.into()),
        secret,
        Field::choice(Control::Select, "majority", "Majorité demandée", forms::choices::<Majority>(&draft.majority))
            .required(),
        Field::choice(Control::Select, "base", "Comptée sur", forms::choices::<Base>(&draft.base))
            .hint("La majorité simple se compte toujours sur les suffrages exprimés.")
            .required(),
        Field::choice(Control::Select, "tie", "En cas d'égalité", forms::choices::<Tie>(&draft.tie)).required(),
    ]
}

fn new_page(head: &Head, body: &Body, draft: &ElectionDraft) -> FormPage {
    let back = governance::url::body(&head.slug, &body.slug);
    forms::page(head, "Préparer une élection", format!("{back}/elections/nouvelle"), "Enregistrer cette élection")
        .about(body.name.clone())
        .trail(trail_of_body(head, body))
        .note("Personne n'est encore appelé : vous ouvrirez l'appel à candidatures ensuite.")
        .fields(fields(draft))
        .cancel(back)
}

pub async fn show_new(desk: Desk, Path((slug, instance)): Place) -> Answer {
    let (head, body) = body_of(&desk, slug, instance).await?;
    let (of, after) = (body.id, desk.params.typed("apres").to_owned());
    let governance = head.id;
    let after = desk
        .read(move |tx| match reads::by_slug(tx, governance, &after) {
            Ok(found) => Ok(Some(found).filter(|found| found.body == of)),
            Err(Error::NotFound) => Ok(None),
            Err(other) => Err(other),
        })
        .await?;
    let draft = fresh(after.as_ref(), desk.app.clock().now().day());
    desk.form(&new_page(&head, &body, &draft))
}

pub async fn prepare(desk: Desk, Path((slug, instance)): Place, Form(form): Form) -> Answer {
    let (head, body) = body_of(&desk, slug, instance).await?;
    let draft = draft(&form);
    let of = body.id;
    let done = match draft.parse() {
        Ok(new) => {
            desk.act(move |ctx, tx| {
                let id = acts::prepare(ctx, tx, of, &new, &Provenance::entered())?;
                reads::find(tx, id)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(election) => desk.done(
            &url::election(&head.slug, &election.slug),
            "L'élection est préparée. Ouvrez l'appel à candidatures quand vous le voulez.",
        ),
        Err(error) => desk.form_again(new_page(&head, &body, &draft), error),
    }
}

/// A form about one election.
pub(super) fn form(known: &Known, title: &str, place: &str, button: &str) -> FormPage {
    forms::page(&known.head, title, known.at(place), button)
        .about(known.election.title.clone())
        .trail(known.inner_trail())
        .cancel(known.page())
}

fn change_page(known: &Known, version: i64, draft: &ElectionDraft) -> FormPage {
    form(known, "Modifier cette élection", "modifier", "Enregistrer")
        .field(Field::hidden("version", version.to_string()))
        .fields(fields(draft))
}

pub async fn show_change(desk: Desk, Path((slug, election)): Place) -> Answer {
    let known = managed(&desk, slug, election).await?;
    desk.form(&change_page(&known, known.election.version, &of(&known.election)))
}

pub async fn change(desk: Desk, Path((slug, election)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug.clone(), election.clone()).await?;
    let (id, draft) = (known.election.id, draft(&form));
    let version: i64 = form.typed("version").parse().unwrap_or(-1);
    let done = match draft.parse() {
        Ok(new) => desk.act(move |ctx, tx| acts::change(ctx, tx, id, version, &new)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&known.page(), "L'élection est modifiée."),
        Err(error @ Error::Conflict(_)) => {
            let now = managed(&desk, slug, election).await?;
            let change = Change { label: "Titre".to_owned(), now: now.election.title.clone() };
            desk.form_again(change_page(&now, now.election.version, &draft).overtaken(vec![change]), error)
        }
        Err(error) => desk.form_again(change_page(&known, version, &draft), error),
    }
}

fn call_page(known: &Known, day: &str, hour: &str) -> FormPage {
    let (title, button) = match known.election.opened_at {
        None => ("Ouvrir l'appel à candidatures", "Ouvrir l'appel"),
        Some(_) => ("Changer la fin de l'appel à candidatures", "Enregistrer"),
    };
    form(known, title, "appel", button)
        .note("Les personnes qui représentent une structure de l'instance sont prévenues. Jusqu'à la fin, chacune ne voit que sa candidature ; ensuite, tous les noms sont publics.")
        .field(Field::new(Control::Date, "closes_day", "Dernier jour").required().value(day))
        .field(Field::new(Control::Time, "closes_hour", "À quelle heure").required().value(hour))
}

pub async fn show_call(desk: Desk, Path((slug, election)): Place) -> Answer {
    let known = managed(&desk, slug, election).await?;
    let closes = known.election.closes_at.map(|at| known.zone.civil(at));
    let day = closes.map(|(day, _)| shown_day(PartialDate::of_day(day))).unwrap_or_default();
    let hour = closes.map_or_else(|| "18:00".to_owned(), |(_, hour)| hour.strftime("%H:%M").to_string());
    desk.form(&call_page(&known, &day, &hour))
}

pub async fn call(desk: Desk, Path((slug, election)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, election).await?;
    let id = known.election.id;
    let done = match moment(form.typed("closes_day"), form.typed("closes_hour")) {
        Ok(until) => desk.act(move |ctx, tx| acts::call(ctx, tx, id, until)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&known.page(), "L'appel à candidatures est ouvert."),
        Err(error) => desk.form_again(call_page(&known, form.typed("closes_day"), form.typed("closes_hour")), error),
    }
}

/// The items on which it may be voted: of meetings that are not over.
async fn on_agenda(desk: &Desk, known: &Known) -> Result<Vec<OnAgenda>> {
    let body = known.body.id;
    let mut all = desk.read(move |tx| places(tx, body, ITEMS)).await?;
    all.retain(|one| matches!(one.meeting.state, MeetingState::Draft | MeetingState::Convened | MeetingState::Open));
    Ok(all)
}

fn vote_page(known: &Known, places: &[OnAgenda], typed: &Params) -> FormPage {
    let way = match typed.one("way") {
        Some(way) => way.to_owned(),
        None if places.is_empty() => Way::Written.code().to_owned(),
        None => Way::Live.code().to_owned(),
    };
    let none = Choice::new("", "Aucun point : le vote est écrit");
    let items = places.iter().map(|one| {
        let id = one.item.to_string();
        let chosen = typed.one("item") == Some(id.as_str());
        Choice::new(id, format!("{} · {}, {}", one.title, one.meeting.title, one.meeting.when())).selected(chosen)
    });
    let hour = typed.one("closes_hour").unwrap_or("18:00");
    form(known, "Préparer le vote", "vote", "Préparer le vote")
        .note("La liste des candidatures est arrêtée et publiée ; celles qui attendent encore un accord n'y sont pas. Le vote s'ouvre ensuite, depuis sa page.")
        .field(Field::choice(Control::Radio, "way", "Quand vote-t-on ?", forms::choices::<Way>(&way)).required())
        .field(
            Field::choice(Control::Select, "item", "En séance : sur quel point", std::iter::once(none).chain(items))
                .hint("Les points des réunions à venir ou ouvertes de l'instance."),
        )
        .field(Field::new(Control::Date, "closes_day", "Par écrit : dernier jour").value(typed.typed("closes_day")))
        .field(Field::new(Control::Time, "closes_hour", "À quelle heure").value(hour))
}

pub async fn show_vote(desk: Desk, Path((slug, election)): Place) -> Answer {
    let known = managed(&desk, slug, election).await?;
    let places = on_agenda(&desk, &known).await?;
    desk.form(&vote_page(&known, &places, &desk.params))
}

/// How it is voted, as the form says.
fn how(form: &Params) -> Result<How> {
    let unknown = || Error::invalid("item", "Choisissez un point de la liste.");
    let item: Option<Id<Item>> = match form.one("item") {
        None => None,
        Some(typed) => Some(typed.parse().map_err(|_| unknown())?),
    };
    match Way::from_code(form.typed("way")) {
        None => Err(Error::invalid("way", "Choisissez une réponse dans la liste.")),
        Some(Way::Live) if item.is_none() => Err(unknown()),
        Some(Way::Live) => Ok(How { item, way: Way::Live, closes: None }),
        Some(Way::Written) => {
            let closes = moment(form.typed("closes_day"), form.typed("closes_hour"))?;
            Ok(How { item, way: Way::Written, closes: Some(closes) })
        }
    }
}

pub async fn vote(desk: Desk, Path((slug, election)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, election).await?;
    let id = known.election.id;
    let done = match how(&form) {
        Ok(how) => {
            desk.act(move |ctx, tx| {
                let ballot = vote::prepare(ctx, tx, id, how)?;
                crate::ballots::store::find(tx, ballot)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(ballot) => desk.done(
            &url::ballot(&known.head.slug, &ballot.slug),
            "La liste est arrêtée, le vote est préparé. Personne ne vote encore.",
        ),
        Err(error) => {
            let places = on_agenda(&desk, &known).await?;
            desk.form_again(vote_page(&known, &places, &form), error)
        }
    }
}

fn finish_page(known: &Known) -> FormPage {
    form(known, "Terminer l'élection", "terminer", "Terminer")
        .note("Les postes qui ne sont pas pourvus restent ouverts. Vous pourrez préparer une autre élection pour eux.")
}

pub async fn show_finish(desk: Desk, Path((slug, election)): Place) -> Answer {
    let known = managed(&desk, slug, election).await?;
    desk.form(&finish_page(&known))
}

pub async fn finish(desk: Desk, Path((slug, election)): Place) -> Answer {
    let known = managed(&desk, slug, election).await?;
    let id = known.election.id;
    match desk.act(move |ctx, tx| acts::finish(ctx, tx, id)).await {
        Ok(()) => desk.done(&known.page(), "L'élection est terminée."),
        Err(error) => desk.form_again(finish_page(&known), error),
    }
}

fn abandon_page(known: &Known, typed: &str) -> FormPage {
    form(known, "Abandonner cette élection", "abandonner", "Abandonner")
        .note("Les candidatures sont gardées par les personnes qui animent ; un vote en cours est abandonné avec elle.")
        .field(Field::text("reason", "Pourquoi").required().maxlength(300).autocomplete("off").value(typed))
        .danger()
}

pub async fn show_abandon(desk: Desk, Path((slug, election)): Place) -> Answer {
    let known = managed(&desk, slug, election).await?;
    desk.form(&abandon_page(&known, ""))
}

pub async fn abandon(desk: Desk, Path((slug, election)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, election).await?;
    let (id, reason) = (known.election.id, form.typed("reason").to_owned());
    match desk.act(move |ctx, tx| acts::abandon(ctx, tx, id, &reason)).await {
        Ok(()) => desk.done(&known.page(), "L'élection est abandonnée."),
        Err(error) => desk.form_again(abandon_page(&known, form.typed("reason")), error),
    }
}
