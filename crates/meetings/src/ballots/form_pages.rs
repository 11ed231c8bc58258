//! The forms by which those who animate prepare a ballot, open it, give it up.

use axum::extract::Path;
use governance::bodies::model::Body;
use governance::forms;
use governance::governances::store::Head;
use kernel::coded::Coded as _;
use kernel::{Error, Id, Provenance, Result};
use ui::form::{Choice, Field, Kind};
use ui::form_page::{Change, FormPage};
use web::{Answer, Desk, Form, Params};

use super::acts;
use super::draft::BallotDraft;
use super::draw::meeting_of;
use super::model::{self, Ballot, Way};
use super::pages::{Known, Place, managed};
use super::rule::{Base, Majority, Tie};
use crate::decisions::{self, Decision};
use crate::model::{Item, Meeting};
use crate::planning::convocation::Site;
use crate::planning::{body_of, trail_of_body, trail_of_meeting};
use crate::store as reads;
use crate::url;

fn draft(form: &Params) -> BallotDraft {
    let typed = |name: &str| form.typed(name).to_owned();
    BallotDraft {
        question: typed("question"),
        description: form.whole("description"),
        form: typed("form"),
        answers: form.whole("answers"),
        most: typed("most"),
        places: typed("places"),
        secret: form.ticked("secret"),
        way: typed("way"),
        closes_day: typed("closes_day"),
        closes_hour: typed("closes_hour"),
        majority: typed("majority"),
        base: typed("base"),
        tie: typed("tie"),
        publishes: form.ticked("publishes"),
        decision: typed("decision"),
    }
}

/// What a new ballot begins with.
fn fresh(item: Option<&Item>) -> BallotDraft {
    BallotDraft {
        question: item.map(|item| item.title.clone()).unwrap_or_default(),
        form: model::Form::Proposal.code().to_owned(),
        way: if item.is_some() { Way::Live } else { Way::Written }.code().to_owned(),
        closes_hour: "18:00".to_owned(),
        majority: Majority::Simple.code().to_owned(),
        base: Base::Valid.code().to_owned(),
        tie: Tie::Rejected.code().to_owned(),
        most: "1".to_owned(),
        places: "1".to_owned(),
        publishes: true,
        ..BallotDraft::default()
    }
}

/// A ballot as its form shows it.
fn of(known: &Known) -> BallotDraft {
    let ballot = &known.ballot;
    let closes = ballot.closes_at.map(|at| known.zone.civil(at));
    BallotDraft {
        question: ballot.question.clone(),
        description: ballot.description.clone(),
        form: ballot.form.code().to_owned(),
        answers: match ballot.form {
            model::Form::Proposal => String::new(),
            _ => ballot.answers.iter().map(|answer| answer.label.as_str()).collect::<Vec<_>>().join("\n"),
        },
        most: ballot.most.to_string(),
        places: ballot.rule.places.to_string(),
        secret: ballot.secret,
        way: ballot.way.code().to_owned(),
        closes_day: closes.map(|(day, _)| day.strftime("%d/%m/%Y").to_string()).unwrap_or_default(),
        closes_hour: closes.map(|(_, hour)| hour.strftime("%H:%M").to_string()).unwrap_or_default(),
        majority: ballot.rule.majority.code().to_owned(),
        base: ballot.rule.base.code().to_owned(),
        tie: ballot.rule.tie.code().to_owned(),
        publishes: ballot.publishes,
        decision: known.decision.as_ref().map(|decision| decision.id.to_string()).unwrap_or_default(),
    }
}

fn ticked(name: &str, label: &str, hint: &str, ticked: bool) -> Field {
    Field::new(Kind::Checkbox, name, label).hint(hint).value(if ticked { "oui" } else { "" })
}

/// The drafts of decisions on which a ballot of this body may be prepared: identifier and title.
async fn drafts(desk: &Desk, body: Id<Body>, ballot: Option<Id<Ballot>>) -> Result<Vec<(String, String)>> {
    let free = move |draft: &Decision| draft.ballot.is_none() || draft.ballot == ballot.map(Id::uuid);
    let all = desk.read(move |tx| decisions::drafts_of_body(tx, body)).await?;
    Ok(all.into_iter().filter(free).map(|draft| (draft.id.to_string(), draft.title)).collect())
}

/// The draft of a decision that the vote adopts, where there is one to choose.
fn decision(draft: &BallotDraft, drafts: &[(String, String)]) -> Option<Field> {
    let none = Choice::new("", "Aucun projet de décision");
    let each = drafts.iter().map(|(id, title)| Choice::new(id, title).selected(*id == draft.decision));
    let field = Field::choice(Kind::Select, "decision", "Projet de décision", std::iter::once(none).chain(each));
    (!drafts.is_empty()).then(|| {
        field.hint("S'il est adopté, le vote lui donne son numéro et ses effets, quand vous publiez le résultat.")
    })
}

fn fields(draft: &BallotDraft, drafts: &[(String, String)]) -> Vec<Field> {
    let radio =
        |name: &str, label: &str, choices: Vec<Choice>| Field::choice(Kind::Radio, name, label, choices).required();
    let mut all = vec![
        Field::text("question", "Ce qui est soumis au vote")
            .hint("Exemple : Admettre la Fédération des foyers ruraux")
            .autocomplete("off")
            .maxlength(300)
            .required()
            .value(&draft.question),
        Field::area("description", "Explication").rows(4).maxlength(4_000).value(&draft.description),
        radio("way", "Quand vote-t-on ?", forms::choices::<Way>(&draft.way)),
        Field::new(Kind::Date, "closes_day", "Consultation écrite : dernier jour").value(&draft.closes_day),
        Field::new(Kind::Time, "closes_hour", "À quelle heure elle se termine").value(&draft.closes_hour),
        radio("form", "Ce que l'on demande", forms::choices::<model::Form>(&draft.form)),
        Field::area("answers", "Pour un choix : les réponses proposées")
            .hint("Une par ligne, deux au moins.")
            .rows(4)
            .value(&draft.answers),
        Field::new(Kind::Number, "most", "Pour plusieurs choix : combien chacun peut en cocher").value(&draft.most),
        Field::new(Kind::Number, "places", "Pour un choix : combien de réponses sont retenues").value(&draft.places),
        ticked(
            "secret",
            "Vote secret",
            "On saura qui a voté, jamais ce que chacun a voté. Une structure ne peut pas motiver son vote.",
            draft.secret,
        ),
        Field::choice(Kind::Select, "majority", "Majorité demandée", forms::choices::<Majority>(&draft.majority))
            .required(),
        Field::choice(Kind::Select, "base", "Comptée sur", forms::choices::<Base>(&draft.base))
            .hint("La majorité simple se compte toujours sur les suffrages exprimés.")
            .required(),
        Field::choice(Kind::Select, "tie", "En cas d'égalité", forms::choices::<Tie>(&draft.tie)).required(),
        ticked(
            "publishes",
            "Publier le résultat dès la clôture",
            "Sinon, vous le lisez d'abord et le publiez quand vous le décidez.",
            draft.publishes,
        ),
    ];
    all.extend(decision(draft, drafts));
    all
}

/// The body of the address, and the item of its query or its form.
async fn place(
    desk: &Desk,
    slug: String,
    instance: String,
    point: &str,
) -> Result<(Head, Body, Option<(Item, Meeting)>)> {
    let (head, body) = body_of(desk, slug, instance).await?;
    if point.is_empty() {
        return Ok((head, body, None));
    }
    let (id, of): (Id<Item>, _) = (point.parse().map_err(|_| Error::NotFound)?, body.id);
    let found = desk
        .read(move |tx| {
            let meeting = meeting_of(tx, id)?;
            if !reads::bodies(tx, meeting.id)?.iter().any(|body| body.id == of) {
                return Err(Error::NotFound);
            }
            let item = reads::agenda(tx, meeting.id)?.into_iter().find(|item| item.id == id).ok_or(Error::NotFound)?;
            Ok((item, meeting))
        })
        .await?;
    Ok((head, body, Some(found)))
}

fn new_page(
    head: &Head,
    body: &Body,
    item: Option<&(Item, Meeting)>,
    draft: &BallotDraft,
    drafts: &[(String, String)],
) -> FormPage {
    let action = format!("{}/scrutins/nouveau", governance::url::body(&head.slug, &body.slug));
    let (trail, about, back) = match item {
        Some((item, meeting)) => (
            trail_of_meeting(head, meeting),
            format!("{}, {} ({})", item.title, meeting.title, body.name),
            format!("{}/ordre-du-jour", url::meeting(&head.slug, &meeting.slug)),
        ),
        None => (trail_of_body(head, body), body.name.clone(), governance::url::body(&head.slug, &body.slug)),
    };
    let mut page = forms::page(head, "Préparer un vote", action, "Enregistrer ce vote").about(about).trail(trail);
    if let Some((item, _)) = item {
        page = page.field(Field::hidden("point", item.id.to_string()));
    }
    page.note(
        "Personne ne vote encore : vous ouvrirez le vote au moment voulu, et la liste de qui vote s'arrêtera alors.",
    )
    .fields(fields(draft, drafts))
    .cancel(back)
}

pub async fn show_new(desk: Desk, Path((slug, instance)): Place) -> Answer {
    let point = desk.params.typed("point").to_owned();
    let (head, body, item) = place(&desk, slug, instance, &point).await?;
    let draft = fresh(item.as_ref().map(|(item, _)| item));
    let drafts = drafts(&desk, body.id, None).await?;
    desk.form(&new_page(&head, &body, item.as_ref(), &draft, &drafts))
}

pub async fn prepare(desk: Desk, Path((slug, instance)): Place, Form(form): Form) -> Answer {
    let (head, body, item) = place(&desk, slug, instance, form.typed("point")).await?;
    let draft = draft(&form);
    let drafts = drafts(&desk, body.id, None).await?;
    let (of, on) = (body.id, item.as_ref().map(|(item, _)| item.id));
    let done = match draft.parse() {
        Ok(new) => {
            let provenance = Provenance::entered();
            desk.act(move |ctx, tx| {
                let id = acts::prepare(ctx, tx, of, on, &new, &provenance)?;
                super::store::find(tx, id)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(ballot) => {
            desk.done(&url::ballot(&head.slug, &ballot.slug), "Le vote est préparé. Personne ne vote encore.")
        }
        Err(error) => desk.form_again(new_page(&head, &body, item.as_ref(), &draft, &drafts), error),
    }
}

fn change_page(known: &Known, version: i64, draft: &BallotDraft, drafts: &[(String, String)]) -> FormPage {
    forms::page(&known.head, "Modifier ce vote", format!("{}/modifier", known.page()), "Enregistrer")
        .about(known.ballot.question.clone())
        .trail(known.trail())
        .field(Field::hidden("version", version.to_string()))
        .fields(fields(draft, drafts))
        .cancel(known.page())
}

pub async fn show_change(desk: Desk, Path((slug, scrutin)): Place) -> Answer {
    let known = managed(&desk, slug, scrutin).await?;
    let drafts = drafts(&desk, known.body.id, Some(known.ballot.id)).await?;
    desk.form(&change_page(&known, known.ballot.version, &of(&known), &drafts))
}

pub async fn change(desk: Desk, Path((slug, scrutin)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug.clone(), scrutin.clone()).await?;
    let draft = draft(&form);
    let version: i64 = form.typed("version").parse().unwrap_or(-1);
    let id = known.ballot.id;
    let drafts = drafts(&desk, known.body.id, Some(id)).await?;
    let done = match draft.parse() {
        Ok(new) => desk.act(move |ctx, tx| acts::change(ctx, tx, id, version, &new)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&known.page(), "Le vote est modifié."),
        Err(error @ Error::Conflict(_)) => {
            let now = managed(&desk, slug, scrutin).await?;
            let change = Change { label: "Ce qui est soumis au vote".to_owned(), now: now.ballot.question.clone() };
            desk.form_again(change_page(&now, now.ballot.version, &draft, &drafts).overtaken(vec![change]), error)
        }
        Err(error) => desk.form_again(change_page(&known, version, &draft, &drafts), error),
    }
}

fn open_page(known: &Known) -> FormPage {
    let note = match known.ballot.way {
        Way::Live => "La liste de qui vote s'arrête maintenant, avec les présences notées : notez d'abord les arrivées. Le vote ne se rouvre pas.".to_owned(),
        Way::Written => format!(
            "La liste de qui vote s'arrête maintenant. Chacune des personnes qui votent reçoit un lien, jusqu'au {}. Le vote ne se rouvre pas.",
            known.until().unwrap_or_default()
        ),
    };
    forms::page(&known.head, "Ouvrir le vote", format!("{}/ouvrir", known.page()), "Ouvrir le vote")
        .about(known.ballot.question.clone())
        .trail(known.trail())
        .note(note)
        .cancel(known.page())
}

pub async fn show_open(desk: Desk, Path((slug, scrutin)): Place) -> Answer {
    let known = managed(&desk, slug, scrutin).await?;
    desk.form(&open_page(&known))
}

pub async fn open(desk: Desk, Path((slug, scrutin)): Place) -> Answer {
    let known = managed(&desk, slug, scrutin).await?;
    let id = known.ballot.id;
    let (address, secret) = (desk.app.settings().public_address.clone(), desk.app.secret().clone());
    match desk.act(move |ctx, tx| acts::open(ctx, tx, &Site { address: &address, secret: &secret }, id)).await {
        Ok(_) => desk.done(&known.page(), "Le vote est ouvert."),
        Err(error) => desk.form_again(open_page(&known), error),
    }
}

fn abandon_page(known: &Known, typed: &str) -> FormPage {
    forms::page(&known.head, "Abandonner ce vote", format!("{}/abandonner", known.page()), "Abandonner")
        .about(known.ballot.question.clone())
        .trail(known.trail())
        .note("Les votes déjà donnés sont effacés, sans être comptés.")
        .field(Field::text("reason", "Pourquoi").required().maxlength(300).autocomplete("off").value(typed))
        .danger()
        .cancel(known.page())
}

pub async fn show_abandon(desk: Desk, Path((slug, scrutin)): Place) -> Answer {
    let known = managed(&desk, slug, scrutin).await?;
    desk.form(&abandon_page(&known, ""))
}

pub async fn abandon(desk: Desk, Path((slug, scrutin)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, scrutin).await?;
    let (id, reason): (Id<Ballot>, String) = (known.ballot.id, form.typed("reason").to_owned());
    match desk.act(move |ctx, tx| acts::abandon(ctx, tx, id, &reason)).await {
        Ok(()) => desk.done(&known.page(), "Le vote est abandonné."),
        Err(error) => desk.form_again(abandon_page(&known, form.typed("reason")), error),
    }
}
