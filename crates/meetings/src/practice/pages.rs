//! The form of a body's rules.

use axum::extract::Path;
use governance::bodies::model::Body;
use governance::forms;
use governance::governances::store::Head;
use governance::members::model::College;
use governance::members::store as members;
use kernel::{Error, Result};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use web::{Answer, Desk, Form, Params};

use super::acts;
use super::model::{Approval, PracticeDraft, QuorumKind};
use crate::planning::body_of;

type Place = Path<(String, String)>;

fn typed(form: &Params) -> PracticeDraft {
    let typed = |name: &str| form.typed(name).to_owned();
    PracticeDraft {
        notice_days: typed("notice_days"),
        quorum: typed("quorum"),
        numerator: typed("numerator"),
        denominator: typed("denominator"),
        strictly: form.ticked("strictly"),
        number: typed("number"),
        college: typed("college"),
        proxies: typed("proxies"),
        approval: typed("approval"),
        silence_days: typed("silence_days"),
        cosigned: form.ticked("cosigned"),
    }
}

fn page(head: &Head, body: &Body, colleges: &[College], shown: &PracticeDraft, version: i64) -> FormPage {
    let back = governance::url::body(&head.slug, &body.slug);
    let number =
        |name: &'static str, label: &'static str, value: &str| Field::new(Kind::Number, name, label).value(value);
    let ticked = if shown.strictly { "oui" } else { "" };
    let mut page =
        forms::page(head, "Règles des réunions", format!("{back}/reunions/regles"), "Enregistrer les règles")
            .about(body.name.clone())
            .trail(crate::planning::trail_of_body(head, body))
            .field(Field::hidden("version", version.to_string()))
            .field(number("notice_days", "Préavis de convocation, en jours", &shown.notice_days).required())
            .field(
                Field::choice(Kind::Radio, "quorum", "Quorum", forms::choices::<QuorumKind>(&shown.quorum)).required(),
            )
            .field(
                number("numerator", "Part : numérateur", &shown.numerator)
                    .hint("Pour la moitié : 1 sur 2. Pour deux tiers : 2 sur 3."),
            )
            .field(number("denominator", "Part : dénominateur", &shown.denominator))
            .field(
                Field::new(Kind::Checkbox, "strictly", "Plus que cette part (plus de la moitié, et non la moitié)")
                    .value(ticked),
            )
            .field(number("number", "Nombre de membres", &shown.number).hint("Pour un quorum en nombre seulement."));
    if !colleges.is_empty() {
        let choices = colleges.iter().map(|college| {
            let id = college.id.to_string();
            let selected = id == shown.college;
            Choice::new(id, &college.name).selected(selected)
        });
        let first = Choice::new("", "Aucun");
        page = page.field(Field::choice(Kind::Select, "college", "Collège", std::iter::once(first).chain(choices)));
    }
    page.field(number("proxies", "Pouvoirs qu'une même structure peut détenir", &shown.proxies).required())
        .field(
            Field::choice(
                Kind::Radio,
                "approval",
                "Approbation du compte rendu",
                forms::choices::<Approval>(&shown.approval),
            )
            .required(),
        )
        .field(number("silence_days", "Délai d'approbation par le silence, en jours", &shown.silence_days))
        .field(
            Field::new(Kind::Checkbox, "cosigned", "Convoquer seulement après l'accord de chaque coprésidence")
                .hint("Là où plusieurs structures ou fonctions président. Sinon, la convocation part sans attendre, présentée comme cosignée.")
                .value(if shown.cosigned { "oui" } else { "" }),
        )
        .cancel(back)
}

async fn colleges(desk: &Desk, head: &Head) -> Result<Vec<College>> {
    let id = head.id;
    desk.read(move |tx| members::colleges(tx, id)).await
}

pub async fn show(desk: Desk, Path((slug, instance)): Place) -> Answer {
    let (head, body) = body_of(&desk, slug, instance).await?;
    let id = body.id;
    let (practice, version) = desk.read(move |tx| acts::find(tx, id)).await?;
    let colleges = colleges(&desk, &head).await?;
    desk.form(&page(&head, &body, &colleges, &PracticeDraft::of(&practice), version))
}

pub async fn save(desk: Desk, Path((slug, instance)): Place, Form(form): Form) -> Answer {
    let (head, body) = body_of(&desk, slug, instance).await?;
    let (id, typed) = (body.id, typed(&form));
    let version: i64 = form.typed("version").parse().unwrap_or(-1);
    let sent = typed.clone();
    match desk.act(move |ctx, tx| acts::set(ctx, tx, id, version, &sent)).await {
        Ok(()) => {
            desk.done(&governance::url::body(&head.slug, &body.slug), "Les règles des réunions sont enregistrées.")
        }
        Err(error) => {
            let colleges = colleges(&desk, &head).await?;
            // After a conflict, sending again replaces what the other has set: the page says that it was set.
            let now = match error {
                Error::Conflict(_) => desk.read(move |tx| acts::find(tx, id)).await?.1,
                _ => version,
            };
            desk.form_again(page(&head, &body, &colleges, &typed, now), error)
        }
    }
}
