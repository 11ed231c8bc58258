//! Preparing a series in two steps, the rhythm and then the dates; giving up what follows.

use askama::Template;
use axum::extract::Path;
use governance::bodies::model::Body;
use governance::forms;
use governance::governances::store::Head;
use http::StatusCode;
use jiff::civil::Date;
use kernel::time::french_date;
use kernel::zone::{Zone, weekday};
use kernel::{Error, Id, Provenance, Result};
use ui::form::{Choice, ErrorSummary, Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form, Params, refusal};

use super::form::{Proposed, RhythmKind, Series, SeriesDraft, proposed};
use super::{acts, store as reads};
use crate::agenda::template::acts as template;
use crate::model::{Format, MeetingState};
use crate::planning::acts::{Draft, zone};
use crate::planning::sheet::{has_template, jointly, others, template_box};
use crate::planning::{Known, body_of, managed, trail_of_body};
use crate::schedule::recurrence::{DayOfWeek, Nth};

type Place = Path<(String, String)>;

const NAMES: [&str; 14] = [
    "title",
    "format",
    "rhythm",
    "nth",
    "weekday",
    "every",
    "from",
    "until",
    "hour",
    "minutes",
    "place",
    "video",
    "presentation",
    "template",
];

fn typed(form: &Params) -> SeriesDraft {
    let typed = |name: &str| form.typed(name).to_owned();
    SeriesDraft {
        meeting: Draft {
            title: typed("title"),
            format: typed("format"),
            hour: typed("hour"),
            minutes: typed("minutes"),
            place: typed("place"),
            video: typed("video"),
            presentation: typed("presentation"),
            ..Draft::default()
        },
        rhythm: typed("rhythm"),
        nth: typed("nth"),
        weekday: typed("weekday"),
        every: typed("every"),
        from: typed("from"),
        until: typed("until"),
    }
}

/// `template`: whether the body has one.
fn rhythm_page(head: &Head, body: &Body, others: &[Body], shown: &Params, template: bool) -> FormPage {
    let back = governance::url::body(&head.slug, &body.slug);
    let value = |name: &str| shown.typed(name).to_owned();
    let mut page = forms::page(head, "Préparer une série de réunions", format!("{back}/reunions/serie"), "Voir les dates")
        .about(body.name.clone())
        .trail(trail_of_body(head, body))
        .note("Les réunions restent des brouillons, que personne d'autre ne voit, jusqu'à la convocation de chacune. Vous choisirez les dates à l'étape suivante.")
        .field(Field::text("title", "Titre de chaque réunion").autocomplete("off").required().value(value("title")))
        .field(Field::choice(Kind::Select, "format", "Format", forms::choices::<Format>(shown.typed("format"))).required())
        .field(Field::choice(Kind::Radio, "rhythm", "Rythme", forms::choices::<RhythmKind>(shown.typed("rhythm"))).required())
        .field(
            Field::choice(Kind::Select, "nth", "Rang dans le mois", forms::choices::<Nth>(shown.typed("nth")))
                .required()
                .hint("Pour « certains mois » seulement."),
        )
        .field(Field::choice(Kind::Select, "weekday", "Jour de la semaine", forms::choices::<DayOfWeek>(shown.typed("weekday"))).required())
        .field(
            Field::new(Kind::Number, "every", "Intervalle")
                .hint("En mois ou en semaines. 1 : chaque mois, chaque semaine ; 2 : un sur deux.")
                .required()
                .value(value("every")),
        )
        .field(Field::new(Kind::Date, "from", "À partir du").required().value(value("from")))
        .field(Field::new(Kind::Date, "until", "Jusqu'au").required().value(value("until")))
        .field(Field::new(Kind::Time, "hour", "Heure du début").required().value(value("hour")))
        .field(Field::new(Kind::Number, "minutes", "Durée, en minutes").required().value(value("minutes")))
        .field(Field::text("place", "Lieu").autocomplete("off").value(value("place")))
        .field(
            Field::new(Kind::Url, "video", "Lien de visioconférence")
                .hint("Public, comme le reste : préférez un lien avec salle d'attente.")
                .value(value("video")),
        )
        .field(
            Field::area("presentation", "Présentation")
                .hint("Pourquoi on se réunit, en quelques mots.")
                .value(value("presentation")),
        );
    if template {
        page = page.field(template_box(shown.ticked("template")));
    }
    if let Some(field) = jointly(others, &shown.all("bodies")) {
        page = page.field(field);
    }
    page.cancel(back)
}

pub async fn show(desk: Desk, Path((slug, instance)): Place) -> Answer {
    let (head, body) = body_of(&desk, slug, instance).await?;
    let others = others(&desk, &head, &body).await?;
    let shown = Params::of([
        ("title", body.name.clone()),
        ("rhythm", "monthly".to_owned()),
        ("weekday", "wednesday".to_owned()),
        ("every", "1".to_owned()),
        ("hour", "14:00".to_owned()),
        ("minutes", "120".to_owned()),
        ("template", "oui".to_owned()),
    ]);
    let template = has_template(&desk, &body).await?;
    desk.form(&rhythm_page(&head, &body, &others, &shown, template))
}

#[derive(Template)]
#[template(path = "schedule/series/dates.html")]
struct DatesPage {
    head: Head,
    body: Body,
    lead: String,
    dates: Field,
    hidden: Vec<Field>,
    errors: ErrorSummary,
}

impl Page for DatesPage {
    fn title(&self) -> String {
        let error = if self.errors.is_empty() { "" } else { "Erreur : " };
        format!("{error}Choisir les dates de la série · {} · {}", self.body.name, self.head.name)
    }
    fn crumb(&self) -> String {
        "Choisir les dates de la série".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        trail_of_body(&self.head, &self.body)
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl DatesPage {
    fn action(&self) -> String {
        format!("{}/reunions/serie", governance::url::body(&self.head.slug, &self.body.slug))
    }
}

fn day_in_words(day: Date) -> String {
    format!("{} {}", weekday(day), french_date(day))
}

/// The second step. `ticked` is what was chosen before, when something was wrong with it.
fn dates_page(
    (head, body): (Head, Body),
    series: &Series,
    zone: Zone,
    all: &[Proposed],
    form: &Params,
    ticked: Option<&[Date]>,
) -> DatesPage {
    let choices = all.iter().map(|one| {
        let chosen = ticked.map_or(one.against.is_none(), |ticked| ticked.contains(&one.day));
        let choice = Choice::new(one.day.to_string(), day_in_words(one.day)).selected(chosen);
        choice.hint(one.against.clone().unwrap_or_default())
    });
    let place = if zone == Zone::PARIS { String::new() } else { format!(" ({})", zone.label()) };
    let many = series.days.len();
    let plural = if many > 1 { "s" } else { "" };
    let hidden = NAMES.iter().map(|name| Field::hidden(*name, form.typed(name)));
    let bodies = form.all("bodies").into_iter().map(|id| Field::hidden("bodies", id));
    DatesPage {
        lead: format!(
            "Réunions {}, à {}{place} : {many} date{plural}.",
            series.rhythm.in_words(),
            kernel::zone::french_hour(series.plan.hour)
        ),
        dates: Field::choice(Kind::Checkboxes, "dates", "Dates à préparer", choices).required(),
        hidden: hidden.chain(bodies).collect(),
        errors: ErrorSummary::default(),
        head,
        body,
    }
}

pub async fn prepare(desk: Desk, Path((slug, instance)): Place, Form(form): Form) -> Answer {
    let (head, body) = body_of(&desk, slug, instance).await?;
    let joint = others(&desk, &head, &body).await?;
    let rhythm = rhythm_page(&head, &body, &joint, &form, has_template(&desk, &body).await?);
    if form.typed("etape") == "rythme" {
        return desk.form(&rhythm);
    }
    let ticked = form.all("bodies");
    let mut ids: Vec<Id<Body>> = vec![body.id];
    ids.extend(joint.iter().filter(|other| ticked.contains(&other.id.to_string().as_str())).map(|other| other.id));
    let now = desk.app.clock().now();
    let governance = head.id;
    let zone = desk.read(move |tx| zone(tx, governance)).await?;
    let series = match typed(&form).parse(zone.civil(now).0) {
        Ok(series) => series,
        Err(error) => return desk.form_again(rhythm, error),
    };
    let all = proposals(&desk, &head, &series, zone, ids.clone()).await?;
    if form.typed("etape") != "creer" {
        let page = dates_page((head, body), &series, zone, &all, &form, None);
        return desk.private(StatusCode::OK, &page);
    }
    // What is no date is as good as a date that is not of the list.
    let chosen: Vec<Date> = form.all("dates").iter().map(|day| day.parse().unwrap_or(Date::ZERO)).collect();
    let (sent, kept, own, with_template) = (chosen.clone(), series.clone(), body.id, form.ticked("template"));
    let act = move |ctx: &kernel::Context<'_>, tx: &mut ::store::Tx<'_>| {
        let made = acts::plan_series(ctx, tx, &ids, &kept, &sent, &Provenance::entered())?;
        let mut items = 0;
        for meeting in made.iter().filter(|_| with_template) {
            items = template::take_up(ctx, tx, *meeting, own)?;
        }
        Ok((made.len(), items))
    };
    match desk.act(act).await {
        Ok((many, items)) => {
            let plural = if many > 1 { "s" } else { "" };
            let next = match items {
                0 => "Écrivez l'ordre du jour de chacune.",
                _ => "Adaptez l'ordre du jour de chacune, qui suit le modèle.",
            };
            desk.done(&crate::url::meetings(&head.slug), &format!("{many} réunion{plural} en préparation. {next}"))
        }
        Err(error) => {
            let (status, messages) = refusal(error)?;
            let mut page = dates_page((head, body), &series, zone, &all, &form, Some(&chosen));
            page.errors = ErrorSummary::new(&messages);
            page.dates = page.dates.check(&messages);
            desk.private(status, &page)
        }
    }
}

async fn proposals(desk: &Desk, head: &Head, series: &Series, zone: Zone, ids: Vec<Id<Body>>) -> Result<Vec<Proposed>> {
    let (governance, days, hour) = (head.id, series.days.clone(), series.plan.hour);
    desk.read(move |tx| {
        let departement = reads::departement(tx, governance)?;
        let midnight = |day: Date| zone.instant(day, jiff::civil::Time::midnight()).ok();
        let busy = match (days.first().copied().and_then(midnight), days.last().copied().and_then(midnight)) {
            // A day that begins without midnight is looked at from the one before.
            (Some(from), Some(until)) => reads::taken(tx, &ids, from, until.plus(25 * kernel::time::HOUR))?,
            _ => Vec::new(),
        };
        let busy: Vec<Date> = busy.into_iter().map(|at| zone.civil(at).0).collect();
        Ok(proposed(&days, hour, zone, &departement, &busy))
    })
    .await
}

fn following_page(known: &Known, series: &reads::Series, reason: &str) -> FormPage {
    let from = known.meeting.starts_at;
    let drafts = series.meetings.iter().filter(|(.., at, state)| *at >= from && *state == MeetingState::Draft);
    let days: Vec<String> = drafts.map(|(.., at, _)| day_in_words(known.meeting.zone.civil(*at).0)).collect();
    let many = days.len();
    let what = if many > 1 {
        format!("{many} réunions en préparation sont abandonnées")
    } else {
        "Une réunion en préparation est abandonnée".to_owned()
    };
    forms::page(&known.head, "Annuler les suivantes", format!("{}/serie", known.page()), "Annuler ces réunions")
        .about(format!("{}, {}", known.meeting.title, series.rhythm))
        .trail(known.trail())
        .note(format!("{what} : {}.", days.join(", ")))
        .note(
            "Celles qui sont déjà convoquées restent : chacune s'annule sur sa page, et les personnes sont prévenues.",
        )
        .field(Field::text("reason", "Motif").required().maxlength(300).value(reason))
        .cancel(known.page())
        .danger()
}

/// The series of the meeting, with some drafts to give up.
async fn following(desk: &Desk, known: &Known) -> Result<reads::Series> {
    let id = known.meeting.id;
    let series = desk.read(move |tx| reads::of_meeting(tx, id)).await?;
    let series = series.ok_or_else(|| Error::Conflict("Cette réunion ne fait pas partie d'une série.".to_owned()))?;
    let follows = |(_, _, at, state): &(_, String, kernel::Timestamp, MeetingState)| {
        *at >= known.meeting.starts_at && *state == MeetingState::Draft
    };
    if !series.meetings.iter().any(follows) {
        return Err(Error::Conflict("Aucune réunion en préparation ne suit dans cette série.".to_owned()));
    }
    Ok(series)
}

pub async fn show_following(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let series = following(&desk, &known).await?;
    desk.form(&following_page(&known, &series, ""))
}

pub async fn cancel_following(desk: Desk, Path((slug, meeting)): Place, Form(form): Form) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let series = following(&desk, &known).await?;
    let (id, reason) = (known.meeting.id, form.typed("reason").to_owned());
    match desk.act(move |ctx, tx| acts::cancel_following(ctx, tx, id, &reason)).await {
        Ok(1) => desk.done(&crate::url::meetings(&known.head.slug), "Une réunion est annulée."),
        Ok(many) => desk.done(&crate::url::meetings(&known.head.slug), &format!("{many} réunions sont annulées.")),
        Err(error) => desk.form_again(following_page(&known, &series, form.typed("reason")), error),
    }
}
